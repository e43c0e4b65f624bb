//! The settings of averaging: by which method, of which values, to which end.

use serde::{Deserialize, Serialize};

use super::mass::{Mass, ONE, Target};
use super::{Averaging, PushPull, PushSum, columns};
use crate::catalog::Incompatible;
use crate::clock::Phase;
use crate::key::Key;
use crate::keys;
use crate::random::{Chance, Purpose};
use crate::units::Probability;
use crate::workload::Strategy;
use crate::workload::{Common, Measures, Runner, Workload};

keys! {
    ESTIMATE = "workload.estimate", Optional("\"mean\""), None,
        "what every node is to know: the `mean` of all values, their `sum`, or the `count` of nodes";
    VALUES = "workload.values", Optional("\"uniform\""), None,
        "the values: `uniform` (drawn from 0 to 1), `linear` (node i of n has (i + 1) / n) or `peak` (node 0 has n, all \
         others 0)";
    TOLERANCE = "workload.tolerance", Optional("0.01"), Some("tolerance"),
        "a run has converged when every live node is off by no more than this share of the truth";
}

/// The settings of averaging.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Average {
    /// What every node is to know.
    pub estimate: Estimate,
    /// The values of the nodes.
    pub values: Values,
    /// The error that is allowed, as a share of the truth.
    pub tolerance: Probability,
}

/// What every node is to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimate {
    /// The mean of all values.
    Mean,
    /// Their sum: all weight is at one node.
    Sum,
    /// How many nodes there are: all values are 1, and all weight is at one node.
    Count,
}

/// The values of the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Values {
    /// Drawn from 0 to 1 for each replicate.
    Uniform,
    /// Node i of n has (i + 1) / n.
    Linear,
    /// Node 0 has n, all others 0.
    Peak,
}

impl Workload for Average {
    const USES: &'static [&'static str] =
        &["strategy", "fanout", "interval", "phase", "drift", "drift_law", "jitter", "peers", "knows_dead"];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "every node is close to the truth";

    fn measures() -> Measures {
        columns::measures()
    }

    /// Averaging by pull alone, averaging by pairs in aligned rounds, and a tolerance of nothing are refused.
    fn check(&self, common: &Common) -> Result<(), Incompatible> {
        let of_the_whole = |problem: &str, allowed: &str| {
            Err(Incompatible { key: None, problem: problem.to_owned(), allowed: allowed.to_owned() })
        };
        match (common.strategy, common.phase) {
            (Strategy::Pull, _) => {
                return of_the_whole(
                    "nothing is averaged by pull alone: who asks would take mass that others still have",
                    "strategy = \"push\" (push-sum) or \"push-pull\" (averaging by pairs)",
                );
            }
            (Strategy::PushPull, Phase::Aligned) => {
                return of_the_whole(
                    "pairs cannot take on their means where all nodes act at one instant, from what they held before it: \
                     a node in two exchanges would give the same mass away twice",
                    "phase = \"random\" or \"poisson\" with strategy = \"push-pull\"; in aligned rounds \"push\"",
                );
            }
            _ => {}
        }
        if self.tolerance.value() <= 0.0 {
            return Err(Incompatible::of(
                TOLERANCE.name(),
                "nobody is ever exactly right",
                "a share above 0, such as 0.01",
            ));
        }
        Ok(())
    }

    fn memory(&self, nodes: u32, calls: u64, in_flight: u64) -> u64 {
        // What nodes hold, and held at the start; a message and its way.
        u64::from(nodes) * 2 * size_of::<Mass>() as u64 + calls.saturating_add(in_flight).saturating_mul(64)
    }

    fn run_by<R: Runner>(&self, common: &Common, chance: &Chance, runner: R) -> Option<R::Output> {
        let (initial, target) = self.masses(common.nodes, chance);
        Some(match common.strategy {
            Strategy::PushPull => runner.run(columns::setup(Averaging { initial, target, method: PushPull })),
            Strategy::Push | Strategy::Pull => {
                let method = PushSum { fanout: common.fanout };
                runner.run(columns::setup(Averaging { initial, target, method }))
            }
        })
    }
}

impl Average {
    /// What the nodes that are there at the start hold, and what they ought to believe.
    pub fn masses(&self, nodes: u32, chance: &Chance) -> (Vec<Mass>, Target) {
        let draws = chance.field(Purpose::Workload);
        let value = |node: u32| match (self.estimate, self.values) {
            (Estimate::Count, _) => ONE,
            // 64 random bits below one.
            (_, Values::Uniform) => i128::from(draws.at(node.into(), 0, 0)) << 16,
            (_, Values::Linear) => ONE / i128::from(nodes) * i128::from(node + 1),
            (_, Values::Peak) => ONE * if node == 0 { nodes.into() } else { 0 },
        };
        let weight = |node: u32| if self.estimate == Estimate::Mean || node == 0 { ONE } else { 0 };
        let initial: Vec<Mass> = (0..nodes).map(|node| Mass { sum: value(node), weight: weight(node) }).collect();
        let total = initial.iter().fold(Mass::default(), |total, &mass| total.plus(mass));
        (initial, Target::new(total, self.tolerance.value()))
    }
}
