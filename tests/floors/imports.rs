//! Who imports whom: `use` trees and inline paths of sources, resolved through re-exports to the files they lead to.
//!
//! A `pub use` of a name that its own file does not speak of is a facade, and no import. Unit tests may look anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::tokens::{is_name, tokens, without_tests};

/// A file by the names of the modules that lead to it from the root of the crate.
type Module = Vec<String>;

/// A path as written, by its parts.
type Path = Vec<String>;

/// What one file says.
#[derive(Default)]
struct Source {
    file: String,
    /// What its `use` declarations call what, public or not.
    names: BTreeMap<String, Path>,
    /// All that it looks at.
    paths: BTreeSet<Path>,
}

/// The imports between the files of a crate.
pub(super) struct Imports {
    sources: BTreeMap<Module, Source>,
    arrows: BTreeMap<Module, BTreeMap<Module, BTreeSet<String>>>,
}

/// One file imports another, by paths as they are written.
pub(super) struct Arrow<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) written: &'a BTreeSet<String>,
}

/// Files of which each leads to each.
pub(super) struct Circle<'a> {
    pub(super) files: Vec<&'a str>,
    arrows: Vec<Arrow<'a>>,
}

impl fmt::Display for Circle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} files import in a circle: {}", self.files.len(), self.files.join(", "))?;
        for Arrow { from, to, written } in &self.arrows {
            let written: Vec<&str> = written.iter().map(String::as_str).collect();
            writeln!(f, "    {from} -> {to}: {}", written.join(", "))?;
        }
        Ok(())
    }
}

impl Imports {
    /// Those of `files`, by their paths below `src` and their texts.
    pub(super) fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let sources = files.into_iter().map(|(file, text)| (module(file), Source::read(file, text))).collect();
        let mut imports = Imports { sources, arrows: BTreeMap::new() };
        for (from, source) in &imports.sources {
            let mut arrows: BTreeMap<Module, BTreeSet<String>> = BTreeMap::new();
            for path in &source.paths {
                let to = imports.resolve(from, path, &mut BTreeSet::new());
                // The root of the crate is nobody's floor.
                if let Some(to) = to.filter(|to| to != from && !to.is_empty()) {
                    arrows.entry(to).or_default().insert(path.join("::"));
                }
            }
            imports.arrows.insert(from.clone(), arrows);
        }
        imports
    }

    /// Every import.
    pub(super) fn arrows(&self) -> impl Iterator<Item = Arrow<'_>> {
        let each = |(from, all)| self.arrows_from(from, all);
        self.arrows.iter().flat_map(each)
    }

    fn arrows_from<'a>(
        &'a self,
        from: &'a Module,
        all: &'a BTreeMap<Module, BTreeSet<String>>,
    ) -> impl Iterator<Item = Arrow<'a>> {
        all.iter().map(|(to, written)| Arrow { from: self.file(from), to: self.file(to), written })
    }

    /// The strongly connected components of more than one file.
    pub(super) fn circles(&self) -> Vec<Circle<'_>> {
        let reached: BTreeMap<&Module, BTreeSet<&Module>> =
            self.arrows.keys().map(|from| (from, self.reached(from))).collect();
        let mut circles: Vec<Vec<&Module>> = Vec::new();
        for from in self.arrows.keys() {
            if reached[from].contains(from) && !circles.iter().flatten().any(|&member| member == from) {
                circles.push(reached[from].iter().copied().filter(|other| reached[other].contains(from)).collect());
            }
        }
        circles.into_iter().map(|members| self.circle(&members)).collect()
    }

    fn circle(&self, members: &[&Module]) -> Circle<'_> {
        let file = |module: &Module| members.contains(&module);
        let within = self.arrows.iter().filter(|(from, _)| file(from)).flat_map(|(from, all)| {
            all.iter().filter(|(to, _)| file(to)).map(|(to, written)| Arrow {
                from: self.file(from),
                to: self.file(to),
                written,
            })
        });
        Circle { arrows: within.collect(), files: members.iter().map(|module| self.file(module)).collect() }
    }

    /// All files that imports lead to from `from`, itself only if one leads back.
    fn reached(&self, from: &Module) -> BTreeSet<&Module> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&Module> = self.arrows[from].keys().collect();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(self.arrows[next].keys());
            }
        }
        reached
    }

    fn file(&self, module: &Module) -> &str {
        &self.sources[module].file
    }

    fn child(&self, module: &Module, name: &str) -> Option<Module> {
        let child = [&module[..], &[name.to_owned()]].concat();
        self.sources.contains_key(&child).then_some(child)
    }

    /// The file that has what `path` means in `from`; none if that is of another crate, or no path to an item.
    /// `seen` are the names on the way, as re-exports may go round.
    fn resolve(&self, from: &Module, path: &[String], seen: &mut BTreeSet<(Module, String)>) -> Option<Module> {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Module::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            "super" => (from[..from.len().checked_sub(ups)?].to_vec(), &path[ups..]),
            first if self.child(from, first).is_some() => (from.clone(), path),
            first => return self.named(from, first, &path[1..], seen),
        };
        while let Some((first, after)) = rest.split_first() {
            match self.child(&at, first) {
                Some(child) => at = child,
                None => return self.named(&at, first, after, seen).or(Some(at)),
            }
            rest = after;
        }
        Some(at)
    }

    /// Where `name` leads that a `use` of the file `at` made, and the `rest` of the path behind it.
    fn named(&self, at: &Module, name: &str, rest: &[String], seen: &mut BTreeSet<(Module, String)>) -> Option<Module> {
        let meant = self.sources.get(at)?.names.get(name)?;
        let new = seen.insert((at.clone(), name.to_owned()));
        if new { self.resolve(at, &[&meant[..], rest].concat(), seen) } else { None }
    }
}

/// The module that a file is: `peers/mod.rs` is `peers`, `lib.rs` the root.
fn module(file: &str) -> Module {
    let mut parts: Module = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if ["mod", "lib"].contains(&parts[parts.len() - 1].as_str()) {
        parts.pop();
    }
    parts
}

impl Source {
    fn read(file: &str, text: &str) -> Self {
        let tokens = without_tests(&tokens(text));
        let mut source = Source { file: file.to_owned(), ..Source::default() };
        let (mut words, mut facade) = (BTreeSet::new(), Vec::new());
        let mut at = 0;
        while at < tokens.len() {
            let before = at.checked_sub(1).map_or("", |before| tokens[before].as_str());
            if tokens[at] == "use" {
                let end = at + tokens[at..].iter().position(|token| token == ";").unwrap_or(tokens.len() - at);
                for (name, path) in tree(&tokens[at + 1..end]) {
                    source.names.insert(name.clone(), path.clone());
                    // `pub`, or the end of `pub(super)`.
                    match before {
                        "pub" | ")" => facade.push((name, path)),
                        _ => drop(source.paths.insert(path)),
                    }
                }
                at = end;
            } else if is_name(&tokens[at]) && !["::", "."].contains(&before) {
                let path = path(&tokens[at..]);
                at += 2 * path.len() - 2;
                words.insert(path[0].clone());
                if path.len() > 1 {
                    source.paths.insert(path);
                }
            }
            at += 1;
        }
        source.paths.extend(facade.into_iter().filter(|(name, _)| words.contains(name)).map(|(_, path)| path));
        source
    }
}

/// The path that begins here: names with `::` between them.
fn path(tokens: &[String]) -> Path {
    let mut path = vec![tokens[0].clone()];
    for pair in tokens[1..].chunks_exact(2) {
        match pair {
            [colons, name] if colons == "::" && is_name(name) => path.push(name.clone()),
            _ => break,
        }
    }
    path
}

/// The names that a `use` tree makes, and the paths that they stand for.
fn tree(tokens: &[String]) -> Vec<(String, Path)> {
    let Some(open) = tokens.iter().position(|token| token == "{") else { return leaf(tokens).into_iter().collect() };
    let before: Path = tokens[..open].iter().filter(|token| is_name(token)).cloned().collect();
    let within = &tokens[open + 1..tokens.len() - 1];
    let (mut depth, mut branches) = (0, vec![Vec::new()]);
    for token in within {
        depth += i32::from(token == "{") - i32::from(token == "}");
        match token.as_str() {
            "," if depth == 0 => branches.push(Vec::new()),
            _ => branches.last_mut().expect("there is one").push(token.clone()),
        }
    }
    let joined = |(name, path): (String, Path)| {
        let mut path = [before.clone(), path].concat();
        // `time::{self}`
        let own = path.last().is_some_and(|last| last == "self") && path.len() > 1;
        path.truncate(path.len() - usize::from(own));
        let name = if name == "self" { path.last().cloned().unwrap_or_default() } else { name };
        (name, path)
    };
    branches.iter().flat_map(|branch| tree(branch)).map(joined).collect()
}

/// A `use` without braces: `a::b`, `a::b as c`, or `a::*`, which is `a`.
fn leaf(tokens: &[String]) -> Option<(String, Path)> {
    let alias = tokens.iter().position(|token| token == "as");
    let path: Path = tokens[..alias.unwrap_or(tokens.len())].iter().filter(|token| is_name(token)).cloned().collect();
    let name = alias.map_or_else(|| path.last().cloned(), |alias| tokens.get(alias + 1).cloned())?;
    Some((name, path))
}
