//! Changing a scenario and looking again: what `run` replaces, and what it never does without being told to.

use std::fs;

use super::sandbox::{Sandbox, TINY};

/// `TINY` with another number of nodes.
fn with_nodes(nodes: u32) -> String {
    TINY.replace("nodes = 8", &format!("nodes = {nodes}"))
}

#[test]
fn the_same_file_changed_replaces_its_results() {
    let sandbox = Sandbox::new("again");
    sandbox.write("tiny.toml", TINY);
    sandbox.run(&["run", "tiny.toml"]).exits(0);
    let first = sandbox.bytes("output/tiny/runs.csv");
    let manifest = sandbox.json("output/tiny/manifest.json");
    assert_eq!((&manifest["sources"][0], &manifest["command"]), (&"../../tiny.toml".into(), &"run".into()));
    sandbox.write("tiny.toml", format!("# changed\n{}", with_nodes(9)));
    let outcome = sandbox.run(&["run", "tiny.toml"]).exits(0);
    outcome.says(&["note: `output/tiny` holds results of other settings, which the new ones replace"]);
    assert_ne!(sandbox.bytes("output/tiny/runs.csv"), first);
    assert_eq!(sandbox.text("output/tiny/scenario.toml"), sandbox.text("tiny.toml"));
    // The command line changes the same scenario, and the manifest says how.
    let changed = ["run", "tiny.toml", "-q", "--set", "gossip.fanout=2", "--seed", "9", "--replicates", "3"];
    sandbox.run(&changed).exits(0);
    let manifest = sandbox.json("output/tiny/manifest.json");
    let said = ["--set gossip.fanout=2", "--seed 9", "--replicates 3"];
    assert_eq!(manifest["overrides"], serde_json::json!(said));
    assert_eq!(sandbox.text("output/tiny/scenario.toml"), sandbox.text("tiny.toml"), "as it was written");
    // Moved together they are still the same.
    sandbox.write("moved/tiny.toml", sandbox.text("tiny.toml"));
    fs::create_dir_all(sandbox.path("moved/output")).expect("a folder");
    fs::rename(sandbox.path("output/tiny"), sandbox.path("moved/output/tiny")).expect("a move");
    let mut command = sandbox.command(&["run", "tiny.toml", "-q"]);
    super::sandbox::Outcome::of(command.current_dir(sandbox.path("moved"))).exits(0);
}

#[cfg(unix)]
#[test]
fn results_of_another_scenario_are_replaced_only_by_force() {
    let sandbox = Sandbox::new("force");
    sandbox.write("tiny.toml", TINY);
    sandbox.write("other/tiny.toml", with_nodes(9));
    sandbox.run(&["run", "tiny.toml", "-q"]).exits(0);
    let before = sandbox.bytes("output/tiny/runs.csv");
    let other = ["run", "other/tiny.toml", "-q"];
    let refused = sandbox.run(&other).exits(2);
    refused.says(&["holds the results of another scenario (`tiny`, from `tiny.toml`)", "--force", "--out"]);
    let piped = sandbox.shell("\"$0\" run - --out output/tiny -q < other/tiny.toml").exits(2);
    piped.says(&["another scenario (`tiny`, from `tiny.toml`)"]);
    // Another command has other results, also of the same file.
    let compared = ["compare", "tiny.toml", "--out", "output/tiny", "-q"];
    sandbox.run(&compared).exits(2).says(&["holds the results of another command (`run` of `tiny`)", "--force"]);
    assert_eq!(sandbox.bytes("output/tiny/runs.csv"), before);
    // Nor does it help to say the same.
    sandbox.write("same/tiny.toml", TINY);
    sandbox.run(&["run", "same/tiny.toml", "-q"]).exits(2).says(&["another scenario (`tiny`, from `tiny.toml`)"]);
    assert_eq!(sandbox.bytes("output/tiny/runs.csv"), before);
    let forced = ["run", "other/tiny.toml", "--force"];
    sandbox.run(&forced).exits(0);
    assert_ne!(sandbox.bytes("output/tiny/runs.csv"), before);
    sandbox.run(&["run", "tiny.toml", "-q"]).exits(2).says(&["from `other/tiny.toml`"]);
}

#[test]
fn what_the_user_put_into_a_folder_or_changed_in_it_is_named_and_stays() {
    let sandbox = Sandbox::new("mixed");
    sandbox.write("tiny.toml", TINY);
    sandbox.run(&["run", "tiny.toml", "-q"]).exits(0);
    sandbox.write("tiny.toml", with_nodes(9));
    sandbox.write("output/tiny/thoughts.md", "important");
    sandbox.write("output/tiny/.git/HEAD", "ref");
    sandbox.run(&["run", "tiny.toml", "-q"]).exits(2).says(&["`.git/`, `thoughts.md`", "--force"]);
    let forced = ["run", "tiny.toml", "--force"];
    sandbox.run(&forced).exits(0).says(&["note: `.git/`, `thoughts.md` in `output/tiny` is no result and stays"]);
    let mine = ["output/tiny/thoughts.md", "output/tiny/.git/HEAD"].map(|name| sandbox.text(name));
    assert_eq!(mine, ["important", "ref"]);
    fs::remove_dir_all(sandbox.path("output/tiny/.git")).expect("a folder");
    fs::remove_file(sandbox.path("output/tiny/thoughts.md")).expect("a file");
    // A result that was changed is the user's work, whether the scenario changed or not.
    let summary = sandbox.text("output/tiny/summary.csv");
    sandbox.write("output/tiny/summary.csv", format!("{summary}# mine\n"));
    sandbox.write("output/tiny/charts/informed_vs_round.svg", "<svg/>");
    for nodes in [9, 10] {
        sandbox.write("tiny.toml", with_nodes(nodes));
        let refused = sandbox.run(&["run", "tiny.toml", "-q"]).exits(2);
        refused.says(&["changed by hand", "`charts/informed_vs_round.svg`, `summary.csv`", "--force", "--out"]);
    }
    assert!(sandbox.text("output/tiny/summary.csv").ends_with("# mine\n"));
    sandbox.run(&["run", "tiny.toml", "-q", "--force"]).exits(0);
    // What `plot` draws, and what is missing, was not changed by anybody.
    sandbox.run(&["plot", "output/tiny", "--charts", "svg"]).exits(0);
    fs::remove_file(sandbox.path("output/tiny/curve.csv")).expect("a file");
    sandbox.run(&["run", "tiny.toml", "-q"]).exits(0);
    assert!(sandbox.entries().iter().all(|name| !name.contains("gossipsim")), "{:?}", sandbox.entries());
}

#[test]
fn a_manifest_that_is_damaged_is_named_and_one_of_another_program_is_left_alone() {
    let sandbox = Sandbox::new("damaged");
    sandbox.write("tiny.toml", TINY);
    sandbox.run(&["run", "tiny.toml", "-q"]).exits(0);
    let manifest = sandbox.text("output/tiny/manifest.json");
    for damaged in [&manifest[..manifest.len() / 2], "", "\u{1b}[2J"] {
        sandbox.write("output/tiny/manifest.json", damaged);
        for force in [&[][..], &["--force"]] {
            let refused = sandbox.run(&[&["run", "tiny.toml", "-q"], force].concat()).exits(2);
            refused.says(&[
                "`output/tiny` holds a manifest that cannot be read (manifest.json: ",
                "restore it",
                "--out",
            ]);
        }
        assert_eq!(sandbox.text("output/tiny/manifest.json"), damaged);
    }
    sandbox.write("output/tiny/manifest.json", manifest);
    sandbox.run(&["run", "tiny.toml", "-q"]).exits(0);
    sandbox.write("app/manifest.json", "{\"name\": \"my app\"}");
    let refused = sandbox.run(&["run", "tiny.toml", "-q", "--force", "--out", "app"]).exits(2);
    refused.says(&["`app` is not empty and holds no results of gossipsim"]);
}

#[test]
fn run_compare_and_theory_of_one_file_do_not_stand_in_each_others_way() {
    let sandbox = Sandbox::new("beside");
    sandbox.write("tiny.toml", TINY);
    for fanout in ["1", "2"] {
        let set = format!("gossip.fanout={fanout}");
        for command in ["run", "compare", "theory", "run"] {
            sandbox.run(&[command, "tiny.toml", "--set", &set]).exits(0);
        }
        sandbox.run(&["compare", "tiny.toml", "--vary", "gossip.interval=1s,2s", "-q"]).exits(0);
    }
    for folder in ["tiny", "tiny_compare", "tiny_theory"] {
        assert!(sandbox.path(&format!("output/{folder}/scenario.toml")).exists(), "{folder}");
    }
    let manifest = sandbox.json("output/tiny_compare/manifest.json");
    assert_eq!(manifest["overrides"], serde_json::json!(["--vary gossip.interval=1s,2s"]));
    // Both sides of a comparison of two files stand in its folder.
    sandbox.write("lossy.toml", TINY.replace("8\n", "8\nloss = 0.2\n"));
    sandbox.run(&["compare", "tiny.toml", "lossy.toml", "-q"]).exits(0);
    let copies = ["scenario.toml", "scenario_2.toml"].map(|name| sandbox.text(&format!("output/tiny_vs_lossy/{name}")));
    assert_eq!(copies, ["tiny.toml", "lossy.toml"].map(|name| sandbox.text(name)));
    let sources = &sandbox.json("output/tiny_vs_lossy/manifest.json")["sources"];
    assert_eq!(*sources, serde_json::json!(["../../tiny.toml", "../../lossy.toml"]));
    sandbox.write("lossy.toml", TINY.replace("8\n", "8\nloss = 0.3\n"));
    sandbox.run(&["compare", "tiny.toml", "lossy.toml", "-q"]).exits(0);
}

#[test]
fn folders_of_versions_that_kept_no_record_are_replaced_by_name_in_their_own_place_alone() {
    let sandbox = Sandbox::new("older");
    sandbox.write("tiny.toml", TINY);
    for folder in ["output/tiny", "elsewhere"] {
        sandbox.run(&["run", "tiny.toml", "-q", "--out", folder]).exits(0);
        let mut manifest = sandbox.json(&format!("{folder}/manifest.json"));
        let fields = manifest.as_object_mut().expect("an object");
        ["sources", "sha256", "command", "commit"].iter().for_each(|name| drop(fields.remove(*name)));
        sandbox.write(&format!("{folder}/manifest.json"), manifest.to_string());
    }
    sandbox.write("tiny.toml", with_nodes(9));
    let refused = sandbox.run(&["run", "tiny.toml", "-q", "--out", "elsewhere"]).exits(2);
    refused.says(&["another scenario (`tiny`, other settings)"]);
    sandbox.run(&["run", "tiny.toml", "-q"]).exits(0);
    assert_eq!(sandbox.json("output/tiny/manifest.json")["sources"][0], "../../tiny.toml");
}

#[cfg(unix)]
#[test]
fn a_link_is_a_scenario_of_its_own_and_folders_that_are_links_make_no_difference() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new("links-again");
    sandbox.write("real/tiny.toml", TINY);
    fs::create_dir_all(sandbox.path("disk")).expect("a folder");
    symlink("disk", sandbox.path("output")).expect("a link");
    symlink("real", sandbox.path("way")).expect("a link");
    sandbox.run(&["run", "way/tiny.toml", "-q"]).exits(0);
    for nodes in [9, 10] {
        sandbox.write("real/tiny.toml", with_nodes(nodes));
        sandbox.run(&["run", if nodes == 9 { "real/tiny.toml" } else { "way/tiny.toml" }, "-q"]).exits(0);
    }
    symlink("real/tiny.toml", sandbox.path("tiny.toml")).expect("a link");
    sandbox.write("real/tiny.toml", TINY);
    sandbox.run(&["run", "tiny.toml", "-q"]).exits(2).says(&["from `real/tiny.toml`"]);
}
