//! Simulated means against exact ones: fractions for small networks, chains and derived values for larger ones.

use crate::common::{intervals, judge, point, rounds, sample};
use gossipsim::theory::CaseStrategy;
use gossipsim::theory::chain::Chain;

const RUNS: u64 = 40_000;

const PUSH: &str = "strategy = \"push\"";
const PULL: &str = "strategy = \"pull\"";
const EAGER: &str = "strategy = \"push-pull\"\nexchange = \"eager\"";
const DIGEST: &str = "strategy = \"push-pull\"\nexchange = \"digest\"";

fn check(network: &str, gossip: &str, expected: f64, runs: u64) {
    let point = point(network, gossip);
    judge(&format!("{network}, {gossip}"), expected, sample(runs, |replicate| rounds(&point, replicate)), runs);
}

/// Exact mean rounds on the complete graph (aligned, no latency): subset chains, as fractions.
#[test]
fn small_complete_graphs_take_their_exact_mean() {
    let table = [
        (2, [1.0, 1.0, 1.0]),
        (3, [7.0 / 3.0, 2.0, 3.0 / 2.0]),
        (4, [485.0 / 152.0, 105.0 / 38.0, 121.0 / 60.0]),
        (5, [72271.0 / 18375.0, 2924.0 / 875.0, 76367.0 / 32258.0]),
    ];
    for (nodes, [push, pull, both]) in table {
        let network = format!("nodes = {nodes}");
        for (gossip, expected) in [(PUSH, push), (PULL, pull), (EAGER, both), (DIGEST, both)] {
            check(&network, gossip, expected, RUNS);
        }
    }
}

#[test]
fn small_complete_graphs_with_half_of_all_legs_lost_take_their_exact_mean() {
    for (nodes, gossip, expected) in [
        (2, PUSH, 2.0),
        (2, PULL, 4.0),
        (2, EAGER, 8.0 / 5.0),
        (2, DIGEST, 32.0 / 11.0),
        (3, PUSH, 30.0 / 7.0),
        (3, PULL, 8.0),
        (3, EAGER, 9216.0 / 2923.0),
    ] {
        check(&format!("nodes = {nodes}\nloss = 0.5"), gossip, expected, RUNS);
    }
}

/// The chain of the number of informed nodes gives the mean at sizes where fractions would fill pages. At n = 512
/// push-pull takes 8.4 rounds; whoever judges messages of one instant in the order they arrive gets 6.9 to 7.6.
#[test]
fn larger_complete_graphs_take_the_mean_of_the_chain() {
    for (nodes, loss, runs) in [(64, 0.0, 4000), (64, 0.2, 4000), (512, 0.0, 1000)] {
        let strategies = [
            (PUSH, CaseStrategy::Push),
            (PULL, CaseStrategy::Pull),
            (EAGER, CaseStrategy::Eager),
            (DIGEST, CaseStrategy::Digest),
        ];
        for (gossip, strategy) in strategies {
            let exact = Chain::new(nodes, strategy, 1, 1.0 - loss).and_then(|chain| chain.rounds()).unwrap();
            check(&format!("nodes = {nodes}\nloss = {loss}"), gossip, exact.mean, runs);
        }
    }
}

/// Ring, aligned, no loss: n - 3/4, n - 1 and 2n/3 - 11/24, up to terms that vanish exponentially (derived).
#[test]
fn rings_take_their_exact_mean() {
    let network = "nodes = 40\ntopology = \"ring\"";
    check(network, PUSH, 40.0 - 0.75, 10_000);
    check(network, PULL, 39.0, 10_000);
    check(network, EAGER, 80.0 / 3.0 - 11.0 / 24.0, 10_000);
}

/// A path from its end: 1 + 2 (n - 2) for push and pull, 2 + 4/3 (n - 3) for push-pull (derived).
#[test]
fn paths_take_their_exact_mean() {
    let (network, n) = ("nodes = 30\ntopology = \"line\"", 30.0);
    for (gossip, expected) in
        [(PUSH, 1.0 + 2.0 * (n - 2.0)), (PULL, 1.0 + 2.0 * (n - 2.0)), (EAGER, 2.0 + (n - 3.0) * 4.0 / 3.0)]
    {
        let text = format!("[network]\n{network}\n[gossip]\n{gossip}\n[workload]\norigin = 0\n");
        let point = crate::common::scenario(&text).point(0);
        judge(gossip, expected, sample(10_000, |replicate| rounds(&point, replicate)), 10_000);
    }
}

/// A star of N leaves: push is the coupon collector's problem, N H_N from the centre and one more leaf's share from a
/// leaf; pull takes 1 round from the centre and n from a leaf in the mean; push-pull 1 and 2 (derived).
#[test]
fn stars_take_their_exact_mean() {
    let harmonic = |n: u32| (1..=n).map(|k| 1.0 / f64::from(k)).sum::<f64>();
    let (leaves, n) = (15, 16.0);
    for (origin, gossip, expected) in [
        (0, PUSH, f64::from(leaves) * harmonic(leaves)),
        (3, PUSH, 1.0 + f64::from(leaves) * harmonic(leaves - 1)),
        (0, PULL, 1.0),
        (3, PULL, n),
        (0, EAGER, 1.0),
        (3, EAGER, 2.0),
    ] {
        let text = format!(
            "[network]\nnodes = 16\ntopology = \"star\"\n[gossip]\n{gossip}\n[workload]\norigin = {origin}\n[stop]\nmax_rounds = 100000\n"
        );
        let point = crate::common::scenario(&text).point(0);
        judge(
            &format!("{gossip} from {origin}"),
            expected,
            sample(20_000, |replicate| rounds(&point, replicate)),
            20_000,
        );
    }
}

/// The 3-cube, by the exact chain over subsets.
#[test]
fn the_cube_takes_its_exact_mean() {
    let network = "nodes = 8\ntopology = \"hypercube\"";
    for (gossip, expected) in [(PUSH, 5.77739), (PULL, 5.21620), (EAGER, 3.62961)] {
        check(network, gossip, expected, RUNS);
    }
}

/// Poisson clocks on the complete graph: E = 2 (n - 1) H_{n-1} / (n (a + b)) intervals, a and b the chances that a
/// push and a pull contact deliver.
#[test]
fn poisson_clocks_on_the_complete_graph_take_their_exact_mean() {
    let (nodes, runs) = (64, 4000);
    let n = f64::from(nodes);
    let harmonic: f64 = (1..nodes).map(|k| 1.0 / f64::from(k)).sum();
    for (loss, gossip, sum) in [
        (0.0, EAGER, 2.0),
        (0.0, DIGEST, 2.0),
        (0.0, PUSH, 1.0),
        (0.0, PULL, 1.0),
        (0.2, PUSH, 0.8),
        (0.2, PULL, 0.64),
        (0.2, EAGER, 0.8 + 0.64),
        (0.2, DIGEST, 0.512 + 0.64),
    ] {
        let point = point(&format!("nodes = {nodes}\nloss = {loss}"), &format!("{gossip}\nphase = \"poisson\""));
        let expected = 2.0 * (n - 1.0) * harmonic / (n * sum);
        judge(gossip, expected, sample(runs, |replicate| intervals(&point, replicate)), runs);
    }
}

/// Poisson clocks on the ring: the time is Erlang(n - 1, a + b), so mean and variance are known.
#[test]
fn poisson_clocks_on_the_ring_take_an_erlang_time() {
    let runs = 10_000;
    for (gossip, rate) in [(PUSH, 1.0), (PULL, 1.0), (EAGER, 2.0)] {
        let point = point("nodes = 12\ntopology = \"ring\"", &format!("{gossip}\nphase = \"poisson\""));
        let (mean, sd) = sample(runs, |replicate| intervals(&point, replicate));
        judge(gossip, 11.0 / rate, (mean, sd), runs);
        // The variance of a sample variance is (mu4 - sigma^4) / N; Erlang(k): mu4 = 3 k (k + 2) / rate^4.
        let (variance, fourth) = (11.0 / (rate * rate), 3.0 * 11.0 * 13.0 / rate.powi(4));
        let error = ((fourth - variance * variance) / runs as f64).sqrt();
        assert!((sd * sd - variance).abs() <= 4.0 * error, "{gossip}: variance {} instead of {variance}", sd * sd);
    }
}
