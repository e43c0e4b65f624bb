//! Foreign text that is safe to draw.

use crate::printable;

/// `text` on one line, without what XML cannot hold or a viewer obeys, and short enough to lay out.
pub(super) fn plain(text: &str) -> String {
    let safe = |c: char| if printable::acted_on(c) || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c };
    text.chars().take(1000).map(safe).collect()
}
