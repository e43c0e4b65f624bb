//! Other graphs in aligned rounds: ring, path, star and cube exactly, random regular graphs and hypercubes by their laws.

use super::complete::{AMPLE, strategies};
use super::{Case, Claim, Effort, Figure, point};
use crate::theory::harmonic;

const DERIVED: &str = "derived, exact";

pub(super) fn cases(effort: Effort, seed: u64) -> Vec<Case> {
    let mut cases = exact(effort, seed);
    cases.extend([cube(effort, seed), regular(effort, seed), hypercube(effort, seed)].into_iter().flatten());
    cases
}

/// Ring, path and star: what is claimed of push, pull and push-pull.
fn exact(effort: Effort, seed: u64) -> Vec<Case> {
    let leaves = f64::from(63);
    let ring = [64.0 - 0.75, 63.0, 128.0 / 3.0 - 11.0 / 24.0];
    let path = [1.0 + 2.0 * 30.0, 1.0 + 2.0 * 30.0, 2.0 + 29.0 * 4.0 / 3.0];
    let rows = [
        ("ring", "ring", 64, "\"random\"", ring),
        ("path from an end", "line", 32, "0", path),
        ("star from the centre", "star", 64, "0", [leaves * harmonic(63), 1.0, 1.0]),
        ("star from a leaf", "star", 64, "1", [1.0 + leaves * harmonic(62), 64.0, 2.0]),
    ];
    let mut cases = Vec::new();
    for (name, topology, nodes, origin, [push, pull, both]) in rows {
        for ((strategy, gossip, _), rounds) in strategies(0.0).zip([push, pull, both]) {
            let network = format!("nodes = {nodes}\ntopology = \"{topology}\"");
            let points = vec![point(seed, &network, gossip, &format!("[workload]\norigin = {origin}\n{AMPLE}"))];
            let what = format!("{name}, n = {nodes}: {strategy}");
            let claims = vec![Claim::Mean(Figure::Rounds, rounds), Claim::Distribution];
            cases.push(Case::new(DERIVED, what, points, effort.runs(16_000), claims));
        }
    }
    cases
}

/// The 3-cube, by the exact chain over sets of informed nodes.
fn cube(effort: Effort, seed: u64) -> Vec<Case> {
    let rounds = [5.77739, 5.21620, 3.62961];
    let cases = strategies(0.0).zip(rounds).map(|((strategy, gossip, _), rounds)| {
        let points = vec![point(seed, "nodes = 8\ntopology = \"hypercube\"", gossip, AMPLE)];
        // The print has five decimals.
        let claims = vec![Claim::Print(Figure::Rounds, rounds, 5e-6)];
        Case::new("exact subset chain", format!("3-cube: {strategy}"), points, effort.runs(100_000), claims)
    });
    cases.collect()
}

/// Push on random d-regular graphs takes C_d ln n rounds, C_d = 1/ln(2(1-1/d)) - 1/(d ln(1-1/d)).
fn regular(effort: Effort, seed: u64) -> Vec<Case> {
    let (small, large) = (4096, 65_536);
    let of = |degree: u32| {
        let d = f64::from(degree);
        let constant = 1.0 / libm::log(2.0 * (1.0 - 1.0 / d)) - 1.0 / (d * libm::log1p(-1.0 / d));
        let topology = format!("topology = {{ kind = \"random-regular\", degree = {degree} }}");
        let points = [small, large]
            .map(|nodes| point(seed, &format!("nodes = {nodes}\n{topology}"), "strategy = \"push\"", AMPLE))
            .to_vec();
        let what = format!("random {degree}-regular, push: n = {small} to {large}");
        let claims = vec![Claim::Growth(constant * libm::log(f64::from(large / small)))];
        Case::new("Fountoulakis & Panagiotou", what, points, effort.runs(1600), claims)
    };
    [4, 8].map(of).to_vec()
}

/// On hypercubes push takes Θ(log n) rounds (Feige, Peleg, Raghavan & Upfal 1990), at this size 1.2 to 1.3 times
/// those on the complete graph, and less at larger ones (1.17 times at 2^20).
fn hypercube(effort: Effort, seed: u64) -> Vec<Case> {
    let nodes: u32 = 4096;
    let like = f64::from(nodes.ilog2()) + libm::log(f64::from(nodes));
    let points = vec![point(seed, &format!("nodes = {nodes}\ntopology = \"hypercube\""), "strategy = \"push\"", AMPLE)];
    let claims = vec![Claim::Between(Figure::Rounds, 1.2 * like, 1.3 * like)];
    vec![Case::new("Feige et al. 1990", format!("hypercube, push: n = {nodes}"), points, effort.runs(3200), claims)]
}
