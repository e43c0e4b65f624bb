//! Scenarios drawn from a seed, judged by what must hold in every run. A failure prints its scenario.

use std::ops::ControlFlow;

use crate::common::scenario;
use gossipsim::engine::{Observer, Outcome, Protocol, View};
use gossipsim::experiment;
use gossipsim::random::{Chance, Purpose, below};
use gossipsim::scenario::Point;
use gossipsim::time::{Span, Time};
use gossipsim::topology::{Graph, OnGraph};
use gossipsim::units::NodeId;
use gossipsim::workload::rumor::{Counts, Learned, Totals};

/// How many scenarios are drawn, and from which seed.
const SCENARIOS: u64 = 400;
const SEED: u64 = 20_261_122;

/// A scenario from all that can be combined; `number` decides it.
pub(crate) fn draw(number: u64) -> String {
    let mut stream = Chance { seed: SEED, nodes: 2, replicate: number }.stream(Purpose::Workload);
    let mut pick = |choices: &[&str]| choices[below(&mut stream, choices.len() as u64) as usize].to_owned();
    let topology = pick(&[
        "\"complete\"",
        "\"ring\"",
        "{ kind = \"ring\", neighbors = 3 }",
        "\"line\"",
        "\"star\"",
        "\"grid\"",
        "{ kind = \"torus\", dims = 3 }",
        "\"hypercube\"",
        "{ kind = \"tree\", arity = 3 }",
        "{ kind = \"random-regular\", degree = 3 }",
        "{ kind = \"erdos-renyi\", mean_degree = 3 }",
        "{ kind = \"watts-strogatz\", neighbors = 2, rewire = 0.2 }",
        "{ kind = \"barabasi-albert\", links = 2, fixed = true }",
        "{ kind = \"k-out\", choices = 2 }",
        "{ kind = \"geometric\", mean_degree = 9, connected = true }",
        "{ kind = \"small-world-grid\", long_links = 2 }",
    ]);
    let latency = pick(&[
        "\"none\"",
        "{ kind = \"constant\", value = \"1s\" }",
        "{ kind = \"constant\", value = \"70ms\" }",
        "{ kind = \"uniform\", min = \"0s\", max = \"3s\" }",
        "{ kind = \"normal\", mean = \"100ms\", sd = \"100ms\" }",
        "{ kind = \"lognormal\", median = \"200ms\", p99 = \"5s\" }",
        "{ kind = \"exponential\", mean = \"500ms\" }",
        "{ kind = \"pareto\", min = \"10ms\", shape = 0.8 }",
    ]);
    let distances = ["\"ring\"", "\"line\"", "\"grid\"", "{ kind = \"torus\", dims = 3 }"].contains(&&*topology);
    let far = if distances { "spatial" } else { "uniform" };
    let near = if topology == "\"complete\"" { "cyclon" } else { "weighted" };
    let gossip = [
        format!("strategy = \"{}\"", pick(&["push", "pull", "push-pull"])),
        format!("fanout = {}", pick(&["1", "2", "5"])),
        format!("phase = \"{}\"", pick(&["aligned", "random", "poisson"])),
        format!("peers = \"{}\"", pick(&["uniform", "round-robin", "shuffled", "quasirandom", far, near])),
        format!(
            "spread = {}",
            pick(&[
                "\"forever\"",
                "{ kind = \"counter\", k = 2, feedback = true }",
                "{ kind = \"counter\", k = 3, minimization = true }",
                "{ kind = \"counter\", k = 1, feedback = false }",
                "{ kind = \"coin\", k = 3, feedback = true }",
                "{ kind = \"coin\", k = 2, feedback = false }",
                "\"infect-and-die\"",
            ])
        ),
    ]
    .join("\n");
    let exchange = if gossip.contains("push-pull") {
        pick(&["exchange = \"eager\"", "exchange = \"digest\""])
    } else {
        String::new()
    };
    let aligned = gossip.contains("aligned") && latency == "\"none\"";
    let calls =
        if aligned { pick(&["", "connection_limit = 1", "connection_limit = 2\nhunt = 3"]) } else { String::new() };
    let backup = match gossip.contains("forever") {
        true => String::new(),
        false => pick(&["", "anti_entropy = \"1s\"", "anti_entropy = \"7s\""]),
    };
    let own = ["\"uniform\"", "\"spatial\"", "\"weighted\"", "\"cyclon\""].iter().any(|peers| gossip.contains(peers));
    let at_once = own && calls.is_empty() && backup.is_empty();
    let forward = match at_once {
        true => pick(&["", "", "forward = \"at-once\"", "forward = { kind = \"at-once\", back_to_sender = true }"]),
        false => String::new(),
    };
    let counts = !forward.is_empty() && gossip.contains("\"push\"") && gossip.contains("infect-and-die");
    let gossip = match counts && pick(&["", "duplicates"]) == "duplicates" {
        true => gossip.replace("\"infect-and-die\"", "{ kind = \"duplicates\", k = 2 }"),
        false => gossip,
    };
    let until = if gossip.contains("forever") { "informed".to_owned() } else { pick(&["informed", "quiet"]) };
    // 64 is a square, a cube, a power of two and even.
    format!(
        "seed = {number}\nreplicates = 1\n[network]\nnodes = 64\ntopology = {topology}\nlatency = {latency}\nloss = {}\n\
         [gossip]\n{gossip}\n{exchange}\n{calls}\n{backup}\n{forward}\n[stop]\nuntil = \"{until}\"\nmax_rounds = {}\nmax_time = \"{}\"\n",
        pick(&["0", "0.02", "0.5", "1"]),
        pick(&["3", "60", "300"]),
        pick(&["2s", "100s", "10min"]),
    )
}

/// The scenario in `text`, with messages that arrive corrupted, twice, or in their order, and clocks that go wrong; `number` decides how often.
pub(crate) fn with_mishaps(text: &str, number: u64) -> String {
    let mut stream = Chance { seed: SEED + 2, nodes: 2, replicate: number }.stream(Purpose::Workload);
    let mut pick = |choices: &[&str]| choices[below(&mut stream, choices.len() as u64) as usize].to_owned();
    let corruption = pick(&["0", "0", "0.1", "0.6"]);
    let ordered = pick(&["false", "true"]);
    let (everywhere, somewhere) = match text.contains("connection_limit") {
        true => ("0", "0"),
        false => (&*pick(&["0", "0", "0.3", "1"]), "0.5"),
    };
    let drifting = "phase = \"drifting\"\ndrift = \"5%\"\njitter = \"400ms\"";
    let text =
        if pick(&["", "drifts"]).is_empty() { text.to_owned() } else { text.replace("phase = \"random\"", drifting) };
    text.replace("\nloss = 0.3\ndelay", &format!("\nloss = 0.3\nduplication = {somewhere}\ncorruption = 0.2\ndelay"))
        .replacen(
            "\nlatency = ",
            &format!("\nduplication = {everywhere}\ncorruption = {corruption}\nordered = {ordered}\nlatency = "),
            1,
        )
}

/// Watches a run from outside.
struct Judge {
    heard: Vec<Time>,
    last: Option<Time>,
    tally: Totals,
}

impl<P: Protocol<Counts = Counts, Fact = Learned>> Observer<P> for Judge {
    fn fact(&mut self, now: Time, node: NodeId, _: Learned) {
        assert_eq!(self.heard[node.index()], Time::NEVER, "node {node:?} heard twice");
        self.heard[node.index()] = now;
    }

    fn due(&self) -> Time {
        // Every instant.
        Time::ZERO
    }

    fn look(&mut self, now: Time, View { tally, counts, live, .. }: View<'_, P>) -> ControlFlow<()> {
        // What is forwarded at once without latency is a further step of the same instant.
        assert!(self.last.is_none_or(|last| last <= now), "time ran back from {:?} to {now:?}", self.last);
        let tally = Totals::new(tally, counts, live);
        assert!(tally.informed >= self.tally.informed, "knowledge shrank");
        assert!(tally.sent >= self.tally.sent && tally.delivered + tally.lost + tally.refused <= tally.sent);
        assert!(tally.updates <= tally.sent && tally.spreading <= tally.informed && tally.informed <= live);
        (self.last, self.tally) = (Some(now), tally);
        ControlFlow::Continue(())
    }
}

/// Who could have told whom.
struct Neighbors;

impl OnGraph for Neighbors {
    type Output = Vec<Vec<usize>>;

    fn with<G: Graph>(self, graph: &G) -> Vec<Vec<usize>> {
        let all = (0..graph.nodes()).map(NodeId::new);
        all.map(|node| (0..graph.degree(node)).map(|index| graph.neighbor(node, index).index()).collect()).collect()
    }
}

fn neighbors(point: &Point) -> Vec<Vec<usize>> {
    let network = &point.settings.network;
    if point.settings.gossip.peers.by_distance() {
        return vec![(0..network.nodes as usize).collect(); network.nodes as usize];
    }
    let chance = Chance { seed: point.seed, nodes: network.nodes, replicate: 0 };
    network.topology.on_graph(network.nodes, &mut chance.stream(Purpose::Topology), Neighbors).unwrap()
}

#[test]
fn no_drawn_scenario_breaks_a_law() {
    let mut outcomes = [0; 4];
    for number in 0..SCENARIOS {
        let text = draw(number);
        let point = scenario(&text).point(0);
        let nodes = point.settings.network.nodes as usize;
        let mut judge = Judge { heard: vec![Time::NEVER; nodes], last: None, tally: Totals::default() };
        let result =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| experiment::watch(&point, 0, &mut judge)));
        let Ok(Ok((ending, split))) = result else { panic!("scenario {number} broke a law:\n{text}") };
        let heard = judge.heard.iter().filter(|&&time| time < Time::NEVER).count() as u64;
        assert_eq!(heard + 1, ending.tally.informed, "scenario {number}:\n{text}");
        assert!(split.is_none_or(|split| ending.tally.informed <= split.reachable), "scenario {number}:\n{text}");
        // What is forwarded at once may be news at the very instant at which its sender had it.
        let at_once = u64::from(point.settings.gossip.forwards_at_once());
        no_news_from_nowhere(&judge.heard, &neighbors(&point), at_once, &text);
        outcomes[[Outcome::Converged, Outcome::DiedOut, Outcome::RoundLimit, Outcome::TimeLimit]
            .iter()
            .position(|outcome| *outcome == ending.outcome)
            .unwrap()] += 1;
    }
    assert!(outcomes.iter().all(|&count| count >= 10), "the swarm is too tame to meet every ending: {outcomes:?}");
}

/// Whoever heard at t has a neighbour who knew before t, or at t where nodes forward at once; the origin knew before all.
fn no_news_from_nowhere(heard: &[Time], neighbors: &[Vec<usize>], at_once: u64, text: &str) {
    let mut without_source: Vec<usize> = Vec::new();
    for (node, &time) in heard.iter().enumerate().filter(|(_, time)| **time < Time::NEVER) {
        let told = |other: usize| other != node && heard[other] < time + Span::from_nanos(at_once);
        if !neighbors[node].iter().any(|&other| told(other)) {
            without_source.push(node);
        }
    }
    // All of these must have heard from the one origin: a node that never "heard", because it knew.
    let origin = (0..heard.len()).find(|&origin| {
        heard[origin] == Time::NEVER && without_source.iter().all(|&node| neighbors[node].contains(&origin))
    });
    assert!(origin.is_some(), "nodes {without_source:?} heard from nowhere:\n{text}");
}

/// Nodes that come and go, until some time.
const CHURN: &str =
    "churn = 0.4\nup = { kind = \"weibull\", scale = \"3s\", shape = 0.5 }\ndown = \"2s\"\nkeep_state = false";

/// What comes from outside in a scenario of the swarm; `number` decides it. Only what every topology has room for.
pub(crate) fn draw_events(number: u64) -> String {
    let mut stream = Chance { seed: SEED + 1, nodes: 2, replicate: number }.stream(Purpose::Workload);
    let mut pick = |choices: &[&str]| choices[below(&mut stream, choices.len() as u64) as usize].to_owned();
    let mut events = String::new();
    for _ in 0..pick(&["1", "2", "3", "6"]).parse::<u32>().unwrap() {
        let at =
            pick(&["at = \"0s\"", "at = \"1ns\"", "at_round = 2", "at = \"1500ms\"", "at_round = 4", "at = \"20s\""]);
        let until = pick(&["", "until = \"21s\"", "until_round = 30"]);
        let action = pick(&[
            "crash = 0.3",
            "crash = 0.3\nkeep_state = false",
            "crash = [7, 8, 9]\nkeep_state = false",
            "recover = \"all\"",
            "recover = 0.5",
            "leave = 0.1",
            CHURN,
            "leave = [63]",
            "partition = [0.5, 0.5]",
            "partition = [[0, 1, 2], [3, 4]]",
            "cut = { from = 0.5, to = \"all\" }",
            "cut = { from = [0], to = [1, 2] }",
            "impair = { from = \"all\", to = 0.3 }\nloss = 0.3\ndelay = { kind = \"exponential\", mean = \"400ms\" }",
            "impair = { from = [5, 6, 7], to = \"all\" }\ndelay = \"3s\"",
        ]);
        let until = match &*action {
            CHURN if until.is_empty() => "for = \"15s\"".to_owned(),
            action if ["partition", "cut", "impair", "churn"].iter().any(|lasting| action.starts_with(lasting)) => {
                until
            }
            _ => String::new(),
        };
        events.push_str(&format!("[[event]]\n{at}\n{action}\n{until}\n"));
    }
    events
}

/// Messages, and copies of them, that are on their way no more.
fn gone(tally: &Totals) -> u64 {
    tally.delivered + tally.lost + tally.cut + tally.refused + tally.dropped + tally.corrupted
}

/// Watches a run in which nodes forget and are forgotten.
struct FaultJudge {
    last: Option<Time>,
    sent: u64,
    /// How often nodes learned; not the origin, which knew.
    learned: u64,
}

impl<P: Protocol<Counts = Counts, Fact = Learned>> Observer<P> for FaultJudge {
    fn fact(&mut self, _: Time, _: NodeId, _: Learned) {
        self.learned += 1;
    }

    fn due(&self) -> Time {
        Time::ZERO
    }

    fn look(&mut self, now: Time, View { tally, counts, live, .. }: View<'_, P>) -> ControlFlow<()> {
        assert!(self.last.is_none_or(|last| last <= now), "time ran back from {:?} to {now:?}", self.last);
        let tally = Totals::new(tally, counts, live);
        assert!(tally.sent >= self.sent && gone(&tally) <= tally.sent + tally.duplicated, "{tally:?}");
        assert!(
            tally.updates <= tally.sent && tally.spreading <= tally.informed && tally.informed <= live,
            "{tally:?}"
        );
        assert!(tally.informed <= 1 + self.learned && live <= 64);
        (self.last, self.sent) = (Some(now), tally.sent);
        ControlFlow::Continue(())
    }
}

/// `GOSSIPSIM_SWARM=10000` draws so many.
#[test]
fn no_drawn_scenario_with_events_breaks_a_law() {
    let count = std::env::var("GOSSIPSIM_SWARM").ok().and_then(|count| count.parse().ok()).unwrap_or(SCENARIOS);
    let (mut outcomes, mut mishaps) = ([0; 5], [0; 2]);
    for number in 0..count {
        // Where a share is of so few that it is of nobody, that is noted and no error.
        let text = with_mishaps(&(draw(number) + &draw_events(number)), number);
        let point = scenario(&text).point(0);
        let mut judge = FaultJudge { last: None, sent: 0, learned: 0 };
        let result =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| experiment::watch(&point, 0, &mut judge)));
        let Ok(Ok((ending, _))) = result else { panic!("scenario {number} broke a law:\n{text}") };
        let tally = ending.tally;
        assert_eq!(tally.sent + tally.duplicated, gone(&tally) + ending.in_flight, "scenario {number}:\n{text}");
        mishaps = [mishaps[0] + tally.duplicated, mishaps[1] + tally.corrupted];
        match ending.outcome {
            Outcome::Converged => assert_eq!(tally.informed, tally.live, "scenario {number}:\n{text}"),
            Outcome::Lost => assert_eq!(tally.informed, 0, "scenario {number}:\n{text}"),
            _ => assert!(tally.informed < tally.live || tally.live == 0, "scenario {number}:\n{text}"),
        }
        let outcomes_there_are =
            [Outcome::Converged, Outcome::DiedOut, Outcome::Lost, Outcome::RoundLimit, Outcome::TimeLimit];
        outcomes[outcomes_there_are.iter().position(|outcome| *outcome == ending.outcome).unwrap()] += 1;
    }
    assert!(mishaps.iter().all(|&met| met > 1000), "the swarm is too tame: {mishaps:?}");
    assert!(outcomes.iter().all(|&met| met >= 5), "the swarm is too tame to meet every ending: {outcomes:?}");
}
