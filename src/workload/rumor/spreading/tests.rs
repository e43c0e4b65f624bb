//! A rumor in the event loop: when news moves, what is counted, and who is told.

use super::*;
use crate::clock::Aligned;
use crate::engine::{Agenda, AlwaysUp, Broken, Envelope, Limits, Memory, Observer, Simulation, View, World, total};
use crate::network::latency::{Constant, Latency};
use crate::network::{Delivery, Network};
use crate::peers::{self, Peers};
use crate::random::{Chance, Draw, Purpose};
use crate::time::Span;
use crate::topology::Graph;
use crate::workload::Strategy;
use crate::workload::rumor::FirstReceipts;
use crate::workload::rumor::{Ending, Exchange, Gossip, Spread, State};

const NODES: u32 = 6;
const INTERVAL: Span = Span::from_nanos(100);

/// Nodes in a row.
struct Row;

impl Graph for Row {
    fn nodes(&self) -> u32 {
        NODES
    }

    fn degree(&self, node: NodeId) -> u32 {
        if node.number() == 0 || node.number() == NODES - 1 { 1 } else { 2 }
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(if node.number() == 0 { 1 } else { node.number() - 1 + 2 * index })
    }
}

/// A run over the row from node 0, everybody contacting both neighbours: its end, and when each node heard.
fn run<R: RumorRules<State: Kept>>(rules: R, latency: u64, limits: Limits) -> (Result<Ending, Broken>, Vec<Time>) {
    let mut heard = FirstReceipts::nobody(NODES);
    let ended = watched(rules, latency, limits, &mut heard);
    (ended, heard.0)
}

/// The same before the eyes of `observer`.
fn watched<R: RumorRules<State: Kept>>(
    rules: R,
    latency: u64,
    limits: Limits,
    observer: &mut dyn Observer<Spreading<R>>,
) -> Result<Ending, Broken> {
    let chance = Chance { seed: 1, nodes: NODES, replicate: 0 };
    let latency = Latency::Constant(Constant { value: Span::from_nanos(latency) });
    let network = Network { latency, ..Network::perfect(&chance) };
    let protocol = Spreading { rules, origins: vec![NodeId::new(0)], goal: StoppingRule::informed(NODES.into()) };
    let world = World {
        protocol: &protocol,
        graph: &Row,
        network: &network,
        peers: &Peers::RoundRobin(peers::RoundRobin {}),
        choices: &chance.field(Purpose::Peers),
        coins: &chance.field(Purpose::Protocol),
        fanout: 2,
        knows_dead: None,
        admission: None,
    };
    let clock = Aligned::new(NODES, INTERVAL);
    let simulation = Simulation::new(world, clock, AlwaysUp(NODES), Memory::default(), observer);
    simulation.run(limits, Agenda::default()).map(|run| Ending::from(&run))
}

fn gossip(strategy: Strategy, exchange: Exchange) -> Gossip {
    Gossip::new(strategy, exchange, Spread::FOREVER)
}

const AMPLE: Limits = Limits { rounds_end: Time::from_nanos(100_000), last: Time::NEVER };

/// When node k hears is `first` + (k - 1) · `step`.
fn assert_wave(strategy: Strategy, exchange: Exchange, latency: u64, (first, step): (u64, u64)) {
    let (ending, heard) = run(gossip(strategy, exchange), latency, AMPLE);
    let expected: Vec<Time> = (0..u64::from(NODES) - 1).map(|k| Time::from_nanos(first + k * step)).collect();
    assert_eq!(heard[1..], expected, "{strategy}, {exchange:?}, latency {latency}");
    assert_eq!(ending.map(|ending| ending.outcome), Ok(Outcome::Converged));
}

#[test]
fn news_moves_one_hop_an_instant_whatever_the_order_of_the_nodes() {
    // Turns go from node 0 up: whoever passed on what it learned within the instant would reach the end at once.
    for exchange in [Exchange::Eager, Exchange::Digest] {
        for strategy in [Strategy::Push, Strategy::Pull, Strategy::PushPull] {
            assert_wave(strategy, exchange, 0, (0, 100));
        }
    }
}

#[test]
fn every_leg_takes_its_time() {
    assert_wave(Strategy::Push, Exchange::Digest, 30, (30, 100));
    assert_wave(Strategy::Pull, Exchange::Digest, 30, (60, 100));
    assert_wave(Strategy::PushPull, Exchange::Eager, 30, (30, 100));
    // The digest of the ignorant side gets its answer after two legs; that of the other needs three.
    assert_wave(Strategy::PushPull, Exchange::Digest, 30, (60, 100));
}

#[test]
fn what_is_learned_at_an_instant_is_passed_on_strictly_after_it() {
    // The update arrives just as its recipient has its turn: it speaks of it an interval later.
    assert_wave(Strategy::Push, Exchange::Digest, 100, (100, 200));
    // A question that arrives as the update does finds nothing yet; the next comes an interval later. With
    // a nanosecond less on the way it comes in time.
    assert_wave(Strategy::Pull, Exchange::Digest, 100, (200, 200));
    assert_wave(Strategy::Pull, Exchange::Digest, 99, (198, 100));
}

#[test]
fn every_leg_is_counted_once() {
    // Push on the row: in round r the nodes 0 to r - 1 tell all their neighbours, 1 + 2 (r - 1) legs.
    let (ending, _) = run(gossip(Strategy::Push, Exchange::Digest), 0, AMPLE);
    let tally = ending.unwrap().tally;
    let sent: u64 = (1..u64::from(NODES)).map(|round| 2 * round - 1).sum();
    assert_eq!((tally.sent, tally.updates, tally.delivered, tally.lost), (sent, sent, sent, 0));
    assert_eq!((tally.redundant, tally.informed, tally.turns), (sent - 5, 6, 5 * 6));
    assert_eq!(tally.events(), sent + 30);
    // With 30 ns on the way the last round's legs are delivered before the end all the same.
    let (ending, _) = run(gossip(Strategy::Push, Exchange::Digest), 30, AMPLE);
    assert_eq!(ending.map(|ending| (ending.tally.sent, ending.in_flight)), Ok((sent, 0)));
}

/// Hears what is said, and looks in once.
#[derive(Default)]
struct Listener {
    legs: Vec<(u32, u32, u8)>,
    before: Option<usize>,
}

impl<P: Protocol> Observer<P> for Listener {
    fn every_message(&self) -> bool {
        true
    }

    fn sent(&mut self, _: Time, envelope: &Envelope<P::Message>, delivery: Delivery, _: u64) {
        assert!(delivery.arrival().is_some());
        self.legs.push((envelope.from.number(), envelope.to.number(), envelope.step()));
    }

    fn due(&self) -> Time {
        if self.before.is_none() { Time::from_nanos(100) } else { Time::NEVER }
    }

    fn look(&mut self, _: Time, view: View<'_, P>) -> std::ops::ControlFlow<()> {
        assert_eq!(self.legs.len() as u64, total(&view.tally.sent));
        self.before = Some(self.legs.len());
        std::ops::ControlFlow::Continue(())
    }
}

#[test]
fn an_observer_that_wants_to_know_is_told_of_every_message_and_of_its_leg() {
    let pull = || gossip(Strategy::Pull, Exchange::Digest);
    let mut listener = Listener::default();
    let ending = watched(pull(), 0, AMPLE, &mut listener).unwrap();
    // In the first round ten requests, and then the one answer: node 0 tells node 1.
    let (requests, answers) = listener.legs[..listener.before.unwrap()].split_at(10);
    assert!(requests.iter().all(|leg| leg.2 == 0) && requests.contains(&(1, 0, 0)), "{requests:?}");
    assert_eq!(answers, [(0, 1, 1)]);
    assert_eq!(listener.legs.len() as u64, ending.tally.sent);
    // Whoever watches beside somebody hears the same, and nobody changes the run.
    let (mut one, mut other) = (Listener::default(), Listener::default());
    assert_eq!(watched(pull(), 0, AMPLE, &mut (&mut one, Some(&mut other))), Ok(ending));
    assert_eq!((&one.legs, &other.legs, one.before), (&listener.legs, &listener.legs, listener.before));
    assert_eq!(watched(pull(), 0, AMPLE, &mut ()), Ok(ending));
}

#[test]
fn messages_on_their_way_at_the_end_are_neither_delivered_nor_lost() {
    let (ending, heard) = run(gossip(Strategy::Push, Exchange::Digest), 250, Limits::new(2, INTERVAL, None));
    let ending = ending.unwrap();
    assert_eq!(
        (ending.outcome, ending.tally.sent, ending.tally.delivered, ending.in_flight),
        (Outcome::RoundLimit, 2, 0, 2)
    );
    assert!(heard.iter().all(|&time| time == Time::NEVER));
}

/// Gossip that says of every update that it was news.
struct Boastful(Gossip);

impl RumorRules for Boastful {
    type State = State;

    fn origin(&self) -> State {
        self.0.origin()
    }

    fn turn(&self, state: &mut State, luck: Draw<'_>) -> Option<Message> {
        self.0.turn(state, luck)
    }

    fn answer(&self, state: &State, message: Message) -> Option<Message> {
        self.0.answer(state, message)
    }

    fn learn(&self, state: &mut State, message: Message) -> Learned {
        self.0.learn(state, message);
        Learned::News
    }

    fn informed(&self, state: &State) -> bool {
        self.0.informed(state)
    }

    fn spreading(&self, state: &State) -> bool {
        self.0.spreading(state)
    }
}

#[test]
fn totals_that_do_not_add_up_are_an_error() {
    let (ending, _) = run(Boastful(gossip(Strategy::Push, Exchange::Digest)), 0, AMPLE);
    assert!(ending.is_err_and(|broken| broken.to_string().contains("differs from a recount over 6 live nodes")));
}
