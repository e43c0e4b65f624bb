//! Files that declare their nodes and give their edges attributes: every edge joins nodes that are there.

use std::collections::{BTreeMap, BTreeSet};

use super::edge_collector::{Direction, EdgeCollector};
use super::fault::{Fault, shown};
use super::format::WeightKey;
use super::read_options::{ReadOptions, no_weight};

/// So many names of attributes are kept.
const MOST_ATTRIBUTES: usize = 64;

/// What an attribute of an edge that could be a weight has in its name.
const WEIGHTS: [&str; 11] = [
    "weight",
    "value",
    "capacity",
    "bandwidth",
    "speed",
    "latency",
    "delay",
    "distance",
    "length",
    "cost",
    "thickness",
];

/// Nodes and edges in any order.
#[derive(Debug)]
pub(super) struct Declared<'a> {
    gather: &'a mut EdgeCollector,
    any: bool,
    known: Vec<bool>,
    /// Nodes that an edge joins and nothing declares so far: their names, and where the edge stands.
    open: BTreeMap<u32, (usize, String)>,
    attributes: BTreeSet<String>,
    /// The attribute with the weights that are asked for.
    weight: Option<String>,
}

impl<'a> Declared<'a> {
    pub(super) fn new(asked: ReadOptions<'_>, gather: &'a mut EdgeCollector) -> Result<Self, Fault> {
        gather.keep_numbers()?;
        let weight = match asked.weight {
            Some(WeightKey::Name(name)) => Some(name.clone()),
            _ => None,
        };
        let (known, open, attributes) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        Ok(Declared { gather, any: false, known, open, attributes, weight })
    }

    /// A node, and whether it was not declared before.
    pub(super) fn node(&mut self, name: &str) -> Result<(u32, bool), Fault> {
        let known = |node: &u32| self.known.get(*node as usize).is_some_and(|known| *known);
        if let Some(node) = self.gather.known(name).filter(known) {
            return Ok((node, false));
        }
        let node = self.gather.node(name)?;
        self.any = true;
        self.open.remove(&node);
        let place = node as usize;
        if self.known.len() <= place {
            self.known.resize(place + 1, false);
        }
        self.known[place] = true;
        Ok((node, true))
    }

    /// What people call a node.
    pub(super) fn label(&mut self, node: u32, label: &str) {
        self.gather.label(node, label);
    }

    /// An edge, which stands at `at`.
    pub(super) fn edge(&mut self, ends: [&str; 2], direction: Direction, at: usize) -> Result<(), Fault> {
        self.gather.edge(ends[0], ends[1], direction)?;
        for name in ends {
            if let Some(node) =
                self.gather.known(name).filter(|&node| !self.known.get(node as usize).is_some_and(|known| *known))
            {
                self.open.entry(node).or_insert_with(|| (at, name.to_owned()));
            }
        }
        Ok(())
    }

    /// The attribute of edges that weighs, if any is asked for.
    pub(super) fn weighs(&self, name: &str) -> bool {
        self.weight.as_deref() == Some(name)
    }

    /// The weight of the edge that was read last, as the file has it.
    pub(super) fn weigh(&mut self, written: &str) {
        self.gather.weigh(written.trim().parse().unwrap_or(f64::NAN));
    }

    /// An attribute of an edge.
    pub(super) fn attribute(&mut self, name: &str) {
        if self.attributes.len() < MOST_ATTRIBUTES && !self.attributes.contains(name) {
            self.attributes.insert(name.to_owned());
        }
    }

    /// A line for the user.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.gather.note(note);
    }

    /// Makes sure that every edge joins declared nodes, if any are, and that the weights that the scenario names are
    /// there. Where an edge with an undeclared node stands, `fault` says what it is on.
    pub(super) fn finish(
        self,
        weight: Option<&WeightKey>,
        fault: impl Fn(usize, String) -> Fault,
    ) -> Result<(), Fault> {
        if let Some((at, name)) = self.open.values().min().filter(|_| self.any) {
            let name = shown(name);
            return Err(fault(*at, format!("an edge names the node `{name}`, which the file does not declare")));
        }
        let known: Vec<String> = self.attributes.iter().cloned().collect();
        match weight {
            Some(WeightKey::Name(name)) if self.attributes.contains(name) => {}
            Some(key) => return Err(no_weight(key, &known)),
            None => {}
        }
        let is_weight = |name: &&String| WEIGHTS.iter().any(|word| name.to_lowercase().contains(word));
        let weights: Vec<String> =
            known.iter().filter(is_weight).take(4).map(|name| format!("`{}`", shown(name))).collect();
        match weights.as_slice() {
            [] => {}
            [one] => self.gather.weighted(format!("{one} of edges is")),
            more => self.gather.weighted(format!("{} of edges are", more.join(", "))),
        }
        Ok(())
    }
}
