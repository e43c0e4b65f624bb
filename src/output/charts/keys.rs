//! What differs between the points of a folder: keys of the scenario, how charts call them, and their values.

use crate::output::frame::Row;
use crate::output::label::{is_name, named, quantity, readable};

use super::axis::number;
use super::text::plain;

/// Something that differs between points.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    /// `gossip.strategy`.
    Strategy,
    /// `network.nodes`.
    Nodes,
    /// The topology and its settings.
    Topology,
    /// Peers contacted per turn.
    Fanout,
    /// Share of messages lost.
    Loss,
    /// Gossip interval.
    Interval,
    /// Another key, by its dotted path.
    Path(String),
}

impl Key {
    /// The keys that have a column of their own, but for the strategy and the number of nodes.
    pub(super) const COLUMNS: [Key; 4] = [Key::Topology, Key::Fanout, Key::Loss, Key::Interval];

    /// Its value at a point, as text: equal texts are equal values.
    pub(super) fn of(&self, row: Row<'_>) -> String {
        match self {
            Key::Strategy => plain(row.series()),
            Key::Nodes => row.count("nodes").to_string(),
            Key::Topology => plain(row.word("topology")),
            Key::Fanout => row.count("fanout").to_string(),
            Key::Loss => row.number_or_nan("loss").to_string(),
            Key::Interval => format!("{}ms", row.number_or_nan("interval_ms")),
            Key::Path(path) => Some(row.word(path)).filter(|value| !value.is_empty()).map_or("–".into(), shown),
        }
    }

    /// The key of a dotted path: a column of its own, or the path.
    pub(super) fn of_path(path: &str) -> Key {
        let own = [Key::Strategy, Key::Nodes].into_iter().chain(Key::COLUMNS).find(|key| key.path() == path);
        own.unwrap_or_else(|| Key::Path(path.into()))
    }

    /// Its dotted path.
    pub(super) fn path(&self) -> &str {
        match self {
            Key::Strategy => "gossip.strategy",
            Key::Nodes => "network.nodes",
            Key::Topology => "network.topology",
            Key::Fanout => "gossip.fanout",
            Key::Loss => "network.loss",
            Key::Interval => "gossip.interval",
            Key::Path(path) => path,
        }
    }

    /// The column that shows it.
    pub(super) fn column(&self) -> &str {
        match self {
            Key::Interval => "interval_ms",
            key => key.stem_or_path(),
        }
    }

    fn stem_or_path(&self) -> &str {
        match self {
            Key::Path(path) => path,
            key => key.stem(),
        }
    }

    /// What an axis calls it.
    pub(super) fn title(&self) -> String {
        match self {
            Key::Nodes => "nodes n (log scale)".into(),
            Key::Fanout => "fanout (peers contacted per turn)".into(),
            Key::Loss => "loss (share of messages)".into(),
            Key::Interval => "gossip interval".into(),
            key => key.name(),
        }
    }

    /// What a heading calls it.
    pub(super) fn name(&self) -> String {
        match self {
            Key::Path(path) => plain(&named(path)),
            key => key.stem().into(),
        }
    }

    /// Its short name.
    pub(super) fn stem(&self) -> &str {
        match self {
            Key::Strategy => "strategy",
            Key::Nodes => "nodes",
            Key::Topology => "topology",
            Key::Fanout => "fanout",
            Key::Loss => "loss",
            Key::Interval => "interval",
            Key::Path(path) => path.rsplit('.').next().unwrap_or(path),
        }
    }

    /// Its value as the title of a panel says it: `topology = ring`.
    pub(super) fn equation(&self, value: &str) -> String {
        match self {
            Key::Nodes => format!("n\u{a0}=\u{a0}{}", value.parse().map_or_else(|_| value.to_owned(), number)),
            key => format!("{} = {value}", key.name()),
        }
    }

    /// Its value as the name of a line says it: `push`, `loss 0.1`.
    pub(super) fn phrase(&self, value: &str) -> String {
        match self {
            Key::Nodes => self.equation(value),
            Key::Strategy | Key::Topology => value.to_owned(),
            // What names itself needs no key before it; `true` and `2s` do.
            Key::Path(_)
                if value.contains(char::is_alphabetic)
                    && quantity(value).is_none()
                    && !["true", "false", "none"].contains(&value) =>
            {
                value.to_owned()
            }
            key => format!("{} {value}", key.name()),
        }
    }

    /// Whether its numbers are names, between which there is no distance.
    fn is_nominal(&self) -> bool {
        matches!(self, Key::Path(path) if is_name(path))
    }

    /// The numbers that its values `texts` are, in one unit; `None` unless all are.
    pub(super) fn numbers(&self, texts: &[String]) -> Option<(&'static str, Vec<f64>)> {
        let quantities: Vec<(f64, &'static str)> = texts.iter().map(|text| quantity(text)).collect::<Option<_>>()?;
        let (_, unit) = *quantities.first().filter(|_| !self.is_nominal())?;
        let one_unit = quantities.iter().all(|(_, other)| *other == unit);
        one_unit.then(|| (unit, quantities.into_iter().map(|(value, _)| value).collect()))
    }
}

/// A swept value as charts show it.
fn shown(value: &str) -> String {
    plain(&readable(value.trim_matches('"')))
}

/// Whether two texts are one value: the same text, number or duration.
pub(super) fn same_value(a: &str, b: &str) -> bool {
    let b = shown(b);
    let quantities = || Some(quantity(a)? == quantity(&b)?);
    a == b || quantities().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::charts::sample;

    #[test]
    fn known_keys_have_names_and_others_keep_their_path() {
        for (path, name) in [
            ("network.latency", "latency"),
            ("network.latency.p99", "latency p99"),
            ("gossip.peers", "peer rule"),
            ("gossip.spread.k", "spread k"),
            ("network.loss_of_mind", "network.loss_of_mind"),
            ("seed", "seed"),
        ] {
            assert_eq!(Key::of_path(path).name(), name);
        }
    }

    #[test]
    fn a_swept_model_is_shown_by_its_label() {
        let values = [r#"{ kind = "uniform", min = "10ms", max = "190ms" }"#, "\"none\""];
        let tables = sample::sweep("network.latency", &values, &["push"], 2);
        let shown: Vec<String> = tables.summary.rows().map(|row| Key::of_path("network.latency").of(row)).collect();
        assert_eq!(shown, ["uniform (min = 10ms, max = 190ms)", "none"]);
    }

    #[test]
    fn a_line_and_a_panel_say_what_their_value_is_of() {
        let latency = Key::of_path("network.latency");
        for (key, value, phrase, equation) in [
            (&Key::Strategy, "push", "push", "strategy = push"),
            (&Key::Topology, "ring", "ring", "topology = ring"),
            (&Key::Nodes, "4096", "n\u{a0}=\u{a0}4\u{a0}096", "n\u{a0}=\u{a0}4\u{a0}096"),
            (&Key::Loss, "0.1", "loss 0.1", "loss = 0.1"),
            (&Key::Interval, "20ms", "interval 20ms", "interval = 20ms"),
            (&latency, "none", "latency none", "latency = none"),
            (&latency, "pareto (min = 1ms)", "pareto (min = 1ms)", "latency = pareto (min = 1ms)"),
        ] {
            assert_eq!((key.phrase(value).as_str(), key.equation(value).as_str()), (phrase, equation));
        }
    }

    #[test]
    fn numbers_of_one_unit_have_an_axis_and_seeds_are_names() {
        let texts = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect::<Vec<String>>();
        assert_eq!(Key::Interval.numbers(&texts(&["50ms", "1s"])), Some(("ms", vec![50.0, 1000.0])));
        assert_eq!(Key::Loss.numbers(&texts(&["0", "10ms"])), None);
        assert_eq!(Key::Path("seed".into()).numbers(&texts(&["1", "2"])), None);
        assert_eq!(Key::Loss.numbers(&[]), None);
    }
}
