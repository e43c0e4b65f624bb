//! The event loop: the parts put together, one instant at a time.
//!
//! All that happens at one instant happens at once: first everybody with a reason speaks, from what they knew
//! before; then everybody who was spoken to learns. What a node learns at an instant it passes on strictly after
//! it. Messages that take no time and are answered within the instant belong to it, so with aligned phases and no
//! latency an instant is a round of the published synchronous model.
//!
//! What nodes do is said by a [`Protocol`]; the loop is the same for all of them, and compiled for each.

mod admission;
mod adversaries;
mod agenda;
mod announcements;
mod announcing;
mod block;
mod blocked_nodes;
mod calls;
mod carrier;
mod cause;
mod conduct;
mod course;
mod ending;
mod grouping;
mod hunting;
mod instant;
mod known_dead;
mod liveness;
mod mail;
mod observer;
mod outcome;
mod pair_order;
mod population;
mod prefetch;
mod protocol;
mod queueing;
mod queues;
mod run_state;
mod send;
mod states;
mod tally;
mod turn_plan;
mod waiting;
mod world;

pub use agenda::{Agenda, Change, Happening};
pub use calls::ConnectionLimit;
pub use conduct::Conduct;
pub use course::Course;
pub use ending::{Broken, Limits, Run};
pub use liveness::{AlwaysUp, Liveness, UpAndDown};
pub use mail::{Coded, Envelope, Handle, Inline, Item, Mail, Message, Packed, PendingTimer, Slab, step_of};
pub use outcome::Outcome;
pub(crate) use pair_order::BYTES_OF_PAIR;
pub use protocol::{Context, Observer, Protocol, Start, View};
pub use queues::{Passed, Queues};
pub use run_state::{Memory, SlipOf};
pub(crate) use send::count;
pub use states::States;
pub use tally::{ByKind, Imbalance, Tally, total};
pub use world::World;

use crate::clock::Clock;
use crate::queue::EventList;
use crate::time::{Span, Time};
use crate::topology::Graph;
use crate::units::NodeId;
use instant::TurnsAt;
use run_state::{RunState, UNASKED};

const NANOSECOND: Span = Span::from_nanos(1);

/// One run under way.
pub struct Simulation<'a, P: Protocol, G, L, C> {
    clock: C,
    state: RunState<'a, P, G, L>,
}

impl<'a, P: Protocol, G: Graph, L: Liveness, C: Clock> Simulation<'a, P, G, L, C> {
    /// A run before the eyes of `observer`; the future-event list in `memory` must be empty.
    pub fn new(
        world: World<'a, P, G>,
        clock: C,
        live: L,
        memory: Memory<P>,
        observer: &'a mut dyn Observer<P>,
    ) -> Self {
        Simulation { clock, state: RunState::new(world, live, memory, observer) }
    }

    /// Runs until the protocol says that it is over and nothing is left on the `agenda`, or to a limit.
    ///
    /// # Errors
    /// The observer interrupts it, or the totals contradict each other at the end.
    #[inline(never)]
    pub fn run(mut self, limits: Limits, mut agenda: Agenda<'_, P::Input>) -> Result<Run<P>, Broken> {
        self.state.announce_blocks(&agenda);
        self.state.begin();
        self.state.converged_from_start = !L::ALWAYS && self.state.has_converged();
        if agenda.is_done()
            && let Some(outcome) = self.state.termination(Time::ZERO)
        {
            return self.state.close(outcome, false, Time::ZERO);
        }
        // Until then nobody but the nodes has anything to do.
        let (mut horizon, mut outside) = (Time::ZERO, Time::ZERO);
        let (mut changed, mut end) = (false, Time::ZERO);
        let over = self.state.world.protocol.end();
        let lookahead = self.state.lookahead();
        loop {
            let mut now = self.clock.next().min(self.state.memory.queue.next());
            if let Some(lookahead) = lookahead
                && now >= horizon
            {
                let first = now.min(self.state.next_in_queues());
                horizon = self.state.receive_ahead(outside.min(first + lookahead));
                now = now.min(self.state.memory.queue.next());
            }
            if now >= horizon {
                now = now.min(self.state.next_in_queues());
                if now >= outside {
                    now = now.min(agenda.next());
                    // What came from outside may have lasted longer.
                    let over = over.max(end);
                    if now > over && agenda.is_done() && over < limits.end() {
                        self.state.show(over)?;
                        if let Some(outcome) = self.state.termination(over) {
                            return self.state.close(outcome, false, over);
                        }
                    }
                    if let Some(limit) = limits.forbid(now) {
                        let outcome = if self.state.has_converged() { Outcome::Converged } else { limit };
                        let end = end.max(self.state.last_in_queues());
                        return self.state.close(outcome, true, end);
                    }
                    self.state.show(now)?;
                    changed |= self.state.take_agenda(now, &mut agenda);
                    self.state.ask(now)?;
                    outside = limits.end().min(self.state.observer.due()).min(agenda.next()).min(over + NANOSECOND);
                }
                changed |= self.state.go_on_in_queues(now);
                // What is sent now may reach a queue before anything else happens.
                horizon = if self.state.carrier.is_some() { Time::ZERO } else { outside };
            }
            self.speak(now);
            if P::ANNOUNCES && !self.state.memory.announcements.is_empty() {
                self.state.learn_announcements(now);
                changed = true;
            }
            if !self.state.memory.pending.is_empty() {
                self.state.learn(now);
                changed = true;
            }
            if !L::ALWAYS && !self.state.departing.is_empty() {
                changed |= self.state.depart(now);
            }
            if P::SETS_TIMERS {
                self.state.ask(now)?;
            }
            end = now;
            // What learning sent may arrive at this very instant.
            let complete = !P::ACTS || self.state.memory.queue.next() > now;
            if !L::ALWAYS && complete {
                self.state.note_convergence(now);
            }
            if (changed || P::TURNS_CHANGE_STATES)
                && complete
                && agenda.is_done()
                && let Some(outcome) = self.state.termination(now)
            {
                return self.state.close(outcome, false, now);
            }
            changed &= !complete;
        }
    }

    /// Everybody with a reason speaks, and everybody who is spoken to answers, until all has been said that can be said
    /// in this step of the instant.
    #[inline(always)]
    fn speak(&mut self, now: Time) {
        let Simulation { clock, state } = self;
        let turns = clock.next() == now;
        if turns {
            if state.next_opening >= state.memory.openings.len() {
                state.prefetch(clock);
            }
            let taken = clock.take(now, TurnsAt { state, now });
            if L::ALWAYS {
                state.tally.turns += taken;
            }
            if P::TURNS_CHANGE_STATES && !P::ACTS {
                state.deliver_deferred(now);
            }
        }
        if P::SETS_TIMERS {
            while state.memory.queue.next() == now && state.receive(now) {}
        }
        if P::ACTS && !state.memory.deferred.is_empty() {
            state.deliver_deferred(now);
        }
        if !P::SETS_TIMERS {
            while state.memory.queue.next() == now && state.receive(now) {}
        }
    }
}

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// The run, which ends so.
    fn close(mut self, outcome: Outcome, cut_off: bool, end: Time) -> Result<Run<P>, Broken> {
        self.close_queues(end);
        let RunState {
            world,
            live,
            memory,
            counts,
            tally,
            carrier,
            converged_from_start,
            blocked,
            converged_since,
            ..
        } = self;
        let converged_since = converged_since.filter(|_| !converged_from_start);
        let (mut waiting, timers) = memory.waiting();
        blocked.count(&mut waiting);
        if let Some(carrier) = &carrier {
            carrier.count(&mut waiting, |slip| memory.mail.kind(slip));
        }
        let queues = carrier.map(|carrier| Box::new(carrier.queues));
        tally.balance(P::Message::KINDS, &waiting, timers)?;
        let mut recount = P::Counts::default();
        let counts_in = |node: &NodeId| live.is_up(*node) && live.conduct(*node).is_none();
        for node in (0..world.graph.nodes()).map(NodeId::new).filter(counts_in) {
            memory.states.read(node, |state| world.protocol.counted(state, true, &mut recount));
        }
        let (live, up) = (live.count(), live.into_up());
        if !world.protocol.agrees(&counts, &recount) {
            return Err(Imbalance::Recount { live }.into());
        }
        Ok(Run {
            outcome,
            cut_off,
            end,
            tally,
            counts,
            live,
            up,
            converged_since,
            in_flight: total(&waiting),
            queues,
            memory,
        })
    }

    /// Why nothing is left to happen, if so.
    #[inline(always)]
    fn termination(&mut self, now: Time) -> Option<Outcome> {
        self.world.protocol.termination(now, &mut self.counts, &self.tally, self.live.count())
    }

    fn has_converged(&self) -> bool {
        self.world.protocol.converged(&self.counts, self.live.count())
    }

    /// Keeps since when the run has converged, which a node that comes can undo, and one that goes can bring about.
    fn note_convergence(&mut self, now: Time) {
        let converged = self.has_converged();
        self.converged_from_start &= converged;
        self.converged_since = converged.then(|| self.converged_since.unwrap_or(now));
    }

    /// Shows the observer how things stand before `now`, if that is due.
    fn show(&mut self, now: Time) -> Result<(), Broken> {
        if now < self.observer.due() {
            return Ok(());
        }
        let (observer, view) = self.observed();
        observer.look(now, view).is_continue().then_some(()).ok_or(Broken::Interrupted(now))
    }

    /// Asks the observer whether to go on, if enough has happened since it was asked: a round with timers, or inputs, at
    /// short distances is longer than anybody waits.
    #[inline(always)]
    fn ask(&mut self, now: Time) -> Result<(), Broken> {
        let happened = self.tally.timers + self.tally.inputs;
        if happened < self.next_question {
            return Ok(());
        }
        self.next_question = happened + UNASKED;
        if self.observer.goes_on() { Ok(()) } else { Err(Broken::Interrupted(now)) }
    }
}
