//! The values of one column, packed: of a million runs most columns say the same in row after row.

use std::sync::Arc;

use crate::columns::Cell;

/// Rows of a page.
const ROWS: usize = 1024;

/// What stands for a missing value among counts.
const NO_COUNT: u32 = u32::MAX;

/// What stands for a missing value among numbers: a pattern of bits that no number read from a text has.
const NO_NUMBER: u64 = 0x7ff8_6761_7473_696d;

/// The values of a column, page by page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pages {
    full: Vec<Page>,
    /// The page under way.
    open: Vec<Cell>,
}

/// Some values, in the smallest form that holds them all.
#[derive(Clone, Debug, PartialEq)]
enum Page {
    Same(Cell),
    /// Few counts, and which of them stands in each row: small networks have no others.
    FewCounts(Box<[u32]>, Box<[u8]>),
    /// Few numbers, as bits, and which of them stands in each row.
    FewNumbers(Box<[u64]>, Box<[u8]>),
    Counts(Box<[u32]>),
    /// As bits, so that what is no number is equal to itself.
    Numbers(Box<[u64]>),
    /// Few texts, and which of them stands in each row.
    Words(Box<[Arc<str>]>, Box<[u8]>),
    Any(Box<[Cell]>),
}

impl Pages {
    /// Adds a value; gives the bytes that were taken for it and those before it, once in a while.
    pub(super) fn push(&mut self, cell: Cell) -> u64 {
        self.open.push(cell);
        if self.open.len() < ROWS {
            return 0;
        }
        let page = Page::of(&self.open);
        self.open.clear();
        let bytes = page.bytes();
        self.full.push(page);
        bytes
    }

    pub(super) fn len(&self) -> usize {
        self.full.len() * ROWS + self.open.len()
    }

    /// The value in a row; nothing beyond the last.
    pub(super) fn get(&self, row: usize) -> Cell {
        match self.full.get(row / ROWS) {
            Some(page) => page.get(row % ROWS),
            None => self.open.get(row - self.full.len() * ROWS).cloned().unwrap_or_default(),
        }
    }

    /// The value in a row as a number, if it is one.
    pub(super) fn number(&self, row: usize) -> Option<f64> {
        match self.full.get(row / ROWS) {
            Some(page) => page.number(row % ROWS),
            None => self.open.get(row - self.full.len() * ROWS).and_then(Cell::number),
        }
    }

    /// The text in a row; an empty one where there is none.
    pub(super) fn word(&self, row: usize) -> &str {
        match self.full.get(row / ROWS) {
            Some(Page::Same(cell)) => cell.word(),
            Some(Page::Words(words, numbers)) => &words[usize::from(numbers[row % ROWS])],
            Some(Page::Any(cells)) => cells[row % ROWS].word(),
            Some(_) => "",
            None => self.open.get(row - self.full.len() * ROWS).map_or("", Cell::word),
        }
    }

    /// Puts another value into a row.
    #[cfg(test)]
    pub(super) fn set(&mut self, row: usize, cell: Cell) {
        let mut all: Vec<Cell> = (0..self.len()).map(|row| self.get(row)).collect();
        all[row] = cell;
        *self = Pages::default();
        for cell in all {
            self.push(cell);
        }
    }
}

impl Page {
    fn of(cells: &[Cell]) -> Self {
        if cells.windows(2).all(|pair| pair[0] == pair[1]) {
            return Page::Same(cells.first().cloned().unwrap_or_default());
        }
        let counts = all(cells, |cell| match cell {
            Cell::Empty => Some(NO_COUNT),
            Cell::Whole(count) => u32::try_from(*count).ok().filter(|count| *count != NO_COUNT),
            Cell::Real(_) | Cell::Word(_) => None,
        });
        if let Some(counts) = counts {
            let few = few(&counts).map(|(values, places)| Page::FewCounts(values, places));
            return few.unwrap_or_else(|| Page::Counts(counts.into()));
        }
        let numbers = all(cells, |cell| match cell {
            Cell::Empty => Some(NO_NUMBER),
            Cell::Real(number) => Some(number.to_bits()).filter(|bits| *bits != NO_NUMBER),
            Cell::Whole(_) | Cell::Word(_) => None,
        });
        match numbers {
            Some(numbers) => {
                let few = few(&numbers).map(|(values, places)| Page::FewNumbers(values, places));
                few.unwrap_or_else(|| Page::Numbers(numbers.into()))
            }
            None => Page::of_words(cells).unwrap_or_else(|| Page::Any(cells.into())),
        }
    }

    /// Of texts, if there are few.
    fn of_words(cells: &[Cell]) -> Option<Self> {
        let mut words: Vec<Arc<str>> = Vec::new();
        let mut numbers = Vec::with_capacity(cells.len());
        for cell in cells {
            let Cell::Word(text) = cell else { return None };
            let known = words.iter().position(|word| word == text);
            let number = known.unwrap_or_else(|| {
                words.push(Arc::clone(text));
                words.len() - 1
            });
            numbers.push(u8::try_from(number).ok()?);
        }
        Some(Page::Words(words.into(), numbers.into()))
    }

    fn get(&self, row: usize) -> Cell {
        match self {
            Page::Same(cell) => cell.clone(),
            Page::FewCounts(counts, places) => count(counts[usize::from(places[row])]).into(),
            Page::Counts(counts) => count(counts[row]).into(),
            Page::FewNumbers(numbers, places) => number(numbers[usize::from(places[row])]).into(),
            Page::Numbers(numbers) => number(numbers[row]).into(),
            Page::Words(words, numbers) => Cell::Word(Arc::clone(&words[usize::from(numbers[row])])),
            Page::Any(cells) => cells[row].clone(),
        }
    }

    fn number(&self, row: usize) -> Option<f64> {
        match self {
            Page::Same(cell) => cell.number(),
            Page::FewCounts(counts, places) => count(counts[usize::from(places[row])]).map(f64::from),
            Page::Counts(counts) => count(counts[row]).map(f64::from),
            Page::FewNumbers(numbers, places) => number(numbers[usize::from(places[row])]),
            Page::Numbers(numbers) => number(numbers[row]),
            Page::Words(..) => None,
            Page::Any(cells) => cells[row].number(),
        }
    }

    fn bytes(&self) -> u64 {
        let size = match self {
            Page::Same(_) => size_of::<Cell>(),
            Page::FewCounts(counts, places) => size_of_val(&**counts) + size_of_val(&**places),
            Page::Counts(counts) => size_of_val(&**counts),
            Page::FewNumbers(numbers, places) => size_of_val(&**numbers) + size_of_val(&**places),
            Page::Numbers(numbers) => size_of_val(&**numbers),
            Page::Words(words, numbers) => size_of_val(&**words) + size_of_val(&**numbers),
            Page::Any(cells) => size_of_val(&**cells),
        };
        size as u64
    }
}

/// What `of` makes of all of `cells`; nothing if it makes nothing of one.
fn all<T>(cells: &[Cell], of: impl Fn(&Cell) -> Option<T>) -> Option<Vec<T>> {
    let mut values = Vec::with_capacity(cells.len());
    for cell in cells {
        values.push(of(cell)?);
    }
    Some(values)
}

/// The count that stands there as `count`, unless there is none.
fn count(count: u32) -> Option<u32> {
    (count != NO_COUNT).then_some(count)
}

/// The number that stands there as `bits`, unless there is none.
fn number(bits: u64) -> Option<f64> {
    (bits != NO_NUMBER).then(|| f64::from_bits(bits))
}

/// Values that differ, and which of them stands in each row.
type Few<T> = (Box<[T]>, Box<[u8]>);

/// The values that differ, in the order of their first rows, and which of them stands in each row; nothing if they are
/// so many that it would save too little.
fn few<T: Copy + Eq + Into<u64>>(all: &[T]) -> Option<Few<T>> {
    /// Twice as many as values, so that hardly any two meet.
    const SLOTS: usize = 256;
    const MOST: usize = SLOTS / 2;
    let mut values: Vec<T> = Vec::with_capacity(MOST);
    // Which value each slot is of, and one more; 0 is none.
    let mut slots = [0_u8; SLOTS];
    let mut places = Vec::with_capacity(all.len());
    for &value in all {
        let mut slot = (value.into().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize;
        let place = loop {
            match usize::from(slots[slot]).checked_sub(1) {
                Some(place) if values[place] == value => break place,
                Some(_) => slot = (slot + 1) % SLOTS,
                None if values.len() == MOST => return None,
                None => {
                    values.push(value);
                    slots[slot] = values.len() as u8;
                    break values.len() - 1;
                }
            }
        };
        places.push(place as u8);
    }
    Some((values.into(), places.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of every kind, in runs, alone and mixed, across pages.
    fn columns() -> Vec<Vec<Cell>> {
        let rows = 0..(2 * ROWS as u64 + 77);
        let of = |make: &dyn Fn(u64) -> Cell| rows.clone().map(make).collect();
        vec![
            of(&|_| Cell::Empty),
            of(&|_| "push".into()),
            of(&|row| row.into()),
            of(&|row| (row % 7 > 0).then_some(row).into()),
            of(&|row| (row % 7 > 0).then_some(row % 128).into()),
            of(&|row| (row % 129).into()),
            of(&|row| (row % 5 > 0).then_some((row % 99) as f64 / 3.0).into()),
            of(&|row| (row % 5 > 0).then_some(row as f64 / 3.0).into()),
            of(&|row| (u64::from(u32::MAX) + row % 2).into()),
            of(&|row| (u128::MAX - u128::from(row)).into()),
            of(&|row| if row == 1500 { "odd".into() } else { row.into() }),
            of(&|row| ["push", "pull", ""][row as usize % 3].into()),
            of(&|row| row.to_string().into()),
            of(&|row| if row < ROWS as u64 { Cell::Empty } else { (row as f64).into() }),
        ]
    }

    #[test]
    fn what_was_put_in_comes_out() {
        for cells in columns() {
            let mut pages = Pages::default();
            for cell in &cells {
                pages.push(cell.clone());
            }
            assert_eq!(pages.len(), cells.len());
            assert!(cells.iter().enumerate().all(|(row, cell)| pages.get(row) == *cell), "{:?}", cells[0]);
            assert!(cells.iter().enumerate().all(|(row, cell)| pages.word(row) == cell.word()), "{:?}", cells[0]);
            let bits = |number: Option<f64>| number.map(f64::to_bits);
            let same = |(row, cell): (usize, &Cell)| bits(pages.number(row)) == bits(cell.number());
            assert!(cells.iter().enumerate().all(same), "{:?}", cells[0]);
            assert_eq!(pages.get(cells.len()), Cell::Empty);
        }
    }

    #[test]
    fn what_is_no_number_is_empty() {
        let mut pages = Pages::default();
        for row in 0..ROWS {
            pages.push(if row % 2 == 0 { f64::NAN } else { f64::INFINITY }.into());
        }
        assert_eq!([pages.get(0), pages.get(1)], [Cell::Empty, f64::INFINITY.into()]);
    }

    #[test]
    fn values_take_what_tells_them_apart() {
        let taken = |make: fn(u64) -> Cell| {
            let mut pages = Pages::default();
            (0..ROWS as u64).map(|row| pages.push(make(row))).sum::<u64>()
        };
        assert_eq!(taken(|row| row.into()), 4 * ROWS as u64);
        assert_eq!(taken(|row| (row as f64).into()), 8 * ROWS as u64);
        assert_eq!(taken(|row| (row % 40).into()), ROWS as u64 + 4 * 40);
        assert_eq!(taken(|row| ((row % 40) as f64).into()), ROWS as u64 + 8 * 40);
        assert!(taken(|_| "complete".into()) < 100);
        assert!(taken(|row| ["converged", "died-out"][row as usize % 2].into()) < 2 * ROWS as u64);
    }
}
