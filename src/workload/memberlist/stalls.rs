//! How a member of memberlist that is blocked stands still (Dadgar, Phillips and Currey 2018: blocked before every send and
//! after every receive). Its probes and its gossip are loops that wait where they send; each goes on at its release, and of the
//! ticks that have passed meanwhile its ticker has kept one (Go: a channel of capacity 1). Timers of suspicions go on.

use super::member::{Member, Stage};
use super::protocol::{Memberlist, Timer};
use super::timing;
use crate::engine::Context;
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::members::Few;

impl Memberlist {
    /// A probe has something to send: whether it waits for the release of its member.
    pub(super) fn stall_probe(&self, member: &mut Member, context: &mut Context<'_, Self>) -> bool {
        let Some(until) = context.counts.blocked_until(context.node) else { return false };
        member.probe.stalled = true;
        set_release(until, Timer::ProbeReleased, context);
        true
    }

    /// A probe goes on. If its time is over, others are still asked for help, but not waited for.
    pub(super) fn release_probe(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        if !member.probe.stalled || self.stall_probe(member, context) {
            return;
        }
        member.probe.stalled = false;
        let (now, deadline, stage) = (context.now, member.probe.deadline, member.probe.stage);
        if now >= deadline {
            if stage == Stage::Direct {
                self.ask_for_help(member, context);
            }
            self.end(member, context);
            self.catch_up(member, context);
        } else if stage == Stage::Direct {
            let timeout = self.settings.probe_timeout.min(timing::left(now, deadline));
            context.set_timer(timeout, Timer::Unanswered(member.probe.number));
        }
    }

    /// The time of a probe that began between two ticks is over.
    pub(super) fn end_late(&self, member: &mut Member, number: u32, context: &mut Context<'_, Self>) {
        if member.probe.number == number && member.probe.waits_for.is_some() && !member.probe.stalled {
            self.end(member, context);
            self.catch_up(member, context);
        }
    }

    /// A probe is over: the next one begins at once if the tick for it has passed.
    pub(super) fn catch_up(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        if member.stall.probe_is_due {
            self.probe(member, true, context);
        }
    }

    /// Gossip waits for the release of its member, at `until`, to go on with the `rest` of the peers.
    pub(super) fn stall_gossip(
        &self,
        member: &mut Member,
        rest: Few<NodeId, 4>,
        until: Time,
        context: &mut Context<'_, Self>,
    ) {
        member.stall.gossip_since = Some(context.now);
        member.stall.gossip_rest = rest;
        member.ticking = true;
        set_release(until, Timer::GossipReleased, context);
    }

    /// Gossip goes on.
    pub(super) fn release_gossip(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        let Some(since) = member.stall.gossip_since else { return };
        if let Some(until) = context.counts.blocked_until(context.node) {
            return set_release(until, Timer::GossipReleased, context);
        }
        member.stall.gossip_since = None;
        let rest = std::mem::take(&mut member.stall.gossip_rest);
        self.gossip_to(member, rest, context);
        member.ticking = false;
        if since + self.settings.gossip_interval <= context.now {
            self.gossip(member, context);
        } else {
            self.set_tick(member, context);
        }
    }
}

/// `timer` expires at the release, if there is one to come.
fn set_release(until: Time, timer: Timer, context: &mut Context<'_, Memberlist>) {
    if until < Time::NEVER {
        context.set_timer(timing::left(context.now, until), timer);
    }
}
