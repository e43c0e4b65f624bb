//! What happens round by round: how many know, how many do not, and how many runs are done.

use std::collections::BTreeMap;

use super::arrange::{Line, Selection};
use super::axis::{Axis, number};
use super::dataset::{Dataset, Row};
use super::estimate::{cut_off, single};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Series, measured, some, thinned, values};

/// The share of nodes that know, round by round.
pub(super) fn informed(dataset: &Dataset<'_>) -> Option<Figure> {
    if !dataset.tables.curve.has("informed_mean") {
        return None;
    }
    let selection = dataset.selection(None);
    let one = single(&selection);
    let most = selection.most_lines();
    let mut series = Vec::new();
    let mut last = 0;
    for (line, row) in points(&selection) {
        let curve = dataset.curve(row.point());
        // Nothing happens once all runs have told everybody, and nobody comes who does not know.
        let done =
            |round: &Row<'_>| ["informed_p05", "informed_mean"].iter().all(|name| round.number_or_nan(name) >= 1.0);
        let end = curve.iter().rposition(|round| !done(round)).map_or(1, |under_way| under_way + 2);
        let curve = &curve[..end.min(curve.len())];
        let end = curve.last().map_or(0, |round| round.count("round"));
        last = last.max(end);
        let band = banded(row, curve, ["informed_p05", "informed_p95"]);
        let median: Vec<Datum> = curve.iter().map(|round| (at(*round, "round"), at(*round, "informed_p50"))).collect();
        let theory = dataset.conditions.theory.iter().filter(|theory| theory.point == row.point());
        let theory = theory
            .flat_map(|theory| &theory.points)
            .filter(|(round, _)| *round <= end)
            .map(|(round, share)| (*round as f64, *share))
            .collect();
        let mut named = named(line, row);
        named.details.extend(narrowness(&band));
        series.push(Series {
            layers: vec![
                Layer::Band(thinned(band)),
                Layer::Dashed(thinned(theory)),
                Layer::Marks(some(&median, line.place, most)),
                Layer::Line(thinned(median)),
            ],
            ..named
        });
    }
    let mut figure = Figure {
        name: "informed_vs_round".into(),
        heading: "Informed nodes, round by round".into(),
        notes: vec![dataset.statement(), selection.left_out.clone(), cut_off(dataset, &selection)],
        keys: vec![
            (LegendSymbol::Line, if one { "the run" } else { "median over runs" }),
            (LegendSymbol::Band, "5–95 % of runs"),
            (LegendSymbol::Dashed, "theory (mean field)"),
        ],
        x: Axis::counted("round", last),
        y: Axis::share("informed nodes (share of live nodes)"),
        panels: selection.panels,
        shades: None,
        series,
    };
    figure.part_rounds();
    Some(figure)
}

/// What most runs lie between, round by round, by the columns of its ends; of a single run nothing.
pub(super) fn banded(row: Row<'_>, curve: &[Row<'_>], [low, high]: [&str; 2]) -> Vec<(f64, f64, f64)> {
    let curve = if row.count("runs") > 1 { curve } else { &[] };
    curve.iter().map(|round| (at(*round, "round"), at(*round, low), at(*round, high))).collect()
}

/// Says so where a band is hardly wider than its line, so that nobody looks for it.
fn narrowness(band: &[(f64, f64, f64)]) -> Option<String> {
    let widest = band.iter().map(|(_, low, high)| high - low).fold(0.0, f64::max);
    let narrow = widest > 0.0 && widest < 0.05;
    narrow.then(|| format!("5–95 % band: {} wide at most", number((widest * 1000.0).round() / 1000.0)))
}

/// The share of nodes that do not know yet, on a log axis: push ends on a straight line, pull plunges.
pub(super) fn uninformed(dataset: &Dataset<'_>) -> Option<Figure> {
    if !dataset.tables.curve.has("informed_mean") {
        return None;
    }
    let selection = dataset.selection(None);
    let most = selection.most_lines();
    let mut series = Vec::new();
    let mut last = 0;
    for (line, row) in points(&selection) {
        // Less than one node of one run is rounding.
        let least = 0.5 / (row.count("nodes").max(1) as f64 * row.count("runs").max(1) as f64);
        let shares = dataset
            .curve(row.point())
            .into_iter()
            .map(|round| (round.count("round"), 1.0 - at(round, "informed_mean")));
        let shares: Vec<(u64, f64)> = shares.collect();
        // Where every node knows there is nothing to show, and some that come later may not know.
        let parts = shares.split(|(_, share)| *share < least).filter(|part| !part.is_empty());
        let mut parts: Vec<Vec<Datum>> =
            parts.map(|part| part.iter().map(|(round, share)| (*round as f64, *share)).collect()).collect();
        if parts.is_empty() {
            parts.push(Vec::new());
        }
        last = last.max(shares.iter().rfind(|(_, share)| *share >= least).map_or(0, |(round, _)| *round));
        let marks = Layer::Marks(some(&parts.concat(), line.place, most));
        let lines = parts.into_iter().map(|part| Layer::Line(thinned(part)));
        series.push(Series { layers: lines.chain([marks]).collect(), ..named(line, row) });
    }
    let shares = values(&series, true);
    let mut figure = Figure {
        name: "uninformed_vs_round".into(),
        heading: "Nodes still uninformed, round by round".into(),
        notes: vec![
            dataset.statement(),
            selection.left_out.clone(),
            if single(&selection) {
                "A line ends where every node knows.".into()
            } else {
                "Mean over runs; a line ends where every node of every run knows.".into()
            },
            cut_off(dataset, &selection),
        ],
        keys: vec![],
        x: Axis::counted("round", last),
        y: Axis::decades("uninformed nodes (share of live nodes), log scale", shares.chain([1.0])),
        panels: selection.panels,
        shades: None,
        series,
    };
    figure.part_rounds();
    Some(figure)
}

/// The share of runs in which everybody knows, round by round.
/// Of one run it is no distribution.
pub(super) fn convergence(dataset: &Dataset<'_>) -> Option<Figure> {
    let selection = Some(dataset.selection(None)).filter(|selection| !single(selection))?;
    let most = selection.most_lines();
    let rounds = |row: Row<'_>| {
        let mut rounds: Vec<u64> = dataset.runs(row.point()).filter_map(|run| run.whole("rounds")).collect();
        rounds.sort_unstable();
        rounds
    };
    // Where nothing is told in turns, runs converge in time and not in rounds.
    let counted = |row: Row<'_>| row.count("converged") == 0 || !rounds(row).is_empty();
    let mut ends: BTreeMap<usize, u64> = BTreeMap::new();
    for (line, row) in points(&selection) {
        let end = ends.entry(line.panel).or_default();
        *end = rounds(row).last().copied().unwrap_or(0).max(*end);
    }
    let all = ends.values().copied().max().filter(|_| points(&selection).any(|(_, row)| !rounds(row).is_empty()))?;
    let mut series = Vec::new();
    for (line, row) in points(&selection).filter(|(_, row)| counted(*row)) {
        let last = ends[&line.panel];
        let runs = dataset.runs(row.point()).count() as f64;
        let mut steps: Vec<Datum> = vec![(0.0, 0.0)];
        for (index, round) in rounds(row).into_iter().enumerate() {
            let (round, share) = (round as f64, (index + 1) as f64 / runs);
            match steps.last_mut() {
                Some(step) if step.0 == round => step.1 = share,
                _ => steps.push((round, share)),
            }
        }
        let marks = Layer::Marks(some(steps.get(1..).unwrap_or_default(), line.place, most));
        let stairs = stairs(steps, last as f64 + 1.0);
        let exact = Layer::Dashed(exact_steps(dataset, row.point(), last.saturating_add(1)));
        series.push(Series { layers: vec![Layer::Line(stairs), exact, marks], ..named(line, row) });
    }
    let mut figure = Figure {
        name: "convergence_ecdf".into(),
        heading: "Converged runs, round by round".into(),
        notes: vec![
            dataset.statement(),
            selection.left_out.clone(),
            "Empirical distribution of rounds; runs that did not converge keep a line below 1.".into(),
            if points(&selection).all(|(_, row)| counted(row)) { String::new() } else { NO_ROUNDS.into() },
            cut_off(dataset, &selection),
        ],
        keys: vec![(LegendSymbol::Dashed, "exact distribution")],
        x: Axis::counted("round", all.saturating_add(1)),
        y: Axis::share("converged runs (share of runs)"),
        panels: selection.panels,
        shades: None,
        series,
    };
    figure.part_rounds();
    Some(figure)
}

/// What is said where lines are missing because nothing is told in turns.
const NO_ROUNDS: &str = "Runs that tell on receipt alone have no rounds: see convergence_in_time.";

/// The share of runs in which everybody knows, over time, where nodes forward at once.
pub(super) fn convergence_in_time(dataset: &Dataset<'_>) -> Option<Figure> {
    let selection = Some(dataset.selection(None)).filter(|selection| !single(selection))?;
    if !points(&selection).any(|(_, row)| row.real("max_hops_mean").is_some()) {
        return None;
    }
    let most = selection.most_lines();
    let times = |row: Row<'_>| {
        let mut times: Vec<f64> = dataset.runs(row.point()).filter_map(|run| run.real("time_ms")).collect();
        times.sort_unstable_by(f64::total_cmp);
        times
    };
    let last = points(&selection).filter_map(|(_, row)| times(row).last().copied()).fold(0.0, f64::max);
    let mut series = Vec::new();
    for (line, row) in points(&selection) {
        let (times, runs) = (times(row), dataset.runs(row.point()).count() as f64);
        let steps: Vec<Datum> = (1..).zip(&times).map(|(done, time)| (*time, f64::from(done) / runs)).collect();
        let marks = Layer::Marks(some(&steps, line.place, most));
        let from = Some((steps.first().map_or(0.0, |(time, _)| *time), 0.0));
        let stairs = stairs(from.into_iter().chain(steps).collect(), last * 1.02);
        let mut named = named(line, row);
        named.details.retain(|detail| !detail.starts_with(DONE_IN));
        let median = row.real("time_ms_p50").map(|median| format!("half of the runs by {} ms", number(median)));
        named.details.splice(0..0, median);
        series.push(Series { layers: vec![Layer::Line(stairs), marks], ..named });
    }
    if last <= 0.0 {
        return None;
    }
    Some(Figure {
        name: "convergence_in_time".into(),
        heading: "Converged runs, over time".into(),
        notes: vec![
            dataset.statement(),
            selection.left_out.clone(),
            "Empirical distribution of time; runs that did not converge keep a line below 1.".into(),
            cut_off(dataset, &selection),
        ],
        keys: vec![],
        x: measured("time (ms)", &series, false),
        y: Axis::share("converged runs (share of runs)"),
        panels: selection.panels,
        shades: None,
        series,
    })
}

/// A step up at each of `steps`, and on to `end`.
fn stairs(steps: Vec<Datum>, end: f64) -> Vec<Datum> {
    let share = steps.last().map_or(0.0, |step| step.1);
    let mut stairs: Vec<Datum> = Vec::new();
    for (at, share) in thinned(steps) {
        stairs.extend(stairs.last().map(|(_, before)| (at, *before)));
        stairs.push((at, share));
    }
    stairs.push((end, share));
    stairs
}

/// The exact distribution of a point's rounds as steps, up to round `last`; empty where there is none.
fn exact_steps(dataset: &Dataset<'_>, point: u64, last: u64) -> Vec<Datum> {
    let exact = dataset.conditions.exact.iter().filter(|curve| curve.point == point).flat_map(|curve| &curve.points);
    let mut steps: Vec<Datum> = Vec::new();
    for (round, share) in thinned(exact.filter(|(round, _)| *round <= last).copied().collect()) {
        steps.extend(steps.last().map(|(_, before)| (round as f64, *before)));
        steps.push((round as f64, share));
    }
    steps
}

/// The one point of each line.
pub(super) fn points<'s, 'a>(selection: &'s Selection<'a>) -> impl Iterator<Item = (&'s Line<'a>, Row<'a>)> {
    selection.lines.iter().filter_map(|line| Some((line, *line.rows.first()?)))
}

/// How it is said when the runs of a line were done.
const DONE_IN: &str = "done in ";

/// A series with the name of its line and how its point ended, nothing drawn yet.
pub(super) fn named(line: &Line<'_>, row: Row<'_>) -> Series {
    let mut details = Vec::new();
    if let Some(mean) = row.real("rounds_mean") {
        let average = if row.count("runs") > 1 { " on average" } else { "" };
        details.push(format!("{DONE_IN}{} rounds{average}", number(mean)));
    }
    let (done, all) = (row.count("converged"), row.count("runs"));
    if done < all {
        let (done, all) = (number(done as f64), number(all as f64));
        details.push(format!("{done} of {all} runs converged"));
    }
    Series { details, ..line.series(vec![]) }
}

/// A value of a round.
pub(super) fn at(round: Row<'_>, name: &str) -> f64 {
    round.number_or_nan(name)
}

#[cfg(test)]
mod tests {
    use super::super::figures;
    use super::*;
    use crate::output::{caption, run_tables, testing};

    #[test]
    fn a_line_goes_on_after_all_knew_where_others_come_who_do_not() {
        let text = "replicates = 9\n[network]\nnodes = 32\n[gossip]\nstrategy = \"push-pull\"\n[[event]]\nat_round = 20\njoin = 8\n";
        let scenario = testing::read_text(text);
        let tables = testing::tables_of(run_tables::list(&scenario), &scenario, testing::all_runs(&scenario));
        let figures = figures(&tables, &caption::conditions(&scenario));
        let figure = figures.iter().find(|figure| figure.name == "informed_vs_round").unwrap();
        let median = figure.series[0].layers.iter().find_map(|layer| match layer {
            Layer::Line(line) => Some(line),
            _ => None,
        });
        let longest = tables.runs.rows().filter_map(|run| run.whole("rounds")).max().unwrap();
        assert!(longest > 20 && median.is_some_and(|line| line.last() == Some(&(longest as f64, 1.0))), "{median:?}");
    }
}
