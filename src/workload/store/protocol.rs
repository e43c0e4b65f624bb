//! A store as a protocol of the engine: what nodes say and learn.

use std::borrow::Cow;
use std::sync::Arc;

use super::certificates::{self, Certificate, Expiry};
use super::counts::Counts;
use super::flow::{Flow, Pace};
use super::keyspace::Keyspace;
use super::message::{Delta, Digest, Entry, Message, Sizes, Wants};
use super::operations::{Action, Operation};
use super::replica::{self, Replica};
use super::settings::{Clock, Order, Payload, StoreSettings};
use super::version::{Version, differences, newer};
use crate::engine::{Context, Outcome, Protocol, Slab, Start, Tally};
use crate::random::{Chance, Field, Purpose};
use crate::time::{Span, Time};
use crate::units::NodeId;
use crate::workload::Strategy;

/// The rules of a replicated store.
#[derive(Clone, Debug)]
pub struct Store {
    /// Who tells whom.
    pub strategy: Strategy,
    /// What nodes tell each other.
    pub payload: Payload,
    /// The keys and their owners.
    pub space: Keyspace,
    /// What goes first where a limit keeps some back.
    pub order: Order,
    /// The most deltas in a message.
    pub most: usize,
    /// What takes how many bytes.
    pub sizes: Sizes,
    /// The writes a second that a node takes on at first; 0 where flow is not controlled.
    pub flow_control: f64,
    /// What times writes have.
    pub clock: Clock,
    /// Whether a clock goes beyond what it receives.
    pub increment_on_receipt: bool,
    /// How long after its activation a certificate is kept: T1.
    pub retention: Span,
    /// How much longer dormant copies are: T2.
    pub dormant_retention: Span,
    /// At how many of how many nodes there are dormant copies.
    pub(super) dormant_sites: (u32, u32),
    pub(super) draws: Field,
    /// What a node begins with.
    blank: Arc<Vec<Version>>,
    unknown: Arc<Vec<u64>>,
}

impl StoreSettings {
    /// The rules of `nodes` nodes that gossip by `strategy`.
    pub fn protocol(&self, strategy: Strategy, nodes: u32, chance: &Chance) -> Store {
        let sizes = self.sizes();
        let by_bytes = (self.byte_limit.count() > 0).then(|| self.byte_limit.count() / sizes.largest());
        let by_count = (self.delta_limit > 0).then_some(u64::from(self.delta_limit));
        let most = by_bytes.into_iter().chain(by_count).min().map_or(usize::MAX, |most| most as usize);
        let owners = if self.payload == Payload::Scuttlebutt { nodes } else { 0 };
        Store {
            strategy,
            payload: self.payload,
            space: self.keyspace(nodes),
            order: self.order,
            most,
            sizes,
            flow_control: self.flow_control,
            clock: self.clock,
            increment_on_receipt: self.increment_on_receipt,
            retention: self.retention,
            dormant_retention: self.dormant_retention,
            dormant_sites: (self.dormant_sites, nodes),
            draws: chance.field(Purpose::Workload),
            blank: Arc::new(vec![Version::NONE; self.keys as usize]),
            unknown: Arc::new(vec![0; owners as usize]),
        }
    }
}

impl Protocol for Store {
    type State = Replica;
    type States = Vec<Replica>;
    type Message = Message;
    type Timer = Expiry;
    type Mail = Slab<Message, Expiry>;
    type Input = Operation;
    type Fact = Entry;
    type Counts = Counts;

    const TURNS_CHANGE_STATES: bool = false;

    fn prepare(&self, states: &mut Vec<Replica>, counts: &mut Counts) {
        counts.begin(self.space.keys as usize, states.len());
    }

    fn start(&self, replica: &mut Replica, why: Start, context: &mut Context<'_, Self>) {
        if replica.versions.is_empty() {
            let time = context.counts.last_times[context.node.index()];
            let (versions, known) = (self.blank.clone(), self.unknown.clone());
            *replica =
                Replica { versions, known, clock: time, flow: Flow::new(self.flow_control), ..Replica::default() };
            self.read_own(replica, context);
        } else if why != Start::First {
            // Its timers are gone.
            let certificates = replica.certificates.to_vec();
            for certificate in certificates {
                self.retire(replica, certificate, context);
            }
            for dormant in replica.dormant.clone() {
                self.forget(replica, dormant, context);
            }
        }
    }

    fn input(&self, replica: &mut Replica, Operation { key, action }: Operation, context: &mut Context<'_, Self>) {
        match action {
            Action::Read => context.counts.read(replica, key, context.now),
            Action::Write => self.write(replica, key, false, context),
            Action::Delete => self.write(replica, key, true, context),
        }
    }

    fn turn(&self, replica: &mut Replica, _: &mut Context<'_, Self>) -> Option<Message> {
        Some(match (self.payload, self.strategy) {
            (Payload::Full, Strategy::Pull) => Message::Request,
            (Payload::Full, strategy) => all_of(replica, strategy == Strategy::PushPull),
            (Payload::Digest, _) => digest_of(replica),
            (Payload::Hash, _) => Message::Hash(replica.hash),
            (Payload::Scuttlebutt, _) => {
                Message::Digest(Digest::Owners(replica.known.clone(), self.pace(replica, None)))
            }
        })
    }

    fn answer(&self, replica: &Replica, _: NodeId, message: &Message) -> Option<Message> {
        match message {
            Message::State { asks: true, .. } | Message::Request => Some(all_of(replica, false)),
            Message::Hash(hash) if *hash != replica.hash => Some(digest_of(replica)),
            Message::State { .. } | Message::Hash(_) => None,
            Message::Digest(Digest::Versions(theirs, _)) => self.answer_versions(replica, theirs),
            Message::Digest(Digest::Owners(theirs, _)) => self.answer_owners(replica, theirs),
            Message::Delta(Delta { wants, .. }) => match wants {
                Wants::Nothing => None,
                Wants::Keys(keys) => delta(self.entries(replica, keys), None, Wants::Nothing, None),
                Wants::After(known) => {
                    let entries = self.missing(replica, known);
                    // The rate has been told.
                    let pace = self.pace(replica, Some(entries.len())).map(|pace| Pace { rate: None, ..pace });
                    delta(entries, Some(known), Wants::Nothing, pace)
                }
            },
        }
    }

    fn settled(&self, replica: &Replica, message: &Message, counts: &mut Counts) -> bool {
        let [deltas, digests] = self.sizes.of(message);
        counts.delta_bytes += deltas;
        counts.digest_bytes += digests;
        match message {
            Message::Digest(Digest::Owners(_, pace)) => pace.is_none(),
            Message::Request | Message::Hash(_) | Message::Digest(_) => true,
            Message::Delta(Delta { entries, pace: None, .. }) if entries.is_empty() => true,
            _ if self.increment_on_receipt => false,
            Message::State { versions, certificates, .. } => {
                let renews = |one: &Certificate| {
                    let own = certificates::of(&replica.certificates, one.key);
                    own.is_some_and(|own| own.version == one.version && own.activated < one.activated)
                };
                !versions.iter().zip(&*replica.versions).any(|(theirs, ours)| theirs > ours)
                    && !certificates.iter().any(renews)
            }
            Message::Delta(Delta { entries, after, .. }) => {
                let old = |entry: &Entry| entry.version < replica.version(entry.key);
                // What is known without gaps may go on even if all of it is had already.
                after.is_none() && entries.iter().all(old)
            }
        }
    }

    fn learn(&self, replica: &mut Replica, _: NodeId, message: Message, context: &mut Context<'_, Self>) {
        let before = replica.shown;
        match message {
            Message::State { versions, certificates, .. } => {
                let news = newer(&versions, &replica.versions).into_iter().map(|key| (key, versions[key as usize]));
                let renewed = certificates.iter().map(|certificate| (certificate.key, certificate.version));
                for (key, version) in news.chain(renewed) {
                    let activated = replica::activated(&certificates, key, version);
                    self.take(replica, Entry { key, version, activated }, context);
                }
            }
            Message::Delta(Delta { entries, after, pace, .. }) => {
                pace.into_iter().for_each(|pace| replica.flow.hear(pace));
                for entry in entries {
                    match &after {
                        Some(after) => self.take_in_order(replica, entry, after, context),
                        None => self.take(replica, entry, context),
                    }
                }
            }
            Message::Digest(Digest::Owners(_, pace)) => {
                return pace.into_iter().for_each(|pace| replica.flow.hear(pace));
            }
            Message::Request | Message::Hash(_) | Message::Digest(_) => return,
        }
        replica.clock += u64::from(self.increment_on_receipt);
        context.counts.replace(before, replica.shown, context.now);
    }

    fn expire(&self, replica: &mut Replica, expiry: Expiry, context: &mut Context<'_, Self>) {
        let Expiry { key, version, dormant } = expiry;
        let list = if dormant { &replica.dormant } else { &*replica.certificates };
        let found = certificates::of(list, key).filter(|found| found.version == version).copied();
        match found {
            Some(certificate) if dormant => self.forget(replica, certificate, context),
            Some(certificate) => self.retire(replica, certificate, context),
            None => {}
        }
    }

    fn counted(&self, replica: &Replica, up: bool, counts: &mut Counts) {
        counts.recount(replica, up);
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        counts.match_live(recount)
    }

    fn glance(replica: &Replica) -> u64 {
        replica.hash
    }

    fn input_content(Operation { key, action }: &Operation) -> Cow<'static, str> {
        let action = match action {
            Action::Write => "write",
            Action::Delete => "delete",
            Action::Read => "read",
        };
        Cow::Owned(format!("action={action} key={key}"))
    }

    fn size(&self, message: &Message) -> u64 {
        self.sizes.of(message).iter().sum()
    }

    fn without_content(&self, message: Message) -> Option<Message> {
        match message {
            Message::State { asks: true, .. } => Some(Message::Request),
            Message::State { asks: false, .. } => None,
            Message::Delta(Delta { after, wants, pace, .. }) => delta(Vec::new(), after.as_ref(), wants, pace),
            asking => Some(asking),
        }
    }

    fn overstated(&self, message: Message) -> Message {
        match message {
            Message::Digest(Digest::Versions(versions, held)) => {
                let versions = versions.iter().map(|version| version.overstated()).collect();
                Message::Digest(Digest::Versions(Arc::new(versions), held))
            }
            Message::Digest(Digest::Owners(known, pace)) => {
                let known = known.iter().map(|&known| if known == 0 { 0 } else { Version::LAST_TIME }).collect();
                Message::Digest(Digest::Owners(Arc::new(known), pace))
            }
            other => other,
        }
    }

    fn of_unknown(&self, replica: &Replica, message: Message) -> Message {
        let unknown = |key: u32| replica.version(key) == Version::NONE;
        match message {
            Message::State { versions, certificates, asks, .. } => {
                let version = |(key, version): (u32, &Version)| if unknown(key) { *version } else { Version::NONE };
                let versions: Vec<Version> = (0..).zip(versions.iter()).map(version).collect();
                let held = versions.iter().filter(|version| **version != Version::NONE).count() as u32;
                let certificates = certificates.iter().filter(|certificate| unknown(certificate.key)).copied();
                let (versions, certificates) = (Arc::new(versions), Arc::new(certificates.collect()));
                Message::State { versions, held, certificates, asks }
            }
            Message::Delta(mut delta) => {
                delta.entries.retain(|entry| unknown(entry.key));
                Message::Delta(delta)
            }
            other => other,
        }
    }

    /// All live nodes show the same.
    fn termination(&self, _: Time, counts: &mut Counts, _: &Tally, live: u64) -> Option<Outcome> {
        match live {
            0 => Some(Outcome::Lost),
            _ => counts.agree(live).then_some(Outcome::Converged),
        }
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        live > 0 && counts.agree(live)
    }
}

impl Store {
    /// What a node says of flow in a message with so many deltas, if it is one for deltas and flow is controlled.
    fn pace(&self, replica: &Replica, deltas: Option<usize>) -> Option<Pace> {
        let full = deltas.map(|deltas| deltas >= self.most);
        (self.flow_control > 0.0).then_some(Pace { rate: Some(replica.flow.rate), full })
    }

    /// What comes of the versions of a peer: who gives what it has to whom depends on who began.
    fn answer_versions(&self, replica: &Replica, theirs: &[Version]) -> Option<Message> {
        let began = self.payload == Payload::Hash;
        let [gives, takes] = if began {
            [self.strategy != Strategy::Pull, self.strategy != Strategy::Push]
        } else {
            [self.strategy != Strategy::Push, self.strategy != Strategy::Pull]
        };
        let [newer, wanted] = match [gives, takes] {
            [true, true] => differences(&replica.versions, theirs),
            _ => [
                if gives { newer(&replica.versions, theirs) } else { Vec::new() },
                if takes { newer(theirs, &replica.versions) } else { Vec::new() },
            ],
        };
        let entries = self.entries(replica, &newer);
        delta(entries, None, if wanted.is_empty() { Wants::Nothing } else { Wants::Keys(wanted) }, None)
    }

    /// What comes of what a peer knows of owners.
    fn answer_owners(&self, replica: &Replica, theirs: &Arc<Vec<u64>>) -> Option<Message> {
        let entries = if self.strategy != Strategy::Push { self.missing(replica, theirs) } else { Vec::new() };
        let behind = || theirs.iter().zip(&*replica.known).any(|(theirs, ours)| theirs > ours);
        let wants = if self.strategy != Strategy::Pull && behind() {
            Wants::After(replica.known.clone())
        } else {
            Wants::Nothing
        };
        let pace = self.pace(replica, (self.strategy != Strategy::Push).then_some(entries.len()));
        delta(entries, Some(theirs), wants, pace)
    }
}

/// What there is to say, if there is anything.
fn delta(entries: Vec<Entry>, after: Option<&Arc<Vec<u64>>>, wants: Wants, pace: Option<Pace>) -> Option<Message> {
    let says = !entries.is_empty() || wants != Wants::Nothing || pace.is_some();
    says.then(|| Message::Delta(Delta { entries, after: after.cloned(), wants, pace }))
}

/// All that `replica` has.
fn all_of(replica: &Replica, asks: bool) -> Message {
    let Replica { versions, held, certificates, .. } = replica;
    Message::State { versions: versions.clone(), held: *held, certificates: certificates.clone(), asks }
}

/// The versions that `replica` has.
fn digest_of(replica: &Replica) -> Message {
    Message::Digest(Digest::Versions(replica.versions.clone(), replica.held))
}
