//! Values of a sweep that are the same, in whichever way they are written.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::axis::{Axis, as_column, key, steps};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::number;
use crate::scenario::problems::Problems;
use crate::scenario::tree::{self, Node, Value};

/// A value as far as its form does not matter.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Whole(i128),
    /// The bits of a number that is not whole.
    Broken(u64),
    Other(String),
}

impl Form {
    fn of(value: &Value) -> Self {
        match value {
            Value::Integer(number) => Form::Whole(*number),
            Value::Float(number) => tree::whole(*number).map_or(Form::Broken(number.to_bits()), Form::Whole),
            other => Form::Other(other.to_string()),
        }
    }
}

/// The same value twice would be the same point twice; of keys in step, all of them. What is the same only once it is
/// read, such as `"1s"` and `"1000ms"`, is found by [`alike`].
pub(super) fn twice(axes: &[Axis]) -> Option<Diagnostic> {
    let count = axes.first().map_or(0, |axis| axis.values.len());
    let form = |index: usize| axes.iter().map(|axis| Form::of(&axis.values[index].value)).collect::<Vec<_>>();
    let mut forms: Vec<(Vec<Form>, usize)> = (0..count).map(|index| (form(index), index)).collect();
    forms.sort_unstable();
    let pairs = forms.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let (second, first) = pairs.map(|pair| (pair[1].1, pair[0].1)).min()?;
    same(axes, first, second)
}

fn same(axes: &[Axis], first: usize, second: usize) -> Option<Diagnostic> {
    let (axis, others) = axes.split_first()?;
    let [one, other] = [first, second].map(|index| &axis.values[index]);
    if !others.is_empty() {
        let problem = format!("value {} of all keys in step is the same as value {}", second + 1, first + 1);
        return Some(Diagnostic::at(other.place, key(&axis.path), problem, "each combination once"));
    }
    let [written, again] = [one, other].map(|node| as_column(&node.value));
    let problem = if written == again && one.value.to_string() == other.value.to_string() {
        format!("`{again}` is in the list twice")
    } else {
        format!("`{}` is the same value as `{}`", other.value, one.value)
    };
    Some(Diagnostic::at(other.place, key(&axis.path), problem, "each value once"))
}

/// Values of one key, or of keys in step, under which points are the same, though they are written in two ways: each
/// combination of `settings`, by its number, as one text. Where `sizes_differ`, what follows the size differs, too.
pub(crate) fn alike(
    axes: &[Axis],
    sizes_differ: bool,
    settings: impl Fn(u64) -> Option<String>,
    problems: &mut Problems,
) {
    let mut stride = 1;
    for step in steps(axes).into_iter().rev() {
        let axes = &axes[step];
        let count = axes.first().map_or(1, |axis| axis.values.len());
        // Numbers are the same only if they are equal, which was looked at already.
        let number = |node: &Node| matches!(node.value, Value::Integer(_) | Value::Float(_));
        if !axes.iter().all(|axis| axis.values.iter().all(number)) {
            let mut seen: BTreeMap<[u8; 32], usize> = BTreeMap::new();
            for index in 0..count {
                let follows = sizes_differ
                    && axes.iter().any(|axis| axis.follows && number::any_follows(&axis.path, &axis.values[index]));
                let Some(text) = settings(index as u64 * stride).filter(|_| !follows) else { continue };
                if let Some(first) = seen.insert(Sha256::digest(text).into(), index) {
                    same(axes, first, index).into_iter().for_each(|diagnostic| problems.push(diagnostic));
                }
            }
        }
        stride *= count as u64;
    }
}
