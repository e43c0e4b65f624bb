//! What a graph file is, by what stands in it.
//!
//! Marks that only one format has decide at once (`marks`). Lines of words are harder: `0 1 2` may be an edge with a
//! weight or a node with two neighbours. They are looked at as a whole, and where two readings remain the file is
//! refused, with the formats that would settle it.

use super::fault::{Fault, shown};
use super::format::Format;
use super::lines::{data, data_in_braces, delimiter, fields, words, words_quoted};
use super::marks::mark;
use super::sample::{Sample, is_integer, is_number};
use super::{columns, lookalikes, matrix, metis, nested};

/// So much of a file is looked at, in bytes.
const LOOKED_AT: usize = 1 << 20;

/// The format of `text`, which is `asked` if the scenario says so and nothing speaks against it.
pub(super) fn format(text: &str, asked: Option<Format>) -> Result<Format, Fault> {
    let marked = mark(start(text).trim_start())?;
    match (marked, asked) {
        (Some(marked), Some(asked)) if marked != asked => Err(Fault::of_file(format!(
            "is not {}: it looks like {}; write `format = \"{}\"`",
            asked.title(),
            marked.title(),
            marked.name()
        ))
        .expecting(asked.form())),
        (_, Some(asked)) => Ok(asked),
        (Some(marked), None) => Ok(marked),
        (None, None) => of_lines(text),
    }
}

/// A start of `text` that ends at the end of a line, unless the first line is longer than that.
fn start(text: &str) -> &str {
    if text.len() <= LOOKED_AT {
        return text;
    }
    let end = text.as_bytes()[..LOOKED_AT].iter().rposition(|&byte| byte == b'\n').unwrap_or(LOOKED_AT);
    text.get(..end).unwrap_or_default()
}

/// The format of lines of words.
fn of_lines(text: &str) -> Result<Format, Fault> {
    let start = start(text);
    let lines = || data(start).map(|(_, line)| line);
    let Some((first, line)) = data(start).next() else { return Err(Fault::of_file("holds no edges")) };
    arrows(start)?;
    lookalikes::refuse_text(start)?;
    if let Some(format) = colons(start, first)? {
        return Ok(format);
    }
    if lines().any(|line| data_in_braces(line).is_some()) {
        // networkx writes the data of an edge behind it.
        return Ok(Format::Edges);
    }
    if let Some([outer, inner]) = nested::separators(lines().take(1000)) {
        let [outer, inner] = [outer, inner].map(separator_name);
        let problem = format!("has {outer} after a name and {inner} between others: a node and its neighbours?");
        let form =
            "`format = \"adjacency\"` if it is that; `format = \"edges\"` or `\"csv\"` if they are parts of names";
        return Err(Fault::of_line(first, problem).expecting(form));
    }
    let separated = delimiter(lines());
    let rows = data(start).map(|(number, line)| {
        let cells: Vec<&str> = match separated {
            Some((delimiter, _)) => fields(line, delimiter).map(|cell| cell.trim_matches('"')).collect(),
            None => words(line).collect(),
        };
        (number, cells)
    });
    let sample = Sample { rows: rows.collect(), whole: start.len() == text.len() };
    if sample.cells().all(|cells| cells.len() < 2) {
        return Err(one_name(data(start), first, line));
    }
    if separated.is_none() && by_networkx(start) && sample.begins_differ() {
        return Ok(Format::Adjacency);
    }
    let plain =
        separated.is_none() || lines().zip(sample.cells()).all(|(line, cells)| words(line).eq(cells.iter().copied()));
    matrix::refuse(&sample)?;
    lookalikes::refuse_rows(&sample, columns::is_known(&sample.rows[0].1))?;
    if plain { of_words(text, sample) } else { of_table(sample) }
}

/// Whether a file begins as networkx begins adjacency lists: with the program and the time, in Greenwich.
fn by_networkx(start: &str) -> bool {
    let mut lines = start.lines();
    lines.next().is_some_and(|line| line.starts_with('#')) && lines.next().is_some_and(|line| line.starts_with("# GMT"))
}

fn separator_name(separator: u8) -> &'static str {
    match separator {
        b'\t' => "a tab",
        b'|' => "a bar",
        b';' => "a semicolon",
        b',' => "a comma",
        _ => "a space",
    }
}

/// What to say where lines have one word each: that they do, or that one of them lacks the separator of the others.
fn one_name<'a>(lines: impl Iterator<Item = (usize, &'a str)>, first: usize, line: &str) -> Fault {
    let separator = b";,|".iter().find(|separator| line.contains(char::from(**separator)));
    let lacking = separator.and_then(|separator| {
        let mut lines = lines;
        lines.find(|(_, line)| !line.contains(char::from(*separator)))
    });
    let fault = match lacking {
        Some((number, line)) => Fault::of_line(number, format!("`{}` names one node only", shown(line))),
        None => Fault::of_line(first, "names one node only"),
    };
    fault.expecting("two node names a line")
}

/// Adjacency lists whose nodes have a colon after them, if all lines have one; so have the settings of programs, whose
/// values are the names of no other.
fn colons(start: &str, first: usize) -> Result<Option<Format>, Fault> {
    let begin = |line: &str| match words_quoted(line).next().filter(|(_, quoted)| !quoted).map(|(word, _)| word) {
        Some(word) if word.ends_with(':') => Some(word.len() - 1),
        Some(word) if words(line).nth(1) == Some(":") => Some(word.len()),
        _ => None,
    };
    let lines = || data(start).map(|(_, line)| line);
    if !lines().all(|line| begin(line).is_some()) {
        return Ok(None);
    }
    let mut begins: Vec<&str> = lines().filter_map(|line| line.get(..begin(line)?)).collect();
    begins.sort_unstable();
    let others = |line| words(line).skip(1).flat_map(|word: &str| word.split([',', ';']));
    if lines().flat_map(others).any(|word| begins.binary_search(&word).is_ok()) {
        return Ok(Some(Format::Adjacency));
    }
    let form = "`format = \"adjacency\"` if what follows the colons are neighbours";
    Err(Fault::of_line(first, "has a colon after its first word, and no line names another's").expecting(form))
}

/// Refuses lines with arrows.
fn arrows(start: &str) -> Result<(), Fault> {
    for (number, line) in data(start).take(1000) {
        let plain = words_quoted(line).filter(|(_, quoted)| !quoted).map(|(word, _)| word);
        let arrow =
            plain.clone().find(|word| ["->", "-->", "=>", "<->", "--", "<-", "<--", "→", "—", "↔"].contains(word));
        let glued = || {
            ["->", "=>", "--"].into_iter().find(|arrow| {
                line.split_once(arrow).is_some_and(|(a, b)| !a.is_empty() && !b.is_empty()) && words(line).count() == 1
            })
        };
        if let Some(arrow) = arrow.or_else(glued) {
            let problem = format!("joins nodes by `{arrow}`, as DOT does");
            let form = "DOT, `digraph { a -> b }` or `graph { a -- b }`, or two node names a line without an arrow";
            return Err(Fault::of_line(number, problem).expecting(form));
        }
    }
    Ok(())
}

/// Fields between commas and the like.
fn of_table(sample: Sample<'_>) -> Result<Format, Fault> {
    if sample.width().is_some() {
        let headed =
            columns::has_header(&sample.rows.iter().take(50).map(|(_, cells)| cells.as_slice()).collect::<Vec<_>>());
        return if headed { Ok(Format::Csv) } else { ambiguous(&sample, Format::Csv) };
    }
    ragged(&sample, Format::Csv)
}

/// Words between white space.
fn of_words(text: &str, sample: Sample<'_>) -> Result<Format, Fault> {
    let first = sample.rows.first().map_or(&[][..], |(_, cells)| cells.as_slice());
    let header = (2..=4).contains(&first.len()) && first.iter().all(|cell| is_integer(cell));
    if header && metis::fits(text) {
        let twos = sample.width() == Some(2);
        return match metis::check(text) {
            Ok(()) if twos => Err(two_readings(sample.line(0), Format::Metis, Format::Edges)),
            Ok(()) => Ok(Format::Metis),
            // Lines of one width may be edges after a line that counts them.
            Err(_) if sample.width().or(sample.tail().width()).is_some_and(|width| width > 1) => of_columns(sample),
            Err(fault) => {
                let problem = format!("the file looks like METIS, but {}", fault.problem);
                Err(Fault { line: fault.line, problem, expected: Format::Metis.form().into() })
            }
        };
    }
    of_columns(sample)
}

fn of_columns(sample: Sample<'_>) -> Result<Format, Fault> {
    let first_line = sample.line(0);
    match sample.width() {
        Some(2) => return Ok(Format::Edges),
        Some(_) => {
            let rows: Vec<&[&str]> = sample.cells().take(50).collect();
            let headed = columns::has_header(&rows);
            return if headed { Ok(Format::Edges) } else { ambiguous(&sample, Format::Edges) };
        }
        None => {}
    }
    // A first line of its own may count what follows.
    let first = sample.rows[0].1.clone();
    let rest = sample.tail();
    if let Some(width) = rest.width().filter(|width| *width >= 2) {
        if first.len() == 1 && is_integer(first[0]) {
            let problem = format!("`{}` is no edge: if it counts what follows, put a # before it", shown(first[0]));
            return Err(Fault::of_line(first_line, problem));
        }
        let counts = first.len() == 2 && first.iter().all(|cell| is_integer(cell));
        if counts && rest.whole && width == 3 && rest.rows.len().to_string() == first[1] {
            return Ok(Format::Edges);
        }
    }
    ragged(&sample, Format::Edges)
}

/// Rows of one width: edges, unless each could be a node and its neighbours.
fn ambiguous(sample: &Sample<'_>, edges: Format) -> Result<Format, Fault> {
    let Some(width) = sample.width().filter(|&width| width > 2) else { return Ok(edges) };
    let line = sample.line(0);
    if width >= 5 && edges == Format::Edges {
        let problem =
            format!("{width} columns without a header: an edge has two nodes, and perhaps a weight and a time");
        let form = "`format = \"edges\"` if the first two columns are nodes, `format = \"adjacency\"` if all are";
        return Err(Fault::of_line(line, problem).expecting(form));
    }
    let mut nodes: Vec<&str> = sample.cells().flat_map(|cells| &cells[..2]).copied().collect();
    nodes.sort_unstable();
    let node = |cell: &&str| nodes.binary_search(cell).is_ok();
    let mut thirds = sample.cells().map(|cells| &cells[2]);
    if sample.begins_differ() && thirds.all(node) {
        return Err(two_readings(line, edges, Format::Adjacency));
    }
    Ok(edges)
}

/// Rows of several widths: a node each, and its neighbours, if they can be that.
fn ragged(sample: &Sample<'_>, edges: Format) -> Result<Format, Fault> {
    // Where no line has more than two words, a line of one is a torn edge sooner than a node without neighbours.
    let single = sample.rows.iter().position(|(_, cells)| cells.len() == 1);
    if let Some(row) = single.filter(|_| sample.cells().all(|cells| cells.len() <= 2)) {
        let what = match row {
            0 => "names one node only".to_owned(),
            _ => format!("`{}` names one node only", shown(sample.rows[row].1[0])),
        };
        let form = "two node names a line, or `format = \"adjacency\"` if lines are nodes with their neighbours";
        return Err(Fault::of_line(sample.line(row), what).expecting(form));
    }
    let all = || sample.cells().flatten().filter(|cell| !cell.is_empty());
    let numbers = all().all(|cell| is_integer(cell));
    let texts = all().all(|cell| !is_number(cell));
    // Words of prose begin no lines of their own.
    if sample.begins_differ() && (numbers || texts && sample.neighbors_begin_lines()) {
        return Ok(Format::Adjacency);
    }
    let width = sample.rows.first().map_or(0, |(_, cells)| cells.len());
    let odd = sample.rows.iter().find(|(_, cells)| cells.len() != width);
    let (line, count) = odd.map_or((1, 0), |(line, cells)| (*line, cells.len()));
    let problem = format!("{count} columns, where the lines before have {width}");
    let form = format!(
        "lines of one width; or `format = \"{}\"` if the first two columns are nodes and the rest may be ignored, \
         `format = \"adjacency\"` if all are",
        edges.name()
    );
    Err(Fault::of_line(line, problem).expecting(form))
}

/// That a file can be read in two ways, and how to say in which.
pub(super) fn two_readings(line: usize, one: Format, other: Format) -> Fault {
    let problem = format!("the file can be read as {} or as {}", one.title(), other.title());
    let form = format!("`format = \"{}\"` or `format = \"{}\"`", one.name(), other.name());
    Fault::of_line(line, problem).expecting(form)
}
