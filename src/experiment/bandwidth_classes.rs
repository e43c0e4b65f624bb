//! Which nodes of one run have which bandwidth, drawn by address: a larger share of nodes holds all that a smaller one does.

use super::ranking::ranked;
use crate::network::bandwidth_classes::BandwidthClasses;
use crate::network::regions::Regions;
use crate::random::{Chance, Purpose, fraction};
use crate::settings::Settings;
use crate::settings::classes::{Class, ClassNodes};
use crate::settings::faults::Selection;
use crate::units::NodeId;

/// The classes of all nodes, those that join later among them, which are in these `regions`. Each class in turn takes of the
/// nodes that are in none before it.
pub(super) fn drawn(settings: &Settings, chance: &Chance, regions: Option<&Regions>) -> BandwidthClasses {
    let network = &settings.network;
    if network.classes.is_empty() {
        return BandwidthClasses::default();
    }
    let (known, draws) = (network.nodes as usize, chance.field(Purpose::Bandwidth));
    let mut classes = vec![0; settings.all_nodes() as usize];
    let mut order: Vec<u32> = Vec::new();
    let (mut taken, mut shares) = (0, 0.0);
    for (class, number) in network.classes.iter().zip(1_u16..) {
        let mut take = |node: usize| {
            let is_free = classes[node] == 0;
            if is_free {
                classes[node] = number;
            }
            is_free
        };
        match &class.nodes {
            ClassNodes::Region(name) => {
                let Some(regions) = regions else { continue };
                let place = regions.names().iter().position(|own| own == name);
                let within = |&node: &u32| Some(regions.of(NodeId::new(node))) == place;
                (0..settings.all_nodes()).filter(within).for_each(|node| _ = take(node as usize));
            }
            ClassNodes::Selected(Selection::All) => (0..settings.all_nodes()).for_each(|node| _ = take(node as usize)),
            ClassNodes::Selected(Selection::Nodes(list)) => list.iter().for_each(|node| _ = take(node.index())),
            ClassNodes::Selected(Selection::Share(share)) => {
                if order.is_empty() {
                    order = ranked(0..network.nodes, |node| draws.at(node.into(), 0, 0));
                }
                // Those that were passed over once are in a class for good.
                let mut left = share.of(network.nodes);
                while left > 0
                    && let Some(&node) = order.get(taken)
                {
                    taken += 1;
                    left -= u32::from(take(node as usize));
                }
                // Those who come later are each in it with the probability of its share.
                let (begin, end) = (shares, shares + share.value());
                let place = |node: usize| fraction(draws.at(node as u64, 0, 1));
                let within = |&node: &usize| (begin..end).contains(&place(node));
                (known..settings.all_nodes() as usize).filter(within).for_each(|node| _ = take(node));
                shares = end;
            }
        }
    }
    let bandwidths = network.classes.iter().map(|class: &Class| class.bandwidth(&network.bandwidth)).collect();
    BandwidthClasses::new(bandwidths, classes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Source, read};

    /// The class of each of 40 nodes, and of those that join.
    fn classes(network: &str, rest: &str, replicate: u64) -> Vec<u16> {
        let text = format!("[network]\nnodes = 40\n{network}\n[gossip]\nstrategy = \"push\"\n{rest}\n");
        let scenario = read(Source::text("demo.toml", &text), &Overrides::default());
        let settings = scenario.unwrap_or_else(|problems| panic!("{problems}")).point(0).settings;
        let drawn = drawn(&settings, &Chance { seed: 1, nodes: 40, replicate }, settings.regions().as_ref());
        (0..settings.all_nodes()).map(|node| drawn.of(NodeId::new(node))).collect()
    }

    fn class(nodes: &str) -> String {
        format!("[[network.class]]\nnodes = {nodes}\negress = \"1Mbit/s\"\n")
    }

    fn members(classes: &[u16], number: u16) -> Vec<usize> {
        (0..classes.len()).filter(|&node| classes[node] == number).collect()
    }

    #[test]
    fn a_larger_share_holds_a_smaller_one_and_each_class_takes_of_what_is_left() {
        let mut often = [0_u32; 40];
        for replicate in 0..200 {
            let of = |classes_: &[&str]| {
                classes(&classes_.iter().map(|nodes| class(nodes)).collect::<String>(), "", replicate)
            };
            let (few, many) = (of(&["0.1"]), of(&["0.25"]));
            assert_eq!((members(&few, 1).len(), members(&many, 1).len()), (4, 10));
            assert!(members(&few, 1).iter().all(|&node| many[node] == 1));
            members(&many, 1).iter().for_each(|&node| often[node] += 1);
            let mixed = of(&["[\"0..9\"]", "\"50%\"", "[\"5..14\"]", "\"all\"", "0.1"]);
            assert_eq!(members(&mixed, 1), (0..10).collect::<Vec<_>>());
            assert_eq!((members(&mixed, 2).len(), members(&mixed, 5).len()), (20, 0));
            let third = (10..15).filter(|&node| mixed[node] != 2).collect::<Vec<_>>();
            assert_eq!(members(&mixed, 3), third);
            assert!(members(&mixed, 0).is_empty());
        }
        // Each node with probability 1/4.
        for (node, &times) in often.iter().enumerate() {
            let z = (f64::from(times) - 50.0) / 37.5_f64.sqrt();
            assert!(z.abs() <= 4.0, "node {node}: {times}, z = {z:.1}");
        }
    }

    /// A region has those who join it as well; who joins is in a class by share with that probability, |z| <= 4.
    #[test]
    fn who_joins_is_in_the_class_of_its_region_or_in_one_by_share_with_its_probability() {
        let regions =
            "[[network.region]]\nname = \"eu\"\nshare = 0.3\n[[network.region]]\nname = \"us\"\nshare = 0.7\n";
        let joins = "[[event]]\nat = \"1s\"\njoin = 4000\n";
        let by_region = classes(&(regions.to_owned() + &class("\"eu\"")), joins, 0);
        assert_eq!(members(&by_region[..40], 1), (0..12).collect::<Vec<_>>());
        assert!((1198..=1202).contains(&members(&by_region[40..], 1).len()));
        let by_share = classes(&(class("0.2") + &class("0.5") + &class("[0]")), joins, 0);
        for (number, share) in [(1, 0.2), (2, 0.5), (3, 0.0)] {
            let joined = members(&by_share[40..], number).len() as f64;
            let z = (joined - 4000.0 * share) / (4000.0_f64 * share * (1.0 - share)).sqrt().max(1e-9);
            assert!(z.abs() <= 4.0, "{joined} of 4000 in class {number}: z = {z:.1}");
        }
        assert!(classes(&class("\"all\""), joins, 0).iter().all(|class| *class == 1));
    }
}
