//! All that is wrong with a scenario, and how it is shown.

use std::collections::BTreeSet;
use std::fmt;

use super::diagnostic::Diagnostic;
use super::letters;
#[cfg(not(feature = "cli"))]
use super::lines as form;
use super::place::Place;
#[cfg(feature = "cli")]
use super::snippets as form;
use super::source::Source;

/// No more mistakes than this are shown: whoever makes more has made one of them many times.
pub(super) const ENOUGH: usize = 50;

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

#[cfg(test)]
mod tests {
    use super::super::words::nearest;
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
