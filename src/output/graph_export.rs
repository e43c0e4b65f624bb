//! Graphs as files that others read: edge list, GraphML, DOT and node-link JSON.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::topology::{self, Graph};
use crate::units::NodeId;

/// How a graph is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum GraphFormat {
    /// An edge on each line, which the topology `file` reads, and most other programs.
    Edges,
    /// GraphML (networkx, Gephi, igraph, yEd).
    Graphml,
    /// DOT (Graphviz).
    Dot,
    /// Node-link JSON (networkx with `edges="links"`, D3).
    Json,
}

/// A graph with the names of its nodes, and what it is.
pub struct Named<'a> {
    /// The graph.
    pub graph: &'a dyn Graph,
    /// What a node is called: distinct names, which are the same as numbers where nodes have none.
    pub name: &'a dyn Fn(NodeId) -> String,
    /// What the graph is, in one line.
    pub title: &'a str,
}

impl Named<'_> {
    /// Writes the graph in `format`: every node, also one that has no neighbours, and every edge once.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write(&self, format: GraphFormat, out: &mut dyn Write) -> io::Result<()> {
        match format {
            GraphFormat::Edges => self.write_edges(out),
            GraphFormat::Graphml => self.write_graphml(out),
            GraphFormat::Dot => self.write_dot(out),
            GraphFormat::Json => self.write_json(out),
        }
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> {
        (0..self.graph.nodes()).map(NodeId::new)
    }

    /// Each edge once, from the node with the smaller number, or each arc of a directed graph, in the order of the nodes
    /// and of their lists.
    fn edges(&self) -> impl Iterator<Item = [NodeId; 2]> {
        self.nodes().flat_map(|node| self.later(node).map(move |other| [node, other]))
    }

    /// The neighbours of `node` that stand after it: those with a greater number, or all of a directed graph.
    fn later(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let all = (0..self.graph.degree(node)).map(move |index| self.graph.neighbor(node, index));
        let directed = self.graph.directed();
        all.filter(move |&other| directed || other > node)
    }

    /// A node without neighbours stands as an edge to itself, so that it is there after reading.
    fn write_edges(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# {}", self.title)?;
        writeln!(out, "# nodes {}", self.graph.nodes())?;
        let directed = self.graph.directed();
        if directed {
            writeln!(out, "# directed: read it with `directed = true`")?;
        }
        let alone = self.nodes().filter(|&node| self.graph.degree(node) == 0).count();
        if alone > 0 {
            let none = if directed { "lead to none" } else { "have no neighbours" };
            writeln!(out, "# {alone} of them {none}, and stand as an edge to themselves")?;
        }
        let begin: Vec<[String; 2]> = self.lines().take(50).map(|ends| ends.map(|node| (self.name)(node))).collect();
        if topology::begins_as_a_table(&begin) {
            // A header of its own, so that the first edge is not taken for one.
            writeln!(out, "source target")?;
        }
        for [one, other] in self.lines() {
            writeln!(out, "{} {}", word(&(self.name)(one)), word(&(self.name)(other)))?;
        }
        Ok(())
    }

    /// The lines of an edge list: edges, and nodes alone as edges to themselves.
    fn lines(&self) -> impl Iterator<Item = [NodeId; 2]> {
        self.nodes().flat_map(|node| {
            let alone = (self.graph.degree(node) == 0).then_some(node);
            alone.into_iter().chain(self.later(node)).map(move |other| [node, other])
        })
    }

    fn write_graphml(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
        writeln!(out, "  <desc>{}</desc>", xml(self.title))?;
        let direction = if self.graph.directed() { "directed" } else { "undirected" };
        writeln!(out, "  <graph id=\"G\" edgedefault=\"{direction}\">")?;
        for node in self.nodes() {
            writeln!(out, "    <node id=\"{}\"/>", xml(&(self.name)(node)))?;
        }
        for ends in self.edges() {
            let [source, target] = ends.map(|node| xml(&(self.name)(node)).into_owned());
            writeln!(out, "    <edge source=\"{source}\" target=\"{target}\"/>")?;
        }
        writeln!(out, "  </graph>\n</graphml>")
    }

    fn write_dot(&self, out: &mut dyn Write) -> io::Result<()> {
        let (kind, arrow) = if self.graph.directed() { ("digraph", "->") } else { ("graph", "--") };
        writeln!(out, "{kind} {} {{", quoted(self.title))?;
        for node in self.nodes() {
            writeln!(out, "  {};", identifier(&(self.name)(node)))?;
        }
        for ends in self.edges() {
            let [one, other] = ends.map(|node| identifier(&(self.name)(node)));
            writeln!(out, "  {one} {arrow} {other};")?;
        }
        writeln!(out, "}}")
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (title, directed) = (serde_json::Value::from(self.title), self.graph.directed());
        write!(
            out,
            "{{\"directed\": {directed}, \"multigraph\": false, \"graph\": {{\"name\": {title}}},\n\"nodes\": ["
        )?;
        for node in self.nodes() {
            let before = if node.number() == 0 { "\n" } else { ",\n" };
            write!(out, "{before}{{\"id\": {}}}", id(&(self.name)(node)))?;
        }
        write!(out, "\n],\n\"links\": [")?;
        let mut before = "\n";
        for ends in self.edges() {
            let [source, target] = ends.map(|node| id(&(self.name)(node)));
            write!(out, "{before}{{\"source\": {source}, \"target\": {target}}}")?;
            before = ",\n";
        }
        writeln!(out, "\n]}}")
    }
}

/// A name as a word of an edge list: in quotes, within which a quote is two, where something in it would end the word,
/// begin a comment or mark another format.
fn word(name: &str) -> Cow<'_, str> {
    let special = |letter: char| letter.is_whitespace() || letter.is_control() || ",;|:\"#%/(){}[]<>=".contains(letter);
    if name.contains(char::is_alphanumeric) && !name.contains(special) {
        return name.into();
    }
    let mut written = String::from("\"");
    for letter in name.chars() {
        match letter {
            '"' => written.push_str("\"\""),
            // A name stands on one line.
            '\n' => written.push_str("\\n"),
            letter if letter.is_control() && letter != '\t' => {}
            letter => written.push(letter),
        }
    }
    written.push('"');
    written.into()
}

/// Text for an attribute or an element. What XML 1.0 cannot hold is left out.
pub(super) fn xml(text: &str) -> Cow<'_, str> {
    if !text.contains(|letter: char| letter.is_control() || "<>&\"\u{fffe}\u{ffff}".contains(letter)) {
        return text.into();
    }
    let mut written = String::new();
    for letter in text.chars() {
        match letter {
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '&' => written.push_str("&amp;"),
            '"' => written.push_str("&quot;"),
            '\t' | '\n' | '\r' => written.push_str(&format!("&#{};", u32::from(letter))),
            letter if letter.is_ascii_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => written.push(letter),
        }
    }
    written.into()
}

/// A name in DOT: a number as it is, anything else in quotes.
fn identifier(name: &str) -> String {
    if is_number(name) { name.to_owned() } else { quoted(name) }
}

/// Text in double quotes as DOT has it: a quote has a backslash before it, and backslashes before a quote are two for
/// one; others stand for themselves.
fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    let mut run = 0;
    for letter in text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')) {
        if letter == '"' {
            written.extend(std::iter::repeat_n('\\', run + 1));
        }
        run = if letter == '\\' { run + 1 } else { 0 };
        written.push(letter);
    }
    written.extend(std::iter::repeat_n('\\', run));
    written.push('"');
    written
}

/// A name in JSON: a number as a number, so that readers have the same nodes, anything else as text.
fn id(name: &str) -> String {
    if is_number(name) { name.to_owned() } else { serde_json::Value::from(name).to_string() }
}

/// Whether a name is a whole number as this program writes it.
fn is_number(name: &str) -> bool {
    name.parse::<u32>().is_ok_and(|number| number.to_string() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path of three nodes, and one alone.
    struct Few;

    impl Graph for Few {
        fn nodes(&self) -> u32 {
            4
        }
        fn degree(&self, node: NodeId) -> u32 {
            [1, 2, 1, 0][node.index()]
        }
        fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
            NodeId::new([[1, 1], [2, 0], [1, 1], [0, 0]][node.index()][index as usize])
        }
    }

    fn written(format: GraphFormat, names: &[&'static str; 4]) -> String {
        let mut out = Vec::new();
        let name = |node: NodeId| names[node.index()].to_owned();
        Named { graph: &Few, name: &name, title: "few <&> \"more\"" }.write(format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    const NUMBERS: [&str; 4] = ["0", "1", "2", "3"];
    const ODD: [&str; 4] = ["a b", "\"<&\\", "007", "x"];

    #[test]
    fn every_format_has_all_nodes_and_each_edge_once() {
        let edges = written(GraphFormat::Edges, &NUMBERS);
        assert!(edges.ends_with(
            "# nodes 4\n# 1 of them have no neighbours, and stand as an edge to themselves\n0 1\n1 2\n3 3\n"
        ));
        let xml = written(GraphFormat::Graphml, &NUMBERS);
        assert!(xml.contains("<desc>few &lt;&amp;&gt; &quot;more&quot;</desc>"), "{xml}");
        assert_eq!((xml.matches("<node id=").count(), xml.matches("<edge ").count()), (4, 2), "{xml}");
        let dot = written(GraphFormat::Dot, &NUMBERS);
        assert_eq!(dot, "graph \"few <&> \\\"more\\\"\" {\n  0;\n  1;\n  2;\n  3;\n  0 -- 1;\n  1 -- 2;\n}\n");
        let json: serde_json::Value = serde_json::from_str(&written(GraphFormat::Json, &NUMBERS)).unwrap();
        assert_eq!(json["nodes"], serde_json::json!([{ "id": 0 }, { "id": 1 }, { "id": 2 }, { "id": 3 }]));
        assert_eq!(json["links"], serde_json::json!([{ "source": 0, "target": 1 }, { "source": 1, "target": 2 }]));
        assert_eq!((json["directed"].as_bool(), json["multigraph"].as_bool()), (Some(false), Some(false)));
    }

    #[test]
    fn odd_names_stay_what_they_are() {
        assert!(written(GraphFormat::Edges, &ODD).contains("\"a b\" \"\"\"<&\\\"\n\"\"\"<&\\\" 007\nx x\n"));
        let xml = written(GraphFormat::Graphml, &ODD);
        assert!(xml.contains("<edge source=\"a b\" target=\"&quot;&lt;&amp;\\\"/>"), "{xml}");
        let dot = written(GraphFormat::Dot, &ODD);
        assert!(dot.contains("  \"a b\" -- \"\\\"<&\\\\\";\n") && dot.contains("  \"007\";\n"), "{dot}");
        let json: serde_json::Value = serde_json::from_str(&written(GraphFormat::Json, &ODD)).unwrap();
        assert_eq!(json["links"][1], serde_json::json!({ "source": "\"<&\\", "target": "007" }));
    }
}
