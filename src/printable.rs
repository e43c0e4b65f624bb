//! Text that is not ours, made fit for a terminal: what would move the cursor, change colours or reorder a line is
//! shown instead of done.

use std::borrow::Cow;
use std::io;
use std::path::Path;

/// `text` on one line, with every character that a terminal would obey, hide or reorder by written as an escape such
/// as `\u{1b}` or `\n`.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// As [`line()`], but line breaks and tabs stay: for texts that are several lines long.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |letter| matches!(letter, '\n' | '\t'))
}

/// A path on one line, as [`line()`]; what is not Unicode in it is shown as a replacement character.
pub fn path(path: &Path) -> String {
    line(&path.to_string_lossy()).into_owned()
}

/// A document in JSON or TOML, in whose strings the same characters stand as `\u001b`, which reads back as what it was.
pub fn document(text: &str) -> Cow<'_, str> {
    written(text, |letter| matches!(letter, '\n' | '\t'), |letter| format!("\\u{:04x}", u32::from(letter)))
}

/// A text of which every byte keeps its place: what a terminal obeys beyond ASCII is replaced by a sign as long. Controls
/// within ASCII stay.
pub fn in_place(text: &str) -> Cow<'_, str> {
    let sign = |letter: char| if letter.len_utf8() == 2 { "\u{b7}" } else { "\u{fffd}" }.to_owned();
    written(text, |letter| letter.is_ascii(), sign)
}

/// A writer of text for a terminal: what is not fit for one is written as by [`lines()`].
#[derive(Debug)]
pub struct Escaping<W>(pub W);

impl<W: io::Write> io::Write for Escaping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Texts are written whole, so that no character is cut in two.
        self.0.write_all(lines(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    written(text, stays, |letter| letter.escape_default().to_string())
}

/// `text`, where what a terminal obeys and does not stay is written as by `instead`.
fn written(text: &str, stays: impl Fn(char) -> bool, instead: impl Fn(char) -> String) -> Cow<'_, str> {
    let bad = |letter: char| acted_on(letter) && !stays(letter);
    if !text.contains(bad) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if bad(letter) {
            shown.push_str(&instead(letter));
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal acts on a character instead of drawing it: control characters (ISO 6429), line and paragraph
/// separators, and marks that are invisible or turn the direction of writing (Unicode, UAX #9).
pub fn acted_on(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_draws_stays_as_it_is() {
        for text in ["", "plain", "São Paulo, 漢字, Ω → ∞", "a\\b"] {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        assert_eq!(line("\u{1b}[31mred\u{7}\n"), "\\u{1b}[31mred\\u{7}\\n");
        assert_eq!(line("\u{9b}2J \u{202e}txt.exe \u{feff}\r\t"), "\\u{9b}2J \\u{202e}txt.exe \\u{feff}\\r\\t");
        assert_eq!(path(Path::new("a\nb/\u{9b}c")), "a\\nb/\\u{9b}c");
        assert_eq!(lines("two\nlines\tand \u{1b}]0;title\u{7}"), "two\nlines\tand \\u{1b}]0;title\\u{7}");
    }

    #[test]
    fn a_document_reads_back_and_holds_nothing_to_obey() {
        let text = "\u{1b}]0;x\u{7} \u{9b}2J \u{202e} \u{7f} é";
        let json = serde_json::json!({ text: [text] });
        let shown = document(&json.to_string()).into_owned();
        assert!(!shown.contains(acted_on), "{shown:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), json);
        let toml = format!("text = \"{}\"\n", text.replace('\u{1b}', "\\u001b").replace('\u{7}', "\\u0007"));
        let read: toml::Table = toml::from_str(&document(&toml)).unwrap();
        assert_eq!(read["text"].as_str(), Some(text));
    }

    #[test]
    fn places_in_a_text_stay() {
        let text = "é\u{9b}\u{202e}\u{feff}\u{1b}x";
        let shown = in_place(text);
        assert_eq!((shown.len(), shown.find('x')), (text.len(), text.find('x')));
        assert_eq!(shown, "é\u{b7}\u{fffd}\u{fffd}\u{1b}x");
    }

    #[test]
    fn a_writer_escapes_what_passes_through_it() {
        use std::io::Write as _;
        let mut writer = Escaping(Vec::new());
        writer.write_all("a\u{1b}[2J\tb\u{202e}\n".as_bytes()).unwrap();
        assert_eq!(writer.0, b"a\\u{1b}[2J\tb\\u{202e}\n");
    }
}
