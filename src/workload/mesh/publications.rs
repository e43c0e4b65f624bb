//! When, where and in which topic messages are published: the inputs of a run, drawn by address.

use super::settings::MeshSettings;
use crate::random::{Chance, Purpose};
use crate::time::Time;
use crate::units::NodeId;

/// A client publishes a message at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Its number, in the order in which they come.
    pub message: u32,
    /// In which topic.
    pub topic: u16,
}

/// What a draw decides: the last word of its address. Those before are of when and where.
#[derive(Clone, Copy)]
#[repr(u64)]
pub(super) enum Use {
    /// In which topic.
    Topic = 34,
    /// Whether a node subscribes.
    Subscription = 36,
}

/// All that is published at `nodes` nodes in a run, in order of time. What is at nodes that are down is not published.
pub(super) fn publications(settings: &MeshSettings, nodes: u32, chance: &Chance) -> Vec<(Time, NodeId, Publication)> {
    let draws = chance.field(Purpose::Workload);
    let all = settings.schedule().publications(nodes, &draws).into_iter();
    let in_topic = |(at, node, message): (Time, NodeId, u32)| {
        // No more than 10 000.
        let topic = draws.below(settings.topics, 0, message.into(), Use::Topic as u64) as u16;
        (at, node, Publication { message, topic })
    };
    all.map(in_topic).collect()
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
