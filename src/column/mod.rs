//! Columns of tables: what each is called, what it means, and how a value of some type fills it.

mod cell;
mod kind;
mod summary;

pub use cell::Cell;
pub use kind::Kind;
pub use summary::{Sample, Statistic, Summary};

/// How the terminal shows the mean of a column for each point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printed {
    /// Not at all.
    No,
    /// As a number, under this head.
    Number(&'static str),
    /// As a share in per cent, under this head.
    Share(&'static str),
}

/// A column of a table whose rows are made of `R`.
#[derive(Debug)]
pub struct Column<R: 'static> {
    /// Its name, in the header.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Their unit; empty where they have none.
    pub unit: &'static str,
    /// What it means, in a sentence; names of columns stand in backquotes.
    pub doc: &'static str,
    /// Whether it may be empty.
    pub optional: bool,
    /// Its value in a row.
    pub of: fn(&R) -> Cell,
    /// What becomes of it in a summary.
    pub summary: Summary,
    /// The key of the scenario that it shows, by its dotted path; empty if none.
    pub key: &'static str,
    /// Whether charts and tables have one series for each of its values.
    pub series: bool,
    /// How the terminal shows its mean.
    pub printed: Printed,
    /// Whether no value can be negative, nor the mean of any.
    pub nonnegative: bool,
}

impl<R> Clone for Column<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Column<R> {}

impl<R> Column<R> {
    const fn new(name: &'static str, kind: Kind, unit: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column {
            name,
            kind,
            unit,
            doc,
            optional: false,
            of,
            summary: Summary::None,
            key: "",
            series: false,
            printed: Printed::No,
            nonnegative: false,
        }
    }

    /// A column of whole numbers.
    pub const fn whole(name: &'static str, unit: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column::new(name, Kind::Whole, unit, doc, of)
    }

    /// A column of whole numbers that may be longer than 64 bits.
    pub const fn large(name: &'static str, unit: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column::new(name, Kind::Large, unit, doc, of)
    }

    /// A column of real numbers.
    pub const fn real(name: &'static str, unit: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column::new(name, Kind::Real, unit, doc, of)
    }

    /// A column of texts.
    pub const fn word(name: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column::new(name, Kind::Word, "", doc, of)
    }

    /// The same, filled by `of` from something else.
    pub const fn filled<O>(&self, of: fn(&O) -> Cell) -> Column<O> {
        let Column { name, kind, unit, doc, optional, summary, key, series, printed, nonnegative, .. } = *self;
        Column { name, kind, unit, doc, optional, of, summary, key, series, printed, nonnegative }
    }

    /// The same, empty where there is no value.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same, with what becomes of it in a summary.
    pub const fn summed(mut self, summary: Summary) -> Self {
        self.summary = summary;
        self
    }

    /// The same, as what shows a key of the scenario: where that is swept, it needs no column of its own.
    pub const fn shows(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    /// The same, whose mean the terminal shows for each point.
    pub const fn printed(mut self, printed: Printed) -> Self {
        self.printed = printed;
        self
    }

    /// The same, of values of which none is negative: no interval of their mean begins below 0.
    pub const fn nonnegative(mut self) -> Self {
        self.nonnegative = true;
        self
    }

    /// The same, as what charts and tables have one series each for.
    pub const fn as_series(mut self) -> Self {
        self.series = true;
        self
    }
}

/// A quantity that is sampled at the end of every round from a state `V`; `curve.csv` says how it is distributed over
/// the runs of a point.
#[derive(Debug)]
pub struct Figure<V: 'static> {
    /// The beginning of the names of its columns.
    pub name: &'static str,
    /// Its unit; empty where it has none.
    pub unit: &'static str,
    /// What it is, as it stands after "Mean of".
    pub doc: &'static str,
    /// Its value in a run at the end of a round.
    pub of: fn(&Sampled<V>) -> f64,
    /// What is said of it, each in a column.
    pub statistics: &'static [Statistic],
    /// Whether a run may have no value, which is NaN.
    pub optional: bool,
}

impl<V> Clone for Figure<V> {
    fn clone(&self) -> Self {
        Figure { ..*self }
    }
}

/// How a run stood at the end of a round. A run that has ended stays as it was.
#[derive(Clone, Copy, Debug)]
pub struct Sampled<V> {
    /// At the end of the round.
    pub now: V,
    /// At the end of the round before.
    pub before: V,
    /// Number of nodes, those that join included.
    pub nodes: u32,
}

/// Two lists of columns as one, whose length is the sum of theirs.
pub const fn joined<M: 'static, const A: usize, const B: usize, const BOTH: usize>(
    first: [Column<M>; A],
    second: [Column<M>; B],
) -> [Column<M>; BOTH] {
    assert!(A + B == BOTH && A > 0);
    let mut both = [first[0]; BOTH];
    let mut place = 1;
    while place < BOTH {
        both[place] = if place < A { first[place] } else { second[place - A] };
        place += 1;
    }
    both
}
