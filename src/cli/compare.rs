//! `compare`: points that are alike but for their strategy, for one key, or for the file they come from.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::{Changes, Work};
use super::comparison::Comparison;
use super::error::Error;
use super::run;
use super::signals::Signals;
use crate::scenario::versus::{FILE_KEY, versus};
use crate::scenario::{Overrides, Problems, Scenario};

/// What is compared where nobody says what.
const STRATEGY: &str = "gossip.strategy";
const STRATEGIES: [&str; 3] = ["push", "pull", "push-pull"];

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
    // A folder of its own: the runs of `run` are others. Two files have a name of their own together.
    let end = if files.len() == 1 { "_compare" } else { "" };
    let folder = work.out.clone().map_or_else(|| run::folder_of(&scenario, Path::new("output"), end), Ok)?;
    let vary = vary.map(|vary| format!("--vary {vary}"));
    let overrides = changes.written().into_iter().chain(vary).collect();
    let asked = run::Asked { command: "compare", overrides, compare: Some(&comparison), work };
    run::execute(out, vec![(folder, scenario)], &asked, signals)
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
    let given = overrides.varied();
    let key = given.clone().unwrap_or_else(|| STRATEGY.to_owned());
    if given.is_none() {
        overrides.sweep.push((key.clone(), STRATEGIES.map(str::to_owned).to_vec()));
    }
    let mut scenario = only(files, &overrides).map_err(|error| match error {
        Error::Scenario(problems) if given.is_none() => {
            without_refused(files, &changes.overrides(work.force), problems)
        }
        error => error,
    })?;
    scenario.notes.extend(scenario.note_on_pairs(&key));
    Ok((scenario, Comparison { key, resolved: None }))
}

/// The mistakes of the three strategies; where only some of them make any, with what compares the others.
fn without_refused(files: &[PathBuf], overrides: &Overrides, problems: Vec<Problems>) -> Error {
    let taken = |strategy: &&str| {
        let mut alone = overrides.clone();
        alone.sweep.push((STRATEGY.to_owned(), vec![(*strategy).to_owned()]));
        only(files, &alone).is_ok()
    };
    let taken: Vec<&str> = STRATEGIES.into_iter().filter(taken).collect();
    match taken.len() {
        2 => Error::Strategies { problems, vary: format!("--vary {STRATEGY}={}", taken.join(",")) },
        _ => Error::Scenario(problems),
    }
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
