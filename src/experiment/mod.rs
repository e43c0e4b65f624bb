//! Every point of a scenario, every replicate of a point: simulated in parallel, handed on in order.

mod crew;
mod driver;
mod faults;
mod general;
mod simulate;

use std::num::NonZeroU64;
use std::sync::Arc;

use thiserror::Error;

use crate::catalog::Misfit;
use crate::clock::{Aligned, Clock, Phase, Poisson, Staggered};
use crate::column::Cell;
use crate::engine::{Agenda, AlwaysUp, Broken, Imbalance, Liveness, Memory, Observer, Outcome, Protocol, UpAndDown};
use crate::memory::{self, Shortage};
use crate::observe::{LinkCount, Mark, Reached};
use crate::plan;
use crate::random::{Chance, Purpose, below};
use crate::scenario::Point;
use crate::scenario::settings::{Origin, Settings, Until};
use crate::space::Space;
use crate::time::Span;
use crate::topology::components::{self, Flow};
use crate::topology::{Drawing, Everybody, Graph, Joined, Load, OnGraph, SharedGraph};
use crate::units::NodeId;
use crate::workload::Strategy;
use crate::workload::Workload;
use crate::workload::rumor::{AntiEntropy, Backed, Counts, Ending, Goal, Gossip, Spread, Spreading};
use crate::workload::rumor::{Curve, RumorObserver};
pub use driver::{Simulate, run_all, run_on, run_points};
use faults::FaultSchedule;
use simulate::Parts;

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
    /// When which shares of the live nodes knew.
    pub reached: Reached,
    /// The pieces of its graph, where there is more than one.
    pub split: Option<Split>,
    /// What went over each link of its graph, if that is recorded.
    pub traffic: Option<Vec<Load>>,
    /// What the workload measured, in the order of its columns; nothing of the rumor, which is told by the rest.
    pub measured: Vec<Cell>,
}

impl Record {
    /// The round, by rounds of length `interval`, in which the last live node learned, of a run that converged; 0 if
    /// nobody had to.
    pub fn rounds(&self, interval: Span) -> Option<u64> {
        self.converged().then(|| self.ending.last_learned.map_or(0, |last| last.round(interval).number()))
    }

    /// Whether every live node has the update.
    pub fn converged(&self) -> bool {
        self.ending.outcome == Outcome::Converged
    }
}

/// A graph in pieces, or one that is directed so that news cannot get everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The sizes of the pieces, largest first.
    pub sizes: Vec<u32>,
    /// Nodes that news from the origin can get to.
    pub reachable: u64,
}

/// Why a run has no end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// A fault of the program.
    #[error("{0}. This is a fault of gossipsim: please report it with the scenario")]
    Unbalanced(Imbalance),
    /// It was broken off.
    #[error("interrupted")]
    Interrupted,
    /// None of many graphs is connected, as the settings of its topology demand.
    #[error("network.topology: {}; write {}", .0.problem, .0.allowed)]
    Undrawn(#[from] Misfit),
}

impl From<Broken> for Fault {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Interrupted => Fault::Interrupted,
            Broken::Unbalanced(imbalance) => Fault::Unbalanced(imbalance),
        }
    }
}

/// Why an experiment gave no results.
#[derive(Debug, Error)]
pub enum Failure<E> {
    /// A signal asked it to stop.
    #[error("interrupted")]
    Interrupted,
    /// A run has no end.
    #[error("point {point}, replicate {replicate}, seed {seed}: {fault}")]
    Run {
        /// Number of the point.
        point: u32,
        /// Number of the replicate.
        replicate: u64,
        /// Seed of the scenario.
        seed: u64,
        /// Why not.
        fault: Fault,
    },
    /// A run needs more memory than there is.
    #[error("point {point}: {shortage}; make it smaller, or let fewer run at a time (--threads 1)")]
    Memory {
        /// Number of the point.
        point: u32,
        /// What was refused.
        shortage: Shortage,
    },
    /// Whoever takes the records failed.
    #[error(transparent)]
    Sink(E),
}

impl<E> Failure<E> {
    /// Why replicate `replicate` of the point with this number, under this seed, gave no record.
    pub fn of_run(point: u32, replicate: u64, seed: u64, fault: Fault) -> Self {
        match fault {
            Fault::Interrupted => Failure::Interrupted,
            fault => Failure::Run { point, replicate, seed, fault },
        }
    }
}

/// A place to work at: the memory of one run after the other.
#[derive(Default)]
pub struct Desk {
    anti_entropy: Drawer<Spreading<AntiEntropy>>,
    mongering: Drawer<Spreading<Gossip>>,
    backed: Drawer<Backed>,
    /// The place of the graph of the point under way, where all its replicates have the same.
    graph: Option<SharedGraph>,
}

/// The memory of runs under the protocol `P`, unless a run works in it.
type Drawer<P> = Option<Memory<P>>;

impl Desk {
    /// Below this a run goes without asking for memory: what must be left after every large block is enough for it.
    const SMALL: u64 = 1 << 20;

    /// Makes sure that there are so many `bytes` for a run, if need be by giving back what earlier runs worked in.
    fn make_room(&mut self, bytes: u64) -> Result<(), Shortage> {
        if bytes < Self::SMALL || memory::ask(bytes).is_ok() {
            return Ok(());
        }
        *self = Desk::default();
        memory::ask(bytes)
    }

    /// Runs replicate `replicate` of `point`; see [`run`].
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn run(&mut self, point: &Point, replicate: u64, go_on: &dyn Fn() -> bool) -> Result<Record, Fault> {
        if point.settings.workload.rumor().is_none() {
            return general::run(&*point.settings.workload, point, replicate, self.graph.as_ref(), go_on);
        }
        let live = point.settings.network.nodes.into();
        let mut curve = Curve::new(live, point.settings.gossip.interval, go_on);
        let mut links = simulate::links(&point.settings);
        let (ending, split) = match &mut links {
            None => self.watch(point, replicate, &mut curve)?,
            Some(links) => self.watch(point, replicate, &mut (&mut curve, links))?,
        };
        let traffic = links.map(|LinkCount(roads)| roads.loads());
        let (curve, reached) = curve.finish(&ending.tally);
        let live = ending.tally.live;
        Ok(Record { point: point.index, replicate, ending, live, curve, reached, split, traffic, measured: Vec::new() })
    }

    fn watch(&mut self, point: &Point, replicate: u64, observer: &mut dyn RumorObserver) -> Result<Whole, Fault> {
        let (settings, origin, split) = (&point.settings, NodeId::default(), None);
        let chance = Chance { seed: point.seed, nodes: settings.network.nodes, replicate };
        let (space, faults) = (simulate::space(settings), FaultSchedule::draw(settings, &chance));
        let shared = self.graph.clone();
        let work = Run { settings, chance, observer, desk: self, space, origin, faults, split };
        Ok(on_shared_graph(point, replicate, shared.as_ref(), work)??)
    }
}

/// The end of a run, and the pieces of its graph.
type Whole = (Ending, Option<Split>);

type Ended = Result<Whole, Broken>;

/// Does `work` on the graph that replicate `replicate` of `point` runs on.
///
/// # Errors
/// A [`Misfit`] if none of many graphs is connected, as the settings of its topology demand.
pub fn on_graph<W: OnGraph>(point: &Point, replicate: u64, work: W) -> Result<W::Output, Misfit> {
    on_shared_graph(point, replicate, None, work)
}

/// The same, on the graph that is in the place of a `shared` one, if there is such a place.
fn on_shared_graph<W: OnGraph>(
    point: &Point,
    replicate: u64,
    shared: Option<&SharedGraph>,
    work: W,
) -> Result<W::Output, Misfit> {
    let network = &point.settings.network;
    let replicate = match network.topology.drawing() {
        Drawing::Once => 0,
        Drawing::None | Drawing::PerReplicate => replicate,
    };
    let chance = Chance { seed: point.seed, nodes: network.nodes, replicate };
    let stream = &mut chance.stream(Purpose::Topology);
    network.topology.on_shared_graph(point.settings.all_nodes(), stream, shared, work)
}

/// Runs replicate `replicate` of `point`; `go_on` is asked at the end of each round, and a run it breaks off is
/// [`Fault::Interrupted`].
///
/// # Errors
/// See [`Fault`].
pub fn run(point: &Point, replicate: u64, go_on: &dyn Fn() -> bool) -> Result<Record, Fault> {
    Desk::default().run(point, replicate, go_on)
}

/// Runs replicate `replicate` of `point` with another workload than its own: one that is no member of the list.
///
/// # Errors
/// See [`Fault`].
pub fn run_workload<W: Workload>(
    workload: &W,
    point: &Point,
    replicate: u64,
    go_on: &dyn Fn() -> bool,
) -> Result<Record, Fault> {
    general::run(&general::Unlisted(workload), point, replicate, None, go_on)
}

/// Runs replicate `replicate` of `point` before the eyes of `observer`.
///
/// # Errors
/// See [`Fault`].
pub fn watch(
    point: &Point,
    replicate: u64,
    observer: &mut dyn RumorObserver,
) -> Result<(Ending, Option<Split>), Fault> {
    Desk::default().watch(point, replicate, observer)
}

/// One run, waiting for its graph; compiled once for each kind of graph, clock and protocol.
struct Run<'a> {
    settings: &'a Settings,
    chance: Chance,
    observer: &'a mut dyn RumorObserver,
    desk: &'a mut Desk,
    /// The distances, where the peer rule goes by them.
    space: Option<Arc<dyn Space>>,
    origin: NodeId,
    faults: FaultSchedule,
    /// The pieces of the graph, once it is known.
    split: Option<Split>,
}

impl OnGraph for Run<'_> {
    type Output = Ended;

    fn with<G: Graph>(self, graph: &G) -> Self::Output {
        let origin = self.origin();
        let split = pieces(graph, origin, flow(self.settings));
        let run = Run { origin, split, ..self };
        match &run.space {
            Some(space) => {
                let space = Arc::clone(space);
                run.with_faults(&Everybody::of(graph, &*space))
            }
            None => run.with_faults(graph),
        }
    }
}

impl Run<'_> {
    /// Where the update starts.
    fn origin(&self) -> NodeId {
        match self.settings.origin() {
            Origin::Node(node) => node,
            Origin::Random => {
                let node = below(&mut self.chance.stream(Purpose::Workload), self.settings.network.nodes.into());
                // Below the number of nodes, which is a u32.
                NodeId::new(node as u32)
            }
        }
    }

    /// The run on `graph`, compiled for it where no node goes down, and once for all graphs where some do.
    fn with_faults<G: Graph>(self, graph: &G) -> Ended {
        if self.settings.faults.is_empty() {
            return self.among(graph, AlwaysUp(graph.nodes()));
        }
        let first = self.settings.network.nodes;
        let live = UpAndDown::new(graph.nodes(), first);
        let joined = Joined::new(graph, first);
        let graph: &dyn Graph = if self.settings.faults.joins() > 0 { &joined } else { graph };
        self.among(&graph, live)
    }

    /// The run among those whom a node may contact on `graph`.
    fn among<G: Graph, L: Liveness>(self, graph: &G, live: L) -> Ended {
        let (chance, interval) = (self.chance, self.settings.gossip.interval);
        match self.settings.gossip.phase {
            Phase::Aligned => self.on_clock(graph, Aligned::new(graph.nodes(), interval), live),
            Phase::Random => self.on_clock(graph, Staggered::new(graph.nodes(), interval, &chance), live),
            Phase::Poisson => self.on_clock(graph, Poisson::new(graph.nodes(), interval, &chance), live),
        }
    }

    fn on_clock<G: Graph, C: Clock, L: Liveness>(self, graph: &G, clock: C, live: L) -> Ended {
        let Settings { gossip, stop, .. } = self.settings;
        let reachable = self.split.as_ref().map_or(graph.nodes().into(), |split| split.reachable);
        let (origin, goal) = (self.origin, Goal { reachable, quiet: stop.until == Until::Quiet });
        let mongering = |spread: &Spread| {
            let rules = Gossip::new(gossip.strategy, gossip.exchange, spread.clone());
            Spreading { rules, origin, goal }
        };
        let every = gossip.anti_entropy.and_then(|every| NonZeroU64::new(every.nanos() / gossip.interval.nanos()));
        match (&gossip.spread, every) {
            (Spread::Forever(_), _) if gossip.connection_limit.is_none() => {
                let rules = AntiEntropy::new(gossip.strategy, gossip.exchange);
                let protocol = Spreading { rules, origin, goal };
                self.go(graph, clock, live, &protocol, |desk| &mut desk.anti_entropy, |observer| observer)
            }
            (spread, None) => {
                self.go(graph, clock, live, &mongering(spread), |desk| &mut desk.mongering, |observer| observer)
            }
            (spread, Some(every)) => {
                let protocol = Backed { rumor: mongering(spread), every };
                self.go(graph, clock, live, &protocol, |desk| &mut desk.backed, |observer| observer)
            }
        }
    }

    fn go<G: Graph, C: Clock, L: Liveness, P: Protocol<Counts = Counts>>(
        self,
        graph: &G,
        clock: C,
        live: L,
        protocol: &P,
        drawer: fn(&mut Desk) -> &mut Drawer<P>,
        observed: for<'o> fn(&'o mut dyn RumorObserver) -> &'o mut dyn Observer<P>,
    ) -> Ended {
        let Run { settings, chance, observer, desk, space, faults, split, .. } = self;
        let FaultSchedule { happenings, cuts } = faults;
        let memory = drawer(desk).take().unwrap_or_default();
        let parts = Parts { settings, chance, space, cuts, graph, clock, live };
        let agenda = Agenda::new(Box::new(faults::widened(&happenings)));
        let run = parts.simulate(protocol, memory, observed(observer), agenda)?;
        let ending = Ending::from(&run);
        *drawer(desk) = Some(run.memory);
        Ok((ending, split))
    }
}

/// Messages a second that the future-event list should be laid out for: what all turns send, and as much again in
/// answers.
fn event_rate(settings: &Settings) -> f64 {
    2.0 * plan::calls(settings) as f64 / settings.gossip.interval.nanos() as f64 * 1e9
}

/// Which way news goes between who contacts and who is contacted.
fn flow(settings: &Settings) -> Flow {
    match settings.gossip.strategy {
        // Who compares versions with another learns what it knows, and the other way round.
        _ if settings.gossip.anti_entropy.is_some() => Flow::Both,
        Strategy::Push => Flow::Along,
        Strategy::Pull => Flow::Against,
        Strategy::PushPull => Flow::Both,
    }
}

/// The pieces of a graph that is not in one, or whose direction keeps news from some.
fn pieces<G: Graph>(graph: &G, origin: NodeId, flow: Flow) -> Option<Split> {
    if graph.connected() {
        return None;
    }
    let (sizes, reachable) = match graph.directed() {
        true => components::directed_sizes_and_reach(graph, origin, flow),
        false => components::sizes_and_reach(graph, origin),
    };
    (sizes.len() > 1 || reachable < graph.nodes()).then(|| Split { sizes, reachable: reachable.into() })
}
