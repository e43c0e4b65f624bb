//! How a run ends.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every live node has what there is to have.
    Converged,
    /// Nothing can change any more: nobody passes the update on and none is on its way, or everybody it can reach
    /// has it.
    DiedOut,
    /// No live node has the update any more, and none is on its way.
    Lost,
    /// The rounds are used up.
    RoundLimit,
    /// The time is used up.
    TimeLimit,
}

impl Outcome {
    /// As it stands in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Converged => "converged",
            Outcome::DiedOut => "died-out",
            Outcome::Lost => "lost",
            Outcome::RoundLimit => "round-limit",
            Outcome::TimeLimit => "time-limit",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_have_different_names() {
        use Outcome::{Converged, DiedOut, Lost, RoundLimit, TimeLimit};
        let names = [Converged, DiedOut, Lost, RoundLimit, TimeLimit].map(Outcome::name);
        assert_eq!(names, ["converged", "died-out", "lost", "round-limit", "time-limit"]);
    }
}
