//! The event loop: the parts put together, one instant at a time.
//!
//! All that happens at one instant happens at once: first everybody with a reason speaks, from what they knew
//! before; then everybody who was spoken to learns. What a node learns at an instant it passes on strictly after
//! it. Messages that take no time and are answered within the instant belong to it, so with aligned phases and no
//! latency an instant is a round of the published synchronous model.

mod calls;
mod ending;
mod letter;
mod room;

pub use calls::Calls;
pub use ending::{Ending, Goal, Imbalance, Limits, Outcome, Silence, Tally};
pub use letter::Packed;
pub use room::Buffers;

use std::num::NonZeroU64;

use crate::clock::Clock;
use crate::network::Network;
use crate::observe::Observer;
use crate::peers::Peers;
use crate::protocol::{Protocol, States, Stored};
use crate::queue::EventList;
use crate::random::Field;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;
use letter::Letter;
use room::{BACKUP_LEG, Room, TurnsIn};

/// The parts of a run besides its clock.
pub struct World<'a, P, G> {
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
    /// How many calls nodes take, if not all: for a protocol whose turns change states, and turns in rounds.
    pub calls: Option<Calls>,
    /// Behind rumor mongering: every so many turns a node compares versions with a peer, for the first time in one of
    /// its first so many turns that it draws, which it does as well as what the protocol says, and whether or not it has
    /// lost interest. For a protocol whose turns change states.
    pub backup: Option<NonZeroU64>,
}

/// One run under way.
pub struct Simulation<'a, P: Protocol<State: Stored>, G, L, C> {
    clock: C,
    room: Room<'a, P, G, L>,
}

impl<'a, P: Protocol<State: Stored>, G: Graph, L: EventList<Packed>, C: Clock> Simulation<'a, P, G, L, C> {
    /// A run in which the update is injected at `origin` just before time 0; the future-event list among `buffers`
    /// must be empty.
    pub fn new(world: World<'a, P, G>, clock: C, origin: NodeId, buffers: Buffers<P::State, L>) -> Self {
        Simulation { clock, room: Room::new(world, origin, buffers) }
    }

    /// Runs to `goal`, until nothing can change, or to a limit; gives the end, and the buffers back.
    ///
    /// # Errors
    /// An [`Imbalance`] if the totals contradict each other at the end.
    #[inline(never)]
    pub fn run(
        mut self,
        limits: Limits,
        goal: Goal,
        observer: &mut dyn Observer,
    ) -> Result<(Ending, Buffers<P::State, L>), Imbalance> {
        let every_instant = observer.every_instant();
        // Until then nobody but the nodes has anything to do.
        let mut horizon = Time::ZERO;
        if let Some(outcome) = self.room.over(goal, Time::ZERO) {
            return self.close(outcome, false);
        }
        let mut cut_off = false;
        let outcome = loop {
            let now = self.clock.next().min(self.room.buffers.queue.next());
            if now >= horizon {
                if let Some(limit) = limits.forbid(now) {
                    cut_off = true;
                    break if self.room.everybody_informed() { Outcome::Converged } else { limit };
                }
                self.tell(observer);
                if now >= observer.due() && observer.look(now, &self.room.tally).is_break() {
                    break Outcome::Interrupted;
                }
                horizon = limits.end().min(observer.due());
            }
            self.speak(now);
            let learned = !self.room.buffers.news.is_empty();
            if learned {
                self.room.learn(now, observer);
            }
            if every_instant && observer.instant(now, &self.room.tally).is_break() {
                break Outcome::Interrupted;
            }
            if (learned || P::TURNS_CHANGE_STATES && self.room.tally.spreading == 0)
                && let Some(outcome) = self.room.over(goal, now)
            {
                break outcome;
            }
        };
        self.tell(observer);
        self.close(outcome, cut_off)
    }

    /// Tells `observer` what was sent, where messages are followed.
    #[inline]
    fn tell(&mut self, observer: &mut dyn Observer) {
        if !self.room.world.graph.followed() {
            return;
        }
        for letter in self.room.sent.drain(..) {
            let Letter { from, to, leg, .. } = letter.unpack::<P>();
            // Conversations of anti-entropy behind a rumor begin at a number of their own.
            observer.sent(from, to, leg % BACKUP_LEG);
        }
    }

    /// Everybody whose turn it is speaks, and everybody who is spoken to answers, until all has been said that can
    /// be said at this instant.
    #[inline(always)]
    fn speak(&mut self, now: Time) {
        let Simulation { clock, room } = self;
        if clock.next() == now {
            if room.planned >= room.buffers.plans.len() {
                room.look_ahead(clock);
            }
            room.tally.ticks += clock.take(now, TurnsIn { room, now });
            if P::TURNS_CHANGE_STATES {
                room.work_off_post(now);
            }
        }
        while room.buffers.queue.next() == now && room.receive(now) {}
    }

    fn close(self, outcome: Outcome, cut_off: bool) -> Result<(Ending, Buffers<P::State, L>), Imbalance> {
        let Room { world, buffers, tally, last_learned, silence, .. } = self.room;
        let (live, in_flight) = (u64::from(world.graph.nodes()), buffers.queue.len() as u64);
        let (mut informed, mut spreading) = (0, 0);
        for state in (0..world.graph.nodes()).map(|node| buffers.states.get(NodeId::new(node))) {
            informed += u64::from(world.protocol.informed(&state));
            spreading += u64::from(world.protocol.spreading(&state));
        }
        let balanced = tally.sent == tally.delivered + tally.lost + tally.refused + in_flight
            && (tally.informed, tally.spreading) == (informed, spreading)
            && informed <= live;
        if balanced {
            return Ok((Ending { outcome, cut_off, last_learned, tally, in_flight, silence }, buffers));
        }
        let Tally { sent, delivered, lost, refused, .. } = tally;
        Err(Imbalance { sent, delivered, lost, refused, in_flight, informed, live, spreading })
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
    use crate::protocol::{Exchange, Gossip, Learned, Message, Spread, State, Strategy};
    use crate::queue::Heap;
    use crate::random::{Chance, Draw, Purpose};
    use crate::time::Span;
    use crate::topology::Followed;
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
    fn run<P: Protocol<State: Stored>>(
        protocol: &P,
        latency: u64,
        limits: Limits,
    ) -> (Result<Ending, Imbalance>, Vec<Time>) {
        let mut heard = Heard::nobody(NODES);
        let ended = watched(protocol, &Row, latency, limits, &mut heard);
        (ended, heard.0)
    }

    /// The same on `graph`, before the eyes of `observer`.
    fn watched<P: Protocol<State: Stored>, G: Graph>(
        protocol: &P,
        graph: &G,
        latency: u64,
        limits: Limits,
        observer: &mut dyn Observer,
    ) -> Result<Ending, Imbalance> {
        let field = |purpose| Chance { seed: 1, nodes: NODES, replicate: 0 }.field(purpose);
        let network = Network {
            latency: Latency::Constant(Constant { value: Span::from_nanos(latency) }),
            delays: field(Purpose::Latency),
            loss: Loss::Bernoulli(Bernoulli { rate: Probability::ZERO }),
            losses: field(Purpose::Loss),
        };
        let world = World {
            protocol,
            graph,
            network: &network,
            peers: &Peers::RoundRobin(peers::RoundRobin {}),
            choices: &field(Purpose::Peers),
            coins: &field(Purpose::Protocol),
            fanout: 2,
            calls: None,
            backup: None,
        };
        let clock = Aligned::new(NODES, INTERVAL);
        let buffers = Buffers::<_, Heap<Packed>>::default();
        let goal = Goal::informed(NODES.into());
        let ended = Simulation::new(world, clock, NodeId::new(0), buffers).run(limits, goal, observer);
        ended.map(|(ending, _)| ending)
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

    /// Hears what is said, and looks in once.
    #[derive(Default)]
    struct Listener {
        legs: Vec<(u32, u32, u8)>,
        before: Option<usize>,
    }

    impl Observer for Listener {
        fn every_instant(&self) -> bool {
            false
        }

        fn sent(&mut self, from: NodeId, to: NodeId, leg: u8) {
            self.legs.push((from.number(), to.number(), leg));
        }

        fn due(&self) -> Time {
            if self.before.is_none() { Time::from_nanos(100) } else { Time::NEVER }
        }

        fn look(&mut self, _: Time, tally: &Tally) -> std::ops::ControlFlow<()> {
            assert!(self.legs.is_empty() || self.legs.len() as u64 == tally.sent);
            self.before = Some(self.legs.len());
            std::ops::ControlFlow::Continue(())
        }
    }

    #[test]
    fn where_messages_are_followed_an_observer_is_told_of_each_and_of_its_leg() {
        let pull = gossip(Strategy::Pull, Exchange::Digest);
        let mut listener = Listener::default();
        let ending = watched(&pull, &Followed(&Row), 0, AMPLE, &mut listener).unwrap();
        // In the first round ten requests, and then the one answer: node 0 tells node 1.
        let (requests, answers) = listener.legs[..listener.before.unwrap()].split_at(10);
        assert!(requests.iter().all(|leg| leg.2 == 0) && requests.contains(&(1, 0, 0)), "{requests:?}");
        assert_eq!(answers, [(0, 1, 1)]);
        assert_eq!(listener.legs.len() as u64, ending.tally.sent);
        let mut deaf = Listener::default();
        assert_eq!(watched(&pull, &Row, 0, AMPLE, &mut deaf), Ok(ending));
        assert_eq!(deaf.legs, []);
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
}
