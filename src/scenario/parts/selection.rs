//! Which nodes an event or a class is about: a share of them, nodes in a list, or all.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, de};

use super::node_list::Named;
use super::one::One;
use crate::catalog::Incompatible;
use crate::printable;
use crate::scenario::hints;
use crate::scenario::number::{self, Size};
use crate::scenario::tree::Value;
use crate::scenario::words::nearest;
use crate::scenario::words::quoted;
use crate::settings::faults::{Listed, NodeList, Selection, Share};
use crate::topology::WrittenNode;

/// What may be written for some of the nodes.
pub(super) const SELECTION_FORM: &str =
    "a share, such as 0.25, \"25%\" or \"16/n\"; nodes, such as [3, 4] or [\"0..199\"]; or \"all\"";

/// The word for all nodes.
const ALL: &str = "all";

/// Some of the nodes, as written.
#[derive(Clone, Debug)]
pub(super) enum WrittenSelection {
    Share(f64),
    /// A whole number that may be a node or so many of them.
    Number(i128),
    /// "all", or a node by its name.
    Text(Arc<str>),
    List(Vec<WrittenNode>),
}

impl WrittenSelection {
    /// What a whole number is: a share goes from 0 to 1, and both ends are whole numbers.
    fn whole(number: i128) -> Self {
        match number {
            0 | 1 => WrittenSelection::Share(number as f64),
            _ => WrittenSelection::Number(number),
        }
    }
}

impl<'de> Deserialize<'de> for WrittenSelection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> de::Visitor<'de> for Reader {
            type Value = WrittenSelection;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(SELECTION_FORM)
            }

            fn visit_f64<E: de::Error>(self, share: f64) -> Result<WrittenSelection, E> {
                Ok(WrittenSelection::Share(share))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<WrittenSelection, E> {
                Ok(WrittenSelection::whole(number.into()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<WrittenSelection, E> {
                Ok(WrittenSelection::whole(number.into()))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<WrittenSelection, E> {
                Ok(WrittenSelection::Text(text.into()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<WrittenSelection, A::Error> {
                let mut nodes = Vec::new();
                while let Some(node) = items.next_element()? {
                    nodes.push(node);
                }
                Ok(WrittenSelection::List(nodes))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl One<'_, '_, '_> {
    pub(super) fn selection(&mut self, setting: &str, written: &WrittenSelection) -> Option<Selection> {
        match &self.meant(setting, written)? {
            WrittenSelection::Share(value) => self.share(setting, *value).map(Selection::Share),
            WrittenSelection::Number(number) => {
                let form = format!("[{number}] for the node {number}; a share such as 0.2; \"{ALL}\"");
                self.refuse_number(setting, *number, &form);
                None
            }
            WrittenSelection::Text(text) => self.text(setting, text),
            WrittenSelection::List(nodes) => self.nodes(setting, nodes, &mut Named::default()).map(Selection::Nodes),
        }
    }

    /// The same, where a text that is no node and means a number is that number; `None` after a mistake in it.
    pub(super) fn meant(&mut self, setting: &str, written: &WrittenSelection) -> Option<WrittenSelection> {
        let same = || Some(written.clone());
        let WrittenSelection::Text(text) = written else { return same() };
        if **text == *ALL || self.directory?.find(&WrittenNode::Name(Arc::clone(text))).is_ok() {
            return same();
        }
        if let Some(region) = self.regions.iter().find(|region| region.name == **text) {
            if region.nodes.is_empty() {
                let problem = format!("no node is in the region `{}`", printable::line(&region.name));
                self.refuse(setting, problem, "a region with nodes");
                return None;
            }
            return Some(WrittenSelection::List(region.nodes.clone()));
        }
        let key = format!("{}.{setting}", self.path);
        let size = self.reader.nodes().map_or(Size::Meaningless, Size::Known);
        match number::read(text, self.reader.place(&key), size) {
            None => same(),
            Some(Ok(number)) => Some(match number.value {
                Value::Integer(number) => WrittenSelection::whole(number),
                Value::Float(share) => WrittenSelection::Share(share),
                _ => written.clone(),
            }),
            Some(Err(fault)) if number::follows(text) || text.contains('(') => {
                self.refuse(setting, fault, SELECTION_FORM);
                None
            }
            Some(Err(_)) => same(),
        }
    }

    pub(super) fn share(&mut self, setting: &str, value: f64) -> Option<Share> {
        let share = Share::new(value);
        if share.is_none() {
            self.refuse(setting, format!("{value} is not a share of the nodes"), SELECTION_FORM);
        }
        share
    }

    /// A whole number does not say whether it is a node, so many of them, or so many percent; `form` does.
    pub(super) fn refuse_number(&mut self, setting: &str, number: i128, form: &str) {
        if number < 0 {
            self.refuse(setting, format!("{number} is neither a share of the nodes nor a node"), SELECTION_FORM);
        } else {
            self.refuse(setting, format!("{number} may be the node {number} or so many nodes"), form);
        }
    }

    fn text(&mut self, setting: &str, text: &Arc<str>) -> Option<Selection> {
        if **text == *ALL {
            return Some(Selection::All);
        }
        let Incompatible { problem, allowed, .. } = match self.directory?.find(&WrittenNode::Name(Arc::clone(text))) {
            Ok(node) => return Some(Selection::Nodes(NodeList::new(vec![Listed::from(node)]))),
            Err(incompatible) => incompatible,
        };
        let (problem, allowed) = if self.named {
            (problem, format!("{SELECTION_FORM}; or {allowed}"))
        } else {
            let problem = format!("the text \"{}\" is neither a share of the nodes nor a node", printable::line(text));
            (problem, SELECTION_FORM.to_owned())
        };
        let or_region = if self.regions.is_empty() { "" } else { "; or the name of a region, alone" };
        let allowed = format!("{allowed}{or_region}");
        let regions = self.regions.iter().map(|region| region.name.as_str());
        let region = nearest(text, regions).map(|region| format!("did you mean the region `{region}`?"));
        self.refuse_and_suggest(setting, problem, allowed, region.or_else(|| did_you_mean(text)));
        None
    }
}

/// What was probably meant by a text that is no selection.
fn did_you_mean(text: &str) -> Option<String> {
    if let Some(all) = nearest(text, [ALL]) {
        return Some(format!("did you mean `{all}`?"));
    }
    hints::range(text).map(|range| format!("write a range in a list: [{}]", quoted(&range)))
}
