//! The rows of `coverage_by_region.csv`: how long it took until half, 90 %, 99 %, 99.9 % and all of the nodes of each region
//! had heard.

use super::coverage::{self, Took};
use super::frame::{Frame, Row};
use crate::columns::Cell;
use crate::columns::coverage::{InRegion, REGION, SHARES, of_regions};
use crate::experiment::Record;
use crate::scenario::Point;
use crate::workload::rumor::ReachedInRegion;

/// When the nodes of each region had heard, run by run of a point.
#[derive(Clone, Debug, Default)]
pub struct ByRegion {
    /// Whether the run converged, and what it kept.
    runs: Vec<(bool, Vec<ReachedInRegion>)>,
}

impl ByRegion {
    /// Adds what a run kept, and takes it away from its record, which may be kept for long; how many bytes it takes.
    pub fn add(&mut self, record: &mut Record) -> u64 {
        let Some(reached) = record.by_region.take() else { return 0 };
        let bytes = std::mem::size_of_val(reached.as_slice());
        self.runs.push((record.converged(), reached));
        bytes as u64
    }

    /// The rows of `point` after its own columns and those of swept keys: for each region and share first over all runs, then
    /// over those that converged.
    pub fn rows(&self, point: &Point) -> Vec<Vec<Cell>> {
        let Some(regions) = point.settings.regions().filter(|_| !self.runs.is_empty()) else { return Vec::new() };
        let interval = point.settings.gossip.interval.as_millis();
        let mut rows = Vec::new();
        for (number, (name, nodes)) in regions.names().iter().zip(regions.sizes()).enumerate() {
            let region = InRegion { name: name.clone(), nodes: *nodes };
            for (place, (permille, ..)) in SHARES.into_iter().enumerate() {
                for (over, converged) in [("all", false), ("converged", true)] {
                    let runs = self.runs.iter().filter(|(done, _)| *done || !converged);
                    let took: Vec<Took> =
                        runs.map(|(_, reached)| Some((None, reached[number][place]?.as_millis()))).collect();
                    let row = coverage::row(permille as f64 / 10.0, over, &took, interval);
                    let own = REGION.iter().map(|column| (column.of)(&region));
                    rows.push(own.chain(of_regions().map(|column| (column.of)(&row))).collect());
                }
            }
        }
        rows
    }
}

/// The rows over all runs of a point, region by region, and in each by rising share.
pub fn of_point(table: &Frame, point: u64) -> impl Iterator<Item = Row<'_>> {
    // The table of a folder without regions has no columns.
    let rows = if table.is_empty() { 0..0 } else { table.of_point(point) };
    rows.map(|number| table.row(number)).filter(|row| row.word("over") == "all")
}

/// The row over all runs of a point for a region and a share, in thousandths.
pub fn of_share<'t>(table: &'t Frame, point: u64, region: &str, permille: u64) -> Option<Row<'t>> {
    of_point(table, point)
        .find(|row| row.word("region") == region && row.real("coverage") == Some(permille as f64 / 10.0))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::engine::{Observer, Protocol};
    use crate::experiment;
    use crate::observe::enough;
    use crate::stats::quantile::quantile;
    use crate::time::Time;
    use crate::units::NodeId;
    use crate::workload::rumor::Learned;

    /// When each node first heard, by node.
    struct FirstHeard(Vec<Time>);

    impl<P: Protocol<Fact = Learned>> Observer<P> for FirstHeard {
        fn fact(&mut self, now: Time, node: NodeId, _: Learned) {
            let first = &mut self.0[node.index()];
            *first = now.min(*first);
        }
    }

    /// The table against the instants at which each node first heard, also where nodes crash, come back without the update
    /// and hear again, and others join.
    #[test]
    fn a_region_has_the_times_at_which_enough_of_its_nodes_first_heard() {
        let text = "replicates = 20\n[network]\nnodes = 30\nloss = 0.2\n\
                    [[network.region]]\nname = \"a\"\ncount = 5\n[[network.region]]\nname = \"b\"\ncount = 25\n\
                    [gossip]\nstrategy = \"push\"\nphase = \"random\"\n[workload]\norigin = 7\n[stop]\nmax_rounds = 6\n\
                    [[event]]\nat = \"3s\"\ncrash = 0.2\nkeep_state = false\n[[event]]\nat = \"4s\"\nrecover = \"all\"\n\
                    [[event]]\nat = \"2s\"\njoin = 3\n";
        let scenario = testing::read_text(text);
        let (point, tables) = (scenario.point(0), testing::simulated(&scenario));
        let first = (0..scenario.replicates).map(|replicate| {
            let mut heard = FirstHeard(vec![Time::NEVER; 33]);
            heard.0[7] = Time::ZERO;
            experiment::watch(&point, replicate, &mut heard).unwrap();
            heard.0
        });
        let first: Vec<Vec<Time>> = first.collect();
        let mut unreached = 0;
        for (name, nodes) in [("a", 0..5), ("b", 5..30)] {
            for (permille, ..) in SHARES {
                let count = enough(nodes.len() as u64, permille) as usize;
                let mut times: Vec<f64> = first
                    .iter()
                    .map(|first| {
                        let mut of_region = first[nodes.clone()].to_vec();
                        of_region.sort_unstable();
                        Some(of_region[count - 1])
                            .filter(|time| *time < Time::NEVER)
                            .map_or(f64::INFINITY, Time::as_millis)
                    })
                    .collect();
                times.sort_unstable_by(f64::total_cmp);
                let row = of_share(&tables.by_region, 0, name, permille).unwrap();
                let reached = times.iter().filter(|time| time.is_finite()).count();
                unreached += times.len() - reached;
                assert_eq!((row.count("nodes_in_region"), row.count("reached")), (nodes.len() as u64, reached as u64));
                assert_eq!(row.real("time_ms_p50"), quantile(&times, 0.5).filter(|time| time.is_finite()));
            }
        }
        assert!(unreached > 0, "some runs end before all have heard");
        assert_eq!(of_point(&tables.by_region, 0).count(), 10);
    }
}
