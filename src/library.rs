//! What programs start from that use the crate as a library: a scenario in, its runs with named columns out.

use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::AtomicBool;

use serde::{Serialize, Serializer};

use crate::columns::Cell;
use crate::experiment::{self, Failure};
use crate::memory::Shortage;
use crate::output::frame::{Frame, Row};
use crate::output::run_tables::{self, RunTables};
use crate::scenario::{self, Overrides, Problems, Scenario, Source};

/// Reads a scenario from TOML; files that it names are looked for in the current folder.
impl FromStr for Scenario {
    type Err = Problems;

    fn from_str(text: &str) -> Result<Self, Problems> {
        scenario::read(Source::text("scenario.toml", text), &Overrides::default())
    }
}

impl Scenario {
    /// Reads a scenario file; files that it names are looked for beside it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each mistake with its place.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Problems> {
        scenario::read(Source::file(path.as_ref())?, &Overrides::default())
    }
}

/// Simulates every replicate of every point of `scenario` on all cores. The same scenario gives the same runs.
///
/// ```
/// use gossipsim::Scenario;
///
/// let text = r#"
///     replicates = 20
///     [network]
///     nodes = 1000
///     [gossip]
///     strategy = "push-pull"
/// "#;
/// let scenario: Scenario = text.parse()?;
/// let runs = gossipsim::simulate(&scenario)?;
/// assert_eq!(runs.len(), 20);
///
/// let rounds: Vec<f64> = runs.iter().filter_map(|run| run.number("rounds")).collect();
/// assert!(rounds.iter().all(|&rounds| (5.0..30.0).contains(&rounds)));
/// assert_eq!(runs.iter().next().map(|run| run.text("outcome").to_owned()), Some("converged".to_owned()));
///
/// // All columns of `runs.csv`, by name.
/// let json = serde_json::to_value(&runs)?;
/// assert_eq!(json[7]["replicate"], 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A run that has no end (a graph that is never connected) or more memory than there is; which point it was.
pub fn simulate(scenario: &Scenario) -> Result<Runs, Failure<Shortage>> {
    let mut tabulator = RunTables::new(run_tables::list(scenario), scenario);
    experiment::run_all(scenario, 0, &AtomicBool::new(false), |record| tabulator.add(record))?;
    Ok(Runs(tabulator.tables.runs))
}

/// Runs of a scenario, in the order of points and replicates, with the columns of `runs.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Runs(Frame);

impl Runs {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the columns; `gossipsim columns` says what each means.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.header().iter().map(|field| field.name.as_str())
    }

    /// The runs, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        self.0.rows().map(Record)
    }
}

/// As a list of records.
impl Serialize for Runs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// A run: a value for each column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record<'a>(Row<'a>);

impl<'a> Record<'a> {
    /// The number in a column; `None` where there is none, as the rounds of a run that did not converge.
    pub fn number(&self, column: &str) -> Option<f64> {
        self.0.real(column)
    }

    /// The text in a column; empty where there is none.
    pub fn text(&self, column: &str) -> &'a str {
        self.0.word(column)
    }

    /// What is in a column, whole numbers to the last digit.
    pub fn cell(&self, column: &str) -> Cell {
        self.0.cell(column)
    }
}

/// As an object, in the order of the columns; what is missing is null.
impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.values().map(|(field, cell)| (&field.name, cell)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_come_with_all_columns_of_their_table_and_swept_keys() {
        let text = "replicates = 2\n[network]\nnodes = 8\n[gossip]\nstrategy = \"push\"\n[sweep]\n\"gossip.phase\" = \
            [\"aligned\", \"random\"]\n";
        let runs = simulate(&text.parse().unwrap()).unwrap();
        assert!(runs.len() == 4 && !runs.is_empty());
        assert!(runs.columns().eq(runs.0.header().iter().map(|field| &field.name)));
        let last = runs.iter().last().unwrap();
        assert_eq!((last.number("point"), last.cell("replicate")), (Some(1.0), Cell::Whole(1)));
        assert_eq!((last.text("gossip.phase"), last.number("no such column")), ("random", None));
        let json = serde_json::to_value(&runs).unwrap();
        assert_eq!(json[3], last.0.json());
    }

    #[test]
    fn a_run_that_did_not_converge_has_no_rounds() {
        let text = "replicates = 1\n[network]\nnodes = 64\n[gossip]\nstrategy = \"push\"\n[stop]\nmax_rounds = 1\n";
        let runs = simulate(&text.parse().unwrap()).unwrap();
        assert_eq!(runs.iter().map(|run| run.number("rounds")).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn a_wrong_scenario_is_told_with_its_place() {
        let problems = "[network]\nnodes = 1\n[gossip]\nstrategy = \"push\"\n".parse::<Scenario>().unwrap_err();
        assert!(problems.to_string().contains("scenario.toml:2:9"), "{problems}");
    }
}
