//! `picture`: the network of one run, coloured by the time of first receipt, with the infection tree.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::args::RunChoice;
use super::error::Error;
use super::one_run::{self, OneRun};
use super::out_file;
use super::signals::Signals;
use super::text::count;
use crate::output::drawing;
use crate::output::network_picture::{MOST_NODES, NetworkPicture};
use crate::printable;

/// `gossipsim picture`
pub(crate) fn picture(
    out: &mut impl Write,
    run: &RunChoice,
    file: Option<&Path>,
    signals: &Signals,
) -> Result<(), Error> {
    let one_run = OneRun::load(run, signals)?;
    let (trace, infection) = (&one_run.trace, one_run.infection("a picture")?);
    let nodes = trace.point.settings.all_nodes();
    if nodes > MOST_NODES {
        return Err(Error::Usage(format!(
            "{}: {} nodes cannot be told apart in a picture, which has {MOST_NODES} at most; give fewer, as with --set \
             network.nodes=100, or draw `gossipsim trace FILE --format gexf` with Gephi",
            printable::line(&one_run.scenario.name),
            count(nodes.into())
        )));
    }
    let neighbors = trace.neighbors().map_err(|fault| one_run::fault(trace, fault))?;
    let notes = vec![one_run.title(), one_run.settings()];
    let picture = NetworkPicture { trace, infection: &infection, neighbors: &neighbors, notes };
    let is_png = file.and_then(Path::extension).is_some_and(|end| end.eq_ignore_ascii_case("png"));
    let format = if is_png { drawing::Formats::Png } else { drawing::Formats::Svg };
    let drawn = drawing::network(&picture, format).map_err(|error| Error::Undrawn(error.to_string()))?;
    let work = |out: &mut dyn Write| out.write_all(&drawn).and_then(|()| out.flush()).map_err(Error::Stdout);
    match file {
        None => work(&mut BufWriter::new(out)),
        Some(path) => out_file::write(path, run.force, signals.folders(), work),
    }
}
