//! The end of a point: what was written and not asked for, and what was not written and is needed.

use super::Reader;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::fault::kind_of;
use crate::scenario::place::Place;
use crate::scenario::read_cache::Store;
use crate::scenario::tree::{Table, Value};
use crate::scenario::words::nearest;
use crate::settings;

/// The sections that are not settings of a point.
const OTHER_SECTIONS: [&str; 2] = ["sweep", "expect"];

impl Reader<'_> {
    /// Ends a point: reports what was written and not asked for, and what was not written and is needed. Points that
    /// have nothing new in this are passed over.
    pub(in crate::scenario) fn finish(mut self) {
        let Store::Growing(read_cache) = &mut self.read_cache else { return };
        let unknown = self.written.of_the_top().filter(|&which| !read_cache.knows(&self.written.axes[which].path));
        let contents: Vec<usize> = unknown.map(|which| self.digits[which]).collect();
        if contents.is_empty() && self.missing.is_empty() && read_cache.has_finished() {
            return;
        }
        if read_cache.is_new(contents, self.missing.iter().map(|(key, _)| *key).collect()) {
            Ending::of(read_cache.keys(), self).report();
        }
    }
}

/// A point of which all keys have been asked for.
struct Ending<'a> {
    reader: Reader<'a>,
    root: Table,
    asked: Vec<&'static str>,
    /// The same, of sections that are read as a whole their keys.
    known: Vec<&'static str>,
}

impl<'a> Ending<'a> {
    /// The end of the point that `reader` has read, which `asked` for these keys.
    fn of(asked: Vec<&'static str>, reader: Reader<'a>) -> Self {
        let known = asked.iter().flat_map(|key| known_in(key)).collect();
        Ending { asked, known, root: reader.written.whole(reader.digits), reader }
    }

    /// Reports what was written and not asked for, and what was not written and is needed.
    fn report(mut self) {
        let mut meant: Vec<String> = Vec::new();
        for entry in &std::mem::take(&mut self.root).entries {
            let section = entry.key.as_str();
            if OTHER_SECTIONS.contains(&section) || self.asked.contains(&section) {
                continue;
            }
            match &entry.node.value {
                _ if !self.is_section(section) => meant.extend(self.unknown(section, entry.key_place)),
                Value::Table(table) => {
                    for inner in &table.entries {
                        let key = format!("{section}.{}", inner.key);
                        if !self.asked.contains(&key.as_str()) {
                            meant.extend(self.unknown(&key, inner.key_place));
                        }
                    }
                }
                other => {
                    let problem = format!("expected a table, found {}", kind_of(other));
                    let allowed = format!("a section, `[{section}]`");
                    self.push(Diagnostic::at(entry.node.place, section, problem, allowed));
                    meant.push(section.to_owned());
                }
            }
        }
        self.report_missing(&meant);
    }

    /// A key that is meant by something misspelt is not missing as well.
    fn report_missing(&mut self, meant: &[String]) {
        for (key, example) in std::mem::take(&mut self.reader.missing) {
            let section = key.split('.').next().unwrap_or_default();
            if !meant.iter().any(|meant| meant == key || meant == section) {
                // What is missing is missing in the file, even if the section is there for an argument's sake.
                let place =
                    Some(self.reader.place(key)).filter(|place| place.is_in_file()).unwrap_or(self.reader.written.end);
                let diagnostic =
                    Diagnostic::at(place, key, format!("`{key}` is missing, and it has no default"), example);
                self.push(diagnostic.suggest(format!("write it under [{section}]")));
            }
        }
    }

    fn is_section(&self, name: &str) -> bool {
        self.known.iter().any(|key| key.split_once('.').is_some_and(|(section, _)| section == name))
    }

    fn sections(&self) -> Vec<&'static str> {
        let mut sections = Vec::new();
        for (section, _) in self.known.iter().filter_map(|key| key.split_once('.')) {
            if !sections.contains(&section) {
                sections.push(section);
            }
        }
        sections.extend(OTHER_SECTIONS);
        sections
    }

    /// Reports an unknown key; gives the key or section that was probably meant.
    fn unknown(&mut self, key: &str, place: Place) -> Option<String> {
        let (section, name) = split(key);
        let siblings: Vec<&str> =
            self.known.iter().map(|key| split(key)).filter(|key| key.0 == section).map(|key| key.1).collect();
        let (problem, allowed) = if section.is_empty() {
            let allowed = format!("{}, and the sections {}", siblings.join(", "), self.sections().join(", "));
            (format!("`{key}` is neither a key nor a section of a scenario"), allowed)
        } else {
            (format!("`{name}` is not a key of [{section}]"), siblings.join(", "))
        };
        let diagnostic = Diagnostic::at(place, key, problem, allowed);
        let sections = if section.is_empty() { self.sections() } else { Vec::new() };
        if let Some(near) = nearest(name, siblings).or_else(|| nearest(name, sections)) {
            self.push(diagnostic.near(Some(near)));
            return Some(if section.is_empty() { near.to_owned() } else { format!("{section}.{near}") });
        }
        let Some((section, name)) = self.elsewhere(name) else {
            self.push(diagnostic);
            return None;
        };
        self.push(diagnostic.suggest(format!("did you mean `{name}` in [{section}]?")));
        Some(format!("{section}.{name}"))
    }

    /// The section and the key that `name` is near to, in any section.
    fn elsewhere(&self, name: &str) -> Option<(&'static str, &'static str)> {
        let keys = || self.known.iter().map(|key| split(key)).filter(|(section, _)| !section.is_empty());
        let near = nearest(name, keys().map(|(_, name)| name))?;
        keys().find(|(_, name)| *name == near)
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.reader.problems.push(diagnostic);
    }
}

/// The keys that are read with `key`: of a section those in it, else itself.
fn known_in(key: &'static str) -> Vec<&'static str> {
    let within: Vec<_> = settings::keys().filter(|inner| inner.section() == key).map(|inner| inner.path).collect();
    if within.is_empty() { vec![key] } else { within }
}

/// A key's section, empty at the top, and its name there.
fn split(key: &str) -> (&str, &str) {
    key.rsplit_once('.').unwrap_or(("", key))
}
