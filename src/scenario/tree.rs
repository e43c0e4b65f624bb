//! A scenario as a tree of values, each with its place: tables keep the order of the file, and dotted paths lead in.

use std::fmt;

use super::place::Place;
use super::words::{bare_or_quoted, quoted};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// What can be written in TOML.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    Date(String),
    Array(Vec<Node>),
    Table(Table),
}

/// A table, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) entries: Vec<Entry>,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_place: Place,
    pub(super) node: Node,
}

impl Node {
    /// A table without entries.
    pub(super) fn empty(place: Place) -> Self {
        Node { value: Value::Table(Table::default()), place }
    }

    /// The value at the dotted `path` within this one: see [`Table::find`].
    fn find(&self, path: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(table) => table.find(path),
            Value::Array(items) => {
                let (item, rest) = split_first(path);
                let item = items.get(item_number(item)?)?;
                rest.map_or(Some(item), |rest| item.find(rest))
            }
            _ => None,
        }
    }

    /// Writes `node` at the dotted `path` within this one: see [`Table::set`].
    pub(super) fn set(&mut self, path: &str, key_place: Place, node: Node) {
        match &mut self.value {
            Value::Table(table) => table.set(path, key_place, node),
            Value::Array(items) => {
                let (part, rest) = split_first(path);
                let number = item_number(part).filter(|&number| number <= items.len());
                let Some(number) = number else {
                    // There is no such item, which whoever asks for a list sees of a table.
                    let mut table = numbered(items);
                    table.set(path, key_place, node);
                    self.value = Value::Table(table);
                    return;
                };
                if number == items.len() {
                    items.push(Node::empty(key_place));
                }
                match rest {
                    Some(rest) => items[number].set(rest, key_place, node),
                    None => items[number] = node,
                }
            }
            other => {
                let mut table = Table::default();
                if let Value::Text(_) = other {
                    let kind = Node { value: other.clone(), place: self.place };
                    table.entries.push(Entry { key: "kind".to_owned(), key_place, node: kind });
                } else {
                    self.place = key_place;
                }
                table.set(path, key_place, node);
                *other = Value::Table(table);
            }
        }
    }
}

impl Table {
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Takes `key` out.
    pub(super) fn remove(&mut self, key: &str) -> Option<Entry> {
        let place = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(place))
    }

    /// The value at a dotted path, in which an item of a list is its number, from 0.
    pub(super) fn find(&self, path: &str) -> Option<&Node> {
        match split_first(path) {
            (key, None) => self.get(key),
            (key, Some(rest)) => self.get(key)?.find(rest),
        }
    }

    /// Writes `node` at a dotted path. A model written as a bare name becomes a table of that kind on the way, and a
    /// list gets the item of that number; what else is in the way gives way.
    pub(super) fn set(&mut self, path: &str, key_place: Place, node: Node) {
        let Some((key, rest)) = path.split_once('.') else {
            self.remove(path);
            self.entries.push(Entry { key: path.to_owned(), key_place, node });
            return;
        };
        let index = self.entries.iter().position(|entry| entry.key == key).unwrap_or_else(|| {
            let node = Node::empty(key_place);
            self.entries.push(Entry { key: key.to_owned(), key_place, node });
            self.entries.len() - 1
        });
        self.entries[index].node.set(rest, key_place, node);
    }

    /// What stands in no table and no list, with its dotted path, in which an item of a list is its number.
    pub(super) fn leaves(self) -> Vec<Entry> {
        let mut leaves = Vec::new();
        for Entry { key, key_place, node } in self.entries {
            let inner = match node.value {
                Value::Table(table) => table,
                Value::Array(mut items) => numbered(&mut items),
                _ => {
                    leaves.push(Entry { key, key_place, node });
                    continue;
                }
            };
            leaves.extend(inner.leaves().into_iter().map(|leaf| Entry { key: format!("{key}.{}", leaf.key), ..leaf }));
        }
        leaves
    }

    /// All values with their dotted paths: `"a.b" = 1`, `a.b = 1` and `a = { b = 1 }` are the same.
    pub(super) fn flatten(self) -> Vec<Entry> {
        let mut flat = Vec::new();
        for entry in self.entries {
            match entry.node.value {
                Value::Table(table) if !table.entries.is_empty() => {
                    flat.extend(table.flatten().into_iter().map(|inner| {
                        let key = format!("{}.{}", entry.key, inner.key);
                        Entry { key, ..inner }
                    }))
                }
                _ => flat.push(entry),
            }
        }
        flat.sort_by_key(|entry| entry.key_place);
        flat
    }
}

impl Value {
    /// Whether it is this text, or holds it.
    pub(super) fn names(&self, word: &str) -> bool {
        match self {
            Value::Text(text) => text == word,
            Value::Array(items) => items.iter().any(|item| item.value.names(word)),
            Value::Table(table) => table.entries.iter().any(|entry| entry.node.value.names(word)),
            Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Date(_) => false,
        }
    }
}

impl fmt::Display for Value {
    /// As it would be written in TOML, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, items: Vec<String>| f.write_str(&items.join(", "));
        match self {
            Value::Bool(value) => value.fmt(f),
            Value::Integer(value) => value.fmt(f),
            Value::Float(value) => write!(f, "{value:?}"),
            Value::Text(value) => f.write_str(&quoted(value)),
            Value::Date(value) => f.write_str(value),
            Value::Array(items) => {
                f.write_str("[")?;
                list(f, items.iter().map(|item| item.value.to_string()).collect())?;
                f.write_str("]")
            }
            Value::Table(table) => {
                f.write_str("{ ")?;
                let entry = |entry: &Entry| format!("{} = {}", bare_or_quoted(&entry.key), entry.node.value);
                list(f, table.entries.iter().map(entry).collect())?;
                f.write_str(" }")
            }
        }
    }
}

/// The first part of a dotted path, and the rest.
fn split_first(path: &str) -> (&str, Option<&str>) {
    path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)))
}

/// The number that a part of a path is, if it is one as lists have them.
pub(super) fn item_number(part: &str) -> Option<usize> {
    part.parse().ok().filter(|number: &usize| number.to_string() == part)
}

/// The items of a list by their numbers.
fn numbered(items: &mut Vec<Node>) -> Table {
    let entry = |(number, node): (usize, Node)| Entry { key: number.to_string(), key_place: node.place, node };
    Table { entries: items.drain(..).enumerate().map(entry).collect() }
}

/// Parts that a dotted key may have; no key of a scenario has more than four.
const MAX_DEPTH: usize = 8;

/// What is wrong with a dotted key of very many parts, and what is allowed: each would be a table within a table.
pub(super) fn too_deep(path: &str) -> Option<(String, String)> {
    let parts = path.split('.').count();
    let start: String = path.chars().take(24).collect();
    let allowed = format!("keys of at most {MAX_DEPTH} parts, such as network.topology.degree");
    (parts > MAX_DEPTH).then(|| (format!("`{start}…` is a key of {parts} parts"), allowed))
}

/// The whole number that a float is, if it is one that keys for whole numbers can have: 1e6 is a float in TOML, and a
/// whole number to whoever writes it. The reader lets no whole float pass that is not exactly what was written.
pub(super) fn whole(number: f64) -> Option<i128> {
    // Beyond 64 bits no key goes.
    (number.fract() == 0.0 && number.abs() <= 18_446_744_073_709_551_616.0).then_some(number as i128)
}
