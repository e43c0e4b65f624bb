//! The order of messages between two nodes, where none overtakes another, as on one connection.

use std::collections::BTreeMap;

use crate::time::Time;
use crate::units::NodeId;

/// When the last message of each directed pair arrives that has any on their way.
#[derive(Clone, Debug, Default)]
pub(super) struct PairOrder {
    last: BTreeMap<[NodeId; 2], Time>,
    /// With so many pairs it is time to look which have none any more.
    full: usize,
}

/// Bytes of a pair: its nodes, the time, and its share of a tree that is two thirds full.
pub(crate) const BYTES_OF_PAIR: u64 = 28;

/// So few pairs are not looked through.
const FEW: usize = 1 << 10;

impl PairOrder {
    /// When one more message of a pair arrives that is sent at `now` and would at `arrival`: no sooner than those sent before it.
    pub(super) fn arrange(&mut self, now: Time, pair: [NodeId; 2], arrival: Time) -> Time {
        if self.last.len() >= self.full.max(FEW) {
            self.last.retain(|_, last| *last > now);
            self.full = 2 * self.last.len();
        }
        let last = self.last.entry(pair).or_default();
        *last = arrival.max(*last);
        *last
    }

    /// How many pairs are kept.
    pub(super) fn pairs(&self) -> usize {
        self.last.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> Time {
        Time::from_nanos(nanos)
    }

    #[test]
    fn a_message_arrives_no_sooner_than_those_sent_before_it_to_the_same_node() {
        let (mut order, [one, other]) = (PairOrder::default(), [0, 1].map(NodeId::new));
        let mut arrange = |now, pair, arrival| order.arrange(at(now), pair, at(arrival));
        let there = [[1, 9], [2, 5], [3, 7], [8, 11], [9, 10]].map(|[now, own]| arrange(now, [one, other], own));
        assert_eq!(there, [9, 9, 9, 11, 11].map(at));
        assert_eq!(arrange(4, [other, one], 6), at(6), "the way back is another");
        assert_eq!(arrange(12, [one, other], 13), at(13));
    }

    #[test]
    fn pairs_without_a_message_on_its_way_are_forgotten() {
        let mut order = PairOrder::default();
        for now in 0..100_000 {
            order.arrange(at(now), [NodeId::new(0), NodeId::new(now as u32)], at(now + 3000));
        }
        assert!((3000..9000).contains(&order.pairs()), "{}", order.pairs());
        assert_eq!(order.arrange(at(99_999), [NodeId::new(0), NodeId::new(99_000)], at(100_000)), at(102_000));
    }
}
