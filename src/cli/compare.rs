//! `compare`: points that are alike but for their strategy, for one key, or for the file they come from.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::args::{Changes, Work};
use super::error::Error;
use super::run;
use super::signals::Signals;
use crate::scenario::versus::{FILE_KEY, versus};
use crate::scenario::{Overrides, Scenario};

/// What the points of a scenario are compared by.
pub(super) struct Comparison {
    /// The swept key whose values are held against each other.
    pub(super) key: String,
    /// What the manifest says was simulated, where one scenario cannot say it.
    pub(super) resolved: Option<Value>,
}

/// `gossipsim compare`
pub(super) fn compare(
    out: &mut impl Write,
    files: &[PathBuf],
    vary: Option<&str>,
    changes: &Changes,
    work: &Work,
    signals: &Signals,
) -> Result<(), Error> {
    let (scenario, comparison) = match (files, vary) {
        ([_, _], Some(_)) => {
            let problem = "--vary compares values of one key within one scenario file; give one file";
            return Err(Error::Usage(problem.to_owned()));
        }
        ([_, _], None) => against_each_other(files, changes, work)?,
        _ => along_a_key(files, vary, changes, work)?,
    };
    let folder = work.out.clone().map_or_else(|| run::folder_of(&scenario, Path::new("output"), ""), Ok)?;
    run::work_off(out, vec![(folder, scenario)], work, Some(&comparison), signals)
}

/// One scenario under the values of one key, by default the three strategies.
fn along_a_key(
    files: &[PathBuf],
    vary: Option<&str>,
    changes: &Changes,
    work: &Work,
) -> Result<(Scenario, Comparison), Error> {
    let mut overrides = changes.overrides(work.force);
    overrides.vary = vary.map(str::to_owned);
    let strategies = || ("gossip.strategy".to_owned(), ["push", "pull", "push-pull"].map(str::to_owned).to_vec());
    let key = overrides.varied().unwrap_or_else(|| {
        overrides.sweep.push(strategies());
        strategies().0
    });
    let mut scenario = only(files, &overrides)?;
    scenario.notes.extend(scenario.note_on_pairs(&key));
    Ok((scenario, Comparison { key, resolved: None }))
}

/// Two scenarios, point by point.
fn against_each_other(files: &[PathBuf], changes: &Changes, work: &Work) -> Result<(Scenario, Comparison), Error> {
    let overrides = changes.overrides(work.force);
    let scenarios: [Scenario; 2] =
        run::read_all(files, &overrides)?.try_into().map_err(|_| Error::Usage("give two files".to_owned()))?;
    let resolved = json!({ "first": scenarios[0].resolved(), "second": scenarios[1].resolved() });
    let labels = labels(files, &scenarios);
    let [first, second] = scenarios;
    let mut scenario = versus(first, second, labels).map_err(Error::Usage)?;
    scenario.notes.extend(scenario.note_on_pairs(FILE_KEY));
    Ok((scenario, Comparison { key: FILE_KEY.to_owned(), resolved: Some(resolved) }))
}

/// What the files are called: by their names, or their paths, if those tell them apart.
fn labels(files: &[PathBuf], scenarios: &[Scenario; 2]) -> [String; 2] {
    let names = [0, 1].map(|number| scenarios[number].name.clone());
    let paths = [0, 1].map(|number| files[number].display().to_string());
    match () {
        () if names[0] != names[1] => names,
        () if paths[0] != paths[1] => paths,
        () => [format!("{} (first)", names[0]), format!("{} (second)", names[1])],
    }
}

fn only(files: &[PathBuf], overrides: &Overrides) -> Result<Scenario, Error> {
    let mut scenarios = run::read_all(files, overrides)?;
    scenarios.pop().ok_or_else(|| Error::Usage("give a scenario file".to_owned()))
}
