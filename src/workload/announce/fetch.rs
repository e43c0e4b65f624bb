//! How a node fetches what was announced to it, and gives others what it announced.

use super::message::{Body, Message};
use super::node::{Held, Node, Pending, Stage};
use super::protocol::{Announce, Timer};
use crate::engine::Context;
use crate::units::NodeId;

impl Announce {
    /// `from` has a message: a node that lacks it waits whether it comes, and remembers whom to ask.
    pub(super) fn announced(&self, node: &mut Node, from: NodeId, message: u32, context: &mut Context<'_, Self>) {
        if node.has_delivered(message) {
            return node.unqueue(from, message);
        }
        if let Some(pending) = node.pending_mut(message) {
            if pending.note_known(from)
                && let Stage::Announced { announcers, .. } = &mut pending.stage
            {
                announcers.push(from);
            }
            return;
        }
        let timer = node.next_timer();
        let stage = Stage::Announced { announcers: vec![from], asked: None, timer };
        node.begin(Pending { message, known: vec![from], stage });
        if self.settings.arrive_timeout.is_zero() {
            self.ask(node, message, context);
        } else {
            context.set_timer(self.settings.arrive_timeout, Timer::Due { message, timer });
        }
    }

    /// A message has not come before a timer, and if that is the one until which the node waits, another is asked.
    pub(super) fn not_come(&self, node: &mut Node, message: u32, number: u32, context: &mut Context<'_, Self>) {
        self.ask_another(node, message, |_, timer| timer == number, context);
    }

    /// `peer`, which was asked for a message, is down: another is asked at once.
    pub(super) fn refused_by(&self, node: &mut Node, peer: NodeId, message: u32, context: &mut Context<'_, Self>) {
        self.ask_another(node, message, |asked, _| asked == Some(peer), context);
    }

    /// Asks another for a message that has not come, if who was asked, and until when, is as it should be.
    fn ask_another(
        &self,
        node: &mut Node,
        message: u32,
        holds: impl Fn(Option<NodeId>, u32) -> bool,
        context: &mut Context<'_, Self>,
    ) {
        if let Some(Pending { stage: Stage::Announced { asked, timer, .. }, .. }) = node.pending(message)
            && holds(*asked, *timer)
        {
            context.counts.unanswered += u64::from(asked.is_some());
            self.ask(node, message, context);
        }
    }

    /// Asks one of those who announced a message, drawn among them; with nobody left the node forgets it, until it is announced again.
    fn ask(&self, node: &mut Node, message: u32, context: &mut Context<'_, Self>) {
        let next = node.next_timer();
        let Some(mut pending) = node.finish(message) else { return };
        let Stage::Announced { announcers, asked, timer } = &mut pending.stage else { return node.begin(pending) };
        announcers.retain(|&peer| Self::is_there(node, peer, context));
        if announcers.is_empty() {
            context.counts.given_up += 1;
            return;
        }
        let peer = announcers.swap_remove(context.below(announcers.len() as u32, message) as usize);
        (*asked, *timer) = (Some(peer), next);
        node.begin(pending);
        context.send(peer, Message::Request(message));
        context.set_timer(self.settings.fetch_timeout, Timer::Due { message, timer: next });
    }

    /// Somebody else asks for a message.
    pub(super) fn answer_request(node: &Node, from: NodeId, message: u32, context: &mut Context<'_, Self>) {
        if let Some(Held { author, hops, .. }) = node.held(message) {
            context.counts.deliveries.answers += 1;
            let hops = hops.saturating_add(1);
            context.send(from, Message::Body(Body { message, author, hops, asked_for: true }));
        }
    }
}
