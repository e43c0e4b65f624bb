//! Why a node never learned the update.

use super::conversation::legs_from;
use super::infection::Infection;
use super::run::Trace;
use crate::bits::Bits;
use crate::engine::Conduct;
use crate::experiment::{self, Fault, flow};
use crate::observe::{ExternalEvent, Fate};
use crate::time::Time;
use crate::topology::components::{self, EdgeDirection};
use crate::topology::{Graph, OnGraph};
use crate::units::NodeId;

/// What is known of a node that never learned the update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// Whether updates can get to it from the origin on the graph.
    pub reachable: bool,
    /// Whether they can get to it past none that passes nothing on.
    pub reachable_by_honest: bool,
    /// How it behaves, if it does not do its part.
    pub conduct: Option<Conduct>,
    /// Since when it is down, or yet to join, if it is at the end.
    pub down_since: Option<Time>,
    /// Whether it was ever up.
    pub ever_up: bool,
    /// Messages with the update to it, by what became of them, in the order of [`Fate::ALL`].
    pub updates: [u64; Fate::ALL.len()],
    /// Conversations that it opened.
    pub opened: u64,
    /// Those of them of which a message was lost, cut off, refused, or met a node that was down.
    pub opened_failed: u64,
    /// Those of them with nodes that had the update, and did not tell it.
    pub opened_with_informed: u64,
    /// Those of them with nodes that did not have it either.
    pub opened_with_ignorant: u64,
    /// Conversations that others opened with it which had the update, whatever became of them.
    pub contacts_by_informed: u64,
}

/// Why `node` never learned the update.
///
/// # Errors
/// See [`Fault`].
pub fn why_not(trace: &Trace, infection: &Infection, node: NodeId) -> Result<Unreached, Fault> {
    let (log, end) = (&trace.log, trace.record.ending.ended);
    let reachable = match &trace.record.split {
        Some(_) if trace.is_of_a_rumor() => {
            let search = Search { origins: &trace.origins, flow: flow(&trace.point.settings), avoided: &[] };
            experiment::on_graph(&trace.point, trace.replicate, search)?.contains(node.index())
        }
        _ => true,
    };
    let others = trace.adversaries.iter().map(|(other, _)| *other).filter(|other| *other != node);
    let reachable_by_honest = match &others.collect::<Vec<_>>()[..] {
        [] => reachable,
        avoided if trace.is_of_a_rumor() && trace.point.settings.may_be_parted() => {
            let search = Search { origins: &trace.origins, flow: flow(&trace.point.settings), avoided };
            experiment::on_graph(&trace.point, trace.replicate, search)?.contains(node.index())
        }
        _ => reachable,
    };
    let conduct = trace.adversaries.iter().find(|(other, _)| *other == node).map(|(_, conduct)| *conduct);
    let own = || log.external().filter(|event| event.node == node && event.event != ExternalEvent::Input);
    let down_since = (!log.is_up(node, end)).then(|| {
        let last = own().filter(|event| event.event.up() == Some(false)).last();
        last.map_or(Time::ZERO, |event| event.at)
    });
    let mut unreached = Unreached {
        reachable,
        reachable_by_honest,
        conduct,
        down_since,
        ever_up: log.is_up(node, Time::ZERO) || own().any(|event| event.event.up() == Some(true)),
        updates: [0; Fate::ALL.len()],
        opened: 0,
        opened_failed: 0,
        opened_with_informed: 0,
        opened_with_ignorant: 0,
        contacts_by_informed: 0,
    };
    for (place, message) in log.messages() {
        if message.to == node && trace.carries(message) {
            unreached.updates[message.fate as usize] += 1;
        }
        if message.step() == 0 && message.to == node && infection.knew(message.from, message.sent) {
            unreached.contacts_by_informed += 1;
        }
        if message.step() == 0 && message.from == node {
            unreached.opened += 1;
            let last = legs_from(log, place).last().map(|(_, leg)| leg.fate);
            let count = match last {
                Some(Fate::Delivered | Fate::InFlight)
                    if infection.knew(message.to, message.arrival.unwrap_or(end)) =>
                {
                    &mut unreached.opened_with_informed
                }
                Some(Fate::Delivered | Fate::InFlight) => &mut unreached.opened_with_ignorant,
                _ => &mut unreached.opened_failed,
            };
            *count += 1;
        }
    }
    Ok(unreached)
}

/// Finds the nodes that updates can get to from any of `origins`, past none of those `avoided`.
struct Search<'a> {
    origins: &'a [NodeId],
    flow: EdgeDirection,
    avoided: &'a [NodeId],
}

impl OnGraph for Search<'_> {
    type Output = Bits;

    fn with<G: Graph>(self, graph: &G) -> Bits {
        components::reached(graph, self.origins, self.flow, self.avoided)
    }
}
