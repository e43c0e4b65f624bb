//! What a file that shows one run says of itself: which command made it, of which scenario, and the checksum of the
//! rest. By it a file is known that the same command may replace: unchanged, and of the same scenario.
//!
//! XML holds it as a comment at the end, PNG as a text chunk (PNG specification, section 11.3.3). A scenario is named as
//! in the manifest of a results folder, a file by its way from the folder of the picture.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use flate2::Crc;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::provenance::Provenance;
use crate::hexadecimal::hexadecimal;
use crate::scenario::Scenario;

const COMMENT: (&[u8], &[u8]) = (b"<!-- gossipsim ", b" -->\n");
/// The keyword of the chunk, as the specification has it for any text.
const KEYWORD: &[u8] = b"Comment\0";
/// What a PNG begins with.
const SIGNATURE: usize = 8;
/// Bytes of a chunk besides what is in it: its length, its type and its checksum.
const FRAME: usize = 12;

/// How a file can hold what it says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// SVG, GEXF and their like.
    Xml,
    /// PNG.
    Png,
}

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    command: String,
    sources: Vec<String>,
}

/// As it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    command: String,
    sources: Vec<String>,
    sha256: String,
}

impl Statement {
    /// Of what `command` makes of `scenario` and puts into `folder`; `None` where nobody knows where the scenario came from.
    pub fn of(scenario: &Scenario, command: &'static str, folder: &Path) -> Option<Self> {
        let sources = Provenance::of(scenario, command).sources(folder);
        (!sources.is_empty()).then(|| Statement { command: command.to_owned(), sources })
    }

    /// Whether the file with these `bytes` says the same, and is as it was written.
    pub fn is_in(&self, form: Form, bytes: &[u8]) -> bool {
        let found = match form {
            Form::Xml => in_xml(bytes),
            Form::Png => in_png(bytes),
        };
        let Some((text, rest)) = found else { return false };
        let Ok(Written { command, sources, sha256 }) = serde_json::from_slice(text) else { return false };
        let sum = rest.iter().fold(Sha256::new(), |sum, part| sum.chain_update(part));
        (&command, &sources, sha256) == (&self.command, &self.sources, hexadecimal(sum.finalize()))
    }

    /// In ASCII, and fit for a comment in XML.
    fn text(&self, sum: Sha256) -> String {
        let Statement { command, sources } = self.clone();
        let json = serde_json::to_string(&Written { command, sources, sha256: hexadecimal(sum.finalize()) })
            .unwrap_or_default();
        let mut text = String::with_capacity(json.len());
        for letter in json.chars() {
            if letter.is_ascii() && letter != '\u{7f}' {
                text.push(letter);
            } else {
                // Beyond ASCII there are letters in strings alone. Writing to a string cannot fail.
                letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                    let _ = write!(text, "\\u{unit:04x}");
                });
            }
        }
        // Two of them end a comment.
        text.replace("--", "-\\u002d")
    }

    /// The picture `png`, which then says it.
    pub fn within_png(&self, png: &[u8]) -> Vec<u8> {
        let text = self.text(Sha256::new_with_prefix(png));
        let content = [b"tEXt", KEYWORD, text.as_bytes()].concat();
        let mut crc = Crc::new();
        crc.update(&content);
        let length = u32::try_from(content.len() - 4).unwrap_or_default().to_be_bytes();
        let chunk = [&length[..], &content, &crc.sum().to_be_bytes()].concat();
        // Before the chunk that ends the picture, which is empty.
        let (picture, end) = png.split_at(png.len().saturating_sub(FRAME));
        [picture, &chunk, end].concat()
    }
}

/// A writer of XML that says at the end what it is.
pub struct Stated<'a> {
    out: &'a mut dyn Write,
    sum: Sha256,
    in_a_line: bool,
}

impl<'a> Stated<'a> {
    /// Writes to `out`.
    pub fn new(out: &'a mut dyn Write) -> Self {
        Stated { out, sum: Sha256::new(), in_a_line: false }
    }

    /// All is written: says what it is.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish(mut self, statement: &Statement) -> io::Result<()> {
        if self.in_a_line {
            self.write_all(b"\n")?;
        }
        let text = statement.text(self.sum);
        [COMMENT.0, text.as_bytes(), COMMENT.1].into_iter().try_for_each(|part| self.out.write_all(part))?;
        self.out.flush()
    }
}

impl Write for Stated<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        self.in_a_line = bytes[..written].last().map_or(self.in_a_line, |last| *last != b'\n');
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What a file says, and the parts of the rest of it.
type Found<'a> = Option<(&'a [u8], [&'a [u8]; 2])>;

fn in_xml(bytes: &[u8]) -> Found<'_> {
    let begun = bytes.strip_suffix(COMMENT.1)?;
    let start = begun.windows(COMMENT.0.len()).rposition(|part| part == COMMENT.0)?;
    Some((&begun[start + COMMENT.0.len()..], [&bytes[..start], &[]]))
}

fn in_png(bytes: &[u8]) -> Found<'_> {
    let mut at = SIGNATURE;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?);
        let next = at.checked_add(FRAME)?.checked_add(usize::try_from(length).ok()?)?;
        let content = bytes.get(at + 4..next.checked_sub(4)?)?;
        if let Some(text) = content.strip_prefix(b"tEXt").and_then(|content| content.strip_prefix(KEYWORD)) {
            return Some((text, [&bytes[..at], bytes.get(next..)?]));
        }
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(source: &str) -> Statement {
        Statement { command: "picture".to_owned(), sources: vec![source.to_owned()] }
    }

    fn xml(statement: &Statement, text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let mut stated = Stated::new(&mut out);
        stated.write_all(text.as_bytes()).unwrap();
        stated.finish(statement).unwrap();
        out
    }

    /// A picture of nothing: a signature, and an empty chunk at the end with its checksum.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\xae\x42\x60\x82";

    #[test]
    fn a_file_is_known_by_what_it_says_as_long_as_nobody_changes_it() {
        for source in ["../mine.toml", "-", "a -- b --- c-/\u{e9}\u{1f600}\"\\.toml"] {
            let statement = statement(source);
            for text in ["<svg></svg>", "<svg>\n</svg>\n", "<!-- gossipsim {} -->\n"] {
                let file = xml(&statement, text);
                let shown = String::from_utf8(file.clone()).unwrap();
                assert!(shown.starts_with(text) && shown.is_ascii() && shown.ends_with(" -->\n"), "{shown}");
                assert_eq!(shown.matches("--").count(), 2 * shown.matches("<!--").count(), "{shown}");
                assert!(statement.is_in(Form::Xml, &file), "{shown}");
                assert!(!statement.is_in(Form::Png, &file) && !statement.is_in(Form::Xml, &file[1..]), "{shown}");
            }
            let png = statement.within_png(PNG);
            assert!(statement.is_in(Form::Png, &png) && !statement.is_in(Form::Xml, &png));
            assert!((0..png.len()).all(|place| {
                let mut changed = png.clone();
                changed[place] ^= 1;
                // The checksum of the chunk that says it is nobody's business but a viewer's.
                let own = png.len() - FRAME - 4..png.len() - FRAME;
                own.contains(&place) || !statement.is_in(Form::Png, &changed)
            }));
        }
        let mine = xml(&statement("mine.toml"), "<svg/>");
        assert!(!statement("other.toml").is_in(Form::Xml, &mine), "of another scenario");
        let traced = Statement { command: "trace".to_owned(), ..statement("mine.toml") };
        assert!(!traced.is_in(Form::Xml, &mine), "of another command");
        for foreign in [&b""[..], b"<svg/>", b" -->\n", PNG, &PNG[..9]] {
            assert!(![Form::Xml, Form::Png].iter().any(|form| traced.is_in(*form, foreign)), "{foreign:?}");
        }
    }

    #[test]
    fn the_chunk_has_the_checksum_that_the_specification_asks_for() {
        let mut crc = Crc::new();
        crc.update(b"IEND");
        assert_eq!(crc.sum().to_be_bytes(), PNG[PNG.len() - 4..]);
    }
}
