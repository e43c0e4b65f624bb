//! The mean among the laws of a case.

use super::case::Case;
use super::law::laws;
use super::rule::Claim;

/// The formula for the mean number of rounds of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The mean number of rounds.
    pub rounds: f64,
    /// Whether that is the mean itself, rather than the mean up to a bounded term.
    pub exact: bool,
    /// The law, such as `log2 n + ln n`.
    pub law: &'static str,
    /// Who published it, or "derived".
    pub source: &'static str,
}

/// The mean number of rounds, where a law of it holds for the case: the first [`Claim::Exactly`] or [`Claim::About`] of
/// its [`laws`]. Leading terms are none.
pub fn predict(case: &Case) -> Option<Prediction> {
    if case.nodes == 1 && case.is_of_the_theorems() {
        return Some(Prediction { rounds: 0.0, exact: true, law: "0", source: "one node" });
    }
    laws(case).into_iter().find_map(|law| {
        let (rounds, exact) = match law.claim {
            Claim::Exactly(rounds) => (rounds, true),
            Claim::About(rounds) => (rounds, false),
            _ => return None,
        };
        Some(Prediction { rounds, exact, law: law.text, source: law.source })
    })
}
