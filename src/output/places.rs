//! Where a point of a summary stands among the others: the values of what differs between them.

use std::collections::BTreeMap;

use super::frame::{Frame, Row};
use super::label::{is_number, readable, short};
use crate::columns::{Cell, Field, Kind};
use crate::printable;
use crate::scenario::versus::FILE_KEY;

/// The columns of a row that show a key of the scenario, with their values, but for that of the series.
pub fn shown(row: Row<'_>) -> impl Iterator<Item = (&Field, Cell)> {
    row.values().filter(|(field, _)| !field.key.is_empty() && !field.series)
}

/// The value of a key of a point, for people.
pub fn value(row: Row<'_>, key: &str) -> String {
    if let Some((field, cell)) = shown(row).find(|(field, _)| short(field.key) == key) {
        return text(field, &cell);
    }
    let swept = row.swept();
    let value = swept.iter().find(|(path, _)| path == key).map(|(_, value)| readable(value));
    value.map_or_else(String::new, |value| printable::line(&value).into_owned())
}

/// A value of a column, for people.
pub fn text(field: &Field, cell: &Cell) -> String {
    let unit = if field.unit == "ms" { " ms" } else { "" };
    match cell {
        Cell::Empty => String::new(),
        Cell::Whole(number) => format!("{number}{unit}"),
        Cell::Real(number) => format!("{}{unit}", rounded(*number)),
        Cell::Word(text) => printable::line(text).into_owned(),
    }
}

/// A number without what rounding left in its last digits: 3389.9999999999995 is 3390.
fn rounded(number: f64) -> f64 {
    format!("{number:.9e}").parse().unwrap_or(number)
}

/// The keys besides the series that differ between points, sizes first. One that follows from others, as the topology does
/// from a setting of it that is swept, is not one more; keys that go in step are all named.
pub fn varying(summary: &Frame) -> Vec<String> {
    varying_in(&summary.rows().collect::<Vec<_>>())
}

/// The same of some of the points.
pub fn varying_in(points: &[Row<'_>]) -> Vec<String> {
    let Some(&first) = points.first() else { return Vec::new() };
    let fields: Vec<&Field> = shown(first).map(|(field, _)| field).collect();
    let own: Vec<&Field> = fields.into_iter().filter(|field| differs(points, short(field.key))).collect();
    let paths: Vec<String> =
        first.swept().into_iter().map(|(path, _)| path).filter(|path| differs(points, path)).collect();
    let sizes = own.iter().any(|field| field.name == "nodes").then(|| "nodes".to_owned());
    let derived = |field: &Field| {
        let mut causes: Vec<&String> = paths.iter().filter(|path| is_of(path, field.key)).collect();
        let swept = !causes.is_empty();
        causes.extend(&sizes);
        let may = field.name != "nodes" && (swept || sizes.is_some() && is_of_numbers(points, field));
        may && follows(points, short(field.key), &causes)
    };
    let own: Vec<&Field> = own.into_iter().filter(|field| !derived(field)).collect();
    let of_kept = |path: &String| {
        let mut models = own.iter().filter(|field| is_of(path, field.key) && *path != field.key);
        models.any(|field| follows(points, path, &[&short(field.key).to_owned()]))
    };
    let paths = paths.iter().filter(|path| !of_kept(path)).cloned();
    own.iter().map(|field| short(field.key).to_owned()).chain(paths).collect()
}

/// What tables name of points: what varies, and which of the `swept` keys go in step with the number of nodes.
pub fn named(summary: &Frame, swept: impl IntoIterator<Item = String>) -> Vec<String> {
    let points: Vec<Row<'_>> = summary.rows().collect();
    let mut varying = varying_in(&points);
    for path in swept {
        let own = points.first().into_iter().flat_map(|row| shown(*row)).find(|(field, _)| field.key == path);
        let own = own.map(|(field, _)| short(field.key).to_owned()).filter(|key| differs(&points, key));
        varying.extend(own.filter(|key| !varying.contains(key) && !varying.contains(&path)));
    }
    varying
}

/// Whether points differ in a key.
fn differs(points: &[Row<'_>], key: &str) -> bool {
    let at_first = points.first().map(|row| value(*row, key));
    points.iter().any(|row| Some(value(*row, key)) != at_first)
}

/// Whether the swept `path` settles what the column of `key` shows: it is that key, a setting of it, or the file that the
/// points are of.
pub fn is_of(path: &str, key: &str) -> bool {
    path == FILE_KEY || path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a column tells sizes of something, between which there is a way: numbers, or graphs of one kind whose settings
/// are others. What it shows at each size may then be of one growth; graphs of several kinds, and graphs that were read, are
/// not.
fn is_of_numbers(points: &[Row<'_>], field: &Field) -> bool {
    if field.kind != Kind::Word {
        return true;
    }
    let kind = |row: Row<'_>| row.word(&field.name).split(" (").next().unwrap_or_default().to_owned();
    let mut kinds = points.iter().map(|row| kind(*row));
    let first = kinds.next().unwrap_or_default();
    first != "file" && kinds.all(|kind| kind == first)
}

/// Whether the `values` of the key at `path` tell sizes of something and not names: all are numbers, or the column that shows
/// it does, see `is_of_numbers`.
pub fn are_sizes<'a>(points: &[Row<'_>], path: &str, mut values: impl Iterator<Item = &'a str>) -> bool {
    let fields = || points.first().into_iter().flat_map(|row| shown(*row)).map(|(field, _)| field);
    let column = || fields().find(|field| !field.swept && field.key == path);
    values.all(|value| is_number(path, value)) || column().is_some_and(|field| is_of_numbers(points, field))
}

/// Whether the value of `key` follows from those of `causes`.
fn follows(points: &[Row<'_>], key: &str, causes: &[&String]) -> bool {
    let mut seen: BTreeMap<Vec<String>, String> = BTreeMap::new();
    points.iter().all(|&row| {
        let cause = causes.iter().map(|cause| value(row, cause)).collect();
        let found = value(row, key);
        *seen.entry(cause).or_insert_with(|| found.clone()) == found
    })
}

/// Whether a key that varies is one of how nodes gossip, which whoever runs them may choose.
pub fn is_of_gossip(row: Row<'_>, key: &str) -> bool {
    let own = shown(row).find(|(field, _)| short(field.key) == key).map(|(field, _)| field.key);
    own.unwrap_or(key).starts_with("gossip.")
}

/// What tells a point from others of its series and size: `, topology star, loss 0.1`. `varying` is what differs.
pub fn besides(row: Row<'_>, varying: &[String]) -> String {
    let keys = varying.iter().filter(|key| *key != "nodes");
    keys.map(|key| format!(", {} {}", short(key), value(row, key))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{read_text, simulated};
    use super::*;

    fn of(sweep: &str) -> Vec<String> {
        let text = format!("replicates = 1\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n[sweep]\n{sweep}");
        varying(&simulated(&read_text(&text)).summary)
    }

    #[test]
    fn what_follows_from_what_is_swept_is_not_one_more_key() {
        let base = "\"gossip.phase\" = [\"aligned\", \"random\"]\n";
        assert_eq!(of(base), ["gossip.phase"]);
        assert_eq!(of("\"network.topology\" = [\"ring\", { kind = \"ring\", neighbors = 2 }]\n"), ["topology"]);
        let setting = "[network.topology]\nkind = \"ring\"\n";
        let text = format!(
            "replicates = 1\n[network]\nnodes = 16\n{setting}[gossip]\nstrategy = \"push\"\n[sweep]\n\
             \"network.topology.neighbors\" = [1, 2]\n\"network.nodes\" = [16, 32]\n"
        );
        assert_eq!(varying(&simulated(&read_text(&text)).summary), ["nodes", "network.topology.neighbors"]);
        let both = "\"network.topology\" = [{ kind = \"ring\" }, { kind = \"watts-strogatz\", rewire = 0.1 }]\n\
                    \"network.topology.neighbors\" = [2, 3]\n";
        assert_eq!(of(both), ["topology"], "the label of the topology tells its setting");
    }

    #[test]
    fn what_follows_the_number_of_nodes_is_not_one_more_key() {
        let text = "replicates = 1\n[network]\nnodes = 16\ntopology = { kind = \"ring\", neighbors = \"log2(n)\" }\n\
                    [gossip]\nstrategy = \"push\"\nfanout = \"ceil(ln(n))\"\n[sweep]\n\"network.nodes\" = [16, 64]\n";
        assert_eq!(varying(&simulated(&read_text(text)).summary), ["nodes"]);
        let swept =
            format!("{text}\"gossip.fanout\" = [1, \"ceil(ln(n))\"]\n").replacen("fanout = \"ceil(ln(n))\"\n", "", 1);
        assert_eq!(varying(&simulated(&read_text(&swept)).summary), ["nodes", "gossip.fanout"]);
    }

    fn simulated_over(sweep: &str) -> Frame {
        let text = format!("replicates = 1\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n{sweep}");
        simulated(&read_text(&text)).summary
    }

    #[test]
    fn keys_that_go_in_step_are_all_named() {
        for (zip, keys) in [
            (
                "\"network.topology\" = [\"complete\", \"ring\"]\n\"gossip.fanout\" = [1, 2]\n",
                &["topology", "fanout"][..],
            ),
            (
                "\"gossip.fanout\" = [1, 2]\n\"gossip.peers\" = [\"uniform\", \"shuffled\"]\n",
                &["fanout", "gossip.peers"],
            ),
            (
                "\"gossip.fanout\" = [1, \"all\"]\n\"network.latency\" = [\"1ms\", \"2ms\"]\n",
                &["fanout", "network.latency"],
            ),
            ("\"network.nodes\" = [16, 32]\n\"network.topology\" = [\"complete\", \"ring\"]\n", &["nodes", "topology"]),
        ] {
            assert_eq!(varying(&simulated_over(&format!("[[sweep.zip]]\n{zip}"))), keys, "{zip}");
        }
    }

    #[test]
    fn what_goes_in_step_with_the_sizes_is_named_where_it_was_swept() {
        let summary = simulated_over("[[sweep.zip]]\n\"network.nodes\" = [16, 32]\n\"gossip.fanout\" = [1, 2]\n");
        assert_eq!(varying(&summary), ["nodes"]);
        let swept = ["network.nodes", "gossip.fanout", "network.loss"].map(str::to_owned);
        assert_eq!(named(&summary, swept), ["nodes", "fanout"]);
    }

    #[test]
    fn numbers_are_rounded_for_people() {
        let field = Field::new("interval_ms".to_owned(), crate::columns::Kind::Real, "ms", String::new());
        assert_eq!(text(&field, &3_389.999_999_999_999_5.into()), "3390 ms");
        assert_eq!(text(&field, &0.1.into()), "0.1 ms");
    }
}
