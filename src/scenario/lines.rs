//! Mistakes in plain lines, for programs that are built without the command: what is wrong, where, and what is allowed.

use super::diagnostic::Diagnostic;
use super::source::Source;

/// The text of a mistake in one of `sources`.
pub(super) fn mistake(mistake: &Diagnostic, sources: &[Source], _coloured: bool) -> String {
    let mut lines = vec![format!("error: {}", mistake.problem), format!(" --> {}", location(mistake, sources))];
    lines.extend(mistake.untold().map(|allowed| format!("note: allowed: {allowed}")));
    lines.extend(mistake.suggestion.iter().map(|text| format!("help: {text}")));
    lines.join("\n")
}

/// The text of a note about no place in particular.
pub(super) fn note(text: &str, _coloured: bool) -> String {
    format!("note: {text}")
}

/// File, line, column and key, as far as there are any.
fn location(mistake: &Diagnostic, sources: &[Source]) -> String {
    let file = || sources.first().map_or("scenario", |file| file.name.as_str()).to_owned();
    let Some(place) = mistake.place else { return file() };
    let Some(source) = sources.get(place.source as usize) else { return file() };
    let (line, column) = source.position(place.start as usize);
    let key = if mistake.key.is_empty() { String::new() } else { format!(" ({})", mistake.key) };
    format!("{}:{line}:{column}{key}", source.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::place::Place;

    #[test]
    fn a_mistake_is_told_with_its_place_and_what_is_allowed() {
        let sources = [Source::text("s.toml", "a = 1\nb = 2\n")];
        let wrong = Diagnostic::at(Place::new(0, 10..11), "b", "2 is too much", "1").suggest("write 1");
        let text = "error: 2 is too much\n --> s.toml:2:5 (b)\nnote: allowed: 1\nhelp: write 1";
        assert_eq!(mistake(&wrong, &sources, false), text);
        let whole = Diagnostic::of_file("it says nothing", "it says nothing");
        assert_eq!(mistake(&whole, &sources, false), "error: it says nothing\n --> s.toml");
        assert_eq!(note("and 1 more", false), "note: and 1 more");
    }
}
