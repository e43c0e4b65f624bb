//! An expression in its smallest parts.

use std::ops::Range;

use super::mistake::Mistake;
use super::suffix::SUFFIXES;
use super::tree::Operator;

/// The smallest part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    /// A name, or a word such as `and`.
    Word(String),
    Operator(Operator),
    Open,
    Close,
    Comma,
}

/// The parts of `text`, each with the bytes that it takes.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Mistake> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        if letter.is_whitespace() {
            at += letter.len_utf8();
            continue;
        }
        let begins_number = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
        let (token, length) = if begins_number(rest) || letter == '.' && begins_number(&rest[1..]) {
            number(text, at)?
        } else if letter.is_alphabetic() || letter == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
            (word(&rest[..length]), length)
        } else if letter == '\'' || letter == '"' {
            let end = rest[1..].find(letter);
            let end =
                end.ok_or_else(|| Mistake::at(at..text.len(), "this text does not end").suggest(ending(letter)))?;
            (Token::Text(rest[1..=end].to_owned()), end + 2)
        } else {
            sign(rest).ok_or_else(|| unknown(rest, at))?
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

fn ending(quote: char) -> String {
    format!("end it with {quote}")
}

/// A number at byte `at`: digits, a point, an exponent, and what multiplies it.
fn number(text: &str, at: usize) -> Result<(Token, usize), Mistake> {
    let rest = &text[at..];
    let digits = |from: usize| {
        let rest = &rest[from..];
        from + rest.find(|c: char| !(c.is_ascii_digit() || c == '_')).unwrap_or(rest.len())
    };
    let mut end = digits(0);
    // Two points are a range, and no number goes on there.
    if rest[end..].starts_with('.') && !rest[end..].starts_with("..") {
        end = digits(end + 1);
    }
    let exponent = rest[end..].strip_prefix(['e', 'E']).map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
    if exponent.is_some_and(|exponent| exponent.starts_with(|c: char| c.is_ascii_digit())) {
        let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
        end = digits(end + 1 + sign);
    }
    let plain = rest[..end].replace('_', "");
    let (power, end) = multiplied(rest, end);
    let whole = at..at + end;
    if rest[end..].starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return Err(glued(rest, at, end));
    }
    // In decimal, so that 0.1% is 0.001 and not a little more.
    let number = match (power, plain.contains(['e', 'E'])) {
        (0, _) => plain.parse(),
        (_, false) => format!("{plain}e{power}").parse(),
        (_, true) => plain.parse().map(|number: f64| number * libm::pow(10.0, power.into())),
    };
    match number {
        Ok(number) if number.is_finite() => Ok((Token::Number(number), end)),
        _ => Err(Mistake::at(whole, format!("`{}` is not a number that fits", &rest[..end]))),
    }
}

/// The power of ten that stands behind the number that ends at byte `end`, and where that ends.
fn multiplied(rest: &str, end: usize) -> (i32, usize) {
    let behind = &rest[end..];
    let length = |suffix: &str| {
        if suffix.starts_with(char::is_alphabetic) {
            let alone = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            return behind.strip_prefix(suffix).filter(|rest| alone(rest)).map(|_| suffix.len());
        }
        let blanks = behind.len() - behind.trim_start().len();
        behind[blanks..].starts_with(suffix).then_some(blanks + suffix.len())
    };
    let found = SUFFIXES.iter().find_map(|(suffix, power)| Some((*power, end + length(suffix)?)));
    found.unwrap_or((0, end))
}

/// Letters right behind the number that ends at byte `end`.
fn glued(rest: &str, at: usize, end: usize) -> Mistake {
    let length = rest[end..].find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len() - end);
    let (number, letters) = (&rest[..end], &rest[end..end + length]);
    let mistake = Mistake::at(at..at + end + length, format!("`{number}{letters}` is not a number"));
    match letters {
        "K" => mistake.suggest(format!("write {number}k for {number} thousand")),
        "m" => mistake.suggest(format!("write {number}M for {number} million")),
        "G" | "g" | "B" | "b" => mistake.suggest(format!("write {number}e9 for {number} thousand million")),
        _ => mistake.suggest(format!("write a product with a star: {number}*{letters}")),
    }
}

fn word(text: &str) -> Token {
    let operator = Operator::ALL.iter().find(|(sign, _)| *sign == text).map(|(_, operator)| *operator);
    operator.map_or_else(|| Token::Word(text.to_owned()), Token::Operator)
}

fn sign(rest: &str) -> Option<(Token, usize)> {
    match rest.chars().next()? {
        '(' => Some((Token::Open, 1)),
        ')' => Some((Token::Close, 1)),
        ',' => Some((Token::Comma, 1)),
        // A power of other languages.
        '*' if rest.starts_with("**") => None,
        _ => {
            let (sign, operator) = Operator::ALL.iter().find(|(sign, _)| rest.starts_with(sign))?;
            Some((Token::Operator(*operator), sign.len()))
        }
    }
}

/// Something that stands in no expression.
fn unknown(rest: &str, at: usize) -> Mistake {
    let others = [
        ("**", "write a power as n^2"),
        ("&&", "write `and`"),
        ("||", "write `or`"),
        ("&", "write `and`"),
        ("|", "write `or`"),
        ("!", "write `not`"),
        ("=", "write `==`"),
        ("<>", "write `!=`"),
        ("\u{2264}", "write `<=`"),
        ("\u{2265}", "write `>=`"),
        ("\u{2260}", "write `!=`"),
        ("\u{d7}", "write `*`"),
        ("\u{b7}", "write `*`"),
        ("\u{f7}", "write `/`"),
        ("\u{2212}", "write `-`, the hyphen"),
        ("%", "`%` stands behind a number: 5%"),
        ("[", "write round brackets: ( )"),
        ("{", "write round brackets: ( )"),
    ];
    let found = others.iter().find(|(sign, _)| rest.starts_with(sign));
    let length = found.map_or_else(|| rest.chars().next().map_or(0, char::len_utf8), |(sign, _)| sign.len());
    let sign = printable(&rest[..length]);
    let mistake = Mistake::at(at..at + length, format!("{sign} does not belong in an expression"));
    match found {
        Some((_, suggestion)) => mistake.suggest(*suggestion),
        None => mistake,
    }
}

fn printable(sign: &str) -> String {
    format!("`{}`", sign.escape_debug())
}
