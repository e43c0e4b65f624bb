//! A law: what it says, who published it, what it holds for, what it claims of a case, and what that leaves open.

use std::fmt;

use super::case::Case;

pub(super) const DERIVED: &str = "derived";
pub(super) const DEMERS: &str = "Demers et al. 1987";

/// What a law says of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claim {
    /// The mean number of rounds, exactly or up to terms below 1e-5.
    Exactly(f64),
    /// The mean number of rounds, up to a term that stays bounded: see [`Rule::slack`].
    About(f64),
    /// The leading term of the mean number of rounds: their ratio tends to 1, their difference may grow.
    Leading(f64),
    /// The mean lies between these.
    Between(f64, f64),
    /// The mean is not less.
    AtLeast(f64),
    /// How the rounds grow with n; no number follows.
    Growth,
    /// The share of nodes that never learn.
    Residue(f64),
    /// Updates sent per node.
    Traffic(f64),
    /// The probability that the graph is connected, without which nobody can tell everybody.
    Connected(f64),
    /// Something about the case that is none of these.
    Note,
}

impl Claim {
    /// What kind of claim it is, in a word for tables.
    pub fn kind(self) -> &'static str {
        match self {
            Claim::Exactly(_) | Claim::About(_) => "mean",
            Claim::Leading(_) => "leading-term",
            Claim::Between(..) => "range",
            Claim::AtLeast(_) => "lower-bound",
            Claim::Growth => "growth",
            Claim::Residue(_) => "residue",
            Claim::Traffic(_) => "traffic",
            Claim::Connected(_) => "connected",
            Claim::Note => "note",
        }
    }

    /// The lower end, the value and the upper end of the rounds, as far as there are.
    pub fn numbers(self) -> [Option<f64>; 3] {
        match self {
            Claim::Exactly(mean) | Claim::About(mean) | Claim::Leading(mean) => [None, Some(mean), None],
            Claim::Between(low, high) => [Some(low), None, Some(high)],
            Claim::AtLeast(low) => [Some(low), None, None],
            Claim::Growth | Claim::Residue(_) | Claim::Traffic(_) | Claim::Connected(_) | Claim::Note => [None; 3],
        }
    }
}

/// A law as the table has it, for n nodes, fanout k, legs that arrive with probability p, and contacts that end with
/// both knowing with probability a (if who knows opens them) or b (if the other does).
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What it is called in tables of checks; no other law has this name.
    pub name: &'static str,
    /// What it says, such as `log2 n + ln n`.
    pub text: &'static str,
    /// Who published it, or "derived".
    pub source: &'static str,
    /// What it holds for, in words.
    pub domain: &'static str,
    /// What its claim leaves open.
    pub slack: Tolerance,
    /// What it holds for.
    pub covers: fn(&Case) -> bool,
    /// What it claims of a case that it covers.
    pub claim: fn(&Case) -> Claim,
}

impl Rule {
    /// What it says of `case`, if it holds there.
    pub fn of(&self, case: &Case) -> Option<Law> {
        let Rule { name, text, source, .. } = *self;
        (self.covers)(case).then(|| Law { name, text, source, claim: (self.claim)(case) })
    }
}

/// How far what is true may lie off what a law claims, wherever it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// Not at all.
    None,
    /// By so much less and so much more.
    Within(f64, f64),
    /// By this share of it.
    Share(f64),
    /// On the complete graph: 0.1 rounds less to 0.4 + 1.25 / min(1, k(a+b)) more.
    Rate,
}

impl Tolerance {
    /// The least and the greatest value that may be true where a law claims `value` of `case`.
    pub fn around(self, value: f64, case: &Case) -> (f64, f64) {
        let (less, more) = match self {
            Tolerance::None => (0.0, 0.0),
            Tolerance::Within(less, more) => (less, more),
            Tolerance::Share(share) => (share * value, share * value),
            Tolerance::Rate => on_the_complete_graph(case),
        };
        (value - less, value + more)
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tolerance::None => f.write_str("0"),
            Tolerance::Within(less, more) => write!(f, "-{less} to +{more}"),
            Tolerance::Share(share) => write!(f, "{:.0} %", share * 100.0),
            Tolerance::Rate => f.write_str("-0.1 to +(0.4 + 1.25 / min(1, k(a+b)))"),
        }
    }
}

/// A law and what it claims of a case that it holds for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// The name of its [`Rule`].
    pub name: &'static str,
    /// What it says, such as `log2 n + ln n`.
    pub text: &'static str,
    /// What that is for the case.
    pub claim: Claim,
    /// Who published it, or "derived".
    pub source: &'static str,
}

impl Law {
    /// What it says, with what it leaves open.
    pub fn statement(&self) -> String {
        match self.claim {
            Claim::About(_) => format!("{} + O(1)", self.text),
            Claim::Leading(_) => format!("leading term only: {}", self.text),
            Claim::Residue(share) => format!("{}, here s = {share:.4}", self.text),
            Claim::Traffic(updates) => format!("{}, here m = {updates:.2}", self.text),
            Claim::Connected(chance) if chance > 0.0 && chance < 1e-3 => format!("{}, here {chance:.0e}", self.text),
            Claim::Connected(chance) if chance > 0.0 => format!("{}, here {chance:.3}", self.text),
            _ => self.text.to_owned(),
        }
    }

    /// Whether a formula for the mean was worked out for this project rather than published.
    pub fn derived(&self) -> bool {
        self.source.starts_with(DERIVED)
    }
}

/// How many rounds the exact mean may be less, and how many more, than the laws of the complete graph say of a case:
/// held by exact chains, and by simulation over a grid of cases.
fn on_the_complete_graph(case: &Case) -> (f64, f64) {
    let contact = case.strategy.contact(case.arrives);
    let rate = f64::from(case.fanout) * (contact.push + contact.pull);
    (0.1, 0.4 + 1.25 / rate.min(1.0))
}
