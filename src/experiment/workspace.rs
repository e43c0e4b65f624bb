//! A place to work at: it runs one replicate after the other, each in the memory of the one before.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::sync::Arc;

use super::adversaries;
use super::failure::Fault;
use super::faults::FaultSchedule;
use super::general::{self, Remembered};
use super::graph::{on_shared_graph, pieces};
use super::record::{Record, Split};
use super::simulate::{self, Parts};
use super::views;
use crate::bits;
use crate::distance::DistanceIndex;
use crate::engine::{AlwaysUp, Broken, Conduct, Liveness, Memory, Observer, Protocol, UpAndDown};
use crate::memory::{self, Shortage};
use crate::observe::{EventRecorder, LinkCount, QueueReport};
use crate::random::{Chance, Purpose, Use, below};
use crate::settings::{Origin, Point, Settings, Until};
use crate::topology::components::{self, EdgeDirection};
use crate::topology::{Everybody, Graph, Joined, OnGraph, SharedGraph};
use crate::units::NodeId;
use crate::workload::Strategy;
use crate::workload::rumor::{
    AntiEntropy, Backed, Counts, Ending, Forwarding, Gossip, Origins, Patient, Spread, Spreading, StoppingRule,
};
use crate::workload::rumor::{Curve, RegionTimes, RumorObserver};

/// A place to work at: the memory of one run after the other.
#[derive(Default)]
pub struct Workspace {
    anti_entropy: RunBuffers<Spreading<AntiEntropy>>,
    mongering: RunBuffers<Spreading<Gossip>>,
    backed: RunBuffers<Backed>,
    forwarding: RunBuffers<Forwarding>,
    patient: RunBuffers<Patient>,
    /// Of the workload that ran last, if that was not the rumor.
    other: Remembered,
    /// What passed the queues of the nodes of the last run of the rumor, where they have any.
    queues: Option<Box<QueueReport>>,
    /// The place of the graph of the point under way, where all its replicates have the same.
    pub(super) graph: Option<SharedGraph>,
}

/// The memory of runs under the protocol `P`, unless a run works in it.
type RunBuffers<P> = Option<Memory<P>>;

impl Workspace {
    /// Below this a run goes without asking for memory: what must be left after every large block is enough for it.
    const SMALL: u64 = 1 << 20;

    /// Makes sure that there are so many `bytes` for a run, if need be by giving back what earlier runs worked in.
    pub(super) fn make_room(&mut self, bytes: u64) -> Result<(), Shortage> {
        if bytes < Self::SMALL || memory::ask(bytes).is_ok() {
            return Ok(());
        }
        *self = Workspace::default();
        memory::ask(bytes)
    }

    /// Runs replicate `replicate` of `point`; see [`run`](super::run).
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn run(&mut self, point: &Point, replicate: u64, keep_going: &dyn Fn() -> bool) -> Result<Record, Fault> {
        self.run_recorded(point, replicate, keep_going, None)
    }

    /// The same, with all that happens recorded, if that is asked for.
    pub(super) fn run_recorded(
        &mut self,
        point: &Point,
        replicate: u64,
        keep_going: &dyn Fn() -> bool,
        recorder: Option<&mut EventRecorder>,
    ) -> Result<Record, Fault> {
        if point.settings.workload.rumor().is_none() {
            let workload = &*point.settings.workload;
            let place = (&mut self.other, self.graph.as_ref());
            return general::run(workload, point, replicate, place, (keep_going, recorder));
        }
        let start = [point.settings.origins(), point.settings.honest()].map(u64::from);
        let chance = point.chance(replicate);
        let starts = || origins(&point.settings, &chance);
        let apart = if point.settings.adversaries.is_empty() {
            Vec::new()
        } else {
            let mut apart: Vec<NodeId> =
                adversaries::drawn(&point.settings, &chance, &starts()).into_iter().map(|(node, _)| node).collect();
            apart.sort_unstable();
            apart
        };
        let mut curve = Curve::new(start, point.settings.gossip.interval, keep_going).without(&apart);
        let mut links = simulate::links(point, replicate, self.graph.as_ref())?;
        let mut by_region = point.settings.regions().map(|regions| RegionTimes::new(regions, &starts(), &apart));
        let (ending, split) = match (&mut links, &mut by_region, recorder) {
            (None, None, None) => self.watch(point, replicate, &mut curve)?,
            (links, by_region, recorder) => {
                let others = (links.as_mut(), (by_region.as_mut(), recorder));
                self.watch(point, replicate, &mut (&mut curve, others))?
            }
        };
        let by_region = by_region.map(RegionTimes::finish);
        let traffic = links.map(|LinkCount(routes)| routes.loads());
        let (mut curve, reached) = curve.finish(&ending.tally);
        let (live, queues) = (ending.tally.live, self.queues.take());
        if let (Some(last), Some(queues)) = (curve.last_mut(), &queues) {
            last.queued = queues.left;
        }
        let (point, courses, measured) = (point.index, Vec::new(), Vec::new());
        Ok(Record {
            point,
            replicate,
            ending,
            live,
            curve,
            reached,
            by_region,
            split,
            traffic,
            queues,
            courses,
            measured,
        })
    }

    /// Runs replicate `replicate` of `point`, which is of the rumor, before the eyes of `observer`; see
    /// [`watch`](super::watch).
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn watch(
        &mut self,
        point: &Point,
        replicate: u64,
        observer: &mut dyn RumorObserver,
    ) -> Result<(Ending, Option<Split>), Fault> {
        let settings = &point.settings;
        let chance = point.chance(replicate);
        let (shared, faults) = (self.graph.clone(), FaultSchedule::draw(settings, &chance));
        let work = Run {
            settings,
            chance,
            observer,
            workspace: self,
            space: None,
            origins: Vec::new(),
            adversaries: Vec::new(),
            faults,
            split: None,
            honestly_reachable: None,
        };
        Ok(on_shared_graph(point, replicate, shared.as_ref(), work)??)
    }
}

/// The end of a run, and the pieces of its graph.
type Whole = (Ending, Option<Split>);

type Ended = Result<Whole, Broken>;

/// One run, waiting for its graph; compiled for each protocol, and for the kinds of graph that most runs are on.
struct Run<'a> {
    settings: &'a Settings,
    chance: Chance,
    observer: &'a mut dyn RumorObserver,
    workspace: &'a mut Workspace,
    /// The distances, where the peer rule goes by them, once the graph is known.
    space: Option<Arc<dyn DistanceIndex>>,
    /// Who has the update at the start, once the graph is known.
    origins: Vec<NodeId>,
    /// Who does not do its part, once the graph is known.
    adversaries: Vec<(NodeId, Conduct)>,
    faults: FaultSchedule,
    /// The pieces of the graph, once it is known.
    split: Option<Split>,
    /// How many nodes the update can get to past none that passes nothing on, where that is another number.
    honestly_reachable: Option<u64>,
}

impl OnGraph for Run<'_> {
    type Output = Ended;

    fn with<G: Graph>(self, graph: &G) -> Self::Output {
        let origins = origins(self.settings, &self.chance);
        let adversaries = adversaries::drawn(self.settings, &self.chance, &origins);
        if let Some(overlay) = views::overlay(self.settings, &self.chance, self.workspace.graph.as_ref()) {
            let split = pieces(&overlay, &origins, flow(self.settings));
            return Run { origins, adversaries, split, ..self }.with_faults(&overlay.erased());
        }
        let split = pieces(graph, &origins, flow(self.settings));
        let space = simulate::space(self.settings, graph.erased(), self.workspace.graph.as_ref());
        let run = Run { origins, adversaries, split, space: space.clone(), ..self };
        let run = run.past_adversaries(graph);
        match space {
            Some(space) => run.with_faults(&Everybody::of(graph, &*space).erased()),
            None => run.with_faults(graph),
        }
    }
}

impl Run<'_> {
    /// None of those who do not do their part passes a rumor on: what `graph` has behind them it does not get to.
    fn past_adversaries<G: Graph>(self, graph: &G) -> Self {
        if !self.settings.may_be_parted() {
            return self;
        }
        let avoided: Vec<NodeId> = self.adversaries.iter().map(|(node, _)| *node).collect();
        let reached = components::reached(graph, &self.origins, flow(self.settings), &avoided);
        Run { honestly_reachable: Some(bits::members(reached.words()).count() as u64), ..self }
    }

    /// The run on `graph`, compiled for it where no node goes down, and once for all graphs elsewhere.
    fn with_faults<G: Graph>(self, graph: &G) -> Ended {
        if self.settings.all_stay() {
            return self.among(graph, AlwaysUp(graph.nodes()));
        }
        let first = self.settings.network.nodes;
        let live = UpAndDown::new(graph.nodes(), first).with_adversaries(&self.adversaries);
        let joined = Joined::new(graph, first);
        let graph: &dyn Graph = if self.settings.faults.joins() > 0 { &joined } else { graph.erased() };
        self.among(&graph, live)
    }

    /// The run among those whom a node may contact on `graph`.
    fn among<G: Graph, L: Liveness>(self, graph: &G, live: L) -> Ended {
        let Settings { gossip, stop, .. } = self.settings;
        let reachable = match self.honestly_reachable {
            Some(reachable) => reachable,
            None => self.split.as_ref().map_or(graph.nodes().into(), |split| split.reachable),
        };
        let (origins, goal) = (self.origins.clone(), StoppingRule { reachable, quiet: stop.until == Until::Quiet });
        let mongering = |spread: &Spread| {
            let rules = Gossip::new(gossip.strategy, gossip.exchange, spread.clone());
            Spreading { rules, origins: origins.clone(), goal }
        };
        let every = gossip.anti_entropy.and_then(|every| NonZeroU64::new(every.nanos() / gossip.interval.nanos()));
        if let Some(rule) = gossip.forward.at_once() {
            let protocol = Forwarding { rumor: mongering(&gossip.spread), rule: rule.clone(), fanout: gossip.fanout };
            // Compiled once for all graphs.
            let graph = graph.erased();
            return self.go(&graph, live, &protocol, |workspace| &mut workspace.forwarding, |observer| observer);
        }
        if gossip.backs_off() {
            let rules = AntiEntropy::new(gossip.strategy, gossip.exchange);
            let protocol = Patient { rumor: Spreading { rules, origins, goal }, back_off: gossip.back_off() };
            // Compiled once for all graphs.
            let graph = graph.erased();
            return self.go(&graph, live, &protocol, |workspace| &mut workspace.patient, |observer| observer);
        }
        match (&gossip.spread, every) {
            (Spread::Forever(_), _) if gossip.connection_limit.is_none() => {
                let rules = AntiEntropy::new(gossip.strategy, gossip.exchange);
                let protocol = Spreading { rules, origins, goal };
                self.go(graph, live, &protocol, |workspace| &mut workspace.anti_entropy, |observer| observer)
            }
            (spread, None) => {
                self.go(graph, live, &mongering(spread), |workspace| &mut workspace.mongering, |observer| observer)
            }
            (spread, Some(every)) => {
                let protocol = Backed { rumor: mongering(spread), every };
                self.go(graph, live, &protocol, |workspace| &mut workspace.backed, |observer| observer)
            }
        }
    }

    fn go<G: Graph, L: Liveness, P: Protocol<Counts = Counts>>(
        self,
        graph: &G,
        live: L,
        protocol: &P,
        buffers: fn(&mut Workspace) -> &mut RunBuffers<P>,
        observed: for<'o> fn(&'o mut dyn RumorObserver) -> &'o mut dyn Observer<P>,
    ) -> Ended {
        let Run { settings, chance, observer, workspace, space, faults, split, .. } = self;
        let FaultSchedule { nodes: schedule, paths } = faults;
        let memory = buffers(workspace).take().unwrap_or_default();
        let parts = Parts { settings, chance, space, paths, graph, live };
        let agenda = schedule.agenda(None).renewing(views::renewal(settings));
        let run = parts.simulate(protocol, memory, observed(observer), agenda)?;
        workspace.queues = simulate::report(&run);
        let ending = Ending::from(&run);
        *buffers(workspace) = Some(run.memory);
        Ok((ending, split))
    }
}

/// Where the update starts: of more nodes the same come first.
pub(super) fn origins(settings: &Settings, chance: &Chance) -> Vec<NodeId> {
    if let Some(Origins::Nodes(list)) = settings.workload.rumor().map(|rumor| &rumor.origins) {
        return list.nodes().to_vec();
    }
    let (nodes, count) = (settings.network.nodes, settings.origins() as usize);
    let first = match settings.origin() {
        Origin::Node(node) => node,
        // Below the number of nodes, which is a u32.
        Origin::Random => NodeId::new(below(&mut chance.stream(Purpose::Workload), nodes.into()) as u32),
    };
    let mut origins = vec![first];
    if count > 1 {
        let (draws, mut taken) = (chance.field(Purpose::Workload), BTreeSet::from([first]));
        // Who is drawn again is passed over.
        let others = (0..).map(|draw| NodeId::new(draws.below(nodes, 0, draw, Use::OTHER_ORIGIN.slot(0))));
        origins.extend(others.filter(|node| taken.insert(*node)).take(count - 1));
    }
    origins
}

/// Which way updates go between who contacts and who is contacted.
pub fn flow(settings: &Settings) -> EdgeDirection {
    match settings.gossip.strategy {
        // What is forwarded goes along, whatever turns are for.
        Strategy::Pull if settings.gossip.forwards_at_once() => EdgeDirection::Both,
        // Who compares versions with another learns what it knows, and the other way round.
        _ if settings.gossip.anti_entropy.is_some() => EdgeDirection::Both,
        Strategy::Push => EdgeDirection::Along,
        Strategy::Pull => EdgeDirection::Against,
        Strategy::PushPull => EdgeDirection::Both,
    }
}
