//! `explain`: why a node learned when it did, or why it never did.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::args::RunChoice;
use super::error::Error;
use super::explain_message;
use super::explained::{NAMED, fates, ms, object, print_totals, sentence, totals};
use super::one_run::{self, Chosen, OneRun};
use super::signals::Signals;
use super::terminal;
use super::text::{self, count};
use crate::engine::Conduct;
use crate::observe::{ExternalEvent, Fate};
use crate::printable;
use crate::trace::{self, DelayKind, Hop, Infection, Receipt, Trace, Unreached};
use crate::units::NodeId;

/// `gossipsim explain`
pub(crate) fn explain(
    out: &mut impl Write,
    run: &RunChoice,
    (node, message): (Option<&str>, Option<u32>),
    as_json: bool,
    signals: &Signals,
) -> Result<(), Error> {
    let chosen = Chosen::read(run)?;
    if chosen.is_of_a_broadcast() {
        return explain_message::explain(out, chosen, (node, message), as_json, signals);
    }
    if message.is_some() {
        return Err(chosen.other_workload("explain --message", "the workloads `mesh` and `announce`"));
    }
    if chosen.point.settings.workload.rumor().is_none() {
        return Err(chosen.other_workload("explain", "a rumor or a broadcast"));
    }
    let asked = node.map(|name| one_run::node(&chosen.point, "--node", name)).transpose()?;
    let one_run = chosen.run(signals)?;
    let Some(infection) = &one_run.infection else { return Ok(()) };
    let explanation = Explanation::new(&one_run, infection, asked);
    let printed = match infection.last(explanation.node) {
        Some(receipt) => {
            let hops = trace::explain(&one_run.trace, infection, receipt);
            if as_json {
                text::json(out, &explanation.json(receipt, &hops))
            } else {
                explanation.print(out, receipt, &hops)
            }
        }
        None => {
            let unreached = trace::why_not(&one_run.trace, infection, explanation.node);
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

/// What is said of one node. Where it had the update more than once, it is the last time that is explained.
struct Explanation<'a> {
    one_run: &'a OneRun,
    infection: &'a Infection,
    node: NodeId,
    /// Whether somebody asked for that node; else it is the last to learn.
    asked: bool,
    /// The receipts from which nodes have the update at the end, in order.
    lasting: Vec<&'a Receipt>,
}

/// The nanoseconds of every kind over all hops, those of which there are any.
fn parts(hops: &[Hop]) -> Vec<(DelayKind, u64)> {
    let delays = hops.iter().flat_map(|hop| &hop.delays);
    totals(DelayKind::ALL, delays.map(|delay| (delay.kind, delay.nanos)))
}

impl<'a> Explanation<'a> {
    /// Of the node that is asked for; else of the one that learned last, of those whose knowledge lasted.
    fn new(one_run: &'a OneRun, infection: &'a Infection, asked: Option<NodeId>) -> Self {
        let lasting: Vec<&Receipt> = infection.lasting(one_run.trace.record.ending.ended).collect();
        let last = lasting.last().copied().or(infection.receipts.last());
        let node = asked.or(last.map(|receipt| receipt.node)).unwrap_or_default();
        Explanation { one_run, infection, node, asked: asked.is_some(), lasting }
    }

    fn trace(&self) -> &Trace {
        &self.one_run.trace
    }

    fn name(&self, node: NodeId) -> String {
        printable::line(&self.trace().name(node)).into_owned()
    }

    /// The names of some nodes, the first of them.
    fn names(&self, nodes: &[NodeId]) -> String {
        let named: Vec<String> = nodes.iter().take(NAMED).map(|&node| self.name(node)).collect();
        format!("{}{}", named.join(", "), if nodes.len() > NAMED { ", …" } else { "" })
    }

    fn print(&self, out: &mut impl Write, receipt: &Receipt, hops: &[Hop]) -> io::Result<()> {
        self.one_run.print_head(out)?;
        writeln!(out)?;
        sentence(out, &self.conclusion(receipt, hops))?;
        let besides = [self.had_before(receipt), self.lost_since(receipt), self.went(receipt)];
        besides.iter().flatten().try_for_each(|line| sentence(out, line))?;
        if !hops.is_empty() {
            self.print_hops(out, hops)?;
            print_totals(out, parts(hops).iter().map(|(kind, nanos)| (kind.label(), *nanos)))?;
        }
        writeln!(out)?;
        self.print_others(out, receipt)
    }

    /// When the node learned, and how many did before it.
    fn conclusion(&self, receipt: &Receipt, hops: &[Hop]) -> String {
        let name = self.name(self.node);
        if receipt.message.is_none() {
            let others = if self.is_alone() { " No other node learned it." } else { "" };
            let which = if self.trace().origins.len() > 1 { "an origin" } else { "the origin" };
            return format!("Node {name} is {which}: it had the update before anything happened.{others}");
        }
        let did = if self.infection.receipts.len() > self.lasting.len() { "kept it" } else { "did" };
        let all = count(self.lasting.len() as u64);
        let which = match self.lasting.iter().position(|lasting| lasting.node == self.node) {
            None => String::new(),
            Some(0) => " before anybody else,".to_owned(),
            Some(place) if place + 1 == self.lasting.len() => format!(" the last of the {all} that {did},"),
            Some(place) => format!(" number {} of the {all} that {did},", count(place as u64 + 1)),
        };
        let origin = if self.trace().origins.len() > 1 { "an origin" } else { "the origin" };
        format!(
            "Node {name} learned the update at {} (round {}),{which} over {} from node {}, {origin}.",
            ms(receipt.at.nanos()),
            count(self.trace().round(receipt.at)),
            text::plural(receipt.hop.into(), "message"),
            self.name(hops.first().map_or(receipt.node, |hop| hop.teller)),
        )
    }

    /// From when to when the node had the update before, if it had.
    fn had_before(&self, receipt: &Receipt) -> Option<String> {
        let all = self.infection.receipts_of(self.node);
        let before: Vec<&Receipt> = all.into_iter().filter(|other| other.at < receipt.at).collect();
        if before.is_empty() {
            return None;
        }
        let spans = before.iter().filter_map(|other| {
            let from = match other.message {
                None => "the start".to_owned(),
                Some(_) => ms(other.at.nanos()),
            };
            Some(format!("from {from} to {}", ms(self.infection.lost_at(other)?.nanos())))
        });
        let had = spans.collect::<Vec<_>>().join(" and ");
        Some(format!("It had it before, {had}, when it came back from a crash without its state."))
    }

    /// When the node lost the update for good, if it did.
    fn lost_since(&self, receipt: &Receipt) -> Option<String> {
        let lost = ms(self.infection.lost_at(receipt)?.nanos());
        Some(format!("It came back from a crash at {lost} without its state, and never learned it again."))
    }

    /// Who went down without the update, if the run converged by that and not by who learned.
    fn went(&self, receipt: &Receipt) -> Option<String> {
        let record = &self.trace().record;
        let since = record.ending.last_learned.filter(|since| record.converged() && *since > receipt.at)?;
        let down = |event: ExternalEvent| event.up() == Some(false);
        let events = self.trace().log.external().filter(|event| event.at == since && down(event.event));
        let nodes: Vec<NodeId> =
            events.map(|event| event.node).filter(|&node| !self.infection.has(node, since)).collect();
        (!self.asked && !nodes.is_empty()).then(|| {
            format!(
                "The run has converged since {}: then {} without it went down ({}).",
                ms(since.nanos()),
                text::plural(nodes.len() as u64, "node"),
                self.names(&nodes)
            )
        })
    }

    /// Whether nobody ever learned the update from the origin.
    fn is_alone(&self) -> bool {
        self.infection.receipts.len() == self.trace().origins.len()
    }

    /// Who told whom, and where the time between went.
    fn print_hops(&self, out: &mut impl Write, hops: &[Hop]) -> io::Result<()> {
        writeln!(out, "\nWho told whom")?;
        let origin = hops.first().map(|hop| self.name(hop.teller)).unwrap_or_default();
        text::paragraph(out, &format!("0 ms: node {origin} has the update"), ["  ", "  "], terminal::text_width())?;
        for hop in hops {
            let [teller, node] = [hop.teller, hop.node].map(|node| self.name(node));
            let verb = if hop.opener == hop.teller { "told by" } else { "asked" };
            let kinds: Vec<&str> =
                hop.kinds.iter().filter_map(|&kind| self.trace().log.kinds.get(kind).copied()).collect();
            let lost = hop.lost_before.map(|lost| format!(", after it had lost it at {}", ms(lost.nanos())));
            let (learned, kinds, lost) = (ms(hop.learned.nanos()), kinds.join(", "), lost.unwrap_or_default());
            let line = format!("{learned}: node {node} {verb} node {teller} ({kinds}){lost}");
            text::paragraph(out, &line, ["  ", "      "], terminal::text_width())?;
            for delay in &hop.delays {
                let indents = [format!("      + {}  ", ms(delay.nanos)), " ".repeat(8)];
                let indents = indents.each_ref().map(String::as_str);
                text::paragraph(out, delay.kind.label(), indents, terminal::text_width())?;
            }
        }
        Ok(())
    }

    /// What else came to the node with the update, and who does not have it.
    fn print_others(&self, out: &mut impl Write, receipt: &Receipt) -> io::Result<()> {
        let trace = self.trace();
        // Where nobody learned, it is of all messages that somebody wants to know.
        let alone = self.is_alone();
        let mut updates = [0_u64; Fate::ALL.len()];
        let others = trace.log.messages().filter(|(place, message)| {
            (alone || message.to == self.node) && trace.carries(message) && Some(*place) != receipt.message
        });
        others.for_each(|(_, message)| updates[message.fate as usize] += 1);
        let name = self.name(self.node);
        let line = match (fates(&updates), alone) {
            (None, true) => "No message with the update was sent.".to_owned(),
            (None, false) => format!("No other message brought the update to node {name}."),
            (Some(text), true) => format!("Messages with the update: {text}."),
            (Some(text), false) => format!("Other messages with the update to node {name}: {text}."),
        };
        sentence(out, &line)?;
        if alone {
            sentence(out, &self.end())?;
        }
        let end = trace.record.ending.ended;
        let without = trace.nodes().filter(|&node| !self.infection.has(node, end));
        let (never, lost): (Vec<NodeId>, Vec<NodeId>) = without.partition(|&node| self.infection.first(node).is_none());
        let nodes = |nodes: &[NodeId]| text::plural(nodes.len() as u64, "node");
        if !never.is_empty() {
            sentence(
                out,
                &format!("{} never learned it: {}. See why with --node.", nodes(&never), self.names(&never)),
            )?;
        }
        if !lost.is_empty() {
            sentence(out, &format!("{} lost it and never learned it again: {}.", nodes(&lost), self.names(&lost)))?;
        }
        Ok(())
    }

    /// How the run ended.
    fn end(&self) -> String {
        let ending = self.trace().record.ending;
        format!("The run ended at {} ({}).", ms(ending.ended.nanos()), ending.outcome.name())
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

    fn json(&self, receipt: &Receipt, hops: &[Hop]) -> Value {
        let hop = |hop: &Hop| {
            json!({
                "teller": self.json_node(hop.teller),
                "node": self.json_node(hop.node),
                "teller_had_it_ns": hop.since.nanos(),
                "learned_ns": hop.learned.nanos(),
                "lost_before_ns": hop.lost_before.map(|lost| lost.nanos()),
                "opened_by": self.json_node(hop.opener),
                "opened_ns": hop.opened.nanos(),
                "messages": hop.kinds.iter().filter_map(|&kind| self.trace().log.kinds.get(kind)).collect::<Vec<_>>(),
                "parts_ns": object(hop.delays.iter().map(|delay| (delay.kind.name(), delay.nanos))),
            })
        };
        let mut json = self.json_head();
        json["learned"] = true.into();
        json["first_receipt_ns"] = self.infection.first(self.node).map(|first| first.at.nanos()).into();
        json["receipts"] = self.infection.receipts_of(self.node).len().into();
        json["last_receipt_ns"] = receipt.at.nanos().into();
        json["lost_ns"] = self.infection.lost_at(receipt).map(|lost| lost.nanos()).into();
        json["round"] = self.trace().round_of(receipt).into();
        json["hops"] = hops.iter().map(hop).collect();
        json["parts_ns"] = object(parts(hops).iter().map(|(kind, nanos)| (kind.name(), *nanos)));
        json
    }

    fn print_unreached(&self, out: &mut impl Write, unreached: &Unreached) -> io::Result<()> {
        self.one_run.print_head(out)?;
        writeln!(out)?;
        sentence(out, &format!("Node {} never learned the update.", self.name(self.node)))?;
        let mut lines = Vec::new();
        match (unreached.ever_up, unreached.down_since) {
            (false, _) => lines.push("It was yet to join when the run ended.".to_owned()),
            (true, Some(since)) => lines.push(format!("It was down from {} to the end.", ms(since.nanos()))),
            (true, None) => {}
        }
        if !unreached.reachable {
            lines.push("There is no way to it from the origin on this graph.".to_owned());
        } else if !unreached.reachable_by_honest {
            lines.push("There is no way to it from the origin but past nodes that pass nothing on.".to_owned());
        }
        let conduct = unreached.conduct.map(|conduct| match conduct {
            Conduct::Mute => "It is mute: it sends nothing, no questions either.",
            Conduct::NeverForwards => "It never forwards what it has, but asks.",
            Conduct::Stale => "It keeps the first version that it has.",
            Conduct::Liar => "It claims to have the update.",
        });
        lines.extend(conduct.map(str::to_owned));
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
        lines.push(self.end());
        lines.iter().try_for_each(|line| text::paragraph(out, line, ["- ", "  "], terminal::text_width()))
    }

    fn unreached_json(&self, unreached: &Unreached) -> Value {
        let ending = self.trace().record.ending;
        let mut json = self.json_head();
        json["learned"] = false.into();
        json["reachable"] = unreached.reachable.into();
        if let Some(conduct) = unreached.conduct {
            json["conduct"] = conduct.name().into();
        }
        if !unreached.reachable_by_honest {
            json["reachable_by_honest"] = false.into();
        }
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

fn times(number: u64) -> String {
    match number {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{} times", count(number)),
    }
}
