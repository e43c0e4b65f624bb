//! SWIM in the event loop: how soon failures are detected, how often members are suspected, and what it takes.

mod detection;
mod leaving;
mod probes;
mod refutation;

use super::settings::tests::{common, settings};
use super::*;
use crate::clock::Aligned;
use crate::engine::{Happening, Limits, Observer, Run, UpAndDown};
use crate::random::Chance;
use crate::time::{Span, Time};
use crate::topology::CompleteGraph;
use crate::units::NodeId;
use crate::workload::testing::{Carriers, Trial, z};

const SECOND: Span = Span::from_millis(1000);

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
        let trial = Trial {
            protocol: &settings.protocol(&common),
            graph: &CompleteGraph::over(self.nodes),
            chance: Chance { seed: 1, nodes: self.nodes, replicate },
            loss: self.loss,
            latency: self.latency,
            fanout: 1,
            limits: Limits::new(self.periods, SECOND, None),
            happenings: self.faults.clone(),
        };
        trial.run(Aligned::new(self.nodes, SECOND), UpAndDown::new(self.nodes, self.nodes), observer)
    }
}

/// |z| <= 4 for the mean of a sample.
fn assert_mean(name: &str, sample: &[f64], expected: f64) {
    println!("{name}:");
    let z = z(sample, expected, 0.0);
    assert!(z.abs() <= 4.0, "{name}: expected {expected}, z = {z:.2}");
}
