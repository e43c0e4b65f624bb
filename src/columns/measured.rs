//! The columns of workloads that say themselves what is measured of them: the common ones, then their own.

use std::sync::LazyLock;

use super::{Cell, Column, Columns, Figure, Published, Run, Sampled, bandwidth, common, rumor};
use crate::observe::RoundSample;
use crate::workload::{Measures, WorkloadSpec};

/// The columns of the workloads there are, in the order of their list, that all their tables have.
static USUAL: LazyLock<Vec<&'static Columns<Run, RoundSample>>> = LazyLock::new(|| {
    let of = |&(name, measures): &(&'static str, fn() -> Measures)| match name {
        // It came first, and its columns stand in an order of their own.
        "rumor" => &rumor::COLUMNS,
        name => &*Box::leak(Box::new(put_together(name, measures()))),
    };
    WorkloadSpec::MEASURES.iter().map(of).collect()
});

/// The same, with those columns behind them that stand only in some tables: of the rumor those of hops, where nodes forward at
/// once, and then those of what the network does besides losing and delaying messages.
static UNLIMITED: LazyLock<Vec<&'static Columns<Run, RoundSample>>> = LazyLock::new(|| {
    let whole = |list: &&'static Columns<Run, RoundSample>| {
        let list = if list.workload == "rumor" { &*rumor::FORWARDED } else { *list };
        let runs = Vec::leak([list.runs, &common::MISHAPS].concat());
        &*Box::leak(Box::new(Columns { runs, ..*list }))
    };
    USUAL.iter().map(whole).collect()
});

/// The same, with those of bandwidth behind them: all columns there are. Tables are told apart by where they end.
pub static WORKLOADS: LazyLock<Vec<&'static Columns<Run, RoundSample>>> =
    LazyLock::new(|| UNLIMITED.iter().map(|list| &*Box::leak(Box::new(with_bandwidth(list)))).collect());

/// All columns that tables of the workload with this name can have.
pub fn of(workload: &str) -> &'static Columns<Run, RoundSample> {
    named(&WORKLOADS, workload)
}

/// The same without those of bandwidth.
pub fn without_bandwidth(workload: &str) -> &'static Columns<Run, RoundSample> {
    named(&UNLIMITED, workload)
}

/// Those that all its tables have.
pub fn usual(workload: &str) -> &'static Columns<Run, RoundSample> {
    named(&USUAL, workload)
}

fn named(lists: &[&'static Columns<Run, RoundSample>], workload: &str) -> &'static Columns<Run, RoundSample> {
    let list = lists.iter().find(|list| list.workload == workload);
    list.copied().unwrap_or(&rumor::COLUMNS)
}

fn with_bandwidth(list: &Columns<Run, RoundSample>) -> Columns<Run, RoundSample> {
    Columns {
        runs: Vec::leak([list.runs, &bandwidth::RUNS].concat()),
        curve: Vec::leak(list.curve.iter().chain(&bandwidth::CURVE).cloned().collect()),
        ..*list
    }
}

/// The columns that all of them have; those of rounds and time are until `goal` has come about.
fn common_to_all(goal: &str) -> [Column<Run>; 12] {
    let until = |column: Column<Run>, what: &str| {
        let doc = format!("{what} until {goal}; empty unless converged.");
        Column { doc: String::leak(doc), ..column }.nonnegative()
    };
    [
        common::REPLICATE,
        common::SEED,
        common::OUTCOME,
        until(common::ROUNDS, "Rounds"),
        until(common::TIME, "Time"),
        common::LIVE,
        common::MESSAGES,
        common::BYTES,
        common::LOST,
        common::CUT,
        common::DROPPED,
        common::EVENTS,
    ]
}

/// What has come about when a run of a workload has converged, as it stands after "until".
fn goal(workload: &str) -> &'static str {
    let found = WorkloadSpec::GOALS.iter().find(|(name, _)| *name == workload);
    found.map_or("the run has converged", |(_, goal)| goal)
}

fn put_together(workload: &'static str, measures: Measures) -> Columns<Run, RoundSample> {
    let common = common_to_all(goal(workload));
    let own = measures.runs.iter().zip(MEASURED).map(|(column, of)| column.filled(of));
    let figure = |(figure, of): (&Figure<_>, _)| {
        let Figure { name, unit, doc, statistics, optional, .. } = *figure;
        Figure { name, unit, doc, of, statistics, optional }
    };
    let curve: Vec<Figure<RoundSample>> =
        measures.curve.iter().zip(SAMPLED).map(figure).chain([common::MESSAGES_BY_ROUND]).collect();
    Columns {
        workload,
        point: common::OF_POINTS,
        runs: Vec::leak(common.into_iter().chain(own).chain(common::LOADS).collect()),
        curve: Vec::leak(curve),
        summary: &[],
        published: Published::default(),
    }
}

/// What was measured, by the number of the column.
const MEASURED: [fn(&Run) -> Cell; 36] = [
    measured::<0>,
    measured::<1>,
    measured::<2>,
    measured::<3>,
    measured::<4>,
    measured::<5>,
    measured::<6>,
    measured::<7>,
    measured::<8>,
    measured::<9>,
    measured::<10>,
    measured::<11>,
    measured::<12>,
    measured::<13>,
    measured::<14>,
    measured::<15>,
    measured::<16>,
    measured::<17>,
    measured::<18>,
    measured::<19>,
    measured::<20>,
    measured::<21>,
    measured::<22>,
    measured::<23>,
    measured::<24>,
    measured::<25>,
    measured::<26>,
    measured::<27>,
    measured::<28>,
    measured::<29>,
    measured::<30>,
    measured::<31>,
    measured::<32>,
    measured::<33>,
    measured::<34>,
    measured::<35>,
];

fn measured<const NUMBER: usize>(run: &Run) -> Cell {
    run.record.measured.get(NUMBER).cloned().unwrap_or_default()
}

/// What was sampled at the end of a round, by the number of the figure.
const SAMPLED: [fn(&Sampled<RoundSample>) -> f64; 3] =
    [|run| run.now.figures[0], |run| run.now.figures[1], |run| run.now.figures[2]];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_has_room_for_its_columns_and_names_each_once() {
        for (name, measures) in WorkloadSpec::MEASURES {
            let measures = measures();
            assert!(measures.runs.len() <= MEASURED.len() && measures.curve.len() <= SAMPLED.len(), "{name}");
            let list = of(name);
            assert_eq!(list.workload, *name);
            assert_ne!(goal(name), "the run has converged", "{name} has a goal");
            let mut names: Vec<String> = list.run_fields().into_iter().map(|field| field.name).collect();
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count, "{name}");
        }
    }

    #[test]
    fn rounds_and_time_are_until_what_the_workload_is_for() {
        let said = |workload: &str, name: &str| {
            let fields = of(workload).run_fields();
            fields.into_iter().find(|field| field.name == name).unwrap().doc
        };
        assert_eq!(said("average", "rounds"), "Rounds until every node is close to the truth; empty unless converged.");
        assert_eq!(said("counter", "time_ms"), "Time until all live nodes show the same; empty unless converged.");
        assert!(said("rumor", "rounds").contains("learned the update"));
    }
}
