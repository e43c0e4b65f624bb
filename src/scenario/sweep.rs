//! `[sweep]`: every combination of the swept values is one point.

use super::diagnostic::{Diagnostic, Place, Problems};
use super::document::{Entry, Node, Table, Value};
use super::fault::kind_of;
use super::range::{self, RANGE_FORM};

/// A swept key and its values.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) path: String,
    pub(super) key_place: Place,
    pub(super) values: Vec<Node>,
}

/// Reads the keys of `[sweep]` in their order; mistakes go to `problems`.
pub(super) fn read(entries: Vec<Entry>, problems: &mut Problems) -> Vec<Axis> {
    let mut axes: Vec<Axis> = Vec::new();
    for Entry { key: path, key_place, node } in entries {
        let place = node.place;
        let axis = check_key(&path, &axes).map_err(|(problem, allowed)| (key_place, problem, allowed)).and_then(|()| {
            let list = values(node)?;
            Ok(Axis { path: path.clone(), key_place, values: list })
        });
        match axis {
            Ok(axis) if axis.values.is_empty() => {
                let problem = format!("the sweep over `{path}` has no values");
                problems.push(Diagnostic::at(place, key(&path), problem, "at least one value"));
            }
            Ok(axis) => {
                distinct(&axis, problems);
                axes.push(axis);
            }
            Err((place, problem, allowed)) => problems.push(Diagnostic::at(place, key(&path), problem, allowed)),
        }
    }
    axes
}

fn key(path: &str) -> String {
    format!("sweep.{path}")
}

fn check_key(path: &str, axes: &[Axis]) -> Result<(), (String, String)> {
    if axes.iter().any(|axis| axis.path == path) {
        return Err((format!("`{path}` is swept twice"), "each key once".to_owned()));
    }
    match path.split('.').next() {
        Some("replicates" | "description") => {
            Err((format!("`{path}` is the same at every point"), "any key of a section, or seed".to_owned()))
        }
        Some("sweep" | "expect") => {
            Err((format!("`{path}` is not a setting of a point"), "any key of a section, or seed".to_owned()))
        }
        _ => Ok(()),
    }
}

type Mistake = (Place, String, String);

/// The values of a list, ranges expanded.
fn values(node: Node) -> Result<Vec<Node>, Mistake> {
    let items = match node.value {
        Value::Array(items) => items,
        Value::Text(ref text) if range::is_range(text) => vec![node],
        ref other => {
            let problem = format!("expected a list of values, found {}", kind_of(other));
            return Err((node.place, problem, format!("a list such as [{other}], or a range: {RANGE_FORM}")));
        }
    };
    let expanded = items.into_iter().map(expanded).collect::<Result<Vec<_>, _>>();
    expanded.map(|values| values.into_iter().flatten().collect())
}

fn expanded(node: Node) -> Result<Vec<Node>, Mistake> {
    match &node.value {
        Value::Text(text) if range::is_range(text) => {
            let values = range::expand(text).map_err(|problem| (node.place, problem, RANGE_FORM.to_owned()))?;
            Ok(values.into_iter().map(|value| Node { value, place: node.place }).collect())
        }
        _ => Ok(vec![node]),
    }
}

/// The same value twice would be the same point twice.
fn distinct(axis: &Axis, problems: &mut Problems) {
    let mut seen = std::collections::BTreeSet::new();
    for node in &axis.values {
        let text = as_column(&node.value);
        if !seen.insert(text.clone()) {
            let problem = format!("`{text}` is in the list twice");
            problems.push(Diagnostic::at(node.place, key(&axis.path), problem, "each value once"));
        }
    }
}

/// A swept value as tables show it: texts without quotes.
pub(super) fn as_column(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// How many combinations there are; `None` if they cannot be counted in 64 bits.
pub(super) fn combinations(axes: &[Axis]) -> Option<u64> {
    axes.iter().try_fold(1_u64, |count, axis| count.checked_mul(axis.values.len() as u64))
}

/// The values of combination `index`, of which the first key's varies slowest.
pub(super) fn combination(axes: &[Axis], index: u64) -> Vec<(&Axis, &Node)> {
    let mut rest = index;
    let mut chosen = Vec::with_capacity(axes.len());
    for axis in axes.iter().rev() {
        let count = axis.values.len() as u64;
        chosen.push((axis, &axis.values[(rest % count) as usize]));
        rest /= count;
    }
    chosen.reverse();
    chosen
}

/// The settings of one combination, as if they were written in the file.
pub(super) fn apply(root: &Table, chosen: &[(&Axis, &Node)]) -> Table {
    let mut table = root.clone();
    // A model comes before its settings, in whichever order they are swept.
    let mut in_depth: Vec<_> = chosen.iter().collect();
    in_depth.sort_by_key(|(axis, _)| axis.path.split('.').count());
    for (axis, node) in in_depth {
        table.set(&axis.path, axis.key_place, (*node).clone());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document;
    use crate::scenario::source::Source;

    fn read_all(text: &str) -> Result<Vec<Axis>, Problems> {
        let source = Source::text("s.toml", text);
        let mut problems = Problems::new(source.clone());
        let axes = read(document::parse(&source).unwrap().flatten(), &mut problems);
        problems.or(Some(axes))
    }

    fn points(text: &str) -> Vec<String> {
        let axes = read_all(text).unwrap();
        let point = |index| {
            let values = combination(&axes, index).into_iter().map(|(_, node)| as_column(&node.value));
            values.collect::<Vec<_>>().join(" ")
        };
        (0..combinations(&axes).unwrap()).map(point).collect()
    }

    #[test]
    fn the_first_key_varies_slowest_in_the_order_of_the_file() {
        let text = "\"network.nodes\" = [8, 4]\ngossip.strategy = [\"push\", \"pull\"]\n";
        assert_eq!(points(text), ["8 push", "8 pull", "4 push", "4 pull"]);
        assert_eq!(points(""), [""], "no sweep is one point");
    }

    #[test]
    fn ranges_stand_alone_or_in_lists() {
        assert_eq!(points("\"a.b\" = \"2^2..2^3\""), ["4", "8"]);
        assert_eq!(points("\"a.b\" = [0, \"0.1..0.3 step 0.1\", 1.0]"), ["0", "0.1", "0.2", "0.3", "1"]);
    }

    #[test]
    fn a_model_is_set_before_its_settings() {
        let text = "\"network.topology.degree\" = [4]\n\"network.topology\" = [\"random-regular\"]\n";
        let axes = read_all(text).unwrap();
        let table = apply(&Table::default(), &combination(&axes, 0));
        let topology = table.find("network.topology").unwrap().value.to_string();
        assert_eq!(topology, "{ kind = \"random-regular\", degree = 4 }");
    }

    #[test]
    fn combinations_beyond_counting_are_not_counted() {
        let place = Place::new(0, 0..0);
        let values = vec![Node { value: Value::Bool(true), place }; 1 << 16];
        let axis = Axis { path: String::new(), key_place: place, values };
        assert_eq!(combinations(&[axis.clone(), axis.clone(), axis.clone()]), Some(1 << 48));
        assert_eq!(combinations(&vec![axis; 4]), None);
    }
}
