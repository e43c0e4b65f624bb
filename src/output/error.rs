//! Why results could not be written.

use std::io;

use thiserror::Error;

use super::chart_error::ChartError;
use super::csv_file::Unreadable;

/// Why results could not be written.
#[derive(Debug, Error)]
pub enum ResultsError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A folder that is to be drawn again does not read back.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A chart could not be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
}
