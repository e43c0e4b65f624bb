//! Fields of CSV that a spreadsheet would take for a formula, and the guard before them.
//!
//! A field that begins with `=`, `+`, `-`, `@` or a control character is run by spreadsheets that open the file (OWASP,
//! "CSV Injection"). Numbers may; any other such field gets a `'` before it, which spreadsheets hide. The same goes for
//! a field that begins with quotes and goes on as a formula does, so that taking one quote away gives back exactly what
//! was there.

use std::borrow::Cow;

/// The sign before a field that is no formula.
const GUARD: char = '\'';

/// Whether a byte may begin a field that needs a guard: one look that tells nearly all fields apart.
pub(super) fn may_begin(byte: u8) -> bool {
    // The wide forms of the signs begin with 0xEF in UTF-8, controls beyond ASCII with 0xC2.
    byte < b' ' || matches!(byte, b'=' | b'+' | b'-' | b'@' | b'\'' | 0x7f | 0xc2 | 0xef)
}

/// The field as it is written.
pub(super) fn guarded(field: &str) -> Cow<'_, str> {
    let number = || field.parse::<f64>().is_ok();
    if is_formula(field.trim_start_matches(GUARD)) && !number() {
        Cow::Owned(format!("{GUARD}{field}"))
    } else {
        Cow::Borrowed(field)
    }
}

/// The field as it was before it was written.
pub(super) fn unguarded(field: &str) -> &str {
    match field.strip_prefix(GUARD) {
        Some(rest) if is_formula(rest.trim_start_matches(GUARD)) => rest,
        _ => field,
    }
}

fn is_formula(field: &str) -> bool {
    // With the wide forms of the signs, which some spreadsheets take for the narrow ones.
    let sign = |first: char| matches!(first, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}');
    field.chars().next().is_some_and(|first| sign(first) || first.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_gets_a_guard_and_numbers_and_names_do_not() {
        for formula in
            ["=1+1", "+cmd", "-cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "\rx", "\u{1b}[31m", "\u{ff1d}1", "'=1"]
        {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for plain in ["", "-1", "+1.5e3", "-0.5", "-inf", "push", "'quoted'", "a=b", "{ kind = \"ring\" }", "Ω", "é"]
        {
            assert_eq!(guarded(plain), plain);
        }
    }

    #[test]
    fn whatever_is_guarded_reads_back() {
        let signs = ["'", "=", "-", "1", "x", "\n", "\u{ff0b}"];
        for one in signs {
            for two in signs {
                for three in signs {
                    let field = format!("{one}{two}{three}");
                    assert_eq!(unguarded(&guarded(&field)), field, "{field:?}");
                    let seen = guarded(&field);
                    assert!(seen.is_empty() || !is_formula(&seen) || seen.parse::<f64>().is_ok(), "{seen:?}");
                    assert!(guarded(&field) == field || may_begin(field.as_bytes()[0]), "{field:?}");
                }
            }
        }
    }
}
