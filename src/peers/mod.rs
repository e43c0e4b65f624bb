//! Whom a node contacts in a turn: the rules, each in a file of its own.
//!
//! Which rule to take:
//!
//! | rule | whom | take it for |
//! |---|---|---|
//! | `uniform` | anybody, independent of the turns before | the model of the theorems, and the default |
//! | `shuffled` | everybody once a lap, in a new random order each lap | what membership protocols such as SWIM do: as random as can be, yet nobody waits longer than two laps |
//! | `quasirandom` | the neighbour list in its fixed order, from a random place | as fast as `uniform` with one draw per node in all |
//! | `round-robin` | the neighbour list in its fixed order, from its beginning | no randomness at all; how much the order of a list can hurt or help |
//! | `spatial` | anybody on the topology, the rarer the farther away | a load on long links that grows slowly, at a small price in rounds |
//! | `weighted` | a neighbour in proportion to a power of its degree, or to a weight from a file | hubs that are asked more often or spared; machines of unlike capacity |
//! | `region-aware` | one of the own region with a probability, else one of another | data centers or zones: traffic between them is paid for, and time within them is short |
//! | `nearest` | the neighbour of the least latency with a probability, else anybody | nodes that measure round trips and prefer short ones, with no thought of regions |
//! | `avoid-last` | any neighbour but those of the last one to three turns | a little memory where there are few neighbours: nobody is called twice in a row |
//! | `cyclon` | anybody in a small view, which nodes keep by trading entries | large systems in which nobody knows everybody; how small a view may be, and how it heals |
//!
//! With `uniform`, `spatial`, `weighted`, `region-aware` and `nearest` a greater fanout adds peers to those of a smaller one in
//! every turn (fanout 3 begins with the picks of fanout 1), so runs that differ in their fanout alone can be compared node by
//! node. The other rules read on in a list, and a greater fanout reads faster: there it adds peers to all the turns so far, not
//! to the single turn.
//!
//! A rule picks by index among a node's neighbours, and each pick is a matter of the turn alone: where a rule goes on from is
//! worked out from the number of the turn. One that goes by distance is told of the distances before a run ([`Peers::on`]), one
//! that goes by weights or places of the graph and the regions ([`Peers::on_network`]). A rule is one file with its settings and
//! its tests, plus one line in the catalog below.

mod avoid_last;
mod cycle;
mod cyclon;
mod knows_dead;
mod near_first;
mod nearest;
mod network_view;
mod permutation;
mod quasirandom;
mod region_aware;
mod round_robin;
mod shuffled;
mod spatial;
mod sums;
#[cfg(test)]
mod testing;
mod turn;
mod uniform;
mod weighted;

pub use avoid_last::AvoidLast;
pub use cyclon::{Cyclon, Start};
pub use knows_dead::KnowsDead;
pub use nearest::Nearest;
pub use network_view::NetworkView;
pub use quasirandom::Quasirandom;
pub use region_aware::RegionAware;
pub use round_robin::RoundRobin;
pub use shuffled::Shuffled;
pub use spatial::Spatial;
pub use turn::Turn;
pub use uniform::Uniform;
pub use weighted::Weighted;

use std::path::Path;
use std::sync::Arc;

use crate::catalog;
use crate::catalog::Incompatible;
use crate::distance::DistanceIndex;
use crate::link_weights::LinkWeights;
use crate::random::Field;
use crate::units::NodeId;

catalog! {
    /// Whom a node contacts.
    pub enum Peers = "peer rule" {
        "uniform" => Uniform(uniform::Uniform) for ["random", "any", "anybody"],
        "round-robin" => RoundRobin(round_robin::RoundRobin) for ["cyclic", "sequential", "in-order"],
        "shuffled" => Shuffled(shuffled::Shuffled) for ["swim", "permutation", "random-permutation", "without-replacement"],
        "quasirandom" => Quasirandom(quasirandom::Quasirandom) for ["rotor-router", "quasi", "random-start"],
        "spatial" => Spatial(spatial::Spatial) for ["distance", "kleinberg"],
        "weighted" => Weighted(weighted::Weighted) for ["degree", "proportional", "preferential", "weights", "biased"],
        "region-aware" => RegionAware(region_aware::RegionAware)
            for ["local", "zone-aware", "rack-aware", "datacenter-aware", "region", "hierarchical"],
        "nearest" => Nearest(nearest::Nearest) for ["latency-aware", "closest", "proximity"],
        "avoid-last" => AvoidLast(avoid_last::AvoidLast) for ["memory", "non-backtracking", "no-repeat"],
        "cyclon" => Cyclon(cyclon::Cyclon) for ["peer-sampling", "partial-view", "partial-views", "view"],
    }

    /// Appends to `picks` the indices of min(`fanout`, `degree`) distinct neighbours.
    fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) -> ();
}

impl Peers {
    /// Appends to `picks` the indices of the first `fanout` neighbours in the order in which [`Peers::choose`] would name more
    /// and more of them, without those to `avoid`, or all others where there are not so many. With nobody to avoid they are
    /// those of [`Peers::choose`]. Of a rule that goes through a list all in the list are named, and those to avoid are left out.
    pub fn choose_others(
        &self,
        (turn, degree): (Turn, u32),
        fanout: u32,
        choices: &Field,
        avoid: impl Fn(u32) -> bool,
        picks: &mut Vec<u32>,
    ) {
        match self {
            Peers::Uniform(_) => uniform::choose_others(turn, degree, fanout, choices, avoid, picks),
            rule => {
                rule.choose(turn, degree, fanout, choices, picks);
                picks.retain(|&pick| !avoid(pick));
            }
        }
    }

    /// The index of the one neighbour of a turn, where it takes no list to find it: what [`Peers::choose`] would
    /// append, in a form that a compiler can fit into the event loop.
    #[inline(always)]
    pub fn only(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field) -> Option<u32> {
        match self {
            Peers::Uniform(_) if fanout == 1 && degree > 1 => Some(uniform::one(turn, degree, choices)),
            Peers::Shuffled(_) if fanout == 1 && degree > 1 => Some(shuffled::one(turn, degree, choices)),
            _ => None,
        }
    }

    /// What [`Peers::only`] finds in the turns `number` of several nodes with so many neighbours, at least 2, where
    /// [`Peers::is_one`].
    pub fn only_each(&self, number: u64, nodes: &[(NodeId, u32)], choices: &Field, picks: &mut [u32]) {
        if let Peers::Shuffled(_) = self {
            return shuffled::one_each(number, nodes, choices, picks);
        }
        for (pick, &(node, degree)) in picks.iter_mut().zip(nodes) {
            *pick = uniform::one(Turn { node, number }, degree, choices);
        }
    }

    /// The index of one neighbour of several, each with the same probability.
    #[inline(always)]
    pub fn one(turn: Turn, degree: u32, choices: &Field) -> u32 {
        uniform::one(turn, degree, choices)
    }

    /// Whether the one neighbour of a turn is that of [`Peers::one`].
    pub fn is_uniform(&self) -> bool {
        matches!(self, Peers::Uniform(_))
    }

    /// Whether [`Peers::only`] finds the neighbour of every turn that has a choice.
    pub fn is_one(&self, fanout: u32) -> bool {
        matches!(self, Peers::Uniform(_) | Peers::Shuffled(_)) && fanout == 1
    }

    /// Whether the rule looks beyond a node's neighbours, and must be told of the distances.
    pub fn by_distance(&self) -> bool {
        matches!(self, Peers::Spatial(_))
    }

    /// The same rule, told of the distances if it goes by them. Neighbours are then all nodes in reach, by
    /// their numbers in `space`.
    pub fn on(&self, space: &Arc<dyn DistanceIndex>) -> Self {
        match self {
            Peers::Spatial(rule) => Peers::Spatial(rule.on(space)),
            other => other.clone(),
        }
    }

    /// Whether a turn does not go by those before it, so that the rule holds for contacts outside of turns as well.
    pub fn is_independent(&self) -> bool {
        let goes_on = matches!(self, Peers::RoundRobin(_) | Peers::Shuffled(_) | Peers::Quasirandom(_));
        !goes_on && !self.remembers()
    }

    /// Whether the rule must be told of the graph, and of where nodes are, before a run.
    pub fn by_network(&self) -> bool {
        matches!(self, Peers::Weighted(_)) || self.by_places() || self.remembers()
    }

    /// Whether the pick of a turn, which must be one, goes by those of the turns before.
    pub fn remembers(&self) -> bool {
        matches!(self, Peers::AvoidLast(_))
    }

    /// Whether the rule goes by the regions that nodes are in.
    pub fn by_places(&self) -> bool {
        matches!(self, Peers::RegionAware(_)) || self.by_latency()
    }

    /// Whether the rule goes by what messages take between places.
    pub fn by_latency(&self) -> bool {
        matches!(self, Peers::Nearest(_))
    }

    /// The partial views that the rule chooses from, if it does.
    pub fn views(&self) -> Option<&Cyclon> {
        if let Peers::Cyclon(rule) = self { Some(rule) } else { None }
    }

    /// The rule by which a node chooses among its neighbours on the graph of a run: on that of partial views any of them.
    pub fn among_neighbors(&self) -> Self {
        if self.views().is_some() { Peers::Uniform(Uniform {}) } else { self.clone() }
    }

    /// Reads the files that the rule names, relative to `folder`, once for all clones.
    ///
    /// # Errors
    /// A file cannot be read, or holds something else.
    pub fn load(&self, folder: &Path) -> Result<(), Incompatible> {
        match self {
            Peers::Weighted(rule) => rule.load(folder),
            _ => Ok(()),
        }
    }

    /// Whether what was read has something to say of each of `nodes` nodes, by the names that `find` knows, and leaves
    /// everybody somebody to contact, where all are neighbours of all (`complete`) or not.
    ///
    /// # Errors
    /// The line that is wrong, or what is missing.
    pub fn check(
        &self,
        nodes: u32,
        complete: bool,
        find: impl Fn(&str) -> Option<NodeId>,
        links: Option<&LinkWeights>,
    ) -> Result<(), Incompatible> {
        match self {
            Peers::Weighted(rule) => rule.check(nodes, complete, find, links),
            _ => Ok(()),
        }
    }

    /// Whether the rule goes by how many neighbours nodes have.
    pub fn by_degree(&self) -> bool {
        matches!(self, Peers::Weighted(rule) if rule.by_degree())
    }

    /// The same rule on the graph, and among the places, of a run, if it goes by these.
    pub fn on_network(&self, network: &dyn NetworkView) -> Self {
        match self {
            Peers::Weighted(rule) => Peers::Weighted(rule.on(network)),
            Peers::RegionAware(rule) => Peers::RegionAware(rule.on(network)),
            Peers::Nearest(rule) => Peers::Nearest(rule.on(network)),
            Peers::AvoidLast(rule) => Peers::AvoidLast(rule.over(network.nodes())),
            other => other.clone(),
        }
    }

    /// Bytes that the rule takes besides its settings: over `nodes` nodes in so many `regions` that are all neighbours of
    /// all, or with so many `ends` of edges.
    pub fn memory(&self, nodes: u32, regions: usize, ends: Option<u64>) -> u64 {
        match self {
            Peers::Weighted(rule) => rule.bytes(nodes, ends),
            Peers::AvoidLast(_) => AvoidLast::bytes(nodes),
            _ if self.by_places() => near_first::NearFirst::bytes(nodes, regions, ends),
            _ => 0,
        }
    }

    /// The index of further neighbour `number` of a turn, from 0, in the order in which the rule would name at most
    /// `most` besides its `fanout`; `None` where there are not so many. `picks` is a scratch buffer; so is `called`, for
    /// one turn from its further neighbour 0 on: what it has room for need not be worked out again.
    pub fn hunt(
        &self,
        (turn, degree): (Turn, u32),
        [fanout, most]: [u32; 2],
        number: u32,
        choices: &Field,
        picks: &mut Vec<u32>,
        called: &mut [u32],
    ) -> Option<u32> {
        picks.clear();
        if let (Peers::Uniform(_), true) = (self, fanout < degree && number < most) {
            // The picks of a greater fanout begin with those of a smaller one, and all are distinct.
            let place = fanout + number;
            if place + 1 < degree {
                let known = if number == 0 { 0 } else { place };
                return uniform::next(turn, degree, known..=place, choices, called).or_else(|| {
                    self.choose(turn, degree, place + 1, choices, picks);
                    picks.last().copied()
                });
            }
        }
        self.choose(turn, degree, fanout, choices, picks);
        let first = picks.len();
        // Who takes all neighbours takes them in the order of the list; who takes all but one, as the rule says.
        let wanted = match self {
            // Begins with the picks of a smaller fanout.
            Peers::Uniform(_) => most.min(number + 1),
            _ => most,
        };
        let all = fanout.saturating_add(wanted).min(degree.saturating_sub(1));
        self.choose(turn, degree, all, choices, picks);
        let (tried, named) = picks.split_at(first);
        let rest = (0..degree).filter(|pick| all + 1 == degree && !named.contains(pick)).take(1);
        let named = named.iter().copied().chain(rest);
        named.filter(|pick| !tried.contains(pick)).take(most as usize).nth(number as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::NodeId;
    use testing::{choices, rank, z_of_equal_shares};

    fn rules() -> [Peers; 4] {
        [
            Peers::Uniform(Uniform {}),
            Peers::RoundRobin(RoundRobin {}),
            Peers::Shuffled(Shuffled {}),
            Peers::Quasirandom(Quasirandom {}),
        ]
    }

    #[test]
    fn further_neighbours_are_others_and_each_is_named_once() {
        let (choices, mut picks) = (choices(5), Vec::new());
        for rule in rules() {
            for (degree, fanout, most) in [(9, 1, 3), (9, 2, 20), (2, 1, 1), (2, 1, 5), (3, 3, 4), (5, 4, 9), (1, 1, 1)]
            {
                for number in 0..20 {
                    let turn = Turn { node: NodeId::new(number), number: u64::from(number) };
                    rule.choose(turn, degree, fanout, &choices, &mut picks);
                    let mut tried = picks.clone();
                    let [named, some, all] = [0, 4, 40].map(|room| -> Vec<u32> {
                        let (mut picks, mut called) = (Vec::new(), vec![0; room]);
                        let contacts = [fanout, most];
                        let next = |n| rule.hunt((turn, degree), contacts, n, &choices, &mut picks, &mut called);
                        (0..).map_while(next).collect()
                    });
                    picks.clear();
                    assert!(named == some && named == all, "{rule:?} {turn:?}, {degree}");
                    assert_eq!(
                        named.len() as u32,
                        most.min(degree - fanout.min(degree)),
                        "{rule:?} {turn:?}, {degree}"
                    );
                    tried.extend(named);
                    tried.sort_unstable();
                    tried.dedup();
                    assert_eq!(tried.len() as u32, degree.min(fanout + most), "{rule:?} {turn:?}, {degree}");
                }
            }
        }
    }

    #[test]
    fn rules_that_are_told_of_the_network_name_further_neighbours_as_others_do() {
        let lists: [Vec<u32>; 7] = std::array::from_fn(|node| (1..7).map(|step| (node as u32 + step) % 7).collect());
        let lists = testing::Lists::new(&lists.each_ref().map(|list| &list[..])).in_regions(&[0, 1, 0, 2, 1, 0, 2]);
        let (choices, mut picks) = (choices(5), Vec::new());
        let rules = [r#"{"weighted": {"exponent": 2}}"#, r#"{"region-aware": {}}"#, r#"{"nearest": {}}"#];
        for rule in rules.map(|json| serde_json::from_str::<Peers>(json).unwrap().on_network(&lists)) {
            for (turn, fanout) in (0..100).map(|number| (Turn { node: NodeId::new(3), number }, number as u32 % 6 + 1))
            {
                let mut tried = Vec::new();
                rule.choose(turn, 6, fanout, &choices, &mut tried);
                let mut fewer = Vec::new();
                rule.choose(turn, 6, fanout - 1, &choices, &mut fewer);
                assert!(fanout == 6 || tried.starts_with(&fewer), "{rule:?} {turn:?}");
                let hunt = |number| rule.hunt((turn, 6), [fanout, 9], number, &choices, &mut picks, &mut []);
                tried.extend((0..).map_while(hunt));
                tried.sort_unstable();
                assert!(tried.iter().copied().eq(0..6), "{rule:?} {turn:?}: {tried:?}");
            }
        }
    }

    /// |z| <= 4 for all orders of 4 neighbours, of which one is contacted and the others are further ones.
    #[test]
    fn uniform_names_further_neighbours_in_every_order_alike() {
        let (choices, mut picks, rule, mut called) = (choices(6), Vec::new(), Peers::Uniform(Uniform {}), [0; 4]);
        let mut counts = [0; 24];
        for number in 0..40_000 {
            let turn = Turn { node: NodeId::new(number % 50), number: u64::from(number / 50) };
            let mut order = Vec::new();
            rule.choose(turn, 4, 1, &choices, &mut order);
            order.extend((0..3).filter_map(|n| rule.hunt((turn, 4), [1, 3], n, &choices, &mut picks, &mut called)));
            counts[rank(&order, 4)] += 1;
        }
        let z = z_of_equal_shares(&counts);
        assert!(z.abs() <= 4.0, "z = {z:.2}");
    }
}
