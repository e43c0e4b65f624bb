//! Rumor mongering: nodes that lose interest, against Demers et al. 1987, an exact chain and the law of infect-and-die.

use crate::common::{ending, judge, point, sample, scenario};
use gossipsim::engine::Outcome;
use gossipsim::scenario::Point;
use gossipsim::verify::coin_chain::CoinChain;
use gossipsim::workload::rumor::Ending;

/// Demers et al., "Epidemic Algorithms for Replicated Database Maintenance" (report CSL-89-1, 1987), tables 1 to 3:
/// 1000 nodes, one origin. k, residue, traffic (updates per node), round of the last arrival.
type Row = (u32, f64, f64, f64);

const TABLE_1: [Row; 5] = [
    (1, 0.18, 1.7, 16.8),
    (2, 0.037, 3.3, 16.9),
    (3, 0.011, 4.5, 17.4),
    (4, 0.0036, 5.6, 17.5),
    (5, 0.0012, 6.7, 17.7),
];
const TABLE_2: [Row; 5] =
    [(1, 0.96, 0.04, 38.0), (2, 0.20, 1.6, 33.0), (3, 0.060, 2.8, 32.0), (4, 0.021, 3.9, 32.0), (5, 0.008, 4.9, 32.0)];
const TABLE_3: [Row; 3] = [(1, 3.1e-2, 2.7, 17.6), (2, 5.8e-4, 4.5, 15.4), (3, 4.0e-6, 6.1, 14.0)];

/// Half of the last digit with which the paper prints residue, traffic and last arrival.
const ROUNDING_1: [[f64; 3]; 5] =
    [[5e-3, 0.05, 0.05], [5e-4, 0.05, 0.05], [5e-4, 0.05, 0.05], [5e-5, 0.05, 0.05], [5e-5, 0.05, 0.05]];
const ROUNDING_2: [[f64; 3]; 5] =
    [[5e-3, 5e-3, 0.5], [5e-3, 0.05, 0.5], [5e-4, 0.05, 0.5], [5e-4, 0.05, 0.5], [5e-4, 0.05, 0.5]];
const ROUNDING_3: [[f64; 3]; 3] = [[5e-4, 0.05, 0.05], [5e-6, 0.05, 0.05], [5e-8, 0.05, 0.05]];

const FIGURES: [&str; 3] = ["residue", "traffic", "last arrival"];

fn mongers(nodes: u32, strategy: &str, spread: &str) -> Point {
    point(&format!("nodes = {nodes}"), &format!("strategy = \"{strategy}\"\nspread = {spread}"))
}

/// Mongers whose runs go on until interest is lost, as the paper counts them: what is sent to those who know counts too.
fn quiet(nodes: u32, strategy: &str, spread: &str) -> Point {
    let gossip = format!("[gossip]\nstrategy = \"{strategy}\"\nspread = {spread}\n");
    scenario(&format!("[network]\nnodes = {nodes}\n{gossip}[stop]\nuntil = \"quiet\"\n")).point(0)
}

/// Residue, updates per node and round of the last arrival.
fn figures(point: &Point, ending: &Ending) -> [f64; 3] {
    let nodes = f64::from(point.settings.network.nodes);
    let last = ending.last_learned.unwrap_or_default().round(point.settings.gossip.interval).number();
    [1.0 - ending.tally.informed as f64 / nodes, ending.tally.updates as f64 / nodes, last as f64]
}

/// Holds a row to the print: off by no more than its rounding and 4 standard errors of our mean. `skip` names figures
/// that are not held.
fn check(point: &Point, (k, s, m, last): Row, rounding: [f64; 3], runs: u64, skip: &[&str]) {
    let endings: Vec<Ending> = (0..runs).map(|replicate| ending(point, replicate)).collect();
    for (index, printed) in [s, m, last].into_iter().enumerate().filter(|(index, _)| !skip.contains(&FIGURES[*index])) {
        let (mean, sd) = sample(runs, |replicate| figures(point, &endings[replicate as usize])[index]);
        let bound = rounding[index] + 4.0 * sd / (runs as f64).sqrt();
        let what = FIGURES[index];
        assert!((mean - printed).abs() <= bound, "k = {k}: {what} {mean} instead of {printed}, bound {bound:.2e}");
    }
}

#[test]
fn push_with_feedback_and_counter_gives_table_1() {
    for (row, rounding) in TABLE_1.into_iter().zip(ROUNDING_1) {
        let point = quiet(1000, "push", &format!("{{ kind = \"counter\", k = {}, feedback = true }}", row.0));
        check(&point, row, rounding, 200, &[]);
    }
}

#[test]
fn blind_push_with_a_coin_gives_table_2() {
    for (row, rounding) in TABLE_2.into_iter().zip(ROUNDING_2) {
        let point = quiet(1000, "push", &format!("{{ kind = \"coin\", k = {}, feedback = false }}", row.0));
        // The printed residues at k = 4 and 5 lie 5 % and 13 % above the exact law, which the next test holds us to.
        let skip = if row.0 >= 4 { &["residue"][..] } else { &[] };
        check(&point, row, rounding, 200, skip);
    }
}

#[test]
fn pull_with_feedback_and_counter_gives_table_3() {
    for (row, rounding) in TABLE_3.into_iter().zip(ROUNDING_3) {
        let point = quiet(1000, "pull", &format!("{{ kind = \"counter\", k = {}, feedback = true }}", row.0));
        // At k = 3 one node in 250 000 is left: 200 runs do not show it.
        let skip = if row.0 == 3 { &["residue"][..] } else { &[] };
        check(&point, row, rounding, 200, skip);
    }
}

/// The exact means of blind push with a coin, as counts of nodes that never learn and of updates sent until the run
/// ends, at once when all know or when interest is lost: a chain over infective and susceptible. In a round each of i
/// infective nodes throws at one of the n - 1 others, which hits a susceptible node not hit yet with probability
/// (s - hits) / (n - 1), and loses interest with probability 1/k whatever it hit. Without susceptible nodes the run has
/// converged, and what each infective node still sends is k throws in the mean, or nothing more.
fn exact(nodes: usize, k: f64, quiet: bool) -> [f64; 2] {
    // ahead[s][i]: what is still to come with s susceptible and i infective nodes.
    let rest = if quiet { k } else { 0.0 };
    let mut ahead: Vec<Vec<[f64; 2]>> = vec![(0..=nodes).map(|i| [0.0, rest * i as f64]).collect()];
    for s in 1..nodes {
        ahead.push(vec![[s as f64, 0.0]]);
        for i in 1..=nodes - s {
            let hits = occupancy(i, s, nodes - 1);
            let stay = binomial(i, 1.0 - 1.0 / k);
            let mut sum = [0.0, i as f64];
            for (hit, chance) in hits.iter().enumerate() {
                for (kept, share) in stay.iter().enumerate().filter(|(kept, _)| hit > 0 || *kept < i) {
                    let [residue, updates] = ahead[s - hit][kept + hit];
                    sum = [sum[0] + chance * share * residue, sum[1] + chance * share * updates];
                }
            }
            // Nothing changes at all with the probability left out above.
            ahead[s].push(sum.map(|sum| sum / (1.0 - hits[0] * stay[i])));
        }
    }
    ahead[nodes - 1][1]
}

/// The law of the number of different ones of `marked` cells out of `cells` that `throws` throws hit.
fn occupancy(throws: usize, marked: usize, cells: usize) -> Vec<f64> {
    let mut law = vec![0.0; throws.min(marked) + 1];
    law[0] = 1.0;
    for _ in 0..throws {
        for hit in (0..law.len()).rev() {
            let new = |hit: usize| (marked - hit) as f64 / cells as f64;
            law[hit] = law[hit] * (1.0 - new(hit)) + if hit > 0 { law[hit - 1] * new(hit - 1) } else { 0.0 };
        }
    }
    law
}

fn binomial(count: usize, p: f64) -> Vec<f64> {
    let mut law = vec![0.0; count + 1];
    law[0] = 1.0;
    for _ in 0..count {
        for hit in (0..=count).rev() {
            law[hit] = law[hit] * (1.0 - p) + if hit > 0 { law[hit - 1] * p } else { 0.0 };
        }
    }
    law
}

/// |z| <= 4.
#[test]
fn blind_push_with_a_coin_follows_its_exact_chain() {
    let (nodes, runs) = (100, 5000);
    for (k, on) in [1, 2, 3, 5].into_iter().flat_map(|k| [(k, false), (k, true)]) {
        let [residue, updates] = exact(nodes as usize, f64::from(k), on).map(|count| count / f64::from(nodes));
        let mongers = if on { quiet } else { mongers };
        let point = mongers(nodes, "push", &format!("{{ kind = \"coin\", k = {k}, feedback = false }}"));
        let endings: Vec<Ending> = (0..runs).map(|replicate| ending(&point, replicate)).collect();
        let figure = |index: usize| sample(runs, |replicate| figures(&point, &endings[replicate as usize])[index]);
        judge(&format!("k = {k}: residue"), residue, figure(0), runs);
        judge(&format!("k = {k}: updates"), updates, figure(1), runs);
    }
}

/// Three nodes by hand, k = 1: the origin tells one of the others, which tells the origin or the third with equal
/// chance.
#[test]
fn the_exact_chain_of_three_nodes_is_that_worked_out_by_hand() {
    let [residue, updates] = exact(3, 1.0, false);
    assert!((residue - 0.5).abs() < 1e-12 && (updates - 2.0).abs() < 1e-12, "{residue}, {updates}");
    // The third, if it was told, throws once more.
    let [residue, updates] = exact(3, 1.0, true);
    assert!((residue - 0.5).abs() < 1e-12 && (updates - 2.5).abs() < 1e-12, "{residue}, {updates}");
}

/// The chain that `verify` judges by follows only what is likely; this one follows everything.
#[test]
fn the_chain_of_the_gate_is_the_exact_one() {
    for (nodes, k) in [(2, 3), (3, 1), (10, 2), (40, 5), (100, 1), (100, 4)] {
        let found = CoinChain { nodes, k }.means();
        let [residue, updates] = exact(nodes, f64::from(k), true).map(|count| count / nodes as f64);
        let off = (found.residue - residue).abs().max((found.traffic - updates).abs());
        assert!(off < 1e-9, "{nodes} nodes, k = {k}: {found:?}, not {residue}, {updates}");
    }
}

/// The share reached by infect-and-die, where every node passes an update on once, to `arriving` peers in the mean:
/// pi = 1 - exp(-arriving · pi) (Kermack and McKendrick 1927).
fn reached(arriving: f64) -> f64 {
    (0..200).fold(1.0, |pi, _| 1.0 - libm::exp(-arriving * pi))
}

/// A rumor that takes off reaches the share pi up to 1/n, and |z| <= 4 for the mean over runs. One that does not dies
/// among its first few nodes. With a fanout of 2 and no loss every rumor takes off; with half of a fanout of 4 lost it
/// fails with the probability q = ((1 + q) / 2)^4 = 0.0874 that a family of so many children dies out.
#[test]
fn infect_and_die_reaches_its_share_if_it_takes_off() {
    assert!((reached(2.0) - 0.7968).abs() < 5e-5 && (reached(4.0) - 0.9802).abs() < 5e-5);
    let (nodes, runs) = (20_000, 60);
    for (fanout, loss, fails) in [(2, 0.0, 0.0), (4, 0.0, 0.0), (4, 0.5, 0.0874)] {
        let gossip = format!(
            "strategy = \"push\"\nfanout = {fanout}\nspread = {{ kind = \"counter\", k = 1, feedback = false }}"
        );
        let point = point(&format!("nodes = {nodes}\nloss = {loss}"), &gossip);
        let shares: Vec<f64> =
            (0..runs).map(|replicate| 1.0 - figures(&point, &ending(&point, replicate))[0]).collect();
        let (large, small): (Vec<f64>, Vec<f64>) = shares.into_iter().partition(|share| *share > 0.1);
        assert!(small.iter().all(|share| *share < 0.01), "neither large nor small: {small:?}");
        let (count, failed) = (large.len() as f64, small.len() as f64);
        let spread = (runs as f64 * fails * (1.0 - fails)).sqrt();
        assert!((failed - runs as f64 * fails).abs() <= 4.0 * spread, "{failed} of {runs} did not take off");
        let mean = large.iter().sum::<f64>() / count;
        let variance = large.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>() / (count - 1.0);
        let bound = 4.0 * (variance / count).sqrt() + 1.0 / f64::from(nodes);
        let pi = reached(f64::from(fanout) * (1.0 - loss));
        assert!((mean - pi).abs() <= bound, "fanout {fanout}, loss {loss}: {mean} instead of {pi}, bound {bound:.1e}");
    }
}

/// Who goes on until all is quiet learns no more and no later, sends at least as much, and only where everybody had
/// learned.
#[test]
fn going_on_until_all_is_quiet_adds_traffic_to_runs_that_converged_and_nothing_else() {
    let mut longer = 0;
    for strategy in ["push", "pull", "push-pull"] {
        for spread in ["kind = \"counter\", k = 3, feedback = true", "kind = \"coin\", k = 4, feedback = false"] {
            let spread = format!("{{ {spread} }}");
            let (short, long) = (mongers(40, strategy, &spread), quiet(40, strategy, &spread));
            for replicate in 0..50 {
                let (short, long) = (ending(&short, replicate), ending(&long, replicate));
                let what = format!("{strategy}, {spread}, replicate {replicate}");
                assert_eq!((long.outcome, long.last_learned), (short.outcome, short.last_learned), "{what}");
                assert_eq!((long.tally.spreading, long.in_flight), (0, 0), "{what}");
                let more = long.tally.sent - short.tally.sent;
                assert!(more == 0 || long.outcome == Outcome::Converged, "{what}");
                longer += u32::from(more > 0);
            }
        }
    }
    assert!(longer > 100, "only {longer} of 300 runs went on");
}

/// Everybody loses interest some day where every contact counts or is judged, so no run may go on to its limit.
#[test]
fn a_rumor_that_nobody_spreads_ends_the_run() {
    let mut died = 0;
    for strategy in
        ["\"push\"", "\"pull\"", "\"push-pull\"\nexchange = \"eager\"", "\"push-pull\"\nexchange = \"digest\""]
    {
        for phase in ["aligned", "random", "poisson"] {
            for latency in [
                "\"none\"",
                "{ kind = \"uniform\", min = \"10ms\", max = \"4s\" }",
                "{ kind = \"constant\", value = \"1s\" }",
            ] {
                for spread in ["kind = \"counter\", k = 1", "kind = \"coin\", k = 2"] {
                    for feedback in [true, false] {
                        let gossip = format!(
                            "strategy = {strategy}\nphase = \"{phase}\"\nspread = {{ {spread}, feedback = {feedback} }}"
                        );
                        let point = point(&format!("nodes = 60\nlatency = {latency}\nloss = 0.1"), &gossip);
                        died += (0..3).filter(|&replicate| died_out(&ending(&point, replicate), &gossip)).count();
                    }
                }
            }
        }
    }
    assert!(died > 200, "only {died} of 432 rumors died out: is interest lost at all?");
}

fn died_out(ending: &Ending, what: &str) -> bool {
    let tally = &ending.tally;
    match ending.outcome {
        Outcome::Converged => assert_eq!(tally.informed, 60, "{what}"),
        Outcome::DiedOut => assert_eq!((tally.spreading, tally.informed < 60), (0, true), "{what}"),
        other => panic!("{what}: {other:?}: {ending:?}"),
    }
    ending.outcome == Outcome::DiedOut
}
