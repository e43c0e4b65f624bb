//! The laws of growth that are told apart.

use std::fmt;

/// A law of growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// a
    Constant,
    /// a + b log2 n / log2 (1 + log2 n), which is of the order of log n / log log n and rises from n = 1 on.
    LogOverLogLog,
    /// a + b log2 n
    Logarithmic,
    /// a + b (log2 n)²
    LogSquared,
    /// a + b √n
    SquareRoot,
    /// a + b (n^c - 1) / c, which rises for any c and is the logarithm at c = 0 (Box & Cox 1964).
    Power,
    /// a + b n
    Linear,
    /// a + b n log2 n
    LinearTimesLog,
}

impl Law {
    /// All of them, the simplest first.
    pub const ALL: [Law; 8] = [
        Law::Constant,
        Law::Logarithmic,
        Law::LogOverLogLog,
        Law::LogSquared,
        Law::SquareRoot,
        Law::Linear,
        Law::LinearTimesLog,
        Law::Power,
    ];

    /// The exponent of n it amounts to, where it has one of its own.
    pub(super) fn exponent(self) -> Option<f64> {
        match self {
            Law::Logarithmic | Law::LogOverLogLog => Some(0.0),
            Law::SquareRoot => Some(0.5),
            Law::Linear => Some(1.0),
            Law::Constant | Law::LogSquared | Law::Power | Law::LinearTimesLog => None,
        }
    }

    /// How many numbers are fitted, the scale of the errors included.
    pub(super) fn parameters(self) -> f64 {
        match self {
            Law::Constant => 2.0,
            Law::Power => 4.0,
            _ => 3.0,
        }
    }

    /// What the law is a straight line in, for `n` nodes; `exponent` is that of the power law.
    pub(super) fn regressor(self, exponent: Option<f64>, n: f64) -> f64 {
        let log = libm::log2(n);
        match self {
            Law::Constant => 0.0,
            // From one node on: at n = 1 the law is 0 / 0, and its limit ln 2.
            Law::LogOverLogLog if log > 0.0 => log / libm::log2(1.0 + log),
            Law::LogOverLogLog => std::f64::consts::LN_2,
            Law::Logarithmic => log,
            Law::LogSquared => log * log,
            Law::SquareRoot => n.sqrt(),
            Law::Power => match exponent.unwrap_or(1.0) {
                none if none.abs() < 1e-9 => libm::log(n),
                exponent => (libm::pow(n, exponent) - 1.0) / exponent,
            },
            Law::Linear => n,
            Law::LinearTimesLog => n * log,
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Law::Constant => "constant",
            Law::LogOverLogLog => "log n / log log n",
            Law::Logarithmic => "logarithmic",
            Law::LogSquared => "log-squared",
            Law::SquareRoot => "square root",
            Law::Power => "power",
            Law::Linear => "linear",
            Law::LinearTimesLog => "n log n",
        })
    }
}
