//! The event loop: the parts put together, one instant at a time.
//!
//! All that happens at one instant happens at once: first everybody with a reason speaks, from what they knew
//! before; then everybody who was spoken to learns. What a node learns at an instant it passes on strictly after
//! it. Messages that take no time and are answered within the instant belong to it, so with aligned phases and no
//! latency an instant is a round of the published synchronous model.

use std::ops::ControlFlow;

use thiserror::Error;

use crate::clock::Clock;
use crate::network::{Fate, Leg, Network};
use crate::observe::Observer;
use crate::peers::{Peers, Turn};
use crate::protocol::{Learned, Message, Protocol};
use crate::queue::EventList;
use crate::random::{Draw, Field};
use crate::time::{Span, Time};
use crate::topology::Graph;
use crate::units::NodeId;

/// Running totals of a run; the shares of every message sent add up at any time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Turns taken.
    pub ticks: u64,
    /// Legs sent.
    pub sent: u64,
    /// Legs sent that carry the update.
    pub updates: u64,
    /// Legs that reached their recipient.
    pub delivered: u64,
    /// Legs the network dropped.
    pub lost: u64,
    /// Updates that reached a node which had it.
    pub redundant: u64,
    /// Nodes that have the update.
    pub informed: u64,
    /// Nodes that pass it on.
    pub spreading: u64,
    /// Updates delivered or lost; the others are on their way.
    updates_settled: u64,
}

impl Tally {
    /// Events simulated: turns and deliveries.
    pub fn events(&self) -> u64 {
        self.ticks + self.delivered
    }
}

/// When a run ends at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What would happen at this instant or later is not simulated, because the rounds are used up.
    pub rounds_end: Time,
    /// What would happen after this instant is not simulated.
    pub last: Time,
}

impl Limits {
    /// At most `max_rounds` rounds of length `interval`, and nothing after `max_time`.
    pub fn new(max_rounds: u64, interval: Span, max_time: Option<Span>) -> Self {
        let last = max_time.map_or(Time::NEVER, |span| Time::ZERO + span);
        Limits { rounds_end: Time::ZERO + interval * max_rounds, last }
    }

    /// The limit that what happens at `now` would break first.
    fn forbid(self, now: Time) -> Option<Outcome> {
        if now >= self.rounds_end && self.rounds_end <= self.last {
            Some(Outcome::RoundLimit)
        } else {
            (now > self.last || now == Time::NEVER).then_some(Outcome::TimeLimit)
        }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every live node has the update.
    Converged,
    /// Nothing can change any more: nobody passes the update on and none is on its way, or everybody it can reach
    /// has it.
    DiedOut,
    /// The rounds are used up.
    RoundLimit,
    /// The time is used up.
    TimeLimit,
    /// The observer broke it off; there is no result.
    Interrupted,
}

impl Outcome {
    /// As it stands in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Converged => "converged",
            Outcome::DiedOut => "died-out",
            Outcome::RoundLimit => "round-limit",
            Outcome::TimeLimit => "time-limit",
            Outcome::Interrupted => "interrupted",
        }
    }
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How it ended.
    pub outcome: Outcome,
    /// The last instant at which anybody learned the update.
    pub last_learned: Time,
    /// The totals.
    pub tally: Tally,
    /// Messages on their way.
    pub in_flight: u64,
}

/// The books of a run do not balance: a fault of the program, never of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the books do not balance: {sent} messages sent, {delivered} delivered + {lost} lost + {in_flight} in flight; \
     {informed} of {live} nodes informed, {spreading} spreading"
)]
pub struct Imbalance {
    sent: u64,
    delivered: u64,
    lost: u64,
    in_flight: u64,
    informed: u64,
    live: u64,
    spreading: u64,
}

/// Answers are worked off in batches of about this many letters, which stay in the fastest cache.
const BATCH: usize = 2048;

/// A message on its way.
#[derive(Clone, Copy, Debug)]
pub struct Letter {
    from: NodeId,
    to: NodeId,
    message: Message,
    leg: u8,
}

/// The parts of a run besides its clock.
pub struct World<'a, P: Protocol, G, L> {
    /// The rules all nodes share.
    pub protocol: &'a P,
    /// Who can talk to whom.
    pub graph: &'a G,
    /// What becomes of messages.
    pub network: &'a Network,
    /// Whom a node contacts.
    pub peers: &'a Peers,
    /// The draws of the peer rule.
    pub choices: &'a Field,
    /// The draws of the protocol itself.
    pub coins: &'a Field,
    /// How many peers a turn contacts.
    pub fanout: u32,
    /// The future-event list, empty.
    pub queue: L,
}

/// One run under way.
pub struct Simulation<'a, P: Protocol, G, L, C> {
    clock: C,
    room: Room<'a, P, G, L>,
}

/// Everything that speaking and listening touches.
struct Room<'a, P: Protocol, G, L> {
    world: World<'a, P, G, L>,
    states: Vec<P::State>,
    /// Messages that arrive at this instant and are not answered yet.
    post: Vec<Letter>,
    /// Messages of this instant that have something to teach.
    news: Vec<Letter>,
    /// How long the post may grow before it is answered, while others still have their turns.
    patience: usize,
    picks: Vec<u32>,
    tally: Tally,
    last_learned: Time,
}

impl<'a, P: Protocol, G: Graph, L: EventList<Letter>, C: Clock> Simulation<'a, P, G, L, C> {
    /// A run in which the update is injected at `origin` just before time 0.
    pub fn new(world: World<'a, P, G, L>, clock: C, origin: NodeId) -> Self {
        let mut states = vec![P::State::default(); world.graph.nodes() as usize];
        states[origin.index()] = world.protocol.origin();
        let tally = Tally { informed: 1, spreading: 1, ..Tally::default() };
        let patience = if world.protocol.turns_come_first() { usize::MAX } else { BATCH };
        let room = Room {
            world,
            states,
            post: Vec::new(),
            news: Vec::new(),
            patience,
            picks: Vec::new(),
            tally,
            last_learned: Time::ZERO,
        };
        Simulation { clock, room }
    }

    /// Runs until every node is informed, until the `reachable` ones are, until nothing can change, or to a limit.
    ///
    /// # Errors
    /// An [`Imbalance`] if the totals contradict each other at the end.
    pub fn run(
        mut self,
        limits: Limits,
        reachable: u64,
        observer: &mut (impl Observer + ?Sized),
    ) -> Result<Ending, Imbalance> {
        let outcome = loop {
            if let Some(outcome) = self.over(reachable) {
                break outcome;
            }
            let now = self.clock.next().min(self.room.world.queue.next());
            if let Some(outcome) = limits.forbid(now) {
                break outcome;
            }
            self.speak(now);
            self.room.learn(now, observer);
            if let ControlFlow::Break(()) = observer.instant(now, &self.room.tally) {
                break Outcome::Interrupted;
            }
        };
        self.close(outcome)
    }

    /// Whether nothing is left to happen.
    fn over(&self, reachable: u64) -> Option<Outcome> {
        let tally = &self.room.tally;
        if tally.informed == self.room.states.len() as u64 {
            return Some(Outcome::Converged);
        }
        let silent = tally.spreading == 0 && tally.updates == tally.updates_settled;
        (silent || tally.informed == reachable).then_some(Outcome::DiedOut)
    }

    /// Everybody whose turn it is speaks, and everybody who is spoken to answers, until all has been said that can
    /// be said at this instant.
    fn speak(&mut self, now: Time) {
        if self.clock.next() == now {
            let room = &mut self.room;
            self.clock.foresee(|node| touch(&room.states, node));
            self.clock.take(now, |node, number| room.turn(now, Turn { node, number }));
        }
        if self.room.world.queue.next() == now {
            let Room { world, states, post, .. } = &mut self.room;
            world.queue.take(now, post);
            world.queue.foresee(|letter| touch(states, letter.to));
        }
        self.room.answer(now);
    }

    fn close(self, outcome: Outcome) -> Result<Ending, Imbalance> {
        let Room { world, states, tally, last_learned, .. } = self.room;
        let (live, in_flight) = (states.len() as u64, world.queue.len() as u64);
        let informed = states.iter().filter(|state| world.protocol.informed(state)).count() as u64;
        let spreading = states.iter().filter(|state| world.protocol.spreading(state)).count() as u64;
        let balanced = tally.sent == tally.delivered + tally.lost + in_flight
            && (tally.informed, tally.spreading) == (informed, spreading)
            && informed <= live;
        if balanced {
            return Ok(Ending { outcome, last_learned, tally, in_flight });
        }
        let Tally { sent, delivered, lost, .. } = tally;
        Err(Imbalance { sent, delivered, lost, in_flight, informed, live, spreading })
    }
}

/// Reads the state of a node that will be needed soon. Such reads depend on nothing, so their cache misses overlap.
#[inline]
fn touch<S: Copy>(states: &[S], node: NodeId) {
    std::hint::black_box(states[node.index()]);
}

impl<P: Protocol, G: Graph, L: EventList<Letter>> Room<'_, P, G, L> {
    /// One node's turn.
    #[inline]
    fn turn(&mut self, now: Time, turn: Turn) {
        self.tally.ticks += 1;
        let luck = Draw::new(self.world.coins, turn.node.into(), turn.number);
        let state = &mut self.states[turn.node.index()];
        let before = self.world.protocol.spreading(state);
        let message = self.world.protocol.tick(state, luck);
        self.tally.spreading -= u64::from(before && !self.world.protocol.spreading(state));
        let Some(message) = message else { return };
        let degree = self.world.graph.degree(turn.node);
        self.picks.clear();
        self.world.peers.choose(turn, degree, self.world.fanout, self.world.choices, &mut self.picks);
        for pick in 0..self.picks.len() {
            let to = self.world.graph.neighbor(turn.node, self.picks[pick]);
            self.send(now, Letter { from: turn.node, to, message, leg: 0 });
        }
        if self.post.len() >= self.patience {
            self.answer(now);
        }
    }

    /// Everybody who gets post answers; answers that take no time lengthen the post. What has nothing to teach is
    /// done with, the rest waits until all have spoken.
    fn answer(&mut self, now: Time) {
        let mut next = 0;
        while let Some(&letter) = self.post.get(next) {
            next += 1;
            let state = &self.states[letter.to.index()];
            let answer = self.world.protocol.answer(state, letter.message);
            match self.world.protocol.foregone(state, letter.message) {
                Some(learned) => self.tally.redundant += u64::from(learned == Learned::Redundant),
                None => self.news.push(letter),
            }
            self.tally.updates_settled += u64::from(letter.message.carries());
            if let Some(message) = answer {
                self.send(now, Letter { from: letter.to, to: letter.from, message, leg: letter.leg + 1 });
            }
        }
        self.tally.delivered += next as u64;
        self.post.clear();
    }

    #[inline]
    fn send(&mut self, now: Time, letter: Letter) {
        let carries = u64::from(letter.message.carries());
        self.tally.sent += 1;
        self.tally.updates += carries;
        let leg = Leg { from: letter.from, to: letter.to, sent: now, number: letter.leg };
        match self.world.network.carry(leg) {
            Fate::Lost => {
                self.tally.lost += 1;
                self.tally.updates_settled += carries;
            }
            Fate::Arrives(at) if at == now => self.post.push(letter),
            Fate::Arrives(at) => self.world.queue.add(at, letter),
        }
    }

    /// Everybody who got news learns it.
    fn learn(&mut self, now: Time, observer: &mut (impl Observer + ?Sized)) {
        for letter in self.news.drain(..) {
            let state = &mut self.states[letter.to.index()];
            let before = self.world.protocol.spreading(state);
            let learned = self.world.protocol.learn(state, letter.message);
            self.tally.spreading += u64::from(!before && self.world.protocol.spreading(state));
            match learned {
                Learned::News => {
                    self.tally.informed += 1;
                    self.last_learned = now;
                    observer.heard(letter.to, now);
                }
                Learned::Redundant => self.tally.redundant += 1,
                Learned::Nothing => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Aligned;
    use crate::network::latency::{Constant, Latency};
    use crate::network::loss::{Bernoulli, Loss};
    use crate::observe::Heard;
    use crate::peers;
    use crate::protocol::{Exchange, Gossip, Spread, State, Strategy};
    use crate::queue::Heap;
    use crate::random::{Chance, Purpose};
    use crate::units::Probability;

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
    fn run<P: Protocol>(protocol: &P, latency: u64, limits: Limits) -> (Result<Ending, Imbalance>, Vec<Time>) {
        let field = |purpose| Chance { seed: 1, nodes: NODES, replicate: 0 }.field(purpose);
        let network = Network {
            latency: Latency::Constant(Constant { value: Span::from_nanos(latency) }),
            delays: field(Purpose::Latency),
            loss: Loss::Bernoulli(Bernoulli { rate: Probability::ZERO }),
            losses: field(Purpose::Loss),
        };
        let world = World {
            protocol,
            graph: &Row,
            network: &network,
            peers: &Peers::RoundRobin(peers::RoundRobin {}),
            choices: &field(Purpose::Peers),
            coins: &field(Purpose::Protocol),
            fanout: 2,
            queue: Heap::default(),
        };
        let mut heard = Heard::nobody(NODES);
        let clock = Aligned::new(NODES, INTERVAL);
        let ending = Simulation::new(world, clock, NodeId::new(0)).run(limits, NODES.into(), &mut heard);
        (ending, heard.0)
    }

    fn gossip(strategy: Strategy, exchange: Exchange) -> Gossip {
        Gossip::new(strategy, exchange, Spread::FOREVER)
    }

    const AMPLE: Limits = Limits { rounds_end: Time::from_nanos(100_000), last: Time::NEVER };

    /// When node k hears is `first` + (k - 1) · `step`.
    fn assert_wave(strategy: Strategy, exchange: Exchange, latency: u64, (first, step): (u64, u64)) {
        let (ending, heard) = run(&gossip(strategy, exchange), latency, AMPLE);
        let expected: Vec<Time> = (0..u64::from(NODES) - 1).map(|k| Time::from_nanos(first + k * step)).collect();
        assert_eq!(heard[1..], expected, "{strategy}, {exchange:?}, latency {latency}");
        assert_eq!(ending.map(|ending| ending.outcome), Ok(Outcome::Converged));
    }

    #[test]
    fn news_moves_one_hop_an_instant_whatever_the_order_of_the_nodes() {
        // Ticks go from node 0 up: whoever passed on what it learned within the instant would reach the end at once.
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
        // The update arrives just as its recipient ticks: it speaks of it an interval later.
        assert_wave(Strategy::Push, Exchange::Digest, 100, (100, 200));
        // A question that arrives as the update does finds nothing yet; the next comes an interval later. With
        // a nanosecond less on the way it comes in time.
        assert_wave(Strategy::Pull, Exchange::Digest, 100, (200, 200));
        assert_wave(Strategy::Pull, Exchange::Digest, 99, (198, 100));
    }

    #[test]
    fn every_leg_is_counted_once() {
        // Push on the row: in round r the nodes 0 to r - 1 tell all their neighbours, 1 + 2 (r - 1) legs.
        let (ending, _) = run(&gossip(Strategy::Push, Exchange::Digest), 0, AMPLE);
        let tally = ending.unwrap().tally;
        let sent: u64 = (1..u64::from(NODES)).map(|round| 2 * round - 1).sum();
        assert_eq!((tally.sent, tally.updates, tally.delivered, tally.lost), (sent, sent, sent, 0));
        assert_eq!((tally.redundant, tally.informed, tally.ticks), (sent - 5, 6, 5 * 6));
        assert_eq!(tally.events(), sent + 30);
        // With 30 ns on the way the last round's legs are delivered before the end all the same.
        let (ending, _) = run(&gossip(Strategy::Push, Exchange::Digest), 30, AMPLE);
        assert_eq!(ending.map(|ending| (ending.tally.sent, ending.in_flight)), Ok((sent, 0)));
    }

    #[test]
    fn the_limit_that_comes_first_ends_the_run() {
        let at = Time::from_nanos;
        let limits = Limits::new(3, INTERVAL, None);
        assert_eq!((limits.forbid(at(299)), limits.forbid(at(300))), (None, Some(Outcome::RoundLimit)));
        let limits = Limits::new(3, INTERVAL, Some(Span::from_nanos(150)));
        assert_eq!((limits.forbid(at(150)), limits.forbid(at(151))), (None, Some(Outcome::TimeLimit)));
        assert_eq!(limits.forbid(at(300)), Some(Outcome::TimeLimit));
        // Both at one instant: the rounds are used up.
        assert_eq!(Limits::new(3, INTERVAL, Some(INTERVAL * 3)).forbid(at(300)), Some(Outcome::RoundLimit));
        let endless = Limits { rounds_end: Time::NEVER, last: Time::NEVER };
        assert!(endless.forbid(Time::NEVER).is_some(), "nothing happens at the end of time");
    }

    #[test]
    fn messages_on_their_way_at_the_end_are_neither_delivered_nor_lost() {
        let (ending, heard) = run(&gossip(Strategy::Push, Exchange::Digest), 250, Limits::new(2, INTERVAL, None));
        let ending = ending.unwrap();
        assert_eq!(
            (ending.outcome, ending.tally.sent, ending.tally.delivered, ending.in_flight),
            (Outcome::RoundLimit, 2, 0, 2)
        );
        assert!(heard.iter().all(|&time| time == Time::NEVER));
    }

    /// Gossip that says of every update that it was news.
    struct Boastful(Gossip);

    impl Protocol for Boastful {
        type State = State;

        fn origin(&self) -> State {
            self.0.origin()
        }

        fn tick(&self, state: &mut State, luck: Draw<'_>) -> Option<Message> {
            self.0.tick(state, luck)
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
    fn books_that_do_not_balance_are_an_error() {
        let (ending, _) = run(&Boastful(gossip(Strategy::Push, Exchange::Digest)), 0, AMPLE);
        assert!(ending.is_err_and(|imbalance| imbalance.to_string().contains("of 6 nodes informed")));
    }

    #[test]
    fn outcomes_have_different_names() {
        use Outcome::{Converged, DiedOut, Interrupted, RoundLimit, TimeLimit};
        let names = [Converged, DiedOut, RoundLimit, TimeLimit, Interrupted].map(Outcome::name);
        assert_eq!(names, ["converged", "died-out", "round-limit", "time-limit", "interrupted"]);
    }
}
