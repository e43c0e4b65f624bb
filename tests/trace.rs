//! The trace of a run is that run: the figures of its record follow from its event log, and its parts add up.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::bandwidth::shaped;
use crate::common::scenario;
use crate::swarm::{draw, draw_events, with_mishaps};
use gossipsim::columns;
use gossipsim::experiment::{self, Record};
use gossipsim::observe::{Fate, LogEntry, LoggedMessage};
use gossipsim::scenario::{self, Overrides, Point, Source};
use gossipsim::time::Time;
use gossipsim::trace::{Infection, Trace, explain, rounds, why_not};
use gossipsim::units::NodeId;
use gossipsim::workload::detector::{Pair, SuspicionChange};

/// How many scenarios of the swarm are traced.
const SCENARIOS: u64 = 150;

fn traced(point: &Point, replicate: u64) -> Trace {
    Trace::of(point.clone(), replicate, &|| true).unwrap()
}

/// Traces a run, and holds it against the run itself.
fn check(point: &Point, replicate: u64, what: &str) -> Trace {
    let record = experiment::run(point, replicate, &|| true).unwrap();
    let trace = traced(point, replicate);
    // A figure that there is none of is not a number, and that is not itself.
    assert_eq!(format!("{:?}", trace.record), format!("{record:?}"), "{what}");
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
    let gone = [tally.lost, tally.cut, tally.refused, tally.dropped, tally.corrupted, tally.overflowed];
    let expected = [[tally.delivered].as_slice(), &gone, &[record.ending.in_flight]].concat();
    assert_eq!(counted[..], expected, "{what}");
    let copies = trace.log.messages().filter(|(_, message)| message.copy).count() as u64;
    assert_eq!((counted.iter().sum::<u64>(), copies), (tally.sent + tally.duplicated, tally.duplicated), "{what}");
    let payload: u64 = trace.log.messages().map(|(_, message)| message.payload).sum();
    assert_eq!(payload, tally.payload, "{what}");
    let up = |node: &NodeId| trace.log.is_up(*node, record.ending.ended) && does_its_part(trace, *node);
    let up = trace.nodes().filter(up).count() as u64;
    assert_eq!(up, record.live, "{what}");
    let bytes: u64 =
        columns::trace::events(trace, Infection::of(trace).as_ref()).filter_map(|row| column(&row, "bytes")).sum();
    let run = columns::Run { scenario: "".into(), point: trace.point.clone().into(), record: record.clone() };
    assert_eq!(columns::common::BYTES.of_run(&run), u128::from(bytes), "{what}");
}

/// Whether a node is in the totals of those that do.
fn does_its_part(trace: &Trace, node: NodeId) -> bool {
    trace.adversaries.iter().all(|(other, _)| *other != node)
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

/// Time never runs back in the log, no message arrives before it was sent, and none overtakes another where none can.
fn order(trace: &Trace, what: &str) {
    let at = |entry: &LogEntry| match entry {
        LogEntry::Message(message) => message.sent,
        LogEntry::External(event) => event.at,
    };
    assert!(trace.log.entries.is_sorted_by_key(at), "{what}");
    let early = |(_, message): (usize, &LoggedMessage)| message.arrival.is_some_and(|at| at < message.sent);
    assert!(!trace.log.messages().any(early), "{what}");
    let mut last: BTreeMap<[NodeId; 2], Time> = BTreeMap::new();
    let overtakes = |(_, message): &(usize, &LoggedMessage)| {
        let (Some(at), last) = (message.comes, last.entry([message.from, message.to]).or_default()) else {
            return false;
        };
        std::mem::replace(last, at.max(*last)) > at
    };
    let overtaken = trace.log.messages().filter(overtakes).count();
    assert!(overtaken == 0 || !trace.point.settings.network.ordered, "{what}");
}

/// Who learned when and from whom, of a rumor.
fn rumor(trace: &Trace, record: &Record, what: &str) {
    let Some(infection) = Infection::of(trace) else { return };
    if trace.point.settings.gossip.forwards_at_once() {
        let hops = || infection.receipts.iter().filter(|receipt| receipt.message.is_some()).map(|receipt| receipt.hop);
        let found = (hops().max().unwrap_or(0), hops().map(u64::from).sum(), hops().count() as u64);
        assert_eq!(found, (record.ending.hops.most, record.ending.hops.sum, record.ending.hops.learned), "{what}");
    }
    let tally = record.ending.tally;
    let carries: Vec<_> = trace.log.messages().filter(|(_, message)| trace.carries(message)).collect();
    let sent = carries.iter().filter(|(_, message)| message.fate != Fate::Refused && !message.copy).count() as u64;
    assert_eq!(sent, tally.updates, "{what}");
    let told = |message: &LoggedMessage| message.fate == Fate::Delivered && does_its_part(trace, message.to);
    let delivered = carries.iter().filter(|(_, message)| told(message)).count();
    let origins = infection.receipts.iter().filter(|receipt| receipt.message.is_none()).count();
    assert_eq!(origins, 1, "{what}");
    let honest = || infection.receipts.iter().filter(|receipt| does_its_part(trace, receipt.node));
    let news = honest().filter(|receipt| receipt.message.is_some()).count();
    assert_eq!((delivered - news) as u64, tally.redundant, "{what}");
    let end = record.ending.ended;
    let knows = |node: &NodeId| trace.log.is_up(*node, end) && infection.has(*node, end) && does_its_part(trace, *node);
    let informed = trace.nodes().filter(knows).count() as u64;
    assert_eq!(informed, tally.informed, "{what}");
    let last = honest().filter(|receipt| receipt.message.is_some()).map(|receipt| receipt.at).max();
    if trace.point.settings.faults.is_empty() {
        assert_eq!(last, record.ending.last_learned, "{what}");
    }
    let (mut learned, mut informed) = (0, 0);
    for (number, round) in rounds(trace, Infection::of(trace).as_ref()).iter().enumerate() {
        learned += round.learned.len() as u64;
        informed += round.learned.iter().filter(|&&node| does_its_part(trace, node)).count() as u64;
        if trace.point.settings.faults.is_empty() {
            assert_eq!((round.round, informed), (number as u64, round.sample.informed), "{what}");
        }
    }
    assert_eq!(learned, infection.firsts().count() as u64, "{what}");
    chains(trace, &infection, what);
    decided(trace, &infection, record, what);
    table(trace, &infection, what);
}

/// The last receipt of those that lasted is the one that the run waited for, unless it was for a node that went down.
fn decided(trace: &Trace, infection: &Infection, record: &Record, what: &str) {
    let end = record.ending.ended;
    let lasting: Vec<_> = infection.lasting(end).collect();
    let having: Vec<NodeId> = trace.nodes().filter(|&node| infection.has(node, end)).collect();
    let mut nodes: Vec<NodeId> = lasting.iter().map(|receipt| receipt.node).collect();
    nodes.sort_unstable();
    assert_eq!(nodes, having, "{what}");
    let (Some(since), true) = (record.ending.last_learned, record.converged()) else { return };
    let counted = lasting.iter().filter(|receipt| does_its_part(trace, receipt.node));
    let last = counted.map(|receipt| receipt.at).max().unwrap_or_default();
    let mut down = trace.log.external().filter(|event| event.at == since && event.event.up() == Some(false));
    assert!(
        last == since || last < since && down.any(|event| !infection.has(event.node, since)),
        "{what}: {last:?} {since:?}"
    );
}

/// A row of the table of nodes says of the last receipt what its chain says.
fn table(trace: &Trace, infection: &Infection, what: &str) {
    let cell = |row: &columns::trace::NodeRow, name: &str| {
        let column = columns::trace::NODES.iter().find(|column| column.name == name).unwrap();
        (column.of)(row)
    };
    for (node, row) in trace.nodes().zip(columns::trace::nodes(trace, infection)) {
        let hops = infection.last(node).map(|last| explain(trace, infection, last));
        let (parts, teller) = match &hops {
            None => (None, columns::Cell::Empty),
            Some(hops) => {
                let parts = hops.iter().flat_map(|hop| &hop.delays).map(|delay| delay.nanos).sum::<u64>();
                let name = |hop: &gossipsim::trace::Hop| match &trace.names {
                    Some(names) => columns::Cell::Word(names.name(hop.teller).into()),
                    None => hop.teller.number().into(),
                };
                (Some(parts), hops.last().map_or(columns::Cell::Empty, name))
            }
        };
        assert_eq!(cell(&row, "last_receipt_ns"), parts.into(), "{what}");
        assert_eq!(cell(&row, "told_by"), teller, "{what}");
        assert_eq!(cell(&row, "hop"), hops.map(|hops| hops.len() as u64).into(), "{what}");
        let receipts = infection.receipts.iter().filter(|receipt| receipt.node == node).count();
        assert_eq!(cell(&row, "receipts"), (receipts as u64).into(), "{what}");
    }
}

/// Every time that a node learned has a chain from the origin whose parts sum up to it, to the nanosecond, and in which
/// everybody told what it knew then; a node that never learned has reasons.
fn chains(trace: &Trace, infection: &Infection, what: &str) {
    for node in trace.nodes().filter(|&node| infection.first(node).is_none()) {
        let unreached = why_not(trace, infection, node).unwrap();
        assert_eq!(unreached.updates[Fate::Delivered as usize], 0, "{what}");
    }
    for receipt in &infection.receipts {
        let hops = explain(trace, infection, receipt);
        assert_eq!(hops.len(), receipt.hop as usize, "{what}");
        for pair in infection.chain(receipt).windows(2) {
            let message = trace.brought_by(pair[1]).unwrap();
            assert_eq!((message.from, message.to), (pair[0].node, pair[1].node), "{what}");
            let at_once = trace.point.settings.gossip.forwards_at_once() && pair[0].at == message.sent;
            assert!(at_once || infection.knew(message.from, message.sent), "{what}: {message:?}");
            assert!(infection.lost_at(pair[0]).is_none_or(|lost| lost > message.sent), "{what}: {message:?}");
            let before = infection.before(pair[1]);
            assert!(before.is_none_or(|before| infection.lost_at(before).unwrap() <= pair[1].at), "{what}");
        }
        let (mut since, mut teller) = (Time::ZERO, trace.origins[0]);
        for hop in &hops {
            assert_eq!((hop.since, hop.teller), (since, teller), "{what}");
            let parts: u64 = hop.delays.iter().map(|delay| delay.nanos).sum();
            assert_eq!(parts, hop.learned.nanos() - hop.since.nanos(), "{what}: {hop:?}");
            assert!(hop.opener == hop.teller || hop.opener == hop.node, "{what}: {hop:?}");
            assert!(!hop.kinds.is_empty() && hop.kinds.len() <= 3, "{what}: {hop:?}");
            (since, teller) = (hop.learned, hop.node);
        }
        assert_eq!((since, teller), (receipt.at, receipt.node), "{what}");
    }
}

/// Of several messages that wait for a release the one that came first brings the update, whichever was sent first.
#[test]
fn a_blocked_node_has_the_update_from_whom_it_came_first() {
    let text = "[network]\nnodes = 6\nlatency = { kind = \"exponential\", mean = \"50ms\" }\n[gossip]\nstrategy = \"push\"\n\
                fanout = \"all\"\nforward = \"at-once\"\nspread = \"infect-and-die\"\n[workload]\norigin = 0\n[stop]\n\
                until = \"quiet\"\n[[event]]\nat = \"0s\"\nblock = [5]\nfor = \"1s\"\n";
    for replicate in 0..8 {
        check(&scenario(text).point(0), replicate, text);
    }
}

/// Slow connections with small queues.
const SLOW: &str = "bandwidth = { egress = \"40kbit/s\", ingress = \"30kbit/s\", queue = \"4KiB\" }";

/// Half of the nodes lose what they knew, and come back at once.
const FORGETTING: &str = "[[event]]\nat = \"2500ms\"\ncrash = 0.5\nkeep_state = false\n\
                          [[event]]\nat = \"2600ms\"\nrecover = \"all\"\n";

#[test]
fn a_traced_run_of_any_drawn_scenario_is_the_run_and_adds_up() {
    let (mut events, mut again, mut queued) = (0, 0, 0);
    for number in 0..SCENARIOS {
        let text = with_mishaps(&draw(number), number);
        check(&scenario(&text).point(0), 0, &text);
        let text = text + &draw_events(number) + FORGETTING;
        let trace = check(&scenario(&text).point(0), 0, &text);
        events += trace.log.external().count();
        if let Some(text) = shaped(&text, SLOW).filter(|_| number % 3 == 0) {
            let trace = check(&scenario(&text).point(0), 0, &text);
            queued +=
                trace.log.messages().filter(|(_, message)| message.queued > 0 && message.received().is_some()).count();
        }
        let Some(infection) = Infection::of(&trace) else { continue };
        again += infection.receipts.iter().filter(|receipt| infection.before(receipt).is_some()).count();
    }
    assert!(
        events > 1000 && again > 100 && queued > 1000,
        "only {events} events, {again} learned again, {queued} waited"
    );
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

/// By hand: who asks while nobody knows, or whose answer is lost or corrupted, spends its turns on that.
#[test]
fn a_pulling_node_is_told_what_its_turns_went_on() {
    let text = |network: &str| {
        format!(
            "[network]\nnodes = 2\n{network}\nlatency = {{ kind = \"constant\", value = \"100ms\" }}\n[gossip]\n\
             strategy = \"pull\"\ninterval = \"1s\"\n[workload]\norigin = 0\n"
        )
    };
    let trace = traced(&scenario(&text("")).point(0), 0);
    let infection = Infection::of(&trace).unwrap();
    let hops = explain(&trace, &infection, infection.first(NodeId::new(1)).unwrap());
    let parts: Vec<(&str, u64)> = hops[0].delays.iter().map(|delay| (delay.kind.name(), delay.nanos)).collect();
    // Asked at 0, heard at 100 ms, answered at once.
    assert_eq!((hops[0].opener, parts), (NodeId::new(1), vec![("on_the_way", 200_000_000)]));
    for (network, kind) in [("loss = 0.5", "turns_lost"), ("corruption = 0.5", "turns_corrupted")] {
        let mut failed = 0;
        for replicate in 0..20 {
            let trace = traced(&scenario(&text(network)).point(0), replicate);
            let infection = Infection::of(&trace).unwrap();
            let first = infection.first(NodeId::new(1)).unwrap();
            let hops = explain(&trace, &infection, first);
            let parts: Vec<(&str, u64)> = hops[0].delays.iter().map(|delay| (delay.kind.name(), delay.nanos)).collect();
            let turns = first.at.nanos() / 1_000_000_000;
            let expected = match turns {
                0 => vec![("on_the_way", 200_000_000)],
                turns => vec![(kind, turns * 1_000_000_000), ("on_the_way", 200_000_000)],
            };
            assert_eq!(parts, expected, "{network}, replicate {replicate}");
            failed += turns;
        }
        assert!(failed > 10, "{failed}");
    }
}

/// By hand: a node that learns at once, comes back without its state and learns again, and who told whom while it had it.
#[test]
fn a_node_that_forgot_is_explained_by_what_it_learned_last() {
    let crash = |node: u32| format!("[[event]]\nat = \"1500ms\"\ncrash = [{node}]\nkeep_state = false\n");
    let back = |node: u32| format!("[[event]]\nat = \"3500ms\"\nrecover = [{node}]\n");
    for (strategy, node, hops) in [("push", 1, 1), ("pull", 1, 1), ("push", 0, 2), ("pull", 0, 2)] {
        let text = format!(
            "[network]\nnodes = 2\n[gossip]\nstrategy = \"{strategy}\"\ninterval = \"1s\"\n[workload]\norigin = 0\n{}{}",
            crash(node),
            back(node)
        );
        let trace = check(&scenario(&text).point(0), 0, &text);
        let infection = Infection::of(&trace).unwrap();
        let node = NodeId::new(node);
        let [first, last] = infection.receipts_of(node)[..] else { panic!("{strategy}: two receipts") };
        assert_eq!((first.at, infection.lost_at(first)), (Time::ZERO, Some(Time::from_nanos(3_500_000_000))));
        assert_eq!((last.at.nanos(), infection.lost_at(last)), (4_000_000_000, None));
        assert_eq!(infection.lasting(trace.record.ending.ended).last(), Some(last));
        let chain = explain(&trace, &infection, last);
        assert_eq!((chain.len(), chain.last().unwrap().lost_before), (hops, infection.lost_at(first)));
        let parts: Vec<(&str, u64)> =
            chain.last().unwrap().delays.iter().map(|delay| (delay.kind.name(), delay.nanos)).collect();
        assert_eq!(parts, [("had_it_before", 3_500_000_000), ("waiting_for_turn", 500_000_000)], "{strategy}");
    }
    // On a line node 1 tells node 2, then forgets: the chain of node 2 is by what node 1 knew then.
    let text = format!(
        "[network]\nnodes = 3\ntopology = \"line\"\n[gossip]\nstrategy = \"push\"\nfanout = 2\ninterval = \"1s\"\n[workload]\n\
         origin = 0\n{}{}",
        crash(1),
        back(1)
    );
    let trace = check(&scenario(&text).point(0), 0, &text);
    let infection = Infection::of(&trace).unwrap();
    let told: Vec<(u32, u64)> =
        infection.lasting(trace.record.ending.ended).map(|last| (last.node.number(), last.at.nanos())).collect();
    assert_eq!(told, [(0, 0), (2, 1_000_000_000), (1, 4_000_000_000)]);
    let chain = infection.chain(infection.last(NodeId::new(2)).unwrap());
    let chain: Vec<(u32, u64)> = chain.iter().map(|receipt| (receipt.node.number(), receipt.at.nanos())).collect();
    assert_eq!(chain, [(0, 0), (1, 0), (2, 1_000_000_000)]);
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

/// Who looks at how one node waits for another changes nothing, and sees what nobody else does.
#[test]
fn a_run_in_which_a_pair_is_watched_is_the_run() {
    for heartbeats in ["direct", "gossip"] {
        let text = format!(
            "replicates = 2\n[network]\nnodes = 6\nloss = 0.2\nlatency = \"30ms\"\n[gossip]\nstrategy = \"push\"\n\
             phase = \"random\"\n[workload]\nkind = \"detector\"\ndetector = \"phi\"\nheartbeats = \"{heartbeats}\"\n\
             during = \"40s\"\n[[event]]\nat = \"10s\"\ncrash = [2]\nkeep_state = false\n[[event]]\nat = \"20s\"\n\
             recover = \"all\"\n[[event]]\nat = \"25s\"\njoin = 2\n"
        );
        let scenario = scenario(&text);
        let point = scenario.points.get(0).unwrap();
        let detector = point.settings.workload.detector().unwrap();
        for replicate in 0..2 {
            let record = experiment::run(&point, replicate, &|| true).unwrap();
            for pair in [[2, 0], [0, 2], [7, 1], [1, 7], [3, 4]] {
                let pair = Pair { node: NodeId::new(pair[0]), monitor: NodeId::new(pair[1]) };
                let watched = experiment::suspicion(detector, &point, replicate, pair, &|| true).unwrap();
                assert_eq!(format!("{:?}", watched.record), format!("{record:?}"), "{heartbeats}, {pair:?}");
                let changes = &watched.log.changes;
                assert!(changes.is_sorted_by_key(|(at, _)| *at), "{heartbeats}, {pair:?}");
                let ups: Vec<_> = changes
                    .iter()
                    .filter_map(|(at, change)| match change {
                        SuspicionChange::Up(up) => Some((at.nanos() / 1_000_000_000, *up)),
                        _ => None,
                    })
                    .collect();
                let expected: &[(u64, bool)] = match pair.node.number() {
                    2 => &[(10, false), (20, true)],
                    7 => &[(0, false), (25, true)],
                    _ => &[],
                };
                assert_eq!(ups, expected, "{heartbeats}, {pair:?}");
                // While the monitor is down, or away, it waits for nobody.
                let waits = |at: u64| {
                    let until = changes.iter().take_while(|(time, _)| time.nanos() <= at * 1_000_000_000);
                    until
                        .filter_map(|(_, change)| match change {
                            SuspicionChange::Waits(waits) => Some(waits.is_some()),
                            _ => None,
                        })
                        .last()
                };
                let expected = match pair.monitor.number() {
                    2 => [Some(true), Some(false)],
                    7 => [None, None],
                    _ if pair.node.number() == 7 => [waits(9), waits(19)],
                    _ => [Some(true), Some(true)],
                };
                assert_eq!([waits(9), waits(19)], expected, "{heartbeats}, {pair:?}");
            }
        }
    }
}
