//! Reading TOML: from the text of a scenario file, or of an argument, to a tree of values, each with its place.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::Diagnostic;

use super::place::Place;
use super::problems::ENOUGH;
use super::source::Source;
use super::tree::{Entry, Node, Table, Value};
use super::{hints, letters};

/// Reads the file, which is text 0.
///
/// # Errors
/// Every mistake against TOML itself.
pub(super) fn parse(source: &Source) -> Result<Table, Vec<Diagnostic>> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    if errors.is_empty() {
        let mut reading = Reading { source: 0, offset: 0, too_large: Vec::new() };
        let table = reading.table(table.get_ref());
        return if reading.too_large.is_empty() { Ok(table) } else { Err(reading.too_large) };
    }
    // The reader goes on behind a mistake, and may find more in the same line that come of it.
    let ends: Vec<usize> = source.text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |error: &toml::de::Error| {
        let start = error.span().map_or(source.text.len(), |span| span.start);
        ends.partition_point(|&end| end < start)
    };
    let mut lines = BTreeSet::new();
    let firsts = errors.iter().filter(|error| lines.insert(line(error)));
    // Looking around takes time, and beyond what is shown they are only counted.
    let told = |(number, error): (usize, &toml::de::Error)| match number {
        0..ENOUGH => syntax_error(source, error),
        _ => Diagnostic::at(Place::new(0, error.span().unwrap_or_default()), "", "this is not TOML", ""),
    };
    Err(firsts.enumerate().map(told).collect())
}

/// Reads one value out of the text of an argument, which is text `number` and where the value begins at byte `start`.
/// What is not TOML is taken for a string without its quotes.
///
/// # Errors
/// The value begins like a list, a table or a string, and is none.
pub(super) fn parse_argument(text: &str, number: u32, start: usize) -> Result<Node, Diagnostic> {
    let written = &text[start..];
    let place = Place::new(number, start..text.len());
    let (value, errors) = DeValue::parse_recoverable(written);
    let mut reading = Reading { source: number, offset: start, too_large: Vec::new() };
    let node = reading.node(&value);
    match errors.first() {
        None => reading.too_large.pop().map_or(Ok(Node { place, ..node }), Err),
        Some(error) if written.starts_with(['[', '{', '"', '\'']) => {
            Err(Diagnostic::at(place, "", error.message(), "a value as in a scenario file"))
        }
        Some(_) => Ok(Node { value: Value::Text(written.trim().to_owned()), place }),
    }
}

/// The default `text` of a key, which is TOML, as if it were written; it has no place of its own.
pub(super) fn parse_default(text: &str) -> Node {
    let (value, _) = DeValue::parse_recoverable(text);
    let node = Reading { source: 0, offset: 0, too_large: Vec::new() }.node(&value);
    Node { place: Place::new(0, 0..0), ..node }
}

/// Reads several values out of the text of an argument, which is text `number` and where they begin at byte `start`:
/// one list, or values as for [`parse_argument`] between commas.
///
/// # Errors
/// A value is missing, or begins like a list, a table or a string and is none.
pub(super) fn parse_list(text: &str, number: u32, start: usize) -> Result<Node, Diagnostic> {
    let pieces = between_commas(text, start);
    let place = Place::new(number, start..text.len());
    let items: Vec<Node> =
        pieces.iter().map(|piece| parse_argument(&text[..piece.end], number, piece.start)).collect::<Result<_, _>>()?;
    match items.as_slice() {
        [Node { value: Value::Array(_), .. }] => Ok(Node { place, ..items[0].clone() }),
        _ if pieces.iter().any(Range::is_empty) => {
            Err(Diagnostic::at(place, "", "a value is missing", "values between commas, or a list"))
        }
        _ => Ok(Node { value: Value::Array(items), place }),
    }
}

/// The parts of `text` from `start` on between the commas that stand in no list, table or string, without blanks
/// around them.
fn between_commas(text: &str, start: usize) -> Vec<Range<usize>> {
    let (mut depth, mut quote, mut escaped) = (0_i32, None, false);
    let mut ends = Vec::new();
    for (at, letter) in text.char_indices().skip_while(|(at, _)| *at < start) {
        match (quote, letter) {
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), _) if letter == open && !escaped => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(letter),
            (None, '[' | '{' | '(') => depth += 1,
            (None, ']' | '}' | ')') => depth -= 1,
            (None, ',') if depth <= 0 => ends.push(at),
            (None, _) => {}
        }
        escaped = false;
    }
    let starts = std::iter::once(start).chain(ends.iter().map(|end| end + 1));
    let parts = starts.zip(ends.iter().copied().chain([text.len()]));
    let trimmed = |(start, end): (usize, usize)| {
        let part = &text[start..end];
        let start = start + part.len() - part.trim_start().len();
        start..start + part.trim().len()
    };
    parts.map(trimmed).collect()
}

/// From the TOML reader's tree to ours.
struct Reading {
    source: u32,
    offset: usize,
    too_large: Vec<Diagnostic>,
}

impl Reading {
    fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        let span = spanned.span();
        Place::new(self.source, span.start + self.offset..span.end + self.offset)
    }

    fn table(&mut self, table: &DeTable<'_>) -> Table {
        let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| Entry {
            key: String::from(AsRef::<str>::as_ref(key.get_ref())),
            key_place: self.place(key),
            node: self.node(value),
        };
        let mut entries: Vec<Entry> = table.iter().map(entry).collect();
        // A header stands before what it holds, so this is the order of the file.
        entries.sort_by_key(|entry| entry.key_place);
        Table { entries }
    }

    fn node(&mut self, spanned: &Spanned<DeValue<'_>>) -> Node {
        let place = self.place(spanned);
        let value = match spanned.get_ref() {
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::Integer(digits) => {
                let number = i128::from_str_radix(digits.as_str(), digits.radix()).ok();
                let number = number.filter(|number| (i64::MIN.into()..=u64::MAX.into()).contains(number));
                Value::Integer(number.unwrap_or_else(|| self.complain(place, 0)))
            }
            DeValue::Float(digits) => Value::Float(self.float(digits.as_str(), place)),
            DeValue::String(text) => Value::Text(text.as_ref().to_owned()),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => Value::Array(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node { value, place }
    }

    fn float(&mut self, digits: &str, place: Place) -> f64 {
        let number = digits.parse::<f64>().ok();
        let fits = |number: &f64| !number.is_infinite() || digits.contains("inf");
        let Some(number) = number.filter(fits) else { return self.complain(place, 0.0) };
        if number.fract() == 0.0 && !is_exactly(digits, number) {
            let problem =
                format!("{digits} has more digits than a number with a point can hold, and would be {number}");
            let allowed = "about 15 digits; whole numbers of up to 64 bits without a point";
            self.too_large.push(Diagnostic::at(place, "", problem, allowed));
        }
        // -0 is 0, and shown as such.
        number + 0.0
    }

    fn complain<T>(&mut self, place: Place, instead: T) -> T {
        let allowed = "numbers of at most 64 bits";
        self.too_large.push(Diagnostic::at(place, "", "this number is too large", allowed));
        instead
    }
}

/// Whether `digits`, a decimal number, says exactly `number`, which is whole. Beyond 38 digits nobody looks: such
/// numbers are none of a scenario's.
fn is_exactly(digits: &str, number: f64) -> bool {
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let (negative, all) = (all.starts_with('-'), all.trim_start_matches(['+', '-', '0']));
    let significant = all.trim_end_matches('0');
    let dropped = (all.len() - significant.len()) as i64 - fraction.len() as i64;
    let power = exponent.parse::<i64>().ok().and_then(|exponent| exponent.checked_add(dropped));
    match power.map(u32::try_from) {
        _ if significant.is_empty() => number == 0.0,
        Some(Ok(power)) if significant.len() as u64 + u64::from(power) > 38 => true,
        Some(Ok(power)) => {
            let size = significant.parse::<i128>().map(|size| size * 10_i128.pow(power));
            size.is_ok_and(|size| if negative { -size } else { size } == number as i128)
        }
        _ => false,
    }
}

fn syntax_error(source: &Source, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or(source.text.len()..source.text.len());
    let (line, value) = line_until(&source.text, span.start);
    let place = Place::new(0, span.clone());
    if error.message().starts_with("duplicate key") {
        let key = source.text.get(span).unwrap_or_default();
        let key = dotted(section_of(&source.text, place.start as usize), key);
        let diagnostic = Diagnostic::at(place, &key, format!("`{key}` is written twice"), "each key once");
        return diagnostic.suggest("remove one of the two; to try several values, put a list under [sweep]");
    }
    let section = section_of(&source.text, place.start as usize);
    let name = line.split_once('=').map_or("", |(key, _)| key.trim());
    let key = dotted(section, name);
    if line.trim_end().ends_with('=') && !key.is_empty() {
        return Diagnostic::at(place, &key, format!("`{key}` has no value"), "a value after the `=`");
    }
    // Of unquoted text the TOML reader also says which of its four kinds of string it expected; one will do.
    let message = error.message();
    let message = message.strip_suffix(", expected literal string").unwrap_or(message);
    let problem = format!("this is not TOML: {message}");
    let diagnostic = Diagnostic::at(place, key.as_str(), problem, "`key = value` lines under `[section]` headers");
    let first = place.start as usize <= source.text.len() - source.text.trim_start().len();
    let hint = letters::out_of_place(line)
        .or_else(|| first.then(|| hints::other_format(&source.text)).flatten().map(str::to_owned))
        .or_else(|| hints::line(line))
        .or_else(|| hints::quotes(message).map(str::to_owned))
        .or_else(|| hints::value(section, &key, value));
    hint.into_iter().fold(diagnostic, Diagnostic::suggest)
}

/// The line of byte `at`, and what stands after its `=` up to a comment.
fn line_until(text: &str, at: usize) -> (&str, &str) {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let value = line.split_once('=').map_or("", |(_, value)| value);
    (line, value.split('#').next().unwrap_or_default())
}

/// The name of the last `[section]` before byte `at`.
fn section_of(text: &str, at: usize) -> &str {
    let lines = text.get(..at).unwrap_or(text).lines().rev();
    let headers = lines.filter_map(|line| line.trim().strip_prefix('[')?.split(']').next());
    headers.map(|header| header.trim_start_matches('[').trim()).next().unwrap_or_default()
}

fn dotted(section: &str, key: &str) -> String {
    if section.is_empty() || key.is_empty() { format!("{section}{key}") } else { format!("{section}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        parse(&Source::text("s.toml", text)).unwrap()
    }

    fn text(path: &str, table: &Table) -> String {
        table.find(path).unwrap().value.to_string()
    }

    #[test]
    fn keys_keep_the_order_of_the_file_and_their_places() {
        let table = table("z = 1\n[b]\ny = 2.5\nx = \"s\"\n[a]\nk = [1, { m = true }]\n");
        let keys: Vec<_> = table.entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["z", "b", "a"]);
        assert_eq!(table.find("b.x").unwrap().place, Place::new(0, 22..25));
        assert_eq!(text("b", &table), "{ y = 2.5, x = \"s\" }");
        assert_eq!(text("a.k", &table), "[1, { m = true }]");
    }

    #[test]
    fn a_path_into_a_bare_name_makes_it_a_table_of_that_kind() {
        let mut table = table("[network]\ntopology = \"ring\"\n");
        let place = Place::new(1, 0..1);
        let node = |number| Node { value: Value::Integer(number), place };
        table.set("network.topology.neighbors", place, node(2));
        table.set("network.nodes", place, node(8));
        table.set("gossip.fanout", place, node(3));
        assert_eq!(text("network.topology", &table), "{ kind = \"ring\", neighbors = 2 }");
        assert_eq!((text("network.nodes", &table), text("gossip.fanout", &table)), ("8".to_owned(), "3".to_owned()));
    }

    #[test]
    fn a_path_into_a_list_leads_to_the_item_of_that_number() {
        let mut table = table("sides = [4, 8]\n[[event]]\nat = 1\n[[event]]\nat = 2\n");
        let place = Place::new(1, 0..1);
        let node = |number| Node { value: Value::Integer(number), place };
        assert_eq!(text("event.1.at", &table), "2");
        for path in ["event.2", "event.01.at", "event.at", "event.1.to", "sides.0.0"] {
            assert!(table.find(path).is_none(), "{path}");
        }
        for (path, number) in [("sides.1", 16), ("sides.2", 2), ("event.0.at", 3), ("event.2.at", 4)] {
            table.set(path, place, node(number));
        }
        assert_eq!(text("sides", &table), "[4, 16, 2]");
        assert_eq!(text("event", &table), "[{ at = 3 }, { at = 2 }, { at = 4 }]");
        table.set("sides.4", place, node(5));
        assert_eq!(text("sides", &table), "{ 0 = 4, 1 = 16, 2 = 2, 4 = 5 }", "no list, as whoever reads it will say");
    }

    #[test]
    fn dotted_quoted_and_nested_keys_are_one_path() {
        for written in ["\"a.b\" = 1", "a.b = 1", "a = { b = 1 }", "[a]\nb = 1"] {
            let flat = table(written).flatten();
            assert_eq!(flat.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["a.b"], "{written}");
        }
    }

    #[test]
    fn an_argument_is_toml_or_a_bare_word() {
        let read = |text| parse_argument(text, 1, 2).map(|node| node.value.to_string());
        for (argument, value) in [
            ("k=push", "\"push\""),
            ("k=3", "3"),
            ("k=1s", "\"1s\""),
            ("k=0.5", "0.5"),
            ("k=[1, 2]", "[1, 2]"),
            ("k={ kind = \"ring\" }", "{ kind = \"ring\" }"),
            ("k=2^3..2^5", "\"2^3..2^5\""),
            ("k=", "\"\""),
        ] {
            assert_eq!(read(argument).as_deref(), Ok(value), "{argument}");
        }
        assert!(read("k=[1, 2").is_err());
        assert!(read("k=99999999999999999999").is_err());
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let many = 100_000;
        for value in ["[".repeat(many), format!("[{}", "[]".repeat(many)), "{a=".repeat(many), "[{a=".repeat(many)] {
            assert!(parse(&Source::text("s.toml", &format!("a = {value}"))).is_err());
            assert!(parse_argument(&value, 1, 0).is_err());
            assert!(parse_list(&value, 1, 0).is_err());
        }
        for text in [format!("a{} = 1", ".a".repeat(many)), format!("[a{}]", ".a".repeat(many))] {
            assert!(parse(&Source::text("s.toml", &text)).is_err());
        }
    }
}
