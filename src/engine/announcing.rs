//! What a node says in its turn to many who only listen: those whom it reaches at once share it, and nothing is put away
//! for each of them.

use super::cause::Cause;
use super::liveness::Liveness;
use super::mail::{Envelope, Message};
use super::prefetch::touch_for;
use super::protocol::Protocol;
use super::run_state::RunState;
use super::send::Step;
use super::states::AHEAD;
use super::waiting::Drawn;
use super::world::World;
use crate::memory;
use crate::network::{Delivery, Leg};
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// Whether a message of a turn is an announcement that arrives at once where it arrives, and is no further business of
    /// anybody.
    pub(super) fn is_announced(&self, message: &P::Message) -> bool {
        let World { protocol, network, admission, .. } = &self.world;
        P::ANNOUNCES
            && protocol.is_announcement(message)
            && (self.plain && network.is_instant() && admission.is_none())
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
        for place in before..recipients.len() {
            let (to, network) = (recipients[place], self.world.network);
            let delivery = network.transmit_unimpaired(network.transport, Leg { from, to, sent: now, number: 0 });
            if delivery == Delivery::at(now) && self.live.is_up(to) {
                recipients[end] = to;
                end += 1;
            } else {
                self.miss(now, Envelope { from, to, leg: 0, message: message.clone() }, delivery);
            }
        }
        recipients.truncate(end);
        self.tally.delivered[kind] += (end - before) as u64;
        let all = &mut self.memory.announcements;
        all.messages.push((from, message, recipients.len()));
        all.recipients = recipients;
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
                    let cause = Cause::Message { from, leg: self.drawn_leg(now, Drawn::Learning, [from, to], 0) };
                    self.act(now, to, cause, |protocol, state, context| {
                        protocol.learn_announcement(state, from, &message, context);
                    });
                    self.dispatch(now, to, cause, Step::Next);
                }
            }
            first = end;
        }
        all.clear();
        self.memory.announcements = all;
    }
}
