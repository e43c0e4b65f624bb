//! The settings of points as JSON, over which the hash of a scenario is.

use serde::Serialize;

use crate::settings::Settings;

/// The settings of one point after the other as JSON, each section written once for as long as it stays the same.
#[derive(Default)]
pub(super) struct Sections {
    of: Option<Settings>,
    texts: [String; 5],
}

impl Sections {
    /// What [`serde_json::to_string`] makes of `settings`, in parts.
    pub(super) fn of(&mut self, settings: &Settings) -> [(&str, &str); 6] {
        let Settings { network, gossip, workload, stop, faults } = settings;
        let [networks, gossips, workloads, stops, events] = &mut self.texts;
        let before = self.of.as_ref();
        renew(networks, before.map(|before| &before.network), network);
        renew(gossips, before.map(|before| &before.gossip), gossip);
        renew(workloads, before.map(|before| &before.workload), workload);
        renew(stops, before.map(|before| &before.stop), stop);
        renew(events, before.map(|before| &before.faults), faults);
        self.of = Some(settings.clone());
        let [network, gossip, workload, stop, events] = self.texts.each_ref().map(String::as_str);
        let (key, events) = if faults.is_empty() { ("", "") } else { (",\"event\":", events) };
        [
            ("{\"network\":", network),
            (",\"gossip\":", gossip),
            (",\"workload\":", workload),
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
