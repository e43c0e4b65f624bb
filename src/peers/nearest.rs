//! Rather those to whom a message takes the least time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::near_first::{NearFirst, Nearness, Split};
use super::network_view::{Known, NetworkView};
use super::turn::Turn;
use crate::random::Field;
use crate::units::Probability;

/// With a probability of `near` the neighbour to whom a message and its answer take the least time in the mean, any of them
/// alike where several do; else any neighbour. The times are those of a latency by places (`regions` or `coordinates`).
///
/// The picks of a turn are distinct: where the nearest are all picked, it is any neighbour that is left. Each is drawn so,
/// so that fanout 3 begins with the pick of fanout 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nearest {
    /// The probability of the nearest neighbour.
    #[serde(default = "half")]
    near: Probability,
    #[serde(skip)]
    lists: Known<Arc<NearFirst>>,
}

fn half() -> Probability {
    Probability::new(0.5).unwrap_or(Probability::ZERO)
}

impl Nearest {
    /// The same rule among those who have each other for neighbours, and are where they are, as `network` says.
    pub(super) fn on(&self, network: &dyn NetworkView) -> Self {
        Nearest { lists: Known::of(network, Nearness::Latency), ..self.clone() }
    }

    /// Without places all neighbours are alike.
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        let split = Split { near: self.near, else_any: true };
        self.lists.choose((turn, degree), fanout, split, choices, picks);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Lists, choices, z_of_shares};
    use super::*;
    use crate::units::NodeId;

    /// Every ordered pair of two picks has its probability, by lists and where all are neighbours of all: z <= 4. Regions are
    /// as far apart as their numbers. Node 0, alone in its region, has two nearest neighbours among five.
    #[test]
    fn the_nearest_are_met_as_often_as_they_should_be() {
        let regions = [1, 3, 2, 4, 2, 4];
        let all: [Vec<u32>; 6] = std::array::from_fn(|node| (1..6).map(|step| (node as u32 + step) % 6).collect());
        let lists = Lists::new(&all.each_ref().map(|list| &list[..])).in_regions(&regions);
        let near: Probability = Probability::new(0.4).unwrap();
        for network in [lists.clone(), lists.complete()] {
            let rule = Nearest { near, lists: Known::default() }.on(&network);
            let mut counts = vec![0; 25];
            for number in 0..20_000 {
                let mut picks = Vec::new();
                rule.choose(Turn { node: NodeId::new(0), number }, 5, 2, &choices(2), &mut picks);
                counts[(picks[0] * 5 + picks[1]) as usize] += 1;
            }
            let is_near = |index: usize| [1, 3].contains(&index);
            let mut shares = vec![0.0; 25];
            for (one, other) in (0..25).map(|pair| (pair / 5, pair % 5)).filter(|(one, other)| one != other) {
                let first = 0.6 / 5.0 + if is_near(one) { 0.4 / 2.0 } else { 0.0 };
                let left = if is_near(one) { 1.0 } else { 2.0 };
                let second = 0.6 / 4.0 + if is_near(other) { 0.4 / left } else { 0.0 };
                shares[one * 5 + other] = first * second;
            }
            let z = z_of_shares(&counts, &shares);
            assert!(z.abs() <= 4.0, "z = {z:.2}");
        }
    }

    #[test]
    fn where_the_nearest_are_all_picked_any_other_is() {
        let network = Lists::new(&[&[1, 2, 3], &[0], &[0], &[0]]).in_regions(&[0, 0, 1, 2]);
        let rule = Nearest { near: Probability::new(1.0).unwrap(), lists: Known::default() }.on(&network);
        let mut seconds = [0; 3];
        for number in 0..200 {
            let mut picks = Vec::new();
            rule.choose(Turn { node: NodeId::new(0), number }, 3, 2, &choices(2), &mut picks);
            assert_eq!(picks[0], 0);
            seconds[picks[1] as usize] += 1;
        }
        assert!(seconds[0] == 0 && seconds[1] > 50 && seconds[2] > 50, "{seconds:?}");
    }
}
