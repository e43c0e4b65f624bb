//! Queues and packets: nodes whose every message is known by hand, laws of runs, and what must not change.

use std::convert::Infallible;

use crate::common::{heard, scenario};
use crate::stalls::records;
use crate::swarm::{draw, draw_events, with_mishaps};
use gossipsim::clock::Aligned;
use gossipsim::engine::{
    Agenda, Context, Happening, Limits, Memory, Message, Outcome, Protocol, Run, Simulation, Slab, Tally, UpAndDown,
    World, total,
};
use gossipsim::experiment::{self, Record};
use gossipsim::network::bandwidth::Bandwidth;
use gossipsim::network::bandwidth_classes::BandwidthClasses;
use gossipsim::network::latency::{Constant, Latency};
use gossipsim::network::path_faults::{Effect, Impairment, PathFault, PathFaults, Paths};
use gossipsim::network::{Network, Shaping, Sizes};
use gossipsim::peers::{Peers, Uniform};
use gossipsim::random::{Chance, Purpose};
use gossipsim::scenario::{Overrides, Source, read};
use gossipsim::time::{Span, Time};
use gossipsim::topology::Graph;
use gossipsim::units::{NodeId, Probability};

/// A numbered message of so many bytes, the header included.
#[derive(Clone, Copy)]
struct Sized {
    number: u32,
    bytes: u64,
}

impl Message for Sized {
    const KINDS: &'static [&'static str] = &["small", "large"];

    fn kind(&self) -> usize {
        usize::from(self.bytes >= 1000)
    }
}

/// Nodes that send what they are told to, and note what they hear and when, in microseconds.
struct Clerks {
    /// Whether all that they hear comes at whole microseconds.
    on_the_microsecond: bool,
}

impl Protocol for Clerks {
    type State = Vec<(u64, u32)>;
    type States = Vec<Vec<(u64, u32)>>;
    type Message = Sized;
    type Timer = Infallible;
    type Mail = Slab<Sized, Infallible>;
    /// To whom, and what.
    type Input = (u32, Sized);
    type Fact = Infallible;
    type Counts = ();

    const CALLS_PEERS: bool = false;

    fn input(&self, _: &mut Self::State, (to, message): (u32, Sized), context: &mut Context<'_, Self>) {
        context.send(NodeId::new(to), message);
    }

    fn learn(&self, notes: &mut Self::State, _: NodeId, message: Sized, context: &mut Context<'_, Self>) {
        assert!(!self.on_the_microsecond || context.now.nanos().is_multiple_of(1000));
        notes.push((context.now.nanos() / 1000, message.number));
    }

    fn size(&self, message: &Sized) -> u64 {
        message.bytes
    }

    fn glance(_: &Self::State) -> u64 {
        0
    }

    fn termination(&self, _: Time, _: &mut (), _: &Tally, _: u64) -> Option<Outcome> {
        None
    }
}

struct Triangle;

impl Graph for Triangle {
    fn nodes(&self) -> u32 {
        3
    }

    fn degree(&self, _: NodeId) -> u32 {
        2
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new((node.number() + 1 + index) % 3)
    }
}

fn at(micros: u64) -> Time {
    Time::from_nanos(1000 * micros)
}

/// What comes from outside at so many microseconds.
type Script = Vec<(u64, Happening<(u32, Sized)>)>;

/// A second of three nodes a millisecond apart, with this bandwidth.
fn run(bandwidth: &str, script: Script) -> Run<Clerks> {
    run_classes(bandwidth, BandwidthClasses::default(), script)
}

/// The same with these classes of nodes.
fn run_classes(bandwidth: &str, classes: BandwidthClasses, script: Script) -> Run<Clerks> {
    run_on(bandwidth, classes, script, |network| network)
}

/// The same on the network that `change` makes of it.
fn run_on(
    bandwidth: &str,
    classes: BandwidthClasses,
    script: Script,
    change: impl Fn(Network) -> Network,
) -> Run<Clerks> {
    let chance = Chance { seed: 1, nodes: 3, replicate: 0 };
    let bandwidth: Bandwidth = toml::from_str(bandwidth).unwrap();
    let sizes = Sizes { header: 0, update: 0, mtu: None };
    let shaping = Some(Shaping { bandwidth, sizes, nodes: 3, regions: None, classes }.into());
    let latency = Latency::Constant(Constant { value: Span::from_millis(1) });
    let network = change(Network { latency, shaping, ..Network::perfect(&chance) });
    let world = World {
        protocol: &Clerks { on_the_microsecond: matches!(network.latency, Latency::Constant(_)) },
        graph: &Triangle,
        network: &network,
        peers: &Peers::Uniform(Uniform {}),
        knows_dead: None,
        choices: &chance.field(Purpose::Peers),
        coins: &chance.field(Purpose::Protocol),
        fanout: 1,
        admission: None,
    };
    let second = Span::from_millis(1000);
    let (live, mut nobody) = (UpAndDown::new(3, 3), ());
    let simulation = Simulation::new(world, Aligned::new(3, second), live, Memory::default(), &mut nobody);
    let script = script.into_iter().map(|(micros, happening)| (at(micros), happening));
    simulation.run(Limits::new(1, second, None), Agenda::new(Box::new(script))).unwrap()
}

fn send(from: u32, to: u32, number: u32, bytes: u64) -> Happening<(u32, Sized)> {
    Happening::Input(NodeId::new(from), (to, Sized { number, bytes }))
}

/// `count` messages of 100 bytes from node 0 to node 1 at once.
fn burst(count: u32) -> Script {
    (1..=count).map(|number| (0, send(0, 1, number, 100))).collect()
}

/// 8 Mbit/s are a byte a microsecond.
#[test]
fn every_message_of_a_burst_arrives_at_its_exact_instant() {
    let heard = |bandwidth: &str| run(bandwidth, burst(5)).memory.states[1].clone();
    let instants = |of: fn(u64) -> u64| (1..=5).map(|k| (of(k.into()), k)).collect::<Vec<(u64, u32)>>();
    assert_eq!(heard("egress = \"8Mbit/s\""), instants(|k| 100 * k + 1000));
    assert_eq!(heard("ingress = \"8Mbit/s\""), instants(|k| 100 * k + 1000));
    // The first is sent, then received; behind it one queue works off what the other lets through.
    assert_eq!(heard("egress = \"8Mbit/s\"\ningress = \"1MB/s\""), instants(|k| 100 * k + 1100));
    assert_eq!(heard("egress = \"8Mbit/s\"\ningress = \"4Mbit/s\""), instants(|k| 100 + 1000 + 200 * k));
    assert_eq!(heard("egress = \"4Mbit/s\"\ningress = \"8Mbit/s\""), instants(|k| 200 * k + 1000 + 100));
    let run = run("egress = \"4Mbit/s\"\ningress = \"8Mbit/s\"", burst(5));
    let queues = run.queues.unwrap();
    assert!(queues.sent_by_node().eq([500, 0, 0]) && queues.received_by_node().eq([0, 500, 0]));
    // Waits of 0 to 4 times 200 µs for the egress; what comes every 200 µs waits for no ingress of 100.
    assert_eq!((queues.waits.mean(), queues.waits.most()), (Some(400_000.0), Some(800_000)));
}

/// Node 0 has a quarter of the rate of the others each way: the k-th of its messages leaves after 400 k µs and not 100 k, and the
/// k-th that comes to it at once is received after as long.
#[test]
fn a_slow_node_sends_and_receives_at_its_own_exact_instants() {
    let slow: Bandwidth = toml::from_str("egress = \"2Mbit/s\"\ningress = \"2Mbit/s\"").unwrap();
    let free: Bandwidth = toml::from_str("ingress = \"8Mbit/s\"").unwrap();
    let classes = || BandwidthClasses::new(vec![slow, free], vec![1, 0, 2]);
    let hear = |from, to| {
        let script = (1..=5).map(|number| (0, send(from, to, number, 100))).collect();
        run_classes("egress = \"8Mbit/s\"", classes(), script).memory.states[to as usize].clone()
    };
    let instants = |of: fn(u64) -> u64| (1..=5).map(|k| (of(k.into()), k)).collect::<Vec<(u64, u32)>>();
    assert_eq!(hear(0, 1), instants(|k| 400 * k + 1000), "a slow sender");
    assert_eq!(hear(1, 0), instants(|k| 100 + 1000 + 400 * k), "a slow recipient");
    assert_eq!(hear(0, 2), instants(|k| 400 * k + 1000 + 100), "a recipient faster than its sender");
    assert_eq!(hear(1, 2), instants(|k| 100 + 1000 + 100 * k), "both at one rate");
    assert_eq!(hear(2, 1), instants(|_| 1000), "no limit at either end");
    // The last of five waits for four of the slow node's.
    let run = run_classes("", BandwidthClasses::new(vec![slow], vec![1, 0, 0]), burst(5));
    let queues = run.queues.unwrap();
    assert_eq!(queues.waits.most(), Some(1_600_000));
}

/// A class of all nodes, of a share, of a list or of several changes no byte where it has what the others have.
#[test]
fn classes_that_are_all_alike_change_nothing() {
    let limits = "egress = \"20kbit/s\", ingress = \"30kbit/s\", queue = \"2KiB\"";
    let mut met = 0;
    for number in (0..60).step_by(4) {
        let text = draw(number) + &draw_events(number);
        let lines = |bandwidth: &str, nodes: &[&str]| {
            let classes: Vec<String> = nodes.iter().map(|nodes| format!("{{ nodes = {nodes}, {limits} }}")).collect();
            format!("bandwidth = {{ {bandwidth} }}\nclass = [{}]", classes.join(", "))
        };
        let Some(plain) = shaped(&text, &lines(limits, &[])) else { continue };
        let plain = record(&plain);
        assert!(plain.queues.as_ref().is_some_and(|queues| total(&queues.sent.bytes) > 0));
        for nodes in [&["\"all\""][..], &["0.5", "[0, 1]", "\"all\""]] {
            assert_eq!(record(&shaped(&text, &lines("", nodes)).unwrap()), plain, "{text}");
        }
        assert_eq!(record(&shaped(&text, &lines(limits, &["0.5", "[3]"])).unwrap()), plain, "{text}");
        met += 1;
    }
    assert!(met > 5, "{met}");
}

/// However a class names its nodes: an update of 968 bytes and a header of 32 take a second at 8 kbit/s, and half of one at twice
/// that.
#[test]
fn a_class_is_a_list_a_region_or_a_share() {
    let hears = |class: &str| {
        let region = |name: &str, node: u32| format!("[[network.region]]\nname = \"{name}\"\nnodes = [{node}]\n");
        let text = format!(
            "[network]\nnodes = 2\nbandwidth = {{ egress = \"16kbit/s\" }}\n[[network.class]]\n{class}\n{}{}[gossip]\nstrategy = \
             \"push\"\n[workload]\norigin = 0\nupdate_size = \"968B\"\n",
            region("eu", 0),
            region("us", 1)
        );
        heard(&scenario(&text).point(0), 0)[1].nanos() / 1_000_000
    };
    for nodes in ["[0]", "\"eu\"", "1.0", "\"all\""] {
        assert_eq!(hears(&format!("nodes = {nodes}\negress = \"8kbit/s\"")), 1000, "{nodes}");
    }
    for nodes in ["[1]", "\"us\"", "0.0"] {
        assert_eq!(hears(&format!("nodes = {nodes}\negress = \"8kbit/s\"")), 500, "{nodes}");
        let of_recipient = hears(&format!("nodes = {nodes}\ningress = \"8kbit/s\""));
        assert_eq!(of_recipient, if nodes == "0.0" { 500 } else { 1500 }, "{nodes}");
    }
    assert_eq!(hears("nodes = [0]\negress = \"none\""), 0);
}

/// Each of three messages and its copy come to the connection of their recipient together, and take 100 µs of it each; the sender sends
/// each once. A copy is dropped like a message where there is no room for it.
#[test]
fn a_copy_takes_its_place_in_the_queue_of_its_recipient() {
    let duplication = Probability::new(1.0).unwrap();
    let effect = Effect::Impaired(Impairment { duplication, ..Impairment::default() });
    let fault = PathFault { from: Time::ZERO, until: Time::NEVER, paths: Paths::All, effect };
    let twice = |network| Network { faults: PathFaults::new(vec![fault.clone()]), ..network };
    let run = |bandwidth: &str| run_on(bandwidth, BandwidthClasses::default(), burst(3), twice);
    let found = run("egress = \"8Mbit/s\"\ningress = \"8Mbit/s\"");
    let expected = [(1200, 1), (1300, 1), (1400, 2), (1500, 2), (1600, 3), (1700, 3)];
    assert_eq!(found.memory.states[1], expected);
    let queues = found.queues.unwrap();
    assert!(queues.sent_by_node().eq([300, 0, 0]) && queues.received_by_node().eq([0, 600, 0]));
    let found = run("egress = \"8Mbit/s\"\ningress = \"4Mbit/s\"\nqueue = \"300B\"");
    assert_eq!(found.memory.states[1], [(1300, 1), (1500, 1), (1700, 2), (1900, 3)]);
    assert_eq!((total(&found.tally.duplicated), total(&found.tally.overflowed)), (3, 2));
    // Without any limit of its recipient it arrives with its message.
    let found = run("egress = \"8Mbit/s\"");
    assert_eq!(found.memory.states[1], [(1100, 1), (1100, 1), (1200, 2), (1200, 2), (1300, 3), (1300, 3)]);
}

/// Without order each message arrives at the time of its own latency; with order when the last of those before it does, and it
/// is received after it.
#[test]
fn messages_of_a_pair_stay_in_the_order_in_which_they_left() {
    let latency: Latency = serde_json::from_str("{\"uniform\": {\"min\": \"1ms\", \"max\": \"9ms\"}}").unwrap();
    let hear = |bandwidth: &str, ordered| {
        let change = |network| Network { latency: latency.clone(), ordered, ..network };
        run_on(bandwidth, BandwidthClasses::default(), burst(40), change).memory.states[1].clone()
    };
    let mut own = hear("egress = \"8Mbit/s\"", false);
    assert!(!own.is_sorted_by_key(|(_, number)| *number));
    own.sort_unstable_by_key(|(_, number)| *number);
    let latest = |last: &mut u64, (at, number): &(u64, u32)| {
        *last = at.max(last).to_owned();
        Some((*last, *number))
    };
    let expected: Vec<(u64, u32)> = own.iter().scan(0, latest).collect();
    assert_eq!(hear("egress = \"8Mbit/s\"", true), expected);
    // Behind it a slow ingress works off what comes, first come, first served.
    let received = hear("egress = \"8Mbit/s\"\ningress = \"4Mbit/s\"", true);
    assert!(received.iter().map(|(_, number)| *number).eq(1..=40));
    let mut free = 0;
    for ((at, number), (came, _)) in received.iter().zip(&expected) {
        free = free.max(*came) + 200;
        // What came is known to the microsecond below.
        assert!(at.abs_diff(free) <= 1, "{number}: {at} instead of {free}");
        free = *at;
    }
}

/// Of what reaches a node at one instant goes first what was sent first, and at one instant what came from outside first.
#[test]
fn a_queue_serves_in_the_order_of_arrival_and_then_of_sending() {
    let script =
        vec![(0, send(2, 1, 1, 300)), (0, send(0, 1, 2, 200)), (100, send(0, 1, 3, 100)), (99, send(0, 1, 4, 0))];
    let mut script = script;
    script.sort_by_key(|(at, _)| *at);
    let run = run("egress = \"8Mbit/s\"\ningress = \"8Mbit/s\"", script);
    // Sent whole at 300, 200, 300 and 200 µs; number 4 is empty, and behind number 2 in the queue of node 0.
    assert_eq!(run.memory.states[1], [(1400, 2), (1400, 4), (1700, 1), (1800, 3)]);
}

#[test]
fn what_finds_no_room_is_dropped_at_the_limit_and_counted_by_kind() {
    let sizes = [1000, 999, 1, 1, 1000];
    let script = || (1..).zip(sizes).map(|(number, bytes)| (0, send(0, 1, number, bytes))).collect::<Script>();
    for (direction, after) in [("egress", 0), ("ingress", 1)] {
        let run = run(&format!("{direction} = \"8Mbit/s\"\nqueue = \"2000B\""), script());
        let expected = [(2000, 1), (2999, 2), (3000, 3)];
        assert_eq!(run.memory.states[1], expected, "{direction}");
        assert_eq!((run.tally.overflowed[..2].to_vec(), total(&run.tally.delivered)), (vec![1, 1], 3));
        let queues = run.queues.unwrap();
        let passed = [queues.sent, queues.received];
        assert_eq!(passed.each_ref().map(|passed| total(&passed.overflowed)), [2 - 2 * after, 2 * after]);
        assert_eq!(passed.map(|passed| passed.bytes[0] + passed.bytes[1]), [2000 + 1001 * after, 2000]);
    }
    let run = run("egress = \"8Mbit/s\"\nqueue = \"2000B\"\noverflow = \"wait\"", script());
    assert_eq!(run.memory.states[1], [(2000, 1), (2999, 2), (3000, 3), (3001, 4), (4001, 5)]);
    assert_eq!((total(&run.tally.overflowed), run.queues.unwrap().sent.beyond), (0, 2));
}

#[test]
fn a_crash_takes_what_is_in_the_queues_and_a_leave_does_not() {
    let node = NodeId::new;
    let back = Happening::Up { node: node(0), remembers: true };
    // Messages of 100 bytes leave at 100, 200, 300, … µs.
    let with = |events: Script| -> Script {
        let mut script = burst(4);
        script.extend(events);
        script
    };
    let crash = vec![(200, Happening::Down(node(0))), (210, back), (250, send(0, 1, 5, 100))];
    let found = run("egress = \"8Mbit/s\"", with(crash));
    assert_eq!(found.memory.states[1], [(1100, 1), (1350, 5)], "what would leave at the instant of the crash is lost");
    assert_eq!(total(&found.tally.lost), 3);
    let found = run("egress = \"8Mbit/s\"", with(vec![(200, Happening::Leave(node(0)))]));
    assert_eq!(found.memory.states[1].len(), 4);
    // What is received at 1100, 1200, … µs.
    let back = Happening::Up { node: node(1), remembers: true };
    let crash = vec![(1200, Happening::Down(node(1))), (1210, back), (1300, send(0, 1, 5, 100))];
    let found = run("ingress = \"8Mbit/s\"", with(crash));
    assert_eq!(found.memory.states[1], [(1100, 1), (2400, 5)]);
    assert_eq!(total(&found.tally.dropped), 3);
    // What arrives while the node is down takes no time of its ingress.
    let back = Happening::Up { node: node(1), remembers: true };
    let crash = vec![(900, Happening::Down(node(1))), (1001, back), (1002, send(0, 1, 5, 100))];
    let found = run("ingress = \"8Mbit/s\"", with(crash));
    assert_eq!((found.memory.states[1].clone(), total(&found.tally.dropped)), (vec![(2102, 5)], 4));
}

/// Who is blocked keeps back what it sends from then on; its connection goes on, and what it receives waits.
#[test]
fn the_connection_of_a_blocked_node_goes_on() {
    let node = NodeId::new;
    let block = |number, until| Happening::Block { node: node(number), until: at(until) };
    let mut script = burst(2);
    script.extend([(50, block(0, 5000)), (60, send(0, 1, 3, 100)), (5000, Happening::Release(node(0)))]);
    let found = run("egress = \"8Mbit/s\"", script);
    assert_eq!(found.memory.states[1], [(1100, 1), (1200, 2), (6100, 3)]);
    let mut script = burst(2);
    script.extend([(50, block(1, 5000)), (4000, send(0, 1, 3, 100)), (5000, Happening::Release(node(1)))]);
    let found = run("ingress = \"8Mbit/s\"", script);
    assert_eq!(found.memory.states[1], [(5000, 1), (5000, 2), (5100, 3)]);
}

/// The text of a drawn scenario with these lines in its [network]; nothing of those in which nodes take only so many calls.
pub(crate) fn shaped(text: &str, lines: &str) -> Option<String> {
    (!text.contains("connection_limit")).then(|| text.replacen("[gossip]", &format!("{lines}\n[gossip]"), 1))
}

fn record(text: &str) -> Record {
    experiment::run(&scenario(text).point(0), 0, &|| true).unwrap()
}

/// Where nothing waits, no byte changes: with packets that have room for everything, and with messages that take no time.
#[test]
fn queues_in_which_nothing_waits_change_nothing() {
    let mut met = 0;
    for number in (0..120).step_by(3) {
        for text in [draw(number), draw(number) + &draw_events(number)] {
            let text = with_mishaps(&text, number);
            let sizes = "header_size = \"0B\"\n[workload]\nupdate_size = \"0B\"";
            let rates = "bandwidth = { egress = \"1Mbit/s\", ingress = \"1kbit/s\", queue = \"1B\" }\n";
            for lines in ["mtu = \"4294967295MiB\"".to_owned(), format!("{rates}{sizes}")] {
                let Some(with) = shaped(&text, &lines) else { continue };
                let (plain, mut with) = (record(&shaped(&text, sizes).unwrap()), record(&with));
                assert!(with.queues.take().is_some());
                assert_eq!(with, plain, "scenario {number}, {lines}:\n{text}");
                met += 1;
            }
        }
    }
    assert!(met > 100, "{met}");
}

/// What is drawn, with slow connections and small queues: all adds up by kind, or there is no run, and knowledge comes no
/// sooner than without. `GOSSIPSIM_SWARM=10000` draws so many.
#[test]
fn no_drawn_scenario_with_queues_breaks_a_law() {
    let count = std::env::var("GOSSIPSIM_SWARM").ok().and_then(|count| count.parse().ok()).unwrap_or(200);
    let (mut overflowed, mut left, mut packets, mut copies) = (0, 0, 0, 0);
    for number in 0..count {
        let text = if number % 2 == 0 { draw(number) } else { draw(number) + &draw_events(number) };
        let text = with_mishaps(&text, number);
        let lines = [
            "bandwidth = { egress = \"8kbit/s\", ingress = \"16kbit/s\", queue = \"4KiB\" }",
            "bandwidth = { egress = \"20kbit/s\" }\nmtu = \"200B\"",
            "bandwidth = { ingress = \"12kbit/s\", queue = \"2KiB\" }\ntransport = \"tcp\"",
            "bandwidth = { ingress = \"30kbit/s\", queue = \"3KiB\", overflow = \"wait\" }\nmtu = \"500B\"",
            "bandwidth = { egress = \"1Mbit/s\", ingress = \"9kbit/s\", queue = \"0B\" }",
        ];
        let Some(text) = shaped(&text, lines[number as usize / 2 % 5]) else { continue };
        let record = record(&text);
        let (tally, queues) = (record.ending.tally, record.queues.unwrap());
        let gone = tally.lost + tally.cut + tally.refused + tally.dropped + tally.corrupted + tally.overflowed;
        assert_eq!(tally.sent + tally.duplicated, tally.delivered + gone + record.ending.in_flight, "{text}");
        copies += tally.duplicated;
        let by_port = total(&queues.sent.overflowed) + total(&queues.received.overflowed);
        assert_eq!(tally.overflowed, by_port, "{text}");
        assert!(queues.sent.max_to_mean().is_none_or(|ratio| (1.0..=64.0).contains(&ratio)));
        assert!(queues.sent.gini.is_none_or(|gini| (0.0..1.0).contains(&gini)));
        overflowed += tally.overflowed;
        left += u64::from(queues.left[1] > 0.0);
        packets += tally.further_packets;
    }
    let met = [overflowed > 1000, left > 20, packets > 1000, copies > 1000];
    assert!(met == [true; 4], "too tame: {overflowed}, {left}, {packets}, {copies}");
}

/// Every workload runs through queues, and every kind of message adds up, or there is no run.
#[test]
fn every_workload_goes_through_the_queues() {
    for workload in [
        "kind = \"rumors\"\nupdates_per_second = 20\nduring = \"2s\"",
        "kind = \"average\"",
        "kind = \"counter\"\nduring = \"2s\"",
        "kind = \"membership\"",
        "kind = \"store\"\nduring = \"2s\"",
        "kind = \"swim\"\nduring = \"4s\"",
        "kind = \"memberlist\"\nduring = \"4s\"",
        "kind = \"detector\"\nduring = \"4s\"",
    ] {
        let strategy = ["swim", "memberlist"].iter().all(|kind| !workload.contains(kind));
        let gossip = if strategy { "strategy = \"push\"\n" } else { "" };
        let text = |bandwidth: &str| {
            format!(
                "[network]\nnodes = 24\nlatency = \"10ms\"\n{bandwidth}\n[gossip]\n{gossip}phase = \"random\"\n[workload]\n{workload}\n[stop]\nmax_rounds = 60\n[[event]]\nat = \"1s\"\ncrash = 0.2\n\
                 [[event]]\nat = \"2s\"\nrecover = 0.5\n"
            )
        };
        let slow = record(&text(
            "mtu = \"100B\"\nbandwidth = { egress = \"64kbit/s\", ingress = \"64kbit/s\", queue = \"2KiB\" }",
        ));
        let queues = slow.queues.as_deref().unwrap();
        assert!(total(&queues.sent.bytes) > 0 && total(&queues.received.bytes) > 0, "{workload}");
        assert!(queues.waits.is_some_and(|(mean, p99, most)| mean > 0.0 && p99 <= most), "{workload}");
    }
}

/// Of 40 000 updates in seven packets each, at a loss of 5 % a packet: the share that arrives is 0.95^7, |z| <= 4, and packets
/// and bytes are exact.
#[test]
fn a_message_arrives_if_all_its_packets_do() {
    let text = |more: &str| {
        format!(
            "[network]\nnodes = 4000\nloss = 0.05\nheader_size = \"28B\"\n{more}\n[gossip]\nstrategy = \"push\"\nphase = \
             \"random\"\nfanout = 10\n[workload]\nupdate_size = \"10000B\"\n[stop]\nmax_rounds = 40\n"
        )
    };
    let (packets, carried) = (7_u64, 1472);
    assert!(10_000 > (packets - 1) * carried && 10_000 <= packets * carried);
    let sent = |record: &Record| {
        let tally = record.ending.tally;
        (tally.sent, tally.further_packets, total(&record.queues.as_ref().unwrap().sent.bytes))
    };
    let found = record(&text("mtu = \"1500B\""));
    let tally = found.ending.tally;
    assert_eq!(sent(&found), (tally.sent, 6 * tally.sent, tally.sent * (10_000 + 7 * 28)));
    let (count, share) = (tally.sent as f64, 0.95_f64.powi(7));
    let z = (tally.delivered as f64 - count * share) / (count * share * (1.0 - share)).sqrt();
    assert!(count > 40_000.0 && z.abs() <= 4.0, "{} of {count}: z = {z:.2}", tally.delivered);
    // Over TCP every packet is sent again until it gets through.
    let tcp = record(&text("mtu = \"1500B\"\ntransport = \"tcp\""));
    assert_eq!(tcp.ending.tally.lost, 0);
    let late = |record: &Record| record.ending.in_flight as f64 / record.ending.tally.sent as f64;
    assert!(late(&tcp) > 0.0 && late(&found) == 0.0);
}

/// Messages are received ahead of time where nobody looks on, and in time where somebody follows them. Both give the same, also
/// of runs that end while messages are on their way, and where queues drop some of them.
#[test]
fn what_is_received_ahead_of_time_is_what_is_received_in_time() {
    let workloads = [
        "kind = \"rumor\"",
        "kind = \"counter\"\nduring = \"3s\"",
        "kind = \"rumors\"\nduring = \"2s\"\nupdates_per_second = 9",
    ];
    let (mut met, mut left, mut overflowed) = (0, 0, 0);
    for seed in 0..4 {
        for (phase, queue) in
            [("aligned", "256B"), ("random", "none"), ("poisson", "400B"), ("random", "300B"), ("poisson", "none")]
        {
            for (workload, rounds) in workloads.iter().flat_map(|workload| [2, 5, 40].map(|rounds| (workload, rounds)))
            {
                let queue = if queue == "none" { String::new() } else { format!(", queue = \"{queue}\"") };
                // Some receive as fast as they like, and some more slowly than the others.
                let classes = "class = [{ nodes = 0.2, ingress = \"none\" }, { nodes = 0.3, ingress = \"2kbit/s\" }]\n";
                let classes = if seed % 2 == 0 { "" } else { classes };
                let ordered = seed > 1;
                let text = format!(
                    "seed = {seed}\n[network]\nnodes = 60\nloss = 0.1\nlatency = {{ kind = \"uniform\", min = \"40ms\", max = \
                     \"400ms\" }}\nordered = {ordered}\nbandwidth = {{ egress = \"20kbit/s\", ingress = \"4kbit/s\"{queue} }}\n{classes}[gossip]\nstrategy = \
                     \"push-pull\"\nphase = \"{phase}\"\nfanout = 2\n[workload]\n{workload}\n[stop]\nmax_rounds = {rounds}\n"
                );
                let ahead = record(&text);
                let followed = experiment::trace(&scenario(&text).point(0), 0, &|| true).unwrap().record;
                // What is not known of a round is no number, which equals none.
                let [one, other] = [&ahead, &followed].map(|record| format!("{record:?}"));
                assert_eq!(one, other, "{text}");
                met += 1;
                left += u64::from(ahead.ending.in_flight > 0);
                overflowed += u64::from(ahead.ending.tally.overflowed > 0);
            }
        }
    }
    assert!(met == 180 && left > 60 && overflowed > 60, "{left} and {overflowed} of {met}");
}

/// Slower connections never make anybody hear sooner where every node tells all, once, and nothing is lost.
#[test]
fn nobody_hears_sooner_for_less_bandwidth() {
    for seed in 0..8 {
        let hear = |rate: &str| {
            let text = format!(
                "seed = {seed}\n[network]\nnodes = 64\ntopology = {{ kind = \"random-regular\", degree = 4 }}\nlatency = \
                 \"30ms\"\nbandwidth = {{ egress = \"{rate}\" }}\n[gossip]\nstrategy = \"push\"\nfanout = \"all\"\nforward = \
                 \"at-once\"\nspread = \"infect-and-die\"\n"
            );
            heard(&scenario(&text).point(0), 0)
        };
        let rates = ["none", "10Mbit/s", "1Mbit/s", "100kbit/s"];
        let all = rates.map(hear);
        for pair in all.windows(2) {
            assert!(pair[0].iter().zip(&pair[1]).all(|(fast, slow)| fast <= slow), "seed {seed}");
        }
        assert_ne!(all[0], all[3]);
    }
}

/// What passed is told by node, by kind and by region of the same bytes, and the hub of a star bears half of them.
#[test]
fn bytes_by_node_by_kind_and_by_region_add_up_and_a_star_is_unfair() {
    let text = "[network]\nnodes = 60\ntopology = \"star\"\nbandwidth = { egress = \"1Mbit/s\", ingress = \"1Mbit/s\" }\n\
                latency = \"5ms\"\n[[network.region]]\nname = \"hub\"\nnodes = [0]\n[[network.region]]\nname = \"rim\"\n\
                nodes = [\"1..59\"]\n[gossip]\nstrategy = \"push-pull\"\nphase = \"random\"\n[stop]\nmax_rounds = 20\n";
    let record = record(text);
    let queues = record.queues.unwrap();
    assert_eq!(queues.regions, [("hub".to_owned(), 1), ("rim".to_owned(), 59)]);
    let [within, out, into, across] = queues.between[..] else { panic!("{:?}", queues.between) };
    let sent = total(&queues.sent.bytes);
    assert_eq!((within, across, out + into), (0, 0, sent));
    // The hub sends what the others receive, and the other way round, but for what is on its way.
    assert_eq!((queues.sent.max, out), (out, out));
    assert!((queues.sent.mean * 60.0 - sent as f64).abs() < 1e-6 && queues.received.max <= into);
    assert!(queues.sent.gini.unwrap() > 0.4 && queues.sent.max_to_mean().unwrap() > 20.0, "{:?}", queues.sent);
}

#[test]
fn two_threads_give_what_one_does_where_messages_queue() {
    for number in 0..8 {
        let lines = "bandwidth = { egress = \"9kbit/s\", ingress = \"9kbit/s\", queue = \"8KiB\" }\nmtu = \"300B\"";
        let text = (draw(number) + &draw_events(number)).replace("replicates = 1", "replicates = 4");
        let Some(text) = shaped(&text, lines) else { continue };
        let drawn = scenario(&text);
        assert_eq!(records(&drawn, 1), records(&drawn, 2), "{text}");
    }
}

#[test]
fn what_cannot_act_is_noted_and_theory_says_nothing() {
    let notes = |network: &str| {
        let text = format!("[network]\nnodes = 16\n{network}\n[gossip]\nstrategy = \"push\"\n");
        let drawn = scenario(&text);
        let known = gossipsim::plan::prediction(&drawn.point(0).settings).is_some();
        (drawn.notes.join("\n"), known)
    };
    for (network, says, known) in [
        ("", "", true),
        ("bandwidth = { queue = \"1KiB\" }", "limits nothing", true),
        ("bandwidth = { egress = \"1Mbit/s\", overflow = \"wait\" }", "there is room for all", false),
        ("bandwidth = { egress = \"1Mbit/s\" }", "", false),
        ("mtu = \"100B\"", "", false),
        ("mtu = \"1055B\"", "", false),
        ("mtu = \"1056B\"", "splits no message: the largest has 1056B", false),
        ("class = [{ nodes = 0.2, egress = \"1Mbit/s\" }]", "", false),
        (
            "class = [{ nodes = 0.01, egress = \"1Mbit/s\" }]",
            "class.0 changes nothing: its share of 0.01 comes to none",
            false,
        ),
        (
            "class = [{ nodes = \"all\", egress = \"1Mbit/s\" }, { nodes = [1], ingress = \"1Mbit/s\" }]",
            "class.1 changes nothing: all nodes",
            false,
        ),
        ("class = [{ nodes = 0.2, queue = \"1KiB\" }]", "without `egress` or `ingress`", true),
    ] {
        let (found, predicted) = notes(network);
        assert!(
            found.contains(says) && found.is_empty() == says.is_empty() && predicted == known,
            "{network}: {found}"
        );
    }
}

#[test]
fn sizes_beyond_all_measure_neither_wrap_nor_take_for_ever() {
    let text = |network: &str| {
        format!(
            "[network]\nnodes = 64\n{network}\n[gossip]\nstrategy = \"push\"\nphase = \"random\"\nfanout = 63\n[workload]\n\
             update_size = \"4294967295MiB\"\n[stop]\nmax_rounds = 70\n"
        )
    };
    let slow = record(&text("bandwidth = { egress = \"1bit/s\", ingress = \"1bit/s\", queue = \"4294967295MiB\" }"));
    assert_eq!(slow.ending.tally.delivered, 0);
    assert!(slow.queues.unwrap().left[1] > 1e9);
    let fast = "bandwidth = { egress = \"18446744073Gbit/s\", ingress = \"18446744073Gbit/s\" }";
    assert!(record(&text(fast)).queues.unwrap().sent.bytes[0] > 1 << 60);
    let refused = read(Source::text("large.toml", &text("mtu = \"1500B\"")), &Overrides::default());
    let refused = refused.unwrap_err().render(false);
    assert!(refused.contains("packets") && refused.contains("network.mtu"), "{refused}");
}
