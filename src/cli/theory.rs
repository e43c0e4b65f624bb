//! `theory`: what published laws and exact distributions say of every point. Runs nothing.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::args::Changes;
use super::error::Error;
use super::format::{self, Format};
use super::grid::Grid;
use super::printer::Printer;
use super::run;
use super::signals::Signals;
use super::text::{self, figure, plural};
use crate::columns::Field;
use crate::output::exact_columns::ExactLaws;
use crate::output::frame::object;
use crate::output::label::{readable, short};
use crate::output::theory_folder::{self, LawRow};
use crate::output::{caption, run_tables, tables};
use crate::printable;
use crate::scenario::{Point, Scenario};

/// So many configurations are printed.
const MOST_POINTS: usize = 40;

/// What was asked for.
pub(crate) struct Options {
    pub(crate) folder: Option<PathBuf>,
    pub(crate) force: bool,
    pub(crate) format: Format,
}

/// `gossipsim theory`
pub(crate) fn theory(
    out: &mut impl Write,
    file: &Path,
    changes: &Changes,
    options: Options,
    signals: &Signals,
) -> Result<(), Error> {
    let Options { folder, force, format } = options;
    for scenario in run::read_all(&[file.to_owned()], &changes.overrides(force))? {
        let folder = folder.clone().map_or_else(|| run::folder_of(&scenario, Path::new("output"), "_theory"), Ok)?;
        // First: what is refused is refused before any work.
        let claim = theory_folder::claim(&scenario, signals.folders(), &folder, force)?;
        claim.notes().iter().for_each(|note| run::print(false, note));
        let exacts = ExactLaws::all(&scenario);
        let failed = |error: io::Error| Error::Results { folder: folder.clone(), error: error.into() };
        theory_folder::write(claim, &scenario, &exacts, changes.written()).map_err(failed)?;
        let printed = match format {
            Format::Json => text::json(out, &as_json(&scenario, &exacts, &folder)),
            Format::Csv => print_csv(out, &scenario, &exacts),
            Format::Table | Format::Markdown => print(&mut Printer::new(out, format), &scenario, &exacts, &folder),
        };
        printed.map_err(Error::Stdout)?;
    }
    Ok(())
}

fn print(printer: &mut Printer<'_>, scenario: &Scenario, exacts: &ExactLaws, folder: &Path) -> io::Result<()> {
    let points = plural(scenario.points.len() as u64, "configuration");
    printer.line(&format!("{}: rounds until {}, by theory; {points}", scenario.name, scenario.goal()))?;
    printer.line(&caption::shared(scenario))?;
    let shown = scenario.points.iter().take(MOST_POINTS);
    let rows: Vec<(String, Vec<Vec<String>>)> =
        shown.map(|point| (heading(scenario, &point), cells(&point, exacts))).collect();
    // One grid for all points, so that their columns are aligned.
    let (mut grid, mut headings) = (Grid::new().without_head().with_tail(2), Vec::new());
    for (heading, cells) in &rows {
        for (number, cells) in cells.iter().enumerate() {
            headings.push(if number == 0 { format!("\n{heading}") } else { String::new() });
            let mut cells = cells.clone();
            cells[0] = format!("  {}", cells[0]);
            grid.left_row(cells);
        }
    }
    printer.grid_with_headings(&grid, &headings)?;
    let more = scenario.points.len().saturating_sub(MOST_POINTS);
    if more > 0 {
        printer.title(&format!("\u{2026} and {}: see theory.csv", plural(more as u64, "more configuration")))?;
    }
    let said = rows.iter().flat_map(|(_, cells)| cells).flatten();
    if let Some(legend) = legend(said) {
        printer.title(&legend)?;
    }
    printer.title(&format!("wrote {} (2 CSV)", printable::path(folder)))
}

/// The table `theory.csv`.
fn print_csv(out: &mut impl Write, scenario: &Scenario, exacts: &ExactLaws) -> io::Result<()> {
    let list = run_tables::list(scenario);
    let header = theory_folder::layout(list).header(&run_tables::keys(list, scenario));
    let rows = scenario.points.iter().flat_map(|point| {
        let place = run_tables::place(list, &point);
        let row = |law: &LawRow| [&place[..], &run_tables::cells(LawRow::COLUMNS, law)].concat();
        theory_folder::rows(&point, exacts).iter().map(row).collect::<Vec<_>>()
    });
    format::csv(out, &header, rows)
}

/// The symbols of laws that are the same in all of them.
const SYMBOLS: [(&str, &str); 6] = [
    ("n", "nodes"),
    ("k", "fanout"),
    ("p", "the probability that a leg arrives"),
    ("a", "that a contact opened by who knows ends with both knowing"),
    ("b", "the same if opened by the other"),
    ("s", "the share of nodes that never learn"),
];

/// What the symbols in `texts` mean, in a line.
fn legend<'a>(texts: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut used = [false; SYMBOLS.len()];
    for text in texts {
        for (used, (symbol, _)) in used.iter_mut().zip(SYMBOLS) {
            *used = *used || has(text, symbol);
        }
    }
    let meant = SYMBOLS.iter().zip(used).filter(|(_, used)| *used).map(|((symbol, is), _)| format!("{symbol}: {is}"));
    let meant: Vec<String> = meant.collect();
    (!meant.is_empty()).then(|| meant.join("; "))
}

/// Whether a symbol stands in a formula: `k` in `log_{1+kp} n`, but not in `gossip.spread.k`, and `a` beside a sign, since
/// it is a word as well.
fn has(text: &str, symbol: &str) -> bool {
    if ["a", "b"].contains(&symbol) {
        let forms = [format!("({symbol}+"), format!("+{symbol})"), format!("(1-{symbol})")];
        return forms.iter().any(|form| text.contains(form));
    }
    let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric() && !letter.is_alphabetic() && letter != '.');
    let letters = parts.map(|part| part.trim_start_matches(|digit: char| digit.is_ascii_digit()));
    letters.filter(|letters| [symbol, "kp"].contains(letters)).any(|letters| letters.contains(symbol))
}

/// A point by its number and its swept values.
fn heading(scenario: &Scenario, point: &Point) -> String {
    let values = point.swept().into_iter().map(|(path, value)| {
        let value = readable(&value).replace(char::is_control, " ");
        format!("{} {}", short(&path), value.trim_matches('"'))
    });
    let text = values.collect::<Vec<_>>().join(", ");
    if scenario.points.len() == 1 && text.is_empty() {
        "the configuration".to_owned()
    } else {
        format!("configuration {}: {text}", point.index)
    }
}

/// The lines of a point: kind, rounds, law, source.
fn cells(point: &Point, exacts: &ExactLaws) -> Vec<Vec<String>> {
    let line = |row: &LawRow| {
        let law = match (row.sd, row.p50, row.p95, row.p99) {
            (Some(sd), Some(p50), Some(p95), Some(p99)) => {
                format!("sd {}, p50 {p50}, p95 {p95}, p99 {p99}", figure(sd))
            }
            _ => row.law.clone(),
        };
        let source = if row.kind == "exact" { &row.law } else { row.source };
        vec![row.kind.to_owned(), rounds(row), law, source.to_owned()]
    };
    let mut cells: Vec<Vec<String>> = Vec::new();
    if let Err(gap) = exacts.attempt(point) {
        cells.push(vec!["exact".into(), "-".into(), format!("no exact law: {gap}")]);
    }
    cells.extend(theory_folder::rows(point, exacts).iter().map(line));
    cells
}

/// What a row says of the rounds; what it leaves a term of open has a `~`.
fn rounds(row: &LawRow) -> String {
    match (row.rounds_low, row.rounds, row.rounds_high) {
        (_, Some(mean), _) if row.open => format!("~{}", figure(mean)),
        (_, Some(mean), _) => figure(mean),
        (Some(low), _, Some(high)) => format!("{} to {}", figure(low), figure(high)),
        (Some(low), ..) => format!(">= {}", figure(low)),
        _ => "-".to_owned(),
    }
}

fn as_json(scenario: &Scenario, exacts: &ExactLaws, folder: &Path) -> Value {
    let columns = Field::all(LawRow::COLUMNS);
    let law = |row: &LawRow| object(&columns, &run_tables::cells(LawRow::COLUMNS, row));
    let list = run_tables::list(scenario);
    let keys = run_tables::keys(list, scenario);
    let header: Vec<Field> = tables::of_points(list, Vec::new(), 0).header(&keys);
    let point = |point: Point| {
        let mut json = object(&header, &run_tables::place(list, &point));
        let (exact, laws): (Vec<LawRow>, Vec<LawRow>) =
            theory_folder::rows(&point, exacts).into_iter().partition(|row| row.kind == "exact");
        json["exact"] = exact.first().map_or(Value::Null, law);
        if let Err(gap) = exacts.attempt(&point) {
            json["no_exact"] = gap.to_string().into();
        }
        json["laws"] = laws.iter().map(law).collect();
        json
    };
    json!({
        "scenario": scenario.name,
        "hash": scenario.hash(),
        // A path need not be UTF-8, JSON must.
        "folder": folder.display().to_string(),
        "points": scenario.points.iter().map(point).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory;

    #[test]
    fn symbols_are_those_of_the_formulas_and_no_words() {
        let of = |name: &str| {
            let text = theory::table().find(|rule| rule.name == name).map(|rule| rule.text.to_owned());
            SYMBOLS.map(|(symbol, _)| symbol).into_iter().filter(|symbol| has(text.as_ref().unwrap(), symbol)).collect()
        };
        for (name, symbols) in [
            ("push", "n"),
            ("push-fanout", "nkp"),
            ("pulls-fanout", "nkab"),
            ("pulls-lossy", "nkab"),
            ("two-nodes", "ab"),
            ("k-a-sender", "nk"),
            ("duality", ""),
            ("tail-of-push", ""),
            ("coin-residue", "s"),
            ("middle-between", "n"),
        ] {
            let found: String = of(name);
            assert_eq!(found, symbols, "{name}");
        }
    }
}
