//! `[workload]`: its kind, and the settings of that kind beside it.

use crate::key::Key;
use crate::scenario::deserialize;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::document;
use crate::scenario::fault::kind_of;
use crate::scenario::number::Size;
use crate::scenario::sections::Reader;
use crate::scenario::tree::{Node, Table, Value};
use crate::settings::workload::{KIND, common};
use crate::settings::{GossipSettings, NetworkSettings, gossip};
use crate::topology::Directory;
use crate::workload::WorkloadSpec;

pub(super) fn read(reader: &mut Reader<'_>, network: Option<&NetworkSettings>) -> Option<WorkloadSpec> {
    let workload: WorkloadSpec = reader.section("workload", parse)?;
    if let Err((key, incompatible)) = workload.load(reader.folder()) {
        reader.incompatible(key.path, &incompatible);
        return None;
    }
    // Without a network nobody can be found, and nothing will come of it.
    let network = network?;
    match workload.located(&Directory::new(network.topology.names(), network.nodes)) {
        Ok(workload) => Some(workload),
        Err(incompatible) => {
            reader.incompatible("workload", &incompatible);
            None
        }
    }
}

/// What the section says, with the defaults of its kind for what it does not say.
fn parse(node: Option<&Node>, size: Size) -> Result<WorkloadSpec, Diagnostic> {
    let mut table = match node.map(|node| (&node.value, node.place)) {
        None => Table::default(),
        Some((Value::Table(table), _)) => table.clone(),
        Some((other, place)) => {
            let problem = format!("expected a table, found {}", kind_of(other));
            return Err(Diagnostic::at(place, "workload", problem, "a section, `[workload]`"));
        }
    };
    let kind = with_default(&mut table, &KIND);
    let name = if let Value::Text(name) = &kind.value { name.as_str() } else { "" };
    let Some((_, keys)) = WorkloadSpec::KEYS.iter().find(|(known, _)| *known == name) else {
        return deserialize::read(&kind, KIND.path, KIND.noun(), size);
    };
    for key in *keys {
        with_default(&mut table, key);
    }
    let place = node.map_or(kind.place, |node| node.place);
    deserialize::read(&Node { value: Value::Table(table), place }, "workload", KIND.noun(), size)
}

/// What `table` says for `key`; its default is added where it says nothing.
fn with_default(table: &mut Table, key: &Key) -> Node {
    if let (None, Some(default)) = (table.get(key.name()), key.default()) {
        let node = document::parse_default(default);
        table.set(key.name(), node.place, node);
    }
    table.get(key.name()).cloned().unwrap_or_else(|| Node::empty(document::parse_default("0").place))
}

/// Whether the workload that is written uses a key of `[gossip]`; so does one that is not known.
pub(super) fn uses(reader: &mut Reader<'_>, key: &Key) -> bool {
    let without =
        |name: &str| WorkloadSpec::USES.iter().any(|(known, uses)| *known == name && !uses.contains(&key.name()));
    !reader.look(&KIND, |value| matches!(value, Some(Value::Text(name)) if without(name)))
}

/// The rest of the scenario must mean something for the workload.
pub(super) fn check(
    reader: &mut Reader<'_>,
    workload: &WorkloadSpec,
    network: &NetworkSettings,
    gossip: &GossipSettings,
) {
    let common = common(network, gossip);
    if let Err(incompatible) = workload.check(&common) {
        reader.incompatible("workload", &incompatible);
    }
}

/// What is written in `[gossip]` must mean something for the workload called `name`, which `uses` these keys.
pub(super) fn check_uses(reader: &mut Reader<'_>, name: &str, uses: &[&str]) {
    if uses.len() == gossip::KEYS.len() {
        return;
    }
    for key in gossip::KEYS.iter().filter(|key| !uses.contains(&key.name())) {
        if reader.is_written(key.path) {
            let problem = format!("`{}` means nothing for the workload `{name}`", key.name());
            let allowed = match uses {
                [] => "no key of [gossip]".to_owned(),
                _ => format!("of [gossip]: {}", uses.join(", ")),
            };
            reader.refuse(key.path, problem, allowed);
        }
    }
}
