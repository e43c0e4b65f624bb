//! What a node does with a write, and with what it hears of: which versions it takes, and how long it keeps certificates.

use std::sync::Arc;

use super::certificates::{self, Certificate, Expiry};
use super::history::Write;
use super::message::Entry;
use super::protocol::Store;
use super::replica::Replica;
use super::settings::Clock;
use super::version::Version;
use crate::engine::Context;
use crate::time::{Span, Time};
use crate::units::NodeId;

/// What the draw of the sites of a certificate is told apart by from those of operations.
const SITES: u64 = 20 << 32;

impl Store {
    /// Where others go by what they know of owners, a node that lost its state finds its own keys again, as on a disk: else
    /// what it wrote next would pass over writes that only it had.
    pub(super) fn read_own(&self, replica: &mut Replica, context: &mut Context<'_, Self>) {
        if context.node.index() >= replica.known.len() {
            return;
        }
        for key in self.space.of(context.node.number()) {
            let version = context.counts.latest(key);
            if version != Version::NONE {
                context.counts.take(key, replica.version(key), version);
                replica.set(key, version);
                replica.know(context.node, version);
            }
        }
        context.counts.replace(0, replica.shown, context.now);
    }

    /// A client writes or deletes `key`.
    pub(super) fn write(&self, replica: &mut Replica, key: u32, deletes: bool, context: &mut Context<'_, Self>) {
        if self.flow_control > 0.0 && !replica.flow.admits(context.now) {
            context.counts.refused += 1;
            return;
        }
        let before = replica.shown;
        let physical = match self.clock {
            Clock::Lamport => 0,
            Clock::Hybrid => context.now.nanos() / 1_000_000,
        };
        let version = Version::new(physical.max(replica.clock + 1), context.node, deletes);
        let seen = replica.seen(key);
        context.counts.accept(key, Write { version, seen, at: context.now });
        context.counts.last_times[context.node.index()] = version.time();
        self.install(replica, Entry { key, version, activated: context.now }, context);
        if !replica.known.is_empty() {
            replica.know(self.space.owner(key), version);
        }
        context.counts.replace(before, replica.shown, context.now);
    }

    /// A node hears of `entry`, and takes it if it is news.
    pub(super) fn take(&self, replica: &mut Replica, entry: Entry, context: &mut Context<'_, Self>) {
        let Entry { key, version, activated } = entry;
        replica.clock = replica.clock.max(version.time());
        let held = replica.version(key);
        if version < held || version.is_deletion() && activated + self.retention <= context.now {
            return;
        }
        if version == held {
            let own = certificates::of(&replica.certificates, key);
            if own.is_some_and(|own| own.activated < activated) {
                self.keep(replica, Certificate { key, version, activated }, context);
            }
            return;
        }
        if let Some(&dormant) = certificates::of(&replica.dormant, key)
            && version < dormant.version
        {
            if version.shows() {
                context.counts.reactivations += 1;
                self.install(replica, Entry { key, version: dormant.version, activated: context.now }, context);
            }
            return;
        }
        let dropped = certificates::of(&replica.dropped, key);
        if version.shows() && dropped.is_some_and(|dropped| version < dropped.version) {
            context.counts.resurrections += 1;
        }
        self.install(replica, entry, context);
    }

    /// The same of an entry that goes by what the node knew of owners: only if that is still so, or there could be gaps.
    pub(super) fn take_in_order(
        &self,
        replica: &mut Replica,
        entry: Entry,
        after: &[u64],
        context: &mut Context<'_, Self>,
    ) {
        let owner = self.space.owner(entry.key);
        if replica.known[owner.index()] >= after[owner.index()] {
            self.take(replica, entry, context);
            replica.know(owner, entry.version);
        }
    }

    /// A node has `entry` from now on.
    fn install(&self, replica: &mut Replica, entry: Entry, context: &mut Context<'_, Self>) {
        let Entry { key, version, activated } = entry;
        context.counts.take(key, replica.version(key), version);
        replica.set(key, version);
        if certificates::of(&replica.dormant, key).is_some_and(|dormant| dormant.version <= version) {
            certificates::take(&mut replica.dormant, key);
        }
        if version.is_deletion() {
            self.keep(replica, Certificate { key, version, activated }, context);
        }
        context.report(entry);
    }

    /// A node keeps an active certificate until it expires.
    fn keep(&self, replica: &mut Replica, certificate: Certificate, context: &mut Context<'_, Self>) {
        certificates::put(Arc::make_mut(&mut replica.certificates), certificate);
        self.set_timer(certificate, false, certificate.activated + self.retention, context);
    }

    /// Drops an active certificate if its time has come, or keeps a dormant copy; else waits for it.
    pub(super) fn retire(&self, replica: &mut Replica, certificate: Certificate, context: &mut Context<'_, Self>) {
        let end = certificate.activated + self.retention;
        if context.now < end {
            return self.set_timer(certificate, false, end, context);
        }
        let Certificate { key, version, .. } = certificate;
        replica.set(key, Version::NONE);
        certificates::put(&mut replica.dropped, certificate);
        if self.is_site(context.node, key, version) {
            certificates::put(&mut replica.dormant, certificate);
            self.forget(replica, certificate, context);
        }
    }

    /// Drops a dormant copy if its time has come; else waits for it.
    pub(super) fn forget(&self, replica: &mut Replica, dormant: Certificate, context: &mut Context<'_, Self>) {
        let end = dormant.activated + self.retention + self.dormant_retention;
        if context.now < end {
            return self.set_timer(dormant, true, end, context);
        }
        certificates::take(&mut replica.dormant, dormant.key);
    }

    fn set_timer(&self, certificate: Certificate, dormant: bool, at: Time, context: &mut Context<'_, Self>) {
        let Certificate { key, version, .. } = certificate;
        let after = Span::from_nanos(at.nanos().saturating_sub(context.now.nanos()));
        context.set_timer(after, Expiry { key, version, dormant });
    }

    /// Whether `node` keeps a dormant copy of the certificate of `key` and `version`.
    pub(super) fn is_site(&self, node: NodeId, key: u32, version: Version) -> bool {
        let (sites, nodes) = self.dormant_sites;
        if sites >= nodes {
            return true;
        }
        let address = u64::from(key);
        let mut chosen: Vec<u32> = Vec::new();
        for attempt in 0.. {
            if chosen.len() >= sites as usize {
                break;
            }
            let site = self.draws.below(nodes, address, version.hash(key), SITES | attempt);
            if !chosen.contains(&site) {
                chosen.push(site);
            }
        }
        chosen.contains(&node.number())
    }
}
