//! Of which scenario results are: what tells the next version of a scenario from another scenario.
//!
//! The manifest of a folder says where its scenario came from: a file by its path as seen from the folder, which stays
//! true when both are moved together, and names no machine. So the same file changed, or changed by the command line, is
//! another version of the same scenario; a file of the same name elsewhere is another scenario, also if it says the same,
//! unless that is what a sample says.

use std::path::{Component, Path, PathBuf};

use super::manifest::Manifest;
use crate::scenario::{Document, Origin, STDIN, Sample, Scenario};

/// What results are of.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// The command that makes them.
    pub command: &'static str,
    /// What decides them, see [`Scenario::hash`].
    pub hash: String,
    /// The scenario's name.
    pub name: String,
    pub(super) origins: Vec<Origin>,
}

impl Provenance {
    /// Of what `command` makes of `scenario`.
    pub fn of(scenario: &Scenario, command: &'static str) -> Self {
        let origins = scenario.documents.iter().map(|document| document.origin.clone()).collect();
        Provenance { command, hash: scenario.hash(), name: scenario.name.clone(), origins }
    }

    /// Of results of which nothing else is known.
    pub fn of_hash(hash: &str) -> Self {
        Provenance { hash: hash.to_owned(), ..Provenance::default() }
    }

    /// Where the scenario came from, as the manifest of the folder `target` says it; nothing where nobody knows.
    pub fn sources(&self, target: &Path) -> Vec<String> {
        let folder = resolved(target);
        let sources: Option<Vec<String>> = self.origins.iter().map(|origin| source(origin, &folder)).collect();
        sources.unwrap_or_default()
    }

    /// Whether the results in `target`, which this is the manifest of, are of another version of this scenario, so that
    /// they may be replaced without being asked for it.
    pub fn is_of_same_scenario(&self, manifest: &Manifest, target: &Path) -> bool {
        if !self.command.is_empty() && manifest.made_by() != self.command {
            return false;
        }
        let sources = self.sources(target);
        if !manifest.sources.is_empty() && !sources.is_empty() {
            // A copy of a sample that nobody changed is that sample.
            let sample = |sources: &[String]| sources.iter().any(|source| Sample::referred(source).is_some());
            let copy = manifest.hash == self.hash && (sample(&sources) || sample(&manifest.sources));
            return manifest.sources == sources || copy;
        }
        // Nobody says where they came from: what they are of decides.
        manifest.hash == self.hash
            || manifest.sources.is_empty() && !self.origins.is_empty() && self.names(manifest, target)
    }

    /// Whether results of a version that did not say where its scenario came from are of this one, by the name: that is no
    /// proof, but in the folder that has its name from it there is no other.
    fn names(&self, manifest: &Manifest, target: &Path) -> bool {
        let folder = target.file_name().map(|name| name.to_string_lossy());
        let own = [self.name.clone(), format!("{}_{}", self.name, self.command)];
        manifest.scenario == self.name && folder.is_some_and(|folder| own.iter().any(|own| *own == folder))
    }
}

/// The names in a results folder of what its scenario was read from, in order.
pub fn copies(documents: &[Document]) -> impl Iterator<Item = (String, &Document)> {
    let name = |number| if number == 0 { "scenario.toml".to_owned() } else { format!("scenario_{}.toml", number + 1) };
    documents.iter().enumerate().map(move |(number, document)| (name(number), document))
}

/// Where the scenario in `target` came from, for people: files by their paths from where `target` is named from.
pub fn shown(manifest: &Manifest, target: &Path) -> Option<String> {
    let place = |source: &String| match source.as_str() {
        STDIN => "standard input".to_owned(),
        sample if Sample::referred(sample).is_some() => format!("`{sample}`"),
        path => format!("`{}`", plain(&target.join(path)).display()),
    };
    let places: Vec<String> = manifest.sources.iter().map(place).collect();
    (!places.is_empty()).then(|| places.join(" and "))
}

fn source(origin: &Origin, folder: &Path) -> Option<String> {
    match origin {
        Origin::Stdin => Some(STDIN.to_owned()),
        Origin::Sample(reference) => Some(reference.clone()),
        Origin::File(path) => Some(from(folder, path)),
        Origin::Memory => None,
    }
}

/// The way from `folder` to `file`, both absolute, with `/` on every system; `file` itself where there is none.
fn from(folder: &Path, file: &Path) -> String {
    let (base, goal): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder.components().collect(), file.components().collect());
    let shared = base.iter().zip(&goal).take_while(|(one, other)| one == other).count();
    if shared == 0 {
        return file.to_string_lossy().into_owned();
    }
    let up = base[shared..].iter().map(|_| "..".into());
    let down = goal[shared..].iter().map(|part| part.as_os_str().to_string_lossy());
    let parts: Vec<_> = up.chain(down).collect();
    let path = parts.join("/");
    // A file within the folder could be named as a sample or standard input is.
    if parts.len() == 1 { format!("./{path}") } else { path }
}

/// The absolute path without links, also of what is not there yet: as far up as something is.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|above| Some((above, std::fs::canonicalize(above).ok()?)));
    match there {
        Some((above, real)) => absolute.strip_prefix(above).map_or(real.clone(), |rest| real.join(rest)),
        None => absolute,
    }
}

/// The path without `.`, and without `..` where that takes back a name.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(origin: Origin) -> Provenance {
        let (hash, name) = ("1".to_owned(), "mine".to_owned());
        Provenance { command: "run", hash, name, origins: vec![origin] }
    }

    fn manifest(sources: &[&str], command: &str, scenario: &str) -> Manifest {
        let sources = sources.iter().map(|&source| source.to_owned()).collect();
        let (hash, command, scenario) = ("2".to_owned(), command.to_owned(), scenario.to_owned());
        Manifest { hash, command, scenario, sources, ..Manifest::default() }
    }

    #[test]
    fn a_file_is_known_by_its_way_from_the_folder() {
        let folder = resolved(&std::env::temp_dir()).join("gossipsim-nowhere");
        let file = of(Origin::File(folder.join("mine.toml")));
        let target = folder.join("output/mine");
        assert_eq!(file.sources(&target), ["../../mine.toml"]);
        assert_eq!(file.sources(&folder), ["./mine.toml"]);
        assert!(file.is_of_same_scenario(&manifest(&["../../mine.toml"], "run", "mine"), &target));
        for (other, why) in [
            (manifest(&["../../other/mine.toml"], "run", "mine"), "a file of one name elsewhere"),
            (manifest(&["../../mine.toml"], "compare", "mine"), "another command"),
            (manifest(&["-"], "run", "mine"), "standard input"),
            (manifest(&["sample:mine"], "run", "mine"), "a sample"),
        ] {
            assert!(!file.is_of_same_scenario(&other, &target), "{why}");
        }
        let same = Manifest { hash: "1".to_owned(), ..manifest(&["-"], "run", "other") };
        assert!(!file.is_of_same_scenario(&same, &target), "the same settings elsewhere");
        let copied = Manifest { hash: "1".to_owned(), ..manifest(&["sample:mine"], "run", "mine") };
        assert!(file.is_of_same_scenario(&copied, &target), "a copy of a sample");
        let unsaid = Manifest { hash: "1".to_owned(), ..manifest(&[], "run", "other") };
        assert!(file.is_of_same_scenario(&unsaid, &target), "the same settings, from nobody knows where");
        let seen = manifest(&["../../other/mine.toml"], "run", "mine");
        assert_eq!(shown(&seen, Path::new("output/mine")).as_deref(), Some("`other/mine.toml`"));
        assert_eq!(shown(&manifest(&["-"], "run", "x"), &target).as_deref(), Some("standard input"));
    }

    #[test]
    fn standard_input_and_samples_are_their_own_versions() {
        let target = Path::new("output/x");
        for (origin, source) in [(Origin::Stdin, "-"), (Origin::Sample("sample:loss".into()), "sample:loss")] {
            assert!(of(origin.clone()).is_of_same_scenario(&manifest(&[source], "run", "mine"), target));
            assert!(!of(origin).is_of_same_scenario(&manifest(&["sample:fanout"], "run", "mine"), target));
        }
        let unknown = of(Origin::Memory);
        assert!(unknown.sources(target).is_empty());
    }

    #[test]
    fn folders_of_earlier_versions_are_known_by_a_name_in_its_own_place_alone() {
        let file = of(Origin::File("/a/mine.toml".into()));
        let old = |scenario: &str| manifest(&[], "", scenario);
        assert!(file.is_of_same_scenario(&old("mine"), Path::new("/a/output/mine")));
        assert!(!file.is_of_same_scenario(&old("mine"), Path::new("/a/output/elsewhere")));
        assert!(!file.is_of_same_scenario(&old("other"), Path::new("/a/output/mine")));
        let pairs = Manifest { files: vec!["pairs.csv".to_owned()], ..old("mine") };
        assert!(!file.is_of_same_scenario(&pairs, Path::new("/a/output/mine")), "of a comparison");
    }
}
