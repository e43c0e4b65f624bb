//! `where` of a sweep: which combinations of the swept values are points.
//!
//! The condition goes by what is written, before any point is read: what it leaves out need not make sense, such as a
//! fanout that is not below the number of nodes.

use std::cmp::Ordering;

use super::diagnostic::Diagnostic;
use super::document;
use super::expression::{self, CONDITION_FORM, Mistake, Term, Tree};
use super::fault::{Fault, kind_of};
use super::number::{self, ALL, SIZE_NAMES, Size};
use super::place::Place;
use super::read_cache::place;
use super::sweep::Condition;
use super::tree::{Node, Value};
use super::words::nearest;
use super::written::{Digits, Written};
use crate::settings::gossip::FANOUT;
use crate::settings::network::{LOSS, NODES};
use crate::settings::{self, DESCRIPTION, REPLICATES};
use crate::time::Span;
use crate::units::Bytes;

/// The key of the condition.
const KEY: &str = "sweep.where";

/// What a condition may know of keys besides those that every scenario has.
pub(super) struct Known<'a> {
    /// Whether a key takes numbers.
    pub(super) takes_numbers: &'a dyn Fn(&str) -> bool,
    /// The paths of the settings of models.
    pub(super) settings: &'a [String],
}

/// The numbers of the combinations of which `condition` holds, from 0 and rising.
///
/// # Errors
/// What is wrong with it, or that it holds of none.
pub(super) fn kept(written: &Written, condition: &Condition, known: &Known<'_>) -> Result<Vec<u32>, Diagnostic> {
    let Condition { text, place } = condition;
    let mistake = |mistake: Mistake| fault(mistake, text, *place).under(KEY).diagnostic();
    let tree = expression::parse(text).map_err(mistake)?;
    let mut operands = operands(&tree, known).map_err(mistake)?;
    let total = written.count();
    let mut digits = written.first();
    let mut kept = Vec::new();
    for combination in 0..u32::try_from(total).unwrap_or(u32::MAX) {
        let mut variables = |name: &str| match operands.iter_mut().find(|operand| operand.name == name) {
            Some(operand) => operand.term(written, &digits, known),
            None => Err(unknown(name, known)),
        };
        match expression::evaluate(&tree, &mut variables, by_size).map_err(mistake)? {
            Term::Truth(true) => kept.push(combination),
            Term::Truth(false) => {}
            other => {
                let problem = format!("{} is no condition", other.kind());
                return Err(mistake(Mistake { range: tree.range(), problem, suggestion: None }));
            }
        }
        written.next(&mut digits);
    }
    if kept.is_empty() {
        let problem = format!("`where` leaves out all of {total} configurations");
        return Err(Diagnostic::at(*place, KEY, problem, "a condition that holds for at least one of them"));
    }
    Ok(kept)
}

/// A mistake of the condition `text` at `place`.
fn fault(Mistake { range, problem, suggestion }: Mistake, text: &str, place: Place) -> Fault {
    Fault::new(problem, CONDITION_FORM).suggest(suggestion).placed(place.inside(text, range))
}

/// A variable of the condition: what its key says, once for every combination of the swept values that decide it.
struct Operand {
    name: String,
    key: String,
    strides: Option<Vec<(usize, usize)>>,
    terms: Vec<Option<Result<Term, Mistake>>>,
}

fn operands(tree: &Tree, known: &Known<'_>) -> Result<Vec<Operand>, Mistake> {
    let mut operands: Vec<Operand> = Vec::new();
    for (name, range) in tree.names() {
        if operands.iter().any(|operand| operand.name == name) {
            continue;
        }
        let key = key_of(name);
        let is_known = key.starts_with("event.") || keys(known).any(|other| other == key);
        if !is_known {
            return Err(Mistake { range, ..unknown(name, known) });
        }
        operands.push(Operand { name: name.to_owned(), key, strides: None, terms: Vec::new() });
    }
    Ok(operands)
}

/// The key that a variable stands for.
fn key_of(name: &str) -> String {
    match name.strip_suffix(".kind") {
        _ if SIZE_NAMES.contains(&name) => NODES.path.to_owned(),
        Some(model) if name != "workload.kind" => model.to_owned(),
        _ => name.to_owned(),
    }
}

/// The keys that may be named.
fn keys<'a>(known: &'a Known<'_>) -> impl Iterator<Item = &'a str> {
    let own = settings::keys().map(|key| key.path).filter(|path| ![DESCRIPTION.path, REPLICATES.path].contains(path));
    own.chain(known.settings.iter().map(String::as_str))
}

fn unknown(name: &str, known: &Known<'_>) -> Mistake {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let named = || keys(known).find(|path| last(path) == name);
    let ends: Vec<String> = keys(known).map(last).collect();
    let near_end =
        || nearest(name, ends.iter().map(String::as_str)).and_then(|end| keys(known).find(|path| last(path) == end));
    let near = named().or_else(|| nearest(name, keys(known))).or_else(near_end);
    let suggestion = near.map(|near| format!("did you mean `{near}`?"));
    Mistake { range: 0..0, problem: format!("`{name}` is not a key; texts stand in single quotes"), suggestion }
}

impl Operand {
    fn term(&mut self, written: &Written, digits: &Digits, known: &Known<'_>) -> Result<Term, Mistake> {
        let key = &self.key;
        let strides = self.strides.get_or_insert_with(|| written.strides(key));
        let place = place(strides, digits);
        if self.terms.len() <= place {
            self.terms.resize(place + 1, None);
        }
        self.terms[place].get_or_insert_with(|| term(written, digits, key, known)).clone()
    }
}

/// What `key` says at a combination.
fn term(written: &Written, digits: &Digits, key: &str, known: &Known<'_>) -> Result<Term, Mistake> {
    match written.node(key, digits) {
        Some(node) => of(&node, written, digits, key, known),
        None => match settings::keys().find(|own| own.path == key).and_then(|own| own.default()) {
            Some(default) => of(&document::parse_default(default), written, digits, key, known),
            None => Err(not_written(key)),
        },
    }
}

fn not_written(key: &str) -> Mistake {
    let problem = format!("`{key}` is not written in every configuration, and has no default here");
    let suggestion = key
        .rsplit_once('.')
        .map(|(model, _)| format!("compare it only where it is: {model} != 'complete' and {key} < 9"));
    Mistake { range: 0..0, problem, suggestion: suggestion.filter(|_| key.matches('.').count() > 1) }
}

/// What `node` says of `key`: of a model its kind, of independent loss its rate.
fn of(node: &Node, written: &Written, digits: &Digits, key: &str, known: &Known<'_>) -> Result<Term, Mistake> {
    match &node.value {
        Value::Bool(truth) => Ok(Term::Truth(*truth)),
        Value::Integer(number) => Ok(Term::Number(*number as f64)),
        Value::Float(number) if number.is_finite() => Ok(Term::Number(*number)),
        Value::Text(text) => text_of(text, node.place, written, digits, key, known),
        Value::Table(table) => match (table.get("rate"), table.get("kind")) {
            (Some(rate), _) if key == LOSS.path => of(rate, written, digits, key, known),
            (_, Some(Node { value: Value::Text(kind), .. })) => Ok(Term::Text(kind.clone())),
            _ => Err(no_term(node, key)),
        },
        Value::Float(_) | Value::Date(_) | Value::Array(_) => Err(no_term(node, key)),
    }
}

fn no_term(node: &Node, key: &str) -> Mistake {
    let problem = format!("`{key}` is {}, which is compared with nothing", kind_of(&node.value));
    Mistake { range: 0..0, problem, suggestion: None }
}

fn text_of(
    text: &str,
    at: Place,
    written: &Written,
    digits: &Digits,
    key: &str,
    known: &Known<'_>,
) -> Result<Term, Mistake> {
    let nodes = || match term(written, digits, NODES.path, known)? {
        Term::Number(nodes) => Ok(nodes),
        _ => Err(not_written(NODES.path)),
    };
    if key == FANOUT.path && text == ALL {
        return Ok(Term::Number(nodes()? - 1.0));
    }
    if !(known.takes_numbers)(key) {
        return Ok(Term::Text(text.to_owned()));
    }
    let size = match number::follows(text) && key != NODES.path {
        true => Size::Known(nodes()? as u32),
        false => Size::Meaningless,
    };
    match number::read(text, at, size) {
        None => Ok(Term::Text(text.to_owned())),
        Some(Ok(number)) => of(&Node { value: number.value, place: at }, written, digits, key, known),
        // It is a mistake of the point as well, which tells of it in its place.
        Some(Err(fault)) => Err(Mistake { range: 0..0, problem: format!("`{key}`: {fault}"), suggestion: None }),
    }
}

/// How two durations, or two sizes, lie to each other.
fn by_size(one: &str, other: &str) -> Option<Ordering> {
    if let (Ok(one), Ok(other)) = (one.parse::<Span>(), other.parse::<Span>()) {
        return Some(one.nanos().cmp(&other.nanos()));
    }
    let sizes = one.parse::<Bytes>().ok().zip(other.parse::<Bytes>().ok());
    sizes.map(|(one, other)| one.count().cmp(&other.count()))
}
