//! What is wrong with an expression, and where in it.

use std::ops::Range;

/// A mistake in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The bytes of the expression that it is about.
    pub(crate) range: Range<usize>,
    /// What is wrong.
    pub(crate) problem: String,
    /// What was probably meant, if that is known.
    pub(crate) suggestion: Option<String>,
}

impl Mistake {
    pub(super) fn at(range: Range<usize>, problem: impl Into<String>) -> Self {
        Mistake { range, problem: problem.into(), suggestion: None }
    }

    pub(super) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}
