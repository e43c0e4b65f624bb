//! What was probably meant by a value that is none, and how to write it.

use super::range;
use super::words::quoted;
use crate::time::Span;

/// The number that `text` means, written as TOML has it, if it is a number in another form: `010`, `.05`, `5.`, `5%`,
/// `1,000`, `0,05`, `10^6`, `64;`.
pub(super) fn number(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(';').trim_end();
    let (sign, size) = match text.split_at_checked(1) {
        Some((sign @ ("-" | "+"), size)) => (sign.trim_start_matches('+'), size),
        _ => ("", text),
    };
    let plain = percent(size).or_else(|| power(size)).or_else(|| grouped(size)).or_else(|| decimal(size))?;
    Some(format!("{sign}{plain}"))
}

/// Whether `text` is digits and nothing else.
fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number without zeros in front, and with digits on both sides of its point.
fn decimal(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let sound = |part: &str| part.is_empty() || digits(part);
    let any = digits(whole) || fraction.is_some_and(digits);
    let whole_digits = match whole.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    };
    let fraction = fraction.map(|fraction| if fraction.is_empty() { "0" } else { fraction });
    (any && sound(whole) && fraction.is_none_or(digits))
        .then(|| fraction.map_or_else(|| whole_digits.to_owned(), |fraction| format!("{whole_digits}.{fraction}")))
}

/// `5%` is 0.05.
fn percent(text: &str) -> Option<String> {
    let number = decimal(&text.strip_suffix('%')?.trim_end().replace(',', "."))?;
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let shifted = format!("00{whole}");
    let (front, back) = shifted.split_at(shifted.len() - 2);
    let back = format!("{back}{fraction}");
    decimal(&format!("{front}.{}", back.trim_end_matches('0')))
}

/// `2^10` is 1024.
fn power(text: &str) -> Option<String> {
    let (base, exponent) = text.split_once(['^']).or_else(|| text.split_once("**"))?;
    let value = base.trim().parse::<u64>().ok()?.checked_pow(exponent.trim().parse().ok()?)?;
    Some(value.to_string())
}

/// `1,000` and `1 000` are 1000, `0,05` is 0.05.
fn grouped(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split([',', ' ']).collect();
    let (first, rest) = parts.split_first().filter(|(_, rest)| !rest.is_empty())?;
    if digits(first) && *first != "0" && first.len() < 4 && rest.iter().all(|part| digits(part) && part.len() == 3) {
        return decimal(&parts.concat());
    }
    // With other digits in front it may as well be a list.
    match rest {
        [fraction] if *first == "0" && text.contains(',') && digits(fraction) => decimal(&format!("0.{fraction}")),
        _ => None,
    }
}

/// The range that `text` is or means.
pub(super) fn range(text: &str) -> Option<String> {
    let text = text.trim();
    range::respelt(text).or_else(|| range::is_range(text).then(|| text.to_owned()))
}

/// How to sweep `key` over `range`.
pub(super) fn under_sweep(key: &str, range: &str) -> String {
    format!("to try several values, write under [sweep]: {} = [{}]", quoted(key), quoted(range))
}

/// What to write for a member of a family whose `names` are these, if `text` is one of its settings alone: a latency
/// that is a duration, a loss that is a rate.
pub(super) fn member(text: &str, names: &[&str]) -> Option<String> {
    if names.contains(&"bernoulli") {
        return number(text).map(|number| format!("write {number}"));
    }
    let span = || text.parse::<Span>().or_else(|_| format!("{text}ms").parse()).ok();
    let span = names.contains(&"constant").then(span).flatten()?;
    Some(format!("write \"{span}\""))
}

/// How to write the value `word` of `key` in `section`, which is not TOML.
pub(super) fn value(section: &str, key: &str, word: &str) -> Option<String> {
    let word = word.trim();
    if let Some((value, _)) = word.split_once("//") {
        return Some(format!("a comment begins with #: {} # …", value.trim()));
    }
    if let Some(range) = range(word) {
        return Some(match section {
            "sweep" => format!("put the range into quotes: {}", quoted(&range)),
            _ => under_sweep(key, &range),
        });
    }
    if let Some(number) = number(word) {
        return Some(format!("write {number}"));
    }
    if let Some(model) = key.ends_with(".latency").then(|| member(word, &["constant"])).flatten() {
        return Some(model);
    }
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "true" | "yes" | "on" => return Some("write true, in small letters and without quotes".to_owned()),
        "false" | "no" | "off" => return Some("write false, in small letters and without quotes".to_owned()),
        _ => {}
    }
    let list = word.contains(',') && !word.contains(['"', '\'', '[', '{']);
    if list {
        return Some(format!("several values are a list under [sweep]: [{word}]"));
    }
    let plain = word.starts_with(|c: char| c.is_ascii_alphanumeric()) && !word.contains(['"', '\'', '[', '{']);
    plain.then(|| format!("put quotes around text: {}", quoted(word.trim_end_matches(';').trim_end())))
}

/// What to do about a `line` that is no `key = value`.
pub(super) fn line(line: &str) -> Option<String> {
    let text = line.trim();
    if text.starts_with("//") || text.starts_with(';') {
        return Some("a comment begins with #".to_owned());
    }
    if text.starts_with('[') && !text.contains(']') {
        return Some(format!("close the header: {text}]"));
    }
    if text.contains('=') {
        return None;
    }
    let (key, value) = text.split_once(':')?;
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    match value.trim() {
        "" if word(key) => Some(format!("write a section as [{key}]")),
        value if word(key) => Some(format!("write {key} = {value}")),
        _ => None,
    }
}

/// What to do about a text in quotes that does not end, as the TOML reader's `message` says.
pub(super) fn quotes(message: &str) -> Option<&'static str> {
    let open = ["literal string, expected `'`", "basic string, expected `\"`"].iter().any(|end| message.ends_with(end));
    open.then_some("end the text with the quote that it begins with, on the same line")
}

/// What a text is that is no TOML at all.
pub(super) fn other_format(text: &str) -> Option<&'static str> {
    match text.trim_start().chars().next() {
        Some('{') => Some("this looks like JSON; a scenario is TOML: [sections] with lines of key = value"),
        Some('<') => Some("this looks like XML or HTML; a scenario is TOML: [sections] with lines of key = value"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_another_form_is_written_as_toml_has_it() {
        for (text, number) in [
            ("010", "10"),
            ("007.50", "7.50"),
            (".05", "0.05"),
            ("-.05", "-0.05"),
            ("5.", "5.0"),
            ("5%", "0.05"),
            ("12.5 %", "0.125"),
            ("0,5%", "0.005"),
            ("100%", "1.0"),
            ("1,000", "1000"),
            ("12 000 000", "12000000"),
            ("0,05", "0.05"),
            ("10^6", "1000000"),
            ("2^10", "1024"),
            ("2**10", "1024"),
            ("64;", "64"),
        ] {
            assert_eq!(self::number(text).as_deref(), Some(number), "{text}");
            assert!(number.parse::<f64>().is_ok());
        }
        for text in ["", "-", ".", "%", "push", "1s", "8, 16", "1,5", "1,2,3", "1000,000", "10^99", "1.2.3", "\u{e9}"] {
            assert_eq!(self::number(text), None, "{text}");
        }
    }

    #[test]
    fn a_setting_alone_is_put_into_its_model() {
        let latencies = ["none", "constant"];
        let constant = |value: &str| Some(format!("write \"{value}\""));
        for (text, value) in [("50ms", "50ms"), ("1.5 s", "1500ms"), ("50", "50ms")] {
            assert_eq!(member(text, &latencies), constant(value), "{text}");
        }
        assert_eq!(member("5%", &["bernoulli"]).as_deref(), Some("write 0.05"));
        assert_eq!(
            [member("fast", &latencies), member("5%", &["ring"]), member("lots", &["bernoulli"])],
            [None, None, None]
        );
    }
}
