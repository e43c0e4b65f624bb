//! Limits of bandwidth that limit nothing.

use crate::network::bandwidth::Overflow;
use crate::scenario::parts::Sections;
use crate::settings::classes::{Class, ClassNodes};
use crate::settings::faults::{Selection, Share};
use crate::units::Bytes;

pub(super) fn unlimited(settings: &Sections<'_>) -> Option<String> {
    let network = settings.network;
    (!network.bandwidth.is_default() && !network.limits_bandwidth())
        .then(|| "network.bandwidth limits nothing: without `egress` or `ingress` no message waits".to_owned())
}

pub(super) fn queue_unlimited(settings: &Sections<'_>) -> Option<String> {
    let network = settings.network;
    let bandwidth = &network.bandwidth;
    let has_queue = |class: &Class| !class.bandwidth(bandwidth).queue.is_none();
    let queue = !bandwidth.queue.is_none() || network.classes.iter().any(has_queue);
    let wait = network.limits_bandwidth() && bandwidth.overflow == Overflow::Wait && !queue;
    wait.then(|| {
        "network.bandwidth.overflow = \"wait\" lets nothing wait: without `queue` there is room for all".to_owned()
    })
}

/// Packets that have room for every message of a rumor.
pub(super) fn nothing_split(settings: &Sections<'_>) -> Option<String> {
    let (mtu, rumor) = (settings.network.mtu.0?, settings.workload.rumor()?);
    // Feedback and versions are in the header.
    let most = Bytes::new(settings.network.header_size.count().saturating_add(rumor.update_size.most()));
    (most.count() <= mtu.count())
        .then(|| format!("network.mtu = \"{mtu}\" splits no message: the largest has {most}, its header included"))
}

/// A class that nobody is in, or whose nodes are as fast as they like where all others are.
pub(super) fn class_unused(settings: &Sections<'_>) -> Option<String> {
    let network = settings.network;
    let of_all = |class: &Class| matches!(class.nodes, ClassNodes::Selected(Selection::All));
    let of_all = network.classes.iter().position(of_all);
    network.classes.iter().enumerate().find_map(|(number, class)| {
        let why = match &class.nodes {
            _ if of_all.is_some_and(|before| before < number) => {
                format!("all nodes are in network.class.{}", of_all.unwrap_or_default())
            }
            ClassNodes::Selected(Selection::Share(share)) if *share != Share::NONE && share.of(network.nodes) == 0 => {
                format!("its share of {} comes to none of {} nodes", share.value(), network.nodes)
            }
            _ if class.bandwidth(&network.bandwidth).is_unlimited() && network.bandwidth.is_unlimited() => {
                "without `egress` or `ingress` no message waits".to_owned()
            }
            _ => return None,
        };
        Some(format!("network.class.{number} changes nothing: {why}"))
    })
}
