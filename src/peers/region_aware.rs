//! Rather those of one's own region.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::near_first::{NearFirst, Nearness, Split};
use super::network_view::{Known, NetworkView};
use super::turn::Turn;
use crate::random::Field;
use crate::units::Probability;

/// With a probability of `local` a neighbour of the node's own region, else one of another; any of them alike. Where there
/// is nobody (left) on the one side, it is one of the other. Regions are those of `[[network.region]]`, or the places of a
/// latency by places.
///
/// The picks of a turn are distinct, and each is drawn so, so that fanout 3 begins with the pick of fanout 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionAware {
    /// The probability of a neighbour of the own region.
    #[serde(default = "most")]
    local: Probability,
    #[serde(skip)]
    lists: Known<Arc<NearFirst>>,
}

fn most() -> Probability {
    Probability::new(0.8).unwrap_or(Probability::ZERO)
}

impl RegionAware {
    /// The same rule among those who have each other for neighbours, and are where they are, as `network` says.
    pub(super) fn on(&self, network: &dyn NetworkView) -> Self {
        RegionAware { lists: Known::of(network, Nearness::Region), ..self.clone() }
    }

    /// Without regions all neighbours are alike.
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        let split = Split { near: self.local, else_any: false };
        self.lists.choose((turn, degree), fanout, split, choices, picks);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Lists, choices, z_of_shares};
    use super::*;
    use crate::units::NodeId;

    fn counts(network: &Lists, node: u32, local: f64, fanout: u32) -> Vec<u32> {
        let rule = RegionAware { local: Probability::new(local).unwrap(), lists: Known::default() }.on(network);
        let degree = network.degree(NodeId::new(node));
        let mut counts = vec![0; (degree * degree) as usize];
        for number in 0..20_000 {
            let mut picks = Vec::new();
            rule.choose(Turn { node: NodeId::new(node), number }, degree, fanout, &choices(2), &mut picks);
            let second = picks.get(1).copied().unwrap_or(picks[0]);
            counts[(picks[0] * degree + second) as usize] += 1;
        }
        counts
    }

    /// Every ordered pair of two picks has its probability, by lists and where all are neighbours of all: z <= 4. Node 1 of
    /// six has one other of its region, node 4, and four of two others.
    #[test]
    fn picks_are_local_as_often_as_they_should_be_while_there_are_local_ones() {
        let regions = [0, 1, 2, 0, 1, 2];
        let all: [Vec<u32>; 6] = std::array::from_fn(|node| (1..6).map(|step| (node as u32 + step) % 6).collect());
        let lists = Lists::new(&all.each_ref().map(|list| &list[..])).in_regions(&regions);
        for network in [lists.clone(), lists.complete()] {
            let near = 2;
            let p = 0.8;
            let mut shares = vec![0.0; 25];
            for (one, other) in (0..25).map(|pair| (pair / 5, pair % 5)).filter(|(one, other)| one != other) {
                shares[one * 5 + other] = match (one == near, other == near) {
                    // Afterwards there is no local one left.
                    (true, _) => p / 4.0,
                    (_, true) => (1.0 - p) / 4.0 * p,
                    _ => (1.0 - p) / 4.0 * (1.0 - p) / 3.0,
                };
            }
            let z = z_of_shares(&counts(&network, 1, p, 2), &shares);
            assert!(z.abs() <= 4.0, "z = {z:.2}");
        }
    }

    #[test]
    fn who_has_nobody_of_its_region_contacts_others_and_the_other_way_round() {
        let network = Lists::new(&[&[1, 2], &[0], &[0]]).in_regions(&[0, 1, 1]);
        assert!(counts(&network, 0, 1.0, 1).iter().sum::<u32>() == 20_000);
        let own = Lists::new(&[&[1, 2], &[0], &[0]]).in_regions(&[1, 1, 1]);
        assert!(counts(&own, 0, 0.0, 1).iter().sum::<u32>() == 20_000);
    }
}
