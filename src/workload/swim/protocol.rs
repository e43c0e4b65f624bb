//! SWIM as a protocol of the engine (Das, Gupta and Motivala, SWIM: scalable weakly-consistent infection-style process
//! group membership protocol, DSN 2002): what members do and learn.

use super::counts::Counts;
use super::member::{Member, Probe};
use super::message::{Message, MessageKind};
use crate::engine::{Change, Context, Outcome, Protocol, Slab, Start, Tally};
use crate::memory;
use crate::time::{Span, Time};
use crate::units::NodeId;
use crate::workload::detection::{Detection, Verdict};
use crate::workload::members::{Belief, TargetOrder, Targets, Update};

/// The rules of SWIM.
#[derive(Clone, Debug)]
pub struct Swim {
    /// Nodes that are there at the start.
    pub present: u32,
    /// The protocol period T'.
    pub period: Span,
    /// The run ends then.
    pub end: Time,
    /// How long a member waits for the answer to its own ping.
    pub timeout: Span,
    /// How many members it asks to ping in its place, then: k.
    pub helpers: usize,
    /// In which order members are probed.
    pub targets: TargetOrder,
    /// Whether members have probed for long at the start, each by a list that is through in part.
    pub under_way: bool,
    /// A suspicion lasts so many times ⌈ln(n + 1)⌉ periods; where it is 0, there are none.
    pub suspicion: u32,
    /// An update is sent so many times ⌈ln(n + 1)⌉ times.
    pub transmit: u32,
    /// How many updates a message carries at most.
    pub piggyback: usize,
    /// Whether a member that hears that it is faulty goes on under a new identity.
    pub rejoin: bool,
}

/// What a member sets a timer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The time for the answer to the ping of the probe with this number is over.
    Unanswered(u32),
    /// The time to refute is over.
    Suspicion {
        /// For this member.
        about: NodeId,
        /// What was held of it when it began.
        belief: Belief,
    },
}

/// The first slot of the draws by which new members find their places.
const PLACE: u32 = 1 << 29;

/// ⌈ln(n + 1)⌉, the factor by which times and numbers of messages grow with the number of members (SWIM, section 4.1 and
/// figure 3c, which has 3 ⌈ln(n + 1)⌉ periods).
pub fn log_members(members: u32) -> u32 {
    libm::ceil(libm::log(f64::from(members) + 1.0)) as u32
}

impl Protocol for Swim {
    type State = Member;
    type States = Vec<Member>;
    type Message = Message;
    type Timer = Timer;
    type Mail = Slab<Message, Timer>;
    type Input = std::convert::Infallible;
    type Fact = Verdict;
    type Counts = Counts;

    const CALLS_PEERS: bool = false;

    fn prepare(&self, states: &mut Vec<Member>, counts: &mut Counts) {
        counts.detection = Detection::new(states.len() as u32, self.present);
    }

    fn population(&self, now: Time, node: NodeId, change: Change, counts: &mut Counts) {
        counts.detection.population(now, node, change);
    }

    fn start(&self, member: &mut Member, why: Start, context: &mut Context<'_, Self>) {
        if member.view.is_empty() {
            self.meet(member, why, context);
        } else {
            self.resume(member, context);
        }
        if why != Start::First {
            self.announce(member, context);
        }
    }

    fn turn(&self, member: &mut Member, context: &mut Context<'_, Self>) -> Option<Message> {
        if let Some(target) = member.probe.waits_for {
            self.fail(member, target, context);
        }
        self.probe(member, context);
        // Who has nobody to ping has nobody to tell.
        if member.leaving && member.probe.waits_for.is_none() {
            context.depart();
        }
        None
    }

    fn expire(&self, member: &mut Member, timer: Timer, context: &mut Context<'_, Self>) {
        match timer {
            Timer::Unanswered(number) if number == member.probe.number => self.ask_for_help(member, context),
            Timer::Suspicion { about, belief } if member.belief(about) == belief => {
                self.adopt(member, Update { about, from: context.node, belief: belief.failed() }, context);
            }
            Timer::Unanswered(_) | Timer::Suspicion { .. } => {}
        }
    }

    fn learn(&self, member: &mut Member, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        let Message { kind, probe, subject, news } = message;
        for update in news {
            self.hear(member, update, context);
        }
        match kind {
            MessageKind::Ping => self.send(member, from, MessageKind::Ack, probe, subject, context),
            MessageKind::Request => self.send(member, subject, MessageKind::Ping, probe, from, context),
            MessageKind::Ack if subject != context.node => {
                self.send(member, subject, MessageKind::Ack, probe, subject, context);
            }
            MessageKind::Ack if probe == member.probe.number => member.probe.waits_for = None,
            MessageKind::Ack => {}
        }
    }

    /// Information about members that leave voluntarily spreads as that about failures does (SWIM, section 3.2): it
    /// travels with other messages, and the member stays until it has sent it as often as any update.
    fn leave(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        let about = context.node;
        let belief = member.belief(about).left();
        member.view[about.index()] = belief;
        member.leaving = true;
        if self.piggyback == 0 {
            return context.depart();
        }
        member.broadcasts.add(Update { about, from: about, belief });
    }

    /// What the next turn needs, too: what it holds of whom it is to probe then.
    #[inline]
    fn glance(member: &Member) -> u64 {
        let next = member.targets.upcoming().and_then(|target| member.view.get(target.index()));
        next.map_or(0, |belief| u64::from(belief.is_gone())) ^ u64::from(member.limit)
    }

    #[inline]
    fn glance_at(member: &Member, _: NodeId) -> u64 {
        u64::from(member.probe.number) ^ u64::from(member.limit)
    }

    fn footprint(&self, states: &Vec<Member>) -> usize {
        let nodes = states.len() as u64;
        usize::try_from(nodes.saturating_mul(Member::bytes(nodes))).unwrap_or(usize::MAX)
    }

    #[inline]
    fn size(&self, message: &Message) -> u64 {
        message.bytes()
    }

    fn termination(&self, now: Time, counts: &mut Counts, _: &Tally, live: u64) -> Option<Outcome> {
        counts.detection.outcome(now, self.end, live)
    }

    fn end(&self) -> Time {
        self.end
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        counts.detection.converged(live)
    }
}

impl Swim {
    /// A member begins: it takes all its neighbours for alive.
    fn meet(&self, member: &mut Member, why: Start, context: &Context<'_, Self>) {
        let others: Vec<NodeId> = (0..context.degree()).map(|index| context.neighbor(index)).collect();
        let nodes = context.nodes() as usize;
        memory::or_unwind(memory::reserve(&mut member.view, nodes));
        member.view.resize(nodes, Belief::UNKNOWN);
        for other in &others {
            member.view[other.index()] = Belief::FIRST;
        }
        member.view[context.node.index()] = if why == Start::First { Belief::FIRST } else { generation(context.now) };
        let draw = context.draws();
        let next = if self.under_way && why == Start::First { draw(others.len().max(1) as u32, 0) } else { 0 };
        self.count_members(member, others.len() as u32 + 1);
        member.targets = Targets::new(others, context.nodes(), next as usize, draw);
    }

    /// A member that was down goes on with what it knew, and waits anew for what it waited for.
    fn resume(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        member.probe.waits_for = None;
        for about in (0..member.view.len() as u32).map(NodeId::new) {
            let belief = member.belief(about);
            if belief.is_suspect() {
                context.set_timer(self.suspicion_time(member.members), Timer::Suspicion { about, belief });
            }
            if belief.is_faulty() {
                context.counts.detection.declare(context.now, context.node, about);
            }
        }
    }

    /// A member that comes, or comes back, tells of itself under an identity that nobody has heard of.
    fn announce(&self, member: &mut Member, context: &Context<'_, Self>) {
        let own = &mut member.view[context.node.index()];
        *own = generation(context.now).max(own.renewed());
        let update = Update { about: context.node, from: context.node, belief: *own };
        member.broadcasts.add(update);
    }

    /// A period begins: the next member is pinged.
    fn probe(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        let Member { view, targets, probe, .. } = member;
        let listed = |member: NodeId| !view[member.index()].is_gone();
        let target = targets.next(self.targets, listed, listed, context.draws());
        *probe = Probe { number: probe.number.wrapping_add(1), waits_for: target };
        let (Some(target), number) = (target, probe.number) else { return };
        context.counts.probes += 1;
        self.send(member, target, MessageKind::Ping, number, context.node, context);
        if self.helpers > 0 {
            context.set_timer(self.timeout, Timer::Unanswered(number));
        }
    }

    /// The direct ping was not answered: others are to try, if that is still so.
    fn ask_for_help(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        let Some(target) = member.probe.waits_for else { return };
        context.counts.indirect += 1;
        let view = &member.view;
        let helps = |other: NodeId| other != target && !view[other.index()].is_gone();
        let helpers = member.targets.sample(self.helpers, helps, context.draws());
        for helper in helpers.iter() {
            self.send(member, helper, MessageKind::Request, member.probe.number, target, context);
        }
    }

    /// The period is over, and nobody has answered.
    fn fail(&self, member: &mut Member, target: NodeId, context: &mut Context<'_, Self>) {
        context.counts.failed += 1;
        let held = member.belief(target);
        let said = if self.suspicion == 0 { held.failed() } else { held.suspected() };
        if held.is_gone() || said == held {
            return;
        }
        context.counts.suspicions += 1;
        self.adopt(member, Update { about: target, from: context.node, belief: said }, context);
    }

    /// A member hears an update, and takes it on if it is new.
    fn hear(&self, member: &mut Member, update: Update, context: &mut Context<'_, Self>) {
        if update.belief <= member.belief(update.about) {
            return;
        }
        if update.about == context.node {
            self.answer_accusation(member, update.belief, context);
        } else {
            self.adopt(member, update, context);
        }
    }

    /// A member hears of itself what it has to contradict.
    fn answer_accusation(&self, member: &mut Member, said: Belief, context: &mut Context<'_, Self>) {
        let own = match said.is_gone() {
            true if !self.rejoin => return,
            true => {
                context.counts.rejoins += 1;
                said.renewed()
            }
            false => {
                context.counts.refutations += 1;
                said.refuted()
            }
        };
        member.view[context.node.index()] = own;
        member.broadcasts.add(Update { about: context.node, from: context.node, belief: own });
    }

    /// A member takes on an update about another, which beats what it held so far, and passes it on.
    fn adopt(&self, member: &mut Member, update: Update, context: &mut Context<'_, Self>) {
        let Update { about, belief, .. } = update;
        let before = std::mem::replace(&mut member.view[about.index()], belief);
        member.broadcasts.add(update);
        let [was_member, is_member] = [before, belief].map(|belief| belief.is_known() && !belief.is_gone());
        match (was_member, is_member) {
            (true, false) => self.count_members(member, member.members - 1),
            (false, true) => {
                self.count_members(member, member.members + 1);
                member.targets.insert(about, |bound| context.below(bound, PLACE + about.number()));
            }
            _ => {}
        }
        if before.is_faulty() != belief.is_faulty() {
            let verdict = Verdict { about, failed: belief.is_faulty() };
            context.report(verdict);
            context.counts.detection.judge(context.now, context.node, verdict);
        }
        if belief.is_suspect() {
            context.set_timer(self.suspicion_time(member.members), Timer::Suspicion { about, belief });
        }
    }

    fn count_members(&self, member: &mut Member, members: u32) {
        member.members = members;
        member.limit = self.transmit.saturating_mul(log_members(members));
    }

    /// How long a suspicion lasts in a group of so many members.
    pub fn suspicion_time(&self, members: u32) -> Span {
        self.period * u64::from(self.suspicion.saturating_mul(log_members(members)))
    }

    #[inline]
    fn send(
        &self,
        member: &mut Member,
        to: NodeId,
        kind: MessageKind,
        probe: u32,
        subject: NodeId,
        context: &mut Context<'_, Self>,
    ) {
        let mut room = self.piggyback;
        let news = member.broadcasts.take(member.limit, |_| {
            let fits = room > 0;
            room -= usize::from(fits);
            fits
        });
        context.send(to, Message { kind, probe, subject, news });
        if member.leaving && !member.broadcasts.holds(context.node) {
            context.depart();
        }
    }
}

/// The identity of a member that begins at `now`: the milliseconds since the start tell it from those before.
fn generation(now: Time) -> Belief {
    Belief::alive(now.nanos() / 1_000_000 + 1)
}
