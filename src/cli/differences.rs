//! The paired differences of `compare`: of rounds, and of what else the workload is simulated for.

use std::io;

use super::grid::Grid;
use super::printer::{MOST_ROWS, Printer};
use super::text::{count, plural};
use super::unconverged;
use crate::columns::{Cell, Field, Printed, common};
use crate::output::label::{readable, short};
use crate::output::pairs::{self, Pair, PairRow};
use crate::output::tables::{List, Tables};
use crate::output::{groups, places};

/// Prints the paired differences between points that differ in one key.
///
/// # Errors
/// What the system says about writing.
pub(super) fn print(printer: &mut Printer<'_>, list: &List, pairs: &[Pair], tables: &Tables) -> io::Result<()> {
    let places: Vec<Vec<(String, String)>> = pairs.iter().map(|pair| pair_place(list, pair)).collect();
    let missed = tables.summary.rows().any(|row| unconverged::count_of(row) > 0);
    let column = |(pair, _): &(&Pair, _)| pair.compared.map(|compared| compared.column);
    for (column, group) in groups::by(pairs.iter().zip(&places), column) {
        let printed = group.first().and_then(|(pair, _)| pair.compared).map(|compared| compared.printed);
        let (name, scale) = match printed.unwrap_or(Printed::No) {
            Printed::No => ("rounds".to_owned(), 1.0),
            Printed::Number(head) => (head.to_owned(), 1.0),
            Printed::Share(head) => (format!("{head} (percentage points)"), 100.0),
        };
        let equal =
            |(pair, _): &(&Pair, _)| (pair.row.difference_mean, pair.row.sd_difference) == (Some(0.0), Some(0.0));
        // What does not depend on what is varied fills no table; the rounds are always shown.
        if column.is_some_and(|column| column != common::ROUNDS.name) && group.iter().all(equal) {
            printer.title(&format!("no difference in {name} in any pair"))?;
            continue;
        }
        print_column(printer, &group, &places, (&name, scale))?;
        if missed && column.is_none_or(|column| column == common::ROUNDS.name) {
            printer.note("(over replicates that converged on both sides; the others are in no difference)")?;
        }
    }
    Ok(())
}

/// Prints the differences in what is called `name`, in the unit of which `scale` make one.
fn print_column(
    printer: &mut Printer<'_>,
    pairs: &[(&Pair, &Vec<(String, String)>)],
    places: &[Vec<(String, String)>],
    (name, scale): (&str, f64),
) -> io::Result<()> {
    let title = "on common random numbers: mean [95 % CI], variance against independent runs";
    printer.title(&format!("paired differences in {name}, {title}"))?;
    let (mut rows, mut headings) = (Vec::new(), Vec::new());
    let varies = |number: usize| places.iter().any(|place| place[number].1 != places[0][number].1);
    let more = pairs.len().saturating_sub(MOST_ROWS);
    for (pair, place) in pairs.iter().take(MOST_ROWS) {
        let shown = place.iter().enumerate().filter(|(number, (name, _))| name == "n" || varies(*number));
        let own = shown.filter(|(_, (_, value))| !value.is_empty());
        let own = own.map(|(_, (name, value))| format!("{name} {value}").trim().to_owned());
        let swept = pair.swept.iter().filter(|(_, value)| !value.is_empty());
        let swept = swept.map(|(path, value)| format!("{path} {}", readable(value)));
        let at = own.chain(swept).collect::<Vec<_>>().join(", ");
        rows.push((at, pair_cells(&pair.row, scale)));
    }
    // Beside each pair where there is room, else once above all that are of one place.
    let mut beside = Grid::new().without_head();
    let line = |at: &String, cells: &[String; 5]| [format!("  {at}")].into_iter().chain(cells.clone()).collect();
    rows.iter().for_each(|(at, cells)| beside.left_row(line(at, cells)));
    if printer.fits(&beside) {
        printer.grid(&beside)?;
    } else {
        let mut below = Grid::new().without_head();
        for (at, group) in groups::by(&rows, |(at, _)| at.clone()) {
            for (place, (_, cells)) in group.into_iter().enumerate() {
                headings.push(if place == 0 { format!("  {at}") } else { String::new() });
                let [pair, rest @ ..] = cells.clone();
                below.left_row([format!("    {pair}")].into_iter().chain(rest).collect());
            }
        }
        printer.grid_with_headings(&below, &headings)?;
    }
    printer.more(more, "pairs.csv")
}

/// Where a difference was measured: what is the same on both sides, by its name; the line has none.
fn pair_place(list: &List, pair: &Pair) -> Vec<(String, String)> {
    let [place, line] = pairs::columns(list);
    let value = |(field, cell): (&Field, &Cell)| match field.name.as_str() {
        "nodes" => ("n".to_owned(), cell.whole().map_or_else(String::new, count)),
        _ if field.series => (String::new(), places::text(field, cell)),
        _ => (short(field.key).to_owned(), places::text(field, cell)),
    };
    let (mut own, line) = (place.iter().zip(&pair.place).map(value).collect::<Vec<_>>(), line.iter().zip(&pair.series));
    // Behind size and graph, as points are named elsewhere.
    let behind = own.len().min(2);
    own.splice(behind..behind, line.map(value));
    own
}

fn pair_cells(pair: &PairRow, scale: f64) -> [String; 5] {
    let difference = pair.difference_mean.map_or_else(|| "-".to_owned(), |mean| format!("{:+.2}", scale * mean));
    let interval = pair.difference_ci_low.zip(pair.difference_ci_high);
    let interval =
        interval.map_or_else(String::new, |(low, high)| format!("[{:+.2}, {:+.2}]", scale * low, scale * high));
    let gain = match pair.variance_reduction {
        None => String::new(),
        Some(gain) if gain.is_infinite() => "the same in every replicate".to_owned(),
        Some(gain) => format!("variance ÷ {gain:.2}"),
    };
    let [first, second] = [&pair.first, &pair.second].map(|name| side(name));
    [format!("{first} - {second}"), difference, interval, gain, plural(pair.pairs, "pair")]
}

/// One side of a pair: `fanout 2` of `gossip.fanout = 2`.
fn side(name: &str) -> String {
    match name.split_once(" = ") {
        Some((key, value)) => format!("{} {value}", short(key)),
        None => name.to_owned(),
    }
}
