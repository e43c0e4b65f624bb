//! memberlist in the event loop: how updates spread, how soon failures are detected, and how often members are suspected.

mod detection;
mod health;
mod lifeguard;
mod spread;

use std::convert::Infallible;

use super::settings::tests::{common, settings};
use super::*;
use crate::clock::Staggered;
use crate::engine::{Agenda, Happening, Limits, Memory, Observer, Run, Simulation, UpAndDown, World};
use crate::network::Network;
use crate::network::latency::{Constant, Latency};
use crate::network::loss::{Bernoulli, Loss};
use crate::peers::{self, Peers};
use crate::random::{Chance, Purpose};
use crate::time::{Span, Time};
use crate::topology::{Graph, Joined};
use crate::units::{NodeId, Probability};

const SECOND: Span = Span::from_millis(1000);

/// All nodes are neighbours.
#[derive(Clone, Copy, Debug)]
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

/// A run on a complete graph, in periods of a second that begin at random moments.
#[derive(Clone)]
struct Case {
    nodes: u32,
    /// So many of them are there from the start.
    present: u32,
    settings: MemberlistSettings,
    loss: f64,
    latency: Span,
    faults: Vec<(Time, Happening<Infallible>)>,
}

impl Case {
    fn new(nodes: u32, written: &str) -> Self {
        let latency = Span::from_millis(1);
        Case { nodes, present: nodes, settings: settings(written), loss: 0.0, latency, faults: Vec::new() }
    }

    /// Node 0 crashes after so many milliseconds.
    fn crashed(self, after: u64) -> Self {
        Case { faults: vec![(Time::ZERO + Span::from_millis(after), Happening::Down(NodeId::new(0)))], ..self }
    }

    fn run(&self, replicate: u64) -> Run<Memberlist> {
        self.watched(replicate, &mut ())
    }

    fn watched(&self, replicate: u64, observer: &mut dyn Observer<Memberlist>) -> Run<Memberlist> {
        let common = common(self.present);
        assert_eq!(self.settings.check_keys(&common), Ok(()));
        let chance = Chance { seed: 1, nodes: self.nodes, replicate };
        let latency = Latency::Constant(Constant { value: self.latency });
        let loss = Loss::Bernoulli(Bernoulli { rate: Probability::new(self.loss).unwrap() });
        let network = Network { latency, loss, ..Network::perfect(&chance) };
        let protocol = self.settings.protocol(&common);
        let complete = Complete(self.nodes);
        let world = World {
            protocol: &protocol,
            graph: &Joined::new(&complete, self.present),
            network: &network,
            peers: &Peers::Uniform(peers::Uniform {}),
            choices: &chance.field(Purpose::Peers),
            coins: &chance.field(Purpose::Protocol),
            fanout: 1,
            admission: None,
        };
        let live = UpAndDown::new(self.nodes, self.present);
        let clock = Staggered::new(self.nodes, SECOND, &chance);
        let simulation = Simulation::new(world, clock, live, Memory::default(), observer);
        let limits = Limits::new(1_000_000, SECOND, None);
        simulation.run(limits, Agenda::new(Box::new(self.faults.clone().into_iter()))).unwrap()
    }
}

/// The middle one of a sample.
fn median(mut sample: Vec<f64>) -> f64 {
    sample.sort_unstable_by(f64::total_cmp);
    sample[sample.len() / 2]
}
