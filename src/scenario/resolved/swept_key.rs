//! The keys of a scenario that are swept, and those that follow the number of nodes.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::scenario::place::Place;
use crate::scenario::sweep::{self, Axis};
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::quoted;
use crate::scenario::written::Written;
use crate::settings::Point;

/// A setting that follows the number of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// The dotted path of its key.
    pub path: String,
    /// The expression; of a swept key, of which each value may be another, none.
    pub written: Option<String>,
}

impl Following {
    pub(crate) fn all(written: &Written) -> Vec<Self> {
        if !written.sizes_differ() {
            return Vec::new();
        }
        let once =
            written.following().map(|(path, text)| Following { path: path.to_owned(), written: Some(text.to_owned()) });
        let swept = written.axes.iter().filter(|axis| axis.follows);
        once.chain(swept.map(|axis| Following { path: axis.path.clone(), written: None })).collect()
    }

    /// Its value at a point, as JSON has it; `None` if the point has no such setting.
    pub fn value(&self, point: &Point) -> Option<serde_json::Value> {
        // Settings are plain values with string keys, which JSON can always hold.
        let settings = serde_json::to_value(&point.settings).ok()?;
        settings.pointer(&pointer(&self.path)).cloned()
    }
}

/// The place of a dotted path in settings that are JSON.
pub(super) fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

/// A swept key.
#[derive(Clone, Debug)]
pub struct SweptKey {
    /// Its dotted path.
    pub path: String,
    axes: Arc<[Axis]>,
    which: usize,
}

impl SweptKey {
    pub(crate) fn all(axes: &Arc<[Axis]>) -> Vec<Self> {
        let key = |(which, axis): (usize, &Axis)| SweptKey { path: axis.path.clone(), axes: Arc::clone(axes), which };
        axes.iter().enumerate().map(key).collect()
    }

    /// A key over texts that no scenario file has.
    pub(crate) fn over(path: &str, texts: &[String]) -> Self {
        let place = Place::new(0, 0..0);
        let node = |text: &String| Node { value: Value::Text(text.clone()), place };
        let axis = Axis::new(path.to_owned(), place, texts.iter().map(node).collect(), false);
        SweptKey { path: path.to_owned(), axes: [axis].into(), which: 0 }
    }

    fn nodes(&self) -> &[Node] {
        &self.axes[self.which].values
    }

    /// The number of the zip in which it goes in step with others, from 0.
    pub fn zip(&self) -> Option<usize> {
        let is_in_zip = |step: &std::ops::Range<usize>| step.len() > 1;
        let steps = sweep::steps(&self.axes);
        let zips = steps.iter().filter(|step| is_in_zip(step));
        zips.into_iter().position(|step| step.contains(&self.which))
    }

    /// How many values it has.
    pub fn count(&self) -> usize {
        self.nodes().len()
    }

    /// Its values, texts without quotes.
    pub fn values(&self) -> impl Iterator<Item = String> {
        self.nodes().iter().map(|node| sweep::as_column(&node.value))
    }

    /// Appends it as a line of a scenario file.
    pub(super) fn write(&self, text: &mut String) {
        text.push_str(&format!("{} = [", quoted(&self.path)));
        for (place, value) in self.written().enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{}{value}", if place > 0 { ", " } else { "" });
        }
        text.push_str("]\n");
    }

    /// Its values, as TOML.
    fn written(&self) -> impl Iterator<Item = &Value> {
        self.nodes().iter().map(|node| &node.value)
    }
}
