//! Members of families that are known under other names, such as `clique` for `complete`.

use super::words::nearest;
use crate::catalog::Synonyms;
use crate::clock::Phase;
use crate::network::bandwidth::Overflow;
use crate::network::latency::Latency;
use crate::network::loss::Loss;
use crate::network::transport::Transport;
use crate::peers::Peers;
use crate::topology::TopologySpec;
use crate::workload::Strategy;
use crate::workload::rumor::{Forward, Spread};

/// The families whose members have other names.
const FAMILIES: [&[Synonyms]; 10] = [
    TopologySpec::SYNONYMS,
    Latency::SYNONYMS,
    Loss::SYNONYMS,
    Transport::SYNONYMS,
    Overflow::SYNONYMS,
    Peers::SYNONYMS,
    Spread::SYNONYMS,
    Forward::SYNONYMS,
    Strategy::SYNONYMS,
    Phase::SYNONYMS,
];

/// The member of the family with these `names` that was probably meant by `given`, as a question: by its meaning, else by
/// its spelling.
pub(super) fn meant(given: &str, names: &[&str]) -> Option<String> {
    by_meaning(given, names)
        .or_else(|| nearest(given, names.iter().copied()).map(|near| format!("did you mean `{near}`?")))
}

fn by_meaning(given: &str, names: &[&str]) -> Option<String> {
    let given = plain(given);
    let family = FAMILIES.iter().find(|family| family.iter().all(|member| names.contains(&member.name)))?;
    let member = family.iter().find(|member| member.words.iter().any(|word| plain(word) == given))?;
    Some(match member.beside {
        "" => format!("did you mean `{}`?", member.name),
        beside => format!("did you mean `{}`, {beside}?", member.name),
    })
}

/// A word without capitals, hyphens and blanks.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_others_leads_to_the_member_that_it_means() {
        let strategies = ["push", "pull", "push-pull"];
        for (given, names, meant) in [
            ("full", TopologySpec::NAMES, "did you mean `complete`?"),
            ("All_To_All", TopologySpec::NAMES, "did you mean `complete`?"),
            ("mesh", TopologySpec::NAMES, "did you mean `complete`?"),
            ("scale-free", TopologySpec::NAMES, "did you mean `barabasi-albert`?"),
            ("cycle", TopologySpec::NAMES, "did you mean `ring`?"),
            ("toruss", TopologySpec::NAMES, "did you mean `torus`?"),
            ("datagram", &["udp", "tcp"], "did you mean `udp`?"),
            ("gaussian", Latency::NAMES, "did you mean `normal`?"),
            ("fixed", Latency::NAMES, "did you mean `constant`?"),
            ("flood", &strategies, "did you mean `push`, with fanout = \"all\"?"),
            ("epidemic", &strategies, "did you mean `push-pull`?"),
            ("async", &["aligned", "random", "poisson", "drifting"], "did you mean `poisson`?"),
        ] {
            assert_eq!(super::meant(given, names).as_deref(), Some(meant), "{given}");
        }
        assert_eq!(super::meant("bush-fire", TopologySpec::NAMES), None);
    }

    #[test]
    fn no_word_means_two_members_or_is_one() {
        for family in FAMILIES {
            let mut words: Vec<String> =
                family.iter().flat_map(|member| member.words).map(|word| plain(word)).collect();
            let names: Vec<String> = family.iter().map(|member| plain(member.name)).collect();
            assert!(words.iter().all(|word| !names.contains(word)), "{words:?}");
            words.sort_unstable();
            assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "{words:?}");
        }
    }
}
