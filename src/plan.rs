//! What a scenario will take and what theory says of it, worked out before it runs.

use crate::clock::Phase;
use crate::machine::{self, Free};
use crate::network::latency::Latency;
use crate::peers::Peers;
use crate::scenario::{Point, Scenario};
use crate::settings::{Origin, Settings};
use crate::theory::{self, Case, CaseClock, CaseStrategy, Law, Prediction, Rumor, meanfield};
use crate::topology::{GraphClass, TopologySpec};
use crate::units::NodeId;
use crate::workload::Strategy;
use crate::workload::rumor::{Exchange, Mongering, Spread};

/// The threads a scenario will run on, and the bytes they will need together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Runs at once.
    pub threads: usize,
    /// Bytes at the height of the largest runs.
    pub memory: u64,
}

/// What runs of a point take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Number of the point.
    pub point: u32,
    /// Its number of nodes.
    pub nodes: u32,
    /// Bytes that one run takes at its height.
    pub bytes: u64,
}

impl Need {
    /// What runs of `point` take.
    pub fn of(point: &Point) -> Self {
        Need { point: point.index, nodes: point.settings.network.nodes, bytes: memory(&point.settings) }
    }
}

/// What runs of each point take, in the order of the points.
pub fn needs(scenario: &Scenario) -> impl Iterator<Item = Need> {
    scenario.points.iter().map(|point| Need::of(&point))
}

/// What the program itself takes, without charts.
const PROGRAM: u64 = 24 << 20;
/// What it takes to draw a chart: a page of pixels four times as fine as it is shown, to each side.
const CHARTS: u64 = 56 << 20;

/// Bytes that must be free beside those of runs, with or without charts.
pub const fn base(charts: bool) -> u64 {
    if charts { PROGRAM + CHARTS } else { PROGRAM }
}

/// How many of `wanted` threads the memory of this machine has room for, beside what the program itself takes.
///
/// # Errors
/// Not even one run fits, and it is not forced: how much it needs and how much there is. Or something happens that no
/// run can simulate yet.
pub fn room(scenario: &Scenario, wanted: usize, force: bool) -> Result<Room, String> {
    let largest = needs(scenario).max_by_key(|need| need.bytes);
    room_for(scenario, largest.unwrap_or_default(), wanted, force)
}

/// The same, where it is known what the `largest` run takes.
///
/// # Errors
/// See [`room`].
pub fn room_for(scenario: &Scenario, largest: Need, wanted: usize, force: bool) -> Result<Room, String> {
    let one = largest.bytes.max(1);
    let free = machine::free().unwrap_or(Free { bytes: u64::MAX, address_space: None });
    let program = base(true);
    let available = free.bytes.saturating_sub(program);
    if one > available && !force {
        let point = largest.point;
        return Err(format!(
            "{}: too large for this machine: one run of point {point} takes about {} MB beside {} MB for the program \
             and its charts, and {} MB are free; make it smaller, or try all the same with --force",
            scenario.name,
            one.div_ceil(1_000_000),
            program / 1_000_000,
            free.bytes / 1_000_000
        ));
    }
    let fitting = usize::try_from(available / one.saturating_add(free.thread())).unwrap_or(usize::MAX).max(1);
    let runs = usize::try_from(scenario.runs()).unwrap_or(usize::MAX).max(1);
    let threads = wanted.min(fitting).min(runs);
    Ok(Room { threads, memory: one.saturating_mul(threads as u64) })
}

/// Bytes of the parts of a run.
mod bytes {
    /// The state of a node that can lose interest; of others it is a bit.
    pub(super) const STATE: u64 = 2;
    /// Whether a node is up, how often it went down, and how it stands while its faults are drawn.
    pub(super) const UP_AND_DOWN: u64 = 8;
    /// A node's calls taken and tried, where it takes only so many.
    pub(super) const BOARD: u64 = 8;
    /// A call that waits to be taken, and once more if it is refused.
    pub(super) const CALL: f64 = 32.0;
    /// A node's own place in the order of turns, where all wake in the same order in every interval.
    pub(super) const STAGGERED: u64 = 12;
    /// A node's count of turns, where gaps are random.
    pub(super) const POISSON: u64 = 4;
    /// A message on its way, in the queue.
    pub(super) const WAITING: f64 = 12.0;
    /// A message of this instant that must wait until all have had their turns.
    pub(super) const POST: f64 = 8.0;
    /// What is said at this instant and not learned yet.
    pub(super) const NEWS: f64 = 8.0;
    /// A peer of a single turn: its pick, while picks are sorted once more, and what it has not learned yet.
    pub(super) const PICK: u64 = 16;
    /// A message that waits to be followed on its way.
    pub(super) const FOLLOWED: u64 = 8;
    /// A round of the curve.
    pub(super) const ROUND: u64 = 40;
}

/// Bytes that one run of a point takes at its height: states, clock, graph, and messages on their way.
pub fn memory(settings: &Settings) -> u64 {
    let nodes = u64::from(settings.all_nodes());
    let clock = match settings.gossip.phase {
        Phase::Aligned => 0,
        Phase::Random => nodes * bytes::STAGGERED,
        Phase::Poisson => nodes * bytes::POISSON,
    };
    let graph = settings.network.topology.memory(settings.all_nodes()).saturating_add(distances(settings));
    let curve = settings.stop.max_rounds.saturating_mul(bytes::ROUND);
    let parts = [clock, graph, messages(settings), curve, traffic(settings)];
    parts.into_iter().fold(states(settings), u64::saturating_add)
}

/// Bytes of what nodes remember, and whether they are up.
fn states(settings: &Settings) -> u64 {
    let nodes = u64::from(settings.all_nodes());
    let up_and_down = if settings.faults.is_empty() { 0 } else { nodes * bytes::UP_AND_DOWN };
    let states = match settings.gossip.connection_limit {
        _ if settings.workload.rumor().is_none() => {
            settings.workload.memory(settings.all_nodes(), calls(settings), in_flight(settings) as u64)
        }
        Some(_) => nodes * (bytes::STATE + bytes::BOARD),
        None if forgets(settings) => nodes * bytes::STATE,
        None => nodes / 8,
    };
    states.saturating_add(up_and_down)
}

/// Bytes of the distances that the peer rule goes by.
fn distances(settings: &Settings) -> u64 {
    let by_distance = settings.gossip.peers.by_distance();
    let metric = by_distance.then(|| settings.network.topology.metric(settings.all_nodes()).ok()).flatten();
    metric.map_or(0, |metric| metric.bytes_of_space())
}

/// Bytes of the traffic by link, and of the messages of a round that wait to be followed.
fn traffic(settings: &Settings) -> u64 {
    let network = &settings.network;
    let metric = network.links.then(|| network.topology.metric(settings.all_nodes()).ok()).flatten();
    let legs = calls(settings).saturating_mul(3);
    // A vector that grows holds up to twice what it needs.
    metric.map_or(0, |metric| metric.bytes_of_roads().saturating_add(legs.saturating_mul(2 * bytes::FOLLOWED)))
}

fn forgets(settings: &Settings) -> bool {
    !matches!(settings.gossip.spread, Spread::Forever(_))
}

/// The conversations that all nodes open at most in a turn of each: with as many peers as they have, up to the fanout, and
/// with one more in a turn of anti-entropy behind a rumor. Who goes by distance has everybody to choose from.
pub fn calls(settings: &Settings) -> u64 {
    let (nodes, fanout) = (settings.all_nodes(), settings.gossip.fanout);
    let peers = if settings.gossip.peers.by_distance() {
        u64::from(nodes) * u64::from(fanout)
    } else {
        settings.network.topology.calls(nodes, fanout)
    };
    peers + u64::from(settings.gossip.anti_entropy.is_some()) * u64::from(nodes)
}

/// Messages on their way: a turn's legs live for as long as they travel, and answers as long again.
fn in_flight(settings: &Settings) -> f64 {
    let intervals = settings.network.latency.mean_nanos() / settings.gossip.interval.nanos() as f64;
    calls(settings) as f64 * 2.0 * intervals.min(settings.stop.max_rounds as f64)
}

/// Bytes of messages on their way.
fn messages(settings: &Settings) -> u64 {
    let turn = calls(settings) as f64;
    let waiting = in_flight(settings) * bytes::WAITING;
    // Aligned nodes all speak at one instant, and what they say arrives within it, or is put in order for another.
    let at_once = match settings.gossip.phase {
        Phase::Aligned if settings.gossip.connection_limit.is_some() => 2.0 * (bytes::POST + bytes::CALL + bytes::NEWS),
        Phase::Aligned if settings.network.latency.least().is_zero() && forgets(settings) => bytes::POST + bytes::NEWS,
        Phase::Aligned if settings.network.latency.least().is_zero() => bytes::NEWS * news(settings),
        Phase::Aligned => bytes::WAITING + bytes::NEWS,
        Phase::Random | Phase::Poisson => 0.0,
    };
    // The queue fills chunks, of which some are not full. A list that grows moves its pages and touches no others.
    (1.25 * waiting + turn * at_once) as u64 + one_turn(settings)
}

/// The most that is news of what all nodes say at one instant, as a share. On the complete graph a share x knows, a call
/// joins one that knows and one that does not with x (1 - x) either way, and push-pull uses both ways; on others all calls
/// may.
fn news(settings: &Settings) -> f64 {
    match (&settings.network.topology, settings.gossip.strategy) {
        (TopologySpec::Complete(_), Strategy::PushPull) => 0.55,
        (TopologySpec::Complete(_), Strategy::Push | Strategy::Pull) => 0.28,
        _ => 1.0,
    }
}

/// Bytes of a single turn, whose node may contact very many.
fn one_turn(settings: &Settings) -> u64 {
    let network = &settings.network;
    let by_distance = settings.gossip.peers.by_distance();
    let most = if by_distance { network.nodes - 1 } else { network.topology.widest(network.nodes) };
    u64::from(settings.gossip.fanout.min(most)) * bytes::PICK
}

/// How much work a run of a point is against others, roughly: a progress bar goes by it.
pub fn effort(settings: &Settings) -> u64 {
    let nodes = u64::from(settings.network.nodes);
    // Every node has its turn, whether or not it has a peer.
    calls(settings).max(nodes).saturating_mul(u64::from(nodes.ilog2()) + 4)
}

/// What theory needs to know of a point.
pub fn case(settings: &Settings) -> Case {
    let (network, gossip) = (&settings.network, &settings.gossip);
    let origin = match settings.origin() {
        Origin::Random => None,
        Origin::Node(node) => Some(node),
    };
    Case {
        nodes: network.nodes,
        strategy: match (gossip.strategy, gossip.exchange) {
            (Strategy::Push, _) => CaseStrategy::Push,
            (Strategy::Pull, _) => CaseStrategy::Pull,
            (Strategy::PushPull, Exchange::Eager) => CaseStrategy::Eager,
            (Strategy::PushPull, Exchange::Digest) => CaseStrategy::Digest,
        },
        fanout: gossip.fanout,
        // What theory knows of no message that arrives is nothing.
        independent_losses: network.loss.independent().is_some(),
        arrives: network.loss.independent().map_or(0.0, |rate| 1.0 - rate),
        graph: network.topology.class(network.nodes, origin),
        connected: if network.topology.redraws() { 1.0 } else { network.topology.connected_share(network.nodes) },
        clock: match gossip.phase {
            Phase::Aligned => CaseClock::Aligned,
            Phase::Random => CaseClock::Random,
            Phase::Poisson => CaseClock::Poisson,
        },
        latency_zero: matches!(network.latency, Latency::None(_)),
        peers_uniform: matches!(gossip.peers, Peers::Uniform(_)),
        origin: origin.map(NodeId::number),
        rumor: match &gossip.spread {
            Spread::Forever(_) => None,
            Spread::Counter(rule) => Some(rumor(rule, false)),
            Spread::Coin(rule) => Some(rumor(rule, true)),
        },
        calls: gossip.connection_limit,
        hunt: gossip.hunt,
        backup: gossip.anti_entropy.is_some(),
        faults: settings.faults.events().iter().any(|event| !event.is_off(gossip.interval)),
        other_workload: settings.workload.rumor().is_none(),
        spatial: match &gossip.peers {
            Peers::Spatial(rule) => Some(rule.exponent()),
            _ => None,
        },
    }
}

fn rumor(rule: &Mongering, coin: bool) -> Rumor {
    Rumor { k: rule.k.get().into(), coin, feedback: rule.feedback, minimization: rule.minimization }
}

/// The mean rounds by a published or derived law, where one holds for the point.
pub fn prediction(settings: &Settings) -> Option<Prediction> {
    theory::predict(&case(settings))
}

/// All published and derived laws that hold for a point.
pub fn laws(settings: &Settings) -> Vec<Law> {
    theory::laws(&case(settings))
}

/// The expected informed fraction of a point, round by round, where the synchronous model on the complete graph
/// gives one.
pub fn course(settings: &Settings, max_rounds: u64) -> Option<Vec<f64>> {
    let case = case(settings);
    let covered = case.graph == GraphClass::Complete && case.clock == CaseClock::Aligned;
    let plain = case.is_of_the_theorems() && case.arrives > 0.0;
    let course = || meanfield::informed(case.nodes, case.strategy, case.fanout, case.arrives, max_rounds);
    (covered && plain).then(course)
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

    fn settings(network: &str, gossip: &str) -> Settings {
        let text = format!("[network]\n{network}\n[gossip]\nstrategy = \"push-pull\"\n{gossip}\n");
        let scenario = scenario::read(Source::text("calls.toml", &text), &Overrides::default());
        scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false))).points[0].settings.clone()
    }

    fn names(topology: &str, nodes: u32) -> Vec<&'static str> {
        let network = format!("nodes = {nodes}\ntopology = {topology}");
        laws(&settings(&network, "exchange = \"eager\"")).iter().map(|law| law.name).collect()
    }

    #[test]
    fn graphs_in_pieces_are_known_by_the_estimate_that_refuses_to_look_for_one_in_a_piece() {
        for (topology, nodes, law) in [
            ("{ kind = \"geometric\", mean_degree = 3 }", 1024, "geometric-connected"),
            ("{ kind = \"geometric\", mean_degree = 2 }", 64, "geometric-connected"),
            ("{ kind = \"k-out\", choices = 1 }", 100_000, "one-choice-connected"),
            ("{ kind = \"erdos-renyi\", mean_degree = 4 }", 1024, "erdos-renyi-connected"),
            ("{ kind = \"random-regular\", degree = 2 }", 64, "two-regular-connected"),
            ("{ kind = \"random-regular\", degree = 1 }", 64, "one-regular-connected"),
        ] {
            assert_eq!(names(topology, nodes), [law], "{topology}");
        }
        // Of a rewired ring of one neighbour a side no figure is said, nor that it were connected.
        assert!(names("{ kind = \"watts-strogatz\", neighbors = 1, rewire = 0.5 }", 64).is_empty());
        let network = "nodes = 1024\ntopology = { kind = \"geometric\", mean_degree = 3 }";
        let found = laws(&settings(network, "exchange = \"eager\""));
        let statement = found[0].statement();
        assert!(statement.ends_with("here 9e-23"), "{statement}");
        let text =
            format!("[network]\n{}\n[gossip]\nstrategy = \"push\"\n", network.replace("= 3", "= 3, connected = true"));
        let refused = scenario::read(Source::text("hope.toml", &text), &Overrides::default()).unwrap_err();
        assert!(refused.render(false).contains("about 9e-23"), "{}", refused.render(false));
        for topology in ["{ kind = \"k-out\", choices = 2 }", "{ kind = \"geometric\", mean_degree = 20 }"] {
            assert_eq!(names(topology, 1024), ["conductance"], "{topology}");
        }
    }

    #[test]
    fn of_graphs_that_have_to_be_connected_nothing_is_said_of_pieces() {
        // A ring in any order.
        let ring = settings("nodes = 24\ntopology = \"ring\"", "exchange = \"eager\"");
        let network = "nodes = 24\ntopology = { kind = \"random-regular\", degree = 2, connected = true }";
        let drawn = settings(network, "exchange = \"eager\"");
        assert_eq!(case(&drawn), case(&ring));
        assert!(laws(&drawn).iter().any(|law| law.name == "ring-push-pull"));
        for topology in [
            "{ kind = \"erdos-renyi\", mean_degree = 4, connected = true }",
            "{ kind = \"geometric\", mean_degree = 5, connected = true }",
            "{ kind = \"k-out\", choices = 1, connected = true }",
        ] {
            assert_eq!(names(topology, 64), ["conductance"], "{topology}");
        }
    }

    #[test]
    fn theory_says_nothing_of_runs_with_faults_and_of_other_workloads() {
        let text = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push\"\n";
        let event = "[[event]]\nat = \"900s\"\njoin = 1\n";
        let read = |text: &str| scenario::read(Source::text("faults.toml", text), &Overrides::default()).unwrap();
        let average = format!("{text}[workload]\nkind = \"average\"\n");
        for (text, none) in [(text.to_owned(), false), (format!("{text}{event}"), true), (average, true)] {
            let scenario = read(&text);
            let settings = scenario.point(0).settings;
            let case = case(&settings);
            assert_eq!((laws(&settings).is_empty(), prediction(&settings).is_none()), (none, none));
            assert_eq!((theory::growth_law(&case).is_none(), theory::exact(&case).is_none()), (none, none));
            assert_eq!((course(&settings, 9).is_none(), room(&scenario, 1, true).is_err()), (none, false));
        }
    }

    /// A fanout beyond all degrees is no reason to refuse a run, nor more work.
    #[test]
    fn peers_are_counted_by_degrees() {
        let ring = |fanout: &str| settings("nodes = 1000000\ntopology = \"ring\"", &format!("fanout = {fanout}"));
        assert_eq!([calls(&ring("1")), calls(&ring("2")), calls(&ring("999999"))], [1_000_000, 2_000_000, 2_000_000]);
        // It takes 1 MB besides the program itself, as news travels slowly, and could take 16 bytes a node.
        let bytes = memory(&ring("999999"));
        assert!((16_000_000..82_000_000).contains(&bytes), "{bytes}");
        assert_eq!(effort(&ring("999999")), effort(&ring("2")));
        let complete = settings("nodes = 1000", "fanout = 999");
        assert_eq!(calls(&complete), 1000 * 999);
        // By distance there is everybody to choose from.
        let far = settings("nodes = 1000\ntopology = \"ring\"", "fanout = 999\npeers = \"spatial\"");
        assert_eq!(calls(&far), 1000 * 999);
        let backed = "fanout = 5\nspread = { kind = \"coin\", k = 2 }\nanti_entropy = \"3s\"";
        assert_eq!(calls(&settings("nodes = 1000\ntopology = \"ring\"", backed)), 3000);
    }
}
