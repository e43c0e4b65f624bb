//! When nodes count, and which way: the inputs of a run, drawn by address.

use super::settings::CounterSettings;
use crate::random::{Chance, Field, Purpose};
use crate::time::{Span, Time};
use crate::units::{NodeId, Probability};
use crate::workload::{Arrivals, arrivals};

/// So much is added to the counter at a node; less than nothing, if it is a decrement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Increment(pub i64);

/// What a draw decides: the last word of its address.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Use {
    /// How long after the last increment of anybody the next one is.
    Gap = 0,
    /// Whose it is.
    Node = 1,
    /// Whether it is a decrement.
    Sign = 2,
}

/// The increments at `nodes` nodes, in order of time. Those at nodes that are down do not happen.
pub fn increments(
    settings: &CounterSettings,
    nodes: u32,
    chance: &Chance,
) -> Box<dyn Iterator<Item = (Time, NodeId, Increment)>> {
    let draws = chance.field(Purpose::Workload);
    let CounterSettings { every, decrements, .. } = *settings;
    let end = Time::ZERO + settings.during;
    match settings.arrivals {
        Arrivals::Periodic => inputs(periodic(nodes, every), end, decrements, draws),
        Arrivals::Poisson => inputs(poisson(nodes, every, draws.clone()), end, decrements, draws),
    }
}

/// The increments of the nodes that are due, until `end`.
fn inputs(
    due: impl Iterator<Item = (Time, NodeId)> + 'static,
    end: Time,
    decrements: Probability,
    draws: Field,
) -> Box<dyn Iterator<Item = (Time, NodeId, Increment)>> {
    let due = due.take_while(move |(at, _)| *at < end).zip(0..);
    Box::new(due.map(move |((at, node), number)| {
        let down = decrements.holds(draws.at(0, number, Use::Sign as u64));
        (at, node, Increment(if down { -1 } else { 1 }))
    }))
}

/// All nodes together, at 0 and then every so often.
fn periodic(nodes: u32, every: Span) -> impl Iterator<Item = (Time, NodeId)> {
    (0..).flat_map(move |round| (0..nodes).map(move |node| (Time::ZERO + every * round, NodeId::new(node))))
}

/// After exponential gaps. The increments of n nodes of mean gap T are one stream of mean gap T / n that picks a node
/// each time (superposition of Poisson processes).
fn poisson(nodes: u32, every: Span, draws: Field) -> impl Iterator<Item = (Time, NodeId)> {
    let mean = every.nanos() as f64 / f64::from(nodes);
    let nodes = (0..).map({
        let draws = draws.clone();
        move |number| NodeId::new(draws.below(nodes, 0, number, Use::Node as u64))
    });
    arrivals::poisson(mean, move |number| draws.at(0, number, Use::Gap as u64)).zip(nodes)
}
