//! Random graphs, and the cube, in aligned rounds.

use libm::log;

use super::{Case, CaseStrategy, Prediction, complete};

/// Push on a random d-regular graph takes C_d ln n rounds, C_d = 1/ln(2(1 - 1/d)) - 1/(d ln(1 - 1/d)), for d >= 3
/// (Fountoulakis & Panagiotou 2010); known for fanout 1 without loss.
pub(super) fn random_regular(case: &Case, degree: u32) -> Option<Prediction> {
    let covered = case.strategy == CaseStrategy::Push && case.fanout == 1 && case.arrives == 1.0;
    if !covered || degree < 3 || degree >= case.nodes {
        return None;
    }
    let d = f64::from(degree);
    let constant = 1.0 / log(2.0 * (1.0 - 1.0 / d)) - 1.0 / (d * libm::log1p(-1.0 / d));
    let law = "C_d ln n, C_d = 1/ln(2(1-1/d)) - 1/(d ln(1-1/d))";
    Some(Prediction::rounds(constant * log(f64::from(case.nodes)), law, "Fountoulakis & Panagiotou 2010"))
}

/// Far above the threshold of connectedness, G(n, p) spreads like the complete graph (Fountoulakis, Huber & Panagiotou
/// 2010). The theorem asks for a mean degree that outgrows ln n; from five times ln n on we take it at its word.
pub(super) fn erdos_renyi(case: &Case, mean_degree: f64) -> Option<Prediction> {
    let dense = mean_degree >= 5.0 * log(f64::from(case.nodes));
    let like = complete::predict(case);
    let source = "as the complete graph: Fountoulakis, Huber, Panagiotou 2010";
    (dense && case.nodes > 2).then_some(Prediction { source, exact: false, ..like })
}

/// The 3-cube with fanout 1 and without loss, by the exact chain over the subsets of its nodes (derived).
pub(super) fn cube(case: &Case) -> Option<Prediction> {
    let rounds = match case.strategy {
        CaseStrategy::Push => 5.777_39,
        CaseStrategy::Pull => 5.216_20,
        CaseStrategy::Eager | CaseStrategy::Digest => 3.629_61,
    };
    let covered = case.nodes == 8 && case.fanout == 1 && case.arrives == 1.0;
    covered.then(|| Prediction::rounds(rounds, "chain over the subsets of the 3-cube", "derived").exactly())
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{CaseGraph, predict};
    use super::*;

    fn regular(degree: u32) -> Option<f64> {
        let graph = CaseGraph::RandomRegular { degree };
        predict(&Case { graph, ..case(1024, CaseStrategy::Push) }).map(|found| found.rounds)
    }

    #[test]
    fn push_on_a_random_regular_graph_follows_its_constant() {
        // C_3 = 1/ln(4/3) - 1/(3 ln(2/3)) = 3.476059 + 0.822101; C_8 = 1/ln(7/4) - 1/(8 ln(7/8)) = 1.786940 + 0.936109
        for (degree, constant) in [(3, 4.298_161), (8, 2.723_050)] {
            let rounds = regular(degree).unwrap();
            assert!((rounds / libm::log(1024.0) - constant).abs() < 2e-6, "{degree}: {rounds}");
        }
        assert_eq!(regular(2), None);
    }

    #[test]
    fn more_neighbours_tend_to_the_complete_graph() {
        let whole = predict(&case(1024, CaseStrategy::Push)).unwrap().rounds;
        assert!(regular(4).unwrap() > regular(16).unwrap());
        assert!((regular(1000).unwrap() - whole).abs() < 0.05);
    }

    #[test]
    fn only_a_dense_random_graph_is_like_the_complete_one() {
        let of = |mean_degree| {
            predict(&Case { graph: CaseGraph::ErdosRenyi { mean_degree }, ..case(1024, CaseStrategy::Pull) })
        };
        assert_eq!(of(10.0), None);
        assert_eq!(
            of(40.0).map(|found| found.rounds),
            predict(&case(1024, CaseStrategy::Pull)).map(|whole| whole.rounds)
        );
    }
}
