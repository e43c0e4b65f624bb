//! The JSON Schema of scenario files: checked in as it is generated, true of every sample, and of no misspelt key.

use std::fs;
use std::path::Path;

use gossipsim::scenario;
use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What is wrong with `value`, by as much of JSON Schema as ours needs.
fn mistakes(schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is = |name: &Value| match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the type {other}"),
    };
    // A number that is a text begins as a number, an expression that follows nothing with a digit.
    let unlike = schema["pattern"].as_str().zip(value.as_str()).is_some_and(|(pattern, text)| {
        let digit =
            text.trim_start().starts_with(|c: char| c.is_ascii_digit() || pattern.contains("[(") && "(.-".contains(c));
        let words = pattern.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > 1 || *word == "n");
        !digit && !words.into_iter().any(|word| text == word || text.starts_with(&format!("{word}(")))
    });
    let holds = match &schema["type"] {
        Value::Null => true,
        Value::Array(types) => types.iter().any(is),
        one => is(one),
    };
    let named = schema["enum"].as_array().is_none_or(|names| names.contains(value));
    let fixed = schema.get("const").is_none_or(|fixed| fixed == value);
    let number = value.as_f64();
    let low = schema["minimum"].as_f64().is_some_and(|least| number.is_some_and(|number| number < least));
    let high = schema["maximum"].as_f64().is_some_and(|most| number.is_some_and(|number| number > most));
    let open = |name: &str, beyond: fn(f64, f64) -> bool| {
        schema[name].as_f64().zip(number).is_some_and(|(end, number)| beyond(number, end))
    };
    let low = low || open("exclusiveMinimum", |number, end| number <= end);
    let high = high || open("exclusiveMaximum", |number, end| number >= end);
    if unlike || !holds || !named || !fixed || low || high {
        found.push(format!("{path}: {value}"));
    }
    if let Some(forms) = schema["anyOf"].as_array()
        && forms.iter().all(|form| !mistakes(form, value, path).is_empty())
    {
        found.push(format!("{path}: {value} has none of {} forms", forms.len()));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            found.push(format!("{path}: no {name}"));
        }
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        match (schema["properties"].get(key), &schema["additionalProperties"]) {
            (Some(form), _) => found.extend(mistakes(form, value, &path)),
            (None, Value::Bool(false)) => found.push(format!("{path} is unknown")),
            (None, form) => found.extend(mistakes(form, value, &path)),
        }
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(mistakes(&schema["items"], item, &format!("{path}[{place}]")));
    }
    found
}

fn check(text: &str) -> Vec<String> {
    let table: toml::Table = toml::from_str(text).unwrap();
    mistakes(&scenario::schema(), &serde_json::to_value(table).unwrap(), "")
}

#[test]
fn the_schema_that_is_checked_in_is_the_one_that_is_generated() {
    let path = root().join("docs/scenario.schema.json");
    let generated = scenario::schema_text();
    if std::env::var_os("GOSSIPSIM_BLESS").is_some_and(|value| value == "1") {
        return fs::write(path, generated).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == generated,
        "docs/scenario.schema.json: run `GOSSIPSIM_BLESS=1 cargo test schema` and look at the diff"
    );
}

#[test]
fn every_sample_is_valid() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let found = check(&fs::read_to_string(&path).unwrap());
            assert!(found.is_empty(), "{}: {found:?}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen} samples");
}

#[test]
fn what_the_program_takes_in_several_forms_is_valid_in_all() {
    for text in [
        "replicates = { target = \"1%\", min = 30, max = 1000 }",
        "[network]\nloss = 0.1",
        "[network]\nloss = { kind = \"bernoulli\", rate = 0.1 }",
        "[network]\ntopology = { kind = \"ring\", neighbors = 2 }\nlatency = { kind = \"constant\", value = \"50ms\" }",
        "[gossip]\nspread = { kind = \"counter\", k = 2, feedback = true }\nconnection_limit = 1\nanti_entropy = \"5s\"",
        "[gossip.spread]\nkind = \"coin\"\nk = 3",
        "[workload]\nkind = \"average\"\nvalues = \"peak\"",
        "[workload]\norigin = 3",
        "[[event]]\nat_round = 3\ncrash = \"10%\"\nkeep_state = true",
        "[sweep]\n\"network.nodes\" = [\"2^4..2^8\"]\n\"gossip.spread.k\" = \"1..5\"",
        "seed = \"2^10\"\nreplicates = \"10k\"\n[network]\nnodes = \"10k\"\nloss = \"1%\"\nlatency = \"80ms\"",
        "[gossip]\nfanout = \"all\"\nspread = { kind = \"coin\", k = \"ceil(ln(n))\" }\nconnection_limit = \"n\"",
        "[network]\ntopology = { kind = \"erdos-renyi\", p = \"2*ln(n)/n\" }\n[workload]\nkind = \"average\"\ntolerance = \"1%\"",
        "[sweep]\nwhere = \"gossip.fanout < n\"\n[[sweep.zip]]\n\"gossip.fanout\" = [1, 2]\n\"network.loss\" = \"0..1\"",
    ] {
        assert_eq!(check(text), [""; 0], "{text}");
    }
}

#[test]
fn what_the_program_calls_wrong_is_not_valid() {
    for text in [
        "seeds = 1",
        "seed = -1",
        "replicates = { goal = \"1%\" }",
        "[topology]\nkind = \"ring\"",
        "[network]\nnodez = 8",
        "[network]\nnodes = 1",
        "[network]\nnodes = \"many\"",
        "[network]\nlatency = \"soon\"",
        "[gossip]\nfanout = \"every\"",
        "[sweep]\nwhere = 3",
        "[sweep]\nzip = 3",
        "[network]\ntopology = \"rign\"",
        "[network]\ntopology = { kind = \"ring\", neighbours = 2 }",
        "[network]\nloss = { kind = \"bernoulli\", probability = 0.1 }",
        "[gossip]\nfanuot = 1",
        "[gossip]\nstrategy = \"shove\"",
        "[gossip]\ninterval = 1",
        "[gossip]\nspread = { kind = \"counter\", limit = 2 }",
        "[workload]\nkind = \"rumour\"",
        "[workload]\nupdatesize = \"1KiB\"",
        "[stop]\nrounds = 7",
        "[[event]]\nat_rond = 3",
    ] {
        assert!(!check(text).is_empty(), "{text}");
    }
}

#[test]
fn the_checker_of_this_test_finds_what_it_should() {
    let schema =
        json!({ "type": "object", "properties": { "a": { "type": "integer" } }, "additionalProperties": false });
    assert!(mistakes(&schema, &json!({ "a": 1 }), "").is_empty());
    for wrong in [json!({ "a": 1.5 }), json!({ "b": 1 }), json!([])] {
        assert!(!mistakes(&schema, &wrong, "").is_empty(), "{wrong}");
    }
}
