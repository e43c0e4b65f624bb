//! `verify --laws`: every law of the theory, tried by simulation at the corners of what it holds for.

use std::io::{self, Write};
use std::time::Instant;

use serde_json::{Value, json};

use super::error::{Error, unless_closed};
use super::format::{self, Format};
use super::grid::Grid;
use super::options::{Options, in_parallel};
use super::printer::Printer;
use super::signals::Signals;
use super::text;
use crate::verify::Effort;
use crate::verify::laws::{self, Outcome, Summary};

/// `gossipsim verify --laws`
pub(super) fn verify(out: &mut impl Write, options: &Options, effort: Effort, signals: &Signals) -> Result<(), Error> {
    let began = Instant::now();
    let trials = laws::trials(effort, options.seed);
    let runs = laws::runs(&trials);
    let outcomes = in_parallel(options, signals, runs, |threads, progress| {
        laws::hold(&trials, threads, signals.halt(), progress)
    })?;
    let summaries = laws::summaries(&outcomes);
    let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.holds()).collect();
    let printed = match options.format {
        Format::Json => {
            text::json(out, &json!({ "seed": options.seed, "quick": options.quick, "outcomes": objects(&outcomes) }))
        }
        Format::Csv => format::csv_of(out, &objects(&outcomes)),
        _ if options.quiet => Ok(()),
        format => {
            let mut printer = Printer::new(out, format);
            print(&mut printer, &summaries).and_then(|()| {
                let (trials, runs) = (text::plural(outcomes.len() as u64, "trial"), text::plural(runs, "run"));
                let laws = text::plural(summaries.len() as u64, "law");
                let (failures, seconds) = (failed.len(), began.elapsed().as_secs_f64());
                printer.title(&format!("{laws}, {trials}, {failures} failed; {runs} in {seconds:.1} s"))
            })
        }
    };
    let complaints: Vec<String> = failed.iter().map(|outcome| complaint(outcome)).collect();
    unless_closed(printed, !complaints.is_empty())?;
    if complaints.is_empty() { Ok(()) } else { Err(Error::Unexpected(complaints)) }
}

/// A law that did not hold, in a line.
pub(super) fn complaint(outcome: &Outcome) -> String {
    let Outcome { law, what, bounds: (low, high), measured, error, z, .. } = outcome;
    format!("{law}: {what}: {measured:.4} ± {error:.1e}, not from {low:.4} to {high:.4} (z = {z:.1})")
}

/// Three lines a law: what came out, what it says and who says so, and what it holds for.
fn print(printer: &mut Printer<'_>, summaries: &[Summary]) -> io::Result<()> {
    let (mut wide, mut narrow) = (Grid::new(), Grid::new());
    let heads = ["law", "trials", "measured less claimed", "may be off by", "beyond, in standard errors", ""];
    let without_slack = |cells: &[String]| [&cells[..3], &cells[4..]].concat();
    let heads = heads.map(str::to_owned);
    narrow.left_row(without_slack(&heads));
    wide.left_row(heads.to_vec());
    for summary in summaries {
        let off = summary.off().map_or_else(|| "-".to_owned(), |(low, high)| format!("{low:+.3} to {high:+.3}"));
        let worst = summary.worst();
        let word = if worst <= laws::Z_LIMIT { "holds" } else { "FAILS" };
        let (name, trials) = (summary.rule.name.to_owned(), summary.outcomes.len().to_string());
        let cells = [name, trials, off, summary.rule.slack.to_string(), format!("{worst:.1}"), word.to_owned()];
        narrow.left_row(without_slack(&cells));
        wide.left_row(cells.to_vec());
    }
    let fits = printer.fits(&wide);
    let notes = summaries.iter().map(|Summary { rule, .. }| {
        let said = vec![format!("{}   [{}]", rule.text, rule.source), format!("for: {}", rule.domain)];
        let slack = (!fits).then(|| format!("may be off by: {}", rule.slack));
        slack.into_iter().chain(said).collect()
    });
    let notes: Vec<Vec<String>> = notes.collect();
    printer.grid_with_notes(if fits { &wide } else { &narrow }, &notes)
}

/// What came out, as JSON has it.
fn objects(outcomes: &[Outcome]) -> Vec<Value> {
    let object = |outcome: &Outcome| {
        json!({
            "law": outcome.law, "what": outcome.what, "claimed": outcome.claimed, "low": outcome.bounds.0,
            "high": outcome.bounds.1, "measured": outcome.measured, "error": outcome.error, "z": outcome.z,
            "holds": outcome.holds(),
        })
    };
    outcomes.iter().map(object).collect()
}
