//! `trace`: the event log of one run, or what else is known of it, for other programs to read.

use std::io::Write;

use super::args::{RunChoice, TraceChoice, TraceFormat, TraceTable};
use super::error::Error;
use super::one_run::{self, Chosen, OneRun};
use super::out_file::OutFile;
use super::signals::Signals;
use super::suspicion::Suspicion;
use crate::columns::trace::{EVENTS, NODES, events, nodes};
use crate::output::gexf::TimedGraph;
use crate::output::rows::{self, RowFormat};
use crate::output::statement::Form;

/// `gossipsim trace`
pub(crate) fn trace(
    out: &mut impl Write,
    run: &RunChoice,
    choice: &TraceChoice,
    signals: &Signals,
) -> Result<(), Error> {
    if choice.format == TraceFormat::Gexf && choice.table.is_some() {
        let text = "--format gexf writes the graph, which is no table; leave out --table, or write csv or jsonl";
        return Err(Error::Usage(text.into()));
    }
    let is_suspicion = choice.table == Some(TraceTable::Suspicion);
    if !is_suspicion && !choice.pair.is_empty() {
        return Err(Error::Usage("--node and --monitor say whose suspicion is written: give --table suspicion".into()));
    }
    let chosen = match choice.table {
        Some(TraceTable::Nodes) => Chosen::rumor(run, "the table of nodes")?,
        _ => Chosen::read(run)?,
    };
    // A table has no place for what it is made of.
    let form = (choice.format == TraceFormat::Gexf).then_some(Form::Xml);
    let check = |path| OutFile::check(path, run.force, &chosen.scenario, "trace", form);
    let file = choice.out.as_deref().map(check).transpose()?;
    if is_suspicion {
        let suspicion = Suspicion::of(chosen, &choice.pair, "the table of suspicion", signals)?;
        return OutFile::write_or(file, out, signals.folders(), |out| suspicion.write(format(choice), out));
    }
    let one_run = chosen.run(signals)?;
    OutFile::write_or(file, out, signals.folders(), |out| write(out, &one_run, choice))
}

/// How rows are written.
fn format(choice: &TraceChoice) -> RowFormat {
    if choice.format == TraceFormat::Jsonl { RowFormat::JsonLines } else { RowFormat::Csv }
}

fn write(out: &mut dyn Write, one_run: &OneRun, choice: &TraceChoice) -> Result<(), Error> {
    let trace = &one_run.trace;
    if choice.format == TraceFormat::Gexf {
        let neighbors = trace.neighbors().map_err(|fault| one_run::fault(trace, fault))?;
        let (infection, title) = (one_run.infection.as_ref(), format!("{}: {}", one_run.title(), one_run.settings()));
        let graph = TimedGraph { trace, infection, neighbors: &neighbors, title: &title };
        return graph.write(out).map_err(Error::Stdout);
    }
    let format = format(choice);
    let written = match (choice.table, &one_run.infection) {
        (Some(TraceTable::Nodes), Some(infection)) => rows::write(NODES, nodes(trace, infection), format, out),
        (_, infection) => rows::write(EVENTS, events(trace, infection.as_ref()), format, out),
    };
    written.map_err(Error::Stdout)
}
