//! `[adversaries]`: who does not do its part, where that means something.

use crate::engine::Conduct;
use crate::key::Key;
use crate::scenario::sections::Reader;
use crate::settings::adversaries::{Adversaries, LIAR, MUTE, NEVER_FORWARD, STALE};
use crate::settings::faults::Share;
use crate::settings::{GossipSettings, NetworkSettings};
use crate::units::Probability;
use crate::workload::rumor::{Exchange, Rumor};
use crate::workload::store::Payload;
use crate::workload::{Strategy, WorkloadSpec};

pub(super) fn read(reader: &mut Reader<'_>) -> Option<Adversaries> {
    let mut share = |key: &Key| reader.read::<Probability>(key).and_then(|share| Share::new(share.value()));
    let [mute, never_forward, stale, liar] = [&MUTE, &NEVER_FORWARD, &STALE, &LIAR].map(&mut share);
    Some(Adversaries { mute: mute?, never_forward: never_forward?, stale: stale?, liar: liar? })
}

/// Some are left who do their part, the origins among them; and those who do not can act.
pub(super) fn check(
    reader: &mut Reader<'_>,
    adversaries: &Adversaries,
    (network, gossip, workload): (&NetworkSettings, &GossipSettings, &WorkloadSpec),
) {
    let written = || adversaries.kinds().into_iter().filter(|(.., share)| *share != Share::NONE);
    for (key, conduct, _) in written() {
        if let Err((problem, allowed)) = can_act(conduct, gossip, workload) {
            reader.refuse(key.path, problem, format!("0, or {allowed}"));
        }
    }
    let (nodes, count) = (network.nodes, adversaries.count(network.nodes));
    let origins = workload.rumor().map_or(1, Rumor::origin_count);
    let most = nodes.saturating_sub(origins);
    if let Some((key, ..)) = written().next_back()
        && count > most
    {
        let left = if origins == 1 { "one that does".to_owned() } else { format!("the {origins} origins, which do") };
        let problem = format!("{count} of {nodes} nodes would not do their part");
        reader.refuse(key.path, problem, format!("shares that are at most {most} nodes together, which leaves {left}"));
    }
}

/// Whether nodes of this conduct can act; else why not, and where they could.
fn can_act(
    conduct: Conduct,
    gossip: &GossipSettings,
    workload: &WorkloadSpec,
) -> Result<(), (&'static str, &'static str)> {
    const LIES: &str = "workload.kind = \"store\" with a payload other than \"full\", or \"rumor\" with strategy = \
                        \"push-pull\" and exchange = \"digest\" or with anti_entropy";
    match (conduct, workload) {
        (
            Conduct::Mute | Conduct::NeverForwards,
            WorkloadSpec::Rumor(_)
            | WorkloadSpec::Rumors(_)
            | WorkloadSpec::Store(_)
            | WorkloadSpec::Counter(_)
            | WorkloadSpec::Mesh(_)
            | WorkloadSpec::Announce(_),
        ) => Ok(()),
        (Conduct::Mute | Conduct::NeverForwards, _) => {
            let problem = "in this workload nodes learn of each other, and those that hold back are not simulated";
            Err((problem, "workload.kind = \"rumor\", \"rumors\", \"store\", \"counter\", \"mesh\" or \"announce\""))
        }
        (Conduct::Stale, WorkloadSpec::Store(store)) if store.payload != Payload::Scuttlebutt => Ok(()),
        (Conduct::Stale, WorkloadSpec::Store(_)) => {
            let problem = "who tells of every owner up to which version it knows all cannot leave out some";
            Err((problem, "workload.payload = \"full\", \"digest\" or \"hash\""))
        }
        (Conduct::Stale, _) => Err(("there are no older versions to keep", "workload.kind = \"store\"")),
        (Conduct::Liar, WorkloadSpec::Store(store)) if store.payload != Payload::Full => Ok(()),
        (Conduct::Liar, WorkloadSpec::Rumor(_))
            if gossip.anti_entropy.is_some()
                || gossip.strategy == Strategy::PushPull && gossip.exchange == Exchange::Digest =>
        {
            Ok(())
        }
        (Conduct::Liar, _) => Err(("nobody goes by what others claim to have", LIES)),
    }
}
