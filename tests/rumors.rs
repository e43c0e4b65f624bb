//! Many updates at once: one of them is a rumor, message for message; many lag behind as far as they should.

use gossipsim::experiment::{self, Record};
use gossipsim::scenario::Point;

use crate::common::{judge, sample, scenario};

fn point(network: &str, gossip: &str, workload: &str, rest: &str) -> Point {
    scenario(&format!("[network]\n{network}\n[gossip]\n{gossip}\n[workload]\n{workload}\n{rest}")).point(0)
}

fn run(point: &Point, replicate: u64) -> Record {
    experiment::run(point, replicate, &|| true).unwrap()
}

/// A single update that is pushed for ever takes the very runs of a rumor: the same rounds, messages and losses.
#[test]
fn one_update_is_a_rumor() {
    for strategy in ["\"push\"", "\"pull\"", "\"push-pull\"\nexchange = \"eager\""] {
        for (latency, phase) in [("none", "aligned"), ("70ms", "random"), ("30ms", "poisson")] {
            let network = format!("nodes = 50\nloss = 0.2\nlatency = \"{latency}\"");
            let gossip = format!("strategy = {strategy}\nfanout = 2\nphase = \"{phase}\"");
            let rumor = point(&network, &gossip, "origin = 0", "");
            let gossip = gossip.replace("\nexchange = \"eager\"", "");
            let one = "kind = \"rumors\"\norigins = \"first\"\nupdates_per_second = 1\nduring = \"1s\"\nturns = 0";
            let one = point(&network, &gossip, one, "");
            for replicate in 0..5 {
                let [rumor, one] = [&rumor, &one].map(|point| run(point, replicate).ending);
                let figures = [&rumor, &one].map(|ending| (ending.last_learned, ending.tally.sent, ending.tally.lost));
                assert_eq!(figures[0], figures[1], "{gossip}, {network}");
            }
        }
    }
}

/// One update a round, pushed for ever without a limit: after a round a node lacks sum over j >= 1 of 1 - E[I_j]/n of them, with I_j
/// the nodes that have an update after j rounds: 2.930829 at n = 16.
#[test]
fn nodes_lag_behind_a_stream_of_updates_as_far_as_each_takes() {
    let gossip = "strategy = \"push\"";
    let workload = "kind = \"rumors\"\nupdates_per_second = 1\nduring = \"41s\"\nturns = 0\nbatch = 0";
    let point = point("nodes = 16", gossip, workload, "");
    let after = |replicate| run(&point, replicate).curve[40].figures[0];
    judge("missing", 2.930_829, sample(1500, after), 1500);
}

/// What a message has no room for waits: no more copies are news than messages carry.
#[test]
fn no_more_updates_arrive_than_messages_carry() {
    for order in ["fewest-sent", "newest", "random"] {
        for (strategy, batch) in [("push", 3), ("pull", 2), ("push-pull", 1)] {
            let workload = format!(
                "kind = \"rumors\"\nupdates_per_second = 50\nduring = \"10s\"\nturns = 0\nbatch = {batch}\norder = \"{order}\""
            );
            let gossip = format!("strategy = \"{strategy}\"\nphase = \"random\"");
            let point = point("nodes = 20", &gossip, &workload, "[stop]\nmax_rounds = 12");
            let record = run(&point, 0);
            let mut before = 0.0;
            for (round, sample) in (0_u64..).zip(&record.curve).take(11) {
                let published = (50 * round) as f64;
                let lacking = sample.figures[0] * 20.0;
                let carried = (sample.messages * batch) as f64;
                assert!(lacking >= published * 19.0 - carried, "{order}, {strategy}, round {round}: {lacking}");
                assert!(lacking > before || round == 0, "they queue up: {lacking} after {before}");
                before = lacking;
            }
        }
    }
}

/// Pushed in few turns updates die out; asked for, they are found, whatever is lost and whoever crashes.
#[test]
fn pushing_stops_and_asking_finds_the_rest() {
    let faults = "[[event]]\nat = \"3s\"\ncrash = 0.3\nkeep_state = false\n[[event]]\nat = \"6s\"\nrecover = \"all\"\n\
                  [[event]]\nat = \"7s\"\njoin = 5\n";
    let workload = "kind = \"rumors\"\nupdates_per_second = 20\nduring = \"5s\"\nturns = 2\norigins = \"first\"";
    for (strategy, outcomes) in [("push", ["died-out"; 2]), ("push-pull", ["converged"; 2])] {
        for events in ["", "[[event]]\nat = \"1s\"\nblock = [3]\nfor = \"2s\"\n"] {
            let gossip = format!("strategy = \"{strategy}\"\nphase = \"random\"");
            let point = point("nodes = 40\nloss = 0.3\nlatency = \"40ms\"", &gossip, workload, events);
            for (replicate, outcome) in (0..).zip(outcomes) {
                assert_eq!(run(&point, replicate).ending.outcome.name(), outcome, "{strategy}");
            }
        }
    }
    // Node 0 publishes all, and may forget some that nobody else has: the totals still add up, in every run.
    let gossip = "strategy = \"push-pull\"\nphase = \"poisson\"\nfanout = 2";
    let point = point(
        "nodes = 40\nloss = 0.1\nlatency = \"40ms\"",
        gossip,
        workload,
        &format!("[stop]\nmax_rounds = 60\n{faults}"),
    );
    for replicate in 0..20 {
        let record = run(&point, replicate);
        assert_eq!(record.live, 45);
        let columns = gossipsim::columns::of("rumors");
        let place = columns.runs.iter().position(|column| column.name == "updates_unknown").unwrap();
        let first = columns.runs.iter().position(|column| column.name == "updates").unwrap();
        let unknown = record.measured[place - first].number().unwrap();
        assert_eq!(unknown == 0.0, record.ending.outcome.name() == "converged");
    }
}
