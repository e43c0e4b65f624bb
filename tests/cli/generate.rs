//! What the program writes for shells, manual readers and editors.

use super::sandbox::Sandbox;

#[test]
fn completions_know_commands_and_values() {
    let sandbox = Sandbox::new("completions");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = sandbox.run(&["generate", "completions", shell]).exits(0);
        script.prints(&["gossipsim", "compare", "charts", "verify"]);
    }
    sandbox.run(&["generate", "completions", "tcsh"]).exits(2).says(&["bash, elvish, fish, powershell, zsh"]);
    assert_eq!(sandbox.entries(), [""; 0]);
}

#[test]
fn every_command_has_a_page() {
    let sandbox = Sandbox::new("pages");
    sandbox.run(&["generate", "man"]).exits(0).prints(&[".TH gossipsim 1", "Exit status"]);
    assert_eq!(sandbox.entries(), [""; 0]);
    assert_eq!(sandbox.run(&["generate", "man", "--out", "man/man1"]).exits(0).stdout, "");
    let pages = sandbox.files("man/man1");
    for page in ["gossipsim.1", "gossipsim-run.1", "gossipsim-plot.1", "gossipsim-generate-man.1"] {
        assert!(pages.contains(&page.to_owned()), "no {page} in {pages:?}");
    }
    assert!(sandbox.text("man/man1/gossipsim-run.1").contains("replicates"));
    sandbox.write("file", "");
    sandbox.run(&["generate", "man", "--out", "file/below"]).exits(1).says(&["cannot write man pages to `file/below`"]);
}

#[test]
fn the_schema_is_that_of_the_library() {
    let sandbox = Sandbox::new("schema");
    let text = sandbox.run(&["generate", "schema"]).exits(0).stdout;
    assert_eq!(text, gossipsim::scenario::schema_text());
}
