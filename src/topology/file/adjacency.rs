//! Adjacency lists: a node a line, and after it its neighbours.

use std::borrow::Cow;

use super::edge_collector::{Direction, EdgeCollector};
use super::fault::Fault;
use super::lines::{data, fields, names};
use super::nested;
use super::read_options::{ReadOptions, no_weight};

/// Reads lists from `text`: words between white space, or fields between the separator that its lines have; a colon
/// after the first name is left out.
pub(super) fn read(text: &str, asked: ReadOptions<'_>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    if let Some(key) = asked.weight {
        return Err(no_weight(key, &[]));
    }
    let has = |separator: &u8| data(text).take(100).any(|(_, line)| line.contains(char::from(*separator)));
    let spaced = || {
        // Names may hold spaces only where tabs separate them.
        let tabs = data(text).take(100).filter(|(_, line)| line.contains('\t'));
        tabs.flat_map(|(_, line)| line.split('\t')).any(|field| field.trim().contains(' '))
    };
    let separator = b";|,".iter().copied().find(has).or_else(|| spaced().then_some(b'\t'));
    let nested = nested::separators(data(text).take(1000).map(|(_, line)| line));
    for (number, line) in data(text) {
        if line.contains(['{', '}', '[', ']']) {
            let form = "a node a line, followed by its neighbours, without their data";
            return Err(Fault::of_line(number, "holds brackets").expecting(form));
        }
        match (nested, separator) {
            (Some(pair), _) => list(nested::split(line, pair).map(Cow::Borrowed), gather)?,
            (None, Some(separator)) => {
                list(fields(line, separator).map(|field| Cow::Borrowed(field.trim_matches('"'))), gather)?;
            }
            (None, None) => list(names(line), gather)?,
        }
    }
    Ok(())
}

/// A node and its neighbours.
fn list<'a>(mut words: impl Iterator<Item = Cow<'a, str>>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    let Some(first) = words.next() else { return Ok(()) };
    let (node, glued) = match first.split_once(':') {
        // `a: b, c`: the first neighbour stands before the first comma.
        Some((node, neighbor)) if neighbor.is_empty() || neighbor.starts_with(char::is_whitespace) => (node, neighbor),
        _ => (&*first, ""),
    };
    let node = node.trim();
    gather.node(node)?;
    for word in [Cow::Owned(glued.to_owned())].into_iter().chain(words) {
        let neighbor = word.strip_prefix(':').unwrap_or(&word).trim();
        if !neighbor.is_empty() {
            gather.edge(node, neighbor, Direction::Unsaid)?;
        }
    }
    Ok(())
}
