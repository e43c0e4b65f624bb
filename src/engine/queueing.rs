//! Messages go through the queues of their ends, where nodes have only so much bandwidth or packets only so much room.

use super::agenda::Change;
use super::liveness::Liveness;
use super::mail::{Envelope, Item, Mail, Message};
use super::protocol::Protocol;
use super::queues::{Handed, Parcel};
use super::run_state::RunState;
use super::send::count;
use super::waiting::Drawn;
use super::world::World;
use crate::network::{Delivery, Leg, Sizes, Transport, WireSize};
use crate::queue::EventList;
use crate::time::{Span, Time};
use crate::topology::Graph;
use crate::units::NodeId;

/// So many messages are received ahead of time at once, at most: few enough that what was read for them is still in the cache
/// when they are delivered.
const AHEAD: usize = 1024;

/// What a message comes to on the wire.
fn wire_size<P: Protocol>(protocol: &P, message: &P::Message, sizes: Sizes) -> WireSize {
    sizes.on_wire(match P::SIZES_DIFFER {
        true => protocol.size(message),
        false if protocol.carries(message) => sizes.update,
        false => 0,
    })
}

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// When a message in a queue, or between two, is looked at next.
    pub(super) fn next_in_queues(&self) -> Time {
        self.carrier.as_ref().map_or(Time::NEVER, |carrier| carrier.next())
    }

    /// What becomes of a message that is sent where not its address alone tells.
    #[cold]
    #[inline(never)]
    pub(super) fn transmit_otherwise(&mut self, now: Time, envelope: &Envelope<P::Message>) -> Delivery {
        let (leg, transport) = self.address(now, Drawn::Delivery, envelope);
        let World { network, protocol, .. } = self.world;
        let Some(carrier) = &mut self.carrier else { return network.transmit_by(transport, leg) };
        let message = &envelope.message;
        let size = wire_size(protocol, message, carrier.queues.shaping().sizes);
        self.tally.further_packets = self.tally.further_packets.saturating_add(size.packets - 1);
        // Kinds are ten at most.
        let Leg { from, to, .. } = leg;
        let (kind, may_drop) = (message.kind() as u8, transport == Transport::Udp);
        let parcel = Parcel { from, to, kind, bytes: size.bytes, may_drop };
        let Some(left) = carrier.queues.hand_over(now, &parcel) else { return Delivery::OVERFLOWED };
        let delivery = network.transmit_packets(transport, Leg { sent: left, ..leg }, size.packets);
        let before = carrier.queues.pairs();
        let delivery = carrier.queues.send(now, parcel, left, delivery, self.live.is_up(to));
        let pairs = carrier.queues.pairs();
        if pairs > before {
            self.count_pairs(before, pairs);
        }
        delivery
    }

    /// What becomes of a copy of the message that was handed over last, if the network makes one.
    pub(super) fn copy_in_queues(
        &mut self,
        now: Time,
        envelope: &Envelope<P::Message>,
        leg: Leg,
        transport: Transport,
    ) -> Option<Delivery> {
        let World { network, protocol, .. } = self.world;
        let carrier = self.carrier.as_mut()?;
        let packets = wire_size(protocol, &envelope.message, carrier.queues.shaping().sizes).packets;
        let handed = carrier.queues.take_handed()?;
        let leg = Leg { sent: handed.left, ..leg };
        let delivery = network.copy_packets(transport, leg, handed.delivery, packets)?;
        Some(carrier.queues.set_out(now, Handed { delivery, ..handed }, self.live.is_up(leg.to)))
    }

    /// A turn opens a conversation through the queues.
    #[inline(never)]
    pub(super) fn open_through_queues(&mut self, now: Time, envelope: Envelope<P::Message>) {
        if !L::ALWAYS && self.live.blocked_until(envelope.from).is_some() {
            return self.hold_departure(envelope);
        }
        let delivery = self.transmit(now, &envelope);
        self.open_with(now, envelope, delivery);
    }

    /// Puts a message away that does not simply arrive.
    #[cold]
    #[inline(never)]
    pub(super) fn put_away_otherwise(&mut self, envelope: Envelope<P::Message>, delivery: Delivery) {
        let kind = envelope.message.kind();
        let tally = &mut self.tally;
        let kept = match delivery {
            Delivery::QUEUED => {
                let slip = self.memory.mail.seal(envelope);
                if let Some(carrier) = &mut self.carrier {
                    carrier.put_away(slip);
                }
                return;
            }
            Delivery::CUT => &mut tally.cut,
            Delivery::CORRUPTED => &mut tally.corrupted,
            Delivery::OVERFLOWED => &mut tally.overflowed,
            _ => &mut tally.lost,
        };
        count(&mut kept[kind], true);
    }

    /// All that comes of messages in the queues and between them at `now`; whether any of them is gone.
    #[cold]
    #[inline(never)]
    pub(super) fn go_on_in_queues(&mut self, now: Time) -> bool {
        // Back when it is done: nothing here sends.
        let Some(mut carrier) = self.carrier.take() else { return false };
        let mut gone = false;
        let pairs = carrier.queues.pairs();
        while let Some((transit, slip)) = carrier.take(now) {
            let up = self.live.is_up(P::Mail::about(&slip));
            let delivery = carrier.queues.go_on(now, transit, up);
            if delivery == Delivery::QUEUED {
                carrier.put_away(slip);
                continue;
            }
            if self.follows {
                self.observer.got_through(Some(transit.number), now, delivery, carrier.queues.waited);
            }
            if let Some(at) = delivery.arrival() {
                self.memory.queue.add(at, slip);
            } else if let Item::Message(envelope) = self.memory.mail.open(slip) {
                gone = true;
                match delivery {
                    Delivery::DROPPED => self.drop_message(now, envelope),
                    delivery => self.put_away_otherwise(envelope, delivery),
                }
            }
        }
        self.count_pairs(pairs, carrier.queues.pairs());
        self.carrier = Some(carrier);
        gone
    }

    /// How long after it is sent a message comes to the queue of its recipient at the earliest, where messages can be received
    /// ahead of time: all that comes before then is on its way already.
    pub(super) fn lookahead(&self) -> Option<Span> {
        let carrier = self.carrier.as_ref()?;
        let least = self.world.network.latency.least();
        (!self.follows && !least.is_zero() && carrier.queues.can_receive_ahead()).then_some(least)
    }

    /// Lets recipients receive what comes to them before `until`, or the first part of it, up to what is dropped; the instant
    /// before which everything has been received.
    #[inline(never)]
    pub(super) fn receive_ahead(&mut self, until: Time) -> Time {
        let Some(carrier) = &mut self.carrier else { return until };
        carrier.queues.begin_ahead();
        for _ in 0..AHEAD {
            let at = carrier.next();
            if at >= until {
                return until;
            }
            let Some((transit, slip)) = carrier.take(at) else { return until };
            let Some(delivery) = carrier.queues.receive_ahead(at, transit) else {
                carrier.hold(at, transit, slip);
                return at;
            };
            if let Some(delivered) = delivery.arrival() {
                self.memory.queue.add(delivered, slip);
            }
        }
        carrier.next().min(until)
    }

    /// When the last message was received ahead of time.
    pub(super) fn last_in_queues(&self) -> Time {
        self.carrier.as_ref().map_or(Time::ZERO, |carrier| carrier.queues.last_ahead)
    }

    /// The run ends at `end`: what was received ahead of its time is not.
    pub(super) fn close_queues(&mut self, end: Time) {
        if let Some(carrier) = &mut self.carrier {
            carrier.queues.take_back(end);
        }
    }

    /// `node` is down: a crash takes with it what is in its queues.
    pub(super) fn empty_queues(&mut self, node: NodeId, change: Change) {
        if change == Change::Down
            && let Some(carrier) = &mut self.carrier
        {
            carrier.queues.crash(node);
        }
    }
}
