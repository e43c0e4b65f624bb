//! From records to tables: what `runs.csv`, `curve.csv`, `summary.csv` and `coverage.csv` say of the runs of a scenario.

use std::cell::OnceCell;
use std::sync::Arc;

use super::bandwidth::Passed;
use super::by_region::ByRegion;
use super::by_update::ByUpdate;
use super::coverage;
use super::curve::Curves;
use super::exact_columns::ExactLaws;
use super::frame::{Frame, Swept};
use super::links::Traffic;
use super::notes::Notes;
use super::summary;
use super::tables::{self, List, Tables};
use crate::columns::{
    self, Cell, Column, CurveField, Run, SummaryField, bandwidth, coverage as coverage_columns, updates,
};
use crate::experiment::Record;
use crate::memory::{Meter, Shortage};
use crate::observe::RoundSample;
use crate::scenario::{Point, Scenario};

/// The columns that the tables of a scenario have: those of its workload, without those of what happens in none of its runs.
pub fn list(scenario: &Scenario) -> &'static List {
    let workload = scenario.points.first().map_or("rumor", |point| point.settings.workload.name());
    let mishaps = |point: Point| point.settings.duplicates() || point.settings.corrupts();
    let forwards = |point: Point| point.settings.gossip.forwards_at_once();
    if scenario.points.iter().any(|point| point.settings.network.is_shaped()) {
        columns::of(workload)
    } else if scenario.points.iter().any(mishaps) {
        columns::without_bandwidth(workload)
    } else if workload == "rumor" && scenario.points.iter().any(forwards) {
        &columns::rumor::FORWARDED
    } else {
        columns::usual(workload)
    }
}

/// Whether there is anything to say of regions.
pub fn by_region(list: &List, scenario: &Scenario) -> bool {
    coverage_columns::applies(list) && scenario.points.iter().any(|point| point.settings.regions().is_some())
}

/// The swept keys and values of a point that need a column: those that no other column shows as they are written.
pub fn swept(list: &List, point: &Point) -> Swept {
    let shown = |path: &str| list.point.iter().any(|column| column.key == path);
    point.swept().into_iter().filter(|(path, _)| !shown(path) || point.needs_column(path)).collect()
}

/// The swept keys of a scenario that need a column.
pub fn keys(list: &List, scenario: &Scenario) -> Vec<String> {
    scenario.points.first().iter().flat_map(|point| swept(list, point)).map(|(path, _)| path).collect()
}

/// The values of a row made of `from`.
pub fn cells<R>(columns: &[Column<R>], from: &R) -> Vec<Cell> {
    columns.iter().map(|column| (column.of)(from)).collect()
}

/// The values of the columns that identify `point`, and those of its swept keys.
pub fn place(list: &List, point: &Point) -> Vec<Cell> {
    let keys = swept(list, point).into_iter().map(|(_, value)| value.into());
    cells(list.point, point).into_iter().chain(keys).collect()
}

/// The longest curve of a configuration that has not all its runs.
const MOST_ROUNDS_OF_PART: usize = 10_000;

/// The tables of a scenario under way, run by run.
pub struct RunTables {
    list: &'static List,
    scenario: Scenario,
    name: Arc<str>,
    curve_fields: Vec<CurveField>,
    summary_fields: Vec<SummaryField>,
    /// What is tabulated so far.
    pub tables: Tables,
    /// Rows of `coverage.csv` that nobody has taken yet.
    pub coverage: Vec<Vec<Cell>>,
    /// Rows of `bandwidth.csv` that nobody has taken yet.
    pub bandwidth: Vec<Vec<Cell>>,
    /// What to say of the points so far.
    pub notes: Vec<String>,
    /// The point under way.
    under_way: Option<UnderWay>,
    /// What its curves take.
    meter: Meter,
    /// The exact laws of all points, worked out when the first is asked for.
    exacts: OnceCell<ExactLaws>,
}

/// A point and its runs so far.
struct UnderWay {
    point: Arc<Point>,
    /// The values that its runs have in the columns of the point.
    place: Vec<Cell>,
    /// Those of swept keys.
    keys: Vec<Cell>,
    /// The number of the row of its first run.
    first: usize,
    curves: Curves<RoundSample>,
    notes: Notes,
    traffic: Traffic,
    by_region: ByRegion,
    by_update: ByUpdate,
    passed: Passed,
}

impl UnderWay {
    fn begin(list: &'static List, point: Point, first: usize) -> Self {
        let keys = swept(list, &point).into_iter().filter(|(path, _)| has_no_run_column(list, path));
        UnderWay {
            place: cells(list.point, &point),
            keys: keys.map(|(_, value)| value.into()).collect(),
            first,
            curves: Curves::new(list.curve),
            notes: Notes::of(&point),
            traffic: Traffic::default(),
            by_region: ByRegion::default(),
            by_update: ByUpdate::default(),
            passed: Passed::default(),
            point: Arc::new(point),
        }
    }
}

/// Whether no column of a run bears the name of this swept key: `seed` has one.
fn has_no_run_column(list: &List, path: &str) -> bool {
    list.runs.iter().all(|column| column.name != path)
}

impl RunTables {
    /// The tables of `scenario` with the columns of `list`, without a row.
    pub fn new(list: &'static List, scenario: &Scenario) -> Self {
        let keys = keys(list, scenario);
        let run_keys: Vec<String> = keys.iter().filter(|path| has_no_run_column(list, path)).cloned().collect();
        let tables = Tables {
            runs: Frame::new(tables::runs(list).header(&run_keys)),
            curve: Frame::new(tables::curve(list).header(&[])),
            summary: Frame::new(tables::summary(list).header(&keys)),
            by_region: if by_region(list, scenario) {
                Frame::new(tables::coverage_by_region(list).header(&keys))
            } else {
                Frame::default()
            },
            by_update: if updates::applies(list.workload) {
                Frame::new(tables::by_update(list).header(&keys))
            } else {
                Frame::default()
            },
            ..Tables::default()
        };
        RunTables {
            list,
            scenario: scenario.clone(),
            name: scenario.name.as_str().into(),
            curve_fields: list.curve_fields(),
            summary_fields: list.summary_fields(),
            tables,
            coverage: Vec::new(),
            bandwidth: Vec::new(),
            notes: Vec::new(),
            under_way: None,
            meter: Meter::default(),
            exacts: OnceCell::new(),
        }
    }

    /// Adds the next record, in the order of points and replicates.
    ///
    /// # Errors
    /// There is not enough memory for many more.
    pub fn add(&mut self, mut record: Record) -> Result<(), Shortage> {
        if self.under_way.as_ref().is_some_and(|one| one.point.index != record.point) {
            self.close_point()?;
        }
        // Records are of the scenario's own points.
        let first = self.tables.runs.len();
        let begin = || UnderWay::begin(self.list, self.scenario.point(record.point as usize), first);
        let one = self.under_way.get_or_insert_with(begin);
        one.traffic.add(&mut record);
        one.passed.add(&one.point, &record);
        let kept = one.by_region.add(&mut record) + one.by_update.add(&mut record);
        one.notes.add(&one.point, &record);
        let taken = one.curves.add(&record.curve, one.point.settings.all_nodes());
        let run = Run { scenario: Arc::clone(&self.name), point: Arc::clone(&one.point), record };
        let (place, keys) = (one.place.iter().cloned(), one.keys.iter().cloned());
        let scenario = Cell::Word(Arc::clone(&self.name));
        let own = self.list.runs.iter().map(|column| (column.of)(&run));
        let row = [scenario].into_iter().chain(place).chain(own).chain(keys).collect();
        self.meter.count(taken + kept)?;
        self.tables.runs.push(row)
    }

    /// Tabulates what there is to say of the runs of the point under way, if any.
    ///
    /// # Errors
    /// There is not enough memory.
    pub fn close_point(&mut self) -> Result<(), Shortage> {
        self.close(true)
    }

    /// The same, where runs of that point are missing, and time is short: nothing is said of how well its mean is known,
    /// and exact laws are only those that are worked out already.
    ///
    /// # Errors
    /// There is not enough memory.
    pub fn close_part(&mut self) -> Result<(), Shortage> {
        self.close(false)
    }

    fn close(&mut self, whole: bool) -> Result<(), Shortage> {
        let Some(one) = self.under_way.take() else { return Ok(()) };
        let point = &one.point;
        for row in one.traffic.rows(point) {
            crate::memory::push(&mut self.tables.links, row)?;
        }
        let rounds = one.curves.len();
        // Whoever ends the process in the middle of a configuration does not wait for a million rows.
        let too_long = !whole && rounds > MOST_ROUNDS_OF_PART;
        if too_long {
            self.notes.push(format!("configuration {}: its {rounds} rounds are not in curve.csv", point.index));
        }
        for round in 0..if too_long { 0 } else { rounds } {
            let place = self.list.point.iter().zip(&one.place);
            let place = place.filter(|(column, _)| self.tables.curve.has(column.name)).map(|(_, cell)| cell.clone());
            let figures = one.curves.row(round, &self.curve_fields);
            self.tables.curve.push(place.chain([(round as u64).into()]).chain(figures).collect())?;
        }
        let (runs, of_runs) = (&self.tables.runs, one.first..self.tables.runs.len());
        let of_point = place(self.list, point);
        let beside = |row: Vec<Cell>| of_point.iter().cloned().chain(row).collect();
        for row in one.by_region.rows(point) {
            self.tables.by_region.push(beside(row))?;
        }
        for row in one.by_update.rows() {
            self.tables.by_update.push(beside(cells(updates::COLUMNS, &row)))?;
        }
        if coverage_columns::applies(self.list) {
            let rows = coverage::rows(point, runs, of_runs.clone());
            self.coverage.extend(rows.iter().map(|row| beside(cells(coverage_columns::COLUMNS, row))));
        }
        self.bandwidth.extend(one.passed.rows(point).iter().map(|row| beside(cells(bandwidth::COLUMNS, row))));
        if whole {
            self.exacts.get_or_init(|| ExactLaws::affordable(&self.scenario));
        }
        let exact = self.exacts.get().and_then(|exacts| exacts.law(point));
        let known = (exact, self.scenario.deadline);
        let row = summary::row(self.list, &self.summary_fields, point, known, (runs, of_runs));
        self.tables.summary.push(beside(row))?;
        self.notes.extend(one.notes.texts(point, self.scenario.precision.filter(|_| whole)));
        Ok(())
    }

    /// The exact laws, if a point was closed.
    pub fn exacts(&self) -> Option<&ExactLaws> {
        self.exacts.get()
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::Row;
    use super::super::testing::{limited, quick, record, scenario, stuck, tables};
    use super::*;
    use crate::columns::rumor::LIST;
    use crate::engine::Outcome;
    use crate::observe::enough;
    use crate::scenario::versus::versus;
    use crate::scenario::{Overrides, Source, read};
    use crate::time::Time;
    use crate::workload::rumor::{Ending, Extinction};

    /// Equal but for the rounding of a few sums.
    fn close(values: &[Option<f64>], expected: &[f64]) -> bool {
        let near = |(one, other): (&Option<f64>, &f64)| one.is_some_and(|one| (one - other).abs() < 1e-12);
        values.len() == expected.len() && values.iter().zip(expected).all(near)
    }

    /// Something of the row of this run.
    fn run<T>(record: &Record, of: impl Fn(Row<'_>) -> T) -> T {
        of(tables(&scenario(""), [record.clone()]).runs.row(0))
    }

    fn wholes<const N: usize>(record: &Record, names: [&str; N]) -> [Option<u64>; N] {
        run(record, |row| names.map(|name| row.whole(name)))
    }

    #[test]
    fn coverage_is_the_round_of_the_instant_at_which_enough_nodes_knew() {
        let shares = ["rounds_50", "rounds_90", "rounds_99"];
        let mut slow = record(Outcome::Converged, &[(1, 0), (4, 1), (5, 2), (8, 3), (9, 4), (10, 5)], 41);
        slow.reached = [Some(19), Some(30), Some(41), None].map(|millis: Option<u64>| millis.map(at_millis));
        assert_eq!(wholes(&slow, shares), [2, 4, 5].map(Some));
        slow.reached = [Some(Time::ZERO); 4];
        assert_eq!(wholes(&slow, shares), [1, 1, 1].map(Some));
        // Those who knew at the start are not told.
        let start = record(Outcome::Converged, &[(5, 0), (10, 9)], 0);
        assert_eq!(wholes(&start, shares), [Some(0), None, None]);
    }

    #[test]
    fn enough_is_rounded_up_to_whole_nodes() {
        // 99 % of 10 nodes are 10, of 1000 they are 990; half of 3 is 2.
        for (live, informed, permille, is_enough) in [
            (10, 9, 990, false),
            (1000, 990, 990, true),
            (3, 1, 500, false),
            (3, 2, 500, true),
            (1001, 999, 999, false),
        ] {
            assert_eq!(informed >= enough(live, permille), is_enough, "{informed} of {live}, {permille}");
        }
    }

    fn at_millis(millis: u64) -> Time {
        Time::from_nanos(millis * 1_000_000)
    }

    #[test]
    fn rounds_and_time_are_empty_unless_the_run_converged() {
        let took = |record: &Record| run(record, |row| (row.whole("rounds"), row.real("time_ms")));
        assert_eq!(took(&quick()), (Some(3), Some(25.0)));
        for outcome in [Outcome::DiedOut, Outcome::RoundLimit, Outcome::TimeLimit] {
            let record = Record { ending: Ending { outcome, ..stuck().ending }, ..stuck() };
            assert_eq!(took(&record), (None, None));
            assert_eq!(run(&record, |row| row.word("outcome").to_owned()), outcome.name());
            assert_eq!(run(&record, |row| (row.whole("informed"), row.real("residue"))), (Some(6), Some(0.4)));
        }
    }

    #[test]
    fn where_nobody_had_to_learn_it_took_no_round() {
        let mut alone = Record { live: 1, ..record(Outcome::Converged, &[(1, 0)], 0) };
        alone.ending.last_learned = None;
        (alone.curve[0].live, alone.ending.tally.live) = (1, 1);
        assert_eq!(wholes(&alone, ["rounds", "rounds_99"]), [Some(0); 2]);
        assert_eq!(run(&alone, |row| (row.real("time_ms"), row.real("residue"))), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn bytes_are_headers_and_updates() {
        let mut record = quick();
        (record.ending.tally.sent, record.ending.tally.updates) = (20, 9);
        // The defaults: 32 B and 1 KiB.
        assert_eq!(wholes(&record, ["bytes"]), [Some(20 * 32 + 9 * 1024)]);
        // The largest sizes that can be written, and counts that no run reaches.
        (record.ending.tally.sent, record.ending.tally.updates) = (u64::MAX, u64::MAX);
        let large = "[workload]\nupdate_size = \"4294967295MiB\"\n[network]\nheader_size = \"4294967295MiB\"\n";
        let scenario = read(
            Source::text("demo.toml", &format!("{large}nodes = 10\n[gossip]\nstrategy = \"push\"\n")),
            &Overrides::default(),
        );
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        let bytes = tables(&scenario, [record]).runs.row(0).cell("bytes");
        assert_eq!(bytes, (2 * (4_294_967_295 << 20) * u128::from(u64::MAX)).into());
    }

    #[test]
    fn load_is_what_a_node_sends_a_second_until_the_run_ended() {
        // 20 messages of 32 bytes by 10 nodes, over after 25 ms: in the third round of 10 ms.
        let loads = |gossip: &str, record: Record| {
            let tables = tables(&scenario(gossip), [record]);
            let row = tables.summary.row(0);
            ["messages_per_node_second_mean", "bytes_per_node_second_mean"].map(|name| row.real(name))
        };
        assert!(close(&loads("", quick()), &[2.0 / 0.030, 64.0 / 0.030]));
        assert!(close(&loads("phase = \"random\"\n", quick()), &[2.0 / 0.025, 64.0 / 0.025]));
        // Also of runs that did not converge; a run without time has no load.
        assert!(close(&loads("phase = \"poisson\"\n", limited()), &[2.0 / 0.022, 64.0 / 0.022]));
        let mut at_once = quick();
        at_once.ending.ended = Time::ZERO;
        assert_eq!(loads("phase = \"random\"\n", at_once.clone()), [None, None]);
        assert!(close(&loads("", at_once), &[2.0 / 0.010, 64.0 / 0.010]));
    }

    #[test]
    fn a_deadline_is_met_by_runs_that_got_so_far_by_then() {
        let with = |deadline: &str, name: &str| {
            let text = format!(
                "deadline = {deadline}\n[network]\nnodes = 10\n[gossip]\nstrategy = \"push\"\ninterval = \"10ms\"\n"
            );
            let scenario = read(Source::text("demo.toml", &text), &Overrides::default()).unwrap();
            let covered = |mut record: Record, millis: u64| {
                record.reached = [Some(at_millis(millis)); 4];
                record
            };
            let records = [covered(quick(), 20), covered(stuck(), 10), quick(), limited()];
            tables(&scenario, records).summary.row(0).real(name)
        };
        assert_eq!(with("\"25ms\"", "within_deadline"), Some(0.5), "who did not converge is never in time");
        assert_eq!(with("\"24ms\"", "within_deadline"), Some(0.0));
        let share = "{ time = \"20ms\", coverage = \"90%\" }";
        assert_eq!([with(share, "within_deadline"), with(share, "deadline_ms")], [Some(0.5), Some(20.0)]);
        // Wilson 1927, 2 of 4.
        let ends = [with(share, "within_deadline_ci_low"), with(share, "within_deadline_ci_high")];
        assert!(ends[0].is_some_and(|low| (low - 0.150_04).abs() < 1e-4), "{ends:?}");
        assert!(ends[1].is_some_and(|high| (high - 0.849_96).abs() < 1e-4), "{ends:?}");
        assert_eq!(with("\"none\"", "within_deadline"), None);
    }

    #[test]
    fn messages_by_round_add_up_to_the_total() {
        let tables = tables(&scenario(""), [quick(), stuck(), quick()]);
        let by_round: f64 = tables.curve.rows().map(|row| row.real("messages_mean").unwrap()).sum();
        let total = tables.summary.row(0).real("messages_per_node_mean").unwrap();
        assert!(close(&[Some(by_round)], &[total]), "{by_round}, {total}");
    }

    #[test]
    fn what_rumor_mongering_and_the_anti_entropy_behind_it_send_is_told_apart() {
        let backed = scenario("spread = { kind = \"counter\", k = 2 }\nanti_entropy = \"20ms\"\n");
        let mut raised = quick();
        let tally = &mut raised.ending.tally;
        (tally.updates, tally.backup_sent, tally.backup_updates) = (12, 8, 2);
        raised.ending.extinction = Some(Extinction { at: Time::ZERO, informed: 7, live: 10 });
        let columns = ["rumor_messages", "rumor_updates", "backup_messages", "backup_updates"];
        let told = |scenario: &Scenario, record: Record| {
            let tables = tables(scenario, [record]);
            let row = tables.runs.row(0);
            (row.real("rumor_residue"), columns.map(|name| row.whole(name)))
        };
        assert_eq!(told(&backed, raised.clone()), (Some(0.3), [12, 10, 8, 2].map(Some)));
        assert_eq!(
            told(&backed, quick()),
            (Some(0.0), [20, 0, 0, 0].map(Some)),
            "nobody is left who could be left out"
        );
        assert_eq!(told(&backed, limited()).0, None, "the rumor had not died out");
        let summed = tables(&backed, [raised, quick(), limited()]);
        let mean = |name: &str| summed.summary.row(0).real(&format!("{name}_mean"));
        assert!(close(&[mean("rumor_residue")], &[0.15]));
        let means = columns.map(|name| mean(&format!("{name}_per_node")));
        assert!(close(&means, &[5.2 / 3.0, 1.0 / 3.0, 0.8 / 3.0, 0.2 / 3.0]), "{means:?}");
        // Nodes that never lose interest tell no rumor.
        assert_eq!(told(&scenario(""), quick()), (None, [None; 4]));
        assert_eq!(tables(&scenario(""), [quick()]).summary.row(0).real("rumor_residue_mean"), None);
    }

    #[test]
    fn a_mean_over_converged_runs_stands_beside_their_count() {
        let slow = record(Outcome::Converged, &[(1, 0), (2, 2), (3, 4), (6, 6), (10, 10)], 40);
        let tables = tables(&scenario(""), [quick(), stuck(), slow]);
        let row = tables.summary.row(0);
        assert_eq!(["runs", "converged"].map(|name| row.whole(name)), [3, 2].map(Some));
        assert_eq!(["rounds_mean", "time_ms_mean"].map(|name| row.real(name)), [4.0, 32.5].map(Some));
        assert_eq!(["rounds_min", "rounds_max"].map(|name| row.whole(name)), [3, 5].map(Some));
        assert_eq!(row.real("rounds_p50"), Some(4.0));
        let means = ["residue_mean", "messages_per_node_mean"].map(|name| row.real(name));
        assert!(close(&means, &[0.4 / 3.0, 5.0 / 3.0]), "{means:?}");
        // Student t with one degree of freedom: 4 ± 12.7062 · √2 / √2.
        assert!(row.real("rounds_ci_high").is_some_and(|high| (high - 16.7062).abs() < 1e-4));
    }

    #[test]
    fn a_summary_of_runs_that_all_failed_has_no_rounds_but_has_the_rest() {
        let tables = tables(&scenario(""), [stuck(), stuck()]);
        let row = tables.summary.row(0);
        assert_eq!(
            (row.whole("runs"), row.whole("converged"), row.real("residue_mean")),
            (Some(2), Some(0), Some(0.4))
        );
        for name in
            ["rounds_mean", "rounds_sd", "rounds_ci_low", "rounds_p50", "rounds_p95", "rounds_min", "time_ms_mean"]
        {
            assert_eq!(row.cell(name), Cell::Empty, "{name}");
        }
        assert!(row.real("theory_rounds").is_some(), "theory does not depend on how the runs went");
    }

    #[test]
    fn a_single_run_has_a_mean_but_no_interval() {
        let tables = tables(&scenario(""), [quick()]);
        let row = tables.summary.row(0);
        assert_eq!((row.real("rounds_mean"), row.real("rounds_ci_low")), (Some(3.0), None));
    }

    #[test]
    fn a_distance_from_the_exact_mean_is_in_standard_errors() {
        let text = "[network]\nnodes = 3\n[gossip]\nstrategy = \"push\"\n";
        let scenario = read(Source::text("demo.toml", text), &Overrides::default()).unwrap();
        let run = |rounds: u64| {
            let curve = [(1, 0), (3, rounds)];
            Record { live: 3, ..record(Outcome::Converged, &curve, 1000 * rounds - 1) }
        };
        let runs = || [2, 3, 2, 3].map(run).into_iter();
        let of = |tables: Tables| {
            let row = tables.summary.row(0);
            ["exact_rounds_mean", "exact_rounds_sd", "exact_z", "exact_rounds_p50"].map(|name| row.real(name))
        };
        // n = 3 takes 7/3 rounds: one to tell the second node, and from then on 4/3 in the mean to tell the third.
        let [mean, sd, z, p50] = of(tables(&scenario, runs()));
        assert!(close(&[mean, z], &[7.0 / 3.0, (2.5 - 7.0 / 3.0) / (sd.unwrap() / 2.0)]), "{mean:?} {sd:?} {z:?}");
        assert_eq!(p50, Some(2.0));
        let censored = of(tables(&scenario, runs().chain([Record { live: 3, ..limited_of_three() }])));
        assert_eq!((censored[0], censored[2]), (mean, None), "the others' mean is not what the exact one is of");
    }

    /// A run of three nodes that a limit ended.
    fn limited_of_three() -> Record {
        record(Outcome::RoundLimit, &[(1, 0), (2, 5)], 10)
    }

    #[test]
    fn only_swept_keys_without_a_column_get_one() {
        let sweep = "[sweep]\n\"gossip.fanout\" = [1, 2]\n\"gossip.phase\" = [\"aligned\", \"poisson\"]\n\"network.loss\" = [0, 0.5]\n";
        let scenario = scenario(sweep);
        assert_eq!(swept(LIST, &scenario.points[7]), [("gossip.phase".to_owned(), "poisson".to_owned())]);
        let expected: [Cell; 8] = [
            7_u64.into(),
            "push".into(),
            10_u64.into(),
            "complete".into(),
            2_u64.into(),
            0.5.into(),
            10.0.into(),
            "poisson".into(),
        ];
        assert_eq!(place(LIST, &scenario.points[7]), expected);
    }

    /// Two laws of one mean are two values.
    #[test]
    fn losses_of_which_the_column_shows_the_mean_get_a_column_of_their_own() {
        let bursts = |burst: &str| format!("{{ kind = \"gilbert-elliott\", rate = 0.5, burst = \"{burst}\" }}");
        for (losses, own) in [
            (format!("0.5, {}", bursts("1s")), true),
            (format!("{}, {}", bursts("1s"), bursts("2s")), true),
            ("0.5, { kind = \"bernoulli\", rate = 0.25 }".to_owned(), false),
        ] {
            let scenario = scenario(&format!("[sweep]\n\"network.loss\" = [{losses}]\n"));
            assert_eq!(keys(LIST, &scenario), ["network.loss"][..usize::from(own)], "{losses}");
            assert_ne!(place(LIST, &scenario.points[0])[1..], place(LIST, &scenario.points[1])[1..]);
        }
        // All points of two files have the same columns, whichever of the two needs one.
        let of = |losses: &str| scenario(&format!("[sweep]\n\"network.loss\" = [{losses}]\n"));
        let [rates, laws] = ["0, 0.5", &format!("{}, {}", bursts("1s"), bursts("2s"))].map(of);
        for [one, other] in [[&rates, &laws], [&laws, &rates]] {
            let both = versus(one.clone(), other.clone(), ["a", "b"].map(str::to_owned)).unwrap();
            assert_eq!(keys(LIST, &both), ["file", "network.loss"]);
            let widths: Vec<usize> = both.points.iter().map(|point| place(LIST, &point).len()).collect();
            assert_eq!(widths, [LIST.point.len() + 2; 4]);
        }
    }
}
