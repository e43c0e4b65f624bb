//! What theory says of a point.

use crate::clock::Phase;
use crate::network::latency::Latency;
use crate::peers::Peers;
use crate::settings::{GossipSettings, Origin, Settings};
use crate::theory::{self, Case, CaseClock, CaseStrategy, Law, Prediction, Rumor, meanfield};
use crate::topology::GraphClass;
use crate::units::NodeId;
use crate::workload::Strategy;
use crate::workload::rumor::{Exchange, Mongering, Spread};

/// The strategy as theory has it.
pub(super) fn strategy(gossip: &GossipSettings) -> CaseStrategy {
    match (gossip.strategy, gossip.exchange) {
        (Strategy::Push, _) => CaseStrategy::Push,
        (Strategy::Pull, _) => CaseStrategy::Pull,
        (Strategy::PushPull, Exchange::Eager) => CaseStrategy::Eager,
        (Strategy::PushPull, Exchange::Digest) => CaseStrategy::Digest,
    }
}

/// What theory needs to know of a point.
pub fn case(settings: &Settings) -> Case {
    let (network, gossip) = (&settings.network, &settings.gossip);
    // What is sent again is neither lost on its own nor in time.
    let independent = network.loss.independent().filter(|_| !network.retransmits());
    let origin = match settings.origin() {
        Origin::Random => None,
        Origin::Node(node) => Some(node),
    };
    Case {
        nodes: network.nodes,
        strategy: strategy(gossip),
        fanout: gossip.fanout,
        // What theory knows of no message that arrives is nothing.
        independent_losses: independent.is_some(),
        // What is corrupted is as good as lost.
        arrives: independent.map_or(0.0, |rate| (1.0 - rate) * (1.0 - network.corruption.value())),
        graph: network.topology.class(network.nodes, origin),
        connected: if network.topology.redraws() { 1.0 } else { network.topology.connected_share(network.nodes) },
        clock: match gossip.phase {
            Phase::Aligned => CaseClock::Aligned,
            Phase::Random | Phase::Drifting => CaseClock::Random,
            Phase::Poisson => CaseClock::Poisson,
        },
        latency_zero: matches!(network.latency, Latency::None(_))
            && !network.retransmits()
            && !network.limits_bandwidth(),
        peers_uniform: matches!(gossip.peers, Peers::Uniform(_)),
        origin: origin.map(NodeId::number),
        rumor: gossip.spread.mongering().map(|rule| rumor(rule, matches!(gossip.spread, Spread::Coin(_)))),
        calls: gossip.connection_limit,
        hunt: gossip.hunt,
        backup: gossip.anti_entropy.is_some(),
        faults: settings.faults.events().iter().any(|event| !event.is_off(gossip.interval))
            || !settings.adversaries.is_empty(),
        unmodelled: settings.workload.rumor().is_none()
            || network.duplication.is_possible()
            || network.is_shaped()
            || gossip.phase == Phase::Drifting
            || matches!(gossip.spread, Spread::Duplicates(_))
            || gossip.forwards_at_once()
            || gossip.backs_off()
            || settings.origins() > 1,
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
        let mute = |share: f64| format!("{text}[adversaries]\nmute = {share}\n");
        let plain = [(text.to_owned(), false), (mute(0.0), false)];
        let others = [(format!("{text}{event}"), true), (mute(0.1), true), (average, true)];
        for (text, none) in plain.into_iter().chain(others) {
            let scenario = read(&text);
            let settings = scenario.point(0).settings;
            let case = case(&settings);
            assert_eq!((laws(&settings).is_empty(), prediction(&settings).is_none()), (none, none));
            assert_eq!((theory::growth_law(&case).is_none(), theory::exact(&case).is_none()), (none, none));
            assert_eq!(
                (course(&settings, 9).is_none(), crate::capacity::capacity(&scenario, 1, 0, true).is_err()),
                (none, false)
            );
        }
    }
}
