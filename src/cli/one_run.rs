//! One run that is looked at closely: `trace`, `explain`, `picture` and `watch`.

use std::io::{self, Write};
use std::sync::atomic::Ordering;

use super::args::RunChoice;
use super::error::Error;
use super::run;
use super::signals::Signals;
use super::terminal;
use super::text::{self, count};
use crate::capacity;
use crate::experiment::{self, Failure, Fault};
use crate::output::caption;
use crate::printable;
use crate::scenario::{Point, Scenario};
use crate::topology::{Directory, WrittenNode};
use crate::trace::{Infection, Trace};
use crate::units::NodeId;
use crate::workload::detector::DetectorSettings;

/// Longer event logs are made only if that is forced: of so many messages one takes about 100 MB.
const MOST_MESSAGES: u64 = 1_000_000;

/// The run that is asked for, before anything is run.
pub(super) struct Chosen<'a> {
    pub(super) scenario: Scenario,
    pub(super) point: Point,
    choice: &'a RunChoice,
}

impl<'a> Chosen<'a> {
    /// Reads the scenario.
    ///
    /// # Errors
    /// It is wrong, or there is no such run.
    pub(super) fn read(choice: &'a RunChoice) -> Result<Self, Error> {
        let overrides = choice.changes.overrides(choice.force);
        let scenarios = run::read_all(std::slice::from_ref(&choice.file), &overrides)?;
        let Some(scenario) = scenarios.into_iter().next() else {
            return Err(Error::Usage("there is no scenario".into()));
        };
        let point = chosen(&scenario, choice.point, choice.replicate)?;
        Ok(Chosen { scenario, point, choice })
    }

    /// The same, for `command`, which is about a rumor.
    ///
    /// # Errors
    /// The workload is no rumor; else as of [`read`](Chosen::read).
    pub(super) fn rumor(choice: &'a RunChoice, command: &str) -> Result<Self, Error> {
        let chosen = Chosen::read(choice)?;
        match chosen.point.settings.workload.rumor() {
            Some(_) => Ok(chosen),
            None => Err(chosen.other_workload(command, "a rumor")),
        }
    }

    /// Whether it is of messages that are broadcast.
    pub(super) fn is_of_a_broadcast(&self) -> bool {
        self.point.settings.workload.broadcast().is_some()
    }

    /// What to say where `command` is about another workload than that of the run.
    pub(super) fn other_workload(&self, command: &str, about: &str) -> Error {
        let (name, workload) = (printable::line(&self.scenario.name), self.point.settings.workload.name());
        Error::Usage(format!("{name}: {command} is about {about}, and the workload is `{workload}`"))
    }

    /// The failure detector that the run is of.
    ///
    /// # Errors
    /// The workload is another.
    pub(super) fn detector(&self, command: &str) -> Result<&DetectorSettings, Error> {
        let detector = self.point.settings.workload.detector();
        detector.ok_or_else(|| self.other_workload(command, "the workload `detector`"))
    }

    /// The replicate that is asked for.
    pub(super) fn replicate(&self) -> u64 {
        self.choice.replicate
    }

    /// Which run it is, in a line: `quickstart, configuration 2 (gossip.strategy = push), replicate 0, seed 1`.
    pub(super) fn title(&self) -> String {
        title(&self.scenario, &self.point, self.choice.replicate)
    }

    /// Does `work` that runs it once; it is asked again and again whether to go on.
    ///
    /// # Errors
    /// It may not fit in memory, or what `work` says.
    pub(super) fn work<T>(
        &self,
        signals: &Signals,
        work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        let (one, program) = (capacity::RunMemory::of(&self.point), capacity::base(false));
        capacity::room_for(&self.scenario, one, 1, program, self.choice.force).map_err(Error::Usage)?;
        let done = work(&|| !signals.halt().load(Ordering::Relaxed));
        done.map_err(|fault| match Failure::of_run(self.point.index, self.choice.replicate, self.point.seed, fault) {
            Failure::Interrupted => signals.interrupted(),
            failure => Error::Work(failure),
        })
    }

    /// Runs it, exactly as `run` does, and keeps all that happens.
    ///
    /// # Errors
    /// It is too long, or it has no end.
    pub(super) fn run(self, signals: &Signals) -> Result<OneRun, Error> {
        let replicate = self.choice.replicate;
        // The first time without a log, to know how long it will be.
        let record = self.work(signals, |keep_going| experiment::run(&self.point, replicate, keep_going))?;
        let messages = record.ending.tally.sent;
        if messages > MOST_MESSAGES && !self.choice.force {
            let fewer = u64::from(self.point.settings.network.nodes) / messages.div_ceil(MOST_MESSAGES);
            return Err(Error::Usage(format!(
                "{}: this run sends {} messages, more than {}: its event log would take about {} MB of memory; make it \
                 smaller, as with --set network.nodes={}, or look at it all the same with --force",
                printable::line(&self.scenario.name),
                count(messages),
                count(MOST_MESSAGES),
                count(messages / 10_000),
                fewer.max(2)
            )));
        }
        let trace = self.work(signals, |keep_going| Trace::of(self.point.clone(), replicate, keep_going))?;
        let infection = Infection::of(&trace);
        Ok(OneRun { scenario: self.scenario, trace, infection })
    }
}

/// A run, and the scenario that it is of.
pub(super) struct OneRun {
    pub(super) scenario: Scenario,
    pub(super) trace: Trace,
    /// Who learned the update when, of a rumor.
    pub(super) infection: Option<Infection>,
}

impl OneRun {
    /// Which run it is, in a line.
    pub(super) fn title(&self) -> String {
        title(&self.scenario, &self.trace.point, self.trace.replicate)
    }

    /// What was simulated, in a line.
    pub(super) fn settings(&self) -> String {
        settings(&self.trace.point)
    }

    /// Says which run it is and what was simulated.
    pub(super) fn print_head(&self, out: &mut impl Write) -> io::Result<()> {
        [self.title(), self.settings()]
            .iter()
            .try_for_each(|line| text::paragraph(out, line, ["", ""], terminal::text_width()))
    }
}

fn title(scenario: &Scenario, point: &Point, replicate: u64) -> String {
    let swept = point.swept().into_iter().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>();
    let swept = if swept.is_empty() { String::new() } else { format!(" ({})", swept.join(", ")) };
    let (name, seed) = (&scenario.name, point.seed);
    let text = format!("{name}, configuration {}{swept}, replicate {replicate}, seed {seed}", point.index);
    printable::line(&text).into_owned()
}

/// What is simulated at a point, in a line.
pub(super) fn settings(point: &Point) -> String {
    printable::line(&caption::of_point(&point.settings)).into_owned()
}

/// A fault of something that a run needs besides itself.
pub(super) fn fault(trace: &Trace, fault: Fault) -> Error {
    Error::Work(Failure::of_run(trace.point.index, trace.replicate, trace.point.seed, fault))
}

/// The point with this number, if there is such a run.
///
/// # Errors
/// There is no such point, or it has no such replicate.
pub(super) fn chosen(scenario: &Scenario, point: u32, replicate: u64) -> Result<Point, Error> {
    let points = scenario.points.len() as u64;
    let Some(found) = scenario.points.get(point as usize) else {
        let problem = format!("{}: there is no configuration {point}", scenario.name);
        let allowed =
            if points == 1 { "it has one, configuration 0".to_owned() } else { format!("0 to {}", points - 1) };
        return Err(Error::Usage(format!("{problem}; {allowed}")));
    };
    if replicate >= scenario.replicates {
        let allowed = format!("0 to {}, or more with --replicates", scenario.replicates - 1);
        let problem = format!("{}: there is no replicate {replicate}", scenario.name);
        return Err(Error::Usage(format!("{problem}; {allowed}")));
    }
    Ok(found)
}

/// The node that is called `name` after a `flag`.
///
/// # Errors
/// There is no such node.
pub(super) fn node(point: &Point, flag: &str, name: &str) -> Result<NodeId, Error> {
    let nodes = point.settings.all_nodes();
    let names = point.settings.network.topology.names();
    let named = names.is_some();
    let found = Directory::new(names, nodes).find(&WrittenNode::named(name));
    found.map(|found| found.node).map_err(|incompatible| {
        let text = if named {
            incompatible.to_string()
        } else {
            let last = nodes.saturating_sub(1);
            format!("there is no node `{}`; give a number from 0 to {last}", printable::line(name))
        };
        Error::Usage(format!("{flag}: {text}"))
    })
}
