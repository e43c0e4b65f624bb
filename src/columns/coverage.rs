//! The columns of `coverage.csv`: how long it took until half, 90 %, 99 %, 99.9 % and all of the live nodes knew.

use super::{Column, Columns, Run};
use crate::observe::COVERAGES;

/// What a row of `coverage.csv` says: how long it took until a share of the live nodes knew, over all runs of a point or
/// over those that converged.
///
/// A run that never got so far took infinitely long: its quantiles count it so, and there is no mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CoverageRow {
    /// The share, in percent.
    pub coverage: f64,
    /// Over which runs.
    pub over: &'static str,
    /// How many they are.
    pub runs: u64,
    /// Those in which that share, rounded up, got the update.
    pub reached: u64,
    /// The rounds that it took.
    pub rounds: Figures,
    /// The milliseconds that it took.
    pub time: Figures,
}

/// The columns of `coverage.csv` after those of the point and of swept keys.
pub const COLUMNS: &[Column<CoverageRow>] = &[
    Column::real("coverage", "%", "Share of the live nodes, rounded up to whole nodes.", |row: &CoverageRow| {
        row.coverage.into()
    }),
    Column::word("over", "Over which runs: `all`, or those that `converged`.", |row: &CoverageRow| row.over.into()),
    Column::whole("runs", "runs", "Number of these runs.", |row: &CoverageRow| row.runs.into()),
    Column::whole("reached", "runs", "Runs in which that share got the update.", |row: &CoverageRow| {
        row.reached.into()
    }),
    Column::real(
        "rounds_mean",
        "rounds",
        "Mean round at whose end it had; empty unless all of these runs got so far.",
        |row: &CoverageRow| row.rounds.mean.into(),
    )
    .optional(),
    Column::real(
        "rounds_ci_low",
        "rounds",
        "Lower end of the 95 % confidence interval of the mean.",
        |row: &CoverageRow| row.rounds.ci_low.into(),
    )
    .optional(),
    Column::real(
        "rounds_ci_high",
        "rounds",
        "Upper end of the 95 % confidence interval of the mean.",
        |row: &CoverageRow| row.rounds.ci_high.into(),
    )
    .optional(),
    Column::real("rounds_p50", "rounds", "Median round; empty where it is infinite.", |row: &CoverageRow| {
        row.rounds.p50.into()
    })
    .optional(),
    Column::real(
        "rounds_p95",
        "rounds",
        "95 % quantile of the round; empty where it is infinite.",
        |row: &CoverageRow| row.rounds.p95.into(),
    )
    .optional(),
    Column::real(
        "time_ms_mean",
        "ms",
        "Mean instant at which it had; empty unless all of these runs got so far.",
        |row: &CoverageRow| row.time.mean.into(),
    )
    .optional(),
    Column::real(
        "time_ms_ci_low",
        "ms",
        "Lower end of the 95 % confidence interval of the mean instant.",
        |row: &CoverageRow| row.time.ci_low.into(),
    )
    .optional(),
    Column::real(
        "time_ms_ci_high",
        "ms",
        "Upper end of the 95 % confidence interval of the mean instant.",
        |row: &CoverageRow| row.time.ci_high.into(),
    )
    .optional(),
    Column::real("time_ms_p50", "ms", "Median instant; empty where it is infinite.", |row: &CoverageRow| {
        row.time.p50.into()
    })
    .optional(),
    Column::real(
        "time_ms_p95",
        "ms",
        "95 % quantile of the instant; empty where it is infinite.",
        |row: &CoverageRow| row.time.p95.into(),
    )
    .optional(),
    Column::real(
        "time_ms_p99",
        "ms",
        "99 % quantile of the instant; empty where it is infinite, and of fewer than 100 runs.",
        |row: &CoverageRow| row.time.p99.into(),
    )
    .optional(),
    Column::real(
        "time_ms_p99_9",
        "ms",
        "99.9 % quantile of the instant; empty where it is infinite, and of fewer than 1000 runs.",
        |row: &CoverageRow| row.time.p99_9.into(),
    )
    .optional(),
];

/// The columns of `coverage_by_region.csv` that say whose times a row has, after those of the point and of swept keys.
pub const REGION: &[Column<InRegion>] = &[
    Column::word("region", "The region, by its name.", |row: &InRegion| row.name.as_str().into()),
    Column::whole("nodes_in_region", "nodes", "Nodes in it at the start; those that join later do not count.", |row| {
        row.nodes.into()
    }),
];

/// A region that a row of `coverage_by_region.csv` is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InRegion {
    /// What it is called.
    pub name: String,
    /// How many nodes are in it at the start.
    pub nodes: u32,
}

/// The columns of `coverage_by_region.csv` after those of [`REGION`]: those of `coverage.csv` but for rounds.
pub fn of_regions() -> impl Iterator<Item = &'static Column<CoverageRow>> {
    COLUMNS.iter().filter(|column| !column.name.starts_with("rounds_"))
}

/// What a sample says, some of whose values may be infinite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Mean.
    pub mean: Option<f64>,
    /// Lower end of its 95 % confidence interval.
    pub ci_low: Option<f64>,
    /// Its upper end.
    pub ci_high: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// What 95 % stay below.
    pub p95: Option<f64>,
    /// What 99 % stay below, of enough runs.
    pub p99: Option<f64>,
    /// What 99.9 % stay below, of enough runs.
    pub p99_9: Option<f64>,
}

/// The shares, in thousandths, with the columns of `runs.csv` that say in which round and when each was reached.
pub const SHARES: [(u64, &str, &str); COVERAGES.len() + 1] = [
    (COVERAGES[0], "rounds_50", "time_50_ms"),
    (COVERAGES[1], "rounds_90", "time_90_ms"),
    (COVERAGES[2], "rounds_99", "time_99_ms"),
    (COVERAGES[3], "rounds_99_9", "time_99_9_ms"),
    (1000, "rounds", "time_ms"),
];

/// Whether runs with these columns say when a share was reached: they do where an update is to reach all.
pub fn applies<V>(list: &Columns<Run, V>) -> bool {
    let has = |name: &str| list.runs.iter().any(|column| column.name == name);
    SHARES.iter().all(|(_, rounds, time)| has(rounds) && has(time))
}

/// The column of `runs.csv` that says when a share of the live nodes, in thousandths, had the update, if runs with these
/// columns know.
pub fn of_share<V>(list: &Columns<Run, V>, permille: u64) -> Option<&'static str> {
    let has = |name: &str| list.runs.iter().any(|column| column.name == name);
    let share = SHARES.iter().find(|(share, ..)| *share == permille);
    share.map(|(.., time)| *time).filter(|time| has(time))
}

/// What may be expected of the times of a share: the row over all runs, by the columns that hold numbers.
pub fn expectable() -> impl Iterator<Item = &'static Column<CoverageRow>> {
    COLUMNS.iter().filter(|column| column.name.starts_with("rounds_") || column.name.starts_with("time_"))
}
