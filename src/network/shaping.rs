//! What a message takes of the connections of its ends: its bytes, its packets, and the rates at which they pass.

use std::sync::Arc;

use super::bandwidth::Bandwidth;
use super::bandwidth_classes::BandwidthClasses;
use super::regions::Regions;

/// How fast nodes send and receive, and in which packets.
#[derive(Clone, Debug)]
pub struct Shaping {
    /// The rates, and the queues, of all nodes that are in no class.
    pub bandwidth: Bandwidth,
    /// Who has which others.
    pub classes: BandwidthClasses,
    /// How large messages are.
    pub sizes: Sizes,
    /// The nodes that there ever are.
    pub nodes: u32,
    /// Where they are, if that is known.
    pub regions: Option<Arc<Regions>>,
}

impl Shaping {
    /// The bandwidth of nodes in no class, and of each class after it.
    pub fn bandwidths(&self) -> impl Iterator<Item = &Bandwidth> {
        std::iter::once(&self.bandwidth).chain(self.classes.bandwidths())
    }

    /// Whether anything limits what any node receives.
    pub fn limits_ingress(&self) -> bool {
        self.bandwidths().any(|bandwidth| !bandwidth.ingress.is_none())
    }
}

/// How large messages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// What every packet costs besides what it carries, bytes.
    pub header: u64,
    /// The update of a rumor, bytes.
    pub update: u64,
    /// The most that a packet may have, its header included, if anything limits it: more than a header.
    pub mtu: Option<u64>,
}

/// What a message comes to on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireSize {
    /// Packets.
    pub packets: u64,
    /// All their bytes.
    pub bytes: u64,
}

impl Sizes {
    /// A message with so many bytes beside its header. It takes one packet, or as many as its bytes need.
    #[inline]
    pub fn on_wire(&self, payload: u64) -> WireSize {
        let carries = |mtu: u64| mtu.saturating_sub(self.header).max(1);
        let packets = self.mtu.map_or(1, |mtu| payload.div_ceil(carries(mtu)).max(1));
        WireSize { packets, bytes: packets.saturating_mul(self.header).saturating_add(payload) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_beyond_the_mtu_takes_as_many_packets_as_its_bytes_need() {
        let sizes = Sizes { header: 40, update: 0, mtu: Some(1500) };
        let packets = [0, 1, 1460, 1461, 2920, 2921].map(|payload| sizes.on_wire(payload));
        assert_eq!(packets.map(|size| size.packets), [1, 1, 1, 2, 2, 3]);
        assert_eq!(packets.map(|size| size.bytes), [40, 41, 1500, 1541, 3000, 3041]);
        let whole = Sizes { mtu: None, ..sizes };
        assert_eq!(whole.on_wire(1 << 30), WireSize { packets: 1, bytes: (1 << 30) + 40 });
    }
}
