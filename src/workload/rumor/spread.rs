//! When a node stops spreading: never (anti-entropy), or when it loses interest (rumor mongering).

use std::num::NonZeroU8;

use serde::{Deserialize, Serialize};

use super::Message;
use crate::catalog;
use crate::random::Draw;

catalog! {
    /// When a node stops spreading.
    pub enum Spread = "spread" {
        "forever" => Forever(Forever) for ["anti-entropy", "always", "never-stop", "si", "infinite"],
        "counter" => Counter(Mongering) for ["rumor-mongering", "rumour-mongering", "sir", "count"],
        "coin" => Coin(Mongering) for ["blind", "random", "probabilistic", "probability"],
        "infect-and-die" => InfectAndDie(InfectAndDie) for ["once", "infect-once", "one-shot"],
        "duplicates" => Duplicates(Duplicates) for ["duplicate", "counter-based", "until-duplicates"],
    }
}

impl Spread {
    /// Anti-entropy, the default.
    pub const FOREVER: Spread = Spread::Forever(Forever {});

    /// The rumor mongering of Demers et al. that it is, if it is one.
    pub fn mongering(&self) -> Option<&Mongering> {
        match self {
            Spread::Counter(rule) | Spread::Coin(rule) => Some(rule),
            Spread::InfectAndDie(_) => Some(&InfectAndDie::MONGERING),
            Spread::Forever(_) | Spread::Duplicates(_) => None,
        }
    }
}

/// Anti-entropy: a node never stops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forever {}

/// Rumor mongering: a node loses interest after unnecessary contacts.
///
/// Source: Demers et al., Epidemic Algorithms for Replicated Database Maintenance (1987; report CSL-89-1), section
/// 1.4. What the paper leaves open is settled so that its tables 1-3 come out:
/// - a contact is unnecessary if the recipient knew before the instant of the contact (two simultaneous first
///   pushes are both needed);
/// - a node draws its conclusion once per turn, from all contacts since its last turn: if any was needed, its
///   counter goes back to 0; if there were only unnecessary ones, its counter goes up by one, or the coin is thrown;
/// - contacts before the first turn of a newly informed node do not count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mongering {
    /// Counter: interest is lost after `k` turns in a row without a needed contact. Coin: with probability 1/k after
    /// each such turn.
    pub k: NonZeroU8,
    /// Whether recipients say if a contact was needed (a leg of its own, which can be lost). Without feedback every
    /// contact counts as unnecessary ("blind").
    #[serde(default = "yes")]
    pub feedback: bool,
    /// Whether both parties of a contact compare their counters ("minimization"): if both know the update, only the
    /// smaller counter goes up, and both do if they are equal; who has lost interest counts as `k`. For a counter with
    /// feedback and `k` up to [`Mongering::MAX_COMPARED`], since counters travel with the messages.
    #[serde(default)]
    pub minimization: bool,
}

impl Mongering {
    /// The greatest `k` for which counters can be compared.
    pub const MAX_COMPARED: u8 = Message::COUNTERS - 1;
}

/// A node passes the update on once, to the peers of one turn, and never again (Eugster, Guerraoui, Kermarrec and Massoulié,
/// "From Epidemics to Distributed Computing", IEEE Computer 37(5), 2004: "infect and die").
///
/// The counter without feedback whose `k` is 1, by another name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InfectAndDie {}

impl InfectAndDie {
    /// The same in the words of Demers et al.
    const MONGERING: Mongering = Mongering { k: NonZeroU8::MIN, feedback: false, minimization: false };
}

/// Where nodes forward at once, one does so every time that it receives the update, until it has received it `k` times more than
/// the first time (after Ni, Tseng, Chen and Sheu, "The Broadcast Storm Problem in a Mobile Ad Hoc Network", MobiCom 1999, section
/// 3.2: the counter-based scheme). It says nothing in turns, so that a rumor ends though the last who tell it wait in vain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duplicates {
    /// Duplicates that are enough.
    pub k: NonZeroU8,
}

fn yes() -> bool {
    true
}

/// How interest is lost; the rule of [`Mongering`] in the form the state machine asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// Never.
    Lasting,
    /// After this many useless turns in a row.
    Counted(NonZeroU8),
    /// With one chance in this many after each useless turn.
    Tossed(NonZeroU8),
    /// After this many duplicates.
    Sated(NonZeroU8),
}

impl Interest {
    /// Whether interest is gone after one more useless turn, with `useless` of them before in a row.
    #[inline]
    pub fn gone(self, useless: u8, luck: Draw<'_>) -> bool {
        match self {
            Interest::Lasting | Interest::Sated(_) => false,
            Interest::Counted(k) => useless + 1 >= k.get(),
            Interest::Tossed(k) => luck.below(k.get().into()) == 0,
        }
    }
}
