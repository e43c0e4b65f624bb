//! The groups of a partition: shares of the nodes, or lists of them.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use super::super::node_list::Named;
use super::super::one::One;
use super::super::selection::WrittenSelection;
use crate::settings::faults::Groups;
use crate::topology::WrittenNode;

/// What may be written for groups of nodes.
const GROUPS_FORM: &str = "shares such as [0.5, 0.5], at most 1 together, or lists of nodes such as [[0, 1], [2, 3]] or \
                           [[\"0..199\"], [\"200..399\"]]";

/// Groups of nodes, as written.
#[derive(Clone, Debug)]
pub(super) struct WrittenGroups(Vec<WrittenSelection>);

impl<'de> Deserialize<'de> for WrittenGroups {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> de::Visitor<'de> for Reader {
            type Value = WrittenGroups;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(GROUPS_FORM)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<WrittenGroups, A::Error> {
                let mut groups = Vec::new();
                while let Some(group) = items.next_element()? {
                    groups.push(group);
                }
                Ok(WrittenGroups(groups))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl One<'_, '_, '_> {
    pub(super) fn groups(&mut self, WrittenGroups(written): &WrittenGroups) -> Option<Groups> {
        let meant = |(place, group)| self.meant(&format!("partition.{place}"), group);
        let written: Vec<WrittenSelection> = written.iter().enumerate().map(meant).collect::<Option<_>>()?;
        if let Some((place, number)) =
            written.iter().enumerate().find_map(|(place, group)| Some((place, group.number()?)))
        {
            self.refuse_number(&format!("partition.{place}"), number, GROUPS_FORM);
            return None;
        }
        let shares: Vec<f64> = written.iter().filter_map(WrittenSelection::share).collect();
        let lists: Vec<&[WrittenNode]> = written.iter().filter_map(WrittenSelection::list).collect();
        let problem = match (shares.len() == written.len(), lists.len() == written.len()) {
            (true, true) => "a partition of no groups parts nobody",
            (true, false) => return self.shares(&shares),
            (false, true) => return self.lists(&lists),
            (false, false) => "the groups of a partition are all shares, or all lists of nodes",
        };
        self.refuse("partition", problem, GROUPS_FORM);
        None
    }

    fn shares(&mut self, values: &[f64]) -> Option<Groups> {
        let mut shares = Vec::with_capacity(values.len());
        for (place, value) in values.iter().enumerate() {
            shares.extend(self.share(&format!("partition.{place}"), *value));
        }
        if shares.len() < values.len() {
            return None;
        }
        // A billionth is left to how shares such as 1/3 are written.
        let sum: f64 = values.iter().sum();
        if sum > 1.0 + 1e-9 {
            self.refuse("partition", format!("the shares are {sum} together"), GROUPS_FORM);
            return None;
        }
        if let [all] = values
            && *all == 1.0
        {
            self.refuse("partition", "a partition of one group parts nobody", GROUPS_FORM);
            return None;
        }
        Some(Groups::Shares(shares))
    }

    fn lists(&mut self, lists: &[&[WrittenNode]]) -> Option<Groups> {
        let mut named = Named::default();
        let mut groups = Vec::with_capacity(lists.len());
        for (place, list) in lists.iter().enumerate() {
            groups.extend(self.nodes(&format!("partition.{place}"), list, &mut named));
        }
        if groups.len() < lists.len() {
            return None;
        }
        if groups.len() == 1 && self.directory.is_some_and(|directory| directory.nodes() == named.count()) {
            self.refuse("partition", "a partition of one group parts nobody", GROUPS_FORM);
            return None;
        }
        Some(Groups::Nodes(groups))
    }
}

impl WrittenSelection {
    fn share(&self) -> Option<f64> {
        if let WrittenSelection::Share(share) = self { Some(*share) } else { None }
    }

    fn number(&self) -> Option<i128> {
        if let WrittenSelection::Number(number) = self { Some(*number) } else { None }
    }

    fn list(&self) -> Option<&[WrittenNode]> {
        if let WrittenSelection::List(nodes) = self { Some(nodes) } else { None }
    }
}
