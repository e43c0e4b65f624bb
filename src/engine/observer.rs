//! What a run tells whoever watches it.

use std::ops::ControlFlow;

use super::mail::Envelope;
use super::protocol::Protocol;
use super::tally::Tally;
use crate::bits::Bits;
use crate::network::Delivery;
use crate::time::Time;
use crate::units::NodeId;

/// Somebody who watches a run. `()` watches nothing, and a pair watches for both.
///
/// Who only looks in now and then costs the event loop one comparison an instant: see [`Observer::due`].
pub trait Observer<P: Protocol> {
    /// Something happened to `node` that the protocol reports.
    fn fact(&mut self, _now: Time, _node: NodeId, _fact: P::Fact) {}

    /// Nodes went down, came back or joined at `now`; `view` shows who is there now.
    fn population(&mut self, _now: Time, _view: View<'_, P>) {}

    /// Whether [`Observer::sent`] is to be told of every message.
    fn every_message(&self) -> bool {
        false
    }

    /// A message was sent, and this becomes of it.
    fn sent(&mut self, _now: Time, _envelope: &Envelope<P::Message>, _delivery: Delivery) {}

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

impl<P: Protocol> Observer<P> for () {}

impl<P: Protocol, O: Observer<P> + ?Sized> Observer<P> for &mut O {
    fn fact(&mut self, now: Time, node: NodeId, fact: P::Fact) {
        (**self).fact(now, node, fact);
    }

    fn population(&mut self, now: Time, view: View<'_, P>) {
        (**self).population(now, view);
    }

    fn every_message(&self) -> bool {
        (**self).every_message()
    }

    fn sent(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery) {
        (**self).sent(now, envelope, delivery);
    }

    fn due(&self) -> Time {
        (**self).due()
    }

    fn look(&mut self, now: Time, view: View<'_, P>) -> ControlFlow<()> {
        (**self).look(now, view)
    }
}

impl<P: Protocol, A: Observer<P>, B: Observer<P>> Observer<P> for (A, B) {
    fn fact(&mut self, now: Time, node: NodeId, fact: P::Fact) {
        self.0.fact(now, node, fact);
        self.1.fact(now, node, fact);
    }

    fn population(&mut self, now: Time, view: View<'_, P>) {
        self.0.population(now, view);
        self.1.population(now, view);
    }

    fn every_message(&self) -> bool {
        self.0.every_message() || self.1.every_message()
    }

    fn sent(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery) {
        if self.0.every_message() {
            self.0.sent(now, envelope, delivery);
        }
        if self.1.every_message() {
            self.1.sent(now, envelope, delivery);
        }
    }

    fn due(&self) -> Time {
        self.0.due().min(self.1.due())
    }

    fn look(&mut self, now: Time, view: View<'_, P>) -> ControlFlow<()> {
        if now >= self.0.due() {
            self.0.look(now, view)?;
        }
        if now >= self.1.due() { self.1.look(now, view) } else { ControlFlow::Continue(()) }
    }
}

/// None watches nothing.
impl<P: Protocol, O: Observer<P>> Observer<P> for Option<O> {
    fn fact(&mut self, now: Time, node: NodeId, fact: P::Fact) {
        if let Some(observer) = self {
            observer.fact(now, node, fact);
        }
    }

    fn population(&mut self, now: Time, view: View<'_, P>) {
        if let Some(observer) = self {
            observer.population(now, view);
        }
    }

    fn every_message(&self) -> bool {
        self.as_ref().is_some_and(Observer::every_message)
    }

    fn sent(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery) {
        if let Some(observer) = self {
            observer.sent(now, envelope, delivery);
        }
    }

    fn due(&self) -> Time {
        self.as_ref().map_or(Time::NEVER, Observer::due)
    }

    fn look(&mut self, now: Time, view: View<'_, P>) -> ControlFlow<()> {
        self.as_mut().map_or(ControlFlow::Continue(()), |observer| observer.look(now, view))
    }
}
