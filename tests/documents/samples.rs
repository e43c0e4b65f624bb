//! The pieces of scenarios that the documents show can be read, and the scenario beside them.

use gossipsim::scenario::{self, Overrides, Source};

use super::markdown::parts;
use super::{documents, read};

/// A scenario that a piece can be a part of.
const REST: &str =
    "[network]\n[gossip]\n[sweep]\n\"network.nodes\" = [64, 128]\n\"gossip.strategy\" = [\"push\", \"push-pull\"]\n";

#[test]
fn every_piece_of_a_scenario_can_be_read() {
    let mut found = 0;
    for document in documents() {
        let text = read(&document);
        for block in parts(&text).0.iter().filter(|block| block.language == "toml") {
            let piece = block.lines.join("\n") + "\n";
            // There is no such file.
            if piece.contains("kind = \"file\"") {
                continue;
            }
            let whole = match (
                piece.contains("[network]") || piece.contains("network.nodes = "),
                piece.lines().any(|line| line.starts_with('[')),
            ) {
                (true, _) => piece,
                (false, true) => format!("{REST}{piece}"),
                (false, false) => format!("{piece}{REST}"),
            };
            let scenario = scenario::read(Source::text("shown.toml", &whole), &Overrides::default());
            assert!(scenario.is_ok(), "{document}: {whole}\n{}", scenario.unwrap_err());
            found += 1;
        }
    }
    assert!(found >= 4, "only {found} pieces");
}

/// Nine numbers of members, six times blocked and eight times free, five configurations.
#[test]
fn the_experiment_of_lifeguard_is_whole() {
    let text = read("docs/lifeguard.toml");
    let scenario = scenario::read(Source::text("lifeguard.toml", &text), &Overrides::default());
    let scenario = scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert_eq!((scenario.points.len(), scenario.notes.len()), (9 * 6 * 8 * 5, 0));
}
