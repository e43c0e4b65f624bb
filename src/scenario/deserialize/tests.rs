//! Models read from what is written, and the places of mistakes in them.

use super::super::document;
use serde::Deserialize;

use super::*;
use crate::scenario::source::Source;
use crate::time::Span;

/// With settings of every kind.
#[derive(Debug, PartialEq, Deserialize)]
struct Mesh {
    #[serde(default)]
    sides: Vec<u32>,
    wait: Option<Span>,
    shape: f64,
}

/// With none.
#[derive(Debug, PartialEq, Deserialize)]
struct WithoutBody {}

/// A family as a catalog derives it.
#[derive(Debug, PartialEq, Deserialize)]
enum Net {
    #[serde(rename = "mesh")]
    Mesh(Mesh),
    #[serde(rename = "bare")]
    WithoutBody(WithoutBody),
}

fn net(value: &str) -> Result<Net, Diagnostic> {
    let table = document::parse(&Source::text("s.toml", &format!("net = {value}\n"))).unwrap();
    read(table.get("net").unwrap(), "net", "net", Size::Known(16))
}

#[test]
fn a_member_is_a_name_or_a_table_with_its_kind() {
    for bare in ["\"bare\"", "{ kind = \"bare\" }"] {
        assert_eq!(net(bare), Ok(Net::WithoutBody(WithoutBody {})));
    }
    let mesh = Mesh { sides: vec![3, 4], wait: Some(Span::from_millis(5)), shape: 2.0 };
    let text = "{ sides = [3, 4.0], kind = \"mesh\", wait = \"5ms\", shape = 2 }";
    assert_eq!(net(text), Ok(Net::Mesh(mesh)));
    let least = Mesh { sides: vec![], wait: None, shape: 0.5 };
    assert_eq!(net("{ kind = \"mesh\", shape = 0.5 }"), Ok(Net::Mesh(least)));
}

#[test]
fn a_mistake_inside_a_member_has_its_own_place_and_key() {
    for (text, marked, key, problem) in [
        ("{ kind = \"mesh\", shape = \"x\" }", "\"x\"", "net.shape", "expected a number, found the text \"x\""),
        ("{ kind = \"mesh\", shape = nan }", "nan", "net.shape", "NaN is not a finite number"),
        ("{ kind = \"mesh\", shape = 1, sides = [3, -1] }", "-1", "net.sides", "the number -1 is not a whole number"),
        ("{ kind = \"mesh\", shape = 1, wait = 5 }", "5", "net.wait", "the number 5 has no unit"),
        ("{ kind = \"mesh\", shap = 1 }", "shap", "net.shap", "`shap` is not a setting of net `mesh`"),
        ("{ kind = \"mesh\" }", "{ kind = \"mesh\" }", "net", "net `mesh` needs `shape`"),
        ("{ kind = 3 }", "3", "net.kind", "expected the name of a net, found the number 3"),
    ] {
        let diagnostic = net(text).unwrap_err();
        assert!(diagnostic.problem.starts_with(problem), "{text}: {}", diagnostic.problem);
        let range = Source::text("s.toml", &format!("net = {text}")).on_one_line(diagnostic.place.unwrap());
        assert_eq!((&format!("net = {text}")[range], diagnostic.key.as_str()), (marked, key));
    }
}
