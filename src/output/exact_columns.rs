//! Exact laws of rounds: worked out for the points of a scenario, and set beside what was measured.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::conditions::TheoryCurve;
use super::frame::Row;
use super::groups;
use super::places;
use super::tables::Tables;
use crate::plan;
use crate::scenario::{Point, Scenario};
use crate::theory::{self, Case, Exact, Unavailable};
use crate::threads::Threads;

/// The work on exact laws that goes with a run, in cells of laws: well below a second.
const AFFORDABLE: f64 = 5e8;

/// Most steps of a distribution that are kept for a chart.
const MOST_STEPS: usize = 500;

/// The exact law of every point of a scenario, or why there is none. Points of one case share their law.
pub struct ExactLaws(Vec<Result<Arc<Exact>, Unavailable>>);

impl ExactLaws {
    /// Of all points, whatever it takes.
    pub fn all(scenario: &Scenario) -> Self {
        ExactLaws::within(scenario, f64::INFINITY)
    }

    /// Of as many points as cost next to nothing beside their simulation, the cheapest first.
    pub fn affordable(scenario: &Scenario) -> Self {
        ExactLaws::within(scenario, AFFORDABLE)
    }

    fn within(scenario: &Scenario, most: f64) -> Self {
        let cases: Vec<Case> = scenario.points.iter().map(|point| plan::case(&point.settings)).collect();
        // A case has no order of its own; its text tells it from all others.
        let mut distinct: BTreeMap<String, (&Case, bool)> = BTreeMap::new();
        for case in &cases {
            distinct.entry(format!("{case:?}")).or_insert((case, false));
        }
        let mut by_work: Vec<(f64, &mut bool)> =
            distinct.values_mut().map(|(case, chosen)| (theory::work(case).unwrap_or(0.0), chosen)).collect();
        by_work.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut spent = 0.0;
        for (work, chosen) in by_work {
            spent += work;
            *chosen = spent <= most;
        }
        let solve = |(): &mut (), (name, (case, chosen)): (String, (&Case, bool))| {
            let law = if chosen { theory::attempt(case) } else { Err(Unavailable::TooLong) };
            (name, law.map(Arc::new))
        };
        let laws = Threads::start(0).map(distinct.into_iter().collect(), || (), solve);
        let laws: BTreeMap<String, Result<Arc<Exact>, Unavailable>> = laws.into_iter().collect();
        ExactLaws(
            cases
                .iter()
                .map(|case| laws.get(&format!("{case:?}")).cloned().unwrap_or(Err(Unavailable::TooLong)))
                .collect(),
        )
    }

    /// The law of `point`, if there is one.
    pub fn of(&self, point: &Point) -> Option<&Exact> {
        self.attempt(point).ok()
    }

    /// The law of `point` to keep, if there is one.
    pub fn law(&self, point: &Point) -> Option<Arc<Exact>> {
        self.0.get(point.index as usize)?.as_ref().ok().cloned()
    }

    /// The law of `point`, or why there is none.
    ///
    /// # Errors
    /// Why there is none.
    pub fn attempt(&self, point: &Point) -> Result<&Exact, Unavailable> {
        match self.0.get(point.index as usize) {
            Some(Ok(exact)) => Ok(exact),
            Some(Err(gap)) => Err(*gap),
            None => Err(Unavailable::TooLong),
        }
    }

    /// The distribution functions, for charts: as many rounds as tell something.
    pub fn curves(&self) -> Vec<TheoryCurve> {
        let curve = |(point, law): (u64, &Result<Arc<Exact>, Unavailable>)| {
            let steps = law.as_ref().ok()?.distribution.cumulative().enumerate();
            let telling = steps.map(|(round, share)| (round as u64, share.min(1.0)));
            let mut points: Vec<(u64, f64)> = Vec::new();
            for (round, share) in telling.skip_while(|(_, share)| *share < 1e-4) {
                points.push((round, share));
                if share > 1.0 - 1e-4 {
                    break;
                }
            }
            // From the axis up to the first step.
            let before = points.first().and_then(|(round, _)| round.checked_sub(1));
            let stride = points.len().div_ceil(MOST_STEPS).max(1);
            let points =
                before.map(|round| (round, 0.0)).into_iter().chain(points.into_iter().step_by(stride)).collect();
            Some(TheoryCurve { point, points })
        };
        (0..).zip(&self.0).filter_map(curve).collect()
    }
}

/// For the terminal: the last exact mean of each strategy beside the measured one, by its place among the points, and how
/// far off all those are that have a z.
pub fn compared(tables: &Tables) -> Vec<String> {
    let varying = places::varying(&tables.summary);
    let line = |(name, rows): (&str, Vec<Row<'_>>)| {
        let known = rows.into_iter().filter_map(|row| Some((row, row.real("exact_rounds_mean")?)));
        let known: Vec<(Row<'_>, f64)> = known.collect();
        let (row, exact) = *known.last()?;
        let (runs, converged) = (row.count("runs"), row.count("converged"));
        let measured = match (row.real("rounds_mean"), row.real("exact_z")) {
            (None, _) => format!("none of {runs} runs converged"),
            (Some(mean), Some(z)) => format!("measured {mean:.2} (z = {})", signed(z)),
            (Some(mean), None) if converged < runs => format!("measured {mean:.2} over {converged} of {runs} runs"),
            (Some(mean), None) => format!("measured {mean:.2}"),
        };
        let off: Vec<f64> = known.iter().filter_map(|(row, _)| row.real("exact_z")).map(f64::abs).collect();
        let rest = match off.len() {
            _ if known.len() < 2 => String::new(),
            0 => String::new(),
            points => {
                let noun = if points == 1 { "configuration" } else { "configurations" };
                format!("; {points} {noun}, |z| at most {:.1}", off.iter().copied().fold(0.0, f64::max))
            }
        };
        let (place, nodes) = (places::besides(row, &varying), row.count("nodes"));
        Some(format!("{name}{place}, n = {nodes}: mean {exact:.2}, {measured}{rest}"))
    };
    groups::by(tables.summary.rows(), |row| row.series()).into_iter().filter_map(line).collect()
}

/// With one decimal and its sign; what rounds to nothing has none.
fn signed(number: f64) -> String {
    let text = format!("{number:+.1}");
    if ["+0.0", "-0.0"].contains(&text.as_str()) { "0.0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::columns::Cell;
    use crate::scenario::{Overrides, Source, read};

    fn scenario(text: &str) -> Scenario {
        let text = format!("[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n{text}");
        read(Source::text("demo.toml", &text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    #[test]
    fn points_of_one_case_share_their_law_and_others_have_their_own() {
        let sweep = "[sweep]\n\"gossip.interval\" = [\"1s\", \"2s\"]\n\"network.nodes\" = [2, 16, 5000]\n";
        let scenario = scenario(sweep);
        let exacts = ExactLaws::all(&scenario);
        let of = |index: usize| exacts.attempt(&scenario.points[index]);
        assert!(std::ptr::eq(of(0).unwrap(), of(3).unwrap()) && !std::ptr::eq(of(0).unwrap(), of(1).unwrap()));
        assert_eq!((of(0).unwrap().distribution.mean, of(2)), (1.0, Err(Unavailable::TooLarge)));
        assert!(exacts.of(&scenario.points[2]).is_none());
    }

    #[test]
    fn what_costs_too_much_is_left_out_and_the_rest_stays() {
        let scenario = scenario("[sweep]\n\"network.nodes\" = [4096, 16, 64]\n");
        let exacts = ExactLaws::within(&scenario, 1e6);
        let known: Vec<bool> = scenario.points.iter().map(|point| exacts.of(&point).is_some()).collect();
        assert_eq!(known, [false, true, true]);
    }

    #[test]
    fn a_line_names_its_point_and_counts_points_with_a_z_alone() {
        let entry = |number: u64, converged: u64, z: Option<f64>| {
            vec![
                ("point", Cell::from(number)),
                ("topology", if number < 2 { "complete" } else { "star" }.into()),
                ("nodes", (8_u64 << (number % 2)).into()),
                ("runs", 9_u64.into()),
                ("converged", converged.into()),
                ("rounds_mean", 7.0.into()),
                ("exact_rounds_mean", 7.5.into()),
                ("exact_z", z.into()),
            ]
        };
        let of = |last: u64, z: [Option<f64>; 4]| {
            let points =
                [0, 1, 2, 3].map(|number| entry(number, if number == 3 { last } else { 9 }, z[number as usize]));
            let summary = testing::summary(&points.each_ref().map(Vec::as_slice));
            compared(&Tables { summary, ..Tables::default() })
        };
        let all = of(9, [Some(0.5), Some(-1.0), Some(2.0), Some(-0.25)]);
        assert_eq!(
            all,
            ["push, topology star, n = 16: mean 7.50, measured 7.00 (z = -0.2); 4 configurations, |z| at most 2.0"]
        );
        let cut_off = of(4, [Some(0.5), Some(-1.0), None, None]);
        let told =
            "push, topology star, n = 16: mean 7.50, measured 7.00 over 4 of 9 runs; 2 configurations, |z| at most 1.0";
        assert_eq!(cut_off, [told]);
    }

    #[test]
    fn nothing_has_no_sign() {
        assert_eq!([-0.04, 0.04, 0.0, -0.06, 1.25].map(signed), ["0.0", "0.0", "0.0", "-0.1", "+1.2"]);
    }

    #[test]
    fn a_curve_climbs_from_nothing_to_everything() {
        let scenario = scenario("");
        let curves = ExactLaws::all(&scenario).curves();
        let [TheoryCurve { point: 0, points }] = &curves[..] else { panic!("{curves:?}") };
        assert_eq!(points[0].1, 0.0);
        assert!(points.is_sorted_by(|one, next| one.0 < next.0 && one.1 < next.1), "{points:?}");
        assert!(points.last().is_some_and(|last| last.1 > 0.9999));
    }
}
