//! The columns of `fit.csv`: how rounds grow with the network.

use crate::columns::Column;

/// rounds = slope · log2(nodes) + intercept over the sizes of one series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FitRow {
    /// Rounds per doubling of the network.
    pub slope: Option<f64>,
    /// Lower end of its 95 % confidence interval.
    pub slope_ci_low: Option<f64>,
    /// Its upper end.
    pub slope_ci_high: Option<f64>,
    /// Rounds extrapolated to one node.
    pub intercept: Option<f64>,
    /// Share of the variance of the means that the line explains.
    pub r2: Option<f64>,
    /// The slope of `theory_rounds` at the same sizes, with the weights of the fit, where every size has one.
    pub theory_slope: Option<f64>,
    /// Which law of growth wins, and by how much; or why none can be named.
    pub verdict: String,
    /// By how much AICc the best law of growth leads the best that claims something else; 4 or more decide, infinite if
    /// none does. Empty for too few sizes, or too noisy ones.
    pub lead: Option<f64>,
    /// That other law.
    pub runner_up: Option<String>,
    /// The same slope, weighted alike, of the exact means at the same sizes, where all have one.
    pub exact_slope: Option<f64>,
}

/// The columns of `fit.csv` after the name of the series and the swept keys.
pub const COLUMNS: &[Column<FitRow>] = &[
    Column::real(
        "slope",
        "rounds",
        "Rounds per doubling of the network: a fit of mean rounds against log2 n.",
        |fit: &FitRow| fit.slope.into(),
    )
    .optional(),
    Column::real(
        "slope_ci_low",
        "rounds",
        "Lower end of the 95 % confidence interval of the slope.",
        |fit: &FitRow| fit.slope_ci_low.into(),
    )
    .optional(),
    Column::real(
        "slope_ci_high",
        "rounds",
        "Upper end of the 95 % confidence interval of the slope.",
        |fit: &FitRow| fit.slope_ci_high.into(),
    )
    .optional(),
    Column::real("intercept", "rounds", "Rounds extrapolated to one node.", |fit: &FitRow| fit.intercept.into())
        .optional(),
    Column::real("r2", "", "Share of the variance of the means that the line explains.", |fit: &FitRow| fit.r2.into())
        .optional(),
    Column::real(
        "theory_slope",
        "rounds",
        "Slope of `theory_rounds`, weighted like the fit, where every size has one.",
        |fit: &FitRow| fit.theory_slope.into(),
    )
    .optional(),
    Column::word("verdict", "Which law of growth wins, and by how much; or why none can be named.", |fit: &FitRow| {
        fit.verdict.as_str().into()
    }),
    Column::real(
        "lead",
        "",
        "By how much AICc the winning law leads the `runner_up`; 4 or more decide.",
        |fit: &FitRow| fit.lead.into(),
    )
    .optional(),
    Column::word("runner_up", "The best law of growth that claims something else than the winner.", |fit: &FitRow| {
        fit.runner_up.as_deref().into()
    })
    .optional(),
    Column::real(
        "exact_slope",
        "rounds",
        "Slope of the exact means, weighted like the fit, where every size has one.",
        |fit: &FitRow| fit.exact_slope.into(),
    )
    .optional(),
];

/// So many of them were there from the beginning; a table of an older version may end with them.
pub const OLDEST: usize = 7;
