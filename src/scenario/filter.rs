//! `where` of a sweep: which combinations of the swept values are points.
//!
//! The condition goes by what is written, before any point is read: what it leaves out need not make sense, such as a
//! fanout that is not below the number of nodes.

mod known;
mod literal;
mod operand;

pub(super) use known::{Known, Values};

use self::known::by_size;
use self::operand::{Combination, Operand};
use super::diagnostic::Diagnostic;
use super::expression::{self, Beside, CONDITION_FORM, Mistake, Term, Tree, Variables};
use super::fault::Fault;
use super::number::SIZE_NAMES;
use super::place::Place;
use super::sweep::Condition;
use super::words::nearest_path;
use super::written::Written;
use crate::settings::network::NODES;
use crate::settings::{self, DESCRIPTION, REPLICATES};

/// The key of the condition.
const KEY: &str = "sweep.where";

/// The numbers of the combinations of which `condition` holds, from 0 and rising.
///
/// # Errors
/// What is wrong with it, or that it holds of none.
pub(super) fn kept(written: &Written, condition: &Condition, known: &Known<'_>) -> Result<Vec<u32>, Diagnostic> {
    let Condition { text, place } = condition;
    let mistake = |mistake: Mistake| fault(mistake, text, *place).under(KEY).diagnostic();
    let tree = expression::parse(text).map_err(mistake)?;
    let operands = operands(&tree, known).map_err(mistake)?;
    let total = written.count();
    let mut at = AtCombination { operands, digits: written.first(), written, known };
    let mut kept = Vec::new();
    for combination in 0..u32::try_from(total).unwrap_or(u32::MAX) {
        match expression::evaluate(&tree, &mut at, by_size).map_err(mistake)? {
            Term::Truth(true) => kept.push(combination),
            Term::Truth(false) => {}
            other => return Err(mistake(Mistake::of_tree(&tree, format!("{} is no condition", other.kind())))),
        }
        written.next(&mut at.digits);
    }
    if kept.is_empty() {
        let problem = format!("`where` leaves out all of {total} configurations");
        return Err(Diagnostic::at(*place, KEY, problem, "a condition that holds for at least one of them"));
    }
    Ok(kept)
}

/// A mistake of the condition `text` at `place`.
fn fault(Mistake { range, problem, allowed, suggestion }: Mistake, text: &str, place: Place) -> Fault {
    let allowed = allowed.unwrap_or_else(|| CONDITION_FORM.to_owned());
    Fault::new(problem, allowed).suggest(suggestion).placed(place.inside(text, range))
}

/// The variables of a condition at a combination.
struct AtCombination<'a> {
    operands: Vec<Operand>,
    written: &'a Written,
    digits: Vec<usize>,
    known: &'a Known<'a>,
}

impl AtCombination<'_> {
    fn operand(&mut self, name: &str) -> Result<(&mut Operand, Combination<'_>), Mistake> {
        let AtCombination { operands, written, digits, known } = self;
        match operands.iter_mut().find(|operand| operand.name == name) {
            Some(operand) => Ok((operand, Combination { written, digits, known })),
            None => Err(unknown(name, known)),
        }
    }
}

impl Variables for AtCombination<'_> {
    fn value(&mut self, name: &str) -> Result<Term, Mistake> {
        let (operand, at) = self.operand(name)?;
        operand.term(at)
    }

    fn beside(&mut self, name: &str, text: &str) -> Result<(Term, Term), Beside> {
        let (operand, at) = self.operand(name).map_err(Beside::Variable)?;
        operand.beside(text, at)
    }

    fn mixes(&mut self, name: &str) -> bool {
        self.operand(name).is_ok_and(|(operand, at)| operand.may_be_a_number(at))
    }
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
        operands.push(Operand::new(name, key, known));
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
    let paths: Vec<&str> = keys(known).collect();
    let suggestion = nearest_path(name, &paths).map(|near| format!("did you mean `{near}`?"));
    Mistake::of_variable(format!("`{name}` is not a key; texts stand in single quotes"), suggestion)
}
