//! Neighbours in proportion to a weight.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::network_view::{Known, NetworkView};
use super::sums::Sums;
use super::turn::Turn;
use super::uniform::Uniform;
use crate::catalog::Incompatible;
use crate::link_weights::{self, LinkWeights};
use crate::random::Field;
use crate::units::NodeId;
use crate::{data_file, printable};

/// How many times the least of the weights above 0 the greatest may be.
const WIDEST: f64 = 1e9;

/// What a file of weights should be.
const FILE_FORM: &str =
    "lines of node and weight, such as 17,2.5, one for every node; a head such as node,weight may stand above";

/// A neighbour with a probability in proportion to its weight: to a power of its degree or of the weight of the link that leads
/// to it, or to what a file says of it.
///
/// The picks of a turn are distinct: each is drawn in proportion to the weights of those that are left, so that fanout 3
/// begins with the pick of fanout 1. Who has no weight is contacted only where the fanout leaves nobody else. Weights of a
/// list are rounded to whole numbers of about 2^62 together, which is far below what a run can show.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Weighted {
    settings: Arc<Settings>,
    table: Arc<OnceLock<Result<Table, Incompatible>>>,
    /// The weights on the graph of a run; without them all neighbours weigh the same.
    sums: Known<Arc<Sums>>,
}

/// The settings, as they are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// What weighs, where no file says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<By>,
    /// The power of the degree or of the weight of the link; 1 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exponent: Option<f64>,
    /// The file with a weight for every node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weights: Option<String>,
    /// How the SHA-256 of the file must start, in hexadecimal digits; not checked if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

/// What weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum By {
    /// How many neighbours a node has.
    Degree,
    /// The weight of the link, as the graph file of the topology has it.
    Weight,
}

/// What was read.
#[derive(Debug)]
struct Table {
    /// What the nodes are called, one after the other.
    names: String,
    rows: Vec<Weight>,
    /// The start of the SHA-256 of the file.
    sha256: String,
}

/// What a line says.
#[derive(Debug)]
struct Weight {
    line: u32,
    /// Where the name of the node ends.
    end: u32,
    weight: f64,
}

/// Bytes of a line of a table, with the name of its node.
const ROW: u64 = 16 + 9;

impl TryFrom<Settings> for Weighted {
    type Error = Incompatible;

    fn try_from(settings: Settings) -> Result<Self, Incompatible> {
        let Settings { by, exponent, weights, sha256 } = &settings;
        if let Some(exponent) = exponent.filter(|exponent| !exponent.is_finite()) {
            let allowed = "a finite number, such as 1, or -1 for rather those with few neighbours";
            return Err(Incompatible::of("exponent", format!("exponent = {exponent} is no power"), allowed));
        }
        if weights.is_some() && (by.is_some() || exponent.is_some()) {
            let key = if by.is_some() { "by" } else { "exponent" };
            let problem = format!("a file says the weights, and `{key}` says them by degree or by link");
            return Err(Incompatible::of(key, problem, format!("either `weights` or `{key}`")));
        }
        if sha256.is_some() && weights.is_none() {
            return Err(Incompatible::of("sha256", "there is no file of weights", "`weights` with the name of one"));
        }
        Ok(Weighted { settings: Arc::new(settings), table: Arc::default(), sums: Known::default() })
    }
}

impl Weighted {
    fn exponent(&self) -> f64 {
        self.settings.exponent.unwrap_or(1.0)
    }

    /// Whether it goes by how many neighbours nodes have.
    pub(super) fn by_degree(&self) -> bool {
        self.settings.weights.is_none() && !self.by_link()
    }

    /// Whether it goes by the weights of links.
    fn by_link(&self) -> bool {
        self.settings.by == Some(By::Weight)
    }

    /// Reads the file of weights, if there is one, once for all clones; it is relative to `folder`.
    ///
    /// # Errors
    /// The file cannot be read, or has no weights.
    pub(super) fn load(&self, folder: &Path) -> Result<(), Incompatible> {
        let Some(file) = &self.settings.weights else { return Ok(()) };
        let read = || Table::read(file, self.settings.sha256.as_deref(), folder);
        self.table.get_or_init(read).as_ref().map(|_| ()).map_err(Incompatible::clone)
    }

    fn table(&self) -> Option<&Table> {
        self.table.get()?.as_ref().ok()
    }

    /// Whether the file that was read has a weight for each of `nodes` nodes, and leaves everybody somebody to contact: all
    /// neighbours of all (`complete`) may do with two that weigh something, any others must all.
    ///
    /// # Errors
    /// What is missing, twice there or without weight.
    pub(super) fn check(
        &self,
        nodes: u32,
        complete: bool,
        find: impl Fn(&str) -> Option<NodeId>,
        links: Option<&LinkWeights>,
    ) -> Result<(), Incompatible> {
        if self.by_link() {
            return check_links(links);
        }
        let (Some(file), Some(table)) = (&self.settings.weights, self.table()) else { return Ok(()) };
        let file = printable::line(file);
        let refuse = |at: String, problem: String, allowed: &str| {
            Err(Incompatible::of("weights", format!("`{file}`{at}: {problem}"), allowed))
        };
        let (mut lines, mut heavy) = (vec![0; nodes as usize], 0);
        for (node, Weight { line, weight, .. }) in table.rows() {
            let (at, name) = (|| format!(", line {line}"), || printable::line(node));
            let Some(found) = find(node) else {
                return refuse(at(), format!("there is no node `{}`", name()), FILE_FORM);
            };
            let first = &mut lines[found.index()];
            if *first > 0 {
                return refuse(at(), format!("the node `{}` has a weight in line {first} already", name()), FILE_FORM);
            }
            *first = *line;
            if *weight > 0.0 {
                heavy += 1;
            } else if !complete {
                let problem = format!("with a weight of 0 for `{}` a node may have nobody to contact", name());
                return refuse(at(), problem, "a number above 0; 0 only on the topology complete");
            }
        }
        if let Some(missing) = lines.iter().position(|&line| line == 0) {
            return refuse(String::new(), format!("the node number {missing} has no weight"), FILE_FORM);
        }
        if heavy < 2 {
            let problem = format!("{} has any weight", if heavy == 0 { "nobody" } else { "only one node" });
            return refuse(
                String::new(),
                problem,
                "at least two weights above 0, so that everybody has somebody to contact",
            );
        }
        Ok(())
    }

    /// The same rule among those who have each other for neighbours as `network` says.
    pub(super) fn on(&self, network: &dyn NetworkView) -> Self {
        let exponent = self.exponent();
        if self.by_link() {
            let log =
                |from, to| network.weight(from, to).map_or(f64::NEG_INFINITY, |weight| exponent * libm::log(weight));
            return Weighted { sums: Known(Some(Arc::new(of_lists(network, log)))), ..self.clone() };
        }
        let of_nodes = match self.table() {
            // Everybody has as many neighbours as everybody else.
            _ if self.by_degree() && network.is_complete() => None,
            _ if self.by_degree() => {
                let log = |node| exponent * libm::log(f64::from(network.degree(NodeId::new(node)).max(1)));
                Some((0..network.nodes()).map(log).collect())
            }
            None => None,
            Some(table) => {
                let mut logs = vec![f64::NEG_INFINITY; network.nodes() as usize];
                for (node, Weight { weight, .. }) in table.rows() {
                    if let Some(node) = network.find(node) {
                        logs[node.index()] = libm::log(*weight);
                    }
                }
                Some(logs)
            }
        };
        let sums = of_nodes.map(|logs: Vec<f64>| {
            Arc::new(match network.is_complete() {
                true => Sums::of_all(&relative(&logs)),
                false => of_lists(network, |_, other| logs[other.index()]),
            })
        });
        Weighted { sums: Known(sums), ..self.clone() }
    }

    /// Bytes that the weights take: over `nodes` nodes that are all neighbours of all, or with so many `ends` of edges.
    pub(super) fn bytes(&self, nodes: u32, ends: Option<u64>) -> u64 {
        // The logarithms of all weights while they are added up, and the weights themselves.
        let row = if self.settings.weights.is_some() { ROW } else { 0 };
        Sums::bytes(nodes, ends) + (16 + row) * u64::from(nodes)
    }

    #[inline(never)]
    pub(super) fn choose(&self, turn: Turn, degree: u32, fanout: u32, choices: &Field, picks: &mut Vec<u32>) {
        match &self.sums.0 {
            Some(sums) if fanout < degree => sums.choose(turn, fanout, choices, picks),
            _ => Uniform {}.choose(turn, degree, fanout, choices, picks),
        }
    }
}

/// The weights of the neighbours of all nodes, whose logarithms `log` tells of a node and a neighbour.
fn of_lists(network: &dyn NetworkView, log: impl Fn(NodeId, NodeId) -> f64) -> Sums {
    Sums::of_lists((0..network.nodes()).map(NodeId::new).map(|node| {
        let neighbors = (0..network.degree(node)).map(|index| network.neighbor(node, index));
        relative(&neighbors.map(|other| log(node, other)).collect::<Vec<_>>())
    }))
}

/// Whether every link has a weight that can be gone by: one of 0 might leave a node nobody to contact.
fn check_links(links: Option<&LinkWeights>) -> Result<(), Incompatible> {
    let links = links.ok_or_else(|| Incompatible { key: Some("by"), ..link_weights::missing() })?;
    let greatest = links.weights().iter().copied().fold(0.0, f64::max);
    let bad = |weight: f64| !(weight.is_finite() && weight > 0.0 && weight >= greatest / WIDEST);
    match links.find(bad) {
        None => Ok(()),
        Some((_, weight)) => {
            let what = if weight.is_nan() { "no weight".to_owned() } else { format!("the weight {weight:?}") };
            let allowed = format!("weights above 0 of which none is less than a part in {WIDEST:e} of the greatest");
            Err(Incompatible::of("by", format!("an edge of the topology has {what}"), allowed))
        }
    }
}

/// Weights with these logarithms, the greatest of which is 1: none is too large for a number, and no number too small for it.
fn relative(logs: &[f64]) -> Vec<f64> {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weight = |log: &f64| if *log > f64::NEG_INFINITY { libm::exp(log - most).max(f64::MIN_POSITIVE) } else { 0.0 };
    logs.iter().map(weight).collect()
}

impl Table {
    fn read(file: &str, expected: Option<&str>, folder: &Path) -> Result<Self, Incompatible> {
        let mut digest = Sha256::new();
        let text = data_file::read("weights", file, folder, &[], &mut digest)?;
        let sha256 = data_file::fingerprint(digest, expected)?;
        let file = printable::line(file);
        let number = |cell: &str| cell.parse::<f64>().ok();
        let first = data_file::each_row(&text).next();
        let head = first.is_some_and(|row| row.cells.get(1).is_some_and(|cell| number(cell).is_none()));
        let mut names = String::new();
        let rows = data_file::each_row(&text).skip(usize::from(head)).map(|row| {
            let refuse = |problem| {
                let problem = format!("`{file}`, line {}: {problem}", row.line);
                Incompatible::of("weights", problem, FILE_FORM)
            };
            let [node, weight] = row.cells[..] else {
                return Err(refuse(format!("{} cells, not 2", row.cells.len())));
            };
            let written = number(weight).filter(|number| number.is_finite() && *number >= 0.0);
            let weight = written
                .ok_or_else(|| refuse(format!("`{}` is no weight: a number from 0 up", printable::line(weight))))?;
            names.push_str(node);
            // A file of at most 64 MiB has no more lines or letters.
            Ok(Weight { line: row.line as u32, end: names.len() as u32, weight })
        });
        let rows: Vec<Weight> = rows.collect::<Result<_, _>>()?;
        if rows.is_empty() {
            return Err(Incompatible::of("weights", format!("`{file}` has no weights"), FILE_FORM));
        }
        let positive = || rows.iter().filter(|row| row.weight > 0.0);
        let greatest = positive().map(|row| row.weight).fold(0.0, f64::max);
        // What is rounded to whole numbers keeps nine digits.
        if let Some(row) = positive().find(|row| row.weight < greatest / WIDEST) {
            let problem = format!("`{file}`, line {}: less than a part in {WIDEST:e} of the greatest weight", row.line);
            return Err(Incompatible::of("weights", problem, "0, or weights that are not so far apart"));
        }
        Ok(Table { names, rows, sha256 })
    }

    /// The lines, each with the name of its node.
    fn rows(&self) -> impl Iterator<Item = (&str, &Weight)> {
        let mut start = 0;
        self.rows.iter().map(move |row| {
            let name = &self.names[start..row.end as usize];
            start = row.end as usize;
            (name, row)
        })
    }
}

/// The same settings make the same rule; the graph is a setting of its own.
impl PartialEq for Weighted {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings
    }
}

impl Serialize for Weighted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sha256 = self.table().map(|table| table.sha256.clone()).or_else(|| self.settings.sha256.clone());
        Settings { sha256, ..(*self.settings).clone() }.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Lists, choices, z_of_shares};
    use super::*;
    use serde_json::json;

    fn rule(settings: serde_json::Value) -> Result<Weighted, String> {
        serde_json::from_value(settings).map_err(|error| error.to_string())
    }

    /// Node 0 knows 1, 2 and 3, of which 3 knows 4 and 5 besides.
    fn branch() -> Lists {
        Lists::new(&[&[1, 2, 3], &[0], &[0], &[0, 4, 5], &[3], &[3]])
    }

    /// Links from node 0 to 1, 2 and 3 weigh 3, 5 and 7 there: |z| <= 4.
    #[test]
    fn neighbours_are_met_in_proportion_to_a_power_of_the_weights_of_links() {
        for exponent in [1.0_f64, -1.0] {
            let rule = rule(json!({ "by": "weight", "exponent": exponent })).unwrap().on(&branch());
            let mut counts = vec![0; 3];
            for number in 0..20_000 {
                let mut picks = Vec::new();
                rule.choose(Turn { node: NodeId::new(0), number }, 3, 1, &choices(4), &mut picks);
                counts[picks[0] as usize] += 1;
            }
            let weights = [3.0_f64, 5.0, 7.0].map(|weight| libm::pow(weight, exponent));
            let all: f64 = weights.iter().sum();
            let z = z_of_shares(&counts, &weights.map(|weight| weight / all));
            assert!(z.abs() <= 4.0, "exponent {exponent}: z = {z:.2}");
        }
    }

    #[test]
    fn links_without_a_weight_to_go_by_are_refused() {
        let rule = rule(json!({ "by": "weight" })).unwrap();
        let check = |weight: Option<f64>| {
            let links = weight.map(|weight| LinkWeights::new(3, [([0, 1], 5.0), ([1, 2], weight)].into_iter()));
            rule.check(3, false, |_| None, links.as_ref()).map_err(|refused| refused.problem)
        };
        assert_eq!(check(Some(2.0)), Ok(()));
        assert_eq!(check(None), Err("the topology has no weights of links".into()));
        assert_eq!(check(Some(f64::NAN)), Err("an edge of the topology has no weight".into()));
        for weight in [0.0, -1.0, 1e-9, f64::INFINITY] {
            assert!(check(Some(weight)).unwrap_err().starts_with("an edge of the topology has the weight"), "{weight}");
        }
    }

    #[test]
    fn neighbours_are_met_in_proportion_to_a_power_of_their_degree() {
        for (exponent, weights) in [(1.0, [1.0, 1.0, 3.0]), (-2.0, [1.0, 1.0, 1.0 / 9.0]), (0.0, [1.0; 3])] {
            let rule = rule(json!({ "by": "degree", "exponent": exponent })).unwrap().on(&branch());
            let mut counts = vec![0; 3];
            for number in 0..20_000 {
                let mut picks = Vec::new();
                rule.choose(Turn { node: NodeId::new(0), number }, 3, 1, &choices(4), &mut picks);
                counts[picks[0] as usize] += 1;
            }
            let all: f64 = weights.iter().sum();
            let z = z_of_shares(&counts, &weights.map(|weight| weight / all));
            assert!(z.abs() <= 4.0, "exponent {exponent}: z = {z:.2}");
        }
    }

    #[test]
    fn powers_beyond_all_numbers_still_choose_the_heaviest() {
        let rule = rule(json!({ "exponent": 4000.0 })).unwrap().on(&branch());
        for number in 0..50 {
            let mut picks = Vec::new();
            rule.choose(Turn { node: NodeId::new(0), number }, 3, 2, &choices(4), &mut picks);
            assert!(picks[0] == 2 && picks[1] < 2, "{picks:?}");
        }
    }

    #[test]
    fn settings_that_say_it_twice_or_nothing_are_refused() {
        for (settings, said) in [
            (json!({ "by": "degree", "weights": "w.csv" }), "either `weights` or `by`"),
            (json!({ "exponent": 2.0, "weights": "w.csv" }), "either `weights` or `exponent`"),
            (json!({ "sha256": "00" }), "there is no file of weights"),
            (json!({ "by": "age" }), "unknown variant `age`"),
        ] {
            let found = rule(settings).unwrap_err();
            assert!(found.contains(said), "{found}");
        }
    }

    #[test]
    fn files_say_which_line_is_wrong() {
        let folder = std::env::temp_dir().join(format!("gossipsim-weights-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let find = |name: &str| name.parse().ok().filter(|node| *node < 3).map(NodeId::new);
        for (place, (text, complete, said)) in [
            ("node,weight\n0,1\n1,2\n2,0\n", true, ""),
            ("0 1\n1 2\n2 0.5\n", false, ""),
            ("node,weight\n0,1\n1,-2\n2,1\n", true, "line 3: `-2` is no weight"),
            ("0,1\n1,NaN\n2,1\n", true, "line 2: `NaN` is no weight"),
            ("0,1\n1,inf\n2,1\n", true, "line 2: `inf` is no weight"),
            ("0,1\n1\n2,1\n", true, "line 2: 1 cells, not 2"),
            ("0,1e9\n1,1\n2,0\n", true, ""),
            ("0,1e9\n1,0.9\n2,0\n", true, "line 2: less than a part in 1e9 of the greatest weight"),
            ("0,1\n3,1\n2,1\n", true, "line 2: there is no node `3`"),
            ("0,1\n1,1\n1,1\n", true, "line 3: the node `1` has a weight in line 2 already"),
            ("0,1\n2,1\n", true, "the node number 1 has no weight"),
            ("0,1\n1,0\n2,1\n", false, "line 2: with a weight of 0 for `1`"),
            ("0,0\n1,0\n2,0\n", true, "nobody has any weight"),
            ("0,0\n1,0\n2,7\n", true, "only one node has any weight"),
            ("node,weight\n", true, "has no weights"),
            ("", true, "has no weights"),
        ]
        .into_iter()
        .enumerate()
        {
            let file = format!("{place}.csv");
            std::fs::write(folder.join(&file), text).unwrap();
            let rule = rule(json!({ "weights": file })).unwrap();
            let found = rule.load(&folder).and_then(|()| rule.check(3, complete, find, None));
            match said {
                "" => assert_eq!(found, Ok(()), "{text}"),
                said => assert!(found.clone().unwrap_err().to_string().contains(said), "{text}: {found:?}"),
            }
        }
        let missing = rule(json!({ "weights": "none.csv" })).unwrap().load(&folder).unwrap_err();
        assert!(missing.to_string().contains("there is no such file; a file beside the scenario"), "{missing}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
