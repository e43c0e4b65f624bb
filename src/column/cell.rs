//! What stands in one place of a table.

use std::sync::Arc;

use serde::{Serialize, Serializer};

/// One value of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// There is none.
    #[default]
    Empty,
    /// A count. More than 64 bits, so that no total ends at the largest number there is.
    Whole(u128),
    /// A measured number.
    Real(f64),
    /// A text. Many rows may share it.
    Word(Arc<str>),
}

impl Cell {
    /// Its value as a number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Whole(number) => Some(*number as f64),
            Cell::Real(number) => Some(*number),
            Cell::Empty | Cell::Word(_) => None,
        }
    }

    /// Its value as a count, if it is one that fits.
    pub fn whole(&self) -> Option<u64> {
        match self {
            Cell::Whole(number) => u64::try_from(*number).ok(),
            Cell::Empty | Cell::Real(_) | Cell::Word(_) => None,
        }
    }

    /// Its text; of a number, or nothing, an empty one.
    pub fn word(&self) -> &str {
        match self {
            Cell::Word(text) => text,
            Cell::Empty | Cell::Whole(_) | Cell::Real(_) => "",
        }
    }
}

/// As CSV and JSON have it: a missing value is an empty field or null, a number the shortest that reads back.
impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Empty => serializer.serialize_none(),
            Cell::Whole(number) => match u64::try_from(*number) {
                Ok(number) => serializer.serialize_u64(number),
                Err(_) => serializer.serialize_u128(*number),
            },
            Cell::Real(number) => serializer.serialize_f64(*number),
            Cell::Word(text) => serializer.serialize_str(text),
        }
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Cell::Whole(number.into())
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Cell::Whole(number.into())
    }
}

impl From<u128> for Cell {
    fn from(number: u128) -> Self {
        Cell::Whole(number)
    }
}

/// What is not a number is no value.
impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        if number.is_nan() { Cell::Empty } else { Cell::Real(number) }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Word(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Word(text.into())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_what_it_was_made_of() {
        assert_eq!((Cell::from(7_u32).whole(), Cell::from(7_u64).number()), (Some(7), Some(7.0)));
        assert_eq!((Cell::from(u128::MAX).whole(), Cell::from(0.5).whole()), (None, None));
        assert_eq!((Cell::from("push").word(), Cell::from("push").number()), ("push", None));
        assert_eq!((Cell::from(None::<u64>), Cell::from(Some(0.5))), (Cell::Empty, Cell::Real(0.5)));
    }

    #[test]
    fn json_has_null_for_nothing_and_for_what_is_no_number() {
        let json = |cell: Cell| serde_json::to_string(&cell).unwrap();
        assert_eq!([json(Cell::Empty), json(f64::NAN.into()), json(2.0.into())], ["null", "null", "2.0"]);
        assert_eq!([json(u128::MAX.into()), json("a\"".into())], [u128::MAX.to_string(), "\"a\\\"\"".to_owned()]);
    }
}
