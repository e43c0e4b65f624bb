//! What looks like edges and is something else: words that join nodes, edges with a number before them, settings, and
//! what other programs write.

use super::fault::{Fault, shown};
use super::lines::data;
use super::sample::{Sample, is_integer, is_text};

/// How to settle that lines are edges after all.
const SETTLED: &str = "two node names a line, with nothing between them; or `format = \"edges\"` (`\"csv\"` for a table) \
    if the first two columns are nodes";

/// Refuses text that other programs write for graphs: Python's tuples and LGL.
pub(super) fn refuse_text(start: &str) -> Result<(), Fault> {
    let mut lines = data(start).take(1000);
    let bracket = |line: &str| {
        let inner = line.strip_prefix(['(', '[']).map(|rest| rest.trim_start_matches(['(', '[']));
        inner.and_then(|inner| inner.split_once([')', ']'])).is_some_and(|(inner, _)| inner.contains(','))
    };
    let Some((first, _)) = data(start).next() else { return Ok(()) };
    if lines.all(|(_, line)| bracket(line)) {
        let form = "two node names a line, without brackets";
        return Err(
            Fault::of_line(first, "looks like a Python list, of edges or of nodes that are pairs").expecting(form)
        );
    }
    match large_graph_layout(start) {
        Some(line) => {
            let problem = "looks like LGL: a line `# node`, and under it a line for each neighbour";
            Err(Fault::of_line(line, problem).expecting("the edges with both nodes in a line, or GraphML"))
        }
        None => Ok(()),
    }
}

/// The first line of LGL, whose comments are nodes and whose lines are neighbours with their weights.
fn large_graph_layout(start: &str) -> Option<usize> {
    let lines =
        || (1..).zip(start.lines()).map(|(number, line)| (number, line.trim())).filter(|(_, line)| !line.is_empty());
    let (first, line) = lines().next()?;
    line.strip_prefix("# ")?;
    let mut heads = Vec::new();
    let mut neighbors = Vec::new();
    let mut after = 0;
    for (_, line) in lines() {
        let mut words = line.split_whitespace();
        match (words.next()?, words.next(), words.next()) {
            ("#", Some(head), None) => {
                after += usize::from(!neighbors.is_empty());
                heads.push(head);
            }
            (name, weight, None) if weight.is_none_or(|weight| weight.parse::<f64>().is_ok()) => neighbors.push(name),
            _ => return None,
        }
    }
    neighbors.sort_unstable();
    (after > 0 && heads.iter().any(|head| neighbors.binary_search(head).is_ok())).then_some(first)
}

/// Refuses rows that are no edges by what stands in their columns; `headed`: they have the heads of edges.
pub(super) fn refuse_rows(sample: &Sample<'_>, headed: bool) -> Result<(), Fault> {
    let looks: [fn(&Sample<'_>) -> Found; 5] = [rule, settings, joined, triples, numbered];
    let count = if headed { 1 } else { looks.len() };
    match looks.iter().take(count).find_map(|look| look(sample)) {
        Some((row, problem)) => Err(Fault::of_line(sample.line(row), problem).expecting(SETTLED)),
        None => Ok(()),
    }
}

/// A row to blame, from 0, and why.
type Found = Option<(usize, String)>;

/// The line under the header of a table in Markdown.
fn rule(sample: &Sample<'_>) -> Found {
    let is_rule =
        |cell: &&str| cell.len() >= 2 && cell.contains("--") && cell.chars().all(|letter| "-:|+".contains(letter));
    let row = sample.cells().take(3).position(|cells| cells.len() > 1 && cells.iter().all(is_rule))?;
    Some((row, "is a table as in Markdown, with a rule under its header".to_owned()))
}

/// First lines that count, with words for what they count.
fn settings(sample: &Sample<'_>) -> Found {
    let first = sample.cells().next().filter(|first| begins_with_counts(&[first]))?;
    Some((0, format!("`{}` before a number counts, and is no node: put a # before it", shown(first[0]))))
}

/// Whether the first of `rows` has a word for nodes or edges, and a number.
pub(super) fn begins_with_counts(rows: &[&[&str]]) -> bool {
    const COUNTED: [&str; 8] = ["nodes", "edges", "vertices", "arcs", "links", "numnodes", "numedges", "num_nodes"];
    rows.first().is_some_and(|cells| {
        let word = cells.first().map_or("", |word| word.trim_end_matches([':', '='])).to_lowercase();
        cells.len() == 2 && COUNTED.contains(&&*word) && is_integer(cells[1])
    })
}

/// The same word in the middle or at the start of every line.
fn joined(sample: &Sample<'_>) -> Found {
    if sample.cells().any(|cells| cells.len() < 3) {
        return None;
    }
    let same = |column: usize| {
        let mut cells = sample.column(column);
        let first = cells.next()?;
        (is_text(first) && cells.all(|cell| cell == first)).then_some(first)
    };
    let thirds_are_text = sample.column(2).all(is_text);
    let integers = |column: usize| sample.column(column).all(is_integer);
    if let Some(word) = same(1) {
        let sign = !word.chars().any(char::is_alphanumeric);
        let word = shown(word);
        if sign {
            return Some((0, format!("has the same sign, `{word}`, between the nodes of every line")));
        }
        if sample.rows.len() > 1 && (thirds_are_text || integers(0) && integers(2)) {
            let like = format!("has the same word, `{word}`, between two others in every line, as Cytoscape's SIF has");
            return Some((0, like));
        }
    }
    let word = same(0).filter(|_| sample.rows.len() > 1)?;
    let mut seconds: Vec<&str> = sample.column(1).collect();
    seconds.sort_unstable();
    let thirds_are_nodes = sample.column(2).any(|cell| seconds.binary_search(&cell).is_ok());
    let alike = thirds_are_nodes && (thirds_are_text || integers(1) && integers(2));
    alike.then(|| (0, format!("has the same word, `{}`, before two others in every line", shown(word))))
}

/// Columns 1 and 3 share names, and the words between them are others: a node, a relation, a node.
fn triples(sample: &Sample<'_>) -> Found {
    if sample.width() != Some(3) || sample.rows.len() < 2 || !sample.column(1).all(is_text) {
        return None;
    }
    let sorted = |column: usize| {
        let mut cells: Vec<&str> = sample.column(column).collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    };
    let [firsts, seconds, thirds] = [0, 1, 2].map(sorted);
    let meet = |one: &[&str], other: &[&str]| one.iter().any(|cell| other.binary_search(cell).is_ok());
    let texts = thirds.iter().all(|cell| is_text(cell));
    let apart = !meet(&seconds, &firsts) && !meet(&seconds, &thirds);
    (texts && apart && meet(&firsts, &thirds))
        .then(|| (0, "has words between nodes: a node, a relation and a node, as Cytoscape's SIF has".to_owned()))
}

/// A first column that counts or names the edges, and the nodes after it.
fn numbered(sample: &Sample<'_>) -> Found {
    let enough = sample.rows.len() >= 3 && sample.width().is_some_and(|width| width >= 3);
    if !enough || !sample.begins_differ() {
        return None;
    }
    let mut firsts: Vec<&str> = sample.column(0).collect();
    let mut seconds: Vec<&str> = sample.column(1).collect();
    firsts.sort_unstable();
    seconds.sort_unstable();
    let node = |cell: &&str| seconds.binary_search(cell).is_ok();
    let apart = |column: usize| sample.column(column).all(|cell| firsts.binary_search(&cell).is_err());
    let named = sample.column(2).all(is_text) && apart(1) && apart(2) && sample.column(2).any(|cell| node(&cell));
    // Where all of the third column are nodes, lists of neighbours are told from edges elsewhere.
    let lists = || sample.column(2).all(|cell| firsts.binary_search(&cell).is_ok() || node(&cell));
    let counts = || {
        let numbers: Option<Vec<i64>> = sample.column(0).map(|cell| cell.parse().ok()).collect();
        let numbers = numbers.unwrap_or_default();
        let ascend = numbers.windows(2).all(|pair| pair[1] == pair[0].saturating_add(1));
        let nodes = sample.column(2).filter(node).count();
        matches!(numbers.first(), Some(0 | 1))
            && ascend
            && 2 * nodes >= sample.rows.len()
            && sample.column(2).all(is_integer)
    };
    let problem = "has a first column that differs from line to line, and nodes in the second and third: \
        the number of the edge and its nodes, or two nodes and a weight";
    (named || counts() && !lists()).then(|| (0, problem.to_owned()))
}
