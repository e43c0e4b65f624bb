//! A deterministic discrete-event simulator of gossip (epidemic) protocols.
//!
//! Whoever wants to write a protocol begins with the [`guide`]; whoever wants to simulate from a program, here:
//!
//! # As a library
//!
//! [`simulate`] runs a [`Scenario`] and gives its [`Runs`], a [`Record`] each, with the columns of `runs.csv`:
//!
//! ```
//! let text = "[network]\nnodes = 1000\n[gossip]\nstrategy = \"push-pull\"\n";
//! let runs = gossipsim::simulate(&text.parse()?)?;
//! assert!(runs.iter().all(|run| run.number("rounds").is_some_and(|rounds| rounds < 30.0)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! These four names, re-exported at the top of the crate, keep their meaning within a version as [semantic
//! versioning](https://semver.org) has it. All other modules are public so that they can be read, tested and built upon;
//! they change from one version to the next without notice.
//!
//! | feature | by default | what it adds |
//! |---|---|---|
//! | `cli` | yes | the command and the module `cli`; mistakes of scenarios shown in their lines |
//! | `charts` | yes | charts of results folders, as SVG and PNG |
//!
//! With `default-features = false` the library simulates alone, also for `wasm32-unknown-unknown`.
//!
//! One level down, [`experiment::run`] gives a run with all that was watched of it:
//!
//! ```
//! use gossipsim::experiment;
//! use gossipsim::scenario::{self, Overrides, Source};
//!
//! let text = "[network]\nnodes = 1000\n[gossip]\nstrategy = \"push-pull\"\n";
//! let scenario = scenario::read(Source::text("mine.toml", text), &Overrides::default()).unwrap();
//! let record = experiment::run(&scenario.points[0], 0, &|| true).unwrap();
//! assert_eq!(record.ending.tally.informed, 1000);
//! ```
//!
//! # The path of the data
//!
//! ```text
//! scenario file -> Scenario -> Point -> Simulation -> Observer -> Record -> CSV -> summary, fit -> charts, table
//! ```
//!
//! A [`scenario`] file is read into checked, resolved points; [`experiment`] runs every replicate of every point
//! through the [`engine`], whose observers ([`observe`]) keep what an [`experiment::Record`] needs; [`output`] turns
//! records into tables by the lists of [`columns`], tables into charts, and all of it into a results folder. [`library`] is
//! the front for programs, `cli` the command.
//!
//! # The layers
//!
//! A module imports only from lower layers, and no files import each other in a circle; a test walks the imports.
//!
//! | layer | modules | job |
//! |---|---|---|
//! | 0 | [`scalar`], [`random`], [`mod@catalog`], [`key`], [`stats`], [`printable`], [`regular_file`], [`machine`], [`memory`] | counter-based randomness, families of models, keys of scenarios and how values are written, means and fits, foreign text and files, what the machine has |
//! | 1 | [`time`], [`units`], [`bits`], [`mod@column`], [`threads`], `data_file` | units, sets, columns of tables, threads, files of measured data |
//! | 2 | [`distance`], [`link_weights`] | distances, and choice by distance; weights of the links of a graph |
//! | 3 | [`queue`], [`topology`], [`network`], [`peers`], [`clock`] | the parts, each testable alone; none knows another's name |
//! | 4 | [`theory`], [`overlay`] | asymptotic formulas and exact chains, of what the parts say of themselves; partial views |
//! | 5 | [`engine`] | the one event loop, and the contract of the protocols that it runs |
//! | 6 | [`observe`] | what is watched of every run |
//! | 7 | [`workload`] | what is simulated, a folder each: settings, protocol, columns |
//! | 8 | [`settings`] | all that decides a run but its seed and its replicate |
//! | 9 | [`plan`] | what theory knows of a configuration, and what its runs will take |
//! | 10 | [`experiment`] | replicates, in parallel and in order |
//! | 11 | [`trace`] | one run, message by message: who told whom, and where the time went |
//! | 12 | [`columns`] | what tables say of runs |
//! | 13 | [`scenario`] | TOML in, configurations of a sweep out, every mistake in its place |
//! | 14 | [`output`], [`verify`], [`capacity`] | results folders; published results checked; what fits into the machine |
//! | 15 | [`library`], `cli`, [`guide`] | a scenario in, records out; arguments, progress, tables, exit status |
//!
//! [`guide`] takes whoever wants to write a protocol from two nodes by hand to a workload with a column.
//!
//! # Glossary
//!
//! Names are the standard terms of discrete-event simulation, distributed systems and statistics. What remains:
//!
//! | term | means |
//! |---|---|
//! | address | what a draw decides, by which it is looked up in a counter-based generator ([`random::Field`]) instead of taken in turn |
//! | adversary | a node that does not do its part, and is in no totals ([`engine::Conduct`]) |
//! | agenda | what comes to nodes from outside, in order of time: writes, crashes, joins, blocks ([`engine::Agenda`]) |
//! | block | the turns of 64 nodes that are taken together where rounds are aligned |
//! | catalog | the list of a family of models (topologies, latency laws, …): a line each ([`mod@catalog`]) |
//! | cell, figure, column | a value of a table; a value by round; how a value is made from a record, with its name, unit and summary ([`mod@column`]) |
//! | claim | what a formula says of a case: a value, a bound, a leading term ([`theory::Claim`]) |
//! | configuration, point | one combination of swept values ([`scenario::Point`]) |
//! | exact law | a distribution that is computed, not estimated ([`theory::Exact`]) |
//! | lap | once through a node's list of neighbours, by the peer rules that go through it |
//! | leg | one message of a conversation: 0 opens it, 1 answers ([`network::Leg`]) |
//! | mail, slip | where messages and timers are kept while they wait, and the 8 bytes that stand for one in the future-event list ([`engine::Mail`]) |
//! | opening | whom a node contacts in its turn, and what becomes of the message, worked out ahead |
//! | place | where in a file something stands; where in a lattice a node can lie |
//! | rule | a formula with the cases that it holds for ([`theory`]); the peer rule says whom a node contacts ([`peers`]) |
//! | settled | of a message: learning from it would change nothing |
//! | step | all that happens at one instant before anybody learns (superdense time) |
//! | turn | the moment at which a node contacts its peers |
//! | view | the few others that a node knows, where nodes know a part of all; all views together are an [`overlay`] |
//! | workload | what nodes tell each other, with its settings, protocol, columns and charts ([`workload::Workload`]) |
//! | workspace | the memory of one thread, which its runs use one after the other ([`experiment::Workspace`]) |
//!
//! # What is promised
//!
//! The same scenario and the same version give the same results to the byte: with any number of threads, in debug
//! and release, on any platform. Time is a whole number of nanoseconds; events happen in the order (time, sequence);
//! every draw is looked up by what it decides ([`random`]); no platform mathematics reaches a result.

pub mod bits;
pub mod capacity;
pub mod catalog;
#[cfg(feature = "cli")]
pub mod cli;
pub mod clock;
pub mod column;
pub mod columns;
mod data_file;
pub mod distance;
pub mod engine;
pub mod experiment;
pub mod guide;
mod hexadecimal;
pub mod key;
pub mod library;
pub mod link_weights;
pub mod machine;
pub mod memory;
pub mod network;
pub mod observe;
pub mod output;
pub mod overlay;
pub mod peers;
pub mod plan;
pub mod printable;
pub mod queue;
pub mod random;
pub mod regular_file;
pub mod scalar;
pub mod scenario;
pub mod settings;
pub mod stats;
pub mod theory;
pub mod threads;
pub mod time;
pub mod topology;
pub mod trace;
pub mod units;
pub mod verify;
pub mod workload;

pub use library::{Record, Runs, simulate};
pub use scenario::Scenario;

/// The Rust of the documents, which has to compile.
#[cfg(doctest)]
#[doc = include_str!("../docs/extending.md")]
struct Extending;
