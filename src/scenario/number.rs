//! Numbers that are written as texts: short forms such as `"10k"` and `"5%"`, and expressions that follow the number of
//! nodes.

use super::diagnostic::Diagnostic;
use super::expression::{self, Mistake, Term, Tree, nearly_whole, number_form};
use super::fault::Fault;
use super::hints;
use super::place::Place;
use super::tree::{self, Node, Value};
use crate::settings::DESCRIPTION;
use crate::settings::gossip::FANOUT;
use crate::units::MAX_NODES;

/// What an expression may call the number of nodes.
pub(super) const SIZE_NAMES: [&str; 3] = ["n", "nodes", "network.nodes"];

/// Beyond this, whole numbers are not all different.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// What the number of nodes is where a number is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// So many.
    Known(u32),
    /// What is read here does not go by it.
    Meaningless,
}

/// What is written where a number should be.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// Of a text that is a number that number, whole if it can be; what is none stays as it is.
    pub(super) value: Value,
    /// As which text it was written, for messages: ` ("2*n" at n = 64)`.
    pub(super) origin: String,
}

/// The number that `text` at `place` is; `None` if it is not meant as one.
pub(super) fn read(text: &str, place: Place, size: Size) -> Option<Result<Number, Fault>> {
    if let Ok(exact) = text.replace('_', "").parse::<i128>() {
        return Some(Ok(Number { value: Value::Integer(exact), origin: String::new() }));
    }
    // What is to be several numbers is none.
    if hints::range(text).is_some() {
        return None;
    }
    let number = match expression::parse(text) {
        Ok(tree) => {
            if is_word(text, &tree) {
                return None;
            }
            value(&tree, size).map(|value| Number { value, origin: origin(text, &tree, size) })
        }
        Err(_) if !text.contains(|c: char| c.is_ascii_digit() || c == '(') => return None,
        Err(mistake) => Err(mistake),
    };
    Some(number.map_err(|mistake| fault(mistake, text, place)))
}

/// Whether `tree` is a word, words with hyphens between them, or a text in quotes, and no number.
fn is_word(text: &str, tree: &Tree) -> bool {
    let counts = text.contains(|c: char| c.is_ascii_digit() || "(+*/^<>=".contains(c));
    let follows = tree.names().iter().any(|(name, _)| SIZE_NAMES.contains(name));
    !counts && !follows || text.starts_with(['\'', '"'])
}

impl Number {
    /// The whole number that it is.
    pub(super) fn whole(&self) -> Option<u64> {
        match self.value {
            Value::Integer(number) => u64::try_from(number).ok(),
            // 1e6 is a float in TOML, and a whole number to whoever writes it.
            Value::Float(number) => tree::whole(number).and_then(|number| u64::try_from(number).ok()),
            _ => None,
        }
    }
}

/// The number that `node` says for `key`, which may follow `size`; what is no number stays as it is.
pub(super) fn number_of(node: &Node, key: &str, size: Size) -> Result<Number, Diagnostic> {
    let as_it_is = |value: Value| Number { value, origin: String::new() };
    let Value::Text(text) = &node.value else { return Ok(as_it_is(node.value.clone())) };
    match read(text, node.place, size) {
        None => Ok(as_it_is(node.value.clone())),
        Some(Ok(number)) => Ok(number),
        Some(Err(fault)) => Err(fault.under(key).diagnostic()),
    }
}

/// Whether `text` is a number, or an expression that is one among many nodes.
pub(crate) fn is_number(text: &str) -> bool {
    text == ALL || matches!(read(text, Place::new(0, 0..0), Size::Known(MAX_NODES)), Some(Ok(_)))
}

/// Whether `text` is meant as a number, be it a wrong one.
pub(super) fn is_meant(text: &str) -> bool {
    read(text, Place::new(0, 0..0), Size::Known(0)).is_some()
}

/// A mistake of the expression `text` at `place`.
fn fault(Mistake { range, problem, suggestion, .. }: Mistake, text: &str, place: Place) -> Fault {
    let suggestion = hints::number(text).map(|number| format!("write {number}")).or(suggestion);
    Fault::new(problem, number_form()).suggest(suggestion).placed(place.inside(text, range))
}

fn value(tree: &Tree, size: Size) -> Result<Value, Mistake> {
    let mut variables = |name: &str| match size {
        Size::Known(nodes) if SIZE_NAMES.contains(&name) => Ok(Term::Number(nodes.into())),
        _ => Err(unknown(name)),
    };
    match expression::evaluate(tree, &mut variables, |_, _| None)? {
        Term::Number(number) => Ok(of(number)),
        other => Err(Mistake::of_tree(tree, format!("{} is not a number", other.kind()))),
    }
}

/// A number as a scenario would have it.
fn of(number: f64) -> Value {
    match nearly_whole(number).filter(|whole| whole.abs() <= MOST_EXACT) {
        // -0 is 0, and shown as such.
        Some(whole) => Value::Integer(whole as i128),
        None => Value::Float(number),
    }
}

fn unknown(name: &str) -> Mistake {
    let known = SIZE_NAMES.contains(&name);
    let problem = match known {
        true => format!("`{name}` means nothing here: the number of nodes, the seed and the replicates follow nothing"),
        false => format!("there is no variable `{name}`"),
    };
    let suggestion = (!known).then(|| "the only variable is `n`, the number of nodes".to_owned());
    Mistake::of_variable(problem, suggestion)
}

fn origin(text: &str, tree: &Tree, size: Size) -> String {
    match size {
        Size::Known(nodes) if !tree.names().is_empty() => format!(" (\"{text}\" at n = {nodes})"),
        _ => format!(" (\"{text}\")"),
    }
}

/// Whether `text` is an expression that follows the number of nodes.
pub(super) fn follows(text: &str) -> bool {
    expression::parse(text).is_ok_and(|tree| tree.names().iter().any(|(name, _)| SIZE_NAMES.contains(name)))
}

/// Whether anything that is written in `node` at the dotted `path` may follow the number of nodes.
pub(super) fn any_follows(path: &str, node: &Node) -> bool {
    match &node.value {
        Value::Text(text) if path == FANOUT.path && text == ALL => true,
        Value::Text(text) => path != DESCRIPTION.path && follows(text),
        Value::Array(items) => items.iter().any(|item| any_follows(path, item)),
        Value::Table(table) => {
            table.entries.iter().any(|entry| any_follows(&format!("{path}.{}", entry.key), &entry.node))
        }
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Date(_) => false,
    }
}

/// The fanout of all neighbours.
pub(super) const ALL: &str = "all";

/// The finite number that `text` is in any form, if it follows nothing.
pub(crate) fn plain(text: &str) -> Option<f64> {
    let short = |text| match constant(text)? {
        Value::Integer(number) => Some(number as f64),
        Value::Float(number) => Some(number),
        _ => None,
    };
    let text = text.trim();
    text.parse().ok().or_else(|| short(text)).filter(|number: &f64| number.is_finite())
}

/// The number in a short form that `text` is, if it is one that follows nothing: what may stand in its place.
pub(super) fn constant(text: &str) -> Option<Value> {
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || "-.(".contains(c));
    let tree = expression::parse(text).ok().filter(|tree| begins && tree.names().is_empty())?;
    value(&tree, Size::Meaningless).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match read(text, Place::new(0, 10..12 + text.len()), Size::Known(64)) {
            None => "no number".to_owned(),
            Some(Ok(number)) => format!("{}{}", number.value, number.origin),
            Some(Err(fault)) => fault.to_string(),
        }
    }

    #[test]
    fn a_number_is_whole_if_it_can_be() {
        for (text, value) in [
            ("18446744073709551615", "18446744073709551615"),
            ("10k", "10000 (\"10k\")"),
            ("2*n", "128 (\"2*n\" at n = 64)"),
            ("1%", "0.01 (\"1%\")"),
            ("log2(n)/4", "1.5 (\"log2(n)/4\" at n = 64)"),
            ("-0.0", "0 (\"-0.0\")"),
        ] {
            assert_eq!(said(text), value);
        }
    }

    #[test]
    fn a_word_and_a_range_are_none() {
        for text in ["many", "none", "push-pull", "1..8", "8..=16", "'1'", "true", "", "graph.txt"] {
            assert_eq!(said(text), "no number", "{text}");
        }
        assert_eq!(said("ciel(n)"), "there is no function `ciel`");
        assert_eq!(said("m + 1"), "there is no variable `m`");
    }

    #[test]
    fn what_follows_the_size_is_known_by_its_name() {
        assert!(follows("n") && follows("ceil(ln(nodes))") && follows("1/network.nodes"));
        assert!(!follows("10k") && !follows("ring") && !follows("ln(") && !follows("max(1, 2)"));
    }
}
