//! `[network]`: who can talk to whom, and what happens to messages on the way.

use std::sync::Arc;

use super::{classes, regions};
use crate::network::bandwidth::{Bandwidth, BytesOrNone};
use crate::network::latency::Latency;
use crate::network::loss::Loss;
use crate::printable;
use crate::scenario::number;
use crate::scenario::sections::{Reader, Unusable};
use crate::scenario::tree::Value;
use crate::settings::NetworkSettings;
use crate::settings::network::{
    BANDWIDTH, CORRUPTION, DUPLICATION, HEADER_SIZE, LATENCY, LINKS, LOSS, MTU, NODES, ORDERED, TOPOLOGY, TRANSPORT,
};
use crate::settings::regions::{Region, settled};
use crate::time::SPAN_FORM;
use crate::topology::TopologySpec;
use crate::units::{Bytes, MAX_NODES, NodeId, Probability};

/// What stands for a model without its name.
const SHORT_LATENCY: &str = SPAN_FORM;
const SHORT_LOSS: &str = "a rate from 0 to 1, such as 0.01 or \"1%\"";

/// The keys of models that may be written in short, each with how.
pub const SHORT_FORMS: [(&str, &str); 2] = [(LATENCY.path, SHORT_LATENCY), (LOSS.path, SHORT_LOSS)];

pub(super) fn read(reader: &mut Reader<'_>) -> Option<NetworkSettings> {
    let (topology, nodes) = match reader.topology() {
        Ok((topology, settled)) => (Some(topology), read_nodes(reader, settled)),
        Err(Unusable::Written) => (None, read_nodes(reader, None)),
        Err(Unusable::File) => {
            // It would have settled the number.
            reader.set_aside(&NODES);
            (None, None)
        }
    };
    reader.set_nodes(nodes);
    if let (Some(topology), Some(nodes)) = (&topology, nodes)
        && let Err(incompatible) = topology.check(nodes)
    {
        reader.incompatible(TOPOLOGY.path, &incompatible);
    }
    let regions = regions::read(reader, topology.as_ref(), nodes);
    let latency = read_latency(reader).and_then(|latency| located(reader, latency, regions.as_deref(), nodes));
    let latency = latency.and_then(|latency| weighed(reader, latency, topology.as_ref()));
    let loss = read_loss(reader);
    let transport = reader.read(&TRANSPORT);
    let duplication = reader.read(&DUPLICATION);
    let corruption = reader.read(&CORRUPTION);
    let ordered = reader.read(&ORDERED);
    let header_size = reader.read(&HEADER_SIZE);
    let bandwidth = reader.model::<Bandwidth>(&BANDWIDTH);
    let mtu = read_mtu(reader, header_size);
    let links = reader.read(&LINKS);
    let classes = classes::written(reader);
    let network = NetworkSettings {
        nodes: nodes?,
        topology: topology?,
        regions: regions?,
        latency: latency?,
        loss: loss?,
        transport: transport?,
        duplication: duplication?,
        corruption: corruption?,
        ordered: ordered?,
        header_size: header_size?,
        bandwidth: bandwidth?,
        classes: Vec::new(),
        mtu: mtu?,
        links: links?,
    };
    // They may name regions, of which the latency may have some of its own.
    let classes = classes::read(reader, &classes?, &network)?;
    Some(NetworkSettings { classes, ..network })
}

/// The number of nodes, which a topology read from a file settles.
fn read_nodes(reader: &mut Reader<'_>, settled: Option<u32>) -> Option<u32> {
    let range = 2..=u64::from(MAX_NODES);
    let Some(settled) = settled else {
        let nodes = reader.required_whole(&NODES, range, "");
        return nodes.and_then(|nodes| u32::try_from(nodes).ok());
    };
    if reader.whole_or(&NODES, range.clone(), "", settled.into()) != u64::from(settled) {
        reader.refuse(
            NODES.path,
            format!("the topology has {settled} nodes, not this many"),
            format!("{settled}, or no number"),
        );
    }
    if !range.contains(&settled.into()) {
        reader.refuse(TOPOLOGY.path, format!("the topology has {settled} nodes"), format!("2 to {MAX_NODES} nodes"));
        return None;
    }
    Some(settled)
}

/// A packet needs room for more than its header.
fn read_mtu(reader: &mut Reader<'_>, header: Option<Bytes>) -> Option<BytesOrNone> {
    let mtu: BytesOrNone = reader.read(&MTU)?;
    if let (Some(size), Some(header)) = (mtu.0, header)
        && size.count() <= header.count()
    {
        let problem = format!("packets of {size} have no room for more than a header of {header}");
        reader.refuse(MTU.path, problem, "more than network.header_size, or \"none\"");
    }
    Some(mtu)
}

/// A bare duration is a latency that is always the same.
fn read_latency(reader: &mut Reader<'_>) -> Option<Latency> {
    let allowed = || format!("{SHORT_LATENCY}, or {}", Latency::NAMES.join(", "));
    reader.one_of(&LATENCY, allowed)
}

/// The latency where nodes are in these regions; spread evenly over the places that it names if there are none.
fn located(
    reader: &mut Reader<'_>,
    latency: Latency,
    regions: Option<&[Region]>,
    nodes: Option<u32>,
) -> Option<Latency> {
    let located = latency.load(reader.folder()).and_then(|()| {
        let (Some(places), Some(regions), Some(nodes)) = (latency.places(), regions, nodes) else { return Ok(latency) };
        match settled(regions, Some(places), nodes)? {
            Some(regions) => latency.among(&Arc::new(regions)),
            None => Ok(latency),
        }
    });
    located.map_err(|incompatible| reader.incompatible(LATENCY.path, &incompatible)).ok()
}

/// The latency over the links of the topology, if it goes by their weights.
fn weighed(reader: &mut Reader<'_>, latency: Latency, topology: Option<&TopologySpec>) -> Option<Latency> {
    let Some(topology) = topology else { return Some(latency) };
    let names = topology.names();
    let name = |node: NodeId| match &names {
        Some(names) => printable::line(&names.name(node)).into_owned(),
        None => node.number().to_string(),
    };
    let weighed = latency.on(topology.weights(), name);
    weighed.map_err(|incompatible| reader.incompatible(LATENCY.path, &incompatible)).ok()
}

/// A bare number is independent loss at that rate.
fn read_loss(reader: &mut Reader<'_>) -> Option<Loss> {
    let rate = |value: Option<&Value>| match value {
        None | Some(Value::Integer(_) | Value::Float(_)) => true,
        Some(Value::Text(text)) => number::is_meant(text),
        Some(_) => false,
    };
    let allowed = || format!("{SHORT_LOSS}, or {}", Loss::NAMES.join(", "));
    if reader.look(&LOSS, rate) {
        // So that reading goes on.
        return Some(reader.one_of(&LOSS, allowed).unwrap_or(Probability::ZERO).into());
    }
    reader.one_of(&LOSS, allowed)
}
