//! `[sweep]`: every combination of the swept values is one point, but for those that `where` leaves out. The keys of a
//! `[[sweep.zip]]` go in step.

mod axis;
mod plan;
mod twice;

pub(super) use axis::{Axis, WHERE, ZIP, as_column, steps};
pub(super) use twice::alike;

use self::axis::key;
use self::plan::{Item, Plan, Takes, in_step, plan, tables, too_many};
use self::twice::twice;
use super::diagnostic::Diagnostic;
use super::fault::kind_of;
use super::limits::MAX_POINTS;
use super::place::Place;
use super::problems::Problems;
use super::tree::{Entry, Node, Table, Value};

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
