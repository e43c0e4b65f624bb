//! What a node does in a heartbeat: it keeps its meshes within their bounds, and tells others what it has.

use std::sync::Arc;

use super::links::{Links, Membership};
use super::message::Message;
use super::node::Node;
use super::protocol::Mesh;
use crate::engine::Context;
use crate::units::NodeId;
use crate::workload::broadcast::choose;

/// What is drawn in a heartbeat for each topic: a choice of many draws each.
#[derive(Clone, Copy)]
enum Choice {
    Grafts,
    Prunes,
    Listeners,
    Announced,
}

impl Choice {
    /// The slot of draw number `place` of a choice for the topic at this place in the list of a node.
    fn slot(self, topic: usize, place: u32) -> u32 {
        // Of more than so many nobody is chosen.
        ((topic as u32 * 4 + self as u32) << 16).wrapping_add(place)
    }
}

impl Mesh {
    /// A heartbeat of a node.
    pub(super) fn heartbeat(&self, node: &mut Node, context: &mut Context<'_, Self>) {
        let ttl = self.settings.fanout_ttl;
        node.links.retain(|links| match links.membership {
            Membership::Subscribed => true,
            Membership::Fanout { last } => last + ttl >= context.now,
        });
        for place in 0..node.links.len() {
            self.maintain(node, place, context);
        }
        let since = (node.beat + 1).saturating_sub(self.settings.history_gossip);
        if self.settings.history_gossip > 0 && !node.history.is_silent_since(since) {
            for place in 0..node.links.len() {
                self.announce(node, place, since, context);
            }
        }
        node.end_heartbeat(self.settings.history_length);
    }

    /// Links to nodes that are known to be down go, missing ones are grafted, and some pruned where there are too many.
    fn maintain(&self, node: &mut Node, place: usize, context: &mut Context<'_, Self>) {
        let before = node.links[place].degree();
        let mut links = std::mem::replace(&mut node.links[place], Links::new(0, Membership::Subscribed));
        links.forget_backoffs(context.now);
        links.peers.retain(|&peer| !context.knows_dead(peer));
        let (degree, d) = (links.degree(), self.settings.d as usize);
        let is_mesh = links.is_mesh();
        if degree < if is_mesh { self.settings.d_low as usize } else { d } {
            let mut others = self.candidates(node, links.topic, context);
            others.retain(|&peer| !links.has(peer) && !links.backs_off(peer, context.now));
            choose(&mut others, d - degree, draws(context, Choice::Grafts, place));
            for &peer in others.iter().filter(|_| is_mesh) {
                context.send(peer, Message::Graft { topic: links.topic });
            }
            links.peers.append(&mut others);
        } else if is_mesh && degree >= self.settings.d_high as usize + usize::from(!self.settings.prune_at_d_high) {
            let mut pruned = links.peers.clone();
            choose(&mut pruned, degree - d, draws(context, Choice::Prunes, place));
            for peer in pruned {
                links.remove(peer);
                self.back_off(&mut links, peer, context);
                context.send(peer, Message::Prune { topic: links.topic });
            }
        }
        if is_mesh && links.degree() != before {
            context.counts.mesh_changed(before, links.degree());
        }
        node.links[place] = links;
    }

    /// A node tells some others outside of its mesh what came after heartbeat `since`.
    fn announce(&self, node: &Node, place: usize, since: u32, context: &mut Context<'_, Self>) {
        let links = &node.links[place];
        let mut messages: Vec<u32> = node.history.since(since, links.topic).collect();
        if messages.is_empty() {
            return;
        }
        let mut others = self.candidates(node, links.topic, context);
        others.retain(|&peer| !links.has(peer));
        // At most all of them.
        let share = (self.settings.gossip_factor.value() * others.len() as f64) as usize;
        choose(&mut others, share.max(self.settings.d_lazy as usize), draws(context, Choice::Listeners, place));
        if others.is_empty() {
            return;
        }
        choose(&mut messages, self.settings.max_ihave_length as usize, draws(context, Choice::Announced, place));
        let messages: Arc<[u32]> = messages.into();
        for peer in others {
            context.send(peer, Message::IHave { topic: links.topic, messages: Arc::clone(&messages) });
        }
    }

    /// The link to `peer` is not to be grafted for a while.
    pub(super) fn back_off(&self, links: &mut Links, peer: NodeId, context: &Context<'_, Self>) {
        let backoff = self.settings.prune_backoff;
        if !backoff.is_zero() {
            links.back_off(peer, context.now + backoff);
        }
    }
}

/// The draws of a choice for the topic at this place.
fn draws(context: &Context<'_, Mesh>, choice: Choice, topic: usize) -> impl Fn(u32, u32) -> u32 {
    let draws = context.draws();
    move |bound, place| draws(bound, choice.slot(topic, place))
}
