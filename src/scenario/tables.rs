//! Lists of tables, `[[key]]`: each table is read on its own, so that the mistakes of all of them are found at once.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::deserialize;
use super::diagnostic::Diagnostic;
use super::fault::kind_of;
use super::number::Size;
use super::tree::{self, Entry, Node, Table, Value};

/// Reads the tables `[[key]]`, or those that are written under `key` by their numbers from 0; numbers in them may follow
/// `size`.
///
/// # Errors
/// The first mistake in each of them, or that there is something else.
pub(super) fn read<'a, T: Deserialize<'a>>(
    node: &'a Node,
    key: &'a str,
    size: Size,
) -> Result<Vec<T>, Vec<Diagnostic>> {
    let items = items_of(node, key).map_err(|mistake| vec![mistake])?;
    let read = |(number, item): (usize, &'a Node)| {
        let path = format!("{key}.{number}");
        if let Value::Table(_) = item.value {
            return deserialize::read(item, &path, key, size);
        }
        let problem = format!("expected a table, found {}", kind_of(&item.value));
        Err(Diagnostic::at(item.place, path, problem, format!("tables, each under `[[{key}]]`")))
    };
    let (tables, mistakes): (Vec<_>, Vec<_>) = items.into_iter().enumerate().map(read).partition(Result::is_ok);
    match mistakes.is_empty() {
        true => Ok(tables.into_iter().filter_map(Result::ok).collect()),
        false => Err(mistakes.into_iter().filter_map(Result::err).collect()),
    }
}

/// The items of a list, which may be a table of them by their numbers.
fn items_of<'a>(node: &'a Node, key: &str) -> Result<Vec<&'a Node>, Diagnostic> {
    let allowed = format!("tables, each under `[[{key}]]`");
    match &node.value {
        Value::Array(items) => Ok(items.iter().collect()),
        Value::Table(table) if table.entries.iter().any(|entry| tree::item_number(&entry.key).is_some()) => {
            by_number(table, key)
        }
        other => {
            let problem = format!("expected a list of tables, found {}", kind_of(other));
            let diagnostic = Diagnostic::at(node.place, key, problem, allowed);
            let table = matches!(other, Value::Table(_));
            Err(if table { diagnostic.suggest(format!("write [[{key}]], with two brackets")) } else { diagnostic })
        }
    }
}

/// The items of a list that are written by their numbers.
fn by_number<'a>(table: &'a Table, key: &str) -> Result<Vec<&'a Node>, Diagnostic> {
    let number = |entry: &Entry| tree::item_number(&entry.key);
    let items: BTreeMap<usize, &Node> =
        table.entries.iter().filter_map(|entry| Some((number(entry)?, &entry.node))).collect();
    let without_gap = items.keys().zip(0..).take_while(|(number, place)| *number == place).count();
    let stray = |entry: &&Entry| number(entry).is_none_or(|number| number >= without_gap);
    let Some(Entry { key: stray, key_place, .. }) = table.entries.iter().find(stray) else {
        return Ok(items.into_values().collect());
    };
    let problem = format!("there is no `{key}.{stray}`: the first is `{key}.0`, and none is left out");
    let allowed = format!("{key}.0 to {key}.{without_gap}");
    Err(Diagnostic::at(*key_place, format!("{key}.{stray}"), problem, allowed))
}
