//! What the command line changes in a scenario.

use clap::Args;

use crate::scenario::Overrides;

/// A whole number, or what is allowed.
pub(super) fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("it takes a whole number from 0 to {}", u64::MAX))
}

/// Changes to a scenario from the command line.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Changes {
    /// Set a key of the scenario, as in --set gossip.fanout=3; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// The seed that decides every draw.
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// Runs of every configuration: a fixed number, also where the scenario has a target.
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub(crate) replicates: Option<u64>,
}

impl Changes {
    /// As the scenario layer takes them.
    pub(crate) fn overrides(&self, force: bool) -> Overrides {
        let Changes { set, seed, replicates } = self.clone();
        Overrides { set, seed, replicates, force, ..Overrides::default() }
    }

    /// As they are written on the command line.
    pub(crate) fn written(&self) -> Vec<String> {
        let set = self.set.iter().map(|set| format!("--set {set}"));
        let number = |name, number: Option<u64>| number.map(|number| format!("--{name} {number}"));
        set.chain(number("seed", self.seed)).chain(number("replicates", self.replicates)).collect()
    }
}
