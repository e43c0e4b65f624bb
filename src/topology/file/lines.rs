//! Files of lines: comments, words and columns.

use std::borrow::Cow;

/// The lines of `text` that say something, each with its number from 1, without comments and outer white space.
pub(super) fn data(text: &str) -> impl Iterator<Item = (usize, &str)> + Clone {
    let lines = (1..).zip(text.split('\n'));
    lines.map(|(number, line)| (number, before_comment(line).trim())).filter(|(_, line)| !line.is_empty())
}

/// The part of a line before a comment, whose mark (#, % or //) starts the line or follows white space.
pub(super) fn before_comment(line: &str) -> &str {
    let bytes = line.as_bytes();
    if !bytes.iter().any(|byte| matches!(byte, b'#' | b'%' | b'/')) {
        return line;
    }
    let mut quoted = false;
    let mut after_space = true;
    for (place, &byte) in bytes.iter().enumerate() {
        let mark = matches!(byte, b'#' | b'%') || bytes[place..].starts_with(b"//");
        if mark && after_space && !quoted {
            return &line[..place];
        }
        quoted ^= byte == b'"';
        after_space = byte.is_ascii_whitespace();
    }
    line
}

/// The words of a line: separated by white space, or in double quotes. A quote that is not closed ends with the line.
pub(super) fn words(line: &str) -> impl Iterator<Item = &str> + Clone {
    words_quoted(line).map(|(word, _)| word)
}

/// The words of a line as names: in one that is in quotes, two quotes are one.
pub(super) fn names(line: &str) -> impl Iterator<Item = Cow<'_, str>> {
    words_quoted(line).map(|(word, quoted)| match quoted && word.contains('"') {
        true => word.replace("\"\"", "\"").into(),
        false => word.into(),
    })
}

/// The words of a line, and whether each is in quotes, which are left out.
pub(super) fn words_quoted(line: &str) -> impl Iterator<Item = (&str, bool)> + Clone {
    let mut rest = line.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let closed = rest.strip_prefix('"').and_then(|inner| closing(inner).map(|end| (inner, end)));
        let (word, after, quoted) = match closed {
            Some((inner, end)) if inner[end + 1..].chars().next().is_none_or(char::is_whitespace) => {
                (&inner[..end], &inner[end + 1..], true)
            }
            _ => {
                let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
                (word, after, false)
            }
        };
        rest = after.trim_start();
        Some((word, quoted))
    })
}

/// Where a quote closes that is open before `inner`: at the first that is not one of two.
fn closing(inner: &str) -> Option<usize> {
    let bytes = inner.as_bytes();
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// Where what networkx writes in braces behind an edge begins, if something is.
pub(super) fn data_in_braces(line: &str) -> Option<usize> {
    if !line.ends_with('}') {
        return None;
    }
    let mut quoted = false;
    let mut before = b' ';
    line.bytes().position(|byte| {
        quoted ^= byte == b'"';
        let begins = byte == b'{' && !quoted && before.is_ascii_whitespace();
        before = byte;
        begins
    })
}

/// The fields of a line between `delimiter`s outside double quotes.
pub(super) fn fields(line: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |letter: char| {
        quoted ^= letter == '"';
        !quoted && letter == char::from(delimiter)
    })
    .map(str::trim)
}

/// What separates the fields of `lines`, if each has as many of them: a semicolon, a bar, a comma, or a tab.
pub(super) fn delimiter<'a>(lines: impl Iterator<Item = &'a str> + Clone) -> Option<(u8, bool)> {
    let count = |line: &str, delimiter| fields(line, delimiter).count();
    let even = |delimiter: &u8| {
        let mut counts = lines.clone().map(|line| count(line, *delimiter));
        counts.next().is_some_and(|first| first > 1 && counts.all(|other| other == first))
    };
    let any = |delimiter: &u8| lines.clone().all(|line| count(line, *delimiter) > 1);
    let all = *b"\t;|,";
    let found = |which: &dyn Fn(&u8) -> bool| all.into_iter().find(|delimiter| which(delimiter));
    found(&even).map(|delimiter| (delimiter, true)).or_else(|| found(&any).map(|delimiter| (delimiter, false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_begin_a_line_or_follow_white_space() {
        let said: Vec<_> = data("# x\na b # not\n\n  % y\nb#1 c\n// z\n\"New #1 York\" d\r\n").collect();
        assert_eq!(said, [(2, "a b"), (5, "b#1 c"), (7, "\"New #1 York\" d")]);
    }

    #[test]
    fn words_may_be_quoted() {
        let all = |line: &'static str| words(line).collect::<Vec<_>>();
        assert_eq!(all(" \"New York\"\tParis 3 "), ["New York", "Paris", "3"]);
        assert_eq!(all("\"torn York"), ["\"torn", "York"]);
        assert_eq!(all("5\" 6\""), ["5\"", "6\""]);
        let named = |line: &'static str| names(line).map(String::from).collect::<Vec<_>>();
        assert_eq!(named("\"say \"\"hi\"\"\" a\"\"b \"\"\"x y\""), ["say \"hi\"", "a\"\"b", "\"x y"]);
        assert_eq!(all("  "), [""; 0]);
    }

    #[test]
    fn the_delimiter_is_the_one_that_all_lines_have_as_often() {
        for (lines, expected) in [
            (&["a,b", "c,d"][..], Some((b',', true))),
            (&["a;b;0,5", "c;d;1"], Some((b';', true))),
            (&["\"a,b\",c", "d,e"], Some((b',', true))),
            (&["a\tb", "c\td"], Some((b'\t', true))),
            (&["a|b", "c|d|e"], Some((b'|', false))),
            (&["a b", "c d"], None),
            (&["a,b", "c d"], None),
        ] {
            assert_eq!(delimiter(lines.iter().copied()), expected, "{lines:?}");
        }
    }
}
