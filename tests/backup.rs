//! Anti-entropy behind rumor mongering: it finds whom the rumor left out, and the rumor is told again.

use crate::common::{ending, judge, sample, scenario};
use gossipsim::engine::Outcome;
use gossipsim::scenario::Point;
use gossipsim::workload::rumor::Ending;

fn mongers(network: &str, gossip: &str, stop: &str) -> Point {
    let stop = format!("[stop]\nmax_rounds = 20000\n{stop}\n");
    scenario(&format!("[network]\n{network}\n[gossip]\n{gossip}\n{stop}")).point(0)
}

/// Two nodes, every leg lost with 1/2, and a rumor that is pushed once, in the first round.
fn two_nodes(phase: &str, turns: u32) -> Point {
    let spread = "spread = { kind = \"counter\", k = 1, feedback = false }";
    let gossip = format!("strategy = \"push\"\nphase = \"{phase}\"\n{spread}\nanti_entropy = \"{turns}s\"");
    mongers("nodes = 2\nloss = 0.5", &gossip, "")
}

/// What comes of it, worked out round by round for all turns i and j in which the two may begin to compare versions,
/// equally likely, every `turns` turns. The push arrives with 1/2; the one that knows takes three legs to repair it (1/8),
/// the other one two (1/4), and in an exchange they send 1 + 1/2 + 1/4 and 1 + 1/2 legs.
struct TwoNodes {
    /// The probability that the other learns in round t + 1.
    learns: Vec<f64>,
    /// Legs of comparisons where both are at one instant.
    legs: f64,
}

impl TwoNodes {
    fn every(turns: usize) -> Self {
        let mut law = TwoNodes { learns: vec![0.0; 100 * turns], legs: 0.0 };
        for [i, j] in (0..turns * turns).map(|pair| [pair / turns, pair % turns]) {
            let mut ignorant = 1.0 / (turns * turns) as f64;
            for (t, learns) in law.learns.iter_mut().enumerate() {
                let compares = [i, j].map(|first| if t % turns == first { 1.0 } else { 0.0 });
                law.legs += ignorant * (compares[0] * 1.75 + compares[1] * 1.5);
                let arrives = if t == 0 { 0.5 } else { 0.0 };
                let fails = (1.0 - arrives) * (1.0 - compares[0] / 8.0) * (1.0 - compares[1] / 4.0);
                *learns += ignorant * (1.0 - fails);
                ignorant *= fails;
            }
        }
        law
    }

    fn mean_rounds(&self) -> f64 {
        self.learns.iter().zip(1..).map(|(learns, round)| learns * f64::from(round)).sum()
    }
}

/// |z| <= 4 over 20 000 runs. The rumor dies at the second turn if neither the push nor a comparison of the first two
/// rounds, one of each node, got through.
#[test]
fn two_nodes_take_the_rounds_and_messages_worked_out_by_hand() {
    let (point, law) = (two_nodes("aligned", 2), TwoNodes::every(2));
    let runs = 20_000;
    let endings: Vec<Ending> = (0..runs).map(|run| ending(&point, run)).collect();
    let mean = |figure: &dyn Fn(&Ending) -> f64| sample(runs, |run| figure(&endings[run as usize]));
    judge(
        "rounds",
        law.mean_rounds(),
        mean(&|ending| ending.last_learned.unwrap_or_default().nanos() as f64 / 1e9 + 1.0),
        runs,
    );
    judge("backup messages", law.legs, mean(&|ending| ending.tally.backup_sent as f64), runs);
    let dead = 0.5 * (1.0 - 1.0 / 8.0) * (1.0 - 1.0 / 4.0);
    judge("dead rumors", dead, mean(&|ending| f64::from(u8::from(ending.extinction.is_some()))), runs);
    for ending in &endings {
        assert_eq!(ending.tally.sent - ending.tally.backup_sent, 1, "the rumor is pushed once");
        assert!(
            ending
                .extinction
                .is_none_or(|extinction| (extinction.at.nanos(), extinction.informed) == (1_000_000_000, 1))
        );
        assert_eq!(ending.outcome, Outcome::Converged);
    }
}

/// Repairs are spread over the period as evenly as the exact law has them, and by it the mean is right: chi-square over
/// 12 parts of a minute, |z| <= 4, and the same for the mean of 6000 runs. (Where all would compare at once, all repairs
/// would lie in one part.) With aligned and random phases turn t of a node is in round t + 1; with Poisson clocks a round
/// is no turn, and no part has as much as a quarter of the repairs.
#[test]
fn repairs_are_spread_over_the_period() {
    let (runs, parts) = (6000, 12);
    let law = TwoNodes::every(60);
    for phase in ["aligned", "random", "poisson"] {
        let point = two_nodes(phase, 60);
        let endings: Vec<Ending> = (0..runs).map(|run| ending(&point, run)).collect();
        let round = |ending: &Ending| (ending.last_learned.unwrap_or_default().nanos() / 1_000_000_000) as usize;
        let mut counts = vec![0_u32; parts];
        for ending in &endings {
            assert_eq!(ending.outcome, Outcome::Converged);
            // By a Poisson clock the push may come late; whoever learns when the rumor is dead learns by a repair.
            if round(ending) > 0 && (phase != "poisson" || ending.extinction.is_some()) {
                counts[round(ending) % 60 * parts / 60] += 1;
            }
        }
        let repairs: u32 = counts.iter().sum();
        if phase == "poisson" {
            assert!(counts.iter().all(|&count| count < repairs / 4), "{counts:?}");
            continue;
        }
        judge(phase, law.mean_rounds(), sample(runs, |run| round(&endings[run as usize]) as f64 + 1.0), runs);
        let mut shares = vec![0.0; parts];
        law.learns.iter().enumerate().skip(1).for_each(|(round, share)| shares[round % 60 * parts / 60] += share);
        let all: f64 = shares.iter().sum();
        let square = |(&count, share): (&u32, &f64)| {
            let expected = f64::from(repairs) * share / all;
            (f64::from(count) - expected).powi(2) / expected
        };
        let chi_square: f64 = counts.iter().zip(&shares).map(square).sum();
        let freedom = parts as f64 - 1.0;
        let z = (chi_square - freedom) / (2.0 * freedom).sqrt();
        assert!(z <= 4.0, "{phase}: {counts:?}, z = {z:.2}");
        // Nearly even: the law itself is within a sixth of equal shares.
        assert!(shares.iter().all(|share| (share / all * parts as f64 - 1.0).abs() < 1.0 / 6.0), "{shares:?}");
    }
}

/// Until the first comparison of versions a run is that without any, leg by leg; then all learn, and whoever learns tells.
/// A rumor among 20 lives for some 15 rounds; that none of them compares so soon, of 1000 turns, has a probability of
/// about 0.74.
#[test]
fn a_rumor_that_died_is_told_again_until_all_know() {
    let (mut raised, mut undisturbed) = (0, 0);
    for strategy in ["\"push\"", "\"pull\"", "\"push-pull\"\nexchange = \"eager\"", "\"push-pull\""] {
        for spread in ["k = 1, feedback = true", "k = 1, feedback = false", "k = 2, minimization = true"] {
            for fanout in [1, 2] {
                let spread = format!("spread = {{ kind = \"counter\", {spread} }}\nfanout = {fanout}");
                let gossip = format!("strategy = {strategy}\n{spread}");
                let alone = mongers("nodes = 20\nloss = 0.1", &gossip, "until = \"quiet\"");
                let backed = format!("{gossip}\nanti_entropy = \"1000s\"");
                let backed = mongers("nodes = 20\nloss = 0.1", &backed, "until = \"quiet\"");
                for replicate in 0..10 {
                    let (alone, backed) = (ending(&alone, replicate), ending(&backed, replicate));
                    undisturbed += u32::from(alone.extinction.is_some() && backed.extinction == alone.extinction);
                    assert_eq!((backed.outcome, backed.tally.informed), (Outcome::Converged, 20), "{gossip}");
                    assert_eq!((backed.tally.spreading, backed.in_flight), (0, 0), "{gossip}");
                    if backed.tally.backup_sent == 0 {
                        assert_eq!(backed, alone, "{gossip}");
                    }
                    if alone.outcome == Outcome::Converged {
                        continue;
                    }
                    let rumor = |ending: &Ending| ending.tally.updates - ending.tally.backup_updates;
                    assert!(backed.tally.backup_updates > 0, "{gossip}");
                    raised += u32::from(rumor(&backed) > rumor(&alone));
                }
            }
        }
    }
    assert!(undisturbed > 140, "{undisturbed} of 240 rumors died as without anti-entropy");
    assert!(raised > 50, "only {raised} rumors were told again");
}

#[test]
fn without_a_network_anti_entropy_goes_on_to_a_limit() {
    let gossip = "strategy = \"push\"\nspread = { kind = \"coin\", k = 2 }\nanti_entropy = \"3s\"";
    let lost = ending(&mongers("nodes = 9\nloss = 1", gossip, "max_time = \"98s\""), 0);
    assert_eq!((lost.outcome, lost.tally.informed), (Outcome::TimeLimit, 1));
    // Each in every third of 99 turns.
    assert_eq!(lost.tally.backup_sent, 33 * 9);
}

/// Where everybody may be called once a round, comparisons are refused as well, and the books balance.
#[test]
fn comparisons_are_calls_like_others() {
    let gossip = "strategy = \"push-pull\"\nspread = { kind = \"counter\", k = 1 }\nanti_entropy = \"2s\"";
    let calls = "connection_limit = 1\nhunt = 2";
    let mut only_comparisons = 0;
    for replicate in 0..20 {
        let ending = ending(&mongers("nodes = 60", &format!("{gossip}\n{calls}"), ""), replicate);
        let tally = ending.tally;
        assert_eq!(ending.outcome, Outcome::Converged);
        assert_eq!(tally.sent, tally.delivered + tally.refused);
        only_comparisons += u64::from(tally.backup_updates > 0);
    }
    assert!(only_comparisons > 0, "no comparison got through");
}
