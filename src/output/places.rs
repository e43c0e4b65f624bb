//! Where a point of a summary stands among the others: the values of what differs between them.

use std::collections::BTreeMap;

use super::frame::{Frame, Row};
use super::label::{readable, short};
use crate::columns::{Cell, Field};
use crate::printable;

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
/// from a setting of it that is swept, is not one more.
pub fn varying(summary: &Frame) -> Vec<String> {
    varying_in(&summary.rows().collect::<Vec<_>>())
}

/// The same of some of the points.
pub fn varying_in(points: &[Row<'_>]) -> Vec<String> {
    let Some(&first) = points.first() else { return Vec::new() };
    let differs = |key: &String| {
        let at_first = value(first, key);
        points.iter().any(|row| value(*row, key) != at_first)
    };
    let fields: Vec<&Field> = shown(first).map(|(field, _)| field).collect();
    let own: Vec<String> = fields.iter().map(|field| short(field.key).to_owned()).filter(differs).collect();
    let paths: Vec<String> = first.swept().into_iter().map(|(path, _)| path).filter(differs).collect();
    let sizes = own.iter().filter(|key| *key == "nodes");
    let causes: Vec<&String> = sizes.chain(&paths).collect();
    let derived = |key: &String| {
        // A graph that was read settles the size as well as the size tells the graph; one kind whose settings follow the
        // size does not.
        let may = *key != "nodes" && (*key != "topology" || !paths.is_empty() || is_one_kind(points));
        may && !causes.is_empty() && follows(points, key, &causes)
    };
    let own: Vec<String> = own.iter().filter(|key| !derived(key)).cloned().collect();
    let of_kept = |path: &String| {
        let model = fields.iter().filter(|field| own.iter().any(|key| key == short(field.key)));
        let mut model = model.filter(|field| path.strip_prefix(field.key).is_some_and(|rest| rest.starts_with('.')));
        model.any(|field| follows(points, path, &[&short(field.key).to_owned()]))
    };
    let paths: Vec<String> = paths.iter().filter(|path| !of_kept(path)).cloned().collect();
    own.into_iter().chain(paths).collect()
}

/// Whether all topologies are of one kind, and none was read.
fn is_one_kind(points: &[Row<'_>]) -> bool {
    let kind = |row: Row<'_>| value(row, "topology").split(" (").next().unwrap_or_default().to_owned();
    let mut kinds = points.iter().map(|row| kind(*row));
    let first = kinds.next().unwrap_or_default();
    first != "file" && kinds.all(|kind| kind == first)
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

    #[test]
    fn numbers_are_rounded_for_people() {
        let field = Field::new("interval_ms".to_owned(), crate::columns::Kind::Real, "ms", String::new());
        assert_eq!(text(&field, &3_389.999_999_999_999_5.into()), "3390 ms");
        assert_eq!(text(&field, &0.1.into()), "0.1 ms");
    }
}
