//! What one node remembers of a store.

use std::sync::Arc;

use super::certificates::{self, Certificate};
use super::flow::Flow;
use super::message::Entry;
use super::version::Version;
use crate::time::Time;
use crate::units::NodeId;

/// What one node remembers: by key the version that it has, in one array that is its digest as well. Messages share it
/// for as long as it does not change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replica {
    /// By key, those of active certificates included; empty until it begins.
    pub versions: Arc<Vec<Version>>,
    /// Its Lamport clock: the greatest time that it has seen.
    pub clock: u64,
    /// How many keys it has a version of.
    pub held: u32,
    /// A hash of all versions.
    pub hash: u64,
    /// A hash of what it shows: of the values alone.
    pub shown: u64,
    /// By owner, where keys have owners: all that the owner wrote up to this Lamport time is known, or outdated.
    pub known: Arc<Vec<u64>>,
    /// The writes that it takes on, where there is flow control.
    pub flow: Flow,
    /// The active certificates, in order of their keys.
    pub certificates: Arc<Vec<Certificate>>,
    /// The dormant ones.
    pub dormant: Vec<Certificate>,
    /// The last ones that it dropped: what nodes cannot know, to tell a resurrection when it happens.
    pub dropped: Vec<Certificate>,
}

impl Replica {
    /// The version that it has of `key`.
    #[inline]
    pub fn version(&self, key: u32) -> Version {
        self.versions[key as usize]
    }

    /// The greatest version of `key` that it has had, as far as it matters for what it shows.
    pub fn seen(&self, key: u32) -> Version {
        let dropped = certificates::of(&self.dropped, key).map_or(Version::NONE, |dropped| dropped.version);
        self.version(key).max(dropped)
    }

    /// What it tells of `key`, if it has it.
    pub(super) fn entry(&self, key: u32) -> Option<Entry> {
        let version = self.version(key);
        (version != Version::NONE).then(|| Entry {
            key,
            version,
            activated: activated(&self.certificates, key, version),
        })
    }

    /// It has `version` of `key` from now on.
    pub(super) fn set(&mut self, key: u32, version: Version) {
        let slot = &mut Arc::make_mut(&mut self.versions)[key as usize];
        let before = std::mem::replace(slot, version);
        self.held = self.held + u32::from(version != Version::NONE) - u32::from(before != Version::NONE);
        let (old, new) = (before.hash(key), version.hash(key));
        let shown = |version: Version, hash: u64| if version.shows() { hash } else { 0 };
        self.hash = self.hash.wrapping_sub(old).wrapping_add(new);
        self.shown = self.shown.wrapping_sub(shown(before, old)).wrapping_add(shown(version, new));
        self.clock = self.clock.max(version.time());
        if before.is_deletion() {
            certificates::take(Arc::make_mut(&mut self.certificates), key);
        }
    }

    /// It knows all that the owner of a key wrote up to `version`.
    pub(super) fn know(&mut self, owner: NodeId, version: Version) {
        let known = &mut Arc::make_mut(&mut self.known)[owner.index()];
        *known = version.time().max(*known);
    }
}

/// When the certificate of `key` was activated, if its `version` is a deletion; else time 0.
pub(super) fn activated(certificates: &[Certificate], key: u32, version: Version) -> Time {
    let certificate = certificates::of(certificates, key).filter(|_| version.is_deletion());
    certificate.map_or(Time::ZERO, |certificate| certificate.activated)
}
