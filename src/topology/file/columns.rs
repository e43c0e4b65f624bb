//! Tables with an edge a row (CSV and its kin), with or without a header, as Gephi, igraph and spreadsheets write them.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::edge_collector::{Direction, EdgeCollector};
use super::fault::{Fault, shown};
use super::format::WeightKey;
use super::lines::{before_comment, data, delimiter};
use super::read_options::{ReadOptions, no_weight, not_a_weight};

/// Heads of the two columns that make an edge, in small letters and digits.
const HEADS: [(&str, &str); 38] = [
    ("source", "target"),
    ("from", "to"),
    ("src", "dst"),
    ("src", "dest"),
    ("src", "tgt"),
    ("src", "target"),
    ("source", "destination"),
    ("source", "dest"),
    ("origin", "destination"),
    ("orig", "dest"),
    ("start", "end"),
    ("begin", "end"),
    ("node1", "node2"),
    ("nodea", "nodeb"),
    ("id1", "id2"),
    ("v1", "v2"),
    ("n1", "n2"),
    ("vertex1", "vertex2"),
    ("user1", "user2"),
    ("person1", "person2"),
    ("name1", "name2"),
    ("fromnode", "tonode"),
    ("fromnodeid", "tonodeid"),
    ("fromid", "toid"),
    ("sourceid", "targetid"),
    ("sourcenode", "targetnode"),
    ("startnode", "endnode"),
    ("head", "tail"),
    ("tail", "head"),
    ("sender", "receiver"),
    ("sender", "recipient"),
    ("parent", "child"),
    ("caller", "callee"),
    ("follower", "followee"),
    ("node", "neighbor"),
    ("node", "neighbour"),
    ("entity1", "entity2"),
    ("nodefrom", "nodeto"),
];

/// What both heads say before a number or a letter that tells them apart: `ip1,ip2`, `city_a city_b`.
const STEMS: [&str; 22] = [
    "node", "vertex", "user", "person", "name", "id", "nodeid", "ip", "host", "city", "peer", "router", "as", "asn",
    "station", "airport", "gene", "protein", "author", "actor", "v", "n",
];

/// First heads of a table of nodes, where one of [`ATTRIBUTES`] is among the others.
const NODES: [&str; 14] = [
    "id", "node", "nodeid", "nodes", "vertex", "vertexid", "name", "nodename", "label", "user", "userid", "city",
    "host", "index",
];

/// Heads of columns that say something of a node.
const ATTRIBUTES: [&str; 38] = [
    "lat",
    "lon",
    "lng",
    "long",
    "latitude",
    "longitude",
    "elevation",
    "degree",
    "indegree",
    "outdegree",
    "community",
    "cluster",
    "group",
    "class",
    "label",
    "name",
    "modularity",
    "modularityclass",
    "pagerank",
    "betweenness",
    "closeness",
    "centrality",
    "component",
    "color",
    "colour",
    "size",
    "type",
    "age",
    "population",
    "country",
    "region",
    "weight",
    "value",
    "count",
    "category",
    "role",
    "kcore",
    "eccentricity",
];

/// Which columns of a table make an edge, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Where Gephi says whether an edge has a direction.
    direction: Option<usize>,
}

impl Columns {
    /// The first two.
    pub(super) const PLAIN: Columns = Columns { from: 0, to: 1, direction: None };

    pub(super) fn is_plain(&self) -> bool {
        *self == Self::PLAIN
    }
}

fn plain(head: &str) -> String {
    head.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The columns of an edge by the known heads of two of them.
fn known(header: &[&str]) -> Option<Columns> {
    let heads: Vec<String> = header.iter().map(|head| plain(head)).collect();
    let place = |wanted: &str| heads.iter().position(|head| head == wanted);
    let listed = HEADS.iter().find_map(|(from, to)| place(from).zip(place(to)));
    let alike = || {
        heads.windows(2).position(|pair| {
            let stems = [["1", "2"], ["a", "b"], ["x", "y"], ["from", "to"]].into_iter().filter_map(|[one, other]| {
                let stem = pair[0].strip_suffix(one)?;
                (pair[1].strip_suffix(other) == Some(stem)).then_some(stem)
            });
            stems.into_iter().any(|stem| STEMS.contains(&stem))
        })
    };
    let (from, to) = listed.or_else(|| alike().map(|place| (place, place + 1)))?;
    Some(Columns { from, to, direction: place("type") })
}

/// Whether `header` has the heads of an edge.
pub(super) fn is_known(header: &[&str]) -> bool {
    known(header).is_some()
}

/// Whether the nodes under `first` are called as its heads are, as in `n1 n2` and `n2 n3`: then it is an edge.
fn heads_are_nodes(first: &[&str], rest: &[&[&str]]) -> bool {
    let Some(Columns { from, to, .. }) = known(first) else { return false };
    let stem = |cell: &str| cell.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
    let numbered = |cell: &str| cell.ends_with(|letter: char| letter.is_ascii_digit());
    let like = |cell: &str| numbered(cell) && !stem(cell).is_empty() && stem(cell) == stem(first[from]);
    let mut ends = rest.iter().flat_map(|row| [row.get(from), row.get(to)]).flatten();
    numbered(first[from]) && numbered(first[to]) && ends.any(|cell| like(cell))
}

/// Whether the first of `rows` heads the columns: it has known heads, or is the only one that holds no numbers.
pub(super) fn has_header(rows: &[&[&str]]) -> bool {
    let Some((first, rest)) = rows.split_first() else { return false };
    let known = known(first).is_some() && !heads_are_nodes(first, rest);
    known || only_text(first, rest) || table_of_nodes(first)
}

/// Whether the first two cells of a row are texts, over numbers alone.
fn only_text(first: &[&str], rest: &[&[&str]]) -> bool {
    let number = |cell: &&str| cell.parse::<f64>().is_ok();
    let ends = |row: &&[&str]| row.len() >= 2 && row[..2].iter().all(number);
    !rest.is_empty() && first.len() >= 2 && !first[..2].iter().any(number) && rest.iter().all(ends)
}

/// That a first row was taken for a header only as it is text over numbers.
pub(super) fn unknown_heads(header: &[&str]) -> Option<String> {
    known(header).is_none().then(|| {
        let heads = [header[0], header[1]].map(shown);
        format!("`{}` and `{}` were read as the heads of the columns", heads[0], heads[1])
    })
}

/// The heads of columns that are no nodes of an edge and may hold a weight, of a table with `header`.
pub(super) fn may_weigh(header: &[&str], columns: Columns) -> impl Iterator<Item = usize> {
    let Columns { from, to, direction } = columns;
    (0..header.len())
        .filter(move |column| ![Some(from), Some(to), direction].contains(&Some(*column)))
        .filter(|&column| !["", "id", "edgeid", "key", "index", "edge"].contains(&&*plain(header[column])))
}

fn table_of_nodes(header: &[&str]) -> bool {
    let heads: Vec<String> = header.iter().map(|head| plain(head)).collect();
    let has = |wanted: &str| heads.iter().any(|head| head == wanted);
    let named = has("id") && (has("label") || has("name"));
    let attribute = |head: &String| ATTRIBUTES.contains(&&**head) || heads.len() > 2 && ["x", "y"].contains(&&**head);
    let described = heads.first().is_some_and(|head| NODES.contains(&&**head)) && heads[1..].iter().any(attribute);
    // Beside a neighbour, what describes is of the edge.
    let second = heads.len() > 2 && heads.get(1).is_some_and(|head| !attribute(head) && *head != "label");
    (named || described && !second) && known(header).is_none()
}

/// The columns of an edge under `header`.
pub(super) fn of_header(header: &[&str]) -> Result<Columns, Fault> {
    if table_of_nodes(header) {
        let form = "the table of edges, with columns such as Source and Target";
        return Err(Fault::of_file("is a table of nodes, without edges").expecting(form));
    }
    Ok(known(header).unwrap_or(Columns::PLAIN))
}

/// Reads edges from the table `text`, whatever separates its columns.
pub(super) fn read(text: &str, asked: ReadOptions<'_>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    let lines = data(text).take(100).map(|(_, line)| line);
    match delimiter(lines) {
        Some((separator, _)) => read_between(text, separator, asked, gather),
        None => {
            let line = data(text).next().map_or(1, |(line, _)| line);
            Err(Fault::of_line(line, "names one node only: no comma, semicolon, tab or bar separates columns"))
        }
    }
}

/// Reads edges from the table `text`, whose columns `separator` separates.
pub(super) fn read_between(
    text: &str,
    separator: u8,
    asked: ReadOptions<'_>,
    gather: &mut EdgeCollector,
) -> Result<(), Fault> {
    let open = || {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(separator).has_headers(false).flexible(true).comment(Some(b'#')).trim(Trim::All);
        builder.from_reader(text.as_bytes())
    };
    let begin: Vec<StringRecord> = open().records().flatten().filter(|row| !is_comment(row)).take(50).collect();
    let begin: Vec<Vec<&str>> = begin.iter().map(|row| row.iter().collect()).collect();
    let rows: Vec<&[&str]> = begin.iter().map(Vec::as_slice).collect();
    let headed = has_header(&rows);
    let columns = if headed { of_header(rows[0])? } else { Columns::PLAIN };
    let header = headed.then(|| rows[0]);
    let mut table = Table::new(columns, header, asked)?;
    let mut skip = headed;
    let mut reader = open();
    let mut row = StringRecord::new();
    while reader.read_record(&mut row).map_err(|error| broken(&error))? {
        if is_comment(&row) || std::mem::take(&mut skip) {
            continue;
        }
        let line = row.position().map_or(0, |position| position.line() as usize);
        table.row(line, &row, gather)?;
    }
    table.notes(header, &rows, gather);
    Ok(())
}

fn broken(error: &csv::Error) -> Fault {
    let line = error.position().map_or(1, |position| position.line() as usize);
    Fault::of_line(line, "is not a row of CSV")
}

/// Comments of KONECT and C, which the reader of CSV does not know; and lines of white space.
fn is_comment(row: &StringRecord) -> bool {
    let first = row.get(0).unwrap_or_default();
    first.starts_with('%') || first.starts_with("//") || row.iter().all(str::is_empty) && row.len() < 2
}

/// Reads the rows of a table.
struct Table {
    columns: Columns,
    weight: Option<usize>,
    /// Whether all rows must have as many columns.
    strict: bool,
    width: usize,
}

impl Table {
    fn new(columns: Columns, header: Option<&[&str]>, asked: ReadOptions<'_>) -> Result<Self, Fault> {
        let weight = match asked.weight {
            None => None,
            Some(WeightKey::Column(column)) if *column >= 3 || header.is_some() => Some(*column as usize - 1),
            Some(key) => {
                let heads: Vec<String> = header.unwrap_or_default().iter().map(|&head| head.to_owned()).collect();
                let WeightKey::Name(name) = key else { return Err(no_weight(key, &heads)) };
                let place = heads.iter().position(|head| head.eq_ignore_ascii_case(name));
                Some(place.ok_or_else(|| no_weight(key, &heads))?)
            }
        };
        Ok(Table { columns, weight, strict: asked.format.is_none(), width: 0 })
    }

    fn row(&mut self, line: usize, row: &StringRecord, gather: &mut EdgeCollector) -> Result<(), Fault> {
        if self.strict && self.width != 0 && row.len() != self.width {
            let problem = format!("{} columns, where the lines before have {}", row.len(), self.width);
            return Err(Fault::of_line(line, problem));
        }
        self.width = self.width.max(row.len());
        let ends = [self.columns.from, self.columns.to].map(|column| {
            // A comment behind a row belongs to no name.
            let cell = row.get(column).unwrap_or_default();
            if column + 1 == row.len() && column > 0 { before_comment(cell).trim_end() } else { cell }
        });
        if ends.contains(&"") {
            let text = || row.iter().collect::<Vec<_>>().join(",");
            let problem = "names one node only";
            return Err(match gather.edges() {
                0 => Fault::of_line(line, problem),
                _ => Fault::of_line(line, format!("`{}` {problem}", shown(&text()))),
            });
        }
        let cell = self.weight.and_then(|column| row.get(column)).filter(|cell| !cell.is_empty());
        // A comma is how half of the world writes the point.
        let weight = cell.and_then(|cell| cell.replace(',', ".").parse::<f64>().ok());
        if let (Some(column), None) = (self.weight, weight) {
            return Err(not_a_weight(line, cell, column, gather));
        }
        let direction = match self.columns.direction.and_then(|column| row.get(column)).map(plain).as_deref() {
            Some("directed") => Direction::Along,
            Some("undirected" | "mutual") => Direction::Both,
            _ => Direction::Unsaid,
        };
        gather.edge(ends[0], ends[1], direction)?;
        if let Some(weight) = weight {
            gather.weigh(weight);
        }
        Ok(())
    }

    /// What to say of columns that were not used, and of a first row that may be a header.
    fn notes(&self, header: Option<&[&str]>, rows: &[&[&str]], gather: &mut EdgeCollector) {
        match header {
            Some(header) => {
                // A figure that is no number of the edge itself.
                let figure = |column: &usize| {
                    let cells = rows[1..].iter().map(|row| row.get(*column).copied().unwrap_or_default());
                    let numbers = cells.into_iter().all(|cell| cell.replace(',', ".").parse::<f64>().is_ok());
                    rows.len() > 1 && numbers
                };
                let weight = may_weigh(header, self.columns).find(figure).map(|column| header[column]);
                if let Some(weight) = weight {
                    gather.weighted(format!("weights (column `{}`) are", shown(weight)));
                }
                unknown_heads(header).into_iter().for_each(|note| gather.note(note));
            }
            None => {
                if self.width > 2 {
                    gather.weighted(match self.width {
                        3 => "the third column is".to_owned(),
                        width => format!("columns 3 to {width} are"),
                    });
                }
                let texts = rows.first().filter(|first| {
                    let again = |cell: &&str| rows[1..].iter().any(|row| row.iter().take(2).any(|other| other == cell));
                    rows.len() > 2 && first.len() > 1 && !first[..2].iter().any(again)
                });
                if let Some(first) = texts.filter(|first| first[..2].iter().all(|cell| cell.parse::<f64>().is_err())) {
                    let heads = [first[0], first[1]].map(shown);
                    let advice = "if they head the columns, put a # before them";
                    gather.note(format!("`{}` and `{}` were read as nodes; {advice}", heads[0], heads[1]));
                }
            }
        }
    }
}
