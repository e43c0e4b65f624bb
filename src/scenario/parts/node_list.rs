//! Lists of nodes, in which ranges stand for all nodes from one to another.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::one::One;
use crate::catalog::Incompatible;
use crate::printable;
use crate::scenario::hints;
use crate::scenario::range;
use crate::settings::faults::{Listed, NodeList};
use crate::topology::{Directory, WrittenNode};
use crate::units::NodeId;

/// What a range of nodes looks like.
const RANGE_FORM: &str = "two whole numbers, both ends included, such as \"0..199\"";

/// Nodes that were named already.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// By the first of nodes that follow each other: the last of them.
    runs: BTreeMap<u32, u32>,
}

impl Named {
    /// Takes note of these nodes; if one of them was named already, only says the first such.
    fn add(&mut self, Listed { first, last, .. }: &Listed) -> Option<NodeId> {
        let (first, last) = (first.number(), last.number());
        // Runs do not overlap, so the one that begins last before `first` is the only one that can reach it.
        let before = self.runs.range(..=first).next_back().filter(|(_, end)| **end >= first).map(|_| first);
        let within = || self.runs.range(first..=last).next().map(|(begin, _)| *begin);
        let twice = before.or_else(within);
        if twice.is_none() {
            self.runs.insert(first, last);
        }
        twice.map(NodeId::new)
    }

    /// How many they are.
    pub(super) fn count(&self) -> u32 {
        self.runs.iter().map(|(first, last)| last - first + 1).sum()
    }
}

impl One<'_, '_, '_> {
    /// The nodes of a list, none of which is among those that were `named` already.
    pub(super) fn nodes(&mut self, setting: &str, list: &[WrittenNode], named: &mut Named) -> Option<NodeList> {
        if list.is_empty() {
            self.refuse(setting, "there is no node in the list", "at least one node");
            return None;
        }
        let mut items = Vec::with_capacity(list.len());
        for (place, written) in list.iter().enumerate() {
            let key = format!("{setting}.{place}");
            let Some(item) = self.item(&key, written) else { continue };
            if let Some(twice) = named.add(&item) {
                self.refuse(&key, format!("the node {} is listed twice", item.name(twice)), "each node once");
                continue;
            }
            items.push(item);
        }
        (items.len() == list.len()).then(|| NodeList::new(items))
    }

    fn item(&mut self, key: &str, written: &WrittenNode) -> Option<Listed> {
        let incompatible = match (self.directory?.find(written), written) {
            (Ok(node), _) => return Some(node.into()),
            (Err(_), WrittenNode::Name(text)) if hints::range(text).is_some() => return self.range(key, text),
            (Err(incompatible), _) => incompatible,
        };
        self.refuse_node(key, incompatible);
        None
    }

    fn refuse_node(&mut self, key: &str, Incompatible { problem, allowed, .. }: Incompatible) {
        let last = self.directory.map_or(0, |directory| directory.nodes() - 1);
        let numbers = format!("numbers of nodes, from 0 to {last}, or ranges such as \"0..{last}\"");
        self.refuse(key, problem, if self.named { allowed } else { numbers });
    }

    /// The nodes from one number to another.
    fn range(&mut self, key: &str, text: &Arc<str>) -> Option<Listed> {
        let shown = printable::line(text);
        let Some((first, last)) = ends(text) else {
            let meant = range::respelt(text).map(|meant| format!("write \"{meant}\", which includes both ends"));
            self.refuse_and_suggest(key, format!("`{shown}` is not a range of nodes"), RANGE_FORM, meant);
            return None;
        };
        if last < first {
            self.refuse(key, format!("`{shown}` runs backwards"), format!("\"{last}..{first}\""));
            return None;
        }
        match self.run(self.directory?, first, last) {
            Ok(run) => Some(run),
            Err(incompatible) => {
                self.refuse_node(key, incompatible);
                None
            }
        }
    }

    /// The nodes called by the numbers from `first` to `last`, which follow each other.
    fn run(&self, directory: &Directory, first: i64, last: i64) -> Result<Listed, Incompatible> {
        let find = |number: i64| directory.find(&WrittenNode::Number(number));
        let (low, high) = (find(first)?, find(last)?);
        if first == last {
            return Ok(low.into());
        }
        // Nodes without names have the numbers themselves.
        for (number, place) in (first..=last).zip(low.node.number()..).filter(|_| self.named) {
            if find(number)?.node.number() != place {
                let problem = format!("the nodes {first} to {last} do not follow each other in the file");
                return Err(Incompatible::whole(problem, "each of them by its name"));
            }
        }
        Ok(Listed { first: low.node, last: high.node, written: WrittenNode::Name(format!("{first}..{last}").into()) })
    }
}

/// Both ends of a range of whole numbers.
fn ends(text: &str) -> Option<(i64, i64)> {
    let (first, last) = text.split_once("..")?;
    let number = |text: &str| text.trim().replace('_', "").parse().ok();
    Some((number(first)?, number(last)?))
}
