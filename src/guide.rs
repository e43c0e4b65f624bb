//! A guide to writing a protocol: one protocol, grown in three stages, each of which is compiled and run by the tests.
//!
//! Nodes have numbers, and all are to learn the largest.
//!
//! # Stage 1: two nodes by hand
//!
//! A [`Protocol`](crate::engine::Protocol) says what a node remembers, what travels, and what a node does when it has a
//! turn and when it is told something. It knows no clock, no queue and no random numbers: what it does beyond its own
//! state leaves through the [`Context`](crate::engine::Context). The event loop does the rest. Each stage is a program: put
//! it into `fn main() { … }` in `examples/mine.rs` and run it with `cargo run --example mine`.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use gossipsim::clock::Aligned;
//! use gossipsim::engine::*;
//! use gossipsim::network::Network;
//! use gossipsim::peers::{self, Peers};
//! use gossipsim::random::{Chance, Purpose};
//! use gossipsim::time::{Span, Time};
//! use gossipsim::topology::Graph;
//! use gossipsim::units::NodeId;
//!
//! /// The rule: in its turn a node tells a peer the largest number that it knows.
//! struct Maximum;
//!
//! /// What travels.
//! #[derive(Clone)]
//! struct Number(u32);
//!
//! impl Message for Number {
//!     const KINDS: &'static [&'static str] = &["number"];
//!
//!     fn kind(&self) -> usize {
//!         0
//!     }
//! }
//!
//! impl Protocol for Maximum {
//!     /// What a node remembers, and how that is kept for all nodes. A vector wants states that can be compared.
//!     type State = u32;
//!     type States = Vec<u32>;
//!     type Message = Number;
//!     /// No timers, nothing from outside, nothing to report to whoever watches, and no totals.
//!     type Timer = Infallible;
//!     type Input = Infallible;
//!     type Fact = Infallible;
//!     type Counts = ();
//!     /// Where messages wait: a slab takes messages of any type.
//!     type Mail = Slab<Number, Infallible>;
//!
//!     /// Node i begins with the number i.
//!     fn prepare(&self, states: &mut Vec<u32>, _: &mut ()) {
//!         states.iter_mut().zip(0..).for_each(|(state, number)| *state = number);
//!     }
//!
//!     fn turn(&self, largest: &mut u32, _: &mut Context<'_, Self>) -> Option<Number> {
//!         Some(Number(*largest))
//!     }
//!
//!     /// Learning is the same in any order.
//!     fn learn(&self, largest: &mut u32, _: NodeId, Number(other): Number, _: &mut Context<'_, Self>) {
//!         *largest = other.max(*largest);
//!     }
//!
//!     /// Reads a little of a state, so that it is in the cache when it is needed. The value means nothing.
//!     fn glance(largest: &u32) -> u64 {
//!         (*largest).into()
//!     }
//!
//!     /// Two nodes are done when each has had a turn. Asked after every instant.
//!     fn termination(&self, _: Time, _: &mut (), tally: &Tally, _: u64) -> Option<Outcome> {
//!         (tally.turns > 0).then_some(Outcome::Converged)
//!     }
//! }
//!
//! /// Two nodes, each the only neighbour of the other.
//! struct Pair;
//!
//! impl Graph for Pair {
//!     fn nodes(&self) -> u32 {
//!         2
//!     }
//!
//!     fn degree(&self, _: NodeId) -> u32 {
//!         1
//!     }
//!
//!     fn neighbor(&self, node: NodeId, _: u32) -> NodeId {
//!         NodeId::new(1 - node.number())
//!     }
//! }
//!
//! let chance = Chance { seed: 1, nodes: 2, replicate: 0 };
//! let second = Span::from_millis(1000);
//! let world = World {
//!     protocol: &Maximum,
//!     graph: &Pair,
//!     network: &Network::perfect(&chance),
//!     peers: &Peers::Uniform(peers::Uniform {}),
//!     choices: &chance.field(Purpose::Peers),      // the random numbers of peer choice,
//!     coins: &chance.field(Purpose::Protocol),     // and those of the protocol
//!     fanout: 1,
//!     knows_dead: None,
//!     admission: None,                             // nodes take any number of calls
//! };
//! let mut nobody = ();                             // who watches the run
//! let simulation = Simulation::new(world, Aligned::new(2, second), AlwaysUp(2), Memory::default(), &mut nobody);
//! // At most 10 rounds; nothing comes from outside.
//! let run = simulation.run(Limits::new(10, second, None), Agenda::default()).unwrap();
//! assert_eq!(run.memory.states, [1, 1]);
//! assert_eq!((run.tally.turns, run.tally.sent[0], run.tally.delivered[0]), (2, 2, 2));
//! ```
//!
//! All that is counted is held against each other at the end of every run: had a message been lost on the way without
//! being counted, `run` would have given an error.
//!
//! Constants of the trait, such as
//! [`TURNS_CHANGE_STATES`](crate::engine::Protocol::TURNS_CHANGE_STATES), switch off what a protocol does not use and make it
//! faster. Leave them alone until it works: a protocol that says of itself what is not true gives wrong results.
//!
//! # Stage 2: on a graph, with loss
//!
//! Topologies, latency and loss laws, peer rules and clocks are those of scenario files; the rule stays as it is. To know
//! when it is done the protocol counts who knows the largest number, in totals of its own. What is not shown again is as in
//! stage 1.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use gossipsim::clock::Staggered;
//! use gossipsim::engine::*;
//! use gossipsim::network::Network;
//! use gossipsim::network::latency::{Constant, Latency};
//! use gossipsim::network::loss::{Bernoulli, Loss};
//! use gossipsim::peers::{self, Peers};
//! use gossipsim::random::{Chance, Purpose};
//! use gossipsim::time::{Span, Time};
//! use gossipsim::topology::{Graph, OnGraph, TopologySpec};
//! use gossipsim::units::{NodeId, Probability};
//!
//! # #[derive(Clone)]
//! # struct Number(u32);
//! # impl Message for Number {
//! #     const KINDS: &'static [&'static str] = &["number"];
//! #     fn kind(&self) -> usize { 0 }
//! # }
//! /// The same rule among so many nodes.
//! struct Maximum {
//!     nodes: u32,
//! }
//!
//! impl Protocol for Maximum {
//!     // …
//! #    type State = u32;
//! #    type States = Vec<u32>;
//! #    type Message = Number;
//! #    type Timer = Infallible;
//! #    type Mail = Slab<Number, Infallible>;
//! #    type Input = Infallible;
//! #    type Fact = Infallible;
//!     /// How many nodes know the largest number.
//!     type Counts = u64;
//!
//!     fn prepare(&self, states: &mut Vec<u32>, know: &mut u64) {
//!         states.iter_mut().zip(0..).for_each(|(state, number)| *state = number);
//!         *know = 1; // the node with the largest number
//!     }
//!
//! #    fn turn(&self, largest: &mut u32, _: &mut Context<'_, Self>) -> Option<Number> {
//! #        Some(Number(*largest))
//! #    }
//!     fn learn(&self, largest: &mut u32, _: NodeId, Number(other): Number, context: &mut Context<'_, Self>) {
//!         let knew = *largest == self.nodes - 1;
//!         *largest = other.max(*largest);
//!         *context.counts += u64::from(!knew && *largest == self.nodes - 1);
//!     }
//! #    fn glance(largest: &u32) -> u64 { (*largest).into() }
//!
//!     /// Once all live nodes know it.
//!     fn termination(&self, _: Time, know: &mut u64, _: &Tally, live: u64) -> Option<Outcome> {
//!         (*know == live).then_some(Outcome::Converged)
//!     }
//! }
//!
//! /// A run that waits for its graph: the loop is compiled for the kind of graph that it gets.
//! struct Work(Chance);
//!
//! impl OnGraph for Work {
//!     type Output = Run<Maximum>;
//!
//!     fn with<G: Graph>(self, graph: &G) -> Run<Maximum> {
//!         let (Work(chance), nodes, second) = (self, graph.nodes(), Span::from_millis(1000));
//!         let latency = Latency::Constant(Constant { value: Span::from_millis(50) });
//!         let loss = Loss::Bernoulli(Bernoulli { rate: Probability::new(0.2).unwrap() });
//!         let world = World {
//!             protocol: &Maximum { nodes },
//!             graph,
//!             network: &Network { latency, loss, ..Network::perfect(&chance) },
//!             peers: &Peers::Uniform(peers::Uniform {}),
//!             choices: &chance.field(Purpose::Peers),
//!             coins: &chance.field(Purpose::Protocol),
//!             fanout: 1,
//!             knows_dead: None,
//!             admission: None,
//!         };
//!         let clock = Staggered::new(nodes, second, &chance);
//!         let mut nobody = ();
//!         let simulation = Simulation::new(world, clock, AlwaysUp(nodes), Memory::default(), &mut nobody);
//!         simulation.run(Limits::new(1000, second, None), Agenda::default()).unwrap()
//!     }
//! }
//!
//! let topology: TopologySpec = serde_json::from_value(serde_json::json!({ "random-regular": { "degree": 4 } })).unwrap();
//! let chance = Chance { seed: 1, nodes: 1000, replicate: 0 };
//! let run = topology.on_graph(1000, &mut chance.stream(Purpose::Topology), Work(chance)).unwrap();
//! assert_eq!((run.outcome, run.counts), (Outcome::Converged, 1000));
//! assert!(run.tally.lost[0] > 0);
//! ```
//!
//! Draws are looked up by what they decide. With another loss rate the same nodes contact the same peers at the same
//! instants, and the same seed gives the same run, whatever else happens.
//!
//! # Stage 3: as a workload, with a column
//!
//! A [`Workload`](crate::workload::Workload) is the settings below `[workload]` in a scenario file, and what is measured
//! of a run. Its columns are said once: their name, unit, meaning and value. Tables, `[expect]`, JSON, the data dictionary
//! and charts go by them. In the program it is a folder below `src/workload` and a line in the list of `workload/mod.rs`:
//! `src/workload/average` is the smallest to read. Here it is performed by hand.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use gossipsim::column::{Cell, Column, Summary};
//! use gossipsim::engine::*;
//! use gossipsim::experiment;
//! use gossipsim::key::Key;
//! use gossipsim::random::Chance;
//! use gossipsim::scenario::{self, Overrides, Source};
//! use gossipsim::time::Time;
//! use gossipsim::units::NodeId;
//! use gossipsim::workload::{Common, Measures, Runner, Setup, Workload};
//!
//! # #[derive(Clone)]
//! # struct Number(u32);
//! # impl Message for Number {
//! #     const KINDS: &'static [&'static str] = &["number"];
//! #     fn kind(&self) -> usize { 0 }
//! # }
//! # struct Maximum { nodes: u32 }
//! impl Protocol for Maximum {
//!     // …
//! #    type State = u32;
//! #    type States = Vec<u32>;
//! #    type Message = Number;
//! #    type Timer = Infallible;
//! #    type Mail = Slab<Number, Infallible>;
//! #    type Input = Infallible;
//! #    type Fact = Infallible;
//!     /// How many nodes know the largest number, and since when.
//!     type Counts = (u64, Time);
//!
//!     fn prepare(&self, states: &mut Vec<u32>, counts: &mut (u64, Time)) {
//!         states.iter_mut().zip(0..).for_each(|(state, number)| *state = number);
//!         counts.0 = 1;
//!     }
//!
//! #    fn turn(&self, largest: &mut u32, _: &mut Context<'_, Self>) -> Option<Number> { Some(Number(*largest)) }
//!     fn learn(&self, largest: &mut u32, _: NodeId, Number(other): Number, context: &mut Context<'_, Self>) {
//!         let knew = *largest == self.nodes - 1;
//!         *largest = other.max(*largest);
//!         if !knew && *largest == self.nodes - 1 {
//!             *context.counts = (context.counts.0 + 1, context.now);
//!         }
//!     }
//! #    fn glance(largest: &u32) -> u64 { (*largest).into() }
//!
//!     fn termination(&self, _: Time, counts: &mut (u64, Time), _: &Tally, live: u64) -> Option<Outcome> {
//!         (counts.0 == live).then_some(Outcome::Converged)
//!     }
//! }
//!
//! /// The settings: there are none.
//! #[derive(Clone)]
//! struct Largest;
//!
//! /// What is measured of a run.
//! struct Measured {
//!     know: u64,
//! }
//!
//! const COLUMNS: &[Column<Measured>] = &[
//!     Column::whole("know", "nodes", "Nodes that know the largest number.", |run: &Measured| run.know.into())
//!         .summed(Summary::Mean),
//! ];
//!
//! impl Workload for Largest {
//!     const USES: &'static [&'static str] = &["strategy", "fanout", "interval", "phase", "peers"];
//!     const KEYS: &'static [Key] = &[];
//!     const GOAL: &'static str = "every node knows the largest number";
//!
//!     fn measures() -> Measures {
//!         Measures::of(COLUMNS, &[])
//!     }
//!
//!     fn run_by<R: Runner>(&self, common: &Common, _: &Chance, runner: R) -> Option<R::Output> {
//!         Some(runner.run(Setup {
//!             protocol: Maximum { nodes: common.nodes },
//!             inputs: Box::new(std::iter::empty()),   // what comes from outside, in order of time
//!             sample: |_, _| Default::default(),      // what is looked at round by round
//!             measure: |_, run| Measured { know: run.counts.0 },
//!             columns: COLUMNS,
//!             converged_at: |run| Some(run.counts.1),
//!             has_goal: |_| true,                     // there always is something to know
//!         }))
//!     }
//! }
//!
//! let text = "[network]\nnodes = 225\ntopology = \"grid\"\nloss = 0.1\n[gossip]\nstrategy = \"push\"\nphase = \"poisson\"\n";
//! let scenario = scenario::read(Source::text("largest.toml", text), &Overrides::default()).unwrap();
//! // Replicate 0, and the run goes on as long as it is told to.
//! let record = experiment::run_workload(&Largest, &scenario.point(0), 0, &|| true).unwrap();
//! assert!(record.converged());
//! assert_eq!(record.measured, [Cell::from(225_u64)]);
//! ```
//!
//! A chart is one function from the tables to a figure and its line in the list of `output/charts/mod.rs`; it draws where
//! the columns that it shows are there.
