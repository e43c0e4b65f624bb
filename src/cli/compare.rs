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

/// The mistakes of the three strategies, with what to write instead: where only one of them is refused, what compares the
/// others, else what compares something else.
fn without_refused(files: &[PathBuf], overrides: &Overrides, problems: Vec<Problems>) -> Error {
    let taken = |strategy: &&str| {
        let mut alone = overrides.clone();
        alone.sweep.push((STRATEGY.to_owned(), vec![(*strategy).to_owned()]));
        only(files, &alone).is_ok()
    };
    let taken: Vec<&str> = STRATEGIES.into_iter().filter(taken).collect();
    let help = match taken.len() {
        2 => {
            let vary = format!("--vary {STRATEGY}={}", taken.join(","));
            Some(format!("to compare the strategies that are allowed here, give `{vary}`"))
        }
        _ => other_key(files, overrides).map(|vary| {
            format!("the strategies cannot be compared here; say what to compare instead: `--vary KEY=VALUES`, such as `{vary}`")
        }),
    };
    match help {
        Some(help) => Error::Strategies { problems, help },
        None => Error::Scenario(problems),
    }
}

/// An argument that compares values of a key of the scenario: the first that it sweeps, else one that every workload has.
/// `None` if the scenario has mistakes of its own.
fn other_key(files: &[PathBuf], overrides: &Overrides) -> Option<String> {
    let scenario = only(files, overrides).ok()?;
    let first = scenario.points.first()?;
    let swept = first.swept().into_iter().map(|(path, _)| {
        let mut values: Vec<String> = Vec::new();
        for (own, value) in scenario.points.iter().flat_map(|point| point.swept()) {
            if own == path && !values.contains(&value) {
                values.push(value);
            }
        }
        format!("{path}={}", values.join(","))
    });
    // What a shell would read otherwise makes no example.
    let plain = |vary: &String| vary.chars().all(|sign| sign.is_ascii_alphanumeric() || "=,._-".contains(sign));
    let mut candidates = swept.filter(plain).chain(["network.loss=0,0.1", "gossip.interval=1s,2s"].map(str::to_owned));
    let taken = |vary: &String| only(files, &Overrides { vary: Some(vary.clone()), ..overrides.clone() }).is_ok();
    candidates.find(taken).map(|vary| format!("--vary {vary}"))
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
