//! memberlist as a protocol of the engine (hashicorp/memberlist, the library under Serf, Consul and others: SWIM with
//! gossip of its own, exchange of whole states, and Lifeguard by Dadgar, Phillips and Currey, 2018).

use super::counts::Counts;
use super::member::{Leaving, Member, Probe, Stall};
use super::message::{Content, Message, Sizes};
use super::settings::MemberlistSettings;
use super::timing;
use crate::engine::{Change, Context, Outcome, Protocol, Slab, Start, Tally};
use crate::memory;
use crate::network::Transport;
use crate::time::{Span, Time};
use crate::units::NodeId;
use crate::workload::Common;
use crate::workload::detection::{Detection, Verdict};
use crate::workload::members::{Belief, News, Targets, Update};

/// The rules of memberlist.
#[derive(Clone, Debug)]
pub struct Memberlist {
    /// Nodes that are there at the start.
    pub present: u32,
    /// The time between two probes of a member.
    pub period: Span,
    /// The run ends then.
    pub end: Time,
    /// How many bytes messages take.
    pub sizes: Sizes,
    /// The rest.
    pub settings: MemberlistSettings,
}

impl MemberlistSettings {
    /// The rules of members that go by `common`.
    pub fn protocol(&self, common: &Common) -> Memberlist {
        Memberlist {
            present: common.nodes,
            period: common.interval,
            end: Time::ZERO + self.during,
            sizes: self.sizes(),
            settings: self.clone(),
        }
    }
}

/// What a member sets a timer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The time for the answer to the ping of the probe with this number is over.
    Unanswered(u32),
    /// The time for the answer to a ping that was sent for another is over.
    Relay {
        /// For whom.
        origin: NodeId,
        /// The number of its probe.
        probe: u32,
        /// Whether to tell.
        nack: bool,
    },
    /// A suspicion may be over.
    Suspicion {
        /// About this member.
        about: NodeId,
        /// When it began.
        start: Time,
    },
    /// The time of the probe with this number is over, which began between two ticks.
    Late(u32),
    /// A block that its probe waits for is over.
    ProbeReleased,
    /// A block that its gossip waits for is over.
    GossipReleased,
    /// Updates are sent on their own.
    Gossip,
    /// All that the member knows is exchanged.
    PushPull,
    /// The time to send word of leaving is over.
    LeaveTimeout,
    /// A member that leaves has stayed for long enough.
    Departure,
}

/// The slots of what a member draws when it begins, and of those of members that it hears of.
const LIST: u32 = 0;
const GOSSIP: u32 = 1;
const PUSH_PULL: u32 = 2;
const SEED: u32 = 3;
pub(super) const PLACE: u32 = 1 << 29;

impl Protocol for Memberlist {
    type State = Member;
    type States = Vec<Member>;
    type Message = Message;
    type Timer = Timer;
    type Mail = Slab<Message, Timer>;
    type Input = std::convert::Infallible;
    type Fact = Verdict;
    type Counts = Counts;

    const CALLS_PEERS: bool = false;
    const TRANSPORTS_DIFFER: bool = true;

    fn prepare(&self, states: &mut Vec<Member>, counts: &mut Counts) {
        counts.detection = Detection::new(states.len() as u32, self.present);
    }

    fn population(&self, now: Time, node: NodeId, change: Change, counts: &mut Counts) {
        counts.population(now, node, change);
    }

    fn start(&self, member: &mut Member, why: Start, context: &mut Context<'_, Self>) {
        if member.view.is_empty() {
            self.meet(member, why, context);
            if why != Start::First {
                let about = context.node;
                self.broadcast(member, Update { about, from: about, belief: Belief::FIRST }, context);
            }
        } else {
            self.resume(member, context);
        }
        self.set_push_pull(member, true, context);
        if why != Start::First {
            self.join(member, context);
        }
    }

    fn turn(&self, member: &mut Member, context: &mut Context<'_, Self>) -> Option<Message> {
        if member.targets.is_empty() {
            // It has not heard from the one that it asked to let it in.
            self.join(member, context);
        } else if self.is_free(member, context) {
            self.probe(member, false, context);
        } else {
            member.stall.probe_is_due |= member.probe.stalled || member.probe.late;
        }
        None
    }

    fn expire(&self, member: &mut Member, timer: Timer, context: &mut Context<'_, Self>) {
        match timer {
            Timer::Unanswered(number) if number == member.probe.number => self.ask_for_help(member, context),
            Timer::Unanswered(_) => {}
            Timer::Relay { origin, probe, nack } => self.give_up(member, origin, probe, nack, context),
            Timer::Suspicion { about, start } => {
                let suspicion = member.suspicions.about(about);
                if suspicion.is_some_and(|it| it.start() == start && it.end() <= context.now) {
                    self.conclude(member, about, context);
                }
            }
            Timer::Late(number) => self.end_late(member, number, context),
            Timer::ProbeReleased => self.release_probe(member, context),
            Timer::GossipReleased => self.release_gossip(member, context),
            Timer::Gossip => self.gossip(member, context),
            Timer::PushPull => {
                self.set_push_pull(member, false, context);
                self.push_pull(member, context);
            }
            Timer::LeaveTimeout if member.leaving == Leaving::Telling => self.have_told(member, context),
            Timer::LeaveTimeout => {}
            Timer::Departure => context.depart(),
        }
    }

    /// A dead message of a member about itself says that it leaves (`memberlist.go`: `Leave`).
    fn leave(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        let about = context.node;
        let belief = member.belief(about).left();
        member.view[about.index()] = belief;
        member.leaving = Leaving::Telling;
        self.broadcast(member, Update { about, from: about, belief }, context);
        // It is itself none of them any more.
        let alone = member.view.iter().all(|held| !held.is_known() || held.is_gone());
        let timeout = self.settings.leave_timeout;
        if alone {
            self.have_told(member, context);
        } else if !timeout.is_zero() {
            context.set_timer(timeout, Timer::LeaveTimeout);
        }
    }

    /// Answers go out before what travelled with the question is taken in.
    fn learn(&self, member: &mut Member, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        let Message { content, news } = message;
        match content {
            Content::Ping { probe, origin } => self.send(member, from, Content::Ack { probe, origin }, context),
            Content::Ack { probe, origin } if origin == context.node => self.answered(member, probe, context),
            Content::Ack { probe, origin } => self.pass_on(member, origin, probe, context),
            Content::Request { probe, target, nack } => self.ping_for(member, from, probe, target, nack, context),
            Content::Nack { probe } => member.probe.nacks += u32::from(member.probe.number == probe),
            Content::Gossip => {}
            Content::State { view, asks } => {
                if asks {
                    let own = Content::State { view: member.view.as_slice().into(), asks: false };
                    context.send(from, Message { content: own, news: News::default() });
                }
                self.merge(member, &view, context);
            }
            Content::StreamPing { probe } => {
                context.send(from, Message { content: Content::StreamAck { probe }, news: News::default() });
            }
            Content::StreamAck { probe } => member.probe.reached |= member.probe.number == probe,
        }
        for update in news {
            self.hear(member, update, context);
        }
    }

    #[inline]
    fn glance(member: &Member) -> u64 {
        u64::from(member.probe.number) ^ u64::from(member.score)
    }

    /// Whole states and second attempts go over TCP.
    fn transport(&self, message: &Message) -> Option<Transport> {
        match message.content {
            Content::State { .. } | Content::StreamPing { .. } | Content::StreamAck { .. } => Some(Transport::Tcp),
            _ => None,
        }
    }

    fn size(&self, message: &Message) -> u64 {
        self.sizes.message(message)
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

impl Memberlist {
    /// A member begins. At time 0 all know all; later, it knows nobody but itself.
    fn meet(&self, member: &mut Member, why: Start, context: &Context<'_, Self>) {
        let nodes = context.nodes() as usize;
        memory::or_unwind(memory::reserve(&mut member.view, nodes));
        member.view.resize(nodes, Belief::UNKNOWN);
        member.view[context.node.index()] = Belief::FIRST;
        let others = if why == Start::First { context.degree() } else { 0 };
        let others: Vec<NodeId> = (0..others).map(|index| context.neighbor(index)).collect();
        for other in &others {
            member.view[other.index()] = Belief::FIRST;
        }
        let draw = context.draws();
        // As if it had been there for long: somewhere in its list.
        let next = draw(others.len().max(1) as u32, LIST);
        member.targets = Targets::new(others, context.nodes(), next as usize, draw);
        member.gossip_phase = random_part(self.settings.gossip_interval, draw(u32::MAX, GOSSIP));
    }

    /// A member that was down goes on with what it knew, and waits anew for what it waited for.
    fn resume(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        member.probe = Probe { number: member.probe.number, ..Probe::default() };
        member.stall = Stall::default();
        member.relays.clear();
        member.ticking = false;
        for (about, start, end) in member.suspicions.ends() {
            context.set_timer(timing::left(context.now, end), Timer::Suspicion { about, start });
        }
        for about in (0..member.view.len() as u32).map(NodeId::new) {
            if member.belief(about).is_faulty() {
                context.counts.detection.declare(context.now, context.node, about);
            }
        }
        self.set_tick(member, context);
    }

    /// A member that leaves has told others, or has had its time for that: it goes after a delay for its word to spread.
    pub(super) fn have_told(&self, member: &mut Member, context: &mut Context<'_, Self>) {
        member.leaving = Leaving::Told;
        let delay = self.settings.leave_propagate_delay;
        if delay.is_zero() {
            context.depart();
        } else {
            context.set_timer(delay, Timer::Departure);
        }
    }

    /// Asks one of its neighbours to let it in, by exchange of all that both know.
    fn join(&self, member: &Member, context: &mut Context<'_, Self>) {
        if context.degree() > 0 {
            let seed = context.neighbor(context.below(context.degree(), SEED));
            self.send_state(member, seed, context);
        }
    }

    /// The next push/pull is set; the first one after a random part of the interval besides (`pushPullTrigger`).
    fn set_push_pull(&self, member: &Member, first: bool, context: &mut Context<'_, Self>) {
        let interval = self.settings.push_pull_interval;
        if interval.is_zero() {
            return;
        }
        let stagger = if first { random_part(interval, context.below(u32::MAX, PUSH_PULL)) } else { Span::ZERO };
        context.set_timer(stagger + timing::push_pull_interval(interval, member.members()), Timer::PushPull);
    }
}

/// The part of `whole` that a number below 2^32 - 1 stands for.
fn random_part(whole: Span, number: u32) -> Span {
    let part = u128::from(whole.nanos()) * u128::from(number) / u128::from(u32::MAX);
    // Less than the whole.
    Span::from_nanos(part as u64)
}
