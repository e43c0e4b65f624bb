//! The ends of links, by the names of their nodes.

use std::fmt;

use crate::columns::Cell;

/// The name of a node at the end of a link: in most graphs its number, which takes no memory of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// A number.
    Number(u32),
    /// Any other name.
    Name(Box<str>),
}

impl From<&str> for LinkEnd {
    fn from(name: &str) -> Self {
        let number = name.parse::<u32>().ok().filter(|number| number.to_string() == name);
        number.map_or_else(|| LinkEnd::Name(name.into()), LinkEnd::Number)
    }
}

impl fmt::Display for LinkEnd {
    /// A name that would be taken for two beside others stands in quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkEnd::Number(number) => number.fmt(f),
            LinkEnd::Name(name) if name.contains([' ', '-', '"']) => write!(f, "\"{}\"", name.replace('"', "\"\"")),
            LinkEnd::Name(name) => name.fmt(f),
        }
    }
}

impl From<&LinkEnd> for Cell {
    fn from(end: &LinkEnd) -> Self {
        match end {
            LinkEnd::Number(number) => (*number).into(),
            LinkEnd::Name(name) => (&**name).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_number_only_if_it_is_written_as_one() {
        for (name, number) in [("0", true), ("4294967295", true), ("4294967296", false), ("007", false), ("a", false)] {
            let end = LinkEnd::from(name);
            assert_eq!((matches!(end, LinkEnd::Number(_)), end.to_string()), (number, name.to_owned()));
        }
    }

    #[test]
    fn beside_another_a_name_is_told_from_it() {
        for (name, shown) in [("New York", "\"New York\""), ("a-b", "\"a-b\""), ("5\"", "\"5\"\"\""), ("Rome", "Rome")]
        {
            assert_eq!(LinkEnd::from(name).to_string(), shown);
        }
    }
}
