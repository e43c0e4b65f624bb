//! Textbook simulators of a page, with switches for the rules that can be broken.

use gossipsim::random::{Chance, Field, Purpose, below};
use rand_chacha::ChaCha8Rng;

/// A textbook simulator in short: aligned rounds on the complete graph, fanout 1, eager push-pull, and a switch for
/// each rule that can be broken.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) nodes: u32,
    /// The informed tell, the ignorant ask.
    pub(crate) push: bool,
    pub(crate) pull: bool,
    /// Of 1000 legs.
    pub(crate) lost: u32,
    /// Every draw is looked up by what it decides; else all are taken in turn from one generator.
    pub(crate) addressed: bool,
    /// Whoever speaks speaks from the start of the round; else from what it knows by now.
    pub(crate) snapshot: bool,
    /// A node may pick itself.
    pub(crate) meets_itself: bool,
}

pub(crate) const RIGHT: Rules =
    Rules { nodes: 64, push: true, pull: true, lost: 0, addressed: true, snapshot: true, meets_itself: false };

/// The draws of one run.
struct Dice {
    addressed: Option<[Field; 2]>,
    stream: ChaCha8Rng,
}

impl Dice {
    fn new(rules: &Rules, replicate: u64) -> Self {
        let chance = Chance { seed: 1, nodes: rules.nodes, replicate };
        let fields = || [Purpose::Peers, Purpose::Loss].map(|purpose| chance.field(purpose));
        Dice { addressed: rules.addressed.then(fields), stream: chance.stream(Purpose::Workload) }
    }

    /// Draw `which` of `node` in `round`, below `bound`; of peers (0) or losses (1).
    fn throw(&mut self, kind: usize, bound: u32, (node, round, which): (usize, u64, u64)) -> u32 {
        match &self.addressed {
            Some(fields) => fields[kind].below(bound, node as u64, round, which),
            None => below(&mut self.stream, bound.into()) as u32,
        }
    }

    fn peer(&mut self, rules: &Rules, node: usize, round: u64) -> usize {
        if rules.meets_itself {
            return self.throw(0, rules.nodes, (node, round, 0)) as usize;
        }
        let pick = self.throw(0, rules.nodes - 1, (node, round, 0)) as usize;
        pick + usize::from(pick >= node)
    }
}

/// The round in which each node learned, from node 0, which knew in round 0.
pub(crate) fn heard(rules: &Rules, replicate: u64) -> Vec<u64> {
    let mut dice = Dice::new(rules, replicate);
    let mut heard = vec![u64::MAX; rules.nodes as usize];
    heard[0] = 0;
    for round in 1.. {
        if heard.iter().all(|&heard| heard < u64::MAX) {
            break;
        }
        for node in 0..heard.len() {
            // What somebody knows while round `round` goes on.
            let knows = |heard: &[u64], who: usize| heard[who] < round || !rules.snapshot && heard[who] == round;
            let tells = knows(&heard, node);
            if !(if tells { rules.push } else { rules.pull }) {
                continue;
            }
            let peer = dice.peer(rules, node, round);
            let mut arrives = |leg: u64| dice.throw(1, 1000, (node, round, leg)) >= rules.lost;
            if tells && arrives(0) {
                heard[peer] = heard[peer].min(round);
            } else if !tells && arrives(0) && knows(&heard, peer) && arrives(1) {
                heard[node] = heard[node].min(round);
            }
        }
    }
    heard
}

/// Push with feedback and a counter of `k` among 1000 nodes: residue and updates per node, and the round of the last
/// arrival. A counter that is not reset counts all unnecessary contacts, not those in a row.
pub(crate) fn rumor(resets: bool, k: u32, replicate: u64) -> ([f64; 2], u64) {
    const NODES: u32 = 1000;
    let peers = Chance { seed: 2, nodes: NODES, replicate }.field(Purpose::Peers);
    let (mut informed, mut updates) = (vec![false; NODES as usize], 0);
    informed[0] = true;
    let mut spreading = vec![(0usize, 0)];
    let mut last = 0;
    for round in 0u64.. {
        if spreading.is_empty() {
            break;
        }
        let (before, mut next) = (informed.clone(), Vec::new());
        for (node, useless) in std::mem::take(&mut spreading) {
            updates += 1;
            let pick = peers.below(NODES - 1, node as u64, round, 0) as usize;
            let peer = pick + usize::from(pick >= node);
            let useless = if before[peer] {
                useless + 1
            } else if resets {
                0
            } else {
                useless
            };
            if !std::mem::replace(&mut informed[peer], true) {
                next.push((peer, 0));
                last = round + 1;
            }
            if useless < k {
                next.push((node, useless));
            }
        }
        spreading = next;
    }
    let left = informed.iter().filter(|informed| !**informed).count();
    ([left as f64, f64::from(updates)].map(|count| count / f64::from(NODES)), last)
}
