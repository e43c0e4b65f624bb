//! The gate on published results: it passes the engine, and refuses simulators with one broken rule.

use std::sync::atomic::AtomicBool;

use crate::common::textbook::{self, RIGHT, Rules};
use gossipsim::clock::Phase;
use gossipsim::engine::Outcome;
use gossipsim::experiment::{Fault, Workspace};
use gossipsim::network::latency::Latency;
use gossipsim::scenario::Point;
use gossipsim::threads::Threads;
use gossipsim::time::{Span, Time};
use gossipsim::topology::TopologySpec;
use gossipsim::verify::judge::{Finding, Verdict};
use gossipsim::verify::{self, Case, Effort, Engine, Simulator};
use gossipsim::workload::Strategy;
use gossipsim::workload::rumor::{Ending, Hops, Totals};
use gossipsim::workload::rumor::{Exchange, Spread};

/// The engine, but for the runs that a page of code can do: those follow these rules.
struct Textbook {
    rules: Rules,
    /// Whether a useful contact sets the counter of a rumor back.
    resets: bool,
}

const SOUND: Textbook = Textbook { rules: RIGHT, resets: true };

impl Textbook {
    /// Residue, updates and the last round of a run, if it can do it.
    fn page(&self, point: &Point, replicate: u64) -> Option<([f64; 2], u64)> {
        let (network, gossip) = (&point.settings.network, &point.settings.gossip);
        let plain = matches!(network.topology, TopologySpec::Complete(_))
            && matches!(network.latency, Latency::None(_))
            && matches!(gossip.phase, Phase::Aligned)
            && gossip.fanout == 1;
        let lost = (network.loss.mean() * 1000.0).round() as u32;
        let two_legs = gossip.strategy == Strategy::PushPull && gossip.exchange == Exchange::Digest;
        match (&gossip.spread, gossip.strategy) {
            (Spread::Forever(_), _) if plain && (lost == 0 || !two_legs) => {
                let push = gossip.strategy != Strategy::Pull;
                let pull = gossip.strategy != Strategy::Push;
                let rules = Rules { nodes: network.nodes, push, pull, lost, ..self.rules };
                Some(([0.0; 2], textbook::heard(&rules, replicate).into_iter().max()?))
            }
            (Spread::Counter(rule), Strategy::Push) if plain && lost == 0 && network.nodes == 1000 => {
                Some(textbook::rumor(self.resets, u32::from(rule.k.get()), replicate))
            }
            _ => None,
        }
    }
}

impl Simulator for Textbook {
    fn run(
        &self,
        workspace: &mut Workspace,
        point: &Point,
        replicate: u64,
        halt: &AtomicBool,
    ) -> Result<Ending, Fault> {
        let Some(([residue, updates], last)) = self.page(point, replicate) else {
            return Engine.run(workspace, point, replicate, halt);
        };
        let live = u64::from(point.settings.network.nodes);
        let [informed, updates] = [1.0 - residue, updates].map(|share| (share * live as f64).round() as u64);
        let tally = Totals { informed, updates, live, ..Totals::default() };
        let outcome = if residue == 0.0 { Outcome::Converged } else { Outcome::DiedOut };
        let last_learned = Time::ZERO + last_round(point.settings.gossip.interval, last);
        let (ended, last_learned) = (last_learned, Some(last_learned));
        Ok(Ending {
            outcome,
            cut_off: false,
            last_learned,
            has_goal: true,
            tally,
            ended,
            in_flight: 0,
            extinction: None,
            hops: Hops::default(),
        })
    }
}

/// When round `round` begins, from 1.
fn last_round(interval: Span, round: u64) -> Span {
    interval * round.saturating_sub(1)
}

/// What the gate says of `simulator` on the cases whose description begins so.
fn findings(simulator: &dyn Simulator, begins: &str) -> Vec<Finding> {
    let cases: Vec<Case> =
        verify::cases(Effort::Quick, 1).into_iter().filter(|case| case.what.starts_with(begins)).collect();
    assert!(!cases.is_empty(), "no case begins with `{begins}`");
    verify::run(simulator, &cases, &Threads::start(0), &AtomicBool::new(false), |_| ()).unwrap()
}

fn failures(simulator: &dyn Simulator, begins: &str) -> Vec<String> {
    let failed = findings(simulator, begins).into_iter().filter(|finding| finding.verdict == Verdict::Fail);
    failed.map(|finding| format!("{}: {}, z = {:?}", finding.what, finding.figure, finding.z)).collect()
}

/// The cases that the mutations are tried on; the whole gate is what `gossipsim verify` runs.
const CASES: [&str; 4] =
    ["complete, n = 3", "complete, n = 4", "complete, n = 512, fanout 1", "rumor, push, feedback, counter, k = 2"];

#[test]
fn the_engine_and_a_sound_textbook_simulator_pass() {
    for begins in CASES {
        assert_eq!(failures(&Engine, begins), <[String; 0]>::default(), "engine");
        assert_eq!(failures(&SOUND, begins), <[String; 0]>::default(), "textbook");
    }
}

#[test]
fn answers_in_the_order_of_arrival_are_refused() {
    let broken = Textbook { rules: Rules { snapshot: false, ..RIGHT }, ..SOUND };
    // Mean and distribution of each of push, pull and push-pull: in order of arrival, all are too fast.
    assert_eq!(failures(&broken, "complete, n = 512, fanout 1").len(), 6);
}

#[test]
fn contacts_with_oneself_are_refused() {
    let broken = Textbook { rules: Rules { meets_itself: true, ..RIGHT }, ..SOUND };
    // Each of push, pull, eager and digest push-pull.
    assert_eq!(failures(&broken, "complete, n = 4").len(), 4);
}

#[test]
fn a_rumor_counter_without_reset_is_refused() {
    let broken = Textbook { resets: false, ..SOUND };
    let failed = failures(&broken, "rumor, push, feedback, counter, k = 2");
    assert!(failed.len() >= 2 && failed[0].contains("residue"), "{failed:?}");
}
