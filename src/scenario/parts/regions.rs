//! Reading `[[network.region]]`: which nodes are in which region.

use serde::Deserialize;

use super::node_list::Named;
use super::one::{NamedRegion, One};
use crate::catalog::Incompatible;
use crate::network::regions::MAX_REGIONS;
use crate::printable;
use crate::scenario::sections::Reader;
use crate::settings::NetworkSettings;
use crate::settings::faults::Share;
use crate::settings::regions::{Region, RegionNodes, assigned, settled};
use crate::topology::{Directory, TopologySpec, WrittenNode};
use crate::units::NodeId;

/// The key of all regions.
const REGION: &str = "network.region";

/// How a region says which nodes are in it.
const FORM: &str =
    "one of `count`, such as count = 100, `share`, such as share = 0.25, and `nodes`, such as nodes = [\"0..99\"]";

/// The keys of a region: what each is called, what its value is, and what it means.
pub const REGION_KEYS: [(&str, &str, &str); 4] = [
    ("name", "text", "what it is called, as in the table of latencies"),
    ("count", "number of nodes", "so many nodes, whose numbers follow those of the region before it"),
    (
        "share",
        "share, all of them 1 together",
        "that share of the nodes, in the same way; rounded by largest remainders",
    ),
    ("nodes", "list of nodes", "these nodes, such as [\"0..99\", 250]"),
];

/// `[[network.region]]`, as written.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Written {
    name: Option<String>,
    count: Option<u32>,
    share: Option<f64>,
    nodes: Option<Vec<WrittenNode>>,
}

impl Written {
    /// The keys that say which nodes are in it.
    fn says(&self) -> Vec<&'static str> {
        let all = [("count", self.count.is_some()), ("share", self.share.is_some()), ("nodes", self.nodes.is_some())];
        all.into_iter().filter(|(_, written)| *written).map(|(key, _)| key).collect()
    }
}

/// Reads the regions of `nodes` nodes, none if there are none. `None` after a mistake, or where the nodes are not known.
pub(super) fn read(
    reader: &mut Reader<'_>,
    topology: Option<&TopologySpec>,
    nodes: Option<u32>,
) -> Option<Vec<Region>> {
    let written = reader.tables::<Written>(REGION)?;
    let (Some(topology), Some(nodes)) = (topology, nodes) else { return None };
    if written.len() > MAX_REGIONS {
        reader.refuse(REGION, format!("there are {} regions", written.len()), format!("at most {MAX_REGIONS}"));
        return None;
    }
    let names = topology.names();
    let (with_names, directory) = (names.is_some(), Directory::new(names, nodes));
    let (mut regions, mut named) = (Vec::with_capacity(written.len()), Named::default());
    for (number, region) in written.iter().enumerate() {
        let path = format!("{REGION}.{number}");
        let mut one =
            One { reader, path, directory: Some(&directory), named: with_names, interval: None, regions: &[] };
        regions.extend(one.region(region, &written, number, &mut named));
    }
    (regions.len() == written.len() && add_up(reader, &regions, nodes)).then_some(regions)
}

/// The regions of a network with the nodes that are there from the start, as events name them.
pub(super) fn named(network: &NetworkSettings) -> Vec<NamedRegion> {
    let listed = |region: &Region| match &region.nodes {
        RegionNodes::List(list) => Some(list.items().iter().map(|item| item.written.clone()).collect()),
        RegionNodes::Count(_) | RegionNodes::Share(_) => None,
    };
    let lists: Vec<Vec<WrittenNode>> = network.regions.iter().filter_map(listed).collect();
    if !lists.is_empty() {
        let regions = network.regions.iter().zip(lists);
        return regions.map(|(region, nodes)| NamedRegion { name: region.name.clone(), nodes }).collect();
    }
    let Ok(Some(blocks)) = settled(&network.regions, network.latency.places(), network.nodes) else {
        return Vec::new();
    };
    let names = network.topology.names();
    let mut first = 0;
    let block = |(name, size): (&String, &u32)| {
        let (begin, end) = (first, first + size);
        first = end;
        let nodes = match &names {
            Some(names) => (begin..end).map(|node| WrittenNode::named(&names.name(NodeId::new(node)))).collect(),
            None if *size == 0 => Vec::new(),
            None if *size == 1 => vec![WrittenNode::Number(begin.into())],
            None => vec![WrittenNode::Name(format!("{begin}..{}", end - 1).into())],
        };
        NamedRegion { name: name.clone(), nodes }
    };
    blocks.names().iter().zip(blocks.sizes()).map(block).collect()
}

impl One<'_, '_, '_> {
    /// The region that is `written` as number `number` of `all`; the nodes of lists are among those `named` then.
    fn region(&mut self, written: &Written, all: &[Written], number: usize, named: &mut Named) -> Option<Region> {
        let name = self.name(written, &all[..number]);
        let nodes = match written.says()[..] {
            [] => {
                self.refuse("", "the region does not say which nodes are in it", FORM);
                None
            }
            [_, second, ..] => {
                self.refuse(second, "the region says twice which nodes are in it", FORM);
                None
            }
            [key] => {
                let first = all[0].says();
                if first.len() == 1 && first[0] != key {
                    let problem = format!("this region has `{key}`, and the first has `{}`", first[0]);
                    self.refuse(key, problem, format!("`{}` in all regions", first[0]));
                    return None;
                }
                self.region_nodes(written, named)
            }
        };
        Some(Region { name: name?, nodes: nodes? })
    }

    fn name(&mut self, written: &Written, before: &[Written]) -> Option<String> {
        let Some(name) = &written.name else {
            self.refuse("", "the region has no name", "`name`, such as name = \"europe\"");
            return None;
        };
        if before.iter().any(|other| other.name.as_ref() == Some(name)) {
            let problem = format!("there are two regions `{}`", printable::line(name));
            self.refuse("name", problem, "another name for each region");
            return None;
        }
        if name.is_empty() || name == "all" || name.parse::<f64>().is_ok() {
            let problem = format!("`{}` is no name that an event could mean", printable::line(name));
            self.refuse("name", problem, "a name that is neither a number nor \"all\"");
            return None;
        }
        Some(name.clone())
    }

    fn region_nodes(&mut self, written: &Written, named: &mut Named) -> Option<RegionNodes> {
        if let Some(list) = &written.nodes {
            return self.nodes("nodes", list, named).map(RegionNodes::List);
        }
        if let Some(value) = written.share {
            let share = Share::new(value);
            if share.is_none() {
                self.refuse(
                    "share",
                    format!("{value} is not a share of the nodes"),
                    "a share from 0 to 1, such as 0.25",
                );
            }
            return share.map(RegionNodes::Share);
        }
        written.count.map(RegionNodes::Count)
    }
}

/// Whether every node is in a region, which is reported if not.
fn add_up(reader: &mut Reader<'_>, regions: &[Region], nodes: u32) -> bool {
    let counts =
        regions.iter().map(|region| if let RegionNodes::Count(count) = region.nodes { Some(count) } else { None });
    let counts: Option<u64> = counts.map(|count| count.map(u64::from)).sum();
    let shares = regions
        .iter()
        .map(|region| if let RegionNodes::Share(share) = region.nodes { Some(share.value()) } else { None });
    let shares: Option<f64> = shares.sum();
    let refusal = match (regions, counts, shares) {
        ([], ..) => None,
        (_, Some(count), _) => (count != u64::from(nodes)).then(|| {
            let problem = format!("the regions have {count} nodes together, and there are {nodes}");
            (problem, format!("counts that are {nodes} together, or shares"))
        }),
        // A billionth is left to how shares such as 1/3 are written.
        (_, _, Some(share)) => ((share - 1.0).abs() > 1e-9).then(|| {
            (format!("the shares of the regions are {share} together"), "shares that are 1 together".to_owned())
        }),
        _ => assigned(regions, nodes).err().map(|Incompatible { problem, allowed, .. }| (problem, allowed)),
    };
    if let Some((problem, allowed)) = &refusal {
        reader.refuse(REGION, problem, allowed);
    }
    refusal.is_none()
}
