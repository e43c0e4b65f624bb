//! Ranges in sweep lists: `"2^6..2^16"` and `"10^2..10^6"` (powers), `"0..0.5 step 0.1"` and `"1%..10% step 1%"`, both ends
//! included.
//!
//! Steps are taken in decimal, so the third value of `"0.1..0.5 step 0.1"` is 0.3 and not 0.30000000000000004. A range
//! is counted before any of its values is made.

use super::expression::without_suffix;
use super::limits::MAX_POINTS;
use super::tree::Value;

/// What a range looks like; every error about one says so.
pub(super) const RANGE_FORM: &str = "\"2^6..2^16\" or \"10^2..10^6\" (powers), \"1..8\" or \"0..0.5 step 0.1\"";

/// Whether `text` is meant as a range: two dots between two numbers. Paths such as `../graph.txt` are not.
pub(super) fn is_range(text: &str) -> bool {
    let numeric = |text: &str| text.trim().trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit());
    text.split_once("..").is_some_and(|(low, high)| numeric(low) && numeric(high))
}

/// The range that is meant by one in the form of another language: `8..=16`, `8...16`.
pub(super) fn respelt(text: &str) -> Option<String> {
    let (low, high) = text.split_once("..")?;
    let high = high.trim_start();
    let high = high.strip_prefix('=').or_else(|| high.strip_prefix('.')).or_else(|| high.strip_prefix('<'))?;
    let meant = format!("{}..{}", low.trim(), high.trim());
    is_range(&meant).then_some(meant)
}

/// Equal steps from a first value, or powers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// base^low, …, base^high.
    Powers { base: u64, low: u32, high: u32 },
    /// `count` values from `low` on, each `step` above the one before, in units of 10^-places.
    Steps { low: i128, step: i128, places: u32, count: u64 },
}

impl Range {
    /// Reads a range, of at most [`MAX_POINTS`] values.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let Some((low, rest)) = text.split_once("..") else { return Err(format!("`{text}` is not a range")) };
        let (high, step) = rest.split_once("step").map_or((rest, None), |(high, step)| (high, Some(step.trim())));
        let (low, high) = (low.trim(), high.trim());
        match (low.split_once('^'), high.split_once('^'), step) {
            (Some((base, low)), Some((other, high)), None) if base.trim() == other.trim() => {
                powers(text, base, low, high)
            }
            (None, None, _) => steps(text, low, high, step),
            _ => Err(format!("`{text}` mixes powers of one number with something else")),
        }
    }

    /// How many values it has: at least one.
    pub(super) fn count(self) -> u64 {
        match self {
            Range::Powers { low, high, .. } => u64::from(high - low) + 1,
            Range::Steps { count, .. } => count,
        }
    }

    /// Its values, rising.
    pub(super) fn values(self) -> impl Iterator<Item = Value> {
        let value = move |index: u64| match self {
            // Its ends fit, and no range has more values than there are exponents.
            Range::Powers { base, low, .. } => Value::Integer(i128::from(base).pow(low + index as u32)),
            Range::Steps { low, step, places, .. } => {
                Decimal { digits: low + i128::from(index) * step, places }.value()
            }
        };
        (0..self.count()).map(value)
    }
}

fn powers(text: &str, base: &str, low: &str, high: &str) -> Result<Range, String> {
    let Some(base) = base.trim().parse::<u64>().ok().filter(|&base| base > 1) else {
        return Err(format!("`{text}` has powers of something else than a whole number from 2 up"));
    };
    let most = i64::MAX.ilog(i64::try_from(base).unwrap_or(i64::MAX)) + 1;
    let exponent = |digits: &str| digits.trim().parse::<u32>().ok().filter(|&exponent| exponent < most);
    let (Some(low), Some(high)) = (exponent(low), exponent(high)) else {
        return Err(format!("`{text}` has an exponent that is not a whole number below {most}"));
    };
    if low > high {
        return Err(format!("`{text}` runs backwards"));
    }
    Ok(Range::Powers { base, low, high })
}

fn steps(text: &str, low: &str, high: &str, step: Option<&str>) -> Result<Range, String> {
    let number = |digits: &str| Decimal::parse(digits).ok_or_else(|| format!("`{digits}` is not a decimal number"));
    let (low, high) = (number(low)?, number(high)?);
    let step = match step {
        Some(step) => number(step)?,
        None if low.places == 0 && high.places == 0 => Decimal { digits: 1, places: 0 },
        None => return Err(format!("`{text}` has no step")),
    };
    let places = low.places.max(high.places).max(step.places);
    let [low, high, step] = [low, high, step].map(|number| number.digits_at(places));
    if step <= 0 {
        return Err(format!("the step of `{text}` is not above 0"));
    }
    if low > high {
        return Err(format!("`{text}` runs backwards"));
    }
    let count = (high - low) / step + 1;
    let fits = u64::try_from(count).ok().filter(|&count| count <= MAX_POINTS);
    let count = fits.ok_or_else(|| format!("`{text}` has {count} values, and no sweep has more than {MAX_POINTS}"))?;
    Ok(Range::Steps { low, step, places, count })
}

/// digits / 10^places, with at most 15 digits before and 15 after the point.
struct Decimal {
    digits: i128,
    places: u32,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let plain = text.replace('_', "");
        let (plain, power) = without_suffix(&plain);
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let digits_only = fraction.bytes().all(|byte| byte.is_ascii_digit());
        let short = whole.len() <= 16 && fraction.len() <= 15;
        let places = fraction.len() as i32 - power;
        // What is above the point has zeros in place of decimals.
        let digits = digits * 10_i128.pow(u32::try_from(-places).unwrap_or(0));
        (digits_only && short).then_some(Decimal { digits, places: u32::try_from(places).unwrap_or(0) })
    }

    /// The digits with `places` after the point, of which there are at least as many as now.
    fn digits_at(&self, places: u32) -> i128 {
        self.digits * 10_i128.pow(places - self.places)
    }

    fn value(&self) -> Value {
        let unit = 10_i128.pow(self.places);
        if self.digits % unit == 0 {
            return Value::Integer(self.digits / unit);
        }
        // Both are below 2^106 and the quotient of exact integers would round twice; the text rounds once.
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.abs();
        let text = format!("{sign}{}.{:0width$}", digits / unit, digits % unit, width = self.places as usize);
        // A decimal number is always a float.
        Value::Float(text.parse().unwrap_or(f64::NAN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<String> {
        Range::parse(text).unwrap().values().map(|value| value.to_string()).collect()
    }

    #[test]
    fn powers_of_two_include_both_ends() {
        assert_eq!(written("2^3..2^6"), ["8", "16", "32", "64"]);
        assert_eq!(written("2^4..2^4"), ["16"]);
        assert_eq!(written("10^2..10^4"), ["100", "1000", "10000"]);
        assert_eq!(written("3^0 .. 3^3"), ["1", "3", "9", "27"]);
        assert_eq!(written("10^18..10^18"), ["1000000000000000000"]);
    }

    #[test]
    fn steps_are_exact_in_decimal() {
        assert_eq!(written("0..0.5 step 0.1"), ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(written("0.05 .. 0.2 step 0.1"), ["0.05", "0.15"]);
        assert_eq!(written("-1..1 step 0.50"), ["-1", "-0.5", "0", "0.5", "1"]);
        assert_eq!(written("10..1_000 step 330"), ["10", "340", "670", "1000"]);
        assert_eq!(written("1..4"), ["1", "2", "3", "4"]);
        assert_eq!(written("-0.0..0 step 1"), ["0"]);
        assert_eq!(written("1%..2.5% step 0.5%"), ["0.01", "0.015", "0.02", "0.025"]);
        assert_eq!(written("0%..100 % step 50%"), ["0", "0.5", "1"]);
        assert_eq!(written("1k..3k step 1k"), ["1000", "2000", "3000"]);
        assert_eq!(written("1.5k..0.002M step 250"), ["1500", "1750", "2000"]);
    }

    #[test]
    fn a_range_is_counted_without_its_values() {
        for (text, count) in [("2^0..2^62", 63), ("1..1000000", MAX_POINTS), ("0..0.5 step 0.1", 6), ("7..7", 1)] {
            let range = Range::parse(text).unwrap();
            assert_eq!((range.count(), range.values().take(100).count()), (count, count.min(100) as usize), "{text}");
        }
    }

    #[test]
    fn a_path_is_not_a_range() {
        for (text, range) in [("../a.txt", false), ("a..b", false), ("2^3..2^4", true), ("-1..1 step 1", true)] {
            assert_eq!(is_range(text), range, "{text}");
        }
    }

    #[test]
    fn a_range_of_another_language_is_respelt() {
        for (text, meant) in [
            ("8..=16", Some("8..16")),
            ("8 ..= 16", Some("8..16")),
            ("8...16", Some("8..16")),
            ("2^3..<2^4", Some("2^3..2^4")),
            ("8..16", None),
            ("../=x", None),
            ("a..=b", None),
        ] {
            assert_eq!(respelt(text).as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn a_range_without_values_or_without_end_says_so() {
        for (text, reason) in [
            ("5..1", "runs backwards"),
            ("2^6..2^5", "runs backwards"),
            ("0..1 step 0", "not above 0"),
            ("0..1 step -0.1", "not above 0"),
            ("0..0.5", "no step"),
            ("0..1 step 0.0000001", "10000001 values"),
            ("0..9999999999999999 step 0.000000000000001", "9999999999999999000000000000001 values"),
            ("2^6..4096", "mixes powers"),
            ("2^6..2^99", "below 63"),
            ("10^2..10^19", "below 19"),
            ("2^2..10^3", "mixes powers"),
            ("1^2..1^3", "powers of something else"),
            ("1%..5%", "no step"),
            ("1..1e3", "not a decimal number"),
            ("1..2 step", "not a decimal number"),
        ] {
            let problem = Range::parse(text).unwrap_err();
            assert!(problem.contains(reason), "{text}: {problem}");
        }
    }
}
