//! A counter in the event loop: when nodes agree, on what, and what it takes.

mod agreement;
mod deltas;
mod losses;
mod swarm;

use std::ops::ControlFlow;

use super::*;
use crate::clock::{Aligned, Phase};
use crate::engine::{Happening, Limits, Observer, Outcome, Run, UpAndDown, View};
use crate::random::{Chance, Purpose};
use crate::time::{Span, Time};
use crate::topology::Graph;
use crate::units::{NodeId, Probability};
use crate::workload::testing::{Trial, z};
use crate::workload::{Arrivals, BackOff, Common, Strategy, Workload};

const SECOND: Span = Span::from_millis(1000);

/// A graph by the neighbours of each node.
#[derive(Clone)]
struct Neighbors(Vec<Vec<u32>>);

impl Neighbors {
    fn complete(nodes: u32) -> Self {
        Neighbors((0..nodes).map(|node| (0..nodes).filter(|other| *other != node).collect()).collect())
    }
}

impl Graph for Neighbors {
    fn nodes(&self) -> u32 {
        self.0.len() as u32
    }

    fn degree(&self, node: NodeId) -> u32 {
        self.0[node.index()].len() as u32
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(self.0[node.index()][index as usize])
    }
}

/// A run in aligned rounds of a second, with uniform peers.
#[derive(Clone)]
struct Case {
    graph: Neighbors,
    strategy: Strategy,
    fanout: u32,
    settings: CounterSettings,
    loss: f64,
    latency: Span,
    faults: Vec<(Time, Happening<Increment>)>,
    max_rounds: u64,
    /// So many of the nodes are there from the start.
    present: u32,
    seed: u64,
}

impl Case {
    /// Every node of a complete graph increments once, at the start.
    fn complete(nodes: u32, strategy: Strategy) -> Self {
        Case::on(Neighbors::complete(nodes), strategy, settings())
    }

    fn on(graph: Neighbors, strategy: Strategy, settings: CounterSettings) -> Self {
        Case {
            present: graph.nodes(),
            graph,
            strategy,
            fanout: 1,
            settings,
            loss: 0.0,
            latency: Span::ZERO,
            faults: Vec::new(),
            max_rounds: 1000,
            seed: 1,
        }
    }

    fn run(&self, replicate: u64) -> Run<Counter> {
        self.watched(replicate, &mut ())
    }

    fn watched(&self, replicate: u64, observer: &mut dyn Observer<Counter>) -> Run<Counter> {
        let nodes = self.graph.nodes();
        assert_eq!(self.settings.check(&common(nodes, self.strategy, self.fanout)), Ok(()));
        let chance = Chance { seed: self.seed, nodes, replicate };
        let inputs =
            increments(&self.settings, nodes, &chance).map(|(at, node, input)| (at, Happening::Input(node, input)));
        let trial = Trial {
            protocol: &self.settings.protocol(self.strategy, self.fanout),
            graph: &self.graph,
            chance,
            loss: self.loss,
            latency: self.latency,
            fanout: self.fanout,
            limits: Limits::new(self.max_rounds, SECOND, None),
            happenings: self.faults.iter().copied().chain(inputs).collect(),
        };
        trial.run(Aligned::new(nodes, SECOND), UpAndDown::new(nodes, self.present), observer)
    }
}

/// One increment of every node at time 0, of which all is sent.
fn settings() -> CounterSettings {
    CounterSettings {
        counter: CounterKind::GrowOnly,
        every: SECOND,
        arrivals: Arrivals::Periodic,
        during: SECOND,
        decrements: Probability::ZERO,
        payload: Payload::Full,
        full_every: 0,
        avoid_back_propagation: true,
        remove_redundancy: true,
        relay: true,
        recovery: Recovery::NewId,
    }
}

/// What a workload is told of the rest of a scenario.
pub(super) fn common(nodes: u32, strategy: Strategy, fanout: u32) -> Common {
    let (phase, back_off) = (Phase::Aligned, BackOff::NONE);
    Common { nodes, strategy, fanout, interval: SECOND, phase, back_off, complete: true }
}

/// The number of the round in which the run ended.
fn rounds(run: &Run<Counter>) -> u64 {
    assert_eq!(run.outcome, Outcome::Converged);
    run.end.round(SECOND).number()
}

/// The value that the nodes show in the mean, and how far off they are, at the end of every round.
struct Curve {
    next: Time,
    values: Vec<f64>,
    errors: Vec<Errors>,
}

impl Curve {
    fn new() -> Self {
        Curve { next: Time::ZERO + SECOND, values: Vec::new(), errors: Vec::new() }
    }
}

impl Observer<Counter> for Curve {
    fn due(&self) -> Time {
        self.next
    }

    fn look(&mut self, _: Time, view: View<'_, Counter>) -> ControlFlow<()> {
        let sum: i64 = columns::live(&view).map(|replica| replica.map.value()).sum();
        self.values.push(sum as f64 / view.live as f64);
        self.errors.extend(Errors::of(&view));
        self.next = self.next + SECOND;
        ControlFlow::Continue(())
    }
}
