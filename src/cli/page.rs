//! Pages of configurations: a table of what differs between them, with the strategies side by side, or one below the
//! other where they do not fit.

use std::io;

use super::grid::Grid;
use super::printer::{MOST_ROWS, Printer};
use super::text::{count, plural};
use crate::output::frame::{Frame, Row};
use crate::output::label::short;
use crate::output::{groups, places};

/// More pages than this are one table, in which every key has a column.
const MOST_PAGES: usize = 6;
/// So are pages with fewer rows than this.
const FEWEST_ROWS: usize = 3;

/// The value of a key of a point, as a table shows it.
pub(super) fn value(row: Row<'_>, key: &str) -> String {
    if key == "nodes" { count(row.count(key)) } else { places::value(row, key) }
}

/// What a table calls a key.
pub(super) fn head(key: &str) -> String {
    if key == "nodes" { "n".to_owned() } else { short(key).to_owned() }
}

/// Configurations of one table.
pub(super) struct Page<'a> {
    /// The keys whose values name a row.
    keys: Vec<String>,
    strategies: Vec<&'a str>,
    /// The points of each row.
    rows: Vec<(Vec<String>, Vec<Row<'a>>)>,
    /// What is the same in all of them and differs elsewhere: `, loss 0.1`.
    pub(super) at: String,
}

/// The pages that are printed, and how many rows are left out.
pub(super) struct Pages<'a> {
    pub(super) pages: Vec<Page<'a>>,
    left_out: usize,
}

impl<'a> Pages<'a> {
    /// A page for each combination of `varying` but its first key, which names the rows; one page, if those would be many or
    /// small.
    pub(super) fn new(summary: &'a Frame, varying: &[String]) -> Self {
        let nodes = ["nodes".to_owned()];
        let keys = if varying.is_empty() { &nodes[..] } else { varying };
        let (of_rows, of_pages) = keys.split_at(1);
        let pages = groups::by(summary.rows(), |row| of_pages.iter().map(|key| value(*row, key)).collect::<Vec<_>>());
        let rows = |page: &[Row<'_>]| groups::by(page.iter(), |row| value(**row, &of_rows[0])).len();
        let small = pages.len() > 1 && pages.iter().any(|(_, page)| rows(page) < FEWEST_ROWS);
        let mut pages: Vec<Page<'a>> = if small || pages.len() > MOST_PAGES {
            vec![Page::new(summary.rows().collect(), keys, String::new())]
        } else {
            let at = |row: Row<'_>| {
                of_pages.iter().map(|key| format!(", {} {}", head(key), value(row, key))).collect::<String>()
            };
            let page = |page: Vec<Row<'a>>| {
                let at = page.first().map_or_else(String::new, |row| at(*row));
                Page::new(page, of_rows, at)
            };
            pages.into_iter().map(|(_, rows)| page(rows)).collect()
        };
        let (mut room, mut left_out) = (MOST_ROWS, 0);
        for page in &mut pages {
            let rows = page.rows.len();
            page.rows.truncate(room);
            left_out += rows - page.rows.len();
            room -= page.rows.len();
        }
        pages.retain(|page| !page.rows.is_empty());
        Pages { pages, left_out }
    }

    /// Says how many rows are left out.
    pub(super) fn print_rest(&self, printer: &mut Printer<'_>) -> io::Result<()> {
        match self.left_out {
            0 => Ok(()),
            rows => {
                let rows = plural(rows as u64, "row");
                printer.line(&format!("\u{2026} and {rows} more in each of these tables: see summary.csv"))
            }
        }
    }
}

impl<'a> Page<'a> {
    fn new(points: Vec<Row<'a>>, keys: &[String], at: String) -> Self {
        let strategies = groups::by(&points, |row| row.series()).into_iter().map(|(line, _)| line).collect();
        let rows = groups::by(points, |row| keys.iter().map(|key| value(*row, key)).collect::<Vec<_>>());
        Page { keys: keys.to_vec(), strategies, rows, at }
    }

    /// Its points.
    pub(super) fn points(&self) -> Vec<Row<'a>> {
        self.rows.iter().flat_map(|(_, points)| points.iter().copied()).collect()
    }

    /// A table with the cells that `cells` makes of each point; `heads` names them. Strategies stand side by side.
    pub(super) fn grid(&self, heads: &[&str], cells: impl Fn(Row<'_>) -> Vec<String>) -> Grid {
        self.grid_of(&self.strategies, heads, &cells)
    }

    fn grid_of(&self, strategies: &[&str], heads: &[&str], cells: &impl Fn(Row<'_>) -> Vec<String>) -> Grid {
        let mut grid = Grid::new().labels(self.keys.len());
        if strategies.len() == self.strategies.len() {
            grid.spanning(strategies.iter().map(|name| ((*name).to_owned(), heads.len())).collect());
        }
        let named = strategies.iter().flat_map(|_| heads.iter().map(|head| (*head).to_owned()));
        grid.row(self.keys.iter().map(|key| head(key)).chain(named).collect());
        for (names, points) in &self.rows {
            let of = |strategy: &&str| points.iter().find(|row| row.series() == *strategy);
            let blank = || vec![String::new(); heads.len()];
            if strategies.iter().all(|strategy| of(strategy).is_none()) {
                continue;
            }
            let cells = strategies.iter().flat_map(|name| of(name).map_or_else(blank, |row| cells(*row)));
            grid.row(names.iter().cloned().chain(cells).collect());
        }
        grid
    }

    /// Prints that table; a table for each strategy, where they do not fit side by side.
    pub(super) fn print(
        &self,
        printer: &mut Printer<'_>,
        heads: &[&str],
        cells: impl Fn(Row<'_>) -> Vec<String>,
    ) -> io::Result<()> {
        let together = self.grid(heads, &cells);
        if self.strategies.len() < 2 || printer.fits(&together) {
            return printer.grid(&together);
        }
        self.strategies.iter().try_for_each(|strategy| {
            printer.subtitle(strategy)?;
            printer.grid(&self.grid_of(&[strategy], heads, &cells))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Cell;
    use crate::output::testing;

    fn summary(sizes: u64, losses: u64) -> Frame {
        let mut rows: Vec<Vec<(&str, Cell)>> = Vec::new();
        for strategy in ["push", "pull", "push-pull"] {
            for (size, loss) in (0..sizes).flat_map(|size| (0..losses).map(move |loss| (size, loss))) {
                rows.push(vec![
                    ("point", (rows.len() as u64).into()),
                    ("strategy", strategy.into()),
                    ("nodes", (16_u64 << size.min(40)).into()),
                    ("fanout", (size + 1).into()),
                    ("loss", (loss as f64 / 100.0).into()),
                    ("rounds_mean", 12.5.into()),
                ]);
            }
        }
        testing::summary(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    fn printed(summary: &Frame, varying: &[&str], width: usize) -> String {
        let varying: Vec<String> = varying.iter().map(|key| (*key).to_owned()).collect();
        let pages = Pages::new(summary, &varying);
        let mut out = Vec::new();
        let mut printer = Printer::of_width(&mut out, width);
        for page in &pages.pages {
            printer.title(&format!("title{}", page.at)).unwrap();
            page.print(&mut printer, &["mean", "[95 % CI]"], |_| {
                ["12.50", "[12.25, 12.75]"].map(str::to_owned).to_vec()
            })
            .unwrap();
        }
        pages.print_rest(&mut printer).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strategies_stand_side_by_side_where_they_fit_and_below_each_other_elsewhere() {
        let summary = summary(4, 1);
        let wide = printed(&summary, &["nodes"], 80);
        assert_eq!(wide.lines().count(), 8, "{wide}");
        for width in [40, 60] {
            let narrow = printed(&summary, &["nodes"], width);
            assert!(narrow.lines().all(|line| line.chars().count() <= width), "{narrow}");
            assert!(narrow.contains("\npush\n    n   mean       [95 % CI]\n   16  12.50"), "{narrow}");
            assert_eq!(narrow.lines().count(), 2 + 3 * 6, "{narrow}");
        }
    }

    #[test]
    fn a_page_for_each_value_of_another_key_unless_they_are_many_or_small() {
        let pages = |sizes, losses| {
            let summary = summary(sizes, losses);
            let pages = Pages::new(&summary, &["nodes", "loss"].map(str::to_owned));
            (pages.pages.iter().map(|page| page.at.clone()).collect::<Vec<_>>(), pages.pages[0].keys.clone())
        };
        assert_eq!(pages(4, 2), (vec![", loss 0".to_owned(), ", loss 0.01".to_owned()], vec!["nodes".to_owned()]));
        for (sizes, losses) in [(2, 4), (4, 7)] {
            assert_eq!(pages(sizes, losses), (vec![String::new()], vec!["nodes".to_owned(), "loss".to_owned()]));
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_points_to_the_file() {
        let text = printed(&summary(10, 7), &["fanout", "loss"], 100);
        assert!(text.contains("\u{2026} and 30 rows more in each of these tables: see summary.csv"), "{text}");
        assert_eq!(text.lines().count(), 3 + MOST_ROWS + 1 + 1, "{text}");
    }
}
