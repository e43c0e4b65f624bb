//! Why charts could not be drawn.

use thiserror::Error;

use crate::memory::Shortage;

/// Why charts could not be drawn.
#[derive(Debug, Error)]
pub enum ChartError {
    /// The built-in fonts cannot be read.
    #[error("the built-in fonts cannot be read")]
    Font,
    /// The drawing library gave up.
    #[error("a chart cannot be drawn: {0}")]
    Drawing(String),
    /// The PNG encoder gave up.
    #[error("a chart cannot be encoded as PNG: {0}")]
    Png(String),
    /// There is not enough memory for its pixels.
    #[error("a chart cannot be drawn: {0}")]
    Memory(#[from] Shortage),
    /// The tables hold nothing that a chart shows.
    #[error("the tables hold nothing to draw")]
    Nothing,
    /// What is asked for is not there.
    #[error("{0}")]
    Request(String),
    /// The library was built without them.
    #[error("this build of gossipsim draws no charts: it lacks the feature `charts`")]
    Unavailable,
}

#[cfg(feature = "charts")]
impl ChartError {
    pub(super) fn drawing(error: impl std::error::Error) -> Self {
        ChartError::Drawing(error.to_string())
    }
}
