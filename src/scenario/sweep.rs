//! `[sweep]`: every combination of the swept values is one point, but for those that `where` leaves out. The keys of a
//! `[[sweep.zip]]` go in step.

use std::collections::BTreeMap;
use std::ops::Range as Span;

use sha2::{Digest, Sha256};

use super::diagnostic::Diagnostic;

use super::fault::kind_of;
use super::limits::MAX_POINTS;
use super::number;
use super::place::Place;
use super::problems::Problems;
use super::range::{self, RANGE_FORM, Range};
use super::tree::{self, Entry, Node, Table, Value};
use super::words::grouped;

/// The key of the lists that go in step.
pub(super) const ZIP: &str = "zip";
/// The key of the condition.
pub(super) const WHERE: &str = "where";

/// What `[sweep]` says.
#[derive(Clone, Debug, Default)]
pub(super) struct Sweep {
    /// The swept keys; those that go in step stand behind each other.
    pub(super) axes: Vec<Axis>,
    /// What must hold of a combination to be a point.
    pub(super) condition: Option<Condition>,
    /// Whether nothing is wrong with it. Otherwise the keys are not all that was meant, and no point is what it should be.
    pub(super) sound: bool,
}

/// `where`, as it is written.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) text: String,
    pub(super) place: Place,
}

/// A swept key and its values.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) path: String,
    pub(super) key_place: Place,
    pub(super) values: Vec<Node>,
    /// Whether it goes in step with the one before it.
    pub(super) in_step: bool,
    /// Whether any of its values follows the number of nodes.
    pub(super) follows: bool,
}

impl Axis {
    pub(super) fn new(path: String, key_place: Place, values: Vec<Node>, in_step: bool) -> Self {
        let follows = values.iter().any(|value| number::any_follows(&path, value));
        Axis { path, key_place, values, in_step, follows }
    }
}

/// Whether a short form of a number, such as `10%`, is one for a key: its dotted path, and the text.
pub(super) type Takes<'a> = &'a dyn Fn(&str, &str) -> bool;

/// A swept key whose values are counted and not made yet.
struct Plan {
    path: String,
    key_place: Place,
    place: Place,
    items: Vec<Item>,
    in_step: bool,
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
        Axis::new(self.path, self.key_place, values, self.in_step)
    }
}

/// Reads `[sweep]`: its keys in their order, then those of the zips; mistakes go to `problems`.
pub(super) fn read(entries: Vec<Entry>, takes: Takes<'_>, problems: &mut Problems) -> Sweep {
    let mut plans: Vec<Plan> = Vec::new();
    let mut condition = None;
    let mut sound = true;
    let mut zips = Vec::new();
    let mut complain = |diagnostic: Diagnostic, problems: &mut Problems| {
        problems.push(diagnostic);
        sound = false;
    };
    for entry in entries {
        match entry.key.as_str() {
            ZIP => zips.push(entry.node),
            WHERE => match entry.node.value {
                Value::Text(text) => condition = Some(Condition { text, place: entry.node.place }),
                other => {
                    let problem = format!("expected a condition in quotes, found {}", kind_of(&other));
                    let allowed = "where = \"gossip.fanout < network.nodes\"";
                    complain(Diagnostic::at(entry.node.place, key(WHERE), problem, allowed), problems);
                }
            },
            _ => match plan(entry, &plans, takes) {
                Ok(plan) => plans.push(plan),
                Err(diagnostic) => complain(diagnostic, problems),
            },
        }
    }
    for node in zips {
        for zip in tables(node) {
            match zip.and_then(|(table, place)| in_step(table, place, &plans, takes)) {
                Ok(zip) => plans.extend(zip),
                Err(diagnostic) => complain(diagnostic, problems),
            }
        }
    }
    let too_many = too_many(&plans);
    let most = if too_many.is_some() { 1 } else { MAX_POINTS as usize };
    too_many.into_iter().for_each(|diagnostic| complain(diagnostic, problems));
    // A range rises: no value of it comes twice.
    let rising: Vec<bool> = plans.iter().map(|plan| matches!(plan.items.as_slice(), [Item::Range(..)])).collect();
    let axes: Vec<Axis> = plans.into_iter().map(|plan| plan.axis(most)).collect();
    let doubtful = steps(&axes).into_iter().filter(|step| !rising[step.clone()].contains(&true));
    doubtful.filter_map(|step| twice(&axes[step])).for_each(|diagnostic| complain(diagnostic, problems));
    Sweep { axes, condition, sound }
}

/// The tables of `[[sweep.zip]]`.
fn tables(node: Node) -> Vec<Result<(Table, Place), Diagnostic>> {
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
fn in_step(table: Table, place: Place, before: &[Plan], takes: Takes<'_>) -> Result<Vec<Plan>, Diagnostic> {
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

fn key(path: &str) -> String {
    format!("sweep.{path}")
}

fn plan(entry: Entry, before: &[Plan], takes: Takes<'_>) -> Result<Plan, Diagnostic> {
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
fn too_many(plans: &[Plan]) -> Option<Diagnostic> {
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

/// The same value twice would be the same point twice; of keys in step, all of them. What is the same only once it is
/// read, such as `"1s"` and `"1000ms"`, is found by [`alike`].
fn twice(axes: &[Axis]) -> Option<Diagnostic> {
    let count = axes.first().map_or(0, |axis| axis.values.len());
    let form = |index: usize| axes.iter().map(|axis| Form::of(&axis.values[index].value)).collect::<Vec<_>>();
    let mut forms: Vec<(Vec<Form>, usize)> = (0..count).map(|index| (form(index), index)).collect();
    forms.sort_unstable();
    let pairs = forms.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let (second, first) = pairs.map(|pair| (pair[1].1, pair[0].1)).min()?;
    same(axes, first, second)
}

fn same(axes: &[Axis], first: usize, second: usize) -> Option<Diagnostic> {
    let (axis, others) = axes.split_first()?;
    let [one, other] = [first, second].map(|index| &axis.values[index]);
    if !others.is_empty() {
        let problem = format!("value {} of all keys in step is the same as value {}", second + 1, first + 1);
        return Some(Diagnostic::at(other.place, key(&axis.path), problem, "each combination once"));
    }
    let [written, again] = [one, other].map(|node| as_column(&node.value));
    let problem = if written == again && one.value.to_string() == other.value.to_string() {
        format!("`{again}` is in the list twice")
    } else {
        format!("`{}` is the same value as `{}`", other.value, one.value)
    };
    Some(Diagnostic::at(other.place, key(&axis.path), problem, "each value once"))
}

/// Values of one key, or of keys in step, under which points are the same, though they are written in two ways: each
/// combination of `settings`, by its number, as one text. Where `sizes_differ`, what follows the size differs, too.
pub(super) fn alike(
    axes: &[Axis],
    sizes_differ: bool,
    settings: impl Fn(u64) -> Option<String>,
    problems: &mut Problems,
) {
    let mut stride = 1;
    for step in steps(axes).into_iter().rev() {
        let axes = &axes[step];
        let count = axes.first().map_or(1, |axis| axis.values.len());
        // Numbers are the same only if they are equal, which was looked at already.
        let number = |node: &Node| matches!(node.value, Value::Integer(_) | Value::Float(_));
        if !axes.iter().all(|axis| axis.values.iter().all(number)) {
            let mut seen: BTreeMap<[u8; 32], usize> = BTreeMap::new();
            for index in 0..count {
                let follows = sizes_differ
                    && axes.iter().any(|axis| axis.follows && number::any_follows(&axis.path, &axis.values[index]));
                let Some(text) = settings(index as u64 * stride).filter(|_| !follows) else { continue };
                if let Some(first) = seen.insert(Sha256::digest(text).into(), index) {
                    same(axes, first, index).into_iter().for_each(|diagnostic| problems.push(diagnostic));
                }
            }
        }
        stride *= count as u64;
    }
}

/// The keys that go in step with each other, in their order; each that goes alone is one.
pub(super) fn steps(axes: &[Axis]) -> Vec<Span<usize>> {
    let mut steps: Vec<Span<usize>> = Vec::new();
    for (which, axis) in axes.iter().enumerate() {
        match steps.last_mut().filter(|_| axis.in_step) {
            Some(step) => step.end = which + 1,
            None => steps.push(which..which + 1),
        }
    }
    steps
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
    axes.iter().filter(|axis| !axis.in_step).map(|axis| axis.values.len() as u64).product()
}

/// The values of combination `index`, of which the first key's varies slowest.
pub(super) fn combination(axes: &[Axis], index: u64) -> Vec<(&Axis, &Node)> {
    let mut rest = index;
    let mut chosen = Vec::with_capacity(axes.len());
    for axis in axes.iter().rev() {
        let count = axis.values.len() as u64;
        chosen.push((axis, &axis.values[(rest % count) as usize]));
        // Those in step have the number of the first.
        if !axis.in_step {
            rest /= count;
        }
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
        let sweep = read(document::parse(&source).unwrap().flatten(), &|path, _| path != "a.text", &mut problems);
        assert_eq!(sweep.sound, problems.is_empty(), "{text}");
        problems.or(Some(sweep.axes))
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
    fn short_forms_are_numbers_where_the_key_takes_numbers() {
        assert_eq!(points("\"a.b\" = [\"10k\", \"2^3\", \"1%\", \"ceil(n)\"]"), ["10000", "8", "0.01", "ceil(n)"]);
        assert_eq!(points("\"a.text\" = [\"10k\", \"2^3\"]"), ["10k", "2^3"]);
        let said = read_all("\"a.b\" = [\"10k\", 10000]").unwrap_err().to_string();
        assert!(said.contains("`10000` is in the list twice"), "{said}");
    }

    #[test]
    fn keys_in_a_zip_go_in_step_behind_the_others() {
        let text = "zip = [{ \"a.x\" = [1, 2], \"a.y\" = \"3..4\" }, { a.z = [5, 6] }]\n\"a.b\" = [7, 8]\n";
        let all = ["7 1 3 5", "7 1 3 6", "7 2 4 5", "7 2 4 6", "8 1 3 5", "8 1 3 6", "8 2 4 5", "8 2 4 6"];
        assert_eq!(points(text), all);
        assert_eq!(points("[[zip]]\na.x = [1, 1, 2]\na.y = [1, 2, 2]\n"), ["1 1", "1 2", "2 2"]);
        for (text, problem) in [
            ("[[zip]]\na.x = [1, 2]\na.y = [1, 2, 3]\n", "`a.y` has 3 values and `a.x`, with which it goes in step, 2"),
            ("a.x = [1, 2]\n[[zip]]\na.x = [1, 2]\n", "`a.x` is swept twice"),
            ("[[zip]]\na.x = [1, 1]\na.y = [2, 2]\n", "value 2 of all keys in step is the same as value 1"),
            ("zip = 3\n", "expected tables of keys that go in step, found the number 3"),
            ("[zip]\na.x = [1, 2]\n", "[[sweep.zip]], with two brackets"),
            ("[[zip]]\n", "this zip has no keys"),
            ("[[zip]]\na.x = 3\n", "expected a list of values"),
            ("where = [\"a.x > 1\"]\n", "expected a condition in quotes, found a list"),
        ] {
            let said = read_all(text).unwrap_err().to_string();
            assert!(said.contains(problem), "{text}: {said}");
        }
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
