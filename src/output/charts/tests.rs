//! What holds for all charts of a folder.

use super::figure::Series;
use super::*;
use crate::columns::Cell;
use crate::output::chart::Formats;
use crate::output::frame::Frame;
use crate::threads::Threads;

fn charts(tables: &Tables) -> Vec<Chart> {
    drawn(tables, &sample::conditions(tables)).unwrap()
}

fn drawn(tables: &Tables, conditions: &Conditions) -> Result<Vec<Chart>, ChartError> {
    draw(tables, conditions, Drawing { formats: Formats::Svg, threads: &Threads::none() })
}

fn names(charts: &[Chart]) -> Vec<&str> {
    charts.iter().map(|chart| chart.name.as_str()).collect()
}

/// Every tag is closed in its turn, every attribute quoted, every `&` an entity.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag that does not end");
        assert!(!text.contains('>') && !tag.contains('\0'), "{piece}");
        let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        assert!(tag.matches('"').count().is_multiple_of(2), "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
    for entity in svg.split('&').skip(1) {
        assert!(["lt;", "gt;", "amp;", "quot;", "apos;"].iter().any(|known| entity.starts_with(known)));
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf,"));
    assert!(!svg.chars().any(|c| c.is_control() && c != '\n'));
}

/// The numbers of all coordinates of an SVG, x and y.
fn coordinates(svg: &str) -> Vec<(i64, i64)> {
    let paths = svg.split("points=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let pairs = paths.flat_map(|points| points.split_whitespace());
    pairs.map(|pair| pair.split_once(',').unwrap()).map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).collect()
}

#[test]
fn a_folder_over_strategies_and_sizes_has_every_chart() {
    let tables = sample::sizes(3);
    let drawn = charts(&tables);
    let expected = [
        "informed_vs_round",
        "uninformed_vs_round",
        "convergence_ecdf",
        "rounds_vs_nodes",
        "rounds_over_log2n",
        "messages_per_node",
    ];
    assert_eq!(names(&drawn), expected);
    assert_eq!(drawn, charts(&tables), "the same tables must give the same bytes");
}

#[test]
fn each_swept_key_has_charts_of_rounds_and_messages() {
    let latency = sample::sweep("network.latency.median", &["1ms", "50ms", "2s"], &["push"], 2);
    for (tables, stem) in [(sample::loss(2), "loss"), (sample::topologies(2), "topology"), (latency, "median")] {
        let expected = [format!("rounds_vs_{stem}"), format!("messages_vs_{stem}")];
        assert!(figure_names(&tables).ends_with(&expected), "{stem}");
    }
}

#[test]
fn a_swept_interval_has_charts_of_time_and_of_load() {
    let tables = sample::intervals(3);
    let expected = ["rounds_vs_interval", "messages_vs_interval", "time_vs_interval", "load_vs_interval"];
    assert!(figure_names(&tables).ends_with(&expected.map(String::from)));
    let load = figure_named(&tables, "load_vs_interval");
    assert_eq!(load.x.title, "gossip interval (ms), log scale");
    assert_eq!(load.y.title, "bytes per node and second, log scale");
    assert_eq!(load.series.iter().map(|series| series.layers[1].data().len()).collect::<Vec<_>>(), [14; 3]);
}

#[test]
fn where_somebody_is_left_out_there_are_charts_of_it() {
    let tables = sample::residues(5);
    let expected = ["messages_vs_k", "residue_vs_k", "updates_vs_k"];
    assert!(figure_names(&tables).ends_with(&expected.map(String::from)));
    let residue = figure_named(&tables, "residue_vs_k");
    assert!(residue.heading.ends_with("against spread k") && residue.y.zeros);
    assert_eq!(residue.y.title, "residue (share of live nodes not reached before the limit), log scale");
    assert!(residue.notes.contains(&ZEROS_APART.to_owned()));
    let mut sizes = sample::sizes(2);
    assert!(!figure_names(&sizes).contains(&"residue_vs_nodes".to_owned()));
    // A run of the first size and one of the second: one size alone would be one dot.
    [0, 6].into_iter().for_each(|run| sizes.runs.set(run, "residue", 0.25));
    assert!(figure_names(&sizes).contains(&"residue_vs_nodes".to_owned()));
}

#[test]
fn of_a_residue_of_several_pages_panels_of_zeros_are_left_out() {
    let mut tables = sample::counters(20, &[64, 128], 2);
    let panels = |tables: &Tables| {
        let figures = figures(tables, &Conditions::default());
        let residue = figures.iter().filter(|figure| figure.name.starts_with("residue_vs_nodes"));
        residue.map(|figure| (figure.panels.titles.len(), figure.notes.clone())).collect::<Vec<_>>()
    };
    assert!(panels(&tables).is_empty());
    for number in [0, tables.runs.len() - 1] {
        tables.runs.set(number, "residue", 0.25);
    }
    let shown = panels(&tables);
    assert_eq!(shown.len(), 1);
    let zeros = "18 panels in which nobody was left out: not shown.".to_owned();
    assert!(shown[0].0 == 2 && shown[0].1.contains(&zeros), "{shown:?}");
}

#[test]
fn every_file_is_whole_and_everything_lies_on_its_page() {
    for (sample, tables) in sample::all() {
        let figures = figures(&tables, &sample::conditions(&tables));
        let mut seen: Vec<&str> = figures.iter().map(|figure| figure.name.as_str()).collect();
        seen.sort_unstable();
        assert!(!seen.is_empty() && seen.windows(2).all(|pair| pair[0] != pair[1]), "{sample}: {seen:?}");
        for figure in &figures {
            let svg = sample::svg(figure);
            assert_well_formed(&svg);
            let height: i64 = svg.split("height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
            let on_page = |(x, y): &(i64, i64)| (0..=9600).contains(x) && (0..=10 * height).contains(y);
            assert!(coordinates(&svg).iter().all(on_page), "{sample}: {}", figure.name);
        }
    }
}

#[test]
fn a_png_is_twice_the_size_of_its_svg() {
    let tables = sample::sizes(2);
    // One panel: a page of many is as high as they are.
    let figure = figure_named(&tables, "rounds_over_log2n");
    let chart = paint::paint(&figure, Formats::All, &mut pixels::Page::default()).unwrap();
    let (svg, png) = (chart.svg.unwrap(), chart.png.unwrap());
    assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
    let size = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert_eq!((size(16), size(20)), (1920, 1200));
    assert!(svg.contains("width=\"960\" height=\"600\""));
}

#[test]
fn every_shown_value_has_a_place_on_its_axes() {
    let residues = sample::residues(3);
    for tables in [sample::sizes(3), sample::loss(3), sample::topologies(3), sample::intervals(3), residues] {
        for figure in figures(&tables, &Conditions::default()) {
            for (x, y) in figure.series.iter().flat_map(|series| &series.layers).flat_map(figure::Layer::data) {
                let placed = figure.x.place(x).is_some() && figure.y.place(y).is_some();
                assert!(placed, "{}: ({x}, {y})", figure.name);
            }
        }
    }
}

#[test]
fn where_nothing_converged_no_chart_of_rounds_is_drawn() {
    let mut tables = sample::sizes(2);
    sample::fail(&mut tables);
    assert_eq!(figure_names(&tables), ["informed_vs_round", "uninformed_vs_round", "messages_per_node"]);
    assert!(matches!(drawn(&Tables::default(), &Conditions::default()), Err(ChartError::Nothing)));
}

#[test]
fn a_chart_of_one_dot_a_line_is_not_drawn() {
    let lonely = sample::all().into_iter().find(|(name, _)| *name == "one_strategy").unwrap().1;
    assert_eq!(figure_names(&lonely), ["informed_vs_round", "uninformed_vs_round", "convergence_ecdf"]);
    // Rows of several strategies are compared.
    let strategies = sample::sweep("gossip.k", &["1"], &["push", "pull"], 2);
    assert!(figure_names(&strategies).contains(&"messages_per_node".to_owned()));
    let mut sizes = sample::sizes(2);
    for number in 3..sizes.summary.len() {
        sizes.summary.set(number, "rounds_mean", Cell::Empty);
    }
    assert!(!figure_names(&sizes).contains(&"rounds_over_log2n".to_owned()));
}

#[test]
fn of_one_run_there_is_no_median_no_band_and_no_distribution() {
    let tables = sample::loss(1);
    let names = figure_names(&tables);
    assert!(!names.contains(&"convergence_ecdf".to_owned()), "{names:?}");
    for figure in figures(&tables, &Conditions::default()) {
        let spread = |layer: &figure::Layer| {
            matches!(layer.symbol(), figure::LegendSymbol::Band | figure::LegendSymbol::Spread)
                && !layer.data().is_empty()
        };
        assert!(!figure.series.iter().flat_map(|series| &series.layers).any(spread), "{}", figure.name);
        assert!(figure.keys().all(|(_, said)| !said.contains("median") && said != "mean"), "{}", figure.name);
    }
    assert_eq!(figure_named(&tables, "informed_vs_round").keys().next().unwrap().1, "the run");
}

#[test]
fn a_spread_of_runs_does_not_look_like_a_confidence_interval() {
    for (name, tables) in sample::all() {
        for figure in figures(&tables, &Conditions::default()) {
            for (symbol, said) in figure.keys() {
                let interval = symbol == figure::LegendSymbol::Interval;
                assert_eq!(interval, said.contains("confidence"), "{name}, {}: {said}", figure.name);
                let spread = matches!(symbol, figure::LegendSymbol::Spread | figure::LegendSymbol::Band);
                assert_eq!(spread, said.contains("of runs"), "{name}, {}: {said}", figure.name);
            }
        }
    }
}

#[test]
fn shares_are_in_one_notation() {
    for (name, tables) in [("residues", sample::residues(3)), ("sizes", sample::sizes(3))] {
        for figure in figures(&tables, &Conditions::default()) {
            let percent = |axis: &axis::Axis| axis.ticks.iter().any(|tick| tick.label.contains('%'));
            assert!(!percent(&figure.x) && !percent(&figure.y), "{name}, {}", figure.name);
        }
    }
}

#[test]
fn runs_that_did_not_converge_are_counted_on_the_chart() {
    let mut tables = sample::sizes(2);
    tables.summary.set(0, "converged", 0_u64);
    let figure = figure_named(&tables, "rounds_vs_nodes");
    let all = tables.summary.rows().map(|row| row.count("runs")).sum::<u64>() as f64;
    let note = format!("2 of {} runs did not converge (push 2)", axis::number(all));
    assert!(figure.notes.iter().any(|text| text.starts_with(&note)), "{:?}", figure.notes);
    let hollow = figure.series[0].layers.iter().filter(|layer| layer.symbol() == figure::LegendSymbol::Hollow);
    assert_eq!(hollow.map(|layer| layer.data().len()).sum::<usize>(), 1);
}

#[test]
fn a_value_at_which_nothing_converged_keeps_its_place() {
    let mut tables = sample::sweep("gossip.spread.k", &["1", "2", "3"], &["push"], 2);
    tables.summary.set(0, "rounds_mean", Cell::Empty);
    tables.summary.set(0, "converged", 0_u64);
    assert!(figure_named(&tables, "rounds_vs_k").x.place(1.0).is_some());
}

#[test]
fn exact_figures_are_drawn_where_they_are_known() {
    let tables = sample::sizes(3);
    let conditions = sample::conditions(&tables);
    let drawn = figures(&tables, &conditions);
    let layers = |name: &str, symbol: figure::LegendSymbol| -> Vec<usize> {
        let figure = drawn.iter().find(|figure| figure.name == name).unwrap();
        assert!(figure.keys().any(|(key, _)| key == symbol), "{name} explains what it draws");
        let of = |series: &Series| series.layers.iter().find(|layer| layer.symbol() == symbol).unwrap().data().len();
        figure.series.iter().map(of).collect()
    };
    // Five of the seven sizes have an exact mean, and so an exact distribution.
    assert_eq!(layers("rounds_vs_nodes", figure::LegendSymbol::Exact), [5; 3]);
    let exact = layers("convergence_ecdf", figure::LegendSymbol::Dashed);
    assert_eq!((exact.len(), exact.iter().filter(|points| **points > 0).count()), (21, 15));
    let mut large = sample::sizes(3);
    large.summary.retain(|row| row.count("nodes") > 4096);
    let figures = figures(&large, &sample::conditions(&large));
    let ecdf = figures.iter().find(|figure| figure.name == "convergence_ecdf").unwrap();
    assert_eq!(ecdf.keys().count(), 0);
}

#[test]
fn every_point_of_a_sweep_is_in_some_chart() {
    let long: Vec<String> = (0..30).map(|value| value.to_string()).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let many = sample::sweep("gossip.k", &long, &["push", "pull", "push-pull"], 2);
    for tables in [sample::sizes(2), sample::sizes_and_loss(2), sample::topologies(2), sample::phases(), many] {
        let points = tables.summary.len();
        for figure in [curves::informed, curves::uninformed, curves::convergence] {
            let dataset_conditions = Conditions::default();
            let figure = figure(&Dataset::new(&tables, &dataset_conditions)).unwrap();
            let drawn: usize = grid::pages(figure).iter().map(|page| page.series.len()).sum();
            assert_eq!(drawn, points, "a line for each point");
        }
        let marks = |figure: &Figure| {
            let layers = figure.series.iter().flat_map(|series| &series.layers);
            let marks = layers.filter(|layer| matches!(layer, figure::Layer::Marks(_) | figure::Layer::Hollow(_)));
            marks.map(|layer| layer.data().len()).sum::<usize>()
        };
        let figures = figures(&tables, &Conditions::default());
        let against = figures.iter().filter(|figure| figure.name.starts_with("rounds_vs_"));
        assert!(against.clone().count() > 0 && against.clone().all(|figure| marks(figure) == points));
    }
}

#[test]
fn more_panels_than_a_page_holds_go_on_on_numbered_pages() {
    let values: Vec<String> = (0..20).map(|value| value.to_string()).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let tables = sample::sweep("gossip.k", &values, &["push", "pull"], 2);
    let pages: Vec<Figure> = figures(&tables, &Conditions::default())
        .into_iter()
        .filter(|figure| figure.name.starts_with("informed_vs_round"))
        .collect();
    let names: Vec<&str> = pages.iter().map(|page| page.name.as_str()).collect();
    assert_eq!(names, ["informed_vs_round", "informed_vs_round_2"]);
    assert!(pages[1].heading.ends_with("(2 of 2)"), "{}", pages[1].heading);
    let panels: Vec<usize> = pages.iter().map(|page| page.panels.titles.len()).collect();
    assert_eq!(panels, [16, 4]);
    for page in &pages {
        let held = |series: &Series| series.panel.is_some_and(|panel| panel < page.panels.titles.len());
        assert!(page.series.iter().all(held) && page.series.len() == 2 * page.panels.titles.len());
    }
}

fn figure_names(tables: &Tables) -> Vec<String> {
    figures(tables, &Conditions::default()).into_iter().map(|figure| figure.name).collect()
}

fn figure_named(tables: &Tables, name: &str) -> Figure {
    figures(tables, &Conditions::default()).into_iter().find(|figure| figure.name == name).unwrap()
}

#[test]
fn a_hostile_name_stays_text() {
    let tables = sample::loss(2);
    let scenario = "<script>alert('&')</script> \u{1} 漢字 \"quoted\"\n".to_owned();
    let conditions = Conditions { scenario, statement: "x ".repeat(5000), ..Conditions::default() };
    for figure in figures(&tables, &conditions) {
        let svg = sample::svg(&figure);
        assert_well_formed(&svg);
        assert!(!svg.contains("<script") && svg.contains("漢字"));
    }
}

#[test]
fn values_that_are_not_numbers_are_left_out() {
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300] {
        let mut tables = sample::sizes_and_loss(2);
        let set = |frame: &mut Frame, names: &[&str]| {
            (0..frame.len()).for_each(|row| names.iter().for_each(|name| frame.set(row, name, odd)));
        };
        set(&mut tables.curve, &["informed_p50", "informed_mean", "informed_p95"]);
        set(&mut tables.runs, &["residue", "time_ms"]);
        let means = ["rounds_mean", "messages_per_node_mean", "theory_rounds", "exact_rounds_mean", "loss"];
        set(&mut tables.summary, &means);
        for figure in figures(&tables, &Conditions::default()) {
            assert_well_formed(&sample::svg(&figure));
        }
    }
}
