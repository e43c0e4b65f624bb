//! Meshes in the event loop: exact counts of small groups, and what each rule is for.

use std::collections::BTreeMap;

use super::publications::publications;
use super::settings::tests::{common, settings};
use super::*;
use crate::clock::Aligned;
use crate::engine::{Happening, Limits, Message as _, Observer, Outcome, Run, UpAndDown};
use crate::random::Chance;
use crate::time::{Span, Time};
use crate::topology::{CompleteGraph, Graph};
use crate::units::NodeId;
use crate::workload::testing::Trial;

const SECOND: Span = Span::from_millis(1000);

/// How often each node delivered each message, and over how many hops.
#[derive(Default)]
struct Deliveries(BTreeMap<(NodeId, u32), Vec<u16>>);

impl Observer<Mesh> for Deliveries {
    fn fact(&mut self, _: Time, node: NodeId, Received { message, hops }: Received) {
        self.0.entry((node, message)).or_default().push(hops);
    }
}

/// A node that all others know, who know nobody else.
struct Star(u32);

impl Graph for Star {
    fn nodes(&self) -> u32 {
        self.0
    }

    fn degree(&self, node: NodeId) -> u32 {
        if node.number() == 0 { self.0 - 1 } else { 1 }
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(if node.number() == 0 { index + 1 } else { 0 })
    }
}

/// A run with heartbeats in aligned rounds of a second and a latency of 50 ms; what happens to nodes besides comes at so many seconds.
fn watched(
    graph: &dyn Graph,
    written: &str,
    loss: f64,
    faults: &[(u64, Happening<Publication>)],
    replicate: u64,
) -> (Run<Mesh>, Deliveries) {
    let (nodes, settings) = (graph.nodes(), settings(written));
    let chance = Chance { seed: 1, nodes, replicate };
    let published = publications(&settings, nodes, &chance);
    let end = published.last().unwrap().0 + settings.settle;
    let inputs = published.into_iter().map(|(at, node, publication)| (at, Happening::Input(node, publication)));
    let faults = faults.iter().map(|&(seconds, happening)| (Time::ZERO + SECOND * seconds, happening));
    let trial = Trial {
        protocol: &settings.protocol(end, &chance),
        graph,
        chance,
        loss,
        latency: Span::from_millis(50),
        fanout: 1,
        limits: Limits::new(1000, SECOND, None),
        happenings: faults.chain(inputs).collect(),
    };
    let mut deliveries = Deliveries::default();
    let run = trial.run(Aligned::new(nodes, SECOND), UpAndDown::new(nodes, nodes), &mut deliveries);
    (run, deliveries)
}

fn run(graph: &dyn Graph, written: &str) -> Run<Mesh> {
    watched(graph, written, 0.0, &[], 0).0
}

/// Messages sent of the kind with this name.
fn sent(run: &Run<Mesh>, kind: &str) -> u64 {
    run.tally.sent[Message::KINDS.iter().position(|name| *name == kind).unwrap()]
}

/// All graft all: E = 10, and 2E - 4 copies of a message, all after the first ones over two hops.
#[test]
fn five_nodes_are_a_full_mesh() {
    let (run, deliveries) = watched(&CompleteGraph::over(5), "messages = 7", 0.0, &[], 0);
    assert_eq!((run.outcome, run.counts.degrees()), (Outcome::Converged, Some((4.0, 4, 4))));
    assert_eq!((run.counts.ends(), sent(&run, "message"), run.counts.deliveries.duplicates), (20, 7 * 16, 7 * 12));
    assert_eq!(
        (run.counts.deliveries.last_hops(), run.counts.deliveries.latencies.most()),
        (Some((1.0, 1)), Some(50_000_000))
    );
    let hops: Vec<u16> = deliveries.0.values().flatten().copied().collect();
    assert_eq!((hops.len(), hops.iter().map(|&hops| u32::from(hops)).sum::<u32>()), (35, 28));
}

/// Nodes that validate for longer than a message takes know by then that nobody else wants it; who does not say so does by sending it.
#[test]
fn idontwant_spares_every_second_copy_where_validation_takes_longer_than_a_message() {
    let five = CompleteGraph::over(5);
    let validation = "messages = 7\nvalidation = \"60ms\"";
    let large = run(&five, &format!("{validation}\nsize = \"2KiB\""));
    assert_eq!(
        [sent(&large, "message"), sent(&large, "idontwant"), large.counts.deliveries.duplicates],
        [7 * 4, 7 * 4 * 3, 0]
    );
    let small = run(&five, &format!("{validation}\nsize = \"1023B\""));
    assert_eq!([sent(&small, "message"), sent(&small, "idontwant")], [7 * 16, 0]);
    let never = run(&five, &format!("{validation}\nsize = \"2KiB\"\nidontwant_threshold = \"0B\""));
    assert_eq!([sent(&never, "message"), sent(&never, "idontwant")], [7 * 16, 0]);
    assert_eq!(large.counts.deliveries.latencies.most(), Some(110_000_000));
    // It comes too late for who passes messages on at once.
    let at_once = run(&five, "messages = 7\nsize = \"2KiB\"");
    assert_eq!([sent(&at_once, "message"), sent(&at_once, "idontwant")], [7 * 16, 7 * 12]);
}

/// A hub takes so many links, and refuses the rest, who do not ask again for a minute; they get messages by asking for them.
#[test]
fn a_hub_has_no_more_links_than_it_takes_and_serves_the_others_by_gossip() {
    let written = "messages = 10\norigins = \"first\"\ngossip_factor = 1";
    for replicate in 0..3 {
        let (run, _) = watched(&Star(30), written, 0.0, &[], replicate);
        let (_, _, most) = run.counts.degrees().unwrap();
        assert_eq!((run.outcome, most), (Outcome::Converged, 6));
        // 29 ask at once, and the hub itself asks 6 of them: 12 have it, 17 are refused, and of 12 it prunes 6.
        assert_eq!(sent(&run, "graft"), 29 + 6);
        assert_eq!(sent(&run, "prune"), 17 + 6);
        assert_eq!((run.counts.deliveries.answers, run.counts.deliveries.fetched), (23 * 10, 23 * 10));
    }
    // Who may ask again at once does so in every heartbeat.
    let run = run(&Star(30), &format!("{written}\nprune_backoff = \"0s\""));
    assert!(sent(&run, "graft") > 300 && run.outcome == Outcome::Converged);
    // Without a limit all are in.
    let all = run_all_in();
    assert_eq!((all.counts.degrees().unwrap().2, sent(&all, "prune"), all.counts.deliveries.answers), (29, 0, 0));
}

fn run_all_in() -> Run<Mesh> {
    run(&Star(30), "messages = 10\nd_high = 40\ngossip_factor = 1")
}

/// What mesh and gossip lose is announced again, and asked for again.
#[test]
fn nobody_delivers_a_message_twice_whatever_is_lost_and_whoever_crashes() {
    let down = |node| Happening::Down(NodeId::new(node));
    let up = |node| Happening::Up { node: NodeId::new(node), remembers: true };
    let faults =
        [(6, down(3)), (6, down(4)), (8, up(3)), (9, down(5)), (11, up(4)), (12, Happening::Leave(NodeId::new(9)))];
    let written =
        ["", "validation = \"300ms\"", "topics = 2\nsubscribed = 0.7", "flood_publish = true", "size = \"4KiB\""];
    for (replicate, written) in (0..).zip(written) {
        let written = format!("messages = 40\nmessages_per_second = 4\nstart = \"3s\"\n{written}");
        let (run, deliveries) = watched(&CompleteGraph::over(40), &written, 0.2, &faults, replicate);
        assert!(deliveries.0.values().all(|times| times.len() == 1), "{written}");
        let [due, delivered] = run.counts.deliveries.pairs();
        assert!(delivered <= due && delivered as f64 > 0.99 * due as f64, "{written}: {delivered} of {due}");
        assert!(run.counts.deliveries.late > 0 && run.counts.deliveries.fetched > 0, "{written}");
        let own = deliveries.0.values().filter(|times| times[0] == 0).count() as u64;
        assert_eq!(own, run.counts.deliveries.published(), "{written}");
        let crashed = deliveries.0.len() as u64 - own - delivered - run.counts.deliveries.late;
        // Deliveries to nodes that went afterwards stay in the totals.
        assert_eq!(crashed, 0, "{written}");
    }
}

/// Who does not subscribe sends to D others, the same for a minute; by flooding to all who do.
#[test]
fn a_node_publishes_in_a_topic_that_it_does_not_subscribe_to() {
    let complete = CompleteGraph::over(40);
    for (flood, skip) in [(false, 0), (true, 0), (false, 70)] {
        let written = format!(
            "messages = 2\nmessages_per_second = {}\nsubscribed = 0.5\norigins = \"first\"\nflood_publish = {flood}\nd_lazy = 0\n\
             gossip_factor = 0",
            if skip > 0 { 1.0 / f64::from(skip) } else { 1.0 }
        );
        // The first replicate in which node 0 does not subscribe.
        let outside = |replicate: &u64| {
            let chance = Chance { seed: 1, nodes: 40, replicate: *replicate };
            !settings(&written).protocol(Time::ZERO, &chance).subscribes(NodeId::new(0), 0)
        };
        let replicate = (0..).find(outside).unwrap();
        let (run, deliveries) = watched(&complete, &written, 0.0, &[], replicate);
        let subscribers = run.counts.deliveries.pairs()[0] / 2;
        assert!((10..=30).contains(&subscribers) && run.outcome == Outcome::Converged);
        let first_hop = |message: u32| -> Vec<NodeId> {
            let of = deliveries.0.iter().filter(|((_, number), hops)| *number == message && hops[0] == 1);
            of.map(|((node, _), _)| *node).collect()
        };
        let [one, other] = [0, 1].map(first_hop);
        match flood {
            true => assert_eq!((one.len() as u64, other.len() as u64), (subscribers, subscribers)),
            // After 70 s others are drawn.
            false => assert_eq!(([one.len(), other.len()], one == other), ([6, 6], skip == 0)),
        }
        // Who has it from a node outside of the mesh passes it on to its whole mesh.
        let outside = one.len() as u64;
        let copies = outside + run.counts.ends() - (subscribers - outside);
        assert_eq!(sent(&run, "message"), 2 * copies, "flood {flood}");
    }
}

/// The first heartbeat that has too few links takes as many as it wants, and no more.
#[test]
fn meshes_of_a_settled_group_lie_between_their_bounds() {
    let common = common(200);
    for (written, low, high) in [("", 5, 12), ("d = 8\nd_low = 6", 6, 12), ("d_low = 4\nd_high = 7", 4, 7)] {
        assert_eq!(settings(written).check_keys(&common), Ok(()));
        let run = run(&CompleteGraph::over(200), &format!("messages = 1\nstart = \"90s\"\n{written}"));
        let (mean, least, most) = run.counts.degrees().unwrap();
        assert!(least >= low && most < high && mean >= low as f64, "{written}: {mean}, {least} to {most}");
        // Aligned heartbeats of all graft at the same instant.
        assert!(sent(&run, "prune") > 0, "{written}");
    }
}
