//! What the runs of a point estimate: means, how well they are known, and the series they make.

use super::arrange::{Line, Selection};
use super::axis::number;
use super::dataset::{Dataset, Row};
use super::figure::{Layer, LegendSymbol, Series};
use crate::stats::moments::Moments;
use crate::stats::unseen;

/// What the layers of a mean over converged runs mean. Of one run there is no mean.
pub(super) fn converged(selection: &Selection<'_>) -> Vec<(LegendSymbol, &'static str)> {
    vec![
        (LegendSymbol::Mark, if single(selection) { "the run" } else { "mean" }),
        (LegendSymbol::Interval, "95 % confidence interval"),
        (LegendSymbol::Exact, "exact mean"),
        (LegendSymbol::Hollow, "mean where not every run converged"),
        (LegendSymbol::Thin, "fitted line"),
        (LegendSymbol::Dashed, "theory"),
    ]
}

/// What the layers of a mean over all runs mean. Of one run there is no mean.
pub(super) fn all(selection: &Selection<'_>) -> Vec<(LegendSymbol, &'static str)> {
    vec![
        (LegendSymbol::Mark, if single(selection) { "the run" } else { "mean over all runs" }),
        (LegendSymbol::Interval, "95 % confidence interval"),
    ]
}

/// Whether there is one run of every point, so that nothing can be said of how runs differ.
pub(super) fn single(selection: &Selection<'_>) -> bool {
    selection.rows().all(|row| row.count("runs") <= 1)
}

/// A mean over runs.
pub(super) struct Estimate {
    /// The mean of the runs.
    pub(super) mean: f64,
    /// Where the true mean lies with 95 % confidence; of two runs and more.
    pub(super) interval: Option<(f64, f64)>,
}

impl Estimate {
    /// The mean of what is measured, by Student's t and by what values not seen could add, which lie `step` away at
    /// least; nothing measured is negative.
    fn of(moments: &Moments, step: f64) -> Option<Self> {
        let interval = unseen::mean_interval(moments, step, 0.95).map(|(low, high)| (low.max(0.0), high));
        Some(Estimate { mean: moments.mean()?, interval })
    }
}

/// Rounds to convergence.
pub(super) fn rounds(row: Row<'_>) -> Option<Estimate> {
    let interval = row.real("rounds_ci_low").zip(row.real("rounds_ci_high"));
    Some(Estimate { mean: row.real("rounds_mean")?, interval })
}

/// What `measure` says of the runs of a point; runs of which it says nothing are left out.
pub(super) fn over_runs(dataset: &Dataset<'_>, row: Row<'_>, measure: Measured) -> Option<Estimate> {
    let (mut moments, mut step) = (Moments::default(), 0.0);
    let nodes = dataset.all_nodes(row);
    for (value, apart) in dataset.runs(row.point()).filter_map(|run| measure(run, nodes)) {
        moments.add(value);
        step = f64::max(step, apart);
    }
    Estimate::of(&moments, step)
}

/// What is measured in a run of so many nodes, those that join included, and how far from it a run is at least that goes
/// otherwise: see [`unseen`].
pub(super) type Measured = fn(Row<'_>, f64) -> Option<(f64, f64)>;

/// Messages sent, per node. Where nodes never lose interest, one round more is a turn more of everybody.
pub(super) fn messages(run: Row<'_>, nodes: f64) -> Option<(f64, f64)> {
    let mongers = run.real("rumor_messages").is_some();
    let step = if mongers { 1.0 / nodes } else { run.number_or_nan("fanout") };
    Some((run.real("messages")? / nodes, step))
}

/// Messages sent that carry the update, per node: the traffic of Demers et al. 1987.
pub(super) fn updates(run: Row<'_>, nodes: f64) -> Option<(f64, f64)> {
    Some((run.real("updates")? / nodes, 1.0 / nodes))
}

/// Share of live nodes that never learned.
pub(super) fn residue(run: Row<'_>, _: f64) -> Option<(f64, f64)> {
    Some((run.real("residue")?, 1.0 / run.count("live").max(1) as f64))
}

/// Time to convergence, ms.
pub(super) fn time(run: Row<'_>, _: f64) -> Option<(f64, f64)> {
    Some((run.real("time_ms")?, run.number_or_nan("interval_ms")))
}

/// Bytes per node and second until the run ended; in a run of one round more, that round is in both.
pub(super) fn load(run: Row<'_>, nodes: f64) -> Option<(f64, f64)> {
    let load = run.real("bytes_per_node_second").filter(|load| load.is_finite())?;
    let (sent, more) = messages(run, nodes)?;
    let bytes = run.real("bytes")? / nodes;
    if load <= 0.0 || sent <= 0.0 {
        return Some((load, 0.0));
    }
    let (seconds, round) = (bytes / load, run.number_or_nan("interval_ms") / 1000.0);
    Some((load, (bytes * (1.0 + more / sent) / (seconds + round) - load).abs()))
}

/// What to say where a limit cut off runs of a selection; nothing where it cut off none.
pub(super) fn cut_off(dataset: &Dataset<'_>, selection: &Selection<'_>) -> String {
    let counts = selection.rows().map(|row| dataset.cut_off(row.point()));
    let (cut, all) = counts.fold((0, 0), |sum, (cut, all)| (sum.0 + cut, sum.1 + all));
    if cut == 0 {
        return String::new();
    }
    let (cut, all) = (number(cut as f64), number(all as f64));
    if dataset.conditions.may_never_converge {
        return format!(
            "{cut} of {all} runs had not converged when a limit came: means of rounds are over the others."
        );
    }
    format!(
        "A limit cut off {cut} of {all} runs: they would have sent more and reached more, and means of rounds lack them."
    )
}

/// What a residue is called, as a heading and as an axis: of runs that a limit cut off nobody knows who never learns.
pub(super) fn residue_names(dataset: &Dataset<'_>, selection: &Selection<'_>) -> (&'static str, &'static str) {
    if cut_off(dataset, selection).is_empty() {
        ("Nodes that never learn", "residue (share of live nodes that never learned)")
    } else {
        ("Nodes not reached before the limit", "residue (share of live nodes not reached before the limit)")
    }
}

/// Whether any run of a selection left somebody out.
pub(super) fn leaves_residue(dataset: &Dataset<'_>, selection: &Selection<'_>) -> bool {
    selection
        .rows()
        .any(|row| dataset.runs(row.point()).any(|run| run.real("residue").is_some_and(|residue| residue > 0.0)))
}

/// A series a line: estimates with their intervals, at `x`. Where `all` runs must have converged for a point to be
/// whole, the others are hollow, and no line joins them to others.
pub(super) fn series(
    selection: &Selection<'_>,
    x: &dyn Fn(Row<'_>) -> f64,
    estimate: &dyn Fn(Row<'_>) -> Option<Estimate>,
    all: bool,
) -> Vec<Series> {
    let whole = |row: Row<'_>| !all || row.count("converged") >= row.count("runs");
    selection.lines.iter().map(|line| line_of(line, x, estimate, &whole)).collect()
}

/// The estimates of a line with their intervals, at `x`; those that are not `whole` are hollow.
pub(super) fn line_of(
    of: &Line<'_>,
    x: &dyn Fn(Row<'_>) -> f64,
    estimate: &dyn Fn(Row<'_>) -> Option<Estimate>,
    is_whole: &dyn Fn(Row<'_>) -> bool,
) -> Series {
    let (mut lines, mut intervals, mut whole, mut hollow) = (vec![vec![]], vec![], vec![], vec![]);
    for row in sorted(&of.rows, x) {
        let Some(Estimate { mean, interval }) = estimate(row) else { continue };
        let at = |value: f64| (x(row), value);
        intervals.extend(interval.map(|(low, high)| (at(low), at(high))));
        // A mean of the runs that have a value alone is of other runs than those beside it: no line leads there.
        if is_whole(row) {
            whole.push(at(mean));
            lines.last_mut().unwrap_or(&mut Vec::new()).push(at(mean));
        } else {
            hollow.push(at(mean));
            lines.push(vec![]);
        }
    }
    let mut layers: Vec<Layer> = lines.into_iter().filter(|line| line.len() > 1).map(Layer::Line).collect();
    layers.extend([Layer::Intervals(intervals), Layer::Marks(whole), Layer::Hollow(hollow)]);
    of.series(layers)
}

/// A series a line: mean rounds with their intervals, exact means and the published law, each divided by `unit`, at
/// `x`.
pub(super) fn means(
    selection: &Selection<'_>,
    x: &dyn Fn(Row<'_>) -> f64,
    unit: &dyn Fn(Row<'_>) -> f64,
) -> Vec<Series> {
    let scaled = |row: Row<'_>| {
        let Estimate { mean, interval } = rounds(row)?;
        let interval = interval.map(|(low, high)| (low / unit(row), high / unit(row)));
        Some(Estimate { mean: mean / unit(row), interval })
    };
    let mut all = series(selection, x, &scaled, true);
    for (series, line) in all.iter_mut().zip(&selection.lines) {
        let rows = &line.rows;
        let law = sorted(rows, x).into_iter().filter_map(|row| Some((x(row), row.real("theory_rounds")? / unit(row))));
        series.layers.push(Layer::Dashed(law.collect()));
        let exact =
            sorted(rows, x).into_iter().filter_map(|row| Some((x(row), row.real("exact_rounds_mean")? / unit(row))));
        series.layers.push(Layer::Exact(exact.collect()));
    }
    all
}

fn sorted<'a>(rows: &[Row<'a>], x: &dyn Fn(Row<'_>) -> f64) -> Vec<Row<'a>> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| x(*a).total_cmp(&x(*b)));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Cell;
    use crate::output::charts::keys::Key;
    use crate::output::charts::{Conditions, sample};
    use crate::output::testing;

    #[test]
    fn load_is_bytes_a_node_and_second() {
        let load = |load: Option<f64>| {
            let row: [(&str, Cell); 6] = [
                ("nodes", 100_u64.into()),
                ("messages", 3000_u64.into()),
                ("bytes", 300_000_u64.into()),
                ("bytes_per_node_second", load.into()),
                ("interval_ms", 500.0.into()),
                ("fanout", 1_u64.into()),
            ];
            super::load(testing::runs(&[&row]).row(0), testing::runs(&[&row]).row(0).number_or_nan("nodes"))
        };
        // One round more: 3100 bytes a node in 2 s.
        let (mean, step) = load(Some(2000.0)).unwrap();
        assert!(mean == 2000.0 && (step - 450.0).abs() < 1e-9, "{step}");
        assert_eq!([load(None), load(Some(f64::NAN))], [None; 2]);
    }

    #[test]
    fn an_estimate_is_the_mean_of_the_runs_with_its_interval() {
        let mut tables = sample::loss(4);
        for (number, residue) in [0.0, 0.0, 0.0, 0.4].into_iter().enumerate() {
            tables.runs.set(number, "residue", residue);
        }
        let conditions = Conditions::default();
        let dataset = Dataset::new(&tables, &conditions);
        let Estimate { mean, interval } = over_runs(&dataset, tables.summary.row(0), residue).unwrap();
        // The standard error is 0.1, and t(0.975, 3) = 3.182446: the lower end is cut off at nobody.
        let (low, high) = interval.unwrap();
        assert!((mean - 0.1).abs() < 1e-12 && low == 0.0 && (high - 0.418_244_6).abs() < 1e-6, "{mean} {low} {high}");
        assert!(leaves_residue(&dataset, &dataset.selection(None)));
        let clean = sample::loss(4);
        let dataset = Dataset::new(&clean, &conditions);
        assert!(!leaves_residue(&dataset, &dataset.selection(None)));
    }

    #[test]
    fn runs_that_a_limit_cut_off_are_told_of_and_have_no_nodes_that_never_learn() {
        let mut tables = sample::loss(4);
        let conditions = Conditions::default();
        let names = |tables: &crate::output::tables::Tables| {
            let dataset = Dataset::new(tables, &conditions);
            let selection = dataset.selection(None);
            (cut_off(&dataset, &selection), residue_names(&dataset, &selection).0)
        };
        tables.runs.set(0, "outcome", "died-out");
        assert_eq!(names(&tables), (String::new(), "Nodes that never learn"));
        tables.runs.set(0, "outcome", "time-limit");
        let (note, name) = names(&tables);
        assert!(note.starts_with("A limit cut off 1 of ") && name == "Nodes not reached before the limit", "{note}");
    }

    #[test]
    fn no_line_leads_to_a_mean_of_the_runs_that_converged_alone() {
        let mut tables = sample::loss(2);
        // The third loss of push.
        tables.summary.set(6, "converged", 1_u64);
        let conditions = Conditions::default();
        let dataset = Dataset::new(&tables, &conditions);
        let selection = dataset.selection(Some(&Key::Loss));
        let x = |row: Row<'_>| row.number_or_nan("loss");
        let lines = |all: bool| {
            let push = &series(&selection, &x, &rounds, all)[0];
            let lines = push.layers.iter().filter(|layer| matches!(layer, Layer::Line(_)));
            lines.map(|line| line.data().iter().map(|(x, _)| *x).collect()).collect::<Vec<Vec<f64>>>()
        };
        assert_eq!(lines(true), [vec![0.0, 0.1], vec![0.3, 0.4, 0.5]]);
        assert_eq!(lines(false), [vec![0.0, 0.1, 0.2, 0.3, 0.4, 0.5]]);
    }

    #[test]
    fn of_one_run_there_is_no_mean() {
        for (runs, said) in [(1, ["the run", "the run"]), (2, ["mean", "mean over all runs"])] {
            let (tables, conditions) = (sample::loss(runs), Conditions::default());
            let selection = Dataset::new(&tables, &conditions).selection(None);
            assert_eq!([converged(&selection), super::all(&selection)].map(|keys| keys[0].1), said);
        }
    }

    #[test]
    fn a_mean_over_all_runs_is_never_hollow() {
        let mut tables = sample::loss(2);
        sample::fail(&mut tables);
        let conditions = Conditions::default();
        let dataset = Dataset::new(&tables, &conditions);
        let selection = dataset.selection(None);
        for (all, hollow) in [(true, 1), (false, 0)] {
            let lines = series(&selection, &|_| 1.0, &|row| over_runs(&dataset, row, messages), all);
            let layer = lines[0].layers.iter().find(|layer| layer.symbol() == LegendSymbol::Hollow).unwrap();
            assert_eq!(layer.data().len(), hollow);
        }
    }
}
