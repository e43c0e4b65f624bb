//! Text that is not ours, made fit for a terminal: what would move the cursor, change colours or reorder a line is
//! shown instead of done.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` on one line, with every character that a terminal would obey, hide or reorder by written as an escape such
/// as `\u{1b}` or `\n`.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// As [`line()`], but line breaks and tabs stay: for texts that are several lines long.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |letter| matches!(letter, '\n' | '\t'))
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    let bad = |letter: char| obeyed(letter) && !stays(letter);
    if !text.contains(bad) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if bad(letter) {
            // Writing to a string cannot fail.
            let _ = write!(shown, "{}", letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal acts on a character instead of drawing it: control characters (ISO 6429), line and paragraph
/// separators, and marks that are invisible or turn the direction of writing (Unicode, UAX #9).
fn obeyed(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_draws_stays_as_it_is() {
        for text in ["", "plain", "São Paulo, 漢字, Ω → ∞", "a\\b"] {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        assert_eq!(line("\u{1b}[31mred\u{7}\n"), "\\u{1b}[31mred\\u{7}\\n");
        assert_eq!(line("\u{9b}2J \u{202e}txt.exe \u{feff}\r\t"), "\\u{9b}2J \\u{202e}txt.exe \\u{feff}\\r\\t");
        assert_eq!(lines("two\nlines\tand \u{1b}]0;title\u{7}"), "two\nlines\tand \\u{1b}]0;title\\u{7}");
    }
}
