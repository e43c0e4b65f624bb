//! Which runs did not converge, and what it means that all did.

use std::io;

use super::grid::Grid;
use super::page::{head, value};
use super::printer::Printer;
use super::text::{count, share};
use crate::output::frame::{Frame, Row};
use crate::output::tables::Tables;
use crate::stats::wilson;

/// So many configurations are listed.
const MOST: usize = 12;
/// Of fewer runs that all converged nothing is said of the others.
const FEWEST: u64 = 10;

/// How many runs of a point did not converge.
pub(super) fn count_of(row: Row<'_>) -> u64 {
    row.count("runs").saturating_sub(row.count("converged"))
}

/// Prints how many runs did not converge, how they ended, and of which configurations they are; `varying` is what differs
/// between those.
pub(super) fn print(printer: &mut Printer<'_>, tables: &Tables, varying: &[String]) -> io::Result<()> {
    let runs = tables.runs.len() as u64;
    let mut outcomes: Vec<(&str, u64)> = Vec::new();
    for outcome in tables.runs.rows().map(|run| run.word("outcome")).filter(|outcome| *outcome != "converged") {
        match outcomes.iter_mut().find(|(name, _)| *name == outcome) {
            Some((_, number)) => *number += 1,
            None => outcomes.push((outcome, 1)),
        }
    }
    if outcomes.is_empty() {
        return match runs {
            1 => printer.title("the run converged"),
            _ => printer.title(&format!("all {} runs converged{}", count(runs), unseen(&tables.summary))),
        };
    }
    let list: Vec<String> = outcomes.iter().map(|(name, number)| format!("{} {name}", count(*number))).collect();
    let failed = outcomes.iter().map(|(_, number)| number).sum();
    printer.title(&format!("{} of {} runs did not converge: {}", count(failed), count(runs), list.join(", ")))?;
    let points: Vec<Row<'_>> = tables.summary.rows().filter(|row| count_of(*row) > 0).collect();
    let mut grid = Grid::new().without_head();
    points.iter().take(MOST).for_each(|row| grid.left_row(cells(*row, varying, tables)));
    printer.grid(&grid)?;
    printer.more(points.len().saturating_sub(MOST), "summary.csv")
}

/// The configuration, how many of its runs failed, their share, and what they left.
fn cells(row: Row<'_>, varying: &[String], tables: &Tables) -> Vec<String> {
    let others = varying.iter().filter(|key| *key != "nodes");
    let others = others.map(|key| format!(", {} {}", head(key), value(row, key))).collect::<String>();
    let name = format!("  {}, n {}{others}", row.series(), count(row.count("nodes")));
    let (runs, failed) = (row.count("runs"), count_of(row));
    let residue = match row.real("residue_mean") {
        Some(left) if left.is_finite() => format!("mean residue {}", share(left)),
        _ if tables.summary.has("residue_mean") => "no mean residue: no run has one".to_owned(),
        _ => String::new(),
    };
    vec![name, format!("{} of {}", count(failed), count(runs)), failing(failed, runs), residue]
}

/// The share of runs that failed, with its 95 % confidence interval.
fn failing(failed: u64, runs: u64) -> String {
    let interval = wilson::interval(failed, runs, 0.95).filter(|_| runs > 1);
    let interval = interval.map_or_else(String::new, |(low, high)| format!("  [{}, {}]", share(low), share(high)));
    format!("{}{interval}", share(failed as f64 / runs as f64))
}

/// What it means that none of the runs of any point failed: how rare failing must be, by the rule of three.
fn unseen(summary: &Frame) -> String {
    let Some(fewest) = summary.rows().map(|row| row.count("runs")).min() else { return String::new() };
    if fewest < FEWEST {
        return String::new();
    }
    let bound = wilson::interval(0, fewest, 0.95).map_or_else(String::new, |(_, high)| share(high));
    match summary.len() {
        1 => format!(" (0 of {} did not converge: below {bound} at 95 %)", count(fewest)),
        _ => format!(" (in each configuration 0 of {} did not converge: below {bound} at 95 %)", count(fewest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Cell;
    use crate::output::testing;

    fn printed(tables: &Tables, varying: &[&str]) -> String {
        let varying: Vec<String> = varying.iter().map(|key| (*key).to_owned()).collect();
        let mut out = Vec::new();
        print(&mut Printer::of_width(&mut out, 80), tables, &varying).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_list_names_every_key_and_says_how_many_it_leaves_out() {
        let rows: Vec<Vec<(&str, Cell)>> = (0..29_u64)
            .map(|point| {
                vec![
                    ("point", point.into()),
                    ("fanout", (point + 1).into()),
                    ("runs", 20_u64.into()),
                    ("converged", 3_u64.into()),
                    ("residue_mean", 0.25.into()),
                    ("gossip.spread.k", "2".into()),
                ]
            })
            .collect();
        let summary = testing::summary(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let runs = testing::runs(&[&[("outcome", "died-out".into())], &[("outcome", "converged".into())]]);
        let text = printed(&Tables { runs, summary, ..Tables::default() }, &["fanout", "gossip.spread.k"]);
        assert!(text.contains("push, n 8, fanout 1, gossip.spread.k 2"), "{text}");
        assert!(
            text.ends_with("\u{2026} and 17 more: see summary.csv\n") && text.lines().count() == 2 + 2 * MOST + 1,
            "{text}"
        );
    }

    #[test]
    fn of_a_few_runs_nothing_is_claimed_of_the_others() {
        let of = |runs: u64| {
            let all = vec![[("outcome", Cell::from("converged"))]; runs as usize];
            let all: Vec<&[(&str, Cell)]> = all.iter().map(|run| &run[..]).collect();
            let summary = testing::summary(&[&[("runs", runs.into()), ("converged", runs.into())]]);
            printed(&Tables { runs: testing::runs(&all), summary, ..Tables::default() }, &[])
        };
        assert_eq!([of(1), of(3)], ["\nthe run converged\n", "\nall 3 runs converged\n"]);
        assert_eq!(of(300), "\nall 300 runs converged (0 of 300 did not converge: below 1.00 % at 95 %)\n");
    }
}
