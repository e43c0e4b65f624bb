//! `verify`: the gate on published results, as a table.

use std::io::{self, Write};
use std::time::Instant;

use serde_json::{Value, json};

use super::error::{Error, unless_closed};
use super::format::{self, Format};
use super::grid::Grid;
use super::measures;
use super::options::{Options, Subject, in_parallel};
use super::printer::Printer;
use super::signals::Signals;
use super::text;
use super::verify_laws;
use crate::verify::judge::Verdict;
use crate::verify::{self, Case, Engine, Finding};

/// `gossipsim verify`
pub(crate) fn verify(out: &mut impl Write, options: Options, signals: &Signals) -> Result<(), Error> {
    match options.subject {
        Subject::Laws => return verify_laws::verify(out, &options, options.effort(), signals),
        Subject::Intervals => return measures::intervals(out, &options, signals),
        Subject::Verdicts => return measures::verdicts(out, &options, signals),
        Subject::Results => {}
    }
    let began = Instant::now();
    let cases = verify::cases(options.effort(), options.seed);
    let runs = cases.iter().map(|case| case.runs * case.points.len() as u64).sum();
    let findings = simulate(&cases, runs, &options, signals)?;
    let printed = match options.format {
        Format::Json => {
            text::json(out, &json!({ "seed": options.seed, "quick": options.quick, "findings": objects(&findings) }))
        }
        Format::Csv => format::csv_of(out, &objects(&findings)),
        format => {
            let mut printer = Printer::new(out, format);
            let printed = print(&mut printer, &findings, options.quiet);
            printed.and_then(|()| conclude(&mut printer, &findings, runs, options.quiet, began))
        }
    };
    exit_message(&findings, printed)
}

/// The end of the command, after its table was `printed` or not.
fn exit_message(findings: &[Finding], printed: io::Result<()>) -> Result<(), Error> {
    let failed = findings.iter().filter(|finding| finding.verdict == Verdict::Fail).count();
    unless_closed(printed, failed > 0)?;
    match failed {
        0 => Ok(()),
        _ => Err(Error::Unexpected(vec![format!("{failed} of {} results did not come out", findings.len())])),
    }
}

fn simulate(cases: &[Case], runs: u64, options: &Options, signals: &Signals) -> Result<Vec<Finding>, Error> {
    in_parallel(options, signals, runs, |threads, progress| {
        verify::run(&Engine, cases, threads, signals.halt(), progress)
    })
}

fn print(printer: &mut Printer<'_>, findings: &[Finding], quiet: bool) -> io::Result<()> {
    let shown: Vec<&Finding> = findings.iter().filter(|one| !quiet || one.verdict == Verdict::Fail).collect();
    if quiet && shown.is_empty() {
        return Ok(());
    }
    let heads = ["source", "what", "figure", "expected", "measured", "z", ""].map(str::to_owned);
    let (mut beside, mut below, mut headings) = (Grid::new(), Grid::new(), Vec::new());
    beside.left_row(heads.to_vec());
    below.left_row(heads[1..].to_vec());
    let mut source = "";
    for finding in shown {
        let z = finding.z.map_or_else(String::new, |z| format!("{z:>6.2}"));
        let cells = [&finding.what, finding.figure, &finding.expected, &finding.measured, &z, word(finding.verdict)];
        let cells = cells.map(str::to_owned);
        beside.left_row([finding.source.to_owned()].into_iter().chain(cells.clone()).collect());
        below.left_row(cells.to_vec());
        // Where there is no room beside them, a source stands once above all that is of it.
        headings.push(if finding.source == source { String::new() } else { format!("\n{}", finding.source) });
        source = finding.source;
    }
    if printer.fits(&beside) { printer.grid(&beside) } else { printer.grid_with_headings(&below, &headings) }
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "FAIL",
        Verdict::Shown => "not judged",
    }
}

/// How many results came out, and what that took.
fn conclude(printer: &mut Printer<'_>, findings: &[Finding], runs: u64, quiet: bool, began: Instant) -> io::Result<()> {
    if quiet {
        return Ok(());
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count() as u64;
    let (passed, failed, shown) = (count(Verdict::Pass), count(Verdict::Fail), count(Verdict::Shown));
    let (runs, seconds) = (text::plural(runs, "run"), began.elapsed().as_secs_f64());
    printer.line(&format!("{passed} passed, {failed} failed, {shown} not judged; {runs} in {seconds:.1} s"))
}

/// What came out, as JSON has it.
fn objects(findings: &[Finding]) -> Vec<Value> {
    let object = |finding: &Finding| {
        json!({
            "source": finding.source, "what": finding.what, "figure": finding.figure,
            "expected": finding.expected, "measured": finding.measured, "z": finding.z,
            "verdict": word(finding.verdict),
        })
    };
    findings.iter().map(object).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(verdict: Verdict) -> Finding {
        let (expected, measured) = ("1.000".to_owned(), "2.000 ± 0.1".to_owned());
        let what = "complete, n = 2: push".to_owned();
        Finding { source: "exact fraction", what, figure: "rounds", expected, measured, z: Some(10.0), verdict }
    }

    #[test]
    fn a_result_that_does_not_come_out_is_named_and_makes_the_status_1() {
        let findings = [finding(Verdict::Pass), finding(Verdict::Fail), finding(Verdict::Shown)];
        let error = exit_message(&findings, Ok(())).unwrap_err();
        assert_eq!((error.status(), error.to_string().as_str()), (1, "1 of 3 results did not come out"));
        let pipe = || Err(io::ErrorKind::BrokenPipe.into());
        assert_eq!(exit_message(&findings, pipe()).unwrap_err().status(), 1);
        assert!(exit_message(&findings[..1], Ok(())).is_ok());
        assert_eq!(exit_message(&findings[..1], pipe()).unwrap_err().status(), 0, "a closed pipe ends quietly");
    }

    #[test]
    fn quiet_prints_failures_alone() {
        let text = |findings: &[Finding]| {
            let mut out = Vec::new();
            print(&mut Printer::of_width(&mut out, 120), findings, true).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(&[finding(Verdict::Pass), finding(Verdict::Shown)]), "");
        let text = text(&[finding(Verdict::Pass), finding(Verdict::Fail)]);
        assert!(text.lines().count() == 2 && text.trim_end().ends_with("FAIL"), "{text}");
    }
}
