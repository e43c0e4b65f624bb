//! What is watched of every run: how it stands at the end of each round, and what goes over each link; of a run that is
//! traced, all that happens.

mod event_log;
mod queue_report;

use std::ops::ControlFlow;

use crate::engine::{Envelope, Observer, Protocol};
use crate::memory;
use crate::network::Delivery;
use crate::time::{Span, Time};
use crate::topology::Routes;

pub use queue_report::{DirectionReport, QueueReport};

pub use event_log::{EventLog, EventRecorder, ExternalEvent, Fate, LogEntry, LoggedEvent, LoggedMessage};

/// So many figures may a workload sample at the end of every round.
pub const MAX_FIGURES: usize = 3;

/// The shares of nodes whose instants a run keeps, in thousandths, rising.
pub const COVERAGES: [u64; 4] = [500, 900, 990, 999];

/// The first instants at which the shares [`COVERAGES`] of the live nodes, rounded up, had the update; `None` if they never
/// did.
pub type Reached = [Option<Time>; COVERAGES.len()];

/// How many of `live` nodes are the share `permille`, rounded up.
pub fn enough(live: u64, permille: u64) -> u64 {
    (live * permille).div_ceil(1000)
}

/// The state of a run at the end of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoundSample {
    /// Live nodes that have the update.
    pub informed: u64,
    /// Live nodes.
    pub live: u64,
    /// Messages sent since the start.
    pub messages: u64,
    /// The figures that the workload samples.
    pub figures: [f64; MAX_FIGURES],
    /// The bytes in the queues of a node, in the mean and at most, where they have any.
    pub queued: [f64; 2],
}

/// The [`RoundSample`] of every round so far.
pub struct Rounds<'a> {
    interval: Span,
    ends: Time,
    samples: Vec<RoundSample>,
    keep_going: &'a dyn Fn() -> bool,
}

impl<'a> Rounds<'a> {
    /// Rounds of length `interval` that begin with `start`; at the end of each it is asked whether to `keep_going`.
    pub fn new(start: RoundSample, interval: Span, keep_going: &'a dyn Fn() -> bool) -> Self {
        // Room for the rounds that a run usually takes.
        let mut samples = Vec::with_capacity(32);
        samples.push(start);
        Rounds { interval, ends: Time::ZERO + interval, samples, keep_going }
    }

    /// When the round under way ends.
    pub fn ends(&self) -> Time {
        self.ends
    }

    /// Whether to go on.
    pub fn go_on(&self) -> bool {
        (self.keep_going)()
    }

    /// The next instant is `now`, and things stand like this before it.
    pub fn pass(&mut self, now: Time, sample: RoundSample) -> ControlFlow<()> {
        let complete = now.round(self.interval).number() - 1;
        // Rounds in which nothing happened end as they began.
        let rounds = complete as usize + 1;
        let more = rounds.saturating_sub(self.samples.len());
        memory::or_unwind(memory::reserve(&mut self.samples, more));
        self.samples.resize(rounds, sample);
        self.ends = Time::ZERO + self.interval * (complete + 1);
        if (self.keep_going)() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// All of them, the last that of the end of the run; a run in which nothing ever happened has its start alone.
    pub fn finish(mut self, end: RoundSample, events: u64) -> Vec<RoundSample> {
        if events > 0 {
            self.samples.push(end);
        }
        // Of a thousand short runs that wait to be handed on, the room that they did not need is most.
        self.samples.shrink_to_fit();
        self.samples
    }
}

/// Counts what goes over each link.
pub struct LinkCount(pub Box<dyn Routes>);

impl<P: Protocol> Observer<P> for LinkCount {
    fn every_message(&self) -> bool {
        true
    }

    fn sent(&mut self, _: Time, envelope: &Envelope<P::Message>, _: Delivery, _: u64) {
        self.0.add_message(envelope.from, envelope.to, envelope.step() == 0);
    }

    fn duplicated(&mut self, _: Time, envelope: &Envelope<P::Message>, _: Delivery) {
        // It is a message on the links, but opens no conversation of its own.
        self.0.add_message(envelope.from, envelope.to, false);
    }
}
