//! What may be written on the command line.

mod changes;
mod one_run;

pub(crate) use changes::Changes;
pub(crate) use one_run::{GraphChoice, PairChoice, RunChoice, TraceChoice, TraceFormat, TraceTable, WatchChoice};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use self::changes::whole;
use super::format::Printed;
use crate::output::drawing::{ChartRequest, Formats};

/// Simulates gossip (epidemic) protocols: push, pull and push-pull over any network, with error bars.
///
/// A scenario file (TOML) says what to simulate; results go to a folder as CSV and charts. The same scenario gives
/// the same bytes on every run, with any number of threads. Where a FILE can be, `-` is standard input, sample:NAME and
/// preset:NAME what is inside the program.
#[derive(Debug, Parser)]
#[command(name = "gossipsim", version = env!("GOSSIPSIM_VERSION"), max_term_width = 100)]
#[command(
    after_help = "Start with: gossipsim run sample:quickstart, or gossipsim init mine.toml for a scenario of your own.\n\n\
    Exit status: 0 done; 1 failed while working, or an [expect] did not hold; 2 refused before any work; \
    129, 130, 131 and 143 ended by SIGHUP, SIGINT, SIGQUIT and SIGTERM."
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run every configuration × replicate of scenarios, write their results folders and print a summary.
    Run {
        /// Scenario files. With more than one, --out is the folder for their results folders.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        changes: Changes,
        #[command(flatten)]
        work: Work,
    },
    /// Run a scenario under push, pull and push-pull, under the values of one key, or against another, on common random
    /// numbers, and print paired differences.
    Compare {
        /// The scenario file, whose gossip.strategy is set aside unless --vary is given; or two that sweep the same
        /// keys, to be held against each other configuration by configuration, under the seed of the first.
        #[arg(required = true, num_args = 1..=2, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The key to compare by and its values, as in --vary gossip.fanout=1,2,3 or --vary 'network.loss=[0, 0.1]'.
        #[arg(long, value_name = "KEY=VALUES")]
        vary: Option<String>,
        #[command(flatten)]
        changes: Changes,
        #[command(flatten)]
        work: Work,
    },
    /// Write a commented scenario to begin with. A file that is there stays as it is.
    Init {
        /// The file to write; `-` is standard output, and sample:NAME or preset:NAME writes that one to NAME.toml.
        #[arg(value_name = "NAME", default_value = "scenario.toml")]
        name: PathBuf,
    },
    /// List the samples and the presets of real systems inside the program, or print one.
    Samples {
        /// The sample or preset to print, as in gossipsim samples loss > mine.toml [default: list them].
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Draw the charts of a results folder again from its CSV files, or any column against any swept key, without
    /// simulating; of several folders, over each other.
    Plot {
        /// The results folder; or several of one workload, whose charts are to lie over each other.
        #[arg(required = true, value_name = "DIR")]
        folders: Vec<PathBuf>,
        #[command(flatten)]
        asked: Asked,
        /// The folder for the charts of several folders [default: output/<first>_vs_<second>].
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// The charts to draw: in one format, in both, or none. Those of before go, also in a format not drawn now.
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
        charts: Formats,
        /// Threads that draw [default: one for each core]. The charts do not depend on it.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024),
        allow_negative_numbers = true)]
        threads: Option<u16>,
        /// Print nothing but errors.
        #[arg(long, short)]
        quiet: bool,
        /// Replace what other folders gave in the folder of --out, also among files that are not results, which stay.
        #[arg(long)]
        force: bool,
    },
    /// Validate scenarios; print them with every default filled in, the number of runs and the memory they take.
    Check {
        /// Scenario files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        changes: Changes,
        /// Accept more than a million runs, and runs that may not fit in memory.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        printed: Printed,
    },
    /// Print the data dictionary: what every column of every table means, with its type and its unit. Runs nothing.
    Columns {
        /// The workload whose tables to explain [default: every one].
        #[arg(value_name = "WORKLOAD")]
        workload: Option<String>,
        #[command(flatten)]
        printed: Printed,
    },
    /// List the keys of scenario files: what each means, its type, its default and what is allowed. Runs nothing.
    Keys {
        /// Only keys that begin so, such as network.topology [default: all].
        #[arg(value_name = "PREFIX")]
        prefix: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write the graph that a run draws, for other programs to read. Runs nothing.
    Graph {
        /// The scenario file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        changes: Changes,
        #[command(flatten)]
        choice: GraphChoice,
    },
    /// Write the event log of one run: every message with what became of it, or the nodes of a rumor, or what one node of a
    /// failure detector thinks of another, or a timed graph.
    Trace {
        #[command(flatten)]
        run: RunChoice,
        #[command(flatten)]
        choice: TraceChoice,
    },
    /// Say why a node learned when it did in one run: who told whom, and where the time went.
    Explain {
        #[command(flatten)]
        run: RunChoice,
        /// The node, by its number from 0 or its name in the graph's file [default: the last that learned].
        #[arg(long, value_name = "N")]
        node: Option<String>,
        /// Of a broadcast the published message, by its number from 0 [default: the one that took longest to its last node].
        #[arg(long, value_name = "M")]
        message: Option<u32>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Draw one run: of a rumor the network, coloured by the time of first receipt, with the infection tree; of a failure
    /// detector how phi, or the silence, of one node rises and passes the threshold.
    Picture {
        #[command(flatten)]
        run: RunChoice,
        #[command(flatten)]
        pair: PairChoice,
        /// The file to write: SVG, or PNG if its name ends so [default: SVG on standard output].
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Watch one run in the terminal, a line for each round: Enter steps, `a` shows all that is left, `q` quits.
    Watch {
        #[command(flatten)]
        run: RunChoice,
        #[command(flatten)]
        choice: WatchChoice,
    },
    /// Hold the simulator against published results and exact laws; exit status 1 if one does not come out.
    Verify {
        /// Measure instead how often 95 % confidence intervals hold the true mean, on samples from exact laws.
        #[arg(long, conflicts_with_all = ["verdicts", "quiet"])]
        intervals: bool,
        /// Measure instead how often the verdict on growth is right, on cases whose law is known.
        #[arg(long, conflicts_with = "quiet")]
        verdicts: bool,
        /// A sixteenth of the runs, in about half a minute; of the other tables fewer samples.
        #[arg(long)]
        quick: bool,
        /// Try every law of the theory at the corners of what it holds for instead: see docs/laws.md.
        #[arg(long, conflicts_with_all = ["intervals", "verdicts"])]
        laws: bool,
        /// The seed that decides every draw.
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole, allow_negative_numbers = true)]
        seed: u64,
        /// Threads that simulate [default: one for each core]. The results do not depend on it.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024),
        allow_negative_numbers = true)]
        threads: Option<u16>,
        /// Print what failed only.
        #[arg(long, short)]
        quiet: bool,
        #[command(flatten)]
        printed: Printed,
    },
    /// Write what shells, manual readers and editors read: completions, man pages and the schema of scenario files.
    Generate {
        #[command(subcommand)]
        what: Artifact,
    },
    /// Say what published laws and exact distributions predict for every configuration, and write it as CSV. Runs nothing.
    Theory {
        /// The scenario file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        changes: Changes,
        /// The folder for the tables [default: output/<name of the scenario file>_theory].
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Replace the tables of another scenario or changed by hand, also among files that are not results, which
        /// stay; accept more than a million runs.
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        printed: Printed,
    },
}

/// What `generate` writes.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Artifact {
    /// Completions for a shell, on standard output.
    Completions {
        /// The shell.
        #[arg(value_name = "SHELL", value_enum)]
        shell: Shell,
    },
    /// The man page, on standard output; with --out, a page for each command.
    Man {
        /// The folder for the pages; those that are there are replaced.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// The JSON Schema of scenario files, on standard output, for editors that check TOML.
    Schema,
}

impl Command {
    /// Whether pages of pixels are drawn.
    pub(crate) fn draws(&self) -> bool {
        match self {
            Command::Run { work, .. } | Command::Compare { work, .. } => work.charts.png(),
            Command::Plot { charts, .. } => charts.png(),
            _ => false,
        }
    }
}

/// A chart that is asked for, drawn beside those that there are.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Asked {
    /// The swept key along the horizontal axis, by its path, its column or its short name [default: nodes, else the first
    /// numbers that were swept].
    #[arg(long, value_name = "KEY")]
    pub(crate) x: Option<String>,
    /// The column up the vertical axis: one of summary.csv, or one of runs.csv, of which means are drawn with their 95 %
    /// confidence intervals [default: rounds].
    #[arg(long, value_name = "COLUMN")]
    pub(crate) y: Option<String>,
    /// The swept key that decides the colour of a line [default: strategy].
    #[arg(long, value_name = "KEY")]
    pub(crate) color: Option<String>,
    /// The swept keys of which each panel holds a value [default: as few as leave at most eight lines in a panel].
    #[arg(long, value_name = "KEY")]
    pub(crate) facet: Vec<String>,
    /// The points to draw, as in --where topology=ring,line; may be repeated. Alone, of them all charts are drawn.
    #[arg(long = "where", value_name = "KEY=VALUE")]
    pub(crate) filters: Vec<String>,
}

impl Asked {
    /// As the charts take it.
    pub(crate) fn request(self) -> ChartRequest {
        let Asked { x, y, color, facet, filters } = self;
        ChartRequest { x, y, color, facets: facet, filters }
    }
}

/// How to work, and where results go.
#[derive(Clone, Debug, Args)]
pub(crate) struct Work {
    /// The results folder [default: output/<name of the scenario file>, of `compare` output/<name>_compare].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// The charts to draw: in one format, in both, or none; `plot` draws them later.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) charts: Formats,
    /// Threads that simulate and draw [default: one for each core]. The results do not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024),
        allow_negative_numbers = true)]
    pub(crate) threads: Option<u16>,
    /// Print nothing but errors.
    #[arg(long, short)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) printed: Printed,
    /// Replace the results of another scenario or changed by hand, also among files that are not results, which stay;
    /// accept more than a million runs, and runs that may not fit in memory.
    #[arg(long)]
    pub(crate) force: bool,
}
