//! What is known of points one by one, cut down to the points that charts show it of.

use std::collections::BTreeSet;

use super::curves::points;
use super::dataset::Dataset;
use crate::output::conditions::Conditions;
use crate::output::tables::Tables;

/// Keeps of `conditions` what the charts of `tables` show: round by round they show at most so many panels, and of a
/// sweep of ten thousand points the curves of all others are a large file that nobody looks at.
pub fn keep_shown(conditions: &mut Conditions, tables: &Tables) {
    let shown = shown(tables, conditions);
    conditions.theory.retain(|curve| shown.contains(&curve.point));
    conditions.exact.retain(|curve| shown.contains(&curve.point));
    conditions.tolerances.retain(|(point, _)| shown.contains(point));
}

/// The points that are shown round by round.
fn shown(tables: &Tables, conditions: &Conditions) -> BTreeSet<u64> {
    points(&Dataset::new(tables, conditions).selection(None)).map(|(_, row)| row.point()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::figures;
    use super::*;
    use crate::output::exact_columns::ExactLaws;
    use crate::output::{caption, run_tables, testing};

    /// All that is known of a scenario of two strategies at 51 values, what is kept of it, and its tables.
    fn known(other: &str, workload: &str) -> (Conditions, Conditions, Tables) {
        let sweep = format!("\"network.loss\" = \"0..0.5 step 0.01\"\n\"gossip.strategy\" = [\"push\", \"{other}\"]");
        let scenario = testing::read_text(&format!(
            "replicates = 3\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n{workload}\n[sweep]\n{sweep}\n"
        ));
        let tables = testing::tables_of(run_tables::list(&scenario), &scenario, testing::all_runs(&scenario));
        let exact = ExactLaws::all(&scenario).curves();
        let all = Conditions { exact, ..caption::conditions(&scenario) };
        let mut kept = all.clone();
        keep_shown(&mut kept, &tables);
        (all, kept, tables)
    }

    #[test]
    fn curves_of_theory_do_not_grow_with_the_sweep_and_charts_stay_as_they_are() {
        let (all, kept, tables) = known("pull", "");
        assert_eq!([all.theory.len(), all.exact.len()], [102, 102]);
        assert_eq!([kept.theory.len(), kept.exact.len()], [96, 96]);
        let drawn = figures(&tables, &all);
        assert!(figures(&tables, &kept) == drawn);
        let none = Conditions { theory: Vec::new(), exact: Vec::new(), ..kept };
        assert!(figures(&tables, &none) != drawn, "what is kept is drawn");
    }

    #[test]
    fn tolerances_do_not_grow_with_the_sweep_and_charts_stay_as_they_are() {
        let (all, kept, tables) = known("push-pull", "phase = \"random\"\n[workload]\nkind = \"average\"");
        assert_eq!([all.tolerances.len(), kept.tolerances.len()], [102, 96]);
        assert!(figures(&tables, &kept) == figures(&tables, &all));
    }
}
