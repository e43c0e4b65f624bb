//! Comparisons: points that are alike but for one swept key. Two files are two values of a key of their own.

use super::points::Points;
use super::resolved::{Scenario, SweptKey};
use crate::settings::Point;

/// The swept key that tells two files apart.
pub const FILE_KEY: &str = "file";

impl Scenario {
    /// What the points that differ from point `index` in the swept `key` alone have in common: the number of the first
    /// of them.
    pub fn alike(&self, index: u32, key: &str) -> u32 {
        self.points.alike(index, key)
    }

    /// What to know of a comparison by `key`: whether points share no random numbers.
    pub fn note_on_pairs(&self, key: &str) -> Option<String> {
        let apart = |of: &dyn Fn(&Point) -> u64| {
            let first = |point: &Point| self.points.get(self.alike(point.index, key) as usize);
            self.points.iter().any(|point| first(&point).is_some_and(|first| of(&first) != of(&point)))
        };
        let what = match (apart(&|point| point.seed), apart(&|point| point.settings.network.nodes.into())) {
            (true, _) => "seeds",
            (_, true) => "sizes",
            _ => return None,
        };
        Some(format!("runs of different {what} share no random numbers: pairing them gains nothing"))
    }
}

/// `first` and `second` as one scenario, whose points bear `labels` under [`FILE_KEY`], which varies slowest. Points
/// are matched by their order, so both must sweep the same keys over as many values; the seeds of the second become
/// those of the first, so that the random numbers are common.
///
/// # Errors
/// What differs and must not.
pub fn versus(first: Scenario, second: Scenario, labels: [String; 2]) -> Result<Scenario, String> {
    let names = [&first.name, &second.name].map(|name| format!("`{name}`"));
    check_alike(&first, &second, &names)?;
    let mut notes = first.notes;
    notes.extend(second.notes.into_iter().filter(|note| !notes.contains(note)).collect::<Vec<_>>());
    if second.points.iter().zip(&first.points).any(|(second, first)| second.seed != first.seed) {
        notes.push(format!("{} runs with the seed of {}, so that both share their random numbers", names[1], names[0]));
    }
    if !(first.expectations.is_empty() && second.expectations.is_empty()) {
        notes.push("what the files expect is not checked in a comparison".to_owned());
    }
    if first.deadline != second.deadline {
        notes.push(format!("the deadline is that of {}", names[0]));
    }
    let points = Points::versus(&first.points, &second.points, FILE_KEY, &labels);
    let documents = first.documents.iter().chain(&second.documents).cloned().collect();
    let mut sweep = vec![SweptKey::over(FILE_KEY, &labels)];
    sweep.extend(first.sweep);
    Ok(Scenario {
        name: format!("{}_vs_{}", first.name, second.name),
        description: format!("{} against {}", names[0], names[1]),
        documents,
        points,
        sweep,
        expectations: Vec::new(),
        notes,
        ..Scenario { sweep: Vec::new(), notes: Vec::new(), documents: Vec::new(), ..first }
    })
}

fn check_alike(first: &Scenario, second: &Scenario, names: &[String; 2]) -> Result<(), String> {
    let [one, other] = names;
    if (first.replicates, first.precision) != (second.replicates, second.precision) {
        let said = |scenario: &Scenario| scenario.resolved()["replicates"].to_string();
        return Err(format!(
            "{one} has {} replicates and {other} has {}: a run needs its counterpart; set both with --replicates",
            said(first),
            said(second)
        ));
    }
    let keys = |scenario: &Scenario| scenario.sweep.iter().map(|key| key.path.clone()).collect::<Vec<_>>();
    let (own, others) = (keys(first), keys(second));
    let list = |keys: &[String]| if keys.is_empty() { "nothing".to_owned() } else { keys.join(", ") };
    if own != others {
        return Err(format!(
            "{one} sweeps {} and {other} sweeps {}: configurations are matched by their order; sweep the same keys in the same \
             order",
            list(&own),
            list(&others)
        ));
    }
    for (own, others) in first.sweep.iter().zip(&second.sweep) {
        let (own_count, other_count) = (own.count(), others.count());
        if own_count != other_count {
            return Err(format!(
                "{one} sweeps {} over {own_count} values and {other} over {other_count}: configurations are matched by their \
                 order; sweep as many in both",
                own.path
            ));
        }
    }
    let following = |scenario: &Scenario| {
        let swept = scenario.following.iter().filter(|following| following.written.is_none());
        swept.map(|following| following.path.clone()).collect::<Vec<_>>()
    };
    if following(first) != following(second) {
        return Err(format!(
            "in one of {one} and {other} a swept key follows the number of nodes: let it do so in both"
        ));
    }
    if !first.points.same_combinations(&second.points) {
        return Err(format!(
            "{one} and {other} have different configurations by `where` or [[sweep.zip]]: write the same in both"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Overrides, Source, read};

    fn scenario(name: &str, text: &str) -> Scenario {
        let text = format!("{text}\n[network]\nnodes = 8\n[gossip]\nstrategy = \"push\"\n");
        read(Source::text(name, &text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn labels() -> [String; 2] {
        ["a", "b"].map(str::to_owned)
    }

    #[test]
    fn points_are_alike_that_differ_in_the_key_alone() {
        let sweep = "[sweep]\n\"network.loss\" = [0, 0.1, 0.2]\n\"gossip.fanout\" = [1, 2]\n\
                     \"gossip.phase\" = [\"aligned\", \"random\"]\n";
        let scenario = scenario("a.toml", sweep);
        for key in ["network.loss", "gossip.fanout", "gossip.phase"] {
            for one in &scenario.points {
                for other in &scenario.points {
                    let rest =
                        |point: &Point| point.swept().into_iter().filter(|(path, _)| path != key).collect::<Vec<_>>();
                    let alike = scenario.alike(one.index, key) == scenario.alike(other.index, key);
                    assert_eq!(alike, rest(&one) == rest(&other), "{key}, {} and {}", one.index, other.index);
                }
            }
            assert_eq!(scenario.note_on_pairs(key), None);
        }
    }

    #[test]
    fn two_scenarios_become_one_whose_points_are_matched_by_order_under_one_seed() {
        let (a, b) = ("[sweep]\n\"network.loss\" = [0, 0.1]\n", "seed = 7\n[sweep]\n\"network.loss\" = [0.2, 0.3]\n");
        let both = versus(scenario("a.toml", a), scenario("b.toml", b), labels()).unwrap();
        assert_eq!((both.name.as_str(), both.points.len()), ("a_vs_b", 4));
        assert!(both.points.iter().enumerate().all(|(index, point)| point.index == index as u32 && point.seed == 1));
        let alike: Vec<u32> = (0..4).map(|index| both.alike(index, FILE_KEY)).collect();
        assert_eq!(alike, [0, 1, 0, 1]);
        assert_eq!(
            both.points[3].swept(),
            [("file", "b"), ("network.loss", "0.3")].map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
        assert!(both.notes.iter().any(|note| note.contains("`b` runs with the seed of `a`")), "{:?}", both.notes);
        assert_eq!(both.note_on_pairs(FILE_KEY), None);
    }

    #[test]
    fn what_cannot_be_matched_is_refused_and_named() {
        let base = scenario("a.toml", "[sweep]\n\"network.loss\" = [0, 0.1]\n");
        for (text, parts) in [
            ("", ["`a` sweeps network.loss and `b` sweeps nothing", "same keys"]),
            ("[sweep]\n\"gossip.fanout\" = [1, 2]\n", ["`b` sweeps gossip.fanout", "same keys"]),
            ("[sweep]\n\"network.loss\" = [0]\n", ["network.loss over 2 values and `b` over 1", "as many"]),
            ("replicates = 7\n", ["100 replicates and `b` has 7", "--replicates"]),
        ] {
            let refusal = versus(base.clone(), scenario("b.toml", text), labels()).unwrap_err();
            assert!(parts.iter().all(|part| refusal.contains(part)), "{refusal}");
        }
    }

    #[test]
    fn sizes_and_seeds_that_differ_are_told() {
        let sizes = scenario("a.toml", "[sweep]\n\"gossip.fanout\" = [1, 2]\nseed = [1, 2]\n");
        assert!(sizes.note_on_pairs("seed").is_some_and(|note| note.contains("different seeds")));
        assert_eq!(sizes.note_on_pairs("gossip.fanout"), None);
        let sizes = scenario("a.toml", "[sweep]\n\"network.nodes\" = [8, 16]\n");
        assert!(sizes.note_on_pairs("network.nodes").is_some_and(|note| note.contains("different sizes")));
    }
}
