//! What happens to nodes and to the paths between them from outside, at times that the scenario gives: crashes,
//! recoveries, restarts, churn, sessions, joins, leaves, partitions, one-way cuts and blocks.

mod node_list;
mod sessions;

pub use node_list::{Listed, NodeList};
pub use sessions::{Session, Sessions};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::network::latency::Distribution;
use crate::network::path_faults::Impairment;
use crate::time::{Span, Time};

/// `[[event]]`: what happens, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Faults {
    pub(crate) events: Vec<Event>,
}

/// Something that happens at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub action: Action,
}

/// When something happens, as a scenario writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// So long after the start of the run.
    After(Span),
    /// At the start of this round, from 1.
    Round(u64),
}

/// When something is over that lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Then.
    At(Moment),
    /// So long after it began.
    After(Span),
}

/// Being blocked by turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockTurns {
    /// How long it is blocked each time.
    pub blocked: Span,
    /// How long it is free in between.
    pub free: Span,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Nodes stop: what reaches them is lost until they recover.
    Crash {
        /// Which of those that are up.
        nodes: Selection,
        /// Whether they still know what they knew when they recover.
        keep_state: bool,
    },
    /// Crashed nodes go on: which of them.
    Recover(Selection),
    /// Nodes stop, and the same nodes come back, unless they have recovered by then.
    Restart {
        /// Which of those that are up.
        nodes: Selection,
        /// Whether they still know what they knew when they are back.
        keep_state: bool,
        /// When they are back.
        until: End,
    },
    /// Nodes come and go by turns, each by itself: up for a time, then down for a time, and so on.
    Churn {
        /// Which of those that are up.
        nodes: Selection,
        /// How long a node is up each time.
        up: Distribution,
        /// How long it is down each time.
        down: Distribution,
        /// Whether they still know what they knew when they are back.
        keep_state: bool,
        /// From when on none goes any more; who is down then comes back in its time.
        until: End,
    },
    /// Nodes are up at the times that a file tells, from then on, and down at others; nodes that it does not name stay as they
    /// are.
    Sessions {
        /// When they are up.
        sessions: Sessions,
        /// Whether they still know what they knew when they are back.
        keep_state: bool,
    },
    /// So many nodes come to those that there are, the next numbers being theirs. None may be as many.
    Join(u32),
    /// Nodes go for good: which of those that are up.
    Leave(Selection),
    /// Nothing passes between groups of nodes.
    Partition {
        /// Nodes that are in none of them are a group of their own.
        groups: Groups,
        /// When it is over, if ever.
        until: Option<End>,
    },
    /// Nothing passes one way.
    Cut {
        /// Whose messages.
        from: Selection,
        /// Those to whom they do not pass.
        to: Selection,
        /// When it is over, if ever.
        until: Option<End>,
    },
    /// What goes one way is lost more often, takes longer, or arrives corrupted or twice.
    Impair {
        /// Whose messages.
        from: Selection,
        /// To whom.
        to: Selection,
        /// What happens to them, besides what the network does.
        impairment: Impairment,
        /// When it is over, if ever.
        until: Option<End>,
    },
    /// Nodes are blocked, as stalled processes are: what they send and what reaches them waits.
    Block {
        /// Which of those that are up.
        nodes: Selection,
        /// When it is over, if ever; where they are blocked by turns, it is.
        until: Option<End>,
        /// Whether they are blocked and free by turns until then.
        turns: Option<BlockTurns>,
        /// How long a node that is released reads each of the messages that wait.
        reading: Span,
    },
}

/// Some of the nodes that an action can be about.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// All of them.
    All,
    /// A share of them, drawn for each replicate.
    Share(Share),
    /// These.
    Nodes(NodeList),
}

/// Groups of nodes, without a node in two of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Groups {
    /// Shares of all nodes, at most 1 together, drawn for each replicate.
    Shares(Vec<Share>),
    /// These.
    Nodes(Vec<NodeList>),
}

/// A share of nodes, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Share(f64);

impl Faults {
    /// Whether nothing happens.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// What happens, in the order of the file.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What happens, in the order of its times where a round takes `interval`; what happens at one time stays in the
    /// order of the file.
    pub fn in_order(&self, interval: Span) -> Vec<(Time, &Event)> {
        let mut timed: Vec<_> = self.events.iter().map(|event| (event.at.instant(interval), event)).collect();
        timed.sort_by_key(|(at, _)| *at);
        timed
    }

    /// Whether any node is ever blocked.
    pub fn blocks(&self) -> bool {
        self.events.iter().any(|event| matches!(event.action, Action::Block { .. }))
    }

    /// Whether paths are ever impaired like this.
    pub fn impair(&self, so: impl Fn(&Impairment) -> bool) -> bool {
        self.events.iter().any(|event| matches!(&event.action, Action::Impair { impairment, .. } if so(impairment)))
    }

    /// Whether any node ever goes down, where a round takes `interval`.
    pub fn take_down(&self, interval: Span) -> bool {
        let goes = |action: &Action| {
            matches!(
                action,
                Action::Crash { .. }
                    | Action::Restart { .. }
                    | Action::Churn { .. }
                    | Action::Sessions { .. }
                    | Action::Leave(_)
            )
        };
        self.events.iter().any(|event| goes(&event.action) && !event.is_off(interval))
    }

    /// Whether any node ever leaves.
    pub fn leaves(&self) -> bool {
        let leaves = |event: &Event| matches!(&event.action, Action::Leave(nodes) if !nodes.is_nobody());
        self.events.iter().any(leaves)
    }

    /// About how often `nodes` come and go in churn or by sessions, where a round takes `interval`.
    pub fn changes_by_churn(&self, nodes: u32, interval: Span) -> u64 {
        let changes = |event: &Event| {
            let (which, up, down, until) = match &event.action {
                Action::Churn { nodes, up, down, until, .. } => (nodes, up, down, until),
                Action::Sessions { sessions, .. } => return sessions.changes(),
                _ => return 0,
            };
            let at = event.at.instant(interval);
            let length = until.instant(at, interval).nanos().saturating_sub(at.nanos());
            let nodes = match which {
                Selection::All => nodes,
                Selection::Share(share) => share.of(nodes),
                Selection::Nodes(list) => list.count(),
            };
            churn_changes(nodes, [up, down], Span::from_nanos(length))
        };
        self.events.iter().map(changes).sum()
    }

    /// How many nodes join in all.
    pub fn joins(&self) -> u32 {
        let joining = |event: &Event| if let Action::Join(count) = event.action { count } else { 0 };
        self.events.iter().map(joining).sum()
    }
}

/// About how often `nodes` come and go in `length`, where they are up and down for times of these laws.
pub fn churn_changes(nodes: u32, laws: [&Distribution; 2], length: Span) -> u64 {
    // What lasts longer than all of it counts as all of it.
    const PLACES: u64 = 64;
    let width = u64::MAX / PLACES;
    let mean = |law: &Distribution| {
        let times = (0..PLACES).map(|place| law.quantile(place * width + width / 2).min(length).nanos() as f64);
        times.sum::<f64>() / PLACES as f64
    };
    let both: f64 = laws.into_iter().map(mean).sum();
    // A float that does not fit is the greatest number there is.
    (2.0 * f64::from(nodes) * length.nanos() as f64 / both.max(1.0)) as u64
}

impl Moment {
    /// The instant, where a round takes `interval`; the end of time if it would come after that.
    pub fn instant(self, interval: Span) -> Time {
        match self {
            Moment::After(span) => Time::ZERO + span,
            Moment::Round(round) => Time::ZERO + interval * (round - 1),
        }
    }

    /// The keys that say so, for a time and for a round.
    fn write<M: SerializeMap>(self, map: &mut M, [time, round]: [&'static str; 2]) -> Result<(), M::Error> {
        match self {
            Moment::After(span) => map.serialize_entry(time, &span),
            Moment::Round(number) => map.serialize_entry(round, &number),
        }
    }
}

impl End {
    /// The instant, for what begins at `at` where a round takes `interval`; the end of time if it would come after that.
    pub fn instant(self, at: Time, interval: Span) -> Time {
        match self {
            End::At(moment) => moment.instant(interval),
            End::After(span) => at + span,
        }
    }

    fn write<M: SerializeMap>(self, map: &mut M) -> Result<(), M::Error> {
        match self {
            End::At(moment) => moment.write(map, ["until", "until_round"]),
            End::After(span) => map.serialize_entry("for", &span),
        }
    }
}

impl Action {
    /// What the action is called in a scenario.
    pub fn name(&self) -> &'static str {
        match self {
            Action::Crash { .. } => "crash",
            Action::Recover(_) => "recover",
            Action::Restart { .. } => "restart",
            Action::Churn { .. } => "churn",
            Action::Sessions { .. } => "sessions",
            Action::Join(_) => "join",
            Action::Leave(_) => "leave",
            Action::Partition { .. } => "partition",
            Action::Cut { .. } => "cut",
            Action::Impair { .. } => "impair",
            Action::Block { .. } => "block",
        }
    }

    /// Whether it says that it happens to nobody: the share 0, or as many nodes.
    fn is_about_nobody(&self) -> bool {
        match self {
            Action::Crash { nodes, .. }
            | Action::Restart { nodes, .. }
            | Action::Churn { nodes, .. }
            | Action::Block { nodes, .. } => nodes.is_nobody(),
            Action::Recover(nodes) | Action::Leave(nodes) => nodes.is_nobody(),
            Action::Join(count) => *count == 0,
            Action::Partition { groups: Groups::Shares(shares), .. } => {
                shares.iter().all(|share| *share == Share::NONE)
            }
            Action::Partition { groups: Groups::Nodes(_), .. } | Action::Sessions { .. } => false,
            Action::Cut { from, to, .. } | Action::Impair { from, to, .. } => from.is_nobody() || to.is_nobody(),
        }
    }

    /// When it is over, if it says so.
    pub fn until(&self) -> Option<End> {
        match self {
            Action::Partition { until, .. }
            | Action::Cut { until, .. }
            | Action::Impair { until, .. }
            | Action::Block { until, .. } => *until,
            Action::Restart { until, .. } | Action::Churn { until, .. } => Some(*until),
            _ => None,
        }
    }
}

impl Event {
    /// The instant at which it is over, if it says so, where a round takes `interval`.
    pub fn until(&self, interval: Span) -> Option<Time> {
        let until = self.action.until()?;
        Some(until.instant(self.at.instant(interval), interval))
    }

    /// Whether it is switched off, so that a sweep can hold what happens without it: nobody is meant, or it is over as
    /// it begins.
    pub fn is_off(&self, interval: Span) -> bool {
        let over = self.until(interval) == Some(self.at.instant(interval));
        over || self.action.is_about_nobody()
    }
}

impl Selection {
    /// Whether it is the share 0.
    pub fn is_nobody(&self) -> bool {
        matches!(self, Selection::Share(share) if *share == Share::NONE)
    }
}

impl Share {
    /// Nobody.
    pub const NONE: Share = Share(0.0);

    /// A share of `value`; `None` unless 0 <= value <= 1.
    pub fn new(value: f64) -> Option<Self> {
        // Of the two zeros, the one without a sign.
        (0.0..=1.0).contains(&value).then_some(Share(value + 0.0))
    }

    /// The number from 0 to 1.
    pub fn value(self) -> f64 {
        self.0
    }

    /// How many of `count` nodes it is, to the nearest.
    pub fn of(self, count: u32) -> u32 {
        // Of a share of at most 1 no more than all.
        (self.0 * f64::from(count) + 0.5) as u32
    }
}

/// As a scenario writes it, defaults included.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.at.write(&mut map, ["at", "at_round"])?;
        let name = self.action.name();
        match &self.action {
            Action::Crash { nodes, keep_state } | Action::Restart { nodes, keep_state, .. } => {
                map.serialize_entry(name, nodes)?;
                map.serialize_entry("keep_state", keep_state)?;
            }
            Action::Churn { nodes, up, down, keep_state, .. } => {
                map.serialize_entry(name, nodes)?;
                map.serialize_entry("up", up)?;
                map.serialize_entry("down", down)?;
                map.serialize_entry("keep_state", keep_state)?;
            }
            Action::Sessions { sessions, keep_state } => {
                map.serialize_entry(name, &sessions.file)?;
                map.serialize_entry("sha256", &sessions.sha256)?;
                map.serialize_entry("keep_state", keep_state)?;
            }
            Action::Recover(nodes) | Action::Leave(nodes) => map.serialize_entry(name, nodes)?,
            Action::Join(count) => map.serialize_entry(name, count)?,
            Action::Partition { groups, .. } => map.serialize_entry(name, groups)?,
            Action::Cut { from, to, .. } => map.serialize_entry(name, &Ends { from, to })?,
            Action::Impair { from, to, impairment: Impairment { delay, loss, corruption, duplication }, .. } => {
                map.serialize_entry(name, &Ends { from, to })?;
                if let Some(delay) = delay {
                    map.serialize_entry("delay", delay)?;
                }
                map.serialize_entry("loss", loss)?;
                for (key, rate) in [("corruption", corruption), ("duplication", duplication)] {
                    if rate.is_possible() {
                        map.serialize_entry(key, rate)?;
                    }
                }
            }
            Action::Block { nodes, turns, reading, .. } => {
                map.serialize_entry(name, nodes)?;
                if let Some(BlockTurns { blocked, free }) = turns {
                    map.serialize_entry("blocked", blocked)?;
                    map.serialize_entry("free", free)?;
                }
                if !reading.is_zero() {
                    map.serialize_entry("reading", reading)?;
                }
            }
        }
        if let Some(until) = self.action.until() {
            until.write(&mut map)?;
        }
        map.end()
    }
}

/// Both ends of paths.
#[derive(Serialize)]
struct Ends<'a> {
    from: &'a Selection,
    to: &'a Selection,
}

impl Serialize for Selection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Selection::All => serializer.serialize_str("all"),
            Selection::Share(share) => share.serialize(serializer),
            Selection::Nodes(nodes) => nodes.serialize(serializer),
        }
    }
}

impl Serialize for Groups {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Groups::Shares(shares) => shares.serialize(serializer),
            Groups::Nodes(groups) => groups.serialize(serializer),
        }
    }
}
