//! `[sweep]`: every combination of the swept values is one point.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::diagnostic::Diagnostic;

use super::fault::kind_of;
use super::limits::MAX_POINTS;
use super::place::Place;
use super::problems::Problems;
use super::range::{self, RANGE_FORM, Range};
use super::tree::{self, Entry, Node, Table, Value};
use super::words::grouped;

/// A swept key and its values.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) path: String,
    pub(super) key_place: Place,
    pub(super) values: Vec<Node>,
}

/// A swept key whose values are counted and not made yet.
struct Plan {
    path: String,
    key_place: Place,
    place: Place,
    items: Vec<Item>,
}

/// What stands in a list.
enum Item {
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
    fn axis(self, most: usize) -> Axis {
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
        Axis { path: self.path, key_place: self.key_place, values }
    }
}

/// Reads the keys of `[sweep]` in their order; mistakes go to `problems`. Whether there were none comes second: after
/// one the axes are not all that was meant, and no point is what it should be.
pub(super) fn read(entries: Vec<Entry>, problems: &mut Problems) -> (Vec<Axis>, bool) {
    let mut plans: Vec<Plan> = Vec::new();
    let mut sound = true;
    for entry in entries {
        match plan(entry, &plans) {
            Ok(plan) => plans.push(plan),
            Err(diagnostic) => {
                problems.push(diagnostic);
                sound = false;
            }
        }
    }
    let too_many = too_many(&plans);
    let most = if too_many.is_some() { 1 } else { MAX_POINTS as usize };
    sound &= too_many.is_none();
    too_many.into_iter().for_each(|diagnostic| problems.push(diagnostic));
    let axis = |plan: Plan| {
        // A range rises: no value of it comes twice.
        let rising = matches!(plan.items.as_slice(), [Item::Range(..)]);
        let axis = plan.axis(most);
        let twice = if rising { None } else { twice(&axis) };
        sound &= twice.is_none();
        twice.into_iter().for_each(|diagnostic| problems.push(diagnostic));
        axis
    };
    (plans.into_iter().map(axis).collect(), sound)
}

fn key(path: &str) -> String {
    format!("sweep.{path}")
}

fn plan(Entry { key: path, key_place, node }: Entry, before: &[Plan]) -> Result<Plan, Diagnostic> {
    if let Some((problem, allowed)) = tree::too_deep(&path) {
        return Err(Diagnostic::at(key_place, "sweep", problem, allowed));
    }
    check_key(&path, before).map_err(|(problem, allowed)| Diagnostic::at(key_place, key(&path), problem, allowed))?;
    let place = node.place;
    let items = items(node, &key(&path))?;
    if items.is_empty() {
        let problem = format!("the sweep over `{path}` has no values");
        return Err(Diagnostic::at(place, key(&path), problem, "at least one value"));
    }
    Ok(Plan { path, key_place, place, items })
}

fn check_key(path: &str, before: &[Plan]) -> Result<(), (String, &'static str)> {
    if before.iter().any(|plan| plan.path == path) {
        return Err((format!("`{path}` is swept twice"), "each key once"));
    }
    match path.split('.').next() {
        Some("replicates" | "description" | "deadline") => {
            Err((format!("`{path}` is the same in every configuration"), "any key of a section, or seed"))
        }
        Some("sweep" | "expect") => {
            Err((format!("`{path}` is not a setting of a configuration"), "any key of a section, or seed"))
        }
        _ => Ok(()),
    }
}

/// What stands in a list, ranges counted.
fn items(node: Node, key: &str) -> Result<Vec<Item>, Diagnostic> {
    match node.value {
        Value::Array(items) => items.into_iter().map(|node| item(node, key)).collect(),
        Value::Text(ref text) if range::is_range(text) || range::respelt(text).is_some() => Ok(vec![item(node, key)?]),
        ref other => {
            let problem = format!("expected a list of values, found {}", kind_of(other));
            let allowed = match other {
                Value::Table(_) => format!("a list of values, or a range: {RANGE_FORM}"),
                _ => format!("a list such as [{other}], or a range: {RANGE_FORM}"),
            };
            Err(Diagnostic::at(node.place, key, problem, allowed))
        }
    }
}

fn item(node: Node, key: &str) -> Result<Item, Diagnostic> {
    let Value::Text(text) = &node.value else { return Ok(Item::One(node)) };
    if range::is_range(text) {
        let range = Range::parse(text).map_err(|problem| Diagnostic::at(node.place, key, problem, RANGE_FORM))?;
        return Ok(Item::Range(range, node.place));
    }
    match range::respelt(text) {
        Some(meant) => {
            let diagnostic = Diagnostic::at(node.place, key, format!("`{text}` is not a range"), RANGE_FORM);
            Err(diagnostic.suggest(format!("write \"{meant}\", which includes both ends")))
        }
        None => Ok(Item::One(node)),
    }
}

/// More points than there may be, found before any value of a range is made.
fn too_many(plans: &[Plan]) -> Option<Diagnostic> {
    let most = u128::from(MAX_POINTS);
    let points = plans.iter().try_fold(1, |points: u128, plan| points.checked_mul(plan.count()));
    if points.is_some_and(|points| points <= most) {
        return None;
    }
    let allowed = format!("up to {} configurations", grouped(MAX_POINTS));
    if let Some(long) = plans.iter().find(|plan| plan.count() > most) {
        let problem = format!("the sweep over `{}` has {} values", long.path, long.count());
        return Some(Diagnostic::at(long.place, key(&long.path), problem, allowed));
    }
    let lengths = plans.iter().map(Plan::count).filter(|&count| count > 1).map(|count| count.to_string());
    let mut lengths: Vec<String> = lengths.take(9).collect();
    if lengths.len() == 9 {
        lengths[8] = "…".to_owned();
    }
    let problem = format!("{} values make too many configurations", lengths.join(" × "));
    plans.first().map(|plan| Diagnostic::at(plan.key_place, "sweep", problem, allowed))
}

/// A value as far as its form does not matter.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Whole(i128),
    /// The bits of a number that is not whole.
    Broken(u64),
    Other(String),
}

impl Form {
    fn of(value: &Value) -> Self {
        match value {
            Value::Integer(number) => Form::Whole(*number),
            Value::Float(number) => tree::whole(*number).map_or(Form::Broken(number.to_bits()), Form::Whole),
            other => Form::Other(other.to_string()),
        }
    }
}

/// The same value twice would be the same point twice. What is the same only once it is read, such as `"1s"` and
/// `"1000ms"`, is found by [`alike`].
fn twice(axis: &Axis) -> Option<Diagnostic> {
    let mut forms: Vec<(Form, usize)> = axis.values.iter().map(|node| Form::of(&node.value)).zip(0..).collect();
    forms.sort_unstable();
    let pairs = forms.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    pairs.map(|pair| (pair[1].1, pair[0].1)).min().map(|(second, first)| same(axis, first, second))
}

fn same(axis: &Axis, first: usize, second: usize) -> Diagnostic {
    let [one, other] = [first, second].map(|index| &axis.values[index]);
    let [written, again] = [one, other].map(|node| as_column(&node.value));
    let problem = if written == again && one.value.to_string() == other.value.to_string() {
        format!("`{again}` is in the list twice")
    } else {
        format!("`{}` is the same value as `{}`", other.value, one.value)
    };
    Diagnostic::at(other.place, key(&axis.path), problem, "each value once")
}

/// Values of one key under which points are the same, though they are written in two ways: each point of `settings`,
/// by its number, as one text.
pub(super) fn alike(axes: &[Axis], settings: impl Fn(u64) -> Option<String>, problems: &mut Problems) {
    let mut stride = 1;
    for axis in axes.iter().rev() {
        // Numbers are the same only if they are equal, which was looked at already.
        let number = |node: &Node| matches!(node.value, Value::Integer(_) | Value::Float(_));
        if !axis.values.iter().all(number) {
            let mut seen: BTreeMap<[u8; 32], usize> = BTreeMap::new();
            for index in 0..axis.values.len() {
                let Some(text) = settings(index as u64 * stride) else { continue };
                if let Some(first) = seen.insert(Sha256::digest(text).into(), index) {
                    problems.push(same(axis, first, index));
                }
            }
        }
        stride *= axis.values.len() as u64;
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

/// How many combinations there are: at most [`MAX_POINTS`].
pub(super) fn combinations(axes: &[Axis]) -> u64 {
    axes.iter().map(|axis| axis.values.len() as u64).product()
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
pub(super) fn apply(mut table: Table, chosen: &[(&Axis, &Node)]) -> Table {
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
    use super::super::document;
    use super::*;
    use crate::scenario::source::Source;

    fn read_all(text: &str) -> Result<Vec<Axis>, Problems> {
        let source = Source::text("s.toml", text);
        let mut problems = Problems::new(source.clone());
        let (axes, sound) = read(document::parse(&source).unwrap().flatten(), &mut problems);
        assert_eq!(sound, problems.is_empty(), "{text}");
        problems.or(Some(axes))
    }

    fn points(text: &str) -> Vec<String> {
        let axes = read_all(text).unwrap();
        let point = |index| {
            let values = combination(&axes, index).into_iter().map(|(_, node)| as_column(&node.value));
            values.collect::<Vec<_>>().join(" ")
        };
        (0..combinations(&axes)).map(point).collect()
    }

    #[test]
    fn the_first_key_varies_slowest_in_the_order_of_the_file() {
        let text = "\"network.nodes\" = [8, 4]\ngossip.strategy = [\"push\", \"pull\"]\n";
        assert_eq!(points(text), ["8 push", "8 pull", "4 push", "4 pull"]);
        assert_eq!(points(""), [""], "no sweep is one configuration");
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
        let table = apply(Table::default(), &combination(&axes, 0));
        let topology = table.find("network.topology").unwrap().value.to_string();
        assert_eq!(topology, "{ kind = \"random-regular\", degree = 4 }");
    }

    #[test]
    fn values_are_counted_before_they_are_made() {
        // A list that would hold 10^11 values, and keys that would make 10^600 points, each of them within its limit.
        let list = format!("\"a.b\" = [{}]\n", vec!["\"1..1000000\""; 100_000].join(", "));
        let problem = read_all(&list).unwrap_err().to_string();
        assert!(problem.contains("the sweep over `a.b` has 100000000000 values"), "{problem}");
        let keys: String = (0..100).map(|key| format!("\"a.b{key}\" = \"1..1000000\"\n")).collect();
        let problem = read_all(&keys).unwrap_err().to_string();
        assert!(problem.contains("1000000 × 1000000 × ") && problem.contains("× … values make too many"), "{problem}");
        assert!(problem.contains("up to 1_000_000 configurations"), "{problem}");
        assert_eq!(combinations(&read_all("\"a.b\" = \"1..1000000\"\n").unwrap()), 1_000_000);
    }

    #[test]
    fn one_value_in_two_forms_of_a_number_is_in_the_list_twice() {
        for (list, problem) in [
            ("[1, 1]", "`1` is in the list twice"),
            ("[1, 1.0]", "`1.0` is the same value as `1`"),
            ("[0.0, -0.0]", "`0` is in the list twice"),
            ("[0, -0]", "`0` is in the list twice"),
            ("[0.5, 5e-1]", "`0.5` is in the list twice"),
            ("[\"1..4\", 3.0]", "`3.0` is the same value as `3`"),
            ("[\"0..1 step 0.5\", 0.5]", "`0.5` is in the list twice"),
            ("[\"a\", \"b\", \"a\"]", "`a` is in the list twice"),
        ] {
            let said = read_all(&format!("\"a.b\" = {list}\n")).unwrap_err().to_string();
            assert!(said.contains(problem), "{list}: {said}");
        }
        assert!(read_all("\"a.b\" = [18446744073709551615, 18446744073709551614, 0.1, 0.2]\n").is_ok());
    }
}
