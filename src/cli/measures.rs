//! `verify --intervals` and `verify --verdicts`: how often the statistics of the program are right, as tables.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::error::Error;
use super::options::{Options, in_parallel};
use super::signals::Signals;
use super::text::Grid;
use crate::verify::Effort;
use crate::verify::intervals::{self, Covered};
use crate::verify::verdicts::{self, Tally};

/// A verdict may be wrong in so many cases of 100.
const MOST_WRONG: f64 = 0.02;

/// `gossipsim verify --intervals`
pub(super) fn intervals(out: &mut impl Write, options: &Options, signals: &Signals) -> Result<(), Error> {
    let effort = options.effort();
    let table = in_parallel(options, signals, 0, |threads, _| Ok(intervals::measure(effort, options.seed, threads)))?;
    let printed = if options.json {
        let rows: Vec<Value> = table.iter().map(covered_json).collect();
        writeln!(
            out,
            "{}",
            json!({ "seed": options.seed, "samples": intervals::samples(effort), "runs": intervals::RUNS, "intervals": rows })
        )
    } else {
        print_intervals(out, &table, effort, options.seed)
    };
    printed.map_err(Error::Stdout)
}

/// `gossipsim verify --verdicts`; exit status 1 if verdicts are wrong more often than they may be.
pub(super) fn verdicts(out: &mut impl Write, options: &Options, signals: &Signals) -> Result<(), Error> {
    let table = in_parallel(options, signals, 0, |threads, _| {
        verdicts::measure(options.effort(), options.seed, threads, signals.halt())
    })?;
    let printed = if options.json {
        let rows: Vec<Value> = table.iter().map(tally_json).collect();
        writeln!(out, "{}", json!({ "seed": options.seed, "verdicts": rows }))
    } else {
        print_verdicts(out, &table)
    };
    printed.map_err(Error::Stdout)?;
    let seeds = |tally: &Tally| f64::from(tally.right + tally.wrong + tally.undecided);
    let wrong = table.iter().filter(|tally| f64::from(tally.wrong) > MOST_WRONG * seeds(tally));
    let wrong: Vec<String> =
        wrong.map(|tally| format!("{}, {} runs: {} verdicts are wrong", tally.what, tally.runs, tally.wrong)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Error::Unexpected(wrong)) }
}

fn print_intervals(out: &mut impl Write, table: &[Covered], effort: Effort, seed: u64) -> io::Result<()> {
    let samples = intervals::samples(effort);
    writeln!(
        out,
        "share of {samples} samples whose 95 % confidence interval holds the truth, in percent; seed {seed}"
    )?;
    writeln!(out, "by Student's t alone / by the rule of the results\n")?;
    let mut grid = Grid::new();
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
    write!(out, "{grid}")
}

fn print_verdicts(out: &mut impl Write, table: &[Tally]) -> io::Result<()> {
    let mut grid = Grid::new();
    let heads = ["case", "law", "sizes", "runs", "right", "wrong", "undecided", "one of the verdicts"];
    grid.left_row(heads.map(str::to_owned).to_vec());
    for tally in table {
        let counts = [tally.right, tally.wrong, tally.undecided].map(|count| format!("{count:>3}"));
        let place = [tally.what.to_owned(), tally.truth.clone(), tally.sizes.clone(), tally.runs.to_string()];
        grid.left_row(place.into_iter().chain(counts).chain([tally.example.clone()]).collect());
    }
    write!(out, "{grid}")
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
        print_intervals(&mut out, std::slice::from_ref(&covered), Effort::Quick, 7).unwrap();
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
        print_verdicts(&mut out, std::slice::from_ref(&tally)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("undecided") && text.trim_end().ends_with("by ΔAICc 35"), "{text}");
        assert_eq!(tally_json(&tally)["undecided"], 2);
    }
}
