//! What explanations of all kinds say alike: times, sentences, what became of messages.

use std::io::{self, Write};

use serde_json::Value;

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

/// The nanoseconds of every kind over all `delays`, those of which there are any.
pub(super) fn totals<K: Copy + PartialEq>(
    kinds: impl IntoIterator<Item = K>,
    delays: impl Iterator<Item = (K, u64)> + Clone,
) -> Vec<(K, u64)> {
    let of = |kind| (kind, delays.clone().filter(|(other, _)| *other == kind).map(|(_, nanos)| nanos).sum());
    kinds.into_iter().map(of).filter(|&(_, nanos)| nanos > 0).collect()
}

/// Writes where the time went: what took how much of it.
pub(super) fn print_totals<'t>(
    out: &mut impl Write,
    totals: impl Iterator<Item = (&'t str, u64)> + Clone,
) -> io::Result<()> {
    let all: u64 = totals.clone().map(|(_, nanos)| nanos).sum();
    writeln!(out, "\nWhere the {} went", ms(all))?;
    let width = ms(all).chars().count();
    for (label, nanos) in totals {
        let share = text::share(nanos as f64 / all as f64);
        let indents = [format!("  {:>width$}  {share:>7}  ", ms(nanos)), " ".repeat(4)];
        text::paragraph(out, label, indents.each_ref().map(String::as_str), terminal::text_width())?;
    }
    Ok(())
}

/// Numbers by their names, as an object.
pub(super) fn object<'n>(numbers: impl Iterator<Item = (&'n str, u64)>) -> Value {
    numbers.map(|(name, number)| (name.to_owned(), Value::from(number))).collect()
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
