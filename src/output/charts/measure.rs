//! A column of the tables as something to draw: its values by point, their intervals, and what to say of them.

use super::axis::number;
use super::dataset::{Dataset, Row};
use super::estimate::Estimate;
use crate::columns::{Field, Kind, Statistic};
use crate::output::chart_error::ChartError;
use crate::output::frame::Frame;
use crate::output::tables::List;
use crate::scenario::nearest;
use crate::stats::moments::Moments;
use crate::stats::unseen;

/// Columns of numbers that say which run a row is of, and nothing of it.
const NUMBERS_OF_RUNS: [&str; 3] = ["point", "replicate", "seed"];

/// What is drawn.
pub(super) struct Measure<'a> {
    field: &'a Field,
    /// The name as it was given.
    name: String,
    source: Source,
    of_converged: bool,
}

/// Where its values come from.
enum Source {
    /// A column of the summary, and those of the ends of its interval, if it has any.
    Summary(Option<[String; 2]>),
    /// A column of the runs: their mean.
    Runs {
        /// The column.
        column: String,
        /// Whether it is divided by the number of nodes.
        per_node: bool,
        /// How far apart values are that differ.
        step: f64,
        /// Whether no run of the folder has a negative value.
        nonnegative: bool,
    },
}

impl<'a> Measure<'a> {
    /// The column `name` of the summary, or of the runs.
    pub(super) fn of(dataset: &Dataset<'a>, list: &List, name: &str) -> Result<Self, ChartError> {
        let tables = dataset.tables;
        let field = |frame: &'a Frame| frame.header().iter().find(|field| field.name == name && !field.swept);
        let (in_summary, in_runs) = (field(&tables.summary), field(&tables.runs));
        let Some(field) = in_summary.or(in_runs).filter(|_| !NUMBERS_OF_RUNS.contains(&name)) else {
            return Err(unknown(dataset, name));
        };
        if field.kind == Kind::Word {
            return Err(ChartError::Request(format!("--y: `{name}` holds texts, of which there is no mean")));
        }
        // A mean of runs says more than its column in the summary, which has no interval.
        let of_runs = if in_summary.is_some() { averaged(list, name) } else { Some((name, false)) };
        let interval = interval(&tables.summary, name);
        let of_converged = list.runs.iter().any(|column| {
            let is = of_runs.is_some_and(|(run, _)| run == column.name);
            is && column.summary.is_of_converged(Statistic::Mean)
        }) || list.summary_fields().iter().any(|one| one.field.name == name && one.of_converged);
        let source = match of_runs.filter(|_| interval.is_none()) {
            None => Source::Summary(interval),
            Some((column, per_node)) => Source::runs(&tables.runs, column, per_node),
        };
        Ok(Measure { field, name: name.to_owned(), source, of_converged })
    }

    /// Its value at a point.
    pub(super) fn estimate(&self, dataset: &Dataset<'_>, row: Row<'_>) -> Option<Estimate> {
        match &self.source {
            Source::Summary(interval) => {
                let ends = interval.as_ref().and_then(|[low, high]| row.real(low).zip(row.real(high)));
                Some(Estimate { mean: row.real(&self.name).filter(|value| value.is_finite())?, interval: ends })
            }
            Source::Runs { column, per_node, step, nonnegative } => {
                let unit = if *per_node { dataset.all_nodes(row) } else { 1.0 };
                let runs = dataset.runs(row.point()).filter_map(|run| run.real(column));
                let moments: Moments = runs.filter(|value| value.is_finite()).map(|value| value / unit).collect();
                let floor = if *nonnegative { 0.0 } else { f64::NEG_INFINITY };
                let interval = unseen::mean_interval(&moments, step / unit, 0.95);
                Some(Estimate { mean: moments.mean()?, interval: interval.map(|(low, high)| (low.max(floor), high)) })
            }
        }
    }

    /// Whether every run of a point has a value.
    pub(super) fn is_whole(&self, dataset: &Dataset<'_>, row: Row<'_>) -> bool {
        let (with, all) = self.counts(dataset, row);
        with == all
    }

    /// The runs of a point that have a value, and all.
    fn counts(&self, dataset: &Dataset<'_>, row: Row<'_>) -> (u64, u64) {
        match &self.source {
            Source::Runs { column, .. } => {
                let runs = || dataset.runs(row.point());
                (runs().filter(|run| run.real(column).is_some()).count() as u64, runs().count() as u64)
            }
            Source::Summary(_) if self.of_converged => (row.count("converged"), row.count("runs")),
            Source::Summary(_) => (0, 0),
        }
    }

    /// How many runs have no value, if any and if nothing else says so.
    pub(super) fn missing<'r>(&self, dataset: &Dataset<'_>, rows: impl Iterator<Item = Row<'r>>) -> String {
        let counts = rows.map(|row| self.counts(dataset, row));
        let (with, all) = counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        if self.of_converged || with == all {
            return String::new();
        }
        let (without, all) = (number((all - with) as f64), number(all as f64));
        format!("{without} of {all} runs have no value of `{}` and are not in the means.", self.name)
    }

    /// The name of its column.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is over the runs that converged alone.
    pub(super) fn of_converged(&self) -> bool {
        self.of_converged
    }

    /// Its name in a file name.
    pub(super) fn file(&self) -> String {
        if self.is_mean_of_runs() { format!("{}_mean", self.name) } else { self.name.clone() }
    }

    /// Whether a column of the runs was asked for.
    fn is_mean_of_runs(&self) -> bool {
        matches!(&self.source, Source::Runs { column, .. } if *column == self.name)
    }

    /// What a mark of it is.
    pub(super) fn mark(&self) -> &'static str {
        match self.source {
            Source::Runs { .. } if self.of_converged => "mean of the converged runs",
            Source::Runs { .. } => "mean over runs",
            Source::Summary(_) => "value",
        }
    }

    /// Its name for people: `time_ms_mean` is `time, mean`.
    fn words(&self) -> String {
        let file = self.file();
        let (base, mean) = file.strip_suffix("_mean").map_or((file.as_str(), ""), |base| (base, ", mean"));
        let base = base.replace("_ms_", "_").replace("_ms", "").replace('_', " ");
        format!("{base}{mean}")
    }

    /// What a heading calls it.
    pub(super) fn heading(&self) -> String {
        let words = self.words();
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// What an axis calls it, with its unit.
    pub(super) fn axis(&self) -> String {
        let words = self.words();
        let unit = self.field.unit;
        if unit.is_empty() || words.contains(unit) { words } else { format!("{words} ({unit})") }
    }

    /// What it means.
    pub(super) fn doc(&self) -> String {
        let over = if self.is_mean_of_runs() { "Mean over runs of" } else { "" };
        if over.is_empty() { self.field.doc.clone() } else { format!("{over} `{}`: {}", self.name, self.field.doc) }
    }
}

impl Source {
    fn runs(runs: &Frame, column: &str, per_node: bool) -> Self {
        let kind = runs.header().iter().find(|field| field.name == column).map(|field| field.kind);
        let values = runs.column(column);
        let nonnegative = (0..runs.len()).filter_map(|row| values.real(row)).all(|value| value >= 0.0);
        let step = if kind == Some(Kind::Real) { 0.0 } else { 1.0 };
        Source::Runs { column: column.to_owned(), per_node, step, nonnegative }
    }
}

/// The column of the runs that `name` in the summary is the mean of, and whether per node.
fn averaged<'n>(list: &List, name: &'n str) -> Option<(&'n str, bool)> {
    let is = |column: &str| list.runs.iter().any(|run| run.name == column && run.kind != Kind::Word);
    let stem = name.strip_suffix("_mean")?;
    if is(stem) {
        return Some((stem, false));
    }
    stem.strip_suffix("_per_node").filter(|column| is(column)).map(|column| (column, true))
}

/// The columns of the ends of the interval of a mean or a quantile.
fn interval(summary: &Frame, name: &str) -> Option<[String; 2]> {
    let quantile = name.rsplit_once("_p").is_some_and(|(_, percent)| percent.parse::<u8>().is_ok());
    let unit = |name: &str| summary.header().iter().find(|field| field.name == name).map(|field| &field.unit);
    // Of a count there may be the interval of a share.
    let own = unit(name).is_some() && unit(name) == unit(&format!("{name}_ci_low"));
    let stem = name.strip_suffix("_mean").or((quantile || own).then_some(name))?;
    let ends = ["low", "high"].map(|end| format!("{stem}_ci_{end}"));
    ends.iter().all(|end| summary.has(end)).then_some(ends)
}

/// That there is no such column, and which there are.
fn unknown(dataset: &Dataset<'_>, given: &str) -> ChartError {
    let numeric = |frame: &Frame| -> Vec<String> {
        let fields =
            frame.header().iter().filter(|field| field.kind != Kind::Word && !field.swept && field.key.is_empty());
        fields.map(|field| field.name.clone()).filter(|name| !NUMBERS_OF_RUNS.contains(&name.as_str())).collect()
    };
    let (summary, runs) = (numeric(&dataset.tables.summary), numeric(&dataset.tables.runs));
    let meant = nearest(given, summary.iter().chain(&runs).map(String::as_str));
    let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    ChartError::Request(format!(
        "--y: there is no column `{given}` of numbers{meant}\nsummary.csv has {}\nruns.csv, of which means are drawn, has {}",
        summary.join(", "),
        runs.join(", ")
    ))
}
