//! What a workload is simulated for, in figures: the means of the columns that ask to be printed, a line for each point.

use std::io;

use super::grid::Grid;
use super::page;
use super::printer::{MOST_ROWS, Printer};
use super::text::{figure, percent};
use crate::columns::Printed;
use crate::output::frame::Row;
use crate::output::groups;
use crate::output::tables::{List, Tables};

/// Prints them; nothing where no column of `list` asks for it. `varying` is what differs between points, and `settings`
/// what the workload does at all of them.
///
/// # Errors
/// What the system says about writing.
pub(super) fn print(
    printer: &mut Printer<'_>,
    list: &List,
    tables: &Tables,
    varying: &[String],
    settings: &str,
) -> io::Result<()> {
    let columns = list.printed();
    if columns.is_empty() {
        return Ok(());
    }
    let settings = if settings.is_empty() { String::new() } else { format!(" ({settings})") };
    printer.title(&format!("means over the runs of each configuration{settings}"))?;
    let series = groups::by(tables.summary.rows(), |row| row.series()).len() > 1 || varying.is_empty();
    let strategy = |name: &str| series.then(|| name.to_owned());
    let mut grid = Grid::new().labels(varying.len() + usize::from(series));
    let heads = columns.iter().map(|(_, printed)| head(*printed).to_owned());
    grid.row(strategy("strategy").into_iter().chain(varying.iter().map(|key| page::head(key))).chain(heads).collect());
    for row in tables.summary.rows().take(MOST_ROWS) {
        let place = strategy(row.series()).into_iter().chain(varying.iter().map(|key| page::value(row, key)));
        let means = columns.iter().map(|(one, printed)| cell(row.real(&one.field.name), *printed));
        grid.row(place.chain(means).collect());
    }
    printer.grid(&grid)?;
    printer.more(tables.summary.len().saturating_sub(MOST_ROWS), "summary.csv")?;
    let failed = |row: Row<'_>| row.count("converged") < row.count("runs");
    let lucky = columns.iter().filter(|(one, _)| one.of_converged).map(|(_, printed)| head(*printed));
    let lucky: Vec<&str> = lucky.filter(|_| tables.summary.rows().any(failed)).collect();
    if lucky.is_empty() {
        Ok(())
    } else {
        printer.note(&format!("({}: over the runs that converged)", lucky.join(", ")))
    }
}

fn head(printed: Printed) -> &'static str {
    match printed {
        Printed::No => "",
        Printed::Number(head) | Printed::Share(head) => head,
    }
}

fn cell(mean: Option<f64>, printed: Printed) -> String {
    match mean.filter(|mean| mean.is_finite()) {
        None => "-".to_owned(),
        Some(mean) if matches!(printed, Printed::Share(_)) => percent(mean),
        Some(mean) => figure(mean),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Cell;
    use crate::output::{places, run_tables, testing};

    fn printed(workload: &str) -> String {
        let text = format!("[network]\nnodes = 8\n[gossip]\nstrategy = \"push-pull\"\nphase = \"random\"\n{workload}");
        let scenario = testing::read_text(&text);
        let list = run_tables::list(&scenario);
        let mut tables = testing::tables_of(list, &scenario, testing::all_runs(&scenario));
        if tables.summary.has("value_mean") {
            tables.summary.set(0, "value_mean", Cell::Empty);
            tables.summary.set(0, "converged", 0_u64);
        }
        let mut out = Vec::new();
        print(&mut Printer::of_width(&mut out, 80), list, &tables, &places_of(&tables), "every 2s").unwrap();
        String::from_utf8(out).unwrap()
    }

    fn places_of(tables: &Tables) -> Vec<String> {
        places::varying(&tables.summary)
    }

    #[test]
    fn a_workload_prints_what_it_is_for_and_the_rumor_nothing_more() {
        let average = printed("[workload]\nkind = \"average\"\n[sweep]\n\"network.loss\" = [0, 0.1]\n");
        let heads = average.lines().nth(2).unwrap().split("  ").filter(|head| !head.is_empty());
        assert_eq!(heads.map(str::trim).collect::<Vec<_>>(), ["loss", "greatest error", "sum kept", "weight kept"]);
        assert!(average.matches("100.0 %").count() >= 2, "nothing is lost at loss 0: {average}");
        assert_eq!(printed(""), "");
        let sizes = printed("[workload]\nkind = \"average\"\n[sweep]\n\"network.nodes\" = [8, 16]\n");
        assert!(sizes.lines().nth(2).unwrap().trim_start().starts_with("n  greatest error"), "{sizes}");
    }

    #[test]
    fn what_is_of_the_converged_runs_says_so_where_others_are_missing() {
        let counter = printed("[workload]\nkind = \"counter\"\nduring = \"3s\"\n");
        assert!(counter.starts_with("\nmeans over the runs of each configuration (every 2s)\n"), "{counter}");
        assert!(counter.contains("value shown  agreement (ms)  bytes/increment\n"), "{counter}");
        assert!(counter.ends_with("  (value shown, agreement (ms): over the runs that converged)\n"), "{counter}");
        assert!(counter.lines().all(|line| line.chars().count() <= 80) && counter.contains("  -  "), "{counter}");
    }
}
