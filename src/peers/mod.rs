//! Whom a node contacts in a turn: the rules, each in a file of its own.
//!
//! Which rule to take:
//!
//! | rule | whom | take it for |
//! |---|---|---|
//! | `uniform` | anybody, independent of the turns before | the model of the theorems, and the default |
//! | `shuffled` | everybody once a lap, in a new random order each lap | what membership protocols such as SWIM do: as random as can be, yet nobody waits longer than two laps |
//! | `quasirandom` | the neighbour list in its fixed order, from a random place | as fast as `uniform` with one draw per node in all |
//! | `round-robin` | the neighbour list in its fixed order, from its beginning | no randomness at all; how much the order of a list can hurt or help |
//! | `spatial` | anybody on the topology, the rarer the farther away | a load on long links that grows slowly, at a small price in rounds |
//!
//! With `uniform` and `spatial` a greater fanout adds peers to those of a smaller one in every turn (fanout 3 begins
//! with the picks of fanout 1), so runs that differ in their fanout alone can be compared node by node. The other rules
//! read on in a list, and a greater fanout reads faster: there it adds peers to all the turns so far, not to the single
//! turn.
//!
//! A rule picks by index among a node's neighbours and keeps nothing: where it goes on from is worked out from the
//! number of the turn. One that goes by distance is told of the distances before a run ([`Peers::on`]). A rule is one
//! file with its settings and its tests, plus one line in the catalog below.

mod cycle;
mod permutation;
mod quasirandom;
mod round_robin;
mod shuffled;
mod spatial;
mod uniform;

pub use quasirandom::Quasirandom;
pub use round_robin::RoundRobin;
pub use shuffled::Shuffled;
pub use spatial::Spatial;
pub use uniform::Uniform;

use std::sync::Arc;

use crate::catalog;
use crate::random::Field;
use crate::space::Space;
use crate::units::NodeId;

/// One turn of one node: the address of its choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Whose turn it is.
    pub node: NodeId,
    /// How many turns it had before.
    pub number: u64,
}

/// What a draw decides: the upper half of the last word of its address, one for each use. The lower half is the slot,
/// which tells apart the draws of one use.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
enum Use {
    /// A pick of `uniform`.
    Pick = 0,
    /// Where `quasirandom` starts in the list.
    Start = 1 << 32,
    /// The order of a lap of `shuffled`.
    Order = 2 << 32,
    /// How far away a pick of `spatial` is.
    Distance = 3 << 32,
    /// Which of the nodes at that distance it is.
    Member = 4 << 32,
    /// Which of all nodes it is, should attempts run out.
    Last = 5 << 32,
}

impl Use {
    /// Where the number of an attempt begins, above the use and below what [`Field::below`] needs for itself.
    const ATTEMPT: u32 = 36;

    /// The last word of the address of slot `number`.
    #[inline]
    fn slot(self, number: u32) -> u64 {
        self as u64 | u64::from(number)
    }
}

catalog! {
    /// Whom a node contacts.
    pub enum Peers = "peer rule" {
        "uniform" => Uniform(uniform::Uniform),
        "round-robin" => RoundRobin(round_robin::RoundRobin),
        "shuffled" => Shuffled(shuffled::Shuffled),
        "quasirandom" => Quasirandom(quasirandom::Quasirandom),
        "spatial" => Spatial(spatial::Spatial),
    }

    /// Appends to `picks` the indices of min(`fanout`, `degree`) distinct neighbours.
    fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) -> ();
}

impl Peers {
    /// The index of the one neighbour of a turn, where it takes no list to find it: what [`Peers::choose`] would
    /// append, in a form that a compiler can fit into the event loop.
    #[inline(always)]
    pub fn only(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field) -> Option<u32> {
        match self {
            Peers::Uniform(_) if fanout == 1 && degree > 1 => Some(uniform::one(turn, degree, choices)),
            _ => None,
        }
    }

    /// Whether the rule looks beyond a node's neighbours, and must be told of the distances.
    pub fn by_distance(&self) -> bool {
        matches!(self, Peers::Spatial(_))
    }

    /// The same rule, told of the distances if it goes by them. Neighbours are then all nodes in reach, by
    /// their numbers in `space`.
    pub fn on(&self, space: &Arc<dyn Space>) -> Self {
        match self {
            Peers::Spatial(rule) => Peers::Spatial(rule.on(space)),
            other => other.clone(),
        }
    }
}

/// What the tests of all rules share.
#[cfg(test)]
mod testing {
    use crate::random::{Chance, Field, Purpose};

    /// A field to choose from.
    pub(super) fn choices(seed: u64) -> Field {
        Chance { seed, nodes: 2, replicate: 0 }.field(Purpose::Peers)
    }

    /// How many standard deviations Pearson's chi-square of `counts` against equal shares lies from its mean.
    pub(super) fn z_of_equal_shares(counts: &[u32]) -> f64 {
        let total: f64 = counts.iter().map(|&count| f64::from(count)).sum();
        let share = total / counts.len() as f64;
        let square = |&count: &u32| (f64::from(count) - share) * (f64::from(count) - share) / share;
        let chi_square: f64 = counts.iter().map(square).sum();
        let freedom = counts.len() as f64 - 1.0;
        (chi_square - freedom) / (2.0 * freedom).sqrt()
    }

    /// A number of its own for each sequence of distinct numbers below `base`.
    pub(super) fn rank(picks: &[u32], base: u32) -> usize {
        let digits = picks.iter().enumerate().map(|(place, &pick)| {
            let passed = picks[..place].iter().filter(|&&other| other < pick).count();
            (base as usize - place, pick as usize - passed)
        });
        digits.fold(0, |rank, (choices, digit)| rank * choices + digit)
    }
}
