//! `verify --intervals` and `verify --verdicts`: how often the statistics of the program are right, as tables.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::error::{Error, unless_closed};
use super::format::{self, Format};
use super::grid::Grid;
use super::options::{Options, in_parallel};
use super::printer::Printer;
use super::signals::Signals;
use super::text;
use crate::verify::Effort;
use crate::verify::intervals::{self, Covered};
use crate::verify::verdicts::{self, Tally};

/// A verdict may be wrong in so many cases of 100.
const MOST_WRONG: f64 = 0.02;

/// `gossipsim verify --intervals`
pub(super) fn intervals(out: &mut impl Write, options: &Options, signals: &Signals) -> Result<(), Error> {
    let effort = options.effort();
    let table = in_parallel(options, signals, 0, |threads, _| Ok(intervals::measure(effort, options.seed, threads)))?;
    let rows: Vec<Value> = table.iter().map(covered_json).collect();
    let samples = intervals::samples(effort);
    let printed = match options.format {
        Format::Json => text::json(
            out,
            &json!({ "seed": options.seed, "samples": samples, "runs": intervals::RUNS, "intervals": rows }),
        ),
        Format::Csv => format::csv_of(out, &rows),
        format => print_intervals(&mut Printer::new(out, format), &table, effort, options.seed),
    };
    printed.map_err(Error::Stdout)
}

/// `gossipsim verify --verdicts`; exit status 1 if verdicts are wrong more often than they may be.
pub(super) fn verdicts(out: &mut impl Write, options: &Options, signals: &Signals) -> Result<(), Error> {
    let table = in_parallel(options, signals, 0, |threads, _| {
        verdicts::measure(options.effort(), options.seed, threads, signals.halt())
    })?;
    let rows: Vec<Value> = table.iter().map(tally_json).collect();
    let printed = match options.format {
        Format::Json => text::json(out, &json!({ "seed": options.seed, "verdicts": rows })),
        Format::Csv => format::csv_of(out, &rows),
        format => print_verdicts(&mut Printer::new(out, format), &table),
    };
    let seeds = |tally: &Tally| f64::from(tally.right + tally.wrong + tally.undecided);
    let wrong = table.iter().filter(|tally| f64::from(tally.wrong) > MOST_WRONG * seeds(tally));
    let wrong: Vec<String> =
        wrong.map(|tally| format!("{}, {} runs: {} verdicts are wrong", tally.what, tally.runs, tally.wrong)).collect();
    unless_closed(printed, !wrong.is_empty())?;
    if wrong.is_empty() { Ok(()) } else { Err(Error::Unexpected(wrong)) }
}

fn print_intervals(printer: &mut Printer<'_>, table: &[Covered], effort: Effort, seed: u64) -> io::Result<()> {
    let samples = intervals::samples(effort);
    printer.line(&format!(
        "share of {samples} samples whose 95 % confidence interval holds the truth, in percent; seed {seed}"
    ))?;
    printer.line("by Student's t alone / by the rule of the results")?;
    printer.line("")?;
    let mut grid = Grid::new().labels(2);
    let runs = intervals::RUNS.map(|runs| format!("{runs} runs"));
    grid.left_row(["law", "interval of", "sd"].map(str::to_owned).into_iter().chain(runs).collect());
    for row in table {
        let shares = row.plain.iter().zip(row.rule).map(|(plain, rule)| {
            let percent = |share: f64| format!("{:5.1}", 100.0 * share);
            format!("{} / {}", percent(*plain), percent(rule))
        });
        let cells = [row.what.clone(), row.figure.name().to_owned(), format!("{:.3}", row.sd)];
        grid.left_row(cells.into_iter().chain(shares).collect());
    }
    printer.grid(&grid)
}

fn print_verdicts(printer: &mut Printer<'_>, table: &[Tally]) -> io::Result<()> {
    let mut grid = Grid::new().with_tail(1);
    let heads = ["case", "law", "sizes", "runs", "right", "wrong", "undecided", "one of the verdicts"];
    grid.left_row(heads.map(str::to_owned).to_vec());
    for tally in table {
        let counts = [tally.right, tally.wrong, tally.undecided].map(|count| format!("{count:>3}"));
        let place = [tally.what.to_owned(), tally.truth.clone(), tally.sizes.clone(), tally.runs.to_string()];
        grid.left_row(place.into_iter().chain(counts).chain([tally.example.clone()]).collect());
    }
    printer.grid(&grid)
}

fn covered_json(row: &Covered) -> Value {
    // JSON has no infinity: where t gives no width at all there is no factor.
    let wider = row.wider.map(|factor| factor.is_finite().then_some(factor));
    json!({
        "law": row.what, "interval_of": row.figure.name(), "sd": row.sd, "t": row.plain, "rule": row.rule,
        "wider": wider,
    })
}

fn tally_json(tally: &Tally) -> Value {
    json!({
        "case": tally.what, "law": tally.truth, "sizes": tally.sizes, "runs": tally.runs, "right": tally.right,
        "wrong": tally.wrong, "undecided": tally.undecided, "example": tally.example,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_say_what_was_measured() {
        let covered = Covered {
            what: "ring 32, push".to_owned(),
            figure: intervals::Figure::Mean,
            sd: 3.881,
            plain: [0.93, 0.9, 0.5, 0.0, 1.0],
            rule: [0.95; 5],
            wider: [1.0, 1.0, 1.0, f64::INFINITY, 1.0],
        };
        let mut out = Vec::new();
        print_intervals(&mut Printer::of_width(&mut out, 140), std::slice::from_ref(&covered), Effort::Quick, 7)
            .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("share of 1000 samples") && text.contains("seed 7"), "{text}");
        assert!(text.contains("ring 32, push") && text.contains(" 93.0 /  95.0"), "{text}");
        assert_eq!(covered_json(&covered)["wider"][3], Value::Null);
        let tally = Tally {
            what: "ring, push",
            truth: "linear".to_owned(),
            sizes: "7: 16 to 1024".to_owned(),
            runs: 30,
            right: 38,
            wrong: 0,
            undecided: 2,
            example: "linear, ahead of n log n by ΔAICc 35".to_owned(),
        };
        let mut out = Vec::new();
        print_verdicts(&mut Printer::of_width(&mut out, 140), std::slice::from_ref(&tally)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("undecided") && text.trim_end().ends_with("by ΔAICc 35"), "{text}");
        assert_eq!(tally_json(&tally)["undecided"], 2);
    }
}
