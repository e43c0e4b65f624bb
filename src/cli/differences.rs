//! The paired differences of `compare`: of rounds, and of what else the workload is simulated for.

use std::io::{self, Write};

use super::table::unconverged;
use super::text::{Grid, count, plural};
use crate::columns::{Cell, Field, Printed, common};
use crate::output::label::{readable, short};
use crate::output::pairs::{self, Pair, PairRow};
use crate::output::tables::{List, Tables};
use crate::output::{groups, places};

/// Prints the paired differences between points that differ in one key.
///
/// # Errors
/// What the system says about writing.
pub(super) fn print(out: &mut impl Write, list: &List, pairs: &[Pair], tables: &Tables) -> io::Result<()> {
    let places: Vec<Vec<(String, String)>> = pairs.iter().map(|pair| pair_place(list, pair)).collect();
    let missed = tables.summary.rows().any(|row| unconverged(row) > 0);
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
            writeln!(out, "\nno difference in {name} in any pair")?;
            continue;
        }
        print_column(out, &group, &places, (&name, scale))?;
        if missed && column.is_none_or(|column| column == common::ROUNDS.name) {
            writeln!(out, "  (over replicates that converged on both sides; the others are in no difference)")?;
        }
    }
    Ok(())
}

/// Prints the differences in what is called `name`, in the unit of which `scale` make one.
fn print_column(
    out: &mut impl Write,
    pairs: &[(&Pair, &Vec<(String, String)>)],
    places: &[Vec<(String, String)>],
    (name, scale): (&str, f64),
) -> io::Result<()> {
    let title = "on common random numbers: mean [95 % CI], variance against independent runs";
    writeln!(out, "\npaired differences in {name}, {title}")?;
    let mut grid = Grid::new();
    let varies = |number: usize| places.iter().any(|place| place[number].1 != places[0][number].1);
    for (pair, place) in pairs {
        let shown = place.iter().enumerate().filter(|(number, (name, _))| name == "n" || varies(*number));
        let own = shown.filter(|(_, (_, value))| !value.is_empty());
        let own = own.map(|(_, (name, value))| format!("{name} {value}").trim().to_owned());
        let swept = pair.swept.iter().filter(|(_, value)| !value.is_empty());
        let swept = swept.map(|(path, value)| format!("{path} {}", readable(value)));
        let at = own.chain(swept).collect::<Vec<_>>().join(", ");
        grid.left_row([format!("  {at}")].into_iter().chain(pair_cells(&pair.row, scale)).collect());
    }
    write!(out, "{grid}")
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
        Some(gain) if gain.is_infinite() => "variance ÷ ∞".to_owned(),
        Some(gain) => format!("variance ÷ {gain:.2}"),
    };
    [format!("{} - {}", pair.first, pair.second), difference, interval, gain, plural(pair.pairs, "pair")]
}
