//! From the text of a scenario file to checked points.
//!
//! The way of a scenario: its [`Source`] becomes a tree of values with places (`document`), the command line changes
//! it ([`Overrides`]), and `[sweep]` multiplies it (`sweep`, `filter`). Each key is read through serde (`deserialize`), once for
//! every combination of the swept values that decide it (`written`, `read_cache`); each point is put together and checked
//! (`sections`, [`settings`]) and made again when it is asked for ([`Points`]). Every mistake on the way is a
//! [`diagnostic::Diagnostic`] with its place; all of them are shown at once.
//!
//! ```
//! use gossipsim::scenario::{Overrides, Source, read};
//!
//! let text = "[network]\nnodes = 1024\n[gossip]\nstrategy = \"push\"\n[sweep]\n\"network.loss\" = [0, 0.1]\n";
//! let scenario = read(Source::text("demo.toml", text), &Overrides::default())?;
//! assert_eq!((scenario.points.len(), scenario.runs()), (2, 200));
//! # Ok::<(), gossipsim::scenario::Problems>(())
//! ```

mod deadline;
mod deserialize;
pub mod diagnostic;
mod document;
pub mod expect;
mod expression;
mod fault;
mod file;
mod filter;
mod hints;
mod letters;
mod limits;
#[cfg(any(test, not(feature = "cli")))]
mod lines;
mod meanings;
mod number;
mod origin;
mod overrides;
mod parts;
mod place;
mod points;
mod problems;
mod range;
mod read_cache;
pub mod replicates;
mod resolved;
mod samples;
mod sections;
#[cfg(feature = "cli")]
mod snippets;
mod source;
mod sweep;
mod tables;
mod tree;
pub mod versus;
mod warnings;
mod words;
mod written;

pub use file::{MAX_FILE_SIZE, STDIN};
pub use limits::{MAX_POINTS, MAX_RUNS};
pub(crate) use number::is_number;
#[cfg(feature = "charts")]
pub(crate) use number::plain as plain_number;
pub use origin::{Document, Origin};
pub use overrides::Overrides;
pub use parts::{
    CLASS_KEYS, EVENT_KEYS, FREE_KEYS, KeyForm, ModelSetting, REGION_KEYS, SHORT_FORMS, forms_of, schema, schema_text,
};
pub use points::{Iter, Points};
pub use problems::Problems;
pub use resolved::{Following, Scenario, SweptKey};
pub use samples::{Collection, PRESETS, SAMPLES, Sample};
pub use settings::Point;
pub use source::Source;
#[cfg(feature = "cli")]
pub(crate) use words::{nearest, nearest_path};

pub use crate::settings;

use std::collections::BTreeSet;
use std::mem;
use std::sync::Arc;

use crate::columns::{self, coverage};
use crate::settings::Deadline;
use crate::workload::Strategy;
use diagnostic::Diagnostic;
use expect::Scope;
use overrides::Edited;
use parts::{Heading, Parts};
use points::Read;
use read_cache::{ReadCache, Store};
use sections::{Loaded, Reader, Settled};
use sweep::{Axis, Sweep};
use tree::Entry;
use warnings::Warnings;
use words::grouped;
use written::{Changed, Written};

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
    let mut edited = Edited::new(root, &mut problems);
    edited.change(overrides, &mut problems);
    let expect = mem::take(&mut edited.expect);
    let swept = mem::take(&mut edited.sweep);
    let Sweep { axes, condition, mut sound } = sweep::read(swept, &parts::takes_short_form, &mut problems);
    if sound {
        overrides.check_varied(&axes, &mut problems);
    }
    for axis in axes.iter().filter(|axis| ["workload", "workload.kind"].contains(&axis.path.as_str())) {
        let problem =
            format!("`{}` is the same in every configuration: each workload has tables of its own", axis.path);
        problems.push(Diagnostic::at(axis.key_place, "sweep", problem, "one workload a scenario file"));
    }
    let document = source.document();
    let mut written = Written::new(mem::take(&mut edited.root), axes, source.end(), source.folder);
    if let Some(condition) = condition.as_ref().filter(|_| sound) {
        match filter::kept(&written, condition, &parts::known()) {
            Ok(kept) => {
                let (all, kept_count) = (written.count(), kept.len() as u64);
                let left_out = all - kept_count;
                edited.notes.push(format!(
                    "`where` leaves out {} of {} configurations",
                    grouped(left_out),
                    grouped(all)
                ));
                written.keep(kept);
            }
            Err(diagnostic) => {
                problems.push(diagnostic);
                sound = false;
                // Mistakes of what was to be left out are none.
                written.keep(vec![0]);
            }
        }
    }
    let mut reading = Reading { written, read_cache: ReadCache::default(), loaded: Loaded::new(), problems };
    let points = reading.points(overrides.force).filter(|_| sound);
    let condition = condition.map(|condition| condition.text);
    assemble((source.stem, document, condition), reading, points, edited.notes, (expect, overrides.change_points()))
}

/// Checks what shows only over all points, and puts the scenario together.
fn assemble(
    (name, document, condition): (String, Document, Option<String>),
    Reading { written, read_cache, mut problems, .. }: Reading,
    mut points: Option<(Heading, Survey)>,
    mut notes: Vec<String>,
    (expect, overridden): (Vec<Entry>, bool),
) -> Result<Scenario, Problems> {
    let scope = points.as_ref().map(|(heading, survey)| {
        check_exchange(&written, survey, &mut problems);
        let workload = survey.workload.unwrap_or("rumor");
        let deadline = heading.deadline.is_some();
        let (strategies, regions) = (survey.strategies.clone(), Some(survey.regions.clone()));
        Scope { strategies, workload, regions, sizes: survey.sizes(), deadline, overridden }
    });
    // Without points nobody knows what can be checked, but how it is written can be.
    let scope = scope.unwrap_or_else(Scope::anything);
    if let Some((_, survey)) = &mut points {
        add_notes(&read_cache, &mut notes);
        notes.extend(mem::take(&mut survey.warnings).lines());
    }
    let expectations = expect::read(expect, &scope, &mut problems, &mut notes);
    if let Some((Heading { deadline: Some(deadline), .. }, survey)) = &points {
        check_deadline(&written, *deadline, survey, &mut problems);
    }
    let scenario = points.map(|(Heading { description, seed, replicates, precision, deadline }, survey)| {
        let axes = Arc::clone(&written.axes);
        let following = Following::all(&written);
        let sizes_differ = written.sizes_differ();
        let points = Points::of(Read { written, read_cache, count: survey.points });
        check_alike(&axes, sizes_differ, &points, &mut problems);
        let sweep = SweptKey::all(&axes);
        let documents = vec![document];
        Scenario {
            name,
            documents,
            description,
            seed,
            replicates,
            precision,
            deadline,
            points,
            sweep,
            condition,
            following,
            expectations,
            notes,
        }
    });
    problems.or(scenario)
}

/// What topologies have to say of their files, each once and in the order of the points.
fn add_notes(read_cache: &ReadCache, notes: &mut Vec<String>) {
    let mut told: BTreeSet<String> = notes.iter().cloned().collect();
    for note in read_cache.all::<Settled>(settings::network::TOPOLOGY.path).flat_map(|settled| settled.topology.notes())
    {
        if told.insert(note.clone()) {
            notes.push(note);
        }
    }
}

/// What shows of points one by one, over all of them.
#[derive(Clone, Debug, Default)]
struct Survey {
    /// How many are whole.
    points: u32,
    strategies: Vec<Strategy>,
    /// The regions that nodes are in.
    regions: Vec<String>,
    /// What is simulated, which is the same at all of them.
    workload: Option<&'static str>,
    /// Sizes of the network: the first, and one that differs from it, if any does.
    size: Option<u32>,
    another_size: Option<u32>,
    warnings: Warnings,
}

impl Survey {
    fn add(&mut self, parts: &Parts) {
        let Some(point) = parts.sections() else { return };
        let (nodes, strategy) = (point.network.nodes, point.gossip.strategy);
        self.points += 1;
        self.workload.get_or_insert_with(|| point.workload.name());
        if !self.strategies.contains(&strategy) {
            self.strategies.push(strategy);
        }
        for region in point.network.region_names() {
            if !self.regions.contains(&region) {
                self.regions.push(region);
            }
        }
        if *self.size.get_or_insert(nodes) != nodes {
            self.another_size = Some(nodes);
        }
        self.warnings.look(&point);
    }

    /// How many sizes there are; 2 stand for more.
    fn sizes(&self) -> usize {
        self.size.iter().chain(&self.another_size).count()
    }
}

/// All that is needed to read the points of one scenario.
struct Reading {
    written: Written,
    read_cache: ReadCache,
    loaded: Loaded,
    problems: Problems,
}

impl Reading {
    /// A look at every point, and what the first says of the whole; `None` after a mistake.
    fn points(&mut self, force: bool) -> Option<(Heading, Survey)> {
        let (mut digits, mut parts, mut survey) = (self.written.digits(0), Parts::default(), Survey::default());
        let heading = parts::read_heading(&mut self.reader(&digits));
        self.point(&digits, Changed::ALL, &mut parts);
        survey.add(&parts);
        let count = self.count(&heading, force)?;
        for number in 1..count {
            if self.problems.enough() {
                break;
            }
            let changed = self.written.step(number - 1, &mut digits);
            self.point(&digits, changed, &mut parts);
            survey.add(&parts);
        }
        (survey.points == count).then_some((heading, survey))
    }

    fn reader<'a>(&'a mut self, digits: &'a [usize]) -> Reader<'a> {
        let Reading { written, read_cache, loaded, problems } = self;
        Reader::new(written, digits, Store::Growing(read_cache), loaded, problems)
    }

    fn point(&mut self, digits: &[usize], changed: Changed, parts: &mut Parts) {
        let mut reader = self.reader(digits);
        parts::read(&mut reader, changed, parts);
        reader.finish();
    }

    /// The number of points, unless that is too many.
    fn count(&mut self, heading: &Heading, force: bool) -> Option<u32> {
        let Written { root, axes, end, .. } = &self.written;
        let points = self.written.count();
        let runs = |replicates: u64| u128::from(points) * u128::from(replicates);
        // What surely comes counts: where a target decides, that is the least. But no number of runs is beyond telling.
        let least = heading.precision.map_or(heading.replicates, |precision| precision.min);
        let too_many = runs(heading.replicates) > u64::MAX.into();
        if !too_many && (force || runs(least) <= MAX_RUNS.into()) {
            return u32::try_from(points).ok();
        }
        let replicates = if too_many { heading.replicates } else { least };
        let written = root.entry("replicates").map(|entry| entry.node.place);
        let place = axes.first().map(|axis| axis.key_place).or(written).unwrap_or(*end);
        let key = if axes.is_empty() { "replicates" } else { "sweep" };
        let problem = format!(
            "{points} configurations × {} replicates = {} runs",
            grouped(replicates),
            grouped(runs(replicates))
        );
        let allowed = match too_many {
            true => "fewer than 2^64 runs, with --force or without".to_owned(),
            false => format!("up to {} runs, more with --force", grouped(MAX_RUNS)),
        };
        self.problems.push(Diagnostic::at(place, key, problem, allowed));
        None
    }
}

/// Values written in two ways that make the same point.
fn check_alike(axes: &[Axis], sizes_differ: bool, points: &Points, problems: &mut Problems) {
    let settings = |combination: u64| {
        let point = points.get(points.number_of(u32::try_from(combination).ok()?)? as usize)?;
        serde_json::to_string(&(point.seed, &point.settings)).ok()
    };
    sweep::alike(axes, sizes_differ, settings, problems);
}

/// When a share of the nodes had the update is known of updates alone.
fn check_deadline(Written { root, end, .. }: &Written, deadline: Deadline, survey: &Survey, problems: &mut Problems) {
    let workload = survey.workload.unwrap_or("rumor");
    if coverage::of_share(columns::of(workload), deadline.permille).is_none() {
        let place = root.find(settings::DEADLINE.path).map_or(*end, |node| node.place);
        let problem = format!(
            "of the workload `{workload}` it is known when all nodes have got there, and of no share of the nodes"
        );
        let allowed = "a time alone, or coverage = \"100%\"";
        problems.push(Diagnostic::at(place, settings::DEADLINE.path, problem, allowed));
    }
}

/// How a push-pull exchange opens means nothing where no point is push-pull.
fn check_exchange(Written { root, axes, .. }: &Written, survey: &Survey, problems: &mut Problems) {
    let key = settings::gossip::EXCHANGE.path;
    let swept = axes.iter().find(|axis| axis.path == key).map(|axis| axis.key_place);
    let Some(place) = swept.or_else(|| root.find(key).map(|node| node.place)) else { return };
    if !survey.strategies.contains(&Strategy::PushPull) {
        let problem = "`exchange` says how push-pull opens, and no configuration is push-pull";
        let diagnostic = Diagnostic::at(place, key, problem, "exchange only with `strategy = \"push-pull\"`");
        problems.push(diagnostic.suggest("remove the key, or choose push-pull"));
    }
}
