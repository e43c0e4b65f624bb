//! The value of an expression.

use std::cmp::Ordering;
use std::ops::Range;

use super::mistake::Mistake;
use super::tree::{Operator, Part, Tree};

/// The value of an expression, or of a variable in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Number(f64),
    Text(String),
    Truth(bool),
}

impl Term {
    /// What it is, for messages.
    pub(crate) fn kind(&self) -> String {
        match self {
            Term::Number(number) => format!("the number {number}"),
            Term::Text(text) => format!("the text '{}'", text.escape_debug()),
            Term::Truth(_) => "a condition".to_owned(),
        }
    }
}

/// What the variables of an expression are, asked for one by one.
pub(crate) trait Variables {
    /// What the variable `name` is.
    ///
    /// # Errors
    /// What is wrong with it.
    fn value(&mut self, name: &str) -> Result<Term, Mistake>;

    /// The variable `name` and the `text` in quotes that it is compared with, each as what it means beside the other.
    ///
    /// # Errors
    /// What is wrong with the variable, or that it can never be this.
    fn beside(&mut self, name: &str, text: &str) -> Result<(Term, Term), Beside> {
        let value = self.value(name).map_err(Beside::Variable)?;
        Ok((value, Term::Text(text.to_owned())))
    }

    /// That the variable `name` can be this `number` at all, which it is asked to equal or to differ from; `text` is how it is
    /// written in quotes, if it is.
    ///
    /// # Errors
    /// It never can: the comparison would always come out in the same way.
    fn can_be(&mut self, _name: &str, _number: f64, _text: Option<&str>) -> Result<(), Mistake> {
        Ok(())
    }

    /// Whether the variable `name` may be a number as well as a text, so that it is compared with either.
    fn mixes(&mut self, _: &str) -> bool {
        false
    }
}

impl<F: FnMut(&str) -> Result<Term, Mistake>> Variables for F {
    fn value(&mut self, name: &str) -> Result<Term, Mistake> {
        self(name)
    }
}

/// What is wrong where a variable is compared with a text, and with which of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    Variable(Mistake),
    Text(Mistake),
}

/// How texts that stand for quantities are ordered, if both do.
type Order = fn(&str, &str) -> Option<Ordering>;

/// The value of `tree`. Of `and` and `or` the second part counts only where the first does not decide. `order` compares
/// texts that are quantities, such as durations.
///
/// # Errors
/// What has no value, such as a division by 0, and where it stands.
pub(crate) fn evaluate(tree: &Tree, variables: &mut dyn Variables, order: Order) -> Result<Term, Mistake> {
    Evaluation { variables, order }.term(tree)
}

struct Evaluation<'a> {
    variables: &'a mut dyn Variables,
    order: Order,
}

impl Evaluation<'_> {
    fn term(&mut self, tree: &Tree) -> Result<Term, Mistake> {
        match &tree.part {
            Part::Number(number) => Ok(Term::Number(*number)),
            Part::Text(text) => Ok(Term::Text(text.clone())),
            Part::Truth(truth) => Ok(Term::Truth(*truth)),
            // Wherever a mistake in a variable is, it shows here.
            Part::Name(name) => self.variables.value(name).map_err(|mistake| mistake.moved(tree)),
            Part::Negative(of) => Ok(Term::Number(-self.number(of)?)),
            Part::Not(of) => Ok(Term::Truth(!self.truth(of)?)),
            Part::Two(operator, one, other) => self.two(*operator, one, other, &tree.range),
            Part::Call(function, parts) => {
                let numbers = parts.iter().map(|part| self.number(part)).collect::<Result<Vec<f64>, _>>()?;
                finite(function.of(&numbers), &tree.range, || {
                    let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
                    format!("{}({})", function.name(), numbers.join(", "))
                })
            }
        }
    }

    fn number(&mut self, tree: &Tree) -> Result<f64, Mistake> {
        match self.term(tree)? {
            Term::Number(number) => Ok(number),
            other => Err(Mistake::at(tree.range.clone(), format!("{} is not a number", other.kind()))),
        }
    }

    fn truth(&mut self, tree: &Tree) -> Result<bool, Mistake> {
        match self.term(tree)? {
            Term::Truth(truth) => Ok(truth),
            other => {
                let mistake = Mistake::at(tree.range.clone(), format!("{} is not a condition", other.kind()));
                Err(mistake.suggest("compare it: network.loss > 0"))
            }
        }
    }

    fn two(&mut self, operator: Operator, one: &Tree, other: &Tree, range: &Range<usize>) -> Result<Term, Mistake> {
        let decided = match operator {
            Operator::And => Some(false),
            Operator::Or => Some(true),
            _ => None,
        };
        if let Some(decided) = decided {
            let first = self.truth(one)?;
            return Ok(Term::Truth(if first == decided { decided } else { self.truth(other)? }));
        }
        if let Some(holds) = comparison(operator) {
            return self.compare(one, other, range, operator).map(|ordering| Term::Truth(holds(ordering)));
        }
        let (a, b) = (self.number(one)?, self.number(other)?);
        let value = match operator {
            Operator::Plus => a + b,
            Operator::Minus => a - b,
            Operator::Times => a * b,
            Operator::Over => a / b,
            _ => power(a, b),
        };
        finite(value, range, || format!("{a} {} {b}", operator.sign()))
    }

    /// How `one` lies to `other`; of texts that are no quantities only whether they are the same.
    fn compare(
        &mut self,
        one: &Tree,
        other: &Tree,
        range: &Range<usize>,
        operator: Operator,
    ) -> Result<Ordering, Mistake> {
        let same = |same: bool| if same { Ordering::Equal } else { Ordering::Less };
        let by_size = !matches!(operator, Operator::Equal | Operator::Unequal);
        let (a, b) = self.sides(one, other)?;
        if !by_size {
            self.can_be(one, other, &b)?;
            self.can_be(other, one, &a)?;
        }
        match (a, b) {
            // No number here is NaN.
            (Term::Number(a), Term::Number(b)) => Ok(a.partial_cmp(&b).unwrap_or(Ordering::Less)),
            (Term::Text(a), Term::Text(b)) => match ((self.order)(&a, &b), by_size) {
                (Some(ordering), _) => Ok(ordering),
                (None, false) => Ok(same(a == b)),
                (None, true) => {
                    let problem = format!(
                        "texts have no order: '{}' {} '{}'",
                        a.escape_debug(),
                        operator.sign(),
                        b.escape_debug()
                    );
                    Err(Mistake::at(range.clone(), problem).suggest("compare texts by == or !="))
                }
            },
            (Term::Truth(a), Term::Truth(b)) if !by_size => Ok(same(a == b)),
            // A number and the word that stands in its place, such as `none`, differ.
            (Term::Number(_), Term::Text(_)) if !by_size && self.may_differ(other, one) => Ok(same(false)),
            (Term::Text(_), Term::Number(_)) if !by_size && self.may_differ(one, other) => Ok(same(false)),
            (a, b) => Err(Mistake::at(range.clone(), format!("{} is not compared with {}", a.kind(), b.kind()))),
        }
    }

    /// That the variable `named` can be what is compared with it, if that is a number wherever it is asked.
    fn can_be(&mut self, named: &Tree, fixed: &Tree, value: &Term) -> Result<(), Mistake> {
        let (Part::Name(name), Term::Number(number), true) = (&named.part, value, fixed.is_fixed()) else {
            return Ok(());
        };
        let text = match &fixed.part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        };
        self.variables.can_be(name, *number, text).map_err(|mistake| mistake.moved(fixed))
    }

    /// Both sides of a comparison. What a text in quotes means goes by what it is compared with.
    fn sides(&mut self, one: &Tree, other: &Tree) -> Result<(Term, Term), Mistake> {
        match (&one.part, &other.part) {
            (Part::Name(name), Part::Text(text)) => self.beside(name, one, text, other),
            (Part::Text(text), Part::Name(name)) => {
                self.beside(name, other, text, one).map(|(value, text)| (text, value))
            }
            _ => Ok((self.term(one)?, self.term(other)?)),
        }
    }

    fn beside(&mut self, name: &str, named: &Tree, text: &str, quoted: &Tree) -> Result<(Term, Term), Mistake> {
        self.variables.beside(name, text).map_err(|wrong| match wrong {
            Beside::Variable(mistake) => mistake.moved(named),
            Beside::Text(mistake) => mistake.moved(quoted),
        })
    }

    /// Whether what is a `text` here could be a number as the other is, or the other way about where the text is in quotes.
    fn may_differ(&mut self, text: &Tree, number: &Tree) -> bool {
        match (&text.part, &number.part) {
            (Part::Name(name), _) | (_, Part::Name(name)) => self.variables.mixes(name),
            _ => false,
        }
    }
}

/// When a comparison holds.
fn comparison(operator: Operator) -> Option<fn(Ordering) -> bool> {
    match operator {
        Operator::Less => Some(Ordering::is_lt),
        Operator::AtMost => Some(Ordering::is_le),
        Operator::Greater => Some(Ordering::is_gt),
        Operator::AtLeast => Some(Ordering::is_ge),
        Operator::Equal => Some(Ordering::is_eq),
        Operator::Unequal => Some(Ordering::is_ne),
        _ => None,
    }
}

/// A power; of whole numbers exactly as far as it fits.
fn power(base: f64, exponent: f64) -> f64 {
    let whole = |number: f64, most: f64| number.fract() == 0.0 && libm::fabs(number) <= most;
    if whole(base, 1e6) && whole(exponent, 64.0) && exponent >= 0.0 {
        let exact = (base as i128).checked_pow(exponent as u32);
        if let Some(exact) = exact.filter(|exact| exact.unsigned_abs() <= 1 << 53) {
            return exact as f64;
        }
    }
    libm::pow(base, exponent)
}

fn finite(value: f64, range: &Range<usize>, written: impl FnOnce() -> String) -> Result<Term, Mistake> {
    if value.is_finite() {
        return Ok(Term::Number(value));
    }
    Err(Mistake::at(range.clone(), format!("{} is not a finite number", written())))
}
