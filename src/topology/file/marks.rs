//! Marks of formats: what only one of them has, where a file starts.

use super::fault::{FILE_FORM, Fault};
use super::format::Format;
use super::lines::data;

/// The format that a mark in `start`, where a file starts, stands for; none where it has none.
///
/// # Errors
/// It is the mark of something that is not read.
pub(super) fn mark(start: &str) -> Result<Option<Format>, Fault> {
    if start.starts_with('<') {
        return xml(start).map(Some);
    }
    if start.starts_with('{') {
        return Ok(Some(Format::Json));
    }
    if starts(start, "%%MatrixMarket") {
        return Ok(Some(Format::MatrixMarket));
    }
    if let Some(format) = braces(start) {
        return Ok(Some(format));
    }
    let first = data(start).next().map_or("", |(_, line)| line);
    let others = [
        ("[[", "a JSON list: node-link JSON is an object with `nodes` and `links`"),
        ("[{", "a JSON list: node-link JSON is an object with `nodes` and `links`"),
        ("*vertices", "Pajek; export it as GraphML"),
        ("*network", "Pajek; export it as GraphML"),
        ("dl n", "UCINET DL; export it as CSV"),
        ("nodedef>", "GDF; export it as GraphML"),
        ("LEDA.GRAPH", "LEDA; export it as GraphML"),
        (">>graph6<<", "graph6; write it as an edge list"),
        (">>sparse6<<", "sparse6; write it as an edge list"),
        ("p edge ", "DIMACS; write its `e` lines as an edge list"),
        ("p col ", "DIMACS; write its `e` lines as an edge list"),
        ("p sp ", "DIMACS; write its `a` lines as an edge list"),
        ("p max ", "DIMACS; write its `a` lines as an edge list"),
    ];
    // DIMACS begins with comments, which are lines that start with c.
    let dimacs = start.lines().map(str::trim).find(|line| !line.is_empty() && *line != "c" && !line.starts_with("c "));
    let found = others.iter().find(|(mark, _)| {
        starts(first, mark) || (mark.starts_with("p ") && dimacs.is_some_and(|line| starts(line, mark)))
    });
    match found {
        Some((_, what)) => Err(Fault::of_file(format!("looks like {what}")).expecting(FILE_FORM)),
        None => Ok(None),
    }
}

/// Whether `text` starts with `mark`, in letters of either case.
fn starts(text: &str, mark: &str) -> bool {
    text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark))
}

fn xml(start: &str) -> Result<Format, Fault> {
    let has = |tag: &str| start.contains(tag);
    let problem = if has("<graphml") || has(":graphml") {
        return Ok(Format::Graphml);
    } else if has("<gexf") {
        "looks like GEXF; export it as GraphML"
    } else if has("<html") || has("<HTML") || has("<!DOCTYPE html") || has("<!doctype html") {
        "is a web page, not a graph: was it downloaded whole?"
    } else {
        "is XML, but not GraphML"
    };
    Err(Fault::of_file(problem))
}

/// DOT and GML, whose first word after comments is a keyword before a bracket.
fn braces(start: &str) -> Option<Format> {
    let rest = after_comments(start);
    let keyword = |rest: &str, word: &str| {
        let after = rest.get(word.len()..)?;
        let ends = !after.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        (starts(rest, word) && ends).then_some(after.len())
    };
    let mut dot = rest;
    let strict = keyword(dot, "strict");
    if let Some(left) = strict {
        dot = after_comments(&dot[dot.len() - left..]);
    }
    for word in ["digraph", "graph"] {
        let Some(left) = keyword(dot, word) else { continue };
        let after = after_comments(&dot[dot.len() - left..]);
        // A name may stand before the brace, in quotes with anything in it.
        let quoted = after.strip_prefix('"').and_then(after_quote).map(after_comments);
        if quoted.is_some_and(|rest| rest.starts_with('{')) {
            return Some(Format::Dot);
        }
        let named = after.find(['{', '[', '\n', ';']).map(|end| &after[end..]);
        if after.starts_with('{') || named.is_some_and(|rest| rest.trim_start().starts_with('{')) {
            return Some(Format::Dot);
        }
        if after.starts_with('[') && word == "graph" && strict.is_none() {
            return Some(Format::Gml);
        }
    }
    // GML may begin with other keys.
    let key = ["Creator", "Version", "Comment", "Directed", "Label"].iter().any(|word| keyword(rest, word).is_some());
    let graph = || {
        rest.match_indices("graph").any(|(at, word)| {
            let line = rest[..at].rsplit('\n').next().unwrap_or_default();
            rest[at + word.len()..].trim_start().starts_with('[') && line.trim().is_empty()
        })
    };
    (key && graph()).then_some(Format::Gml)
}

/// What comes after a quote of DOT that is open before `inner`.
fn after_quote(inner: &str) -> Option<&str> {
    let mut escaped = false;
    let end = inner.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })?;
    inner.get(end + 1..)
}

/// What comes after white space and comments of C and of lines.
fn after_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = if rest.starts_with("//") || rest.starts_with('#') {
            rest.find('\n').map_or("", |end| &rest[end..])
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or("", |end| &rest[end + 2..])
        } else {
            return rest;
        };
        rest = after.trim_start();
    }
}
