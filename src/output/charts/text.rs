//! Foreign text that is safe to draw.

use crate::printable;

/// `text` on one line, without what XML cannot hold or a viewer obeys, and short enough to lay out.
pub(super) fn plain(text: &str) -> String {
    let safe = |c: char| if printable::acted_on(c) || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c };
    text.chars().take(1000).map(safe).collect()
}

/// `text` as part of the name of a file: lower-case ASCII letters, digits, `-` and `_`.
pub(super) fn file_name(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '_' };
    text.chars().take(60).map(safe).collect()
}
