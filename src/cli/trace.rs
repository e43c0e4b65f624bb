//! `trace`: the event log of one run, or what else is known of it, for other programs to read.

use std::io::{BufWriter, Write};

use super::args::{RunChoice, TraceChoice, TraceFormat, TraceTable};
use super::error::Error;
use super::one_run::{self, OneRun};
use super::out_file;
use super::signals::Signals;
use crate::columns::trace::{EVENTS, NODES, events, nodes};
use crate::output::gexf::TimedGraph;
use crate::output::rows::{self, RowFormat};
use crate::trace::Infection;

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
    let one_run = OneRun::load(run, signals)?;
    let work = |out: &mut dyn Write| write(out, &one_run, choice);
    match &choice.out {
        None => work(&mut BufWriter::new(out)),
        Some(path) => out_file::write(path, run.force, signals.folders(), work),
    }
}

fn write(out: &mut dyn Write, one_run: &OneRun, choice: &TraceChoice) -> Result<(), Error> {
    let trace = &one_run.trace;
    let format = match choice.format {
        TraceFormat::Csv => RowFormat::Csv,
        TraceFormat::Jsonl => RowFormat::JsonLines,
        TraceFormat::Gexf => {
            let neighbors = trace.neighbors().map_err(|fault| one_run::fault(trace, fault))?;
            let (infection, title) = (Infection::of(trace), format!("{}: {}", one_run.title(), one_run.settings()));
            let graph = TimedGraph { trace, infection: infection.as_ref(), neighbors: &neighbors, title: &title };
            return graph.write(out).map_err(Error::Stdout);
        }
    };
    let written = match choice.table.unwrap_or(TraceTable::Events) {
        TraceTable::Events => {
            let infection = Infection::of(trace);
            rows::write("events.csv", EVENTS, events(trace, infection.as_ref()), format, out)
        }
        TraceTable::Nodes => {
            let infection = one_run.infection("the table of nodes")?;
            rows::write("nodes.csv", NODES, nodes(trace, &infection), format, out)
        }
    };
    written.map_err(Error::Stdout)
}
