//! What members of memberlist make of what they hear about others, and about themselves (`state.go`: `aliveNode`,
//! `suspectNode`, `deadNode`, `mergeState`).

use super::member::{Leaving, Member};
use super::protocol::{Memberlist, PLACE, Timer};
use super::timing;
use crate::engine::Context;
use crate::time::Span;
use crate::units::NodeId;
use crate::workload::detection::Verdict;
use crate::workload::members::{Belief, Update};

impl Memberlist {
    /// A member hears an update.
    pub(super) fn hear(&self, member: &mut Member, update: Update, context: &mut Context<'_, Self>) {
        match update.belief {
            belief if belief.is_gone() => self.hear_dead(member, update, context),
            belief if belief.is_suspect() => self.hear_suspect(member, update, context),
            _ => self.hear_alive(member, update, context),
        }
    }

    /// A member takes in all that another knows. Whom that one takes for dead it suspects itself, for now.
    pub(super) fn merge(&self, member: &mut Member, view: &[Belief], context: &mut Context<'_, Self>) {
        for (about, &belief) in (0..).map(NodeId::new).zip(view) {
            if !belief.is_known() || belief == member.belief(about) {
                continue;
            }
            if belief.is_alive() {
                self.hear_alive(member, Update { about, from: about, belief }, context);
            } else if belief.has_left() {
                self.hear_dead(member, Update { about, from: about, belief }, context);
            } else {
                let belief = Belief::alive(belief.generation()).suspected();
                self.hear_suspect(member, Update { about, from: context.node, belief }, context);
            }
        }
    }

    fn hear_alive(&self, member: &mut Member, update: Update, context: &mut Context<'_, Self>) {
        let Update { about, belief, .. } = update;
        let held = member.belief(about);
        if belief.generation() <= held.generation() {
            return;
        }
        if about == context.node {
            // Who leaves has said so, and takes nothing back.
            if member.leaving == Leaving::No {
                self.refute(member, belief, context);
            }
            return;
        }
        member.suspicions.remove(about);
        self.broadcast(member, update, context);
        member.view[about.index()] = belief;
        member.targets.insert(about, |bound| context.below(bound, PLACE + about.number()));
        if held.is_gone() {
            member.deaths.remove(&about);
        }
        if held.is_faulty() {
            self.judge(Verdict { about, failed: false }, context);
        }
    }

    pub(super) fn hear_suspect(&self, member: &mut Member, update: Update, context: &mut Context<'_, Self>) {
        let Update { about, from, belief } = update;
        let held = member.belief(about);
        if !held.is_known() || belief.generation() < held.generation() {
            return;
        }
        if held.is_suspect() {
            return self.confirm(member, update, context);
        }
        if !held.is_alive() {
            return;
        }
        if about == context.node {
            return self.refute(member, belief, context);
        }
        self.broadcast(member, update, context);
        member.view[about.index()] = belief;
        let (range, expected) = self.suspicion(member.members());
        let (now, start) = (context.now, context.now);
        let end = member.suspicions.begin(now, about, from, range, expected).end();
        context.set_timer(timing::left(now, end), Timer::Suspicion { about, start });
    }

    /// Somebody else suspects a member that is suspected already: if that is news, it is passed on, and the suspicion gets
    /// shorter.
    fn confirm(&self, member: &mut Member, update: Update, context: &mut Context<'_, Self>) {
        let Update { about, from, .. } = update;
        let Some(suspicion) = member.suspicions.confirm(about, from) else { return };
        let (start, end) = (suspicion.start(), suspicion.end());
        context.counts.confirmations += 1;
        self.broadcast(member, update, context);
        if end <= context.now {
            self.conclude(member, about, context);
        } else {
            context.set_timer(timing::left(context.now, end), Timer::Suspicion { about, start });
        }
    }

    /// A suspicion is over: the member is declared dead.
    pub(super) fn conclude(&self, member: &mut Member, about: NodeId, context: &mut Context<'_, Self>) {
        let belief = member.belief(about).failed();
        self.hear_dead(member, Update { about, from: context.node, belief }, context);
    }

    fn hear_dead(&self, member: &mut Member, update: Update, context: &mut Context<'_, Self>) {
        let Update { about, belief, .. } = update;
        let held = member.belief(about);
        if !held.is_known() || belief.generation() < held.generation() {
            return;
        }
        member.suspicions.remove(about);
        if held.is_gone() {
            return;
        }
        if about == context.node {
            return self.refute(member, belief, context);
        }
        self.broadcast(member, update, context);
        member.view[about.index()] = belief;
        member.deaths.insert(about, context.now);
        if belief.is_faulty() {
            self.judge(Verdict { about, failed: true }, context);
        }
    }

    fn judge(&self, verdict: Verdict, context: &mut Context<'_, Self>) {
        context.report(verdict);
        context.counts.detection.judge(context.now, context.node, verdict);
    }

    /// A member hears of itself what it has to contradict, under a number beyond that of the accusation. That it was accused
    /// speaks for its being slow.
    fn refute(&self, member: &mut Member, accused: Belief, context: &mut Context<'_, Self>) {
        let own = &mut member.view[context.node.index()];
        *own = own.renewed().max(accused.renewed());
        let update = Update { about: context.node, from: context.node, belief: *own };
        context.counts.refutations += 1;
        self.adjust_score(member, 1);
        self.broadcast(member, update, context);
    }

    /// How long suspicions last at least and at most, and how many confirmations they wait for, among so many members.
    pub fn suspicion(&self, members: u32) -> ([Span; 2], u32) {
        let shortest = timing::suspicion_minimum(self.settings.suspicion_mult, members, self.period);
        let longest = shortest * u64::from(self.settings.suspicion_max_timeout_mult);
        let default = self.settings.suspicion_mult.saturating_sub(2);
        let wanted = self.settings.confirmations.0.unwrap_or(default);
        // Neither the member itself nor the one it suspects can confirm anything.
        let enough = members.saturating_sub(2) >= wanted;
        ([shortest, longest], if self.settings.local_health_suspicion && enough { wanted } else { 0 })
    }
}
