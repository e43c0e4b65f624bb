//! `explain` of a broadcast: how a published message came to a node, and where the time went.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::error::Error;
use super::explained::{NAMED, fates, ms, object, print_totals, sentence, totals};
use super::one_run::{self, Chosen, OneRun};
use super::signals::Signals;
use super::terminal;
use super::text::{self, count};
use crate::observe::Fate;
use crate::printable;
use crate::time::Time;
use crate::trace::{self, Broadcast, BroadcastDelayKind, BroadcastHop, Trace};
use crate::units::NodeId;

/// `gossipsim explain` of a broadcast
pub(super) fn explain(
    out: &mut impl Write,
    chosen: Chosen<'_>,
    (node, message): (Option<&str>, Option<u32>),
    as_json: bool,
    signals: &Signals,
) -> Result<(), Error> {
    let asked = node.map(|name| one_run::node(&chosen.point, "--node", name)).transpose()?;
    let one_run = chosen.run(signals)?;
    let broadcast = broadcast(&one_run.trace, message)?;
    let receipts = broadcast.receipts(&one_run.trace);
    let last = receipts.last().map_or(broadcast.author, |(_, node)| *node);
    let explanation = Explanation { one_run: &one_run, broadcast, receipts, node: asked.unwrap_or(last) };
    let printed = if as_json { text::json(out, &explanation.json()) } else { explanation.print(out) };
    printed.map_err(Error::Stdout)
}

/// The message that is asked for, or the slowest.
///
/// # Errors
/// It was not published, or none was.
fn broadcast(trace: &Trace, asked: Option<u32>) -> Result<Broadcast, Error> {
    let Some(message) = asked.or_else(|| trace::slowest(trace)) else {
        return Err(Error::Usage("no message was published in this run".into()));
    };
    Broadcast::of(trace, message).ok_or_else(|| {
        let published = trace::published(trace);
        let last = published.keys().last().map_or(String::new(), |last| format!("; the last was message {last}"));
        let some = text::plural(published.len() as u64, "message");
        Error::Usage(format!("--message: no message {message} was published: {some} were in this run{last}"))
    })
}

/// What is said of one message and one node.
struct Explanation<'a> {
    one_run: &'a OneRun,
    broadcast: Broadcast,
    /// Who has it at the end, in order of time.
    receipts: Vec<(Time, NodeId)>,
    node: NodeId,
}

impl Explanation<'_> {
    fn trace(&self) -> &Trace {
        &self.one_run.trace
    }

    fn name(&self, node: NodeId) -> String {
        printable::line(&self.trace().name(node)).into_owned()
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        self.one_run.print_head(out)?;
        writeln!(out)?;
        let hops = self.broadcast.hops(self.trace(), self.node);
        sentence(out, &self.conclusion(&hops))?;
        if !hops.is_empty() {
            self.print_hops(out, &hops)?;
        }
        writeln!(out)?;
        self.others().iter().try_for_each(|line| sentence(out, line))
    }

    /// When the node got the message, and how many did before it.
    fn conclusion(&self, hops: &[BroadcastHop]) -> String {
        let Broadcast { message, author, published, .. } = self.broadcast;
        let (name, author) = (self.name(self.node), self.name(author));
        let Some(got) = self.broadcast.got(self.trace(), self.node) else {
            let when = ms(published.nanos());
            return format!("Node {name} never got message {message}, which node {author} published at {when}.");
        };
        if hops.is_empty() {
            return format!("Node {name} published message {message} at {}.", ms(published.nanos()));
        }
        let all = self.receipts.len();
        let place = self.receipts.iter().position(|(_, node)| *node == self.node).unwrap_or(0) + 1;
        let which = match place == all {
            true => format!("the last of the {}", count(all as u64)),
            false => format!("number {} of the {}", count(place as u64), count(all as u64)),
        };
        format!(
            "Node {name} got message {message} at {}, {} after node {author} published it, {which} that have it, over {}.",
            ms(got.nanos()),
            ms(got.nanos() - published.nanos()),
            text::plural(hops.len() as u64, "hop"),
        )
    }

    /// Who sent it to whom, and where the time between went.
    fn print_hops(&self, out: &mut impl Write, hops: &[BroadcastHop]) -> io::Result<()> {
        writeln!(out, "\nWho sent it to whom")?;
        let first =
            format!("{}: node {} publishes it", ms(self.broadcast.published.nanos()), self.name(self.broadcast.author));
        text::paragraph(out, &first, ["  ", "  "], terminal::text_width())?;
        for hop in hops {
            let how = if hop.asked { "gets it on request from" } else { "gets it from" };
            let [teller, node] = [hop.teller, hop.node].map(|node| self.name(node));
            let line = format!("{}: node {node} {how} node {teller}", ms(hop.learned.nanos()));
            text::paragraph(out, &line, ["  ", "      "], terminal::text_width())?;
            for (kind, nanos) in &hop.delays {
                let indents = [format!("      + {}  ", ms(*nanos)), " ".repeat(8)];
                text::paragraph(out, kind.label(), indents.each_ref().map(String::as_str), terminal::text_width())?;
            }
        }
        print_totals(out, parts(hops).iter().map(|(kind, nanos)| (kind.label(), *nanos)))
    }

    /// What else came to the node, and who does not have it.
    fn others(&self) -> Vec<String> {
        let (name, trace) = (self.name(self.node), self.trace());
        let of = |what: &str, fated: Option<String>| match fated {
            Some(fated) => format!("{what} to node {name}: {fated}."),
            None => format!("No {} went to node {name}.", what.to_lowercase()),
        };
        let mut lines = vec![
            of("Copies", fates(&self.broadcast.copies_to(trace, self.node))),
            of("Announcements", fates(&self.broadcast.announcements_to(trace, self.node))),
        ];
        let has = |node: &NodeId| self.receipts.iter().any(|(_, other)| other == node);
        let without: Vec<NodeId> = trace.nodes().filter(|node| !has(node)).collect();
        if !without.is_empty() {
            let names: Vec<String> = without.iter().take(NAMED).map(|&node| self.name(node)).collect();
            let more = if without.len() > NAMED { ", …" } else { "" };
            let nodes = text::plural(without.len() as u64, "node");
            lines.push(format!("Without it at the end, due to get it or not: {nodes} ({}{more}).", names.join(", ")));
        }
        lines
    }

    fn json(&self) -> Value {
        let trace = self.trace();
        let json_node = |node: NodeId| -> Value {
            match &trace.names {
                Some(names) => names.name(node).as_ref().into(),
                None => node.number().into(),
            }
        };
        let fated = |counts: &[u64; Fate::ALL.len()]| {
            object(Fate::ALL.iter().zip(counts).map(|(fate, sent)| (fate.name(), *sent)))
        };
        let named =
            |parts: &[(BroadcastDelayKind, u64)]| object(parts.iter().map(|(kind, nanos)| (kind.name(), *nanos)));
        let hop = |hop: &BroadcastHop| {
            json!({
                "teller": json_node(hop.teller),
                "node": json_node(hop.node),
                "teller_had_it_ns": hop.since.nanos(),
                "got_ns": hop.learned.nanos(),
                "asked": hop.asked,
                "parts_ns": named(&hop.delays),
            })
        };
        let hops = self.broadcast.hops(trace, self.node);
        json!({
            "scenario": self.one_run.scenario.name,
            "point": trace.point.index,
            "replicate": trace.replicate,
            "seed": trace.point.seed,
            "message": self.broadcast.message,
            "author": json_node(self.broadcast.author),
            "published_ns": self.broadcast.published.nanos(),
            "node": json_node(self.node),
            "got_ns": self.broadcast.got(trace, self.node).map(Time::nanos),
            "nodes_that_have_it": self.receipts.len(),
            "hops": hops.iter().map(hop).collect::<Vec<_>>(),
            "parts_ns": named(&parts(&hops)),
            "copies_to_it": fated(&self.broadcast.copies_to(trace, self.node)),
            "announcements_to_it": fated(&self.broadcast.announcements_to(trace, self.node)),
        })
    }
}

/// The nanoseconds of every kind over all hops, those of which there are any.
fn parts(hops: &[BroadcastHop]) -> Vec<(BroadcastDelayKind, u64)> {
    totals(BroadcastDelayKind::ALL, hops.iter().flat_map(|hop| &hop.delays).copied())
}
