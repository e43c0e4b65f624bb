//! How much memory a run takes: nodes, clock, graph, and messages on their way.

use super::effort::calls;
use super::prediction;
use crate::clock::Phase;
use crate::engine::{BYTES_OF_PAIR, ConnectionLimit};
use crate::network::Transport;
use crate::network::bandwidth::{Bandwidth, Overflow};
use crate::network::transport;
use crate::overlay;
use crate::settings::classes::{Class, ClassNodes};
use crate::settings::faults::Selection;
use crate::settings::{GossipSettings, NetworkSettings, Settings, regions};
use crate::theory::meanfield;
use crate::topology::TopologySpec;
use crate::workload::rumor::Spread;
use crate::workload::{Strategy, WorkloadSpec};

/// Bytes of the parts of a run.
mod bytes {
    /// The state of a node that can lose interest; of others it is a bit.
    pub(super) const STATE: u64 = 2;
    /// That of a node that forwards at once.
    pub(super) const FORWARDER: u64 = 12;
    /// That of a node that asks more and more rarely.
    pub(super) const ASKER: u64 = 12;
    /// A message that is forwarded at once, on its way: in the queue, and what it says.
    pub(super) const FORWARDED: f64 = 12.0 + 32.0;
    /// Whether a node is up, how often it went down, and how it stands while its faults are drawn.
    pub(super) const UP_AND_DOWN: u64 = 8;
    /// How a node behaves that does not do its part, and in which order they are drawn.
    pub(super) const CONDUCT: u64 = 24;
    /// Since when a node is down, where others know.
    pub(super) const DOWN_SINCE: u64 = 8;
    /// That a node in churn comes or goes.
    pub(super) const CHANGE: u64 = 40;
    /// A node's calls taken, and where it stands among those refused, where nodes take only so many.
    pub(super) const CALLS_OF_NODE: u64 = 8;
    /// A node that was refused, besides the peers that it has called.
    pub(super) const REFUSED: f64 = 36.0;
    /// One of these.
    pub(super) const CALLED: f64 = 4.0;
    /// A call in the order of its recipient, room to sort it, and what more it takes while it is refused, as half of them may be.
    pub(super) const CALL: f64 = 12.0 + 12.0 + 6.0;
    /// A node's own place in the order of turns, where all wake in the same order in every interval.
    pub(super) const STAGGERED: u64 = 12;
    /// A node's count of turns, where gaps are random.
    pub(super) const POISSON: u64 = 4;
    /// A node's own clock and its next turn, where clocks go wrong.
    pub(super) const DRIFTING: u64 = 36;
    /// A message on its way, in the queue.
    pub(super) const WAITING: f64 = 12.0;
    /// A message of this instant that must wait until all have had their turns.
    pub(super) const DEFERRED: f64 = 8.0;
    /// What is said at this instant and not learned yet.
    pub(super) const PENDING: f64 = 8.0;
    /// A peer of a single turn: its pick, while picks are sorted once more, and what it has not learned yet.
    pub(super) const PICK: u64 = 16;
    /// A message that waits to be followed on its way.
    pub(super) const FOLLOWED: u64 = 8;
    /// The queues of a node and what passed them, and this sorted at the end, as numbers of either kind.
    pub(super) const CONNECTION: u64 = 64 + 16;
    /// The class of a node with a bandwidth of its own, and where the node stands while that is drawn.
    pub(super) const CLASS: u64 = 2 + 16;
    /// A message in a queue, or between two: what there is to know of it, and when.
    pub(super) const QUEUED: f64 = 64.0 + 16.0;
    /// A round of the curve.
    pub(super) const ROUND: u64 = 56;
}

/// Rounds after which a run whose queues fill up is over.
const LONG: f64 = 32.0;

/// From how many nodes on a course is worked out rather than its worst case taken: below, it is a matter of kilobytes.
const LARGE: u32 = 1 << 16;

/// Bytes that one run of a point takes at its height: states, clock, graph, and messages on their way.
pub fn memory(settings: &Settings) -> u64 {
    let nodes = u64::from(settings.all_nodes());
    let clock = match settings.gossip.phase {
        Phase::Aligned => 0,
        Phase::Random => nodes * bytes::STAGGERED,
        Phase::Poisson => nodes * bytes::POISSON,
        Phase::Drifting => nodes * bytes::DRIFTING,
    };
    let graph = settings.network.topology.memory(settings.all_nodes()).saturating_add(distances(settings));
    let graph = graph.saturating_add(peers(settings));
    let curve = settings.stop.max_rounds.saturating_mul(bytes::ROUND);
    let parts = [clock, graph, messages(settings), order(settings), curve, traffic(settings), queues(settings)];
    parts.into_iter().fold(states(settings), u64::saturating_add)
}

/// Bytes of what nodes remember, and whether they are up.
fn states(settings: &Settings) -> u64 {
    let nodes = u64::from(settings.all_nodes());
    let up_and_down = if settings.all_stay() { 0 } else { nodes * bytes::UP_AND_DOWN };
    let up_and_down =
        up_and_down + settings.faults.changes_by_churn(settings.all_nodes(), settings.gossip.interval) * bytes::CHANGE;
    let apart = if settings.adversaries.is_empty() { 0 } else { nodes * bytes::CONDUCT };
    let up_and_down = up_and_down + apart;
    let told = !settings.all_stay() && !settings.gossip.knows_dead.is_default();
    let up_and_down = up_and_down + if told { nodes * bytes::DOWN_SINCE } else { 0 };
    let states = match settings.gossip.connection_limit {
        _ if settings.workload.rumor().is_none() => {
            settings.workload.memory(settings.all_nodes(), said(settings), in_flight(settings) as u64)
        }
        None if settings.gossip.forwards_at_once() => nodes * bytes::FORWARDER,
        None if settings.gossip.backs_off() => nodes * bytes::ASKER,
        Some(_) => nodes * (bytes::STATE + bytes::CALLS_OF_NODE),
        None if forgets(settings) => nodes * bytes::STATE,
        None => nodes / 8,
    };
    states.saturating_add(up_and_down)
}

/// Messages that all nodes may send at an instant: a turn's, or of those who pass on what they get one over each link.
fn said(settings: &Settings) -> u64 {
    match &*settings.workload {
        WorkloadSpec::Announce(_) => settings.network.topology.ends(settings.all_nodes()),
        _ => calls(settings),
    }
}

/// Bytes of the distances that the peer rule goes by.
fn distances(settings: &Settings) -> u64 {
    let by_distance = settings.gossip.peers.by_distance();
    let metric = by_distance.then(|| settings.metric()).flatten();
    metric.map_or(0, |metric| metric.bytes_of_space())
}

/// Bytes of what the peer rule is told of the graph and of places.
fn peers(settings: &Settings) -> u64 {
    let (peers, topology) = (&settings.gossip.peers, &settings.network.topology);
    if let Some(rule) = peers.views() {
        // Those that all replicates begin with, and those of the run.
        return overlay::bytes(settings.all_nodes(), rule) * if rule.is_fixed() { 2 } else { 1 };
    }
    if !peers.by_network() {
        return 0;
    }
    let ends = (!matches!(topology, TopologySpec::Complete(_))).then(|| topology.ends(settings.all_nodes()));
    let regions = settings.regions().map_or(1, |regions| regions.count());
    peers.memory(settings.all_nodes(), regions, ends)
}

/// Bytes of the traffic by link, and of the messages of a round that wait to be followed.
fn traffic(settings: &Settings) -> u64 {
    let metric = settings.network.links.then(|| settings.metric()).flatten();
    let legs = calls(settings).saturating_mul(3);
    // A vector that grows holds up to twice what it needs.
    metric.map_or(0, |metric| metric.bytes_of_routes().saturating_add(legs.saturating_mul(2 * bytes::FOLLOWED)))
}

/// Bytes of the queues of nodes, of what passed them, and of the messages in them and between them.
fn queues(settings: &Settings) -> u64 {
    if !settings.network.is_shaped() {
        return 0;
    }
    let class = if settings.network.classes.is_empty() { 0 } else { bytes::CLASS };
    u64::from(settings.all_nodes()) * (bytes::CONNECTION + class) + (bytes::QUEUED * in_flight(settings)) as u64
}

/// Rounds' worth of messages that wait in queues in the end, if every call is one with an update both ways: in the slower of
/// both directions, and no more than there is room for.
fn backlog(settings: &Settings) -> f64 {
    let network = &settings.network;
    let mut others = 1.0;
    let of_class = |class: &Class| {
        let share = class_share(class, network).min(others);
        others -= share;
        share * backlog_at(settings, &class.bandwidth(&network.bandwidth))
    };
    let of_classes: f64 = network.classes.iter().map(of_class).sum();
    of_classes + others * backlog_at(settings, &network.bandwidth)
}

/// About which share of the nodes is in a class, if none are in another before it.
fn class_share(class: &Class, network: &NetworkSettings) -> f64 {
    let nodes = f64::from(network.nodes);
    match &class.nodes {
        ClassNodes::Selected(Selection::All) => 1.0,
        ClassNodes::Selected(Selection::Share(share)) => share.value(),
        ClassNodes::Selected(Selection::Nodes(list)) => f64::from(list.count()) / nodes,
        ClassNodes::Region(name) => {
            let regions = regions::settled(&network.regions, network.latency.places(), network.nodes).ok().flatten();
            let sizes = regions.iter().flat_map(|regions| regions.names().iter().zip(regions.sizes()));
            sizes.filter(|(own, _)| *own == name).map(|(_, size)| f64::from(*size) / nodes).sum()
        }
    }
}

/// The same where all nodes have this bandwidth.
fn backlog_at(settings: &Settings, bandwidth: &Bandwidth) -> f64 {
    // A cast of a float saturates.
    let update = settings.workload.rumor().map_or(0, |rumor| rumor.update_size.mean() as u64);
    let sizes = settings.network.sizes(update);
    let rates = [bandwidth.egress.0, bandwidth.ingress.0].into_iter().flatten();
    let Some(rate) = rates.map(|rate| rate.bits_per_second().get()).min() else { return 0.0 };
    let bits = 8.0 * sizes.on_wire(sizes.update).bytes as f64;
    let interval = settings.gossip.interval.nanos() as f64 / 1e9;
    // Messages of a node a round, and those that pass.
    let (sent, passed) = (2.0 * f64::from(settings.gossip.fanout), rate as f64 * interval / bits.max(1.0));
    let over = (1.0 - passed / sent).max(0.0) * (settings.stop.max_rounds as f64).min(LONG);
    let room = bandwidth
        .queue
        .0
        .filter(|_| bandwidth.overflow == Overflow::Drop && settings.network.transport == Transport::Udp);
    room.map_or(over, |room| over.min(8.0 * room.count() as f64 / bits.max(1.0) / sent))
}

fn forgets(settings: &Settings) -> bool {
    !matches!(settings.gossip.spread, Spread::Forever(_))
}

/// Messages on their way: a turn's legs live for as long as they travel, and answers as long again.
fn in_flight(settings: &Settings) -> f64 {
    let network = &settings.network;
    let wait = if network.retransmits() { transport::mean_wait(network.failing()) } else { 0.0 };
    let intervals = (network.latency.mean_nanos() + wait) / settings.gossip.interval.nanos() as f64 + backlog(settings);
    let copies = 1.0 + network.duplication.value();
    calls(settings) as f64 * 2.0 * copies * intervals.min(settings.stop.max_rounds as f64)
}

/// Bytes that a call takes in the mean because its caller may be refused.
fn refused(limit: u32, settings: &Settings) -> f64 {
    let GossipSettings { fanout, hunt, .. } = *settings.gossip;
    let [first, most] = ConnectionLimit { limit, hunt }.rooms(fanout).map(f64::from);
    // Of callers with one call each, to nodes that take one, 1/e are refused, and about 1/k still after k waves: all rooms of
    // one length take about as much.
    let rooms = if most > 0.0 { 0.37 * first + 2.0 * libm::log2(most / first) } else { 0.0 };
    0.37 * bytes::REFUSED + bytes::CALLED * rooms.min(2.0 * 0.37 * most)
}

/// Bytes of what keeps the messages of each pair in order.
fn order(settings: &Settings) -> u64 {
    // Pairs without a message on its way are dropped when they are as many as the others.
    if settings.network.ordered { 2 * in_flight(settings) as u64 * BYTES_OF_PAIR } else { 0 }
}

/// Bytes of messages on their way.
fn messages(settings: &Settings) -> u64 {
    let turn = calls(settings) as f64;
    // Aligned nodes send all at one instant, when part of what was sent before has arrived.
    let at_once = settings.network.latency.least().is_zero();
    let waiting = match settings.gossip.phase {
        Phase::Aligned if !at_once => (in_flight(settings) + 0.5 * turn).max(turn),
        _ => in_flight(settings),
    };
    // Where they speak without latency, what they say arrives within the instant.
    let of_instant = match (settings.gossip.phase, settings.gossip.connection_limit) {
        (Phase::Aligned, Some(limit)) => bytes::DEFERRED + bytes::CALL + bytes::PENDING + refused(limit, settings),
        (Phase::Aligned, None) if at_once && forgets(settings) => bytes::DEFERRED + bytes::PENDING,
        (Phase::Aligned, None) if at_once => bytes::PENDING * learned_at_once(settings),
        (Phase::Aligned, None) => bytes::PENDING,
        (Phase::Random | Phase::Poisson | Phase::Drifting, _) => 0.0,
    };
    // Whoever learns the update forwards it once, or until so many duplicates have come, and nearly all may at about the same time.
    let times = if let Spread::Duplicates(rule) = &settings.gossip.spread { rule.k.get() } else { 1 };
    let forwarded = if settings.gossip.forwards_at_once() { turn * f64::from(times) * bytes::FORWARDED } else { 0.0 };
    // The queue fills chunks, of which some are not full. A list that grows moves its pages and touches no others.
    (1.25 * (bytes::WAITING * waiting + forwarded) + turn * of_instant) as u64 + one_turn(settings)
}

/// The most that is learned of what all nodes say at one instant, as a share of calls. On the complete graph a share x knows,
/// a call joins one that knows and one that does not with x (1 - x) either way, and push-pull uses both ways; on others all
/// calls may.
fn learned_at_once(settings: &Settings) -> f64 {
    let ways = match (&settings.network.topology, settings.gossip.strategy) {
        (TopologySpec::Complete(_), Strategy::PushPull) => 2.0,
        (TopologySpec::Complete(_), Strategy::Push | Strategy::Pull) => 1.0,
        _ => return 1.0,
    };
    // Chance moves the course of the few that know at first, and with it what the rounds in the middle begin from.
    1.1 * ways * steepest(settings)
}

/// The most that x (1 - x) comes to at the beginning of a round. A large fanout leaps over the middle.
fn steepest(settings: &Settings) -> f64 {
    let (nodes, fanout) = (settings.network.nodes, settings.gossip.fanout);
    if fanout == 1 || nodes < LARGE {
        return 0.25;
    }
    // Where nothing is lost a digest comes to the same as an eager exchange.
    let course = meanfield::informed(nodes, prediction::strategy(&settings.gossip), fanout, 1.0, 64);
    course.iter().map(|known| known * (1.0 - known)).fold(0.0, f64::max)
}

/// Bytes of a single turn, whose node may contact very many.
fn one_turn(settings: &Settings) -> u64 {
    let network = &settings.network;
    let by_distance = settings.gossip.peers.by_distance();
    let most = if by_distance { network.nodes - 1 } else { network.topology.widest(network.nodes) };
    u64::from(settings.gossip.fanout.min(most)) * bytes::PICK
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, Overrides, Source};

    /// The estimate of a run of 2^24 nodes with these lines of `[network]` and `[gossip]`.
    fn estimate(network: &str, gossip: &str) -> u64 {
        let text = format!("[network]\nnodes = 16777216\n{network}\n[gossip]\nstrategy = \"push-pull\"\n{gossip}\n");
        let scenario = scenario::read(Source::text("memory.toml", &text), &Overrides::default());
        memory(&scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false))).points[0].settings)
    }

    #[test]
    fn a_node_takes_at_most_24_bytes_besides_messages_and_stored_graphs() {
        let spreads = ["", "spread = { kind = \"counter\", k = 3 }"];
        for topology in ["complete", "ring", "line", "star", "grid", "torus", "hypercube", "tree"] {
            // No message is on its way for longer than an instant, and none of many at one instant.
            for phase in ["random", "poisson"] {
                for spread in spreads {
                    let gossip = format!("phase = \"{phase}\"\n{spread}");
                    let bytes = estimate(&format!("topology = \"{topology}\""), &gossip);
                    assert!(bytes <= 24 << 24, "{topology}, {gossip}: {bytes}");
                }
            }
        }
        assert!(estimate("", "phase = \"random\"") <= 13 << 24);
    }

    /// What waits at nodes of a class is that of a network that all are like it, by their share.
    #[test]
    fn slow_classes_are_counted_by_their_share() {
        let of = |network: &str| estimate(network, "phase = \"random\"") as f64;
        let class = |nodes: &str| of(&format!("class = [{{ nodes = {nodes}, egress = \"8kbit/s\" }}]"));
        let (all, none) = (of("bandwidth = { egress = \"8kbit/s\" }"), of("mtu = \"64KiB\""));
        assert!(all > 2.0 * none, "{all} {none}");
        let more = |estimate: f64| (estimate - none - (bytes::CLASS << 24) as f64) / (all - none);
        for (nodes, share) in [("\"all\"", 1.0), ("0.25", 0.25), ("[0]", 0.0)] {
            assert!((more(class(nodes)) - share).abs() < 1e-6, "{nodes}: {}", more(class(nodes)));
        }
    }

    #[test]
    fn what_is_forwarded_at_once_is_counted_as_often_as_it_may_be() {
        let flood = |spread: &str| {
            let gossip = format!("forward = \"at-once\"\nspread = {spread}");
            let text = format!("[network]\nnodes = 400\n[gossip]\nstrategy = \"push\"\nfanout = \"all\"\n{gossip}\n");
            let scenario = scenario::read(Source::text("memory.toml", &text), &Overrides::default());
            memory(&scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false))).points[0].settings)
        };
        let [once, often] = ["\"infect-and-die\"", "{ kind = \"duplicates\", k = 60 }"].map(flood);
        // 400 · 399 messages once, of at least 36 bytes each.
        assert!(once >= 36 * 400 * 399 && often - once >= 59 * 36 * 400 * 399, "{once}, {often}");
    }

    #[test]
    fn messages_on_their_way_and_stored_graphs_are_counted() {
        let asynchronous = "phase = \"random\"";
        let none = estimate("", asynchronous);
        let waiting = |value: &str| {
            let latency = format!("latency = {{ kind = \"constant\", value = \"{value}\" }}");
            estimate(&latency, asynchronous) - none
        };
        assert!(waiting("500ms") >= 12 << 24, "half of all nodes have a message and an answer on their way");
        assert_eq!(waiting("1s"), 2 * waiting("500ms"));
        let graph = estimate("topology = { kind = \"random-regular\", degree = 8 }", asynchronous) - none;
        assert!(graph >= (4 + 8 * 4) << 24, "{graph}");
    }

    #[test]
    fn news_travels_slowly_on_a_ring_whatever_the_fanout() {
        // It takes 1 MB besides the program itself, and could take 16 bytes a node.
        let bytes = estimate("topology = \"ring\"", "fanout = 999999");
        assert!((16 << 24..82 << 24).contains(&bytes), "{bytes}");
    }
}
