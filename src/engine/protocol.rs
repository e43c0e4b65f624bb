//! The contract between the event loop, a protocol, and whoever watches: what nodes do, in values, and what they do it
//! with; the loop does the rest.
//!
//! An instant goes in steps. In a step everybody with a reason speaks, from what it knew before: a turn
//! ([`Protocol::turn`]), a timer ([`Protocol::expire`]), something from outside ([`Protocol::input`]), a message to
//! answer ([`Protocol::answer`]). Then everybody who was spoken to learns ([`Protocol::learn`]). What learning sends
//! that takes no time is the next step of the same instant (superdense time, as in Ptolemy and DEVS).

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::agenda::{Change, Happening};
use super::cause::{Cause, Environment, Outbox};
use super::course::Course;
use super::mail::{Envelope, Mail, Message};
use super::outcome::Outcome;
use super::queues::Queues;
use super::states::States;
use super::tally::Tally;
use crate::bits::Bits;
use crate::network::{Delivery, Transport};
use crate::peers::Turn;
use crate::random::{Draw, Use};
use crate::time::{Span, Time};
use crate::units::NodeId;

/// The rules all nodes share. It knows no clock, no queue and no generator: all effects leave through [`Context`].
///
/// Learning several messages of one instant must not depend on their order, unless they were sent through the context.
pub trait Protocol: Sync + Sized + 'static {
    /// What one node remembers.
    type State: Clone + Default + Send;
    /// How that is kept for all nodes: [`Bits`](crate::bits::Bits), a vector (of states that can be compared), or arrays of
    /// its own.
    type States: States<Self::State> + Send;
    /// What travels.
    type Message: Message;
    /// What a node sets a timer for; [`Infallible`](std::convert::Infallible) where it sets none.
    type Timer: Copy + Send;
    /// How messages and timers wait in the future-event list.
    type Mail: Mail<Self::Message, Self::Timer> + Send;
    /// What the world does to a node: a write, an increment, a publication.
    type Input: Copy + Send;
    /// What a node does that somebody may want to know.
    type Fact: Copy;
    /// Running totals of this protocol, beside those of the engine.
    type Counts: Clone + Default + Send;

    /// Whether a turn can change the state of its node, so that all turns of an instant must come before all answers.
    /// Where not, changes that [`Protocol::turn`] makes are not kept; a debug build panics at the first.
    const TURNS_CHANGE_STATES: bool = true;
    /// Whether nodes send through the context, or set timers. Where not, nothing of it is compiled, and what they send there
    /// is not sent; a debug build panics at the first.
    const ACTS: bool = true;
    /// Whether they set timers, all of which must come before all answers of an instant.
    const SETS_TIMERS: bool = Self::ACTS;
    /// Whether a turn says something to the peers that the peer rule names: where not, they need not be known.
    const CALLS_PEERS: bool = true;
    /// Whether what a node says, in its turn and back, depends on nothing but its state and the message: then it is asked
    /// once for all nodes of a state, where that can be. A message that nobody learns from or answers, whatever its state,
    /// must come to nothing in [`Protocol::settled`]: it is not asked of each.
    const BY_STATE: bool = false;
    /// Whether messages go by different transports: then each is asked for its own.
    const TRANSPORTS_DIFFER: bool = false;
    /// Whether nodes are told of messages that they sent over TCP to a node that was down; for protocols that set timers.
    const HEARS_BOUNCES: bool = false;
    /// Whether what is said in a turn may be an [announcement](Protocol::is_announcement); for protocols that act.
    const ANNOUNCES: bool = false;
    /// Whether messages differ in size beside their header, so that bytes are counted message by message.
    const SIZES_DIFFER: bool = true;

    /// What is there before time 0: the states of the nodes, all of which are the default one, and the totals.
    fn prepare(&self, _states: &mut Self::States, _counts: &mut Self::Counts) {}

    /// A node begins: at time 0 where nodes act, when it joins, or when it comes back after a crash.
    fn start(&self, _state: &mut Self::State, _why: Start, _context: &mut Context<'_, Self>) {}

    /// A node's turn; what it says to the peers that the peer rule names.
    fn turn(&self, _state: &mut Self::State, _context: &mut Context<'_, Self>) -> Option<Self::Message> {
        None
    }

    /// What a node says back at once, from what it knew before this instant.
    fn answer(&self, _state: &Self::State, _from: NodeId, _message: &Self::Message) -> Option<Self::Message> {
        None
    }

    /// Whether [`Protocol::learn`] would change nothing and send nothing, whatever else happens at this instant; counts
    /// what it comes to.
    fn settled(&self, _state: &Self::State, _message: &Self::Message, _counts: &mut Self::Counts) -> bool {
        false
    }

    /// Whether nobody answers `message`, which is for all who get it to learn: [`Protocol::settled`] says so of nobody, and
    /// counts nothing of it. Then those whom it reaches at once share it. Asked where [`Protocol::ANNOUNCES`].
    fn is_announcement(&self, _message: &Self::Message) -> bool {
        false
    }

    /// What [`Protocol::learn`] makes of a copy of an announcement.
    fn learn_announcement(
        &self,
        state: &mut Self::State,
        from: NodeId,
        message: &Self::Message,
        context: &mut Context<'_, Self>,
    ) {
        self.learn(state, from, message.clone(), context);
    }

    /// What a node takes from `message`, and what it does about it.
    fn learn(&self, state: &mut Self::State, from: NodeId, message: Self::Message, context: &mut Context<'_, Self>);

    /// A timer expires. Timers are not cancelled: a stale one says so by what it carries.
    fn expire(&self, _state: &mut Self::State, _timer: Self::Timer, _context: &mut Context<'_, Self>) {}

    /// The world acts on a node.
    fn input(&self, _state: &mut Self::State, _input: Self::Input, _context: &mut Context<'_, Self>) {}

    /// The node is told, one latency after `message` came to nobody, that `to` is down: what goes over TCP is refused by
    /// the other end then. Told where [`Protocol::HEARS_BOUNCES`], to nodes that have been up since.
    fn bounced(
        &self,
        _state: &mut Self::State,
        _to: NodeId,
        _message: Self::Message,
        _context: &mut Context<'_, Self>,
    ) {
    }

    /// The node is to go for good. It goes at once if it calls [`Context::depart`] here, which then is its last word; else it
    /// stays, and acts as before, until it does.
    fn leave(&self, _state: &mut Self::State, context: &mut Context<'_, Self>) {
        context.depart();
    }

    /// What the node said in its turn of this instant was refused everywhere, as it knows.
    fn refused(&self, _state: &mut Self::State) {}

    /// A node with this state is taken out of the totals (`up` is false) or counted in them: it goes down, comes back,
    /// or is recounted at the end of the run.
    fn counted(&self, _state: &Self::State, _up: bool, _counts: &mut Self::Counts) {}

    /// What the world does to `node` at `now`, which its totals may keep note of: told of every node whose condition really
    /// changed, before the node does anything at this instant, but for what one does that leaves, and before any turn,
    /// timer or message of it. A block that is made longer is told again. Nodes that are yet to join are not there at time
    /// 0, and nothing is told of that.
    fn population(&self, _now: Time, _node: NodeId, _change: Change, _counts: &mut Self::Counts) {}

    /// Whether the totals are those of a recount over all live nodes at the end; [`Protocol::counted`] made it.
    fn agrees(&self, _counts: &Self::Counts, _recount: &Self::Counts) -> bool {
        true
    }

    /// A state in which a turn says nothing, if there is one and turns change no states: such turns need not be taken.
    fn idle_state(&self) -> Option<Self::State> {
        None
    }

    /// Reads a little of every cache line of a state, so that the cache misses of many reads overlap. What it gives means
    /// nothing.
    fn glance(state: &Self::State) -> u64;

    /// The same of what a message of `from` needs, where a node keeps something of every other.
    #[inline]
    fn glance_at(state: &Self::State, _from: NodeId) -> u64 {
        Self::glance(state)
    }

    /// About how many bytes the nodes remember, with what their states own elsewhere: reads ahead pay where they are more
    /// than the cache holds.
    fn footprint(&self, states: &Self::States) -> usize {
        states.bytes()
    }

    /// What an input is, as the event log has it: `key=value`, parted by blanks.
    fn input_content(_input: &Self::Input) -> Cow<'static, str> {
        Cow::Borrowed("")
    }

    /// By which transport a message goes, if not by that of the scenario; asked where [`Protocol::TRANSPORTS_DIFFER`].
    fn transport(&self, _message: &Self::Message) -> Option<Transport> {
        None
    }

    /// The payload of a message, bytes beside its header; asked where [`Protocol::SIZES_DIFFER`].
    fn size(&self, _message: &Self::Message) -> u64 {
        0
    }

    /// Whether a message carries the update whose size the scenario says, where they do not differ in size otherwise.
    fn carries(&self, _message: &Self::Message) -> bool {
        false
    }

    /// The bytes of memory that a message takes beside its header while it is on its way; asked where
    /// [`Protocol::SIZES_DIFFER`].
    fn weight(&self, message: &Self::Message) -> u64 {
        self.size(message)
    }

    /// What is left of a message of a node that passes nothing on: what it asks for, if it asks for anything.
    fn without_content(&self, message: Self::Message) -> Option<Self::Message> {
        Some(message)
    }

    /// A message of a node that claims to have newer versions of all that it has than anybody.
    fn overstated(&self, message: Self::Message) -> Self::Message {
        message
    }

    /// What a node with this state takes from a message that keeps the first version that it has of everything.
    fn of_unknown(&self, _state: &Self::State, message: Self::Message) -> Self::Message {
        message
    }

    /// The course of each of many things that spread, in the order in which they came, where the protocol is about such: the first
    /// [`Course::MOST`] of them at most.
    fn courses(&self, _counts: &Self::Counts) -> Vec<Course> {
        Vec::new()
    }

    /// Why nothing is left to happen, if so: asked before time 0 and after every instant in which anybody learned or,
    /// where turns change states, had a turn; where things come from outside, not before the last of them.
    fn termination(&self, now: Time, counts: &mut Self::Counts, tally: &Tally, live: u64) -> Option<Outcome>;

    /// The instant at which the run is over in any case, if nothing is to come from outside after it:
    /// [`Protocol::termination`] is asked then, and nothing later is simulated.
    fn end(&self) -> Time {
        Time::NEVER
    }

    /// Whether the run has converged: asked where a limit ends it, and where nodes come and go.
    fn converged(&self, _counts: &Self::Counts, _live: u64) -> bool {
        false
    }
}

/// Why a node begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The run begins.
    First,
    /// It is new to the network.
    Joined,
    /// It was down, and has its state of then, or none.
    Recovered {
        /// Whether it has its state of before the crash.
        remembers: bool,
    },
}

/// What a node can do while something happens to it.
pub struct Context<'a, P: Protocol> {
    /// The node.
    pub node: NodeId,
    /// The instant.
    pub now: Time,
    /// The protocol's running totals.
    pub counts: &'a mut P::Counts,
    pub(super) cause: Cause,
    pub(super) environment: Environment<'a>,
    pub(super) outbox: &'a mut Outbox<P::Message, P::Timer>,
    pub(super) observer: &'a mut dyn Observer<P>,
}

impl<P: Protocol> Context<'_, P> {
    /// Sends `message` to `to`. What is sent in a turn, by a timer or by an input arrives in this step of the instant
    /// where it takes no time; what is sent while learning, in the next.
    #[inline]
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.outbox.messages.push((to, message));
    }

    /// Sets a timer that expires `after` a while.
    #[inline]
    pub fn set_timer(&mut self, after: Span, timer: P::Timer) {
        self.outbox.timers.push((after, timer));
    }

    /// The node goes for good, once what it does here is done and what has arrived at this instant is learned; if it is
    /// blocked, not before its release. Only a node that was told to [leave](Protocol::leave) does so.
    pub fn depart(&mut self) {
        self.outbox.departs = true;
    }

    /// Tells whoever watches the run.
    #[inline]
    pub fn report(&mut self, fact: P::Fact) {
        self.observer.fact(self.now, self.node, fact);
    }

    /// A number below `bound`, exactly uniform, drawn at the address of what happens here; draws with different `slot`s
    /// are independent.
    #[inline]
    pub fn below(&self, bound: u32, slot: u32) -> u32 {
        self.draws()(bound, slot)
    }

    /// [`Context::below`], for many draws: their address is worked out once.
    #[inline]
    pub fn draws(&self) -> impl Fn(u32, u32) -> u32 + Copy + use<'_, P> {
        let Environment { coins, .. } = self.environment;
        let (who, when, first) = match self.cause {
            Cause::Turn { number } => (self.node.into(), number, 0),
            cause => (cause.key(self.node, self.now, coins), 0, Use::KEYED.slot(0)),
        };
        move |bound, slot| coins.below(bound, who, when, first | u64::from(slot))
    }

    /// A number below `bound` that the node draws once and for all for `what`.
    #[inline]
    pub(crate) fn below_once(&self, bound: u64, what: Use) -> u64 {
        self.environment.coins.below_wide(bound, self.node.into(), 0, what.slot(0))
    }

    /// What is drawn in the node's turn.
    #[inline(always)]
    pub(crate) fn draw(&self) -> Draw<'_> {
        Draw::new(self.environment.coins, self.node.into(), self.turn().number)
    }

    /// The number of the turn; of what happens outside of turns a number that stands for it.
    #[inline]
    pub fn turn(&self) -> Turn {
        let number = match self.cause {
            Cause::Turn { number } => number,
            cause => cause.key(self.node, self.now, self.environment.coins) >> 32,
        };
        Turn { node: self.node, number }
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> u32 {
        self.environment.graph.nodes()
    }

    /// Whether the neighbours of a node are those that it leads to, who need not lead back.
    pub fn directed(&self) -> bool {
        self.environment.graph.directed()
    }

    /// How many neighbours the node has.
    #[inline]
    pub fn degree(&self) -> u32 {
        self.environment.graph.degree(self.node)
    }

    /// Neighbour `index` of the node, for `index` below its degree.
    #[inline]
    pub fn neighbor(&self, index: u32) -> NodeId {
        self.environment.graph.neighbor(self.node, index)
    }

    /// Appends the `count` distinct neighbours, or all where there are not so many, that the scenario's peer rule names
    /// for this turn.
    pub fn peers(&self, count: u32, to: &mut Vec<NodeId>) {
        self.peers_of(self.turn().number, count, to);
    }

    /// The same for a turn with another number, so that they do not go by when it is.
    pub(crate) fn peers_of(&self, number: u64, count: u32, to: &mut Vec<NodeId>) {
        let Environment { peers, choices, dead, .. } = self.environment;
        let (mut picks, turn, degree) = (Vec::new(), Turn { node: self.node, number }, self.degree());
        if dead.is_told() {
            let avoid = |pick| self.knows_dead(self.neighbor(pick));
            peers.choose_others((turn, degree), count, choices, avoid, &mut picks);
        } else {
            peers.choose(turn, degree, count, choices, &mut picks);
        }
        to.extend(picks.into_iter().map(|pick| self.neighbor(pick)));
    }

    /// Whether it is known that `other` is down, where that is ever known: nobody chooses it.
    pub fn knows_dead(&self, other: NodeId) -> bool {
        self.environment.dead.holds(other, self.now)
    }

    /// A neighbour that the node draws for `what` in its turn, each of those that are not known to be down with the same
    /// probability; `None` if there is none.
    pub(crate) fn neighbor_in_turn(&self, what: Use) -> Option<NodeId> {
        let Environment { coins, dead, .. } = self.environment;
        let address = (self.node.into(), self.turn().number, what);
        dead.choose(self.now, (self.degree(), |index| self.neighbor(index)), coins, address)
    }

    /// What is drawn in a turn with this number.
    pub(crate) fn draw_of(&self, number: u64) -> Draw<'_> {
        Draw::new(self.environment.coins, self.node.into(), number)
    }
}

/// Somebody who watches a run. `()` watches nothing, and a pair watches for both.
///
/// Who only looks in now and then costs the event loop one comparison an instant: see [`Observer::due`].
pub trait Observer<P: Protocol> {
    /// Something happened to `node` that the protocol reports.
    fn fact(&mut self, _now: Time, _node: NodeId, _fact: P::Fact) {}

    /// Nodes went down, came back or joined at `now`; `view` shows who is there now.
    fn population(&mut self, _now: Time, _view: View<'_, P>) {}

    /// Whether [`Observer::sent`], [`Observer::duplicated`] and [`Observer::refused`] are to be told of every message, and [`Observer::happened`]
    /// of all that comes from outside.
    fn every_message(&self) -> bool {
        false
    }

    /// A message was sent, with so many bytes of payload beside its header, and this becomes of it; unless its recipient
    /// is down when it arrives, or refuses it. Where it is queued, [`Observer::got_through`] tells.
    fn sent(&mut self, _now: Time, _envelope: &Envelope<P::Message>, _delivery: Delivery, _payload: u64) {}

    /// The network made a copy of a message that was sent at `now`, and this becomes of the copy, as of a message.
    fn duplicated(&mut self, _now: Time, _envelope: &Envelope<P::Message>, _delivery: Delivery) {}
    /// It is known at `now` what becomes of message `number`, from 0, of those that were queued when they were sent, or of the
    /// last that was sent; it has waited in queues for so many nanoseconds. Told where nodes have only so much bandwidth.
    fn got_through(&mut self, _number: Option<u64>, _now: Time, _delivery: Delivery, _waited: u64) {}

    /// The recipient of a message that was sent at `now` refused it.
    fn refused(&mut self, _now: Time, _envelope: &Envelope<P::Message>) {}

    /// Something comes from outside at `now`, before anybody has a turn; inputs only to nodes that are up, blocks and releases
    /// only where they change something.
    fn happened(&mut self, _now: Time, _happening: &Happening<P::Input>) {}

    /// Whether the run is to go on, asked every so many timers: there may be more of them in a round than anybody waits for.
    fn goes_on(&self) -> bool {
        true
    }

    /// The time at which [`Observer::look`] is to be told how things stand.
    fn due(&self) -> Time {
        Time::NEVER
    }

    /// The next instant is `now`, the first that is not before [`Observer::due`], and `view` shows all before it.
    /// Breaking ends the run as interrupted.
    fn look(&mut self, _now: Time, _view: View<'_, P>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// How things stand between two instants.
pub struct View<'a, P: Protocol> {
    /// The engine's totals.
    pub tally: &'a Tally,
    /// The protocol's totals.
    pub counts: &'a P::Counts,
    /// What every node remembers.
    pub states: &'a P::States,
    /// How many nodes are up.
    pub live: u64,
    /// Which they are; `None` where all are.
    pub up: Option<&'a Bits>,
    /// The queues of nodes, where they have any.
    pub queues: Option<&'a Queues>,
}

impl<P: Protocol> View<'_, P> {
    /// Whether the node with this number is up.
    pub fn is_up(&self, node: usize) -> bool {
        self.up.is_none_or(|up| up.contains(node))
    }
}

impl<P: Protocol> Clone for View<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Protocol> Copy for View<'_, P> {}
