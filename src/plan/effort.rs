//! How much work a run is, by the conversations that its nodes open.

use crate::settings::Settings;

/// The conversations that all nodes open at most in a turn of each: with as many peers as they have, up to the fanout, and
/// with one more in a turn of anti-entropy behind a rumor. Who goes by distance has everybody to choose from.
pub fn calls(settings: &Settings) -> u64 {
    let (nodes, fanout) = (settings.all_nodes(), settings.gossip.fanout);
    let peers = if settings.gossip.peers.by_distance() {
        u64::from(nodes) * u64::from(fanout)
    } else {
        settings.network.topology.calls(nodes, fanout)
    };
    peers + u64::from(settings.gossip.anti_entropy.is_some()) * u64::from(nodes)
}

/// How much work a run of a point is against others, roughly: a progress bar goes by it.
pub fn effort(settings: &Settings) -> u64 {
    let nodes = u64::from(settings.network.nodes);
    // Views that are drawn for each run are shuffled before it, and a shuffle is some ten times the work of a call.
    let views = settings.gossip.peers.views().filter(|rule| !rule.is_fixed());
    let shuffles = views.map_or(0, |rule| 10 * u64::from(rule.warm_up()) * nodes);
    // Every node has its turn, whether or not it has a peer.
    calls(settings).max(nodes).saturating_mul(u64::from(nodes.ilog2()) + 4).saturating_add(shuffles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, Overrides, Source};

    fn settings(network: &str, gossip: &str) -> Settings {
        let text = format!("[network]\n{network}\n[gossip]\nstrategy = \"push-pull\"\n{gossip}\n");
        let scenario = scenario::read(Source::text("calls.toml", &text), &Overrides::default());
        scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false))).points[0].settings.clone()
    }

    /// A fanout beyond all degrees is no reason to refuse a run, nor more work.
    #[test]
    fn peers_are_counted_by_degrees() {
        let ring = |fanout: &str| settings("nodes = 1000000\ntopology = \"ring\"", &format!("fanout = {fanout}"));
        assert_eq!([calls(&ring("1")), calls(&ring("2")), calls(&ring("999999"))], [1_000_000, 2_000_000, 2_000_000]);
        assert_eq!(effort(&ring("999999")), effort(&ring("2")));
        let complete = settings("nodes = 1000", "fanout = 999");
        assert_eq!(calls(&complete), 1000 * 999);
        // By distance there is everybody to choose from.
        let far = settings("nodes = 1000\ntopology = \"ring\"", "fanout = 999\npeers = \"spatial\"");
        assert_eq!(calls(&far), 1000 * 999);
        let backed = "fanout = 5\nspread = { kind = \"coin\", k = 2 }\nanti_entropy = \"3s\"";
        assert_eq!(calls(&settings("nodes = 1000\ntopology = \"ring\"", backed)), 3000);
    }
}
