//! What is sent: counted, shown to the observer, handed to the network, and put away until it arrives.

use super::cause::Cause;
use super::liveness::Liveness;
use super::mail::{Envelope, LEGS, Mail, Message, PendingTimer};
use super::pair_order::BYTES_OF_PAIR;
use super::protocol::Protocol;
use super::run_state::RunState;
use super::waiting::Drawn;
use super::world::World;
use crate::memory;
use crate::network::{Delivery, Leg, Transport};
use crate::queue::EventList;
use crate::random::Use;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

/// When what is sent at an instant and takes no time arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// In the step of the instant that is under way.
    This,
    /// In the next.
    Next,
}

/// Counts one event, or none. At one event a time a counter lasts for centuries: it never wraps.
#[inline(always)]
pub(crate) fn count(counter: &mut u64, happened: bool) {
    *counter = counter.wrapping_add(u64::from(happened));
}

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// Counts a message that is sent, and shows it to the observer; what becomes of it where it may have to wait for others.
    #[inline(always)]
    pub(super) fn count_sent(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery) -> Delivery {
        let kind = envelope.message.kind();
        count(&mut self.tally.sent[kind], true);
        let mut bytes = 0;
        if P::SIZES_DIFFER {
            bytes = self.world.protocol.size(&envelope.message);
            self.tally.payload[kind] += bytes;
            // What is in messages is taken in small pieces.
            memory::or_unwind(self.meter.count(self.world.protocol.weight(&envelope.message)));
        }
        if self.attends {
            // A copy, so that what is sent need not be in memory where nobody looks.
            return self.attend_sent(now, envelope.clone(), delivery, bytes);
        }
        delivery
    }

    /// Keeps a message that is sent in the order of its pair, shows it to the observer, and lets the network duplicate it.
    #[cold]
    #[inline(never)]
    fn attend_sent(&mut self, now: Time, envelope: Envelope<P::Message>, delivery: Delivery, payload: u64) -> Delivery {
        let arranged = self.arrange(now, &envelope, delivery);
        if self.follows {
            self.observer.sent(now, &envelope, arranged, payload);
            self.show_passed(now, delivery);
        }
        if self.world.network.faults.duplicates() {
            self.duplicate(now, envelope, delivery);
        }
        arranged
    }

    /// Shows what becomes of the message that was shown last, where it passed all queues at once.
    fn show_passed(&mut self, now: Time, delivery: Delivery) {
        if let Some(carrier) = &self.carrier
            && delivery != Delivery::QUEUED
        {
            self.observer.got_through(None, now, delivery, carrier.queues.waited);
        }
    }

    /// What becomes of a message where none overtakes another of its pair. Where messages queue, that was seen to on their way.
    fn arrange(&mut self, now: Time, envelope: &Envelope<P::Message>, delivery: Delivery) -> Delivery {
        let Some(arrival) = delivery.arrival().filter(|_| self.world.network.ordered && self.carrier.is_none()) else {
            return delivery;
        };
        let before = self.order.pairs();
        let arranged = self.order.arrange(now, [envelope.from, envelope.to], arrival);
        self.count_pairs(before, self.order.pairs());
        Delivery::at(arranged)
    }

    /// Counts the memory of pairs whose order is kept, of which there were so many before and are so many now.
    pub(super) fn count_pairs(&mut self, before: usize, now: usize) {
        let more = now.saturating_sub(before) as u64;
        memory::or_unwind(self.meter.count(more * BYTES_OF_PAIR));
    }

    /// Sends the copy of a message off to its delivery, if the network makes one. What arrives at once is in the future-event
    /// list, behind all that is said already.
    fn duplicate(&mut self, now: Time, envelope: Envelope<P::Message>, delivery: Delivery) {
        let (leg, transport) = self.address(now, Drawn::Copy, &envelope);
        if let Some(carrier) = &mut self.carrier {
            carrier.begin_copy();
        }
        let copied = match self.carrier.is_some() {
            true => self.copy_in_queues(now, &envelope, leg, transport),
            false => self.world.network.copy(transport, leg, delivery),
        };
        if let Some(delivery) = copied {
            let delivery = self.arrange(now, &envelope, delivery);
            self.send_copy(now, envelope, delivery);
        }
        if let Some(carrier) = &mut self.carrier {
            carrier.end_copy();
        }
    }

    /// Sends a copy off to its `delivery`.
    fn send_copy(&mut self, now: Time, envelope: Envelope<P::Message>, delivery: Delivery) {
        count(&mut self.tally.duplicated[envelope.message.kind()], true);
        if P::SIZES_DIFFER {
            memory::or_unwind(self.meter.count(self.world.protocol.weight(&envelope.message)));
        }
        if self.follows {
            self.observer.duplicated(now, &envelope, delivery);
            self.show_passed(now, delivery);
        }
        self.put_away(envelope, delivery);
    }

    /// What becomes of a message that is sent.
    #[inline(always)]
    pub(super) fn transmit(&mut self, now: Time, envelope: &Envelope<P::Message>) -> Delivery {
        if !self.plain {
            return self.transmit_otherwise(now, envelope);
        }
        let (leg, transport) = self.address(now, Drawn::Delivery, envelope);
        self.world.network.transmit_unimpaired(transport, leg)
    }

    /// The address of what is `drawn` about a message that is sent, and by what it goes.
    #[inline(always)]
    pub(super) fn address(&mut self, now: Time, drawn: Drawn, envelope: &Envelope<P::Message>) -> (Leg, Transport) {
        let Envelope { from, to, leg, ref message } = *envelope;
        let number = self.drawn_leg(now, drawn, [from, to], leg);
        let World { network, protocol, .. } = self.world;
        let transport = if P::TRANSPORTS_DIFFER { protocol.transport(message) } else { None };
        (Leg { from, to, sent: now, number }, transport.unwrap_or(network.transport))
    }

    /// A message whose recipient is down is dropped; where it went by TCP, its sender is told.
    pub(super) fn drop_message(&mut self, now: Time, envelope: Envelope<P::Message>) {
        count(&mut self.tally.dropped[envelope.message.kind()], true);
        let Envelope { from, to, leg: number, ref message } = envelope;
        let World { network, protocol, .. } = self.world;
        let transport = protocol.transport(message).unwrap_or(network.transport);
        if !P::HEARS_BOUNCES || transport != Transport::Tcp || !self.live.is_up(from) {
            return;
        }
        let bounce = network.bounce(Leg { from: to, to: from, sent: now, number });
        if let Some(at) = bounce.arrival()
            && let Some(slip) = self.memory.mail.seal_bounce(self.live.life(from), envelope)
        {
            self.memory.queue.add(at, slip);
        }
    }

    /// Puts a message away that does not arrive at once, until it does if it does.
    #[inline(always)]
    pub(super) fn put_away(&mut self, envelope: Envelope<P::Message>, delivery: Delivery) {
        if let Some(at) = delivery.arrival() {
            let slip = self.memory.mail.seal(envelope);
            return self.memory.queue.add(at, slip);
        }
        if delivery != Delivery::LOST {
            return self.put_away_otherwise(envelope, delivery);
        }
        count(&mut self.tally.lost[envelope.message.kind()], true);
    }

    /// Sends a message off to its delivery; gives it back if it arrives at once.
    #[inline(always)]
    pub(super) fn send(
        &mut self,
        now: Time,
        envelope: Envelope<P::Message>,
        delivery: Delivery,
    ) -> Option<Envelope<P::Message>> {
        let delivery = self.count_sent(now, &envelope, delivery);
        if delivery == Delivery::at(now) {
            return Some(envelope);
        }
        self.put_away(envelope, delivery);
        None
    }

    /// Sends what `node` sent through its context because of `cause`, sets its timers, and takes note if it goes for good.
    #[inline(always)]
    pub(super) fn dispatch(&mut self, now: Time, node: NodeId, cause: Cause, step: Step) {
        let outbox = &self.memory.outbox;
        if !outbox.messages.is_empty() {
            self.dispatch_messages(now, node, cause, step);
        }
        if P::SETS_TIMERS && !self.memory.outbox.timers.is_empty() {
            self.set_timers(now, node, cause);
        }
        if !L::ALWAYS && self.memory.outbox.departs {
            self.memory.outbox.departs = false;
            self.take_departure(node);
        }
    }

    /// `node` goes at the end of this step, or at its release, however often it says so until then.
    #[cold]
    fn take_departure(&mut self, node: NodeId) {
        if !self.departing.contains(&node) {
            self.departing.push(node);
        }
    }

    fn dispatch_messages(&mut self, now: Time, from: NodeId, cause: Cause, step: Step) {
        let outbox = &mut self.memory.outbox.messages;
        // Most often it is one.
        if outbox.len() == 1
            && let Some((to, message)) = outbox.pop()
        {
            return self.dispatch_one(now, [from, to], self.leg(now, from, cause, 0), message, step);
        }
        let mut messages = std::mem::take(outbox);
        for (slot, (to, message)) in messages.drain(..).enumerate() {
            self.dispatch_one(now, [from, to], self.leg(now, from, cause, slot as u64), message, step);
        }
        self.memory.outbox.messages = messages;
    }

    #[inline(always)]
    fn dispatch_one(&mut self, now: Time, [from, to]: [NodeId; 2], leg: u64, message: P::Message, step: Step) {
        let Some(message) = self.said(from, message) else { return };
        let envelope = Envelope { from, to, leg, message };
        if !L::ALWAYS && self.live.blocked_until(from).is_some() {
            return self.hold_departure(envelope);
        }
        let delivery = self.transmit(now, &envelope);
        let Some(envelope) = self.send(now, envelope, delivery) else { return };
        let slip = self.memory.mail.seal(envelope);
        match step {
            Step::This => self.memory.deferred.push(slip),
            Step::Next => self.memory.queue.add(now, slip),
        }
    }

    /// The leg of message number `slot` that `node` sends because of `cause`: no two messages on one path at one instant
    /// have the same, or they would share their fate.
    #[inline(always)]
    fn leg(&self, now: Time, node: NodeId, cause: Cause, slot: u64) -> u64 {
        if let Cause::Turn { .. } = cause {
            return (slot + 1) * LEGS;
        }
        let coins = self.world.coins;
        coins.at(cause.key(node, now, coins), slot, Use::LEG.slot(0)) / LEGS * LEGS
    }

    fn set_timers(&mut self, now: Time, node: NodeId, cause: Cause) {
        let mut timers = std::mem::take(&mut self.memory.outbox.timers);
        let (coins, life) = (self.world.coins, self.live.life(node));
        let cause = cause.key(node, now, coins);
        for (slot, (after, timer)) in timers.drain(..).enumerate() {
            let key = coins.at(cause, slot as u64, Use::TIMER.slot(0));
            let slip = self.memory.mail.seal_timer(PendingTimer { node, life, key, timer });
            self.memory.queue.add(now + after, slip);
            count(&mut self.tally.timers_set, true);
        }
        self.memory.outbox.timers = timers;
    }
}
