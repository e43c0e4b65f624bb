//! Which run or graph to look at, and how it is written.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::changes::Changes;
use crate::output::graph_export::GraphFormat;
use crate::time::Span;

/// Which graph to write, and how.
#[derive(Clone, Debug, Args)]
pub(crate) struct GraphChoice {
    /// The configuration, by its number from 0: the values of the first swept key vary slowest.
    #[arg(long, value_name = "P", default_value_t = 0)]
    pub(crate) point: u32,
    /// The replicate: each has a graph of its own, unless it is `fixed`.
    #[arg(long, value_name = "R", default_value_t = 0)]
    pub(crate) replicate: u64,
    /// How it is written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = GraphFormat::Edges)]
    pub(crate) format: GraphFormat,
    /// The file to write [default: standard output].
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace a file that is there; write more than ten million edges; try what may not fit in memory.
    #[arg(long)]
    pub(crate) force: bool,
}

/// Which run to look at.
#[derive(Clone, Debug, Args)]
pub(crate) struct RunChoice {
    /// The scenario file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) changes: Changes,
    /// The configuration, by its number from 0: the values of the first swept key vary slowest.
    #[arg(long, value_name = "P", default_value_t = 0)]
    pub(crate) point: u32,
    /// The replicate, by its number from 0.
    #[arg(long, value_name = "R", default_value_t = 0)]
    pub(crate) replicate: u64,
    /// Replace a file that is there; look at runs of more than a million messages; try what may not fit in memory.
    #[arg(long)]
    pub(crate) force: bool,
}

/// Which pair of nodes of a failure detector to look at.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PairChoice {
    /// Of a failure detector: the node that is watched, by its number from 0 or its name in the graph's file [default: the
    /// first that crashes, else the first].
    #[arg(long, value_name = "N")]
    pub(crate) node: Option<String>,
    /// Of a failure detector: the node that watches it [default: the first that it may send heartbeats to and that does
    /// not crash].
    #[arg(long, value_name = "N")]
    pub(crate) monitor: Option<String>,
}

impl PairChoice {
    /// Whether nothing is chosen.
    pub(crate) fn is_empty(&self) -> bool {
        self.node.is_none() && self.monitor.is_none()
    }
}

/// What `trace` writes of a run, and how.
#[derive(Clone, Debug, Args)]
pub(crate) struct TraceChoice {
    /// The table to write [default: events].
    #[arg(long, value_name = "TABLE", value_enum)]
    pub(crate) table: Option<TraceTable>,
    #[command(flatten)]
    pub(crate) pair: PairChoice,
    /// How it is written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = TraceFormat::Csv)]
    pub(crate) format: TraceFormat,
    /// The file to write [default: standard output].
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// The tables of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceTable {
    /// Every message leg with what became of it, and all that came from outside.
    Events,
    /// The nodes of a rumor: first receipt, from whom, hop, messages.
    Nodes,
    /// How one node of a failure detector waits for another: the silence and phi from moment to moment.
    Suspicion,
}

/// How a run is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// CSV.
    Csv,
    /// JSON Lines: an object a row.
    Jsonl,
    /// The graph with its times, as GEXF 1.3 (Gephi, networkx).
    Gexf,
}

/// How `watch` goes through a run.
#[derive(Clone, Debug, Args)]
pub(crate) struct WatchChoice {
    /// Play all rounds without waiting for Enter.
    #[arg(long)]
    pub(crate) play: bool,
    /// The time between two rounds that are played.
    #[arg(long, value_name = "TIME", default_value = "300ms", requires = "play")]
    pub(crate) delay: Span,
    /// Name the nodes that learned in a round if they are so many at most.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) node_limit: usize,
}
