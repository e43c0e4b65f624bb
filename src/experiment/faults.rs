//! The faults of one run: which nodes go down and come back when, and which paths are cut. Who it is is drawn by address:
//! a larger share of nodes holds all that a smaller one does.

use std::convert::Infallible;
use std::iter;

use crate::bits::Bits;
use crate::engine::Happening;
use crate::network::cuts::{Cut, Cuts, Paths};
use crate::random::{Chance, Field, Purpose, fraction};
use crate::settings::Settings;
use crate::settings::faults::{Action, BlockTurns, Event, Groups, NodeList, Selection};
use crate::time::{Span, Time, merged};
use crate::units::NodeId;

/// What comes from outside to the nodes and paths of one run.
pub(super) struct FaultSchedule {
    /// What happens to nodes.
    pub(super) nodes: NodeSchedule,
    /// Which paths are cut.
    pub(super) cuts: Cuts,
}

/// What comes from outside to the nodes of one run.
#[derive(Default)]
pub(super) struct NodeSchedule {
    /// All but blocks, in order of time.
    happenings: Vec<(Time, Happening<Infallible>)>,
    blocks: Vec<Block>,
}

/// Nodes that are blocked, once or by turns; each time is worked out when it comes, so that many take no memory.
struct Block {
    nodes: Vec<NodeId>,
    from: Time,
    until: Time,
    turns: Option<BlockTurns>,
}

/// How a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NodeStatus {
    Up,
    /// Crashed, whether it will know what it knew, and by which event.
    Down {
        remembers: bool,
        by: u64,
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
    schedule: NodeSchedule,
    /// Nodes that will be back from a restart, in no order.
    restarts: Vec<Restart>,
}

/// The end of a restart.
struct Restart {
    at: Time,
    /// The number of the event.
    by: u64,
    nodes: Vec<usize>,
}

impl FaultSchedule {
    /// What the settings say, drawn for one run.
    pub(super) fn draw(settings: &Settings, chance: &Chance) -> Self {
        if settings.faults.is_empty() {
            return FaultSchedule { nodes: NodeSchedule::default(), cuts: Cuts::default() };
        }
        let known = settings.network.nodes as usize;
        let mut standings = vec![NodeStatus::Up; known];
        standings.resize(known + settings.faults.joins() as usize, NodeStatus::Away);
        let (draws, schedule) = (chance.field(Purpose::Faults), NodeSchedule::default());
        let mut drawing = FaultDraw { draws, standings, known, schedule, restarts: Vec::new() };
        let (interval, mut cuts) = (settings.gossip.interval, Vec::new());
        for (number, (at, event)) in settings.faults.in_order(interval).into_iter().enumerate() {
            let until = event.until(interval).unwrap_or(Time::NEVER);
            let number = number as u64;
            drawing.bring_back(at);
            match &event.action {
                Action::Partition { groups, .. } => {
                    let paths = Paths::Between(drawing.groups(groups, number));
                    cuts.push(Cut { from: at, until, paths });
                }
                Action::Cut { from, to, .. } => {
                    let [from, to] =
                        [(from, 0), (to, 1)].map(|(selection, which)| drawing.set(selection, number, which));
                    cuts.push(Cut { from: at, until, paths: Paths::OneWay { from, to } });
                }
                _ => drawing.act([at, until], event, number),
            }
        }
        drawing.bring_back(Time::NEVER);
        FaultSchedule { nodes: drawing.schedule, cuts: Cuts::new(cuts) }
    }
}

/// What happens, in order of time.
type Happenings<'a> = Box<dyn Iterator<Item = (Time, Happening<Infallible>)> + 'a>;

impl NodeSchedule {
    /// What happens to nodes, in order of time.
    fn in_order(&self) -> Happenings<'_> {
        let all: Happenings<'_> = Box::new(self.happenings.iter().copied());
        self.blocks.iter().fold(all, |all, block| Box::new(merged(all, block.in_order())))
    }

    /// The nodes that crash, in order of time.
    pub(super) fn crashes(&self) -> impl Iterator<Item = NodeId> {
        self.in_order().filter_map(|(_, happening)| match happening {
            Happening::Down(node) => Some(node),
            _ => None,
        })
    }

    /// The same among what happens in a workload with inputs of its own.
    pub(super) fn widened<I>(&self) -> impl Iterator<Item = (Time, Happening<I>)> {
        self.in_order().map(|(at, happening)| (at, happening.widen()))
    }
}

impl Block {
    fn in_order(&self) -> impl Iterator<Item = (Time, Happening<Infallible>)> {
        let period = self.turns.map_or(Span::MAX, |BlockTurns { blocked, free }| blocked + free);
        let begins = iter::successors(Some(self.from), move |begin| Some(*begin + period));
        begins.take_while(|begin| *begin < self.until).flat_map(|begin| {
            let end = self.turns.map_or(self.until, |turns| self.until.min(begin + turns.blocked));
            let blocks = self.nodes.iter().map(move |&node| (begin, Happening::Block { node, until: end }));
            let releases = self.nodes.iter().map(move |&node| (end, Happening::Release(node)));
            blocks.chain(releases.filter(move |_| end < Time::NEVER))
        })
    }
}

impl FaultDraw {
    /// What `event`, which has this number and these times, does to nodes.
    fn act(&mut self, [at, until]: [Time; 2], event: &Event, number: u64) {
        let up = |standing| standing == NodeStatus::Up;
        match &event.action {
            Action::Crash { nodes, keep_state } => {
                self.crash(at, self.chosen(nodes, number, 0, up), *keep_state, number);
            }
            Action::Restart { nodes, keep_state, .. } if until > at => {
                let nodes = self.chosen(nodes, number, 0, up);
                self.crash(at, nodes.clone(), *keep_state, number);
                self.restarts.extend((until < Time::NEVER).then_some(Restart { at: until, by: number, nodes }));
            }
            Action::Recover(nodes) => {
                for node in self.chosen(nodes, number, 0, |standing| matches!(standing, NodeStatus::Down { .. })) {
                    self.recover(at, node);
                }
            }
            Action::Block { nodes, turns, .. } => {
                let nodes = self.chosen(nodes, number, 0, up).into_iter().map(id).collect();
                self.schedule.blocks.push(Block { nodes, from: at, until, turns: *turns });
            }
            Action::Join(count) => {
                for node in self.known..self.known + *count as usize {
                    self.change(at, node, NodeStatus::Up, Happening::Join(id(node)));
                }
                self.known += *count as usize;
            }
            Action::Leave(nodes) => {
                for node in self.chosen(nodes, number, 0, up) {
                    self.change(at, node, NodeStatus::Away, Happening::Leave(id(node)));
                }
            }
            // One that is over as it begins, and what is about paths.
            Action::Restart { .. } | Action::Partition { .. } | Action::Cut { .. } => {}
        }
    }

    fn crash(&mut self, at: Time, nodes: Vec<usize>, remembers: bool, by: u64) {
        for node in nodes {
            self.change(at, node, NodeStatus::Down { remembers, by }, Happening::Down(id(node)));
        }
    }

    fn recover(&mut self, at: Time, node: usize) {
        let remembers = matches!(self.standings[node], NodeStatus::Down { remembers: true, .. });
        self.change(at, node, NodeStatus::Up, Happening::Up { node: id(node), remembers });
    }

    /// Nodes that are back from a restart by `time`, and were not before.
    fn bring_back(&mut self, time: Time) {
        let mut due: Vec<Restart> = self.restarts.extract_if(.., |restart| restart.at <= time).collect();
        due.sort_by_key(|restart| restart.at);
        for Restart { at, by, nodes } in due {
            for node in nodes {
                if matches!(self.standings[node], NodeStatus::Down { by: last, .. } if last == by) {
                    self.recover(at, node);
                }
            }
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
