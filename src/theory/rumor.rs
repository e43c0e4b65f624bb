//! What is known of nodes that lose interest, take few calls, or choose peers by distance: residue, traffic and tails
//! (Demers et al. 1987, report CSL-89-1).

use libm::{exp, log};

use super::{Case, CaseClock, CaseGraph, CaseStrategy, Claim, Law};

const DEMERS: &str = "Demers et al. 1987";

/// When nodes lose interest in a rumor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rumor {
    /// The k of the counter or the coin.
    pub k: u32,
    /// Whether interest is lost by chance, else by counting.
    pub coin: bool,
    /// Whether the recipient says if the contact was needed.
    pub feedback: bool,
}

/// The laws of section 1 of the paper for uniform choice on the complete graph, and of its section 3 for the line.
pub(super) fn laws(case: &Case) -> Vec<Law> {
    let plain = case.latency_zero && case.fanout == 1 && case.arrives == 1.0 && case.clock == CaseClock::Aligned;
    if !plain {
        return Vec::new();
    }
    let on_line = case.spatial.filter(|_| case.graph == CaseGraph::Line).map(middle_of_the_line);
    if case.graph != CaseGraph::Complete || !case.peers_uniform {
        return on_line.into_iter().collect();
    }
    match case.rumor {
        Some(rumor) => of_rumors(case, rumor),
        None => answered_calls(case).into_iter().chain(tail(case)).collect(),
    }
}

fn of_rumors(case: &Case, rumor: Rumor) -> Vec<Law> {
    if case.strategy != CaseStrategy::Push {
        return Vec::new();
    }
    let mut laws = Vec::new();
    if rumor.feedback && case.calls.is_none() {
        let text = "mean field: s = e^(-(k+1)(1-s))";
        laws.push(Law { text, claim: Claim::Residue(mean_field(rumor.k)), source: DEMERS });
    }
    let text = match case.calls {
        None => Some("s = e^-m, m the updates sent per node"),
        Some(1) => Some("s = e^(-1.58 m), m the updates sent per node"),
        Some(_) => None,
    };
    laws.extend(text.map(|text| Law { text, claim: Claim::Note, source: DEMERS }));
    if rumor.coin && !rumor.feedback && case.calls.is_none() {
        let text = "m = k (1-s), since every spreader sends k updates in the mean";
        laws.push(Law { text, claim: Claim::Note, source: "derived" });
    }
    laws
}

/// The root below 1 of s = e^(-(k+1)(1-s)): 0.203 at k = 1, 0.0595 at k = 2.
fn mean_field(k: u32) -> f64 {
    // The right side is flat around the root, so iterating from 0 climbs to it.
    (0..200).fold(0.0, |s, _| exp(-(f64::from(k) + 1.0) * (1.0 - s)))
}

/// Push-pull where a node answers one incoming call a round; the constant is derived.
fn answered_calls(case: &Case) -> Option<Law> {
    let both = matches!(case.strategy, CaseStrategy::Eager | CaseStrategy::Digest);
    let n = f64::from(case.nodes);
    let rounds = log(n) / log(3.0 - 2.0 / std::f64::consts::E) + log(n) / 2.0;
    (both && case.calls == Some(1)).then_some(Law {
        text: "log_{3-2/e} n + (1/2) ln n",
        claim: Claim::About(rounds),
        source: "Doerr & Kostrygin 2017",
    })
}

/// How the last ignorant nodes fade under anti-entropy.
fn tail(case: &Case) -> Option<Law> {
    let text = match case.strategy {
        CaseStrategy::Push => "near the end a round leaves p/e of a share p of ignorant nodes",
        CaseStrategy::Pull => "near the end a round leaves p² of a share p of ignorant nodes",
        CaseStrategy::Eager | CaseStrategy::Digest => return None,
    };
    case.calls.is_none().then_some(Law { text, claim: Claim::Note, source: DEMERS })
}

/// What crosses the middle link of a line in a round.
fn middle_of_the_line(exponent: f64) -> Law {
    let text = match exponent {
        a if a < 1.0 => "O(n) conversations a round cross the middle link",
        1.0 => "O(n / log n) conversations a round cross the middle link",
        a if a < 2.0 => "O(n^(2-a)) conversations a round cross the middle link",
        2.0 => "O(log n) conversations a round cross the middle link",
        _ => "O(1) conversations a round cross the middle link",
    };
    Law { text, claim: Claim::Note, source: DEMERS }
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{laws, predict};
    use super::*;

    fn texts(case: &Case) -> Vec<String> {
        laws(case).iter().map(Law::statement).collect()
    }

    #[test]
    fn the_mean_field_residue_is_that_of_the_paper() {
        // "20 % at k = 1, 6 % at k = 2"; both sides of the equation agree.
        assert!((mean_field(1) - 0.2032).abs() < 1e-4 && (mean_field(2) - 0.0595).abs() < 1e-4);
        for k in 1..10 {
            let s = mean_field(k);
            assert!((s - exp(-(f64::from(k) + 1.0) * (1.0 - s))).abs() < 1e-12, "{k}");
        }
    }

    #[test]
    fn rumors_have_a_residue_and_no_law_of_rounds() {
        let rumor = Some(Rumor { k: 1, coin: false, feedback: true });
        let push = Case { rumor, ..case(1000, CaseStrategy::Push) };
        assert_eq!(predict(&push), None);
        let found = texts(&push);
        assert!(found.contains(&"mean field: s = e^(-(k+1)(1-s)), here s = 0.2032".to_owned()), "{found:?}");
        let limited = Case { calls: Some(1), ..push.clone() };
        assert!(texts(&limited).iter().any(|text| text.starts_with("s = e^(-1.58 m)")));
        assert!(texts(&Case { peers_uniform: false, ..push.clone() }).iter().all(|text| !text.contains("s = ")));
        let blind = Case { rumor: Some(Rumor { k: 3, coin: true, feedback: false }), ..push };
        assert!(texts(&blind).iter().any(|text| text.starts_with("m = k (1-s)")));
    }

    #[test]
    fn one_answered_call_a_round_has_its_law() {
        let limited = Case { calls: Some(1), ..case(65_536, CaseStrategy::Eager) };
        let law = laws(&limited).into_iter().find(|law| law.claim.kind() == "mean").unwrap();
        // ln 65536 (1 / ln 2.264241 + 1/2) = 11.0904 × 1.723659
        assert!(matches!(law.claim, Claim::About(rounds) if (rounds - 19.116).abs() < 0.01), "{law:?}");
    }

    #[test]
    fn traffic_over_the_middle_of_a_line_depends_on_the_exponent() {
        let text = |spatial| {
            let (graph, spatial) = (CaseGraph::Line, Some(spatial));
            let case = Case { graph, spatial, peers_uniform: false, ..case(1024, CaseStrategy::Pull) };
            assert!(laws(&case).iter().all(|law| law.claim.kind() != "lower-bound"), "contacts are no hops");
            texts(&case).join("; ")
        };
        for (exponent, law) in
            [(0.5, "O(n) "), (1.0, "O(n / log n)"), (1.5, "O(n^(2-a))"), (2.0, "O(log n)"), (3.0, "O(1)")]
        {
            assert!(text(exponent).contains(law), "{exponent}: {}", text(exponent));
        }
    }
}
