//! The columns of `updates.csv`: how long each of many updates took until half, 99 % and all of the live nodes had it.

use super::Column;

/// What a row of `updates.csv` says: how long it took until a share of the live nodes had an update, over the runs of a point in
/// which it was published.
///
/// A run in which it never came so far took infinitely long: its quantiles count it so, and there is no mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateRow {
    /// The number of the update, by the order of publication in its run.
    pub update: u64,
    /// When it was published, in milliseconds and in the mean.
    pub published_ms: f64,
    /// The share, in percent.
    pub coverage: f64,
    /// Runs in which it was published.
    pub runs: u64,
    /// Those in which that share had it.
    pub reached: u64,
    /// The milliseconds from its publication on, in the mean.
    pub mean: Option<f64>,
    /// At least.
    pub min: Option<f64>,
    /// What 5, 50 and 95 % of the runs stay below.
    pub quantiles: [Option<f64>; 3],
    /// At most.
    pub max: Option<f64>,
}

/// The columns of `updates.csv` after those of the point and of swept keys.
pub const COLUMNS: &[Column<UpdateRow>] = &[
    Column::whole("update", "", "The update, by its number in the order of publication, from 0.", |row: &UpdateRow| {
        row.update.into()
    }),
    Column::real("published_ms", "ms", "When it was published, in the mean over the runs.", |row: &UpdateRow| {
        row.published_ms.into()
    }),
    Column::real("coverage", "%", "Share of the live nodes.", |row: &UpdateRow| row.coverage.into()),
    Column::whole("runs", "runs", "Runs in which it was published.", |row: &UpdateRow| row.runs.into()),
    Column::whole("reached", "runs", "Runs in which that share had it.", |row: &UpdateRow| row.reached.into()),
    Column::real(
        "spread_ms_mean",
        "ms",
        "Mean time from its publication until it had; empty unless it came so far in all of these runs.",
        |row: &UpdateRow| row.mean.into(),
    )
    .optional(),
    Column::real(
        "spread_ms_min",
        "ms",
        "The least such time; empty where it came so far in none.",
        |row: &UpdateRow| row.min.into(),
    )
    .optional(),
    Column::real("spread_ms_p05", "ms", "5 % quantile of that time; empty where it is infinite.", |row: &UpdateRow| {
        row.quantiles[0].into()
    })
    .optional(),
    Column::real("spread_ms_p50", "ms", "Median of that time; empty where it is infinite.", |row: &UpdateRow| {
        row.quantiles[1].into()
    })
    .optional(),
    Column::real(
        "spread_ms_p95",
        "ms",
        "95 % quantile of that time; empty where it is infinite.",
        |row: &UpdateRow| row.quantiles[2].into(),
    )
    .optional(),
    Column::real("spread_ms_max", "ms", "The greatest such time; empty where it is infinite.", |row: &UpdateRow| {
        row.max.into()
    })
    .optional(),
];

/// The columns that say how long it took.
pub fn expectable() -> impl Iterator<Item = &'static Column<UpdateRow>> {
    COLUMNS.iter().filter(|column| column.name.starts_with("spread_ms_"))
}

/// Whether runs of this workload have a table of updates.
pub fn applies(workload: &str) -> bool {
    ["rumors", "mesh", "announce"].contains(&workload)
}
