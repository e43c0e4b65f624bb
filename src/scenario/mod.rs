//! From the text of a scenario file to checked points.
//!
//! The way of a scenario: its [`Source`] becomes a tree of values with places (`document`), the command line changes
//! it ([`Overrides`]), `[sweep]` multiplies it (`sweep`), and each combination is read key by key (`sections`) into
//! [`Settings`] through serde (`deserialize`). Every mistake on the way is a
//! [`Diagnostic`] with its place; all of them are shown at once.
//!
//! ```
//! use gossipsim::scenario::{Overrides, Source, read};
//!
//! let text = "[network]\nnodes = 1024\n[gossip]\nstrategy = \"push\"\n[sweep]\n\"network.loss\" = [0, 0.1]\n";
//! let scenario = read(Source::text("demo.toml", text), &Overrides::default())?;
//! assert_eq!((scenario.points.len(), scenario.runs()), (2, 200));
//! # Ok::<(), gossipsim::scenario::Problems>(())
//! ```

mod deserialize;
pub mod diagnostic;
mod document;
pub mod expect;
mod fault;
mod hints;
mod letters;
mod mongering;
mod overrides;
mod range;
pub mod replicates;
mod resolved;
mod sections;
pub mod settings;
mod source;
mod sweep;
pub mod versus;
mod warnings;

pub use diagnostic::Problems;
pub use overrides::Overrides;
pub use resolved::{Point, Scenario, SweptKey};
pub use source::{MAX_FILE_SIZE, Source};

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::protocol::Strategy;
use diagnostic::{Diagnostic, Place};
use document::{Entry, Table};
use expect::Scope;
use overrides::Draft;
use sections::{Loaded, Reader, grouped};
use settings::{Heading, Settings};
use sweep::Axis;
use warnings::Warnings;

/// More runs than this must be asked for.
pub const MAX_RUNS: u64 = 1_000_000;

/// More points than this are refused, asked for or not.
pub const MAX_POINTS: u64 = 1_000_000;

/// Reads a scenario: every point checked and resolved.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(source: Source, overrides: &Overrides) -> Result<Scenario, Problems> {
    let mut problems = Problems::new(source.clone());
    let root = match document::parse(&source) {
        Ok(root) => root,
        Err(mistakes) => {
            mistakes.into_iter().for_each(|mistake| problems.push(mistake));
            return problems.or(None);
        }
    };
    if root.entries.is_empty() {
        let allowed = "a scenario has at least `nodes` in [network] and `strategy` in [gossip]";
        return Err(problems.with(Diagnostic::of_file("the scenario file says nothing", allowed)));
    }
    let mut draft = Draft::new(root, &mut problems);
    draft.change(overrides, &mut problems);
    let expect = std::mem::take(&mut draft.expect);
    let (axes, sound) = sweep::read(std::mem::take(&mut draft.sweep), &mut problems);
    if sound {
        overrides.check_varied(&axes, &mut problems);
    }
    let mut reading = Reading { axes, end: source.end(), folder: source.folder, loaded: Loaded::new(), problems };
    let points = reading.points(&draft.root, overrides.force).filter(|_| sound);
    let Reading { axes, mut problems, .. } = reading;
    if let Some((_, points)) = &points {
        let settings = |index: u64| {
            let point = points.get(usize::try_from(index).ok()?)?;
            serde_json::to_string(&(point.seed, &point.settings)).ok()
        };
        sweep::alike(&axes, settings, &mut problems);
    }
    assemble(source.stem, draft, axes, points, (expect, overrides.change_points()), problems)
}

/// Checks what shows only over all points, and puts the scenario together.
fn assemble(
    name: String,
    mut draft: Draft,
    axes: Vec<Axis>,
    points: Option<(Heading, Vec<Point>)>,
    (expect, overridden): (Vec<Entry>, bool),
    mut problems: Problems,
) -> Result<Scenario, Problems> {
    let scope = points.as_ref().map(|(_, points)| {
        check_exchange(&draft.root, &axes, points, &mut problems);
        scope(points, overridden)
    });
    // Without points nobody knows what can be checked, but how it is written can be.
    let scope = scope.unwrap_or_else(Scope::anything);
    for note in points.iter().flat_map(|(_, points)| points).flat_map(|point| point.settings.network.topology.notes()) {
        if !draft.notes.contains(&note) {
            draft.notes.push(note);
        }
    }
    let mut warnings = Warnings::default();
    points.iter().flat_map(|(_, points)| points).for_each(|point| warnings.look(&point.settings));
    draft.notes.extend(warnings.lines());
    let expectations = expect::read(expect, &scope, &mut problems, &mut draft.notes);
    let scenario = points.map(|(Heading { description, seed, replicates, precision }, points)| {
        let sweep = axes.into_iter().map(swept_key).collect();
        Scenario { name, description, seed, replicates, precision, points, sweep, expectations, notes: draft.notes }
    });
    problems.or(scenario)
}

fn swept_key(axis: Axis) -> SweptKey {
    let values = axis.values.iter().map(|node| sweep::as_column(&node.value)).collect();
    let written = axis.values.iter().map(|node| node.value.to_string()).collect();
    SweptKey { path: axis.path, values, written }
}

/// All that is needed to read the points of one scenario.
struct Reading {
    axes: Vec<Axis>,
    end: Place,
    folder: PathBuf,
    loaded: Loaded,
    problems: Problems,
}

impl Reading {
    /// Every point, and what the first says of the whole; `None` after a mistake.
    fn points(&mut self, root: &Table, force: bool) -> Option<(Heading, Vec<Point>)> {
        let (heading, first) = self.point(root, 0);
        let count = self.count(root, &heading, force)?;
        let mut points = Vec::from_iter(first);
        for index in 1..count {
            if self.problems.enough() {
                break;
            }
            points.extend(self.point(root, index).1);
        }
        (points.len() == count as usize).then_some((heading, points))
    }

    fn point(&mut self, root: &Table, index: u32) -> (Heading, Option<Point>) {
        let chosen = sweep::combination(&self.axes, index.into());
        let table = sweep::apply(root, &chosen);
        let mut reader = Reader::new(&table, self.end, &self.folder, &mut self.loaded, &mut self.problems);
        let (heading, settings) = settings::read(&mut reader);
        reader.finish();
        let swept = chosen.iter().map(|(axis, node)| (axis.path.clone(), sweep::as_column(&node.value))).collect();
        let seed = heading.seed;
        (heading, settings.map(|settings| Point { index, seed, settings, swept }))
    }

    /// The number of points, unless that is too many.
    fn count(&mut self, root: &Table, heading: &Heading, force: bool) -> Option<u32> {
        let points = sweep::combinations(&self.axes);
        let runs = |replicates: u64| u128::from(points) * u128::from(replicates);
        // What surely comes counts: where a target decides, that is the least. But no number of runs is beyond telling.
        let least = heading.precision.map_or(heading.replicates, |precision| precision.min);
        let too_many = runs(heading.replicates) > u64::MAX.into();
        if !too_many && (force || runs(least) <= MAX_RUNS.into()) {
            return u32::try_from(points).ok();
        }
        let replicates = if too_many { heading.replicates } else { least };
        let written = root.entry("replicates").map(|entry| entry.node.place);
        let place = self.axes.first().map(|axis| axis.key_place).or(written).unwrap_or(self.end);
        let key = if self.axes.is_empty() { "replicates" } else { "sweep" };
        let problem =
            format!("{points} points × {} replicates = {} runs", grouped(replicates), grouped(runs(replicates)));
        let allowed = match too_many {
            true => "fewer than 2^64 runs, with --force or without".to_owned(),
            false => format!("up to {} runs, more with --force", grouped(MAX_RUNS)),
        };
        self.problems.push(Diagnostic::at(place, key, problem, allowed));
        None
    }
}

/// How a push-pull exchange opens means nothing where no point is push-pull.
fn check_exchange(root: &Table, axes: &[Axis], points: &[Point], problems: &mut Problems) {
    let key = "gossip.exchange";
    let swept = axes.iter().find(|axis| axis.path == key).map(|axis| axis.key_place);
    let Some(place) = swept.or_else(|| root.find(key).map(|node| node.place)) else { return };
    let push_pull = |settings: &Settings| settings.gossip.strategy == Strategy::PushPull;
    if !points.iter().any(|point| push_pull(&point.settings)) {
        let problem = "`exchange` says how push-pull opens, and no point is push-pull";
        let diagnostic = Diagnostic::at(place, key, problem, "exchange only with `strategy = \"push-pull\"`");
        problems.push(diagnostic.suggest("remove the key, or choose push-pull"));
    }
}

fn scope(points: &[Point], overridden: bool) -> Scope {
    let strategies = points.iter().map(|point| point.settings.gossip.strategy).collect();
    let sizes: BTreeSet<u32> = points.iter().map(|point| point.settings.network.nodes).collect();
    Scope { strategies, sizes: sizes.len(), overridden }
}
