//! Anti-entropy behind rumor mongering: it finds whom the rumor left out, and the rumor is told again.

mod common;

use common::{ending, judge, sample, scenario};
use gossipsim::engine::{Ending, Outcome};
use gossipsim::scenario::Point;

fn mongers(network: &str, gossip: &str, stop: &str) -> Point {
    let stop = format!("[stop]\nmax_rounds = 20000\n{stop}\n");
    scenario(&format!("[network]\n{network}\n[gossip]\n{gossip}\n{stop}")).point(0)
}

/// Two nodes, every leg lost with 1/2, and a rumor that is pushed once; |z| <= 4 over 20 000 runs. The push arrives with
/// 1/2; otherwise the rumor has died at the next turn, and every 2 rounds both compare versions: the one that knows takes
/// three legs for it (1/8), the other two (1/4), together 11/32. Rounds: 1/2 · 1 + 1/2 · (2 · 32/11 + 1). In an exchange
/// 1 + 1/2 + 1/4 and 1 + 1/2 legs are sent.
#[test]
fn two_nodes_take_the_rounds_and_messages_worked_out_by_hand() {
    let spread = "spread = { kind = \"counter\", k = 1, feedback = false }";
    let gossip = format!("strategy = \"push\"\n{spread}\nanti_entropy = \"2s\"");
    let point = mongers("nodes = 2\nloss = 0.5", &gossip, "");
    let runs = 20_000;
    let endings: Vec<Ending> = (0..runs).map(|run| ending(&point, run)).collect();
    let mean = |figure: &dyn Fn(&Ending) -> f64| sample(runs, |run| figure(&endings[run as usize]));
    judge("rounds", 43.0 / 11.0, mean(&|ending| ending.last_learned.nanos() as f64 / 1e9 + 1.0), runs);
    judge("backup messages", 52.0 / 11.0, mean(&|ending| ending.tally.backup_sent as f64), runs);
    judge("dead rumors", 0.5, mean(&|ending| f64::from(u8::from(ending.silence.is_some()))), runs);
    for ending in &endings {
        assert_eq!(ending.tally.sent - ending.tally.backup_sent, 1, "the rumor is pushed once");
        assert!(ending.silence.is_none_or(|silence| (silence.at.nanos(), silence.informed) == (1_000_000_000, 1)));
        assert_eq!(ending.outcome, Outcome::Converged);
    }
}

/// Until the first comparison of versions a run is that without any, leg by leg; then all learn, and whoever learns tells.
#[test]
fn a_rumor_that_died_is_told_again_until_all_know() {
    let mut raised = 0;
    for strategy in ["\"push\"", "\"pull\"", "\"push-pull\"\nexchange = \"eager\"", "\"push-pull\""] {
        for spread in ["k = 1, feedback = true", "k = 1, feedback = false", "k = 2, minimization = true"] {
            for fanout in [1, 2] {
                let spread = format!("spread = {{ kind = \"counter\", {spread} }}\nfanout = {fanout}");
                let gossip = format!("strategy = {strategy}\n{spread}");
                let alone = mongers("nodes = 100\nloss = 0.1", &gossip, "until = \"quiet\"");
                let backed = format!("{gossip}\nanti_entropy = \"300s\"");
                let backed = mongers("nodes = 100\nloss = 0.1", &backed, "until = \"quiet\"");
                for replicate in 0..10 {
                    let (alone, backed) = (ending(&alone, replicate), ending(&backed, replicate));
                    let silence = alone.silence.expect("a rumor that dies");
                    assert_eq!((backed.silence, silence.informed), (Some(silence), alone.tally.informed), "{gossip}");
                    assert_eq!((backed.outcome, backed.tally.informed), (Outcome::Converged, 100), "{gossip}");
                    assert_eq!((backed.tally.spreading, backed.in_flight), (0, 0), "{gossip}");
                    if alone.outcome == Outcome::Converged {
                        assert_eq!(backed, alone, "{gossip}");
                        continue;
                    }
                    let rumor = |ending: &Ending| ending.tally.updates - ending.tally.backup_updates;
                    assert!(backed.tally.backup_updates > 0, "{gossip}");
                    raised += u32::from(rumor(&backed) > rumor(&alone));
                }
            }
        }
    }
    assert!(raised > 100, "only {raised} rumors were told again");
}

#[test]
fn without_a_network_anti_entropy_goes_on_to_a_limit() {
    let gossip = "strategy = \"push\"\nspread = { kind = \"coin\", k = 2 }\nanti_entropy = \"3s\"";
    let lost = ending(&mongers("nodes = 9\nloss = 1", gossip, "max_time = \"100s\""), 0);
    assert_eq!((lost.outcome, lost.tally.informed), (Outcome::TimeLimit, 1));
    // At 3, 6, …, 99 seconds.
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
