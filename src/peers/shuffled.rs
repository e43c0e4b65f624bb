//! The neighbour list in a random order that is new in every lap.

use serde::{Deserialize, Serialize};

use super::permutation::{self, Order};
use super::turn::Turn;
use crate::random::Field;
use crate::units::NodeId;

/// Each node goes through a shuffled list of its neighbours and shuffles it again at its end, as SWIM does: random,
/// yet everybody is met once a lap (Das, Gupta and Motivala, "SWIM", DSN 2002, section 4.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shuffled {}

impl Shuffled {
    /// A lap has ceil(degree / fanout) turns. Its last turn is filled up with the first peers of the same lap, so
    /// that the peers of a turn are distinct.
    #[inline(never)]
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        if fanout >= degree {
            picks.extend(0..degree);
            return;
        }
        if fanout == 0 {
            return;
        }
        let (lap, place) = lap_of(turn.number, degree.div_ceil(fanout));
        // Below the degree: the last turn of a lap begins within the list.
        Order { choices, node: turn.node, lap, degree }.append(place * fanout, fanout, picks);
    }
}

/// The only pick of a turn, of a node with several neighbours.
#[inline]
pub(super) fn one(turn: Turn, degree: u32, choices: &Field) -> u32 {
    let (lap, place) = lap_of(turn.number, degree);
    Order { choices, node: turn.node, lap, degree }.pick(place)
}

/// The only picks of the turns `number` of several nodes with so many neighbours, at least 2.
pub(super) fn one_each(number: u64, nodes: &[(NodeId, u32)], choices: &Field, picks: &mut [u32]) {
    for (nodes, picks) in nodes.chunks(AT_ONCE).zip(picks.chunks_mut(AT_ONCE)) {
        let mut orders = [(Order { choices, node: NodeId::default(), lap: 0, degree: 2 }, 0); AT_ONCE];
        for (order, &(node, degree)) in orders.iter_mut().zip(nodes) {
            let (lap, place) = lap_of(number, degree);
            *order = (Order { choices, node, lap, degree }, place);
        }
        permutation::at_once(&orders[..nodes.len()], picks);
    }
}

/// Turns whose orders are worked out together.
const AT_ONCE: usize = 64;

/// The lap of `turns` turns that turn `number` belongs to, and its place in it.
#[inline]
fn lap_of(number: u64, turns: u32) -> (u64, u32) {
    // Most runs end in the first lap, and a division takes long.
    if number < u64::from(turns) {
        return (0, number as u32);
    }
    (number / u64::from(turns), (number % u64::from(turns)) as u32)
}

#[cfg(test)]
mod tests {
    use super::super::testing::choices;
    use super::*;

    fn picks(number: u64, degree: u32, fanout: u32) -> Vec<u32> {
        let mut picks = Vec::new();
        Shuffled {}.choose(Turn { node: NodeId::new(7), number }, degree, fanout, &choices(1), &mut picks);
        picks
    }

    #[test]
    fn everybody_is_met_once_a_lap_and_the_last_turn_is_filled_up_from_its_beginning() {
        for (degree, fanout) in [(2u32, 1), (5, 2), (7, 3), (64, 5), (65, 64), (100, 1), (100, 7), (1000, 33)] {
            let turns = u64::from(degree.div_ceil(fanout));
            for lap in [0, 1, 1_000_000_007] {
                let mut met: Vec<u32> = (0..turns).flat_map(|step| picks(lap * turns + step, degree, fanout)).collect();
                let again = met.split_off(degree as usize);
                assert_eq!(again, met[..again.len()], "degree {degree}, fanout {fanout}");
                met.sort_unstable();
                assert!(met.into_iter().eq(0..degree), "degree {degree}, fanout {fanout}");
            }
        }
    }

    #[test]
    fn the_only_pick_is_the_one_that_would_be_appended() {
        for degree in [2, 5, 64, 65, 100, 1000] {
            for number in (0..200).chain([1_000_000_007]) {
                let (turn, mut pick) = (Turn { node: NodeId::new(7), number }, [0]);
                assert_eq!([one(turn, degree, &choices(1))], picks(number, degree, 1)[..], "degree {degree}");
                one_each(number, &[(turn.node, degree)], &choices(1), &mut pick);
                assert_eq!(pick, picks(number, degree, 1)[..], "degree {degree}");
            }
        }
    }

    #[test]
    fn the_order_is_new_in_every_lap() {
        let lap = |lap: u64| -> Vec<u32> { (0..20).map(|step| picks(lap * 20 + step, 20, 1)[0]).collect() };
        // Two of 20! orders are equal with probability 4e-19.
        assert!((0..10).all(|number| lap(number) != lap(number + 1)));
    }
}
