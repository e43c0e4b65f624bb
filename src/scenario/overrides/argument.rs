//! Arguments of the command line as texts of their own, which mistakes can point at.

use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::place::Place;
use crate::scenario::problems::Problems;
use crate::scenario::source::Source;
use crate::scenario::tree;

/// `KEY=…` of a flag, as a text of its own that mistakes can point at.
pub(super) struct Setting {
    pub(super) path: String,
    pub(super) key_place: Place,
    pub(super) text: String,
    /// Where the value begins.
    pub(super) start: usize,
}

impl Setting {
    pub(super) fn of(flag: &str, setting: &str, allowed: &str, problems: &mut Problems) -> Option<Self> {
        let (key, value) = setting.split_once('=').map_or((setting, None), |(key, value)| (key, Some(value)));
        let path = path_of(key);
        if let Some((problem, allowed)) = tree::too_deep(&path) {
            // Not the whole of it, which is long.
            let start: String = key.chars().take(60).collect();
            let place = argument(&format!("{flag}{start}…"), problems);
            problems.push(Diagnostic::at(place, "", problem, allowed));
            return None;
        }
        let text = format!("{flag}{setting}");
        let place = argument(&text, problems);
        let mut mistake = |problem: String| problems.push(Diagnostic::at(place, "", problem, allowed));
        if value.is_none() {
            mistake(format!("`{setting}` gives no value"));
            return None;
        }
        if path.split('.').any(str::is_empty) {
            mistake(format!("`{key}` is not a key"));
            return None;
        }
        let key_place = Place::new(place.source, flag.len()..flag.len() + key.len());
        Some(Setting { path, key_place, text, start: flag.len() + key.len() + 1 })
    }
}

/// The dotted path that `key` spells, with or without quotes and blanks around its parts.
pub(super) fn path_of(key: &str) -> String {
    let part = |part: &str| part.trim_matches(['"', '\'', ' ']).to_owned();
    key.split('.').map(part).collect::<Vec<_>>().join(".")
}

/// Registers an argument as a text of its own.
pub(super) fn argument(text: &str, problems: &mut Problems) -> Place {
    let number = problems.add_source(Source::text("command line", text));
    Place::new(number, 0..text.len())
}
