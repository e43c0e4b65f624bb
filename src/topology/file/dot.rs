//! DOT, the language of Graphviz (its grammar: graphviz.org/doc/info/lang.html).
//!
//! Of the parsers on crates.io one is under the GPL, and the others bring parser generators and recurse over what the
//! file nests. What a graph needs of DOT are names, edges and braces: this reader keeps a stack of open braces.

use std::borrow::Cow;

use super::declared::Declared;
use super::dot_tokens::{Token, Tokens};
use super::edge_collector::{Direction, EdgeCollector};
use super::fault::Fault;
use super::read_options::ReadOptions;

/// No brace lies deeper.
const DEEPEST: usize = 100;

/// Sets of nodes that are joined may make so many edges, all in all.
const MOST_EDGES: usize = 1 << 30;

/// An open brace: the nodes in it, and the edge that is being written.
#[derive(Default)]
struct Frame {
    nodes: Vec<String>,
    /// The nodes before an edge operator, if there was one.
    left: Option<Vec<String>>,
    /// The nodes that were named last, to which an operator or attributes may refer.
    last: Option<Vec<String>>,
    /// Whether the last statement made edges.
    edge: bool,
    /// Which way edges go unless they say otherwise.
    way: Way,
}

/// Which way an edge of a digraph goes, by its attribute `dir`.
#[derive(Clone, Copy, Default)]
enum Way {
    #[default]
    Forward,
    Back,
    /// Both ways, or drawn without arrowheads.
    Both,
}

impl Way {
    fn named(value: &str) -> Option<Self> {
        match value {
            "forward" => Some(Way::Forward),
            "back" => Some(Way::Back),
            "both" | "none" => Some(Way::Both),
            _ => None,
        }
    }
}

/// Edges of a statement from each of some nodes to each of others, and the place of it.
struct Joined {
    left: Vec<String>,
    right: Vec<String>,
    at: usize,
}

/// Reads the graph in `text`.
pub(super) fn read(text: &str, asked: ReadOptions<'_>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    let mut tokens = Tokens::new(text);
    let directed = head(&mut tokens)?;
    let direction = if directed { Direction::Along } else { Direction::Both };
    let mut reader = Reader {
        nodes: Declared::new(asked, gather)?,
        frames: vec![Frame::default()],
        direction,
        made: 0,
        joined: Vec::new(),
        weight: None,
    };
    while let Some((at, token)) = tokens.next()? {
        if reader.frames.is_empty() {
            return Err(tokens.fault(at, "goes on after the graph is closed, and one graph is read"));
        }
        let goes_on = matches!(token, Token::Arrow | Token::Line | Token::Mark(b'['));
        if !goes_on && reader.frame().left.is_none() {
            let way = reader.frame().way;
            reader.join(way)?;
        }
        let problem = match token {
            Token::Name(name, plain) => reader.name(name, plain, at, &mut tokens)?,
            Token::Arrow | Token::Line => reader.operator(token == Token::Arrow),
            Token::Mark(b'{') => reader.open(),
            Token::Mark(b'}') => reader.close(at)?,
            Token::Mark(b'[') => {
                let way = reader.attributes(&mut tokens, at)?;
                let way = way.unwrap_or(reader.frame().way);
                if reader.frame().edge {
                    reader.join(way)?;
                }
                None
            }
            Token::Mark(b';' | b',') => reader.end(),
            Token::Mark(_) => Some("is no statement of DOT"),
        };
        if let Some(problem) = problem {
            return Err(tokens.fault(at, problem));
        }
    }
    if !reader.frames.is_empty() {
        return Err(tokens.fault(text.len(), "ends within braces: is the file complete?"));
    }
    reader.nodes.finish(asked.weight, |at, problem| Fault::of_byte(text, at, problem))
}

/// Reads up to the first brace; whether edges have a direction.
fn head(tokens: &mut Tokens<'_>) -> Result<bool, Fault> {
    let mut directed = None;
    while let Some((at, token)) = tokens.next()? {
        match token {
            Token::Name(word, true) if directed.is_none() && word.eq_ignore_ascii_case("strict") => {}
            Token::Name(word, true) if directed.is_none() && word.eq_ignore_ascii_case("graph") => {
                directed = Some(false)
            }
            Token::Name(word, true) if directed.is_none() && word.eq_ignore_ascii_case("digraph") => {
                directed = Some(true)
            }
            Token::Name(..) if directed.is_some() => {}
            Token::Mark(b'{') if directed.is_some() => return Ok(directed == Some(true)),
            _ => return Err(tokens.fault(at, "is not `graph {` or `digraph {`")),
        }
    }
    Err(Fault::of_file("is not `graph {` or `digraph {`"))
}

struct Reader<'a> {
    nodes: Declared<'a>,
    frames: Vec<Frame>,
    direction: Direction,
    made: usize,
    /// The edges of the statement that is being read, whose attributes may follow.
    joined: Vec<Joined>,
    /// The weight in the attributes that were read last, if they are those of edges.
    weight: Option<String>,
}

/// What is wrong, if anything is.
type Odd = Option<&'static str>;

impl<'a> Reader<'a> {
    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// A name begins a statement or stands in an edge.
    fn name(&mut self, name: Cow<'_, str>, plain: bool, at: usize, tokens: &mut Tokens<'_>) -> Result<Odd, Fault> {
        let keyword = |word: &str| plain && name.eq_ignore_ascii_case(word);
        if keyword("subgraph") {
            // Its own name says nothing of the graph; its brace comes next.
            if self.frame().left.is_none() {
                self.end();
            }
            if let Some(Token::Name(..)) = tokens.peek()? {
                tokens.next()?;
            }
            return Ok((tokens.peek()? != Some(&Token::Mark(b'{'))).then_some("is a subgraph without braces"));
        }
        if ["node", "edge", "graph"].into_iter().any(keyword) && tokens.peek()? == Some(&Token::Mark(b'[')) {
            self.end();
            if keyword("edge") {
                tokens.take(b'[')?;
                let way = self.attributes(tokens, at)?;
                let frame = self.frame();
                frame.way = way.unwrap_or(frame.way);
            }
            return Ok(None);
        }
        if self.frame().left.is_none() {
            self.end();
        }
        if tokens.take(b'=')? {
            // An attribute of the graph.
            return Ok(match tokens.next()? {
                Some((_, Token::Name(..))) => None,
                _ => Some("is an attribute without a value"),
            });
        }
        // A port, and a point of the compass.
        while tokens.take(b':')? {
            if !matches!(tokens.next()?, Some((_, Token::Name(..)))) {
                return Ok(Some("is a port without a name"));
            }
        }
        self.nodes.node(&name)?;
        if self.frames.len() > 1 {
            self.frame().nodes.push(name.to_string());
        }
        self.operand(vec![name.into_owned()], at)?;
        Ok(None)
    }

    /// Nodes that stand for themselves, or end an edge.
    fn operand(&mut self, nodes: Vec<String>, at: usize) -> Result<(), Fault> {
        if let Some(left) = self.frame().left.take() {
            self.made = self.made.saturating_add(left.len().saturating_mul(nodes.len()));
            if self.made > MOST_EDGES {
                return Err(Fault::of_file(format!("joins sets of nodes by more than {MOST_EDGES} edges")));
            }
            self.joined.push(Joined { left, right: nodes.clone(), at });
            self.frame().edge = true;
        }
        self.frame().last = Some(nodes);
        Ok(())
    }

    /// Makes the edges of a statement that has ended.
    fn join(&mut self, way: Way) -> Result<(), Fault> {
        let weight = self.weight.take();
        for Joined { left, right, at } in std::mem::take(&mut self.joined) {
            for a in &left {
                for b in &right {
                    // How edges without a direction are drawn is their own affair.
                    let (ends, direction) = match (self.direction, way) {
                        (Direction::Along, Way::Back) => ([b.as_str(), a], Direction::Along),
                        (Direction::Along, Way::Both) => ([a.as_str(), b], Direction::Both),
                        (direction, _) => ([a.as_str(), b], direction),
                    };
                    self.nodes.edge(ends, direction, at)?;
                    if let Some(weight) = &weight {
                        self.nodes.weigh(weight);
                    }
                }
            }
        }
        Ok(())
    }

    fn operator(&mut self, arrow: bool) -> Odd {
        if arrow != (self.direction == Direction::Along) {
            return Some(if arrow {
                "has -> in a graph, whose edges are --"
            } else {
                "has -- in a digraph, whose edges are ->"
            });
        }
        let frame = self.frame();
        if frame.left.is_some() {
            return Some("has two edge operators in a row");
        }
        frame.left = frame.last.take();
        if frame.left.is_none() { Some("has an edge operator without a node before it") } else { None }
    }

    fn open(&mut self) -> Odd {
        if self.frames.len() >= DEEPEST {
            return Some("has too many braces within each other");
        }
        if self.frame().left.is_none() {
            self.end();
        }
        let way = self.frame().way;
        self.frames.push(Frame { way, ..Frame::default() });
        None
    }

    /// A closed brace stands for all nodes in it.
    fn close(&mut self, at: usize) -> Result<Odd, Fault> {
        if self.frame().left.is_some() {
            return Ok(Some("closes a brace after an edge operator"));
        }
        let inner = self.frames.pop().unwrap_or_default();
        if !self.frames.is_empty() {
            let mut nodes = inner.nodes;
            nodes.sort_unstable();
            nodes.dedup();
            self.frame().nodes.extend(nodes.iter().cloned());
            self.operand(nodes, at)?;
        }
        Ok(None)
    }

    /// A statement ends.
    fn end(&mut self) -> Odd {
        let frame = self.frame();
        frame.last = None;
        frame.edge = false;
        if frame.left.is_some() { Some("ends a statement after an edge operator") } else { None }
    }

    /// Attributes in brackets, of which those of edges count, and which way they say that edges go.
    fn attributes(&mut self, tokens: &mut Tokens<'_>, at: usize) -> Result<Option<Way>, Fault> {
        let of_edge = self.frame().edge;
        let mut way = None;
        loop {
            match tokens.next()? {
                Some((_, Token::Mark(b']'))) => return Ok(way),
                Some((_, Token::Mark(b';' | b','))) => {}
                Some((_, Token::Name(key, _))) => {
                    if tokens.take(b'=')? {
                        let Some((_, Token::Name(value, _))) = tokens.next()? else {
                            return Err(tokens.fault(at, "has an attribute without a value"));
                        };
                        if key == "dir" {
                            way = Way::named(&value);
                        }
                        if of_edge && self.nodes.weighs(&key) {
                            self.weight = Some(value.into_owned());
                        }
                    }
                    if of_edge {
                        self.nodes.attribute(&key);
                    }
                }
                _ => return Err(tokens.fault(at, "opens brackets that are not closed")),
            }
        }
    }
}
