//! What is wrong with an expression, and where in it.

use std::ops::Range;

use super::tree::Tree;

/// A mistake in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The bytes of the expression that it is about.
    pub(crate) range: Range<usize>,
    /// What is wrong.
    pub(crate) problem: String,
    /// What is allowed, if that is less than an expression may be.
    pub(crate) allowed: Option<String>,
    /// What was probably meant, if that is known.
    pub(crate) suggestion: Option<String>,
}

impl Mistake {
    pub(super) fn at(range: Range<usize>, problem: impl Into<String>) -> Self {
        Mistake { range, problem: problem.into(), allowed: None, suggestion: None }
    }

    /// A mistake in a variable, which shows wherever that is named.
    pub(crate) fn of_variable(problem: impl Into<String>, suggestion: Option<String>) -> Self {
        Mistake { suggestion, ..Mistake::at(0..0, problem) }
    }

    /// What is wrong with all of `tree`.
    pub(crate) fn of_tree(tree: &Tree, problem: impl Into<String>) -> Self {
        Mistake::at(tree.range(), problem)
    }

    /// The same, shown at `tree`.
    pub(super) fn moved(self, tree: &Tree) -> Self {
        Mistake { range: tree.range(), ..self }
    }

    pub(super) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}
