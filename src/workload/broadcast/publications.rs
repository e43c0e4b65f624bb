//! When and where messages are published, drawn by address.

use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Field;
use crate::time::{Span, Time};
use crate::units::NodeId;
use crate::workload::members::check_numbers;
use crate::workload::{Arrivals, Origins};

/// What a draw decides: the last word of its address. Workloads go on from 34.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Use {
    /// How long after the last message the next one is.
    Gap = 32,
    /// At which node, or of which source.
    Node = 33,
    /// Which nodes are sources.
    Source = 35,
}

/// What is published in a run is counted message by message.
const MAX_MESSAGES: u32 = 1_000_000;

/// When and where messages are published.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule<'a> {
    pub(crate) messages: u32,
    pub(crate) messages_per_second: f64,
    pub(crate) arrivals: Arrivals,
    pub(crate) start: Span,
    pub(crate) origins: &'a Origins,
    /// At so many nodes; at any, where it is 0.
    pub(crate) sources: u32,
}

impl Schedule<'_> {
    /// When and at which of `nodes` nodes each message is published, in order of time.
    pub(crate) fn publications(self, nodes: u32, draws: &Field) -> Vec<(Time, NodeId, u32)> {
        let gaps = draws.clone();
        let times = self.arrivals.times(self.messages_per_second, move |number| gaps.at(0, number, Use::Gap as u64));
        let sources = self.source_nodes(nodes, draws);
        let published = |(at, message): (Time, u32)| {
            let below = |bound| draws.below(bound, 0, message.into(), Use::Node as u64);
            let node = match &sources {
                Some(sources) => sources[below(sources.len() as u32) as usize],
                None => NodeId::new(below(nodes)),
            };
            (at + self.start, node, message)
        };
        times.zip(0..self.messages).map(published).collect()
    }

    /// The nodes at which messages are published, if not at any.
    fn source_nodes(self, nodes: u32, draws: &Field) -> Option<Vec<NodeId>> {
        match self.origins {
            Origins::Random if self.sources == 0 => None,
            Origins::Random => {
                let mut all: Vec<NodeId> = (0..nodes).map(NodeId::new).collect();
                choose(&mut all, self.sources as usize, |bound, place| {
                    draws.below(bound, 0, place.into(), Use::Source as u64)
                });
                Some(all)
            }
            Origins::First => Some(vec![NodeId::new(0)]),
            Origins::Nodes(list) => Some(list.nodes().to_vec()),
        }
    }

    /// When the last message is published, about.
    pub(crate) fn last(self) -> Span {
        let gaps = f64::from(self.messages.saturating_sub(1)) / self.messages_per_second;
        self.start + Span::from_nanos_f64(gaps * 1e9)
    }

    /// Whether all that goes together, at `nodes` nodes; the keys of messages, of how many a second, and of sources are for errors.
    ///
    /// # Errors
    /// It does not.
    pub(crate) fn check(self, nodes: u32, [messages, a_second, sources]: [Key; 3]) -> Result<(), Incompatible> {
        let rate = self.messages_per_second;
        if !(rate.is_finite() && rate > 0.0) {
            let problem = format!("{rate} messages a second are none");
            return Err(Incompatible::of(a_second.name(), problem, "a number above 0"));
        }
        check_numbers([(messages, self.messages, 1)], MAX_MESSAGES)?;
        check_numbers([(sources, self.sources, 0)], nodes)?;
        if self.sources > 0 && *self.origins != Origins::Random {
            let problem = "it is said already where messages are published";
            return Err(Incompatible::of(sources.name(), problem, "0, or origins = \"random\""));
        }
        Ok(())
    }
}

/// Keeps `count` of `among` at random, in random order, or all if they are no more; `below` draws a number below its first argument for the
/// place that is its second.
pub(crate) fn choose<T>(among: &mut Vec<T>, count: usize, below: impl Fn(u32, u32) -> u32) {
    if among.len() <= count {
        return;
    }
    for place in 0..count {
        let left = (among.len() - place) as u32;
        among.swap(place, place + below(left, place as u32) as usize);
    }
    among.truncate(count);
}
