//! A variable of a condition: what its key says at each combination of the swept values.

use std::borrow::Cow;

use super::known::{Known, Values};
use super::literal::{Literal, literal};
use crate::key::Key;
use crate::network::latency::Latency;
use crate::network::loss::Loss;
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
    /// What may be written for the number of nodes, which numbers may follow.
    pub(super) nodes: &'a Values,
}

impl Combination<'_> {
    /// The default of a key, if the workload has that key.
    fn default(&self, key: &str) -> Option<&'static str> {
        usable(self.written).find(|own| own.path == key)?.default()
    }
}

/// The name of the workload, which is the same at all combinations.
fn workload(written: &Written) -> Option<String> {
    let node = written.node(KIND.path, &written.first()).map(|node| node.into_owned());
    match node.or_else(|| KIND.default().map(document::parse_default))?.value {
        Value::Text(kind) => Some(kind),
        _ => None,
    }
}

/// The keys that the scenario can have: those of its workload, and those that no workload owns.
pub(super) fn usable(written: &Written) -> impl Iterator<Item = &'static Key> {
    let kind = workload(written);
    let own = WorkloadSpec::KEYS.iter().find(|(name, _)| Some(*name) == kind.as_deref());
    let common = settings::keys().filter(|key| key.section() != KIND.section() || key.path == KIND.path);
    own.map_or(&[][..], |(_, keys)| keys).iter().chain(common)
}

/// The kinds that the model of `key` has at any combination.
pub(super) fn kinds(key: &str, written: &Written, known: &Known<'_>) -> Vec<String> {
    let (mut digits, mut kinds) = (written.first(), Vec::new());
    let (values, nodes) = ((known.values)(key), Values::default());
    for _ in 0..written.count() {
        let said = Said::of(key, &values, Combination { written, digits: &digits, known, nodes: &nodes });
        kinds.extend(said.kind.filter(|kind| !kinds.contains(kind)));
        written.next(&mut digits);
    }
    kinds
}

/// Why a key says nothing at a combination.
#[derive(Clone, Debug, PartialEq)]
enum Silence {
    /// It is not written there, and has no default.
    Absent,
    Wrong(Mistake),
}

/// What a key says at a combination.
#[derive(Clone, Debug)]
struct Said {
    term: Result<Term, Silence>,
    /// Of a model its kind.
    kind: Option<String>,
    /// Of a constant latency how long it is.
    constant: Option<Span>,
}

/// What a text in quotes is compared as.
#[derive(Clone, Debug)]
enum Meant {
    Literal(Literal),
    /// A number that is the same at all combinations.
    Number(f64),
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
    literals: Vec<(String, Result<Meant, Mistake>)>,
    /// The numbers that it was found to be able to be.
    possible: Vec<f64>,
}

impl Operand {
    pub(super) fn new(name: &str, key: String, known: &Known<'_>) -> Self {
        let values = (known.values)(&key);
        Operand {
            name: name.to_owned(),
            key,
            values,
            strides: None,
            said: Vec::new(),
            mixes: None,
            literals: Vec::new(),
            possible: Vec::new(),
        }
    }

    /// What it is where it is not compared with a text: of a model its kind, of independent loss its rate.
    pub(super) fn term(&mut self, at: Combination<'_>) -> Result<Term, Mistake> {
        let of_the_kind = self.is_of_the_kind();
        let Said { term, kind, .. } = self.said(at);
        match (term, kind) {
            (Ok(_), Some(kind)) if of_the_kind => Ok(Term::Text(kind.clone())),
            (Ok(term), _) => Ok(term.clone()),
            (Err(silence), _) => {
                let silence = silence.clone();
                Err(self.mistake(silence, at))
            }
        }
    }

    /// It and the `text` in quotes that it is compared with.
    pub(super) fn beside(&mut self, text: &str, at: Combination<'_>) -> Result<(Term, Term), Beside> {
        if let Err(silence) = &self.said(at).term {
            let silence = silence.clone();
            return Err(Beside::Variable(self.mistake(silence, at)));
        }
        let meant = self.meant(text, at).map_err(Beside::Text)?;
        let other = match meant {
            Meant::Number(number) => Term::Number(number),
            Meant::Literal(Literal::Number) => {
                let number = text_of(text, Place::new(0, 0..0), &self.key, &self.values, at);
                number.map_err(|silence| Beside::Text(self.mistake(silence, at)))?
            }
            Meant::Literal(_) => Term::Text(text.to_owned()),
        };
        let Said { term, kind, constant } = self.said(at);
        let own = match (meant, kind, constant) {
            (Meant::Literal(Literal::Kind), Some(kind), _) => Some(Term::Text(kind.clone())),
            (Meant::Literal(Literal::Constant), _, Some(span)) => Some(Term::Text(span.to_string())),
            _ => term.as_ref().ok().cloned(),
        };
        // That it says something was seen above.
        own.map(|own| (own, other)).ok_or_else(|| Beside::Variable(self.mistake(Silence::Absent, at)))
    }

    /// Whether it may be a number, here or elsewhere.
    pub(super) fn may_be_a_number(&mut self, at: Combination<'_>) -> bool {
        if self.mixes.is_none() {
            let is_number = |said: &Said| matches!(said.term, Ok(Term::Number(_)));
            let may_be = !self.values.numbers.is_empty() || self.all(at).any(is_number);
            self.mixes = Some(may_be && !self.is_of_the_kind());
        }
        self.mixes == Some(true)
    }

    /// That it can be `number`, written as `text` if that is in quotes.
    pub(super) fn can_be(&mut self, number: f64, text: Option<&str>, at: Combination<'_>) -> Result<(), Mistake> {
        let numbers = &self.values.numbers;
        let contained = numbers.is_empty() || numbers.iter().any(|numbers| numbers.contain(number));
        // What follows the number of nodes may be too much at some sizes.
        if contained || self.is_of_the_kind() || self.possible.contains(&number) || text.is_some_and(number::follows) {
            return Ok(());
        }
        // What is written, and wrong, can be left out.
        if self.all(at).any(|said| said.term == Ok(Term::Number(number))) {
            self.possible.push(number);
            return Ok(());
        }
        let names = self.values.names.iter().map(|name| format!("'{name}'"));
        let allowed: Vec<String> = self.values.numbers.iter().map(ToString::to_string).chain(names).collect();
        let written = text.map_or_else(|| number.to_string(), |text| format!("'{}'", text.escape_debug()));
        let mistake = Mistake::of_variable(format!("`{}` is never {written}", self.key), None);
        Err(Mistake { allowed: Some(allowed.join(", ")), ..mistake })
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
    fn all(&mut self, at: Combination<'_>) -> impl Iterator<Item = &Said> {
        let mut digits = at.written.first();
        for _ in 0..at.written.count() {
            self.said(Combination { digits: &digits, ..at });
            at.written.next(&mut digits);
        }
        self.said.iter().flatten()
    }

    /// What `text` means beside it.
    fn meant(&mut self, text: &str, at: Combination<'_>) -> Result<Meant, Mistake> {
        if let Some((_, meant)) = self.literals.iter().find(|(other, _)| other == text) {
            return meant.clone();
        }
        let texts = self.texts(at);
        let literal = literal(text, &self.key, &self.values, self.is_of_the_kind(), &texts);
        let fixed = |literal: Literal| match literal {
            Literal::Number if text != ALL && !number::follows(text) => {
                let number = text_of(text, Place::new(0, 0..0), &self.key, &self.values, at);
                match number.map_err(|silence| self.mistake(silence, at))? {
                    Term::Number(number) => Ok(Meant::Number(number)),
                    _ => Ok(Meant::Literal(literal)),
                }
            }
            _ => Ok(Meant::Literal(literal)),
        };
        let meant = literal.and_then(fixed);
        self.literals.push((text.to_owned(), meant.clone()));
        meant
    }

    /// The different texts that it is.
    fn texts(&mut self, at: Combination<'_>) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for said in self.all(at) {
            match &said.term {
                Ok(Term::Text(text)) if !texts.contains(text) => texts.push(text.clone()),
                _ => {}
            }
        }
        texts
    }

    fn mistake(&self, silence: Silence, at: Combination<'_>) -> Mistake {
        match silence {
            Silence::Wrong(mistake) => mistake,
            Silence::Absent => not_written(&self.key, at),
        }
    }
}

impl Said {
    fn of(key: &str, values: &Values, at: Combination<'_>) -> Self {
        let node = at.written.node(key, at.digits);
        let default = || at.default(key).map(document::parse_default).map(Cow::Owned);
        let Some(node) = node.or_else(default) else {
            return Said { term: Err(Silence::Absent), kind: None, constant: None };
        };
        let (kind, constant) = (kind(&node, key, values), constant(&node, key));
        let term = match &kind {
            // A duration alone is the same model as the table that it is short for.
            Some(kind) if key == LATENCY.path => Ok(Term::Text(kind.clone())),
            _ => of(&node, key, values, at),
        };
        Said { term, kind, constant }
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
        Value::Text(text) if values.names.contains(text) => Some(text.clone()),
        Value::Text(_) if key == LATENCY.path => {
            constant(node, key).and_then(|value| named(Latency::from(value).name()))
        }
        Value::Text(_) | Value::Integer(_) | Value::Float(_) if key == LOSS.path => {
            named(Loss::from(Probability::ZERO).name())
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

/// That `key` says nothing at a combination, and where it does.
fn not_written(key: &str, at: Combination<'_>) -> Mistake {
    let quoted = |kinds: &[&str]| kinds.iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(" or ");
    let workloads = WorkloadSpec::KEYS.iter().filter(|(_, keys)| keys.iter().any(|own| own.path == key));
    let workloads: Vec<&str> = workloads.map(|(name, _)| *name).collect();
    let own = workload(at.written).unwrap_or_default();
    if !workloads.is_empty() && !workloads.contains(&own.as_str()) {
        let problem = format!("`{key}` is a key of the workload {}, and the workload is '{own}'", quoted(&workloads));
        return Mistake::of_variable(problem, None);
    }
    let (model, _) = key.rsplit_once('.').unwrap_or((key, ""));
    let having: Vec<&str> = at.known.kinds(key).filter(|kind| !kind.is_empty()).collect();
    let used = kinds(model, at.written, at.known);
    let used: Vec<&str> = used.iter().map(String::as_str).collect();
    let both: Vec<&str> = having.iter().copied().filter(|kind| used.contains(kind)).collect();
    if !having.is_empty() && both.is_empty() {
        let problem = format!("`{key}` is a setting of {}, and `{model}` is {}", quoted(&having), quoted(&used));
        return Mistake::of_variable(problem, None);
    }
    let problem = format!("`{key}` is not written in every configuration, and has no default here");
    let guards: Vec<String> = both.iter().map(|kind| format!("{model} == '{kind}'")).collect();
    let suggestion = match &guards[..] {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(format!("({})", several.join(" or "))),
    };
    Mistake::of_variable(problem, suggestion.map(|guard| format!("compare it only where it is: {guard} and \u{2026}")))
}

/// What `node` says of `key`: of a model its kind, of independent loss its rate.
fn of(node: &Node, key: &str, values: &Values, at: Combination<'_>) -> Result<Term, Silence> {
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

fn no_term(node: &Node, key: &str) -> Silence {
    let problem = format!("`{key}` is {}, which is compared with nothing", kind_of(&node.value));
    Silence::Wrong(Mistake::of_variable(problem, None))
}

/// What a text says that is written for `key`, or could be.
fn text_of(text: &str, place: Place, key: &str, values: &Values, at: Combination<'_>) -> Result<Term, Silence> {
    let nodes = || match Said::of(NODES.path, at.nodes, at).term? {
        Term::Number(nodes) => Ok(nodes),
        _ => Err(Silence::Wrong(not_written(NODES.path, at))),
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
        Some(Err(fault)) => Err(Silence::Wrong(Mistake::of_variable(format!("`{key}`: {fault}"), None))),
    }
}
