//! `graph`: the graph that one run draws, for other programs to read. Runs nothing.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use super::args::{Changes, GraphChoice};
use super::error::Error;
use super::run;
use super::signals::Signals;
use super::text::{count, plural};
use crate::capacity;
use crate::experiment;
use crate::output::folder::Folders;
use crate::output::graph_export::{GraphFormat, Named};
use crate::printable;
use crate::scenario::{Point, Scenario};
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
        let point = chosen(&scenario, choice)?;
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
        match &choice.out {
            None => work(&mut BufWriter::new(&mut *out))?,
            Some(path) => into_file(path, choice.force, signals.folders(), work)?,
        }
    }
    Ok(())
}

/// The point whose graph is asked for, if there is such a run.
fn chosen(scenario: &Scenario, choice: &GraphChoice) -> Result<Point, Error> {
    let points = scenario.points.len() as u64;
    let Some(point) = scenario.points.get(choice.point as usize) else {
        let problem = format!("{}: there is no configuration {}", scenario.name, choice.point);
        let allowed =
            if points == 1 { "it has one, configuration 0".to_owned() } else { format!("0 to {}", points - 1) };
        return Err(Error::Usage(format!("{problem}; {allowed}")));
    };
    if choice.replicate >= scenario.replicates {
        let allowed = format!("0 to {}, or more with --replicates", scenario.replicates - 1);
        let problem = format!("{}: there is no replicate {}", scenario.name, choice.replicate);
        return Err(Error::Usage(format!("{problem}; {allowed}")));
    }
    Ok(point)
}

/// Refuses, before anything is built, what would make a huge file or not fit in memory.
fn check_size(scenario: &Scenario, point: &Point, force: bool) -> Result<(), Error> {
    let network = &point.settings.network;
    let edges = network.topology.ends(network.nodes) / 2;
    if edges > MOST_EDGES && !force {
        return Err(Error::Usage(format!(
            "{}: {} over {} nodes has about {} edges, more than {}; make it smaller, or write them all the same with \
             --force",
            scenario.name,
            printable::line(&network.topology.to_string()),
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
    let text = format!("{}, {nodes}, seed {}, replicate {replicate}", network.topology, point.seed);
    printable::line(&text).into_owned()
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

/// Does `work` on the file at `path`, which is there when all is written or not at all.
fn into_file(
    path: &Path,
    force: bool,
    folders: &Folders,
    work: impl FnOnce(&mut dyn Write) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |error: io::Error| Error::Results { folder: path.to_owned(), error: error.into() };
    if fs::metadata(path).is_ok_and(|about| about.is_file()) && !force {
        let name = printable::path(path);
        let text = format!("there is `{name}` already; another --out, or --force to replace it");
        return Err(Error::Usage(text));
    }
    let staged = folders.file(path)?;
    let mut out = BufWriter::new(staged.create().map_err(failed)?);
    let written = work(&mut out).and_then(|()| staged.commit(out.get_ref()).map_err(failed));
    written.map_err(|error| match error {
        Error::Stdout(error) => failed(error),
        error => error,
    })
}
