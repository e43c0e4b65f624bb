//! Mistakes as people see them on a terminal: the line they are in, with the place marked.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::diagnostic::Diagnostic;
use super::source::Source;

/// The text of a mistake in one of `sources`.
pub(super) fn mistake(mistake: &Diagnostic, sources: &[Source], coloured: bool) -> String {
    let notes = [
        mistake.untold().map(|allowed| Level::NOTE.message(format!("allowed: {allowed}"))),
        mistake.suggestion.as_deref().map(|text| Level::HELP.message(text)),
    ];
    let title = Level::ERROR.primary_title(mistake.problem.as_str());
    let group = title.element(location(mistake, sources)).elements(notes.into_iter().flatten());
    renderer(coloured).render(&[group])
}

/// The text of a note about no place in particular.
pub(super) fn note(text: &str, coloured: bool) -> String {
    renderer(coloured).render(&[Group::with_title(Level::NOTE.primary_title(text))])
}

fn renderer(coloured: bool) -> Renderer {
    if coloured { Renderer::styled() } else { Renderer::plain() }
}

fn location<'a>(mistake: &'a Diagnostic, sources: &'a [Source]) -> Element<'a> {
    let file = || Element::from(Origin::path(sources.first().map_or("scenario", |file| file.name.as_str())));
    let Some(place) = mistake.place else { return file() };
    let Some(source) = sources.get(place.source as usize) else { return file() };
    let label = (!mistake.key.is_empty()).then_some(mistake.key.as_str());
    let mark = AnnotationKind::Primary.span(source.on_one_line(place)).label(label);
    Snippet::source(source.text.as_str()).path(source.name.as_str()).annotation(mark).into()
}
