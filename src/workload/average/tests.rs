//! How fast averaging contracts, held against exact factors; and that no mass is made or lost but by the network.

use std::ops::ControlFlow;

use super::mass::ONE;
use super::*;
use crate::clock::{Aligned, Clock, Drawn, Phase, Staggered};
use crate::engine::{AlwaysUp, Limits, Observer, Outcome, Protocol, Run, View};
use crate::random::Chance;
use crate::time::{Span, Time};
use crate::topology::CompleteGraph;
use crate::units::Probability;
use crate::workload::testing::Trial;
use crate::workload::{BackOff, Common, Strategy, Workload};

const INTERVAL: Span = Span::from_millis(1000);

/// A run to be made on the complete graph.
#[derive(Clone)]
struct Setup {
    nodes: u32,
    fanout: u32,
    loss: f64,
    latency: u64,
    phase: Phase,
    replicate: u64,
    /// In intervals.
    until: u64,
    tolerance: f64,
}

impl Setup {
    fn new(nodes: u32, fanout: u32, phase: Phase) -> Self {
        Setup { nodes, fanout, loss: 0.0, latency: 0, phase, replicate: 0, until: 1, tolerance: 1e-12 }
    }

    fn common(&self, strategy: Strategy) -> Common {
        Common {
            nodes: self.nodes,
            strategy,
            fanout: self.fanout,
            interval: INTERVAL,
            phase: self.phase,
            back_off: BackOff::NONE,
            complete: true,
        }
    }

    fn chance(&self) -> Chance {
        Chance { seed: 5, nodes: self.nodes, replicate: self.replicate }
    }

    /// Runs `protocol` to the end of the last interval.
    fn run<P: Protocol>(&self, protocol: &P, observer: &mut dyn Observer<P>) -> Run<P> {
        let (nodes, chance) = (self.nodes, self.chance());
        match self.phase {
            Phase::Aligned => self.on(protocol, Aligned::new(nodes, INTERVAL), observer),
            Phase::Random => self.on(protocol, Staggered::new(nodes, INTERVAL, &chance), observer),
            Phase::Poisson => self.on(protocol, Drawn::poisson(nodes, INTERVAL, &chance), observer),
            Phase::Drifting => unreachable!("no test has it"),
        }
    }

    fn on<P: Protocol, C: Clock>(&self, protocol: &P, clock: C, observer: &mut dyn Observer<P>) -> Run<P> {
        let trial = Trial {
            protocol,
            graph: &CompleteGraph::over(self.nodes),
            chance: self.chance(),
            loss: self.loss,
            latency: Span::from_millis(self.latency),
            fanout: self.fanout,
            limits: Limits::new(self.until, INTERVAL, None),
            happenings: Vec::new(),
        };
        trial.run(clock, AlwaysUp(self.nodes), observer)
    }

    fn push_sum(&self, average: &Average) -> Averaging<PushSum> {
        let (initial, target) = average.masses(self.nodes, &self.chance());
        let method = PushSum { fanout: self.fanout };
        Averaging { initial, target: Target { tolerance: self.tolerance, ..target }, method }
    }

    fn push_pull(&self, average: &Average) -> Averaging<PushPull> {
        let (initial, target) = average.masses(self.nodes, &self.chance());
        Averaging { initial, target: Target { tolerance: self.tolerance, ..target }, method: PushPull }
    }
}

fn average(estimate: Estimate, values: Values) -> Average {
    Average { estimate, values, tolerance: Probability::new(0.01).unwrap() }
}

/// The sum over nodes of (sum - weight × target)², which push-sum and averaging contract.
fn potential(states: &[Mass], target: &Target) -> f64 {
    let value = target.value;
    let off = |mass: &Mass| (mass.sum as f64 - mass.weight as f64 * value) / ONE as f64;
    states.iter().map(|mass| off(mass).powi(2)).sum()
}

/// z of the mean of `after` against `factor` times that of `before`, pair by pair.
fn z_of_factor(pairs: &[(f64, f64)], factor: f64) -> f64 {
    let off: Vec<f64> = pairs.iter().map(|(before, after)| after - factor * before).collect();
    let count = off.len() as f64;
    let mean = off.iter().sum::<f64>() / count;
    let variance = off.iter().map(|off| (off - mean).powi(2)).sum::<f64>() / (count - 1.0);
    mean / (variance / count).sqrt()
}

/// |z| <= 4: the potential shrinks by a - a² (2k/(n-1) + (n-2) k²/(n-1)²), a = 1/(k+1), in every round, whatever the
/// masses are (derived; for n = 10: .419753 for k = 1, .240055 for k = 2).
#[test]
fn push_sum_contracts_by_the_exact_factor_in_every_round() {
    for (fanout, exact) in [(1, 0.419753), (2, 0.240055)] {
        let (n, k) = (10.0, f64::from(fanout));
        let a = 1.0 / (k + 1.0);
        let factor = a - a * a * (2.0 * k / (n - 1.0) + (n - 2.0) * k * k / ((n - 1.0) * (n - 1.0)));
        assert!((factor - exact).abs() < 1e-6, "{factor}");
        for round in 1..=3 {
            let pairs: Vec<(f64, f64)> = (0..4000)
                .map(|replicate| {
                    let at = |until| {
                        let setup = Setup { replicate, until, ..Setup::new(10, fanout, Phase::Aligned) };
                        let protocol = setup.push_sum(&average(Estimate::Mean, Values::Uniform));
                        let run = setup.run(&protocol, &mut ());
                        potential(&run.memory.states, &protocol.target)
                    };
                    let before = if round > 1 {
                        at(round - 1)
                    } else {
                        let protocol = Setup { replicate, ..Setup::new(10, fanout, Phase::Aligned) }
                            .push_sum(&average(Estimate::Mean, Values::Uniform));
                        potential(&protocol.initial, &protocol.target)
                    };
                    (before, at(round))
                })
                .collect();
            let z = z_of_factor(&pairs, factor);
            assert!(z.abs() <= 4.0, "fanout {fanout}, round {round}: z = {z:.2}");
        }
    }
}

/// |z| <= 4: the variance of uncorrelated values after every node has had one turn, at once and with any other node, by
/// the recursion of second moments (derived: n = 3 5/64, 5 .176727, 20 .274599, 100 .297685; 1/(2 sqrt e) in the limit).
#[test]
fn averaging_by_pairs_contracts_by_the_exact_factor_in_a_cycle() {
    for (nodes, factor, runs) in
        [(3, 5.0 / 64.0, 8000), (5, 0.176727, 8000), (20, 0.274599, 2000), (100, 0.297685, 600)]
    {
        let pairs: Vec<(f64, f64)> = (0..runs)
            .map(|replicate| {
                let setup = Setup { replicate, ..Setup::new(nodes, 1, Phase::Random) };
                let protocol = setup.push_pull(&average(Estimate::Mean, Values::Uniform));
                let run = setup.run(&protocol, &mut ());
                assert_eq!(run.tally.turns, u64::from(nodes));
                (potential(&protocol.initial, &protocol.target), potential(&run.memory.states, &protocol.target))
            })
            .collect();
        let z = z_of_factor(&pairs, factor);
        assert!(z.abs() <= 4.0, "{nodes} nodes: z = {z:.2}");
    }
    // Poisson clocks: exp(-n t / (n - 1)) by time t.
    let pairs: Vec<(f64, f64)> = (0..4000)
        .map(|replicate| {
            let setup = Setup { replicate, ..Setup::new(10, 1, Phase::Poisson) };
            let protocol = setup.push_pull(&average(Estimate::Mean, Values::Uniform));
            let run = setup.run(&protocol, &mut ());
            (potential(&protocol.initial, &protocol.target), potential(&run.memory.states, &protocol.target))
        })
        .collect();
    let z = z_of_factor(&pairs, libm::exp(-10.0 / 9.0));
    assert!(z.abs() <= 4.0, "Poisson clocks: z = {z:.2}");
}

#[test]
fn without_loss_all_mass_is_conserved_to_the_last_bit() {
    for phase in [Phase::Aligned, Phase::Random, Phase::Poisson] {
        for estimate in [Estimate::Mean, Estimate::Sum, Estimate::Count] {
            let setup = Setup { until: 50, ..Setup::new(37, 3, phase) };
            let protocol = setup.push_sum(&average(estimate, Values::Uniform));
            let run = setup.run(&protocol, &mut ());
            assert_eq!(run.counts.held, protocol.target.total, "push-sum, {phase}, {estimate:?}");
            if phase != Phase::Aligned {
                let protocol = setup.push_pull(&average(estimate, Values::Linear));
                let run = setup.run(&protocol, &mut ());
                assert_eq!(run.counts.held, protocol.target.total, "push-pull, {phase}, {estimate:?}");
            }
        }
    }
}

/// What is on its way is missing at a moment, and there again later: with latency masses are equal once all arrived.
#[test]
fn with_latency_mass_is_only_away_and_with_loss_it_drifts_by_the_exact_share() {
    struct Least(i128, i128);
    impl<P: Protocol<Counts = Counts>> Observer<P> for Least {
        fn due(&self) -> Time {
            Time::ZERO
        }

        fn look(&mut self, _: Time, view: View<'_, P>) -> ControlFlow<()> {
            self.0 = self.0.min(view.counts.held.weight);
            self.1 = self.1.max(view.counts.held.weight);
            ControlFlow::Continue(())
        }
    }
    let setup = Setup { until: 20, latency: 100, ..Setup::new(20, 1, Phase::Aligned) };
    let protocol = setup.push_sum(&average(Estimate::Mean, Values::Uniform));
    let mut least = Least(i128::MAX, 0);
    let run = setup.run(&protocol, &mut least);
    assert_eq!(run.counts.held, protocol.target.total, "all has arrived");
    assert!(least.0 <= 10 * ONE && least.1 == 20 * ONE, "half is on its way after each instant of turns");
    // A share of p k / (k + 1) is lost in every round: .773781 is left after 5 rounds of k = 1, p = .1.
    let left: Vec<f64> = (0..2000)
        .map(|replicate| {
            let setup = Setup { replicate, until: 5, loss: 0.1, ..Setup::new(10, 1, Phase::Aligned) };
            let protocol = setup.push_sum(&average(Estimate::Mean, Values::Uniform));
            let run = setup.run(&protocol, &mut ());
            run.counts.held.weight as f64 / protocol.target.total.weight as f64
        })
        .collect();
    let (count, mean) = (left.len() as f64, left.iter().sum::<f64>() / left.len() as f64);
    let sd = (left.iter().map(|left| (left - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
    let z = (mean - 0.95_f64.powi(5)) / (sd / count.sqrt());
    assert!(z.abs() <= 4.0 && (0.95_f64.powi(5) - 0.773781).abs() < 1e-6, "{mean} left: z = {z:.2}");
}

#[test]
fn every_node_learns_the_mean_the_sum_and_the_number_of_nodes() {
    for nodes in [2, 3, 64] {
        for (estimate, truth) in [
            (Estimate::Mean, f64::from(nodes + 1) / f64::from(2 * nodes)),
            (Estimate::Sum, f64::from(nodes + 1) / 2.0),
            (Estimate::Count, f64::from(nodes)),
        ] {
            let setup = Setup { until: 1000, tolerance: 1e-6, ..Setup::new(nodes, 1, Phase::Random) };
            let average = average(estimate, Values::Linear);
            let (sum, pairs) = (setup.push_sum(&average), setup.push_pull(&average));
            let (one, other) = (setup.run(&sum, &mut ()), setup.run(&pairs, &mut ()));
            assert_eq!((one.outcome, other.outcome), (Outcome::Converged, Outcome::Converged), "{estimate:?}");
            for mass in one.memory.states.iter().chain(&other.memory.states) {
                let estimate = mass.estimate().unwrap();
                assert!((estimate / truth - 1.0).abs() <= 1e-6, "{nodes} nodes: {estimate} for {truth}");
            }
        }
    }
}

#[test]
fn what_cannot_be_averaged_is_refused_with_the_reason() {
    let common = |strategy, phase| Setup::new(8, 1, phase).common(strategy);
    let average = average(Estimate::Mean, Values::Uniform);
    assert_eq!(average.check(&common(Strategy::Push, Phase::Aligned)), Ok(()));
    assert_eq!(average.check(&common(Strategy::PushPull, Phase::Random)), Ok(()));
    let aligned = average.check(&common(Strategy::PushPull, Phase::Aligned)).unwrap_err();
    assert!(aligned.problem.contains("the same mass away twice"), "{aligned:?}");
    let pull = average.check(&common(Strategy::Pull, Phase::Random)).unwrap_err();
    assert!(pull.problem.contains("by pull alone"), "{pull:?}");
}
