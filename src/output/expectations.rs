//! Whether what a scenario's `[expect]` states came true.

use super::rows::{FitRow, PointColumns, SummaryRow, Tables};
use crate::scenario::Scenario;
use crate::scenario::expect::{Expectation, Metric};

/// What did not hold, a line each. A statement about a strategy must hold at each of its points.
pub fn missed(scenario: &Scenario, tables: &Tables) -> Vec<String> {
    scenario.expectations.iter().flat_map(|expectation| failures(expectation, tables)).collect()
}

fn failures(expectation: &Expectation, tables: &Tables) -> Vec<String> {
    let strategy = expectation.strategy.map(|strategy| strategy.to_string());
    let meant = |name: &str| strategy.as_deref().is_none_or(|strategy| strategy == name);
    let mut found = false;
    let mut failures = Vec::new();
    let mut judge = |place: String, value: Option<f64>| {
        found = true;
        if !value.is_some_and(|value| expectation.holds(value)) {
            let value = value.map_or_else(|| "there is no value".to_owned(), |value| format!("it is {value}"));
            failures.push(format!("expected {expectation}, but {value} ({place})"));
        }
    };
    if expectation.metric == Metric::Slope {
        for (name, _, fit) in tables.fit.iter().filter(|(name, ..)| meant(name)) {
            judge(name.clone(), slope(fit));
        }
    } else {
        for (point, _, row) in tables.summary.iter().filter(|(point, ..)| meant(&point.strategy)) {
            judge(place(point), figure(expectation.metric, row));
        }
    }
    if !found {
        failures.push(format!("expected {expectation}, but no point of the scenario has such a value"));
    }
    failures
}

fn place(point: &PointColumns) -> String {
    format!("point {}: {}, {} nodes", point.point, point.strategy, point.nodes)
}

fn slope(fit: &FitRow) -> Option<f64> {
    fit.slope
}

fn figure(metric: Metric, row: &SummaryRow) -> Option<f64> {
    match metric {
        Metric::Slope => None,
        Metric::ConvergedShare => Some(row.converged as f64 / row.runs as f64),
        Metric::RoundsMean => row.rounds_mean,
        Metric::RoundsP95 => row.rounds_p95,
        Metric::RoundsMax => row.rounds_max.map(|rounds| rounds as f64),
        Metric::TimeMsMean => row.time_ms_mean,
        Metric::MessagesPerNodeMean => Some(row.messages_per_node_mean),
        Metric::ResidueMean => Some(row.residue_mean),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{growth, tabulate};
    use super::*;
    use crate::experiment;
    use crate::scenario::{Overrides, Source, read};

    /// What was missed by a scenario without chance in it: from the centre of a star of n nodes pull and push-pull
    /// take one round and 2n - 1 messages. Two sizes, 5 runs each.
    fn missed_by(expect: &str) -> Vec<String> {
        let text = format!(
            "replicates = 5\n[network]\nnodes = 4\ntopology = \"star\"\n[gossip]\nstrategy = \"pull\"\nexchange = \"eager\"\n\
             [workload]\norigin = 0\n[sweep]\n\"network.nodes\" = [4, 8]\n\
             \"gossip.strategy\" = [\"pull\", \"push-pull\"]\n[expect]\n{expect}\n"
        );
        let scenario = read(Source::text("demo.toml", &text), &Overrides::default());
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        let mut tables = Tables::default();
        for point in &scenario.points {
            let records: Vec<_> = (0..5).map(|number| experiment::run(&point, number, &|| true).unwrap()).collect();
            let summary = tabulate::summary_row(&point, &records);
            tables.summary.push((tabulate::point_columns(&point), tabulate::swept(&point), summary));
        }
        tables.fit = growth::rows(&tables.summary, &|_| None);
        missed(&scenario, &tables)
    }

    #[test]
    fn what_came_true_is_not_mentioned() {
        let expect = "converged_share = 1\npush-pull.rounds_mean = [1, 1]\npull.rounds_max = \"<= 1\"\nrounds_p95 = 1\n\
                      time_ms_mean = 0\npull.messages_per_node_mean = [1.75, 1.875]\nresidue_mean = \"< 0.001\"\n\
                      slope = [-0.001, 0.001]";
        assert_eq!(missed_by(expect), <[String; 0]>::default());
    }

    #[test]
    fn what_did_not_is_told_for_each_point_with_its_value() {
        let missed = missed_by("pull.rounds_mean = \"> 1\"");
        assert_eq!(
            missed,
            [
                "expected pull.rounds_mean: > 1, but it is 1 (point 0: pull, 4 nodes)",
                "expected pull.rounds_mean: > 1, but it is 1 (point 2: pull, 8 nodes)",
            ]
        );
        // Without a strategy it is about all of them.
        assert_eq!(missed_by("converged_share = 0.5").len(), 4);
        assert_eq!(missed_by("pull.messages_per_node_mean = 1.75").len(), 1);
    }

    #[test]
    fn a_slope_is_judged_by_the_fit() {
        let missed = missed_by("pull.slope = \">= 1\"");
        assert!(missed.len() == 1 && missed[0].ends_with("(pull)"), "{missed:?}");
        assert_eq!(missed_by("slope = \">= 1\"").len(), 2);
    }

    #[test]
    fn a_figure_that_is_not_there_does_not_hold() {
        let expectation = |text: &str| {
            let text = format!("[network]\nnodes = 4\n[gossip]\nstrategy = \"push\"\n[expect]\n{text}\n");
            read(Source::text("demo.toml", &text), &Overrides::default()).unwrap()
        };
        let scenario = expectation("rounds_mean = \">= 0\"");
        let record = experiment::run(&scenario.points[0], 0, &|| true).unwrap();
        let point = tabulate::point_columns(&scenario.points[0]);
        let summary = SummaryRow { rounds_mean: None, ..tabulate::summary_row(&scenario.points[0], &[record]) };
        let tables = Tables { summary: vec![(point, Vec::new(), summary)], ..Tables::default() };
        let missed_one = missed(&scenario, &tables);
        assert!(missed_one.len() == 1 && missed_one[0].contains("there is no value"), "{missed_one:?}");
        let nothing = missed(&scenario, &Tables::default());
        assert!(nothing.len() == 1 && nothing[0].contains("no point"), "{nothing:?}");
    }
}
