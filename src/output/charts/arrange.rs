//! Which points share a line, and which lines a panel, so that a chart shows everything that was swept.
//!
//! What is not along the horizontal axis tells lines apart: up to eight lie in one panel. Of more, as few keys as it
//! takes are held in each panel, first those that make the fewest panels; the strategy, which lines are compared by,
//! comes last, and what was compared last of all.

use std::collections::BTreeMap;

use super::axis::number;
use super::dataset::{Dataset, Row, Varied, follows};
use super::figure::{Layer, Panels, Series};
use super::keys::Key;
use super::style::{MOST_LINES, SeriesStyle, Stroke, series_style};
use super::text::plain;
use crate::output::groups;

/// Most panels of one chart, over all its pages: more than anybody looks through.
pub(super) const MOST_PANELS: usize = 48;
/// Most panels beside each other where a key has a row of its own.
const MOST_COLUMNS: usize = 5;
/// Most keys of which all subsets are tried.
const MOST_FACETS: usize = 8;

/// Points that share a line, in the order of the sweep.
#[derive(Clone)]
pub(super) struct Line<'a> {
    /// What tells it from the other lines.
    pub(super) label: String,
    /// Its colour, marker and stroke, which a line of the same label has in every panel.
    pub(super) style: SeriesStyle,
    /// The number of its panel.
    pub(super) panel: usize,
    /// Its number among the lines of its panel.
    pub(super) place: usize,
    /// Its points.
    pub(super) rows: Vec<Row<'a>>,
}

impl Line<'_> {
    /// What is drawn of it.
    pub(super) fn series(&self, layers: Vec<Layer>) -> Series {
        Series {
            label: self.label.clone(),
            details: Vec::new(),
            series_style: self.style,
            panel: Some(self.panel),
            layers,
        }
    }
}

/// The points of a chart, by line and panel.
pub(super) struct Selection<'a> {
    /// Its lines, panel by panel.
    pub(super) lines: Vec<Line<'a>>,
    /// Its panels.
    pub(super) panels: Panels,
    /// What is left out, in a sentence; empty if nothing is.
    pub(super) left_out: String,
}

impl<'a> Selection<'a> {
    /// All its points.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.lines.iter().flat_map(|line| line.rows.iter().copied())
    }

    /// The most lines that lie in one panel.
    pub(super) fn most_lines(&self) -> usize {
        self.lines.iter().map(|line| line.place + 1).max().unwrap_or(0)
    }
}

/// How the points of a chart are to be laid out, as far as that is asked for.
#[derive(Clone, Copy, Default)]
pub(super) struct Wish<'k> {
    /// What lies along the horizontal axis; nothing of the sweep where every point is a line.
    pub(super) x: Option<&'k Key>,
    /// What decides the colour of a line.
    pub(super) color: Option<&'k Key>,
    /// What is held in each panel.
    pub(super) facets: &'k [Key],
    /// Whether that is all that is held, however many lines a panel then has.
    pub(super) crowded: bool,
}

impl<'a> Dataset<'a> {
    /// All points, with `x` along the horizontal axis; without one every point is a line of its own.
    pub(super) fn selection(&self, x: Option<&Key>) -> Selection<'a> {
        self.arranged(Wish { x, ..Wish::default() })
    }

    /// All points, as they are wished for.
    pub(super) fn arranged(&self, wish: Wish<'_>) -> Selection<'a> {
        let free = self.free(wish);
        let facets = facets(self, &free, wish);
        let in_lines: Vec<&Varied> =
            free.iter().copied().filter(|key| !facets.iter().any(|f| f.key == key.key)).collect();
        let numbers = |keys: &[&Varied], row: usize| -> Vec<u32> { keys.iter().map(|key| key.at(row)).collect() };
        let mut panels = groups::by(0..self.rows.len(), |row| numbers(&facets, *row));
        // In the order of their values, the first key's slowest, whatever the order of the sweep.
        panels.sort_by(|one, other| one.0.cmp(&other.0));
        let all = panels.len();
        panels.truncate(MOST_PANELS);
        let styles = Styles::of(self, &in_lines, wish.color);
        let mut lines = Vec::new();
        let mut titles = Vec::new();
        for (panel, (held, rows)) in panels.into_iter().enumerate() {
            titles.push(title(&facets, &held));
            for (place, (combination, rows)) in groups::by(rows, |row| numbers(&in_lines, *row)).into_iter().enumerate()
            {
                let rows: Vec<Row<'a>> = rows.into_iter().map(|row| self.rows[row]).collect();
                let label = label(&in_lines, &combination, &rows);
                lines.push(Line { label, style: styles.at(&combination, &rows), panel, place, rows });
            }
        }
        let left_out = (all > titles.len()).then(|| {
            let (shown, all) = (number(titles.len() as f64), number(all as f64));
            format!("The first {shown} of {all} panels; `gossipsim plot --where` draws the others.")
        });
        let panels = Panels { titles, columns: columns(&facets), across: Vec::new() };
        Selection { lines, panels, left_out: left_out.unwrap_or_default() }
    }

    /// The keys that are not along the axis, but for those that follow from what is there and from the strategy and the
    /// size: along a line they vary with it. Names do not: between two of them no line leads.
    fn free(&self, wish: Wish<'_>) -> Vec<&Varied> {
        let x = self.all_varied().find(|varied| wish.x == Some(&varied.key));
        let wished = |key: &Key| wish.color == Some(key) || wish.facets.contains(key);
        let with_size = self.with_size.iter().filter(|varied| wished(&varied.key));
        let mut free: Vec<&Varied> =
            self.varied.iter().chain(with_size).filter(|varied| wish.x != Some(&varied.key)).collect();
        let Some(x) = x else { return free };
        let joined = x.key == Key::Nodes || x.key.numbers(&x.values).is_some();
        for place in (0..free.len()).rev() {
            let key = free[place];
            let is_fixed = |key: &Varied| matches!(key.key, Key::Strategy | Key::Nodes);
            let fixed: Vec<&Varied> =
                free.iter().copied().filter(|other| is_fixed(other) && other.key != key.key).collect();
            let along = follows(key, &[&fixed[..], &[x]].concat()) && !follows(key, &fixed);
            let is_name = joined && !self.is_of_numbers(key);
            if key.key != Key::Strategy && !wished(&key.key) && along && !is_name {
                free.remove(place);
            }
        }
        free
    }
}

/// The keys that are held in each panel: those wished for, and as few more as leave no panel with too many lines.
fn facets<'d>(dataset: &Dataset<'_>, free: &[&'d Varied], wish: Wish<'_>) -> Vec<&'d Varied> {
    let wished: Vec<&Varied> =
        wish.facets.iter().filter_map(|key| free.iter().copied().find(|varied| varied.key == *key)).collect();
    let fits = |facets: &[&Varied]| most_lines(dataset, free, facets) <= MOST_LINES;
    if wish.crowded || fits(&wished) {
        return wished;
    }
    let compared = dataset.compared();
    let others = free.iter().copied().filter(|key| !wished.iter().any(|facet| facet.key == key.key));
    let (last, first): (Vec<&Varied>, Vec<&Varied>) =
        others.partition(|key| [&Key::Strategy, &compared].contains(&&key.key) || wish.color == Some(&key.key));
    let all = [&wished[..], &first].concat();
    if first.len() > MOST_FACETS {
        // Too many to try which of them are enough.
        return if fits(&all) { all } else { free.to_vec() };
    }
    let besides: Vec<&Varied> = last.iter().copied().filter(|key| key.key != compared).collect();
    for more in [first.clone(), [&first[..], &besides].concat(), [first, last].concat()] {
        let mut subsets: Vec<Vec<&Varied>> = (1..1_usize << more.len())
            .map(|bits| (0..more.len()).filter(|place| bits >> place & 1 == 1).map(|place| more[place]).collect())
            .collect();
        let panels = |facets: &[&Varied]| facets.iter().map(|key| key.values.len()).fold(1, usize::saturating_mul);
        subsets.sort_by_cached_key(|facets| (facets.len(), panels(facets)));
        if let Some(enough) = subsets.into_iter().map(|more| [&wished[..], &more].concat()).find(|facets| fits(facets))
        {
            return in_order(enough, wished.len());
        }
    }
    free.to_vec()
}

/// Of two keys, that with fewer values goes down the page, and the other across; those `wished` for stay as they are.
fn in_order(mut facets: Vec<&Varied>, wished: usize) -> Vec<&Varied> {
    if wished == 0 {
        facets.sort_by_key(|key| key.values.len());
    }
    facets
}

/// The most lines of a panel, if `facets` are held in each.
fn most_lines(dataset: &Dataset<'_>, free: &[&Varied], facets: &[&Varied]) -> usize {
    let mut lines: BTreeMap<Vec<u32>, Vec<Vec<u32>>> = BTreeMap::new();
    for row in 0..dataset.rows.len() {
        let panel = facets.iter().map(|key| key.at(row)).collect();
        let line: Vec<u32> = free.iter().map(|key| key.at(row)).collect();
        let of_panel = lines.entry(panel).or_default();
        if !of_panel.contains(&line) {
            of_panel.push(line);
        }
        // More is not needed to know that it is too many.
        if of_panel.len() > MOST_LINES {
            return of_panel.len();
        }
    }
    lines.values().map(Vec::len).max().unwrap_or(0)
}

/// How many panels lie beside each other, where that is given by the values of the last key.
fn columns(facets: &[&Varied]) -> Option<usize> {
    let last = facets.last().filter(|_| facets.len() > 1)?;
    Some(last.values.len()).filter(|values| *values <= MOST_COLUMNS)
}

/// What a panel holds: an equation, or the values of several keys in short.
fn title(facets: &[&Varied], held: &[u32]) -> String {
    let said = facets.iter().zip(held).map(|(key, &value)| {
        let value = &key.values[value as usize];
        if facets.len() > 1 { key.key.phrase(value) } else { key.key.equation(value) }
    });
    said.collect::<Vec<_>>().join(", ")
}

/// What tells a line from the others: the values of what lines differ in; if that is nothing, its strategy.
fn label(keys: &[&Varied], values: &[u32], rows: &[Row<'_>]) -> String {
    let parts: Vec<String> =
        keys.iter().zip(values).map(|(key, &value)| key.key.phrase(&key.values[value as usize])).collect();
    if parts.is_empty() { rows.first().map_or_else(String::new, |row| plain(row.series())) } else { parts.join(", ") }
}

/// What lines look like, by the values of what they differ in.
struct Styles<'d> {
    /// The key that decides the colour, by its place among those that lines differ in.
    color: Option<(usize, &'d Varied)>,
    /// The combinations of values that are told apart by marker and stroke where there is such a key, else by colour.
    others: BTreeMap<Vec<u32>, usize>,
}

impl<'d> Styles<'d> {
    fn of(dataset: &Dataset<'_>, keys: &[&'d Varied], wished: Option<&Key>) -> Self {
        let find = |key: &Key| keys.iter().position(|varied| varied.key == *key).map(|place| (place, keys[place]));
        let color = match wished {
            Some(key) => find(key),
            None => find(&dataset.compared()).or_else(|| find(&Key::Strategy)),
        };
        let styles = Styles { color, others: Styles::numbered(dataset, keys, color.map(|(place, _)| place)) };
        if styles.others.len() <= Stroke::ALL.len() || wished.is_some() {
            return styles;
        }
        Styles { color: None, others: Styles::numbered(dataset, keys, None) }
    }

    /// The combinations of the values of `keys` but that at `without`, numbered as they come.
    fn numbered(dataset: &Dataset<'_>, keys: &[&Varied], without: Option<usize>) -> BTreeMap<Vec<u32>, usize> {
        let mut numbers = BTreeMap::new();
        for row in 0..dataset.rows.len() {
            let next = numbers.len();
            let others = (0..keys.len()).filter(|place| Some(*place) != without).map(|place| keys[place].at(row));
            numbers.entry(others.collect()).or_insert(next);
        }
        numbers
    }

    fn at(&self, values: &[u32], rows: &[Row<'_>]) -> SeriesStyle {
        let without = self.color.map(|(place, _)| place);
        let others: Vec<u32> =
            (0..values.len()).filter(|place| Some(*place) != without).map(|place| values[place]).collect();
        let number = self.others.get(&others).copied().unwrap_or_default();
        match self.color {
            Some((place, key)) => {
                let value = values[place] as usize;
                let name = if key.key == Key::Strategy { key.values[value].as_str() } else { "" };
                let style = series_style(name, value);
                if self.others.len() > 1 { style.variant(number) } else { style }
            }
            // One line, or all of one strategy, has the colour of its strategy.
            None if values.is_empty() => series_style(rows.first().map_or("", |row| row.series()), 0),
            None => series_style("", number),
        }
    }
}

/// How many runs did not converge, as every mean over those that did must say.
pub(super) fn unconverged(selection: &Selection<'_>, by_line: bool) -> String {
    let count = |rows: &[Row<'_>]| -> (u64, u64) {
        let sum = |of: fn(Row<'_>) -> u64| rows.iter().map(|row| of(*row)).fold(0, u64::saturating_add);
        (sum(|row| row.count("runs")), sum(|row| row.count("runs").saturating_sub(row.count("converged"))))
    };
    let lines = groups::by(&selection.lines, |line| line.label.clone()).into_iter();
    let lines = lines.map(|(label, lines)| {
        let counts = lines.into_iter().map(|line| count(&line.rows));
        let sums = counts.fold((0_u64, 0_u64), |sum, one| (sum.0.saturating_add(one.0), sum.1.saturating_add(one.1)));
        (label, sums)
    });
    let all: Vec<(String, (u64, u64))> = lines.collect();
    let (runs, missing) = all.iter().fold((0_u64, 0_u64), |sum, (_, (runs, missing))| {
        (sum.0.saturating_add(*runs), sum.1.saturating_add(*missing))
    });
    if missing == 0 {
        return format!("All {} runs converged.", number(runs as f64));
    }
    let named = all.iter().filter(|(_, (_, missing))| *missing > 0);
    let named: Vec<String> =
        named.map(|(label, (_, missing))| format!("{label} {}", number(*missing as f64))).collect();
    let named = if by_line { format!(" ({})", named.join(", ")) } else { String::new() };
    format!(
        "{} of {} runs did not converge{named} and are not in the means.",
        number(missing as f64),
        number(runs as f64)
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::output::charts::{Conditions, sample};
    use crate::output::tables::Tables;

    /// Titles of the panels, and the labels of the lines in the first.
    fn arranged(tables: &Tables, wish: Wish<'_>) -> (Vec<String>, Vec<String>) {
        let conditions = Conditions::default();
        let selection = Dataset::new(tables, &conditions).arranged(wish);
        let all: BTreeSet<u64> = selection.rows().map(Row::point).collect();
        assert_eq!(all.len(), tables.summary.len(), "every point has its place");
        assert!(wish.color.is_some() || selection.most_lines() <= MOST_LINES);
        let first = selection.lines.iter().filter(|line| line.panel == 0).map(|line| line.label.clone()).collect();
        (selection.panels.titles, first)
    }

    fn along(x: &Key) -> Wish<'_> {
        Wish { x: Some(x), ..Wish::default() }
    }

    #[test]
    fn up_to_eight_lines_lie_in_one_panel_and_more_in_several() {
        let three = ["push", "pull", "push-pull"].map(str::to_owned).to_vec();
        assert_eq!(arranged(&sample::sizes(2), along(&Key::Nodes)), (vec![String::new()], three.clone()));
        let tables = sample::sizes_and_loss(2);
        let losses = ["loss = 0", "loss = 0.1", "loss = 0.3"].map(str::to_owned).to_vec();
        assert_eq!(arranged(&tables, along(&Key::Nodes)), (losses, three.clone()));
        let (sizes, lines) = arranged(&tables, along(&Key::Loss));
        assert_eq!((sizes.len(), sizes[3].as_str(), lines), (4, "n\u{a0}=\u{a0}4\u{a0}096", three));
        // Without an axis of the sweep every point is a line: the key with fewest values that is enough, and no strategy.
        let (both, lines) = arranged(&tables, Wish::default());
        assert_eq!((both.len(), both[1].as_str(), lines.len()), (12, "loss 0, n\u{a0}=\u{a0}256", 3));
    }

    #[test]
    fn colour_is_the_strategy_and_marker_and_stroke_are_another_key() {
        let tables = sample::sweep("gossip.k", &["1", "2"], &["push", "pull", "push-pull"], 2);
        let conditions = Conditions::default();
        let lines = Dataset::new(&tables, &conditions).selection(None).lines;
        let labels: Vec<&str> = lines.iter().map(|line| line.label.as_str()).collect();
        assert_eq!(labels[..2], ["push, gossip.k 1", "pull, gossip.k 1"]);
        assert_eq!(lines[0].style.color, lines[3].style.color);
        assert!(lines[0].style.stroke != lines[3].style.stroke && lines[0].style.marker != lines[3].style.marker);
        let looks: Vec<String> = lines.iter().map(|line| format!("{:?}", line.style)).collect();
        assert_eq!(looks.iter().collect::<BTreeSet<_>>().len(), 6);
    }

    #[test]
    fn colour_is_what_is_compared_and_no_panel_holds_it() {
        let values = ["1", "2"];
        let tables = sample::sweep("gossip.k", &values, &["push", "pull", "push-pull"], 2);
        let conditions = Conditions { compared: Some("gossip.k".into()), ..Conditions::default() };
        let lines = Dataset::new(&tables, &conditions).selection(None).lines;
        let colors: BTreeSet<String> = lines.iter().map(|line| format!("{:?}", line.style.color)).collect();
        assert_eq!((lines.len(), colors.len()), (6, 2));
        // Sizes and losses are more than one panel tells apart: what is compared is on every one.
        let tables = sample::sizes_and_loss(2);
        let conditions = Conditions { compared: Some("network.loss".into()), ..Conditions::default() };
        let selection = Dataset::new(&tables, &conditions).selection(None);
        assert!(selection.panels.titles.iter().all(|title| !title.contains("loss")), "{:?}", selection.panels.titles);
    }

    #[test]
    fn one_strategy_leaves_the_colours_to_the_other_key() {
        let tables = sample::sweep("gossip.k", &["1", "2", "3", "4", "5", "6", "7", "8"], &["push"], 2);
        let conditions = Conditions::default();
        let selection = Dataset::new(&tables, &conditions).selection(None);
        let colors: BTreeSet<String> = selection.lines.iter().map(|line| format!("{:?}", line.style.color)).collect();
        assert_eq!((selection.panels.titles.len(), selection.lines.len(), colors.len()), (1, 8, 8));
    }

    #[test]
    fn what_follows_from_the_rest_tells_no_lines_apart() {
        let (panels, lines) = arranged(&sample::phases(), along(&Key::Nodes));
        assert_eq!((panels.len(), lines.join(" ").as_str()), (1, "push pull push-pull"));
    }

    #[test]
    fn many_strategies_are_parted_as_well() {
        let many = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
        let tables = sample::sweep("gossip.k", &["1", "2"], &many, 2);
        let (panels, lines) = arranged(&tables, Wish::default());
        assert_eq!((panels.len(), panels[0].as_str(), lines.len()), (9, "strategy = one", 2));
    }

    #[test]
    fn what_is_wished_for_decides() {
        let tables = sample::sizes_and_loss(2);
        let facets = [Key::Strategy];
        let wish = Wish { x: Some(&Key::Nodes), color: Some(&Key::Loss), facets: &facets, crowded: false };
        let (panels, lines) = arranged(&tables, wish);
        assert_eq!(
            (panels[1].as_str(), lines),
            ("strategy = pull", vec!["loss 0".into(), "loss 0.1".into(), "loss 0.3".into()])
        );
    }

    #[test]
    fn panels_that_nobody_would_look_through_are_left_out_with_a_word() {
        let values: Vec<String> = (0..60).map(|value| value.to_string()).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let tables = sample::sweep("gossip.k", &values, &["push", "pull"], 1);
        let conditions = Conditions::default();
        let selection = Dataset::new(&tables, &conditions).selection(None);
        assert_eq!(selection.panels.titles.len(), MOST_PANELS);
        assert!(selection.left_out.starts_with("The first 48 of 60 panels; `gossipsim plot --where`"));
    }
}
