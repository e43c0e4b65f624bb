//! Edge lists as files: two node names a line.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::csr::Csr;
use crate::units::MAX_NODES;

/// The largest file that is read, in bytes: 4 GiB.
const MAX_BYTES: u64 = 4 << 30;

/// What a line should look like.
const LINE_FORM: &str = "two node names separated by white space or a comma, or a comment after #, % or //";

/// What a file should be.
const FILE_FORM: &str = "a text file with an edge on each line: two node names separated by white space or a comma";

/// A file as read.
#[derive(Debug)]
pub(super) struct EdgeList {
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub(super) sha256: String,
    /// Its nodes are numbered in the order of their first appearance.
    pub(super) graph: Csr,
    /// What was left out or looks odd.
    pub(super) notes: Vec<String>,
}

/// Why a file could not be read, and what was expected.
#[derive(Debug)]
pub(super) struct Fault {
    /// The line to blame, from 1.
    pub(super) line: Option<usize>,
    pub(super) problem: String,
    pub(super) expected: &'static str,
}

impl Fault {
    fn of_file(problem: impl Into<String>) -> Self {
        Fault { line: None, problem: problem.into(), expected: FILE_FORM }
    }

    fn of_line(line: usize, problem: impl Into<String>) -> Self {
        Fault { line: Some(line), problem: problem.into(), expected: LINE_FORM }
    }
}

/// Reads the graph in the file at `path`.
pub(super) fn read(path: &Path) -> Result<EdgeList, Fault> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Fault::of_file("there is no such file"),
        io::ErrorKind::PermissionDenied => Fault::of_file("reading it is not permitted"),
        _ => Fault::of_file(format!("cannot be read: {error}")),
    };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(Fault::of_file("is a folder"));
    }
    if !about.is_file() {
        return Err(Fault::of_file("is not a regular file"));
    }
    if about.len() > MAX_BYTES {
        return Err(Fault::of_file("is larger than 4 GiB"));
    }
    parse(&std::fs::read(path).map_err(unreadable)?)
}

/// Reads the graph in `bytes`.
fn parse(bytes: &[u8]) -> Result<EdgeList, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let lines = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        Fault::of_line(lines + 1, "is not UTF-8 text")
    })?;
    let mut names = Names::default();
    let mut edges = Vec::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if let Some(pair) = fields(line).map_err(|problem| Fault::of_line(number, problem))? {
            let [a, b] = pair.map(|name| names.number(name));
            edges.push([a.min(b), a.max(b)]);
            if names.count() > MAX_NODES as usize {
                return Err(Fault::of_line(number, format!("is beyond the largest network of {MAX_NODES} nodes")));
            }
        }
    }
    if edges.is_empty() {
        return Err(Fault::of_file("holds no edges"));
    }
    let mut notes: Vec<String> = names.header().into_iter().collect();
    notes.extend(tidy(&mut edges));
    let graph = Csr::from_edges(names.count() as u32, edges.iter().copied());
    Ok(EdgeList { sha256: digest(bytes), graph, notes })
}

/// The two names on a line; none on an empty line or a comment.
fn fields(line: &str) -> Result<Option<[&str; 2]>, String> {
    let line = before_comment(line).trim();
    if line.is_empty() {
        return Ok(None);
    }
    // Where there are commas, names may hold spaces.
    let mut fields = line.split(',').map(str::trim);
    let (mut first, mut second) = (fields.next(), fields.next());
    if second.is_none() {
        let mut words = line.split_whitespace();
        (first, second) = (words.next(), words.next());
    }
    let pair = [first, second].map(Option::unwrap_or_default);
    if pair.contains(&"") {
        return Err(format!("`{}` names one node only", shortened(line)));
    }
    if pair.iter().any(|name| name.starts_with('"') && (name.len() == 1 || !name.ends_with('"'))) {
        return Err(format!("`{}` holds a comma or a space within quotes", shortened(line)));
    }
    Ok(Some(pair))
}

/// The part of a line before a comment, whose mark starts the line or follows white space.
fn before_comment(line: &str) -> &str {
    let mut after_space = true;
    for (place, letter) in line.char_indices() {
        let rest = &line[place..];
        if after_space && ["#", "%", "//"].iter().any(|mark| rest.starts_with(mark)) {
            return &line[..place];
        }
        after_space = letter.is_whitespace();
    }
    line
}

/// The start of a line, for a message.
fn shortened(line: &str) -> String {
    let mut text: String = line.chars().take(40).collect();
    if text.len() < line.len() {
        text.push('…');
    }
    text
}

/// Leaves out self-loops and duplicates, whichever way round; what was left out, if anything was.
fn tidy(edges: &mut Vec<[u32; 2]>) -> Option<String> {
    let all = edges.len();
    edges.retain(|[a, b]| a != b);
    let loops = all - edges.len();
    edges.sort_unstable();
    edges.dedup();
    let duplicates = all - loops - edges.len();
    let count = |count: usize, noun| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (duplicate, looping) = (count(duplicates, "duplicate edge"), count(loops, "self-loop"));
    match (duplicates, loops) {
        (0, 0) => None,
        (_, 0) => Some(format!("{duplicate} left out")),
        (0, _) => Some(format!("{looping} left out")),
        (_, _) => Some(format!("{duplicate} and {looping} left out")),
    }
}

/// The nodes' names, numbered in the order of their first appearance.
#[derive(Default)]
struct Names<'a> {
    numbers: BTreeMap<&'a str, u32>,
    texts: usize,
    first: [&'a str; 2],
}

impl<'a> Names<'a> {
    fn number(&mut self, name: &'a str) -> u32 {
        let next = self.count();
        *self.numbers.entry(name).or_insert_with(|| {
            self.texts += usize::from(name.parse::<i64>().is_err());
            if let Some(first) = self.first.get_mut(next) {
                *first = name;
            }
            // The reader stops beyond MAX_NODES, which fits.
            next as u32
        })
    }

    fn count(&self) -> usize {
        self.numbers.len()
    }

    /// A word of warning where the first two names are the only ones that are not numbers.
    fn header(&self) -> Option<String> {
        let [a, b] = self.first;
        let odd = self.count() > 2 && self.texts == 2 && [a, b].iter().all(|name| name.parse::<i64>().is_err());
        odd.then(|| format!("`{a}` and `{b}` were read as nodes; if they head the columns, put a # before them"))
    }
}

/// The SHA-256 of `bytes`, in hexadecimal digits.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Graph;
    use super::*;
    use crate::units::NodeId;

    fn lists(text: &str) -> Vec<Vec<u32>> {
        let graph = parse(text.as_bytes()).unwrap().graph;
        (0..graph.nodes()).map(|node| graph.list(NodeId::new(node)).to_vec()).collect()
    }

    #[test]
    fn names_are_numbered_as_they_appear_and_may_be_anything() {
        let plain = lists("7 3\n3 -12\n");
        assert_eq!(plain, [&[1][..], &[0, 2], &[1]]);
        for same in [
            "# comment\n7,3\n% another\n\n3 ,  -12, 0.5\n// the end",
            "\u{feff}Anna\tBen\r\nBen\tÇelik\t3.5\tx\r\n",
            "New York,Paris\nParis,São Paulo,weight\n",
            "  a b # not a node\n b c",
            "a , b // nor this, nor that\n b,c",
            "#1 is a comment\na b#1\nb#1 c",
        ] {
            assert_eq!(lists(same), plain, "{same:?}");
        }
    }

    #[test]
    fn what_is_left_out_is_counted() {
        for (text, notes) in [
            ("1 2\n2 3", vec![]),
            ("1 2\n2 1\n1 2\n3 3\n1 2", vec!["3 duplicate edges and 1 self-loop left out"]),
            ("1 2\n1 2", vec!["1 duplicate edge left out"]),
            ("1 1\n2 2\n1 2", vec!["2 self-loops left out"]),
            (
                "source,target\n1,2",
                vec!["`source` and `target` were read as nodes; if they head the columns, put a # before them"],
            ),
            ("a b\nb c", vec![]),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap().notes, notes, "{text:?}");
        }
        assert_eq!(lists("1 2\n2 1\n3 3"), [&[1][..], &[0], &[]], "the node of a self-loop stays");
    }

    #[test]
    fn garbage_is_refused_with_its_line() {
        for (bytes, line, problem) in [
            (&b"1 2\n\n3\n"[..], Some(3), "`3` names one node only"),
            (b"1,2\n,3", Some(2), "`,3` names one node only"),
            (b"1 2\n3 # 4", Some(2), "names one node only"),
            (b"1,2\n\"Smith, J\",3", Some(2), "within quotes"),
            (b"1 2\n\xff\xfe 3\n", Some(2), "is not UTF-8 text"),
            (b"", None, "holds no edges"),
            (b"# nothing\n\n", None, "holds no edges"),
        ] {
            let fault = parse(bytes).unwrap_err();
            assert_eq!(fault.line, line);
            assert!(fault.problem.contains(problem), "{}", fault.problem);
        }
        assert!(parse("x".repeat(1000).as_bytes()).unwrap_err().problem.len() < 100);
    }

    #[test]
    fn the_digest_is_the_sha_256() {
        // FIPS 180-4, example "abc".
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
