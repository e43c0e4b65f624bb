//! The configurations that no other beats in both time and load, and what meets the deadline at the least load.

use std::io;

use super::grid::Grid;
use super::page::{head, value};
use super::printer::{MOST_ROWS, Printer};
use super::text::{count, figure, percent};
use crate::output::frame::{Frame, Row};
use crate::output::front::{self, Front, MOST};
use crate::output::{groups, places, until};
use crate::scenario::Scenario;
use crate::settings::Deadline;

/// Prints both, where there is anything to choose.
pub(super) fn print(
    printer: &mut Printer<'_>,
    summary: &Frame,
    varying: &[String],
    scenario: &Scenario,
) -> io::Result<()> {
    // What goes in step with the sizes is named, and nobody's choice.
    let compared = places::varying(summary);
    if let Some(front) = front::front(&summary.rows().collect::<Vec<_>>(), &compared).filter(|front| front.sure) {
        print_front(printer, &front, (summary, &compared), (varying, scenario))?;
    }
    match scenario.deadline {
        Some(deadline) if summary.len() > 1 => print_cheapest(printer, summary, varying, deadline),
        _ => Ok(()),
    }
}

fn print_front(
    printer: &mut Printer<'_>,
    front: &Front<'_>,
    (summary, varied): (&Frame, &[String]),
    (varying, scenario): (&[String], &Scenario),
) -> io::Result<()> {
    let Front { quantile, compared, without, ref rows, .. } = *front;
    let quantile = format!("p{}", f64::from(quantile) / 10.0);
    let (kept, compared) = (count(rows.len() as u64), count(compared as u64));
    let given: Vec<String> = rows
        .first()
        .map_or_else(Vec::new, |(row, ..)| front::given(*row, varied).into_iter().map(|key| head(key)).collect());
    let equal = if given.is_empty() { String::new() } else { format!(" at equal {}", given.join(" and ")) };
    printer.title(&format!("not beaten in both time and load{equal}: {kept} of {compared} configurations"))?;
    let series = groups::by(summary.rows(), |row| row.series()).len() > 1;
    let strategy = |name: &str| series.then(|| name.to_owned());
    let mut grid = Grid::new().labels(varying.len() + usize::from(series));
    let heads = [format!("{quantile} (ms)"), "msg/s".to_owned(), "B/s".to_owned()];
    grid.row(strategy("strategy").into_iter().chain(varying.iter().map(|key| head(key))).chain(heads).collect());
    for (row, time, load) in rows.iter().take(MOST_ROWS) {
        let messages = row.real("messages_per_node_second_mean").map_or_else(|| "-".to_owned(), figure);
        let place = strategy(row.series()).into_iter().chain(varying.iter().map(|key| value(*row, key)));
        grid.row(place.chain([figure(*time), messages, figure(*load)]).collect());
    }
    printer.grid(&grid)?;
    printer.more(rows.len().saturating_sub(MOST_ROWS), "summary.csv")?;
    if without > 0 {
        let share = f64::from(1000 - front.quantile) / 10.0;
        printer.note(&format!(
            "(without {} in which {share} % of the runs or more did not converge)",
            super::text::plural(without as u64, "configuration")
        ))?;
    }
    if let Some(deadline) = scenario.deadline.filter(|deadline| deadline.permille != until::ALL) {
        printer.note(&format!("(time until {})", until::goal(deadline.permille, &scenario.goal())))?;
    }
    printer.note("(by these figures, of these runs: which of two that are close is better may be chance)")
}

/// For each environment the configuration that meets the deadline at the least load.
fn print_cheapest(
    printer: &mut Printer<'_>,
    summary: &Frame,
    varying: &[String],
    deadline: Deadline,
) -> io::Result<()> {
    let points: Vec<Row<'_>> = summary.rows().collect();
    let environments = front::cheapest_in_time(&points, varying);
    let most = percent(MOST);
    let share = format!(" ({} % of the nodes)", deadline.percent());
    let share = if deadline.permille == until::ALL { "" } else { &share };
    let within = format!("within {}{share}", deadline.time);
    let name = |row: Row<'_>, keys: &[&String]| {
        let keys: Vec<String> = keys.iter().map(|key| format!("{} {}", head(key), value(row, key))).collect();
        keys.join(", ")
    };
    let said = |row: Row<'_>| {
        let choices: Vec<&String> = varying.iter().filter(|key| places::is_of_gossip(row, key)).collect();
        let named = [row.series().to_owned(), name(row, &choices)];
        let named: Vec<String> = named.into_iter().filter(|part| !part.is_empty()).collect();
        let load = front::load(row).map_or_else(String::new, |load| format!(", {} B/s per node", figure(load)));
        let share = row.real("within_deadline").map_or_else(String::new, percent);
        format!("{}{load} ({share} within)", named.join(", "))
    };
    match &environments[..] {
        [one] => match one.cheapest {
            None => {
                let best = percent(one.best);
                printer.title(&format!("no configuration has {most} of its runs {within}: the best has {best}"))
            }
            Some(row) => {
                printer.title(&format!("least load of those with {most} of their runs {within}: {}", said(row)))
            }
        },
        // Where there is nothing to choose between, the table of times says it all.
        some if some.iter().all(|one| one.compared == 1) => Ok(()),
        some => {
            let given = front::given(points[0], varying);
            let keys: Vec<String> = given.iter().map(|key| head(key)).collect();
            printer.title(&format!(
                "least load of those with {most} of their runs {within}, for each {}",
                keys.join(" and ")
            ))?;
            for one in some.iter().take(MOST_ROWS) {
                let best = || format!("none: the best has {}", percent(one.best));
                let answer = one.cheapest.map_or_else(best, said);
                printer.note(&format!("{}: {answer}", name(one.first, &given)))?;
            }
            printer.more(some.len().saturating_sub(MOST_ROWS), "summary.csv")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::testing::{read_text, simulated};

    fn printed(top: &str, sweep: &str, width: usize) -> String {
        let text = format!(
            "replicates = 80\n{top}\n[network]\nnodes = 16\nlatency = {{ kind = \"constant\", value = \"20ms\" }}\n[gossip]\n\
             strategy = \"push\"\nphase = \"random\"\n[sweep]\n{sweep}"
        );
        let scenario = read_text(&text);
        let tables = simulated(&scenario);
        let varying = places::varying(&tables.summary);
        let mut out = Vec::new();
        print(&mut Printer::of_width(&mut out, width), &tables.summary, &varying, &scenario).unwrap();
        String::from_utf8(out).unwrap()
    }

    const INTERVALS: &str = "\"gossip.interval\" = [\"50ms\", \"100ms\", \"400ms\"]\n";

    #[test]
    fn a_shorter_interval_is_faster_and_costs_more_so_none_is_beaten() {
        let text = printed("", INTERVALS, 80);
        assert!(text.starts_with("\nnot beaten in both time and load: 3 of 3 configurations\n"), "{text}");
        let head = text.lines().nth(2).unwrap();
        assert_eq!(head.split_whitespace().collect::<Vec<_>>(), ["interval", "p95", "(ms)", "msg/s", "B/s"]);
        let first = |line: usize| text.lines().nth(line).unwrap().trim_start().split("  ").next().unwrap().to_owned();
        assert_eq!([3, 4, 5].map(first), ["50 ms", "100 ms", "400 ms"]);
        assert!(printed("", INTERVALS, 40).lines().all(|line| line.chars().count() <= 40));
        assert_eq!(printed("", "\"network.nodes\" = [16, 32]\n", 80), "", "a size is no choice");
    }

    #[test]
    fn a_deadline_is_answered() {
        let met = printed("deadline = \"20s\"", INTERVALS, 120);
        assert!(
            met.contains("\nleast load of those with 99.0 % of their runs within 20s: push, interval 400 ms, "),
            "{met}"
        );
        let missed = printed("deadline = \"1ms\"", INTERVALS, 120);
        assert!(missed.contains("no configuration has 99.0 % of its runs within 1ms: the best has 0 %"), "{missed}");
    }

    #[test]
    fn each_environment_has_an_answer_of_its_own() {
        let sweep = format!("\"network.loss\" = [0, 0.9]\n{INTERVALS}");
        let text = printed("deadline = { time = \"1500ms\", coverage = \"99.9%\" }", &sweep, 120);
        assert!(text.contains("not beaten in both time and load at equal loss: "), "{text}");
        assert!(text.contains("  (time until 99.9 % of the nodes know)\n"), "{text}");
        let of = |start: &str| text.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
        let title = "least load of those with 99.0 % of their runs within 1500ms (99.9 % of the nodes), for each loss";
        assert!(text.contains(title), "{text}");
        assert!(of("  loss 0: ").contains("push, interval 100 ms, "), "{text}");
        assert!(of("  loss 0.9: ").contains("none: the best has "), "{text}");
    }
}
