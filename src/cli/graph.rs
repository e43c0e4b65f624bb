//! `graph`: the graph that one run draws, for other programs to read. Runs nothing.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{Changes, GraphChoice};
use super::error::Error;
use super::run;
use super::text::{count, plural};
use crate::experiment;
use crate::output::graph_export::{GraphFormat, Named};
use crate::plan;
use crate::printable;
use crate::scenario::{Point, Scenario};
use crate::topology::{Graph, NodeNames, OnGraph};
use crate::units::NodeId;

/// More edges are written only if that is forced: of so many an edge list takes about 150 MB.
const MOST_EDGES: u64 = 10_000_000;

/// `gossipsim graph`
pub(crate) fn graph(out: &mut impl Write, file: &Path, changes: &Changes, choice: &GraphChoice) -> Result<(), Error> {
    for scenario in run::read_all(&[file.to_owned()], &changes.overrides(choice.force))? {
        let point = chosen(&scenario, choice)?;
        check_size(&scenario, &point, choice.force)?;
        let title = title(&point, choice.replicate);
        let work = |out: &mut dyn Write| {
            let names = point.settings.network.topology.names();
            let write = WriteGraph { format: choice.format, names, title: &title, out };
            let written = experiment::on_graph(&point, choice.replicate, write);
            let written = written.map_err(|misfit| {
                Error::Undrawn(format!("network.topology: {}; write {}", misfit.problem, misfit.allowed))
            })?;
            written.map_err(Error::Stdout)
        };
        match &choice.out {
            None => work(&mut BufWriter::new(&mut *out))?,
            Some(path) => into_file(path, choice.force, work)?,
        }
    }
    Ok(())
}

/// The point whose graph is asked for, if there is such a run.
fn chosen(scenario: &Scenario, choice: &GraphChoice) -> Result<Point, Error> {
    let points = scenario.points.len() as u64;
    let Some(point) = scenario.points.get(choice.point as usize) else {
        let problem = format!("{}: there is no point {}", scenario.name, choice.point);
        let allowed = if points == 1 { "it has one, point 0".to_owned() } else { format!("0 to {}", points - 1) };
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
    plan::room_for(scenario, plan::Need::of(point), 1, force).map(|_| ()).map_err(Error::Usage)
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

/// Does `work` on a file, which is there when all is written or not at all: until then it has `.partial` after its name.
fn into_file(path: &Path, force: bool, work: impl FnOnce(&mut dyn Write) -> Result<(), Error>) -> Result<(), Error> {
    let failed = |error: io::Error| Error::Results { folder: path.to_owned(), error: error.into() };
    if path.symlink_metadata().is_ok() && !force {
        let name = path.to_string_lossy();
        let text = format!("there is `{}` already; another --out, or --force to replace it", printable::line(&name));
        return Err(Error::Usage(text));
    }
    if path.is_dir() || path.file_name().is_none() {
        let name = path.to_string_lossy();
        return Err(Error::Usage(format!("`{}` is a folder; a file for --out", printable::line(&name))));
    }
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(".partial");
    let partial: PathBuf = path.with_file_name(name);
    let mut out = BufWriter::new(File::create_new(&partial).map_err(failed)?);
    let written = work(&mut out).and_then(|()| out.get_ref().sync_all().map_err(failed));
    let done = written.and_then(|()| fs::rename(&partial, path).map_err(failed));
    if done.is_err() {
        // What is left of it is of no use; that it is there already has been said.
        let _ = fs::remove_file(&partial);
    }
    done.map_err(|error| match error {
        Error::Stdout(error) => failed(error),
        error => error,
    })
}
