//! What is wrong with a scenario, where, what is allowed instead, and what was probably meant.

use super::place::Place;
use crate::printable;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where it is; `None` if it is about the file as a whole.
    pub place: Option<Place>,
    /// The dotted path of the key it is about; empty where there is none.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What may be written instead; not shown where `problem` ends with it.
    pub allowed: String,
    /// What was probably meant, or how to mend it.
    pub suggestion: Option<String>,
}

impl Diagnostic {
    /// A mistake of the file as a whole.
    pub(super) fn of_file(problem: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self::new(None, "", problem, allowed)
    }

    /// A mistake in the value or the name of `key`.
    pub(super) fn at(
        place: Place,
        key: impl Into<String>,
        problem: impl Into<String>,
        allowed: impl Into<String>,
    ) -> Self {
        Self::new(Some(place), key, problem, allowed)
    }

    fn new(
        place: Option<Place>,
        key: impl Into<String>,
        problem: impl Into<String>,
        allowed: impl Into<String>,
    ) -> Self {
        let (key, problem, allowed) = (key.into(), problem.into(), allowed.into());
        Diagnostic { place, key, problem, allowed, suggestion: None }
    }

    /// The same with a suggestion.
    pub(super) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The same with "did you mean …?", if there is a near miss.
    pub(super) fn near(mut self, meant: Option<&str>) -> Self {
        self.suggestion = meant.map(|meant| format!("did you mean `{meant}`?")).or(self.suggestion);
        self
    }

    /// The same, fit for a terminal.
    pub(super) fn shown(&self) -> Self {
        let shown = |text: &String| printable::lines(text).into_owned();
        Diagnostic {
            place: self.place,
            key: printable::line(&self.key).into_owned(),
            problem: shown(&self.problem),
            allowed: shown(&self.allowed),
            suggestion: self.suggestion.as_ref().map(shown),
        }
    }

    /// What may be written instead, unless `problem` says it.
    pub(super) fn untold(&self) -> Option<&str> {
        (!self.problem.ends_with(&self.allowed)).then_some(self.allowed.as_str())
    }
}
