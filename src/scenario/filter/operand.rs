//! A variable of a condition: what its key says at each combination of the swept values.

use super::known::{Known, Values};
use super::literal::{Literal, literal};
use crate::network::latency::{Constant, Latency};
use crate::network::loss::{Bernoulli, Loss};
use crate::scenario::document;
use crate::scenario::expression::{Beside, Mistake, Term};
use crate::scenario::fault::kind_of;
use crate::scenario::number::{self, ALL, Size};
use crate::scenario::place::Place;
use crate::scenario::read_cache::place;
use crate::scenario::tree::{Node, Value};
use crate::scenario::written::{Digits, Written};
use crate::settings;
use crate::settings::gossip::FANOUT;
use crate::settings::network::{LATENCY, LOSS, NODES};
use crate::settings::workload::KIND;
use crate::time::Span;
use crate::units::Probability;
use crate::workload::WorkloadSpec;

/// A combination of the swept values, and what is known of keys.
#[derive(Clone, Copy)]
pub(super) struct Combination<'a> {
    pub(super) written: &'a Written,
    pub(super) digits: &'a Digits,
    pub(super) known: &'a Known<'a>,
}

impl Combination<'_> {
    /// The default of a key: that of the workload there, where several workloads have keys of that name.
    fn default(&self, key: &str) -> Option<&'static str> {
        let node = self.written.node(KIND.path, self.digits);
        let kind = match node.as_deref().map(|node| &node.value) {
            Some(Value::Text(kind)) => Some(kind.as_str()),
            _ => None,
        };
        let own = WorkloadSpec::KEYS.iter().find(|(name, _)| Some(*name) == kind).map_or(&[][..], |(_, keys)| keys);
        own.iter().chain(settings::keys()).find(|own| own.path == key)?.default()
    }
}

/// What a key says at a combination.
#[derive(Clone, Debug)]
struct Said {
    term: Result<Term, Mistake>,
    /// Of a model its kind.
    kind: Option<String>,
    /// Of a constant latency how long it is.
    constant: Option<Span>,
}

/// A variable of the condition: what its key says, once for every combination of the swept values that decide it.
pub(super) struct Operand {
    pub(super) name: String,
    key: String,
    values: Values,
    strides: Option<Vec<(usize, usize)>>,
    said: Vec<Option<Said>>,
    /// Whether it may be a number, once that was asked.
    mixes: Option<bool>,
    /// The texts that it is compared with, as what they mean beside it.
    literals: Vec<(String, Result<Literal, Mistake>)>,
}

impl Operand {
    pub(super) fn new(name: &str, key: String, known: &Known<'_>) -> Self {
        let values = (known.values)(&key);
        let name = name.to_owned();
        Operand { name, key, values, strides: None, said: Vec::new(), mixes: None, literals: Vec::new() }
    }

    /// What it is where it is not compared with a text: of a model its kind, of independent loss its rate.
    pub(super) fn term(&mut self, at: Combination<'_>) -> Result<Term, Mistake> {
        let Said { term, kind, .. } = self.said(at).clone();
        match kind {
            Some(kind) if self.is_of_the_kind() => term.map(|_| Term::Text(kind)),
            _ => term,
        }
    }

    /// It and the `text` in quotes that it is compared with.
    pub(super) fn beside(&mut self, text: &str, at: Combination<'_>) -> Result<(Term, Term), Beside> {
        let said = self.said(at).clone();
        let term = said.term.map_err(Beside::Variable)?;
        let literal = self.literal(text, at).map_err(Beside::Text)?;
        let own = |term: Term| Ok((term, Term::Text(text.to_owned())));
        match literal {
            Literal::Kind => own(said.kind.map_or(term, Term::Text)),
            Literal::Constant => match said.constant {
                Some(span) => own(Term::Text(span.to_string())),
                None => own(term),
            },
            Literal::Number => match text_of(text, Place::new(0, 0..0), &self.key, &self.values, at) {
                Ok(number) => Ok((term, number)),
                Err(mistake) => Err(Beside::Text(mistake)),
            },
            Literal::Word => own(term),
        }
    }

    /// Whether it may be a number, here or elsewhere.
    pub(super) fn may_be_a_number(&mut self, at: Combination<'_>) -> bool {
        let is_number = |said: &Said| matches!(said.term, Ok(Term::Number(_)));
        if self.mixes.is_none() {
            let may_be = self.values.numbers || self.all(at).iter().any(is_number);
            self.mixes = Some(may_be && !self.is_of_the_kind());
        }
        self.mixes == Some(true)
    }

    fn is_of_the_kind(&self) -> bool {
        self.name != self.key && self.key != NODES.path
    }

    fn said(&mut self, at: Combination<'_>) -> &Said {
        let Operand { key, values, strides, said, .. } = self;
        let strides = strides.get_or_insert_with(|| at.written.strides(key));
        let place = place(strides, at.digits);
        if said.len() <= place {
            said.resize(place + 1, None);
        }
        said[place].get_or_insert_with(|| Said::of(key, values, at))
    }

    /// What it says at all combinations.
    fn all(&mut self, at: Combination<'_>) -> Vec<Said> {
        let mut digits = at.written.first();
        for _ in 0..at.written.count() {
            self.said(Combination { digits: &digits, ..at });
            at.written.next(&mut digits);
        }
        self.said.iter().flatten().cloned().collect()
    }

    /// What `text` means beside it.
    fn literal(&mut self, text: &str, at: Combination<'_>) -> Result<Literal, Mistake> {
        if let Some((_, literal)) = self.literals.iter().find(|(other, _)| other == text) {
            return literal.clone();
        }
        let mut texts: Option<Vec<String>> = None;
        let (key, values) = (self.key.clone(), self.values.clone());
        let of_the_kind = self.is_of_the_kind();
        let mut written = || texts.get_or_insert_with(|| self.texts(at)).clone();
        let literal = literal(text, &key, &values, of_the_kind, &mut written);
        self.literals.push((text.to_owned(), literal.clone()));
        literal
    }

    /// The different texts that it is.
    fn texts(&mut self, at: Combination<'_>) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for said in self.all(at) {
            match said.term {
                Ok(Term::Text(text)) if !texts.contains(&text) => texts.push(text),
                _ => {}
            }
        }
        texts
    }
}

impl Said {
    fn of(key: &str, values: &Values, at: Combination<'_>) -> Self {
        let node = at.written.node(key, at.digits).map(|node| node.into_owned());
        let default = || at.default(key).map(document::parse_default);
        match node.or_else(default) {
            Some(node) => {
                let kind = kind(&node, key, values);
                let constant = constant(&node, key);
                let term = match (&kind, key == LATENCY.path) {
                    // A duration alone is the same model as the table that it is short for.
                    (Some(kind), true) => Ok(Term::Text(kind.clone())),
                    _ => of(&node, key, values, at),
                };
                Said { term, kind, constant }
            }
            None => Said { term: Err(not_written(key)), kind: None, constant: None },
        }
    }
}

/// Of a model the name of its kind, also where it is written in short.
fn kind(node: &Node, key: &str, values: &Values) -> Option<String> {
    let named = |name: &'static str| Some(name.to_owned());
    match &node.value {
        Value::Table(table) => match table.get("kind") {
            Some(Node { value: Value::Text(kind), .. }) => Some(kind.clone()),
            _ => None,
        },
        Value::Text(text) if values.names.contains(&text.as_str()) => Some(text.clone()),
        Value::Text(_) if key == LATENCY.path => {
            constant(node, key).and_then(|value| named(Latency::Constant(Constant { value }).name()))
        }
        Value::Text(_) | Value::Integer(_) | Value::Float(_) if key == LOSS.path => {
            named(Loss::Bernoulli(Bernoulli { rate: Probability::ZERO }).name())
        }
        _ => None,
    }
}

/// How long a constant latency is.
fn constant(node: &Node, key: &str) -> Option<Span> {
    match &node.value {
        _ if key != LATENCY.path => None,
        Value::Text(text) => text.parse().ok(),
        Value::Table(table) => match table.get("value") {
            Some(Node { value: Value::Text(text), .. }) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

fn not_written(key: &str) -> Mistake {
    let problem = format!("`{key}` is not written in every configuration, and has no default here");
    let suggestion = key
        .rsplit_once('.')
        .map(|(model, _)| format!("compare it only where it is: {model} != 'complete' and {key} < 9"));
    Mistake::of_variable(problem, suggestion.filter(|_| key.matches('.').count() > 1))
}

/// What `node` says of `key`: of a model its kind, of independent loss its rate.
fn of(node: &Node, key: &str, values: &Values, at: Combination<'_>) -> Result<Term, Mistake> {
    match &node.value {
        Value::Bool(truth) => Ok(Term::Truth(*truth)),
        Value::Integer(number) => Ok(Term::Number(*number as f64)),
        Value::Float(number) if number.is_finite() => Ok(Term::Number(*number)),
        Value::Text(text) => text_of(text, node.place, key, values, at),
        Value::Table(table) => match (table.get("rate"), table.get("kind")) {
            (Some(rate), _) if key == LOSS.path => of(rate, key, values, at),
            (_, Some(Node { value: Value::Text(kind), .. })) => Ok(Term::Text(kind.clone())),
            _ => Err(no_term(node, key)),
        },
        Value::Float(_) | Value::Date(_) | Value::Array(_) => Err(no_term(node, key)),
    }
}

fn no_term(node: &Node, key: &str) -> Mistake {
    Mistake::of_variable(format!("`{key}` is {}, which is compared with nothing", kind_of(&node.value)), None)
}

/// What a text says that is written for `key`, or could be.
fn text_of(text: &str, place: Place, key: &str, values: &Values, at: Combination<'_>) -> Result<Term, Mistake> {
    let nodes = || match Said::of(NODES.path, &(at.known.values)(NODES.path), at).term? {
        Term::Number(nodes) => Ok(nodes),
        _ => Err(not_written(NODES.path)),
    };
    if key == FANOUT.path && text == ALL {
        return Ok(Term::Number(nodes()? - 1.0));
    }
    if !values.short_forms {
        return Ok(Term::Text(text.to_owned()));
    }
    let size = match number::follows(text) && key != NODES.path {
        true => Size::Known(nodes()? as u32),
        false => Size::Meaningless,
    };
    match number::read(text, place, size) {
        None => Ok(Term::Text(text.to_owned())),
        Some(Ok(number)) => of(&Node { value: number.value, place }, key, values, at),
        // It is a mistake of the point as well, which tells of it in its place.
        Some(Err(fault)) => Err(Mistake::of_variable(format!("`{key}`: {fault}"), None)),
    }
}
