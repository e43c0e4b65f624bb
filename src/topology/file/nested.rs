//! Lists within lines: a node, one separator, and its neighbours between others, as in `a: b,c` without the colon.

use super::lines::fields;

/// What separates a node from its list, and what separates the list, if the lines are nodes with lists: two separators,
/// where names with commas or spaces in them are not more likely.
pub(super) fn separators<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Option<[u8; 2]> {
    let outer = *b"\t|; ,";
    let inner = *b",;| ";
    let pairs = outer.into_iter().flat_map(|outer| inner.into_iter().map(move |inner| [outer, inner]));
    pairs.filter(|[outer, inner]| outer != inner).find(|pair| are_lists(lines.clone(), *pair))
}

/// The node that a line is about, and its neighbours.
pub(super) fn split(line: &str, [outer, inner]: [u8; 2]) -> impl Iterator<Item = &str> {
    let (head, list) = parts(line, outer).unwrap_or((line, ""));
    [head].into_iter().chain(items(list, inner))
}

/// The two parts of a line, the second empty if there is one; none if there are more.
fn parts(line: &str, outer: u8) -> Option<(&str, &str)> {
    if outer == b' ' {
        return Some(line.split_once(char::is_whitespace).map_or((line, ""), |(head, list)| (head, list.trim())));
    }
    let mut parts = fields(line, outer);
    let (head, list) = (parts.next()?, parts.next().unwrap_or_default());
    parts.next().is_none().then_some((head, list))
}

fn items(list: &str, inner: u8) -> impl Iterator<Item = &str> {
    let spaces = inner == b' ';
    let letters = move |letter: char| if spaces { letter.is_whitespace() } else { letter == char::from(inner) };
    list.split(letters).map(str::trim).filter(|item| !item.is_empty())
}

fn are_lists<'a>(lines: impl Iterator<Item = &'a str> + Clone, [outer, inner]: [u8; 2]) -> bool {
    let of = |line: &'a str| parts(line, outer).filter(|_| !line.contains('"'));
    let one = |text: &str| !text.is_empty() && items(text, inner).count() == 1 && !text.contains(char::from(inner));
    let word = |text: &str| !text.contains(char::is_whitespace) && !text.contains(char::from(outer));
    let listed = |line| {
        let Some((head, list)) = of(line) else { return false };
        one(head) && items(list, inner).all(word)
    };
    if !lines.clone().any(|line| line.contains(char::from(inner))) || !lines.clone().all(listed) {
        return false;
    }
    let of = |line| of(line).unwrap_or_default();
    let mut heads: Vec<&str> = lines.clone().map(|line| of(line).0).collect();
    heads.sort_unstable();
    let long = || lines.clone().map(|line| of(line).1).filter(|list| items(list, inner).count() > 1);
    let known = |item: &str| heads.binary_search(&item).is_ok();
    let all = || long().flat_map(|list| items(list, inner));
    let numbers = all().all(|item| item.parse::<u32>().is_ok());
    // A comma with no space after it separates, unless names are written so.
    let glued = outer != b' ' && inner != b' ' && !long().any(|list| list.contains(' '));
    all().next().is_some() && (numbers || glued || if inner == b' ' { all().all(known) } else { all().any(known) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_within_lines_are_told_from_names() {
        for (lines, expected) in [
            (&["alice\tbob,carol", "bob\talice"][..], Some(*b"\t,")),
            (&["alice bob,carol", "bob alice"], Some(*b" ,")),
            (&["0|1,2", "1|0"], Some(*b"|,")),
            (&["0\t1 2", "1\t0"], Some(*b"\t ")),
            (&["0;1 2", "1;0"], Some(*b"; ")),
            (&["Rome\tNew York", "New York\tParis"], None),
            (&["Rome|New York", "Paris|Rome"], None),
            (&["New York,Paris", "\"Washington, DC\",Paris"], None),
            (&["Washington, DC|Paris", "Paris|Rome"], None),
            (&["New York,Paris", "Los Angeles,Paris"], None),
            (&["1;2;0,5", "2;3;7,0"], None),
            (&["1,2,3", "2,3"], None),
            (&["1 2 0,5", "2 3 1,5"], None),
            (&["1, 2", "2, 3"], None),
        ] {
            assert_eq!(separators(lines.iter().copied()), expected, "{lines:?}");
        }
    }
}
