//! Charts that somebody asks for: any column against any swept key, of all points or of some.

use super::arrange::{Wish, unconverged};
use super::dataset::{Dataset, Row, Varied};
use super::estimate::line_of;
use super::figure::{Figure, LegendSymbol};
use super::keys::{Key, same_value};
use super::measure::Measure;
use super::text::file_name;
use super::values::{Shown, Values};
use crate::catalog::label;
use crate::network::latency::Latency;
use crate::network::loss::Loss;
use crate::output::chart_error::ChartError;
use crate::output::chart_request::{ChartRequest, parts};
use crate::output::conditions::Conditions;
use crate::output::tables::{List, Tables};
use crate::scenario::nearest;
use crate::scenario::plain_number;
use crate::settings::network::{LATENCY, LOSS};
use crate::time::Span;
use crate::units::Probability;

/// What is shown where no column is asked for.
const COLUMN: &str = "rounds";
/// Most names and values that a message lists.
const MOST_LISTED: usize = 40;
/// Most characters of the name of a file.
const LONGEST: usize = 100;

/// The charts that `request` asks for; `all` draws those that there always are.
pub(super) fn asked(
    tables: &Tables,
    list: &List,
    conditions: &Conditions,
    request: &ChartRequest,
    all: fn(&Dataset<'_>) -> Vec<Figure>,
) -> Result<Vec<Figure>, ChartError> {
    let whole = Dataset::new(tables, conditions);
    let choice = Choice::of(&whole, &request.filters)?;
    let chosen = (!request.filters.is_empty()).then(|| Dataset::of(tables, conditions, choice.rows.clone()));
    let dataset = chosen.as_ref().unwrap_or(&whole);
    let mut figures = if request.is_filter() { all(dataset) } else { vec![chart(&whole, dataset, list, request)?] };
    for figure in &mut figures {
        figure.name = shortened(format!("{}{}", figure.name, choice.suffix));
        if !choice.said.is_empty() {
            let place = figure.notes.len().min(1);
            figure.notes.insert(place, format!("Shown: {}.", choice.said.join("; ")));
        }
    }
    Ok(figures)
}

/// The one chart of a column against a key.
fn chart(
    whole: &Dataset<'_>,
    dataset: &Dataset<'_>,
    list: &List,
    request: &ChartRequest,
) -> Result<Figure, ChartError> {
    let key = |flag: &str, given: &Option<String>| {
        given.as_ref().map(|given| key(flag, given, whole).map(|varied| varied.key.clone())).transpose()
    };
    let x = key("--x", &request.x)?.map_or_else(|| usual(dataset), Ok)?;
    let color = key("--color", &request.color)?;
    let mut facets = Vec::new();
    for given in request.facets.iter().flat_map(|given| parts(given)) {
        facets.extend(key("--facet", &Some(given.to_owned()))?);
    }
    if let Some(twice) = facets.iter().chain(&color).find(|key| **key == x) {
        return Err(refused(format!(
            "`{}` lies along the horizontal axis: it is neither --color nor --facet as well",
            twice.path()
        )));
    }
    let measure = Measure::of(dataset, list, request.y.as_deref().unwrap_or(COLUMN))?;
    let selection = dataset.arranged(Wish { x: Some(&x), color: color.as_ref(), facets: &facets, crowded: false });
    let Some(values) = Values::of(&x, selection.rows()) else {
        return Err(refused(format!(
            "all points that are left have one value of `{}`: there is nothing to draw against",
            x.path()
        )));
    };
    let estimate = |row: Row<'_>| measure.estimate(dataset, row);
    let is_whole = |row: Row<'_>| measure.is_whole(dataset, row);
    let at = |row: Row<'_>| values.at(&x, row);
    let lines = selection.lines.iter();
    let series: Vec<_> = lines.map(|line| line_of(line, &at, &estimate, &is_whole)).collect();
    if series.iter().all(|series| series.is_empty()) {
        return Err(refused(format!(
            "`{}` has no value at any of the points: either no run had one, or the folder is of a version that did not know it",
            measure.name()
        )));
    }
    let mut name = format!("{}_vs_{}", measure.file(), file_name(x.stem()));
    for (word, keys) in [("by", color.iter().collect::<Vec<_>>()), ("per", facets.iter().collect())] {
        keys.into_iter().for_each(|key| name.push_str(&format!("_{word}_{}", file_name(key.stem()))));
    }
    let converged = if measure.of_converged() { unconverged(&selection, true) } else { String::new() };
    let notes = vec![
        dataset.statement(),
        selection.left_out.clone(),
        measure.doc(),
        converged,
        measure.missing(dataset, selection.rows()),
        dataset.steps(),
    ];
    let keys = vec![
        (LegendSymbol::Mark, measure.mark()),
        (LegendSymbol::Interval, "95 % confidence interval"),
        (LegendSymbol::Hollow, "where not every run has a value"),
    ];
    let heading = format!("{}, against {}", measure.heading(), x.name());
    Ok(values.figure(&x, &selection, Shown { name, heading, notes, keys, axis: measure.axis(), series }))
}

/// The key along the horizontal axis where none is asked for: sizes, else the first numbers, else whatever was swept.
fn usual(dataset: &Dataset<'_>) -> Result<Key, ChartError> {
    let all = || dataset.varied.iter();
    let sizes = all().find(|varied| varied.key == Key::Nodes);
    let numbers = || all().find(|varied| varied.key.numbers(&varied.values).is_some());
    let any = || all().find(|varied| varied.key != Key::Strategy).or_else(|| all().next());
    let found = sizes.or_else(numbers).or_else(any).map(|varied| varied.key.clone());
    found.ok_or_else(|| refused("nothing was swept, so there is nothing to draw against".to_owned()))
}

fn refused(text: String) -> ChartError {
    ChartError::Request(text)
}

/// The swept key that is called `given`: by its dotted path, its column, its label or its short name.
fn key<'d>(flag: &str, given: &str, dataset: &'d Dataset<'_>) -> Result<&'d Varied, ChartError> {
    let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "_");
    let wanted = plain(given);
    let called = |names: &dyn Fn(&Key) -> Vec<String>| -> Vec<&'d Varied> {
        dataset.all_varied().filter(|varied| names(&varied.key).iter().any(|name| plain(name) == wanted)).collect()
    };
    let exact = called(&|key| vec![key.path().to_owned(), key.column().to_owned()]);
    let ends = |path: &str| path.match_indices('.').map(|(at, _)| path[at + 1..].to_owned()).collect::<Vec<_>>();
    let short = || {
        called(&|key| {
            let size = (*key == Key::Nodes).then(|| "n".to_owned());
            [vec![key.stem().to_owned(), key.name()], ends(key.path()), Vec::from_iter(size)].concat()
        })
    };
    let found = if exact.is_empty() { short() } else { exact };
    if let [one] = found[..] {
        return Ok(one);
    }
    if let [_, _, ..] = found[..] {
        let paths: Vec<String> = found.iter().map(|varied| format!("`{}`", varied.key.path())).collect();
        return Err(refused(format!("{flag}: `{given}` may be {}; write the whole path", paths.join(" or "))));
    }
    if dataset.varied.is_empty() {
        return Err(refused(format!("{flag}: nothing was swept, so there is no key `{given}` to draw by")));
    }
    let names: Vec<String> = dataset.all_varied().map(|varied| named(&varied.key)).collect();
    let known: Vec<&str> = dataset.all_varied().flat_map(|varied| [varied.key.path(), varied.key.stem()]).collect();
    let meant = nearest(given, known).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    Err(refused(format!("{flag}: no key `{given}` was swept, but {}{meant}", names.join(", "))))
}

/// A key by its path, with its short name where that is another.
fn named(key: &Key) -> String {
    if key.path() == key.stem() { format!("`{}`", key.path()) } else { format!("`{}` (`{}`)", key.path(), key.stem()) }
}

/// The points that are shown.
struct Choice<'a> {
    rows: Vec<Row<'a>>,
    /// What was chosen, a key each.
    said: Vec<String>,
    /// What it adds to the names of files.
    suffix: String,
}

impl<'a> Choice<'a> {
    fn of(dataset: &Dataset<'a>, filters: &[String]) -> Result<Self, ChartError> {
        let mut choice = Choice { rows: dataset.rows.clone(), said: Vec::new(), suffix: String::new() };
        for filter in filters {
            let Some((given, values)) = filter.split_once('=') else {
                return Err(refused(format!(
                    "--where: `{filter}` is not KEY=VALUE, as in `topology=ring` or `loss=0,0.1`"
                )));
            };
            let varied = key("--where", given.trim(), dataset)?;
            let mut wanted: Vec<&str> = Vec::new();
            let chosen = |given: &str, value: &str| is(varied.key.path(), given, value);
            for value in parts(values) {
                let found: Vec<&str> =
                    varied.values.iter().map(String::as_str).filter(|one| chosen(value, one)).collect();
                if found.is_empty() {
                    return Err(unknown_value(varied, value));
                }
                wanted.extend(found);
            }
            choice.rows.retain(|row| wanted.contains(&varied.key.of(*row).as_str()));
            let shown = wanted.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>().join(", ");
            choice.said.push(varied.key.equation(&shown));
            choice.suffix.push_str(&format!("_where_{}_{}", file_name(varied.key.stem()), file_name(values.trim())));
        }
        if choice.rows.is_empty() {
            return Err(refused(format!("--where: no point has {}", choice.said.join(" and "))));
        }
        Ok(choice)
    }
}

/// Whether `given` means a swept `value` of the key at `path`: its text, its number, or its kind without its settings. What is
/// written in short is the model that it is short for.
fn is(path: &str, given: &str, value: &str) -> bool {
    let in_full = |text: &str| in_full(path, text).unwrap_or_else(|| text.to_owned());
    is_text(given, value) || is_text(&in_full(given), &in_full(value))
}

/// The model that a value of the key at `path` is short for, if it is one.
fn in_full(path: &str, value: &str) -> Option<String> {
    match path {
        _ if path == LATENCY.path => value.parse::<Span>().ok().map(|span| label(&Latency::from(span))),
        _ if path == LOSS.path => Some(label(&Loss::from(Probability::new(plain_number(value)?)?))),
        _ => None,
    }
}

fn is_text(given: &str, value: &str) -> bool {
    let number = || plain_number(given).is_some_and(|number| value.parse() == Ok(number));
    given == value
        || same_value(value, given)
        || number()
        || value.strip_prefix(given).is_some_and(|rest| rest.starts_with(" ("))
}

fn unknown_value(varied: &Varied, given: &str) -> ChartError {
    let mut known: Vec<String> = varied.values.iter().take(MOST_LISTED).map(|value| format!("`{value}`")).collect();
    known.extend((varied.values.len() > MOST_LISTED).then(|| "…".to_owned()));
    let meant = nearest(given, varied.values.iter().map(String::as_str));
    let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    let path = varied.key.path();
    refused(format!("--where: `{path}` is never `{given}`; its values are {}{meant}", known.join(", ")))
}

/// `name` as long as names of files may be: what is cut off is told apart by a hash (FNV-1a).
fn shortened(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    // Names of files are ASCII.
    let start: String = name.chars().take(LONGEST - 9).collect();
    format!("{start}_{hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::super::{figures_of, grid, sample};
    use super::*;
    use crate::columns::rumor::LIST;

    fn request(text: &str) -> ChartRequest {
        let mut request = ChartRequest::default();
        let words: Vec<&str> = text.split_whitespace().collect();
        for pair in words.chunks(2) {
            let value = pair[1].to_owned();
            match pair[0] {
                "x" => request.x = Some(value),
                "y" => request.y = Some(value),
                "color" => request.color = Some(value),
                "facet" => request.facets.push(value),
                _ => request.filters.push(value),
            }
        }
        request
    }

    fn drawn(tables: &Tables, text: &str) -> Result<Vec<Figure>, String> {
        let conditions = Conditions::default();
        asked(tables, LIST, &conditions, &request(text), figures_of).map_err(|error| error.to_string())
    }

    fn one(tables: &Tables, text: &str) -> Figure {
        let mut figures = drawn(tables, text).unwrap();
        assert_eq!(figures.len(), 1);
        sample::svg(&figures[0]);
        figures.remove(0)
    }

    #[test]
    fn any_column_is_drawn_against_any_key() {
        let tables = sample::sizes_and_loss(4);
        for (text, name, title) in [
            ("y rounds_p95", "rounds_p95_vs_nodes", "rounds p95"),
            ("x loss y time_ms", "time_ms_mean_vs_loss", "time, mean (ms)"),
            ("x gossip.strategy y bytes facet nodes", "bytes_mean_vs_strategy_per_nodes", "bytes, mean"),
            (
                "x n y messages_per_node_mean color strategy",
                "messages_per_node_mean_vs_nodes_by_strategy",
                "messages per node, mean",
            ),
            (
                "x network.loss where nodes=64,4096 where strategy=pull",
                "rounds_mean_vs_loss_where_nodes_64_4096_where_strategy_pull",
                "rounds, mean",
            ),
        ] {
            let text = text.replace("x n ", "x nodes ");
            let figure = one(&tables, &text);
            assert_eq!(figure.name, name);
            let axis = if figure.y.rows { &figure.x } else { &figure.y };
            assert!(axis.title.starts_with(title), "{text}: {}", axis.title);
        }
        let figure = one(&tables, "x loss y rounds where nodes=64 where strategy=pull");
        let [series] = &figure.series[..] else { panic!("{:?}", figure.series) };
        let marks = series.layers.iter().find(|layer| layer.symbol() == LegendSymbol::Mark);
        assert_eq!(marks.map(|layer| layer.data().len()), Some(3));
        assert!(figure.notes.contains(&"Shown: n\u{a0}=\u{a0}64; strategy = pull.".to_owned()), "{:?}", figure.notes);
    }

    #[test]
    fn a_mean_of_runs_has_its_interval_and_says_what_it_lacks() {
        let mut tables = sample::loss(4);
        for run in [0, 1] {
            tables.runs.set(run, "residue", 0.25);
            tables.runs.set(run + 2, "residue", crate::columns::Cell::Empty);
        }
        let figure = one(&tables, "y residue x loss");
        assert!(figure.notes.iter().any(|note| note.starts_with("70 of 72 runs have no value")), "{:?}", figure.notes);
        let data = |figure: &Figure, symbol: LegendSymbol| {
            let layers = figure.series[0].layers.iter().filter(|layer| layer.symbol() == symbol);
            layers.flat_map(super::super::figure::Layer::data).collect::<Vec<_>>()
        };
        assert_eq!(data(&figure, LegendSymbol::Hollow), [(0.0, 0.25)]);
        assert_eq!(data(&figure, LegendSymbol::Mark), []);
        let rounds = one(&tables, "y rounds x loss");
        let converged = |figure: &Figure| figure.notes.iter().any(|note| note.ends_with("runs converged."));
        assert!(converged(&rounds) && !converged(&figure), "{:?}", rounds.notes);
        assert_eq!(data(&rounds, LegendSymbol::Interval).len(), 12, "an interval at each loss");
    }

    #[test]
    fn points_alone_are_drawn_in_all_charts() {
        let tables = sample::sizes_and_loss(3);
        let all = drawn(&tables, "where loss=0.1").unwrap();
        assert!(all.len() > 4 && all.iter().all(|figure| figure.name.contains("_where_loss_0_1")), "{}", all.len());
        let rounds = all.iter().find(|figure| figure.name.starts_with("rounds_vs_nodes")).unwrap();
        assert!(rounds.panels.titles.len() == 1 && rounds.notes.iter().any(|note| note == "Shown: loss = 0.1."));
    }

    #[test]
    fn numbers_and_keys_may_be_short() {
        let tables = sample::sizes_and_loss(3);
        for (short, long) in [
            ("x loss y rounds where n=2^6", "x loss y rounds where nodes=64"),
            ("where loss=10%", "where loss=0.1"),
            ("x network.loss color n", "x loss color nodes"),
        ] {
            let [short, long] = [short, long].map(|text| drawn(&tables, text).unwrap());
            let said = |figures: &[Figure]| figures.iter().map(|figure| figure.notes.clone()).collect::<Vec<_>>();
            assert_eq!((short.len(), said(&short)), (long.len(), said(&long)));
        }
    }

    #[test]
    fn a_topology_is_meant_by_its_kind() {
        let figure = one(&sample::topologies(2), "x strategy where topology=ring,star,torus");
        assert_eq!(figure.panels.titles.len(), 1);
        let labels: Vec<&str> = figure.series.iter().map(|series| series.label.as_str()).collect();
        assert_eq!(labels, ["ring (neighbors = 1)", "star", "torus (sides = [32, 32])"]);
    }

    #[test]
    fn a_value_in_short_is_the_model_that_it_is_short_for() {
        let (latency, loss) = (LATENCY.path, LOSS.path);
        for (path, given, value) in [
            (latency, "constant", "20ms"),
            (latency, "constant", "constant (value = 20ms)"),
            (latency, "20ms", "constant (value = 20ms)"),
            (latency, "0.02s", "constant (value = 20ms)"),
            (latency, "constant (value = 20ms)", "20ms"),
            (loss, "bernoulli", "0.1"),
            (loss, "10%", "bernoulli (rate = 0.1)"),
        ] {
            assert!(is(path, given, value), "{path}: {given}, {value}");
        }
        for (path, given, value) in [
            (latency, "constant", "none"),
            (latency, "20ms", "exponential (mean = 20ms)"),
            (latency, "21ms", "constant (value = 20ms)"),
            (loss, "bernoulli", "gilbert-elliott (to_bad = 0.1)"),
            ("gossip.interval", "constant", "20ms"),
        ] {
            assert!(!is(path, given, value), "{path}: {given}, {value}");
        }
    }

    #[test]
    fn what_there_is_not_is_refused_with_what_there_is() {
        let tables = sample::sizes_and_loss(2);
        for (text, parts) in [
            ("x los", &["--x: no key `los` was swept", "`network.loss` (`loss`)", "did you mean `loss`?"][..]),
            ("color fanout", &["--color: no key `fanout`", "`gossip.strategy` (`strategy`)"]),
            ("y roundz_p95", &["--y: there is no column `roundz_p95`", "rounds_p95", "did you mean `rounds_p95`?"]),
            ("y outcome", &["--y: `outcome` holds texts"]),
            (
                "y theory_rounds x loss where strategy=pushh",
                &["is never `pushh`", "`push`, `pull`, `push-pull`", "did you mean `push`?"],
            ),
            ("where loss", &["`loss` is not KEY=VALUE"]),
            ("x loss color loss", &["`network.loss` lies along the horizontal axis"]),
            ("x loss where loss=0", &["one value of `network.loss`"]),
            ("y rumor_residue", &["`rumor_residue` has no value at any"]),
        ] {
            let said = drawn(&tables, text).unwrap_err();
            assert!(parts.iter().all(|part| said.contains(part)), "{text}: {said}");
        }
        let one = sample::all().into_iter().find(|(name, _)| *name == "one_run").unwrap().1;
        assert!(drawn(&one, "y rounds").unwrap_err().contains("nothing was swept"));
    }

    #[test]
    fn two_keys_of_one_short_name_must_be_told_apart() {
        let mut tables = sample::sweep("gossip.spread.k", &["1", "2"], &["push"], 2);
        let mut header = tables.summary.header().to_vec();
        header.push(crate::columns::Field::swept("network.topology.k"));
        let mut summary = crate::output::frame::Frame::new(header);
        for (place, row) in tables.summary.rows().enumerate() {
            let mut cells = row.cells();
            cells.push((place as u64 + 3).to_string().into());
            summary.push(cells).unwrap();
        }
        tables.summary = summary;
        let said = drawn(&tables, "x k").unwrap_err();
        assert!(said.contains("`gossip.spread.k` or `network.topology.k`"), "{said}");
    }

    #[test]
    fn names_of_files_stay_short_and_differ() {
        let long = |end: &str| shortened(format!("{}{end}", "a".repeat(200)));
        assert!(long("b").len() <= LONGEST && long("b") != long("c"));
        assert_eq!(shortened("short".into()), "short");
        assert!(grid::pages(one(&sample::sizes_and_loss(2), "y rounds")).len() == 1);
    }
}
