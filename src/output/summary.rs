//! The rows of `summary.csv`: what the runs of a point come to.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::frame::Frame;
use super::tables::List;
use crate::columns::{Cell, InTime, Kind, Sample, Source, Statistic, Summary, SummaryField, Summed, coverage};
use crate::engine::Outcome;
use crate::scenario::Point;
use crate::settings::Deadline;
use crate::theory::Exact;

/// What the runs of `point`, which are the rows `of_point` of `runs`, come to in `fields`; `exact` is the law of their
/// rounds, where it is computable, and `deadline` that of the scenario.
pub(super) fn row(
    list: &List,
    fields: &[SummaryField],
    point: &Point,
    (exact, deadline): (Option<Arc<Exact>>, Option<Deadline>),
    (runs, of_point): (&Frame, Range<usize>),
) -> Vec<Cell> {
    let (count, outcome) = (of_point.len(), runs.column("outcome"));
    let converged = of_point.clone().filter(|run| outcome.word(*run) == Outcome::Converged.name()).count();
    let figures = statistics(list, fields, point, (runs, of_point.clone()));
    let in_time = deadline.and_then(|deadline| {
        let took = runs.column(coverage::of_share(list, deadline.permille)?);
        let time = deadline.time.as_millis();
        let met = of_point.filter(|run| took.real(*run).is_some_and(|took| took <= time)).count();
        Some(InTime { deadline, runs: met as u64 })
    });
    let (runs, converged) = (count as u64, converged as u64);
    let summed = Summed { point: point.clone(), exact, runs, converged, in_time, figures };
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
fn statistics(
    list: &List,
    fields: &[SummaryField],
    point: &Point,
    (runs, of_point): (&Frame, Range<usize>),
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
        let values = runs.column(column.name);
        let values = of_point.clone().filter_map(|run| Some(values.real(run)? / unit));
        let sample = Sample::new(kind, values.collect()).of(of_point.len());
        let sample = if column.nonnegative { sample.nonnegative() } else { sample };
        figures.extend(wanted.into_iter().map(|(name, statistic)| (name.to_owned(), sample.figure(statistic))));
    }
    figures
}
