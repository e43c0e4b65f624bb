//! Expressions: settings that follow the number of nodes, such as `ceil(2*log2(n))`, and conditions, such as
//! `gossip.fanout < network.nodes and network.loss <= 10%`.
//!
//! The language is small and safe: no loops, no names but those it is given, at most 400 characters and 32
//! levels. Mathematics is that of `libm`, so that a setting is the same number on any platform.
//!
//! ```text
//! condition  = both { "or" both }          both   = negation { "and" negation }
//! negation   = "not" negation | comparison
//! comparison = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
//! sum        = product { ("+" | "-") product }
//! product    = signed { ("*" | "/") signed }
//! signed     = "-" signed | power          power  = atom [ "^" signed ]
//! atom       = number | text | name | function "(" condition { "," condition } ")" | "(" condition ")"
//! ```

mod evaluate;
mod function;
mod mistake;
mod parse;
mod rounding;
mod suffix;
mod token;
mod tree;

pub(super) use evaluate::{Beside, Term, Variables, evaluate};
pub(super) use function::Function;
pub(super) use mistake::Mistake;
pub(super) use parse::parse;
pub(super) use rounding::nearly_whole;
pub(super) use suffix::without_suffix;
pub(super) use tree::Tree;

/// What may stand in a number that is an expression.
pub(super) fn number_form() -> String {
    let functions = Function::ALL.map(|(name, _)| name).join(", ");
    format!(
        "a number such as 0.5, 1e6, 10k, 1M or 5%, or an expression: + - * / ^ ( ), n (the number of nodes), {functions}"
    )
}

/// What may stand in a condition.
pub(super) const CONDITION_FORM: &str =
    "comparisons (< <= > >= == !=) of keys, numbers and 'texts', joined by and, or, not";

#[cfg(test)]
mod tests;
