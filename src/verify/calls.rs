//! Nodes that take one call a round: anti-entropy by push-pull with connection limit 1.

use super::complete::{AMPLE, STRATEGIES};
use super::{Case, Claim, Effort, Figure, point};
use crate::scenario::Point;

pub(super) fn cases(effort: Effort, seed: u64) -> Vec<Case> {
    vec![limited(effort, seed), unlimited(effort, seed), growth(effort, seed)]
}

const NODES: u32 = 300;

fn network(seed: u64, nodes: u32, limit: &str) -> Point {
    let (_, eager, _) = STRATEGIES[2];
    point(seed, &format!("nodes = {nodes}"), &format!("{eager}\n{limit}"), AMPLE)
}

/// Demers et al. 1987, section 3: about 11.0 rounds to the last node, and 0.63 of the calls accepted. Exactly, somebody
/// calls a node in a round with probability 1 - (1 - 1/(n-1))^(n-1), and then it takes one call.
fn limited(effort: Effort, seed: u64) -> Case {
    let others = f64::from(NODES - 1);
    let accepted = -libm::expm1(others * libm::log1p(-1.0 / others));
    Case::new(
        "Demers 1987, section 3",
        format!("push-pull, connection limit 1, n = {NODES}"),
        vec![network(seed, NODES, "connection_limit = 1")],
        effort.runs(10_000),
        vec![Claim::Print(Figure::Rounds, 11.0, 0.05), Claim::Mean(Figure::Accepted, accepted)],
    )
}

/// The same without the limit: 7.8 rounds, and exactly what its chain says.
fn unlimited(effort: Effort, seed: u64) -> Case {
    Case::new(
        "Demers 1987, section 3",
        format!("push-pull without limit, n = {NODES}"),
        vec![network(seed, NODES, "")],
        effort.runs(10_000),
        vec![Claim::Print(Figure::Rounds, 7.8, 0.05), Claim::ExactMean, Claim::Distribution],
    )
}

/// log n / log(3 - 2/e) + (ln n) / 2 rounds, where every node answers one incoming call a round.
fn growth(effort: Effort, seed: u64) -> Case {
    let (small, large): (u32, u32) = (4096, 65_536);
    let doublings = libm::log(f64::from(large / small));
    let rate = 1.0 / libm::log(3.0 - 2.0 / std::f64::consts::E) + 0.5;
    Case::new(
        "Doerr & Kostrygin 2017",
        format!("push-pull, connection limit 1: n = {small} to {large}"),
        [small, large].map(|nodes| network(seed, nodes, "connection_limit = 1")).to_vec(),
        effort.runs(800),
        vec![Claim::Growth(rate * doublings)],
    )
}
