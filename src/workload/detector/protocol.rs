//! Failure detection by heartbeats as a protocol of the engine.

use super::known::Known;
use super::message::{Entry, Message};
use super::phi::Phi;
use super::rule::Rule;
use super::settings::{DetectorKind, DetectorSettings, Heartbeats, Model};
use super::watch::Watch;
use crate::engine::{Change, Context, Outcome, Protocol, Slab, Start, Tally};
use crate::time::{Span, Time};
use crate::units::NodeId;
use crate::workload::detection::{Detection, Verdict};
use crate::workload::{Common, Strategy};

/// The rules of a failure detector.
#[derive(Clone, Debug)]
pub struct Detector {
    /// How heartbeats get around.
    pub heartbeats: Heartbeats,
    /// Who tells whom, where they spread by gossip.
    pub strategy: Strategy,
    /// When a silence is too long.
    pub rule: Rule,
    /// How often a node looks whether one is; `None` if it notices at once.
    pub check_every: Option<Span>,
    /// Nodes that are there from the start.
    pub nodes: u32,
    /// The run ends then.
    pub end: Time,
}

impl DetectorSettings {
    /// The rules of nodes that go by these settings.
    pub fn protocol(&self, common: &Common) -> Detector {
        Detector {
            heartbeats: self.heartbeats,
            strategy: common.strategy,
            rule: self.rule(common.interval),
            check_every: self.check_every.0,
            nodes: common.nodes,
            end: Time::ZERO + self.during,
        }
    }

    fn rule(&self, interval: Span) -> Rule {
        match self.detector {
            DetectorKind::Timeout => Rule::Timeout(self.timeout),
            DetectorKind::Phi => Rule::Phi(Phi {
                window: self.window,
                first_gap: self.first_gap,
                longest_gap: self.longest_gap.0,
                least_sd: if self.model == Model::Normal { self.least_sd } else { Span::ZERO },
                ..Phi::new(self.model, self.threshold.phi(), interval)
            }),
        }
    }
}

/// What one node remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Whom it knows of, itself included.
    pub known: Known,
    /// No deadline of a node that it does not suspect is before this.
    pub earliest: Time,
    /// When its timer expires that counts, if it has one; all others are stale.
    pub wakes: Option<Time>,
}

/// What a node sets a timer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Somebody's silence may be too long then.
    Expiry(Time),
    /// It looks whether anybody's is.
    Check,
}

/// A silence is too long from this on, after a deadline.
const TICK: Span = Span::from_nanos(1);

impl Protocol for Detector {
    type State = Node;
    type States = Vec<Node>;
    type Message = Message;
    type Timer = Timer;
    type Mail = Slab<Message, Timer>;
    type Input = std::convert::Infallible;
    type Fact = Verdict;
    type Counts = Detection;

    const ANNOUNCES: bool = true;

    fn prepare(&self, states: &mut Vec<Node>, counts: &mut Detection) {
        *counts = Detection::new(states.len() as u32, self.nodes);
        // Whom a node watches it says as it begins to.
        counts.monitor_none();
    }

    fn start(&self, node: &mut Node, why: Start, context: &mut Context<'_, Self>) {
        let (me, now) = (context.node, context.now);
        if why != (Start::Recovered { remembers: true }) {
            self.meet(node, why, context);
            node.known.insert_itself(Entry { node: me, heartbeat: now.nanos() }, &self.rule);
        }
        node.wakes = None;
        // While it was down nobody could be heard.
        node.earliest = node.known.begin_again(me, now, &self.rule, |other| context.counts.monitor(now, me, other));
        match self.check_every {
            None => wake(node, context),
            Some(every) => {
                // A random place in the period, in 2^32 parts.
                let part = u128::from(context.below(u32::MAX, 0)) * u128::from(every.nanos());
                context.set_timer(Span::from_nanos((part >> 32) as u64), Timer::Check);
            }
        }
    }

    fn turn(&self, node: &mut Node, context: &mut Context<'_, Self>) -> Option<Message> {
        let heartbeat = node.known.next_heartbeat(context.node)?;
        Some(match (self.heartbeats, self.strategy) {
            (Heartbeats::Direct, _) => Message::Heartbeat(heartbeat),
            (Heartbeats::Gossip, Strategy::Push) => Message::Table(node.known.entries().collect()),
            (Heartbeats::Gossip, Strategy::Pull | Strategy::PushPull) => {
                Message::Digest(node.known.entries().collect())
            }
        })
    }

    fn answer(&self, node: &Node, _: NodeId, message: &Message) -> Option<Message> {
        match message {
            Message::Digest(digest) => {
                let asks = self.strategy == Strategy::PushPull;
                let wanted = if asks { node.known.below(digest) } else { Vec::new() };
                Some(Message::Reply { news: node.known.above(digest).into(), wanted: wanted.into() })
            }
            Message::Reply { wanted, .. } if !wanted.is_empty() => {
                Some(Message::News(wanted.iter().filter_map(|&other| node.known.entry(other)).collect()))
            }
            Message::Heartbeat(_) | Message::Table(_) | Message::Reply { .. } | Message::News(_) => None,
        }
    }

    fn is_announcement(&self, message: &Message) -> bool {
        matches!(message, Message::Heartbeat(_))
    }

    #[inline]
    fn learn_announcement(&self, node: &mut Node, from: NodeId, message: &Message, context: &mut Context<'_, Self>) {
        if let Message::Heartbeat(heartbeat) = *message {
            self.hear(node, Entry { node: from, heartbeat }, context);
            if self.check_every.is_none() {
                wake(node, context);
            }
        }
    }

    fn settled(&self, _: &Node, message: &Message, _: &mut Detection) -> bool {
        matches!(message, Message::Digest(_))
    }

    fn learn(&self, node: &mut Node, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        match message {
            Message::Heartbeat(_) => return self.learn_announcement(node, from, &message, context),
            Message::Table(entries) | Message::Reply { news: entries, .. } | Message::News(entries) => {
                entries.iter().for_each(|&entry| self.hear(node, entry, context));
            }
            Message::Digest(_) => {}
        }
        if self.check_every.is_none() {
            wake(node, context);
        }
    }

    fn expire(&self, node: &mut Node, timer: Timer, context: &mut Context<'_, Self>) {
        match timer {
            Timer::Expiry(at) if node.wakes != Some(at) => {}
            Timer::Expiry(_) => {
                node.wakes = None;
                suspect(&self.rule, node, context);
                wake(node, context);
            }
            Timer::Check => {
                if node.earliest < context.now {
                    suspect(&self.rule, node, context);
                }
                if let Some(every) = self.check_every {
                    context.set_timer(every, Timer::Check);
                }
            }
        }
    }

    fn population(&self, now: Time, node: NodeId, change: Change, counts: &mut Detection) {
        counts.population(now, node, change);
    }

    fn glance(node: &Node) -> u64 {
        node.earliest.nanos()
    }

    #[inline]
    fn glance_at(node: &Node, from: NodeId) -> u64 {
        node.known.glance(from).wrapping_add(node.earliest.nanos())
    }

    fn footprint(&self, states: &Vec<Node>) -> usize {
        states.len() * states.len() * size_of::<Watch>()
    }

    fn size(&self, message: &Message) -> u64 {
        message.bytes()
    }

    /// The time is over. What happens later is on the agenda, and has to wait for that.
    fn termination(&self, now: Time, counts: &mut Detection, _: &Tally, live: u64) -> Option<Outcome> {
        counts.outcome(now, self.end, live)
    }

    fn end(&self) -> Time {
        self.end
    }

    fn converged(&self, counts: &Detection, live: u64) -> bool {
        counts.converged(live)
    }
}

impl Detector {
    /// A node that knows nobody comes to know whom it is to watch from now on.
    fn meet(&self, node: &mut Node, why: Start, context: &Context<'_, Self>) {
        let others = match self.heartbeats {
            Heartbeats::Gossip if why == Start::First => self.nodes,
            Heartbeats::Gossip | Heartbeats::Direct => context.degree(),
        };
        node.known.reserve(others as usize, &self.rule);
        let mut meet = |other: NodeId| {
            if other != context.node {
                node.known.meet(Entry { node: other, heartbeat: 0 }, context.now, &self.rule);
            }
        };
        match self.heartbeats {
            Heartbeats::Gossip if why == Start::First => (0..self.nodes).map(NodeId::new).for_each(meet),
            // Whether those it calls call it, too, it hears.
            Heartbeats::Direct if context.directed() => {}
            Heartbeats::Gossip | Heartbeats::Direct => {
                (0..context.degree()).map(|index| context.neighbor(index)).for_each(&mut meet);
            }
        }
    }

    /// A node hears of a heartbeat; only one that is higher than all before counts.
    #[inline]
    fn hear(&self, node: &mut Node, entry: Entry, context: &mut Context<'_, Self>) {
        let (me, now, other) = (context.node, context.now, entry.node);
        if other == me {
            return;
        }
        let Some((suspected, deadline)) = node.known.hear(entry, now, &self.rule) else {
            node.earliest = node.earliest.min(node.known.meet(entry, now, &self.rule));
            return context.counts.monitor(now, me, other);
        };
        if suspected {
            judge(Verdict { about: other, failed: false }, context);
        }
        node.earliest = node.earliest.min(deadline);
    }
}

/// A node comes to a verdict, which is counted and told.
fn judge(verdict: Verdict, context: &mut Context<'_, Detector>) {
    context.counts.judge(context.now, context.node, verdict);
    context.report(verdict);
}

/// A node suspects all whose deadlines are over, and finds out which is the next.
fn suspect(rule: &Rule, node: &mut Node, context: &mut Context<'_, Detector>) {
    node.earliest = node.known.suspect(context.now, rule, |about| judge(Verdict { about, failed: true }, context));
}

/// A node sees to it that it has a timer for the next deadline, or one before it: that is set anew when it expires.
#[inline]
fn wake(node: &mut Node, context: &mut Context<'_, Detector>) {
    let at = node.earliest + TICK;
    if node.earliest == Time::NEVER || node.wakes.is_some_and(|wakes| wakes <= at) {
        return;
    }
    node.wakes = Some(at);
    // No deadline is before the present, or it would have been noticed.
    let after = Span::from_nanos(at.nanos().saturating_sub(context.now.nanos()));
    context.set_timer(after, Timer::Expiry(at));
}
