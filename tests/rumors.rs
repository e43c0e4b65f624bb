//! Many updates at once: one of them is a rumor, message for message; many lag behind as far as they should.

use gossipsim::experiment::{self, Record};
use gossipsim::observe::RoundSample;
use gossipsim::output::expectations;
use gossipsim::output::run_tables::{self, RunTables};
use gossipsim::scenario::Point;

use crate::common::{judge, rounds, sample, scenario};

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

/// Messages sent after each round, from the first on.
fn sent(record: &Record) -> Vec<u64> {
    record.curve.iter().skip(1).map(|sample| sample.messages).collect()
}

/// Who never hears anything asks in its turns 0, 1, 3, 7, 15, …, and after every so many from then on; one that learns in its
/// turn 9 asks in turns 10, 11, 13, …
#[test]
fn who_hears_nothing_asks_more_and_more_rarely_until_there_is_news() {
    let workload = "kind = \"rumors\"\norigins = \"first\"\nupdates_per_second = 1\nduring = \"1s\"";
    let asks =
        |turns: &[u64]| (0..40).map(|round| turns.iter().filter(|turn| **turn <= round).count() as u64).collect();
    for phase in ["aligned", "random", "drifting"] {
        for (back_off, turns) in [(2, &[0, 1, 3, 7, 15, 23, 31, 39][..]), (3, &[0, 1, 4, 12, 20, 28, 36])] {
            let gossip =
                format!("strategy = \"pull\"\nphase = \"{phase}\"\nmax_interval = \"8s\"\nback_off = {back_off}");
            let point = point("nodes = 10\nloss = 1", &gossip, workload, "[stop]\nmax_rounds = 40");
            let expected: Vec<u64> = asks(turns);
            assert_eq!(sent(&run(&point, 0)), expected.iter().map(|asks| 10 * asks).collect::<Vec<_>>(), "{phase}");
        }
    }
    // Node 0 publishes at 0 s and at 8.5 s, and never hears anything. Node 1 has the first answer at once; it asks in turns 1, 2,
    // 4 and 8 then, and in turn 16 finds the second.
    let workload = "kind = \"rumors\"\norigins = \"first\"\nupdates_per_second = 0.1176470588\nduring = \"10s\"";
    let gossip = "strategy = \"pull\"\nmax_interval = \"8s\"";
    let record = run(&point("nodes = 2", gossip, workload, "[stop]\nmax_rounds = 40"), 0);
    let [never, first]: [Vec<u64>; 2] = [asks(&[0, 1, 3, 7, 15, 23]), asks(&[0, 1, 2, 4, 8, 16])];
    let expected = (0..17).map(|round| never[round] + first[round] + 1 + u64::from(round == 16));
    assert_eq!(sent(&record), expected.collect::<Vec<_>>());
    // A third update comes just after 17 s: news of the second have it ask in turns 17 and 18, not only in turn 24.
    let workload = workload.replace("10s", "20s");
    let record = run(&point("nodes = 2", gossip, &workload, "[stop]\nmax_rounds = 40"), 0);
    assert_eq!(record.ending.last_learned.map(|at| at.nanos()), Some(18_000_000_000));
}

/// Where no gap grows, and where nobody asks, runs are those without, event by event.
#[test]
fn gaps_that_do_not_grow_change_nothing() {
    let workload = "kind = \"rumors\"\nupdates_per_second = 2\nduring = \"5s\"";
    let faults = "[[event]]\nat = \"2s\"\ncrash = 0.3\n[[event]]\nat = \"6s\"\nrecover = \"all\"\n";
    let network = "nodes = 20\nloss = 0.2\nlatency = \"40ms\"";
    for strategy in ["push", "pull", "push-pull"] {
        for phase in ["aligned", "random", "poisson"] {
            let gossip = format!("strategy = \"{strategy}\"\nphase = \"{phase}\"\n");
            let growing = if strategy == "push" { "max_interval = \"8s\"" } else { "max_interval = \"1s\"" };
            let runs = ["", "max_interval = \"8s\"\nback_off = 1", growing]
                .map(|more| run(&point(network, &format!("{gossip}{more}"), workload, faults), 3));
            let of = |record: &Record| (sent(record), format!("{:?} {:?}", record.ending, record.measured));
            assert_eq!([of(&runs[1]), of(&runs[2])], [of(&runs[0]), of(&runs[0])], "{gossip}");
        }
    }
}

/// A rumor of which node 0 is the origin is one update that is published there at time 0, where nodes ask more and more rarely as
/// well: run by run as many know and, by pull, as many messages are sent after every round.
#[test]
fn a_rumor_whose_nodes_ask_more_and_more_rarely_is_one_update_of_many() {
    let one = "kind = \"rumors\"\norigins = \"first\"\nupdates_per_second = 1\nduring = \"1s\"\nturns = 0\nbatch = 0";
    let network = "nodes = 40\nloss = 0.3\nlatency = \"200ms\"";
    let faults = "[[event]]\nat = \"2s\"\ncrash = 0.3\n[[event]]\nat = \"6s\"\nrecover = \"all\"\n";
    for (strategy, phase) in [("pull", "aligned"), ("pull", "poisson"), ("push-pull\"\nexchange = \"eager", "random")] {
        let gossip = format!("strategy = \"{strategy}\"\nphase = \"{phase}\"\nmax_interval = \"8s\"\nback_off = 3");
        let rumor = point(network, &gossip, "origin = 0", faults);
        let many = point(network, &gossip.replace("\nexchange = \"eager\"", ""), one, faults);
        let mut waited = 0;
        for replicate in 0..20 {
            let [rumor, many] = [&rumor, &many].map(|point| run(point, replicate));
            let known = |sample: &RoundSample| sample.informed as f64;
            let lacking = |sample: &RoundSample| sample.live as f64 * (1.0 - sample.figures[0]);
            let [here, there] = [
                rumor.curve.iter().skip(1).map(known).collect::<Vec<_>>(),
                many.curve.iter().skip(1).map(lacking).collect::<Vec<_>>(),
            ];
            assert!(here.iter().zip(&there).all(|(here, there)| (here - there).abs() < 1e-6), "{gossip}, {replicate}");
            assert_eq!(here.len(), there.len(), "{gossip}, {replicate}");
            assert!(strategy != "pull" || sent(&rumor) == sent(&many), "{gossip}, {replicate}");
            waited += here.len();
        }
        assert!(waited > 20 * 8, "{gossip}: {waited}");
    }
}

/// Of two nodes the one that lacks the update asks in its turns 0, 1, 3, 7, 15, …, and each question or its answer is lost but for
/// 1 in 4: the exact mean. By eager push-pull the other pushes in every turn besides.
#[test]
fn two_nodes_of_which_one_asks_more_and_more_rarely_take_the_exact_time() {
    const RUNS: u64 = 4000;
    let asks = |turn: u64| [0, 1, 3].contains(&turn) || turn % 8 == 7;
    for (strategy, pushed) in [("pull", 0.0), ("push-pull\"\nexchange = \"eager", 0.5)] {
        let (mut mean, mut lacks) = (0.0, 1.0);
        for turn in 0..2000 {
            // The rounds so far do not suffice.
            mean += lacks;
            lacks *= (1.0 - pushed) * if asks(turn) { 0.75 } else { 1.0 };
        }
        let gossip = format!("strategy = \"{strategy}\"\nmax_interval = \"8s\"");
        let point = point("nodes = 2\nloss = 0.5", &gossip, "", "");
        judge(strategy, mean, sample(RUNS, |run| rounds(&point, run)), RUNS);
    }
}

/// With a list each update comes to one of its nodes, each of them as often as the others: |z| <= 4.
#[test]
fn updates_are_published_at_the_nodes_of_a_list_all_alike() {
    let workload = "kind = \"rumors\"\norigins = [7, \"2..4\"]\nupdates_per_second = 100\nduring = \"20s\"";
    let point = point("nodes = 9", "strategy = \"push\"", workload, "[stop]\nmax_rounds = 21");
    let log = experiment::trace(&point, 0, &|| true).unwrap().log;
    let mut counts = [0.0_f64; 9];
    log.external().for_each(|event| counts[event.node.index()] += 1.0);
    for (node, count) in counts.into_iter().enumerate() {
        let z = (count - 500.0) / (2000.0_f64 * 0.25 * 0.75).sqrt();
        assert!(
            if [2, 3, 4, 7].contains(&node) { z.abs() <= 4.0 } else { count == 0.0 },
            "{node}: {count}, z = {z:.1}"
        );
    }
}

/// What is expected of each update is missed by the first of which it does not hold, and by a share that never came about.
#[test]
fn what_is_expected_of_each_update_must_hold_for_each() {
    let text = |expectation: &str| {
        format!(
            "replicates = 4\n[network]\nnodes = 8\nlatency = \"100ms\"\n[gossip]\nstrategy = \"push\"\nfanout = \"all\"\n\
             [workload]\nkind = \"rumors\"\nduring = \"4s\"\nupdates_per_second = 1\n\
             [[event]]\nat = \"1500ms\"\npartition = [0.5, 0.5]\nuntil = \"2500ms\"\n[expect]\n{expectation}\n"
        )
    };
    for (expectation, missed) in [
        ("each_update_100_spread_ms_max = \"<= 1200ms\"", None),
        ("each_update_50_spread_ms_max = \"<= 100ms\"", None),
        ("each_update_100_spread_ms_min = \">= 100ms\"", None),
        (
            "\"push.each_update_99_spread_ms_p95\" = \"<= 1s\"",
            Some("it is 1100 (configuration 0: push, 8 nodes, update 2 of 2000 ms)"),
        ),
        ("each_update_100_spread_ms_mean = \"> 100ms\"", Some("update 0 of 0 ms, and 2 more")),
    ] {
        let scenario = scenario(&text(expectation));
        let (list, mut runs) = (run_tables::list(&scenario), Vec::new());
        let mut tables = RunTables::new(list, &scenario);
        for replicate in 0..4 {
            runs.push(run(&scenario.point(0), replicate).courses);
            tables.add(run(&scenario.point(0), replicate)).unwrap();
        }
        tables.close_point().unwrap();
        let found = expectations::missed(&scenario, &tables.tables);
        match missed {
            None => assert!(found.is_empty(), "{expectation}: {found:?} {runs:?}"),
            Some(missed) => assert!(found.len() == 1 && found[0].contains(missed), "{expectation}: {found:?} {runs:?}"),
        }
    }
}
