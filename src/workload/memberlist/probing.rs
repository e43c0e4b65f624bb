//! How members of memberlist probe each other, and how slow they take themselves for (`state.go`: `probeNode`; `net.go`:
//! `handleIndirectPing`).

use super::member::{Member, Probe, Relay, Stage, long_dead};
use super::message::{Content, Message};
use super::protocol::{Memberlist, Timer};
use crate::engine::Context;
use crate::units::NodeId;
use crate::workload::members::{News, TargetOrder, Update};

impl Memberlist {
    /// Whether no probe is under way: what became of one whose time is over is found out.
    pub(super) fn is_free(&self, member: &mut Member, context: &mut Context<'_, Self>) -> bool {
        if member.probe.waits_for.is_none() {
            return true;
        }
        if member.probe.stalled || context.now < member.probe.deadline {
            return false;
        }
        self.end(member, context);
        true
    }

    /// What has become of a probe whose time is over.
    pub(super) fn end(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        if member.probe.reached {
            context.counts.reached += 1;
            self.succeed(member);
        } else {
            self.fail(member, context);
        }
    }

    /// The next member is pinged; one that is suspected is told so by the way.
    pub(super) fn probe(&self, member: &mut Member, late: bool, context: &mut Context<'_, Self>) {
        let (now, dead) = (context.now, self.settings.gossip_to_the_dead);
        let Member { view, targets, deaths, probe, stall, .. } = member;
        stall.probe_is_due = false;
        let alive = |other: NodeId| !view[other.index()].is_gone();
        let listed = |other| !long_dead(deaths, other, now, dead);
        let draw = context.draws();
        let number = probe.number.wrapping_add(1);
        *probe = Probe { number, late, ..Probe::default() };
        let Some(target) = targets.next(TargetOrder::RoundRobin, alive, listed, draw) else { return };
        let held = view[target.index()];
        probe.waits_for = Some((target, held));
        let interval = self.period * (u64::from(member.score) + 1);
        probe.deadline = now + interval;
        context.counts.probes += 1;
        let ping = Content::Ping { probe: number, origin: context.node };
        if self.settings.buddy && held.is_suspect() {
            let news = vec![Update { about: target, from: context.node, belief: held }];
            context.counts.updates += 1;
            context.send(target, Message { content: ping, news });
        } else {
            self.send(member, target, ping, context);
        }
        if late {
            context.set_timer(interval, Timer::Late(number));
        }
        if !self.stall_probe(member, context) {
            context.set_timer(self.settings.probe_timeout, Timer::Unanswered(number));
        }
    }

    /// The direct ping was not answered: others are to try, if that is still so.
    pub(super) fn ask_for_help(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        let Some((target, _)) = member.probe.waits_for else { return };
        context.counts.indirect += 1;
        member.probe.stage = Stage::Indirect;
        let (view, number, nack) = (&member.view, member.probe.number, self.settings.local_health_probe);
        let helps = |other: NodeId| other != target && view[other.index()].is_alive();
        let count = self.settings.indirect_checks as usize;
        let helpers = member.targets.sample(count, helps, context.draws());
        member.probe.asked = if nack { helpers.len() as u32 } else { 0 };
        for helper in helpers.iter() {
            self.send(member, helper, Content::Request { probe: number, target, nack }, context);
        }
        // By TCP there is a deadline, which may have passed while the member was blocked.
        if self.settings.tcp_fallback && context.now < member.probe.deadline {
            let content = Content::StreamPing { probe: number };
            context.send(target, Message { content, news: News::default() });
        }
        if !helpers.is_empty() {
            self.stall_probe(member, context);
        }
    }

    /// A member pings `target` for `origin`.
    pub(super) fn ping_for(
        &self,
        member: &mut Member,
        origin: NodeId,
        probe: u32,
        target: NodeId,
        nack: bool,
        context: &mut Context<'_, Self>,
    ) {
        member.relays.push(Relay { origin, probe });
        self.send(member, target, Content::Ping { probe, origin }, context);
        context.set_timer(self.settings.probe_timeout, Timer::Relay { origin, probe, nack });
    }

    /// The answer to a ping for `origin` is passed on, if it has come in time.
    pub(super) fn pass_on(&self, member: &mut Member, origin: NodeId, probe: u32, context: &mut Context<'_, Self>) {
        if take_relay(member, origin, probe) {
            self.send(member, origin, Content::Ack { probe, origin }, context);
        }
    }

    /// A ping for `origin` is not waited for any longer, which is told where that is asked for.
    pub(super) fn give_up(
        &self,
        member: &mut Member,
        origin: NodeId,
        probe: u32,
        nack: bool,
        context: &mut Context<'_, Self>,
    ) {
        if take_relay(member, origin, probe) && nack {
            self.send(member, origin, Content::Nack { probe }, context);
        }
    }

    /// The probe with this number is answered.
    pub(super) fn answered(&self, member: &mut Member, probe: u32, context: &mut Context<'_, Self>) {
        if member.probe.number == probe && member.probe.waits_for.is_some() {
            self.succeed(member);
            self.catch_up(member, context);
        }
    }

    fn succeed(&self, member: &mut Member) {
        member.probe.waits_for = None;
        self.adjust_score(member, -1);
    }

    /// Nobody has answered in time. The member takes itself for slower by the number of helpers who have not even said that
    /// they got no answer, either; where none was to, by one.
    fn fail(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        let Some((target, held)) = member.probe.waits_for.take() else { return };
        context.counts.failed += 1;
        let Probe { asked, nacks, .. } = member.probe;
        let missing = if asked > 0 { asked.saturating_sub(nacks) } else { 1 };
        self.adjust_score(member, missing as i32);
        context.counts.suspicions += u64::from(member.belief(target) == held && held.is_alive());
        let update = Update { about: target, from: context.node, belief: held.suspected() };
        self.hear_suspect(member, update, context);
    }

    /// The awareness score of a member changes by so much, where it has one.
    pub(super) fn adjust_score(&self, member: &mut Member, by: i32) {
        if self.settings.local_health_probe {
            member.adjust_score(by, self.settings.awareness_max_multiplier);
        }
    }
}

/// Whether a member waits for the answer to a ping for `origin`; it does no longer.
fn take_relay(member: &mut Member, origin: NodeId, probe: u32) -> bool {
    let place = member.relays.iter().position(|relay| *relay == Relay { origin, probe });
    place.map(|place| member.relays.swap_remove(place)).is_some()
}
