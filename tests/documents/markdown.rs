//! As much of Markdown as the documents use: fenced blocks, inline code, links, headings with their anchors, and tables.

use std::collections::BTreeMap;

/// A fenced block: what stands after its fence, and its lines.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) language: &'a str,
    pub(super) lines: Vec<&'a str>,
}

/// The fenced blocks of a document, and the lines outside of them.
pub(super) fn parts(text: &str) -> (Vec<Block<'_>>, Vec<&str>) {
    let (mut blocks, mut prose, mut open) = (Vec::new(), Vec::new(), None);
    for line in text.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(language), None) => open = Some(Block { language, lines: Vec::new() }),
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(Block { language, mut lines })) => {
                lines.push(line);
                open = Some(Block { language, lines });
            }
            (None, None) => prose.push(line),
        }
    }
    assert!(open.is_none(), "a block is not closed: {open:?}");
    (blocks, prose)
}

/// What stands in `backquotes`, and the text without it.
pub(super) fn spans(prose: &[&str]) -> (Vec<String>, String) {
    let text = prose.join("\n");
    let (mut code, mut rest) = (Vec::new(), String::new());
    for (number, part) in text.split('`').enumerate() {
        if number % 2 == 1 { code.push(part.replace('\n', " ")) } else { rest += part }
    }
    (code, rest)
}

/// Where the links and images of a document lead.
pub(super) fn links(text: &str) -> Vec<String> {
    let (_, rest) = spans(&parts(text).1);
    rest.split("](").skip(1).map(|link| link.split(')').next().unwrap_or_default().to_owned()).collect()
}

/// The anchors of a document, as GitHub makes them of its headings.
pub(super) fn anchors(text: &str) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let headings = parts(text).1.into_iter().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let slug = slug(line.trim_start_matches('#').trim());
            let before = seen.entry(slug.clone()).or_default();
            *before += 1;
            if *before == 1 { slug } else { format!("{slug}-{}", *before - 1) }
        })
        .collect()
}

/// Lower case, without signs, spaces as dashes.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The cells of the first table after the line that is `heading`, without its head.
pub(super) fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let after = text.lines().skip_while(|line| *line != heading).skip(1);
    let rows = after.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).skip(2);
    let inside =
        |row: &str| row.trim_end().strip_prefix('|').and_then(|row| row.strip_suffix('|')).expect("a row").to_owned();
    rows.map(|row| inside(row).split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What is `quoted` first in a cell.
pub(super) fn quoted(cell: &str) -> &str {
    cell.split('`').nth(1).unwrap_or_default()
}

#[test]
fn anchors_are_made_as_github_makes_them() {
    let text = "# What it is: `a.csv`, *b* & c\n## Twice\n```text\n# not a heading\n```\n## Twice\n";
    assert_eq!(anchors(text), ["what-it-is-acsv-b--c", "twice", "twice-1"]);
    assert_eq!(
        links("see [a](b.md#c), ![d](e.svg)\nand `[no](link)`\n```text\n[no](link)\n```\n"),
        ["b.md#c", "e.svg"]
    );
}
