//! How one node of a failure detector waits for another in one run: the pair that is chosen, its run, and its table.

use std::io::Write;

use super::args::PairChoice;
use super::error::Error;
use super::one_run::{self, Chosen};
use super::signals::Signals;
use crate::columns::trace::{SUSPICION, SuspicionRow};
use crate::experiment::{self, Watched};
use crate::output::rows::{self, RowFormat};
use crate::output::suspicion_picture::SuspicionPicture;
use crate::printable;
use crate::time::Span;
use crate::trace;
use crate::units::NodeId;
use crate::workload::detector::{DetectorKind, DetectorSettings, Pair, SuspicionChange};

/// So many moments of a heartbeat's interval have a row.
const STEPS: u64 = 20;

/// A run, with how one node waits for another in it.
pub(super) struct Suspicion<'a> {
    chosen: Chosen<'a>,
    detector: DetectorSettings,
    pair: Pair,
    watched: Watched,
}

impl<'a> Suspicion<'a> {
    /// Finds out which pair is meant and runs it; `command` is what asks for it.
    ///
    /// # Errors
    /// The workload is another, there is no such pair, or what the run says.
    pub(super) fn of(chosen: Chosen<'a>, choice: &PairChoice, command: &str, signals: &Signals) -> Result<Self, Error> {
        let detector = chosen.detector(command)?.clone();
        let find = |flag: &str, name: &Option<String>| {
            name.as_deref().map(|name| one_run::node(&chosen.point, flag, name)).transpose()
        };
        let asked = [find("--node", &choice.node)?, find("--monitor", &choice.monitor)?];
        let (point, replicate) = (&chosen.point, chosen.replicate());
        let pair = chosen.work(signals, |_| experiment::default_pair(&detector, point, replicate, asked))?;
        let Some(pair) = pair.filter(|pair| pair.node != pair.monitor) else {
            let text = "no node is sent heartbeats by the one that is watched, or they are one; give --node and --monitor, \
                        two nodes with a link";
            return Err(Error::Usage(format!("{}: {text}", printable::line(&chosen.scenario.name))));
        };
        let watched =
            chosen.work(signals, |keep_going| experiment::suspicion(&detector, point, replicate, pair, keep_going))?;
        let waits = |change: &(_, SuspicionChange)| matches!(change.1, SuspicionChange::Waits(Some(_)));
        let suspicion = Suspicion { chosen, detector, pair, watched };
        if !suspicion.watched.log.changes.iter().any(waits) {
            let [node, monitor] = [pair.node, pair.monitor].map(|node| suspicion.name(node));
            let text = format!("node {monitor} never waits for node {node}: no heartbeat of it is to reach that");
            let name = printable::line(&suspicion.chosen.scenario.name);
            return Err(Error::Usage(format!("{name}: {text}; give another --monitor")));
        }
        Ok(suspicion)
    }

    /// What a node is called.
    fn name(&self, node: NodeId) -> String {
        let names = self.chosen.point.settings.network.topology.names();
        names.map_or_else(|| node.number().to_string(), |names| printable::line(&names.name(node)).into_owned())
    }

    /// The threshold of phi, if it goes by phi.
    fn threshold(&self) -> Option<f64> {
        (self.detector.detector == DetectorKind::Phi).then(|| self.detector.threshold.phi())
    }

    /// Writes the table.
    ///
    /// # Errors
    /// Those of writing.
    pub(super) fn write(&self, format: RowFormat, out: &mut dyn Write) -> Result<(), Error> {
        let interval = self.chosen.point.settings.gossip.interval;
        let (step, threshold) = (Span::from_nanos(interval.nanos() / STEPS), self.threshold());
        let points = trace::suspicion(&self.watched.log, self.watched.record.ending.ended, step);
        let rows = points.map(|point| SuspicionRow { point, threshold });
        rows::write(SUSPICION, rows, format, out).map_err(Error::Stdout)
    }

    /// What its picture shows.
    pub(super) fn picture(&self) -> SuspicionPicture<'_> {
        let [node, monitor] = [self.pair.node, self.pair.monitor].map(|node| self.name(node));
        SuspicionPicture {
            log: &self.watched.log,
            end: self.watched.record.ending.ended,
            interval: self.chosen.point.settings.gossip.interval,
            threshold: self.threshold(),
            node,
            monitor,
            notes: vec![self.chosen.title(), one_run::settings(&self.chosen.point)],
        }
    }
}
