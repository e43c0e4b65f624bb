//! Several who watch one run, or nobody.

use std::ops::ControlFlow;

use super::agenda::Happening;
use super::mail::Envelope;
use super::protocol::{Observer, Protocol, View};
use crate::network::Delivery;
use crate::time::Time;
use crate::units::NodeId;

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

    fn sent(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery, payload: u64) {
        (**self).sent(now, envelope, delivery, payload);
    }

    fn duplicated(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery) {
        (**self).duplicated(now, envelope, delivery);
    }

    fn got_through(&mut self, number: Option<u64>, now: Time, delivery: Delivery, waited: u64) {
        (**self).got_through(number, now, delivery, waited);
    }

    fn refused(&mut self, now: Time, envelope: &Envelope<P::Message>) {
        (**self).refused(now, envelope);
    }

    fn happened(&mut self, now: Time, happening: &Happening<P::Input>) {
        (**self).happened(now, happening);
    }

    fn goes_on(&self) -> bool {
        (**self).goes_on()
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

    fn sent(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery, payload: u64) {
        if self.0.every_message() {
            self.0.sent(now, envelope, delivery, payload);
        }
        if self.1.every_message() {
            self.1.sent(now, envelope, delivery, payload);
        }
    }

    fn duplicated(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery) {
        self.0.duplicated(now, envelope, delivery);
        self.1.duplicated(now, envelope, delivery);
    }

    fn got_through(&mut self, number: Option<u64>, now: Time, delivery: Delivery, waited: u64) {
        self.0.got_through(number, now, delivery, waited);
        self.1.got_through(number, now, delivery, waited);
    }

    fn refused(&mut self, now: Time, envelope: &Envelope<P::Message>) {
        self.0.refused(now, envelope);
        self.1.refused(now, envelope);
    }

    fn happened(&mut self, now: Time, happening: &Happening<P::Input>) {
        self.0.happened(now, happening);
        self.1.happened(now, happening);
    }

    fn goes_on(&self) -> bool {
        self.0.goes_on() && self.1.goes_on()
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

    fn sent(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery, payload: u64) {
        if let Some(observer) = self {
            observer.sent(now, envelope, delivery, payload);
        }
    }

    fn duplicated(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery) {
        if let Some(observer) = self {
            observer.duplicated(now, envelope, delivery);
        }
    }

    fn got_through(&mut self, number: Option<u64>, now: Time, delivery: Delivery, waited: u64) {
        if let Some(observer) = self {
            observer.got_through(number, now, delivery, waited);
        }
    }

    fn refused(&mut self, now: Time, envelope: &Envelope<P::Message>) {
        if let Some(observer) = self {
            observer.refused(now, envelope);
        }
    }

    fn happened(&mut self, now: Time, happening: &Happening<P::Input>) {
        if let Some(observer) = self {
            observer.happened(now, happening);
        }
    }

    fn goes_on(&self) -> bool {
        self.as_ref().is_none_or(Observer::goes_on)
    }

    fn due(&self) -> Time {
        self.as_ref().map_or(Time::NEVER, Observer::due)
    }

    fn look(&mut self, now: Time, view: View<'_, P>) -> ControlFlow<()> {
        self.as_mut().map_or(ControlFlow::Continue(()), |observer| observer.look(now, view))
    }
}
