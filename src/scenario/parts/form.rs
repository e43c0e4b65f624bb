//! The form of a value as JSON Schema, worked out by asking the reader of its type: what it looks for, and what it takes.
//!
//! A reader that serde derives says which names or which fields it looks for before it reads any. Of what stands for
//! itself, values of every type are tried: an error other than "invalid type" is about the value.

use std::cell::Cell;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer};
use serde::de::{MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, json};

use crate::network::bandwidth::RATE_FORM;
use crate::scenario::deserialize::SHORT;
use crate::scenario::expression::Function;
use crate::scenario::number::SIZE_NAMES;
use crate::time::SPAN_FORM;
use crate::units::BYTES_FORM;

/// How durations are written.
pub(super) const SPAN_PATTERN: &str = "\\s*[0-9._]+\\s*(ns|us|ms|s|min)\\s*";
/// How sizes are written.
pub(super) const BYTES_PATTERN: &str = "[0-9_]+\\s*(B|KiB|MiB)\\s*";
/// How rates are written.
pub(super) const RATE_PATTERN: &str = "[0-9._]+\\s*([kMG]?bit|[kMG]?B|KiB|MiB)/s\\s*";
/// What stands in place of a duration.
pub(super) const NONE: &str = "none";
/// How it is written before the pattern of what it stands in place of.
pub(super) const NONE_OR: &str = "none$|^";

/// Texts of a form of their own: how their readers name it, how they are written, and what may stand in their place where the
/// reader says so.
const TEXTS: [(&str, &str, &str); 3] =
    [(SPAN_FORM, SPAN_PATTERN, NONE_OR), (BYTES_FORM, BYTES_PATTERN, NONE_OR), (RATE_FORM, RATE_PATTERN, NONE_OR)];

/// The JSON Schema of what is read as a `T`.
pub(super) fn of<T: DeserializeOwned>() -> Value {
    at::<T>(&[])
}

/// The JSON Schema of what stands at `path` in a `T`: names of members and of fields by turns.
pub(super) fn at<T: DeserializeOwned>(path: &[&'static str]) -> Value {
    match look::<T>(path) {
        Sought::Names(names) => member_of::<T>(path, names),
        Sought::Fields(fields) => table_of::<T>(path, fields, Map::new()),
        Sought::Number => written_number(value_of::<T>(path)),
        Sought::Nothing | Sought::Value => value_of::<T>(path),
    }
}

/// The form of a number that may also be written as a text: in a short form, or as an expression.
pub(super) fn written_number(mut form: Value) -> Value {
    // A list of nodes may stand in the place of a number of them.
    let types = match form["type"].take() {
        Value::Array(types) => types,
        one => vec![one],
    };
    form["type"] = types.into_iter().chain(["string".into()]).collect();
    form["pattern"] = number_pattern().into();
    form
}

/// How texts begin that are numbers.
pub(super) fn number_pattern() -> String {
    let names = SIZE_NAMES.map(|name| name.replace('.', "[.]"));
    let functions = Function::ALL.map(|(name, _)| name);
    format!("^\\s*([(.0-9-]|({})\\b|({})\\s*\\()", names.join("|"), functions.join("|"))
}

/// A member of a family: its name, or a table with its `kind` and its settings. Those without settings share one.
fn member_of<T: DeserializeOwned>(path: &[&'static str], names: &'static [&'static str]) -> Value {
    let fields = |name: &'static str| match look::<T>(&[path, &[name]].concat()) {
        Sought::Fields(fields) => fields,
        _ => &[],
    };
    let (bare, others): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| fields(name).is_empty());
    let mut forms = vec![json!({ "enum": names })];
    if names.contains(&SHORT) {
        // A size alone has the form of the one that it is short for.
        let value = at::<T>(&[path, &[SHORT, "value"]].concat());
        let is_span = value["pattern"].as_str().is_none_or(|pattern| pattern.contains(SPAN_PATTERN));
        forms.push(if is_span { json!({ "type": "string", "pattern": "^[0-9]" }) } else { value });
    }
    if !bare.is_empty() {
        forms.push(with_kind::<T>(path, &[], json!({ "enum": bare })));
    }
    forms.extend(others.into_iter().map(|name| {
        let path = [path, &[name]].concat();
        with_kind::<T>(&path, fields(name), json!({ "const": name }))
    }));
    json!({ "anyOf": forms })
}

/// A table of these `fields` and its `kind`.
fn with_kind<T: DeserializeOwned>(path: &[&'static str], fields: &'static [&'static str], kind: Value) -> Value {
    let mut table = table_of::<T>(path, fields, Map::from_iter([("kind".to_owned(), kind)]));
    table["required"] = json!(["kind"]);
    table
}

/// A table of these `fields`, besides those that it has.
fn table_of<T: DeserializeOwned>(
    path: &[&'static str],
    fields: &'static [&'static str],
    mut properties: Map<String, Value>,
) -> Value {
    for field in fields {
        properties.insert((*field).to_owned(), at::<T>(&[path, &[*field]].concat()));
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// What the reader of a `T` says of a value at `path`, if it says anything.
fn refusal<T: DeserializeOwned>(path: &[&'static str], trial: Trial) -> Option<String> {
    let sought = Cell::default();
    let read = T::deserialize(Probe { path, trial: Some(trial), sought: &sought });
    read.err().map(|error| error.to_string())
}

/// A value of one of the types that are taken, with what its reader says of the numbers and the texts among them.
fn value_of<T: DeserializeOwned>(path: &[&'static str]) -> Value {
    let mut form = types_of::<T>(path);
    let types = form["type"].as_str().unwrap_or_default();
    match types {
        "number" => limit(&mut form, &|number| takes_number::<T>(path, Trial::Number(number))),
        "integer" if !takes_number::<T>(path, Trial::Zero) => form["minimum"] = 1.into(),
        "integer" => form["minimum"] = 0.into(),
        "string" => {
            let said = refusal::<T>(path, Trial::Text).unwrap_or_default();
            let pattern = TEXTS.iter().find(|(form, ..)| said.contains(form)).map(|(_, pattern, none)| {
                let none = if said.contains(&format!("\"{NONE}\"")) { *none } else { "" };
                format!("^{none}{pattern}$")
            });
            if let Some(pattern) = pattern {
                form["pattern"] = pattern.into();
            }
        }
        _ => {}
    }
    form
}

/// Whether a number is taken at `path`; what else is missing beside it says nothing of it.
fn takes_number<T: DeserializeOwned>(path: &[&'static str], trial: Trial) -> bool {
    refusal::<T>(path, trial).is_none_or(|said| said.starts_with("missing field"))
}

/// Numbers as people write them, by which it shows whether those that are taken have gaps.
const TRIED: [f64; 14] = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0, 1.5, 2.0, 3.0, 10.0];

/// The least and the greatest of the numbers that are `taken`, if these have no gaps.
fn limit(form: &mut Value, taken: &dyn Fn(f64) -> bool) {
    let mut tried: Vec<bool> = TRIED.iter().map(|number| taken(*number)).collect();
    let Some(inside) = TRIED.iter().zip(&tried).find(|(_, taken)| **taken).map(|(number, _)| *number) else { return };
    tried.dedup();
    if tried.iter().filter(|taken| **taken).count() > 1 {
        return;
    }
    let ends = [(f64::MIN, "minimum", "exclusiveMinimum"), (f64::MAX, "maximum", "exclusiveMaximum")];
    for (end, inclusive, exclusive) in ends {
        if taken(end) {
            continue;
        }
        let (mut within, mut beyond) = (inside, end);
        // As close as numbers are: halves of the numbers between them, then of their distance.
        loop {
            let middle = halfway(within, beyond);
            match () {
                () if middle == within || middle == beyond => break,
                () if taken(middle) => within = middle,
                () => beyond = middle,
            }
        }
        // Of the last that is taken and the first that is not, the end is the one that people write.
        match within.to_string().len() <= beyond.to_string().len() {
            true => form[inclusive] = whole_or_not(within),
            false => form[exclusive] = whole_or_not(beyond),
        }
    }
}

/// A number between two, in the middle of all that there are between them.
fn halfway(one: f64, other: f64) -> f64 {
    // Numbers of one sign are ordered as their bits are.
    let rank = |number: f64| match number.to_bits() as i64 {
        bits if bits < 0 => i64::MIN - bits,
        bits => bits,
    };
    let middle = (i128::from(rank(one)) + i128::from(rank(other))).div_euclid(2) as i64;
    f64::from_bits(if middle < 0 { i64::MIN - middle } else { middle } as u64)
}

fn whole_or_not(number: f64) -> Value {
    if number.fract() == 0.0 && libm::fabs(number) < 1e15 { (number as i64).into() } else { number.into() }
}

/// A value of one of the types that are taken.
fn types_of<T: DeserializeOwned>(path: &[&'static str]) -> Value {
    let takes = |trial: Trial| refusal::<T>(path, trial).is_none_or(|said| !said.starts_with("invalid type"));
    let number = if takes(Trial::Real) { Some("number") } else { takes(Trial::Whole).then_some("integer") };
    let others = [(Trial::Bool, "boolean"), (Trial::Text, "string"), (Trial::List, "array"), (Trial::Table, "object")];
    let others = others.into_iter().filter_map(|(trial, name)| takes(trial).then_some(name));
    let types: Vec<&str> = number.into_iter().chain(others).collect();
    match types[..] {
        [one] => json!({ "type": one }),
        _ => json!({ "type": types }),
    }
}

/// What the reader of a `T` looks for at `path`.
fn look<T: DeserializeOwned>(path: &[&'static str]) -> Sought {
    let sought = Cell::default();
    // It always fails: there is nothing to read.
    let _ = T::deserialize(Probe { path, trial: None, sought: &sought });
    sought.get()
}

/// What a reader looks for.
#[derive(Clone, Copy, Default)]
enum Sought {
    #[default]
    Nothing,
    /// A member of a family of these.
    Names(&'static [&'static str]),
    /// A table of these.
    Fields(&'static [&'static str]),
    /// A number.
    Number,
    /// Something else.
    Value,
}

/// A value of each type.
#[derive(Clone, Copy)]
enum Trial {
    Bool,
    Whole,
    Real,
    /// The whole number 0.
    Zero,
    /// A real number, to see whether it is in range.
    Number(f64),
    Text,
    List,
    Table,
}

/// What stands at the end of a path and nowhere else.
#[derive(Clone, Copy)]
struct Probe<'a> {
    path: &'a [&'static str],
    trial: Option<Trial>,
    sought: &'a Cell<Sought>,
}

impl Probe<'_> {
    /// The first step, and what stands there.
    fn step(self) -> Option<(&'static str, Self)> {
        let (first, path) = self.path.split_first()?;
        Some((first, Probe { path, ..self }))
    }

    /// A number, and nothing else.
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.path.is_empty() && self.trial.is_none() {
            return self.note(Sought::Number);
        }
        self.deserialize_any(visitor)
    }

    /// At the end of the path: notes what is looked for.
    fn note<T>(self, sought: Sought) -> Result<T, Error> {
        self.sought.set(sought);
        Err(Error::custom("looked"))
    }
}

macro_rules! read_numbers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number(visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    read_numbers! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
    deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64 }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.path.is_empty() {
            return visitor.visit_map(Field { probe: Some(self) });
        }
        match self.trial {
            None => self.note(Sought::Value),
            Some(Trial::Bool) => visitor.visit_bool(true),
            Some(Trial::Whole) => visitor.visit_u64(1),
            Some(Trial::Real) => visitor.visit_f64(0.5),
            Some(Trial::Zero) => visitor.visit_u64(0),
            Some(Trial::Number(number)) => visitor.visit_f64(number),
            Some(Trial::Text) => visitor.visit_str("?"),
            Some(Trial::List) => visitor.visit_seq(Nothing),
            Some(Trial::Table) => visitor.visit_map(Field { probe: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.path.is_empty() { self.note(Sought::Names(names)) } else { visitor.visit_enum(self) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.path.is_empty() && self.trial.is_none() {
            return self.note(Sought::Fields(fields));
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// A member of a family, by the first step of its path.
impl<'de> EnumAccess<'de> for Probe<'_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let (name, rest) = self.step().ok_or_else(|| Error::custom("no member"))?;
        let name: StrDeserializer<'_, Error> = name.into_deserializer();
        Ok((seed.deserialize(name)?, rest))
    }
}

impl<'de> VariantAccess<'de> for Probe<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.note(Sought::Nothing)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        self.note(Sought::Nothing)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.deserialize_struct("", fields, visitor)
    }
}

/// A table with one field, the first step of its path; or without any.
struct Field<'a> {
    probe: Option<Probe<'a>>,
}

impl<'de> MapAccess<'de> for Field<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, _)) = self.probe.and_then(Probe::step) else { return Ok(None) };
        let name: StrDeserializer<'_, Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        // serde asks for a value only after its key.
        let (_, rest) = self.probe.take().and_then(Probe::step).ok_or_else(|| Error::custom("no field"))?;
        seed.deserialize(rest)
    }
}

/// A list without items.
struct Nothing;

impl<'de> SeqAccess<'de> for Nothing {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, _: T) -> Result<Option<T::Value>, Error> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::network::latency::Latency;
    use crate::time::Span;
    use crate::units::Probability;

    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    #[allow(dead_code)]
    enum Shape {
        Round,
        Box(Sides),
    }

    #[derive(Deserialize)]
    #[allow(dead_code)]
    struct Sides {
        count: Option<u32>,
        length: f64,
        every: Span,
    }

    #[test]
    fn a_form_is_what_the_reader_takes() {
        assert_eq!(of::<bool>(), json!({ "type": "boolean" }));
        let number = |kind: &str| json!({ "type": [kind, "string"], "pattern": number_pattern() });
        let mut count = number("integer");
        count["minimum"] = 0.into();
        assert_eq!(of::<u64>(), count);
        assert!(number_pattern().contains("network[.]nodes)") && number_pattern().contains("(ceil|"));
        assert_eq!(of::<Vec<u64>>(), json!({ "type": "array" }));
        let every = json!({ "type": "string", "pattern": format!("^{SPAN_PATTERN}$") });
        let sides = json!({ "count": count, "length": number("number"), "every": every });
        assert_eq!(of::<Sides>(), json!({ "type": "object", "properties": sides, "additionalProperties": false }));
    }

    #[test]
    fn numbers_have_the_ends_of_their_reader() {
        let ends = |form: Value, names: [&str; 4]| names.map(|name| form[name].as_f64());
        let names = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"];
        assert_eq!(ends(of::<Probability>(), names), [Some(0.0), None, Some(1.0), None]);
        assert_eq!(ends(of::<f64>(), names), [None; 4]);
        assert_eq!(ends(at::<Latency>(&["pareto", "alpha"]), names)[2..], [None; 2]);
        let mut open = json!({});
        limit(&mut open, &|number| number > 0.0 && number < 300.0);
        assert_eq!(open, json!({ "exclusiveMinimum": 0, "exclusiveMaximum": 300 }));
        limit(&mut open, &|number| (1.5..=2.5).contains(&number));
        assert_eq!([&open["minimum"], &open["maximum"]], [&json!(1.5), &json!(2.5)]);
        let mut gaps = json!({});
        limit(&mut gaps, &|number| [0.5, 0.9, 0.99].contains(&number));
        assert_eq!(gaps, json!({}), "of what has gaps no end is known");
    }

    #[test]
    fn a_member_is_its_name_or_a_table_of_its_settings() {
        let form = of::<Shape>();
        assert_eq!(form["anyOf"][0], json!({ "enum": ["round", "box"] }));
        assert_eq!(form["anyOf"][1]["properties"], json!({ "kind": { "enum": ["round"] } }));
        assert_eq!(form["anyOf"][2]["properties"]["every"], at::<Shape>(&["box", "every"]));
        assert_eq!(form["anyOf"][2]["required"], json!(["kind"]));
    }
}
