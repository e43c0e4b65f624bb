//! Lines of files that hold tables, cut into cells: separated by commas, semicolons, tabs, bars or blanks.

/// A line that is not empty, by its number from 1, cut into its cells.
pub(crate) struct Row<'a> {
    pub(crate) line: usize,
    pub(crate) cells: Vec<&'a str>,
}

/// The lines that hold something, without comments and the rules of tables in documents.
pub(crate) fn rows(text: &str) -> Vec<Row<'_>> {
    each_row(text).collect()
}

/// The same one by one.
pub(crate) fn each_row(text: &str) -> impl Iterator<Item = Row<'_>> {
    let lines = || (1..).zip(text.trim_start_matches('\u{feff}').lines()).filter(|(_, line)| is_row(line));
    let first = lines().next().map_or("", |(_, line)| line);
    let separator = [b'\t', b';', b'|', b','].into_iter().find(|byte| first.bytes().any(|other| other == *byte));
    lines().map(move |(line, text)| Row { line, cells: cells(text, separator) })
}

fn is_row(line: &str) -> bool {
    let line = line.trim();
    let is_rule = || line.contains("--") && line.bytes().all(|byte| b"|-: +".contains(&byte));
    let is_comment = line.is_empty() || line.starts_with('#') || is_rule();
    !is_comment
}

/// The cells of a line, without the quotes around them.
fn cells(line: &str, separator: Option<u8>) -> Vec<&str> {
    let Some(separator) = separator else { return line.split_whitespace().collect() };
    // A table in a document has bars around it as well.
    let line = if separator == b'|' { line.trim().trim_start_matches('|').trim_end_matches('|') } else { line };
    let mut quoted = false;
    let cells = line.split(|letter: char| {
        quoted ^= letter == '"';
        letter == char::from(separator) && !quoted
    });
    cells.map(|cell| cell.trim().trim_matches('"').trim()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(usize, Vec<&str>)> {
        rows(text).into_iter().map(|row| (row.line, row.cells)).collect()
    }

    #[test]
    fn lines_are_cut_at_the_separator_of_the_first_and_comments_left_out() {
        assert_eq!(cut("# a\n\na,b\n\"c, d\", e\n"), [(3, vec!["a", "b"]), (4, vec!["c, d", "e"])]);
        assert_eq!(cut("| a | b |\n|---|:-:|\n| 1 |  |\n"), [(1, vec!["a", "b"]), (3, vec!["1", ""])]);
        assert_eq!(cut("a  b\n 1\t2\n"), [(1, vec!["a", "b"]), (2, vec!["1", "2"])]);
        assert_eq!(cut("a\tb c\n"), [(1, vec!["a", "b c"])]);
        assert_eq!(cut("85.5\n-\n"), [(1, vec!["85.5"]), (2, vec!["-"])]);
    }
}
