//! The faults of one run: which nodes go down and come back when, and which paths are cut. Who it is is drawn by address:
//! a larger share of nodes holds all that a smaller one does.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::iter;
use std::rc::Rc;

use super::ranking::ranked;
use crate::bits::Bits;
use crate::engine::{Agenda, Happening};
use crate::network::latency::Distribution;
use crate::network::path_faults::{Effect, Impairment, PathFault, PathFaults, Paths};
use crate::random::{Chance, Field, Purpose, fraction};
use crate::settings::Settings;
use crate::settings::faults::{Action, BlockTurns, Event, Groups, NodeList, Selection, Session};
use crate::time::{Span, Time, merged};
use crate::units::NodeId;

/// The first draw about the times of a node in churn.
const CHURN: u64 = 1 << 8;

/// What comes from outside to the nodes and paths of one run.
pub(super) struct FaultSchedule {
    /// What happens to nodes.
    pub(super) nodes: NodeSchedule,
    /// What is wrong with which paths.
    pub(super) paths: PathFaults,
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
    /// How long each message that waits is read after a release.
    reading: Span,
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
    /// What is to come of earlier events, by when it is and by how many there were before.
    to_come: BTreeMap<(Time, u64), Pending>,
    put_off: u64,
}

/// What is to come of an event that began before.
enum Pending {
    /// The end of a restart, which was event number `by`.
    Back { by: u64, nodes: Vec<usize> },
    /// The next step of a node in churn.
    Churn(ChurnStep),
    /// The end of a session of a node, by event number `by`.
    Over { by: u64, node: usize, keep_state: bool },
}

/// A node in churn is up, or down, until now.
struct ChurnStep {
    churn: Rc<Churn>,
    node: usize,
    /// How many times it was up or down before: it was up for the even ones.
    step: u64,
}

/// Nodes that come and go.
struct Churn {
    /// The number of the event.
    by: u64,
    /// How long a node is up each time, and how long down.
    laws: [Distribution; 2],
    keep_state: bool,
    until: Time,
}

impl FaultSchedule {
    /// What the settings say, drawn for one run.
    pub(super) fn draw(settings: &Settings, chance: &Chance) -> Self {
        let everywhere = everywhere(settings);
        if settings.faults.is_empty() {
            let paths = PathFaults::new(everywhere.into_iter().collect());
            return FaultSchedule { nodes: NodeSchedule::default(), paths };
        }
        let known = settings.network.nodes as usize;
        let mut standings = vec![NodeStatus::Up; known];
        standings.resize(known + settings.faults.joins() as usize, NodeStatus::Away);
        let (draws, schedule) = (chance.field(Purpose::Faults), NodeSchedule::default());
        let mut drawing = FaultDraw { draws, standings, known, schedule, to_come: BTreeMap::new(), put_off: 0 };
        let (interval, mut faults) = (settings.gossip.interval, Vec::new());
        for (number, (at, event)) in settings.faults.in_order(interval).into_iter().enumerate() {
            let until = event.until(interval).unwrap_or(Time::NEVER);
            let number = number as u64;
            drawing.advance(at);
            let (paths, effect) = match &event.action {
                Action::Partition { groups, .. } => (Paths::Between(drawing.groups(groups, number)), Effect::Cut),
                Action::Cut { from, to, .. } => (drawing.one_way([from, to], number), Effect::Cut),
                Action::Impair { from, to, impairment, .. } => {
                    (drawing.one_way([from, to], number), Effect::Impaired(impairment.clone()))
                }
                _ => {
                    drawing.act([at, until], event, number);
                    continue;
                }
            };
            faults.push(PathFault { from: at, until, paths, effect });
        }
        drawing.advance(Time::NEVER);
        // The draws of other impairments are those of a network without it.
        faults.extend(everywhere);
        FaultSchedule { nodes: drawing.schedule, paths: PathFaults::new(faults) }
    }
}

/// What the network does to all messages besides losing and delaying them, if it does.
fn everywhere(settings: &Settings) -> Option<PathFault> {
    let (corruption, duplication) = (settings.network.corruption, settings.network.duplication);
    let effect = Effect::Impaired(Impairment { corruption, duplication, ..Impairment::default() });
    let fault = PathFault { from: Time::ZERO, until: Time::NEVER, paths: Paths::All, effect };
    (corruption.is_possible() || duplication.is_possible()).then_some(fault)
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

    /// The same among the `inputs` of a workload.
    pub(super) fn agenda<'a, I: 'a>(
        &'a self,
        inputs: impl IntoIterator<Item = (Time, Happening<I>), IntoIter: 'a>,
    ) -> Agenda<'a, I> {
        let nodes = self.in_order().map(|(at, happening)| (at, happening.widen()));
        let blocked = self.blocks.iter().flat_map(|block| block.nodes.iter().map(|&node| (node, block.reading)));
        Agenda::new(Box::new(merged(nodes, inputs.into_iter()))).blocking(blocked.collect())
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
                if until < Time::NEVER {
                    self.put_off(until, Pending::Back { by: number, nodes });
                }
            }
            Action::Churn { nodes, up: lives, down, keep_state, .. } => {
                let laws = [lives.clone(), down.clone()];
                let churn = Rc::new(Churn { by: number, laws, keep_state: *keep_state, until });
                for node in self.chosen(nodes, number, 0, up) {
                    self.go_on(at, ChurnStep { churn: Rc::clone(&churn), node, step: 0 });
                }
            }
            Action::Sessions { sessions, keep_state } => {
                sessions.by_node().for_each(|own| self.begin_sessions(at, own, *keep_state, number));
            }
            Action::Recover(nodes) => {
                for node in self.chosen(nodes, number, 0, |standing| matches!(standing, NodeStatus::Down { .. })) {
                    self.recover(at, node);
                }
            }
            Action::Block { nodes, turns, reading, .. } => {
                let nodes = self.chosen(nodes, number, 0, up).into_iter().map(id).collect();
                self.schedule.blocks.push(Block { nodes, from: at, until, turns: *turns, reading: *reading });
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
            Action::Restart { .. } | Action::Partition { .. } | Action::Cut { .. } | Action::Impair { .. } => {}
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

    fn put_off(&mut self, at: Time, pending: Pending) {
        self.to_come.insert((at, self.put_off), pending);
        self.put_off += 1;
    }

    /// What comes of earlier events by `time`, and did not before.
    fn advance(&mut self, time: Time) {
        while let Some(next) = self.to_come.first_entry()
            && next.key().0 <= time
        {
            let ((at, _), pending) = next.remove_entry();
            match pending {
                Pending::Back { by, nodes } => nodes.into_iter().for_each(|node| self.bring_back(at, node, by)),
                Pending::Churn(step) => self.churn(at, step),
                Pending::Over { by, node, keep_state } => self.end_session(at, node, keep_state, by),
            }
        }
    }

    /// The node is back, if it is still down by event number `by`.
    fn bring_back(&mut self, at: Time, node: usize, by: u64) {
        if matches!(self.standings[node], NodeStatus::Down { by: last, .. } if last == by) {
            self.recover(at, node);
        }
    }

    /// A node is up at the times of its `own` sessions from `at` on.
    fn begin_sessions(&mut self, at: Time, own: &[Session], keep_state: bool, by: u64) {
        let node = own[0].node.index();
        if own[0].up > Span::ZERO {
            self.end_session(at, node, keep_state, by);
        }
        for &Session { up, down, .. } in own {
            if up > Span::ZERO {
                self.put_off(at + up, Pending::Back { by, nodes: vec![node] });
            }
            if let Some(down) = down {
                self.put_off(at + down, Pending::Over { by, node, keep_state });
            }
        }
    }

    /// The node goes until its next session. One that other events keep down, or have taken away, keeps to its times.
    fn end_session(&mut self, at: Time, node: usize, keep_state: bool, by: u64) {
        if self.standings[node] == NodeStatus::Up {
            self.crash(at, vec![node], keep_state, by);
        }
    }

    /// A node in churn goes, or comes back. One that other events keep down, or have taken away, keeps to its times.
    fn churn(&mut self, at: Time, ChurnStep { churn, node, step }: ChurnStep) {
        match (step.is_multiple_of(2), self.standings[node]) {
            (true, NodeStatus::Up) => self.crash(at, vec![node], churn.keep_state, churn.by),
            (false, _) => self.bring_back(at, node, churn.by),
            _ => {}
        }
        self.go_on(at, ChurnStep { churn, node, step: step + 1 });
    }

    /// How long a node in churn stays as it is from `at` on is drawn.
    fn go_on(&mut self, at: Time, step: ChurnStep) {
        let law = &step.churn.laws[(step.step % 2) as usize];
        // The first of an event's draws are for whom it is about.
        let span = law.quantile(self.draws.at(step.node as u64, step.churn.by, CHURN + step.step));
        let next = at + span;
        let goes = step.step.is_multiple_of(2);
        if next < if goes { step.churn.until } else { Time::NEVER } {
            self.put_off(next, Pending::Churn(step));
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
        ranked(nodes, |node| self.draws.at(node as u64, event, which))
    }

    /// The paths between the nodes that their ends mean.
    fn one_way(&self, [from, to]: [&Selection; 2], event: u64) -> Paths {
        Paths::OneWay { from: self.set(from, event, 0), to: self.set(to, event, 1) }
    }

    /// The nodes that one end of paths means, whatever their standing.
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

    fn schedule(text: &str, replicate: u64) -> Vec<(Time, Happening<Infallible>)> {
        let scenario = scenario::read(Source::text("churn.toml", text), &Overrides::default())
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let (settings, chance) = (scenario.point(0).settings, Chance { seed: 1, nodes: 2000, replicate });
        FaultSchedule::draw(&settings, &chance).nodes.in_order().collect()
    }

    fn churn(law: &str, rest: &str) -> String {
        format!(
            "[network]\nnodes = 2000\n[gossip]\nstrategy = \"push\"\n[[event]]\nat = \"5s\"\nchurn = \"all\"\n\
             up = {law}\ndown = \"10s\"\nkeep_state = false\n{rest}\n"
        )
    }

    /// Of 2000 nodes: the first times up have the law's mean and, at its quartiles, its distribution, |z| <= 4; all times down are
    /// those that are written.
    #[test]
    fn nodes_in_churn_are_up_and_down_for_as_long_as_their_laws_say() {
        let exponential = "{ kind = \"exponential\", mean = \"100s\" }";
        let weibull = "{ kind = \"weibull\", scale = \"50s\", shape = 0.5 }";
        let pareto = "{ kind = \"pareto\", min = \"50s\", shape = 2.0 }";
        for law in [exponential, weibull, pareto, "\"100s\""] {
            let happenings = schedule(&churn(law, "for = \"100min\""), 0);
            assert!(happenings.is_sorted_by_key(|(at, _)| *at));
            let (mut first, mut went) = (vec![None; 2000], vec![Time::ZERO; 2000]);
            for (at, happening) in happenings {
                match happening {
                    Happening::Down(node) => {
                        went[node.index()] = at;
                        first[node.index()].get_or_insert(at);
                    }
                    Happening::Up { node, remembers: false } => {
                        assert_eq!(at, went[node.index()] + Span::from_millis(10_000));
                    }
                    other => panic!("{other:?}"),
                }
            }
            // Who has not gone by the end was up for longer.
            let ups: Vec<f64> =
                first.into_iter().map(|at| at.map_or(f64::INFINITY, Time::as_millis) - 5000.0).collect();
            let below = |quantile: f64| ups.iter().filter(|&&up| up <= quantile).count() as f64;
            let quantiles: [f64; 3] = [0.25, 0.5, 0.75].map(|share: f64| match law {
                _ if law == exponential => -100_000.0 * libm::log(1.0 - share),
                _ if law == weibull => 50_000.0 * libm::log(1.0 - share).powi(2),
                _ if law == pareto => 50_000.0 / libm::sqrt(1.0 - share),
                _ => 100_000.0,
            });
            for (share, quantile) in [0.25, 0.5, 0.75].into_iter().zip(quantiles) {
                let share = if law.starts_with('"') { 1.0 } else { share };
                let z = (below(quantile) - 2000.0 * share) / (2000.0 * share * (1.0 - share)).sqrt().max(1e-9);
                assert!(z.abs() <= 4.0, "{law}: {} up to {quantile} ms: z = {z:.1}", below(quantile));
            }
        }
    }

    /// In the long run a node is down for E[down] / (E[up] + E[down]) of the time (renewal theorem), |z| <= 4 at one instant.
    #[test]
    fn in_the_long_run_the_share_that_is_down_is_that_of_the_means() {
        for (law, mean) in [
            ("{ kind = \"exponential\", mean = \"30s\" }", 30.0),
            ("{ kind = \"weibull\", scale = \"15s\", shape = 0.5 }", 30.0),
            ("{ kind = \"uniform\", min = \"10s\", max = \"50s\" }", 30.0),
        ] {
            let at = Time::ZERO + Span::from_millis(1_800_000);
            let happenings = schedule(&churn(law, "until = \"40min\""), 1);
            let change = |(_, happening): &(Time, Happening<Infallible>)| match happening {
                Happening::Down(_) => 1,
                _ => -1,
            };
            let down: i32 = happenings.iter().take_while(|(time, _)| *time <= at).map(change).sum();
            let share = 10.0 / (10.0 + mean);
            let z = (f64::from(down) - 2000.0 * share) / (2000.0_f64 * share * (1.0 - share)).sqrt();
            assert!(z.abs() <= 4.0, "{law}: {down} down, z = {z:.1}");
            // Nobody goes once it is over, and whoever is down then comes back.
            assert_eq!(happenings.iter().map(change).sum::<i32>(), 0);
            let last = happenings.iter().rfind(|happening| change(happening) == 1).map(|(at, _)| *at);
            assert!(last < Some(Time::ZERO + Span::from_millis(2_400_000)));
        }
    }

    /// Events of other kinds meet nodes as churn has left them: none goes twice, and who leaves does not come back.
    #[test]
    fn churn_and_other_events_keep_to_one_account_of_who_is_up() {
        let rest = "for = \"10min\"\n[[event]]\nat = \"60s\"\ncrash = 0.5\n[[event]]\nat = \"120s\"\nleave = 0.2\n\
                    [[event]]\nat = \"200s\"\nrecover = \"all\"\n[[event]]\nat = \"220s\"\nrestart = 0.3\nfor = \"7s\"";
        let mut standings = vec![NodeStatus::Up; 2000];
        for (at, happening) in schedule(&churn("{ kind = \"exponential\", mean = \"20s\" }", rest), 2) {
            let (node, from, to) = match happening {
                Happening::Down(node) => (node, NodeStatus::Up, NodeStatus::Down { remembers: false, by: 0 }),
                Happening::Up { node, .. } => (node, NodeStatus::Down { remembers: false, by: 0 }, NodeStatus::Up),
                Happening::Leave(node) => (node, NodeStatus::Up, NodeStatus::Away),
                other => panic!("{other:?}"),
            };
            assert_eq!(standings[node.index()], from, "{happening:?} at {at:?}");
            standings[node.index()] = to;
        }
    }

    /// Of a partition into 30 %, 50 % and the others: exact for the nodes that are there; |z| <= 4 for 3000 that join.
    #[test]
    fn a_partition_by_shares_is_exact_for_those_who_are_there_and_drawn_for_those_who_join() {
        let text = "[network]\nnodes = 10\n[gossip]\nstrategy = \"push\"\n[[event]]\nat = \"0s\"\npartition = [0.3, 0.5]\n[[event]]\nat = \"1s\"\njoin = 3000\n";
        let scenario = scenario::read(Source::text("partition.toml", text), &Overrides::default())
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let settings = scenario.point(0).settings;
        let schedule = FaultSchedule::draw(&settings, &Chance { seed: 1, nodes: 10, replicate: 0 });
        let cut = |one, other| schedule.paths.sever(id(one), id(other), Time::ZERO);
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
