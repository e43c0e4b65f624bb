//! What a node says in its turn to many who only listen: those whom it reaches at once share it, and nothing is put away
//! for each of them.

use super::liveness::Liveness;
use super::mail::{Envelope, Message};
use super::prefetch::touch_for;
use super::protocol::Protocol;
use super::run_state::RunState;
use super::states::AHEAD;
use super::world::World;
use crate::memory;
use crate::network::{Delivery, Leg};
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

/// What was announced at the instant under way.
#[derive(Debug)]
pub(super) struct Announcements<M> {
    /// Who says what, and where its recipients end among all.
    messages: Vec<(NodeId, M, usize)>,
    recipients: Vec<NodeId>,
}

impl<M> Default for Announcements<M> {
    fn default() -> Self {
        Announcements { messages: Vec::new(), recipients: Vec::new() }
    }
}

impl<M> Announcements<M> {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.messages.clear();
        self.recipients.clear();
    }
}

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
        let before = recipients.len();
        for &pick in picks {
            let World { graph, network, .. } = self.world;
            let to = graph.neighbor(from, pick);
            let delivery = network.transmit_unimpaired(network.transport, Leg { from, to, sent: now, number: 0 });
            if delivery == Delivery::at(now) && self.live.is_up(to) {
                recipients.push(to);
            } else {
                self.miss(now, Envelope { from, to, leg: 0, message: message.clone() }, delivery);
            }
        }
        let reached = recipients.len() - before;
        self.tally.delivered[kind] += reached as u64;
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
                    self.learn_one(now, Envelope { from, to, leg: 0, message: message.clone() });
                }
            }
            first = end;
        }
        all.clear();
        self.memory.announcements = all;
    }
}
