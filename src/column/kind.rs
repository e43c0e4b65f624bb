//! What the values of a column are.

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers of at most 64 bits.
    Whole,
    /// Whole numbers that may be longer.
    Large,
    /// Real numbers.
    Real,
    /// Texts.
    Word,
}
