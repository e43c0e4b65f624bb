//! SWIM in the event loop: how soon failures are detected, how often members are suspected, and what it takes.

mod detection;
mod probes;
mod refutation;

use super::settings::tests::{common, settings};
use super::*;
use crate::clock::Aligned;
use crate::engine::{Agenda, Happening, Limits, Memory, Observer, Run, Simulation, UpAndDown, World};
use crate::network::Network;
use crate::network::latency::{Constant, Latency};
use crate::network::loss::{Bernoulli, Loss};
use crate::peers::{self, Peers};
use crate::random::{Chance, Purpose};
use crate::time::{Span, Time};
use crate::topology::Graph;
use crate::units::{NodeId, Probability};

const SECOND: Span = Span::from_millis(1000);

/// All nodes are neighbours.
#[derive(Clone, Copy)]
struct Complete(u32);

impl Graph for Complete {
    fn nodes(&self) -> u32 {
        self.0
    }

    fn degree(&self, _: NodeId) -> u32 {
        self.0 - 1
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(index + u32::from(index >= node.number()))
    }
}

/// A run on a complete graph in aligned periods of a second.
#[derive(Clone)]
struct Case {
    nodes: u32,
    settings: SwimSettings,
    loss: f64,
    latency: Span,
    faults: Vec<(Time, Happening<std::convert::Infallible>)>,
    periods: u64,
}

impl Case {
    fn new(nodes: u32, written: &str) -> Self {
        let settings = settings(written);
        Case { nodes, settings, loss: 0.0, latency: Span::ZERO, faults: Vec::new(), periods: 10 }
    }

    /// The last `crashed` nodes crash just before the first period.
    fn crashed(self, crashed: u32) -> Self {
        let down = |node| (Time::ZERO, Happening::Down(NodeId::new(node)));
        Case { faults: (self.nodes - crashed..self.nodes).map(down).collect(), ..self }
    }

    fn run(&self, replicate: u64) -> Run<Swim> {
        self.watched(replicate, &mut ())
    }

    fn watched(&self, replicate: u64, observer: &mut dyn Observer<Swim>) -> Run<Swim> {
        let common = common(self.nodes);
        let settings = SwimSettings { during: SECOND * self.periods, ..self.settings.clone() };
        assert_eq!(settings.check_keys(&common), Ok(()));
        let chance = Chance { seed: 1, nodes: self.nodes, replicate };
        let latency = Latency::Constant(Constant { value: self.latency });
        let loss = Loss::Bernoulli(Bernoulli { rate: Probability::new(self.loss).unwrap() });
        let network = Network { latency, loss, ..Network::perfect(&chance) };
        let protocol = settings.protocol(&common);
        let world = World {
            protocol: &protocol,
            graph: &Complete(self.nodes),
            network: &network,
            peers: &Peers::Uniform(peers::Uniform {}),
            choices: &chance.field(Purpose::Peers),
            coins: &chance.field(Purpose::Protocol),
            fanout: 1,
            admission: None,
        };
        let live = UpAndDown::new(self.nodes, self.nodes);
        let clock = Aligned::new(self.nodes, SECOND);
        let simulation = Simulation::new(world, clock, live, Memory::default(), observer);
        simulation
            .run(Limits::new(self.periods, SECOND, None), Agenda::new(Box::new(self.faults.clone().into_iter())))
            .unwrap()
    }
}

/// |z| <= 4 for the mean of a sample.
fn assert_mean(name: &str, sample: &[f64], expected: f64) {
    let count = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / count;
    let variance = sample.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (count - 1.0);
    let z = (mean - expected) / (variance / count).sqrt();
    println!("{name}: mean {mean:.6}, expected {expected:.6}, z = {z:.2}");
    assert!(z.abs() <= 4.0, "{name}: mean {mean}, expected {expected}, z = {z:.2}");
}
