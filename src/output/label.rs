//! Swept values for people: a model as tables of CSV hold it is an inline table of TOML.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::catalog;
use crate::key::Key;
use crate::network::bandwidth::Rate;
use crate::scenario::{self, versus::FILE_KEY};
use crate::settings;
use crate::time::Span;
use crate::units::Bytes;

/// A swept value as tables and charts show it: `{ kind = "uniform", min = "10ms", max = "190ms" }` becomes
/// `uniform (min = 10ms, max = 190ms)`, the form that [`catalog::label`] gives a model, with
/// the settings in the order they were written. Anything else than a model comes back unchanged.
pub fn readable(value: &str) -> String {
    model(value).unwrap_or_else(|| value.to_owned())
}

/// Where a rumor starts: a node.
const ORIGIN: &str = "workload.origin";

/// What charts call the key at a dotted path: `gossip.spread.k` is `spread k`, by the label of the key in the table of keys,
/// or by its name in its section. What stands in no table keeps its path.
pub fn named(path: &str) -> String {
    let words = |name: &str| name.replace(['.', '_'], " ");
    let setting = |key: &Key| {
        let setting = path.strip_prefix(key.path)?;
        let label = key.label.map_or_else(|| words(key.name()), str::to_owned);
        (setting.is_empty() || setting.starts_with('.')).then(|| format!("{label}{}", words(setting)))
    };
    settings::keys().find_map(setting).unwrap_or_else(|| path.to_owned())
}

/// Whether the values of the key at a dotted path are names, also where they are numbers: those of nodes, seeds and files
/// have no distances.
pub fn is_name(path: &str) -> bool {
    [settings::SEED.path, ORIGIN, FILE_KEY].contains(&path)
}

/// The last part of a key's path; the whole path where that is a single letter, which in laws means something else.
pub fn short(path: &str) -> &str {
    let last = path.rsplit('.').next().unwrap_or(path);
    if last.len() == 1 { path } else { last }
}

/// The label of an inline table with a `kind`.
fn model(value: &str) -> Option<String> {
    if !value.trim_start().starts_with('{') {
        return None;
    }
    let parsed = DeValue::parse(value).ok()?;
    let table = parsed.get_ref().as_table()?;
    let kind = table.get("kind")?.get_ref().as_str()?;
    let settings = settings(value, table);
    Some(if settings.is_empty() { kind.to_owned() } else { format!("{kind} ({})", settings.join(", ")) })
}

/// All settings but the kind, as `key = value`, in the order they were written. A switch that is off is not shown.
fn settings(value: &str, table: &DeTable<'_>) -> Vec<String> {
    let mut entries: Vec<_> = table.iter().filter(|(key, _)| key.get_ref() != "kind").collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let on = entries.into_iter().filter(|(_, setting)| setting.get_ref().as_bool() != Some(false));
    on.map(|(key, setting)| format!("{} = {}", key.get_ref(), shown(value, setting))).collect()
}

/// A text without its quotes, a model as its label, a table and a long list as how much there is, anything else as it was
/// written.
fn shown(value: &str, setting: &Spanned<DeValue<'_>>) -> String {
    let is_array = |item: &Spanned<DeValue<'_>>| item.get_ref().as_array().is_some();
    let items = setting.get_ref().as_array();
    let list = items.and_then(|items| catalog::list(items.len(), items.iter().any(is_array)));
    match (setting.get_ref().as_str(), list) {
        (Some(text), _) => text.to_owned(),
        (None, Some(list)) => list,
        (None, None) => readable(value.get(setting.span()).unwrap_or_default()),
    }
}

/// What a text measures, if it is a number, a duration (in ms), a rate (in bit/s) or a size (in bytes), with its
/// unit.
pub fn quantity(text: &str) -> Option<(f64, &'static str)> {
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some((number, ""));
    }
    if let Ok(span) = text.parse::<Span>() {
        return Some((span.as_millis(), "ms"));
    }
    if let Ok(rate) = text.parse::<Rate>() {
        return Some((rate.bits_per_second().get() as f64, "bit/s"));
    }
    let size = text.parse::<Bytes>().ok()?;
    Some((size.count() as f64, "bytes"))
}

/// Whether the value of the swept key at `path` is a number, also where it is written as an expression that follows the
/// number of nodes: `all`, `ceil(ln(n))`. Names of files are none.
pub fn is_number(path: &str, value: &str) -> bool {
    let value = value.trim_matches('"');
    path != FILE_KEY && short(path) != "path" && (quantity(value).is_some() || scenario::is_number(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_whose_last_part_could_be_a_symbol_of_laws_is_shown_whole() {
        assert_eq!(["network.nodes", "seed", "gossip.spread.k"].map(short), ["nodes", "seed", "gossip.spread.k"]);
    }

    #[test]
    fn a_key_is_called_by_its_label_and_the_setting_of_a_model_by_both() {
        for (path, name) in [
            ("network.loss", "loss"),
            ("gossip.spread.k", "spread k"),
            ("network.topology.mean_degree", "topology mean degree"),
            ("gossip.hunt", "hunt"),
            ("gossip.connection_limit", "connection limit"),
            ("workload.full_every", "turns between full syncs"),
            ("gossip.hunts", "gossip.hunts"),
            ("network.losses", "network.losses"),
            ("event.0.crash", "event.0.crash"),
        ] {
            assert_eq!(named(path), name);
        }
    }

    #[test]
    fn seeds_nodes_and_files_are_names() {
        assert!(["seed", "file", "workload.origin"].iter().all(|path| is_name(path)));
        assert!(settings::keys().any(|key| key.path == ORIGIN) && !is_name("network.nodes"));
    }

    #[test]
    fn no_key_of_the_table_is_shown_by_its_path() {
        for key in settings::keys().filter(|key| !key.section().is_empty()) {
            let name = named(key.path);
            assert!(!name.contains(['.', '_']), "{name}");
        }
    }

    #[test]
    fn a_model_is_its_kind_and_its_settings_as_written() {
        for (value, label) in [
            (r#"{ kind = "uniform", min = "10ms", max = "190ms" }"#, "uniform (min = 10ms, max = 190ms)"),
            (r#"{ shape = 2.0, kind = "pareto", min = "50ms" }"#, "pareto (shape = 2.0, min = 50ms)"),
            (r#"{ kind = "torus", sides = [32, 32] }"#, "torus (sides = [32, 32])"),
            (r#"{ kind = "counter", k = 2, feedback = true }"#, "counter (k = 2, feedback = true)"),
            (r#"{ kind = "counter", k = 2, feedback = false }"#, "counter (k = 2)"),
            (r#"{ kind = "outer", inner = { kind = "ring", k = 1 } }"#, "outer (inner = ring (k = 1))"),
            (r#"{ kind = "none" }"#, "none"),
        ] {
            assert_eq!(readable(value), label);
        }
    }

    #[test]
    fn a_model_has_the_label_its_catalog_gives() {
        for value in [
            r#"{ kind = "normal", mean = "100ms", sd = "30ms" }"#,
            r#"{ feedback = false, k = 3, kind = "counter" }"#,
            r#"{ kind = "ring" }"#,
            r#"{ kind = "empirical", one_way = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], unit = "ms" }"#,
            r#"{ jitter = { kind = "exponential", mean = "1ms" }, kind = "regions", one_way = [["1ms", 2], ["-", 1]] }"#,
        ] {
            let document: toml::Table = toml::from_str(&format!("model = {value}")).unwrap();
            assert_eq!(readable(value), catalog::label(&document["model"]));
        }
    }

    #[test]
    fn anything_else_stays_as_it_is() {
        for value in ["", "0.1", "uniform", "\"10ms\"", "[1, 2]", "{", "{ }", "{ k = 1 }", "{ kind = 3 }", "{kind"] {
            assert_eq!(readable(value), value);
        }
    }

    #[test]
    fn quantities_know_their_unit() {
        assert_eq!(quantity("0.5"), Some((0.5, "")));
        assert_eq!(quantity("1.5s"), Some((1500.0, "ms")));
        assert_eq!(quantity("2KiB"), Some((2048.0, "bytes")));
        for text in ["uniform", "", "inf", "NaN", "3 apples"] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }

    #[test]
    fn expressions_are_numbers_and_names_are_not() {
        for number in ["3", "\"20ms\"", "all", "ceil(ln(n))", "n - 1", "2*log2(n)", "1/network.nodes", "nodes"] {
            assert!(is_number("gossip.fanout", number), "{number}");
        }
        for path in ["file", "network.topology.path"] {
            assert!(!["10", "n"].iter().any(|name| is_number(path, name)), "{path}");
        }
        for name in [
            "all_10.csv",
            "n.csv",
            "nodes of a rack",
            "ring",
            "push-pull",
            "",
            "\"none\"",
            "{ kind = \"ring\", neighbors = \"log2(n)\" }",
            "[1, 2]",
        ] {
            assert!(!is_number("network.topology", name), "{name}");
        }
    }
}
