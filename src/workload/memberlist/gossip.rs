//! How updates and whole states of memberlist get around (`state.go`: `gossip`, `pushPull`; `net.go`: `sendMsg`).

use super::member::{Leaving, Member, long_dead};
use super::message::{Content, Message};
use super::protocol::{Memberlist, Timer};
use crate::engine::Context;
use crate::time::Span;
use crate::units::NodeId;
use crate::workload::members::{Few, News, Update};

impl Memberlist {
    /// Sends `content`, and updates with it as far as they fit.
    pub(super) fn send(&self, member: &mut Member, to: NodeId, content: Content, context: &mut Context<'_, Self>) {
        let news = self.take_news(member, &content, context);
        context.send(to, Message { content, news });
    }

    /// Takes as many updates as fit into a packet with `content`.
    fn take_news(&self, member: &mut Member, content: &Content, context: &mut Context<'_, Self>) -> News {
        if member.broadcasts.is_empty() {
            return News::default();
        }
        let (limit, capacity) =
            (member.transmit_limit(self.settings.retransmit_mult), self.settings.udp_buffer.count());
        let mut taken = (0, 0);
        let news = member.broadcasts.take(limit, |update| self.sizes.fits(update, content, capacity, &mut taken));
        context.counts.updates += news.len() as u64;
        if member.leaving == Leaving::Telling && !member.broadcasts.holds(context.node) {
            self.have_told(member, context);
        }
        news
    }

    /// `update` is to be passed on.
    pub(super) fn broadcast(&self, member: &mut Member, update: Update, context: &mut Context<'_, Self>) {
        member.broadcasts.add(update);
        self.set_tick(member, context);
    }

    /// A member that has something to send on its own does so at the next tick of its own. Ticks at which it would have
    /// nothing to send are left out.
    pub(super) fn set_tick(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        if member.ticking || member.broadcasts.is_empty() || self.settings.gossip_nodes == 0 {
            return;
        }
        let interval = self.settings.gossip_interval.nanos();
        let since = (context.now.nanos() + interval - member.gossip_phase.nanos()) % interval;
        context.set_timer(Span::from_nanos(interval - since), Timer::Gossip);
        member.ticking = true;
    }

    /// Sends updates to some others, whether they are alive, suspected or have died a short while ago.
    pub(super) fn gossip(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        member.ticking = false;
        if !member.broadcasts.is_empty() {
            let (now, dead) = (context.now, self.settings.gossip_to_the_dead);
            let Member { view, targets, deaths, .. } = &*member;
            let hears = |other: NodeId| !view[other.index()].has_left() && !long_dead(deaths, other, now, dead);
            let count = self.settings.gossip_nodes as usize;
            let peers = targets.sample(count, hears, context.draws());
            self.gossip_to(member, peers, context);
        }
        self.set_tick(member, context);
    }

    /// Sends updates to `peers`, each as many as fit into a packet. Who is blocked waits to send the first one.
    pub(super) fn gossip_to(&self, member: &mut Member, peers: Few<NodeId, 4>, context: &mut Context<'_, Self>) {
        let mut peers = peers.iter();
        while let Some(peer) = peers.next() {
            let news = self.take_news(member, &Content::Gossip, context);
            if news.is_empty() {
                break;
            }
            context.send(peer, Message { content: Content::Gossip, news });
            if let Some(until) = context.counts.blocked_until(context.node) {
                let mut rest = Few::default();
                peers.for_each(|peer| rest.push(peer));
                return self.stall_gossip(member, rest, until, context);
            }
        }
    }

    /// Exchanges all that it knows with one member that it takes for alive.
    pub(super) fn push_pull(&self, member: &Member, context: &mut Context<'_, Self>) {
        let view = &member.view;
        let alive = |other: NodeId| view[other.index()].is_alive();
        let peer = member.targets.sample(1, alive, context.draws()).iter().next();
        peer.into_iter().for_each(|peer| self.send_state(member, peer, context));
    }

    /// Sends all that it knows, for `to` to do the same.
    pub(super) fn send_state(&self, member: &Member, to: NodeId, context: &mut Context<'_, Self>) {
        let content = Content::State { view: member.view.as_slice().into(), asks: true };
        context.send(to, Message { content, news: News::default() });
    }
}
