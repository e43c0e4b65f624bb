//! GML, the Graph Modelling Language (Himsolt 1997), as networkx, igraph and the Topology Zoo write it.
//!
//! The parsers on crates.io are either unmaintained or bring a parser generator and regular expressions, and recurse
//! over what the file nests. What a graph needs of GML is keys, values and brackets: this reader keeps a stack of keys.

use super::declared::Declared;
use super::edge_collector::{Direction, EdgeCollector};
use super::fault::{Fault, shown};
use super::read_options::ReadOptions;

/// No list lies deeper.
const DEEPEST: usize = 100;

/// What stands in a file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    Open,
    Close,
    /// A key or a number.
    Word(&'a str),
    Text(&'a str),
}

/// The tokens of a text, each with its first byte.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Result<Option<(usize, Token<'a>)>, Fault> {
        self.skip();
        let at = self.at;
        let rest = &self.text[at..];
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let (length, token) = match first {
            '[' => (1, Token::Open),
            ']' => (1, Token::Close),
            '"' => match rest[1..].find('"') {
                Some(end) => (end + 2, Token::Text(&rest[1..=end])),
                None => return Err(Fault::of_byte(self.text, at, "opens a quote that is not closed")),
            },
            _ => {
                let ends = |letter: char| letter.is_whitespace() || matches!(letter, '[' | ']' | '"');
                let end = rest.find(ends).unwrap_or(rest.len());
                (end, Token::Word(&rest[..end]))
            }
        };
        self.at = at + length;
        Ok(Some((at, token)))
    }

    /// Goes past white space, and lines that start with #.
    fn skip(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start().len();
            let rest = &self.text[self.at..];
            if !rest.starts_with('#') {
                return;
            }
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }
}

/// A node or an edge that is being read.
#[derive(Default)]
struct Item {
    at: usize,
    id: Option<String>,
    label: Option<String>,
    source: Option<String>,
    target: Option<String>,
    weight: Option<String>,
}

/// Reads the graph in `text`.
pub(super) fn read(text: &str, asked: ReadOptions<'_>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    let mut reader = Reader {
        text,
        nodes: Declared::new(asked, gather)?,
        lists: Vec::new(),
        graphs: 0,
        direction: Direction::Both,
        item: Item::default(),
        edges: Vec::new(),
    };
    let mut tokens = Tokens { text, at: 0 };
    while let Some((at, token)) = tokens.next()? {
        let fault = |problem: &str| Fault::of_byte(text, at, problem);
        match token {
            Token::Close => reader.close(at)?,
            Token::Open | Token::Text(_) => return Err(fault("is a value without a key")),
            Token::Word(key) => match tokens.next()? {
                None | Some((_, Token::Close)) => return Err(fault("is a key without a value")),
                Some((_, Token::Open)) => reader.open(key, at)?,
                Some((_, Token::Word(value) | Token::Text(value))) => reader.value(key, value),
            },
        }
    }
    if !reader.lists.is_empty() {
        return Err(Fault::of_byte(text, text.len(), "ends within a list: is the file complete?"));
    }
    reader.finish(asked)
}

/// An edge that was read.
struct Edge {
    at: usize,
    source: String,
    target: String,
    weight: Option<String>,
}

struct Reader<'a> {
    text: &'a str,
    nodes: Declared<'a>,
    /// The keys of the lists that are open.
    lists: Vec<&'a str>,
    graphs: usize,
    direction: Direction,
    item: Item,
    /// Edges, kept until it is known whether they have a direction, which may be said after them.
    edges: Vec<Edge>,
}

impl<'a> Reader<'a> {
    fn open(&mut self, key: &'a str, at: usize) -> Result<(), Fault> {
        if self.lists.len() >= DEEPEST {
            return Err(Fault::of_byte(self.text, at, format!("lists lie more than {DEEPEST} deep")));
        }
        match self.lists.as_slice() {
            [] if key.eq_ignore_ascii_case("graph") => {
                self.graphs += 1;
                if self.graphs > 1 {
                    return Err(Fault::of_byte(self.text, at, "begins a second graph, and one is read"));
                }
            }
            [_] => self.item = Item { at, ..Item::default() },
            _ => {}
        }
        self.lists.push(key);
        Ok(())
    }

    fn value(&mut self, key: &str, value: &str) {
        let is = |word: &str| key.eq_ignore_ascii_case(word);
        match self.lists.as_slice() {
            [graph] if graph.eq_ignore_ascii_case("graph") && is("directed") && value == "1" => {
                self.direction = Direction::Along;
            }
            [_, item] if item.eq_ignore_ascii_case("node") => match () {
                () if is("id") => self.item.id = Some(value.to_owned()),
                () if is("label") => self.item.label = Some(decoded(value)),
                () if is("name") && self.item.label.is_none() => self.item.label = Some(decoded(value)),
                () => {}
            },
            [_, item] if item.eq_ignore_ascii_case("edge") => match () {
                () if is("source") => self.item.source = Some(value.to_owned()),
                () if is("target") => self.item.target = Some(value.to_owned()),
                () => {
                    if self.nodes.weighs(key) {
                        self.item.weight = Some(value.to_owned());
                    }
                    self.nodes.attribute(key);
                }
            },
            _ => {}
        }
    }

    fn close(&mut self, at: usize) -> Result<(), Fault> {
        let Some(key) = self.lists.pop() else {
            return Err(Fault::of_byte(self.text, at, "closes a list that was not opened"));
        };
        if self.lists.len() != 1 || !self.lists[0].eq_ignore_ascii_case("graph") {
            return Ok(());
        }
        let item = std::mem::take(&mut self.item);
        let fault = |problem: String| Fault::of_byte(self.text, item.at, problem);
        if key.eq_ignore_ascii_case("node") {
            let id = item.id.ok_or_else(|| fault("is a node without an id".into()))?;
            let (node, new) = self.nodes.node(&id)?;
            if !new {
                return Err(fault(format!("is a second node {}", shown(&id))));
            }
            if let Some(label) = item.label {
                self.nodes.label(node, &label);
            }
        } else if key.eq_ignore_ascii_case("edge") {
            let (Some(source), Some(target)) = (item.source, item.target) else {
                return Err(fault("is an edge without a source or a target".into()));
            };
            self.edges.push(Edge { at: item.at, source, target, weight: item.weight });
        }
        Ok(())
    }

    fn finish(mut self, asked: ReadOptions<'_>) -> Result<(), Fault> {
        if self.graphs == 0 {
            return Err(Fault::of_file("has no graph"));
        }
        for Edge { at, source, target, weight } in std::mem::take(&mut self.edges) {
            self.nodes.edge([&source, &target], self.direction, at)?;
            if let Some(weight) = weight {
                self.nodes.weigh(&weight);
            }
        }
        self.nodes.finish(asked.weight, |at, problem| Fault::of_byte(self.text, at, problem))
    }
}

/// A text whose entities of XML and numbers of characters are what they stand for.
fn decoded(text: &str) -> String {
    match quick_xml::escape::unescape(text) {
        Ok(text) => text.into_owned(),
        Err(_) => text.to_owned(),
    }
}
