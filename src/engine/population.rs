//! Who comes and goes: nodes begin, crash, come back and leave.

use super::agenda::Change;
use super::cause::Cause;
use super::liveness::Liveness;
use super::protocol::{Protocol, Start};
use super::run_state::RunState;
use super::send::Step;
use super::states::States;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// A node begins.
    pub(super) fn start(&mut self, now: Time, node: NodeId, why: Start, step: Step) {
        let cause = Cause::Start { life: self.live.life(node) };
        self.act(now, node, cause, |protocol, state, context| protocol.start(state, why, context));
        if P::ACTS {
            self.dispatch(now, node, cause, step);
        }
    }

    /// A node is told to go for good: whether it does at once, and has no more to do before.
    pub(super) fn take_leave(&mut self, now: Time, node: NodeId, number: u64) -> bool {
        let mut departs = true;
        if P::ACTS && self.live.is_up(node) {
            let cause = Cause::Input { number };
            self.act(now, node, cause, |protocol, state, context| protocol.leave(state, context));
            departs = std::mem::take(&mut self.memory.outbox.departs);
            self.dispatch(now, node, cause, Step::This);
        }
        if departs {
            self.take_down(now, node, Change::Left);
        }
        departs
    }

    /// Nodes that have done all that they had to do before they leave go for good, but for those that are blocked; whether
    /// any does.
    pub(super) fn depart(&mut self, now: Time) -> bool {
        let departing = std::mem::take(&mut self.departing);
        let (stay, go): (Vec<_>, Vec<_>) =
            departing.into_iter().partition(|&node| self.live.blocked_until(node).is_some());
        self.departing = stay;
        for &node in &go {
            self.take_down(now, node, Change::Left);
        }
        if !go.is_empty() {
            let (observer, view) = self.observed();
            observer.population(now, view);
        }
        !go.is_empty()
    }

    pub(super) fn take_down(&mut self, now: Time, node: NodeId, change: Change) {
        if self.live.set(node, false) {
            self.dead.note(node, Some(now));
            // Who does not do its part is in no totals.
            if self.live.conduct(node).is_none() {
                self.count_out(now, node, change);
            }
            if self.live.has_blocked() {
                self.forget_waiting(now, node);
            }
            self.empty_queues(node, change);
        }
    }

    /// `node` is taken out of the totals because of a `change` at `now`.
    pub(super) fn count_out(&mut self, now: Time, node: NodeId, change: Change) {
        let (protocol, counts) = (self.world.protocol, &mut self.counts);
        protocol.population(now, node, change, counts);
        self.memory.states.read(node, |state| protocol.counted(state, false, counts));
    }

    pub(super) fn bring_up(&mut self, now: Time, node: NodeId, why: Start) {
        if !self.live.set(node, true) {
            return;
        }
        self.dead.note(node, None);
        let change = if why == Start::Joined { Change::Joined } else { Change::Up };
        let (protocol, counts) = (self.world.protocol, &mut self.counts);
        let counted = self.live.conduct(node).is_none();
        if counted {
            protocol.population(now, node, change, counts);
        }
        self.memory.states.update(node, |state| {
            if why == (Start::Recovered { remembers: false }) {
                *state = P::State::default();
            }
            if counted {
                protocol.counted(state, true, counts);
            }
        });
        self.start(now, node, why, Step::This);
    }
}
