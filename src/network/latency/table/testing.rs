//! What a table says against what its law says, for the tests of every law, and the tests of the table itself.

use super::*;
use crate::random::{Chance, Purpose, fraction};

/// How a table did against its law.
#[derive(Debug)]
pub(in crate::network::latency) struct Verdict {
    /// How many of the uniform draws it answered, of 1.
    pub(in crate::network::latency) answered: f64,
    /// The greatest distance to the law, of the margin.
    worst: f64,
    /// A draw for which it gave another span, if there is one.
    wrong: Option<u64>,
}

impl Verdict {
    /// Checks that no draw was answered wrongly, and that this was no luck.
    pub(in crate::network::latency) fn assert_exact(&self, law: &impl fmt::Debug) {
        assert_eq!(self.wrong, None, "{law:?}: another span");
        // More than an eighth is refused where it is measured, and a quarter is promised everywhere.
        assert!(self.worst < 0.25, "{law:?}: off by {} of the margin", self.worst);
    }
}

/// Holds `table` against `nanos`, the law from draw to nanoseconds, over draws of every kind.
pub(in crate::network::latency) fn compare(table: &Table, nanos: impl Fn(u64) -> f64) -> Verdict {
    const UNIFORM: usize = 30_000;
    let (mut answered, mut worst, mut wrong) = (0, 0.0f64, None);
    for (count, draw) in uniform().take(UNIFORM).chain(deep().take(UNIFORM)).chain(borders()).enumerate() {
        let exact = nanos(draw);
        let span = table.span(draw);
        answered += usize::from(count < UNIFORM && span.is_some());
        if span.is_some_and(|span| span != Span::from_nanos_f64(exact)) {
            wrong = Some(draw);
        }
        let (number, offset) = place(draw);
        let value = table.cells.get(number).map_or(f64::NAN, |cell| cell.at(offset));
        let margin = margin(value, table.slack);
        // Beyond half a nanosecond the table never answers, however good it is.
        if margin < 0.5 && value != exact {
            worst = worst.max((value - exact).abs() / margin);
        }
    }
    Verdict { answered: answered as f64 / UNIFORM as f64, worst, wrong }
}

/// Draws as runs make them.
fn uniform() -> impl Iterator<Item = u64> {
    let field = Chance { seed: 1, nodes: 2, replicate: 0 }.field(Purpose::Latency);
    (0..).map(move |number| field.at(number, 0, 0))
}

/// Draws that are as often in one octave as in another, near both ends.
fn deep() -> impl Iterator<Item = u64> {
    uniform().map(|draw| {
        let near = draw << 12 >> (draw % 32);
        if draw >> 63 == 0 { near } else { !near }
    })
}

/// Draws around the borders of all cells and beyond the last, around all powers of two, and at both ends.
fn borders() -> impl Iterator<Item = u64> {
    let cells = (0..u64::from(OCTAVES) + 2).flat_map(|octave| (16..32).map(move |cell| cell << 58 >> octave));
    let powers = (0..64).map(|power| 1 << power);
    let around =
        |border: u64| [-0x2001, -0x1000, -2, -1, 0, 1, 2, 0xfff, 0x2000].map(|step| border.wrapping_add_signed(step));
    cells.chain(powers).chain([0]).flat_map(around).flat_map(|draw| [draw, !draw])
}

/// A law to try tables on: minutes long, so that a part in 1e12 shows.
fn minutes(u: f64) -> f64 {
    -6e10 * libm::log(1.0 - u)
}

#[test]
fn a_draw_has_one_place_and_a_place_its_draws() {
    for draw in uniform().take(1000).chain(deep().take(1000)).chain(borders()) {
        let (number, offset) = place(draw);
        assert!((-0.5..0.5).contains(&offset), "{draw:#x}");
        if number < (OCTAVES << 5) as usize {
            assert_eq!(fraction_in(number as u32, offset), fraction(draw), "{draw:#x}");
        }
    }
}

#[test]
fn one_less_a_fraction_is_the_fraction_of_the_complement() {
    for draw in uniform().take(1000).chain(deep().take(1000)).chain(borders()) {
        assert_eq!(1.0 - fraction(draw), fraction(!draw), "{draw:#x}");
    }
}

#[test]
fn a_cubic_goes_through_its_points() {
    // 2 - x + 3 x^2 - x^3.
    assert_eq!(cubic(&[0.0, 1.0, 2.0, 4.0], [2.0, 3.0, 4.0, -18.0]), [2.0, -1.0, 3.0, -1.0]);
}

#[test]
fn a_cell_that_is_off_by_a_quarter_of_the_margin_is_refused() {
    for number in [0, 17, 100, 319] {
        let in_cell = |offset| minutes(fraction_in(number, offset));
        let cell = Cell::through(in_cell);
        assert!(cell.holds(0.0, in_cell), "{cell:?}");
        let mut off = cell;
        off.0[0] *= 1.0 + MARGIN / 4.0;
        assert!(!off.holds(0.0, in_cell), "{cell:?}");
    }
}

#[test]
fn a_table_that_is_off_by_more_than_the_margin_is_found_out() {
    let good = Table::of(0.0, minutes);
    compare(&good, |draw| minutes(fraction(draw))).assert_exact(&"the law");
    for number in [0, 17, 100, 319] {
        for (share, seen) in [(2.0 * MARGIN, false), (1e-10, true)] {
            let mut cells = good.cells.to_vec();
            cells[number].0[0] *= 1.0 + share;
            let verdict = compare(&Table { cells: cells.into(), slack: 0.0 }, |draw| minutes(fraction(draw)));
            assert!(verdict.worst > 1.0, "{number}: {verdict:?}");
            // In small cells not many draws are tried, but a tenth of a nanosecond shows in some.
            assert!(verdict.wrong.is_some() || !seen, "{number}: {verdict:?}");
        }
    }
}

#[test]
fn what_no_polynomial_can_follow_is_left_to_the_law() {
    let kinked = |u: f64| 1e8 + 1e3 * (u - 0.3).abs();
    let stepped = |u: f64| if u < 0.3 { 1e8 } else { 1e8 + 1e-3 };
    let broken = |u: f64| if u < 0.3 { f64::NAN } else { f64::INFINITY };
    let negative = |u: f64| u - 2.0;
    let unused = |table: Table| table.cells.iter().filter(|cell| cell.0[0].is_nan()).count();
    let all = (OCTAVES << 5) as usize;
    for (law, count) in [(kinked as fn(f64) -> f64, 1), (stepped, 1), (broken, all), (negative, all)] {
        let table = Table::of(0.0, law);
        compare(&table, |draw| law(fraction(draw))).assert_exact(&count);
        assert_eq!(unused(table), count);
    }
}

#[test]
fn no_span_is_too_short_or_too_long_for_it() {
    for value in [0.0, 1e-300, 0.25, 0.5, 0.499_999_999_999_999_94, 0.75, 1.5, 2.25, 1e15, 1e18, 1e19, 1e300, f64::MAX]
    {
        compare(&Table::of(0.0, |_| value), |_| value).assert_exact(&value);
    }
    let spans = [0.0, 0.25, 0.75, 1e11].map(|value| Table::of(0.0, |_| value).span(1 << 63).map(Span::nanos));
    assert_eq!(spans, [Some(0), Some(0), Some(1), Some(100_000_000_000)]);
    let left = [0.5, 1.5, 1e12, 1e300].map(|value| Table::of(0.0, |_| value).span(1 << 63));
    assert_eq!(left, [None; 4]);
}

#[test]
fn without_cells_it_never_answers() {
    assert!(uniform().take(100).all(|draw| Table::default().span(draw).is_none()));
}
