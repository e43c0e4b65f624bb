//! The exact distribution of rounds on the star: a leaf tells the centre, the centre tells the leaves.
//!
//! Once the centre knows, each uninformed leaf, whose only neighbour it is, asks it in every round, and the centre
//! contacts k of the N leaves: the number left is a chain, of one sender among N. Before, only the informed leaf and
//! the centre meet: it contacts the centre in every round, and the centre contacts it with probability k/N.

use super::distribution::{Distribution, MOST_ROUNDS};
use super::occupancy::{Left, OccupancyStep};
use super::truncated_pmf::{TruncatedPmf, binomial};
use super::{Case, CaseStrategy};

/// The star, from the node it starts at; from each with the same probability if that is drawn.
pub(super) fn star(case: &Case) -> Option<Distribution> {
    match case.origin {
        Some(origin) => star_from(case, origin == 0),
        None => {
            let centre = 1.0 / f64::from(case.nodes);
            Some(Distribution::mixture(&[(centre, star_from(case, true)?), (1.0 - centre, star_from(case, false)?)]))
        }
    }
}

/// The star, from its centre or from a leaf.
pub(super) fn star_from(case: &Case, centre: bool) -> Option<Distribution> {
    let leaves = case.nodes as usize - 1;
    if centre {
        return from_centre(case, leaves, leaves);
    }
    let contact = CaseStrategy::contact(case.strategy, case.arrives);
    let asked = (f64::from(case.fanout) / leaves as f64).min(1.0);
    let told = 1.0 - (1.0 - contact.push) * (1.0 - contact.pull * asked);
    from_centre(case, leaves, leaves - 1)?.and_wait(told)
}

/// The rounds until none of `ignorant` of all `leaves` is left, from when the centre knows.
fn from_centre(case: &Case, leaves: usize, ignorant: usize) -> Option<Distribution> {
    let contact = CaseStrategy::contact(case.strategy, case.arrives);
    let mut sender =
        (contact.push > 0.0).then(|| OccupancyStep::new(leaves, (case.fanout as usize).min(leaves), contact.push));
    let mut left = Left::none(leaves);
    left.add(&TruncatedPmf::at(ignorant), 1.0);
    let mut pmf = Vec::new();
    while pmf.len() <= MOST_ROUNDS {
        pmf.push(left.done());
        if left.over() {
            return Some(Distribution::of(pmf));
        }
        if contact.pull > 0.0 {
            for (ignorant, share) in left.take().iter() {
                left.add(&binomial(ignorant, 1.0 - contact.pull), share);
            }
        }
        if let Some(sender) = &mut sender {
            sender.act(&mut left);
        }
    }
    None
}

/// About how many cells the law takes: rounds of coupon collecting, or a few rounds of all leaves.
pub(super) fn work(case: &Case) -> f64 {
    let contact = CaseStrategy::contact(case.strategy, case.arrives);
    let leaves = f64::from(case.nodes) - 1.0;
    let kept = (1.0 - contact.push * f64::from(case.fanout).min(leaves) / leaves) * (1.0 - contact.pull);
    let rounds = if kept > 0.0 { (libm::log(leaves.max(2.0)) + 50.0) / -libm::log(kept) } else { 1.0 };
    let pulls = if contact.pull > 0.0 { 100.0 } else { 1.0 };
    rounds * 4.0 * leaves.sqrt() * pulls
}

#[cfg(test)]
mod tests {
    use super::super::paths::harmonic;
    use super::super::tests::case;
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    #[test]
    fn the_star_takes_the_published_number_of_rounds() {
        let leaves = 30.0;
        for (strategy, centre, leaf) in [
            (Push, leaves * harmonic(30), 1.0 + leaves * harmonic(29)),
            (Pull, 1.0, 31.0),
            (Eager, 1.0, 2.0),
            (Digest, 1.0, 2.0),
        ] {
            for (from, mean) in [(true, centre), (false, leaf)] {
                let law = star_from(&case(31, strategy), from).unwrap();
                assert!((law.mean - mean).abs() < 1e-9, "{strategy:?}: {}, not {mean}", law.mean);
                assert!((law.pmf.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn collecting_coupons_has_its_published_variance() {
        // A sum of independent geometric times with chances i/N: variance N² Σ 1/i² - N H_N.
        let law = star_from(&case(31, Push), true).unwrap();
        let squares: f64 = (1..=30).map(|i| 1.0 / f64::from(i * i)).sum();
        assert!((law.sd * law.sd - (900.0 * squares - 30.0 * harmonic(30))).abs() < 1e-7, "{}", law.sd);
    }

    #[test]
    fn with_loss_each_leaf_waits_by_itself_for_its_answer() {
        // Pull: the maximum of N geometric times, whose distribution function is (1 - (1-b)^r)^N.
        let law = star_from(&Case { arrives: 0.5, ..case(9, Pull) }, true).unwrap();
        let exact = |rounds: i32| (1.0 - 0.75_f64.powi(rounds)).powi(8);
        for (rounds, found) in law.cumulative().enumerate() {
            assert!((found - exact(rounds as i32)).abs() < 1e-12, "{rounds}: {found}");
        }
    }

    #[test]
    fn a_star_of_two_is_the_complete_graph_of_two() {
        for strategy in [Push, Pull, Eager, Digest] {
            let two = Case { arrives: 0.5, ..case(2, strategy) };
            let chain = super::super::chain::Chain::new(2, strategy, 1, 0.5).unwrap().rounds().unwrap();
            for origin in [Some(0), Some(1), None] {
                let law = star(&Case { origin, ..two.clone() }).unwrap();
                assert!((law.mean - chain.mean).abs() < 1e-11, "{strategy:?}");
            }
        }
    }

    #[test]
    fn what_takes_for_ever_is_given_up() {
        assert_eq!(star_from(&Case { arrives: 1e-4, ..case(1000, Pull) }, false), None);
    }
}
