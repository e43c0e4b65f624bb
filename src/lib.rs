//! A deterministic discrete-event simulator of gossip (epidemic) protocols.
//!
//! # The way of one datum
//!
//! ```text
//! scenario file -> Scenario -> Point -> Simulation -> Observer -> Record -> CSV -> summary, fit -> charts, table
//! ```
//!
//! A [`scenario`] file is read into checked, resolved points; [`experiment`] runs every replicate of every point
//! through the [`engine`], whose watchers ([`observe`]) keep what a [`experiment::Record`] needs; [`output`] turns
//! records into tables by the lists of [`columns`], tables into charts, and all of it into a results folder; [`library`] is
//! what a program meets, `cli` what a person meets.
//!
//! # The floors
//!
//! A module imports only from lower floors; a test walks the imports.
//!
//! | floor | modules | job |
//! |---|---|---|
//! | 0 | [`time`], [`units`], [`bits`], [`random`], [`mod@catalog`], [`key`], [`mod@column`], [`space`], [`stats`], [`printable`], [`regular_file`], [`machine`], [`memory`], [`threads`] | units, sets, addressed randomness, families of models, keys of scenarios, distances, means and fits, foreign text and files, what the machine has |
//! | 1 | [`queue`], [`topology`], [`network`], [`peers`], [`clock`] | the parts, each testable alone; none knows another's name |
//! | 2 | [`theory`] | laws and exact chains, of what the parts say of themselves |
//! | 3 | [`engine`] | the one event loop, and the contract of the protocols that it runs |
//! | 4 | [`observe`] | what is watched of every run |
//! | 5 | [`workload`] | what is simulated, a folder each: settings, protocol, columns |
//! | 6 | [`scenario`], [`plan`], [`experiment`], [`columns`] | TOML in, sweep points, replicates in parallel, what tables say of them |
//! | 7 | [`output`], [`verify`] | records out; the gate on published results |
//! | 8 | [`library`], `cli` | a scenario in, records out; arguments, progress, tables, exit status |
//!
//! [`guide`] takes whoever wants to write a protocol from two nodes by hand to a workload with a column.
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
pub mod distance;
pub mod engine;
pub mod experiment;
pub mod guide;
pub mod key;
pub mod library;
pub mod machine;
pub mod memory;
pub mod network;
pub mod observe;
pub mod output;
pub mod peers;
pub mod plan;
pub mod printable;
pub mod queue;
pub mod random;
pub mod regular_file;
pub mod scenario;
pub mod settings;
pub mod stats;
pub mod theory;
pub mod threads;
pub mod time;
pub mod topology;
pub mod units;
pub mod verify;
pub mod workload;

pub use library::{Record, Runs, simulate};
pub use scenario::Scenario;

/// The Rust of the documents, which has to compile.
#[cfg(doctest)]
#[doc = include_str!("../docs/extending.md")]
struct Extending;
