//! Every point of a scenario, every replicate of a point: simulated in parallel, handed on in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use rayon::iter::{ParallelBridge, ParallelIterator};
use thiserror::Error;

use crate::clock::{Aligned, Clock, Phase, Poisson, Staggered};
use crate::engine::{Ending, Imbalance, Limits, Outcome, Simulation, World};
use crate::network::Network;
use crate::observe::{Curve, Mark, Observer};
use crate::protocol::Gossip;
use crate::queue::Wheel;
use crate::random::{Chance, Field, Purpose, below};
use crate::scenario::settings::{Origin, Settings};
use crate::scenario::{Point, Scenario};
use crate::topology::{Drawing, Graph, OnGraph, components};
use crate::units::NodeId;

/// What one run left behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Number of its point.
    pub point: u32,
    /// Number of its replicate.
    pub replicate: u64,
    /// How it ended, and the totals.
    pub ending: Ending,
    /// Live nodes at the end.
    pub live: u64,
    /// Its state at the end of every round, from round 0.
    pub curve: Vec<Mark>,
    /// The pieces of its graph, where there is more than one.
    pub split: Option<Split>,
}

/// A graph in pieces.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The sizes of the pieces, largest first.
    pub sizes: Vec<u32>,
    /// Nodes in the piece of the origin.
    pub reachable: u64,
}

/// Why an experiment gave no results.
#[derive(Debug, Error)]
pub enum Failure<E> {
    /// A signal asked it to stop.
    #[error("interrupted")]
    Interrupted,
    /// A fault of the program.
    #[error(
        "point {point}, replicate {replicate}, seed {seed}: {imbalance}. This is a fault of gossipsim: please report \
         it with the scenario"
    )]
    Unbalanced {
        /// Number of the point.
        point: u32,
        /// Number of the replicate.
        replicate: u64,
        /// Seed of the scenario.
        seed: u64,
        /// What does not add up.
        imbalance: Imbalance,
    },
    /// The threads could not be started.
    #[error("cannot start the worker threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// Whoever takes the records failed.
    #[error(transparent)]
    Sink(E),
}

/// Runs replicate `replicate` of `point`; `go_on` is asked at the end of each round, and a run it breaks off is
/// [`Outcome::Interrupted`].
///
/// # Errors
/// An [`Imbalance`] if the books of the run do not balance.
pub fn run(point: &Point, replicate: u64, go_on: &dyn Fn() -> bool) -> Result<Record, Imbalance> {
    let mut curve = Curve::new(point.settings.gossip.interval, go_on);
    let (ending, split) = simulate(point, replicate, &mut curve)?;
    let live = point.settings.network.nodes.into();
    Ok(Record { point: point.index, replicate, ending, live, curve: curve.finish(), split })
}

/// Runs replicate `replicate` of `point` before the eyes of `observer`, whom every event reaches through a table of
/// functions: for tests and tools. [`run`] is the fast way.
///
/// # Errors
/// An [`Imbalance`] if the books of the run do not balance.
pub fn watch(point: &Point, replicate: u64, observer: &mut dyn Observer) -> Result<(Ending, Option<Split>), Imbalance> {
    simulate(point, replicate, observer)
}

/// One run; compiled once for each kind of observer, graph and clock.
fn simulate<O: Observer + ?Sized>(
    point: &Point,
    replicate: u64,
    observer: &mut O,
) -> Result<(Ending, Option<Split>), Imbalance> {
    let network = &point.settings.network;
    let chance = Chance { seed: point.seed, nodes: network.nodes, replicate };
    let drawn = match network.topology.drawing() {
        Drawing::Once => Chance { replicate: 0, ..chance },
        Drawing::None | Drawing::PerReplicate => chance,
    };
    let work = Run { settings: &point.settings, chance, observer };
    network.topology.on_graph(network.nodes, &mut drawn.stream(Purpose::Topology), work)
}

/// One run, waiting for its graph.
struct Run<'a, O: ?Sized> {
    settings: &'a Settings,
    chance: Chance,
    observer: &'a mut O,
}

impl<O: Observer + ?Sized> OnGraph for Run<'_, O> {
    type Output = Result<(Ending, Option<Split>), Imbalance>;

    fn with<G: Graph>(self, graph: &G) -> Self::Output {
        let (chance, interval) = (self.chance, self.settings.gossip.interval);
        match self.settings.gossip.phase {
            Phase::Aligned => self.go(graph, Aligned::new(graph.nodes(), interval)),
            Phase::Random => self.go(graph, Staggered::new(graph.nodes(), interval, &chance)),
            Phase::Poisson => self.go(graph, Poisson::new(graph.nodes(), interval, &chance)),
        }
    }
}

impl<O: Observer + ?Sized> Run<'_, O> {
    fn go<G: Graph, C: Clock>(self, graph: &G, clock: C) -> Result<(Ending, Option<Split>), Imbalance> {
        let Settings { network, gossip, workload, stop } = self.settings;
        let draws = |purpose| -> Field { self.chance.field(purpose) };
        let laws = Network {
            latency: network.latency.clone(),
            delays: draws(Purpose::Latency),
            loss: network.loss.clone(),
            losses: draws(Purpose::Loss),
        };
        let origin = match workload.origin {
            Origin::Node(node) => node,
            Origin::Random => {
                let node = below(&mut self.chance.stream(Purpose::Workload), graph.nodes().into());
                // Below the number of nodes, which is a u32.
                NodeId::new(node as u32)
            }
        };
        let split = pieces(graph, origin);
        let reachable = split.as_ref().map_or(graph.nodes().into(), |split| split.reachable);
        let world = World {
            protocol: &Gossip::new(gossip.strategy, gossip.exchange, gossip.spread.clone()),
            graph,
            network: &laws,
            peers: &gossip.peers,
            choices: &draws(Purpose::Peers),
            coins: &draws(Purpose::Protocol),
            fanout: gossip.fanout,
            queue: Wheel::new(event_rate(self.settings)),
        };
        let limits = Limits::new(stop.max_rounds, gossip.interval, stop.max_time);
        let ending = Simulation::new(world, clock, origin).run(limits, reachable, self.observer)?;
        Ok((ending, split))
    }
}

/// Messages a second that the future-event list should be laid out for: what all turns send, and as much again in
/// answers.
fn event_rate(settings: &Settings) -> f64 {
    let turns = f64::from(settings.network.nodes) / settings.gossip.interval.nanos() as f64 * 1e9;
    2.0 * turns * f64::from(settings.gossip.fanout)
}

/// The pieces of a graph that is not in one.
fn pieces<G: Graph>(graph: &G, origin: NodeId) -> Option<Split> {
    if graph.connected() {
        return None;
    }
    let sizes = components::sizes(graph);
    (sizes.len() > 1).then(|| Split { sizes, reachable: components::reach(graph, origin).into() })
}

/// Runs every replicate of every point on `threads` threads (0: one for each core) and hands the records to `sink`
/// in the order of points and replicates, whatever the threads do. `halt` ends the work early.
///
/// # Errors
/// See [`Failure`]; records handed on before it are in order and complete.
pub fn run_all<E: Send>(
    scenario: &Scenario,
    threads: usize,
    halt: &AtomicBool,
    mut sink: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let jobs = scenario.points.iter().flat_map(|point| (0..scenario.replicates).map(move |number| (point, number)));
    let broken = AtomicBool::new(false);
    let go_on = || !halt.load(Ordering::Relaxed) && !broken.load(Ordering::Relaxed);
    let (sender, finished) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            pool.install(|| {
                // Jobs that nobody wants any more are not even counted: there may be 2^64 of them.
                let jobs = jobs.enumerate().take_while(|_| go_on());
                jobs.par_bridge().for_each_with(sender, |sender, (index, (point, replicate))| {
                    // Nobody listens any more only after a failure, which is reported already.
                    let _ = sender.send((index, point, replicate, run(point, replicate, &go_on)));
                });
            });
        });
        let collected = collect(finished, &mut sink);
        broken.store(collected.is_err(), Ordering::Relaxed);
        collected
    })?;
    if halt.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(()) }
}

type Finished<'a> = (usize, &'a Point, u64, Result<Record, Imbalance>);

/// Puts finished runs back in order: a run that overtook others waits for them.
fn collect<E>(
    finished: mpsc::Receiver<Finished<'_>>,
    sink: &mut impl FnMut(Record) -> Result<(), E>,
) -> Result<(), Failure<E>> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (index, point, replicate, result) in finished {
        let record = result.map_err(|imbalance| Failure::Unbalanced {
            point: point.index,
            replicate,
            seed: point.seed,
            imbalance,
        })?;
        if record.ending.outcome == Outcome::Interrupted {
            return Err(Failure::Interrupted);
        }
        early.insert(index, record);
        while let Some(record) = early.remove(&next) {
            sink(record).map_err(Failure::Sink)?;
            next += 1;
        }
    }
    Ok(())
}
