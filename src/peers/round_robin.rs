//! The neighbour list in its order, around and around.

use serde::{Deserialize, Serialize};

use super::cycle::read_on;
use super::turn::Turn;
use crate::random::Field;

/// Each node goes through its neighbours in their fixed order, beginning with its first: no randomness at all, and
/// nobody waits longer than one lap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundRobin {}

impl RoundRobin {
    /// Turn t picks neighbours t·fanout to t·fanout + fanout - 1, modulo the degree.
    #[inline(never)]
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, _choices: &Field, picks: &mut Vec<u32>) {
        read_on(0, turn.number, degree, fanout, picks);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::choices;
    use super::*;
    use crate::units::NodeId;

    fn picks(number: u64, degree: u32, fanout: u32) -> Vec<u32> {
        let mut picks = Vec::new();
        RoundRobin {}.choose(Turn { node: NodeId::new(7), number }, degree, fanout, &choices(1), &mut picks);
        picks
    }

    #[test]
    fn it_reads_the_list_in_order_and_begins_again() {
        assert_eq!([picks(0, 5, 2), picks(1, 5, 2), picks(2, 5, 2), picks(3, 5, 2)], [[0, 1], [2, 3], [4, 0], [1, 2]]);
    }

    #[test]
    fn it_works_for_the_last_turn_of_all_and_the_longest_list() {
        // 2^64 - 1 is 15 mod 100 and 0 mod 5.
        assert_eq!(picks(u64::MAX, 100, 3), [45, 46, 47]);
        assert_eq!(picks(u64::MAX, 5, 1), [0]);
        let degree = u32::MAX;
        assert_eq!(picks(u64::from(degree) - 1, degree, 1), [degree - 1]);
        assert_eq!(picks(u64::from(degree) - 1, degree, 2), [degree - 2, degree - 1]);
    }
}
