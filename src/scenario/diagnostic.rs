//! What is wrong with a scenario, where, what is allowed instead, and what was probably meant.

use std::collections::BTreeSet;
use std::fmt;

use super::letters;
#[cfg(not(feature = "cli"))]
use super::lines as form;
#[cfg(feature = "cli")]
use super::snippets as form;
use super::source::Source;
use crate::printable;

/// No more mistakes than this are shown: whoever makes more has made one of them many times.
pub(super) const ENOUGH: usize = 50;

/// A stretch of the scenario file or of a command-line argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which text: 0 is the file, the others are arguments in their order.
    pub(super) source: u32,
    /// First byte.
    pub(super) start: u32,
    /// First byte after it.
    pub(super) end: u32,
}

impl Place {
    /// The bytes `start..end` of text `source`; texts are far below 4 GiB.
    pub(super) fn new(source: u32, range: std::ops::Range<usize>) -> Self {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Place { source, start: byte(range.start), end: byte(range.end) }
    }

    pub(super) fn is_in_file(self) -> bool {
        self.source == 0
    }
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where it is; `None` if it is about the file as a whole.
    pub place: Option<Place>,
    /// The dotted path of the key it is about; empty where there is none.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What may be written instead; not shown where `problem` ends with it.
    pub allowed: String,
    /// What was probably meant, or how to mend it.
    pub suggestion: Option<String>,
}

impl Diagnostic {
    /// A mistake of the file as a whole.
    pub(super) fn of_file(problem: impl Into<String>, allowed: impl Into<String>) -> Self {
        Self::new(None, "", problem, allowed)
    }

    /// A mistake in the value or the name of `key`.
    pub(super) fn at(
        place: Place,
        key: impl Into<String>,
        problem: impl Into<String>,
        allowed: impl Into<String>,
    ) -> Self {
        Self::new(Some(place), key, problem, allowed)
    }

    fn new(
        place: Option<Place>,
        key: impl Into<String>,
        problem: impl Into<String>,
        allowed: impl Into<String>,
    ) -> Self {
        let (key, problem, allowed) = (key.into(), problem.into(), allowed.into());
        Diagnostic { place, key, problem, allowed, suggestion: None }
    }

    /// The same with a suggestion.
    pub(super) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The same with "did you mean …?", if there is a near miss.
    pub(super) fn near(mut self, meant: Option<&str>) -> Self {
        self.suggestion = meant.map(|meant| format!("did you mean `{meant}`?")).or(self.suggestion);
        self
    }

    /// The same, fit for a terminal.
    fn shown(&self) -> Self {
        let shown = |text: &String| printable::lines(text).into_owned();
        Diagnostic {
            place: self.place,
            key: printable::line(&self.key).into_owned(),
            problem: shown(&self.problem),
            allowed: shown(&self.allowed),
            suggestion: self.suggestion.as_ref().map(shown),
        }
    }

    /// What may be written instead, unless `problem` says it.
    pub(super) fn untold(&self) -> Option<&str> {
        (!self.problem.ends_with(&self.allowed)).then_some(self.allowed.as_str())
    }
}

/// All mistakes found in one scenario, each once, in the order of their places.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    sources: Vec<Source>,
    list: Vec<Diagnostic>,
    /// Mistakes beyond [`ENOUGH`].
    more: u64,
    /// Whether there may be others, which nobody looked for.
    unread: bool,
    seen: BTreeSet<(Option<Place>, String)>,
}

impl Problems {
    pub(super) fn new(file: Source) -> Self {
        Problems { sources: vec![file], ..Problems::default() }
    }

    /// Adds a text that mistakes may point at, and gives its number.
    pub(super) fn add_source(&mut self, source: Source) -> u32 {
        self.sources.push(source);
        self.sources.len() as u32 - 1
    }

    pub(super) fn source(&self, number: u32) -> Option<&Source> {
        self.sources.get(number as usize)
    }

    /// Keeps `diagnostic`, unless its key has another at the same place: many points of a sweep share a mistake.
    pub(super) fn push(&mut self, mut diagnostic: Diagnostic) {
        if !self.seen.insert((diagnostic.place, diagnostic.key.clone())) {
            return;
        }
        if self.list.len() >= ENOUGH {
            self.more += 1;
            return;
        }
        if let Some(letter) = self.lookalike(&diagnostic) {
            diagnostic.suggestion = Some(match diagnostic.suggestion {
                Some(said) if said.contains(&letter) => said,
                Some(said) => format!("{said} {letter}"),
                None => letter,
            });
        }
        self.list.push(diagnostic);
    }

    /// What to do about a letter at the place of a mistake that only looks like the right one.
    fn lookalike(&self, diagnostic: &Diagnostic) -> Option<String> {
        let place = diagnostic.place?;
        let source = self.source(place.source)?;
        source.text.get(source.on_one_line(place)).and_then(letters::lookalike)
    }

    /// Whether no more mistakes would be shown, so that looking for others may end; that there may be some is said.
    pub(super) fn enough(&mut self) -> bool {
        let enough = self.list.len() >= ENOUGH;
        self.unread |= enough;
        enough
    }

    /// What is not shown, if anything.
    fn rest(&self) -> Option<String> {
        let least = if self.unread { "at least " } else { "" };
        match self.more {
            0 => self.unread.then(|| format!("these are the first {ENOUGH} mistakes; there may be more")),
            1 => Some(format!("and {least}1 more mistake")),
            more => Some(format!("and {least}{more} more mistakes")),
        }
    }

    /// The problems of a file that holds nothing to point at.
    pub(super) fn with(mut self, diagnostic: Diagnostic) -> Self {
        self.push(diagnostic);
        self
    }

    /// `value` if nothing is wrong; else the mistakes, sorted by place.
    pub(super) fn or<T>(mut self, value: Option<T>) -> Result<T, Problems> {
        match value {
            Some(value) if self.list.is_empty() => Ok(value),
            _ => {
                self.list.sort_by_key(|diagnostic| diagnostic.place);
                Err(self)
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The mistakes that are shown, in the order of their places.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// Line and column of a mistake, from 1, in characters; `None` if it is about the file as a whole.
    pub fn position(&self, diagnostic: &Diagnostic) -> Option<(usize, usize)> {
        let place = diagnostic.place?;
        Some(self.source(place.source)?.position(place.start as usize))
    }

    /// The text for people: each mistake with its line and the place marked, in colour if `coloured`. Without the feature
    /// `cli` the place is told by its numbers alone.
    pub fn render(&self, coloured: bool) -> String {
        let sources: Vec<Source> = self.sources.iter().map(Source::shown).collect();
        let mistakes: Vec<Diagnostic> = self.list.iter().map(Diagnostic::shown).collect();
        let texts = mistakes.iter().map(|mistake| form::mistake(mistake, &sources, coloured));
        let rest = self.rest().map(|rest| form::note(&rest, coloured));
        texts.chain(rest).collect::<Vec<_>>().join("\n\n")
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}

/// The one of `allowed` that `given` was probably meant to be.
pub(crate) fn nearest<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let given = plain(given);
    let misses = allowed.into_iter().filter_map(|candidate| {
        let meant = plain(candidate);
        let begun = given.len() >= 3 && meant.starts_with(&given);
        let distance = strsim::damerau_levenshtein(&given, &meant);
        let near = distance <= (given.chars().count().max(meant.chars().count()) / 3).max(1);
        (begun || near).then_some((distance, candidate))
    });
    misses.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_a_near_miss_and_another_word_is_not() {
        let names = ["ring", "line", "push", "pull", "push-pull", "torus", "fanout"];
        for (given, meant) in
            [("toruss", "torus"), ("pushpull", "push-pull"), ("PUSH_PULL", "push-pull"), ("fan", "fanout")]
        {
            assert_eq!(nearest(given, names), Some(meant), "{given}");
        }
        for given in ["bush-fire", "xyz", "", "mesh"] {
            assert_eq!(nearest(given, names), None, "{given}");
        }
    }

    #[test]
    fn a_mistake_is_kept_once_and_in_the_order_of_places() {
        let mut problems = Problems::new(Source::text("s.toml", "a = 1\nb = 2\n"));
        for start in [6, 0, 6] {
            problems.push(Diagnostic::at(Place::new(0, start..start + 1), "key", "wrong", "right"));
        }
        let problems = problems.or(Some(())).unwrap_err();
        let positions: Vec<_> = problems.list().iter().map(|mistake| problems.position(mistake)).collect();
        assert_eq!(positions, [Some((1, 1)), Some((2, 1))]);
    }

    #[test]
    fn the_text_for_people_names_file_line_column_and_key() {
        let mut problems = Problems::new(Source::text("s.toml", "a = 1\r\nbée = 2\r\n"));
        let place = Place::new(0, 14..15);
        problems.push(Diagnostic::at(place, "bée", "2 is too much", "1").suggest("write 1"));
        let text = problems.to_string();
        for part in ["error: 2 is too much", "s.toml:2:7", "^ bée", "note: allowed: 1", "help: write 1"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}
