//! `graph`: the graph that one run draws, for other programs to read. Runs nothing.

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use super::args::{Changes, GraphChoice};
use super::error::Error;
use super::out_file::OutFile;
use super::signals::Signals;
use super::text::{count, plural};
use super::{one_run, run};
use crate::capacity;
use crate::experiment;
use crate::output::graph_export::{GraphFormat, Named};
use crate::printable;
use crate::scenario::{Point, Scenario};
use crate::settings::Settings;
use crate::topology::{Graph, NodeNames, OnGraph};
use crate::units::NodeId;

/// More edges are written only if that is forced: of so many an edge list takes about 150 MB.
const MOST_EDGES: u64 = 10_000_000;

/// `gossipsim graph`
pub(crate) fn graph(
    out: &mut impl Write,
    file: &Path,
    changes: &Changes,
    choice: &GraphChoice,
    signals: &Signals,
) -> Result<(), Error> {
    for scenario in run::read_all(&[file.to_owned()], &changes.overrides(choice.force))? {
        let point = one_run::chosen(&scenario, choice.point, choice.replicate)?;
        let check = |path| OutFile::check(path, choice.force, &scenario, "graph", None);
        let file = choice.out.as_deref().map(check).transpose()?;
        check_size(&scenario, &point, choice.force)?;
        let title = title(&point, choice.replicate);
        let work = |out: &mut dyn Write| {
            let names = point.settings.network.topology.names();
            let write = WriteGraph { format: choice.format, names, title: &title, out };
            let written = experiment::on_graph(&point, choice.replicate, write);
            let written = written.map_err(|incompatible| {
                Error::Undrawn(format!("network.topology: {}; write {}", incompatible.problem, incompatible.allowed))
            })?;
            written.map_err(Error::Stdout)
        };
        match file {
            None => work(&mut BufWriter::new(&mut *out))?,
            Some(file) => file.write(signals.folders(), work)?,
        }
    }
    Ok(())
}

/// Refuses, before anything is built, what would make a huge file or not fit in memory.
fn check_size(scenario: &Scenario, point: &Point, force: bool) -> Result<(), Error> {
    let network = &point.settings.network;
    let views = point.settings.gossip.peers.views();
    let edges = views
        .map_or(network.topology.ends(network.nodes) / 2, |rule| u64::from(network.nodes) * u64::from(rule.view()));
    if edges > MOST_EDGES && !force {
        return Err(Error::Usage(format!(
            "{}: {} over {} nodes has about {} edges, more than {}; make it smaller, or write them all the same with \
             --force",
            scenario.name,
            printable::line(&kind(point)),
            count(network.nodes.into()),
            count(edges),
            count(MOST_EDGES)
        )));
    }
    let (one, program) = (capacity::RunMemory::of(point), capacity::base(false));
    capacity::room_for(scenario, one, 1, program, force).map(|_| ()).map_err(Error::Usage)
}

/// What the graph is, in one line.
fn title(point: &Point, replicate: u64) -> String {
    let network = &point.settings.network;
    let nodes = plural(network.nodes.into(), "node");
    let text = format!("{}, {nodes}, seed {}, replicate {replicate}", kind(point), point.seed);
    printable::line(&text).into_owned()
}

/// Its topology, or how nodes keep the partial views that it is made of.
fn kind(point: &Point) -> String {
    let Settings { network, gossip, .. } = &point.settings;
    if gossip.peers.views().is_some() { format!("views by {}", gossip.peers) } else { network.topology.to_string() }
}

/// Writes a graph.
struct WriteGraph<'a> {
    format: GraphFormat,
    /// The names of nodes, of a file that has them.
    names: Option<Arc<NodeNames>>,
    title: &'a str,
    out: &'a mut dyn Write,
}

impl OnGraph for WriteGraph<'_> {
    type Output = io::Result<()>;

    fn with<G: Graph>(self, graph: &G) -> io::Result<()> {
        let number = |node: NodeId| node.number().to_string();
        let name =
            |node: NodeId| self.names.as_ref().map_or_else(|| number(node), |names| names.name(node).to_string());
        Named { graph, name: &name, title: self.title }.write(self.format, self.out)?;
        self.out.flush()
    }
}
