//! The trace of a run is that run: the figures of its record follow from its event log, and its parts add up.

use std::fs;
use std::path::Path;

use crate::common::scenario;
use crate::swarm::{draw, draw_events};
use gossipsim::columns;
use gossipsim::experiment::{self, Record};
use gossipsim::observe::{Fate, LogEntry};
use gossipsim::scenario::{self, Overrides, Point, Source};
use gossipsim::time::Time;
use gossipsim::trace::{Infection, Trace, explain, rounds, why_not};
use gossipsim::units::NodeId;

/// How many scenarios of the swarm are traced.
const SCENARIOS: u64 = 150;

fn traced(point: &Point, replicate: u64) -> Trace {
    Trace::of(point.clone(), replicate, &|| true).unwrap()
}

/// Traces a run, and holds it against the run itself.
fn check(point: &Point, replicate: u64, what: &str) -> Trace {
    let record = experiment::run(point, replicate, &|| true).unwrap();
    let trace = traced(point, replicate);
    assert_eq!(trace.record, record, "{what}");
    totals(&trace, &record, what);
    order(&trace, what);
    rumor(&trace, &record, what);
    trace
}

/// The totals of the engine follow from the log.
fn totals(trace: &Trace, record: &Record, what: &str) {
    let tally = record.ending.tally;
    let fate = |fate: Fate| trace.log.messages().filter(|(_, message)| message.fate == fate).count() as u64;
    let counted = Fate::ALL.map(fate);
    let expected = [tally.delivered, tally.lost, tally.cut, tally.refused, tally.dropped, record.ending.in_flight];
    assert_eq!(counted, expected, "{what}");
    assert_eq!(counted.iter().sum::<u64>(), tally.sent, "{what}");
    let payload: u64 = trace.log.messages().map(|(_, message)| message.payload).sum();
    assert_eq!(payload, tally.payload, "{what}");
    let up = trace.nodes().filter(|&node| trace.log.is_up(node, record.ending.ended)).count() as u64;
    assert_eq!(up, record.live, "{what}");
    let bytes: u64 =
        columns::trace::events(trace, Infection::of(trace).as_ref()).filter_map(|row| column(&row, "bytes")).sum();
    let run = columns::Run { scenario: "".into(), point: trace.point.clone().into(), record: record.clone() };
    assert_eq!(columns::common::BYTES.of_run(&run), u128::from(bytes), "{what}");
}

trait OfRun {
    fn of_run(&self, run: &columns::Run) -> u128;
}

impl OfRun for columns::Column<columns::Run> {
    fn of_run(&self, run: &columns::Run) -> u128 {
        match (self.of)(run) {
            columns::Cell::Whole(number) => number,
            other => panic!("{other:?}"),
        }
    }
}

fn column(row: &columns::trace::EventRow, name: &str) -> Option<u64> {
    let column = columns::trace::EVENTS.iter().find(|column| column.name == name).unwrap();
    (column.of)(row).whole()
}

/// Time never runs back in the log, and no message arrives before it was sent.
fn order(trace: &Trace, what: &str) {
    let at = |entry: &LogEntry| match entry {
        LogEntry::Message(message) => message.sent,
        LogEntry::External(event) => event.at,
    };
    assert!(trace.log.entries.is_sorted_by_key(at), "{what}");
    let early =
        |(_, message): (usize, &gossipsim::observe::LoggedMessage)| message.arrival.is_some_and(|at| at < message.sent);
    assert!(!trace.log.messages().any(early), "{what}");
}

/// Who learned when and from whom, of a rumor.
fn rumor(trace: &Trace, record: &Record, what: &str) {
    let Some(infection) = Infection::of(trace) else { return };
    let tally = record.ending.tally;
    let carries: Vec<_> = trace.log.messages().filter(|(_, message)| trace.carries(message)).collect();
    let sent = carries.iter().filter(|(_, message)| message.fate != Fate::Refused).count() as u64;
    assert_eq!(sent, tally.updates, "{what}");
    let delivered = carries.iter().filter(|(_, message)| message.fate == Fate::Delivered).count();
    let news = infection.receipts.iter().filter(|receipt| receipt.message.is_some()).count();
    assert_eq!(news + 1, infection.receipts.len(), "{what}");
    assert_eq!((delivered - news) as u64, tally.redundant, "{what}");
    let end = record.ending.ended;
    let informed = trace.nodes().filter(|&node| trace.log.is_up(node, end) && infection.has(node, end)).count() as u64;
    assert_eq!(informed, tally.informed, "{what}");
    let last = infection.receipts.iter().filter(|receipt| receipt.message.is_some()).map(|receipt| receipt.at).max();
    if trace.point.settings.faults.is_empty() {
        assert_eq!(last, record.ending.last_learned, "{what}");
    }
    let mut learned = 0;
    for (number, round) in rounds(trace).iter().enumerate() {
        learned += round.learned.len() as u64;
        if trace.point.settings.faults.is_empty() {
            assert_eq!((round.round, learned), (number as u64, round.sample.informed), "{what}");
        }
    }
    assert_eq!(learned, infection.firsts().count() as u64, "{what}");
    chains(trace, &infection, what);
}

/// Every node that learned has a chain from the origin whose parts sum up to its time, to the nanosecond; every other
/// has reasons.
fn chains(trace: &Trace, infection: &Infection, what: &str) {
    for node in trace.nodes() {
        let Some(first) = infection.first(node) else {
            let unreached = why_not(trace, infection, node).unwrap();
            assert_eq!(unreached.updates[Fate::Delivered as usize], 0, "{what}");
            continue;
        };
        let hops = explain(trace, infection, first);
        assert_eq!(hops.len(), first.hop as usize, "{what}");
        let (mut since, mut teller) = (Time::ZERO, trace.origin.unwrap());
        for hop in &hops {
            assert_eq!((hop.since, hop.teller), (since, teller), "{what}");
            let parts: u64 = hop.delays.iter().map(|delay| delay.nanos).sum();
            assert_eq!(parts, hop.learned.nanos() - hop.since.nanos(), "{what}: {hop:?}");
            assert!(hop.opener == hop.teller || hop.opener == hop.node, "{what}: {hop:?}");
            assert!(!hop.kinds.is_empty() && hop.kinds.len() <= 3, "{what}: {hop:?}");
            (since, teller) = (hop.learned, hop.node);
        }
        assert_eq!((since, teller), (first.at, node), "{what}");
    }
}

#[test]
fn a_traced_run_of_any_drawn_scenario_is_the_run_and_adds_up() {
    let mut events = 0;
    for number in 0..SCENARIOS {
        let text = draw(number);
        check(&scenario(&text).point(0), 0, &text);
        let text = text + &draw_events(number);
        let trace = check(&scenario(&text).point(0), 0, &text);
        events += trace.log.external().count();
    }
    assert!(events > 1000, "only {events} events: the swarm is too tame");
}

#[test]
fn a_traced_run_of_every_sample_is_the_run_and_adds_up() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let (mut samples, mut workloads) = (0, Vec::new());
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.extension().is_some_and(|end| end == "toml")) {
        // Of the one size lattices can be made; at the other, what follows n has different values.
        let small = [64, 128].map(|nodes| {
            let overrides = Overrides { set: vec![format!("network.nodes={nodes}")], ..Overrides::default() };
            Source::file(path).and_then(|source| scenario::read(source, &overrides))
        });
        let [one, other] = small;
        let scenario = one.or(other).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        samples += 1;
        for point in scenario.points.iter().take(20) {
            let what = format!("{}, configuration {}", path.display(), point.index);
            check(&point, 1, &what);
            workloads.push(point.settings.workload.name());
        }
    }
    assert!(samples >= 15 && ["rumor", "average", "counter"].iter().all(|name| workloads.contains(name)));
}

/// By hand: on a line of three, node 1 is told in round 1 and tells node 2 when its turns go there.
#[test]
fn where_the_time_went_on_a_line_is_what_it_is() {
    let text = "[network]\nnodes = 3\ntopology = \"line\"\n[gossip]\nstrategy = \"push\"\npeers = \"round-robin\"\n\
                interval = \"1s\"\n[workload]\norigin = 0\n";
    let point = scenario(text).point(0);
    for replicate in 0..20 {
        let trace = traced(&point, replicate);
        let infection = Infection::of(&trace).unwrap();
        let hops = explain(&trace, &infection, infection.first(NodeId::new(2)).unwrap());
        let told: Vec<(u32, u64)> = hops.iter().map(|hop| (hop.node.number(), hop.learned.nanos())).collect();
        assert_eq!(told[0], (1, 0), "the only neighbour, in the first turn");
        let parts: Vec<(&str, u64)> = hops[1].delays.iter().map(|delay| (delay.kind.name(), delay.nanos)).collect();
        // From round 2 on node 1 goes through its two neighbours in turn.
        match told[1] {
            (2, 1_000_000_000) => assert_eq!(parts, [("waiting_for_turn", 1_000_000_000)]),
            (2, 2_000_000_000) => {
                assert_eq!(parts, [("waiting_for_turn", 1_000_000_000), ("turns_peers_knew", 1_000_000_000)]);
            }
            other => panic!("{other:?}"),
        }
    }
}

/// By hand: who asks while nobody knows, or whose answer is lost, spends its turns on that.
#[test]
fn a_pulling_node_is_told_what_its_turns_went_on() {
    let text = |loss: &str| {
        format!(
            "[network]\nnodes = 2\nloss = {loss}\nlatency = {{ kind = \"constant\", value = \"100ms\" }}\n[gossip]\n\
             strategy = \"pull\"\ninterval = \"1s\"\n[workload]\norigin = 0\n"
        )
    };
    let trace = traced(&scenario(&text("0")).point(0), 0);
    let infection = Infection::of(&trace).unwrap();
    let hops = explain(&trace, &infection, infection.first(NodeId::new(1)).unwrap());
    let parts: Vec<(&str, u64)> = hops[0].delays.iter().map(|delay| (delay.kind.name(), delay.nanos)).collect();
    // Asked at 0, heard at 100 ms, answered at once.
    assert_eq!((hops[0].opener, parts), (NodeId::new(1), vec![("on_the_way", 200_000_000)]));
    let mut lost = 0;
    for replicate in 0..20 {
        let trace = traced(&scenario(&text("0.5")).point(0), replicate);
        let infection = Infection::of(&trace).unwrap();
        let first = infection.first(NodeId::new(1)).unwrap();
        let hops = explain(&trace, &infection, first);
        let parts: Vec<(&str, u64)> = hops[0].delays.iter().map(|delay| (delay.kind.name(), delay.nanos)).collect();
        let turns = first.at.nanos() / 1_000_000_000;
        let expected = match turns {
            0 => vec![("on_the_way", 200_000_000)],
            turns => vec![("turns_lost", turns * 1_000_000_000), ("on_the_way", 200_000_000)],
        };
        assert_eq!(parts, expected, "replicate {replicate}");
        lost += turns;
    }
    assert!(lost > 10, "{lost}");
}

#[test]
fn a_node_that_never_learned_has_its_reasons() {
    let text = "[network]\nnodes = 4\n[gossip]\nstrategy = \"push\"\n[workload]\norigin = 0\n[stop]\nmax_rounds = 20\n\
                [[event]]\nat = \"0s\"\ncrash = [3]\n[[event]]\nat = \"0s\"\ncut = { from = \"all\", to = [2] }\n";
    let trace = traced(&scenario(text).point(0), 0);
    let infection = Infection::of(&trace).unwrap();
    let why = |node: u32| why_not(&trace, &infection, NodeId::new(node)).unwrap();
    assert!(infection.first(NodeId::new(1)).is_some());
    let (cut, down) = (why(2), why(3));
    assert_eq!((cut.reachable, cut.down_since, cut.ever_up), (true, None, true));
    assert!(cut.updates[Fate::Cut as usize] > 3 && cut.updates[Fate::Delivered as usize] == 0, "{cut:?}");
    assert_eq!((down.reachable, down.down_since), (true, Some(Time::ZERO)));
    assert!(down.updates[Fate::Dropped as usize] > 3, "{down:?}");
    assert_eq!(cut.contacts_by_informed, cut.updates.iter().sum::<u64>());
}

#[test]
fn a_node_that_there_is_no_way_to_is_said_to_be_unreachable() {
    let text = "[network]\nnodes = 24\ntopology = { kind = \"erdos-renyi\", mean_degree = 1 }\n[gossip]\n\
                strategy = \"pull\"\n[stop]\nmax_rounds = 200\n";
    let trace = traced(&scenario(text).point(0), 0);
    let infection = Infection::of(&trace).unwrap();
    let split = trace.record.split.clone().expect("a graph in pieces");
    let unreached: Vec<NodeId> = trace.nodes().filter(|&node| infection.first(node).is_none()).collect();
    assert_eq!(24 - unreached.len() as u64, split.reachable, "all that can be reached are");
    for node in unreached {
        assert!(!why_not(&trace, &infection, node).unwrap().reachable, "{node:?}");
    }
}
