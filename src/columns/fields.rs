//! The headers of the tables, worked out from the lists of columns.

use super::bandwidth;
use super::{Cell, Column, Columns, Figure, Kind, Printed, Statistic, Summary, Summed, common, rumor};

/// A column as a header and the data dictionary have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Their unit; empty where they have none.
    pub unit: &'static str,
    /// What it means, in a sentence.
    pub doc: String,
    /// Whether it may be empty.
    pub optional: bool,
    /// Whether it holds the values of a swept key, and bears its name.
    pub swept: bool,
    /// The key of the scenario that it shows otherwise, by its dotted path; empty if none.
    pub key: &'static str,
    /// Whether charts and tables have one series for each of its values.
    pub series: bool,
}

impl<R> From<&Column<R>> for Field {
    fn from(column: &Column<R>) -> Self {
        let Column { name, kind, unit, doc, optional, key, series, .. } = *column;
        Field { optional, key, series, ..Field::new(name.to_owned(), kind, unit, doc.to_owned()) }
    }
}

impl Field {
    /// A column that always has a value.
    pub fn new(name: String, kind: Kind, unit: &'static str, doc: String) -> Self {
        Field { name, kind, unit, doc, optional: false, swept: false, key: "", series: false }
    }

    /// The column of the swept key `path`.
    pub fn swept(path: &str) -> Self {
        let doc = format!("Value of the swept key `{path}`.");
        Field { swept: true, ..Field::new(path.to_owned(), Kind::Word, "", doc) }
    }

    /// The headers of a list of columns.
    pub fn all<R>(columns: &[Column<R>]) -> Vec<Field> {
        columns.iter().map(Field::from).collect()
    }
}

/// Where a value of a summary comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// A statistic of the column of runs of that number.
    Statistic(usize, Statistic),
    /// What is known of the point.
    Of(fn(&Summed) -> Cell),
}

/// A column of `summary.csv`.
#[derive(Clone, Debug)]
pub struct SummaryField {
    /// Its header.
    pub field: Field,
    /// Where its values come from.
    pub source: Source,
    /// Whether it is over the runs that converged alone.
    pub of_converged: bool,
}

impl SummaryField {
    /// Whether it came after all that stand beside it in the lists, and so stands behind them: 1, or 2 or 3 behind those.
    fn newness(&self) -> u8 {
        let name = self.field.name.as_str();
        if bandwidth::RUNS.iter().any(|column| name.strip_suffix("_mean") == Some(column.name)) {
            return 3;
        }
        if rumor::HOPS.iter().any(|column| name.strip_suffix("_mean") == Some(column.name)) {
            return 2;
        }
        let tail = matches!(self.source, Source::Statistic(_, statistic) if statistic.tail().is_some());
        let load = common::LOADS.iter().any(|column| name.strip_suffix("_mean") == Some(column.name));
        (tail || load || common::NEWEST_OF_SUMMARY.iter().any(|column| column.name == name)).into()
    }
}

/// A column of `curve.csv`: a statistic of the figure of that number.
#[derive(Clone, Debug)]
pub struct CurveField {
    /// Its header.
    pub field: Field,
    /// The number of the figure.
    pub figure: usize,
    /// What is said of it.
    pub statistic: Statistic,
}

impl<R, V> Columns<R, V> {
    /// The columns of `runs.csv` before those of swept keys.
    pub fn run_fields(&self) -> Vec<Field> {
        let scenario = [Field::from(&common::SCENARIO)].into_iter();
        scenario.chain(Field::all(self.point)).chain(Field::all(self.runs)).collect()
    }

    /// The columns of `summary.csv` after those of the point and of swept keys.
    pub fn summary_fields(&self) -> Vec<SummaryField> {
        let statistics = self.runs.iter().enumerate().flat_map(|(number, column)| {
            column.summary.statistics().iter().map(move |&statistic| of_statistic(number, column, statistic))
        });
        let of = |column: &Column<Summed>| SummaryField {
            field: column.into(),
            source: Source::Of(column.of),
            of_converged: false,
        };
        let (common, newest) = (common::SUMMARY.iter().map(of), common::NEWEST_OF_SUMMARY.iter().map(of));
        let all = common.chain(statistics).chain(self.summary.iter().map(of)).chain(newest);
        let mut fields: Vec<SummaryField> = all.collect();
        fields.sort_by_key(|one| (place(self.published.summary, &one.field.name), one.newness()));
        fields
    }

    /// The columns of `summary.csv` that the terminal shows for each point, and how.
    pub fn printed(&self) -> Vec<(SummaryField, Printed)> {
        let printed = |one: SummaryField| match one.source {
            Source::Statistic(number, Statistic::Mean) => Some((one, self.runs[number].printed)),
            _ => None,
        };
        let fields = self.summary_fields().into_iter().filter_map(printed);
        fields.filter(|(_, printed)| *printed != Printed::No).collect()
    }

    /// The columns of `curve.csv` that say of which point its rows are: its number, its series, its size.
    pub fn curve_place(&self) -> Vec<Field> {
        let place = [common::POINT.name, common::NODES.name];
        let columns = self.point.iter().filter(|column| column.series || place.contains(&column.name));
        columns.map(Field::from).collect()
    }

    /// The columns of `curve.csv` after the round.
    pub fn curve_fields(&self) -> Vec<CurveField> {
        let figures = self.curve.iter().enumerate();
        let each = figures.flat_map(|(number, figure)| {
            figure.statistics.iter().map(move |&statistic| of_figure(number, figure, statistic))
        });
        let mut fields: Vec<CurveField> = each.collect();
        fields.sort_by_key(|one| place(self.published.curve, &one.field.name));
        fields
    }
}

/// The place of a column among those that were published; all others come behind them, in the order they have.
fn place(published: &[&str], name: &str) -> usize {
    published.iter().position(|other| *other == name).unwrap_or(published.len())
}

fn of_statistic<R>(number: usize, column: &Column<R>, statistic: Statistic) -> SummaryField {
    let per_node = column.summary == Summary::MeanPerNode;
    let infix = if per_node { "_per_node" } else { "" };
    let of_converged = column.summary.is_of_converged(statistic);
    let share = if per_node { " per node" } else { "" };
    let over = match statistic {
        _ if of_converged => " over the runs that converged".to_owned(),
        Statistic::Tail(permille) => format!(
            " over all runs, of which those {} count as later than all others; empty where it is one of those, and of \
             fewer than {} runs",
            if column.summary == Summary::MeanAndTails { "without a value" } else { "that did not converge" },
            Statistic::fewest(permille)
        ),
        _ => String::new(),
    };
    let name = format!("{}{infix}_{}", column.name, statistic.suffix());
    let doc = format!("{} of `{}`{share}{over}.", statistic.doc(), column.name);
    let field = Field {
        optional: column.optional || statistic.needs_many() || statistic.tail().is_some(),
        ..Field::new(name, statistic.kind(column.kind), column.unit, doc)
    };
    SummaryField { field, source: Source::Statistic(number, statistic), of_converged }
}

fn of_figure<V>(number: usize, figure: &Figure<V>, statistic: Statistic) -> CurveField {
    let name = format!("{}_{}", figure.name, statistic.suffix());
    let doc = format!("{} over runs of {}.", statistic.doc(), figure.doc);
    let field = Field { optional: figure.optional, ..Field::new(name, Kind::Real, figure.unit, doc) };
    CurveField { field, figure: number, statistic }
}
