//! `keys`: what may be written in a scenario file: every key with its type, its default, what is allowed and what it means.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::error::Error;
use super::{terminal, text};
use crate::key::Key;
use crate::scenario::{
    self, CLASS_KEYS, EVENT_KEYS, FREE_KEYS, ModelSetting, Overrides, REGION_KEYS, SHORT_FORMS, Source, nearest,
    nearest_path, settings,
};
use crate::workload::WorkloadSpec;

/// A scenario that says no more than it must.
const LEAST: &str = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push-pull\"\n";

/// A key as it is listed.
struct Entry {
    path: String,
    types: String,
    /// As TOML; `None` if it must be written, or has none.
    default: Option<String>,
    required: bool,
    allowed: String,
    meaning: String,
    /// The workload that it belongs to.
    workload: Option<&'static str>,
    settings: Vec<Setting>,
}

/// A setting of a model.
struct Setting {
    setting: ModelSetting,
    /// As JSON; `None` if it must be written, or only one of several must.
    default: Option<String>,
}

/// `gossipsim keys`
pub(crate) fn keys(out: &mut impl Write, prefix: Option<&str>, json: bool) -> Result<(), Error> {
    let chosen = chosen(all(), prefix.unwrap_or_default()).map_err(Error::Usage)?;
    let printed = match json {
        true => text::json(out, &json!({ "keys": chosen.iter().map(Entry::json).collect::<Vec<_>>() })),
        false => chosen.iter().enumerate().try_for_each(|(number, entry)| entry.print(out, number > 0)),
    };
    printed.map_err(Error::Stdout)
}

/// The entries whose paths begin with `prefix`, or those with settings that do.
fn chosen(all: Vec<Entry>, prefix: &str) -> Result<Vec<Entry>, String> {
    let paths: Vec<String> = all.iter().flat_map(Entry::paths).collect();
    let own = |entry: &Entry| entry.path.starts_with(prefix);
    let narrowed = |mut entry: Entry| {
        if !own(&entry) {
            entry.settings.retain(|setting| setting.setting.path.starts_with(prefix));
        }
        (own(&entry) || !entry.settings.is_empty()).then_some(entry)
    };
    let chosen: Vec<Entry> = all.into_iter().filter_map(narrowed).collect();
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let sections = ["network", "gossip", "workload", "adversaries", "stop", "event", "sweep", "expect"];
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let near = nearest(prefix, sections).or_else(|| nearest_path(prefix, &paths));
    let meant = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(format!("no key begins with `{prefix}`{meant}"))
}

/// All keys: those of sections, of every workload, of regions, of classes and of events, and those that are free.
fn all() -> Vec<Entry> {
    // Keys of workloads come in the order of the workloads, several of which may have a key of one path.
    let mut owned = WorkloadSpec::KEYS.iter().flat_map(|(name, keys)| keys.iter().map(move |_| *name));
    let fixed = settings::keys().map(|key| {
        let is_owned = key.section() == "workload" && key.path != "workload.kind";
        Entry::of(key, if is_owned { owned.next() } else { None })
    });
    let fixed = fixed.collect::<Vec<_>>().into_iter();
    let regions = REGION_KEYS.iter().map(|key| ("network.region", key));
    let classes = CLASS_KEYS.iter().map(|key| ("network.class", key));
    let tables = regions.chain(classes).chain(EVENT_KEYS.iter().map(|key| ("event", key)));
    let tables =
        tables.map(|(table, (name, value, meaning))| Entry::stated(format!("{table}.N.{name}"), value, meaning));
    let free = FREE_KEYS.iter().map(|(path, value, meaning)| Entry::stated((*path).to_owned(), value, meaning));
    fixed.chain(tables).chain(free).collect()
}

impl Entry {
    fn of(key: &Key, workload: Option<&'static str>) -> Self {
        let form = scenario::forms_of(key.path);
        let mut defaults = BTreeMap::new();
        let settings = form.settings.iter().map(|setting| {
            let of_the_model =
                defaults.entry(setting.kind.clone()).or_insert_with(|| model(key.path, &setting.kind, &form.settings));
            let default = of_the_model.as_ref().and_then(|model| default_of(model, setting));
            Setting { setting: setting.clone(), default }
        });
        Entry {
            settings: settings.collect(),
            path: key.path.to_owned(),
            types: form.types.clone(),
            default: key.default().map(str::to_owned),
            required: key.default().is_none(),
            allowed: allowed(key, workload),
            meaning: key.doc.to_owned(),
            workload,
        }
    }

    /// A key that is said in words.
    fn stated(path: String, value: &str, meaning: &str) -> Self {
        Entry {
            path,
            types: String::new(),
            default: None,
            required: false,
            allowed: value.to_owned(),
            meaning: meaning.to_owned(),
            workload: None,
            settings: Vec::new(),
        }
    }

    fn paths(&self) -> Vec<String> {
        let settings = self.settings.iter().map(|setting| setting.setting.path.clone());
        std::iter::once(self.path.clone()).chain(settings).collect()
    }

    fn json(&self) -> Value {
        let setting = |Setting { setting: ModelSetting { kind, path, types }, default }: &Setting| json!({ "kind": kind, "key": path, "type": types, "default": default });
        json!({
            "key": self.path,
            "workload": self.workload,
            "type": self.types,
            "required": self.required,
            "default": self.default,
            "allowed": self.allowed,
            "meaning": self.meaning,
            "settings": self.settings.iter().map(setting).collect::<Vec<_>>(),
        })
    }

    fn print(&self, out: &mut impl Write, gap: bool) -> io::Result<()> {
        if gap {
            writeln!(out)?;
        }
        let of = self.workload.map_or_else(String::new, |name| format!("   (workload {name})"));
        writeln!(out, "{}{of}", self.path)?;
        line(out, "meaning", &plain(&self.meaning))?;
        if !self.types.is_empty() {
            line(out, "type", &self.types)?;
        }
        match &self.default {
            Some(default) => line(out, "default", default)?,
            None if self.required => line(out, "default", "none: it must be written")?,
            None => {}
        }
        line(out, "allowed", &plain(&self.allowed))?;
        for Setting { setting: ModelSetting { kind, path, types }, default } in &self.settings {
            let name = path.rsplit('.').next().unwrap_or_default();
            let default = default.as_ref().map_or_else(String::new, |default| format!(", default {default}"));
            line(out, "setting", &format!("{name} of {kind}: {types}{default}"))?;
        }
        Ok(())
    }
}

/// What the documents say, without their marks for code and links.
fn plain(text: &str) -> String {
    let mut text = text.replace('`', "");
    while let Some(middle) = text.find("](") {
        let Some(length) = text[middle..].find(')') else { break };
        text.replace_range(middle..=middle + length, "");
        if let Some(start) = text[..middle].rfind('[') {
            text.remove(start);
        }
    }
    text
}

/// A line, or several, of which the first begins with what they are of.
fn line(out: &mut impl Write, of: &str, said: &str) -> io::Result<()> {
    let indents = [of, ""].map(|of| format!("  {of:<9}"));
    text::paragraph(out, said, indents.each_ref().map(String::as_str), terminal::text_width())
}

/// What may be written for a key: what the program answers to somebody who wrote something else.
fn allowed(key: &Key, workload: Option<&str>) -> String {
    let wrong: &[&str] = match key.path {
        "replicates" | "deadline" => &["true"],
        _ => &["{ nonsense = 1 }"],
    };
    let answers = wrong.iter().filter_map(|wrong| answer(key, wrong, workload));
    // It depends on the network.
    let nodes = "from 1 to 63 (fewer than network.nodes, here 64)";
    answers.collect::<Vec<_>>().join(", or ").replace(nodes, "from 1, fewer than `network.nodes`")
}

/// What the program says is allowed where `wrong` is written; names as code.
fn answer(key: &Key, wrong: &str, workload: Option<&str>) -> Option<String> {
    let mut set = vec![format!("{}={wrong}", key.path)];
    set.extend(workload.map(|name| format!("workload.kind={name}")));
    let problems = scenario::read(Source::text("s.toml", LEAST), &Overrides { set, ..Overrides::default() }).err()?;
    let problem = problems.list().iter().find(|problem| problem.key.starts_with(key.path))?;
    let short = SHORT_FORMS.iter().find(|(path, _)| *path == key.path).map(|(_, form)| format!("{form}, or "));
    let short = short.filter(|short| problem.allowed.starts_with(short)).unwrap_or_default();
    let allowed = &problem.allowed[short.len()..];
    let names: Vec<&str> = allowed.split(", ").collect();
    let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    Some(if names.iter().all(is_name) { format!("{short}`{}`", names.join("`, `")) } else { problem.allowed.clone() })
}

/// The model `kind` of the key at `path` as JSON, with all that need not be written at its default.
fn model(path: &str, kind: &str, settings: &[ModelSetting]) -> Option<Value> {
    let mut needed: Vec<(String, &str)> = Vec::new();
    // Each time one setting more is found to be needed.
    for _ in 0..=settings.len() {
        let written: String = needed.iter().map(|(name, value)| format!(", {name} = {value}")).collect();
        let set = vec![format!("{path}={{ kind = \"{kind}\"{written} }}")];
        let read = scenario::read(Source::text("s.toml", LEAST), &Overrides { set, ..Overrides::default() });
        let problems = match read {
            Ok(scenario) => {
                // Settings are plain values with string keys, which JSON can always hold.
                let settings = serde_json::to_value(&scenario.points.first()?.settings).ok()?;
                let mut model = settings.pointer(&format!("/{}", path.replace('.', "/"))).cloned()?;
                if let Some(model) = model.as_object_mut() {
                    model.retain(|name, _| !needed.iter().any(|(needed, _)| needed == name));
                }
                return Some(model);
            }
            Err(problems) => problems,
        };
        let name = problems.list().first()?.problem.split_once("needs `")?.1.trim_end_matches('`').to_owned();
        let types =
            settings.iter().find(|setting| setting.kind == kind && setting.path.ends_with(&format!(".{name}")))?;
        needed.push((name, if types.types == "text" { "\"2s\"" } else { "2" }));
    }
    None
}

/// The default of `setting` in the `model` that has all of them; a switch that is off does not show.
fn default_of(model: &Value, setting: &ModelSetting) -> Option<String> {
    let name = setting.path.rsplit('.').next()?;
    match model.get(name) {
        Some(value) => Some(value.to_string()),
        None => (setting.types == "true or false").then(|| "false".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(prefix: Option<&str>, json: bool) -> Result<String, Error> {
        let mut out = Vec::new();
        keys(&mut out, prefix, json).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn every_key_is_listed_within_80_characters() {
        let text = printed(None, false).unwrap();
        let too_long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(too_long.is_empty(), "{too_long:?}");
        for key in settings::keys() {
            assert!(
                text.lines().any(|line| line == key.path || line.starts_with(&format!("{} ", key.path))),
                "{}",
                key.path
            );
        }
        for part in ["event.N.crash\n", "sweep.where\n", "sweep.zip\n"] {
            assert!(text.contains(part), "{part}");
        }
    }

    #[test]
    fn a_key_has_its_type_its_default_and_what_is_allowed() {
        let fanout = printed(Some("gossip.fanout"), false).unwrap();
        for part in [
            "gossip.fanout\n  meaning  distinct peers contacted per turn; ",
            "  type     name, whole number\n  default  1\n",
            "  allowed  a whole number from 1, fewer than network.nodes, or \"all\", or an\n",
        ] {
            assert!(fanout.contains(part), "{part}\n{fanout}");
        }
        let spread = printed(Some("gossip.spread"), false).unwrap();
        assert!(spread.contains("  setting  k of coin: whole number\n"), "{spread}");
        assert!(spread.contains("  setting  feedback of coin: true or false, default true\n"), "{spread}");
        let degree = printed(Some("network.topology.degree"), false).unwrap();
        assert!(degree.contains("  setting  degree of random-regular: whole number, default 8\n"), "{degree}");
        assert!(!degree.contains("neighbors of"), "{degree}");
    }

    #[test]
    fn marks_of_the_documents_are_left_out() {
        assert_eq!(plain("see [messages](model.md#messages), `push`: [3, 4]"), "see messages, push: [3, 4]");
    }

    #[test]
    fn as_json_it_is_the_same() {
        let json: Value = serde_json::from_str(&printed(Some("network.nodes"), true).unwrap()).unwrap();
        let nodes = &json["keys"][0];
        assert_eq!((&nodes["required"], &nodes["default"]), (&json!(true), &Value::Null));
        assert_eq!(nodes["allowed"], "a whole number from 2 to 100_000_000");
    }

    #[test]
    fn a_prefix_of_no_key_is_refused_with_what_was_meant() {
        for (prefix, meant) in [
            ("netwrok", "`network`"),
            ("fanout", "`gossip.fanout`"),
            ("gossip.fanuot", "`gossip.fanout`"),
            ("degree", "`network.topology.degree`"),
        ] {
            let Err(Error::Usage(problem)) = printed(Some(prefix), false) else { panic!("{prefix} was taken") };
            assert_eq!(problem, format!("no key begins with `{prefix}`; did you mean {meant}?"));
        }
    }
}
