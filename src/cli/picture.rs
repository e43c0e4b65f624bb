//! `picture`: the network of one run, coloured by the time of first receipt, with the infection tree.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::args::RunChoice;
use super::error::Error;
use super::one_run::{self, Chosen};
use super::out_file::OutFile;
use super::signals::Signals;
use super::text::count;
use crate::output::drawing;
use crate::output::network_picture::{MOST_NODES, NetworkPicture};
use crate::output::statement::Form;
use crate::printable;

/// `gossipsim picture`
pub(crate) fn picture(
    out: &mut impl Write,
    run: &RunChoice,
    file: Option<&Path>,
    signals: &Signals,
) -> Result<(), Error> {
    let form = file.map_or(Ok(Form::Xml), form)?;
    let chosen = Chosen::rumor(run, "a picture")?;
    let nodes = chosen.point.settings.all_nodes();
    if nodes > MOST_NODES {
        return Err(Error::Usage(format!(
            "{}: {} nodes cannot be told apart in a picture, which has {MOST_NODES} at most; give fewer, as with --set \
             network.nodes=100, or draw `gossipsim trace FILE --format gexf` with Gephi",
            printable::line(&chosen.scenario.name),
            count(nodes.into())
        )));
    }
    let check = |path| OutFile::check(path, run.force, &chosen.scenario, "picture", Some(form));
    let file = file.map(check).transpose()?;
    let one_run = chosen.run(signals)?;
    let trace = &one_run.trace;
    let Some(infection) = &one_run.infection else { return Ok(()) };
    let neighbors = trace.neighbors().map_err(|fault| one_run::fault(trace, fault))?;
    let notes = vec![one_run.title(), one_run.settings()];
    let picture = NetworkPicture { trace, infection, neighbors: &neighbors, notes };
    let format = if form == Form::Png { drawing::Formats::Png } else { drawing::Formats::Svg };
    let drawn = drawing::network(&picture, format).map_err(|error| Error::Undrawn(error.to_string()))?;
    let work = |out: &mut dyn Write| out.write_all(&drawn).and_then(|()| out.flush()).map_err(Error::Stdout);
    match file {
        None => work(&mut BufWriter::new(out)),
        Some(file) => file.write(signals.folders(), work),
    }
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
