//! What passed the queues of the nodes of a run, and how it was shared out among them.

use crate::engine::{ByKind, Passed, Queues};
use crate::stats::gini::gini;
use crate::stats::quantile::quantile;
use crate::time::Time;

/// What passed the queues of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueReport {
    /// What was sent.
    pub sent: DirectionReport,
    /// What was received.
    pub received: DirectionReport,
    /// The kinds of messages there are.
    pub kinds: &'static [&'static str],
    /// The regions that nodes are in, and how many nodes each has; none if that is not known.
    pub regions: Vec<(String, u32)>,
    /// Bytes sent from each region to each, those from the first to all first.
    pub between: Vec<u64>,
    /// The mean of how long messages that got through waited in the queues, in nanoseconds, their 99 % quantile, and the most.
    pub waits: Option<(f64, u64, u64)>,
    /// The bytes in the queues of a node at the end: the mean over nodes, and the most.
    pub left: [f64; 2],
}

/// What passed one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectionReport {
    /// Bytes by kind of message.
    pub bytes: ByKind,
    /// Messages for which there was no room, by kind.
    pub overflowed: ByKind,
    /// Messages that waited although there was no room.
    pub beyond: u64,
    /// Bytes of a node: the mean over nodes.
    pub mean: f64,
    /// What 99 % of the nodes stay below.
    pub p99: f64,
    /// The most.
    pub max: u64,
    /// How unequally they are shared out, where there are any.
    pub gini: Option<f64>,
}

impl DirectionReport {
    fn of(passed: &Passed, by_node: impl Iterator<Item = u64>) -> Self {
        let Passed { bytes, overflowed, beyond } = *passed;
        let mut by_node: Vec<u64> = by_node.collect();
        by_node.sort_unstable();
        let sorted: Vec<f64> = by_node.iter().map(|&bytes| bytes as f64).collect();
        let sum: u128 = by_node.iter().map(|&bytes| u128::from(bytes)).sum();
        DirectionReport {
            bytes,
            overflowed,
            beyond,
            mean: sum as f64 / by_node.len() as f64,
            p99: quantile(&sorted, 0.99).unwrap_or(0.0),
            max: by_node.last().copied().unwrap_or(0),
            gini: gini(&by_node),
        }
    }

    /// How many times the mean the most is, where there is any.
    pub fn max_to_mean(&self) -> Option<f64> {
        (self.mean > 0.0).then(|| self.max as f64 / self.mean)
    }
}

impl QueueReport {
    /// What passed `queues` in a run that ended at `end`, of a protocol with these kinds of messages.
    pub fn of(queues: &Queues, kinds: &'static [&'static str], end: Time) -> Self {
        let waits = &queues.waits;
        let regions = queues.shaping().regions.iter();
        QueueReport {
            sent: DirectionReport::of(&queues.sent, queues.sent_by_node()),
            received: DirectionReport::of(&queues.received, queues.received_by_node()),
            kinds,
            regions: regions
                .flat_map(|regions| regions.names().iter().cloned().zip(regions.sizes().iter().copied()))
                .collect(),
            between: queues.between.clone(),
            waits: waits.mean().and_then(|mean| Some((mean, waits.quantile(990)?, waits.most()?))),
            left: queues.waiting(end),
        }
    }
}
