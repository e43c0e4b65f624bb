//! One run of any protocol, put together from the settings of its point.

use std::sync::Arc;

use super::bandwidth_classes;
use super::graph::on_shared_graph;
use super::network_view::peers_of;
use crate::catalog::Incompatible;
use crate::clock::AnyClock;
use crate::distance::DistanceIndex;
use crate::engine::{
    Agenda, Broken, ConnectionLimit, Limits, Liveness, Memory, Message as _, Observer, Protocol, Queues, Run,
    Simulation, World,
};
use crate::network::path_faults::PathFaults;
use crate::network::{Network, Shaping};
use crate::observe::{LinkCount, QueueReport};
use crate::plan;
use crate::random::{Chance, Purpose};
use crate::settings::{Point, Settings};
use crate::topology::{Graph, Metric, OnGraph, SharedGraph};

/// The draw below which messages count as exceptionally fast: one in 64.
const SOONEST: u64 = u64::MAX / 64;

/// The parts of a run besides its protocol.
pub(super) struct Parts<'a, G, L> {
    pub(super) settings: &'a Settings,
    pub(super) chance: Chance,
    /// The distances, where the peer rule goes by them.
    pub(super) space: Option<Arc<dyn DistanceIndex>>,
    /// What is wrong with which paths.
    pub(super) paths: PathFaults,
    pub(super) graph: &'a G,
    pub(super) live: L,
}

impl<G: Graph, L: Liveness> Parts<'_, G, L> {
    /// Runs `protocol` in `memory`, before the eyes of `observer` and with what comes from outside.
    pub(super) fn simulate<P: Protocol>(
        self,
        protocol: &P,
        mut memory: Memory<P>,
        observer: &mut dyn Observer<P>,
        agenda: Agenda<'_, P::Input>,
    ) -> Result<Run<P>, Broken> {
        let Parts { settings, chance, space, paths, graph, live } = self;
        let Settings { network, gossip, stop, .. } = settings;
        memory.lay_out(event_rate(settings), network.latency.quantile(SOONEST));
        let (latency, loss, transport) = (network.latency.clone(), network.loss.clone(), network.transport);
        let world = World {
            protocol,
            graph,
            network: &Network {
                latency,
                loss,
                faults: paths,
                transport,
                ordered: network.ordered,
                shaping: shaping(settings, &chance).map(Arc::new),
                ..Network::perfect(&chance)
            },
            peers: &space.map_or_else(|| peers_of(settings, graph.erased()), |space| gossip.peers.on(&space)),
            choices: &chance.field(Purpose::Peers),
            coins: &chance.field(Purpose::Protocol),
            fanout: gossip.fanout,
            knows_dead: gossip.knows_dead.0,
            admission: gossip.connection_limit.map(|limit| ConnectionLimit { limit, hunt: gossip.hunt }),
        };
        let limits = Limits::new(stop.max_rounds, gossip.interval, stop.max_time);
        // The event loop alone is compiled for each clock.
        match gossip.phase.clock(graph.nodes(), gossip.interval, gossip.pace(), &chance) {
            AnyClock::Aligned(clock) => Simulation::new(world, clock, live, memory, observer).run(limits, agenda),
            AnyClock::Staggered(clock) => Simulation::new(world, clock, live, memory, observer).run(limits, agenda),
            AnyClock::Drawn(clock) => Simulation::new(world, clock, live, memory, observer).run(limits, agenda),
        }
    }
}

/// How fast nodes send and receive in one run, where anything limits it.
fn shaping(settings: &Settings, chance: &Chance) -> Option<Shaping> {
    let shaping = settings.shaping(chance)?;
    let classes = bandwidth_classes::drawn(settings, chance, shaping.regions.as_deref());
    Some(Shaping { classes, ..shaping })
}

/// What passed the queues of the nodes of a run, where they have any.
pub(super) fn report<P: Protocol>(run: &Run<P>) -> Option<Box<QueueReport>> {
    let report = |queues: &Queues| Box::new(QueueReport::of(queues, P::Message::KINDS, run.end));
    run.queues.as_deref().map(report)
}

/// The distances on the `graph` of a run, where the peer rule goes by them: settings that passed the check have them then.
/// Those on a `shared` graph are searched for once.
pub(super) fn space(
    settings: &Settings,
    graph: &dyn Graph,
    shared: Option<&SharedGraph>,
) -> Option<Arc<dyn DistanceIndex>> {
    if !settings.gossip.peers.by_distance() {
        return None;
    }
    if let Some(space) = shared.and_then(SharedGraph::space) {
        return Some(space);
    }
    let space = settings.metric()?.on(graph).space();
    if let Some(shared) = shared {
        shared.keep_space(&space);
    }
    Some(space)
}

/// A count of the traffic on links, where it is recorded: settings that passed the check have ways then.
///
/// # Errors
/// See [`on_shared_graph`].
pub(super) fn links(
    point: &Point,
    replicate: u64,
    shared: Option<&SharedGraph>,
) -> Result<Option<LinkCount>, Incompatible> {
    let metric = point.settings.network.links.then(|| point.settings.metric()).flatten();
    let count = metric.map(|metric| match metric {
        Metric::Known(distances) => Ok(LinkCount(distances.routes())),
        searched @ Metric::Searched { .. } => on_shared_graph(point, replicate, shared, CountLinks(searched)),
    });
    count.transpose()
}

/// A count of the traffic on links that waits for its graph.
struct CountLinks(Metric);

impl OnGraph for CountLinks {
    type Output = LinkCount;

    fn with<G: Graph>(self, graph: &G) -> LinkCount {
        LinkCount(self.0.on(graph.erased()).routes())
    }
}

/// Messages a second that the future-event list should be laid out for: what all turns send, and as much again in
/// answers.
fn event_rate(settings: &Settings) -> f64 {
    2.0 * plan::calls(settings) as f64 / settings.gossip.interval.nanos() as f64 * 1e9
}
