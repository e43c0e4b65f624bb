//! How messages go from node to node: published, received, validated, passed on, and asked for.

use super::history::Cached;
use super::links::{Links, Membership};
use super::message::{Message, Payload};
use super::node::{Node, Validating};
use super::protocol::{Mesh, Received, Timer};
use super::publications::Publication;
use crate::engine::Context;
use crate::units::NodeId;
use crate::workload::broadcast::{Delivery, choose};

impl Mesh {
    /// A client publishes a message at a node, which sends it along its mesh or its fanout, or to all.
    pub(super) fn publish(&self, node: &mut Node, publication: Publication, context: &mut Context<'_, Self>) {
        let Publication { message, topic } = publication;
        let author = context.node;
        let subscribes = node.mesh(topic).is_some();
        let due = context.counts.subscribers(topic) - u64::from(subscribes);
        context.counts.deliveries.publish(message, topic, due, context.now);
        context.counts.deliveries.see();
        context.report(Received { message, hops: 0 });
        node.seen.insert(message as usize);
        node.history.add(Cached { message, author, topic, hops: 0, beat: node.beat });
        let payload = Payload { message, author, topic, hops: 1, asked_for: false };
        if self.settings.flood_publish {
            for peer in self.candidates(node, topic, context) {
                context.send(peer, Message::Payload(payload));
            }
            return;
        }
        let place = self.outlet(node, topic, context);
        for &peer in &node.links[place].peers {
            context.send(peer, Message::Payload(payload));
        }
    }

    /// The links by which a node publishes in `topic`: its mesh, or a fanout, which lasts from now on.
    fn outlet(&self, node: &mut Node, topic: u16, context: &Context<'_, Self>) -> usize {
        let last = Membership::Fanout { last: context.now };
        if let Some(place) = node.links.iter().position(|links| links.topic == topic) {
            if !node.links[place].is_mesh() {
                node.links[place].membership = last;
            }
            return place;
        }
        let mut links = Links::new(topic, last);
        links.peers = self.candidates(node, topic, context);
        choose(&mut links.peers, self.settings.d as usize, context.draws());
        node.links.push(links);
        node.links.len() - 1
    }

    /// A copy of a message comes. Of the first one, all in the mesh may be told that no other is wanted.
    pub(super) fn receive(&self, node: &mut Node, from: NodeId, payload: Payload, context: &mut Context<'_, Self>) {
        let Payload { message, topic, .. } = payload;
        if node.has_seen(message) {
            context.counts.deliveries.duplicates += 1;
            if self.settings.skip_senders && node.validates(message) {
                node.note_unwanted(message, from, u32::MAX);
            }
            return;
        }
        let Some(mesh) = node.mesh(topic) else { return };
        if self.settings.says_idontwant(self.published_size(message)) {
            for &peer in mesh.peers.iter().filter(|&&peer| peer != from) {
                context.send(peer, Message::IDontWant(message));
            }
        }
        node.seen.insert(message as usize);
        context.counts.deliveries.see();
        let validating = Validating { payload, from };
        if self.settings.validation.is_zero() {
            self.deliver(node, validating, context);
        } else {
            node.validating.push(validating);
            context.set_timer(self.settings.validation, Timer::Validated(message));
        }
    }

    /// A node delivers a message that is valid, and passes it on along its mesh.
    pub(super) fn deliver(&self, node: &mut Node, validated: Validating, context: &mut Context<'_, Self>) {
        let Validating { payload, from } = validated;
        let Payload { message, author, topic, hops, asked_for } = payload;
        let (first, deadline) = (node.first, self.settings.deadline);
        context.counts.deliveries.deliver(Delivery { message, hops, fetched: asked_for, first, deadline }, context.now);
        context.report(Received { message, hops });
        node.history.add(Cached { message, author, topic, hops, beat: node.beat });
        let next = Payload { hops: hops.saturating_add(1), asked_for: false, ..payload };
        let skipped =
            |peer| peer == from || peer == author && self.settings.skip_author || node.is_unwanted(message, peer);
        let peers = node.mesh(topic).map_or(&[][..], |mesh| &mesh.peers);
        for &peer in peers.iter().filter(|&&peer| !skipped(peer)) {
            context.send(peer, Message::Payload(next));
        }
        node.forget_unwanted(message);
    }

    /// Somebody else has these messages: a node that lacks some asks for them.
    pub(super) fn ask(node: &Node, from: NodeId, topic: u16, messages: &[u32], context: &mut Context<'_, Self>) {
        if node.mesh(topic).is_none() {
            return;
        }
        let lacking: Vec<u32> = messages.iter().copied().filter(|&message| !node.has_seen(message)).collect();
        if !lacking.is_empty() {
            context.send(from, Message::IWant(lacking.into()));
        }
    }

    /// Somebody else asks for these messages.
    pub(super) fn answer_all(&self, node: &mut Node, from: NodeId, messages: &[u32], context: &mut Context<'_, Self>) {
        for &message in messages {
            let Some(cached) = node.history.answer(message, from, self.settings.retransmissions) else { continue };
            let Cached { author, topic, hops, .. } = cached;
            let hops = hops.saturating_add(1);
            context.counts.deliveries.answers += 1;
            context.send(from, Message::Payload(Payload { message, author, topic, hops, asked_for: true }));
        }
    }
}
