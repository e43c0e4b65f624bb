//! One sender's contacts: how many of the nodes that still have to be reached it reaches.
//!
//! A sender picks `fanout` distinct peers among `others`, and each of its messages arrives on its own. The messages
//! that arrive go to a uniform subset of the others, whose size is binomial. So the number `f` of nodes left to reach
//! falls by a law that depends on f alone, and not on who was reached by whom: senders are taken one after the other,
//! each a step of a chain on f.
//!
//! A step works on a whole law of f at once. Where few messages arrive at most, they are taken one by one: the s-th of
//! a sender hits one of the f nodes with probability f/(others - s), which moves that share down by one. Where many
//! arrive, the laws of a sender's hits (hypergeometric, thinned by the loss) are tabled for each f that occurs.

use super::truncated_pmf::{NEGLIGIBLE, TruncatedPmf, binomial, hypergeometric};

/// Up to so many messages of one sender are taken one by one.
const FEW: usize = 6;

/// The law of how many nodes are left to reach, over 0 to `cells.len() - 1`; zero outside `low..=high`.
#[derive(Clone, Debug)]
pub(super) struct Left {
    cells: Vec<f64>,
    low: usize,
    high: usize,
    /// Cells worked on so far.
    pub(super) work: u64,
}

impl Left {
    /// Nothing yet, with room for up to `most` nodes.
    pub(super) fn none(most: usize) -> Self {
        Left { cells: vec![0.0; most + 1], low: most, high: 0, work: 0 }
    }

    /// Adds `share` times the law `window`.
    pub(super) fn add(&mut self, window: &TruncatedPmf, share: f64) {
        window.add_to(&mut self.cells, 0, share);
        self.low = self.low.min(window.first);
        self.high = self.high.max(window.first + window.shares.len() - 1);
        self.work += window.shares.len() as u64;
    }

    /// Whether nobody is left, as far as anything is known.
    pub(super) fn over(&self) -> bool {
        self.high == 0
    }

    /// The probability that nobody is left, and takes it out.
    pub(super) fn done(&mut self) -> f64 {
        let done = std::mem::take(&mut self.cells[0]);
        if self.low == 0 && self.high > 0 {
            self.low = 1;
        }
        done
    }

    /// Forgets what is negligible at both ends.
    fn trim(&mut self) {
        while self.high > self.low && self.cells[self.high] < NEGLIGIBLE {
            self.cells[self.high] = 0.0;
            self.high -= 1;
        }
        while self.low < self.high && self.cells[self.low] < NEGLIGIBLE {
            self.cells[self.low] = 0.0;
            self.low += 1;
        }
    }

    /// The law, and nothing left here.
    pub(super) fn take(&mut self) -> TruncatedPmf {
        if self.low > self.high {
            return TruncatedPmf { first: 0, shares: Vec::new() };
        }
        let law = TruncatedPmf::trimmed(self.low, &self.cells[self.low..=self.high]);
        self.cells[self.low..=self.high].fill(0.0);
        (self.low, self.high) = (self.cells.len() - 1, 0);
        law
    }
}

/// What one sender does.
#[derive(Clone, Debug)]
pub(super) enum OccupancyStep {
    /// Messages one by one: the probabilities that 0, 1, 2, … arrive, and for the s-th message the probability to hit
    /// by the number of nodes left.
    OneByOne { arrived: Vec<f64>, chances: Vec<Vec<f64>> },
    /// By the number of nodes left before: the law of those left after; empty where not worked out yet.
    Table { others: usize, fanout: usize, arrived: Vec<TruncatedPmf>, laws: Vec<TruncatedPmf>, spare: Vec<f64> },
}

impl OccupancyStep {
    /// A sender among `others` peers that picks `fanout` of them, by messages that arrive with probability `arrives`.
    pub(super) fn new(others: usize, fanout: usize, arrives: f64) -> Self {
        let chances = |picks: usize, rate: f64| {
            let chance = |pick: usize, left: usize| (rate * left as f64 / (others - pick) as f64).min(1.0);
            (0..picks).map(|pick| (0..=others).map(|left| chance(pick, left)).collect()).collect()
        };
        if fanout == 1 {
            return OccupancyStep::OneByOne { arrived: vec![0.0, 1.0], chances: chances(1, arrives) };
        }
        if fanout <= FEW {
            let law = binomial(fanout, arrives);
            let mut arrived = vec![0.0; law.first];
            arrived.extend(law.shares);
            return OccupancyStep::OneByOne { chances: chances(arrived.len() - 1, 1.0), arrived };
        }
        let arrived = if arrives < 1.0 { (0..=fanout).map(|hits| binomial(hits, arrives)).collect() } else { vec![] };
        let laws = vec![TruncatedPmf { first: 0, shares: Vec::new() }; others + 1];
        OccupancyStep::Table { others, fanout, arrived, laws, spare: vec![0.0; others + 1] }
    }

    /// Lets one sender act on `left`.
    pub(super) fn act(&mut self, left: &mut Left) {
        if left.over() {
            return;
        }
        match self {
            OccupancyStep::OneByOne { arrived, chances } => one_by_one(left, arrived, chances),
            OccupancyStep::Table { others, fanout, arrived, laws, spare } => {
                let law = |before| after(before, *others, *fanout, arrived);
                by_table(left, laws, spare, law);
            }
        }
        left.trim();
    }
}

/// One sender, of whose messages as many arrive as `arrived` says.
fn one_by_one(left: &mut Left, arrived: &[f64], chances: &[Vec<f64>]) {
    let (low, high) = (left.low.saturating_sub(chances.len()), left.high);
    let cells = &mut left.cells[low..=high];
    left.work += (cells.len() * chances.len()) as u64;
    left.low = low;
    // The usual case: all messages arrive, or there is only one, and its loss is in its chance.
    if arrived[..arrived.len() - 1].iter().all(|share| *share == 0.0) {
        chances.iter().for_each(|chances| one_message(cells, &chances[low..=high]));
        return;
    }
    let mut after: Vec<f64> = cells.iter().map(|cell| cell * arrived[0]).collect();
    for (chances, arrived) in chances.iter().zip(&arrived[1..]) {
        one_message(cells, &chances[low..=high]);
        after.iter_mut().zip(cells.iter()).for_each(|(after, cell)| *after += cell * arrived);
    }
    cells.copy_from_slice(&after);
}

/// One message: `cells` fall by one with their `chances`.
fn one_message(cells: &mut [f64], chances: &[f64]) {
    let last = cells.len() - 1;
    let (chances, end) = (&chances[..=last], chances[last]);
    for place in 0..last {
        // What is far below negligible is nothing: numbers too small for the processor would slow it down.
        let share = cells[place] - cells[place] * chances[place] + cells[place + 1] * chances[place + 1];
        cells[place] = if share < 1e-60 { 0.0 } else { share };
    }
    cells[last] -= cells[last] * end;
}

/// One sender by table, which is worked out where it is needed.
fn by_table(left: &mut Left, laws: &mut [TruncatedPmf], spare: &mut [f64], law: impl Fn(usize) -> TruncatedPmf) {
    let (first, high) = (left.low, left.high);
    let places = left.cells[first..=high].iter_mut().zip(&mut laws[first..=high]);
    for (before, (cell, after)) in (first..).zip(places) {
        let share = std::mem::take(cell);
        if share < NEGLIGIBLE {
            continue;
        }
        if after.shares.is_empty() {
            *after = law(before);
        }
        after.add_to(spare, 0, share);
        left.low = left.low.min(after.first);
        left.work += after.shares.len() as u64;
    }
    let low = left.low;
    left.cells[low..=high].copy_from_slice(&spare[low..=high]);
    spare[low..=high].fill(0.0);
}

/// How many of `before` nodes are left after one sender: it picks some of them, and of its picks as many `arrived` as
/// those laws say (all, if there are none).
fn after(before: usize, others: usize, fanout: usize, arrived: &[TruncatedPmf]) -> TruncatedPmf {
    let picked = hypergeometric(others, before, fanout);
    if arrived.is_empty() {
        return mirrored(before, picked);
    }
    let most = picked.first + picked.shares.len() - 1;
    let mut hits = vec![0.0; most + 1];
    for (count, share) in picked.iter() {
        arrived[count].add_to(&mut hits, 0, share);
    }
    mirrored(before, TruncatedPmf::trimmed(0, &hits))
}

/// The law of `whole` less a number.
fn mirrored(whole: usize, mut law: TruncatedPmf) -> TruncatedPmf {
    law.first = whole + 1 - law.first - law.shares.len();
    law.shares.reverse();
    law
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_one(others: usize, fanout: usize, arrives: f64, before: usize) -> Vec<f64> {
        let mut left = Left::none(others);
        left.add(&TruncatedPmf::at(before), 1.0);
        OccupancyStep::new(others, fanout, arrives).act(&mut left);
        left.cells
    }

    #[test]
    fn two_picks_among_four_are_worked_out_by_hand() {
        // Of the six pairs among four, one is both of two nodes, four hold one of them, one holds none.
        let after = after_one(4, 2, 1.0, 2);
        for (left, share) in [(0, 1.0 / 6.0), (1, 4.0 / 6.0), (2, 1.0 / 6.0)] {
            assert!((after[left] - share).abs() < 1e-15, "{after:?}");
        }
        // Each of the messages to both arrives half of the time.
        let after = after_one(4, 2, 0.5, 2);
        for (left, share) in [(0, 1.0 / 24.0), (1, 2.0 / 24.0 + 4.0 / 12.0), (2, 1.0 / 24.0 + 4.0 / 12.0 + 1.0 / 6.0)] {
            assert!((after[left] - share).abs() < 1e-15, "{after:?}");
        }
    }

    #[test]
    fn a_table_says_what_messages_one_by_one_say() {
        for (others, fanout) in [(20, 3), (20, FEW), (9, FEW)] {
            for arrives in [1.0, 0.9, 0.2] {
                for before in 0..=others {
                    let picks = after_one(others, fanout, arrives, before);
                    let arrived: Vec<TruncatedPmf> = (0..=fanout).map(|hits| binomial(hits, arrives)).collect();
                    let law = after(before, others, fanout, if arrives < 1.0 { &arrived } else { &[] });
                    for (left, share) in picks.into_iter().enumerate() {
                        let tabled = left.checked_sub(law.first).and_then(|place| law.shares.get(place));
                        let off = (share - tabled.copied().unwrap_or(0.0)).abs();
                        assert!(off < 1e-14, "{others} {fanout} {arrives} {before}: {left}");
                    }
                }
            }
        }
    }

    #[test]
    fn who_meets_everybody_leaves_nobody_or_each_on_its_own() {
        assert_eq!(after_one(9, 9, 1.0, 4)[0], 1.0);
        let after = after_one(9, 9, 0.5, 4);
        assert!(after.iter().zip([1.0, 4.0, 6.0, 4.0, 1.0]).all(|(share, ways)| (share - ways / 16.0).abs() < 1e-15));
    }
}
