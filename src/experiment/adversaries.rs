//! Who does not do its part in one run, drawn by address: a larger share of nodes holds all that a smaller one does.

use super::ranking::ranked;
use crate::engine::Conduct;
use crate::random::{Chance, Purpose};
use crate::settings::Settings;
use crate::units::NodeId;

/// Those who do not do their part, never one of the `origins`; each kind in turn takes of the others in the order of their
/// draws.
pub(super) fn drawn(settings: &Settings, chance: &Chance, origins: &[NodeId]) -> Vec<(NodeId, Conduct)> {
    if settings.adversaries.is_empty() {
        return Vec::new();
    }
    let (nodes, draws) = (settings.network.nodes, chance.field(Purpose::Adversaries));
    let mut origins = origins.to_vec();
    origins.sort_unstable();
    let others = (0..nodes).map(NodeId::new).filter(|node| origins.binary_search(node).is_err());
    let kinds = settings.adversaries.kinds().into_iter();
    let conducts = kinds.flat_map(|(_, conduct, share)| std::iter::repeat_n(conduct, share.of(nodes) as usize));
    ranked(others, |node| draws.at(node.into(), 0, 0)).into_iter().zip(conducts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment;
    use crate::observe::LoggedMessage;
    use crate::scenario::{Overrides, Source, read};
    use crate::settings::Point;

    fn point(gossip: &str, rest: &str) -> Point {
        let text = format!("[network]\nnodes = 50\n[gossip]\n{gossip}\n{rest}\n");
        let scenario = read(Source::text("demo.toml", &text), &Overrides::default());
        scenario.unwrap_or_else(|problems| panic!("{problems}")).point(0)
    }

    fn chance(replicate: u64) -> Chance {
        Chance { seed: 1, nodes: 50, replicate }
    }

    #[test]
    fn a_larger_share_holds_a_smaller_one_and_no_origin() {
        let of = |share: &str, replicate| {
            let point = point("strategy = \"push\"", &format!("[adversaries]\n{share}"));
            drawn(&point.settings, &chance(replicate), &[NodeId::new(7), NodeId::new(3)])
        };
        assert!(of("", 0).is_empty() && of("mute = 0.001", 0).is_empty());
        let mut often = [0_u32; 50];
        for replicate in 0..200 {
            let (few, many) = (of("mute = 0.1", replicate), of("mute = 0.3\nnever_forward = \"20%\"", replicate));
            assert_eq!((few.len(), many.len()), (5, 25));
            assert_eq!(few, many[..5]);
            let kinds = many.iter().filter(|(_, conduct)| *conduct == Conduct::Mute).count();
            assert_eq!(kinds, 15);
            many.iter().for_each(|(node, _)| often[node.index()] += 1);
        }
        assert_eq!((often[3], often[7]), (0, 0));
        // Each of 48 nodes with probability 25/48.
        for (node, &times) in often.iter().enumerate().filter(|(node, _)| ![3, 7].contains(node)) {
            let z = (f64::from(times) - 200.0 * 25.0 / 48.0) / (200.0_f64 * 25.0 / 48.0 * 23.0 / 48.0).sqrt();
            assert!(z.abs() <= 4.0, "node {node}: {times}, z = {z:.1}");
        }
    }

    /// Who is mute sends nothing, and who never forwards nothing that carries anything, but asks; what others send to both is
    /// delivered.
    #[test]
    fn who_holds_back_sends_nothing_or_nothing_but_questions() {
        for (gossip, workload, carrying) in [
            ("strategy = \"push-pull\"", "kind = \"rumor\"", vec!["update", "repair"]),
            ("strategy = \"push-pull\"\nexchange = \"eager\"", "kind = \"rumor\"", vec!["update"]),
            (
                "strategy = \"pull\"\nspread = { kind = \"counter\", k = 2 }\nanti_entropy = \"3s\"",
                "kind = \"rumor\"",
                vec!["update", "repair"],
            ),
            ("strategy = \"push-pull\"\nforward = \"at-once\"", "kind = \"rumor\"", vec!["update"]),
            ("strategy = \"push-pull\"", "kind = \"rumors\"\nduring = \"2s\"", vec!["push", "answer"]),
            ("strategy = \"push-pull\"", "kind = \"store\"\nduring = \"2s\"\npayload = \"full\"", vec!["state"]),
            ("strategy = \"pull\"", "kind = \"counter\"\nduring = \"2s\"\npayload = \"hash\"", vec!["state"]),
        ] {
            let rest = format!(
                "[workload]\n{workload}\n[adversaries]\nmute = 0.2\nnever_forward = 0.2\n[stop]\nmax_rounds = 12"
            );
            let point = point(gossip, &rest);
            let traced = experiment::trace(&point, 3, &|| true).unwrap();
            let conducts = drawn(&point.settings, &chance(3), &traced.origins);
            let sent = |conduct: Conduct| -> Vec<&LoggedMessage> {
                let of = |node: NodeId| conducts.contains(&(node, conduct));
                traced.log.messages().map(|(_, message)| message).filter(|message| of(message.from)).collect()
            };
            assert!(sent(Conduct::Mute).is_empty(), "{gossip}, {workload}");
            let asked = sent(Conduct::NeverForwards);
            assert!(!asked.is_empty(), "{gossip}, {workload}");
            let kind = |message: &LoggedMessage| traced.log.kinds[message.kind];
            assert!(asked.iter().all(|message| !carrying.contains(&kind(message))), "{gossip}, {workload}");
            let reached = |node: NodeId| traced.log.messages().any(|(_, message)| message.to == node);
            assert!(conducts.iter().any(|&(node, _)| reached(node)), "{gossip}, {workload}");
            assert_eq!(traced.record.live, 30);
        }
    }
}
