//! What can be warned of, and when the simulation ends.

use crate::scenario::parts::Sections;
use crate::time::Span;

/// What can be warned of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Every message is lost.
    AllLost,
    /// Every message that is not lost is discarded.
    AllCorrupted,
    /// No message, or not even half of them, arrives before the end.
    TooSlow,
    /// Copies of what goes over TCP.
    NoCopies,
    /// An order of messages that is kept anyway.
    NothingOvertakes,
    /// That nodes know who is down, where nobody ever is.
    NobodyDead,
    /// Meshes in which links to nodes that are down stay.
    LinksStay,
    /// A limit of time that the rounds come before.
    TimeUnused,
    /// Anti-entropy that begins after the end.
    NoBackup,
    /// A factor for gaps between asking, where nodes ask in every turn.
    NoLongestGap,
    /// Asking more and more rarely, where nobody asks.
    NobodyAsks,
    /// Asking more and more rarely by gaps that do not grow.
    NoGapGrows,
    /// A limit on calls that there are not so many of.
    CallsUnlimited,
    /// Increments of a counter, or writes of a store, until after the end.
    NoEndOfInputs,
    /// A failure detector that is cut off before its time is over.
    CutShort,
    /// Choice by degrees that are all the same.
    DegreesAlike,
    /// A queue for bandwidth that nothing limits.
    BandwidthUnlimited,
    /// Waiting where there is room for all.
    QueueUnlimited,
    /// A class of nodes with a bandwidth of its own that changes nothing.
    ClassUnused,
    /// Packets that have room for everything.
    NothingSplit,
    /// A law of drifts that are none.
    NoDrift,
    /// A share of adversaries that comes to no node.
    NoAdversary,
    /// Events after the end.
    EventsUnused,
    /// What lasts and is over only after the end.
    NeverHeals,
    /// Shares of the nodes that come to no node.
    SharesOfNobody,
    /// Recoveries while nobody is down.
    NobodyToRecover,
    /// Nodes by name to which nothing can happen.
    NamedInVain,
    /// Partitions into one group.
    PartsNobody,
    /// Cuts between nodes and themselves.
    CutWithin,
}

/// When the last round is over, and what says so.
pub(super) fn end_of_rounds(settings: &Sections<'_>) -> Span {
    settings.gossip.interval * settings.stop.max_rounds
}

/// The instant after which nothing is simulated.
pub(super) fn end(settings: &Sections<'_>) -> Span {
    let rounds = end_of_rounds(settings);
    settings.stop.max_time.map_or(rounds, |time| time.min(rounds))
}

/// The limit that ends the simulation, in words.
pub(super) fn limit(settings: &Sections<'_>) -> String {
    let rounds = end_of_rounds(settings);
    match settings.stop.max_time {
        Some(time) if time < rounds => format!("stop.max_time = \"{time}\""),
        _ => format!("stop.max_rounds = {}, which end after {rounds}", settings.stop.max_rounds),
    }
}
