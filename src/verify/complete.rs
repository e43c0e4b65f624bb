//! The complete graph in aligned rounds: exact fractions, exact distributions, published laws.

use super::{Case, Claim, Effort, Figure, point};
use crate::scenario::Point;
use crate::theory::CaseStrategy;

/// The strategies by name, as a scenario writes them and as the theory knows them.
pub(super) const STRATEGIES: [(&str, &str, CaseStrategy); 4] = [
    ("push", "strategy = \"push\"", CaseStrategy::Push),
    ("pull", "strategy = \"pull\"", CaseStrategy::Pull),
    ("push-pull, eager", "strategy = \"push-pull\"\nexchange = \"eager\"", CaseStrategy::Eager),
    ("push-pull, digest", "strategy = \"push-pull\"\nexchange = \"digest\"", CaseStrategy::Digest),
];

/// The strategies that differ where nothing is lost: without loss a digest ends as an eager exchange does.
pub(super) fn strategies(loss: f64) -> impl Iterator<Item = (&'static str, &'static str, CaseStrategy)> {
    let differ = if loss > 0.0 { 4 } else { 3 };
    STRATEGIES.into_iter().take(differ)
}

pub(super) const AMPLE: &str = "[stop]\nmax_rounds = 100000";

/// The mean rounds of small networks, as fractions: nodes, loss, and push, pull, eager and digest push-pull.
type Fractions = (u32, f64, [Option<(u32, u32)>; 4]);

const FRACTIONS: [Fractions; 6] = [
    (2, 0.0, [Some((1, 1)), Some((1, 1)), Some((1, 1)), Some((1, 1))]),
    (3, 0.0, [Some((7, 3)), Some((2, 1)), Some((3, 2)), Some((3, 2))]),
    (4, 0.0, [Some((485, 152)), Some((105, 38)), Some((121, 60)), Some((121, 60))]),
    (5, 0.0, [Some((72_271, 18_375)), Some((2924, 875)), Some((76_367, 32_258)), Some((76_367, 32_258))]),
    (2, 0.5, [Some((2, 1)), Some((4, 1)), Some((8, 5)), Some((32, 11))]),
    (3, 0.5, [Some((30, 7)), Some((8, 1)), Some((9216, 2923)), None]),
];

/// Nodes, fanout, loss and runs of the exact distributions.
const CHAINS: [(u32, u32, f64, u64); 5] =
    [(5, 2, 0.25, 64_000), (64, 1, 0.0, 32_000), (64, 2, 0.1, 32_000), (512, 1, 0.0, 10_000), (512, 3, 0.2, 10_000)];

pub(super) fn cases(effort: Effort, seed: u64) -> Vec<Case> {
    let mut cases = fractions(effort, seed);
    cases.extend(chains(effort, seed));
    cases.extend(laws(effort, seed));
    cases
}

fn network(nodes: u32, loss: f64) -> String {
    format!("nodes = {nodes}\nloss = {loss}")
}

fn fractions(effort: Effort, seed: u64) -> Vec<Case> {
    let mut cases = Vec::new();
    for (nodes, loss, fractions) in FRACTIONS {
        for ((name, gossip, _), fraction) in STRATEGIES.into_iter().zip(fractions) {
            let Some((above, below)) = fraction else { continue };
            let exact = f64::from(above) / f64::from(below);
            let what = format!("complete, n = {nodes}{}: {name}", lossy(loss));
            let points = vec![point(seed, &network(nodes, loss), gossip, AMPLE)];
            let claims = vec![Claim::Mean(Figure::Rounds, exact)];
            cases.push(Case::new("exact fraction", what, points, effort.runs(100_000), claims));
        }
    }
    cases
}

fn chains(effort: Effort, seed: u64) -> Vec<Case> {
    let mut cases = Vec::new();
    for (nodes, fanout, loss, runs) in CHAINS {
        for (name, gossip, _) in strategies(loss) {
            let what = format!("complete, n = {nodes}, fanout {fanout}{}: {name}", lossy(loss));
            let gossip = format!("{gossip}\nfanout = {fanout}");
            let points = vec![point(seed, &network(nodes, loss), &gossip, AMPLE)];
            cases.push(Case::new(
                "exact chain",
                what,
                points,
                effort.runs(runs),
                vec![Claim::ExactMean, Claim::Distribution],
            ));
        }
    }
    cases
}

fn lossy(loss: f64) -> String {
    if loss > 0.0 { format!(", loss {loss}") } else { String::new() }
}

/// Published laws at sizes beyond the chain.
fn laws(effort: Effort, seed: u64) -> Vec<Case> {
    let push = |nodes: u32| -> Point { point(seed, &network(nodes, 0.0), "strategy = \"push\"", AMPLE) };
    let (small, large) = (4096u32, 65_536u32);
    let (log2, ln) = (f64::from(large.ilog2()), libm::log(f64::from(large)));
    let slope = (1.0 + std::f64::consts::LN_2) * f64::from((large / small).ilog2());
    vec![
        Case::new(
            "Frieze & Grimmett 1985",
            format!("complete, push: n = {small} to {large}"),
            vec![push(small), push(large)],
            effort.runs(3200),
            vec![Claim::Growth(slope)],
        ),
        Case::new(
            "Doerr & Künnemann 2014",
            format!("complete, push: n = {large}"),
            vec![push(large)],
            effort.runs(1600),
            // At powers of two the roundings of log2 n in the two bounds are none.
            vec![Claim::Between(Figure::Rounds, log2 + ln - 1.116, log2 + ln + 2.765)],
        ),
    ]
}
