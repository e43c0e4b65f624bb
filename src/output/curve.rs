//! The rows of `curve.csv`: how the figures of a round are distributed over the runs of a point.

use super::pages::Pages;
use crate::columns::{Cell, CurveField, Figure, Kind, Sample, Sampled};

/// What the runs of a point sampled, round by round.
#[derive(Debug)]
pub(super) struct Curves<V: 'static> {
    figures: &'static [Figure<V>],
    /// Of each figure the values of the runs in every round so far.
    rounds: Vec<Vec<Pages>>,
    /// Of each figure the value of each run after its end.
    ended: Vec<Pages>,
}

impl<V: Copy + Default> Curves<V> {
    pub(super) fn new(figures: &'static [Figure<V>]) -> Self {
        Curves {
            figures,
            rounds: figures.iter().map(|_| Vec::new()).collect(),
            ended: figures.iter().map(|_| Pages::default()).collect(),
        }
    }

    /// Adds a run of `nodes` nodes by its state at the end of every round from round 0; gives the bytes that were taken,
    /// once in a while.
    pub(super) fn add(&mut self, states: &[V], nodes: u32) -> u64 {
        let Some(&last) = states.last() else { return 0 };
        let mut bytes = 0;
        for (number, figure) in self.figures.iter().enumerate() {
            let value = |now: V, before: V| Cell::from((figure.of)(&Sampled { now, before, nodes }));
            let after = value(last, last);
            let rounds = &mut self.rounds[number];
            // A round that no run had before: all of them had ended.
            rounds.resize_with(rounds.len().max(states.len()), || self.ended[number].clone());
            let befores = [V::default()].into_iter().chain(states.iter().copied());
            let mut values = states.iter().zip(befores).map(|(&now, before)| value(now, before));
            bytes +=
                rounds.iter_mut().map(|round| round.push(values.next().unwrap_or_else(|| after.clone()))).sum::<u64>();
            bytes += self.ended[number].push(after);
        }
        bytes
    }

    /// How many rounds the longest run has.
    pub(super) fn len(&self) -> usize {
        self.rounds.first().map_or(0, Vec::len)
    }

    /// What is said of a round, in `fields`.
    pub(super) fn row(&self, round: usize, fields: &[CurveField]) -> Vec<Cell> {
        let samples: Vec<Sample> = self.rounds.iter().map(|rounds| sample(&rounds[round])).collect();
        let cell = |field: &CurveField| match samples[field.figure].figure(field.statistic) {
            // A single run does not scatter.
            Cell::Empty if samples[field.figure].moments().count() == 1 => Cell::Real(0.0),
            cell => cell,
        };
        fields.iter().map(cell).collect()
    }
}

fn sample(values: &Pages) -> Sample {
    Sample::new(Kind::Real, (0..values.len()).filter_map(|run| values.number(run)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::rumor;
    use crate::observe::RoundSample;

    fn samples(curve: &[(u64, u64)]) -> Vec<RoundSample> {
        curve
            .iter()
            .map(|&(informed, messages)| RoundSample { informed, live: 10, messages, ..RoundSample::default() })
            .collect()
    }

    /// Equal but for the rounding of a few sums.
    fn close(values: &[f64], expected: &[f64]) -> bool {
        values.len() == expected.len() && values.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-12)
    }

    /// Two runs of ten nodes, the longer one first or last, and a column of their rows.
    fn column(longer_first: bool, name: &str) -> Vec<f64> {
        let quick = samples(&[(1, 0), (5, 7), (8, 12), (10, 20)]);
        let stuck = samples(&[(1, 0), (2, 1), (4, 4), (6, 10), (6, 16), (6, 20)]);
        let mut curves = Curves::new(rumor::COLUMNS.curve);
        let runs = if longer_first { [&stuck, &quick] } else { [&quick, &stuck] };
        for run in runs {
            curves.add(run, 10);
        }
        let fields = rumor::COLUMNS.curve_fields();
        let place = fields.iter().position(|one| one.field.name == name).unwrap();
        (0..curves.len()).map(|round| curves.row(round, &fields)[place].number().unwrap()).collect()
    }

    #[test]
    fn a_run_that_has_ended_keeps_its_informed_nodes_and_sends_nothing_more() {
        for longer_first in [false, true] {
            let informed = column(longer_first, "informed_mean");
            assert!(close(&informed, &[0.1, 0.35, 0.6, 0.8, 0.8, 0.8]), "{informed:?}");
            let messages = column(longer_first, "messages_mean");
            // Per node: the means of (7, 1), (5, 3), (8, 6), (0, 6) and (0, 4) over 10 nodes.
            assert!(close(&messages, &[0.0, 0.4, 0.4, 0.7, 0.3, 0.2]), "{messages:?}");
            // Between 0.6 and 1, by interpolation.
            let last = ["informed_p05", "informed_p50", "informed_p95"].map(|name| column(longer_first, name)[5]);
            assert!(close(&last, &[0.62, 0.8, 0.98]), "{last:?}");
            // All that was sent, per node: the mean of 20 and 20 over 10.
            assert!((messages.iter().sum::<f64>() - 2.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_single_run_does_not_scatter() {
        let mut curves = Curves::new(rumor::COLUMNS.curve);
        curves.add(&samples(&[(1, 0), (2, 1)]), 2);
        let row = curves.row(1, &rumor::COLUMNS.curve_fields());
        assert_eq!(row[..2], [0.2.into(), 0.0.into()]);
    }
}
