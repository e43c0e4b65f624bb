//! `explain`: why a node learned when it did, or why it never did.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::args::RunChoice;
use super::error::Error;
use super::one_run::{self, OneRun};
use super::signals::Signals;
use super::text::{self, count};
use crate::observe::Fate;
use crate::printable;
use crate::time::exact_millis;
use crate::topology::{Directory, WrittenNode};
use crate::trace::{self, DelayKind, Hop, Infection, Receipt, Trace, Unreached};
use crate::units::NodeId;

/// Characters of a line.
const WIDTH: usize = 80;
/// So many nodes that never learned are named.
const NAMED: usize = 8;

/// `gossipsim explain`
pub(crate) fn explain(
    out: &mut impl Write,
    run: &RunChoice,
    node: Option<&str>,
    as_json: bool,
    signals: &Signals,
) -> Result<(), Error> {
    let one_run = OneRun::load(run, signals)?;
    let infection = one_run.infection("explain")?;
    let node = match node {
        Some(name) => found(&one_run.trace, name)?,
        None => infection.firsts().last().map_or(NodeId::default(), |receipt| receipt.node),
    };
    let explanation = Explanation { one_run: &one_run, infection: &infection, node };
    let printed = match infection.first(node) {
        Some(first) => {
            let hops = trace::explain(&one_run.trace, &infection, first);
            if as_json {
                text::json(out, &explanation.json(first, &hops))
            } else {
                explanation.print(out, first, &hops)
            }
        }
        None => {
            let unreached = trace::why_not(&one_run.trace, &infection, node);
            let unreached = unreached.map_err(|fault| one_run::fault(&one_run.trace, fault))?;
            if as_json {
                text::json(out, &explanation.unreached_json(&unreached))
            } else {
                explanation.print_unreached(out, &unreached)
            }
        }
    };
    printed.map_err(Error::Stdout)
}

/// The node that is called `name`.
fn found(trace: &Trace, name: &str) -> Result<NodeId, Error> {
    let directory = Directory::new(trace.names.clone(), trace.point.settings.all_nodes());
    let found = directory.find(&WrittenNode::named(name));
    found.map(|found| found.node).map_err(|incompatible| Error::Usage(format!("--node: {incompatible}")))
}

struct Explanation<'a> {
    one_run: &'a OneRun,
    infection: &'a Infection,
    node: NodeId,
}

/// The nanoseconds of every kind over all hops, those of which there are any.
fn totals(hops: &[Hop]) -> Vec<(DelayKind, u64)> {
    let of = |kind| {
        let delays = hops.iter().flat_map(|hop| &hop.delays);
        (kind, delays.filter(|delay| delay.kind == kind).map(|delay| delay.nanos).sum())
    };
    DelayKind::ALL.into_iter().map(of).filter(|&(_, nanos)| nanos > 0).collect()
}

fn ms(nanos: u64) -> String {
    format!("{} ms", exact_millis(nanos))
}

impl Explanation<'_> {
    fn trace(&self) -> &Trace {
        &self.one_run.trace
    }

    fn name(&self, node: NodeId) -> String {
        printable::line(&self.trace().name(node)).into_owned()
    }

    fn print_head(&self, out: &mut impl Write) -> io::Result<()> {
        for line in [self.one_run.title(), self.one_run.settings()] {
            text::wrapped(&line, WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        }
        writeln!(out)
    }

    fn print(&self, out: &mut impl Write, first: &Receipt, hops: &[Hop]) -> io::Result<()> {
        self.print_head(out)?;
        let trace = self.trace();
        let all: Vec<NodeId> = self.infection.firsts().map(|receipt| receipt.node).collect();
        let place = all.iter().position(|&node| node == self.node).map_or(0, |place| place + 1);
        let which = match place {
            1 => "before anybody else".to_owned(),
            place if place == all.len() => format!("the last of the {} that did", count(all.len() as u64)),
            place => format!("number {} of the {} that did", count(place as u64), count(all.len() as u64)),
        };
        let sentence = match first.message {
            None => format!("Node {} is the origin: it had the update before anything happened.", self.name(self.node)),
            Some(_) => format!(
                "Node {} learned the update at {} (round {}), {which}, over {} from node {}, the origin.",
                self.name(self.node),
                ms(first.at.nanos()),
                count(trace.round(first.at)),
                text::plural(first.hop.into(), "message"),
                self.name(hops.first().map_or(first.node, |hop| hop.teller)),
            ),
        };
        text::wrapped(&sentence, WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        if !hops.is_empty() {
            self.print_hops(out, hops)?;
            print_totals(out, hops)?;
        }
        self.print_others(out, first)
    }

    /// Who told whom, and where the time between went.
    fn print_hops(&self, out: &mut impl Write, hops: &[Hop]) -> io::Result<()> {
        writeln!(out, "\nWho told whom")?;
        let origin = hops.first().map(|hop| self.name(hop.teller)).unwrap_or_default();
        text::wrapped(&format!("0 ms: node {origin} has the update"), WIDTH - 2)
            .iter()
            .try_for_each(|line| writeln!(out, "  {line}"))?;
        for hop in hops {
            let [teller, node] = [hop.teller, hop.node].map(|node| self.name(node));
            let verb = if hop.opener == hop.teller { "told by" } else { "asked" };
            let kinds: Vec<&str> =
                hop.kinds.iter().filter_map(|&kind| self.trace().log.kinds.get(kind).copied()).collect();
            let line = format!("{}: node {node} {verb} node {teller} ({})", ms(hop.learned.nanos()), kinds.join(", "));
            for (number, line) in text::wrapped(&line, WIDTH - 6).iter().enumerate() {
                writeln!(out, "{}{line}", if number == 0 { "  " } else { "      " })?;
            }
            for delay in &hop.delays {
                writeln!(out, "      + {}  {}", ms(delay.nanos), delay.kind.label())?;
            }
        }
        Ok(())
    }

    /// What else came to the node with the update, and who never learned.
    fn print_others(&self, out: &mut impl Write, first: &Receipt) -> io::Result<()> {
        let trace = self.trace();
        let mut updates = [0_u64; Fate::ALL.len()];
        let others = trace.log.messages().filter(|(place, message)| {
            message.to == self.node && trace.carries(message) && Some(*place) != first.message
        });
        others.for_each(|(_, message)| updates[message.fate as usize] += 1);
        let name = self.name(self.node);
        let line = match fates(&updates) {
            None => format!("No other message brought the update to node {name}."),
            Some(text) => format!("Other messages with the update to node {name}: {text}."),
        };
        writeln!(out)?;
        text::wrapped(&line, WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        let left: Vec<NodeId> = trace.nodes().filter(|&node| self.infection.first(node).is_none()).collect();
        if left.is_empty() {
            return Ok(());
        }
        let named: Vec<String> = left.iter().take(NAMED).map(|&node| self.name(node)).collect();
        let more = if left.len() > NAMED { ", …" } else { "" };
        let line = format!(
            "{} never learned it: {}{more}. See why with --node.",
            text::plural(left.len() as u64, "node"),
            named.join(", ")
        );
        text::wrapped(&line, WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    fn json_head(&self) -> Value {
        let trace = self.trace();
        json!({
            "scenario": self.one_run.scenario.name,
            "point": trace.point.index,
            "replicate": trace.replicate,
            "seed": trace.point.seed,
            "node": self.json_node(self.node),
        })
    }

    fn json_node(&self, node: NodeId) -> Value {
        match &self.trace().names {
            Some(names) => names.name(node).as_ref().into(),
            None => node.number().into(),
        }
    }

    fn json(&self, first: &Receipt, hops: &[Hop]) -> Value {
        let object = |parts: &[(DelayKind, u64)]| -> Value {
            parts.iter().map(|(kind, nanos)| (kind.name().to_owned(), Value::from(*nanos))).collect()
        };
        let hop = |hop: &Hop| {
            let parts: Vec<_> = hop.delays.iter().map(|delay| (delay.kind, delay.nanos)).collect();
            json!({
                "teller": self.json_node(hop.teller),
                "node": self.json_node(hop.node),
                "teller_had_it_ns": hop.since.nanos(),
                "learned_ns": hop.learned.nanos(),
                "opened_by": self.json_node(hop.opener),
                "opened_ns": hop.opened.nanos(),
                "messages": hop.kinds.iter().filter_map(|&kind| self.trace().log.kinds.get(kind)).collect::<Vec<_>>(),
                "parts_ns": object(&parts),
            })
        };
        let mut json = self.json_head();
        json["learned"] = true.into();
        json["first_receipt_ns"] = first.at.nanos().into();
        json["round"] = self.trace().round_of(first).into();
        json["hops"] = hops.iter().map(hop).collect();
        json["parts_ns"] = object(&totals(hops));
        json
    }

    fn print_unreached(&self, out: &mut impl Write, unreached: &Unreached) -> io::Result<()> {
        self.print_head(out)?;
        let ending = self.trace().record.ending;
        writeln!(out, "Node {} never learned the update.", self.name(self.node))?;
        let mut lines = Vec::new();
        match (unreached.ever_up, unreached.down_since) {
            (false, _) => lines.push("It was yet to join when the run ended.".to_owned()),
            (true, Some(since)) => lines.push(format!("It was down from {} to the end.", ms(since.nanos()))),
            (true, None) => {}
        }
        if !unreached.reachable {
            lines.push("There is no way to it from the origin on this graph.".to_owned());
        }
        lines.push(match fates(&unreached.updates) {
            None => "No message with the update was sent to it.".to_owned(),
            Some(text) => format!("Messages with the update that were sent to it: {text}."),
        });
        lines.push(format!("Nodes that had the update contacted it {}.", times(unreached.contacts_by_informed)));
        if unreached.opened > 0 {
            lines.push(format!(
                "It contacted others {}: {} a message was lost, cut off or refused, or a node was down; {} the other did \
                 not have the update; {} it had the update and did not tell it.",
                times(unreached.opened),
                times(unreached.opened_failed),
                times(unreached.opened_with_ignorant),
                times(unreached.opened_with_informed),
            ));
        }
        lines.push(format!("The run ended at {} ({}).", ms(ending.ended.nanos()), ending.outcome.name()));
        for line in lines {
            for (number, line) in text::wrapped(&line, WIDTH - 4).iter().enumerate() {
                writeln!(out, "{}{line}", if number == 0 { "- " } else { "  " })?;
            }
        }
        Ok(())
    }

    fn unreached_json(&self, unreached: &Unreached) -> Value {
        let ending = self.trace().record.ending;
        let mut json = self.json_head();
        json["learned"] = false.into();
        json["reachable"] = unreached.reachable.into();
        json["ever_up"] = unreached.ever_up.into();
        json["down_since_ns"] = unreached.down_since.map(|since| since.nanos()).into();
        let fates = Fate::ALL.iter().zip(&unreached.updates);
        json["updates_to_it"] = fates.map(|(fate, sent)| (fate.name().to_owned(), Value::from(*sent))).collect();
        json["contacts_by_informed"] = unreached.contacts_by_informed.into();
        json["opened"] = unreached.opened.into();
        json["opened_failed"] = unreached.opened_failed.into();
        json["opened_with_ignorant"] = unreached.opened_with_ignorant.into();
        json["opened_with_informed"] = unreached.opened_with_informed.into();
        json["outcome"] = ending.outcome.name().into();
        json["end_ns"] = ending.ended.nanos().into();
        json
    }
}

/// Where the time of all hops went.
fn print_totals(out: &mut impl Write, hops: &[Hop]) -> io::Result<()> {
    let totals = totals(hops);
    let all: u64 = totals.iter().map(|(_, nanos)| nanos).sum();
    writeln!(out, "\nWhere the {} went", ms(all))?;
    let width = ms(all).chars().count();
    for (kind, nanos) in totals {
        let share = text::share(nanos as f64 / all as f64);
        writeln!(out, "  {:>width$}  {share:>7}  {}", ms(nanos), kind.label())?;
    }
    Ok(())
}

/// How many messages met each fate, those of which there are any: `2 lost, 1 delivered`.
fn fates(counts: &[u64; Fate::ALL.len()]) -> Option<String> {
    let each = Fate::ALL.into_iter().zip(counts).filter(|(_, sent)| **sent > 0);
    let told: Vec<String> = each.map(|(fate, sent)| format!("{} {}", count(*sent), told(fate))).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn told(fate: Fate) -> &'static str {
    match fate {
        Fate::Delivered => "delivered",
        Fate::Lost => "lost",
        Fate::Cut => "cut off",
        Fate::Refused => "refused",
        Fate::Dropped => "while it was down",
        Fate::InFlight => "on the way at the end",
    }
}

fn times(number: u64) -> String {
    match number {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{} times", count(number)),
    }
}
