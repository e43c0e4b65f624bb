//! What to say of the runs of a point besides its figures.

use crate::experiment::{Record, Split};
use crate::scenario::Point;
use crate::scenario::replicates::{Precision, half_width};
use crate::settings::Until;
use crate::stats::Moments;
use crate::workload::WorkloadSpec;

/// What the runs of a point give rise to say, gathered run by run.
#[derive(Debug, Default)]
pub(super) struct Notes {
    runs: u64,
    /// The rounds of those that converged.
    rounds: Moments,
    /// Runs in which nothing failed that anybody could find out.
    without_goal: u64,
    /// Runs that met a limit before they were quiet, and those of them in which every node had the update.
    unquiet: [u64; 2],
    /// The first run whose graph was in pieces, and its pieces.
    split: Option<(u64, Split)>,
    /// The shares of nodes that could be reached in such runs.
    reach: Moments,
    /// Of a failure detector: where runs have their false positives and their exposure in hours of nodes.
    exposure_places: Option<[usize; 2]>,
    /// Both of all runs so far; `None` where no run has them.
    exposure: Option<[f64; 2]>,
}

impl Notes {
    /// Of the runs of `point`, none of which was taken in yet.
    pub(super) fn of(point: &Point) -> Self {
        Notes { exposure_places: places(point, ["false_positives", "node_hours"]), ..Notes::default() }
    }

    /// Takes in a run.
    pub(super) fn add(&mut self, point: &Point, record: &Record) {
        self.runs += 1;
        let rounds = record.rounds(point.settings.gossip.interval);
        rounds.into_iter().for_each(|rounds| self.rounds.add(rounds as f64));
        self.without_goal += u64::from(!record.ending.has_goal);
        if point.settings.stop.until == Until::Quiet && record.ending.cut_off {
            self.unquiet[0] += 1;
            self.unquiet[1] += u64::from(record.converged());
        }
        if let Some(split) = &record.split {
            self.reach.add(split.reachable as f64 / record.live as f64);
            self.split.get_or_insert_with(|| (record.replicate, split.clone()));
        }
        let measured = |place: usize| record.measured.get(place)?.number();
        if let Some([events, hours]) = self.exposure_places
            && let (Some(events), Some(hours)) = (measured(events), measured(hours))
        {
            let before = self.exposure.unwrap_or_default();
            self.exposure = Some([before[0] + events, before[1] + hours]);
        }
    }

    /// All that is to be said; `precision` is how well the mean rounds were to be known.
    pub(super) fn texts(&self, point: &Point, precision: Option<Precision>) -> Vec<String> {
        let precision = precision.and_then(|wanted| self.imprecise(wanted));
        let said = [self.in_pieces(point), self.unquiet(), self.nothing_failed(), self.nothing_seen(), precision];
        said.into_iter().flatten().map(|text| format!("configuration {}: {text}", point.index)).collect()
    }

    /// That the mean rounds are not known as well as asked for.
    fn imprecise(&self, wanted: Precision) -> Option<String> {
        if wanted.met_by(&self.rounds) {
            return None;
        }
        let runs = self.runs;
        Some(match half_width(&self.rounds) {
            Some(half) => format!(
                "after {runs} runs, the most allowed, the mean rounds are known to ±{:.2} % instead of ±{:.2} %",
                100.0 * half,
                100.0 * wanted.target
            ),
            None if self.rounds.count() == 1 => {
                format!("1 of {runs} runs converged, the most allowed, which is too few for an interval")
            }
            None if self.without_goal == runs => {
                "nothing failed, so there are no mean rounds to make sure of, and no more runs were made".to_owned()
            }
            None => {
                format!(
                    "none of {runs} runs converged, so there are no mean rounds to make sure of, and no more were run"
                )
            }
        })
    }

    /// That some runs were to go on until they are quiet, and met a limit before.
    fn unquiet(&self) -> Option<String> {
        let [all, informed] = self.unquiet;
        let known = match informed {
            0 => String::new(),
            informed => format!(" ({informed} of them with every node informed, which counts as converged)"),
        };
        (all > 0).then(|| {
            format!(
                "{all} of {} runs were cut off by a limit of [stop] before they were quiet{known}: their traffic is \
                 incomplete",
                self.runs
            )
        })
    }

    /// That nothing failed in some runs.
    fn nothing_failed(&self) -> Option<String> {
        (self.without_goal > 0).then(|| {
            format!(
                "nothing failed in {} of {} runs: they count as converged, and their rounds and times are empty",
                self.without_goal, self.runs
            )
        })
    }

    /// That no false positive was seen, and what their rate may be for all that: by the rule of three, with 95 % confidence
    /// fewer than 3 / exposure.
    fn nothing_seen(&self) -> Option<String> {
        let [events, hours] = self.exposure.filter(|[events, hours]| *events == 0.0 && *hours > 0.0)?;
        Some(format!(
            "{events} false positives in {} node-hours: fewer than {} per node and hour, with 95 % confidence",
            rounded(hours),
            rounded(3.0 / hours)
        ))
    }

    /// That some graphs were in pieces.
    fn in_pieces(&self, point: &Point) -> Option<String> {
        let (replicate, Split { sizes, .. }) = self.split.as_ref()?;
        let network = &point.settings.network;
        let reach = 100.0 * self.reach.mean().unwrap_or(0.0);
        if let [nodes] = sizes.as_slice() {
            return Some(format!(
                "the graph ({}) is directed, and from the origin an update could get to {reach:.1} % of its {nodes} nodes on \
                 average",
                network.topology,
            ));
        }
        let shown: Vec<String> = sizes.iter().take(4).map(u32::to_string).collect();
        let more = if sizes.len() > 4 { ", …" } else { "" };
        Some(format!(
            "{} of {} graphs ({}, {} nodes) are not connected; from the origin {reach:.1} % of the nodes could be \
             reached on average. Replicate {replicate} has {} components of {}{more} nodes",
            self.reach.count(),
            self.runs,
            network.topology,
            network.nodes,
            sizes.len(),
            shown.join(", "),
        ))
    }
}

/// Where the runs of a point have what they measured in the columns of these names, if its workload has them.
fn places<const N: usize>(point: &Point, names: [&str; N]) -> Option<[usize; N]> {
    let workload = point.settings.workload.name();
    let (_, measures) = WorkloadSpec::MEASURES.iter().find(|(name, _)| *name == workload)?;
    let columns = measures().runs;
    let mut found = [0; N];
    for (place, name) in found.iter_mut().zip(names) {
        *place = columns.iter().position(|column| column.name == name)?;
    }
    Some(found)
}

/// A number to three digits.
fn rounded(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{all_runs, limited, quick, read_text, scenario, stuck};
    use super::*;
    use crate::workload::rumor::Ending;

    fn said(point: &Point, records: &[Record]) -> Vec<String> {
        let mut notes = Notes::of(point);
        records.iter().for_each(|record| notes.add(point, record));
        notes.texts(point, None)
    }

    #[test]
    fn runs_that_met_a_limit_before_they_were_quiet_are_told_of() {
        let until =
            |until: &str| scenario(&format!("spread = {{ kind = \"coin\", k = 2 }}\n[stop]\nuntil = \"{until}\"\n"));
        let cut = |record: Record| Record { ending: Ending { cut_off: true, ..record.ending }, ..record };
        let records = [quick(), stuck(), cut(quick()), cut(limited())];
        let quiet = until("quiet");
        let notes = said(&quiet.points[0], &records);
        assert!(
            notes[0].starts_with("configuration 0: 2 of 4 runs were cut off")
                && notes[0].contains("(1 of them with every"),
            "{notes:?}"
        );
        assert_eq!(said(&quiet.points[0], &records[..2]), <[&str; 0]>::default());
        assert_eq!(said(&until("informed").points[0], &records), <[&str; 0]>::default());
    }

    #[test]
    fn graphs_in_pieces_are_told_of_and_others_are_not() {
        let scenario = scenario("");
        assert_eq!(said(&scenario.points[0], &[quick()]), <[&str; 0]>::default());
        let split = Record { replicate: 4, split: Some(Split { sizes: vec![6, 1, 1, 1, 1], reachable: 6 }), ..stuck() };
        let notes = said(&scenario.points[0], &[quick(), split]);
        assert!(notes[0].contains("1 of 2 graphs") && notes[0].contains("60.0 %"), "{notes:?}");
        assert!(notes[0].ends_with("Replicate 4 has 5 components of 6, 1, 1, 1, … nodes"), "{notes:?}");
    }

    #[test]
    fn where_no_false_positive_was_seen_it_is_told_how_many_there_may_be() {
        let of = |timeout: &str| {
            let text = format!(
                "replicates = 2\n[network]\nnodes = 10\nloss = 0.3\n[gossip]\nstrategy = \"push\"\nfanout = \"all\"\n\
                 [workload]\nkind = \"detector\"\nduring = \"60s\"\ntimeout = \"{timeout}\"\n"
            );
            let scenario = read_text(&text);
            said(&scenario.points[0], &all_runs(&scenario))
        };
        // Two runs of ten nodes for a minute.
        let note = "configuration 0: 0 false positives in 0.333 node-hours: fewer than 9 per node and hour, with 95 % confidence";
        // Nobody crashes in either.
        let nothing = "configuration 0: nothing failed in 2 of 2 runs: they count as converged, and their rounds and times are empty";
        assert_eq!(of("59s"), [nothing, note]);
        assert_eq!(of("2s"), [nothing]);
    }
}
