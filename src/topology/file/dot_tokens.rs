//! The tokens of DOT: names in quotes or without, operators, marks; comments are gone past.

use std::borrow::Cow;

use super::fault::Fault;

/// What DOT is made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A name, and whether it could be a keyword.
    Name(Cow<'a, str>, bool),
    Arrow,
    Line,
    /// One of `{ } [ ] ; , = :`
    Mark(u8),
}

/// The tokens of a text, each with its first byte.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The next token, where it was looked at already.
    next: Option<(usize, Token<'a>)>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Tokens { text, at: 0, next: None }
    }

    pub(super) fn peek(&mut self) -> Result<Option<&Token<'a>>, Fault> {
        if self.next.is_none() {
            self.next = self.scan()?;
        }
        Ok(self.next.as_ref().map(|(_, token)| token))
    }

    pub(super) fn next(&mut self) -> Result<Option<(usize, Token<'a>)>, Fault> {
        match self.next.take() {
            Some(token) => Ok(Some(token)),
            None => self.scan(),
        }
    }

    /// Takes the next token if it is `mark`.
    pub(super) fn take(&mut self, mark: u8) -> Result<bool, Fault> {
        let found = self.peek()? == Some(&Token::Mark(mark));
        if found {
            self.next = None;
        }
        Ok(found)
    }

    pub(super) fn fault(&self, at: usize, problem: impl Into<String>) -> Fault {
        Fault::of_byte(self.text, at, problem)
    }

    fn scan(&mut self) -> Result<Option<(usize, Token<'a>)>, Fault> {
        self.skip()?;
        let at = self.at;
        let rest = &self.text[at..];
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let token = match first {
            '{' | '}' | '[' | ']' | ';' | ',' | '=' | ':' => {
                self.at += 1;
                Token::Mark(first as u8)
            }
            '"' => Token::Name(self.quoted()?, false),
            '<' => Token::Name(self.html()?.into(), false),
            '-' if rest.starts_with("->") || rest.starts_with("--") => {
                self.at += 2;
                if rest.starts_with("->") { Token::Arrow } else { Token::Line }
            }
            _ => {
                let number = first == '-' || first == '.' || first.is_ascii_digit();
                let part = |letter: char| match number {
                    true => letter.is_ascii_digit() || letter == '.' || letter.is_alphanumeric() || letter == '_',
                    false => letter.is_alphanumeric() || letter == '_',
                };
                let begin = first.len_utf8();
                if !number && !part(first) {
                    return Err(self.fault(at, "has a character that needs quotes around its name"));
                }
                let length = begin + rest[begin..].find(|letter| !part(letter)).unwrap_or(rest.len() - begin);
                self.at += length;
                Token::Name(rest[..length].into(), true)
            }
        };
        Ok(Some((at, token)))
    }

    /// Goes past white space and comments.
    fn skip(&mut self) -> Result<(), Fault> {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start().len();
            let rest = &self.text[self.at..];
            let begins_line = self.at == 0 || self.text[..self.at].trim_end_matches([' ', '\t']).ends_with('\n');
            if rest.starts_with("//") || rest.starts_with('#') && begins_line {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let end = rest.find("*/").ok_or_else(|| self.fault(self.at, "opens a comment that is not closed"))?;
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    /// A name in quotes, with those that a plus joins to it.
    fn quoted(&mut self) -> Result<Cow<'a, str>, Fault> {
        let mut name = self.one_quoted()?;
        loop {
            let after = self.at;
            self.skip()?;
            if !self.text[self.at..].starts_with('+') {
                self.at = after;
                return Ok(name);
            }
            self.at += 1;
            self.skip()?;
            if !self.text[self.at..].starts_with('"') {
                return Err(self.fault(self.at, "has a + before something without quotes"));
            }
            name = (name.into_owned() + &self.one_quoted()?).into();
        }
    }

    fn one_quoted(&mut self) -> Result<Cow<'a, str>, Fault> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut end = start;
        let mut escaped = false;
        loop {
            match bytes.get(end) {
                None => return Err(self.fault(self.at, "opens a quote that is not closed")),
                Some(b'"') => break,
                Some(b'\\') if bytes.get(end + 1).is_some() => {
                    escaped = true;
                    end += 2;
                }
                Some(_) => end += 1,
            }
        }
        self.at = end + 1;
        let inner = &self.text[start..end];
        Ok(if escaped { unescaped(inner).into() } else { inner.into() })
    }

    fn html(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        let mut depth = 0_usize;
        for (place, byte) in self.text.bytes().enumerate().skip(start) {
            match byte {
                b'<' => depth += 1,
                b'>' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at = place + 1;
                return Ok(&self.text[start..=place]);
            }
        }
        Err(self.fault(start, "opens a < that is not closed"))
    }
}

/// What quotes hold: in DOT only a quote is escaped, and the end of a line; all else is for labels. So that a name may
/// end in a backslash, those before a quote are two for one.
fn unescaped(inner: &str) -> String {
    let inner = inner.replace("\\\r\n", "").replace("\\\n", "");
    let mut written = String::with_capacity(inner.len());
    let mut run = 0;
    for letter in inner.chars() {
        match letter {
            '\\' => {
                run += 1;
                continue;
            }
            '"' => written.extend(std::iter::repeat_n('\\', run / 2)),
            _ => written.extend(std::iter::repeat_n('\\', run)),
        }
        run = 0;
        written.push(letter);
    }
    written.extend(std::iter::repeat_n('\\', run / 2));
    written
}
