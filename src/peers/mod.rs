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
mod knows_dead;
mod permutation;
mod quasirandom;
mod round_robin;
mod shuffled;
mod spatial;
mod turn;
mod uniform;

pub use knows_dead::KnowsDead;
pub use quasirandom::Quasirandom;
pub use round_robin::RoundRobin;
pub use shuffled::Shuffled;
pub use spatial::Spatial;
pub use turn::Turn;
pub use uniform::Uniform;

use std::sync::Arc;

use crate::catalog;
use crate::distance::DistanceIndex;
use crate::random::Field;
use crate::units::NodeId;

catalog! {
    /// Whom a node contacts.
    pub enum Peers = "peer rule" {
        "uniform" => Uniform(uniform::Uniform) for ["random", "any", "anybody"],
        "round-robin" => RoundRobin(round_robin::RoundRobin) for ["cyclic", "sequential", "in-order"],
        "shuffled" => Shuffled(shuffled::Shuffled) for ["swim", "permutation", "random-permutation", "without-replacement"],
        "quasirandom" => Quasirandom(quasirandom::Quasirandom) for ["rotor-router", "quasi", "random-start"],
        "spatial" => Spatial(spatial::Spatial) for ["distance", "nearest", "local", "proximity", "kleinberg"],
    }

    /// Appends to `picks` the indices of min(`fanout`, `degree`) distinct neighbours.
    fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) -> ();
}

impl Peers {
    /// Appends to `picks` the indices of the first `fanout` neighbours in the order in which [`Peers::choose`] would name more
    /// and more of them, without those to `avoid`, or all others where there are not so many. With nobody to avoid they are
    /// those of [`Peers::choose`]. Of a rule that goes through a list all in the list are named, and those to avoid are left out.
    pub fn choose_others(
        &self,
        (turn, degree): (Turn, u32),
        fanout: u32,
        choices: &Field,
        avoid: impl Fn(u32) -> bool,
        picks: &mut Vec<u32>,
    ) {
        match self {
            Peers::Uniform(_) => uniform::choose_others(turn, degree, fanout, choices, avoid, picks),
            rule => {
                rule.choose(turn, degree, fanout, choices, picks);
                picks.retain(|&pick| !avoid(pick));
            }
        }
    }

    /// The index of the one neighbour of a turn, where it takes no list to find it: what [`Peers::choose`] would
    /// append, in a form that a compiler can fit into the event loop.
    #[inline(always)]
    pub fn only(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field) -> Option<u32> {
        match self {
            Peers::Uniform(_) if fanout == 1 && degree > 1 => Some(uniform::one(turn, degree, choices)),
            Peers::Shuffled(_) if fanout == 1 && degree > 1 => Some(shuffled::one(turn, degree, choices)),
            _ => None,
        }
    }

    /// What [`Peers::only`] finds in the turns `number` of several nodes with so many neighbours, at least 2, where
    /// [`Peers::is_one`].
    pub fn only_each(&self, number: u64, nodes: &[(NodeId, u32)], choices: &Field, picks: &mut [u32]) {
        if let Peers::Shuffled(_) = self {
            return shuffled::one_each(number, nodes, choices, picks);
        }
        for (pick, &(node, degree)) in picks.iter_mut().zip(nodes) {
            *pick = uniform::one(Turn { node, number }, degree, choices);
        }
    }

    /// The index of one neighbour of several, each with the same probability.
    #[inline(always)]
    pub fn one(turn: Turn, degree: u32, choices: &Field) -> u32 {
        uniform::one(turn, degree, choices)
    }

    /// Whether the one neighbour of a turn is that of [`Peers::one`].
    pub fn is_uniform(&self) -> bool {
        matches!(self, Peers::Uniform(_))
    }

    /// Whether [`Peers::only`] finds the neighbour of every turn that has a choice.
    pub fn is_one(&self, fanout: u32) -> bool {
        matches!(self, Peers::Uniform(_) | Peers::Shuffled(_)) && fanout == 1
    }

    /// Whether the rule looks beyond a node's neighbours, and must be told of the distances.
    pub fn by_distance(&self) -> bool {
        matches!(self, Peers::Spatial(_))
    }

    /// The same rule, told of the distances if it goes by them. Neighbours are then all nodes in reach, by
    /// their numbers in `space`.
    pub fn on(&self, space: &Arc<dyn DistanceIndex>) -> Self {
        match self {
            Peers::Spatial(rule) => Peers::Spatial(rule.on(space)),
            other => other.clone(),
        }
    }

    /// The index of further neighbour `number` of a turn, from 0, in the order in which the rule would name at most
    /// `most` besides its `fanout`; `None` where there are not so many. `picks` is a scratch buffer; so is `called`, for
    /// one turn from its further neighbour 0 on: what it has room for need not be worked out again.
    pub fn hunt(
        &self,
        (turn, degree): (Turn, u32),
        [fanout, most]: [u32; 2],
        number: u32,
        choices: &Field,
        picks: &mut Vec<u32>,
        called: &mut [u32],
    ) -> Option<u32> {
        picks.clear();
        if let (Peers::Uniform(_), true) = (self, fanout < degree && number < most) {
            // The picks of a greater fanout begin with those of a smaller one, and all are distinct.
            let place = fanout + number;
            if place + 1 < degree {
                let known = if number == 0 { 0 } else { place };
                return uniform::next(turn, degree, known..=place, choices, called).or_else(|| {
                    self.choose(turn, degree, place + 1, choices, picks);
                    picks.last().copied()
                });
            }
        }
        self.choose(turn, degree, fanout, choices, picks);
        let first = picks.len();
        // Who takes all neighbours takes them in the order of the list; who takes all but one, as the rule says.
        let wanted = match self {
            // Begins with the picks of a smaller fanout.
            Peers::Uniform(_) => most.min(number + 1),
            _ => most,
        };
        let all = fanout.saturating_add(wanted).min(degree.saturating_sub(1));
        self.choose(turn, degree, all, choices, picks);
        let (tried, named) = picks.split_at(first);
        let rest = (0..degree).filter(|pick| all + 1 == degree && !named.contains(pick)).take(1);
        let named = named.iter().copied().chain(rest);
        named.filter(|pick| !tried.contains(pick)).take(most as usize).nth(number as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::NodeId;
    use testing::{choices, rank, z_of_equal_shares};

    fn rules() -> [Peers; 4] {
        [
            Peers::Uniform(Uniform {}),
            Peers::RoundRobin(RoundRobin {}),
            Peers::Shuffled(Shuffled {}),
            Peers::Quasirandom(Quasirandom {}),
        ]
    }

    #[test]
    fn further_neighbours_are_others_and_each_is_named_once() {
        let (choices, mut picks) = (choices(5), Vec::new());
        for rule in rules() {
            for (degree, fanout, most) in [(9, 1, 3), (9, 2, 20), (2, 1, 1), (2, 1, 5), (3, 3, 4), (5, 4, 9), (1, 1, 1)]
            {
                for number in 0..20 {
                    let turn = Turn { node: NodeId::new(number), number: u64::from(number) };
                    rule.choose(turn, degree, fanout, &choices, &mut picks);
                    let mut tried = picks.clone();
                    let [named, some, all] = [0, 4, 40].map(|room| -> Vec<u32> {
                        let (mut picks, mut called) = (Vec::new(), vec![0; room]);
                        let contacts = [fanout, most];
                        let next = |n| rule.hunt((turn, degree), contacts, n, &choices, &mut picks, &mut called);
                        (0..).map_while(next).collect()
                    });
                    picks.clear();
                    assert!(named == some && named == all, "{rule:?} {turn:?}, {degree}");
                    assert_eq!(
                        named.len() as u32,
                        most.min(degree - fanout.min(degree)),
                        "{rule:?} {turn:?}, {degree}"
                    );
                    tried.extend(named);
                    tried.sort_unstable();
                    tried.dedup();
                    assert_eq!(tried.len() as u32, degree.min(fanout + most), "{rule:?} {turn:?}, {degree}");
                }
            }
        }
    }

    /// |z| <= 4 for all orders of 4 neighbours, of which one is contacted and the others are further ones.
    #[test]
    fn uniform_names_further_neighbours_in_every_order_alike() {
        let (choices, mut picks, rule, mut called) = (choices(6), Vec::new(), Peers::Uniform(Uniform {}), [0; 4]);
        let mut counts = [0; 24];
        for number in 0..40_000 {
            let turn = Turn { node: NodeId::new(number % 50), number: u64::from(number / 50) };
            let mut order = Vec::new();
            rule.choose(turn, 4, 1, &choices, &mut order);
            order.extend((0..3).filter_map(|n| rule.hunt((turn, 4), [1, 3], n, &choices, &mut picks, &mut called)));
            counts[rank(&order, 4)] += 1;
        }
        let z = z_of_equal_shares(&counts);
        assert!(z.abs() <= 4.0, "z = {z:.2}");
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
