//! Numbers and columns for people.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::Value;

use crate::printable;
use crate::scenario::Scenario;

/// A whole number in groups of three: `65 536`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() <= 4 {
        return digits;
    }
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// `1 point`, `12 points`.
pub(crate) fn plural(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// `30`, or `30 to 100 000`.
pub(crate) fn between(least: u64, most: u64) -> String {
    if least == most { count(most) } else { format!("{} to {}", count(least), count(most)) }
}

/// How many runs a scenario has, as in `27 points × 200 = 5400 runs`.
pub(crate) fn extent(scenario: &Scenario) -> String {
    let points = scenario.points.len() as u64;
    let (least, most) = (scenario.fewest(), scenario.replicates);
    let runs = between(least.saturating_mul(points), scenario.runs());
    let noun = if runs == "1" { "run" } else { "runs" };
    format!("{} × {} = {runs} {noun}", plural(points, "configuration"), between(least, most))
}

/// `text` in lines of at most `width` characters, parted between words.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// `text` in lines of at most `width` characters, the first of which begins with `indents[0]` and the others with
/// `indents[1]`.
fn indented(text: &str, indents: [&str; 2], width: usize) -> Vec<String> {
    let room = width.saturating_sub(indents[1].chars().count().max(indents[0].chars().count()));
    let lines = wrapped(text, room).into_iter().enumerate();
    lines.map(|(number, line)| format!("{}{line}", indents[number.min(1)])).collect()
}

/// Writes `text` in lines of at most `width` characters, the first of which begins with `indents[0]` and the others with
/// `indents[1]`.
pub(crate) fn paragraph(out: &mut impl Write, text: &str, indents: [&str; 2], width: usize) -> io::Result<()> {
    indented(text, indents, width).iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// A text in lines of which all but the first are indented.
pub(crate) fn hanging(text: &str, width: usize) -> Vec<String> {
    indented(text, ["", "  "], width)
}

/// A figure with as many decimals as its size makes useful.
pub(crate) fn figure(number: f64) -> String {
    match number.abs() {
        size if size > 0.0 && size < 0.01 => format!("{number:.1e}"),
        size if size < 100.0 => format!("{number:.2}"),
        size if size < 1000.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// A figure without decimals it does not need: `12`, `12.5`.
pub(crate) fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A share in percent, with two digits that count.
pub(crate) fn share(number: f64) -> String {
    let percent = number * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        percent if percent >= 10.0 => format!("{percent:.1} %"),
        percent if percent >= 0.1 => format!("{percent:.2} %"),
        percent => format!("{percent:.1e} %"),
    }
}

/// A share in per cent that may be small: `98.3 %`, `0.090 %`.
pub(crate) fn percent(number: f64) -> String {
    match (number * 100.0).abs() {
        percent if percent == 100.0 || percent >= 0.1 || percent == 0.0 => share(number),
        percent if percent >= 0.001 => format!("{:.3} %", number * 100.0),
        _ => share(number),
    }
}

/// Bytes, rounded: `about 40 MB`.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        0..1_000_000 => "less than 1 MB".to_owned(),
        1_000_000..1_000_000_000 => format!("about {} MB", number / 1_000_000),
        _ => format!("about {:.1} GB", number as f64 / 1e9),
    }
}

/// A time that has passed: `40 s`, `1 min 40 s`, `3 h 20 min`.
pub(crate) fn elapsed(time: Duration) -> String {
    match time.as_secs() {
        seconds @ ..60 => format!("{seconds} s"),
        seconds @ ..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// A JSON value on one line, in which nothing stands that a terminal would obey.
pub(crate) fn json(out: &mut impl Write, value: &Value) -> io::Result<()> {
    writeln!(out, "{}", printable::document(&value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([count(1024), count(65_536), count(1_000_000)], ["1024", "65 536", "1 000 000"]);
        assert_eq!([figure(7.666), figure(123.45), figure(4096.4)], ["7.67", "123.5", "4096"]);
        assert_eq!([figure(0.0), figure(1.16e-5), figure(0.07)], ["0.00", "1.2e-5", "0.07"]);
        assert_eq!([share(0.0), share(0.181), share(0.0012), share(4e-6)], ["0 %", "18.1 %", "0.12 %", "4.0e-4 %"]);
    }
}
