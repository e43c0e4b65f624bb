//! Crashes and failures at every single operation: what they leave is the old results or the new ones, whole.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::output::manifest::Manifest;

/// Where many small files are written and synced in no time, if there is such a place.
fn fast_folder() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// The process is killed before the operation of this number.
    Dies(usize),
    /// The operation of this number fails once.
    Fails(usize),
    /// The disk takes nothing from then on: everything fails but removing, locking and moving.
    Full(usize),
    Never,
}

/// What a case starts from, and what is done in it.
#[derive(Clone, Copy, Debug)]
struct Case {
    name: &'static str,
    old: bool,
    /// Files of the user's are in the folder, and `force` is given.
    foreign: bool,
    /// The file system can exchange two folders.
    exchange: bool,
    /// Nothing can be put beside the folder.
    within: bool,
    /// Only charts are replaced.
    charts: bool,
}

const PLAIN: Case = Case { name: "", old: true, foreign: false, exchange: true, within: false, charts: false };
const CASES: [Case; 9] = [
    Case { name: "first", old: false, ..PLAIN },
    Case { name: "exchange", ..PLAIN },
    Case { name: "file by file", exchange: false, ..PLAIN },
    Case { name: "the user's files", foreign: true, ..PLAIN },
    Case { name: "the user's files, no exchange", foreign: true, exchange: false, ..PLAIN },
    Case { name: "within", within: true, ..PLAIN },
    Case { name: "within, the user's files", within: true, foreign: true, ..PLAIN },
    Case { name: "charts", charts: true, ..PLAIN },
    Case { name: "charts, the user's files", charts: true, foreign: true, ..PLAIN },
];

const OLD: &[&str] = &["charts/a.svg", "charts/stale.svg", "runs.csv"];
const NEW: &[&str] = &["charts/a.svg", "extra.csv", "runs.csv"];
const NEW_CHARTS: &[&str] = &["charts/a.svg", "charts/b.svg"];
const FOREIGN: &[&str] = &["thoughts.md", ".git/config", "charts/notes.md", "deep/er/still"];

fn manifest(label: &str, files: &[&str]) -> String {
    let files = files.iter().map(|name| (*name).to_owned()).collect();
    Manifest { hash: "same".to_owned(), scenario: label.to_owned(), files, ..Manifest::default() }.to_json()
}

fn holder() -> Holder {
    Holder { process: 7, host: "here".to_owned(), boot: "boot".to_owned(), ..Holder::default() }
}

/// A disk on which `fault` happens; counts the operations.
fn disk(case: Case, parent: &Path, fault: Fault, count: &Arc<AtomicUsize>) -> Disk {
    use Operation::{CreateFile, CreateFolder, Exchange, Sync, Write};
    let (parent, count) = (parent.to_owned(), Arc::clone(count));
    Disk::watched(move |operation, path| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        match fault {
            Fault::Dies(at) if number >= at => return Err(io::Error::other("killed")),
            Fault::Fails(at) if number == at => return Err(io::Error::from_raw_os_error(5)),
            Fault::Full(at) if number >= at && matches!(operation, CreateFolder | CreateFile | Write | Sync) => {
                return Err(io::ErrorKind::StorageFull.into());
            }
            _ => {}
        }
        let beside = case.within && operation == CreateFile && path.parent() == Some(&parent);
        match operation {
            Exchange if !case.exchange => Err(io::ErrorKind::Unsupported.into()),
            _ if beside => Err(io::ErrorKind::PermissionDenied.into()),
            _ => Ok(()),
        }
    })
}

fn prepare(case: Case, target: &Path) {
    if case.old {
        fs::create_dir_all(target.join("charts")).unwrap();
        for name in OLD {
            fs::write(target.join(name), "old").unwrap();
        }
        fs::write(target.join(MANIFEST), manifest("old", OLD)).unwrap();
    }
    if case.foreign {
        for name in FOREIGN {
            fs::create_dir_all(target.join(name).parent().unwrap()).unwrap();
            fs::write(target.join(name), "mine").unwrap();
        }
        fs::create_dir_all(target.join("empty")).unwrap();
    }
}

/// The whole work on one folder.
fn work(case: Case, folders: &Folders, target: &Path) -> Result<(), String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    let fill = |staged: &StagedFolder, names: &[&str], listed: &[&str]| -> io::Result<()> {
        names.iter().try_for_each(|name| staged.write(name, b"new"))?;
        staged.write(MANIFEST, manifest("new", listed).as_bytes())
    };
    if case.charts {
        let staged =
            folders.claim_charts(target).map_err(|error| text(&error))?.begin().map_err(|error| text(&error))?;
        let old = ["charts/a.svg", "charts/stale.svg"].map(str::to_owned);
        let listed = ["charts/a.svg", "charts/b.svg", "runs.csv"];
        return fill(&staged, NEW_CHARTS, &listed).and_then(|()| staged.commit_beside(&old)).map_err(|e| text(&e));
    }
    let claim = folders.claim(target, Provenance::of_hash("same"), case.foreign).map_err(|error| text(&error))?;
    let staged = claim.begin().map_err(|error| text(&error))?;
    fill(&staged, NEW, NEW).and_then(|()| staged.commit()).map_err(|error| text(&error))
}

/// Every file below a folder, with its text.
fn snapshot(folder: &Path) -> BTreeMap<String, String> {
    let names = files_in(folder).unwrap_or_default();
    names.into_iter().map(|name| (name.clone(), fs::read_to_string(folder.join(&name)).unwrap())).collect()
}

/// What the target should hold, when the old results stand and when the new ones do.
fn expected(case: Case) -> [BTreeMap<String, String>; 2] {
    let mine = FOREIGN.iter().filter(|_| case.foreign).map(|name| ((*name).to_owned(), "mine".to_owned()));
    let all = |label: &str, names: &[&str], listed: &[&str]| {
        let files = names.iter().map(|name| ((*name).to_owned(), label.to_owned()));
        files.chain([(MANIFEST.to_owned(), manifest(label, listed))]).chain(mine.clone()).collect()
    };
    let old = if case.old { all("old", OLD, OLD) } else { BTreeMap::new() };
    let new = if case.charts {
        let mut new: BTreeMap<String, String> = all("new", NEW_CHARTS, &["charts/a.svg", "charts/b.svg", "runs.csv"]);
        new.insert("runs.csv".to_owned(), "old".to_owned());
        new
    } else {
        all("new", NEW, NEW)
    };
    [old, new]
}

/// Works once in a folder of its own in which `fault` happens, and holds what is left against what may be.
fn try_once(case: Case, fault: Fault) -> usize {
    let parent =
        fast_folder().join(format!("gossipsim-crash-{}-{:?}", std::process::id(), std::thread::current().id()));
    let _ = fs::remove_dir_all(&parent);
    fs::create_dir_all(&parent).unwrap();
    let parent = fs::canonicalize(parent).unwrap();
    let target = parent.join("results");
    prepare(case, &target);
    let count = Arc::new(AtomicUsize::new(0));
    let place = format!("{}: {fault:?}", case.name);
    let result = work(case, &Folders::with(disk(case, &parent, fault, &count), holder()), &target);
    let [old, new] = expected(case);
    let seen = || {
        let mut seen = snapshot(&target);
        // Hidden files in the making are nobody's results.
        seen.retain(|name, _| !name.starts_with(".gossipsim-"));
        seen
    };
    match &result {
        Ok(()) => assert_eq!(seen(), new, "{place}: done"),
        Err(error) if !matches!(fault, Fault::Dies(_)) => assert_eq!(seen(), old, "{place}: {error}"),
        // In one step: never anything else, not even for a moment.
        Err(_) if case.exchange && !case.foreign && !case.within && !case.charts => {
            assert!(seen() == old || seen() == new, "{place}: {:?}", seen());
        }
        Err(_) => {}
    }
    recover(case, &target, &place, [&old, &new]);
    assert_eq!(target.join("empty").is_dir(), case.foreign, "{place}: an empty folder of the user's");
    let names: Vec<_> = fs::read_dir(&parent).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.is_empty() && !case.old || names == ["results"], "{place}: {names:?} is left");
    let hidden = fs::read_dir(&target).into_iter().flatten().flatten().map(|entry| entry.file_name());
    assert_eq!(hidden.filter(|name| name.to_string_lossy().contains("gossipsim")).count(), 0, "{place}");
    fs::remove_dir_all(parent).unwrap();
    count.load(Ordering::Relaxed)
}

/// The next process claims the folder: from then on one of the two stands whole.
fn recover(case: Case, target: &Path, place: &str, whole: [&BTreeMap<String, String>; 2]) {
    let count = Arc::new(AtomicUsize::new(0));
    let parent = target.parent().unwrap();
    let folders = Folders::with(disk(case, parent, Fault::Never, &count), holder());
    let claim = if case.charts || case.foreign {
        folders.claim_charts(target)
    } else {
        folders.claim(target, Provenance::of_hash("same"), false)
    };
    drop(claim.unwrap_or_else(|refusal| panic!("{place}: {refusal}")));
    let seen = snapshot(target);
    assert!(whole.contains(&&seen), "{place}: {seen:#?}");
}

/// Tries `case` with a fault at every operation that a work without one takes, and some beyond.
fn everywhere(case: Case, fault: impl Fn(usize) -> Fault) {
    let operations = try_once(case, Fault::Never);
    assert!(operations > 20, "{}: only {operations} operations", case.name);
    for at in 0..operations + 3 {
        try_once(case, fault(at));
    }
}

#[test]
fn killed_at_any_operation_the_old_or_the_new_results_stand_whole() {
    CASES.into_iter().for_each(|case| everywhere(case, Fault::Dies));
}

#[test]
fn an_operation_that_fails_is_told_and_leaves_the_old_results() {
    CASES.into_iter().for_each(|case| everywhere(case, Fault::Fails));
}

#[test]
fn a_disk_that_is_full_from_any_operation_on_leaves_the_old_results() {
    CASES.into_iter().for_each(|case| everywhere(case, Fault::Full));
}

#[test]
fn a_process_that_is_killed_while_it_recovers_leaves_the_rest_to_the_next() {
    let case = Case { foreign: true, ..PLAIN };
    let operations = try_once(case, Fault::Never);
    let parent = fast_folder().join(format!("gossipsim-crash-again-{}", std::process::id()));
    for first in operations / 2..operations {
        for second in 0..40 {
            let _ = fs::remove_dir_all(&parent);
            fs::create_dir_all(&parent).unwrap();
            let parent = fs::canonicalize(&parent).unwrap();
            let target = parent.join("results");
            prepare(case, &target);
            let disk = |fault| disk(case, &parent, fault, &Arc::new(AtomicUsize::new(0)));
            let _ = work(case, &Folders::with(disk(Fault::Dies(first)), holder()), &target);
            // The one that recovers is killed too.
            drop(Folders::with(disk(Fault::Dies(second)), holder()).claim_charts(&target));
            let [old, new] = expected(case);
            recover(case, &target, &format!("killed at {first}, then at {second}"), [&old, &new]);
        }
    }
    fs::remove_dir_all(parent).unwrap();
}

/// Results with all their runs stay as they are, and a part goes beside them whole or not at all.
#[test]
fn killed_while_a_part_is_put_beside_whole_results_both_places_are_sound() {
    let parent = fast_folder().join(format!("gossipsim-crash-part-{}", std::process::id()));
    let part = {
        let files = NEW.iter().map(|name| (*name).to_owned()).collect();
        let partial = Some(crate::output::manifest::Partial::default());
        Manifest { hash: "same".to_owned(), files, partial, ..Manifest::default() }.to_json()
    };
    for at in 0.. {
        let _ = fs::remove_dir_all(&parent);
        fs::create_dir_all(&parent).unwrap();
        let parent = fs::canonicalize(&parent).unwrap();
        let target = parent.join("results");
        prepare(PLAIN, &target);
        let folders = |fault| Folders::with(disk(PLAIN, &parent, fault, &Arc::new(AtomicUsize::new(0))), holder());
        let work = |folders: Folders| -> io::Result<PathBuf> {
            let claim = folders.claim(&target, Provenance::of_hash("same"), false).map_err(io::Error::other)?;
            let staged = claim.begin()?;
            NEW.iter().try_for_each(|name| staged.write(name, b"new"))?;
            staged.write(MANIFEST, part.as_bytes())?;
            staged.commit_part().map(|placed| placed.folder)
        };
        let worked = work(folders(Fault::Dies(at)));
        let beside = parent.join("results_partial");
        // The next process looks after both.
        for place in [&target, &beside] {
            drop(folders(Fault::Never).claim(place, Provenance::of_hash("same"), false).unwrap());
        }
        assert_eq!(snapshot(&target), expected(PLAIN)[0], "killed at {at}");
        let found = snapshot(&beside);
        let whole = NEW.iter().map(|name| ((*name).to_owned(), "new".to_owned()));
        let whole: BTreeMap<String, String> = whole.chain([(MANIFEST.to_owned(), part.clone())]).collect();
        assert!(found == whole || found.is_empty(), "killed at {at}: {found:?}");
        let names = fs::read_dir(&parent).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(names.filter(|name| name.starts_with('.')).count(), 0, "killed at {at}");
        if let Ok(place) = worked {
            assert!(at > 20 && place == beside && found == whole, "{at}: {found:?}");
            break;
        }
    }
    fs::remove_dir_all(parent).unwrap();
}
