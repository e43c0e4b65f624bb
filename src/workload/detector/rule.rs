//! When a silence is too long.

use super::phi::Phi;
use super::window::Window;
use crate::time::Span;

/// When a silence is too long.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// Once it is longer than this.
    Timeout(Span),
    /// Once it is too suspicious by the gaps so far.
    Phi(Phi),
}

impl Rule {
    /// Whether anything depends on gaps, so that they are kept.
    pub fn keeps_gaps(&self) -> bool {
        matches!(self, Rule::Phi(_))
    }

    /// The window of a node that is watched from now on; `None` where no gaps are kept.
    pub fn begun(&self) -> Option<Window> {
        match self {
            Rule::Timeout(_) => None,
            Rule::Phi(phi) => Some(phi.begun()),
        }
    }

    /// Takes in the gap before an arrival.
    #[inline]
    pub fn record(&self, window: Option<&mut Window>, gap: Span) {
        if let (Rule::Phi(phi), Some(window)) = (self, window) {
            phi.record(window, gap);
        }
    }

    /// The longest silence that is not too long.
    #[inline]
    pub fn allowed(&self, window: Option<&Window>) -> Span {
        match self {
            Rule::Timeout(timeout) => *timeout,
            Rule::Phi(phi) => phi.allowed(window.unwrap_or(&Window::EMPTY)),
        }
    }
}
