//! From the text of an expression to its tree.

use std::ops::Range;

use super::function::Function;
use super::mistake::Mistake;
use super::token::{Token, tokens};
use super::tree::{Operator, Part, Tree};
use crate::scenario::words::nearest;

/// The most characters of an expression.
pub(super) const MAX_LENGTH: usize = 400;
/// The most parts of an expression that stand within each other.
pub(super) const MAX_DEPTH: usize = 32;

/// Reads an expression.
///
/// # Errors
/// The first mistake in it.
pub(crate) fn parse(text: &str) -> Result<Tree, Mistake> {
    let length = text.chars().count();
    if length > MAX_LENGTH {
        let problem = format!("an expression of {length} characters; at most {MAX_LENGTH} are read");
        return Err(Mistake::at(0..text.len(), problem));
    }
    let mut parser = Parser { tokens: tokens(text)?, next: 0, end: text.len(), depth: 0 };
    let tree = parser.condition()?;
    match parser.tokens.get(parser.next) {
        None => Ok(tree),
        Some((token, range)) => Err(parser.left_over(token, range.clone())),
    }
}

/// A way to read a part.
type Read = fn(&mut Parser) -> Result<Tree, Mistake>;

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    next: usize,
    /// The length of the text.
    end: usize,
    depth: usize,
}

impl Parser {
    fn condition(&mut self) -> Result<Tree, Mistake> {
        self.deeper(|parser| parser.row(&[Operator::Or], Parser::both))
    }

    fn both(&mut self) -> Result<Tree, Mistake> {
        self.row(&[Operator::And], Parser::negation)
    }

    fn negation(&mut self) -> Result<Tree, Mistake> {
        match self.peek() {
            Some(Token::Word(word)) if word == "not" => {
                let start = self.here().start;
                self.next += 1;
                let of = self.deeper(Parser::negation)?;
                let range = start..of.range.end;
                Ok(Tree { part: Part::Not(Box::new(of)), range })
            }
            _ => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Result<Tree, Mistake> {
        const SIGNS: [Operator; 6] = [
            Operator::Less,
            Operator::AtMost,
            Operator::Greater,
            Operator::AtLeast,
            Operator::Equal,
            Operator::Unequal,
        ];
        let one = self.sum()?;
        let Some(operator) = self.operator(&SIGNS) else { return Ok(one) };
        let both = two(operator, one, self.sum()?);
        let here = self.here();
        match self.operator(&SIGNS) {
            None => Ok(both),
            Some(_) => {
                Err(Mistake::at(here, "two comparisons in a row").suggest("join them by `and`: 1 < n and n < 9"))
            }
        }
    }

    fn sum(&mut self) -> Result<Tree, Mistake> {
        self.row(&[Operator::Plus, Operator::Minus], Parser::product)
    }

    fn product(&mut self) -> Result<Tree, Mistake> {
        self.row(&[Operator::Times, Operator::Over], Parser::signed)
    }

    fn signed(&mut self) -> Result<Tree, Mistake> {
        let start = self.here().start;
        if self.operator(&[Operator::Minus]).is_none() {
            return self.power();
        }
        let of = self.deeper(Parser::signed)?;
        let range = start..of.range.end;
        Ok(Tree { part: Part::Negative(Box::new(of)), range })
    }

    fn power(&mut self) -> Result<Tree, Mistake> {
        let base = self.atom()?;
        match self.operator(&[Operator::Power]) {
            None => Ok(base),
            Some(power) => Ok(two(power, base, self.deeper(Parser::signed)?)),
        }
    }

    fn atom(&mut self) -> Result<Tree, Mistake> {
        let range = self.here();
        let Some((token, _)) = self.tokens.get(self.next).cloned() else {
            let problem = if self.tokens.is_empty() { "an empty expression" } else { "the expression ends too soon" };
            return Err(Mistake::at(range, problem));
        };
        self.next += 1;
        let part = match token {
            Token::Number(number) => Part::Number(number),
            Token::Text(text) => Part::Text(text),
            Token::Word(word) if self.peek() == Some(&Token::Open) => return self.call(&word, range),
            Token::Word(word) if word == "true" || word == "false" => Part::Truth(word == "true"),
            Token::Word(word) if Function::named(&word).is_some() => {
                let mistake = Mistake::at(range, format!("`{word}` is a function"));
                return Err(mistake.suggest(format!("write what of in brackets: {word}(n)")));
            }
            Token::Word(word) => Part::Name(word),
            Token::Open => {
                let within = self.condition()?;
                let range = range.start..self.close(&range)?.end;
                return Ok(Tree { range, ..within });
            }
            Token::Operator(Operator::Plus) => return Err(Mistake::at(range, "a sign `+` without need")),
            _ => return Err(Mistake::at(range, "a number, a name or `(` is missing here")),
        };
        Ok(Tree { part, range })
    }

    /// What `word` of the parts in brackets behind it is.
    fn call(&mut self, word: &str, range: Range<usize>) -> Result<Tree, Mistake> {
        let function = Function::named(word).ok_or_else(|| unknown_function(word, range.clone()))?;
        let open = self.here();
        self.next += 1;
        let mut parts = Vec::new();
        if self.peek() != Some(&Token::Close) {
            parts.push(self.condition()?);
        }
        while self.peek() == Some(&Token::Comma) {
            self.next += 1;
            parts.push(self.condition()?);
        }
        let range = range.start..self.close(&open)?.end;
        if !function.takes(parts.len()) {
            let takes = if function.takes(2) { "at least one number" } else { "one number" };
            return Err(Mistake::at(range, format!("`{word}` takes {takes}, not {}", parts.len())));
        }
        Ok(Tree { part: Part::Call(function, parts), range })
    }

    /// The bracket that closes the one at `open`.
    fn close(&mut self, open: &Range<usize>) -> Result<Range<usize>, Mistake> {
        let here = self.here();
        match self.tokens.get(self.next).cloned() {
            Some((Token::Close, _)) => {
                self.next += 1;
                Ok(here)
            }
            None => Err(Mistake::at(open.clone(), "this bracket is not closed").suggest("add a `)`")),
            Some((token, range)) => Err(self.left_over(&token, range)),
        }
    }

    /// Parts of one kind with one of `operators` between each and the next, from left to right.
    fn row(&mut self, operators: &[Operator], part: Read) -> Result<Tree, Mistake> {
        let mut row = part(self)?;
        // As a tree a row of many is as deep as it is long.
        let before = self.depth;
        while let Some(operator) = self.operator(operators) {
            self.descend()?;
            row = two(operator, row, part(self)?);
        }
        self.depth = before;
        Ok(row)
    }

    fn deeper(&mut self, part: Read) -> Result<Tree, Mistake> {
        self.descend()?;
        let read = part(self);
        self.depth -= 1;
        read
    }

    fn descend(&mut self) -> Result<(), Mistake> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(Mistake::at(self.here(), format!("more than {MAX_DEPTH} parts stand within each other")))
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    /// The bytes of the next part; at the end none.
    fn here(&self) -> Range<usize> {
        self.tokens.get(self.next).map_or(self.end..self.end, |(_, range)| range.clone())
    }

    /// Takes the next part if it is one of `operators`.
    fn operator(&mut self, operators: &[Operator]) -> Option<Operator> {
        match self.peek() {
            Some(Token::Operator(operator)) if operators.contains(operator) => {
                let operator = *operator;
                self.next += 1;
                Some(operator)
            }
            _ => None,
        }
    }

    /// Something behind the end of an expression.
    fn left_over(&self, token: &Token, range: Range<usize>) -> Mistake {
        let product = matches!(token, Token::Number(_) | Token::Word(_) | Token::Open);
        match token {
            Token::Close => Mistake::at(range, "this bracket was never opened"),
            Token::Comma => Mistake::at(range, "a comma stands only between the numbers of min and max")
                .suggest("write a decimal point, or thousands without commas"),
            _ if product => {
                Mistake::at(range, "an operator is missing before this").suggest("write products with a star: 2*n")
            }
            _ => Mistake::at(range, "this does not belong here"),
        }
    }
}

fn two(operator: Operator, one: Tree, other: Tree) -> Tree {
    let range = one.range.start..other.range.end;
    Tree { part: Part::Two(operator, Box::new(one), Box::new(other)), range }
}

fn unknown_function(word: &str, range: Range<usize>) -> Mistake {
    let mistake = Mistake::at(range, format!("there is no function `{word}`"));
    let near = || nearest(word, Function::ALL.iter().map(|(name, _)| *name));
    match (Function::meant(word), near()) {
        (Some(meant), _) => mistake.suggest(meant),
        (None, Some(near)) => mistake.suggest(format!("did you mean `{near}`?")),
        (None, None) => mistake,
    }
}
