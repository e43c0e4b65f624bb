//! The graph of a run with the times at which its nodes learned, as GEXF 1.3 for Gephi.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::graph_export::xml;
use crate::time::{Time, exact_millis};
use crate::trace::{Infection, Neighbors, Trace};
use crate::units::NodeId;

/// A run on its graph.
pub struct TimedGraph<'a> {
    /// The run.
    pub trace: &'a Trace,
    /// Who learned when, of a rumor.
    pub infection: Option<&'a Infection>,
    /// The graph.
    pub neighbors: &'a Neighbors,
    /// What it is, in one line.
    pub title: &'a str,
}

/// The attributes of nodes that stay what they are: the number, the name and the type of each.
const NODE_ATTRIBUTES: [(&str, &str, &str); 4] = [
    ("receipt", "first receipt (ms)", "double"),
    ("round", "round of first receipt", "integer"),
    ("hop", "hop", "integer"),
    ("teller", "told by", "string"),
];

impl TimedGraph<'_> {
    /// Writes every node and every edge once. A node has the time of its first receipt, its depth in the infection tree and
    /// who told it; the attribute `informed` is 1 as long as it has the update and 0 otherwise, for the timeline. The edges of
    /// the infection tree, which is of first receipts, are marked, and those that are not of the graph (where peers are
    /// chosen by distance) added.
    ///
    /// # Errors
    /// Those of writing.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let end = exact_millis(self.trace.record.ending.ended.nanos());
        let kind = if self.neighbors.directed { "directed" } else { "undirected" };
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">")?;
        writeln!(out, "  <meta>\n    <creator>gossipsim</creator>")?;
        writeln!(out, "    <description>{}</description>\n  </meta>", xml(self.title))?;
        writeln!(
            out,
            "  <graph defaultedgetype=\"{kind}\" mode=\"dynamic\" timeformat=\"double\" timerepresentation=\"interval\" \
             start=\"0\" end=\"{end}\">"
        )?;
        writeln!(out, "    <attributes class=\"node\" mode=\"static\">")?;
        for (id, title, kind) in NODE_ATTRIBUTES {
            writeln!(out, "      <attribute id=\"{id}\" title=\"{title}\" type=\"{kind}\"/>")?;
        }
        writeln!(out, "    </attributes>\n    <attributes class=\"node\" mode=\"dynamic\">")?;
        writeln!(out, "      <attribute id=\"informed\" title=\"informed\" type=\"integer\"/>\n    </attributes>")?;
        writeln!(out, "    <attributes class=\"edge\" mode=\"static\">")?;
        writeln!(out, "      <attribute id=\"infection\" title=\"infection tree\" type=\"boolean\">")?;
        writeln!(out, "        <default>false</default>\n      </attribute>\n    </attributes>")?;
        writeln!(out, "    <nodes>")?;
        self.trace.nodes().try_for_each(|node| self.write_node(out, node))?;
        writeln!(out, "    </nodes>\n    <edges>")?;
        self.write_edges(out)?;
        writeln!(out, "    </edges>\n  </graph>\n</gexf>")?;
        out.flush()
    }

    fn write_node(&self, out: &mut dyn Write, node: NodeId) -> io::Result<()> {
        let name = self.trace.name(node);
        write!(out, "      <node id=\"{}\" label=\"{}\">", node.number(), xml(&name))?;
        let Some(first) = self.infection.and_then(|infection| infection.first(node)) else {
            return match self.infection {
                Some(_) => {
                    writeln!(out, "<attvalues><attvalue for=\"informed\" value=\"0\" start=\"0\"/></attvalues></node>")
                }
                None => writeln!(out, "</node>"),
            };
        };
        let at = exact_millis(first.at.nanos());
        let (teller, round) = (self.trace.brought_by(first), self.trace.round_of(first));
        writeln!(out, "\n        <attvalues>")?;
        writeln!(out, "          <attvalue for=\"receipt\" value=\"{at}\"/>")?;
        writeln!(out, "          <attvalue for=\"round\" value=\"{round}\"/>")?;
        writeln!(out, "          <attvalue for=\"hop\" value=\"{}\"/>", first.hop)?;
        if let Some(teller) = teller {
            let name = self.trace.name(teller.from);
            writeln!(out, "          <attvalue for=\"teller\" value=\"{}\"/>", xml(&name))?;
        }
        self.write_informed(out, node)?;
        writeln!(out, "        </attvalues>\n      </node>")
    }

    /// When the node has the update and when not.
    fn write_informed(&self, out: &mut dyn Write, node: NodeId) -> io::Result<()> {
        let Some(infection) = self.infection else { return Ok(()) };
        let mut lacks = Some(Time::ZERO);
        for receipt in infection.receipts_of(node) {
            let at = exact_millis(receipt.at.nanos());
            if let Some(since) = lacks.filter(|_| receipt.message.is_some()) {
                let since = exact_millis(since.nanos());
                writeln!(out, "          <attvalue for=\"informed\" value=\"0\" start=\"{since}\" end=\"{at}\"/>")?;
            }
            lacks = infection.lost_at(receipt);
            let end = lacks.map(|lost| format!(" end=\"{}\"", exact_millis(lost.nanos()))).unwrap_or_default();
            writeln!(out, "          <attvalue for=\"informed\" value=\"1\" start=\"{at}\"{end}/>")?;
        }
        match lacks {
            None => Ok(()),
            Some(since) => {
                let since = exact_millis(since.nanos());
                writeln!(out, "          <attvalue for=\"informed\" value=\"0\" start=\"{since}\"/>")
            }
        }
    }

    fn write_edges(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut tree = self.tree();
        // Against an arc a message is shown by the arc, unless there is one that goes its way.
        let arcs: BTreeSet<[NodeId; 2]> = self.neighbors.edges().filter(|_| self.neighbors.directed).collect();
        for (id, [source, target]) in self.neighbors.edges().enumerate() {
            let back = !arcs.contains(&[target, source]) && tree.remove(&[target, source]);
            let told = tree.remove(&[source, target]) | back;
            write_edge(out, id, [source, target], told)?;
        }
        let edges = self.neighbors.edges().count();
        (edges..).zip(&tree).try_for_each(|(id, &path)| write_edge(out, id, path, true))
    }

    /// Who told whom.
    fn tree(&self) -> BTreeSet<[NodeId; 2]> {
        let receipts = self.infection.into_iter().flat_map(Infection::firsts);
        receipts
            .filter_map(|receipt| self.trace.brought_by(receipt))
            .map(|message| [message.from, message.to])
            .collect()
    }
}

fn write_edge(out: &mut dyn Write, id: usize, [source, target]: [NodeId; 2], told: bool) -> io::Result<()> {
    write!(out, "      <edge id=\"{id}\" source=\"{}\" target=\"{}\"", source.number(), target.number())?;
    match told {
        true => writeln!(out, "><attvalues><attvalue for=\"infection\" value=\"true\"/></attvalues></edge>"),
        false => writeln!(out, "/>"),
    }
}
