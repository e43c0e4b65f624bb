//! What the program writes for shells, manual readers and editors.

use super::desk::Desk;

#[test]
fn completions_know_commands_and_values() {
    let desk = Desk::new("completions");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.run(&["generate", "completions", shell]).exits(0);
        script.prints(&["gossipsim", "compare", "charts", "verify"]);
    }
    desk.run(&["generate", "completions", "tcsh"]).exits(2).says(&["bash, elvish, fish, powershell, zsh"]);
    assert_eq!(desk.entries(), [""; 0]);
}

#[test]
fn every_command_has_a_page() {
    let desk = Desk::new("pages");
    desk.run(&["generate", "man"]).exits(0).prints(&[".TH gossipsim 1", "Exit status"]);
    assert_eq!(desk.entries(), [""; 0]);
    assert_eq!(desk.run(&["generate", "man", "--out", "man/man1"]).exits(0).stdout, "");
    let pages = desk.files("man/man1");
    for page in ["gossipsim.1", "gossipsim-run.1", "gossipsim-plot.1", "gossipsim-generate-man.1"] {
        assert!(pages.contains(&page.to_owned()), "no {page} in {pages:?}");
    }
    assert!(desk.text("man/man1/gossipsim-run.1").contains("replicates"));
    desk.write("file", "");
    desk.run(&["generate", "man", "--out", "file/below"]).exits(1).says(&["cannot write man pages to `file/below`"]);
}

#[test]
fn the_schema_is_that_of_the_library() {
    let desk = Desk::new("schema");
    let text = desk.run(&["generate", "schema"]).exits(0).stdout;
    assert_eq!(text, gossipsim::scenario::schema_text());
}
