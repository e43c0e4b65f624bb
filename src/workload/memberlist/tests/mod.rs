//! memberlist in the event loop: how updates spread, how soon failures are detected, and how often members are suspected.

mod detection;
mod health;
mod leaving;
mod lifeguard;
mod spread;
mod stalls;

use std::convert::Infallible;

use super::settings::tests::{common, settings};
use super::*;
use crate::clock::Staggered;
use crate::engine::{Happening, Limits, Observer, Run, UpAndDown};
use crate::random::Chance;
use crate::time::{Span, Time};
use crate::topology::{CompleteGraph, Joined};
use crate::units::NodeId;
use crate::workload::testing::{Carriers, Trial};

const SECOND: Span = Span::from_millis(1000);

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
        let complete = CompleteGraph::over(self.nodes);
        let trial = Trial {
            protocol: &self.settings.protocol(&common),
            graph: &Joined::new(&complete, self.present),
            chance,
            loss: self.loss,
            latency: self.latency,
            fanout: 1,
            limits: Limits::new(1_000_000, SECOND, None),
            happenings: self.faults.clone(),
        };
        let clock = Staggered::new(self.nodes, SECOND, &chance);
        trial.run(clock, UpAndDown::new(self.nodes, self.present), observer)
    }
}

fn after(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

/// Counts the messages that carry an update about a node.
fn carriers(nodes: u32, about: NodeId) -> Carriers<Memberlist> {
    Carriers::new(nodes, about, |message: &Message, about| {
        message.news.iter().filter(|update| update.about == about).count()
    })
}

/// The middle one of a sample.
fn median(mut sample: Vec<f64>) -> f64 {
    sample.sort_unstable_by(f64::total_cmp);
    sample[sample.len() / 2]
}
