//! The functions of expressions.

use super::rounding::nearly_whole;

/// A function of expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Ceil,
    Floor,
    Round,
    Sqrt,
    Ln,
    Log2,
    Log10,
    Min,
    Max,
    Abs,
}

/// Names of other languages for a function of this one, or for a part of it.
const MEANT: [(&str, &str); 10] = [
    ("log", "did you mean `ln`, `log2` or `log10`?"),
    ("lg", "did you mean `log2` or `log10`?"),
    ("ld", "did you mean `log2`?"),
    ("lb", "did you mean `log2`?"),
    ("loge", "did you mean `ln`?"),
    ("ceiling", "did you mean `ceil`?"),
    ("int", "did you mean `floor`?"),
    ("trunc", "did you mean `floor`?"),
    ("pow", "write a power as n^2"),
    ("exp", "write 2.718281828459045^x"),
];

impl Function {
    /// All of them with their names, in the order in which they are listed.
    pub(crate) const ALL: [(&'static str, Function); 10] = [
        ("ceil", Function::Ceil),
        ("floor", Function::Floor),
        ("round", Function::Round),
        ("sqrt", Function::Sqrt),
        ("ln", Function::Ln),
        ("log2", Function::Log2),
        ("log10", Function::Log10),
        ("min", Function::Min),
        ("max", Function::Max),
        ("abs", Function::Abs),
    ];

    /// The function called `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| *own == name).map(|(_, function)| *function)
    }

    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name)
    }

    /// What whoever wrote `name` probably meant, if it is a word of another language.
    pub(super) fn meant(name: &str) -> Option<&'static str> {
        MEANT.iter().find(|(word, _)| name.eq_ignore_ascii_case(word)).map(|(_, meant)| *meant)
    }

    /// Whether it takes so many numbers.
    pub(super) fn takes(self, count: usize) -> bool {
        match self {
            Function::Min | Function::Max => count > 0,
            _ => count == 1,
        }
    }

    /// Its value; of one that takes one number that of the first, and NaN of none.
    ///
    /// What is whole but for rounding stays so: `ceil(7% * n)` of 100 nodes is 7, though 0.07 × 100 is a little more.
    pub(super) fn of(self, numbers: &[f64]) -> f64 {
        let first = numbers.first().copied().unwrap_or(f64::NAN);
        let by = |round: fn(f64) -> f64| nearly_whole(first).unwrap_or_else(|| round(first));
        match self {
            Function::Ceil => by(libm::ceil),
            Function::Floor => by(libm::floor),
            Function::Round => by(libm::round),
            Function::Sqrt => libm::sqrt(first),
            Function::Ln => libm::log(first),
            Function::Log2 => libm::log2(first),
            Function::Log10 => libm::log10(first),
            Function::Min => numbers.iter().copied().fold(first, f64::min),
            Function::Max => numbers.iter().copied().fold(first, f64::max),
            Function::Abs => libm::fabs(first),
        }
    }
}
