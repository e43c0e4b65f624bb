//! Weights as whole numbers, added up: choice in proportion to them, without replacement.

use super::network_view::index_among_all;
use super::turn::Turn;
use crate::random::{Field, Use};

/// All weights of a list together are about this; each is rounded down to a whole number, but none above 0 to 0.
const WHOLE: f64 = 4_611_686_018_427_387_904.0;

/// Bytes of a weight.
const WEIGHT: u64 = 8;
/// Bytes of a place in the guide to many weights.
const GUIDE: u64 = 4;
/// Bytes of the beginning of a list.
const START: u64 = 8;

/// The weights that nodes choose by.
#[derive(Debug)]
pub(super) enum Sums {
    /// Everybody is a neighbour of everybody else: a weight for each node. They are many, so that a search from the middle would
    /// read all over memory: `guide` has where each of as many equal parts of their sum begins.
    All { sums: Vec<u64>, guide: Vec<u32> },
    /// A weight for each place in each list of neighbours, and where the lists begin.
    Lists { starts: Vec<u64>, sums: Vec<u64> },
}

impl Sums {
    /// Those of `nodes` nodes that are all neighbours of all.
    pub(super) fn of_all(weights: &[f64]) -> Self {
        let mut sums = Vec::with_capacity(weights.len());
        add_up(weights, &mut sums);
        let width = width(&sums);
        let mut place = 0;
        let guide = (0..sums.len() as u64).map(|part| {
            while sums.get(place as usize).is_some_and(|&sum| sum <= part * width) {
                place += 1;
            }
            place
        });
        let guide = guide.collect();
        Sums::All { sums, guide }
    }

    /// Those of lists, one after the other.
    pub(super) fn of_lists(lists: impl Iterator<Item = Vec<f64>>) -> Self {
        let (mut starts, mut sums) = (vec![0], Vec::new());
        for list in lists {
            add_up(&list, &mut sums);
            starts.push(sums.len() as u64);
        }
        Sums::Lists { starts, sums }
    }

    /// Bytes that they take: over `nodes` nodes that are all neighbours of all, or with so many `ends` of edges.
    pub(super) fn bytes(nodes: u32, ends: Option<u64>) -> u64 {
        match ends {
            None => (WEIGHT + GUIDE) * u64::from(nodes),
            // A vector that grows holds up to twice what it needs.
            Some(ends) => START * (u64::from(nodes) + 1) + 2 * WEIGHT * ends,
        }
    }

    /// Appends the indices of `count` distinct neighbours of the node whose turn it is, which has more: each pick is in
    /// proportion to its weight among those left, and any of them where none left has any.
    pub(super) fn choose(&self, turn: Turn, count: u32, choices: &Field, picks: &mut Vec<u32>) {
        let node = turn.node;
        match self {
            Sums::All { sums, guide } => {
                let (own, nodes) = (node.number(), sums.len() as u32);
                let index = |place| index_among_all(own, place, nodes);
                if count == 1 {
                    return picks.push(index(Scale { sums, guide, taken: &[own] }.pick(turn, 0, choices)));
                }
                each((sums, guide), vec![own], turn, count, choices, |place| picks.push(index(place)));
            }
            Sums::Lists { starts, sums } => {
                let sums = &sums[starts[node.index()] as usize..starts[node.index() + 1] as usize];
                if count == 1 {
                    return picks.push(Scale { sums, guide: &[], taken: &[] }.pick(turn, 0, choices));
                }
                each((sums, &[]), Vec::new(), turn, count, choices, |place| picks.push(place));
            }
        }
    }
}

/// Finds `count` places, one after the other, that are not yet `taken`.
fn each(
    (sums, guide): (&[u64], &[u32]),
    mut taken: Vec<u32>,
    turn: Turn,
    count: u32,
    choices: &Field,
    mut found: impl FnMut(u32),
) {
    for number in 0..count {
        let place = Scale { sums, guide, taken: &taken }.pick(turn, number, choices);
        taken.insert(taken.partition_point(|&other| other < place), place);
        found(place);
    }
}

/// Appends the sums of `weights`, which are no less than 0, up to each of them.
fn add_up(weights: &[f64], sums: &mut Vec<u64>) {
    let most = weights.iter().copied().fold(0.0, f64::max);
    // So that the sum of large ones is a number.
    let share = |weight: f64| if most > 0.0 { weight / most } else { 0.0 };
    let scale = WHOLE / weights.iter().map(|weight| share(*weight)).sum::<f64>();
    let mut sum = 0;
    sums.extend(weights.iter().map(|weight| {
        sum += if *weight > 0.0 { ((share(*weight) * scale) as u64).max(1) } else { 0 };
        sum
    }));
}

/// How wide parts of the whole sum are, as many as there are weights.
fn width(sums: &[u64]) -> u64 {
    sums.last().map_or(1, |sum| sum / sums.len() as u64 + 1)
}

/// Places with their weights added up, of which some are taken, in ascending order; with a guide or an empty one.
struct Scale<'a> {
    sums: &'a [u64],
    guide: &'a [u32],
    taken: &'a [u32],
}

impl Scale<'_> {
    /// The sum of the weights before `place`.
    fn before(&self, place: u32) -> u64 {
        if place == 0 { 0 } else { self.sums[place as usize - 1] }
    }

    fn weight(&self, place: u32) -> u64 {
        self.sums[place as usize] - self.before(place)
    }

    /// Pick `number` of a turn, in proportion to its weight.
    fn pick(&self, turn: Turn, number: u32, choices: &Field) -> u32 {
        let (who, when, slot) = (turn.node.into(), turn.number, Use::WEIGHT.slot(number));
        let taken: u64 = self.taken.iter().map(|&place| self.weight(place)).sum();
        let left = self.sums.last().map_or(0, |sum| sum - taken);
        if left == 0 {
            let free = self.sums.len() - self.taken.len();
            let rank = choices.below(free as u32, who, when, slot);
            return self.taken.iter().fold(rank, |place, &other| place + u32::from(other <= place));
        }
        let mut draw = choices.below_wide(left, who, when, slot);
        for &place in self.taken {
            if draw >= self.before(place) {
                draw += self.weight(place);
            }
        }
        self.place(draw)
    }

    /// The place that `draw`, below the whole sum, falls on.
    fn place(&self, draw: u64) -> u32 {
        let part = if self.guide.is_empty() { 0 } else { (draw / width(self.sums)) as usize };
        let first = self.guide.get(part).copied().unwrap_or(0);
        let end = self.guide.get(part + 1).map_or(self.sums.len(), |next| *next as usize + 1).min(self.sums.len());
        first + self.sums[first as usize..end].partition_point(|&sum| sum <= draw) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{choices, z_of_shares};
    use super::*;
    use crate::units::NodeId;

    fn picks(sums: &Sums, node: u32, number: u64, count: u32) -> Vec<u32> {
        let mut picks = Vec::new();
        sums.choose(Turn { node: NodeId::new(node), number }, count, &choices(1), &mut picks);
        picks
    }

    /// Every ordered pair of two picks has its probability, by lists and where all are neighbours of all: z <= 4.
    #[test]
    fn picks_are_in_proportion_to_weights_among_those_left() {
        let list = [1.0, 0.0, 2.0, 0.5, 6.5];
        let lists = Sums::of_lists([vec![3.0], list.to_vec()].into_iter());
        // Node 1 of six, whose neighbours begin after itself.
        let all = Sums::of_all(&[6.5, 100.0, 1.0, 0.0, 2.0, 0.5]);
        for sums in [lists, all] {
            let (mut counts, mut shares) = (vec![0; 25], vec![0.0; 25]);
            for number in 0..40_000 {
                let picks = picks(&sums, 1, number, 2);
                counts[picks[0] as usize * 5 + picks[1] as usize] += 1;
            }
            for (one, other) in (0..25).map(|pair| (pair / 5, pair % 5)).filter(|(one, other)| one != other) {
                shares[one * 5 + other] = list[one] / 10.0 * list[other] / (10.0 - list[one]);
            }
            let z = z_of_shares(&counts, &shares);
            assert!(z.abs() <= 4.0, "z = {z:.2}");
        }
    }

    #[test]
    fn the_guide_leads_to_the_place_that_a_search_finds() {
        let weights: Vec<f64> = (0..500).map(|place| f64::from(place % 7 * (place % 11)) * 0.3).collect();
        for weights in [&weights[..], &[0.0, 5.0, 0.0], &[1e9, 1e-9, 0.0, 1e9], &[0.0, 0.0, 1.0]] {
            let Sums::All { sums, guide } = Sums::of_all(weights) else { panic!("a weight for each node") };
            let scale = Scale { sums: &sums, guide: &guide, taken: &[] };
            let whole = *sums.last().unwrap();
            for draw in
                (0..1000).map(|step| whole / 1000 * step).chain(sums.iter().flat_map(|&sum| [sum - sum.min(1), sum]))
            {
                if draw < whole {
                    assert_eq!(scale.place(draw), sums.partition_point(|&sum| sum <= draw) as u32, "{draw}");
                }
            }
        }
    }

    #[test]
    fn more_picks_begin_with_fewer_and_those_without_weight_come_last() {
        let sums = Sums::of_lists([vec![1.0, 0.0, 1e300, 0.0, 1e-300, 3.0]].into_iter());
        for number in 0..200 {
            let most = picks(&sums, 0, number, 5);
            (1..5).for_each(|count| assert_eq!(picks(&sums, 0, number, count), most[..count as usize]));
            assert!(most[..4].iter().all(|place| ![1, 3].contains(place)), "{most:?}");
            assert!([1, 3].contains(&most[4]));
        }
        let none = Sums::of_lists([vec![0.0; 3]].into_iter());
        assert!((0..200).any(|number| picks(&none, 0, number, 1) == [2]));
    }
}
