//! What explanations of all kinds say alike: times, sentences, what became of messages.

use std::io::{self, Write};

use super::terminal;
use super::text::{self, count};
use crate::observe::Fate;
use crate::time::exact_millis;

/// So many nodes that never learned are named.
pub(super) const NAMED: usize = 8;

pub(super) fn ms(nanos: u64) -> String {
    format!("{} ms", exact_millis(nanos))
}

/// Writes a sentence, in lines that fit.
pub(super) fn sentence(out: &mut impl Write, text: &str) -> io::Result<()> {
    text::paragraph(out, text, ["", ""], terminal::text_width())
}

/// How many messages met each fate, those of which there are any: `2 lost, 1 delivered`.
pub(super) fn fates(counts: &[u64; Fate::ALL.len()]) -> Option<String> {
    let each = Fate::ALL.into_iter().zip(counts).filter(|(_, sent)| **sent > 0);
    let told: Vec<String> = each.map(|(fate, sent)| format!("{} {}", count(*sent), told(fate))).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn told(fate: Fate) -> &'static str {
    match fate {
        Fate::Delivered => "delivered",
        Fate::Lost => "lost",
        Fate::Cut => "cut off",
        Fate::Refused => "refused",
        Fate::Dropped => "while it was down",
        Fate::Corrupted => "corrupted",
        Fate::Overflowed => "dropped by a full queue",
        Fate::InFlight => "on the way at the end",
    }
}
