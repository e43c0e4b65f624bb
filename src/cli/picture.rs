//! `picture`: of a rumor the network of one run, coloured by the time of first receipt, with the infection tree; of a failure
//! detector how one node waits for another.

use std::io::Write;
use std::path::Path;

use super::args::{PairChoice, RunChoice};
use super::error::Error;
use super::one_run::{self, Chosen};
use super::out_file::OutFile;
use super::signals::Signals;
use super::suspicion::Suspicion;
use super::text::count;
use crate::output::drawing::{self, ChartError};
use crate::output::network_picture::{MOST_NODES, NetworkPicture};
use crate::output::statement::Form;
use crate::printable;

/// `gossipsim picture`
pub(crate) fn picture(
    out: &mut impl Write,
    run: &RunChoice,
    pair: &PairChoice,
    file: Option<&Path>,
    signals: &Signals,
) -> Result<(), Error> {
    let form = file.map_or(Ok(Form::Xml), form)?;
    let chosen = Chosen::read(run)?;
    let (rumor, detector) = (chosen.point.settings.workload.rumor(), chosen.point.settings.workload.detector());
    if rumor.is_none() && detector.is_none() {
        return Err(chosen.other_workload("a picture", "a rumor, or the workload `detector`"));
    }
    if rumor.is_some() {
        check_size(&chosen)?;
        if !pair.is_empty() {
            return Err(Error::Usage("--node and --monitor are about a failure detector; leave them out".into()));
        }
    }
    let check = |path| OutFile::check(path, run.force, &chosen.scenario, "picture", Some(form));
    let file = file.map(check).transpose()?;
    let format = if form == Form::Png { drawing::Formats::Png } else { drawing::Formats::Svg };
    let drawn = if detector.is_some() {
        let suspicion = Suspicion::of(chosen, pair, "a picture", signals)?;
        drawing::suspicion(&suspicion.picture(), format).map_err(undrawn)?
    } else {
        network(chosen, format, signals)?
    };
    let work = |out: &mut dyn Write| out.write_all(&drawn).and_then(|()| out.flush()).map_err(Error::Stdout);
    OutFile::write_or(file, out, signals.folders(), work)
}

/// Refuses, before anything is run, a network that no picture shows.
fn check_size(chosen: &Chosen<'_>) -> Result<(), Error> {
    let nodes = chosen.point.settings.all_nodes();
    if nodes <= MOST_NODES {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{}: {} nodes cannot be told apart in a picture, which has {MOST_NODES} at most; give fewer, as with --set \
         network.nodes=100, or draw `gossipsim trace FILE --format gexf` with Gephi",
        printable::line(&chosen.scenario.name),
        count(nodes.into())
    )))
}

/// The network of a rumor.
fn network(chosen: Chosen<'_>, format: drawing::Formats, signals: &Signals) -> Result<Vec<u8>, Error> {
    let one_run = chosen.run(signals)?;
    let trace = &one_run.trace;
    let Some(infection) = &one_run.infection else { return Ok(Vec::new()) };
    let neighbors = trace.neighbors().map_err(|fault| one_run::fault(trace, fault))?;
    let notes = vec![one_run.title(), one_run.settings()];
    let picture = NetworkPicture { trace, infection, neighbors: &neighbors, notes };
    drawing::network(&picture, format).map_err(undrawn)
}

fn undrawn(error: ChartError) -> Error {
    Error::Undrawn(error.to_string())
}

/// What the name of a file asks for: SVG, which is XML, or PNG.
fn form(file: &Path) -> Result<Form, Error> {
    let end = file.extension().map(|end| end.to_string_lossy().to_lowercase());
    match end.as_deref() {
        None | Some("svg") => Ok(Form::Xml),
        Some("png") => Ok(Form::Png),
        Some(_) => {
            let name = printable::path(file);
            let text =
                format!("--out: `{name}`: pictures are drawn as SVG or PNG; give a name that ends in .svg or .png");
            Err(Error::Usage(text))
        }
    }
}
