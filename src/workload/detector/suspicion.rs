//! How one node waits for another in a run: what its silence is measured against, and what comes of it.

use std::ops::ControlFlow;

use super::phi::GapLaw;
use super::protocol::Detector;
use super::rule::Rule;
use super::window::Window;
use crate::engine::{Observer, View};
use crate::memory;
use crate::time::{Span, Time};
use crate::units::NodeId;
use crate::workload::detection::Verdict;

/// Who watches whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The node that waits for heartbeats.
    pub monitor: NodeId,
    /// The node that they are of.
    pub node: NodeId,
}

/// What a node goes by in waiting for another, until it hears of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waiting {
    /// When it last heard of it, or began to wait.
    pub last: Time,
    /// A silence until then is not too long.
    pub deadline: Time,
    /// The law that gaps are taken to follow, of a phi accrual detector.
    pub law: Option<GapLaw>,
}

impl Waiting {
    /// How long nothing has been heard at `now`.
    pub fn silence(&self, now: Time) -> Span {
        Span::from_nanos(now.nanos().saturating_sub(self.last.nanos()))
    }

    /// The longest silence that is not too long.
    pub fn allowed(&self) -> Span {
        self.silence(self.deadline)
    }

    /// Phi at `now`, of a phi accrual detector; infinite where no gap could be so long.
    pub fn phi(&self, now: Time) -> Option<f64> {
        self.law.map(|law| law.phi(self.silence(now)))
    }
}

/// Something that changes between a node and another that it watches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SuspicionChange {
    /// The other goes down, or comes up.
    Up(bool),
    /// It is taken for failed, or no longer.
    Suspected(bool),
    /// From then on this is what the silence is measured by; nothing while the monitor is down, or does not know the other.
    /// Of an instant it comes last.
    Waits(Option<Waiting>),
}

/// What changed between two nodes in a run, in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SuspicionLog {
    /// The changes.
    pub changes: Vec<(Time, SuspicionChange)>,
}

/// Records the [`SuspicionLog`] of a run under way.
#[derive(Debug)]
pub struct SuspicionRecorder {
    pair: Pair,
    rule: Option<Rule>,
    /// The instant under way.
    now: Time,
    up: bool,
    waits: Option<Waiting>,
    log: SuspicionLog,
}

impl SuspicionRecorder {
    /// A recorder for a pair of nodes.
    pub fn new(pair: Pair) -> Self {
        let log = SuspicionLog::default();
        SuspicionRecorder { pair, rule: None, now: Time::ZERO, up: true, waits: None, log }
    }

    /// The run that begins goes by `rule`.
    pub(super) fn begin(&mut self, rule: &Rule) {
        self.rule = Some(rule.clone());
    }

    /// What was recorded.
    pub fn finish(self) -> SuspicionLog {
        self.log
    }

    fn push(&mut self, change: SuspicionChange) {
        memory::or_unwind(memory::push(&mut self.log.changes, (self.now, change)));
    }

    fn note_up(&mut self, view: View<'_, Detector>) {
        let up = view.is_up(self.pair.node.index());
        if up != self.up {
            self.up = up;
            self.push(SuspicionChange::Up(up));
        }
    }

    /// What the monitor goes by.
    fn waits(&self, view: View<'_, Detector>) -> Option<Waiting> {
        let Pair { monitor, node } = self.pair;
        let state = view.states.get(monitor.index()).filter(|_| view.is_up(monitor.index()))?;
        let rule = self.rule.as_ref()?;
        let [last, deadline] = state.known.waits(node, rule)?;
        let law = match rule {
            Rule::Phi(phi) => Some(phi.law(state.known.window(node).unwrap_or(&Window::EMPTY))),
            Rule::Timeout(_) => None,
        };
        Some(Waiting { last, deadline, law })
    }
}

impl Observer<Detector> for SuspicionRecorder {
    fn fact(&mut self, now: Time, node: NodeId, Verdict { about, failed }: Verdict) {
        if (Pair { monitor: node, node: about }) == self.pair {
            self.now = now;
            self.push(SuspicionChange::Suspected(failed));
        }
    }

    fn population(&mut self, now: Time, view: View<'_, Detector>) {
        self.now = now;
        self.note_up(view);
    }

    /// Every instant may change something.
    fn due(&self) -> Time {
        Time::ZERO
    }

    fn look(&mut self, now: Time, view: View<'_, Detector>) -> ControlFlow<()> {
        self.note_up(view);
        let waits = self.waits(view);
        if waits != self.waits {
            self.waits = waits;
            self.push(SuspicionChange::Waits(waits));
        }
        self.now = now;
        ControlFlow::Continue(())
    }
}
