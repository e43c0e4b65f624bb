//! The columns that every workload has.

use super::{Cell, Column, Figure, Run, Sampled, Statistic, Summary, Summed};
use crate::clock::Phase;
use crate::observe::RoundSample;
use crate::settings::{Point, Settings};
use crate::stats::wilson;
use crate::time::Time;

/// The scenario.
pub const SCENARIO: Column<Run> =
    Column::word("scenario", "Name of the scenario.", |run| Cell::Word(run.scenario.clone()));

/// The number of a point.
pub const POINT: Column<Point> =
    Column::whole("point", "", "Number of the configuration in the sweep, from 0.", |point| point.index.into());

/// Who tells whom.
pub const STRATEGY: Column<Point> = Column::word("strategy", "`push`, `pull` or `push-pull`.", |point: &Point| {
    point.settings.gossip.strategy.to_string().into()
})
.shows("gossip.strategy")
.as_series();

/// The size of the network.
pub const NODES: Column<Point> =
    Column::whole("nodes", "nodes", "Number of nodes.", |point: &Point| point.settings.network.nodes.into())
        .shows("network.nodes");

/// The graph.
pub const TOPOLOGY: Column<Point> =
    Column::word("topology", "The topology and its settings in one line.", |point: &Point| {
        point.settings.network.topology.to_string().into()
    })
    .shows("network.topology");

/// How many peers a node contacts.
pub const FANOUT: Column<Point> =
    Column::whole("fanout", "peers", "Peers contacted per turn.", |point: &Point| point.settings.gossip.fanout.into())
        .shows("gossip.fanout");

/// The loss.
pub const LOSS: Column<Point> =
    Column::real("loss", "", "Mean share of messages lost.", |point: &Point| point.settings.network.loss.mean().into())
        .shows("network.loss");

/// The gossip interval.
pub const INTERVAL: Column<Point> =
    Column::real("interval_ms", "ms", "Gossip interval: the length of a round.", |point: &Point| {
        point.settings.gossip.interval.as_millis().into()
    })
    .shows("gossip.interval");

/// What identifies a point.
pub const OF_POINTS: &[Column<Point>] = &[POINT, STRATEGY, NODES, TOPOLOGY, FANOUT, LOSS, INTERVAL];

/// The number of a run.
pub const REPLICATE: Column<Run> =
    Column::whole("replicate", "", "Number of the replicate, from 0.", |run| run.record.replicate.into());

/// The seed.
pub const SEED: Column<Run> = Column::whole("seed", "", "Seed of the scenario.", |run| run.point.seed.into());

/// How a run ended.
pub const OUTCOME: Column<Run> = Column::word(
    "outcome",
    "How the run ended: `converged`, `died-out`, `lost`, `round-limit` or `time-limit`.",
    |run| run.record.ending.outcome.name().into(),
);

/// The rounds that a run took.
pub const ROUNDS: Column<Run> = Column::whole(
    "rounds",
    "rounds",
    "Round in which the last live node learned the update; empty unless converged, and of a failure detector if nothing failed.",
    |run: &Run| {
        let gossip = &run.point.settings.gossip;
        gossip.has_rounds().then(|| run.record.rounds(gossip.interval)).flatten().into()
    },
)
.optional()
.summed(Summary::DistributionOfConverged);

/// The time that a run took.
pub const TIME: Column<Run> = Column::real(
    "time_ms",
    "ms",
    "Instant at which the last live node learned; empty unless converged, and of a failure detector if nothing failed.",
    |run: &Run| run.record.ending.time().map(Time::as_millis).into(),
)
.optional()
.summed(Summary::MeanOfConvergedAndTails);

/// The live nodes.
pub const LIVE: Column<Run> = Column::whole("live", "nodes", "Live nodes at the end.", |run| run.record.live.into());

/// The messages.
pub const MESSAGES: Column<Run> =
    Column::whole("messages", "messages", "Legs sent.", |run: &Run| run.record.ending.tally.sent.into())
        .summed(Summary::MeanPerNode);

/// The traffic.
pub const BYTES: Column<Run> =
    Column::large("bytes", "bytes", "Bytes sent: of every message a header, of every update its size.", |run| {
        bytes(run).into()
    });

/// What the network lost.
pub const LOST: Column<Run> =
    Column::whole("lost", "messages", "Legs dropped by the network.", |run| run.record.ending.tally.lost.into());

/// What partitions and cuts kept from going.
pub const CUT: Column<Run> = Column::whole("cut", "messages", "Legs kept from going by a partition or a cut.", |run| {
    run.record.ending.tally.cut.into()
});

/// What reached nodes that were down.
pub const DROPPED: Column<Run> =
    Column::whole("dropped", "messages", "Legs whose recipient was down when they arrived.", |run| {
        run.record.ending.tally.dropped.into()
    });

/// The messages of a round.
pub const MESSAGES_BY_ROUND: Figure<RoundSample> = Figure {
    name: "messages",
    unit: "messages",
    doc: "the messages per node sent in the round; a run that has ended sends none",
    of: |run: &Sampled<RoundSample>| (run.now.messages - run.before.messages) as f64 / f64::from(run.nodes),
    statistics: &[Statistic::Mean],
    optional: false,
};

/// The load that a run puts on each node. They came after all other columns, and stand behind them.
pub const LOADS: [Column<Run>; 2] = [
    Column::real(
        "messages_per_node_second",
        "messages/s",
        "Legs sent per node and second, from the start until the run ended; where turns are aligned, until the round ended \
         in which it did. Empty where that is no time.",
        |run: &Run| per_node_second(run, run.record.ending.tally.sent as f64).into(),
    )
    .optional()
    .summed(Summary::Mean),
    Column::real(
        "bytes_per_node_second",
        "bytes/s",
        "Bytes sent per node and second, over the same time.",
        |run: &Run| per_node_second(run, bytes(run) as f64).into(),
    )
    .optional()
    .summed(Summary::Mean),
];

/// What the network does to messages besides losing and delaying them. They stand only in tables of scenarios in which it
/// does, and behind all other columns.
pub const MISHAPS: [Column<Run>; 2] = [
    Column::whole("duplicated", "messages", "Copies of legs that the network made, beside those sent.", |run: &Run| {
        run.record.ending.tally.duplicated.into()
    })
    .optional(),
    Column::whole(
        "corrupted",
        "messages",
        "Legs, and copies of them, that arrived corrupted and were discarded.",
        |run: &Run| run.record.ending.tally.corrupted.into(),
    )
    .optional(),
];

/// What was simulated.
pub const EVENTS: Column<Run> = Column::whole("events", "events", "Events simulated: turns and deliveries.", |run| {
    run.record.ending.tally.events().into()
});

/// What `summary.csv` says of the runs of a point as such.
pub const SUMMARY: &[Column<Summed>] = &[
    Column::whole("runs", "runs", "Number of runs.", |summed: &Summed| summed.runs.into()),
    Column::whole(
        "converged",
        "runs",
        "Runs that converged; figures on rounds and time are over these alone.",
        |summed: &Summed| summed.converged.into(),
    ),
    Column::real(
        "converged_ci_low",
        "",
        "Lower end of the 95 % confidence interval of the share of runs that converge (Wilson, or the rule of three).",
        |summed: &Summed| share(summed).map(|(low, _)| low).into(),
    )
    .optional(),
    Column::real(
        "converged_ci_high",
        "",
        "Upper end of the 95 % confidence interval of the share of runs that converge.",
        |summed: &Summed| share(summed).map(|(_, high)| high).into(),
    )
    .optional(),
];

/// What `summary.csv` says of the deadline of the scenario. They came after all other columns, and stand behind them.
pub const NEWEST_OF_SUMMARY: &[Column<Summed>] = &[
    Column::real("deadline_ms", "ms", "The `deadline` of the scenario; empty if it has none.", |summed: &Summed| {
        summed.in_time.map(|in_time| in_time.deadline.time.as_millis()).into()
    })
    .optional(),
    Column::real(
        "within_deadline",
        "",
        "Share of all runs that met it: in which all live nodes, or the share of them that it asks for, had the update by \
         then. Those that did not converge did not.",
        |summed: &Summed| summed.in_time.map(|in_time| in_time.runs as f64 / summed.runs as f64).into(),
    )
    .optional(),
    Column::real(
        "within_deadline_ci_low",
        "",
        "Lower end of the 95 % confidence interval of that share (Wilson, or the rule of three).",
        |summed: &Summed| within(summed).map(|(low, _)| low).into(),
    )
    .optional(),
    Column::real(
        "within_deadline_ci_high",
        "",
        "Upper end of the 95 % confidence interval of that share.",
        |summed: &Summed| within(summed).map(|(_, high)| high).into(),
    )
    .optional(),
];

fn within(summed: &Summed) -> Option<(f64, f64)> {
    wilson::interval(summed.in_time?.runs, summed.runs, 0.95)
}

/// So much a node and second of a run.
fn per_node_second(run: &Run, sent: f64) -> Option<f64> {
    let settings = &run.point.settings;
    seconds(settings, run.record.ending.ended).map(|seconds| sent / f64::from(settings.all_nodes()) / seconds)
}

/// How long a run lasted that `ended` then, as loads go by it, if it lasted at all.
pub fn seconds(settings: &Settings, ended: Time) -> Option<f64> {
    let interval = settings.gossip.interval;
    let seconds = match settings.gossip.phase {
        // All that a round sends is sent as it begins.
        Phase::Aligned if settings.gossip.has_rounds() => {
            ended.round(interval).number() as f64 * interval.as_millis() / 1000.0
        }
        Phase::Aligned | Phase::Random | Phase::Poisson | Phase::Drifting => ended.as_millis() / 1000.0,
    };
    (seconds > 0.0).then_some(seconds)
}

fn share(summed: &Summed) -> Option<(f64, f64)> {
    wilson::interval(summed.converged, summed.runs, 0.95)
}

fn bytes(run: &Run) -> u128 {
    // Sizes are below 2^52 bytes and counts of legs below 2^64, so that no sum of two products reaches 2^117.
    let product = |size: u64, legs: u64| u128::from(size) * u128::from(legs);
    let (settings, tally) = (&run.point.settings, run.record.ending.tally);
    let updates = product(settings.update_size(&run.point.chance(run.record.replicate)), tally.updates);
    let packets = tally.sent.saturating_add(tally.further_packets);
    product(settings.network.header_size.count(), packets) + updates + u128::from(tally.payload)
}
