//! `watch`: one run in the terminal, a line for each round.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use super::args::{RunChoice, WatchChoice};
use super::error::Error;
use super::folded::Folded;
use super::one_run::{Chosen, OneRun};
use super::signals::Signals;
use super::terminal;
use super::text::{self, count};
use crate::columns::{Cell, Figure, Sampled, of};
use crate::observe::RoundSample;
use crate::printable;
use crate::time::exact_millis;
use crate::trace::{RoundSummary, Trace, rounds};
use crate::units::NodeId;

/// Characters of the bar.
const BAR: usize = 20;
/// Stands before who learned in a round.
const INDENT: &str = "       ";

/// `gossipsim watch`
pub(crate) fn watch(
    out: &mut impl Write,
    run: &RunChoice,
    choice: &WatchChoice,
    signals: &Signals,
) -> Result<(), Error> {
    let one_run = Chosen::read(run)?.run(signals)?;
    let rounds = rounds(&one_run.trace, one_run.infection.as_ref());
    let view = View::new(&one_run.trace, &rounds, choice.node_limit, terminal::width());
    let pace = match (choice.play, io::stdout().is_terminal(), io::stdin().is_terminal()) {
        (true, true, _) => Pace::Play(Duration::from_nanos(choice.delay.nanos())),
        (false, true, true) => Pace::Step,
        // Whoever reads what is written, or writes what is read, does not wait.
        _ => Pace::AtOnce,
    };
    let shown = show(out, &one_run, &view, &rounds, pace, signals);
    match shown {
        Ok(true) => Ok(()),
        Ok(false) => Err(signals.interrupted()),
        Err(error) => Err(Error::Stdout(error)),
    }
}

/// How fast rounds follow each other.
#[derive(Clone, Copy, PartialEq)]
enum Pace {
    /// At once.
    AtOnce,
    /// After a while.
    Play(Duration),
    /// When Enter is pressed.
    Step,
}

/// Shows the rounds; whether no signal came.
fn show(
    out: &mut impl Write,
    one_run: &OneRun,
    view: &View<'_>,
    rounds: &[RoundSummary],
    mut pace: Pace,
    signals: &Signals,
) -> io::Result<bool> {
    one_run.print_head(out)?;
    if pace == Pace::Step {
        let keys = "Enter: the next round; a: all that are left; q: quit";
        text::paragraph(out, keys, ["", ""], terminal::text_width())?;
    }
    writeln!(out)?;
    view.columns.head().iter().try_for_each(|line| writeln!(out, "{line}"))?;
    let mut keys = io::stdin().lock();
    for (place, round) in rounds.iter().enumerate() {
        let mut lines = Vec::new();
        view.print(&mut lines, round)?;
        if pace == Pace::Step && place + 1 < rounds.len() {
            // The line ends when Enter is pressed.
            lines.pop();
        }
        out.write_all(&lines)?;
        out.flush()?;
        if signals.halt().load(Ordering::Relaxed) {
            return Ok(false);
        }
        if place + 1 == rounds.len() {
            break;
        }
        match pace {
            Pace::AtOnce => {}
            Pace::Play(delay) => thread::sleep(delay),
            Pace::Step => match pressed(&mut keys)?.as_str() {
                "q" | "quit" => return Ok(true),
                "a" | "all" => pace = Pace::AtOnce,
                _ => {}
            },
        }
    }
    let ending = one_run.trace.record.ending;
    let ended = format!("the run ended at {} ms: {}", exact_millis(ending.ended.nanos()), ending.outcome.name());
    text::paragraph(out, &ended, ["", ""], terminal::text_width())?;
    Ok(true)
}

/// What was written before Enter; at the end of the input, to quit.
fn pressed(keys: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if keys.read_line(&mut line)? == 0 {
        return Ok("q".to_owned());
    }
    Ok(line.trim().to_lowercase())
}

/// What is shown of rounds, and how.
struct View<'a> {
    cells: Cells<'a>,
    columns: Folded,
    node_limit: usize,
}

/// What the columns hold.
struct Cells<'a> {
    trace: &'a Trace,
    /// The figures of another workload than a rumor.
    figures: Vec<&'static Figure<RoundSample>>,
    coloured: bool,
}

impl<'a> View<'a> {
    /// Of rounds in lines of at most `width` characters.
    fn new(trace: &'a Trace, rounds: &[RoundSummary], node_limit: usize, width: usize) -> Self {
        let list = of(trace.point.settings.workload.name());
        let own = list.curve.iter().filter(|figure| figure.name != "messages");
        let figures = if trace.is_of_a_rumor() { Vec::new() } else { own.collect() };
        // Colours take no room.
        let cells = Cells { trace, figures, coloured: false };
        let rows: Vec<Vec<String>> = rounds.iter().map(|round| cells.of(round)).collect();
        let columns = Folded::new(&cells.heads(), &rows, width);
        let coloured = io::stdout().is_terminal() && !terminal::plain(&io::stdout());
        View { cells: Cells { coloured, ..cells }, columns, node_limit }
    }

    fn print(&self, out: &mut impl Write, summary: &RoundSummary) -> io::Result<()> {
        self.columns.row(&self.cells.of(summary)).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        self.print_learned(out, summary)
    }

    /// Who learned, where they are few.
    fn print_learned(&self, out: &mut impl Write, summary: &RoundSummary) -> io::Result<()> {
        let learned = &summary.learned;
        if learned.is_empty() || learned.len() > self.node_limit {
            return Ok(());
        }
        let name = |&node: &NodeId| printable::line(&self.cells.trace.name(node)).into_owned();
        let names: Vec<String> = learned.iter().map(name).collect();
        let what = match (summary.round, learned.len()) {
            (0, 1) => "origin",
            (0, _) => "origins",
            _ => "new",
        };
        text::paragraph(out, &format!("{what}: {}", names.join(", ")), [INDENT, INDENT], terminal::text_width())
    }
}

impl Cells<'_> {
    fn heads(&self) -> Vec<&'static str> {
        let mut heads = vec!["round", "time (ms)", "messages", "failed"];
        match self.trace.is_of_a_rumor() {
            true => heads.extend(["", "share", "informed"]),
            false => heads.extend(["live"].into_iter().chain(self.figures.iter().map(|figure| figure.name))),
        }
        heads
    }

    fn of(&self, summary: &RoundSummary) -> Vec<String> {
        let RoundSample { informed, live, .. } = summary.sample;
        let mut cells = vec![
            count(summary.round),
            exact_millis(summary.end.nanos()),
            count(summary.messages),
            count(summary.failed),
        ];
        if self.trace.is_of_a_rumor() {
            let share = informed as f64 / live.max(1) as f64;
            cells.extend([self.bar(share), text::share(share), count(informed)]);
        } else {
            let nodes = self.trace.point.settings.all_nodes();
            let sampled = Sampled { now: summary.sample, before: summary.before, nodes };
            cells.push(count(live));
            cells.extend(self.figures.iter().map(|figure| value((figure.of)(&sampled))));
        }
        cells
    }

    fn bar(&self, share: f64) -> String {
        // Between 0 and the length of the bar; full only where all know.
        let filled = (share * BAR as f64) as usize;
        let (full, rest) = ("#".repeat(filled.min(BAR)), ".".repeat(BAR - filled.min(BAR)));
        if self.coloured { format!("\u{1b}[32m{full}\u{1b}[0m{rest}") } else { format!("{full}{rest}") }
    }
}

/// A figure of a workload; nothing where there is none.
fn value(number: f64) -> String {
    match Cell::from(number) {
        Cell::Real(0.0) => "0".to_owned(),
        Cell::Real(number) if number.abs() < 0.001 => format!("{number:.3e}"),
        Cell::Real(number) => text::figure(number),
        _ => "-".to_owned(),
    }
}
