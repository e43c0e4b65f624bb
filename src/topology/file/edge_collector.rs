//! Nodes and edges on their way from a file to a graph.

use std::collections::BTreeMap;

use super::super::csr::Csr;
use super::fault::Fault;
use super::names::{NodeNames, whole};
use crate::link_weights::LinkWeights;
use crate::units::MAX_NODES;

/// What a file says of the direction of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Nothing: its form knows none.
    Unsaid,
    /// From the first to the second.
    Along,
    /// Both ways.
    Both,
}

/// What was read so far.
#[derive(Debug)]
pub(super) struct EdgeCollector {
    /// Whether edges become arcs, if the scenario says so.
    directed: Option<bool>,
    words: Words,
    /// Edges by their ends; a node that is declared, not joined, is a pair with itself.
    pairs: Vec<[u32; 2]>,
    edges: u64,
    loops: u64,
    /// Whether the file says of an edge that it has a direction.
    declared: bool,
    labels: Vec<(u32, Box<str>)>,
    /// What the file has that makes one edge more than another, and nobody asked for.
    unused: Option<String>,
    /// The weight of each pair, where they are asked for; not a number until it is known.
    weights: Option<Vec<f64>>,
    /// The pairs from this one on are of the last edge.
    last_edge: usize,
    notes: Vec<String>,
}

/// The words that the file has for its nodes, while they are read.
#[derive(Debug)]
enum Words {
    /// All are whole numbers that fit, and stand for themselves.
    Small,
    /// Numbered in the order of their appearance.
    Any(BTreeMap<Box<str>, u32>),
}

/// A graph with the names of its nodes.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) graph: Csr,
    pub(super) names: NodeNames,
    pub(super) directed: bool,
    /// The weights of edges, if they were asked for.
    pub(super) weights: Option<LinkWeights>,
    pub(super) notes: Vec<String>,
}

impl EdgeCollector {
    /// Nothing yet; whether edges are to be arcs, if the scenario says so, and whether it asks for their weights.
    pub(super) fn new(directed: Option<bool>, weighing: bool) -> Self {
        EdgeCollector {
            directed,
            words: Words::Small,
            pairs: Vec::new(),
            edges: 0,
            loops: 0,
            declared: false,
            labels: Vec::new(),
            unused: None,
            weights: weighing.then(Vec::new),
            last_edge: 0,
            notes: Vec::new(),
        }
    }

    /// How many edges were read, those that will be left out included.
    pub(super) fn edges(&self) -> u64 {
        self.edges
    }

    /// A line for the user.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// The file has weights, called `what`, which nobody asked for.
    pub(super) fn weighted(&mut self, what: impl Into<String>) {
        self.unused.get_or_insert_with(|| what.into());
    }

    /// The weight of the edge that was read last.
    pub(super) fn weigh(&mut self, weight: f64) {
        if let Some(of_edge) = self.weights.as_mut().and_then(|weights| weights.get_mut(self.last_edge..)) {
            of_edge.fill(weight);
        }
    }

    /// From here on a node's number is what [`EdgeCollector::node`] gave for it.
    pub(super) fn keep_numbers(&mut self) -> Result<(), Fault> {
        let mut any = BTreeMap::new();
        if matches!(self.words, Words::Small) {
            for end in self.pairs.iter_mut().flatten() {
                let next = any.len() as u32;
                *end = *any.entry(end.to_string().into()).or_insert(next);
            }
            check_nodes(any.len())?;
            self.words = Words::Any(any);
        }
        Ok(())
    }

    /// The number of the node `name`, for as long as it is kept.
    fn number(&mut self, name: &str) -> Result<u32, Fault> {
        if matches!(self.words, Words::Small) {
            match small(name.as_bytes()) {
                Some(number) => return Ok(number),
                None => self.keep_numbers()?,
            }
        }
        let Words::Any(any) = &mut self.words else { return Err(Fault::of_file("has no names")) };
        if let Some(&number) = any.get(name) {
            return Ok(number);
        }
        let next = any.len() as u32;
        any.insert(name.into(), next);
        check_nodes(any.len())?;
        Ok(next)
    }

    /// Whether there is a node `name` already, where numbers are kept.
    pub(super) fn known(&self, name: &str) -> Option<u32> {
        match &self.words {
            Words::Small => None,
            Words::Any(any) => any.get(name).copied(),
        }
    }

    /// A node that the file names by itself.
    pub(super) fn node(&mut self, name: &str) -> Result<u32, Fault> {
        let number = self.number(name)?;
        self.push([number, number])?;
        Ok(number)
    }

    /// A node that is called by a number, where all are.
    pub(super) fn numbered_node(&mut self, number: u32) -> Result<(), Fault> {
        self.push([number, number])
    }

    /// What a node is called to people; the number is that of [`EdgeCollector::node`] after [`EdgeCollector::keep_numbers`].
    pub(super) fn label(&mut self, node: u32, label: &str) {
        self.labels.push((node, label.into()));
    }

    /// An edge.
    pub(super) fn edge(&mut self, a: &str, b: &str, direction: Direction) -> Result<(), Fault> {
        if matches!(self.words, Words::Small) {
            match (small(a.as_bytes()), small(b.as_bytes())) {
                (Some(a), Some(b)) => return self.join(a, b, direction),
                _ => self.keep_numbers()?,
            }
        }
        let (a, b) = (self.number(a)?, self.number(b)?);
        self.join(a, b, direction)
    }

    /// An edge between nodes whose names are small numbers, or whose numbers are kept.
    pub(super) fn join(&mut self, a: u32, b: u32, direction: Direction) -> Result<(), Fault> {
        self.edges += 1;
        self.loops += u64::from(a == b);
        self.declared |= direction == Direction::Along;
        self.last_edge = self.pairs.len();
        self.push([a, b])?;
        if self.directed == Some(true) && direction == Direction::Both { self.push([b, a]) } else { Ok(()) }
    }

    /// An edge between small numbers, if they are names of this file so far.
    pub(super) fn join_small(&mut self, a: u32, b: u32) -> Result<(), Fault> {
        match self.words {
            Words::Small => self.join(a, b, Direction::Unsaid),
            Words::Any(_) => self.edge(&a.to_string(), &b.to_string(), Direction::Unsaid),
        }
    }

    fn push(&mut self, pair: [u32; 2]) -> Result<(), Fault> {
        if self.pairs.len() == self.pairs.capacity() {
            let more = (self.pairs.len() / 2).max(1024);
            let room = self.pairs.try_reserve_exact(more);
            room.map_err(|_| Fault::of_file(format!("has {} edges, for which there is no memory", self.edges)))?;
        }
        self.pairs.push(pair);
        if let Some(weights) = &mut self.weights {
            weights.push(f64::NAN);
        }
        Ok(())
    }

    /// Whether the first pair counts the nodes and the edges of all that come after it: what the pair says and the
    /// least and greatest of the others, with how many they are, if it has the right number of edges.
    pub(super) fn counts(&self) -> Option<Counts> {
        let (&[nodes, edges], rest) = self.pairs.split_first()?;
        if !matches!(self.words, Words::Small) || rest.len() != edges as usize || nodes > MAX_NODES || edges == 0 {
            return None;
        }
        let least = rest.iter().flatten().copied().min()?;
        let most = rest.iter().flatten().copied().max()?;
        if most > nodes || (least == 0 && most == nodes) {
            return None;
        }
        let mut seen = vec![false; nodes as usize + 1];
        rest.iter().flatten().for_each(|&end| seen[end as usize] = true);
        let different = seen.iter().filter(|seen| **seen).count() as u32;
        Some(Counts { nodes, edges, least, most, different })
    }

    /// Takes the first pair for what [`EdgeCollector::counts`] says, and all nodes that it counts for there from `first` up.
    pub(super) fn take_counts(&mut self, counts: &Counts, first: Option<u32>) -> Result<(), Fault> {
        let [a, b] = self.pairs.remove(0);
        if let Some(weights) = &mut self.weights {
            weights.remove(0);
        }
        self.edges -= 1;
        self.loops -= u64::from(a == b);
        if let Some(first) = first.filter(|_| counts.different < counts.nodes) {
            (first..first + counts.nodes).try_for_each(|number| self.numbered_node(number))?;
        }
        Ok(())
    }

    /// The graph, without loops and duplicates.
    pub(super) fn finish(mut self) -> Result<Named, Fault> {
        if self.pairs.is_empty() {
            return Err(Fault::of_file("holds no edges"));
        }
        if self.edges == 0 {
            self.note("holds nodes and no edges");
        }
        let names = match std::mem::replace(&mut self.words, Words::Small) {
            Words::Small => by_number(&mut self.pairs)?,
            Words::Any(any) => by_word(any, &mut self.pairs, std::mem::take(&mut self.labels))?,
        };
        let mut notes = std::mem::take(&mut self.notes);
        let nodes = names.len() as u32;
        let directed = self.directed == Some(true);
        let weights = self.weights.take();
        let weights =
            weights.map(|weights| LinkWeights::new(nodes, self.pairs.iter().copied().zip(weights.iter().copied())));
        let (graph, tidied) = if directed { self.arcs(nodes) } else { self.edges_both_ways(nodes) };
        if let Some(what) = self.unused.filter(|_| weights.is_none()) {
            notes.push(format!("{what} not used without the key `weight`: all edges count alike"));
        }
        notes.extend(tidied);
        Ok(Named { graph, names, directed, weights, notes })
    }

    /// The graph whose lists are one-way.
    fn arcs(&mut self, nodes: u32) -> (Csr, Vec<String>) {
        let mut pairs = std::mem::take(&mut self.pairs);
        pairs.retain(|[a, b]| a != b);
        let all = pairs.len();
        pairs.sort_unstable();
        pairs.dedup();
        let notes = left_out(all - pairs.len(), self.loops, "arc");
        (Csr::from_arcs(nodes, &pairs), notes.into_iter().collect())
    }

    /// The graph in which every edge goes both ways.
    fn edges_both_ways(&mut self, nodes: u32) -> (Csr, Vec<String>) {
        let mut pairs = std::mem::take(&mut self.pairs);
        pairs.retain(|[a, b]| a != b);
        // The last bit of the second end says which way round an edge was written; nodes are far below 2^31.
        pairs
            .iter_mut()
            .for_each(|pair| *pair = [pair[0].min(pair[1]), pair[0].max(pair[1]) << 1 | u32::from(pair[0] > pair[1])]);
        pairs.sort_unstable();
        let all = pairs.len();
        pairs.dedup();
        let same_way = all - pairs.len();
        let ways = pairs.len();
        pairs.iter_mut().for_each(|pair| pair[1] >>= 1);
        pairs.dedup();
        let mirrored = ways - pairs.len();
        let one_way = pairs.len() - mirrored;
        // Where all edges are written both ways, or each way is an arc of its own, that is no mistake.
        let meant = self.declared || (one_way == 0 && same_way == 0);
        let mut notes = Vec::new();
        if self.declared && one_way > 0 && self.directed.is_none() {
            notes.push(
                "its edges are directed and were read as going both ways; write `directed = true` to follow their \
                 direction, or `directed = false` to confirm this"
                    .to_owned(),
            );
        }
        notes.extend(left_out(same_way + if meant { 0 } else { mirrored }, self.loops, "edge"));
        (Csr::from_edges(nodes, pairs.iter().copied()), notes)
    }
}

/// What a first line of two numbers may say, if it counts what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) nodes: u32,
    pub(super) edges: u32,
    /// The least and the greatest number of a node, and how many there are.
    pub(super) least: u32,
    pub(super) most: u32,
    pub(super) different: u32,
}

/// A name that is a small whole number.
pub(super) fn small(name: &[u8]) -> Option<u32> {
    if name.is_empty() || name.len() > 10 || (name[0] == b'0' && name.len() > 1) {
        return None;
    }
    let mut number = 0_u64;
    for &byte in name {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u64::from(byte - b'0');
    }
    u32::try_from(number).ok()
}

fn check_nodes(count: usize) -> Result<(), Fault> {
    if count > MAX_NODES as usize {
        return Err(Fault::of_file(format!("is beyond the largest network of {MAX_NODES} nodes")));
    }
    Ok(())
}

/// Replaces numbers that are names by their ranks.
fn by_number(pairs: &mut [[u32; 2]]) -> Result<NodeNames, Fault> {
    let no_memory = |_| Fault::of_file("has more nodes than there is memory for");
    let most = pairs.iter().flatten().copied().max().unwrap_or(0) as usize;
    let mut numbers: Vec<u32> = Vec::new();
    if most / 2 <= pairs.len() + 1024 {
        // Most numbers are taken: a table of ranks is small, and fast.
        let mut ranks: Vec<u32> = Vec::new();
        ranks.try_reserve_exact(most + 1).map_err(no_memory)?;
        ranks.resize(most + 1, u32::MAX);
        pairs.iter().flatten().for_each(|&end| ranks[end as usize] = 0);
        let different = ranks.iter().filter(|&&rank| rank == 0).count();
        check_nodes(different)?;
        numbers.try_reserve_exact(different).map_err(no_memory)?;
        for (number, rank) in (0..).zip(&mut ranks).filter(|(_, rank)| **rank == 0) {
            *rank = numbers.len() as u32;
            numbers.push(number);
        }
        pairs.iter_mut().flatten().for_each(|end| *end = ranks[*end as usize]);
    } else {
        numbers.try_reserve_exact(2 * pairs.len()).map_err(no_memory)?;
        numbers.extend(pairs.iter().flatten());
        numbers.sort_unstable();
        numbers.dedup();
        numbers.shrink_to_fit();
        check_nodes(numbers.len())?;
        // Every end is among them.
        pairs.iter_mut().flatten().for_each(|end| *end = numbers.partition_point(|number| number < end) as u32);
    }
    Ok(NodeNames::numbers(numbers))
}

/// Names for nodes numbered in the order of their appearance, which whole numbers put in order.
fn by_word(
    any: BTreeMap<Box<str>, u32>,
    pairs: &mut [[u32; 2]],
    labels: Vec<(u32, Box<str>)>,
) -> Result<NodeNames, Fault> {
    let mut words: Vec<Box<str>> = vec![Box::default(); any.len()];
    any.into_iter().for_each(|(word, number)| words[number as usize] = word);
    let (names, words) = match labelled(&words, labels) {
        Some(names) => (names, words),
        None => (words, Vec::new()),
    };
    let numbers: Option<Vec<i128>> = names.iter().map(|name| whole(name)).collect();
    let Some(numbers) = numbers else {
        return Ok(NodeNames::texts(names, words.into_iter().zip(0..).collect()));
    };
    let mut order: Vec<u32> = (0..names.len() as u32).collect();
    order.sort_unstable_by_key(|&node| numbers[node as usize]);
    let mut ranks = vec![0; names.len()];
    order.iter().zip(0..).for_each(|(&node, rank)| ranks[node as usize] = rank);
    pairs.iter_mut().flatten().for_each(|end| *end = ranks[*end as usize]);
    let small: Option<Vec<u32>> = order.iter().map(|&node| u32::try_from(numbers[node as usize]).ok()).collect();
    // Identifiers beside numbers would be mistaken for them.
    Ok(small.map_or_else(
        || NodeNames::texts(order.iter().map(|&node| names[node as usize].clone()).collect(), Vec::new()),
        NodeNames::numbers,
    ))
}

/// The labels as names, where every node has one and each has another.
fn labelled(words: &[Box<str>], labels: Vec<(u32, Box<str>)>) -> Option<Vec<Box<str>>> {
    if labels.is_empty() {
        return None;
    }
    let mut names: Vec<Option<Box<str>>> = vec![None; words.len()];
    for (node, label) in labels {
        // Of several, the first.
        let name = names.get_mut(node as usize)?;
        if name.is_none() && !label.trim().is_empty() {
            *name = Some(label);
        }
    }
    let names: Vec<Box<str>> = names.into_iter().collect::<Option<_>>()?;
    let mut sorted: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1]).then_some(names.clone())
}

/// What was left out, if anything was.
fn left_out(duplicates: usize, loops: u64, noun: &str) -> Option<String> {
    let count = |count: u64, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (duplicate, looping) = (count(duplicates as u64, &format!("duplicate {noun}")), count(loops, "self-loop"));
    match (duplicates, loops) {
        (0, 0) => None,
        (_, 0) => Some(format!("{duplicate} left out")),
        (0, _) => Some(format!("{looping} left out")),
        (_, _) => Some(format!("{duplicate} and {looping} left out")),
    }
}
