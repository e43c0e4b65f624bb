//! Broadcasts over partial views right after many nodes have crashed.

use super::{Case, Claim, Effort, Figure, point};

/// Tenths of the nodes that crash.
const CRASHED: [u32; 7] = [1, 2, 3, 4, 5, 6, 7];

/// With these broadcasts die out hardly ever or often; of the others few runs say little.
const CRASHED_QUICK: [u32; 4] = [1, 5, 6, 7];

const NODES: u32 = 10_000;

/// How many of its view a node tells.
const FANOUT: i32 = 4;

/// The bars of Cyclon in figure 2 of Leitão, Pereira and Rodrigues, "HyParView" (DSN 2007), as exact as the limit of many nodes
/// gives them: views of 35 after 50 cycles, fanout 4, and a share of all nodes that crashes at once.
pub(super) fn cases(effort: Effort, seed: u64) -> Vec<Case> {
    let case = |tenths: u32| {
        let (share, crashed) = (f64::from(tenths) / 10.0, NODES / 10 * tenths);
        // Views are drawn without regard to numbers, so the first nodes are as good as any.
        let gossip = format!(
            "strategy = \"push\"\nfanout = {FANOUT}\nspread = \"infect-and-die\"\n\
             peers = {{ kind = \"cyclon\", view = 35, shuffle = 14, warm_up = 50, every = \"none\", fixed = true }}"
        );
        let rest =
            format!("[workload]\norigin = {}\n[[event]]\nat = \"0s\"\ncrash = [\"0..{}\"]\n", NODES - 1, crashed - 1);
        Case::new(
            "HyParView 2007, figure 2",
            format!("views of Cyclon, n = {NODES}, {} % down", 10 * tenths),
            vec![point(seed, &format!("nodes = {NODES}"), &gossip, &rest)],
            effort.runs(1000),
            // Among finitely many nodes the mean lies beside its limit, the more the nearer to where broadcasts die out.
            vec![Claim::Print(Figure::Residue, 1.0 - reached(share), 0.004)],
        )
    };
    let tenths = if effort == Effort::Quick { &CRASHED_QUICK[..] } else { &CRASHED };
    tenths.iter().map(|&tenths| case(tenths)).collect()
}

/// The share of the living that infect-and-die over random views reaches in the mean, where a share `down` is in views and not
/// up: π (1 - s), with π = 1 - e^(-4 (1 - down) π), and s = (down + (1 - down) s)^4 for how likely it dies out early.
fn reached(down: f64) -> f64 {
    let (up, mut reach, mut dies) = (1.0 - down, 1.0_f64, 0.0_f64);
    for _ in 0..10_000 {
        reach = -libm::expm1(-f64::from(FANOUT) * up * reach);
        dies = libm::pow(down + up * dies, f64::from(FANOUT));
    }
    reach * (1.0 - dies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_what_the_bars_show() {
        for (tenths, law) in CRASHED.into_iter().zip([0.969, 0.951, 0.917, 0.852, 0.727, 0.495, 0.126]) {
            let found = reached(f64::from(tenths) / 10.0);
            assert!((found - law).abs() < 6e-4, "{tenths}: {found}");
        }
    }
}
