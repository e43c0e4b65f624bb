//! Poisson clocks without latency: pure birth processes on the complete graph and the ring.

use super::complete::{AMPLE, strategies};
use super::{Case, Claim, Effort, Figure, point};
use crate::theory::harmonic;

pub(super) fn cases(effort: Effort, seed: u64) -> Vec<Case> {
    let mut cases = Vec::new();
    for loss in [0.0, 0.2] {
        for (name, gossip, strategy) in strategies(loss) {
            let contact = strategy.contact(1.0 - loss);
            let rate = contact.push + contact.pull;
            let gossip = format!("{gossip}\nphase = \"poisson\"");
            let mut add = |graph: &str, nodes: u32, exact: f64| {
                let network = format!("nodes = {nodes}\ntopology = \"{graph}\"\nloss = {loss}");
                let points = vec![point(seed, &network, &gossip, AMPLE)];
                let lossy = if loss > 0.0 { format!(", loss {loss}") } else { String::new() };
                let what = format!("Poisson clocks, {graph}, n = {nodes}{lossy}: {name}");
                let claims = vec![Claim::Mean(Figure::Time, exact), Claim::Distribution];
                cases.push(Case::new("derived, exact", what, points, effort.runs(16_000), claims));
            };
            let nodes: u32 = 64;
            let n = f64::from(nodes);
            add("complete", nodes, 2.0 * (n - 1.0) * harmonic(nodes - 1) / (n * rate));
            add("ring", 16, 15.0 / rate);
        }
    }
    cases
}
