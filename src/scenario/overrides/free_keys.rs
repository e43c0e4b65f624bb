//! The keys of `[sweep]` and `[expect]`, which are free, and those among them that go in step.

use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::fault::kind_of;
use crate::scenario::problems::Problems;
use crate::scenario::sweep::ZIP;
use crate::scenario::tree::{Entry, Node, Table, Value};

/// The free keys of the section `name`, flat.
pub(super) fn section(node: Node, name: &str, problems: &mut Problems) -> Vec<Entry> {
    match node.value {
        Value::Table(table) => table.flatten().into_iter().map(flat_zips).collect(),
        other => {
            let problem = format!("expected a table, found {}", kind_of(&other));
            problems.push(Diagnostic::at(node.place, name, problem, format!("a section, `[{name}]`")));
            Vec::new()
        }
    }
}

/// What `path` is called within the table at `outer`, if it is there.
pub(super) fn below<'a>(path: &'a str, outer: &str) -> Option<&'a str> {
    path.strip_prefix(outer)?.strip_prefix('.')
}

/// What a value of the free key `key` says: a table, each of its own keys.
pub(super) fn flat(key: &str, node: Node) -> Vec<(String, Node)> {
    match node.value {
        Value::Table(table) if !table.entries.is_empty() => {
            table.flatten().into_iter().map(|entry| (format!("{key}.{}", entry.key), entry.node)).collect()
        }
        _ => {
            let entry = flat_zips(Entry { key: key.to_owned(), key_place: node.place, node });
            vec![(entry.key, entry.node)]
        }
    }
}

/// The tables of keys that go in step, if that is what `entry` is.
pub(super) fn zips(entry: &Entry) -> impl Iterator<Item = &Table> {
    let items: &[Node] = match &entry.node.value {
        Value::Array(items) if entry.key == ZIP => items,
        _ => &[],
    };
    items.iter().filter_map(|item| if let Value::Table(table) = &item.value { Some(table) } else { None })
}

/// Takes the keys of which `settles` holds out of those that go in step, and says which.
pub(super) fn unzip(sweep: &mut Vec<Entry>, settles: impl Fn(&str) -> bool) -> Vec<String> {
    let mut gone = Vec::new();
    for entry in sweep.iter_mut().filter(|entry| entry.key == ZIP) {
        let Value::Array(items) = &mut entry.node.value else { continue };
        items.retain_mut(|item| {
            let Value::Table(table) = &mut item.value else { return true };
            let before = gone.len();
            gone.extend(table.entries.extract_if(.., |entry| settles(&entry.key)).map(|entry| entry.key));
            !table.entries.is_empty() || gone.len() == before
        });
    }
    let empty =
        |entry: &Entry| matches!(&entry.node.value, Value::Array(items) if entry.key == ZIP && items.is_empty());
    sweep.retain(|entry| gone.is_empty() || !empty(entry));
    gone
}

/// The zips of a sweep with their keys flat.
fn flat_zips(mut entry: Entry) -> Entry {
    if let (Value::Array(items), ZIP) = (&mut entry.node.value, entry.key.as_str()) {
        for item in items {
            if let Value::Table(table) = &mut item.value {
                table.entries = std::mem::take(table).flatten();
            }
        }
    }
    entry
}

/// Puts `entry` in the place of the one with its key, or at the end.
pub(super) fn replace(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.iter_mut().find(|old| old.key == entry.key) {
        Some(old) => *old = entry,
        None => entries.push(entry),
    }
}
