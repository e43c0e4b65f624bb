//! When and where updates are published: the inputs of a run, drawn by address.

use super::settings::RumorsSettings;
use crate::random::{Chance, Purpose};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::Origins;

/// A client publishes the next update at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication;

/// What a draw decides: the last word of its address.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Use {
    /// How long after the last update the next one is.
    Gap = 32,
    /// At which node.
    Node = 33,
}

/// The updates published at `nodes` nodes, in order of time. Those at nodes that are down are not.
pub fn publications(
    settings: &RumorsSettings,
    nodes: u32,
    chance: &Chance,
) -> Box<dyn Iterator<Item = (Time, NodeId, Publication)>> {
    let draws = chance.field(Purpose::Workload);
    let end = Time::ZERO + settings.during;
    let gaps = draws.clone();
    let times = settings.arrivals.times(settings.updates_per_second, move |number| gaps.at(0, number, Use::Gap as u64));
    let origins = settings.origins.clone();
    let node = move |number| {
        let drawn = |count| draws.below(count, 0, number, Use::Node as u64);
        match &origins {
            Origins::Random => NodeId::new(drawn(nodes)),
            Origins::First => NodeId::new(0),
            // No more than there are nodes.
            Origins::Nodes(list) => list.nodes()[drawn(list.nodes().len() as u32) as usize],
        }
    };
    Box::new(times.take_while(move |at| *at < end).zip(0..).map(move |(at, number)| (at, node(number), Publication)))
}
