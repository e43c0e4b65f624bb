//! A table that spares most draws the logarithms and powers of their law, and never changes a result.
//!
//! A law is a quantile function: from a fraction u of (0, 1) to nanoseconds, which are then rounded to whole ones.
//! The table holds that function as polynomials of degree 7, one for each cell of the draws, and a bound on how far
//! a polynomial may be from the function *as the law computes it*. Where everything within the bound rounds to the
//! same nanosecond, that nanosecond is the law's; where it does not, in cells whose polynomial missed the bound, and
//! beyond the last cell, the table has no answer and the law computes. So a table only saves work.
//!
//! # Cells
//!
//! Laws are steep near 0 and 1, so the cells shrink towards both: 16 of equal width in each octave of the distance to
//! the nearer end. The first octaves of both sides have half of all draws, the next a quarter and so on; four of them,
//! 8 KiB, serve 15 draws of 16, and 1 in 2^[`OCTAVES`] lies beyond the last. A draw's place is found with exact
//! arithmetic, and its polynomial is computed by multiplications and additions in a fixed order: the same bits on every
//! platform.
//!
//! # The bound
//!
//! A table value y may be [`MARGIN`] = 1e-12 of y + `terms` from the law's own value, where `terms` is the size of
//! the numbers that cancel in a law with a difference in it. Two things make up the distance, and both are far below:
//!
//! - Rounding, in the law and in the polynomial. libm is right to 1 in 2^52, the normal quantile to a few of these.
//!   The lognormal law multiplies the error of its exponent s by s: only spans from half a nanosecond, up to the 2^39
//!   from where the margin is more than half a nanosecond, can be rounded to a wrong one, and with medians to 2^64
//!   those have |s| below 46, hence an error of 46 · 4 / 2^52 = 4e-14. The normal law rounds the share it looks up by
//!   2^-54, which in the last cell, where the density is 1 in 600, moves it by 3e-14 of `sd`.
//! - The polynomial's own error. It is not trusted to be small but measured in each cell when the table is made, at
//!   the nine points between and beside the eight it goes through, where that error peaks; a cell with more than an
//!   eighth of the margin (rounding included) is never used. Between those points the laws leave no room for surprise:
//!   each is within rounding of an analytic function whose singularities, at 0 and 1, are at least 33 half widths of a
//!   cell from its middle, so that the first power left out, the one that peaks there, outweighs all others. That
//!   includes the normal quantile, whose three approximations meet within rounding.
//!
//! So a value in use is off by less than a quarter of the margin. The tests hold tables to that, and to the law's
//! very nanoseconds.

#[cfg(test)]
pub(super) mod testing;

use std::fmt;
use std::sync::Arc;

use crate::random::fraction;
use crate::time::Span;

/// How often the distance to the nearer end is halved before the table gives up. More would only cost time to make.
const OCTAVES: u32 = 10;

/// A polynomial may be off by this share of its value.
const MARGIN: f64 = 1e-12;

/// A cell is used if its polynomial was never off by more than this share of the margin when it was made.
const MEASURED: f64 = 0.125;

/// Half the points each polynomial goes through, the others being their opposites, from the middle of a cell of width
/// 1: zeros of the Chebyshev polynomial of degree 8, cut to ten digits so that they are fractions every draw can have.
const NODES: [f64; 4] = [100.0 / 1024.0, 284.0 / 1024.0, 426.0 / 1024.0, 502.0 / 1024.0];

/// Between and beside the nodes: where a polynomial is measured.
const CHECKS: [f64; 9] = [
    -512.0 / 1024.0,
    -464.0 / 1024.0,
    -355.0 / 1024.0,
    -192.0 / 1024.0,
    0.0,
    192.0 / 1024.0,
    355.0 / 1024.0,
    464.0 / 1024.0,
    512.0 / 1024.0,
];

/// 1.5 · 2^52: a number added to it is rounded to a whole one, which then is the low half of the bits.
pub(super) const WHOLE: f64 = 6_755_399_441_055_744.0;

/// The polynomials of one law, shared by its clones.
#[derive(Clone, Default)]
pub(super) struct Table {
    cells: Arc<[Cell]>,
    /// The margin of a value of 0.
    slack: f64,
}

/// A polynomial, lowest power first, in the offset from the middle of its cell; not a number where it is not to be
/// used.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
struct Cell([f64; 8]);

impl Table {
    /// The table of the law `nanos`, which takes fractions to nanoseconds and computes with numbers of the size of
    /// its result and of `terms`.
    pub(super) fn of(terms: f64, nanos: impl Fn(f64) -> f64) -> Table {
        let slack = terms * MARGIN;
        let cells = (0..OCTAVES << 5).map(|number| {
            let in_cell = |offset| nanos(fraction_in(number, offset));
            let cell = Cell::through(in_cell);
            if cell.holds(slack, in_cell) { cell } else { Cell::UNUSED }
        });
        Table { cells: cells.collect(), slack }
    }

    /// The span of this draw under the law `nanos`, which the table was made of.
    #[inline]
    pub(super) fn quantile(&self, draw: u64, nanos: impl Fn(f64) -> f64) -> Span {
        self.span(draw).unwrap_or_else(|| exact(draw, nanos))
    }

    /// What the polynomial of this draw has, unless there is none that may be used.
    #[inline]
    pub(super) fn value(&self, draw: u64) -> Option<f64> {
        let (number, offset) = place(draw);
        // Not a number where the cell is not used.
        self.cells.get(number).map(|cell| cell.at(offset)).filter(|value| *value >= 0.0)
    }

    /// The span of this draw, unless only the law itself can tell.
    #[inline]
    pub(super) fn span(&self, draw: u64) -> Option<Span> {
        let (number, offset) = place(draw);
        let nanos = self.cells.get(number)?.at(offset);
        let whole = nanos + WHOLE;
        // Exact, because the two are neighbours. Not a number where the cell is not used: no comparison holds then.
        let beside = (nanos - (whole - WHOLE)).abs();
        // Below 2^51 or the margin is too large; not below 0 by as much as half a nanosecond or the margin is broken.
        let sure = beside + margin(nanos, self.slack) < 0.5;
        sure.then(|| Span::from_nanos(whole.to_bits().wrapping_sub(WHOLE.to_bits())))
    }
}

/// The span of a draw without a table.
#[cold]
#[inline(never)]
fn exact(draw: u64, nanos: impl Fn(f64) -> f64) -> Span {
    Span::from_nanos_f64(nanos(fraction(draw)))
}

/// What may lie between a polynomial's value and the law's.
#[inline]
fn margin(nanos: f64, slack: f64) -> f64 {
    nanos * MARGIN + slack
}

/// The number of a draw's cell, and its offset from the middle of the cell in widths of the cell.
///
/// Cells are numbered by octave from the middle of all draws, then by side, then towards the middle.
#[inline]
fn place(draw: u64) -> (usize, f64) {
    // All ones in the upper half, where the complement is as far from the end.
    let side = (draw as i64 >> 63) as u64;
    // The fraction of a draw has 52 binary digits and then a half.
    let distance = (draw ^ side) & !0xfff | 0x800;
    let octave = distance.leading_zeros();
    // The first digit is 1, the next four are the cell, the rest is the place in it.
    let digits = distance << octave;
    let number = u64::from(octave.wrapping_sub(1)) << 5 | side & 16 | digits >> 59 & 15;
    let from_one = f64::from_bits(digits << 5 >> 12 | 1.0f64.to_bits());
    (number as usize, from_one - 1.5)
}

/// The fraction at this offset in cell `number`: what [`place`] undoes.
fn fraction_in(number: u32, offset: f64) -> f64 {
    let octave = f64::from(1 << ((number >> 5) + 2));
    let distance = (f64::from(16 + number % 16) + 0.5 + offset) / 16.0 / octave;
    if number & 16 == 0 { distance } else { 1.0 - distance }
}

impl Cell {
    const UNUSED: Cell = Cell([f64::NAN; 8]);

    /// The polynomial that agrees with `nanos` at the nodes.
    fn through(nanos: impl Fn(f64) -> f64) -> Cell {
        let squares = NODES.map(|node| node * node);
        let above = NODES.map(&nanos);
        let below = NODES.map(|node| nanos(-node));
        // Cells are flat: fitted as the difference from one value, next to nothing is lost to rounding.
        let base = above[0];
        let even = std::array::from_fn(|node| ((above[node] - base) + (below[node] - base)) / 2.0);
        let odd = std::array::from_fn(|node| (above[node] - below[node]) / (2.0 * NODES[node]));
        let (even, odd) = (cubic(&squares, even), cubic(&squares, odd));
        Cell([even[0] + base, odd[0], even[1], odd[1], even[2], odd[2], even[3], odd[3]])
    }

    /// Whether the polynomial is well within the margin of `nanos` wherever it is measured.
    fn holds(&self, slack: f64, nanos: impl Fn(f64) -> f64) -> bool {
        CHECKS.iter().all(|&offset| {
            let value = self.at(offset);
            // A comparison with what is not a number is false.
            value >= 0.0 && (value - nanos(offset)).abs() <= MEASURED * margin(value, slack)
        })
    }

    /// The polynomial at `offset`, halved and halved again so that the multiplications overlap.
    #[inline]
    fn at(&self, offset: f64) -> f64 {
        let Cell([a, b, c, d, e, f, g, h]) = *self;
        let square = offset * offset;
        let even = (a + c * square) + (e + g * square) * (square * square);
        let odd = (b + d * square) + (f + h * square) * (square * square);
        even + odd * offset
    }
}

/// The coefficients, lowest power first, of the cubic through the points (`x`, `y`): Newton's divided differences,
/// multiplied out.
fn cubic(x: &[f64; 4], mut y: [f64; 4]) -> [f64; 4] {
    for order in 1..4 {
        for point in (order..4).rev() {
            y[point] = (y[point] - y[point - 1]) / (x[point] - x[point - order]);
        }
    }
    let mut cubic = [0.0; 4];
    for point in (0..4).rev() {
        for power in (1..4).rev() {
            cubic[power] = cubic[power - 1] - cubic[power] * x[point];
        }
        cubic[0] = y[point] - cubic[0] * x[point];
    }
    cubic
}

/// A table follows from the settings of its law, so it cannot make two laws differ.
impl PartialEq for Table {
    fn eq(&self, _: &Table) -> bool {
        true
    }
}

/// Thousands of coefficients tell a reader nothing.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").finish_non_exhaustive()
    }
}
