//! The neighbour list in its order, from a random place.

use serde::{Deserialize, Serialize};

use super::cycle::read_on;
use super::turn::Turn;
use crate::random::{Field, Use};

/// Each node goes through its neighbours in their fixed order, beginning at a random one: as fast as uniform choice
/// on most graphs, with a single draw per node (Doerr, Friedrich and Sauerwald, "Quasirandom rumor spreading",
/// SODA 2008).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quasirandom {}

impl Quasirandom {
    /// The start is drawn at (node, 0); from there as in round-robin. It is uniform and independent of when the node
    /// first has something to tell, so the turns before that change nothing.
    #[inline(never)]
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        let start = choices.below(degree, turn.node.into(), 0, Use::FIRST_PEER.slot(0));
        read_on(start, turn.number, degree, fanout, picks);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{choices, z_of_equal_shares};
    use super::*;
    use crate::units::NodeId;

    fn picks(node: u32, number: u64, degree: u32, fanout: u32) -> Vec<u32> {
        let mut picks = Vec::new();
        Quasirandom {}.choose(Turn { node: NodeId::new(node), number }, degree, fanout, &choices(1), &mut picks);
        picks
    }

    #[test]
    fn each_turn_goes_on_where_the_last_one_ended() {
        for node in 0..50 {
            let read: Vec<u32> = (0..20).flat_map(|number| picks(node, number, 7, 3)).collect();
            assert!(read.windows(2).all(|pair| pair[1] == (pair[0] + 1) % 7), "node {node}: {read:?}");
        }
    }

    #[test]
    fn every_start_is_equally_likely_over_the_nodes() {
        let mut counts = [0; 10];
        for node in 0..20_000 {
            counts[picks(node, 0, 10, 1)[0] as usize] += 1;
        }
        let z = z_of_equal_shares(&counts);
        assert!(z.abs() <= 4.0, "{counts:?}, z = {z:.2}");
    }
}
