//! Reading `[[network.class]]`: which nodes have which bandwidth of their own.

use std::sync::Arc;

use serde::Deserialize;

use super::one::One;
use super::regions;
use super::selection::WrittenSelection;
use crate::network::bandwidth::{BytesOrNone, RateOrNone};
use crate::network::bandwidth_classes::MAX_CLASSES;
use crate::scenario::sections::Reader;
use crate::settings::NetworkSettings;
use crate::settings::classes::{Class, ClassNodes};
use crate::topology::{Directory, WrittenNode};

/// The key of all classes.
pub(super) const CLASS: &str = "network.class";

/// The keys of a class: what each is called, what its value is, and what it means.
pub const CLASS_KEYS: [(&str, &str, &str); 4] = [
    ("nodes", "nodes, or the name of a region", "which nodes are in it, of those that are in no class before it"),
    ("egress", "rate, or \"none\"", "the rate at which each of them sends (default: that of `network.bandwidth`)"),
    ("ingress", "rate, or \"none\"", "the rate at which each of them receives (in the same way)"),
    ("queue", "size, or \"none\"", "how much may be in the queue of either direction of each (in the same way)"),
];

/// `[[network.class]]`, as written.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Written {
    nodes: Option<WrittenSelection>,
    egress: Option<RateOrNone>,
    ingress: Option<RateOrNone>,
    queue: Option<BytesOrNone>,
}

/// The classes as they are written. `None` after a mistake.
pub(super) fn written(reader: &mut Reader<'_>) -> Option<Arc<[Written]>> {
    let written = reader.tables::<Written>(CLASS)?;
    if written.len() > MAX_CLASSES {
        reader.refuse(CLASS, format!("there are {} classes", written.len()), format!("at most {MAX_CLASSES}"));
        return None;
    }
    Some(written)
}

/// Reads the classes of the nodes of `network`, none if none are written. `None` after a mistake.
pub(super) fn read(reader: &mut Reader<'_>, written: &[Written], network: &NetworkSettings) -> Option<Vec<Class>> {
    if written.is_empty() {
        return Some(Vec::new());
    }
    let names = network.topology.names();
    let (named, directory) = (names.is_some(), Directory::new(names, network.nodes));
    let (regions, mut classes) = (regions::named(network), Vec::with_capacity(written.len()));
    for (number, class) in written.iter().enumerate() {
        let path = format!("{CLASS}.{number}");
        let mut one = One { reader, path, directory: Some(&directory), named, interval: None, regions: &regions };
        classes.extend(one.class(class));
    }
    (classes.len() == written.len()).then_some(classes)
}

impl One<'_, '_, '_> {
    fn class(&mut self, written: &Written) -> Option<Class> {
        let Written { ref nodes, egress, ingress, queue } = *written;
        if egress.is_none() && ingress.is_none() && queue.is_none() {
            let problem = "the class does not say what its nodes have of their own";
            self.refuse("", problem, "`egress`, such as egress = \"1Mbit/s\", `ingress` or `queue`");
        }
        let Some(nodes) = nodes else {
            let allowed = "`nodes`, such as nodes = 0.2, nodes = [\"0..9\"] or the name of a region";
            self.refuse("", "the class does not say which nodes are in it", allowed);
            return None;
        };
        let nodes = match self.region_with_nodes(nodes) {
            Some(region) => ClassNodes::Region(region),
            None => ClassNodes::Selected(self.selection("nodes", nodes)?),
        };
        Some(Class { nodes, egress, ingress, queue })
    }

    /// The region that a text names, if nodes are in it and no node is called so.
    fn region_with_nodes(&self, written: &WrittenSelection) -> Option<String> {
        let WrittenSelection::Text(text) = written else { return None };
        let is_node = self.directory?.find(&WrittenNode::Name(Arc::clone(text))).is_ok();
        let region = self.regions.iter().find(|region| region.name == **text && !region.nodes.is_empty());
        region.filter(|_| !is_node).map(|region| region.name.clone())
    }
}
