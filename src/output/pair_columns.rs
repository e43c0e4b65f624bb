//! The columns of `pairs.csv`: what is compared, where, and by how much two points differ in it.

use super::csv_file::{Keys, Layout};
use super::list::List;
use crate::columns::{Column, Field, Kind, Printed, common};

/// Rounds, or other values, under `first` less those under `second`, over the replicates that have some under both: of
/// rounds those that converged.
#[derive(Clone, Debug, PartialEq)]
pub struct PairRow {
    /// One value of what is compared.
    pub first: String,
    /// The other.
    pub second: String,
    /// Replicates that converged under both.
    pub pairs: u64,
    /// Mean difference in rounds.
    pub difference_mean: Option<f64>,
    /// Lower end of its 95 % confidence interval (Student t on the differences, and what unseen ones could add).
    pub difference_ci_low: Option<f64>,
    /// Its upper end.
    pub difference_ci_high: Option<f64>,
    /// Variance of rounds under `first` and under `second`, added, which is that of a difference of independent runs,
    /// over the variance of the differences: how many times as many independent runs would be needed. Infinite where
    /// all differences are equal; empty where all rounds are.
    pub variance_reduction: Option<f64>,
    /// Standard deviation of rounds under `first`, over the pairs.
    pub sd_first: Option<f64>,
    /// The same under `second`.
    pub sd_second: Option<f64>,
    /// Standard deviation of the differences.
    pub sd_difference: Option<f64>,
}

/// The columns of `pairs.csv` between those that say where a difference was measured and the series of both.
pub const COLUMNS: &[Column<PairRow>] = &[
    Column::word("first", "One value of what is compared.", |pair: &PairRow| pair.first.as_str().into()),
    Column::word("second", "The other value.", |pair: &PairRow| pair.second.as_str().into()),
    Column::whole("pairs", "runs", "Replicates that converged under both.", |pair: &PairRow| pair.pairs.into()),
    Column::real(
        "difference_mean",
        "rounds",
        "Mean of the rounds under `first` less those under `second`.",
        |pair: &PairRow| pair.difference_mean.into(),
    )
    .optional(),
    Column::real(
        "difference_ci_low",
        "rounds",
        "Lower end of the 95 % confidence interval of the mean.",
        |pair: &PairRow| pair.difference_ci_low.into(),
    )
    .optional(),
    Column::real(
        "difference_ci_high",
        "rounds",
        "Upper end of the 95 % confidence interval of the mean.",
        |pair: &PairRow| pair.difference_ci_high.into(),
    )
    .optional(),
    Column::real(
        "variance_reduction",
        "",
        "(`sd_first`² + `sd_second`²) / `sd_difference`²: how many times as many independent runs would be needed.",
        |pair: &PairRow| pair.variance_reduction.into(),
    )
    .optional(),
    Column::real("sd_first", "rounds", "Standard deviation of the rounds under `first`.", |pair: &PairRow| {
        pair.sd_first.into()
    })
    .optional(),
    Column::real("sd_second", "rounds", "Standard deviation of the rounds under `second`.", |pair: &PairRow| {
        pair.sd_second.into()
    })
    .optional(),
    Column::real("sd_difference", "rounds", "Standard deviation of the differences.", |pair: &PairRow| {
        pair.sd_difference.into()
    })
    .optional(),
];

/// What runs are compared by: a column of `runs.csv`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Its name.
    pub column: &'static str,
    /// How the terminal shows it.
    pub printed: Printed,
    /// How far apart values are at least that differ.
    pub(super) step: f64,
}

/// What runs with these columns are compared by: their rounds, and what their workload is simulated for.
pub fn compared(list: &List) -> Vec<Compared> {
    let of = |column: &'static Column<_>, printed| {
        let step = if column.kind == Kind::Whole { 1.0 } else { 0.0 };
        Compared { column: column.name, printed, step }
    };
    let rounds = [of(&common::ROUNDS, Printed::Number(common::ROUNDS.name))];
    let own = list.runs.iter().filter(|column| column.printed != Printed::No);
    rounds.into_iter().chain(own.map(|column| of(column, column.printed))).collect()
}

/// The columns of points that say where a difference was measured, and that of the series.
pub fn columns(list: &List) -> [Vec<Field>; 2] {
    let fields = Field::all(list.point).into_iter().filter(|field| field.name != common::POINT.name);
    let fields = fields.map(|field| Field { optional: true, ..field });
    let (series, place) = fields.partition(|field| field.series);
    [place, series]
}

/// The columns of `pairs.csv`.
pub fn layout(list: &List) -> Layout {
    let [place, series] = columns(list);
    let own: Vec<Field> = own(list).into_iter().chain(series).collect();
    Layout { place, keys: Keys::Before, oldest: own.len(), own }
}

/// The columns between the place of a difference and the series: those of rounds; where more is compared, what that is,
/// and the same columns of its values.
fn own(list: &List) -> Vec<Field> {
    if compared(list).len() == 1 {
        return Field::all(COLUMNS);
    }
    let column =
        Field::new("column".to_owned(), Kind::Word, "", "What is compared: a column of `runs.csv`.".to_owned());
    let of_values = |field: Field| Field {
        unit: if field.unit == common::ROUNDS.unit { "" } else { field.unit },
        doc: field.doc.replace("the rounds", "the values").replace("that converged", "that have a value"),
        ..field
    };
    [column].into_iter().chain(Field::all(COLUMNS).into_iter().map(of_values)).collect()
}
