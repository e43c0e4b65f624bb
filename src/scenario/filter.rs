//! `where` of a sweep: which combinations of the swept values are points.
//!
//! The condition goes by what is written, before any point is read: what it leaves out need not make sense, such as a
//! fanout that is not below the number of nodes.

mod known;
mod literal;
mod operand;

pub(super) use known::{Known, Numbers, Values};

use self::known::by_size;
use self::operand::{Combination, Operand, kinds, usable};
use super::diagnostic::Diagnostic;
use super::expression::{self, Beside, CONDITION_FORM, Mistake, Term, Tree, Variables};
use super::fault::Fault;
use super::number::SIZE_NAMES;
use super::place::Place;
use super::sweep::Condition;
use super::words::nearest_path;
use super::written::Written;
use crate::key::Key;
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
    let operands = operands(&tree, written, known).map_err(mistake)?;
    let total = written.count();
    let nodes = (known.values)(NODES.path);
    let mut at = AtCombination { operands, digits: written.first(), written, known, nodes };
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
    nodes: Values,
}

impl AtCombination<'_> {
    fn operand(&mut self, name: &str) -> Result<(&mut Operand, Combination<'_>), Mistake> {
        let AtCombination { operands, written, digits, known, nodes } = self;
        match operands.iter_mut().find(|operand| operand.name == name) {
            Some(operand) => Ok((operand, Combination { written, digits, known, nodes })),
            None => Err(unknown(name, written, known)),
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

    fn can_be(&mut self, name: &str, number: f64, text: Option<&str>) -> Result<(), Mistake> {
        let (operand, at) = self.operand(name)?;
        operand.can_be(number, text, at)
    }

    fn mixes(&mut self, name: &str) -> bool {
        self.operand(name).is_ok_and(|(operand, at)| operand.may_be_a_number(at))
    }
}

fn operands(tree: &Tree, written: &Written, known: &Known<'_>) -> Result<Vec<Operand>, Mistake> {
    let mut operands: Vec<Operand> = Vec::new();
    for (name, range) in tree.names() {
        if operands.iter().any(|operand| operand.name == name) {
            continue;
        }
        let key = key_of(name);
        // Of lists of tables not every key is written down.
        let is_listed = ["event.", "network.region.", "network.class."].iter().any(|list| key.starts_with(list));
        let is_known = is_listed || keys(known).any(|other| other == key);
        if !is_known {
            return Err(Mistake { range, ..unknown(name, written, known) });
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
    settings::keys()
        .filter(|key| is_compared(key))
        .map(|key| key.path)
        .chain(known.settings.iter().map(|(path, _)| path.as_str()))
}

/// Whether a key is one thing at each point.
fn is_compared(key: &Key) -> bool {
    ![DESCRIPTION.path, REPLICATES.path].contains(&key.path)
}

/// That there is no key `name`; of those as near as each other one that the scenario can have was meant.
fn unknown(name: &str, written: &Written, known: &Known<'_>) -> Mistake {
    let mut models: Vec<(&str, Vec<String>)> = Vec::new();
    let mut used: Vec<&str> = Vec::new();
    for (path, kind) in known.settings {
        let model = path.rsplit_once('.').map_or("", |(model, _)| model);
        if models.last().is_none_or(|(last, _)| *last != model) {
            models.push((model, kinds(model, written, known)));
        }
        if models.last().is_some_and(|(_, kinds)| kinds.contains(kind)) {
            used.push(path);
        }
    }
    let own = usable(written).filter(|key| is_compared(key)).map(|key| key.path);
    let usable: Vec<&str> = own.chain(used).collect();
    let all: Vec<&str> = usable.iter().copied().chain(keys(known)).collect();
    let suggestion = nearest_path(name, &all).map(|near| match usable.contains(&near) {
        true => format!("did you mean `{near}`?"),
        false => format!("`{near}` would be a key, and no configuration has it"),
    });
    Mistake::of_variable(format!("`{name}` is not a key; texts stand in single quotes"), suggestion)
}
