//! Blocked nodes, connections that bounce, and what a protocol's totals are told of nodes: two nodes whose every message is
//! known, by hand.

use std::convert::Infallible;

use gossipsim::clock::Aligned;
use gossipsim::engine::{
    Agenda, Change, Context, Happening, Limits, Memory, Message, Outcome, Protocol, Run, Simulation, Slab, Start,
    Tally, UpAndDown, World,
};
use gossipsim::network::latency::{Constant, Latency};
use gossipsim::network::{Network, Transport};
use gossipsim::peers::{Peers, Uniform};
use gossipsim::random::{Chance, Purpose};
use gossipsim::time::{Span, Time};
use gossipsim::topology::Graph;
use gossipsim::units::NodeId;

/// A numbered message; one of a number below 0 goes over TCP, whatever the scenario says.
#[derive(Clone)]
struct Numbered(i32);

impl Message for Numbered {
    const KINDS: &'static [&'static str] = &["numbered"];

    fn kind(&self) -> usize {
        0
    }
}

/// What a node notes, and when in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Note {
    Heard(u64, i32),
    Bounced(u64, i32),
    Expired(u64),
    Started(u64),
}

/// Nodes that send what they are told to, to the other one, and note what they hear.
struct Clerks;

impl Protocol for Clerks {
    type State = Vec<Note>;
    type States = Vec<Vec<Note>>;
    type Message = Numbered;
    type Timer = ();
    type Mail = Slab<Numbered, ()>;
    type Input = i32;
    type Fact = Infallible;
    type Counts = Vec<(u64, u32, Change)>;

    const CALLS_PEERS: bool = false;
    const TRANSPORTS_DIFFER: bool = true;
    const HEARS_BOUNCES: bool = true;

    fn start(&self, notes: &mut Vec<Note>, why: Start, context: &mut Context<'_, Self>) {
        if why != Start::First {
            notes.push(Note::Started(millis(context.now)));
        }
    }

    fn input(&self, _: &mut Vec<Note>, number: i32, context: &mut Context<'_, Self>) {
        if number == 0 {
            context.set_timer(Span::from_millis(500), ());
        } else {
            context.send(NodeId::new(1 - context.node.number()), Numbered(number));
        }
    }

    fn learn(&self, notes: &mut Vec<Note>, _: NodeId, Numbered(number): Numbered, context: &mut Context<'_, Self>) {
        notes.push(Note::Heard(millis(context.now), number));
    }

    fn expire(&self, notes: &mut Vec<Note>, (): (), context: &mut Context<'_, Self>) {
        notes.push(Note::Expired(millis(context.now)));
    }

    fn bounced(&self, notes: &mut Vec<Note>, to: NodeId, message: Numbered, context: &mut Context<'_, Self>) {
        assert_eq!(to.number(), 1 - context.node.number());
        notes.push(Note::Bounced(millis(context.now), message.0));
    }

    fn population(&self, now: Time, node: NodeId, change: Change, counts: &mut Self::Counts) {
        counts.push((millis(now), node.number(), change));
    }

    fn transport(&self, message: &Numbered) -> Option<Transport> {
        (message.0 < 0).then_some(Transport::Tcp)
    }

    fn glance(_: &Vec<Note>) -> u64 {
        0
    }

    fn termination(&self, _: Time, _: &mut Self::Counts, _: &Tally, _: u64) -> Option<Outcome> {
        None
    }
}

struct Pair;

impl Graph for Pair {
    fn nodes(&self) -> u32 {
        2
    }

    fn degree(&self, _: NodeId) -> u32 {
        1
    }

    fn neighbor(&self, node: NodeId, _: u32) -> NodeId {
        NodeId::new(1 - node.number())
    }
}

fn millis(time: Time) -> u64 {
    time.nanos() / 1_000_000
}

fn at(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

/// What comes from outside at so many milliseconds.
type Script<'a> = &'a [(u64, Happening<i32>)];

/// Ten seconds of two nodes, `present` of which are there from the start, with a latency of so many milliseconds. What is
/// in flight at the end adds up, or there is no run.
fn run(present: u32, latency: u64, transport: Transport, script: Script<'_>) -> Run<Clerks> {
    run_reading(present, latency, transport, script, 0)
}

/// The same, where node 1 takes so many milliseconds to read each message that waits when it is released.
fn run_reading(present: u32, latency: u64, transport: Transport, script: Script<'_>, reading: u64) -> Run<Clerks> {
    let chance = Chance { seed: 1, nodes: 2, replicate: 0 };
    let latency = match latency {
        0 => Network::perfect(&chance).latency,
        millis => Latency::Constant(Constant { value: Span::from_millis(millis) }),
    };
    let world = World {
        protocol: &Clerks,
        graph: &Pair,
        network: &Network { latency, transport, ..Network::perfect(&chance) },
        peers: &Peers::Uniform(Uniform {}),
        choices: &chance.field(Purpose::Peers),
        coins: &chance.field(Purpose::Protocol),
        fanout: 1,
        knows_dead: None,
        admission: None,
    };
    let second = Span::from_millis(1000);
    let live = UpAndDown::new(2, present);
    let mut nobody = ();
    let simulation = Simulation::new(world, Aligned::new(2, second), live, Memory::default(), &mut nobody);
    let script = script.iter().map(|&(millis, happening)| (at(millis), happening));
    let agenda = Agenda::new(Box::new(script));
    let agenda = if reading > 0 { agenda.blocking(vec![(node(1), Span::from_millis(reading))]) } else { agenda };
    simulation.run(Limits::new(10, second, None), agenda).unwrap()
}

fn node(number: u32) -> NodeId {
    NodeId::new(number)
}

fn send(from: u32, number: i32) -> Happening<i32> {
    Happening::Input(node(from), number)
}

fn block(number: u32, until: u64) -> Happening<i32> {
    Happening::Block { node: node(number), until: at(until) }
}

fn release(number: u32) -> Happening<i32> {
    Happening::Release(node(number))
}

fn back(number: u32) -> Happening<i32> {
    Happening::Up { node: node(number), remembers: true }
}

use Note::{Bounced, Expired, Heard, Started};

#[test]
fn what_reaches_a_blocked_node_and_what_it_sends_goes_on_at_its_release_in_order() {
    let script = [
        (500, send(0, 1)),
        (900, send(1, 11)),
        (950, send(0, 2)),
        (1000, block(1, 3000)),
        (1500, send(1, 12)),
        (2000, send(0, 3)),
        (2100, send(0, 4)),
        (2500, send(1, 13)),
        (2950, send(0, 5)),
        (3000, release(1)),
    ];
    for transport in [Transport::Udp, Transport::Tcp] {
        let run = run(2, 100, transport, &script);
        let [zero, one] = &run.memory.states[..] else { panic!() };
        assert_eq!(one[..], [Heard(600, 1), Heard(3000, 2), Heard(3000, 3), Heard(3000, 4), Heard(3050, 5)]);
        assert_eq!(zero[..], [Heard(1000, 11), Heard(3100, 12), Heard(3100, 13)]);
        assert_eq!((run.tally.sent[0], run.tally.delivered[0], run.in_flight, run.live), (8, 8, 0, 2));
    }
}

/// What is read when a block begins is read again, before all that came later; who is done with all reads at once.
#[test]
fn who_takes_time_to_read_reads_one_message_after_the_other_in_order() {
    let script = [
        (1000, block(1, 3000)),
        (1200, send(0, 1)),
        (1300, send(0, 2)),
        (1400, send(0, 3)),
        (3000, release(1)),
        (3350, send(0, 4)),
        (3500, block(1, 4000)),
        (3700, send(0, 5)),
        (4000, release(1)),
        (5000, send(0, 6)),
        (5500, block(1, 6000)),
        (5600, send(0, 7)),
        (5700, send(0, 8)),
        (6000, release(1)),
        // It reads 7, and never does 8.
        (6100, Happening::Down(node(1))),
        (6500, back(1)),
    ];
    let run = run_reading(2, 100, Transport::Udp, &script, 200);
    let heard =
        [(3200, 1), (3400, 2), (4200, 3), (4400, 4), (4600, 5), (5100, 6)].map(|(at, number)| Heard(at, number));
    assert_eq!(run.memory.states[1], [&heard[..], &[Started(6500)]].concat());
    assert_eq!((run.tally.sent[0], run.tally.delivered[0], run.tally.dropped[0], run.in_flight), (8, 6, 2, 0));
    // At the end it has read one in nine seconds.
    let script = [(100, block(1, 500)), (200, send(0, 1)), (300, send(0, 2)), (350, send(0, 3)), (500, release(1))];
    let run = run_reading(2, 0, Transport::Udp, &script, 9000);
    assert_eq!((run.memory.states[1].len(), run.in_flight), (1, 2));
}

#[test]
fn without_latency_what_waits_arrives_at_the_instant_of_the_release() {
    let script =
        [(1000, block(1, 2500)), (1200, send(0, 1)), (1300, send(1, 2)), (1400, send(0, 3)), (2500, release(1))];
    let run = run(2, 0, Transport::Udp, &script);
    assert_eq!(run.memory.states[1], [Heard(2500, 1), Heard(2500, 3)]);
    assert_eq!(run.memory.states[0], [Heard(2500, 2)]);
}

#[test]
fn timers_of_a_blocked_node_go_on() {
    let run = run(2, 0, Transport::Udp, &[(1000, send(1, 0)), (1200, block(1, 3000)), (3000, release(1))]);
    assert_eq!(run.memory.states[1], [Expired(1500)]);
}

#[test]
fn blocks_that_meet_or_overlap_are_one() {
    for script in [
        [(1000, block(1, 2000)), (1500, block(1, 3000)), (1600, send(0, 1)), (2000, release(1)), (3000, release(1))],
        [(1000, block(1, 3000)), (1500, block(1, 2000)), (1600, send(0, 1)), (2000, release(1)), (3000, release(1))],
        // The one begins as the other ends, in either order.
        [(1000, block(1, 2000)), (1600, send(0, 1)), (2000, block(1, 3000)), (2000, release(1)), (3000, release(1))],
        [(1000, block(1, 2000)), (1600, send(0, 1)), (2000, release(1)), (2000, block(1, 3000)), (3000, release(1))],
    ] {
        let run = run(2, 0, Transport::Udp, &script);
        assert_eq!(run.memory.states[1], [Heard(3000, 1)], "{script:?}");
    }
}

#[test]
fn a_crash_ends_what_waits_and_the_block() {
    let script = [
        (1000, block(1, 5000)),
        (1200, send(0, 1)),
        (1300, send(1, 2)),
        (2000, Happening::Down(node(1))),
        (3000, back(1)),
        (3500, send(0, 3)),
        (3600, send(1, 4)),
        (5000, release(1)),
    ];
    let run = run(2, 0, Transport::Udp, &script);
    assert_eq!(run.memory.states[1], [Started(3000), Heard(3500, 3)]);
    assert_eq!(run.memory.states[0], [Heard(3600, 4)]);
    // What the node was about to send is never sent.
    assert_eq!((run.tally.sent[0], run.tally.delivered[0], run.tally.dropped[0]), (3, 2, 1));
}

#[test]
fn what_waits_at_the_end_is_in_flight() {
    let run = run(2, 0, Transport::Udp, &[(1000, block(1, 99_000)), (1200, send(0, 1)), (1300, send(1, 2))]);
    assert_eq!((run.tally.sent[0], run.tally.delivered[0], run.in_flight), (1, 0, 1));
    assert!(run.memory.states.iter().all(Vec::is_empty));
}

#[test]
fn totals_are_told_of_every_change_and_of_nothing_else() {
    let script = [
        (1000, Happening::Join(node(1))),
        (2000, block(0, 4000)),
        (2000, block(1, 4000)),
        (2500, block(1, 3500)),
        (3000, Happening::Down(node(1))),
        (3100, Happening::Down(node(1))),
        (3200, block(1, 9000)),
        (3300, block(0, 4500)),
        (3500, release(1)),
        (4000, release(0)),
        (4000, release(1)),
        (4500, release(0)),
        (5000, back(1)),
        (5100, back(1)),
        (6000, Happening::Leave(node(0))),
        (9000, release(1)),
    ];
    let run = run(1, 0, Transport::Udp, &script);
    let blocked = |until| Change::Blocked { until: at(until) };
    let expected = [
        (1000, 1, Change::Joined),
        (2000, 0, blocked(4000)),
        (2000, 1, blocked(4000)),
        (3000, 1, Change::Down),
        (3300, 0, blocked(4500)),
        (4500, 0, Change::Released),
        (5000, 1, Change::Up),
        (6000, 0, Change::Left),
    ];
    assert_eq!(run.counts, expected);
    assert_eq!(run.live, 1);
}

#[test]
fn over_tcp_a_sender_is_told_after_one_latency_that_the_other_end_is_down() {
    let script = [
        (1000, Happening::Down(node(1))),
        (2000, send(0, 1)),
        (2050, send(0, -2)),
        (3000, back(1)),
        (3500, send(0, -3)),
    ];
    for (transport, told) in
        [(Transport::Udp, &[Bounced(2250, -2)][..]), (Transport::Tcp, &[Bounced(2200, 1), Bounced(2250, -2)])]
    {
        let run = run(2, 100, transport, &script);
        assert_eq!(run.memory.states[0], told);
        assert_eq!(run.memory.states[1], [Started(3000), Heard(3600, -3)]);
        assert_eq!((run.tally.sent[0], run.tally.delivered[0], run.tally.dropped[0]), (3, 1, 2));
    }
}

#[test]
fn without_latency_a_sender_is_told_at_once() {
    let run = run(1, 0, Transport::Tcp, &[(1500, send(0, 7))]);
    assert_eq!(
        (&run.memory.states[0][..], run.tally.dropped[0]),
        (&[Bounced(1500, 7)][..], 1),
        "who is yet to join is down"
    );
}

#[test]
fn who_is_blocked_is_told_at_its_release_and_who_has_been_down_since_is_not() {
    let down = (1000, Happening::Down(node(1)));
    let blocked = run(2, 100, Transport::Tcp, &[down, (2000, send(0, 1)), (2150, block(0, 3000)), (3000, release(0))]);
    assert_eq!(blocked.memory.states[0], [Bounced(3000, 1)]);
    let restarted =
        run(2, 100, Transport::Tcp, &[down, (2000, send(0, 1)), (2150, Happening::Down(node(0))), (2160, back(0))]);
    assert_eq!(restarted.memory.states[0], [Started(2160)]);
    // What waited for a blocked node that crashes is refused then.
    let crashed = run(
        2,
        100,
        Transport::Tcp,
        &[(1000, block(1, 9000)), (2000, send(0, 1)), (3000, Happening::Down(node(1))), (9000, release(1))],
    );
    assert_eq!(crashed.memory.states[0], [Bounced(3100, 1)]);
}
