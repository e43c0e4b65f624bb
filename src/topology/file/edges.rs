//! Edge lists: two node names a line, as SNAP, KONECT and networkx write them.

use std::borrow::Cow;

use super::columns::{self, Columns};
use super::edge_collector::{Counts, Direction, EdgeCollector, small};
use super::fault::{Fault, shown};
use super::format::WeightKey;
use super::lines::{data, data_in_braces, delimiter, names, words};
use super::read_options::{ReadOptions, no_weight, not_a_weight};

/// Reads edges from `text`.
pub(super) fn read(text: &str, asked: ReadOptions<'_>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    let lines = || data(text).take(100).map(|(_, line)| line);
    // Edges between commas are a table.
    if let Some((separator, _)) = delimiter(lines()).filter(|(separator, _)| *separator != b'\t') {
        return columns::read_between(text, separator, asked, gather);
    }
    let rows: Vec<Vec<&str>> = lines().take(50).map(|line| words(line).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let headed = columns::has_header(&rows);
    let columns = if headed { columns::of_header(rows[0])? } else { Columns::PLAIN };
    let weight = weight_column(asked.weight, headed.then(|| rows[0]))?;
    let attribute = match asked.weight {
        Some(WeightKey::Name(name)) if weight.is_none() => Some(name.clone()),
        _ => None,
    };
    let strict = asked.format.is_none();
    let mut reader = Reader { columns, strict, width: None, counted: None, attribute, weighed: false };
    for (number, line) in data(text).skip(usize::from(headed)) {
        reader.line(number, line, weight, gather)?;
    }
    if let Some(key) = asked.weight.filter(|_| !reader.weighed) {
        return Err(no_weight(key, &[]));
    }
    let first = reader.counted;
    if !headed && (first.is_some() || reader.width == Some(2)) {
        count_line(text, first, reader.strict, gather)?;
    }
    if let Some(width) = reader.width.filter(|&width| width > 2) {
        let heads: Vec<String> = match headed {
            true => {
                columns::may_weigh(rows[0], columns).map(|column| format!("`{}`", shown(rows[0][column]))).collect()
            }
            false => Vec::new(),
        };
        match (headed, width, heads.as_slice()) {
            (true, _, []) => {}
            (true, _, [one]) => gather.weighted(format!("weights (column {one}) are")),
            (true, _, more) => gather.weighted(format!("columns {} are", more.join(", "))),
            (false, 3, _) => gather.weighted("the third column is"),
            (false, ..) => gather.weighted(format!("columns 3 to {width} are")),
        }
    }
    if headed {
        columns::unknown_heads(rows[0]).into_iter().for_each(|note| gather.note(note));
    }
    Ok(())
}

/// The column that the scenario says holds weights, from 0.
fn weight_column(weight: Option<&WeightKey>, header: Option<&[&str]>) -> Result<Option<usize>, Fault> {
    match (weight, header) {
        (None, _) => Ok(None),
        (Some(WeightKey::Column(column)), _) if *column >= 3 => Ok(Some(*column as usize - 1)),
        (Some(key @ WeightKey::Name(name)), Some(header)) => {
            let place = header.iter().position(|head| head.eq_ignore_ascii_case(name));
            let known: Vec<String> = header.iter().map(|&head| head.to_owned()).collect();
            place.map(Some).ok_or_else(|| no_weight(key, &known))
        }
        // What networkx writes in braces has names; whether this is one of them shows there.
        (Some(WeightKey::Name(_)), None) => Ok(None),
        (Some(key), _) => Err(no_weight(key, &[])),
    }
}

struct Reader {
    columns: Columns,
    /// Whether all lines must have as many columns.
    strict: bool,
    width: Option<usize>,
    /// A first line of two numbers before wider ones.
    counted: Option<usize>,
    /// What the data of an edge calls its weight, where no column has it.
    attribute: Option<String>,
    /// Whether an edge has a weight.
    weighed: bool,
}

impl Reader {
    fn line(
        &mut self,
        number: usize,
        line: &str,
        weight: Option<usize>,
        gather: &mut EdgeCollector,
    ) -> Result<(), Fault> {
        if weight.is_none()
            && self.columns.is_plain()
            && self.width.is_none_or(|width| width == 2)
            && let Some((a, b)) = two_numbers(line.as_bytes())
        {
            self.width = Some(2);
            return gather.join_small(a, b);
        }
        // networkx writes the data of an edge behind it, in braces.
        let (line, braces) = match data_in_braces(line) {
            Some(place) => (line[..place].trim_end(), Some(&line[place..])),
            None => (line, None),
        };
        let cells: Vec<Cow<'_, str>> = names(line).collect();
        self.check_width(number, cells.len(), braces.is_some(), gather)?;
        let ends = [self.columns.from, self.columns.to].map(|column| cells.get(column).map_or("", |cell| cell));
        if ends.contains(&"") {
            return Err(one_node(number, line, braces.is_some(), gather));
        }
        let cell = weight.and_then(|column| cells.get(column)).map(|cell| &**cell);
        let written = cell.and_then(|cell| cell.parse::<f64>().ok());
        if let (Some(column), None) = (weight, written) {
            return Err(not_a_weight(number, cell, column, gather));
        }
        if braces.is_some_and(|braces| braces.contains(':')) {
            gather.weighted("the data in braces are");
        }
        gather.edge(ends[0], ends[1], Direction::Unsaid)?;
        let in_braces = || braces.and_then(|braces| value_in_braces(braces, self.attribute.as_deref()?));
        if let Some(weight) = written.or_else(in_braces) {
            self.weighed = true;
            gather.weigh(weight);
        }
        Ok(())
    }

    fn check_width(&mut self, number: usize, cells: usize, braces: bool, gather: &EdgeCollector) -> Result<(), Fault> {
        match self.width {
            _ if braces => {}
            None => self.width = Some(cells),
            Some(2) if cells > 2 && gather.edges() == 1 => {
                // If the first line counts what follows, it may be narrower.
                self.counted = Some(number);
                self.width = Some(cells);
            }
            Some(width) if self.strict && cells != width && cells > 1 => {
                let problem = format!("{cells} columns, where the lines before have {width}");
                return Err(Fault::of_line(number, problem));
            }
            Some(width) => self.width = Some(width.max(cells)),
        }
        Ok(())
    }
}

/// The number that is called `name` in what networkx writes in braces.
fn value_in_braces(braces: &str, name: &str) -> Option<f64> {
    ['\'', '"'].into_iter().find_map(|quote| {
        let (_, rest) = braces.split_once(&format!("{quote}{name}{quote}"))?;
        let value = rest.trim_start().strip_prefix(':')?;
        value.split([',', '}']).next()?.trim().parse().ok()
    })
}

/// The two small numbers of a line that holds nothing else.
#[inline]
fn two_numbers(line: &[u8]) -> Option<(u32, u32)> {
    let end = line.iter().position(|byte| !byte.is_ascii_digit())?;
    let (first, rest) = line.split_at(end);
    let rest = rest.trim_ascii_start();
    if rest.len() + end == line.len() {
        return None;
    }
    Some((small(first)?, small(rest)?))
}

fn one_node(number: usize, line: &str, braces: bool, gather: &EdgeCollector) -> Fault {
    let fault = if gather.edges() > 0 {
        Fault::of_line(number, format!("`{}` names one node only", shown(line)))
    } else {
        Fault::of_line(number, "names one node only")
    };
    if braces {
        return Fault { problem: format!("{}: is it a multiline adjacency list?", fault.problem), ..fault }
            .expecting("an edge list, as networkx writes with write_edgelist");
    }
    fault
}

/// Decides what a first line of two numbers is: counts of all nodes and edges, or an edge.
fn count_line(text: &str, wider: Option<usize>, strict: bool, gather: &mut EdgeCollector) -> Result<(), Fault> {
    let first = || data(text).next().map_or(1, |(number, _)| number);
    let Some(counts) = gather.counts() else {
        return match wider {
            Some(line) if strict => Err(Fault::of_line(line, "more columns than the line before")
                .expecting("as many columns in every line; a line of counts before them with a # in front")),
            _ => Ok(()),
        };
    };
    let Counts { nodes, edges, least, most, different } = counts;
    let base = match (least, most) {
        (0, most) if most < nodes => Some(0),
        (1.., most) if most == nodes => Some(1),
        _ => None,
    };
    // An edge list whose first edge happens to look like counts would have its numbers among its nodes.
    let clear = different == nodes || wider.is_some() || edges > nodes;
    if clear && (different == nodes || base.is_some()) {
        gather.take_counts(&counts, base)?;
        gather.note(format!("the first line, `{nodes} {edges}`, was read as the numbers of nodes and edges"));
        return Ok(());
    }
    if !strict && wider.is_none() {
        return Ok(());
    }
    let problem = format!("`{nodes} {edges}` may be an edge, or count the nodes and edges that follow");
    let form = "`format = \"edges\"` if it is an edge; a # before it if it counts";
    Err(Fault::of_line(first(), problem).expecting(form))
}
