//! What is printed for people: titles, notes and tables, in the width of the terminal or as Markdown.

use std::io::{self, Write};

use super::format::Format;
use super::grid::Grid;
use super::terminal;
use super::text::{count, wrapped};

/// So many rows of a table of configurations are printed.
pub(super) const MOST_ROWS: usize = 40;

/// Standard output, for people.
pub(super) struct Printer<'a> {
    out: &'a mut dyn Write,
    /// Characters of a line.
    width: usize,
    markdown: bool,
}

impl<'a> Printer<'a> {
    /// For the terminal, or as Markdown.
    pub(super) fn new(out: &'a mut dyn Write, format: Format) -> Self {
        Printer { out, width: terminal::width(), markdown: format == Format::Markdown }
    }

    /// Lines of this `width`.
    #[cfg(test)]
    pub(super) fn of_width(out: &'a mut dyn Write, width: usize) -> Self {
        Printer { out, width, markdown: false }
    }

    /// Whether `grid` fits beside itself.
    pub(super) fn fits(&self, grid: &Grid) -> bool {
        self.markdown || grid.lines(usize::MAX).iter().all(|line| line.chars().count() <= self.width)
    }

    /// A title, with an empty line before it.
    pub(super) fn title(&mut self, text: &str) -> io::Result<()> {
        match self.markdown {
            true => writeln!(self.out, "\n**{text}**"),
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
            true => writeln!(self.out, "\n{text}"),
            false => self.wrapped(text, 0),
        }
    }

    /// A line about what stands above.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        match self.markdown {
            true => writeln!(self.out, "\n{text}"),
            false => self.wrapped(text, 2),
        }
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
            return notes.iter().try_for_each(|notes| writeln!(self.out, "\n{}", notes.join("; ")));
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

/// A text in lines of which all but the first are indented.
fn hanging(text: &str, width: usize) -> Vec<String> {
    let mut lines = wrapped(text, width.saturating_sub(2)).into_iter();
    let first = lines.next().into_iter();
    first.chain(lines.map(|line| format!("  {line}"))).collect()
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
        let mut printer = Printer { out: &mut out, width: 10, markdown: true };
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
}
