//! The swept keys as they are written, their values counted before any is made.

use super::axis::{Axis, WHERE, ZIP, key};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::fault::kind_of;
use crate::scenario::limits::MAX_POINTS;
use crate::scenario::number;
use crate::scenario::place::Place;
use crate::scenario::range::{self, RANGE_FORM, Range};
use crate::scenario::tree::{self, Entry, Node, Table, Value};
use crate::scenario::words::grouped;

/// Whether a short form of a number, such as `10%`, is one for a key: its dotted path, and the text.
pub(crate) type Takes<'a> = &'a dyn Fn(&str, &str) -> bool;

/// A swept key whose values are counted and not made yet.
pub(super) struct Plan {
    path: String,
    key_place: Place,
    place: Place,
    pub(super) items: Vec<Item>,
    pub(super) in_step: bool,
}

/// What stands in a list.
pub(super) enum Item {
    One(Node),
    Range(Range, Place),
}

impl Plan {
    fn count(&self) -> u128 {
        let count = |item: &Item| match item {
            Item::One(_) => 1,
            Item::Range(range, _) => u128::from(range.count()),
        };
        self.items.iter().map(count).sum()
    }

    /// Its first `most` values.
    pub(super) fn axis(self, most: usize) -> Axis {
        let mut values = Vec::new();
        for item in self.items {
            let room = most - values.len();
            match item {
                Item::One(node) => values.extend(Some(node).into_iter().take(room)),
                Item::Range(range, place) => {
                    values.extend(range.values().take(room).map(|value| Node { value, place }));
                }
            }
        }
        Axis::new(self.path, self.key_place, values, self.in_step)
    }
}

/// The tables of `[[sweep.zip]]`.
pub(super) fn tables(node: Node) -> Vec<Result<(Table, Place), Diagnostic>> {
    const ALLOWED: &str = "tables under [[sweep.zip]], each with keys and lists of one length";
    let wrong = |value: &Value, place: Place| {
        let problem = format!("expected tables of keys that go in step, found {}", kind_of(value));
        Diagnostic::at(place, key(ZIP), problem, ALLOWED)
    };
    let table = |node: Node| match node.value {
        Value::Table(table) => Ok((table, node.place)),
        other => Err(wrong(&other, node.place)),
    };
    match node.value {
        Value::Array(zips) => zips.into_iter().map(table).collect(),
        other => vec![Err(wrong(&other, node.place).suggest("write [[sweep.zip]], with two brackets"))],
    }
}

/// The keys of a zip, which have lists of one length.
pub(super) fn in_step(table: Table, place: Place, before: &[Plan], takes: Takes<'_>) -> Result<Vec<Plan>, Diagnostic> {
    let mut plans: Vec<Plan> = Vec::new();
    for entry in table.flatten() {
        if entry.key == WHERE {
            let problem = "`where` stands under [[sweep.zip]] here, and is read as a key that goes in step";
            let diagnostic = Diagnostic::at(entry.key_place, key(WHERE), problem, "`where` in [sweep]");
            return Err(diagnostic.suggest("write it under [sweep], above the first [[sweep.zip]]"));
        }
        let swept: Vec<&Plan> = before.iter().chain(&plans).collect();
        let plan = plan_beside(entry, &swept, takes)?;
        let (count, path) = (plan.count(), key(&plan.path));
        if let Some(first) = plans.first().filter(|first| first.count() != count) {
            let problem = format!(
                "`{}` has {} and `{}`, with which it goes in step, {}",
                plan.path,
                values(count),
                first.path,
                first.count()
            );
            let diagnostic = Diagnostic::at(plan.place, path, problem, "lists of one length in each [[sweep.zip]]");
            let alone = "a key that goes in step with no other stands under [sweep], above the first [[sweep.zip]]";
            return Err(diagnostic.suggest(alone));
        }
        plans.push(Plan { in_step: !plans.is_empty(), ..plan });
    }
    if plans.is_empty() {
        let allowed = "keys with lists of one length, such as \"gossip.fanout\" = [1, 2]";
        return Err(Diagnostic::at(place, key(ZIP), "this zip has no keys", allowed));
    }
    Ok(plans)
}

fn values(count: u128) -> String {
    format!("{count} value{}", if count == 1 { "" } else { "s" })
}

/// A swept key, beside those `before` it.
pub(super) fn plan(entry: Entry, before: &[Plan], takes: Takes<'_>) -> Result<Plan, Diagnostic> {
    plan_beside(entry, &before.iter().collect::<Vec<_>>(), takes)
}

fn plan_beside(
    Entry { key: path, key_place, node }: Entry,
    before: &[&Plan],
    takes: Takes<'_>,
) -> Result<Plan, Diagnostic> {
    if let Some((problem, allowed)) = tree::too_deep(&path) {
        return Err(Diagnostic::at(key_place, "sweep", problem, allowed));
    }
    check_key(&path, before).map_err(|(problem, allowed)| Diagnostic::at(key_place, key(&path), problem, allowed))?;
    let place = node.place;
    let items = items(node, &path, takes)?;
    if items.is_empty() {
        let problem = format!("the sweep over `{path}` has no values");
        return Err(Diagnostic::at(place, key(&path), problem, "at least one value"));
    }
    Ok(Plan { path, key_place, place, items, in_step: false })
}

fn check_key(path: &str, before: &[&Plan]) -> Result<(), (String, &'static str)> {
    if before.iter().any(|plan| plan.path == path) {
        return Err((format!("`{path}` is swept twice"), "each key once"));
    }
    match path.split('.').next() {
        Some("replicates" | "description" | "deadline") => {
            Err((format!("`{path}` is the same in every configuration"), "any key of a section, or seed"))
        }
        Some(ZIP) => Err((format!("`{path}` is in a zip of single brackets"), "[[sweep.zip]], with two brackets")),
        Some("sweep" | "expect") => {
            Err((format!("`{path}` is not a setting of a configuration"), "any key of a section, or seed"))
        }
        _ => Ok(()),
    }
}

/// What stands in a list, ranges counted.
fn items(node: Node, path: &str, takes: Takes<'_>) -> Result<Vec<Item>, Diagnostic> {
    match node.value {
        Value::Array(items) => items.into_iter().map(|node| item(node, path, takes)).collect(),
        Value::Text(ref text) if range::is_range(text) || range::respelt(text).is_some() => {
            Ok(vec![item(node, path, takes)?])
        }
        ref other => {
            let problem = format!("expected a list of values, found {}", kind_of(other));
            let allowed = match other {
                Value::Table(_) => format!("a list of values, or a range: {RANGE_FORM}"),
                _ => format!("a list such as [{other}], or a range: {RANGE_FORM}"),
            };
            Err(Diagnostic::at(node.place, key(path), problem, allowed))
        }
    }
}

fn item(node: Node, path: &str, takes: Takes<'_>) -> Result<Item, Diagnostic> {
    let Value::Text(text) = &node.value else { return Ok(Item::One(node)) };
    if range::is_range(text) {
        let range = Range::parse(text).map_err(|problem| Diagnostic::at(node.place, key(path), problem, RANGE_FORM))?;
        return Ok(Item::Range(range, node.place));
    }
    match range::respelt(text) {
        Some(meant) => {
            let diagnostic = Diagnostic::at(node.place, key(path), format!("`{text}` is not a range"), RANGE_FORM);
            Err(diagnostic.suggest(format!("write \"{meant}\", which includes both ends")))
        }
        // Tables and charts show a number.
        None => Ok(Item::One(match number::constant(text).filter(|_| takes(path, text)) {
            Some(value) => Node { value, place: node.place },
            None => node,
        })),
    }
}

/// More points than there may be, found before any value of a range is made.
pub(super) fn too_many(plans: &[Plan]) -> Option<Diagnostic> {
    let most = u128::from(MAX_POINTS);
    let counted = || plans.iter().filter(|plan| !plan.in_step);
    let points = counted().try_fold(1, |points: u128, plan| points.checked_mul(plan.count()));
    if points.is_some_and(|points| points <= most) {
        return None;
    }
    let allowed = format!("up to {} configurations", grouped(MAX_POINTS));
    if let Some(long) = plans.iter().find(|plan| plan.count() > most) {
        let problem = format!("the sweep over `{}` has {} values", long.path, long.count());
        return Some(Diagnostic::at(long.place, key(&long.path), problem, allowed));
    }
    let lengths = counted().map(Plan::count).filter(|&count| count > 1).map(|count| count.to_string());
    let mut lengths: Vec<String> = lengths.take(9).collect();
    if lengths.len() == 9 {
        lengths[8] = "…".to_owned();
    }
    let problem = format!("{} values make too many configurations", lengths.join(" × "));
    plans.first().map(|plan| Diagnostic::at(plan.key_place, "sweep", problem, allowed))
}
