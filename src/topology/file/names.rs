//! What the nodes of a graph are called in its file.

use std::borrow::Cow;

use crate::units::NodeId;

/// So many names are compared when a misspelt one is looked for.
const MOST_COMPARED: usize = 100_000;

/// The names of the nodes 0, 1, … of a graph: numbers ascend, texts stand in the order of their first appearance.
#[derive(Debug, PartialEq)]
pub struct NodeNames(Kind);

#[derive(Debug, PartialEq)]
enum Kind {
    /// `first`, `first` + 1, …
    Range {
        first: u32,
        count: u32,
    },
    /// Ascending.
    Numbers(Vec<u32>),
    Texts(Texts),
}

#[derive(Debug, PartialEq)]
struct Texts {
    names: Vec<Box<str>>,
    /// The nodes in the order of their names.
    sorted: Vec<u32>,
    /// Where names are labels: the identifiers that the file uses for its edges, with their nodes, sorted.
    identifiers: Vec<(Box<str>, u32)>,
}

impl NodeNames {
    /// `count` nodes called `first`, `first` + 1, …
    pub(super) fn range(first: u32, count: u32) -> Self {
        NodeNames(Kind::Range { first, count })
    }

    /// Nodes called by these numbers, which ascend.
    pub(super) fn numbers(numbers: Vec<u32>) -> Self {
        match (numbers.first(), numbers.last()) {
            (Some(&first), Some(&last)) if (last - first) as usize == numbers.len() - 1 => {
                Self::range(first, numbers.len() as u32)
            }
            _ => NodeNames(Kind::Numbers(numbers)),
        }
    }

    /// Nodes called by these texts, which differ; `identifiers` are other words for them, with their nodes.
    pub(super) fn texts(names: Vec<Box<str>>, mut identifiers: Vec<(Box<str>, u32)>) -> Self {
        let mut sorted: Vec<u32> = (0..names.len() as u32).collect();
        sorted.sort_unstable_by_key(|&node| &names[node as usize]);
        identifiers.sort_unstable();
        NodeNames(Kind::Texts(Texts { names, sorted, identifiers }))
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::Range { count, .. } => *count as usize,
            Kind::Numbers(numbers) => numbers.len(),
            Kind::Texts(texts) => texts.names.len(),
        }
    }

    /// Whether there is no node at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What `node` is called; its number where there is no such node.
    pub fn name(&self, node: NodeId) -> Cow<'_, str> {
        match &self.0 {
            Kind::Range { first, .. } => (u64::from(*first) + u64::from(node.number())).to_string().into(),
            Kind::Numbers(numbers) => numbers.get(node.index()).unwrap_or(&node.number()).to_string().into(),
            Kind::Texts(Texts { names, .. }) => match names.get(node.index()) {
                Some(name) => Cow::Borrowed(name),
                None => node.number().to_string().into(),
            },
        }
    }

    /// The node that is called `name`; else, where names are labels, the one that the file's edges call so.
    pub fn find(&self, name: &str) -> Option<NodeId> {
        let number = || name.parse::<u32>().ok().filter(|number| number.to_string() == name);
        match &self.0 {
            Kind::Range { first, count } => {
                number()?.checked_sub(*first).filter(|place| place < count).map(NodeId::new)
            }
            Kind::Numbers(numbers) => numbers.binary_search(&number()?).ok().map(|place| NodeId::new(place as u32)),
            Kind::Texts(Texts { names, sorted, identifiers }) => {
                let named = sorted.binary_search_by_key(&name, |&node| &names[node as usize]);
                let node = named.map(|place| sorted[place]).or_else(|_| {
                    let called = identifiers.binary_search_by_key(&name, |(identifier, _)| identifier);
                    called.map(|place| identifiers[place].1)
                });
                node.ok().map(NodeId::new)
            }
        }
    }

    /// Up to three names that `name` may be a slip of, the nearest first.
    pub fn near(&self, name: &str) -> Vec<String> {
        match &self.0 {
            Kind::Range { first, count } if *count > 0 => {
                let last = u64::from(*first) + u64::from(*count) - 1;
                let Ok(number) = name.parse::<u64>() else { return Vec::new() };
                vec![number.clamp((*first).into(), last).to_string()]
            }
            Kind::Range { .. } => Vec::new(),
            Kind::Numbers(numbers) => {
                let Ok(number) = name.parse::<u64>() else { return Vec::new() };
                let place = numbers.partition_point(|&other| u64::from(other) < number);
                let around = numbers[place.saturating_sub(1)..].iter().take(2);
                around.map(u32::to_string).collect()
            }
            Kind::Texts(texts) => texts.near(name),
        }
    }

    /// The names of the first nodes.
    pub fn first(&self, most: usize) -> Vec<String> {
        (0..self.len().min(most) as u32).map(|node| self.name(NodeId::new(node)).into_owned()).collect()
    }

    /// Bytes that the names take.
    pub(super) fn bytes(&self) -> u64 {
        let bytes = match &self.0 {
            Kind::Range { .. } => 0,
            Kind::Numbers(numbers) => 4 * numbers.len(),
            // An allocation takes 8 bytes more than its text, and is a multiple of 16.
            Kind::Texts(Texts { names, identifiers, .. }) => {
                let each = |text: &str| 36 + text.len().next_multiple_of(16);
                let labels: usize = identifiers.iter().map(|(text, _)| each(text)).sum();
                names.iter().map(|text| each(text)).sum::<usize>() + labels
            }
        };
        bytes as u64
    }
}

impl Texts {
    fn near(&self, name: &str) -> Vec<String> {
        let wanted = name.to_lowercase();
        let compared = self.names.iter().take(MOST_COMPARED).filter_map(|candidate| {
            let other = candidate.to_lowercase();
            let begun = wanted.len() >= 3 && other.starts_with(&wanted);
            let distance = if begun { 0 } else { strsim::damerau_levenshtein(&wanted, &other) };
            let near = distance <= (wanted.chars().count().max(other.chars().count()) / 3).max(1);
            near.then_some((distance, candidate))
        });
        let mut near: Vec<_> = compared.collect();
        near.sort();
        near.into_iter().take(3).map(|(_, name)| name.to_string()).collect()
    }
}

/// Whether a name is a whole number as it is commonly written, and which; -0 and 007 are texts.
pub(super) fn whole(name: &str) -> Option<i128> {
    let digits = name.strip_prefix('-').unwrap_or(name);
    let plain = !digits.is_empty() && digits.len() <= 38 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let leading = digits.starts_with('0') && name != "0";
    if plain && !leading { name.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: &[&str], identifiers: &[&str]) -> NodeNames {
        let boxed = |names: &[&str]| names.iter().map(|&name| name.into()).collect::<Vec<Box<str>>>();
        NodeNames::texts(boxed(names), boxed(identifiers).into_iter().zip(0..).collect())
    }

    #[test]
    fn every_name_is_found_again() {
        for names in [
            NodeNames::range(5, 3),
            NodeNames::numbers(vec![1, 4, 4_000_000_000]),
            texts(&["Rome", "Paris", "10"], &["2", "0", "1"]),
        ] {
            for node in (0..3).map(NodeId::new) {
                assert_eq!(names.find(&names.name(node)), Some(node), "{names:?}");
            }
            assert_eq!((names.len(), names.find("8"), names.find("05"), names.find("")), (3, None, None, None));
        }
        assert_eq!(NodeNames::numbers(vec![3, 4, 5]), NodeNames::range(3, 3));
    }

    #[test]
    fn a_label_goes_before_an_identifier() {
        let names = texts(&["Rome", "Paris", "0"], &["2", "0", "1"]);
        let found = |name: &str| names.find(name).map(NodeId::number);
        assert_eq!([found("0"), found("2"), found("1"), found("Paris")], [Some(2), Some(0), Some(2), Some(1)]);
    }

    #[test]
    fn a_slip_is_near_what_was_meant() {
        assert_eq!(texts(&["Rome", "Paris", "Milano"], &[]).near("paris"), ["Paris"]);
        assert_eq!(texts(&["Rome", "Paris", "Milano"], &[]).near("Mil"), ["Milano"]);
        assert_eq!(texts(&["Rome", "Paris"], &[]).near("Xanadu"), [""; 0]);
        assert_eq!(NodeNames::numbers(vec![1, 4, 9]).near("5"), ["4", "9"]);
        assert_eq!(NodeNames::range(1, 9).near("0"), ["1"]);
    }

    #[test]
    fn whole_numbers_are_told_from_texts() {
        for (name, number) in
            [("0", Some(0)), ("-7", Some(-7)), ("12", Some(12)), ("18446744073709551616", Some(1 << 64))]
        {
            assert_eq!(whole(name), number);
        }
        for text in ["", "-", "007", "-0", "+1", "1.0", "1e3", "a"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
