//! The rows of `fit.csv`: how rounds grow with the network, for each strategy and each combination of what else is
//! swept.

use super::csv_file::{Keys, Layout};
pub use super::fit::{COLUMNS, FitRow, OLDEST};
use super::frame::{Frame, Row, Swept};
use super::groups;
use super::list::List;
use super::places::{self, shown};
use crate::columns::{Cell, Field};
use crate::scenario::Scenario;
use crate::stats::Point;
use crate::stats::fit::Line;
use crate::stats::growth::{self, Law, Verdict};
use crate::stats::unseen;
use crate::time::Span;

/// The name of a series, the values of the other swept keys, and the fit over its sizes.
pub type Fitted = (String, Swept, FitRow);

/// The columns of `fit.csv`.
pub fn layout(list: &List) -> Layout {
    let place = list.point.iter().filter(|column| column.series).map(Field::from).collect();
    Layout { place, keys: Keys::Before, own: Field::all(COLUMNS), oldest: OLDEST }
}

/// `fit.csv` with these rows.
pub fn frame(list: &List, fits: &[Fitted]) -> Frame {
    let keys: Vec<String> = fits.first().iter().flat_map(|(_, swept, _)| swept).map(|(path, _)| path.clone()).collect();
    let mut frame = Frame::new(layout(list).header(&keys));
    for (series, swept, fit) in fits {
        let series = list.point.iter().filter(|column| column.series).map(|_| series.as_str().into());
        let place = series.chain(swept.iter().map(|(_, value)| value.as_str().into()));
        // One row a combination of swept values: fewer than there are points, which are in memory.
        let _ = frame.push(place.chain(COLUMNS.iter().map(|column| (column.of)(fit))).collect());
    }
    frame
}

/// Whether the scenario has sizes to fit over.
pub fn applies(scenario: &Scenario) -> bool {
    let mut sizes = scenario.points.iter().map(|point| point.settings.network.nodes);
    let first = sizes.next();
    sizes.any(|size| Some(size) != first)
}

/// The fits of a summary, in the order of its points.
///
/// `theory` says by which law the rounds of a point grow, by its number, where theory knows one.
pub fn rows(summary: &Frame, theory: &dyn Fn(u64) -> Option<Law>) -> Vec<Fitted> {
    let fits = fitted(summary).into_iter();
    fits.map(|((line, place), entries)| (line, place, fit(&entries, theory))).collect()
}

/// The points of each fit, by series and the values of the other swept keys, in the order of the fits.
pub fn fitted(summary: &Frame) -> Vec<((String, Swept), Vec<Row<'_>>)> {
    let apart = apart(summary);
    groups::by(summary.rows(), |row| (row.series().to_owned(), place(*row, &apart)))
}

/// What every table has a column for besides series and size, by the path of its key, as text.
fn columns(row: Row<'_>) -> impl Iterator<Item = (&'static str, String)> {
    shown(row).filter(|(field, _)| field.name != "nodes").map(|(field, cell)| (field.key, text(field, &cell)))
}

/// A value of a column as a scenario has it.
fn text(field: &Field, cell: &Cell) -> String {
    match cell {
        Cell::Real(millis) if field.unit == "ms" => Span::from_nanos_f64(millis * 1e6).to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Whole(number) => number.to_string(),
        Cell::Empty | Cell::Word(_) => cell.word().to_owned(),
    }
}

/// Which columns and swept keys tell fits apart: columns that differ and swept keys, but for what only goes in step with the
/// size, however it is written. Graphs of several kinds and other names are of no common growth.
fn apart(summary: &Frame) -> Vec<String> {
    let first: Vec<(&str, String)> = columns(summary.row(0)).collect();
    let mut varies = vec![false; first.len()];
    for row in summary.rows() {
        for ((varies, (_, one)), (_, other)) in varies.iter_mut().zip(&first).zip(columns(row)) {
            *varies = *varies || *one != other;
        }
    }
    let varying = first.iter().zip(varies).filter(|(_, varies)| *varies).map(|((name, _), _)| *name);
    let own = varying.filter(|name| !follows_the_size(summary, name)).map(str::to_owned);
    let swept = summary.row(0).swept().into_iter().map(|(path, _)| path);
    own.chain(swept.filter(|path| !steps_with_the_size(summary, path))).collect()
}

/// Whether what the column called `name` shows is another at each size, and the same at all points of a size, series and
/// swept values; or is swept as it is written.
fn follows_the_size(summary: &Frame, name: &str) -> bool {
    if summary.row(0).swept().iter().any(|(path, _)| path == name) {
        return true;
    }
    let points: Vec<Row<'_>> = summary.rows().collect();
    let value = |row: Row<'_>| columns(row).find(|(other, _)| *other == name).map(|(_, value)| value);
    let of_the_sweep = groups::by(summary.rows(), |row| (row.series().to_owned(), row.swept(), 0));
    let of_the_size = groups::by(summary.rows(), |row| (row.series().to_owned(), row.swept(), row.count("nodes")));
    let values: Vec<String> = points.iter().filter_map(|row| value(*row)).collect();
    let numbers = || places::are_sizes(&points, name, values.iter().map(String::as_str));
    !once(of_the_sweep, value) && once(of_the_size, value) && numbers()
}

/// Whether the swept key at `path` has one number at each size, and others at others.
fn steps_with_the_size(summary: &Frame, path: &str) -> bool {
    let points: Vec<Row<'_>> = summary.rows().collect();
    let value = |row: Row<'_>| Some(row.word(path).to_owned());
    let of_the_size = groups::by(summary.rows(), |row| row.count("nodes"));
    let numbers = || places::are_sizes(&points, path, points.iter().map(|row| row.word(path)));
    !once(vec![((), points.clone())], value) && once(of_the_size, value) && numbers()
}

/// Whether all rows of each group have one value.
fn once<K>(groups: Vec<(K, Vec<Row<'_>>)>, value: impl Fn(Row<'_>) -> Option<String>) -> bool {
    groups.iter().all(|(_, rows)| rows.iter().all(|row| value(*row) == value(rows[0])))
}

/// Everything that tells the fit of a point from others but its series.
fn place(row: Row<'_>, apart: &[String]) -> Swept {
    let own = columns(row).map(|(name, value)| (name.to_owned(), value));
    let paths = row.swept();
    let of_columns = own.filter(|(name, _)| apart.contains(name) && !paths.iter().any(|(path, _)| path == name));
    of_columns.chain(paths.iter().filter(|(path, _)| apart.contains(path)).cloned()).collect()
}

/// The line through the mean rounds of the points that converged at all.
fn fit(entries: &[Row<'_>], known: &dyn Fn(u64) -> Option<Law>) -> FitRow {
    let measured: Vec<Point> = entries.iter().filter_map(|row| measured(*row)).collect();
    let by_log = |point: &Point| Point { x: libm::log2(point.x), ..*point };
    let line = Line::fit(&measured.iter().map(by_log).collect::<Vec<_>>());
    let interval = line.and_then(|line| line.slope_ci);
    let verdict = if incomplete(entries).is_some() { None } else { Some(growth::judge(&measured)) };
    let runner_up = verdict.as_ref().and_then(Verdict::runner_up);
    FitRow {
        slope: line.map(|line| line.slope),
        slope_ci_low: interval.map(|(low, _)| low),
        slope_ci_high: interval.map(|(_, high)| high),
        intercept: line.map(|line| line.intercept),
        r2: line.map(|line| line.r2),
        theory_slope: slope_of(entries, "theory_rounds"),
        verdict: verdict
            .map_or_else(|| incomplete(entries).unwrap_or_default(), |verdict| told(&verdict, entries, known)),
        lead: runner_up.map(|(_, lead)| lead),
        runner_up: runner_up.map(|(law, _)| law.to_string()),
        exact_slope: slope_of(entries, "exact_rounds_mean"),
    }
}

/// The share of the runs of every size that must converge for their means to be compared. The runs that are missing are
/// the slow ones, or those on graphs in pieces, or those that a rumor died in; a twentieth of them moves a mean by a
/// tenth of a standard deviation, which is within what the verdict tolerates.
const COMPLETE: f64 = 0.95;

/// Why the means of these sizes are not compared: the size at which the fewest runs converged, where they are too few.
fn incomplete(entries: &[Row<'_>]) -> Option<String> {
    let share = |row: Row<'_>| row.count("converged") as f64 / row.count("runs").max(1) as f64;
    let row = entries.iter().copied().min_by(|one, other| share(*one).total_cmp(&share(*other)))?;
    (share(row) < COMPLETE).then(|| {
        format!(
            "undecided: {} of {} runs converged at n = {}; growth is judged where {:.0} % do at every size",
            row.count("converged"),
            row.count("runs"),
            row.count("nodes"),
            100.0 * COMPLETE
        )
    })
}

/// A verdict, and what theory says if it says something else.
fn told(verdict: &Verdict, entries: &[Row<'_>], known: &dyn Fn(u64) -> Option<Law>) -> String {
    let mut laws = entries.iter().map(|row| known(row.point()));
    let law = laws.next().flatten().filter(|law| laws.all(|other| other == Some(*law)));
    match law {
        Some(law) if verdict.contradicts(law) => format!("{verdict}; theory says {law}: more or larger sizes tell"),
        _ => verdict.to_string(),
    }
}

/// The slope of expected means at the sizes that were measured, each with the weight it has in the fit; `None` if one
/// of them has no expected mean.
fn slope_of(entries: &[Row<'_>], expected: &str) -> Option<f64> {
    let at_size = |point: Point, mean: f64| Point { x: libm::log2(point.x), mean, ..point };
    let points: Option<Vec<Point>> = entries
        .iter()
        .filter_map(|row| Some((measured(*row)?, row.real(expected))))
        .map(|(point, expected)| expected.map(|mean| at_size(point, mean)))
        .collect();
    Some(Line::fit(&points?)?.slope)
}

fn measured(row: Row<'_>) -> Option<Point> {
    let count = row.count("converged");
    let error = row.real("rounds_sd").map_or(0.0, |sd| unseen::standard_error(sd, count, 1.0));
    row.real("rounds_mean").map(|mean| Point { x: row.number_or_nan("nodes"), mean, error, count })
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    /// The values of a point.
    type Entry = Vec<(&'static str, Cell)>;

    /// A point of 100 runs that all converged; `rounds` and `theory` are means.
    fn entry(strategy: &str, nodes: u32, fanout: u32, phase: &str, rounds: Option<f64>, theory: Option<f64>) -> Entry {
        vec![
            ("strategy", strategy.into()),
            ("nodes", nodes.into()),
            ("fanout", fanout.into()),
            ("gossip.phase", phase.into()),
            ("runs", 100_u64.into()),
            ("converged", rounds.map_or(0_u64, |_| 100).into()),
            ("rounds_mean", rounds.into()),
            ("rounds_sd", rounds.map(|_| 0.5).into()),
            ("theory_rounds", theory.into()),
        ]
    }

    /// The same with other values.
    fn with(mut entry: Entry, values: &[(&'static str, Cell)]) -> Entry {
        entry.extend(values.iter().cloned());
        entry
    }

    /// The fits over these points.
    fn rows(entries: &[Entry], theory: &dyn Fn(u64) -> Option<Law>) -> Vec<Fitted> {
        let entries: Vec<&[(&str, Cell)]> = entries.iter().map(Vec::as_slice).collect();
        super::rows(&testing::summary(&entries), theory)
    }

    const SIZES: [u32; 5] = [16, 32, 64, 128, 256];

    fn log2(nodes: u32) -> f64 {
        f64::from(nodes.ilog2())
    }

    fn close(value: Option<f64>, expected: f64) -> bool {
        value.is_some_and(|value| (value - expected).abs() < 1e-9)
    }

    #[test]
    fn an_exact_line_is_found_with_its_theory() {
        let at = |nodes| entry("push", nodes, 1, "aligned", Some(3.0 + 2.0 * log2(nodes)), Some(1.5 * log2(nodes)));
        let fits = rows(&SIZES.map(at), &|_| None);
        let [(strategy, swept, fit)] = &fits[..] else { panic!("{fits:?}") };
        assert_eq!((strategy.as_str(), swept.len()), ("push", 1));
        assert!(close(fit.slope, 2.0) && close(fit.intercept, 3.0) && close(fit.theory_slope, 1.5), "{fit:?}");
        assert!(fit.slope_ci_low < fit.slope && fit.slope < fit.slope_ci_high, "{fit:?}");
        assert!(close(fit.r2, 1.0) && fit.verdict.starts_with("logarithmic"), "{fit:?}");
        let told = format!("ahead of {} by ΔAICc {:.0}", fit.runner_up.as_ref().unwrap(), fit.lead.unwrap());
        assert!(fit.verdict.ends_with(&told), "{fit:?}");
    }

    #[test]
    fn each_strategy_and_each_value_of_what_else_is_swept_has_a_fit_of_its_own() {
        let mut summary = Vec::new();
        for nodes in SIZES {
            for (fanout, phase, slope) in [(1, "aligned", 1.0), (2, "aligned", 2.0), (1, "random", 3.0)] {
                for (strategy, more) in [("push", 0.0), ("pull", 0.5)] {
                    let rounds = (slope + more) * log2(nodes);
                    summary.push(entry(strategy, nodes, fanout, phase, Some(rounds), None));
                }
            }
        }
        let fits = rows(&summary, &|_| None);
        let slopes: Vec<f64> = fits.iter().map(|(.., fit)| (fit.slope.unwrap() * 2.0).round() / 2.0).collect();
        assert_eq!(slopes, [1.0, 1.5, 2.0, 2.5, 3.0, 3.5]);
        let swept = |fanout: &str, phase: &str| {
            [("gossip.fanout", fanout), ("gossip.phase", phase)].map(|(key, value)| (key.to_owned(), value.to_owned()))
        };
        assert_eq!((fits[2].0.as_str(), fits[2].1.as_slice()), ("push", &swept("2", "aligned")[..]));
        assert_eq!((fits[5].0.as_str(), fits[5].1.as_slice()), ("pull", &swept("1", "random")[..]));
        assert!(fits.iter().all(|(.., fit)| fit.theory_slope.is_none()));
    }

    #[test]
    fn expected_means_have_a_slope_of_the_same_weights_where_every_size_has_one() {
        let expected = |nodes| if nodes == 256 { 20.0 } else { 2.5 * log2(nodes) };
        let at = |nodes| {
            let entry = entry("push", nodes, 1, "aligned", Some(2.0 * log2(nodes)), Some(expected(nodes)));
            // The last size is hardly known, so that its expected mean hardly counts either.
            let sd = if nodes == 256 { 1e6 } else { 0.5 };
            with(entry, &[("exact_rounds_mean", expected(nodes).into()), ("rounds_sd", sd.into())])
        };
        let slopes = |summary: &[Entry]| {
            let fit = rows(summary, &|_| None)[0].2.clone();
            (fit.theory_slope, fit.exact_slope)
        };
        let mut summary = SIZES.map(at);
        let (theory, exact) = slopes(&summary);
        assert!(close(theory, 2.5) && close(exact, 2.5), "{theory:?} {exact:?}");
        summary[4].extend([("theory_rounds", Cell::Empty), ("exact_rounds_mean", Cell::Empty)]);
        assert_eq!(slopes(&summary), (None, None));
        summary[4].push(("rounds_mean", Cell::Empty));
        let (theory, exact) = slopes(&summary);
        assert!(close(theory, 2.5) && close(exact, 2.5), "a size that was not measured does not count");
    }

    /// Push on the ring takes n - 3/4 rounds: over sizes of very different errors the slope of the law is that of the
    /// fit, which is steepest where errors are small.
    #[test]
    fn sizes_are_of_one_fit_also_where_a_setting_follows_them() {
        let text = "replicates = 2\n[network]\nnodes = 16\ntopology = { kind = \"ring\", neighbors = \"log2(n)\" }\n\
                    [gossip]\nstrategy = \"push\"\n[sweep]\n\"network.nodes\" = [16, 64, 256]\n\
                    \"gossip.fanout\" = [1, \"ceil(ln(n))\"]\n";
        let simulated = testing::simulated(&testing::read_text(text));
        let fits = super::rows(&simulated.summary, &|_| None);
        let swept: Vec<Swept> = fits.iter().map(|(_, swept, _)| swept.clone()).collect();
        let of = |value: &str| vec![("gossip.fanout".to_owned(), value.to_owned())];
        assert_eq!(swept, [of("1"), of("ceil(ln(n))")]);
        assert!(fits.iter().all(|(.., fit)| fit.slope.is_some()));
    }

    #[test]
    fn what_goes_in_step_with_the_sizes_is_of_one_fit_however_it_is_written_and_kinds_of_graphs_are_not() {
        let fits = |zip: &str| {
            let text = format!(
                "replicates = 2\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n[[sweep.zip]]\n\
                 \"network.nodes\" = [16, 64, 256]\n{zip}\n"
            );
            let simulated = testing::simulated(&testing::read_text(&text));
            super::rows(&simulated.summary, &|_| None).into_iter().map(|(_, swept, _)| swept).collect::<Vec<_>>()
        };
        for zip in [
            "\"gossip.fanout\" = [1, 3, 5]",
            "\"gossip.fanout\" = [\"1\", \"ceil(ln(n))\", 5]",
            "\"gossip.fanout\" = [1, 3, \"all\"]",
            "\"gossip.interval\" = [\"1s\", \"2s\", \"3s\"]",
            "\"network.latency\" = [\"1ms\", \"2ms\", \"3ms\"]",
            "\"network.topology\" = [{ kind = \"ring\", neighbors = 1 }, { kind = \"ring\", neighbors = 2 }, \
             { kind = \"ring\", neighbors = \"log2(n)\" }]",
        ] {
            assert_eq!(fits(zip), [Swept::new()], "{zip}");
        }
        let kinds = fits("\"network.topology\" = [\"complete\", \"ring\", \"line\"]");
        let kind = |kind: &str| vec![("network.topology".to_owned(), kind.to_owned())];
        assert_eq!(kinds, ["complete", "ring (neighbors = 1)", "line"].map(kind));
    }

    #[test]
    fn an_exact_law_has_the_slope_of_what_follows_it() {
        let at = |nodes: u32| {
            let rounds = f64::from(nodes) - 0.75;
            let entry = entry("push", nodes, 1, "aligned", Some(rounds), Some(rounds));
            with(entry, &[("rounds_sd", f64::from(nodes).sqrt().into())])
        };
        let fit = rows(&SIZES.map(at), &|_| None)[0].2.clone();
        assert!(close(fit.slope, fit.theory_slope.unwrap()), "{fit:?}");
    }

    #[test]
    fn what_is_the_same_everywhere_gets_no_column() {
        let fits = rows(&SIZES.map(|nodes| entry("push", nodes, 7, "aligned", Some(1.0), None)), &|_| None);
        assert_eq!(fits[0].1, [("gossip.phase".to_owned(), "aligned".to_owned())]);
    }

    #[test]
    fn sizes_at_which_nothing_converged_are_left_out_of_the_line() {
        let at = |nodes| entry("push", nodes, 1, "aligned", (nodes != 64).then(|| 4.0 * log2(nodes)), None);
        let fits = rows(&SIZES.map(at), &|_| None);
        assert!(close(fits[0].2.slope, 4.0), "{:?}", fits[0].2);
        let nothing = rows(&SIZES.map(|nodes| entry("push", nodes, 1, "aligned", None, None)), &|_| None);
        let fit = &nothing[0].2;
        assert_eq!((fit.slope, fit.slope_ci_low, fit.intercept, fit.r2), (None, None, None, None));
    }

    #[test]
    fn a_theory_that_does_not_cover_every_size_gives_no_slope() {
        let at = |nodes| entry("push", nodes, 1, "aligned", Some(log2(nodes)), (nodes < 256).then_some(1.0));
        assert_eq!(rows(&SIZES.map(at), &|_| None)[0].2.theory_slope, None);
    }

    #[test]
    fn sizes_at_which_runs_failed_are_no_ground_for_a_verdict() {
        let at = |nodes| {
            let converged: u64 = if nodes == 128 { 3 } else { 97 };
            let entry = entry("push", nodes, 1, "aligned", Some(2.0 * log2(nodes)), None);
            with(entry, &[("converged", converged.into())])
        };
        let mut summary = SIZES.map(at);
        let fit = &rows(&summary, &|_| None)[0].2;
        assert!(fit.verdict.starts_with("undecided: 3 of 100 runs converged at n = 128; "), "{fit:?}");
        assert_eq!((fit.lead, fit.runner_up.as_deref()), (None, None));
        // A size without a mean is one at which none converged.
        summary[3].extend([("converged", 0_u64.into()), ("rounds_mean", Cell::Empty)]);
        let fit = &rows(&summary, &|_| None)[0].2;
        assert!(fit.verdict.starts_with("undecided: 0 of 100 runs converged at n = 128; "), "{fit:?}");
        summary[3].extend([("converged", 97_u64.into()), ("rounds_mean", 14.0.into())]);
        assert!(rows(&summary, &|_| None)[0].2.verdict.starts_with("logarithmic or "));
    }

    #[test]
    fn a_theory_that_says_something_else_is_told() {
        let mut summary = SIZES.map(|nodes| entry("push", nodes, 1, "aligned", Some(f64::from(nodes)), None));
        (0_u64..).zip(&mut summary).for_each(|(number, entry)| entry.push(("point", number.into())));
        let verdict = |law: fn(u64) -> Option<Law>| rows(&summary, &law)[0].2.verdict.clone();
        let plain = verdict(|_| None);
        assert!(plain.starts_with("linear, ahead of ") && !plain.contains("theory"), "{plain}");
        assert_eq!(verdict(|_| Some(Law::Linear)), plain);
        assert_eq!(
            verdict(|_| Some(Law::Logarithmic)),
            format!("{plain}; theory says logarithmic: more or larger sizes tell")
        );
        let some: fn(u64) -> Option<Law> = |point| (point > 0).then_some(Law::Logarithmic);
        assert_eq!(verdict(some), plain, "a theory of some of the sizes says nothing of their growth");
    }

    #[test]
    fn runs_that_all_agree_leave_the_slope_open() {
        let at = |nodes| with(entry("push", nodes, 1, "aligned", Some(3.0), None), &[("rounds_sd", 0.0.into())]);
        let fit = &rows(&SIZES.map(at), &|_| None)[0].2;
        let (low, high) = (fit.slope_ci_low.unwrap(), fit.slope_ci_high.unwrap());
        // 100 runs leave 0.0295 rounds open; over log2 n = 4 to 8 the slope's error is 1/√10 of that, and t = 1.965.
        let half = 0.029_513 / 10.0f64.sqrt() * 1.964_8 / 1.959_96;
        assert!((low + half).abs() < 1e-5 && (high - half).abs() < 1e-5, "{low} {high} {half}");
    }
}
