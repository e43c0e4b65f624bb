//! Tables of the documents that are made of lists in the code. A change of a list is blessed with
//! `GOSSIPSIM_BLESS=1 cargo test documents`, which writes them anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use clap::{Arg, ArgAction, Command};
use gossipsim::cli;
use gossipsim::scenario::{CLASS_KEYS, EVENT_KEYS, REGION_KEYS};
use gossipsim::workload::WorkloadSpec;
use serde_json::Value;

use super::{read, root};
use crate::cli::sandbox::Sandbox;

const END: &str = "<!-- end -->\n";

/// A table: its document, what it is of, and its text.
struct Table {
    document: &'static str,
    of: String,
    text: String,
}

#[test]
fn the_tables_are_those_of_the_code() {
    let blessing = std::env::var_os("GOSSIPSIM_BLESS").is_some_and(|value| value == "1");
    for Table { document, of, text } in keys().into_iter().chain(commands()).chain([workloads(), columns()]) {
        let begin = format!("<!-- {of}: written by GOSSIPSIM_BLESS=1 cargo test documents -->\n");
        let shown = read(document);
        let (before, rest) = shown.split_once(&begin).unwrap_or_else(|| panic!("{document} has no `{begin}`"));
        let (found, after) = rest.split_once(END).expect("the end of a table");
        if blessing {
            fs::write(root().join(document), format!("{before}{begin}{text}{END}{after}")).expect(document);
            continue;
        }
        assert!(found == text, "{document}, {of}: write it anew with GOSSIPSIM_BLESS=1 cargo test documents\n{text}");
    }
}

/// Keys of the scenario, a table for each section and each workload.
fn keys() -> Vec<Table> {
    let json = Sandbox::new("documents-keys").run(&["keys", "--json"]).exits(0).json();
    let all = json["keys"].as_array().expect("keys");
    let part = |key: &Value, name: &str| key[name].as_str().unwrap_or_default().to_owned();
    let section =
        |key: &Value| part(key, "key").split_once('.').map_or(String::new(), |(section, _)| section.to_owned());
    let table = |document, of: String, is: &dyn Fn(&Value) -> bool| {
        let rows: Vec<&Value> = all.iter().filter(|key| is(key)).collect();
        assert!(!rows.is_empty(), "{of}");
        Table { document, of, text: rows_of(&rows) }
    };
    let mut tables: Vec<Table> = ["", "network", "gossip", "adversaries", "stop"]
        .iter()
        .map(|name| {
            let of = format!("keys of {}", if name.is_empty() { "the top" } else { name });
            table("docs/scenario.md", of, &|key| section(key) == *name && !part(key, "key").contains(".N."))
        })
        .collect();
    tables.push(table("docs/scenario.md", "keys of workload".to_owned(), &|key| part(key, "key") == "workload.kind"));
    for (name, keys) in [("region", &REGION_KEYS[..]), ("class", &CLASS_KEYS), ("event", &EVENT_KEYS)] {
        tables.push(Table { document: "docs/scenario.md", of: format!("keys of {name}"), text: stated(name, keys) });
    }
    tables.extend(
        WorkloadSpec::NAMES
            .iter()
            .map(|name| table("docs/workloads.md", format!("keys of {name}"), &|key| part(key, "workload") == *name)),
    );
    tables
}

/// The keys of the tables of one kind.
fn stated(name: &str, keys: &[(&str, &str, &str)]) -> String {
    let row = |(key, value, meaning): &(&str, &str, &str)| format!("| `{key}` | {value} | {meaning} |\n");
    let article = if name == "event" { "an" } else { "a" };
    format!("| key of {article} {name} | value | meaning |\n|---|---|---|\n")
        + &keys.iter().map(row).collect::<String>()
}

fn rows_of(keys: &[&Value]) -> String {
    let mut text = "| key | default | allowed | meaning |\n|---|---|---|---|\n".to_owned();
    for key in keys {
        let part = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        let default =
            key["default"].as_str().map_or("none: it must be written".to_owned(), |default| format!("`{default}`"));
        let path = part("key");
        let name =
            path.split_once('.').filter(|(section, _)| *section != "workload").map_or(path.as_str(), |(_, name)| name);
        let _ =
            writeln!(text, "| `{name}` | {default} | {} | {} |", part("allowed").replace('|', "\\|"), part("meaning"));
    }
    text
}

/// The workloads: what their runs lead to, and which keys of `[gossip]` they use.
fn workloads() -> Table {
    let mut text = "| `workload.kind` | a run has converged when | keys of `[gossip]` |\n|---|---|---|\n".to_owned();
    for ((name, uses), (_, goal)) in WorkloadSpec::USES.iter().zip(WorkloadSpec::GOALS) {
        let uses: Vec<String> = uses.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(text, "| [`{name}`](#{name}) | {goal} | {} |", uses.join(", "));
    }
    Table { document: "docs/workloads.md", of: "workloads".to_owned(), text }
}

/// The commands, and the flags of all of them.
fn commands() -> Vec<Table> {
    let program = cli::arguments();
    let all: Vec<&Command> = program.get_subcommands().collect();
    let mut text = "| command | does |\n|---|---|\n".to_owned();
    for command in &all {
        let name = command.get_name();
        let files: String = command.get_positionals().map(|file| format!(" {}", written(file))).collect();
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(text, "| [`{name}{files}`](#{name}) | {} |", about.replace('\n', " "));
    }
    let commands = Table { document: "docs/commands.md", of: "commands".to_owned(), text };
    vec![commands, Table { document: "docs/commands.md", of: "flags".to_owned(), text: flags(&all) }]
}

fn flags(commands: &[&Command]) -> String {
    let mut order: Vec<(String, String)> = Vec::new();
    let mut takers: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for command in commands {
        for flag in command.get_arguments().filter(|argument| !argument.is_positional()) {
            let row = (written(flag), meaning(flag));
            let taken = takers.entry(row.clone()).or_default();
            if taken.is_empty() {
                order.push(row);
            }
            taken.push(format!("`{}`", command.get_name()));
        }
    }
    let mut text = "| flag | of | means |\n|---|---|---|\n".to_owned();
    for row in order {
        let _ = writeln!(text, "| `{}` | {} | {} |", row.0, takers[&row].join(", "), row.1);
    }
    text
}

/// How an argument is written.
fn written(argument: &Arg) -> String {
    let value = argument.get_value_names().unwrap_or_default().first().map(ToString::to_string);
    let value = value.filter(|_| argument.get_action().takes_values()).unwrap_or_default();
    match (argument.get_short(), argument.get_long()) {
        (Some(short), Some(long)) => format!("-{short}, --{long} {value}").trim_end().to_owned(),
        (None, Some(long)) => format!("--{long} {value}").trim_end().to_owned(),
        _ => operand(argument, &value),
    }
}

/// How an argument without a flag is written: once, perhaps, twice at most, or as often as one likes.
fn operand(argument: &Arg, value: &str) -> String {
    let limit = argument.get_num_args().map(|count| count.max_values());
    match (argument.is_required_set(), argument.get_action(), limit) {
        (false, ..) => format!("[{value}]"),
        (_, _, Some(2)) => format!("{value} [{value}]"),
        (_, ArgAction::Append, _) => format!("{value}…"),
        _ => value.to_owned(),
    }
}

/// What an argument means, what it can be, and what it is if it is not written.
fn meaning(argument: &Arg) -> String {
    let mut text = argument.get_help().map(ToString::to_string).unwrap_or_default().replace('\n', " ");
    text = text.replace('|', "\\|").replace('<', "&lt;");
    let values: Vec<String> = if argument.get_action().takes_values() {
        argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect()
    } else {
        Vec::new()
    };
    let defaults = argument.get_default_values().iter().filter(|_| argument.get_action().takes_values());
    let defaults: Vec<String> = defaults.map(|value| format!("`{}`", value.to_string_lossy())).collect();
    if !values.is_empty() {
        text = format!("{text} One of {}", values.join(", "));
    }
    if defaults.is_empty() { text } else { format!("{text} [default: {}]", defaults.join(", ")) }
}

/// The columns of all tables: those of each workload, and those that are the same in all.
fn columns() -> Table {
    let sandbox = Sandbox::new("documents");
    let json = sandbox.run(&["columns", "--json"]).exits(0).json();
    let workloads = json["workloads"].as_array().expect("workloads");
    let tables = |workload: &Value| workload["tables"].as_array().expect("tables").clone();
    let everywhere = |table: &Value| workloads.iter().all(|workload| tables(workload).contains(table));
    let mut text = String::new();
    for workload in workloads {
        let _ = writeln!(text, "\n## {}", workload["workload"].as_str().expect("a name"));
        text.extend(tables(workload).iter().filter(|table| !everywhere(table)).map(table_of));
    }
    text += "\n## Every workload\n";
    text.extend(tables(&workloads[0]).iter().filter(|table| everywhere(table)).map(table_of));
    Table { document: "docs/columns.md", of: "columns".to_owned(), text: text + "\n" }
}

fn table_of(table: &Value) -> String {
    let part = |json: &Value, name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let mut text = format!("\n### {}\n\nA row for each {}.\n\n", part(table, "file"), part(table, "row"));
    text += "| column | type | unit | meaning |\n|---|---|---|---|\n";
    for field in table["fields"].as_array().expect("fields") {
        let name = part(field, "name");
        let name = if name == "swept keys" { format!("*{name}*") } else { format!("`{name}`") };
        let [kind, unit, doc] = ["type", "unit", "description"].map(|of| part(field, of));
        let _ = writeln!(text, "| {name} | {kind} | {unit} | {doc} |");
    }
    text
}
