//! The settings of a point as a scenario file would state them, with all defaults.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::key::Key;
use crate::scenario::words::quoted;
use crate::settings::{Settings, adversaries, gossip, network, stop, workload};
use crate::workload::Strategy;

impl Settings {
    /// The settings as a scenario file would state them, defaults included. The exchange is left out where the
    /// strategy has none.
    pub fn to_toml(&self) -> String {
        self.sections(self.gossip.strategy == Strategy::PushPull, &[])
    }

    /// The same, where each of `following` has this text in its place as JSON has it.
    pub(in crate::scenario) fn sections(&self, with_exchange: bool, following: &[(String, &str)]) -> String {
        // Settings are plain values with string keys, which JSON can always hold.
        let mut settings = serde_json::to_value(self).unwrap_or_default();
        for (pointer, text) in following {
            if let Some(value) = settings.pointer_mut(pointer) {
                *value = (*text).into();
            }
        }
        let mut text = String::new();
        let uses = self.workload.uses();
        let used = |key: &&Key| uses.contains(&key.name()) && (with_exchange || key.path != gossip::EXCHANGE.path);
        // Where all do their part, nothing is said of it.
        let shares: &[Key] = if self.adversaries.is_empty() { &[] } else { adversaries::KEYS };
        let sections: [(&str, Vec<&Key>); 5] = [
            ("network", network::KEYS.iter().collect()),
            ("gossip", gossip::KEYS.iter().filter(used).collect()),
            ("workload", workload::KEYS.iter().chain(self.workload.keys()).collect()),
            ("adversaries", shares.iter().collect()),
            ("stop", stop::KEYS.iter().collect()),
        ];
        for (section, keys) in sections.into_iter().filter(|(_, keys)| !keys.is_empty()) {
            let line = |key: &Key| {
                // A switch that is off is not among the settings.
                let value = settings[section].get(key.name()).map(written);
                (key.name(), value.or(key.default().map(str::to_owned)).unwrap_or_default())
            };
            write(&mut text, section, &keys.into_iter().map(line).collect::<Vec<_>>());
            if section == "network" {
                write_tables(&mut text, "[network.region]", &settings[section]["region"]);
                write_tables(&mut text, "[network.class]", &settings[section]["class"]);
            }
        }
        write_tables(&mut text, "[event]", &settings["event"]);
        text
    }
}

/// Appends a section for each of the `tables`.
fn write_tables(text: &mut String, name: &str, tables: &Value) {
    for table in tables.as_array().into_iter().flatten() {
        let lines = table.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), written(value)));
        write(text, name, &lines.collect::<Vec<_>>());
    }
}

/// Appends a section of these lines.
fn write(text: &mut String, name: &str, lines: &[(&str, String)]) {
    let width = lines.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    let gap = if text.is_empty() { "" } else { "\n" };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{gap}[{name}]");
    for (key, value) in lines {
        let _ = writeln!(text, "{key:width$} = {value}");
    }
}

/// A value as a scenario file would have it: a model without settings as its bare name, independent loss as its rate,
/// and what there is not as "none".
fn written(value: &Value) -> String {
    if let Some((name, 1)) = value["kind"].as_str().zip(value.as_object().map(serde_json::Map::len)) {
        return quoted(name);
    }
    if value["kind"] == "bernoulli" {
        return value["rate"].to_string();
    }
    if value.is_null() {
        return quoted("none");
    }
    let mut text = String::new();
    match value.serialize(toml::ser::ValueSerializer::new(&mut text)) {
        Ok(_) => text,
        // What TOML has no form for is a whole number above 2^63, which is written the same in JSON.
        Err(_) => value.to_string(),
    }
}
