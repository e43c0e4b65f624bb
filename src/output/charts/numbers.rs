//! Numbers as charts write them.

/// Longest label of a value as it was written.
const LONGEST_VALUE: usize = 9;

/// `value` with as many decimals as its tick step needs.
pub(super) fn rounded(value: f64, step: f64) -> String {
    let decimals = (-libm::floor(libm::log10(step) + 1e-9)).max(0.0);
    if decimals > 6.0 || value.abs() >= 1e12 {
        return if value == 0.0 { "0".into() } else { format!("{value:.1e}") };
    }
    grouped(&format!("{value:.0$}", decimals as usize))
}

/// A number for people: whole numbers as they are, others to three digits.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    if value.abs() >= 1e12 || value != 0.0 && value.abs() < 1e-4 {
        return format!("{value:.1e}");
    }
    let decimals = if value.fract() == 0.0 || value.abs() >= 100.0 { 0 } else { digits_after_point(value) };
    let text = format!("{value:.decimals$}");
    grouped(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text })
}

/// Both ends of an interval, with as many decimals as show two digits of its width: `0.772 to 0.830`.
pub(super) fn interval(low: f64, high: f64) -> String {
    let width = high - low;
    if !(width.is_finite() && width > 0.0) || high.abs().max(low.abs()) >= 1e12 || width < 1e-6 {
        return format!("{} to {}", number(low), number(high));
    }
    let decimals = (1.0 - libm::floor(libm::log10(width))).max(0.0) as usize;
    let [low, high] = [low, high].map(|end| grouped(&format!("{end:.decimals$}")));
    format!("{low} to {high}")
}

/// Decimals that show three digits of a `value` below 100.
fn digits_after_point(value: f64) -> usize {
    // From 1e-4 to 100, so from 1 to 6.
    (2.0 - libm::floor(libm::log10(value.abs()))) as usize
}

/// The digits in groups of three from the point, with spaces that do not break, and a true minus sign.
fn grouped(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("−", rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut text = String::from(if number.bytes().all(|b| matches!(b, b'0' | b'.')) { "" } else { sign });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// 10 to the `power`, with a raised exponent.
pub(super) fn power_of_ten(power: i32) -> String {
    if power == 0 {
        return "1".into();
    }
    let raised = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        // The other raised digits follow each other, from ⁰ on.
        digit => digit.to_digit(10).and_then(|digit| char::from_u32(0x2070 + digit)).unwrap_or(digit),
    };
    format!("10{}", power.to_string().chars().map(raised).collect::<String>())
}

/// A swept value as it was written, where that is short.
pub(super) fn as_written(value: f64) -> String {
    let text = grouped(&format!("{value}"));
    if text.chars().count() <= LONGEST_VALUE { text } else { number(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_an_interval_have_one_precision() {
        for ((low, high), text) in [
            ((0.772, 0.83), "0.772 to 0.830"),
            ((9.951, 10.1), "9.95 to 10.10"),
            ((0.0012, 1.52), "0.0 to 1.5"),
            ((1234.5, 1300.2), "1\u{a0}234 to 1\u{a0}300"),
            ((-0.21, 0.4), "−0.21 to 0.40"),
            ((2.0, 2.0), "2 to 2"),
        ] {
            assert_eq!(interval(low, high), text);
        }
    }

    #[test]
    fn numbers_read_well() {
        for (value, text) in [
            (65536.0, "65\u{a0}536"),
            (-1234.0, "−1\u{a0}234"),
            (1.6927, "1.69"),
            (12.96, "13"),
            (0.05, "0.05"),
            (0.0, "0"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
