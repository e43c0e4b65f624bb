//! Bodies and announcements in the event loop: exact times and counts of small groups.

use std::collections::BTreeMap;

use super::settings::tests::settings;
use super::*;
use crate::clock::Aligned;
use crate::engine::{Happening, Limits, Message as _, Observer, Outcome, Run, UpAndDown};
use crate::random::{Chance, Purpose};
use crate::time::{Span, Time};
use crate::topology::{CompleteGraph, Graph};
use crate::units::NodeId;
use crate::workload::testing::Trial;

const SECOND: Span = Span::from_millis(1000);

/// When each node delivered each message, in milliseconds, and over how many hops.
#[derive(Default)]
struct Deliveries(BTreeMap<(u32, u32), Vec<(u64, u16)>>);

impl Observer<Announce> for Deliveries {
    fn fact(&mut self, now: Time, node: NodeId, Received { message, hops }: Received) {
        self.0.entry((message, node.number())).or_default().push((now.nanos() / 1_000_000, hops));
    }
}

/// A ring of four without its last link, or with it.
struct Four {
    closed: bool,
}

impl Graph for Four {
    fn nodes(&self) -> u32 {
        4
    }

    fn degree(&self, node: NodeId) -> u32 {
        if self.closed || [1, 2].contains(&node.number()) { 2 } else { 1 }
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(match (node.number(), index) {
            (0, 0) => 1,
            (0, _) => 3,
            (3, 0) => 2,
            (3, _) => 0,
            (node, 0) => node - 1,
            (node, _) => node + 1,
        })
    }
}

/// A run with a latency of 50 ms; what happens to nodes besides comes at so many milliseconds.
fn watched(
    graph: &dyn Graph,
    written: &str,
    loss: f64,
    faults: &[(u64, Happening<Publication>)],
    replicate: u64,
) -> (Run<Announce>, Deliveries) {
    let (nodes, settings) = (graph.nodes(), settings(written));
    let chance = Chance { seed: 1, nodes, replicate };
    let published = settings.schedule().publications(nodes, &chance.field(Purpose::Workload));
    let end = published.last().unwrap().0 + settings.settle;
    let inputs = published.into_iter().map(|(at, node, message)| (at, Happening::Input(node, Publication { message })));
    let faults = faults.iter().map(|&(millis, happening)| (Time::ZERO + Span::from_millis(millis), happening));
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

/// Messages sent of the kind with this name.
fn sent(run: &Run<Announce>, kind: &str) -> u64 {
    run.tally.sent[Message::KINDS.iter().position(|name| *name == kind).unwrap()]
}

/// When the nodes of a line delivered what node 0 published at 0 s.
fn along_a_line(written: &str) -> ([u64; 3], Run<Announce>) {
    let written = format!("messages = 1\norigins = \"first\"\n{written}");
    let (run, deliveries) = watched(&Four { closed: false }, &written, 0.0, &[], 0);
    assert_eq!(run.outcome, Outcome::Converged, "{written}");
    let at = |node| deliveries.0[&(0, node)][0];
    assert_eq!([0, 1, 2, 3].map(|node| at(node).1), [0, 1, 2, 3]);
    ([1, 2, 3].map(|node| at(node).0), run)
}

/// An announcement, half a second, a request and the body: 650 ms a hop. A node of two peers sends bodies to both.
#[test]
fn a_line_takes_a_trip_a_hop_by_bodies_and_three_trips_and_a_wait_by_announcements() {
    for (written, times, kinds) in [
        ("", [50, 100, 150], [3, 0, 0]),
        ("direct = 0", [650, 1300, 1950], [3, 3, 3]),
        ("size = \"4097B\"", [650, 1300, 1950], [3, 3, 3]),
        ("size = \"4096B\"", [50, 100, 150], [3, 0, 0]),
        ("direct = 0\narrive_timeout = \"0s\"", [150, 300, 450], [3, 3, 3]),
        ("direct = 0\nvalidation = \"10ms\"", [660, 1320, 1980], [3, 3, 3]),
        ("direct = \"all\"\nvalidation = \"10ms\"", [60, 120, 180], [3, 0, 0]),
        // Whom a body comes from does not count among those that lack it: of one the root is one.
        ("direct = \"sqrt-lacking\"", [50, 100, 150], [3, 0, 0]),
    ] {
        let (reached, run) = along_a_line(written);
        assert_eq!(reached, times, "{written}");
        assert_eq!(["body", "announcement", "request"].map(|kind| sent(&run, kind)), kinds, "{written}");
        let counts = &run.counts.deliveries;
        assert_eq!((counts.fetched, counts.duplicates, counts.answers), (kinds[2], 0, kinds[2]), "{written}");
    }
}

/// Node 2 hears of a message from 1 and 3 at once, and asks one of them; where that has crashed, the other 5 s later.
#[test]
fn a_node_asks_another_where_who_announced_a_message_does_not_answer() {
    let crash = (1000, Happening::Down(NodeId::new(1)));
    let (mut soon, mut late) = (0, 0);
    for replicate in 0..20 {
        let written = "messages = 1\norigins = \"first\"\ndirect = 0";
        let (run, deliveries) = watched(&Four { closed: true }, written, 0.0, &[crash], replicate);
        let got = deliveries.0[&(0, 2)].clone();
        let waits = run.counts.unanswered;
        assert_eq!((run.outcome, run.counts.given_up), (Outcome::Converged, 0));
        match got[..] {
            [(1300, 2)] => soon += u32::from(waits == 0),
            [(6300, 2)] => late += u32::from(waits == 1),
            _ => panic!("{got:?}"),
        }
    }
    assert!(soon + late == 20 && soon >= 3 && late >= 3, "{soon} and {late}");
    // With both gone it gives up, once it has waited for both.
    let both = [crash, (1000, Happening::Down(NodeId::new(3)))];
    let written = "messages = 1\norigins = \"first\"\ndirect = 0\nsettle = \"20s\"";
    let (run, deliveries) = watched(&Four { closed: true }, written, 0.0, &both, 0);
    assert_eq!((run.outcome, run.counts.given_up, run.counts.unanswered), (Outcome::TimeLimit, 1, 2));
    assert!(!deliveries.0.contains_key(&(0, 2)));
}

/// Who comes back says so, and is told what there is.
#[test]
fn a_node_that_comes_back_is_told_of_what_it_missed() {
    let faults =
        [(100, Happening::Down(NodeId::new(3))), (3000, Happening::Up { node: NodeId::new(3), remembers: true })];
    for (sync, got) in [(true, Some(3700)), (false, None)] {
        let written = format!("messages = 2\nmessages_per_second = 2\norigins = \"first\"\nsync = {sync}");
        let (run, deliveries) = watched(&Four { closed: false }, &written, 0.0, &faults, 0);
        assert_eq!(run.outcome, Outcome::Converged, "it was not there when the second was published");
        // It says so, and 100 ms later has an announcement; it waits for half a second, and asks.
        let times = |message| deliveries.0.get(&(message, 3)).map(|all| all[0].0);
        assert_eq!((times(1), run.counts.deliveries.late), (got, 2 * u64::from(sync)), "{sync}");
    }
}

/// Every copy is pushed, or the answer to a request; whatever is lost, nobody delivers twice.
#[test]
fn nobody_delivers_a_message_twice_whatever_is_lost_and_whoever_crashes() {
    let down = |node| Happening::Down(NodeId::new(node));
    let up = |node, remembers| Happening::Up { node: NodeId::new(node), remembers };
    let faults = [
        (1000, down(3)),
        (1000, down(4)),
        (3300, up(3, true)),
        (4000, down(5)),
        (6100, up(4, true)),
        (7000, Happening::Leave(NodeId::new(9))),
    ];
    let written = [
        "",
        "validation = \"300ms\"",
        "direct = 0\ntrickle = \"1s\"",
        "direct = 2\narrive_timeout = \"0s\"",
        "direct = \"sqrt-lacking\"\nfetch_timeout = \"200ms\"",
    ];
    for (replicate, written) in (0..).zip(written) {
        let written = format!("messages = 40\nmessages_per_second = 4\nsettle = \"40s\"\n{written}");
        let (run, deliveries) = watched(&CompleteGraph::over(40), &written, 0.2, &faults, replicate);
        assert!(deliveries.0.values().all(|times| times.len() == 1), "{written}");
        let counts = &run.counts.deliveries;
        let [due, delivered] = counts.pairs();
        assert!(delivered <= due && delivered as f64 > 0.99 * due as f64, "{written}: {delivered} of {due}");
        assert!(counts.late > 0 && counts.fetched > 0, "{written}");
        let own = deliveries.0.values().filter(|all| all[0].1 == 0).count() as u64;
        assert_eq!(own, counts.published(), "{written}");
        assert_eq!(deliveries.0.len() as u64, own + delivered + counts.late, "{written}");
    }
}
