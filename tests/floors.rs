//! The structure holds: imports point down the floors, files say what they are, and what is banned stays out.

use std::fs;
use std::path::{Path, PathBuf};

mod imports;
mod tokens;

use imports::{Arrow, Imports};

/// Floor by floor, the modules of the crate; those on one floor do not know of each other.
const FLOORS: [&[&str]; 16] = [
    &["scalar", "random", "catalog", "key", "stats", "printable", "hexadecimal", "regular_file", "machine", "memory"],
    &["time", "units", "bits", "column", "threads", "data_file"],
    &["distance", "link_weights"],
    &["queue", "topology", "network", "peers", "clock"],
    &["theory", "overlay"],
    &["engine"],
    &["observe"],
    &["workload"],
    &["settings"],
    &["plan"],
    &["experiment"],
    &["trace"],
    &["columns"],
    &["scenario"],
    &["output", "verify", "capacity"],
    &["library", "cli", "guide"],
];

/// Where rules are bent or results are named, not computed: what must not occur in the sources, and why.
const BANNED: [(&str, &str); 8] = [
    ("HashMap", "its order is not fixed: use BTreeMap or an indexed Vec"),
    ("HashSet", "its order is not fixed: use BTreeSet or a sorted Vec"),
    ("SystemTime", "nothing in a result may know what time it is"),
    ("thread_rng", "every draw is addressed by the scenario's seed"),
    ("SmallRng", "its algorithm is not fixed"),
    ("StdRng", "its algorithm is not fixed"),
    ("dbg!", "left over from debugging"),
    ("todo!", "a stub"),
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The imports of the library.
fn imports() -> Imports {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let below = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    let sources: Vec<(String, String)> = sources().iter().map(|(path, text)| (below(path), text.clone())).collect();
    Imports::of(sources.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

/// The module of the crate that a file belongs to: the first part of its path.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// The lines of a file before its unit tests, which may look anywhere.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = text.find("#[cfg(test)]").unwrap_or(text.len());
    text[..end]
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.trim()))
        .filter(|(_, line)| !line.starts_with("//"))
}

#[test]
fn imports_point_down() {
    let imports = imports();
    for Arrow { from, to, written } in imports.arrows() {
        let own = module(from);
        if ["lib", "main"].contains(&own) {
            continue;
        }
        // Where a path leads, and the modules that it is written by, which may only pass it on.
        let through = written.iter().filter_map(|path| path.strip_prefix("crate::")?.split("::").next());
        for other in through.chain([module(to)]).filter(|other| *other != own) {
            let [Some(floor), Some(below)] = [own, other].map(floor) else {
                panic!("{from}: `{own}` or `{other}` has no floor in this test")
            };
            assert!(below < floor, "{from} (floor {floor}) looks up or across at {to} (floor {below}): {written:?}");
        }
    }
    assert!(
        imports.arrows().count() > 1000,
        "only {} imports: does this test still read them?",
        imports.arrows().count()
    );
}

#[test]
fn no_files_import_in_a_circle() {
    let imports = imports();
    let circles: Vec<String> = imports.circles().iter().map(ToString::to_string).collect();
    assert!(circles.is_empty(), "{}", circles.concat());
}

/// The circles among files in memory, each by its members.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    Imports::of(files.iter().copied()).circles().iter().map(|circle| circle.files.join(" ")).collect()
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    // By a tree with a facade and an alias between, by `super`, and by a path within the code.
    let files = [
        ("lib.rs", "mod one; mod two;"),
        ("one/mod.rs", "mod deep; mod wide; pub use deep::Deep as Far;"),
        ("one/deep.rs", "use crate::{two::{self, Two}, other}; pub struct Deep(Two);"),
        (
            "one/wide.rs",
            "pub(super) const WIDE: &[u8] = b\"\\\"\";\nfn far(_: super::Far, c: char) -> bool { c == '\"' }",
        ),
        ("two.rs", "pub struct Two; fn three() { crate::one::wide::three() }"),
    ];
    assert_eq!(circles(&files), ["one/deep.rs one/wide.rs two.rs"]);
    let imports = Imports::of(files);
    let text = imports.circles()[0].to_string();
    for arrow in [
        "one/deep.rs -> two.rs: crate::two, crate::two::Two",
        "one/wide.rs -> one/deep.rs: super::Far",
        "two.rs -> one/wide.rs: crate::one::wide::three",
    ] {
        assert!(text.contains(arrow), "{arrow}\n{text}");
    }
}

#[test]
fn a_facade_is_no_import_until_its_file_speaks_of_the_name() {
    let child = ("a/b.rs", "use super::A; pub struct B(A);");
    assert!(circles(&[("a/mod.rs", "mod b; pub use b::B; pub struct A;"), child]).is_empty());
    assert_eq!(
        circles(&[("a/mod.rs", "mod b; pub use b::B; pub struct A; fn f(_: B) {}"), child]),
        ["a/mod.rs a/b.rs"]
    );
}

#[test]
fn unit_tests_comments_and_texts_import_nothing() {
    let files = [
        ("a.rs", "use crate::b::B;"),
        ("b.rs", "#[cfg(test)]\npub(super) mod t { use crate::a; }\n// crate::a::A\nconst B: &str = \"crate::a::A\";"),
        ("c.rs", "const C: &str = r#\"crate::d::D \"#; #[cfg(test)] use crate::d; fn c<'a>(_: &'a str) {}"),
        ("d.rs", "use crate::c::C;"),
    ];
    assert!(circles(&files).is_empty());
}

#[test]
fn every_file_opens_with_a_sentence() {
    for (path, text) in sources() {
        let first = text.lines().next().unwrap_or_default();
        let paragraph: Vec<&str> = text.lines().take_while(|line| line.len() > 3 && line.starts_with("//! ")).collect();
        let ends = paragraph.last().is_some_and(|line| line.ends_with(['.', ':', '?']));
        assert!(first.starts_with("//! ") && ends, "{}: opens with `{first}`", path.display());
    }
}

#[test]
fn what_is_banned_stays_out() {
    for (path, text) in sources() {
        for (line, code) in code(&text) {
            for (word, reason) in BANNED {
                assert!(!code.contains(word), "{}:{line}: `{word}`: {reason}", path.display());
            }
        }
    }
}
