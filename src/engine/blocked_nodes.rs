//! Nodes that are blocked for a while, as stalled processes are: what they send and what reaches them waits for their
//! release (Dadgar, Phillips and Currey 2018, "Lifeguard: Local Health Awareness for More Accurate Failure Detection",
//! section on the evaluation: a process that blocks before every send and after every receive).
//!
//! A message that waits to be sent is counted, and meets its loss and its latency, when it is sent. One that has reached
//! its recipient and waits is in flight. A node reads all that waits at its release, or one message after the other.

use super::agenda::{Agenda, Change};
use super::liveness::Liveness;
use super::mail::{Envelope, Mail};
use super::protocol::Protocol;
use super::run_state::RunState;
use super::waiting::{Drawn, Reader, Waiting};
use crate::queue::EventList;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// The leg that the draws about a message are made for.
    #[inline(always)]
    pub(super) fn drawn_leg(&mut self, now: Time, drawn: Drawn, path: [NodeId; 2], leg: u64) -> u64 {
        if L::ALWAYS || !self.repeats {
            return leg;
        }
        self.blocked.leg(now, drawn, path, leg)
    }

    /// Keeps a message that a blocked node sends until its release.
    #[cold]
    pub(super) fn hold_departure(&mut self, envelope: Envelope<P::Message>) {
        self.blocked.wait(envelope.from, Waiting::Departure(envelope));
    }

    /// A message reaches a node: it is kept while that is blocked, or still reads what waited before.
    #[inline(never)]
    pub(super) fn take_in(&mut self, now: Time, envelope: Envelope<P::Message>) -> Option<Envelope<P::Message>> {
        let (node, blocked) = (envelope.to, self.live.blocked_until(envelope.to).is_some());
        let read = match self.blocked.reader(node) {
            Some(reader) => reader.take_in(envelope, blocked),
            None => Some(envelope),
        };
        let envelope = read?;
        if blocked {
            self.blocked.wait(node, Waiting::Arrival(envelope));
            return None;
        }
        self.read_next(now, node);
        Some(envelope)
    }

    /// `node`, which is not blocked, begins to read the next message that waits, if it is not reading one.
    fn read_next(&mut self, now: Time, node: NodeId) {
        if let Some((after, envelope)) = self.blocked.reader(node).and_then(Reader::begin) {
            let slip = self.memory.mail.seal(envelope);
            self.memory.queue.add(now + after, slip);
        }
    }

    /// Keeps the news of a message that reached nobody until the release of its sender.
    #[cold]
    pub(super) fn hold_bounce(&mut self, life: u32, envelope: Envelope<P::Message>) {
        self.blocked.wait(envelope.from, Waiting::Bounce(life, envelope));
    }

    /// The protocol is told which nodes are to be blocked some time.
    pub(super) fn announce_blocks(&mut self, agenda: &Agenda<'_, P::Input>) {
        for &(node, reading) in agenda.blocks() {
            self.blocked.read_in(node, reading);
            self.world.protocol.population(Time::ZERO, node, Change::ToBeBlocked, &mut self.counts);
        }
    }

    /// Blocks `node` until some time, if it is up; whether that changed anything.
    pub(super) fn block(&mut self, now: Time, node: NodeId, until: Time) -> bool {
        let blocked = until > now && self.live.is_up(node) && self.live.block(node, until);
        self.repeats |= blocked;
        blocked
    }

    /// What waits at `node` goes on, in the order in which it came.
    pub(super) fn release(&mut self, now: Time, node: NodeId) {
        self.live.release(node);
        for waiting in self.blocked.take(node) {
            match waiting {
                Waiting::Departure(envelope) => {
                    let delivery = self.transmit(now, &envelope);
                    if let Some(envelope) = self.send(now, envelope, delivery) {
                        self.arrive(now, envelope);
                    }
                }
                Waiting::Arrival(envelope) => match self.blocked.reader(node) {
                    Some(reader) => reader.add(envelope),
                    None => self.arrive(now, envelope),
                },
                Waiting::Bounce(life, envelope) => {
                    let slip = self.memory.mail.seal_bounce(life, envelope);
                    slip.into_iter().for_each(|slip| self.memory.queue.add(now, slip));
                }
            }
        }
        self.read_next(now, node);
    }

    /// The message is in the future-event list for this very instant, after the turns and timers of it.
    fn arrive(&mut self, now: Time, envelope: Envelope<P::Message>) {
        let slip = self.memory.mail.seal(envelope);
        self.memory.queue.add(now, slip);
    }

    /// `node` is down, which ends what waits at it: what it was about to send is never sent.
    pub(super) fn forget_waiting(&mut self, now: Time, node: NodeId) {
        let unread = self.blocked.reader(node).map(Reader::forget).unwrap_or_default();
        unread.into_iter().for_each(|envelope| self.drop_message(now, envelope));
        for waiting in self.blocked.take(node) {
            if let Waiting::Arrival(envelope) = waiting {
                self.drop_message(now, envelope);
            }
        }
    }
}
