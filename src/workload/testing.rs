//! What the tests of several workloads share: settings that are defaults but for a few, a run in the event loop, and how far
//! a mean lies from what is expected.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::engine::{
    Agenda, Envelope, Happening, Limits, Liveness, Memory, Observer, Protocol, Run, Simulation, View, World,
};
use crate::key::Key;
use crate::network::latency::{self, Constant, Latency};
use crate::network::loss::{Bernoulli, Loss};
use crate::network::{Delivery, Network};
use crate::peers::{self, Peers};
use crate::random::{Chance, Purpose};
use crate::stats::Moments;
use crate::time::{Span, Time};
use crate::topology::Graph;
use crate::units::{NodeId, Probability};

/// The settings where each of `keys` has its default but those of `written`, a table of TOML.
pub(super) fn settings_of<S: DeserializeOwned>(keys: &[Key], written: &str) -> S {
    table_of(keys, written).try_into().unwrap()
}

/// The same where `size` is a law or a size alone, which the scenario reader takes for one, and serde does not.
pub(super) fn settings_of_size<S: DeserializeOwned>(keys: &[Key], written: &str) -> S {
    let mut table = table_of(keys, written);
    let value = table.remove("size").unwrap();
    let law = |name: &str, setting: toml::Value| toml::Table::from_iter([(name.to_owned(), setting)]);
    table.insert("size".to_owned(), law("constant", law("value", value).into()).into());
    table.try_into().unwrap()
}

fn table_of(keys: &[Key], written: &str) -> toml::Table {
    let mut table = toml::Table::new();
    for key in keys {
        let Some(default) = key.default() else { continue };
        table.extend(format!("{} = {default}", key.name()).parse::<toml::Table>().unwrap());
    }
    table.extend(written.parse::<toml::Table>().unwrap());
    table
}

/// The settings are those that `keys` name, in their order.
pub(super) fn assert_named<S: Serialize>(settings: &S, keys: &[Key]) {
    let written = serde_json::to_value(settings).unwrap();
    assert!(written.as_object().unwrap().keys().map(String::as_str).eq(keys.iter().map(Key::name)), "{written}");
}

/// A run to be made, with uniform peers.
pub(super) struct Trial<'a, P: Protocol> {
    pub(super) protocol: &'a P,
    pub(super) graph: &'a dyn Graph,
    pub(super) chance: Chance,
    pub(super) loss: f64,
    /// Of every message.
    pub(super) latency: Span,
    pub(super) fanout: u32,
    pub(super) limits: Limits,
    /// What comes from outside, in any order; of one instant the first goes first.
    pub(super) happenings: Vec<(Time, Happening<P::Input>)>,
}

impl<P: Protocol> Trial<'_, P> {
    /// The run, before the eyes of `observer`.
    pub(super) fn run(mut self, clock: impl Clock, live: impl Liveness, observer: &mut dyn Observer<P>) -> Run<P> {
        let chance = self.chance;
        // As a scenario has it: what takes no time is told apart from what takes a time of 0.
        let latency = match self.latency {
            Span::ZERO => Latency::None(latency::None {}),
            value => Latency::Constant(Constant { value }),
        };
        let loss = Loss::Bernoulli(Bernoulli { rate: Probability::new(self.loss).unwrap() });
        let world = World {
            protocol: self.protocol,
            graph: &self.graph,
            network: &Network { latency, loss, ..Network::perfect(&chance) },
            peers: &Peers::Uniform(peers::Uniform {}),
            choices: &chance.field(Purpose::Peers),
            coins: &chance.field(Purpose::Protocol),
            fanout: self.fanout,
            knows_dead: None,
            admission: None,
        };
        self.happenings.sort_by_key(|(at, _)| *at);
        let blocked = self.happenings.iter().filter_map(|(_, happening)| match happening {
            Happening::Block { node, .. } => Some((*node, Span::ZERO)),
            _ => None,
        });
        let blocked = blocked.collect();
        let agenda = Agenda::new(Box::new(self.happenings.into_iter())).blocking(blocked);
        Simulation::new(world, clock, live, Memory::default(), observer).run(self.limits, agenda).unwrap()
    }
}

/// Who sends updates about a node how often, and when nodes come and go.
pub(super) struct Carriers<P: Protocol> {
    /// How many updates about that node a message carries.
    carried: fn(&P::Message, NodeId) -> usize,
    about: NodeId,
    /// By sender.
    pub(super) messages: Vec<u64>,
    /// When, and how many nodes are up then.
    pub(super) changes: Vec<(Time, u64)>,
}

impl<P: Protocol> Carriers<P> {
    /// Nobody has sent anything about `about`.
    pub(super) fn new(nodes: u32, about: NodeId, carried: fn(&P::Message, NodeId) -> usize) -> Self {
        Carriers { carried, about, messages: vec![0; nodes as usize], changes: Vec::new() }
    }
}

impl<P: Protocol> Observer<P> for Carriers<P> {
    fn every_message(&self) -> bool {
        true
    }

    fn sent(&mut self, _: Time, envelope: &Envelope<P::Message>, _: Delivery, _: u64) {
        let carried = (self.carried)(&envelope.message, self.about) as u64;
        assert!(carried <= 1);
        self.messages[envelope.from.index()] += carried;
    }

    fn population(&mut self, now: Time, view: View<'_, P>) {
        self.changes.push((now, view.live));
    }
}

/// How many standard errors the mean of `sample` lies from `expected`, which is itself known but for `error`.
pub(super) fn z(sample: &[f64], expected: f64, error: f64) -> f64 {
    let moments: Moments = sample.iter().copied().collect();
    let (mean, sem) = (moments.mean().unwrap(), moments.sem().unwrap());
    let z = (mean - expected) / (sem * sem + error * error).sqrt();
    println!("mean {mean:.6}, expected {expected:.6}, z = {z:.2}");
    z
}
