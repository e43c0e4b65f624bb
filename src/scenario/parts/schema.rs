//! The JSON Schema of scenario files, for editors: made of the lists of keys and of the readers of their values.

use serde_json::{Map, Value, json};

use super::events;
use super::form::{at, of};
use super::stop::TimeLimit;
use crate::clock::Phase;
use crate::key::Key;
use crate::network::latency::Latency;
use crate::network::loss::Loss;
use crate::peers::Peers;
use crate::scenario::{deadline, replicates};
use crate::settings::{self, KEYS, MAX_ROUNDS, Until, gossip, network, stop, workload};
use crate::time::Span;
use crate::topology::TopologySpec;
use crate::units::{Bytes, MAX_NODES, Probability};
use crate::workload::rumor::{Exchange, Spread};
use crate::workload::{Strategy, WorkloadSpec};

/// The schema, as it is written.
pub fn schema_text() -> String {
    // Values with string keys: JSON can always hold them.
    serde_json::to_string_pretty(&schema()).unwrap_or_default() + "\n"
}

/// The schema. It knows keys, types and names; what fits together only the program can tell.
pub fn schema() -> Value {
    let mut properties = properties(KEYS);
    for (name, keys) in [("network", network::KEYS), ("gossip", gossip::KEYS), ("stop", stop::KEYS)] {
        properties.insert(name.to_owned(), section(self::properties(keys)));
    }
    properties.insert("workload".to_owned(), section(workload_properties()));
    properties.insert("event".to_owned(), json!({ "type": "array", "items": of::<events::Written>() }));
    properties.insert("sweep".to_owned(), sweep());
    let expect = "what must hold of the results, by figures of `summary.csv`";
    let condition = json!({ "type": ["number", "string", "array", "object"] });
    properties.insert("expect".to_owned(), table(expect, condition, Map::new()));
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
                Some(other) => *other = json!({ "anyOf": [other.take(), form] }),
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
    let doc = "keys with a list or a range of values each; every combination is a configuration";
    let mut keys: Map<String, Value> = keys.collect();
    for key in keys.values_mut().filter_map(Value::as_object_mut) {
        key.shift_remove("default");
    }
    table(doc, values, keys)
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
    let whole = |least: u64, most: u64| json!({ "type": "integer", "minimum": least, "maximum": most });
    match key.path {
        "description" => of::<String>(),
        "seed" => json!({ "type": "integer", "minimum": 0 }),
        "replicates" => json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, of::<replicates::Written>()] }),
        "deadline" => json!({ "anyOf": [of::<deadline::Alone>(), of::<deadline::Written>()] }),
        "network.nodes" => whole(2, MAX_NODES.into()),
        "network.topology" => of::<TopologySpec>(),
        "network.latency" => of::<Latency>(),
        "network.loss" => json!({ "anyOf": [of::<Probability>(), of::<Loss>()] }),
        "network.header_size" => of::<Bytes>(),
        "network.links" => of::<bool>(),
        "gossip.strategy" => of::<Strategy>(),
        "gossip.exchange" => of::<Exchange>(),
        "gossip.fanout" => whole(1, (MAX_NODES - 1).into()),
        "gossip.interval" => of::<Span>(),
        "gossip.phase" => of::<Phase>(),
        "gossip.peers" => of::<Peers>(),
        "gossip.spread" => of::<Spread>(),
        "gossip.connection_limit" => json!({ "anyOf": [{ "enum": ["none"] }, { "type": "integer", "minimum": 1 }] }),
        "gossip.hunt" => json!({ "type": "integer", "minimum": 0 }),
        "gossip.anti_entropy" | "stop.max_time" => of::<TimeLimit>(),
        "workload.kind" => json!({ "enum": WorkloadSpec::NAMES }),
        "stop.max_rounds" => whole(1, MAX_ROUNDS),
        "stop.until" => of::<Until>(),
        // A test holds that there is none.
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let found = &place[key.name()];
            let found = if found["anyOf"][0]["description"].is_string() { &found["anyOf"][0] } else { found };
            assert_eq!(found["description"], key.doc, "{}", key.path);
            assert_eq!(found.get("default").is_some(), key.default().is_some(), "{}", key.path);
        }
    }

    #[test]
    fn settings_of_models_are_known() {
        let schema = schema();
        let topologies = schema["properties"]["network"]["properties"]["topology"]["anyOf"].as_array().unwrap();
        assert_eq!(topologies[0]["enum"], json!(TopologySpec::NAMES));
        let ring = topologies.iter().find(|form| form["properties"]["kind"]["const"] == "ring").unwrap();
        assert_eq!(ring["properties"]["neighbors"], json!({ "type": "integer" }));
        let event = &schema["properties"]["event"]["items"]["properties"];
        assert!(event["at_round"]["type"] == "integer" && event["at"]["type"] == "string", "{event}");
    }
}
