//! What a node says in its turn to many who only listen: they share it, and nothing is put away for each of them but when it
//! arrives.

use super::cause::Cause;
use super::liveness::Liveness;
use super::mail::{Envelope, Item, Mail, Message};
use super::prefetch::touch_for;
use super::protocol::Protocol;
use super::run_state::{RunState, SlipOf};
use super::send::{Step, count};
use super::states::AHEAD;
use super::waiting::Drawn;
use super::world::World;
use crate::memory;
use crate::network::{Delivery, Leg};
use crate::queue::EventList;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// Whether a message of a turn is an announcement that is no further business of anybody.
    pub(super) fn is_announced(&self, message: &P::Message) -> bool {
        let World { protocol, admission, .. } = &self.world;
        P::ANNOUNCES
            && protocol.is_announcement(message)
            && (self.plain && admission.is_none())
            && !(self.attends || self.live.has_blocked())
    }

    /// `from` announces `message` to those of its neighbours that it has picked.
    pub(super) fn announce(&mut self, now: Time, from: NodeId, message: P::Message, picks: &[u32]) {
        let (kind, number) = (message.kind(), picks.len() as u64);
        self.tally.sent[kind] += number;
        if P::SIZES_DIFFER {
            self.tally.payload[kind] += self.world.protocol.size(&message) * number;
        }
        let mut recipients = std::mem::take(&mut self.memory.announcements.recipients);
        memory::or_unwind(memory::reserve(&mut recipients, picks.len()));
        let (before, mut end) = (recipients.len(), recipients.len());
        self.world.graph.neighbors_at(from, picks, &mut recipients);
        let shared = if self.world.network.is_instant() { None } else { self.memory.mail.share(from, &message) };
        for place in before..recipients.len() {
            let (to, network) = (recipients[place], self.world.network);
            let delivery = network.transmit_unimpaired(network.transport, Leg { from, to, sent: now, number: 0 });
            if delivery == Delivery::at(now) && self.live.is_up(to) {
                recipients[end] = to;
                end += 1;
            } else if let Some(at) = delivery.arrival().filter(|at| *at > now)
                && let Some(copy) = shared.and_then(|shared| self.memory.mail.copy(shared, to))
            {
                self.memory.queue.add(at, copy);
            } else {
                self.miss(now, Envelope { from, to, leg: 0, message: message.clone() }, delivery);
            }
        }
        if let Some(shared) = shared {
            // In memory it is once.
            memory::or_unwind(self.meter.count(self.world.protocol.weight(&message)));
            self.memory.mail.end_copies(shared);
        }
        recipients.truncate(end);
        self.tally.delivered[kind] += (end - before) as u64;
        let all = &mut self.memory.announcements;
        if end > before {
            all.messages.push((from, message, recipients.len()));
        }
        all.recipients = recipients;
    }

    /// A copy of an announcement reaches its recipient, and nothing is left to be said at this instant: it is learned at once,
    /// if it can be.
    #[inline(always)]
    pub(super) fn receive_copy(&mut self, now: Time, slip: SlipOf<P>) -> bool {
        let to = P::Mail::about(&slip);
        if self.live.has_blocked() || !self.live.is_up(to) {
            return false;
        }
        if let Item::Message(Envelope { from, message, .. }) = self.memory.mail.open(slip) {
            count(&mut self.tally.delivered[message.kind()], true);
            self.learn_announced(now, [from, to], &message);
        }
        true
    }

    /// An announcement does not reach one of its recipients now.
    #[cold]
    fn miss(&mut self, now: Time, envelope: Envelope<P::Message>, delivery: Delivery) {
        if delivery == Delivery::at(now) {
            self.drop_message(now, envelope);
        } else {
            self.put_away(envelope, delivery);
        }
    }

    /// Everybody who was reached learns what was announced.
    pub(super) fn learn_announcements(&mut self, now: Time) {
        let mut all = std::mem::take(&mut self.memory.announcements);
        let mut first = 0;
        for (from, message, end) in all.messages.drain(..) {
            for soon in all.recipients[first..end].chunks(AHEAD) {
                if self.reads_ahead {
                    soon.iter().for_each(|&to| touch_for::<P>(&self.memory.states, to, Some(from)));
                }
                for &to in soon {
                    self.learn_announced(now, [from, to], &message);
                }
            }
            first = end;
        }
        all.clear();
        self.memory.announcements = all;
    }

    #[inline(always)]
    fn learn_announced(&mut self, now: Time, [from, to]: [NodeId; 2], message: &P::Message) {
        let cause = Cause::Message { from, leg: self.drawn_leg(now, Drawn::Learning, [from, to], 0) };
        self.act(now, to, cause, |protocol, state, context| protocol.learn_announcement(state, from, message, context));
        self.dispatch(now, to, cause, Step::Next);
    }
}
