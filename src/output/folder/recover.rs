//! What killed processes left behind: half-replaced results are put back, hidden folders removed, if it is certain
//! that they are of gossipsim and that nobody works in them any more.

use std::fs::{self, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::container::{self, NEW, OLD, OWNER};
use super::disk::Disk;
use super::holder::Holder;
use super::in_place;
use super::lock::unsupported;
use super::place::{Place, hidden};
use super::refusal::Refusal;

/// Recovers the folder at `place`, whose lock `holder` has, and removes what is dead beside it. `sure` says that the
/// system keeps that lock. Gives what there is to tell.
///
/// # Errors
/// A [`Refusal`] if the folder is half replaced and cannot be put back.
pub(super) fn recover(disk: &Disk, place: &Place, holder: &Holder, sure: bool) -> Result<Vec<String>, Refusal> {
    let mut notes = Vec::new();
    let mut removed = 0_u64;
    for path in leftovers(place) {
        let refuse = |error| Refusal::Io { folder: place.target.clone(), error };
        let own = place.owns(&path);
        let half = own && in_place::is_half_done(&path);
        match life(disk, &path, holder, own, sure) {
            Life::Dead => {
                if half && in_place::undo(disk, &path, &place.target).map_err(refuse)? {
                    let target = place.target.display();
                    notes.push(format!(
                        "put back the old results in `{target}`, which a killed process left half replaced"
                    ));
                }
                match tidy(disk, &path, own.then_some(place)) {
                    Ok(true) => removed += 1,
                    // What will not go is hidden and harmless.
                    Ok(false) | Err(_) if !own => {}
                    Ok(false) => notes.push(format!("`{}` holds files that are not of gossipsim", path.display())),
                    Err(error) => notes.push(format!("cannot remove `{}`: {error}", path.display())),
                }
            }
            Life::Unknown(Some(who)) if half => {
                let (folder, holder) = (place.target.clone(), who.to_string());
                return Err(Refusal::Unfinished { folder, container: path, holder });
            }
            Life::Unknown(who) if own => {
                let who = who.map_or_else(String::new, |who| format!(" by {who}"));
                notes.push(format!("`{}` was left{who}; remove it if that has ended", path.display()));
            }
            Life::Unknown(_) | Life::Alive => {}
        }
    }
    if removed > 0 {
        let what = if removed == 1 { "a hidden folder".to_owned() } else { format!("{removed} hidden folders") };
        notes.push(format!("removed {what} that killed processes had left"));
    }
    Ok(notes)
}

/// Everything beside the place, and within it, that is named like a hidden folder of ours, in order.
fn leftovers(place: &Place) -> Vec<PathBuf> {
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let ours =
        |entry: &fs::DirEntry| hidden(&entry.path()).is_some() && entry.file_type().is_ok_and(|kind| kind.is_dir());
    let all = entries(&place.parent).chain(entries(&place.target)).filter(ours);
    let mut paths: Vec<PathBuf> = all.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Whether anybody works in a hidden folder.
enum Life {
    Alive,
    Dead,
    /// It cannot be told from here; who says to have made it.
    Unknown(Option<Holder>),
}

/// Finds out about the hidden folder `path`. `own` says that it is for the place whose lock `holder` has, `sure` that
/// the system keeps that lock.
fn life(disk: &Disk, path: &Path, holder: &Holder, own: bool, sure: bool) -> Life {
    let owner = path.join(OWNER);
    let regular = fs::symlink_metadata(&owner).is_ok_and(|about| about.is_file());
    // A stand-in for a lock is removed by hand, by whoever knows that nobody holds it.
    let alone = own && !sure;
    if !own && (!regular || Holder::read(&owner).is_none()) {
        // It may be in the making: until somebody is named there is no lock either.
        return Life::Unknown(None);
    }
    if !regular {
        // Killed before it said whose it is: then there is nothing in it.
        let empty = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
        return if empty { Life::Dead } else { Life::Unknown(None) };
    }
    let who = Holder::read(&owner);
    let Ok(file) = OpenOptions::new().read(true).write(true).open(&owner) else { return Life::Unknown(who) };
    match (disk.lock(&file, &owner), &who) {
        (Err(TryLockError::WouldBlock), _) => Life::Alive,
        (Err(TryLockError::Error(error)), _) if !unsupported(&error) || !alone => Life::Unknown(who),
        // Killed while it said whose it is; the rest is made after that.
        (_, None) if !path.join(NEW).exists() && !path.join(OLD).exists() => Life::Dead,
        (Ok(()), Some(other)) if other.shares_machine(holder) => Life::Dead,
        (_, Some(_)) if alone => Life::Dead,
        _ => Life::Unknown(who),
    }
}

/// Removes a dead hidden folder: with what it holds of the folder at `place`, or of a folder that is not known.
fn tidy(disk: &Disk, path: &Path, place: Option<&Place>) -> io::Result<bool> {
    match place {
        Some(place) => container::clear(disk, path, &place.target),
        // Of results on their way out or of a staged folder that was complete only their own place can say more.
        None if path.join(OLD).exists() || path.join(NEW).join("manifest.json").exists() => Ok(false),
        None => container::remove(disk, path).map(|()| true),
    }
}
