//! Rumor mongering: the tables of Demers et al. 1987 (report CSL-89-1), 1000 nodes and one origin.

use super::coin_chain::CoinChain;
use super::complete::AMPLE;
use super::{Case, Claim, Effort, Figure, point};
use crate::scenario::Point;

/// k; residue, traffic and last arrival as printed; half a unit of the last digit of the first two.
type Row = (u32, [f64; 3], [f64; 2]);

const TABLE_1: [Row; 5] = [
    (1, [0.18, 1.7, 16.8], [5e-3, 0.05]),
    (2, [0.037, 3.3, 16.9], [5e-4, 0.05]),
    (3, [0.011, 4.5, 17.4], [5e-4, 0.05]),
    (4, [0.0036, 5.6, 17.5], [5e-5, 0.05]),
    (5, [0.0012, 6.7, 17.7], [5e-5, 0.05]),
];
const TABLE_2: [Row; 5] = [
    (1, [0.96, 0.04, 38.0], [5e-3, 5e-3]),
    (2, [0.20, 1.6, 33.0], [5e-3, 0.05]),
    (3, [0.060, 2.8, 32.0], [5e-4, 0.05]),
    (4, [0.021, 3.9, 32.0], [5e-4, 0.05]),
    (5, [0.008, 4.9, 32.0], [5e-4, 0.05]),
];
const TABLE_3: [Row; 3] = [
    (1, [3.1e-2, 2.7, 17.6], [5e-4, 0.05]),
    (2, [5.8e-4, 4.5, 15.4], [5e-6, 0.05]),
    (3, [4.0e-6, 6.1, 14.0], [5e-8, 0.05]),
];

/// How far the last arrival may be off in the three tables: the second prints whole rounds.
const T_LAST: [f64; 3] = [0.4, 0.5, 0.4];

const PUSH: &str = "strategy = \"push\"";
const PULL: &str = "strategy = \"pull\"";

pub(super) fn cases(effort: Effort, seed: u64) -> Vec<Case> {
    let mut cases = Vec::new();
    for (k, printed, rounding) in TABLE_1 {
        let claims = table(printed, rounding, T_LAST[0]);
        cases.push(rumor(effort, seed, 1, k, PUSH, "kind = \"counter\", feedback = true", claims));
    }
    for (k, printed, rounding) in TABLE_2 {
        let mut claims = table(printed, rounding, T_LAST[1]);
        if k >= 4 {
            // The printed residues lie 5 % and 13 % above the exact law.
            claims[0] = Claim::Shown(Figure::Residue, printed[0]);
        }
        if k == 5 {
            // Every infective node sends k updates in the mean, so m = k (1 - s), which is 4.96 also by the print's own s.
            claims[1] = Claim::Shown(Figure::Traffic, printed[1]);
        }
        if k == 1 {
            // One run has a standard deviation of 20.
            claims[2] = Claim::Shown(Figure::LastArrival, printed[2]);
        }
        cases.push(rumor(effort, seed, 2, k, PUSH, "kind = \"coin\", feedback = false", claims));
    }
    for (k, printed, rounding) in TABLE_3 {
        let mut claims = table(printed, rounding, T_LAST[2]);
        if k == 3 {
            // One digit of an event that happens to four nodes of a million.
            claims[0] = Claim::Shown(Figure::Residue, printed[0]);
        }
        cases.push(rumor(effort, seed, 3, k, PULL, "kind = \"counter\", feedback = true", claims));
    }
    cases.extend([1, 2, 3, 4, 5].map(|k| coin(effort, seed, k)));
    cases
}

/// A row of one of the tables.
fn rumor(effort: Effort, seed: u64, table: u32, k: u32, strategy: &str, spread: &str, claims: Vec<Claim>) -> Case {
    let name = if strategy == PUSH { "push" } else { "pull" };
    let what = format!("rumor, {name}, {}, k = {k}", if table == 2 { "blind, coin" } else { "feedback, counter" });
    let points = vec![mongers(seed, 1000, strategy, spread, k)];
    let source = ["Demers 1987, table 1", "Demers 1987, table 2", "Demers 1987, table 3"][table as usize - 1];
    Case::new(source, what, points, effort.runs(10_000), claims)
}

/// Blind push with a coin by its exact law, in which the printed table is off at k = 4 and 5.
fn coin(effort: Effort, seed: u64, k: u32) -> Case {
    // The chain of 1000 nodes takes seconds.
    let nodes = if effort == Effort::Full { 1000 } else { 200 };
    let points = vec![mongers(seed, nodes, PUSH, "kind = \"coin\", feedback = false", k)];
    let claims = vec![Claim::Coin(CoinChain { nodes: nodes as usize, k })];
    let what = format!("rumor, push, blind, coin, k = {k}, n = {nodes}");
    Case::new("exact chain", what, points, effort.runs(10_000), claims)
}

/// A rumor that is followed until nobody spreads it any more.
fn mongers(seed: u64, nodes: u32, strategy: &str, spread: &str, k: u32) -> Point {
    let gossip = format!("{strategy}\nspread = {{ {spread}, k = {k} }}");
    point(seed, &format!("nodes = {nodes}"), &gossip, &format!("{AMPLE}\nuntil = \"quiet\""))
}

fn table([residue, traffic, last]: [f64; 3], rounding: [f64; 2], most: f64) -> Vec<Claim> {
    vec![
        Claim::Print(Figure::Residue, residue, rounding[0]),
        Claim::Print(Figure::Traffic, traffic, rounding[1]),
        Claim::Print(Figure::LastArrival, last, most),
    ]
}
