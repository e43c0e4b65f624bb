//! The faults of one run: which nodes go down and come back when, and which paths are cut. Who it is is drawn by address:
//! a larger share of nodes holds all that a smaller one does.

use std::convert::Infallible;

use crate::bits::Bits;
use crate::engine::Happening;
use crate::network::cuts::{Cut, Cuts, Paths};
use crate::random::{Chance, Field, Purpose, fraction};
use crate::settings::Settings;
use crate::settings::faults::{Action, Groups, Moment, NodeList, Selection};
use crate::time::Time;
use crate::units::NodeId;

/// What comes from outside to the nodes and paths of one run.
pub(super) struct FaultSchedule {
    /// What happens to nodes, in order of time.
    pub(super) happenings: Vec<(Time, Happening<Infallible>)>,
    /// Which paths are cut.
    pub(super) cuts: Cuts,
}

/// How a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NodeStatus {
    Up,
    /// Crashed, and whether it will know what it knew.
    Down {
        remembers: bool,
    },
    /// Not there yet, or gone for good.
    Away,
}

/// The faults of a run while they are drawn, event by event.
struct FaultDraw {
    draws: Field,
    standings: Vec<NodeStatus>,
    /// Nodes that are there or have been.
    known: usize,
    schedule: FaultSchedule,
}

impl FaultSchedule {
    /// What the settings say, drawn for one run.
    pub(super) fn draw(settings: &Settings, chance: &Chance) -> Self {
        if settings.faults.is_empty() {
            return FaultSchedule { happenings: Vec::new(), cuts: Cuts::default() };
        }
        let known = settings.network.nodes as usize;
        let mut standings = vec![NodeStatus::Up; known];
        standings.resize(known + settings.faults.joins() as usize, NodeStatus::Away);
        let schedule = FaultSchedule { happenings: Vec::new(), cuts: Cuts::default() };
        let mut drawing = FaultDraw { draws: chance.field(Purpose::Faults), standings, known, schedule };
        let (interval, mut cuts) = (settings.gossip.interval, Vec::new());
        for (number, (at, event)) in settings.faults.in_order(interval).into_iter().enumerate() {
            let end = |until: &Option<Moment>| until.map_or(Time::NEVER, |moment| moment.instant(interval));
            let number = number as u64;
            match &event.action {
                Action::Partition { groups, until } => {
                    let paths = Paths::Between(drawing.groups(groups, number));
                    cuts.push(Cut { from: at, until: end(until), paths });
                }
                Action::Cut { from, to, until } => {
                    let [from, to] =
                        [(from, 0), (to, 1)].map(|(selection, which)| drawing.set(selection, number, which));
                    cuts.push(Cut { from: at, until: end(until), paths: Paths::OneWay { from, to } });
                }
                action => drawing.act(at, action, number),
            }
        }
        FaultSchedule { cuts: Cuts::new(cuts), ..drawing.schedule }
    }
}

/// What happens to nodes, among what happens in a workload with inputs of its own.
pub(super) fn widened<I>(happenings: &[(Time, Happening<Infallible>)]) -> impl Iterator<Item = (Time, Happening<I>)> {
    happenings.iter().map(|&(at, happening)| (at, happening.widen()))
}

impl FaultDraw {
    /// What `action`, the event with this number, does to nodes.
    fn act(&mut self, at: Time, action: &Action, number: u64) {
        match action {
            Action::Crash { nodes, keep_state } => {
                for node in self.chosen(nodes, number, 0, |standing| standing == NodeStatus::Up) {
                    self.change(at, node, NodeStatus::Down { remembers: *keep_state }, Happening::Down(id(node)));
                }
            }
            Action::Recover(nodes) => {
                for node in self.chosen(nodes, number, 0, |standing| matches!(standing, NodeStatus::Down { .. })) {
                    let remembers = self.standings[node] == NodeStatus::Down { remembers: true };
                    self.change(at, node, NodeStatus::Up, Happening::Up { node: id(node), remembers });
                }
            }
            Action::Join(count) => {
                for node in self.known..self.known + *count as usize {
                    self.change(at, node, NodeStatus::Up, Happening::Join(id(node)));
                }
                self.known += *count as usize;
            }
            Action::Leave(nodes) => {
                for node in self.chosen(nodes, number, 0, |standing| standing == NodeStatus::Up) {
                    self.change(at, node, NodeStatus::Away, Happening::Leave(id(node)));
                }
            }
            // These are about paths.
            Action::Partition { .. } | Action::Cut { .. } => {}
        }
    }

    fn change(&mut self, at: Time, node: usize, standing: NodeStatus, happening: Happening<Infallible>) {
        self.standings[node] = standing;
        self.schedule.happenings.push((at, happening));
    }

    /// Those that `selection` means among the nodes whose standing is `eligible`, in ascending order.
    fn chosen(&self, selection: &Selection, event: u64, which: u64, eligible: fn(NodeStatus) -> bool) -> Vec<usize> {
        let all = || (0..self.known).filter(|&node| eligible(self.standings[node]));
        match selection {
            Selection::All => all().collect(),
            Selection::Share(share) => {
                let mut ranked = self.ranked(all(), event, which);
                ranked.truncate(share.of(ranked.len() as u32) as usize);
                ranked.sort_unstable();
                ranked
            }
            Selection::Nodes(nodes) => indices(nodes).filter(|&node| eligible(self.standings[node])).collect(),
        }
    }

    /// The nodes in a random order that belongs to this event.
    fn ranked(&self, nodes: impl Iterator<Item = usize>, event: u64, which: u64) -> Vec<usize> {
        let mut ranked: Vec<(u64, usize)> =
            nodes.map(|node| (self.draws.at(node as u64, event, which), node)).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, node)| node).collect()
    }

    /// The nodes that one end of a cut means, whatever their standing.
    fn set(&self, selection: &Selection, event: u64, which: u64) -> Bits {
        let mut set = Bits::new(self.standings.len());
        let chosen = match selection {
            // Also those that come later.
            Selection::All => (0..self.standings.len()).collect(),
            selection => self.chosen(selection, event, which, |_| true),
        };
        chosen.into_iter().for_each(|node| {
            set.insert(node);
        });
        set
    }

    /// The group of each node; those that are in none are a group of their own.
    fn groups(&self, groups: &Groups, event: u64) -> Vec<u32> {
        let mut group_of = vec![0; self.standings.len()];
        match groups {
            Groups::Shares(shares) => {
                let ranked = self.ranked(0..self.known, event, 0);
                let mut first = 0;
                for (group, share) in (1..).zip(shares) {
                    let end = (first + share.of(self.known as u32) as usize).min(self.known);
                    ranked[first..end].iter().for_each(|&node| group_of[node] = group);
                    first = end;
                }
                // Those who come later fall into each with the probability of its share.
                for (node, group_of) in group_of.iter_mut().enumerate().skip(self.known) {
                    let place = fraction(self.draws.at(node as u64, event, 1));
                    let ends = shares.iter().scan(0.0, |sum, share| {
                        *sum += share.value();
                        Some(*sum)
                    });
                    *group_of = (1..).zip(ends).find(|(_, end)| place < *end).map_or(0, |(group, _)| group);
                }
            }
            Groups::Nodes(lists) => {
                for (group, nodes) in (1..).zip(lists) {
                    indices(nodes).for_each(|node| group_of[node] = group);
                }
            }
        }
        group_of
    }
}

fn id(node: usize) -> NodeId {
    // Below the number of nodes, which is a u32.
    NodeId::new(node as u32)
}

fn indices(nodes: &NodeList) -> impl Iterator<Item = usize> {
    nodes.iter().map(NodeId::index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, Overrides, Source};

    /// Of a partition into 30 %, 50 % and the others: exact for the nodes that are there; |z| <= 4 for 3000 that join.
    #[test]
    fn a_partition_by_shares_is_exact_for_those_who_are_there_and_drawn_for_those_who_join() {
        let text = "[network]\nnodes = 10\n[gossip]\nstrategy = \"push\"\n[[event]]\nat = \"0s\"\npartition = [0.3, 0.5]\n[[event]]\nat = \"1s\"\njoin = 3000\n";
        let scenario = scenario::read(Source::text("partition.toml", text), &Overrides::default())
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let settings = scenario.point(0).settings;
        let schedule = FaultSchedule::draw(&settings, &Chance { seed: 1, nodes: 10, replicate: 0 });
        let cut = |one, other| schedule.cuts.sever(id(one), id(other), Time::ZERO);
        // One of each group, and how many there are in it.
        let mut groups: Vec<(usize, [u32; 2])> = Vec::new();
        for node in 0..3010 {
            let place = groups.iter().position(|&(first, _)| !cut(first, node)).unwrap_or_else(|| {
                groups.push((node, [0; 2]));
                groups.len() - 1
            });
            groups[place].1[usize::from(node >= 10)] += 1;
        }
        groups.sort_unstable_by_key(|&(_, [there, _])| there);
        assert_eq!(groups.iter().map(|(_, [there, _])| *there).collect::<Vec<_>>(), [2, 3, 5]);
        for ((_, [_, joined]), share) in groups.into_iter().zip([0.2, 0.3, 0.5]) {
            let z = (f64::from(joined) - 3000.0 * share) / (3000.0 * share * (1.0 - share)).sqrt();
            assert!(z.abs() <= 4.0, "{joined} of 3000 for {share}: z = {z:.1}");
        }
    }
}
