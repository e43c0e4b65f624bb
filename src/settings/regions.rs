//! `[[network.region]]`: which nodes are in which region.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::faults::{NodeList, Share};
use crate::catalog::Incompatible;
use crate::network::regions::Regions;

/// A region, and which nodes are in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// What it is called.
    pub name: String,
    /// Which nodes are in it.
    pub nodes: RegionNodes,
}

/// The nodes of a region. All regions of a scenario say it in the same way.
#[derive(Clone, Debug, PartialEq)]
pub enum RegionNodes {
    /// So many, whose numbers follow those of the regions before it.
    Count(u32),
    /// That share of all nodes, in the same way.
    Share(Share),
    /// These.
    List(NodeList),
}

/// `nodes` nodes in these `regions` or, where none are written, spread evenly over the `places` of a latency; none without
/// either.
///
/// # Errors
/// A node is in no region.
pub fn settled(regions: &[Region], places: Option<Vec<String>>, nodes: u32) -> Result<Option<Regions>, Incompatible> {
    match regions {
        [] => Ok(places.map(|places| evenly(places, nodes))),
        regions => assigned(regions, nodes).map(Some),
    }
}

/// `nodes` nodes in these `regions`.
///
/// # Errors
/// A node is in no region.
pub fn assigned(regions: &[Region], nodes: u32) -> Result<Regions, Incompatible> {
    let names = regions.iter().map(|region| region.name.clone()).collect();
    let shares: Vec<f64> = regions.iter().filter_map(Region::share).collect();
    if shares.len() == regions.len() {
        return Ok(Regions::in_blocks(names, &apportioned(&shares, nodes)));
    }
    let counts: Vec<u32> = regions.iter().filter_map(Region::count).collect();
    if counts.len() == regions.len() {
        return Ok(Regions::in_blocks(names, &counts));
    }
    let runs = regions.iter().enumerate().flat_map(|(number, region)| {
        let items = if let RegionNodes::List(list) = &region.nodes { list.items() } else { &[] };
        items.iter().map(move |item| (item.first.number()..item.last.number() + 1, number))
    });
    let regions = Regions::of_runs(names, runs.collect());
    let missing = match &regions {
        Ok(regions) => Some(regions.sizes().iter().sum()).filter(|known| *known < nodes),
        Err(node) => Some(node.number()),
    };
    match (regions, missing) {
        (Ok(regions), None) => Ok(regions),
        (_, missing) => {
            let problem = format!("the node number {} is in no region", missing.unwrap_or_default());
            Err(Incompatible::whole(problem, "every node in the list of one region"))
        }
    }
}

/// `nodes` nodes spread evenly over regions with these `names`.
pub fn evenly(names: Vec<String>, nodes: u32) -> Regions {
    let shares = vec![1.0; names.len()];
    Regions::in_blocks(names, &apportioned(&shares, nodes))
}

/// So many of `nodes` nodes for each share: all nodes in proportion, rounded down, and one more for those that lose most by
/// that, until there are none left (the method of largest remainders; of equal ones the first).
fn apportioned(shares: &[f64], nodes: u32) -> Vec<u32> {
    let all: f64 = shares.iter().sum();
    let exact: Vec<f64> = shares.iter().map(|share| share / all * f64::from(nodes)).collect();
    // Shares of 0 alone would be no numbers, which a cast takes to 0.
    let mut counts: Vec<u32> = exact.iter().map(|exact| *exact as u32).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&one, &other| {
        let remainder = |place: usize| exact[place] - f64::from(counts[place]);
        remainder(other).total_cmp(&remainder(one))
    });
    let left = nodes.saturating_sub(counts.iter().sum());
    order.into_iter().cycle().take(left as usize).for_each(|place| counts[place] += 1);
    counts
}

impl Region {
    fn share(&self) -> Option<f64> {
        if let RegionNodes::Share(share) = self.nodes { Some(share.value()) } else { None }
    }

    fn count(&self) -> Option<u32> {
        if let RegionNodes::Count(count) = self.nodes { Some(count) } else { None }
    }
}

/// As a scenario writes it.
impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("name", &self.name)?;
        match &self.nodes {
            RegionNodes::Count(count) => map.serialize_entry("count", count)?,
            RegionNodes::Share(share) => map.serialize_entry("share", share)?,
            RegionNodes::List(nodes) => map.serialize_entry("nodes", nodes)?,
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_so_that_all_nodes_have_a_region() {
        assert_eq!(apportioned(&[0.5, 0.3, 0.2], 10), [5, 3, 2]);
        assert_eq!(apportioned(&[1.0 / 3.0; 3], 100), [34, 33, 33]);
        assert_eq!(apportioned(&[0.29, 0.71], 100), [29, 71]);
        assert_eq!(apportioned(&[0.0, 0.004, 0.996], 100), [0, 0, 100]);
        for nodes in [2, 3, 7, 64, 1000, 99_999_999, 100_000_000] {
            let counts = apportioned(&[0.1; 10], nodes);
            assert_eq!(counts.iter().sum::<u32>(), nodes);
            assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{counts:?}");
        }
    }
}
