//! The commands that the documents show work, on networks of a few nodes.

use gossipsim::scenario::{self, Overrides, Source};

use super::markdown::{parts, spans};
use super::{documents, names, read};
use crate::cli::sandbox::Sandbox;

/// How the program is called.
const CALLS: [&str; 2] = ["gossipsim ", "cargo run --release -- "];
/// What the documents call a reader's own scenarios.
const OWN: [&str; 4] = ["mine.toml", "rumor.toml", "before.toml", "after.toml"];

#[test]
fn every_command_works() {
    let found: Vec<(String, Vec<String>)> =
        documents().into_iter().map(|document| (document.clone(), commands(&read(&document)))).collect();
    let count: usize = found.iter().map(|(_, commands)| commands.len()).sum();
    assert!(count > 20, "only {count} commands: does this test still find them?");
    std::thread::scope(|scope| {
        for (document, commands) in found.iter().filter(|(_, commands)| !commands.is_empty()) {
            scope.spawn(|| {
                let sandbox = furnished(&document.replace('/', "-"));
                commands.iter().for_each(|command| try_out(&sandbox, document, command));
            });
        }
    });
}

/// The commands in the blocks of a document, and those in its text that leave nothing to fill in: a name alone does.
fn commands(text: &str) -> Vec<String> {
    let (blocks, prose) = parts(text);
    let lines = blocks.iter().flat_map(|block| &block.lines).map(|line| line.trim_start_matches("$ ").to_owned());
    let whole = |code: &String| !code.contains('…') && code.trim_start_matches(CALLS[0]).contains(' ');
    let all = lines.chain(spans(&prose).0.into_iter().filter(whole));
    all.filter_map(|line| CALLS.iter().find_map(|call| line.strip_prefix(call)).map(str::to_owned)).collect()
}

/// The words of a line, as a shell takes them: in quotes or not, up to a comment.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for sign in line.chars() {
        match (quote, sign) {
            (Some(open), _) if open == sign => quote = None,
            (None, '\'' | '"') => {
                word.get_or_insert_default();
                quote = Some(sign);
            }
            (None, ' ') => words.extend(word.take()),
            // A comment, or the file that the output goes to.
            (None, '#' | '>') if word.is_none() => break,
            _ => word.get_or_insert_default().push(sign),
        }
    }
    assert!(quote.is_none(), "{line}");
    words.extend(word);
    words
}

/// A folder with the samples, and a reader's own scenarios.
fn furnished(name: &str) -> Sandbox {
    let sandbox = Sandbox::new(name);
    for sample in names("scenarios", "toml") {
        sandbox.write(&format!("scenarios/{sample}"), read(&format!("scenarios/{sample}")));
    }
    let shown = read("docs/scenario.md");
    let own = parts(&shown).0.into_iter().find(|block| block.language == "toml").expect("a scenario").lines.join("\n");
    OWN.iter().for_each(|name| sandbox.write(name, &own));
    sandbox.write("after.toml", own.replace("fanout   = 1", "fanout   = 2"));
    sandbox
}

/// Does what a command says, in small; where that would draw many charts, holds what it says to be right.
fn try_out(sandbox: &Sandbox, document: &str, command: &str) {
    let words = words(command);
    let call = |arguments: &[String]| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let outcome = sandbox.run(&arguments);
        assert_eq!(outcome.status, Some(0), "{document}: gossipsim {command}\n{arguments:?}\n{}", outcome.stderr);
    };
    let understood = [&words[..], &["--help".to_owned()]].concat();
    match words[0].as_str() {
        "verify" => call(&understood),
        "run" => [checked(&words), understood].iter().for_each(|arguments| call(arguments)),
        "compare" if files(&words).count() == 2 => call(&small(&words)),
        "compare" => {
            [checked(&words), understood].iter().for_each(|arguments| call(arguments));
            varied(sandbox, document, &words);
        }
        "plot" => {
            let (sizes, out) = ("sweep.network.nodes=[16, 32]", &words[1]);
            let small = ["--set", sizes, "--replicates", "20", "--threads", "1", "--quiet", "--force", "--out", out];
            call(
                &["run", "scenarios/quickstart.toml"]
                    .iter()
                    .chain(&small)
                    .map(|&word| word.to_owned())
                    .collect::<Vec<_>>(),
            );
            call(&words);
        }
        "theory" | "graph" | "trace" | "explain" | "picture" | "watch" => call(&small(&words)),
        "init" => {
            // It overwrites nothing, and every document has its turn.
            let _ = std::fs::remove_file(sandbox.path(&words[1]));
            call(&words);
        }
        _ => call(&words),
    }
}

/// The settings of a command, with their values.
fn settings(words: &[String]) -> Vec<&[String]> {
    let sets = |pair: &&[String]| ["--set", "--seed", "--replicates"].contains(&pair[0].as_str());
    words.windows(2).filter(sets).collect()
}

/// Whether a word names a scenario that is part of the program.
fn is_inside(word: &str) -> bool {
    gossipsim::scenario::Sample::referred(word).is_some()
}

fn is_scenario(word: &str) -> bool {
    word.ends_with(".toml") || is_inside(word)
}

/// The scenarios of a command.
fn files(words: &[String]) -> impl Iterator<Item = &String> {
    words.iter().filter(|word| is_scenario(word))
}

/// The values of `--vary` can be read.
fn varied(sandbox: &Sandbox, document: &str, words: &[String]) {
    let vary = words.iter().skip_while(|word| *word != "--vary").nth(1).cloned();
    // Squares, so that lattices fit.
    let overrides = Overrides { vary, set: vec!["sweep={}".into(), "network.nodes=16".into()], ..Overrides::default() };
    for file in files(words) {
        let file = if is_inside(file) { file.into() } else { sandbox.path(file) };
        let scenario = Source::open(&file).and_then(|source| scenario::read(source, &overrides));
        let varied = overrides.vary.is_none() || scenario.is_ok_and(|scenario| scenario.points.len() > 1);
        assert!(varied, "{document}: {words:?}");
    }
}

/// A check of what is to be run, at its full size.
fn checked(words: &[String]) -> Vec<String> {
    let mut check = vec!["check".to_owned(), "--force".to_owned()];
    check.extend(files(words).cloned());
    check.extend(settings(words).concat());
    check
}

/// The same of few nodes, and where runs are done, of one configuration and twice.
fn small(words: &[String]) -> Vec<String> {
    let mut small = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let value = rest.as_slice().first();
        let sized = word == "--set" && value.is_some_and(|value| value.contains("network.nodes"));
        if sized || word == "--replicates" || word == "--threads" {
            rest.next();
        } else {
            small.push(word.clone());
        }
    }
    let (swept, more): (_, &[&str]) = match words[0].as_str() {
        "run" | "compare" => ("sweep={}", &["--replicates=2", "--threads=1", "--set", "network.nodes=16", "-q"]),
        _ => ("sweep.network.nodes=[16, 32]", &[]),
    };
    small.extend(["--force", "--set", swept].iter().chain(more).map(|&word| word.to_owned()));
    small
}

#[test]
fn a_line_has_the_words_of_a_shell() {
    assert_eq!(words("run a.toml --set 'x = \"b c\"'   # no"), ["run", "a.toml", "--set", "x = \"b c\""]);
}
