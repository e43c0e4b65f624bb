//! The Matrix Market's coordinates (Boisvert, Pozo, Remington 1996): an entry of a sparse matrix is an edge.

use super::edge_collector::{Direction, EdgeCollector};
use super::fault::Fault;
use super::read_options::{ReadOptions, no_weight};
use crate::units::MAX_NODES;

/// Reads the graph whose adjacency matrix is `text`.
pub(super) fn read(text: &str, asked: ReadOptions<'_>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    let mut lines = (1..).zip(text.lines());
    let banner = lines.by_ref().find(|(_, line)| !line.trim().is_empty());
    let (number, banner) = banner.ok_or_else(|| Fault::of_file("holds no edges"))?;
    let words: Vec<String> = banner.split_whitespace().map(str::to_lowercase).collect();
    let [mark, object, layout, field, symmetry] = words.as_slice() else {
        return Err(Fault::of_line(number, "is no banner of the Matrix Market"));
    };
    if mark != "%%matrixmarket" || object != "matrix" {
        return Err(Fault::of_line(number, "is no banner of the Matrix Market"));
    }
    if layout != "coordinate" {
        return Err(Fault::of_line(number, "is a dense matrix (array)").expecting("a sparse one (coordinate)"));
    }
    let values = match field.as_str() {
        "pattern" => 0,
        "real" | "integer" | "double" => 1,
        "complex" => 2,
        _ => return Err(Fault::of_line(number, "has no known kind of values").expecting("pattern, real or integer")),
    };
    if let Some(key) = asked.weight.filter(|_| values != 1) {
        return Err(no_weight(key, &[]));
    }
    let direction = match symmetry.as_str() {
        "general" => Direction::Along,
        "symmetric" | "skew-symmetric" | "hermitian" => Direction::Both,
        _ => return Err(Fault::of_line(number, "has no known symmetry").expecting("general or symmetric")),
    };
    let mut lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('%'));
    let (number, size) = lines.next().ok_or_else(|| Fault::of_file("ends before the size of its matrix"))?;
    let sizes: Option<Vec<u64>> = size.split_whitespace().map(|word| word.parse().ok()).collect();
    let Some(&[rows, columns, entries]) = sizes.as_deref() else {
        return Err(Fault::of_line(number, "is not the numbers of rows, columns and entries"));
    };
    if rows != columns {
        let problem = format!("has {rows} rows and {columns} columns, so it joins no nodes of one kind");
        return Err(Fault::of_line(number, problem).expecting("a square matrix"));
    }
    let nodes = u32::try_from(rows).ok().filter(|nodes| *nodes <= MAX_NODES);
    let nodes =
        nodes.ok_or_else(|| Fault::of_line(number, format!("is beyond the largest network of {MAX_NODES} nodes")))?;
    (1..=nodes).try_for_each(|node| gather.numbered_node(node))?;
    let mut zeros = 0_u64;
    let mut read = 0;
    for (number, line) in lines {
        read += 1;
        let entry = entry(line, nodes, values);
        let (a, b, numbers) = entry.map_err(|problem| Fault::of_line(number, problem))?;
        let zero = values > 0 && numbers.iter().all(|number| *number == 0.0);
        if read > entries {
            return Err(Fault::of_line(number, format!("is one more than the {entries} entries of the size line")));
        }
        if zero {
            zeros += 1;
        } else {
            gather.join(a, b, direction)?;
            numbers.first().into_iter().for_each(|&weight| gather.weigh(weight));
        }
    }
    if read < entries {
        return Err(Fault::of_file(format!("ends after {read} of {entries} entries")));
    }
    if zeros > 0 {
        gather.note(format!("{zeros} {} of 0 left out", if zeros == 1 { "entry" } else { "entries" }));
    }
    if values > 0 {
        gather.weighted("values are");
    }
    Ok(())
}

/// Row, column, and the numbers of the value.
fn entry(line: &str, nodes: u32, values: usize) -> Result<(u32, u32, Vec<f64>), String> {
    let mut words = line.split_whitespace();
    let mut index = || {
        let number = words.next()?.parse::<u32>().ok()?;
        (1..=nodes).contains(&number).then_some(number)
    };
    let ends = index().zip(index());
    let (a, b) = ends.ok_or_else(|| format!("is not a row and a column from 1 to {nodes}"))?;
    let numbers: Option<Vec<f64>> = words.map(|word| word.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| numbers.len() == values);
    let numbers = numbers.ok_or_else(|| format!("has not {values} numbers after its row and column"))?;
    Ok((a, b, numbers))
}
