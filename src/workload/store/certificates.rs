//! Death certificates: what is left of a key that is deleted, so that nobody takes an old value for a new one.
//!
//! A certificate is gossiped for as long as T1 after its activation; then all drop it but a few sites, who keep a
//! dormant copy for T2 longer. A dormant copy that meets an older value is activated anew, with its ordinary version,
//! so that it cancels no newer write (Demers et al. 1987, section 2).

use super::version::Version;
use crate::time::Time;

/// The certificate of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The key that is deleted.
    pub key: u32,
    /// The version of the deletion.
    pub version: Version,
    /// When it was activated: when the key was deleted, or an old value turned up last.
    pub activated: Time,
}

/// A certificate may have to be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    pub(super) key: u32,
    pub(super) version: Version,
    /// Whether it is a dormant copy.
    pub(super) dormant: bool,
}

/// The certificate of `key` among `certificates`, which are in order of their keys.
pub(super) fn of(certificates: &[Certificate], key: u32) -> Option<&Certificate> {
    place(certificates, key).ok().map(|place| &certificates[place])
}

/// Puts `certificate` in its place, for that of the same key if there is one.
pub(super) fn put(certificates: &mut Vec<Certificate>, certificate: Certificate) {
    match place(certificates, certificate.key) {
        Ok(place) => certificates[place] = certificate,
        Err(place) => certificates.insert(place, certificate),
    }
}

/// Takes out the certificate of `key`.
pub(super) fn take(certificates: &mut Vec<Certificate>, key: u32) -> Option<Certificate> {
    place(certificates, key).ok().map(|place| certificates.remove(place))
}

fn place(certificates: &[Certificate], key: u32) -> Result<usize, usize> {
    certificates.binary_search_by_key(&key, |certificate| certificate.key)
}
