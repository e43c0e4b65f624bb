//! Matrices: a figure for every pair of nodes, which are no lists of edges.

use super::columns;
use super::fault::Fault;
use super::sample::{Sample, is_integer, is_number, is_text};

/// Rows of figures, without names.
type Body<'a> = Vec<&'a [&'a str]>;

/// Refuses a table with a figure for every pair of nodes, with names on both sides, on one, or on none.
pub(super) fn refuse(sample: &Sample<'_>) -> Result<(), Fault> {
    let Some(what) = square(sample).or_else(|| named_heads(sample)).or_else(|| triangle(sample)) else {
        return Ok(());
    };
    let form = "edges: a line for each pair of nodes, with its figure in a third column; or `format = \"edges\"`, \
        `\"csv\"` or `\"adjacency\"` if it is no matrix";
    Err(Fault::of_line(sample.line(0), format!("is a matrix: {what}")).expecting(form))
}

/// Whether a cell is a figure of a pair, or says that there is none.
fn is_figure(cell: &str) -> bool {
    const NONE: [&str; 16] =
        ["", "-", "--", "–", "—", ".", "x", "∞", "nan", "na", "n/a", "inf", "none", "null", "infinity", "*"];
    is_number(cell) || NONE.contains(&&*cell.to_lowercase())
}

fn all_figures(body: &Body<'_>) -> bool {
    body.iter().all(|row| row.iter().all(|cell| is_figure(cell)))
}

/// Whether a square of figures has the same in its diagonal, and the same on both sides of it.
fn shape(body: &Body<'_>) -> (bool, bool) {
    let diagonal = (1..body.len()).all(|at| body[at][at] == body[0][0]);
    let mirrored = (0..body.len()).all(|row| (0..row).all(|column| body[row][column] == body[column][row]));
    (diagonal, mirrored)
}

/// Whether rows as wide as they are many are a matrix, and no list of edges that happens to be as long.
fn is_matrix(body: &Body<'_>) -> bool {
    let (diagonal, mirrored) = shape(body);
    diagonal || mirrored || body.len() >= 5
}

/// A matrix with names above and on the left, with a cell in the corner or without one.
fn named_heads(sample: &Sample<'_>) -> Option<String> {
    let (first, rest) = sample.rows.split_first()?;
    let width = rest.first()?.1.len();
    if width < 3 || rest.iter().any(|(_, cells)| cells.len() != width) || rest.len() + 1 != width || !sample.whole {
        return None;
    }
    let corner = (first.1.len() + 1).checked_sub(width).filter(|corner| *corner < 2)?;
    let mut heads: Vec<&str> = first.1[corner..].to_vec();
    let mut sides: Vec<&str> = rest.iter().map(|(_, cells)| cells[0]).collect();
    // Numbers in another order may be the nodes and weights of as many edges.
    let may_differ = heads.iter().all(|head| is_text(head));
    if may_differ {
        heads.sort_unstable();
        sides.sort_unstable();
    }
    let body: Body<'_> = rest.iter().map(|(_, cells)| &cells[1..]).collect();
    (heads == sides && all_figures(&body)).then(|| format!("{} rows and columns with names", rest.len()))
}

/// A matrix of figures alone, or with names on one side.
fn square(sample: &Sample<'_>) -> Option<String> {
    let width = sample.width().filter(|&width| width >= 3)?;
    let rows: Body<'_> = sample.cells().collect();
    let numeric = rows.iter().all(|row| row.iter().all(|cell| is_figure(cell)));
    if !sample.whole {
        return (numeric && width >= 5 && rows.len() < width).then(|| format!("rows of {width} numbers"));
    }
    if numeric && rows.len() == width && is_matrix(&rows) {
        return Some(format!("{width} rows of {width} numbers"));
    }
    if numeric && rows.len() > width && rows.len().is_multiple_of(width) {
        let zero = |block: &Body<'_>| (0..width).all(|at| block[at][at].parse() == Ok(0.0));
        let block = |block: &[&[&str]]| {
            let block = block.to_vec();
            zero(&block) || shape(&block) == (true, true)
        };
        let many = rows.len() / width;
        return rows.chunks(width).all(block).then(|| format!("{many} times {width} rows of {width} numbers"));
    }
    let distinct = |names: &mut Vec<&str>| {
        names.sort_unstable();
        names.windows(2).all(|pair| pair[0] != pair[1])
    };
    let body: Body<'_> = rows[1..].to_vec();
    let mut names = rows[0].to_vec();
    let above = body.len() == width && names.iter().all(|name| is_text(name)) && !columns::is_known(rows[0]);
    if above && distinct(&mut names) && all_figures(&body) && is_matrix(&body) {
        return Some(format!("{width} rows of {width} numbers under names"));
    }
    let body: Body<'_> = rows.iter().map(|row| &row[1..]).collect();
    let mut names: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    if rows.len() + 1 == width && all_figures(&body) && distinct(&mut names) {
        let texts = names.iter().all(|name| is_text(name));
        let (diagonal, mirrored) = shape(&body);
        if texts && is_matrix(&body) && (diagonal || width > 3) || diagonal && mirrored && width > 3 {
            return Some(format!("{} rows of {} numbers beside names", rows.len(), rows.len()));
        }
    }
    None
}

/// The lower half of a matrix, with its diagonal of zeros.
fn triangle(sample: &Sample<'_>) -> Option<String> {
    let lower = (1..).zip(sample.cells()).all(|(length, cells)| {
        cells.len() == length && cells.iter().all(|cell| is_number(cell)) && cells.last() == Some(&"0")
    });
    // The list of a node is of other nodes, and each begins otherwise.
    let lists = sample.begins_differ() && sample.cells().flatten().all(|cell| is_integer(cell));
    (lower && sample.rows.len() >= 3).then(|| {
        let other = if lists { ", or adjacency lists" } else { "" };
        format!("the lower half of {0} rows of {0} numbers{other}", sample.rows.len())
    })
}
