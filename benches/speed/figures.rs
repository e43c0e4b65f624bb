//! What a floor measures beside its totals.

/// What a loop measured of a workload, to be held against the engine.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// Columns of the run, by name.
    pub(crate) columns: Vec<(&'static str, f64)>,
    /// The figures of the curve, by round.
    pub(crate) curve: Vec<[f64; 3]>,
    /// Bytes of what was sent, beside headers.
    pub(crate) payload: u64,
}
