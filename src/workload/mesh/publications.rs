//! When, where and in which topic messages are published: the inputs of a run, drawn by address.

use super::settings::MeshSettings;
use crate::random::{Chance, Field, Purpose};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::Origins;

/// A client publishes a message at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Its number, in the order in which they come.
    pub message: u32,
    /// In which topic.
    pub topic: u16,
}

/// What a draw decides: the last word of its address.
#[derive(Clone, Copy)]
#[repr(u64)]
pub(super) enum Use {
    /// How long after the last message the next one is.
    Gap = 32,
    /// At which node, or of which source.
    Node = 33,
    /// In which topic.
    Topic = 34,
    /// Which nodes are sources.
    Source = 35,
    /// Whether a node subscribes.
    Subscription = 36,
}

/// All that is published at `nodes` nodes in a run, in order of time. What is at nodes that are down is not published.
pub(super) fn publications(settings: &MeshSettings, nodes: u32, chance: &Chance) -> Vec<(Time, NodeId, Publication)> {
    let draws = chance.field(Purpose::Workload);
    let gaps = draws.clone();
    let times =
        settings.arrivals.times(settings.messages_per_second, move |number| gaps.at(0, number, Use::Gap as u64));
    let sources = sources(settings, nodes, &draws);
    let published = |(at, message): (Time, u32)| {
        let below = |bound, what: Use| draws.below(bound, 0, message.into(), what as u64);
        let node = match &sources {
            Some(sources) => sources[below(sources.len() as u32, Use::Node) as usize],
            None => NodeId::new(below(nodes, Use::Node)),
        };
        // No more than 10 000.
        let topic = below(settings.topics, Use::Topic) as u16;
        (at + settings.start, node, Publication { message, topic })
    };
    times.zip(0..settings.messages).map(published).collect()
}

/// The nodes at which messages are published, if not at any.
fn sources(settings: &MeshSettings, nodes: u32, draws: &Field) -> Option<Vec<NodeId>> {
    match &settings.origins {
        Origins::Random if settings.sources == 0 => None,
        Origins::Random => {
            let mut all: Vec<NodeId> = (0..nodes).map(NodeId::new).collect();
            choose(&mut all, settings.sources as usize, |bound, place| {
                draws.below(bound, 0, place.into(), Use::Source as u64)
            });
            Some(all)
        }
        Origins::First => Some(vec![NodeId::new(0)]),
        Origins::Nodes(list) => Some(list.nodes().to_vec()),
    }
}

/// Keeps `count` of `among` at random, in random order, or all if they are no more; `below` draws a number below its first argument for the
/// place that is its second.
pub(super) fn choose<T>(among: &mut Vec<T>, count: usize, below: impl Fn(u32, u32) -> u32) {
    if among.len() <= count {
        return;
    }
    for place in 0..count {
        let left = (among.len() - place) as u32;
        among.swap(place, place + below(left, place as u32) as usize);
    }
    among.truncate(count);
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::settings;
    use super::*;
    use crate::time::Span;

    fn of(written: &str) -> Vec<(Time, NodeId, Publication)> {
        publications(&settings(written), 50, &Chance { seed: 1, nodes: 50, replicate: 0 })
    }

    #[test]
    fn so_many_messages_are_published_from_the_start_on_at_so_many_sources() {
        let all = of("messages = 200\nmessages_per_second = 4\nsources = 5\ntopics = 3\nstart = \"2s\"");
        let at = |number: u64| Time::ZERO + Span::from_millis(2000 + 250 * number);
        assert!((0..200).zip(&all).all(|(number, &(time, _, publication))| {
            time == at(number) && u64::from(publication.message) == number && publication.topic < 3
        }));
        let distinct = |mut nodes: Vec<u32>| {
            nodes.sort_unstable();
            nodes.dedup();
            nodes.len()
        };
        let nodes = |all: &[(Time, NodeId, Publication)]| all.iter().map(|(_, node, _)| node.number()).collect();
        assert_eq!((all.len(), distinct(nodes(&all))), (200, 5));
        assert_eq!(distinct(all.iter().map(|(.., publication)| publication.topic.into()).collect()), 3);
        assert!(of("arrivals = \"poisson\"").is_sorted_by_key(|(at, ..)| *at));
        assert_eq!(distinct(nodes(&of("messages = 200\norigins = \"first\""))), 1);
    }
}
