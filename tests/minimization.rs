//! Comparing counters ("minimization"), against the exact law of small networks by enumeration, and against the other
//! variants of rumor mongering.

use std::collections::BTreeMap;

use crate::common::{ending, judge, sample, scenario};
use gossipsim::scenario::Point;
use gossipsim::workload::rumor::Ending;

const OPENINGS: [(&str, &str); 4] = [
    ("push", "strategy = \"push\""),
    ("pull", "strategy = \"pull\""),
    ("eager", "strategy = \"push-pull\"\nexchange = \"eager\""),
    ("digest", "strategy = \"push-pull\"\nexchange = \"digest\""),
];

/// Mongers with feedback and a counter, until all is quiet.
fn mongers(nodes: usize, opening: &str, k: usize, minimization: bool) -> Point {
    let spread = format!("{{ kind = \"counter\", k = {k}, feedback = true, minimization = {minimization} }}");
    let gossip = format!("[gossip]\n{opening}\nspread = {spread}\n");
    scenario(&format!("[network]\nnodes = {nodes}\n{gossip}[stop]\nuntil = \"quiet\"\n")).point(0)
}

/// Nodes that never learn, and updates sent.
fn figures(nodes: usize, ending: &Ending) -> [f64; 2] {
    [nodes as f64 - ending.tally.informed as f64, ending.tally.updates as f64]
}

/// The rules once more, in the plainest form: a node is ignorant or has a counter, which is `k` once it has lost interest.
struct Rules<'a> {
    opening: &'a str,
    k: usize,
    minimization: bool,
}

type Nodes = Vec<Option<usize>>;

/// What a round does to a node.
#[derive(Clone, Copy, Default)]
struct Effect {
    learns: bool,
    needed: bool,
    in_vain: bool,
}

impl Rules<'_> {
    fn infective(&self, node: Option<usize>) -> bool {
        node.is_some_and(|counter| counter < self.k)
    }

    /// The state after a round in which node i contacts `peers[i]`, and the updates sent in it.
    fn round(&self, nodes: &Nodes, peers: &[usize]) -> (Nodes, f64) {
        let mut effects = vec![Effect::default(); nodes.len()];
        let mut updates = 0.0;
        for (from, &to) in peers.iter().enumerate() {
            let pushes = ["push", "eager"].contains(&self.opening) && self.infective(nodes[from]);
            match self.opening {
                _ if pushes => updates += self.tell(nodes, from, to, &mut effects),
                "pull" | "eager" if self.infective(nodes[to]) => {
                    updates += self.tell(nodes, to, from, &mut effects);
                }
                // Who asks one that has lost interest compares with it, and with k.
                "pull" if self.minimization && nodes[to].is_some() => self.compare(nodes, from, to, &mut effects),
                "digest" if nodes[from].is_some() && nodes[to].is_some() => {
                    if self.minimization {
                        self.compare(nodes, from, to, &mut effects);
                    } else {
                        (effects[from].in_vain, effects[to].in_vain) = (true, true);
                    }
                }
                "digest" if self.infective(nodes[from]) => updates += self.tell(nodes, from, to, &mut effects),
                "digest" if self.infective(nodes[to]) => updates += self.tell(nodes, to, from, &mut effects),
                _ => {}
            }
        }
        let after = nodes.iter().zip(effects).map(|(&node, effect)| match node {
            None => effect.learns.then_some(0),
            Some(counter) if counter == self.k => Some(counter),
            Some(_) if effect.needed => Some(0),
            Some(counter) => Some(counter + usize::from(effect.in_vain)),
        });
        (after.collect(), updates)
    }

    fn tell(&self, nodes: &Nodes, from: usize, to: usize, effects: &mut [Effect]) -> f64 {
        if nodes[to].is_none() {
            (effects[from].needed, effects[to].learns) = (true, true);
        } else if self.minimization {
            self.compare(nodes, from, to, effects);
        } else {
            effects[from].in_vain = true;
        }
        1.0
    }

    fn compare(&self, nodes: &Nodes, one: usize, other: usize, effects: &mut [Effect]) {
        effects[one].in_vain |= nodes[one] <= nodes[other];
        effects[other].in_vain |= nodes[other] <= nodes[one];
    }

    /// The exact means of nodes that never learn and of updates sent: the law of the state, round after round, over all
    /// choices of peers.
    fn exact(&self, count: usize) -> [f64; 2] {
        let mut origin: Nodes = vec![None; count];
        origin[0] = Some(0);
        let mut law = BTreeMap::from([(origin, 1.0)]);
        let (mut residue, mut updates) = (0.0, 0.0);
        let choices = (count - 1).pow(count as u32);
        // What is still under way after so many rounds is less than 1e-9.
        for _ in 0..150 {
            let mut next = BTreeMap::new();
            for (nodes, chance) in law {
                if !nodes.iter().any(|&node| self.infective(node)) {
                    residue += chance * nodes.iter().filter(|node| node.is_none()).count() as f64;
                    continue;
                }
                if chance < 1e-13 {
                    continue;
                }
                for choice in 0..choices {
                    let pick = |node: usize| choice / (count - 1).pow(node as u32) % (count - 1);
                    let peers: Vec<usize> =
                        (0..count).map(|node| pick(node) + usize::from(pick(node) >= node)).collect();
                    let (after, sent) = self.round(&nodes, &peers);
                    let share = chance / choices as f64;
                    updates += share * sent;
                    *next.entry(after).or_insert(0.0) += share;
                }
            }
            law = next;
        }
        [residue, updates]
    }
}

/// |z| <= 4 for residue and traffic over 10 000 runs, with minimization and without.
#[test]
fn three_and_four_nodes_follow_the_law_found_by_enumeration() {
    for (name, opening) in OPENINGS {
        for (nodes, k, minimization) in
            [(3, 1, true), (3, 2, true), (3, 3, true), (4, 2, true), (3, 2, false), (4, 2, false)]
        {
            let expected = Rules { opening: name, k, minimization }.exact(nodes);
            let point = mongers(nodes, opening, k, minimization);
            let runs: Vec<[f64; 2]> = (0..10_000).map(|run| figures(nodes, &ending(&point, run))).collect();
            for (index, what) in ["residue", "updates"].into_iter().enumerate() {
                let what = format!("{name}, n = {nodes}, k = {k}, minimization {minimization}: {what}");
                judge(&what, expected[index], sample(10_000, |run| runs[run as usize][index]), 10_000);
            }
        }
    }
}

/// At k = 2 and n = 1000 push-pull with minimization leaves the smallest residue of all variants, in the same runs:
/// z > 4 for each paired difference.
#[test]
fn push_pull_with_minimization_leaves_the_smallest_residue() {
    let runs = 300;
    let residues = |opening: &str, minimization: bool| -> Vec<f64> {
        let point = mongers(1000, opening, 2, minimization);
        (0..runs).map(|run| figures(1000, &ending(&point, run))[0]).collect()
    };
    let least = residues(OPENINGS[3].1, true);
    for (name, opening) in OPENINGS {
        for minimization in [false, true] {
            if minimization && ["eager", "digest"].contains(&name) {
                continue;
            }
            let others = residues(opening, minimization);
            let (mean, sd) = sample(runs, |run| others[run as usize] - least[run as usize]);
            let z = mean / (sd / (runs as f64).sqrt());
            assert!(z > 4.0, "{name}, minimization {minimization}: {mean} nodes more, z = {z:.1}");
        }
    }
}
