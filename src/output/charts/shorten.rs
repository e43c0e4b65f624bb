//! Names that are too long for their place, shortened so that they stay distinct.

use std::collections::BTreeMap;

use crate::output::chart_error::ChartError;
use crate::output::groups;

/// Whether a name fits into its place.
pub(super) type Fits<'a> = dyn Fn(&str) -> Result<bool, ChartError> + 'a;

/// `names`, those that do not fit shortened in their middle; equal names stay equal. Names that would become one keep what
/// tells them apart, and where that does not fit either, a number.
pub(super) fn shortened(names: &[String], fits: &Fits<'_>) -> Result<Vec<String>, ChartError> {
    let distinct: Vec<&str> = groups::by(names, |name| name.as_str()).into_iter().map(|(name, _)| name).collect();
    let mut short: Vec<String> = distinct.iter().map(|name| whole(name, fits)).collect::<Result<_, _>>()?;
    for place in 0..distinct.len() {
        let alike = alike(&short, place);
        if alike.len() > 1 {
            let ends = common_ends(alike.iter().map(|place| distinct[*place]));
            for other in alike {
                short[other] = longest(distinct[other], ends, fits)?;
            }
        }
    }
    for place in 0..distinct.len() {
        for (number, other) in alike(&short, place).into_iter().enumerate().skip(1) {
            short[other] = numbered(&short[other], number + 1, fits)?;
        }
    }
    let places: BTreeMap<&str, String> = distinct.into_iter().zip(short).collect();
    Ok(names.iter().map(|name| places.get(name.as_str()).cloned().unwrap_or_default()).collect())
}

/// The places of the names that became the same as that at `place`.
fn alike(short: &[String], place: usize) -> Vec<usize> {
    (0..short.len()).filter(|other| short[*other] == short[place]).collect()
}

fn whole(name: &str, fits: &Fits<'_>) -> Result<String, ChartError> {
    let signs = name.chars().count();
    // All of it is beginning and end: the middle goes.
    longest(name, (signs.div_ceil(2), signs / 2), fits)
}

/// How many signs all `names` have in common at their beginnings and at their ends.
fn common_ends<'a>(names: impl Iterator<Item = &'a str>) -> (usize, usize) {
    let names: Vec<Vec<char>> = names.map(|name| name.chars().collect()).collect();
    let shortest = names.iter().map(Vec::len).min().unwrap_or(0);
    let same = |of: &dyn Fn(&Vec<char>, usize) -> char| {
        (0..shortest).take_while(|place| names.iter().all(|name| of(name, *place) == of(&names[0], *place))).count()
    };
    let beginning = same(&|name, place| name[place]);
    let end = same(&|name, place| name[name.len() - 1 - place]);
    (beginning, end.min(shortest - beginning))
}

/// `name` with as many of its signs as fit, but for one as many as there are: those between its `beginning` and its `end`
/// are kept before these.
fn longest(name: &str, ends: (usize, usize), fits: &Fits<'_>) -> Result<String, ChartError> {
    if fits(name)? {
        return Ok(name.to_owned());
    }
    let signs: Vec<char> = name.chars().collect();
    let (mut kept, mut too_many) = (1, signs.len());
    while too_many - kept > 1 {
        let middle = kept.midpoint(too_many);
        if fits(&cut(&signs, ends, middle))? { kept = middle } else { too_many = middle }
    }
    Ok(cut(&signs, ends, kept))
}

/// `kept` of the signs, with an ellipsis wherever some are missing.
fn cut(signs: &[char], (beginning, end): (usize, usize), kept: usize) -> String {
    let core = &signs[beginning..signs.len() - end];
    let spare = kept.saturating_sub(core.len());
    let head = (spare - (spare / 2).min(end)).min(beginning);
    let tail = (spare - head).min(end);
    let mut text: String = signs[..head].iter().collect();
    let gap = |text: &mut String, missing: bool| {
        if missing && !text.ends_with('…') {
            text.push('…');
        }
    };
    gap(&mut text, head < beginning);
    text.extend(&core[..kept.min(core.len())]);
    gap(&mut text, kept < core.len() || tail < end);
    text.extend(&signs[signs.len() - tail..]);
    text
}

/// `name` with a number behind it.
fn numbered(name: &str, number: usize, fits: &Fits<'_>) -> Result<String, ChartError> {
    let mut kept: Vec<char> = name.chars().collect();
    loop {
        let text = format!("{} ({number})", kept.iter().collect::<String>());
        if kept.is_empty() || fits(&text)? {
            return Ok(text);
        }
        kept.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in at most so many signs.
    fn within(most: usize, names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let short = shortened(&names, &|name| Ok(name.chars().count() <= most)).unwrap();
        assert!(short.iter().all(|name| name.chars().count() <= most), "{short:?}");
        short
    }

    #[test]
    fn what_fits_stays_and_what_does_not_loses_its_middle() {
        assert_eq!(within(12, &["push", "random-regular (degree = 8)"]), ["push", "random… = 8)"]);
    }

    #[test]
    fn names_that_differ_in_their_middle_keep_it() {
        let names = ["uniform (min = 10ms, max = 190ms)", "uniform (min = 20ms, max = 190ms)"];
        assert_eq!(within(15, &names), ["unifor…1…190ms)", "unifor…2…190ms)"]);
    }

    #[test]
    fn no_two_names_become_one_however_short() {
        let long = |middle: &str| format!("{}{middle}{}", "a".repeat(40), "z".repeat(40));
        let names = ["one", "two", "three", "only", "", "tw"].map(long);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        for most in [8, 9, 12, 20, 60] {
            let short = within(most, &names);
            let mut distinct = short.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), names.len(), "{most}: {short:?}");
        }
        let twice = [&names[..], &names].concat();
        let short = within(9, &twice);
        assert_eq!(short[..names.len()], short[names.len()..], "equal names stay equal");
    }
}
