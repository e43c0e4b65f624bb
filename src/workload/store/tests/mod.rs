//! A store in the event loop: which writes win, how stale nodes are, what becomes of deletions, and what it takes.

mod deletions;
mod exchanges;
mod reads;
mod scuttlebutt;
mod swarm;
mod versions;

use std::ops::ControlFlow;

use super::*;
use crate::clock::{self, Aligned, Phase, Staggered};
use crate::engine::{Happening, Limits, Observer, Outcome, Run, UpAndDown, View};
use crate::random::{Chance, Purpose};
use crate::time::{Span, Time};
use crate::topology::CompleteGraph;
use crate::units::{Bytes, NodeId, Probability};
use crate::workload::testing::{Trial, z};
use crate::workload::{Arrivals, BackOff, Common, Strategy, Workload};

const SECOND: Span = Span::from_millis(1000);

const STRATEGIES: [Strategy; 3] = [Strategy::Push, Strategy::Pull, Strategy::PushPull];

type Happenings = Vec<(Time, Happening<Operation>)>;

/// A run in rounds of a second, with uniform peers, in which nothing comes from outside but what is listed.
#[derive(Clone)]
struct Case {
    nodes: u32,
    strategy: Strategy,
    settings: StoreSettings,
    phase: Phase,
    loss: f64,
    latency: Span,
    happenings: Happenings,
    max_rounds: u64,
    seed: u64,
}

impl Case {
    fn new(nodes: u32, strategy: Strategy, payload: Payload) -> Self {
        Case {
            nodes,
            strategy,
            settings: StoreSettings { payload, ..settings() },
            phase: Phase::Aligned,
            loss: 0.0,
            latency: Span::ZERO,
            happenings: Vec::new(),
            max_rounds: 1000,
            seed: 1,
        }
    }

    fn chance(&self, replicate: u64) -> Chance {
        Chance { seed: self.seed, nodes: self.nodes, replicate }
    }

    /// One more thing happens, so many milliseconds after the start.
    fn at(&mut self, millis: u64, happening: Happening<Operation>) {
        self.happenings.push((Time::ZERO + Span::from_millis(millis), happening));
    }

    fn run(&self, replicate: u64) -> Run<Store> {
        self.watched(replicate, &mut ())
    }

    fn watched(&self, replicate: u64, observer: &mut dyn Observer<Store>) -> Run<Store> {
        let chance = self.chance(replicate);
        match self.phase {
            Phase::Aligned => self.on(replicate, Aligned::new(self.nodes, SECOND), observer),
            _ => self.on(replicate, Staggered::new(self.nodes, SECOND, &chance), observer),
        }
    }

    fn on<C: clock::Clock>(&self, replicate: u64, clock: C, observer: &mut dyn Observer<Store>) -> Run<Store> {
        let (nodes, chance) = (self.nodes, self.chance(replicate));
        let Case { strategy, phase, .. } = *self;
        let back_off = BackOff::NONE;
        let common = Common { nodes, strategy, fanout: 1, interval: SECOND, phase, back_off, complete: true };
        assert_eq!(self.settings.check(&common), Ok(()));
        let trial = Trial {
            protocol: &self.settings.protocol(strategy, nodes, &chance),
            graph: &CompleteGraph::over(nodes),
            chance,
            loss: self.loss,
            latency: self.latency,
            fanout: 1,
            limits: Limits::new(self.max_rounds, SECOND, None),
            happenings: self.happenings.clone(),
        };
        trial.run(clock, UpAndDown::new(nodes, nodes), observer)
    }
}

/// One key, which nobody writes by itself.
fn settings() -> StoreSettings {
    StoreSettings {
        keys: 1,
        writes_per_second: 0.0,
        reads_per_second: 0.0,
        arrivals: Arrivals::Poisson,
        during: SECOND,
        zipf: 0.0,
        writers: Writers::Any,
        deletes: Probability::ZERO,
        value_size: Bytes::new(64),
        payload: Payload::Digest,
        delta_limit: 0,
        byte_limit: Bytes::new(0),
        order: Order::Oldest,
        flow_control: 0.0,
        clock: Clock::Lamport,
        increment_on_receipt: false,
        retention: SECOND * 600,
        dormant_sites: 0,
        dormant_retention: SECOND * 3600,
    }
}

fn input(node: u32, key: u32, action: Action) -> Happening<Operation> {
    Happening::Input(NodeId::new(node), Operation { key, action })
}

fn write(node: u32) -> Happening<Operation> {
    input(node, 0, Action::Write)
}

/// All of the operations that the settings of a case stand for.
fn drawn(settings: &StoreSettings, nodes: u32, chance: &Chance) -> Happenings {
    operations(settings, nodes, chance).map(|(at, node, operation)| (at, Happening::Input(node, operation))).collect()
}

/// The number of the round in which the run ended.
fn rounds(run: &Run<Store>) -> u64 {
    assert_eq!(run.outcome, Outcome::Converged);
    run.end.round(SECOND).number()
}

/// How stale nodes are at the end of every round.
#[derive(Default)]
struct Curve {
    rounds: u64,
    /// Every so many rounds are looked at.
    every: u64,
    stale: Vec<Staleness>,
}

impl Curve {
    /// Every so many rounds, with that of number `from` first.
    fn every(every: u64, from: u64) -> Self {
        Curve { rounds: from - 1, every, stale: Vec::new() }
    }
}

impl Observer<Store> for Curve {
    fn due(&self) -> Time {
        Time::ZERO + SECOND * (self.rounds + 1)
    }

    fn look(&mut self, _: Time, view: View<'_, Store>) -> ControlFlow<()> {
        self.stale.extend(Staleness::at(&view, self.due()));
        self.rounds += self.every;
        ControlFlow::Continue(())
    }
}
