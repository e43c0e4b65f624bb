//! The settings of points as JSON, over which the hash of a scenario is.

use serde::Serialize;

use crate::settings::Settings;

/// The settings of one point after the other as JSON, each section written once for as long as it stays the same.
#[derive(Default)]
pub(super) struct Sections {
    of: Option<Settings>,
    texts: [String; 6],
}

impl Sections {
    /// What [`serde_json::to_string`] makes of `settings`, in parts.
    pub(super) fn of(&mut self, settings: &Settings) -> [(&str, &str); 7] {
        let Settings { network, gossip, workload, adversaries, stop, faults } = settings;
        let [networks, gossips, workloads, shares, stops, events] = &mut self.texts;
        let before = self.of.as_ref();
        renew(networks, before.map(|before| &before.network), network);
        renew(gossips, before.map(|before| &before.gossip), gossip);
        renew(workloads, before.map(|before| &before.workload), workload);
        renew(shares, before.map(|before| &before.adversaries), adversaries);
        renew(stops, before.map(|before| &before.stop), stop);
        renew(events, before.map(|before| &before.faults), faults);
        self.of = Some(settings.clone());
        let [network, gossip, workload, shares, stop, events] = self.texts.each_ref().map(String::as_str);
        let (of_shares, shares) = if adversaries.is_empty() { ("", "") } else { (",\"adversaries\":", shares) };
        let (key, events) = if faults.is_empty() { ("", "") } else { (",\"event\":", events) };
        [
            ("{\"network\":", network),
            (",\"gossip\":", gossip),
            (",\"workload\":", workload),
            (of_shares, shares),
            (",\"stop\":", stop),
            (key, events),
            ("}", ""),
        ]
    }
}

fn renew<T: Serialize + PartialEq>(text: &mut String, before: Option<&T>, now: &T) {
    if before != Some(now) {
        // Settings are plain values with string keys, which JSON can always hold.
        *text = serde_json::to_string(now).unwrap_or_default();
    }
}
