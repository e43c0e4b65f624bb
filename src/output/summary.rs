//! The rows of `summary.csv`: what the runs of a point come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::frame::Row;
use super::tables::List;
use crate::columns::{Cell, Kind, Sample, Source, Statistic, Summary, SummaryField, Summed};
use crate::engine::Outcome;
use crate::scenario::Point;
use crate::theory::Exact;

/// What the `runs` of `point` come to, in `fields`; `exact` is the law of their rounds, where it is computable.
pub(super) fn row<'a>(
    list: &List,
    fields: &[SummaryField],
    point: &Point,
    exact: Option<Arc<Exact>>,
    runs: impl ExactSizeIterator<Item = Row<'a>> + Clone,
) -> Vec<Cell> {
    let converged = runs.clone().filter(|run| run.word("outcome") == Outcome::Converged.name()).count();
    let count = runs.len();
    let figures = statistics(list, fields, point, runs);
    let summed = Summed { point: point.clone(), exact, runs: count as u64, converged: converged as u64, figures };
    let cell = |one: &SummaryField| match one.source {
        Source::Of(of) => of(&summed),
        Source::Statistic(..) => {
            let known = summed.figures.iter().find(|(name, _)| *name == one.field.name);
            known.map_or(Cell::Empty, |(_, cell)| cell.clone())
        }
    };
    fields.iter().map(cell).collect()
}

/// The statistics among `fields`, by their names.
fn statistics<'a>(
    list: &List,
    fields: &[SummaryField],
    point: &Point,
    runs: impl Iterator<Item = Row<'a>> + Clone,
) -> Vec<(String, Cell)> {
    let mut by_column: BTreeMap<usize, Vec<(&str, Statistic)>> = BTreeMap::new();
    for one in fields {
        if let Source::Statistic(number, statistic) = one.source {
            by_column.entry(number).or_default().push((&one.field.name, statistic));
        }
    }
    let mut figures = Vec::new();
    for (number, wanted) in by_column {
        let column = &list.runs[number];
        let per_node = column.summary == Summary::MeanPerNode;
        let (unit, kind) = match per_node {
            true => (f64::from(point.settings.all_nodes()), Kind::Real),
            false => (1.0, column.kind),
        };
        let values = runs.clone().filter_map(|run| Some(run.real(column.name)? / unit));
        let sample = Sample::new(kind, values.collect());
        let sample = if column.nonnegative { sample.nonnegative() } else { sample };
        figures.extend(wanted.into_iter().map(|(name, statistic)| (name.to_owned(), sample.figure(statistic))));
    }
    figures
}
