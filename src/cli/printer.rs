//! What is printed for people: titles, notes and tables, in the width of the terminal or as Markdown.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::format::Format;
use super::grid::Grid;
use super::terminal;
use super::text::{count, hanging};

/// So many rows of a table of configurations are printed.
pub(super) const MOST_ROWS: usize = 40;

/// Standard output, for people.
pub(super) struct Printer<'a> {
    out: &'a mut dyn Write,
    /// Characters of a line.
    width: usize,
    markdown: bool,
    /// The notes that need no second telling.
    told: BTreeSet<String>,
}

impl<'a> Printer<'a> {
    /// For the terminal, or as Markdown.
    pub(super) fn new(out: &'a mut dyn Write, format: Format) -> Self {
        Printer { out, width: terminal::width(), markdown: format == Format::Markdown, told: BTreeSet::new() }
    }

    /// Lines of this `width`.
    #[cfg(test)]
    pub(super) fn of_width(out: &'a mut dyn Write, width: usize) -> Self {
        Printer { out, width, markdown: false, told: BTreeSet::new() }
    }

    /// Whether `grid` fits beside itself.
    pub(super) fn fits(&self, grid: &Grid) -> bool {
        self.markdown || grid.lines(usize::MAX).iter().all(|line| line.chars().count() <= self.width)
    }

    /// A title, with an empty line before it.
    pub(super) fn title(&mut self, text: &str) -> io::Result<()> {
        match self.markdown {
            true => writeln!(self.out, "\n**{}**", markdown(text)),
            false => {
                writeln!(self.out)?;
                self.wrapped(text, 0)
            }
        }
    }

    /// What a table below a title is of.
    pub(super) fn subtitle(&mut self, text: &str) -> io::Result<()> {
        self.line(text)
    }

    /// A line.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        match self.markdown {
            true => writeln!(self.out, "\n{}", markdown(text)),
            false => self.wrapped(text, 0),
        }
    }

    /// A line about what stands above.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        match self.markdown {
            true => writeln!(self.out, "\n{}", markdown(text)),
            false => self.wrapped(text, 2),
        }
    }

    /// A line about what stands above, unless it stands further above already.
    pub(super) fn note_once(&mut self, text: &str) -> io::Result<()> {
        if self.told.insert(text.to_owned()) { self.note(text) } else { Ok(()) }
    }

    /// That so many rows are left out, and which file has them; nothing where none are.
    pub(super) fn more(&mut self, left_out: usize, file: &str) -> io::Result<()> {
        match left_out as u64 {
            0 => Ok(()),
            more => self.note(&format!("\u{2026} and {} more: see {file}", count(more))),
        }
    }

    /// A table.
    pub(super) fn grid(&mut self, grid: &Grid) -> io::Result<()> {
        let lines = match self.markdown {
            true => [String::new()].into_iter().chain(grid.markdown()).collect(),
            false => grid.lines(self.width),
        };
        lines.iter().try_for_each(|line| writeln!(self.out, "{line}"))
    }

    /// A table whose rows each have something that goes before them: nothing, a line, or, behind a line break, a title.
    pub(super) fn grid_with_headings(&mut self, grid: &Grid, headings: &[String]) -> io::Result<()> {
        if self.markdown {
            return self.grid(grid);
        }
        let pieces = grid.pieces(self.width);
        let (heads, rows) = pieces.split_at(pieces.len().saturating_sub(headings.len()));
        heads.iter().flatten().try_for_each(|line| writeln!(self.out, "{line}"))?;
        for (heading, piece) in headings.iter().zip(rows) {
            match heading.strip_prefix('\n') {
                Some(heading) => self.title(heading)?,
                None if heading.is_empty() => {}
                None => self.wrapped(heading, 0)?,
            }
            piece.iter().try_for_each(|line| writeln!(self.out, "{line}"))?;
        }
        Ok(())
    }

    /// A table whose rows each have lines below them, which are indented.
    pub(super) fn grid_with_notes(&mut self, grid: &Grid, notes: &[Vec<String>]) -> io::Result<()> {
        if self.markdown {
            self.grid(grid)?;
            return notes.iter().try_for_each(|notes| writeln!(self.out, "\n{}", markdown(&notes.join("; "))));
        }
        let pieces = grid.pieces(self.width);
        let (heads, rows) = pieces.split_at(pieces.len().saturating_sub(notes.len()));
        heads.iter().flatten().try_for_each(|line| writeln!(self.out, "{line}"))?;
        for (piece, notes) in rows.iter().zip(notes) {
            piece.iter().try_for_each(|line| writeln!(self.out, "{line}"))?;
            notes.iter().try_for_each(|note| self.wrapped(note, 4))?;
        }
        Ok(())
    }

    fn wrapped(&mut self, text: &str, indent: usize) -> io::Result<()> {
        let within = self.width.saturating_sub(indent);
        let lines = if text.chars().count() <= within { vec![text.to_owned()] } else { hanging(text, within) };
        lines.iter().try_for_each(|line| writeln!(self.out, "{:indent$}{line}", ""))
    }
}

/// A line of text as Markdown shows it: no sign in it makes a list, a heading, a quotation, a tag or an emphasis.
fn markdown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    // What a number and a dot would begin is a list as well.
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let listed = digits > 0 && text[digits..].starts_with(['.', ')']);
    for (place, sign) in text.char_indices() {
        let at_start = place == 0 && "+-#>=~|".contains(sign) || listed && place == digits;
        if at_start || "*<\\".contains(sign) {
            shown.push('\\');
        }
        shown.push(sign);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_hangs_and_a_short_one_keeps_its_blanks() {
        let mut out = Vec::new();
        let mut printer = Printer::of_width(&mut out, 20);
        printer.title("a   b").unwrap();
        printer.line("exact: push, n = 4096: mean 21.50").unwrap();
        printer.note("(over the runs that converged)").unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "\na   b\nexact: push, n =\n  4096: mean 21.50\n  (over the runs\n    that converged)\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn markdown_parts_paragraphs_by_empty_lines() {
        let mut out = Vec::new();
        let mut printer = Printer { markdown: true, ..Printer::of_width(&mut out, 10) };
        printer.title("rounds until every node knows").unwrap();
        let mut grid = Grid::new();
        grid.row(["n", "mean"].map(str::to_owned).to_vec());
        grid.row(["16", "7.67"].map(str::to_owned).to_vec());
        printer.grid(&grid).unwrap();
        printer.note("a note").unwrap();
        let text = String::from_utf8(out).unwrap();
        let table = "| n | mean |\n| --: | --: |\n| 16 | 7.67 |\n";
        assert_eq!(text, format!("\n**rounds until every node knows**\n\n{table}\na note\n"));
    }

    #[test]
    fn what_every_table_would_say_again_is_said_once() {
        let mut out = Vec::new();
        let mut printer = Printer::of_width(&mut out, 80);
        for note in ["(over the runs that converged)", "other", "(over the runs that converged)"] {
            printer.note_once(note).unwrap();
        }
        assert_eq!(String::from_utf8(out).unwrap(), "  (over the runs that converged)\n  other\n");
    }

    #[test]
    fn markdown_keeps_the_signs_that_mark_figures() {
        for (text, shown) in [
            ("* over the runs that converged alone", "\\* over the runs that converged alone"),
            ("+ a limit cut off some of the runs", "\\+ a limit cut off some of the runs"),
            ("- among the runs", "\\- among the runs"),
            ("? of too few runs", "? of too few runs"),
            ("1. of a list", "1\\. of a list"),
            ("fanout 2*log2(n) <= 3 - 1", "fanout 2\\*log2(n) \\<= 3 - 1"),
        ] {
            assert_eq!(markdown(text), shown);
            let mut out = Vec::new();
            Printer { markdown: true, ..Printer::of_width(&mut out, 80) }.note(text).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), format!("\n{shown}\n"));
        }
    }
}
