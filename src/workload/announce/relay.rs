//! How messages go from node to node: published, received, validated, and passed on whole or by announcements.

use super::direct::Direct;
use super::message::{Body, Message};
use super::node::{Batch, Held, Node, Pending, Stage};
use super::protocol::{Announce, Publication, Received, Timer, Use};
use crate::engine::Context;
use crate::random::fraction;
use crate::time::Span;
use crate::units::NodeId;
use crate::workload::broadcast::Delivery;

impl Announce {
    /// A client publishes a message at a node.
    pub(super) fn publish(&self, node: &mut Node, publication: Publication, context: &mut Context<'_, Self>) {
        let message = publication.message;
        let due = context.counts.nodes - 1;
        context.counts.deliveries.publish(message, 0, due, context.now);
        context.counts.deliveries.see();
        context.report(Received { message, hops: 0 });
        node.seen.insert(message as usize);
        self.pass_on(node, Held { message, author: context.node, hops: 0 }, &[], context);
    }

    /// A copy of a message comes.
    pub(super) fn receive(&self, node: &mut Node, from: NodeId, body: Body, context: &mut Context<'_, Self>) {
        let message = body.message;
        Self::note_known(node, from, message);
        if node.has_seen(message) {
            context.counts.deliveries.duplicates += 1;
            return;
        }
        node.seen.insert(message as usize);
        context.counts.deliveries.see();
        match node.pending_mut(message) {
            Some(pending) => pending.stage = Stage::Validating(body),
            None => node.begin(Pending { message, known: vec![from], stage: Stage::Validating(body) }),
        }
        if self.settings.validation.is_zero() {
            self.validated(node, message, context);
        } else {
            context.set_timer(self.settings.validation, Timer::Validated(message));
        }
    }

    /// `peer` has `message`, which it need not be told of any more.
    pub(super) fn note_known(node: &mut Node, peer: NodeId, message: u32) {
        match node.pending_mut(message) {
            Some(pending) => _ = pending.note_known(peer),
            None => node.unqueue(peer, message),
        }
    }

    /// A node delivers a message that is valid, and passes it on.
    pub(super) fn validated(&self, node: &mut Node, message: u32, context: &mut Context<'_, Self>) {
        let Some(Pending { mut known, stage: Stage::Validating(body), .. }) = node.finish(message) else { return };
        known.sort_unstable();
        let Body { author, hops, asked_for, .. } = body;
        let (first, deadline) = (node.first, self.settings.deadline);
        let delivery = Delivery { message, hops, fetched: asked_for, first, deadline };
        context.counts.deliveries.deliver(delivery, context.now);
        context.report(Received { message, hops });
        self.pass_on(node, Held { message, author, hops }, &known, context);
    }

    /// Sends a message to some peers, and announces it to the others; in both cases only if they are not known, in ascending order, to
    /// have it.
    fn pass_on(&self, node: &mut Node, held: Held, known: &[NodeId], context: &mut Context<'_, Self>) {
        node.hold(held);
        let Held { message, author, hops } = held;
        let neighbors = (0..context.degree()).map(|index| context.neighbor(index));
        let there: Vec<NodeId> = neighbors.filter(|&peer| Self::is_there(node, peer, context)).collect();
        let last = self.last_direct(&there, known, held, context.node);
        let body = Message::Body(Body { message, author, hops: hops.saturating_add(1), asked_for: false });
        let announcement = Message::Announcement([message].into());
        for peer in there.into_iter().filter(|peer| known.binary_search(peer).is_err()) {
            if last.is_some_and(|last| self.rank(context.node, peer, held) <= last) {
                context.send(peer, body.clone());
            } else if self.settings.trickle.is_zero() {
                context.send(peer, announcement.clone());
            } else {
                self.queue(node, peer, message, context);
            }
        }
    }

    /// The rank of the last peer that gets bodies, if any does.
    fn last_direct(&self, there: &[NodeId], known: &[NodeId], held: Held, node: NodeId) -> Option<(u64, NodeId)> {
        let direct = self.settings.direct_of(self.published_size(held.message));
        if direct == Direct::Count(0) {
            return None;
        }
        let lacking_only = direct == Direct::SqrtLacking;
        let among = there.iter().filter(|peer| !lacking_only || known.binary_search(peer).is_err());
        let mut ranks: Vec<(u64, NodeId)> = among.map(|&peer| self.rank(node, peer, held)).collect();
        let count = direct.of(ranks.len());
        (count > 0).then(|| *ranks.select_nth_unstable(count - 1).1)
    }

    /// By what it is decided who gets bodies: a keyed hash of the node, the peer, and the author; or the message, where the choice is
    /// among those who lack it.
    fn rank(&self, node: NodeId, peer: NodeId, held: Held) -> (u64, NodeId) {
        let pair = pair(node, peer);
        let hash = match self.settings.direct {
            Direct::SqrtLacking => self.draws.at(pair, held.message.into(), Use::Message as u64),
            _ => self.draws.at(pair, held.author.into(), Use::Author as u64),
        };
        (hash, peer)
    }

    /// Whether a node that is at `context` can send to `peer`, as far as it knows.
    pub(super) fn is_there(node: &Node, peer: NodeId, context: &Context<'_, Self>) -> bool {
        !node.gone.has(peer) && !context.knows_dead(peer)
    }

    /// A message is announced to `peer` with the next batch. What is left of an exponential gap is as long as a new one.
    fn queue(&self, node: &mut Node, peer: NodeId, message: u32, context: &mut Context<'_, Self>) {
        if let Some(batch) = node.batches.iter_mut().find(|batch| batch.peer == peer) {
            batch.messages.push(message);
            return;
        }
        let timer = node.next_timer();
        node.batches.push(Batch { peer, messages: vec![message], timer });
        let drawn = self.draws.at(pair(context.node, peer), message.into(), Use::Trickle as u64);
        let nanos = -libm::log(fraction(drawn)) * self.settings.trickle.nanos() as f64;
        context.set_timer(Span::from_nanos_f64(nanos), Timer::Trickle(timer));
    }

    /// A batch of announcements goes.
    pub(super) fn send_batch(node: &mut Node, timer: u32, context: &mut Context<'_, Self>) {
        let Some(place) = node.batches.iter().position(|batch| batch.timer == timer) else { return };
        let Batch { peer, messages, .. } = node.batches.swap_remove(place);
        if !messages.is_empty() {
            context.send(peer, Message::Announcement(messages.into()));
        }
    }
}

/// A node and a peer in one word of an address.
fn pair(node: NodeId, peer: NodeId) -> u64 {
    u64::from(node) << 32 | u64::from(peer)
}
