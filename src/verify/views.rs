//! Broadcasts over partial views right after many nodes have crashed.

use super::{Case, Claim, Effort, Figure, point};

/// Tenths of the nodes that crash: with these broadcasts die out hardly ever or often. Of those between few runs say little.
const CRASHED: [u32; 4] = [1, 5, 6, 7];

const NODES: u32 = 10_000;

/// How many of its view a node tells.
const FANOUT: i32 = 4;

/// How many others a node knows, and by how many it is known in the mean.
const VIEW: i32 = 35;

/// Few broadcasts die out early, so how many of the runs do is a matter of chance that they say little about.
const SLACK: f64 = 0.004;

/// The bars of Cyclon in figure 2 of Leitão, Pereira and Rodrigues, "HyParView" (DSN 2007): views of 35 after 50 cycles, fanout
/// 4, and a share of all nodes that crashes at once. What broadcasts reach lies between what they reach over views that were
/// drawn at random, and over such that know everybody equally often.
pub(super) fn cases(effort: Effort, seed: u64) -> Vec<Case> {
    let case = |tenths: u32| {
        let (share, crashed) = (f64::from(tenths) / 10.0, NODES / 10 * tenths);
        // Views are drawn without regard to numbers, so the first nodes are as good as any.
        let gossip = format!(
            "strategy = \"push\"\nfanout = {FANOUT}\nspread = \"infect-and-die\"\n\
             peers = {{ kind = \"cyclon\", view = {VIEW}, shuffle = 14, warm_up = 50, every = \"none\", fixed = true }}"
        );
        let rest =
            format!("[workload]\norigin = {}\n[[event]]\nat = \"0s\"\ncrash = [\"0..{}\"]\n", NODES - 1, crashed - 1);
        Case::new(
            "HyParView 2007, figure 2",
            format!("views of Cyclon, n = {NODES}, {} % down", 10 * tenths),
            vec![point(seed, &format!("nodes = {NODES}"), &gossip, &rest)],
            if effort == Effort::Quick { 64 } else { 256 },
            vec![Claim::Between(
                Figure::Residue,
                1.0 - reached(share, even) - SLACK,
                1.0 - reached(share, random) + SLACK,
            )],
        )
    };
    CRASHED.map(case).to_vec()
}

/// The share of the living that infect-and-die reaches in the mean where a share `down` of those in views is not up: π (1 - s),
/// of which s = (down + (1 - down) s)^4 is how likely it dies out early, and 1 - π how likely a node is `missed`.
fn reached(down: f64, missed: impl Fn(f64) -> f64) -> f64 {
    let (up, mut reach, mut dies) = (1.0 - down, 1.0_f64, 0.0_f64);
    for _ in 0..10_000 {
        reach = 1.0 - missed(up * reach);
        dies = libm::pow(down + up * dies, f64::from(FANOUT));
    }
    reach * (1.0 - dies)
}

/// How likely a node is missed by the `share` of all that tell, if a Poisson number of nodes knows it.
fn random(share: f64) -> f64 {
    libm::exp(-f64::from(FANOUT) * share)
}

/// The same if as many know each. No other law of that mean makes it less likely (Jensen's inequality).
fn even(share: f64) -> f64 {
    libm::pow(1.0 - f64::from(FANOUT) / f64::from(VIEW) * share, VIEW.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_are_those_of_random_views() {
        for (tenths, law) in (1..8).zip([0.969, 0.951, 0.917, 0.852, 0.727, 0.495, 0.126]) {
            let [found, most] = [random, even].map(|missed| reached(f64::from(tenths) / 10.0, missed));
            assert!((found - law).abs() < 6e-4 && most > found && most < found + 0.012, "{tenths}: {found}, {most}");
        }
    }
}
