//! METIS (Karypis & Kumar, manual of METIS 5, section 4.1.1): a line of counts, and for each node its neighbours, from 1.

use super::edge_collector::{Direction, EdgeCollector};
use super::fault::Fault;
use super::read_options::{ReadOptions, no_weight};
use crate::units::MAX_NODES;

/// The first line: how many nodes and edges there are, and what stands beside the neighbours.
struct Header {
    line: usize,
    nodes: u32,
    edges: u64,
    /// Numbers before the neighbours of a node: its size and its weights.
    before: usize,
    /// Whether every neighbour is followed by the weight of the edge.
    weights: bool,
}

/// The lines that are no comments. A line without words is a node without neighbours.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    // What ends the last line begins no other.
    let text = text.strip_suffix('\n').unwrap_or(text);
    (1..).zip(text.split('\n')).filter(|(_, line)| !line.trim_start().starts_with('%'))
}

fn header(text: &str) -> Result<Header, Fault> {
    // Comments of other formats before it do no harm.
    let header = lines(text).find(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let Some((line, words)) = header else { return Err(Fault::of_file("holds no edges")) };
    let odd = || Fault::of_line(line, "is no header of METIS: the numbers of nodes and edges");
    let words: Vec<&str> = words.split_whitespace().collect();
    let numbers: Option<Vec<u64>> = words.iter().map(|word| word.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| (2..=4).contains(&numbers.len())).ok_or_else(odd)?;
    let nodes = u32::try_from(numbers[0]).ok().filter(|nodes| *nodes <= MAX_NODES);
    let nodes =
        nodes.ok_or_else(|| Fault::of_line(line, format!("is beyond the largest network of {MAX_NODES} nodes")))?;
    let code = numbers.get(2).copied().unwrap_or(0);
    let digit = |place: u64| code / place % 10;
    if code > 111 || [1, 10, 100].into_iter().any(|place| digit(place) > 1) {
        return Err(Fault::of_line(line, format!("{code} is no code for what stands beside the neighbours"))
            .expecting("0, 1, 10, 11, 100, 101, 110 or 111"));
    }
    let weights_of_nodes = match (digit(10), numbers.get(3)) {
        (0, _) => 0,
        (_, Some(&count)) if count <= 1000 => count as usize,
        (_, Some(_)) => return Err(odd()),
        (_, None) => 1,
    };
    let before = weights_of_nodes + digit(100) as usize;
    Ok(Header { line, nodes, edges: numbers[1], before, weights: digit(1) == 1 })
}

/// The lines of the nodes: as many as there are, and what else stands in the file.
fn node_lines<'a>(text: &'a str, header: &Header) -> impl Iterator<Item = (usize, &'a str)> {
    let after = header.line;
    lines(text).filter(move |(line, _)| *line > after)
}

/// Whether `text` has a line for each node that its first line speaks of.
pub(super) fn fits(text: &str) -> bool {
    // Edge lists begin with two numbers, too: most are told from METIS without a look at their lines.
    let ends = || text.bytes().filter(|&byte| byte == b'\n').count() as u64;
    header(text).is_ok_and(|header| {
        // Without a line after it, it is an edge.
        if header.edges == 0 || header.nodes < 2 || u64::from(header.nodes) > ends() + 1 {
            return false;
        }
        let mut count = 0_u64;
        let mut last = 0;
        for (_, line) in node_lines(text, &header) {
            count += 1;
            last = if line.trim().is_empty() { last } else { count };
            if last > header.nodes.into() {
                return false;
            }
        }
        // Lines of the last nodes may be empty, and so be missed or too many.
        let nodes = u64::from(header.nodes);
        last <= nodes && nodes <= count
    })
}

/// Whether `text` is METIS throughout.
pub(super) fn check(text: &str) -> Result<(), Fault> {
    walk(text, |_, _, _| Ok(())).map(|_| ())
}

/// Reads the graph in `text`.
pub(super) fn read(text: &str, asked: ReadOptions<'_>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    let header = header(text)?;
    if let Some(key) = asked.weight.filter(|_| !header.weights) {
        return Err(no_weight(key, &[]));
    }
    (1..=header.nodes).try_for_each(|node| gather.numbered_node(node))?;
    let walked = walk(text, |a, b, weight| {
        if a > b {
            return Ok(());
        }
        gather.join(a, b, Direction::Both)?;
        weight.into_iter().for_each(|weight| gather.weigh(weight));
        Ok(())
    })?;
    if walked.weights {
        gather.weighted("weights are");
    }
    Ok(())
}

/// Goes through all neighbours of all nodes; every edge must stand at both of its ends.
fn walk(text: &str, mut edge: impl FnMut(u32, u32, Option<f64>) -> Result<(), Fault>) -> Result<Header, Fault> {
    let header = header(text)?;
    let mut node = 0;
    let mut ends = 0_u64;
    let mut loops = 0_u64;
    // Equal sums of a mix of both ends, once from either: all edges stand at both ends, but for luck of 2^-64.
    let (mut up, mut down) = (0_u64, 0_u64);
    for (number, line) in node_lines(text, &header) {
        let mut words = line.split_whitespace();
        if node == header.nodes {
            match words.next() {
                None => continue,
                Some(_) => {
                    let problem = format!("is one line more than the {} nodes of the first line", header.nodes);
                    return Err(Fault::of_line(number, problem));
                }
            }
        }
        node += 1;
        if words.by_ref().take(header.before).any(|word| word.parse::<f64>().is_err()) {
            return Err(Fault::of_line(number, "a weight is no number"));
        }
        while let Some(word) = words.next() {
            let neighbor = word.parse::<u32>().ok().filter(|number| (1..=header.nodes).contains(number));
            let neighbor = neighbor.ok_or_else(|| {
                Fault::of_line(number, format!("a neighbour is no number from 1 to {}", header.nodes))
            })?;
            let weight = if header.weights { words.next().map(str::parse::<f64>).and_then(Result::ok) } else { None };
            if header.weights && weight.is_none() {
                return Err(Fault::of_line(number, "a neighbour has no weight after it"));
            }
            ends += 1;
            loops += u64::from(neighbor == node);
            let mark = mix(u64::from(node.min(neighbor)) << 32 | u64::from(node.max(neighbor)));
            let sum = if node < neighbor { &mut up } else { &mut down };
            *sum = sum.wrapping_add(if node == neighbor { 0 } else { mark });
            edge(node, neighbor, weight)?;
        }
    }
    let line = header.line;
    if node < header.nodes && header.nodes - node > 1 {
        return Err(Fault::of_line(line, format!("speaks of {} nodes, and {node} have a line", header.nodes)));
    }
    if up != down {
        return Err(Fault::of_line(line, "an edge stands at one of its ends only, and must stand at both"));
    }
    if ends - loops != 2 * header.edges && ends != 2 * header.edges && ends != 2 * header.edges + loops {
        let problem = format!("speaks of {} edges, and the lists have {} ends, two for each", header.edges, ends);
        return Err(Fault::of_line(line, problem));
    }
    Ok(header)
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
