//! The state of one run, and its memory, which the next run uses again.

use super::announcements::Announcements;
use super::calls::RoundCalls;
use super::carrier::Carrier;
use super::cause::{Cause, Environment, Outbox};
use super::known_dead::KnownDead;
use super::liveness::{Liveness, counts_of};
use super::mail::Mail;
use super::pair_order::PairOrder;
use super::protocol::{Context, Observer, Protocol, View};
use super::states::States;
use super::tally::{ByKind, Tally};
use super::turn_plan::{Blocks, Opening};
use super::waiting::Blocked;
use super::world::World;
use crate::memory::Meter;
use crate::queue::Wheel;
use crate::time::{Span, Time};
use crate::topology::Graph;
use crate::units::NodeId;

/// States of so many bytes are read from the fast caches without waiting.
const CACHE: usize = 256 << 10;

/// After so many timers and inputs the observer is asked once more whether to go on: a few milliseconds of work.
pub(super) const UNASKED: u64 = 1 << 16;

/// What has arrived at a node of a protocol and is not learned yet.
type ArrivedOf<P> = <<P as Protocol>::Mail as Mail<<P as Protocol>::Message, <P as Protocol>::Timer>>::Arrived;

/// What waits in the future-event list of a protocol.
pub type SlipOf<P> = <<P as Protocol>::Mail as Mail<<P as Protocol>::Message, <P as Protocol>::Timer>>::Slip;

/// The memory that a run works in, which the next run can use again.
pub struct Memory<P: Protocol> {
    /// What every node remembers.
    pub states: P::States,
    /// The future-event list.
    pub(super) queue: Wheel<SlipOf<P>>,
    /// The messages and timers that wait in it.
    pub(super) mail: P::Mail,
    /// Messages that arrived while others still had turns or timers to come that change states.
    pub(super) deferred: Vec<SlipOf<P>>,
    /// What has arrived at this instant and is not learned yet.
    pub(super) pending: Vec<ArrivedOf<P>>,
    /// What is announced at this instant.
    pub(super) announcements: Announcements<P::Message>,
    /// The openings of turns to come.
    pub(super) openings: Vec<Opening>,
    pub(super) picks: Vec<u32>,
    pub(super) outbox: Outbox<P::Message, P::Timer>,
    /// For how many events a second the list was laid out, few of which come sooner than this.
    layout: (f64, Span),
    /// Who calls whom, where nodes take only so many calls.
    pub(super) calls_of_round: RoundCalls<SlipOf<P>, P::Message>,
}

impl<P: Protocol> Default for Memory<P> {
    fn default() -> Self {
        Memory {
            states: P::States::default(),
            queue: Wheel::default(),
            mail: P::Mail::default(),
            deferred: Vec::new(),
            pending: Vec::new(),
            announcements: Announcements::default(),
            openings: Vec::new(),
            picks: Vec::new(),
            outbox: Outbox::default(),
            layout: (0.0, Span::MAX),
            calls_of_round: RoundCalls::default(),
        }
    }
}

impl<P: Protocol> Memory<P> {
    /// Empties it for a run in which so many messages a second are sent, few of which arrive sooner than `soon`. A wrong
    /// rate costs time and changes nothing.
    pub fn lay_out(&mut self, messages_per_second: f64, soon: Span) {
        self.layout = (messages_per_second, soon);
        self.queue.reset(messages_per_second, soon);
    }

    /// What is in the future-event list: messages by kind, and timers.
    pub(super) fn waiting(&self) -> (ByKind, u64) {
        let (mut messages, mut timers) = (ByKind::default(), 0);
        self.queue.for_each(|slip| match self.mail.kind(slip) {
            Some(kind) => messages[kind] += 1,
            None => timers += u64::from(P::Mail::is_timer(slip)),
        });
        (messages, timers)
    }
}

/// A run at one instant.
pub(super) struct RunState<'a, P: Protocol, G, L> {
    pub(super) world: World<'a, P, G>,
    pub(super) live: L,
    /// Whether the address of a message alone tells what becomes of it, and no path is ever cut or impaired.
    pub(super) plain: bool,
    /// What is in queues, where nodes have only so much bandwidth.
    pub(super) carrier: Option<Box<Carrier<SlipOf<P>>>>,
    pub(super) memory: Memory<P>,
    pub(super) counts: P::Counts,
    /// Those of nodes that do not do their part, which nobody looks at.
    pub(super) apart: P::Counts,
    pub(super) tally: Tally,
    pub(super) observer: &'a mut dyn Observer<P>,
    /// Of what is in messages.
    pub(super) meter: Meter,
    /// Whether the observer wants to know of every message.
    pub(super) follows: bool,
    /// What is said in turns that are taken a block at a time, where they can be.
    pub(super) blocks: Option<Blocks<P>>,
    /// Whether the states are so many that it pays to read them ahead.
    pub(super) reads_ahead: bool,
    /// A state in which a node has nothing to say in its turn.
    pub(super) silent: Option<P::State>,
    /// The openings before this one have been used.
    pub(super) next_opening: usize,
    /// Since when the run has converged, if it has; kept where nodes come and go.
    pub(super) converged_since: Option<Time>,
    /// Whether it has been so from the start.
    pub(super) converged_from_start: bool,
    /// Whether nodes have joined since the openings were worked out, who can be contacted from then on.
    pub(super) openings_stale: bool,
    /// The number of the last turn taken, where turns change states.
    pub(super) turn_number: u64,
    /// How many timers and inputs there will have been when the observer is asked next whether to go on.
    pub(super) next_question: u64,
    /// What waits at nodes that are blocked.
    pub(super) blocked: Blocked<P::Message>,
    /// Whether more is to be done about every message that is sent than to send it: it is shown, may be duplicated, or may have
    /// to wait for others.
    pub(super) attends: bool,
    /// The order of messages, where none overtakes another of its pair.
    pub(super) order: PairOrder,
    /// Whether messages of one path, instant and leg may come together, which nothing but blocks and copies brings about.
    pub(super) repeats: bool,
    /// Who is known to be down.
    pub(super) dead: KnownDead,
    /// Nodes that go for good at the end of this step, or when they are released.
    pub(super) departing: Vec<NodeId>,
}

impl<'a, P: Protocol, G: Graph, L: Liveness> RunState<'a, P, G, L> {
    /// A run in which nothing has happened yet. Compiled for itself: it is the same for all clocks.
    #[inline(never)]
    pub(super) fn new(
        world: World<'a, P, G>,
        live: L,
        mut memory: Memory<P>,
        observer: &'a mut dyn Observer<P>,
    ) -> Self {
        debug_assert!(!L::ALWAYS || !world.network.faults.duplicates(), "copies of messages need draws of their own");
        const { assert!(P::SETS_TIMERS || !P::HEARS_BOUNCES, "who hears of bounces sets timers, which come when they do") };
        const {
            assert!(
                !P::ANNOUNCES || P::TURNS_CHANGE_STATES && P::SETS_TIMERS,
                "announcements may be learned before the instant is over, so that it is asked after all whether all is over"
            );
        }
        memory.states.reset(world.graph.nodes());
        memory.mail.clear();
        memory.deferred.clear();
        memory.pending.clear();
        memory.announcements.clear();
        memory.openings.clear();
        let shaping = world.network.shaping.as_ref();
        if shaping.is_some_and(|shaping| shaping.limits_ingress()) {
            // What a node has to receive is delivered soon after it came.
            memory.queue.reset(memory.layout.0, Span::ZERO);
        }
        let mut counts = P::Counts::default();
        world.protocol.prepare(&mut memory.states, &mut counts);
        RunState {
            plain: world.network.faults.is_empty() && world.network.shaping.is_none(),
            carrier: shaping.map(|shaping| Box::new(Carrier::new(world.network, shaping, !L::ALWAYS, memory.layout))),
            blocks: None,
            silent: world.protocol.idle_state(),
            reads_ahead: world.protocol.footprint(&memory.states) > CACHE,
            follows: observer.every_message(),
            dead: KnownDead::new(world.knows_dead.filter(|_| !L::ALWAYS), world.graph.nodes()),
            attends: observer.every_message() || world.network.faults.duplicates() || world.network.ordered,
            order: PairOrder::default(),
            repeats: world.network.faults.duplicates(),
            world,
            live,
            memory,
            counts,
            apart: P::Counts::default(),
            tally: Tally::default(),
            observer,
            meter: Meter::default(),
            next_opening: 0,
            openings_stale: false,
            converged_since: None,
            converged_from_start: false,
            turn_number: 0,
            next_question: UNASKED,
            blocked: Blocked::default(),
            departing: Vec::new(),
        }
    }

    /// Lets `act` change the state of `node` because of `cause`, through a context.
    #[inline(always)]
    pub(super) fn act<R>(
        &mut self,
        now: Time,
        node: NodeId,
        cause: Cause,
        act: impl FnOnce(&P, &mut P::State, &mut Context<'_, P>) -> R,
    ) -> R {
        let (protocol, states, mut context) = self.at(now, node, cause);
        let result = states.update(node, |state| act(protocol, state, &mut context));
        debug_assert!(
            P::ACTS || self.memory.outbox.is_empty(),
            "something was sent through the context, and ACTS is false"
        );
        result
    }

    /// The observer, and how things stand.
    pub(super) fn observed(&mut self) -> (&mut dyn Observer<P>, View<'_, P>) {
        let RunState { tally, counts, memory, live, observer, carrier, .. } = self;
        let queues = carrier.as_ref().map(|carrier| &carrier.queues);
        let (states, up) = (&memory.states, live.up());
        (&mut **observer, View { tally, counts, states, live: live.count(), up, queues })
    }

    /// The protocol, the states, and the context of what happens to `node` because of `cause`.
    #[inline(always)]
    pub(super) fn at(&mut self, now: Time, node: NodeId, cause: Cause) -> (&'a P, &mut P::States, Context<'_, P>) {
        let World { protocol, graph, peers, choices, coins, .. } = self.world;
        let graph = graph.erased();
        let context = Context {
            node,
            now,
            cause,
            counts: counts_of(&self.live, node, [&mut self.counts, &mut self.apart]),
            environment: Environment { graph, peers, choices, coins, dead: &self.dead },
            outbox: &mut self.memory.outbox,
            observer: &mut *self.observer,
        };
        (protocol, &mut self.memory.states, context)
    }
}
