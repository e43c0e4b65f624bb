//! An expression as a tree, and how it is written.

use std::fmt;
use std::ops::Range;

use super::function::Function;

/// A part of an expression, with the bytes that it takes in it.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(super) part: Part,
    pub(super) range: Range<usize>,
}

/// What a part of an expression is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Number(f64),
    Text(String),
    Truth(bool),
    /// A variable: a dotted path, or `n`.
    Name(String),
    Negative(Box<Tree>),
    Not(Box<Tree>),
    Two(Operator, Box<Tree>, Box<Tree>),
    Call(Function, Vec<Tree>),
}

/// What stands between two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
    Plus,
    Minus,
    Times,
    Over,
    Power,
}

impl Operator {
    pub(super) const ALL: [(&'static str, Operator); 13] = [
        ("or", Operator::Or),
        ("and", Operator::And),
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("==", Operator::Equal),
        ("!=", Operator::Unequal),
        ("<", Operator::Less),
        (">", Operator::Greater),
        ("+", Operator::Plus),
        ("-", Operator::Minus),
        ("*", Operator::Times),
        ("/", Operator::Over),
        ("^", Operator::Power),
    ];

    pub(super) fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(_, operator)| *operator == self).map_or("", |(sign, _)| sign)
    }
}

/// Two are the same wherever they stand.
impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.part == other.part
    }
}

impl Tree {
    /// The bytes that it takes.
    pub(crate) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Whether there is no variable in it.
    pub(super) fn is_fixed(&self) -> bool {
        match &self.part {
            Part::Number(_) | Part::Text(_) | Part::Truth(_) => true,
            Part::Name(_) => false,
            Part::Negative(of) | Part::Not(of) => of.is_fixed(),
            Part::Two(_, one, other) => one.is_fixed() && other.is_fixed(),
            Part::Call(_, parts) => parts.iter().all(Tree::is_fixed),
        }
    }

    /// The variables in it, in their order.
    pub(crate) fn names(&self) -> Vec<(&str, Range<usize>)> {
        match &self.part {
            Part::Number(_) | Part::Text(_) | Part::Truth(_) => Vec::new(),
            Part::Name(name) => vec![(name.as_str(), self.range.clone())],
            Part::Negative(of) | Part::Not(of) => of.names(),
            Part::Two(_, one, other) => [one.names(), other.names()].concat(),
            Part::Call(_, parts) => parts.iter().flat_map(Tree::names).collect(),
        }
    }
}

/// It is written with all its parentheses: read again, it is the same tree.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Part::Number(number) => write!(f, "{number:?}"),
            Part::Text(text) => {
                let quote = if text.contains('\'') { '"' } else { '\'' };
                write!(f, "{quote}{text}{quote}")
            }
            Part::Truth(truth) => write!(f, "{truth}"),
            Part::Name(name) => f.write_str(name),
            Part::Negative(of) => write!(f, "(-{of})"),
            Part::Not(of) => write!(f, "(not {of})"),
            Part::Two(operator, one, other) => write!(f, "({one} {} {other})", operator.sign()),
            Part::Call(function, parts) => {
                let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
                write!(f, "{}({})", function.name(), parts.join(", "))
            }
        }
    }
}
