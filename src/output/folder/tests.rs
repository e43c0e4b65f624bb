//! What folders promise, tried on real ones.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::output::manifest::Manifest;

/// A folder of its own for each test, in the build's own place for such things.
fn place(test: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("gossipsim-folder-{test}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn begin(target: &Path, hash: &str, force: bool) -> Result<StagedFolder, Refusal> {
    Ok(Folders::default().claim(target, Provenance::of_hash(hash), force)?.begin().unwrap())
}

fn fill(target: &Path, hash: &str, force: bool) -> Result<(), Refusal> {
    let staged = begin(target, hash, force)?;
    let files = vec!["charts/a.svg".to_owned()];
    let manifest = Manifest { hash: hash.to_owned(), scenario: "first".to_owned(), files, ..Manifest::default() };
    staged.write("charts/a.svg", hash.as_bytes()).unwrap();
    staged.write(MANIFEST, manifest.to_json().as_bytes()).unwrap();
    staged.commit().unwrap();
    Ok(())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_draft_is_nowhere_until_it_is_committed_and_leaves_no_trace_when_dropped() {
    let folder = place("drop");
    let target = folder.join("deep/results");
    let staged = begin(&target, "1", false).unwrap();
    staged.write("runs.csv", b"half").unwrap();
    assert!(!target.exists());
    drop(staged);
    assert_eq!(names(&folder), [""; 0], "the folders made on the way are gone too");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_held_folder_is_refused_whatever_the_process_numbers_are() {
    let folder = place("held");
    let target = folder.join("results");
    fill(&target, "1", false).unwrap();
    // Two processes of one number, as in two containers.
    let holder =
        Holder { process: 1, host: "one".to_owned(), command: "gossipsim run".to_owned(), ..Holder::default() };
    let same = Holder { host: "two".to_owned(), ..holder.clone() };
    let [one, two] = [holder, same].map(|holder| Folders::with(Disk::default(), holder));
    let staged = one.claim(&target, Provenance::of_hash("1"), false).unwrap().begin().unwrap();
    staged.write("charts/a.svg", b"one").unwrap();
    let before = names(&folder);
    for refusal in
        [two.claim(&target, Provenance::of_hash("1"), true).unwrap_err(), two.claim_charts(&target).unwrap_err()]
    {
        let text = refusal.to_string();
        assert!(text.contains("being written by process 1 on `one` (`gossipsim run`), for "), "{text}");
    }
    assert_eq!(names(&folder), before, "the second touched nothing");
    // Beside it both work, and neither takes the other's for rubbish.
    let other = two.claim(&folder.join("other"), Provenance::of_hash("1"), false).unwrap().begin().unwrap();
    assert!(staged.path("charts/a.svg").exists() && other.path("").exists());
    drop((staged, other));
    two.claim(&target, Provenance::of_hash("1"), false).unwrap();
    assert_eq!(names(&folder), ["results"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_hidden_name_that_is_taken_is_left_alone() {
    let folder = fs::canonicalize(place("nonce")).unwrap();
    let place = Place::of(&folder.join("results")).unwrap();
    fs::create_dir(place.fresh(1)).unwrap();
    fs::write(place.fresh(1).join("thesis.tex"), "mine").unwrap();
    let (disk, holder) = (Disk::default(), Holder::this_process());
    let made = Container::create(&disk, &place, &holder, [1, 1, 2]).unwrap();
    assert_eq!(made.path, place.fresh(2));
    assert!(Container::create(&disk, &place, &holder, [1, 2]).is_err());
    container::remove(&disk, &made.path).unwrap();
    drop(made);
    fill(&place.target, "1", false).unwrap();
    assert_eq!(fs::read_to_string(place.fresh(1).join("thesis.tex")).unwrap(), "mine", "not provably ours");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn without_locks_a_file_stands_for_one() {
    let folder = place("no-locks");
    let target = folder.join("results");
    let disk = || {
        Disk::watched(|operation, _| match operation {
            Operation::Lock => Err(io::ErrorKind::Unsupported.into()),
            _ => Ok(()),
        })
    };
    let folders = || Folders::with(disk(), Holder::this_process());
    let staged = folders().claim(&target, Provenance::of_hash("1"), false).unwrap().begin().unwrap();
    let refusal = folders().claim(&target, Provenance::of_hash("1"), false).unwrap_err().to_string();
    let stand_in = folder.join(".results.gossipsim-locked");
    assert!(refusal.contains("remove `") && refusal.contains(".results.gossipsim-locked"), "{refusal}");
    // Killed: what it made stays, until somebody who knows removes what stands for the lock.
    std::mem::forget(staged);
    assert!(folders().claim(&target, Provenance::of_hash("1"), false).is_err());
    fs::remove_file(stand_in).unwrap();
    let claim = folders().claim(&target, Provenance::of_hash("1"), false).unwrap();
    assert!(claim.notes().iter().any(|note| note.contains("removed a hidden folder")), "{:?}", claim.notes());
    drop(claim);
    assert_eq!(names(&folder), [""; 0]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_another_machine_left_is_named_and_left_alone() {
    let folder = place("machine");
    let target = folder.join("results");
    let far = Holder { process: 1, host: "far".to_owned(), boot: "far".to_owned(), ..Holder::default() };
    // As if killed: nothing is removed.
    let killed = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let watch = Arc::clone(&killed);
    let disk = Disk::watched(move |_, _| {
        if watch.load(std::sync::atomic::Ordering::Relaxed) { Err(io::Error::other("killed")) } else { Ok(()) }
    });
    let staged =
        Folders::with(disk, far.clone()).claim(&target, Provenance::of_hash("1"), false).unwrap().begin().unwrap();
    killed.store(true, std::sync::atomic::Ordering::Relaxed);
    let hidden = staged.path("").parent().unwrap().to_owned();
    drop(staged);
    let claim = Folders::default().claim(&target, Provenance::of_hash("1"), false).unwrap();
    let note = claim.notes().join("\n");
    assert!(note.contains("was left by process 1 on `far`") && hidden.exists(), "{note}");
    drop(claim);
    let claim = Folders::with(Disk::default(), far).claim(&target, Provenance::of_hash("1"), false).unwrap();
    assert!(!hidden.exists(), "there it is certain");
    drop(claim);
    assert_eq!(names(&folder), [""; 0]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_came_into_the_place_meanwhile_is_not_replaced() {
    let folder = place("meanwhile");
    let target = folder.join("results");
    let staged = begin(&target, "1", true).unwrap();
    fs::create_dir(&target).unwrap();
    fs::write(target.join("thesis.tex"), "").unwrap();
    let refusal = staged.commit().unwrap_err();
    assert!(refusal.to_string().contains("holds no results"), "{refusal}");
    assert_eq!((names(&folder), names(&target)), (vec!["results".to_owned()], vec!["thesis.tex".to_owned()]));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_the_users_stays_with_force_and_is_named_without() {
    let folder = place("mixed");
    let target = folder.join("results");
    for mine in ["notes.md", "charts/notes.md", ".git/HEAD", "charts/.hidden", "empty/"] {
        let _ = fs::remove_dir_all(&target);
        fill(&target, "1", false).unwrap();
        let path = target.join(mine);
        if mine.ends_with('/') {
            fs::create_dir(&path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "mine").unwrap();
        }
        let refusal = fill(&target, "1", false).unwrap_err().to_string();
        let shown = if mine.starts_with(".git") { ".git/" } else { mine };
        assert!(refusal.contains(&format!("`{shown}`")) && refusal.contains("--force"), "{mine}: {refusal}");
        let claim = Folders::default().claim(&target, Provenance::of_hash("2"), true).unwrap();
        assert!(claim.notes().iter().any(|note| note.contains(shown) && note.contains("stays")), "{:?}", claim.notes());
        drop(claim);
        fill(&target, "2", true).unwrap();
        assert_eq!(fs::read(target.join("charts/a.svg")).unwrap(), b"2");
        assert!(path.is_dir() || fs::read(&path).unwrap() == b"mine", "{mine}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn many_files_of_the_users_are_counted() {
    let folder = place("many");
    let target = folder.join("results");
    fill(&target, "1", false).unwrap();
    for number in 0..20 {
        fs::write(target.join(format!("note-{number:02}")), "").unwrap();
    }
    let refusal = fill(&target, "1", false).unwrap_err().to_string();
    assert!(refusal.contains("`note-07` and 12 more"), "{refusal}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_manifest_cannot_make_the_users_files_ours() {
    let folder = place("hostile");
    let target = folder.join("results");
    fill(&target, "1", false).unwrap();
    fs::write(folder.join("outside"), "mine").unwrap();
    fs::create_dir(target.join(".git")).unwrap();
    fs::write(target.join(".git/HEAD"), "mine").unwrap();
    let files = ["../outside", "charts/a.svg", ".git/HEAD", "charts/../../outside"].map(str::to_owned).to_vec();
    let manifest = Manifest { hash: "1".to_owned(), files, ..Manifest::default() };
    fs::write(target.join(MANIFEST), manifest.to_json()).unwrap();
    let refusal = fill(&target, "1", false).unwrap_err().to_string();
    assert!(refusal.contains("`.git/`"), "{refusal}");
    fill(&target, "1", true).unwrap();
    assert_eq!(fs::read(folder.join("outside")).unwrap(), b"mine");
    assert_eq!(fs::read(target.join(".git/HEAD")).unwrap(), b"mine");
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_in_the_folder() {
    let folder = place("inner-link");
    let (target, outside) = (folder.join("results"), folder.join("outside"));
    fill(&target, "1", false).unwrap();
    fs::rename(target.join("charts"), &outside).unwrap();
    std::os::unix::fs::symlink(&outside, target.join("charts")).unwrap();
    for refusal in [
        Folders::default().claim(&target, Provenance::of_hash("1"), true).unwrap_err(),
        Folders::default().claim_charts(&target).unwrap_err(),
    ] {
        assert!(matches!(&refusal, Refusal::Blocked(path) if path.ends_with("results/charts")), "{refusal}");
    }
    assert!(matches!(fill(&target, "1", false), Err(Refusal::Mixed { .. })));
    assert_eq!(names(&outside), ["a.svg"]);
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_to_a_results_folder_stays_a_link() {
    let folder = place("link");
    let (target, link) = (folder.join("results"), folder.join("link"));
    fill(&target, "1", false).unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    fill(&link, "2", true).unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read(target.join("charts/a.svg")).unwrap(), b"2");
    fs::remove_dir_all(&target).unwrap();
    assert!(matches!(begin(&link, "1", true), Err(Refusal::Io { .. })), "a link to nothing");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_same_scenario_replaces_its_results_and_another_needs_force() {
    let folder = place("replace");
    let target = folder.join("results");
    fill(&target, "1", false).unwrap();
    fill(&target, "1", false).unwrap();
    let refusal = fill(&target, "2", false).unwrap_err();
    assert!(refusal.to_string().contains("`first`") && refusal.to_string().contains("--force"), "{refusal}");
    assert_eq!(fs::read(target.join("charts/a.svg")).unwrap(), b"1");
    fill(&target, "2", true).unwrap();
    assert_eq!(fs::read(target.join("charts/a.svg")).unwrap(), b"2");
    assert_eq!(names(&folder), ["results"]);
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
#[test]
fn a_replaced_folder_keeps_who_may_look_into_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = place("mode");
    let target = folder.join("results");
    fill(&target, "1", false).unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o750)).unwrap();
    fill(&target, "1", false).unwrap();
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o750);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_not_a_results_folder_is_never_replaced() {
    let folder = place("foreign");
    fs::write(folder.join("thesis.tex"), "").unwrap();
    assert!(matches!(begin(&folder, "1", true), Err(Refusal::Foreign(_))));
    assert!(matches!(begin(&folder.join("thesis.tex"), "1", true), Err(Refusal::IsFile(_))));
    assert_eq!(names(&folder), ["thesis.tex"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn results_whose_place_was_taken_meanwhile_go_beside_it() {
    let folder = place("beside");
    let target = folder.join("results");
    let manifest = |files: &[&str]| Manifest {
        hash: "1".to_owned(),
        files: files.iter().map(|&name| name.to_owned()).collect(),
        ..Manifest::default()
    };
    let staged = |name: &str| {
        let staged = begin(&target, "1", false).unwrap();
        staged.write(name, b"new").unwrap();
        staged.write(MANIFEST, manifest(&[name]).to_json().as_bytes()).unwrap();
        staged
    };
    for (mine, beside) in [("file", "results_new"), ("folder", "results_new"), ("folder", "results_new_2")] {
        let staged = staged("runs.csv");
        match mine {
            "file" => fs::write(&target, "mine").unwrap(),
            _ => {
                fs::create_dir(&target).unwrap();
                fs::write(target.join("mine.md"), "mine").unwrap();
            }
        }
        if beside == "results_new_2" {
            fs::write(folder.join("results_new/mine.md"), "mine").unwrap();
        }
        let error = staged.commit_anywhere().unwrap_err().downcast::<Elsewhere>().unwrap();
        assert_eq!(error.folder, folder.join(beside));
        assert_eq!(fs::read(error.folder.join("runs.csv")).unwrap(), b"new");
        match mine {
            "file" => fs::remove_file(&target).unwrap(),
            _ => {
                assert_eq!(names(&target), ["mine.md"]);
                fs::remove_dir_all(&target).unwrap();
            }
        }
    }
    assert_eq!(names(&folder), ["results_new", "results_new_2"], "nothing hidden is left");
    staged("runs.csv").commit_anywhere().unwrap();
    assert_eq!(names(&target), [MANIFEST, "runs.csv"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn work_that_is_given_up_leaves_nothing_hidden_and_says_what_was_kept() {
    let folder = place("abandon");
    let folders = Folders::default();
    let [one, two, three] = ["one", "two", "deep/three"].map(|name| folder.join(name));
    let claims = [&one, &two, &three].map(|target| folders.claim(target, Provenance::of_hash("1"), false).unwrap());
    let [first, second, third] = claims;
    let staged = first.begin().unwrap();
    staged.write(MANIFEST, Manifest::default().to_json().as_bytes()).unwrap();
    staged.commit().unwrap();
    let staged = second.begin().unwrap();
    staged.write("charts/a.svg", b"half").unwrap();
    let abandoned = folders.abandon();
    assert_eq!(abandoned.progress, Progress { written: vec![one], untouched: vec![two, three] });
    assert_eq!(names(&folder), ["one"]);
    assert!(staged.write("charts/b.svg", b"more").is_err(), "the folder is not made again");
    drop(abandoned);
    drop((staged, third));
    fs::remove_dir_all(folder).unwrap();
}
