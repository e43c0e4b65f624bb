//! The JSON Schema of scenario files, for editors: made of the lists of keys and of the readers of their values.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::classes;
use super::events;
use super::form::{BYTES_PATTERN, NONE, NONE_OR, RATE_PATTERN, SPAN_PATTERN, at, of, written_number};
use super::free::FREE_KEYS;
use super::gossip::MAX_BACK_OFF;
use super::regions;
use crate::clock::{DriftLaw, Phase};
use crate::key::Key;
use crate::network::bandwidth::{Bandwidth, BytesOrNone};
use crate::network::latency::Latency;
use crate::network::loss::Loss;
use crate::network::transport::Transport;
use crate::peers::{KnowsDead, Peers};
use crate::scenario::filter::{Known, Numbers, Values};
use crate::scenario::number::ALL;
use crate::scenario::sweep::{WHERE, ZIP};
use crate::scenario::{deadline, replicates};
use crate::settings::network::BANDWIDTH;
use crate::settings::{self, KEYS, MAX_ROUNDS, Until, adversaries, gossip, network, stop, workload};
use crate::time::{Span, SpanOrNone};
use crate::topology::TopologySpec;
use crate::units::{Bytes, MAX_NODES, Probability};
use crate::workload::rumor::{Exchange, Forward, Spread};
use crate::workload::{Strategy, WorkloadSpec};

/// The schema, as it is written.
pub fn schema_text() -> String {
    // Values with string keys: JSON can always hold them.
    serde_json::to_string_pretty(&schema()).unwrap_or_default() + "\n"
}

/// The schema. It knows keys, types and names; what fits together only the program can tell.
pub fn schema() -> Value {
    let mut properties = properties(KEYS);
    let sections = [
        ("network", network::KEYS),
        ("gossip", gossip::KEYS),
        ("adversaries", adversaries::KEYS),
        ("stop", stop::KEYS),
    ];
    for (name, keys) in sections {
        properties.insert(name.to_owned(), section(self::properties(keys)));
    }
    let regions = json!({ "type": "array", "items": of::<regions::Written>() });
    properties["network"]["properties"]["region"] = regions;
    let classes = json!({ "type": "array", "items": of::<classes::Written>() });
    properties["network"]["properties"]["class"] = classes;
    properties.insert("workload".to_owned(), section(workload_properties()));
    properties.insert("event".to_owned(), json!({ "type": "array", "items": of::<events::Written>() }));
    properties.insert("sweep".to_owned(), sweep());
    let condition = json!({ "type": ["number", "string", "array", "object"] });
    properties.insert("expect".to_owned(), table(meaning("expect.FIGURE"), condition, Map::new()));
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "gossipsim scenario",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn section(properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn table(doc: &str, any: Value, properties: Map<String, Value>) -> Value {
    json!({ "description": doc, "type": "object", "properties": properties, "additionalProperties": any })
}

/// What a free key means.
fn meaning(path: &str) -> &'static str {
    FREE_KEYS.iter().find(|(free, ..)| *free == path).map_or("", |(.., meaning)| meaning)
}

/// Keys by their names in their section.
fn properties(keys: &[Key]) -> Map<String, Value> {
    keys.iter().map(|key| (key.name().to_owned(), described(key, form(key)))).collect()
}

/// The keys of all workloads. One that several have is what it is for any of them.
fn workload_properties() -> Map<String, Value> {
    let mut properties = properties(workload::KEYS);
    for (kind, keys) in WorkloadSpec::KEYS {
        for key in *keys {
            let form = described(key, at::<WorkloadSpec>(&[kind, key.name()]));
            match properties.get_mut(key.name()) {
                Some(other) => match other.get_mut("anyOf").and_then(Value::as_array_mut) {
                    Some(forms) if forms.iter().all(|form| form.get("description").is_some()) => forms.push(form),
                    _ => *other = json!({ "anyOf": [other.take(), form] }),
                },
                None => _ = properties.insert(key.name().to_owned(), form),
            }
        }
    }
    properties
}

/// Swept keys by their paths, those of the settings of models among them.
fn sweep() -> Value {
    let values = json!({ "type": ["array", "string", "object"] });
    let keys = settings::keys().filter(|key| !key.section().is_empty());
    let keys = keys.map(|key| (key.path.to_owned(), described(key, values.clone())));
    let mut keys: Map<String, Value> = keys.collect();
    for key in keys.values_mut().filter_map(Value::as_object_mut) {
        key.shift_remove("default");
    }
    let in_step = table(meaning("sweep.zip"), values.clone(), Map::new());
    keys.insert(ZIP.to_owned(), json!({ "type": "array", "items": in_step }));
    keys.insert(WHERE.to_owned(), json!({ "description": meaning("sweep.where"), "type": "string" }));
    table(meaning("sweep.KEY"), values, keys)
}

/// The form of a key with its meaning and its default.
fn described(key: &Key, form: Value) -> Value {
    let mut described = Map::from_iter([("description".to_owned(), key.doc.into())]);
    described.extend(key.default().and_then(default).map(|default| ("default".to_owned(), default)));
    if let Value::Object(form) = form {
        described.extend(form);
    }
    described.into()
}

/// A default, which is TOML.
fn default(text: &str) -> Option<Value> {
    let table: toml::Table = toml::from_str(&format!("value = {text}")).ok()?;
    serde_json::to_value(table.get("value")?).ok()
}

/// What may be written for a key that no workload owns.
fn form(key: &Key) -> Value {
    let from = |least: u64| written_number(json!({ "type": "integer", "minimum": least }));
    let whole = |least: u64, most: u64| written_number(json!({ "type": "integer", "minimum": least, "maximum": most }));
    // What follows nothing begins with a digit.
    let fixed = |mut form: Value| {
        form["pattern"] = "^\\s*[(.0-9-]".into();
        form
    };
    match key.path {
        "description" => of::<String>(),
        "seed" => fixed(from(0)),
        "replicates" => json!({ "anyOf": [fixed(from(1)), of::<replicates::Written>()] }),
        "deadline" => json!({ "anyOf": [of::<SpanOrNone>(), of::<deadline::Written>()] }),
        "network.nodes" => fixed(whole(2, MAX_NODES.into())),
        "network.topology" => of::<TopologySpec>(),
        "network.latency" => of::<Latency>(),
        "network.loss" => json!({ "anyOf": [of::<Probability>(), of::<Loss>()] }),
        "network.duplication" | "network.corruption" | "gossip.drift" => of::<Probability>(),
        "adversaries.mute" | "adversaries.never_forward" | "adversaries.stale" | "adversaries.liar" => {
            of::<Probability>()
        }
        "network.transport" => of::<Transport>(),
        "network.header_size" => of::<Bytes>(),
        "network.bandwidth" => of::<Bandwidth>(),
        "network.mtu" => of::<BytesOrNone>(),
        "network.links" | "network.ordered" => of::<bool>(),
        "gossip.strategy" => of::<Strategy>(),
        "gossip.exchange" => of::<Exchange>(),
        "gossip.fanout" => json!({ "anyOf": [{ "enum": [ALL] }, whole(1, (MAX_NODES - 1).into())] }),
        "gossip.interval" | "gossip.jitter" => of::<Span>(),
        "gossip.phase" => of::<Phase>(),
        "gossip.drift_law" => of::<DriftLaw>(),
        "gossip.peers" => of::<Peers>(),
        "gossip.knows_dead" => of::<KnowsDead>(),
        "gossip.spread" => of::<Spread>(),
        "gossip.forward" => of::<Forward>(),
        "gossip.connection_limit" => json!({ "anyOf": [{ "enum": ["none"] }, from(1)] }),
        "gossip.hunt" => from(0),
        "gossip.back_off" => whole(1, MAX_BACK_OFF.into()),
        "gossip.anti_entropy" | "gossip.max_interval" | "stop.max_time" => of::<SpanOrNone>(),
        "workload.kind" => json!({ "enum": WorkloadSpec::NAMES }),
        "stop.max_rounds" => whole(1, MAX_ROUNDS),
        "stop.until" => of::<Until>(),
        // A test holds that there is none.
        _ => json!({}),
    }
}

/// The schema, made once.
static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

/// A form and all that it may be instead.
fn alternatives(form: &Value) -> Vec<&Value> {
    let others = form["anyOf"].as_array().into_iter().flatten().flat_map(alternatives);
    std::iter::once(form).chain(others).collect()
}

/// The forms of the key at a dotted path, in which an item of a list is a number.
fn forms(path: &str) -> Vec<&'static Value> {
    let mut found: Vec<&Value> = vec![&*SCHEMA];
    for part in path.split('.') {
        let inner = |form: &&'static Value| {
            let form: &'static Value = form;
            let items = form.get("items").filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
            form.get("properties").and_then(|properties| properties.get(part)).or(items)
        };
        found = found.into_iter().flat_map(alternatives).collect::<Vec<_>>().iter().filter_map(inner).collect();
    }
    found.into_iter().flat_map(alternatives).collect()
}

/// Whether numbers, also in the forms that they have as texts, may be written for a key of these forms.
fn takes_numbers(forms: &[&Value]) -> bool {
    forms.iter().any(|form| is_number(form))
}

/// Whether a swept `text` that is a number in a short form stands for that number. Some nodes of an event or a class may be called by
/// a number, but by none in percent.
pub(crate) fn takes_short_form(path: &str, text: &str) -> bool {
    takes_numbers(&forms(path)) || selects_nodes(path) && text.trim_end().ends_with('%')
}

/// Whether some of the nodes may be written for the key at a dotted path.
fn selects_nodes(path: &str) -> bool {
    path.starts_with("event.") || path.starts_with(classes::CLASS)
}

/// What may be written for the key at a dotted path, as far as conditions go by it.
fn values(path: &str) -> Values {
    let forms = forms(path);
    let texts = |of: &str| forms.iter().any(|form| form["pattern"].as_str().is_some_and(|own| own.contains(of)));
    let names = forms.iter().filter_map(|form| form["enum"].as_array()).flatten().filter_map(Value::as_str);
    let none = texts(NONE_OR).then_some(NONE);
    let numbers: Vec<Numbers> = forms.iter().filter_map(|form| numbers(form)).collect();
    // Some of the nodes are a share in any form, a list, or a name.
    let selection = selects_nodes(path) && !numbers.is_empty();
    Values {
        short_forms: selection || takes_numbers(&forms),
        numbers,
        spans: texts(SPAN_PATTERN),
        sizes: texts(BYTES_PATTERN),
        rates: texts(RATE_PATTERN),
        truths: forms.iter().any(|form| listed(form).contains(&"boolean")),
        names: names.chain(none).map(str::to_owned).collect(),
    }
}

/// The numbers that a form takes, if it takes any.
fn numbers(form: &Value) -> Option<Numbers> {
    let types = listed(form);
    let whole = !types.contains(&"number");
    let end = |name: &str| form[name].as_f64();
    (!whole || types.contains(&"integer")).then(|| Numbers {
        whole,
        least: end("minimum"),
        above: end("exclusiveMinimum"),
        most: end("maximum"),
        below: end("exclusiveMaximum"),
    })
}

/// The types that a form lists.
fn listed(form: &Value) -> Vec<&str> {
    let types = form["type"].as_array().map_or(std::slice::from_ref(&form["type"]), Vec::as_slice);
    types.iter().filter_map(Value::as_str).collect()
}

fn is_number(form: &Value) -> bool {
    numbers(form).is_some() && form["pattern"].is_string()
}

/// A setting of a model, as keys are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelSetting {
    /// The name of the model.
    pub kind: String,
    /// The dotted path of the setting.
    pub path: String,
    /// The types of its values, in words.
    pub types: String,
}

/// What may be written for a key, as far as its form tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyForm {
    /// The types of its values, in words.
    pub types: String,
    /// The settings that its models have, where its values are models.
    pub settings: Vec<ModelSetting>,
}

/// The form of the key at a dotted path.
pub fn forms_of(path: &str) -> KeyForm {
    let forms = forms(path);
    let mut settings = Vec::new();
    for form in &forms {
        let properties = form["properties"].as_object();
        let Some(kind) = properties.and_then(|properties| properties.get("kind")?["const"].as_str()) else { continue };
        for (name, form) in properties.into_iter().flatten().filter(|(name, _)| *name != "kind") {
            let path = format!("{path}.{name}");
            settings.push(ModelSetting { kind: kind.to_owned(), path, types: types(&alternatives(form)) });
        }
    }
    KeyForm { types: types(&forms), settings }
}

/// The types that forms take, in words.
fn types(forms: &[&Value]) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut add = |word: &'static str| {
        if !words.contains(&word) {
            words.push(word);
        }
    };
    for form in forms {
        if form["enum"].is_array() {
            add("name");
        }
        // How else a number may be written is said of all numbers.
        for name in listed(form).into_iter().filter(|name| !(is_number(form) && *name == "string")) {
            match name {
                "integer" => add("whole number"),
                "number" => add("number"),
                "boolean" => add("true or false"),
                "array" => add("list"),
                "object" => add("table"),
                _ => add("text"),
            }
        }
    }
    words.join(", ")
}

/// The settings of keys that are tables of one form, which are of no kind.
fn of_no_kind() -> impl Iterator<Item = (String, String)> {
    let bandwidth = BANDWIDTH.path;
    let tables = forms(bandwidth).into_iter().filter_map(|form| form["properties"].as_object());
    tables.flat_map(|table| table.keys()).map(move |name| (format!("{bandwidth}.{name}"), String::new()))
}

/// What conditions may know of keys.
pub(crate) fn known() -> Known<'static> {
    static SETTINGS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let settings = settings::keys().flat_map(|key| forms_of(key.path).settings);
        let settings = settings.map(|setting| (setting.path, setting.kind));
        let mut settings: Vec<(String, String)> = settings.chain(of_no_kind()).collect();
        settings.sort_unstable();
        settings.dedup();
        settings
    });
    Known { values: &values, settings: &SETTINGS }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parts::form::number_pattern;

    #[test]
    fn every_key_has_a_form_and_a_default_where_the_list_has_one() {
        for key in settings::keys().filter(|key| key.section() != "workload" || key.path == "workload.kind") {
            assert!(form(key).as_object().is_some_and(|form| !form.is_empty()), "{}: add it to `form`", key.path);
        }
        let schema = schema();
        for key in settings::keys() {
            let mut place = &schema["properties"];
            if !key.section().is_empty() {
                place = &place[key.section()]["properties"];
            }
            // A key that several workloads have is described for each of them.
            let forms = described_forms(&place[key.name()]);
            let found = forms.iter().find(|form| form["description"] == key.doc);
            let found = found.unwrap_or_else(|| panic!("{}: {forms:?}", key.path));
            assert_eq!(found.get("default").is_some(), key.default().is_some(), "{}", key.path);
        }
    }

    /// The forms of a key that have a description: its own, or those that it has for each of several workloads.
    fn described_forms(form: &Value) -> Vec<&Value> {
        match form["anyOf"].as_array() {
            Some(forms) if form["description"].is_null() => forms.iter().flat_map(described_forms).collect(),
            _ => vec![form],
        }
    }

    #[test]
    fn settings_of_models_are_known() {
        let schema = schema();
        let topologies = schema["properties"]["network"]["properties"]["topology"]["anyOf"].as_array().unwrap();
        assert_eq!(topologies[0]["enum"], json!(TopologySpec::NAMES));
        let ring = topologies.iter().find(|form| form["properties"]["kind"]["const"] == "ring").unwrap();
        assert_eq!(
            ring["properties"]["neighbors"],
            json!({ "type": ["integer", "string"], "minimum": 0, "pattern": number_pattern() })
        );
        let event = &schema["properties"]["event"]["items"]["properties"];
        assert!(event["at_round"]["type"][0] == "integer" && event["at"]["type"] == "string", "{event}");
    }

    #[test]
    fn it_is_known_which_keys_take_numbers() {
        for path in [
            "seed",
            "network.nodes",
            "network.loss",
            "network.loss.rate",
            "network.topology.degree",
            "gossip.fanout",
            "gossip.connection_limit",
            "gossip.spread.k",
            "gossip.peers.exponent",
            "workload.tolerance",
            "event.0.join",
        ] {
            assert!(takes_numbers(&forms(path)), "{path}");
        }
        for path in [
            "description",
            "network.topology",
            "network.topology.path",
            "network.latency",
            "workload.origin",
            "event.0.at",
            "x.y",
        ] {
            assert!(!takes_numbers(&forms(path)), "{path}");
        }
    }

    #[test]
    fn the_keys_of_events_regions_and_classes_are_all_listed() {
        let event = &schema()["properties"]["event"]["items"]["properties"];
        let names: Vec<&String> = event.as_object().unwrap().keys().collect();
        assert_eq!(names, events::EVENT_KEYS.map(|(name, ..)| name));
        let region = &schema()["properties"]["network"]["properties"]["region"]["items"]["properties"];
        let names: Vec<&String> = region.as_object().unwrap().keys().collect();
        assert_eq!(names, regions::REGION_KEYS.map(|(name, ..)| name));
        let class = &schema()["properties"]["network"]["properties"]["class"]["items"]["properties"];
        let names: Vec<&String> = class.as_object().unwrap().keys().collect();
        assert_eq!(names, classes::CLASS_KEYS.map(|(name, ..)| name));
    }

    #[test]
    fn settings_of_models_are_listed_with_their_types() {
        let KeyForm { types, settings } = forms_of("gossip.spread");
        assert_eq!(types, "name, table");
        let k = ModelSetting { kind: "coin".into(), path: "gossip.spread.k".into(), types: "whole number".into() };
        assert!(settings.contains(&k), "{settings:?}");
        assert_eq!(forms_of("gossip.fanout").types, "name, whole number");
        assert_eq!(forms_of("gossip.interval").types, "text");
        assert!(
            known().settings.iter().any(|(path, kind)| path == "network.topology.degree" && kind == "random-regular")
        );
    }

    #[test]
    fn it_is_known_which_texts_are_times_and_sizes_and_how_far_numbers_go() {
        for path in
            ["gossip.interval", "gossip.anti_entropy", "stop.max_time", "workload.longest_gap", "workload.check_every"]
        {
            assert!(values(path).spans, "{path}");
        }
        assert!(values("network.latency.min").spans && values("event.0.at").spans);
        assert!(!values("network.topology.path").spans && !values("workload.origin").spans);
        assert!(values("workload.check_every").names.contains(&"none".to_owned()));
        assert!(!values("gossip.interval").names.contains(&"none".to_owned()));
        assert!(values("network.header_size").sizes && values("network.links").truths);
        let egress = values("network.bandwidth.egress");
        assert!(egress.rates && egress.names == ["none"] && values("network.bandwidth.queue").sizes);
        let shown = |path: &str| values(path).numbers.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(shown("network.loss"), ["a number from 0 to 1"]);
        assert_eq!(shown("workload.threshold"), ["a number above 0 to 300"]);
        assert_eq!(shown("gossip.hunt"), ["a whole number from 0"]);
    }

    #[test]
    fn every_key_whose_default_is_a_time_takes_times() {
        for key in settings::keys().filter(|key| key.path != "deadline") {
            let is_time = key.default().is_some_and(|text| text.trim_matches('"').parse::<Span>().is_ok());
            assert!(!is_time || values(key.path).spans, "{}", key.path);
        }
    }
}
