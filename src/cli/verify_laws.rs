//! `verify --laws`: every law of the theory, tried by simulation at the corners of what it holds for.

use std::io::{self, Write};
use std::time::Instant;

use serde_json::{Value, json};

use super::error::Error;
use super::options::{Options, in_parallel};
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
    let printed = if options.json {
        writeln!(out, "{}", as_json(options, &outcomes))
    } else if options.quiet {
        Ok(())
    } else {
        print(out, &summaries).and_then(|()| {
            let (trials, runs) = (text::plural(outcomes.len() as u64, "trial"), text::plural(runs, "run"));
            let laws = text::plural(summaries.len() as u64, "law");
            let (failures, seconds) = (failed.len(), began.elapsed().as_secs_f64());
            writeln!(out, "\n{laws}, {trials}, {failures} failed; {runs} in {seconds:.1} s")
        })
    };
    let complaints: Vec<String> = failed.iter().map(|outcome| complaint(outcome)).collect();
    match printed {
        // Whoever closes the pipe early still gets the verdict.
        Err(error) if complaints.is_empty() || error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ if complaints.is_empty() => Ok(()),
        _ => Err(Error::Unexpected(complaints)),
    }
}

/// A law that did not hold, in a line.
pub(super) fn complaint(outcome: &Outcome) -> String {
    let Outcome { law, what, bounds: (low, high), measured, error, z, .. } = outcome;
    format!("{law}: {what}: {measured:.4} ± {error:.1e}, not from {low:.4} to {high:.4} (z = {z:.1})")
}

/// Three lines a law: what came out, what it says and who says so, and what it holds for.
fn print(out: &mut impl Write, summaries: &[Summary]) -> io::Result<()> {
    let mut grid = text::Grid::new();
    let heads = ["law", "trials", "measured less claimed", "may be off by", "beyond, in standard errors", ""];
    grid.left_row(heads.map(str::to_owned).to_vec());
    for summary in summaries {
        let off = summary.off().map_or_else(|| "-".to_owned(), |(low, high)| format!("{low:+.3} to {high:+.3}"));
        let worst = summary.worst();
        let word = if worst <= laws::Z_LIMIT { "holds" } else { "FAILS" };
        let (name, trials) = (summary.rule.name.to_owned(), summary.outcomes.len().to_string());
        grid.left_row(vec![name, trials, off, summary.rule.slack.to_string(), format!("{worst:.1}"), word.to_owned()]);
    }
    let grid = grid.to_string();
    let mut lines = grid.lines();
    lines.by_ref().take(1).try_for_each(|head| writeln!(out, "{head}"))?;
    for (line, Summary { rule, .. }) in lines.zip(summaries) {
        writeln!(out, "{line}\n    {}   [{}]\n    for: {}", rule.text, rule.source, rule.domain)?;
    }
    Ok(())
}

fn as_json(options: &Options, outcomes: &[Outcome]) -> Value {
    let rows: Vec<Value> = outcomes
        .iter()
        .map(|outcome| {
            json!({
                "law": outcome.law, "what": outcome.what, "claimed": outcome.claimed, "low": outcome.bounds.0,
                "high": outcome.bounds.1, "measured": outcome.measured, "error": outcome.error, "z": outcome.z,
                "holds": outcome.holds(),
            })
        })
        .collect();
    json!({ "seed": options.seed, "quick": options.quick, "outcomes": rows })
}
