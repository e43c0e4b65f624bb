//! Faults: nodes that crash, recover, join and leave, partitions and cuts, on the rumor.

use crate::common::{ending, heard, point, scenario};
use gossipsim::engine::{Observer, Outcome, Protocol};
use gossipsim::experiment;
use gossipsim::observe::RoundSample;
use gossipsim::scenario::{self, Overrides, Point, Source};
use gossipsim::time::Time;
use gossipsim::units::NodeId;
use gossipsim::workload::WorkloadSpec;
use gossipsim::workload::rumor::Learned;

const SECOND: u64 = 1_000_000_000;

/// The point with these lines of [network] and [gossip], and these events.
fn with(network: &str, gossip: &str, events: &str) -> Point {
    scenario(&format!("[network]\n{network}\n[gossip]\n{gossip}\n[stop]\nmax_rounds = 100\n{events}")).point(0)
}

/// Everybody who learned, in order of time.
#[derive(Default)]
struct Log(Vec<(u64, u32)>);

impl<P: Protocol<Fact = Learned>> Observer<P> for Log {
    fn fact(&mut self, now: Time, node: NodeId, _: Learned) {
        self.0.push((now.nanos(), node.number()));
    }
}

fn log(point: &Point, replicate: u64) -> Vec<(u64, u32)> {
    let mut log = Log::default();
    experiment::watch(point, replicate, &mut log).unwrap();
    log.0
}

const ASYNCHRONOUS: &str = "strategy = \"push-pull\"\nphase = \"random\"";
const LATENCY: &str = "latency = { kind = \"uniform\", min = \"10ms\", max = \"100ms\" }\nloss = 0.1";

#[test]
fn an_event_changes_nothing_before_it() {
    let events = [
        "crash = 0.5",
        "churn = 0.5\nup = { kind = \"exponential\", mean = \"1s\" }\ndown = \"1s\"\nkeep_state = false\nfor = \"9s\"",
        "impair = { from = 0.5, to = \"all\" }\nloss = 0.5\ndelay = { kind = \"exponential\", mean = \"1s\" }",
        "partition = [0.5]\nfor = \"3s\"",
    ];
    for (gossip, network) in [
        (ASYNCHRONOUS, LATENCY),
        ("strategy = \"push\"", "loss = 0"),
        ("strategy = \"pull\"\nphase = \"poisson\"", "loss = 0.2"),
    ] {
        let network = format!("nodes = 64\n{network}");
        let healthy = with(&network, gossip, "");
        for (at, event) in [1, 3, 5].into_iter().flat_map(|at| events.map(|event| (at, event))) {
            let crash = with(&network, gossip, &format!("[[event]]\nat = \"{at}s\"\n{event}\n"));
            for replicate in 0..3 {
                let before = |log: Vec<(u64, u32)>| -> Vec<(u64, u32)> {
                    log.into_iter().filter(|&(time, _)| time < at * SECOND).collect()
                };
                assert_eq!(before(log(&crash, replicate)), before(log(&healthy, replicate)), "{gossip}, at {at} s");
            }
        }
    }
}

#[test]
fn an_event_that_touches_nobody_leaves_every_node_to_hear_when_it_did() {
    // A cut that is over before anything happens, in the loop that knows of faults.
    for (gossip, network) in [
        (ASYNCHRONOUS, LATENCY),
        ("strategy = \"push\"\nfanout = 2", "loss = 0.1"),
        ("strategy = \"push\"\nspread = { kind = \"counter\", k = 2 }\nanti_entropy = \"3s\"", "topology = \"ring\""),
        ("strategy = \"pull\"\nspread = { kind = \"coin\", k = 2 }\nconnection_limit = 1\nhunt = 2", "loss = 0.1"),
    ] {
        let network = format!("nodes = 64\n{network}");
        let event = "[[event]]\nat = \"0s\"\ncut = { from = [0], to = [1] }\nuntil = \"1ns\"\n";
        let event = event.replace("at = \"0s\"", "at = \"99s\"").replace("1ns", "100s");
        let (healthy, idle) = (with(&network, gossip, ""), with(&network, gossip, &event));
        for replicate in 0..5 {
            let (one, other) = (ending(&healthy, replicate), ending(&idle, replicate));
            assert_eq!(heard(&healthy, replicate), heard(&idle, replicate), "{gossip}");
            assert_eq!(one, other, "{gossip}");
        }
    }
}

/// On the complete graph those who are yet to join are in nobody's way, whatever the clocks do that are not Poisson's.
#[test]
fn a_join_changes_nothing_before_it() {
    for (gossip, network) in [
        (ASYNCHRONOUS, LATENCY),
        ("strategy = \"push\"\nfanout = 3", "loss = 0.1"),
        ("strategy = \"pull\"\npeers = \"shuffled\"", "loss = 0.2"),
        (
            "strategy = \"push\"\npeers = \"quasirandom\"\nphase = \"random\"\nanti_entropy = \"2s\"\nspread = { kind = \"coin\", k = 2 }",
            "",
        ),
    ] {
        let network = format!("nodes = 64\n{network}");
        let alone = with(&network, gossip, "");
        for at in [2, 4] {
            let joined = with(&network, gossip, &format!("[[event]]\nat = \"{at}s\"\njoin = 64\n"));
            for replicate in 0..5 {
                let before = |log: Vec<(u64, u32)>| -> Vec<(u64, u32)> {
                    log.into_iter().filter(|&(time, _)| time < at * SECOND).collect()
                };
                assert_eq!(before(log(&joined, replicate)), before(log(&alone, replicate)), "{gossip}, at {at} s");
                let ending = ending(&joined, replicate);
                assert_eq!((ending.tally.live, ending.tally.dropped), (128, 0), "nobody calls who is not there");
            }
        }
    }
}

#[test]
fn who_is_yet_to_join_is_nobodys_neighbor_on_any_topology() {
    for topology in ["\"ring\"", "{ kind = \"random-regular\", degree = 6 }", "\"hypercube\""] {
        let network = format!("nodes = 32\ntopology = {topology}");
        let late =
            with(&network, "strategy = \"push-pull\"\nphase = \"poisson\"", "[[event]]\nat_round = 30\njoin = 32\n");
        for replicate in 0..5 {
            assert_eq!(ending(&late, replicate).tally.dropped, 0, "{topology}");
        }
    }
}

/// A message that is on its way to nobody does not make the run converge.
#[test]
fn where_nobody_is_left_the_update_is_lost() {
    for gone in ["crash", "leave"] {
        for strategy in ["push", "push-pull"] {
            let network = "nodes = 8\nlatency = { kind = \"constant\", value = \"500ms\" }";
            let events = format!("[[event]]\nat = \"1200ms\"\n{gone} = \"all\"\n");
            let ending = ending(&with(network, &format!("strategy = \"{strategy}\""), &events), 0);
            assert_eq!(
                (ending.outcome, ending.tally.live, ending.tally.informed),
                (Outcome::Lost, 0, 0),
                "{gone}, {strategy}"
            );
        }
    }
}

/// Shares are of those who are live at the time, and a share that is reached in a round was reached by its end.
#[test]
fn shares_are_of_the_live_nodes_of_their_round() {
    for events in [
        "[[event]]\nat_round = 10\nleave = 0.75\n",
        "[[event]]\nat_round = 3\ncrash = \"all\"\n",
        "[[event]]\nat_round = 3\ncrash = 0.5\nkeep_state = false\n[[event]]\nat_round = 6\nrecover = \"all\"\n\
         [[event]]\nat_round = 9\njoin = 36\n",
    ] {
        let point = with("nodes = 64", "strategy = \"push-pull\"\nphase = \"random\"", events);
        for replicate in 0..10 {
            let record = experiment::run(&point, replicate, &|| true).unwrap();
            for mark in &record.curve {
                assert!(mark.informed <= mark.live && mark.live <= 100, "{mark:?}, {events}");
            }
            let reached: Vec<Time> = record.reached.into_iter().flatten().collect();
            assert!(reached.is_sorted(), "{reached:?}");
            let share = |mark: &RoundSample| mark.live > 0 && mark.informed * 2 >= mark.live;
            let round = record.curve.iter().position(share).map(|round| round as u64);
            let by_time = reached.first().map(|time| time.round(point.settings.gossip.interval).number());
            assert!(by_time <= round, "half knew in round {by_time:?}, and at the end of {round:?}");
        }
    }
}

/// One node is left, and learned in its time.
#[test]
fn the_last_node_took_the_rounds_that_it_took() {
    let events = "[[event]]\nat = \"30s\"\nleave = [0]\n";
    let text = format!(
        "[network]\nnodes = 2\n[gossip]\nstrategy = \"push\"\nphase = \"random\"\n[workload]\norigin = 0\n{events}"
    );
    let point = scenario(&text).point(0);
    let record = experiment::run(&point, 0, &|| true).unwrap();
    let last = record.ending.last_learned.unwrap();
    assert_eq!((record.live, record.converged()), (1, true));
    assert_eq!(
        record.rounds(point.settings.gossip.interval),
        Some(last.round(point.settings.gossip.interval).number())
    );
}

#[test]
fn a_partition_keeps_halves_apart_until_it_is_healed() {
    let halves = |until: &str| {
        let groups: [Vec<u32>; 2] = [(0..32).collect(), (32..64).collect()];
        let events = format!("[[event]]\nat = \"0s\"\npartition = {groups:?}\n{until}");
        let text = format!(
            "[network]\nnodes = 64\n[gossip]\nstrategy = \"push-pull\"\n[workload]\norigin = 0\n[stop]\nmax_rounds = 60\n{events}"
        );
        scenario(&text).point(0)
    };
    for replicate in 0..10 {
        let healed = log(&halves("until = \"20s\"\n"), replicate);
        assert_eq!(healed.len(), 63);
        assert!(healed.iter().all(|&(time, node)| (node < 32) == (time < 20 * SECOND)), "{healed:?}");
        let whole = ending(&halves("until_round = 21\n"), replicate);
        assert_eq!((whole.outcome, whole.tally.cut > 0), (Outcome::Converged, true));
        let never = ending(&halves(""), replicate);
        assert_eq!((never.outcome, never.tally.informed), (Outcome::RoundLimit, 32));
    }
}

#[test]
fn a_cut_one_way_lets_the_other_way_pass() {
    // Two nodes: push from node 0 is cut, pull by node 1 is answered over the cut path.
    let cut = |strategy: &str, from: u32, to: u32| {
        let text = format!(
            "[network]\nnodes = 2\n[gossip]\nstrategy = \"{strategy}\"\n[workload]\norigin = 0\n[stop]\nmax_rounds = 9\n\
             [[event]]\nat = \"0s\"\ncut = {{ from = [{from}], to = [{to}] }}\n"
        );
        ending(&scenario(&text).point(0), 0)
    };
    assert_eq!(cut("push", 0, 1).outcome, Outcome::RoundLimit);
    assert_eq!(cut("push", 0, 1).tally.cut, 9);
    assert_eq!(cut("push", 1, 0).outcome, Outcome::Converged);
    assert_eq!(cut("pull", 1, 0).tally.informed, 1, "the request is cut");
    assert_eq!(cut("pull", 0, 1).tally.informed, 1, "the answer is cut");
}

#[test]
fn an_update_whose_last_holder_is_gone_is_lost() {
    let text = "[network]\nnodes = 64\nloss = 1\n[gossip]\nstrategy = \"push-pull\"\n[workload]\norigin = 7\n\
                [[event]]\nat = \"5s\"\nleave = [7]\n";
    let lost = ending(&scenario(text).point(0), 0);
    assert_eq!((lost.outcome, lost.tally.informed, lost.tally.live), (Outcome::Lost, 0, 63));
    // Who remembers comes back with it; who does not has lost it.
    for (keep, outcome) in [(true, Outcome::Converged), (false, Outcome::Lost)] {
        let text = format!(
            "[network]\nnodes = 4\n[gossip]\nstrategy = \"pull\"\ninterval = \"10s\"\nphase = \"random\"\n[workload]\norigin = 2\n\
             [[event]]\nat = \"0s\"\ncrash = [2]\nkeep_state = {keep}\n[[event]]\nat = \"30s\"\nrecover = \"all\"\n"
        );
        let ending = ending(&scenario(&text).point(0), 0);
        assert_eq!((ending.outcome, ending.tally.live), (outcome, 4), "keep_state = {keep}");
        assert!(ending.tally.dropped > 0);
    }
}

#[test]
fn who_joins_or_comes_back_without_memory_learns_before_the_run_has_converged() {
    let events = "[[event]]\nat_round = 40\njoin = 16\n[[event]]\nat_round = 45\ncrash = [3, 4]\nkeep_state = false\n\
                  [[event]]\nat_round = 50\nrecover = [4]\n";
    for (topology, peers) in [
        ("\"complete\"", "uniform"),
        ("\"ring\"", "uniform"),
        ("{ kind = \"random-regular\", degree = 6 }", "shuffled"),
    ] {
        let network = format!("nodes = 48\ntopology = {topology}");
        let grown = with(&network, &format!("strategy = \"push-pull\"\npeers = \"{peers}\""), events);
        let (log, ending) = (log(&grown, 1), ending(&grown, 1));
        assert_eq!(
            (ending.outcome, ending.tally.live, ending.tally.informed),
            (Outcome::Converged, 63, 63),
            "{topology}"
        );
        assert!(log.iter().filter(|(_, node)| *node >= 48).all(|(time, _)| *time >= 39 * SECOND));
        let again: Vec<u64> = log.iter().filter(|(_, node)| *node == 4).map(|(time, _)| *time).collect();
        assert!(again.last().is_some_and(|&time| time >= 49 * SECOND), "{topology}: {again:?}");
    }
}

#[test]
fn a_larger_share_holds_all_that_a_smaller_one_does() {
    let live = |share: f64, replicate| {
        let crash =
            with("nodes = 100", "strategy = \"push-pull\"", &format!("[[event]]\nat = \"0s\"\ncrash = {share}\n"));
        let mut heard: Vec<u32> = log(&crash, replicate).into_iter().map(|(_, node)| node).collect();
        heard.sort_unstable();
        (heard, ending(&crash, replicate).tally.live)
    };
    for replicate in 0..5 {
        let [(few, up), (fewer, less_up)] = [live(0.2, replicate), live(0.6, replicate)];
        assert_eq!((up, less_up), (80, 40));
        assert!(fewer.iter().all(|node| few.contains(node)) || fewer.is_empty(), "{fewer:?}");
    }
}

/// A message to a node that is down is as good as lost: in push on the complete graph among n nodes of which d are down
/// from the start, rounds until all others know have the law of n - d nodes that lose the share d / (n - 1) of their
/// messages. |z| <= 4.
#[test]
fn crashed_nodes_cost_push_what_loss_does() {
    let runs = 2000;
    let crashed = with(
        "nodes = 32",
        "strategy = \"push\"",
        "[[event]]\nat = \"0s\"\ncrash = [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]\n",
    );
    let lossy = point(&format!("nodes = 20\nloss = {}", 12.0 / 31.0), "strategy = \"push\"");
    let sample = |point: &Point| {
        let rounds = |replicate| {
            let ending = ending(point, replicate);
            // Where the origin is down nothing ever happens.
            (ending.outcome == Outcome::Converged)
                .then(|| ending.last_learned.unwrap_or_default().nanos() as f64 / SECOND as f64)
        };
        let rounds: Vec<f64> = (0..runs).filter_map(rounds).collect();
        let (count, mean) = (rounds.len() as f64, rounds.iter().sum::<f64>() / rounds.len() as f64);
        let variance = rounds.iter().map(|round| (round - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    };
    let ((one, first), (other, second)) = (sample(&crashed), sample(&lossy));
    let z = (one - other) / (first + second).sqrt();
    assert!(z.abs() <= 4.0, "{one} rounds among crashed nodes, {other} with loss: z = {z:.2}");
}

/// What averaging says of a run: its outcome, and the column called `name`.
fn average(text: &str, name: &str) -> (Outcome, Option<f64>) {
    let scenario = scenario(&format!(
        "{text}\n[gossip]\nstrategy = \"push-pull\"\nphase = \"random\"\n[workload]\nkind = \"average\"\nvalues = \"linear\"\n"
    ));
    let record = experiment::run(&scenario.point(0), 0, &|| true).unwrap();
    let columns = WorkloadSpec::MEASURES.iter().find(|(workload, _)| *workload == "average").unwrap().1().runs;
    let place = columns.iter().position(|column| column.name == name).unwrap();
    (record.ending.outcome, record.measured[place].number())
}

/// What a node believed that is gone says nothing of those who are left.
#[test]
fn errors_of_averaging_are_those_of_the_live_nodes() {
    let left = "[network]\nnodes = 8\n[stop]\nmax_rounds = 60\n[[event]]\nat = \"2s\"\nleave = [2]\n";
    let (outcome, error) = average(left, "error_max");
    assert!(outcome == Outcome::Converged && error.is_some_and(|error| error <= 0.01), "{error:?}");
    let late =
        "[network]\nnodes = 8\n[stop]\nmax_rounds = 60\nmax_time = \"30s\"\n[[event]]\nat = \"40s\"\njoin = 24\n";
    assert_eq!(average(late, "without_estimate"), (Outcome::Converged, Some(0.0)));
    assert_eq!(average(late, "weight_kept"), (Outcome::Converged, Some(1.0)));
    let nobody = "[network]\nnodes = 8\n[[event]]\nat = \"2s\"\ncrash = \"all\"\n";
    for column in ["error_max", "error_rms", "without_estimate"] {
        assert_eq!(average(nobody, column), (Outcome::Lost, None), "{column}");
    }
    // They come back and hold nothing: there is no estimate, and never will be.
    let emptied = "[network]\nnodes = 8\n[[event]]\nat = \"2s\"\ncrash = \"all\"\nkeep_state = false\n[[event]]\nat = \"5s\"\nrecover = \"all\"\n";
    assert_eq!(average(emptied, "error_max"), (Outcome::Lost, None));
}

/// An event that comes after the last round keeps nobody from having converged by then.
#[test]
fn a_run_that_a_limit_ends_has_converged_if_all_are_right() {
    let text = "[network]\nnodes = 8\n[stop]\nmax_rounds = 60\n[[event]]\nat = \"60s\"\ncrash = [1]\n";
    assert_eq!(average(text, "weight_kept"), (Outcome::Converged, Some(1.0)));
}

/// The last that do not know go: from then on all live nodes do.
#[test]
fn a_run_has_converged_once_whoever_did_not_know_is_gone() {
    let text = "[network]\nnodes = 10\ntopology = \"line\"\n[gossip]\nstrategy = \"push-pull\"\n[workload]\norigin = 0\n\
                [[event]]\nat = \"0s\"\npartition = [[\"0..3\"], [\"4..9\"]]\n[[event]]\nat = \"20s\"\ncrash = [\"4..9\"]\n";
    let point = scenario(text).point(0);
    let record = experiment::run(&point, 0, &|| true).unwrap();
    assert_eq!((record.converged(), record.rounds(point.settings.gossip.interval)), (true, Some(21)));
    assert_eq!(record.reached, [Some(Time::from_nanos(20 * SECOND)); 4]);
}

/// Halves are of the nodes that there are, whoever comes later; those fall into either by chance.
#[test]
fn a_partition_by_shares_is_that_without_a_later_join() {
    let halves = |join: u32| {
        let events = format!(
            "[[event]]\nat = \"0s\"\npartition = [0.5, 0.5]\nuntil = \"20s\"\n[[event]]\nat = \"21s\"\njoin = {join}\n"
        );
        with("nodes = 64", "strategy = \"push\"", &events)
    };
    for replicate in 0..5 {
        let before = |join: u32| -> Vec<(u64, u32)> {
            log(&halves(join), replicate).into_iter().filter(|&(time, _)| time < 20 * SECOND).collect()
        };
        assert_eq!(before(64), before(0));
        assert_eq!(before(64).len(), 31);
    }
}

/// Nodes are up at the times of the file and at no others; the event counts them from its own time on, and other nodes stay.
#[test]
fn nodes_come_and_go_as_a_trace_of_their_sessions_says() {
    let folder = std::env::temp_dir().join(format!("gossipsim-sessions-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let csv = "node,up,down\n1,0,4\n1,6,6.5\n2,2,9\n3,0,\n4,1,3\n4,3,5\n";
    std::fs::write(folder.join("sessions.csv"), csv).unwrap();
    let text = "[network]\nnodes = 6\n[gossip]\nstrategy = \"push\"\n[workload]\norigin = 0\n[stop]\nmax_rounds = 20\n\
                [[event]]\nat = \"1s\"\nsessions = \"sessions.csv\"\n[[event]]\nat = \"5500ms\"\ncrash = [2]\n";
    let file = folder.join("demo.toml");
    std::fs::write(&file, text).unwrap();
    let read = scenario::read(Source::file(&file).unwrap(), &Overrides::default());
    let trace = experiment::trace(&read.unwrap().point(0), 0, &|| true).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let changes: Vec<(u64, u32, bool)> = trace
        .log
        .external()
        .map(|event| (event.at.nanos() / 1_000_000, event.node.number(), event.event.up().unwrap()))
        .collect();
    let expected = [
        (1000, 2, false),
        (1000, 4, false),
        (2000, 4, true),
        (3000, 2, true),
        (4000, 4, false),
        (4000, 4, true),
        (5000, 1, false),
        (5500, 2, false),
        (6000, 4, false),
        (7000, 1, true),
        (7500, 1, false),
    ];
    // The crash has taken node 2 down, which the end of its session leaves so.
    assert_eq!(changes, expected);
}
