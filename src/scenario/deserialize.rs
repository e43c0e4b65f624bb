//! From a written value to a typed one, with the place of every mistake.
//!
//! Models derive their readers from serde; this is the serde format they are read through. A member of a family is
//! its name (`"ring"`) or a table with its `kind` and its settings (`{ kind = "ring", neighbors = 2 }`).

use serde::de::value::StrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::diagnostic::Diagnostic;
use super::fault::{Fault, SEVERAL, kind_of, plain_words};
use super::hints;
use super::meanings;
use super::number::{self, Number, Size};
use super::place::Place;
use super::tree::{self, Entry, Node, Table, Value};
use super::words::nearest;

/// Reads the value of `key`; `noun` is what messages call it, and `size` what numbers in it may follow.
///
/// # Errors
/// The first mistake in the value.
pub(super) fn read<'a, T: Deserialize<'a>>(
    node: &'a Node,
    key: &str,
    noun: &'a str,
    size: Size,
) -> Result<T, Diagnostic> {
    T::deserialize(At { node, noun, size }).map_err(|fault| fault.under(key).placed(node.place).diagnostic())
}

/// The member of a family that a duration alone is short for, with the duration as its `value`.
pub(super) const SHORT: &str = "constant";

/// How the names of families end of which one member may be a number that stands alone.
const SIZES: &str = "SizeLaw";

/// Whether a duration is written, be it wrong.
fn is_duration(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.starts_with(|c: char| c.is_ascii_digit()))
}

/// A node about to be read.
#[derive(Clone, Copy)]
struct At<'a> {
    node: &'a Node,
    noun: &'a str,
    size: Size,
}

impl<'a> At<'a> {
    /// Whether a number is written, in any of its forms.
    fn is_number(self) -> bool {
        match &self.node.value {
            Value::Integer(_) | Value::Float(_) => true,
            Value::Text(text) => number::read(text, self.node.place, self.size).is_some(),
            _ => false,
        }
    }

    /// A number that must be finite; nothing in a scenario may be infinite or not a number at all.
    fn number<V: Visitor<'a>>(self, visitor: V, whole: bool) -> Result<V::Value, Fault> {
        match self.node.value {
            Value::Float(number) if !number.is_finite() => {
                let allowed = plain_words(&(&visitor as &dyn Expected).to_string());
                Err(Fault::new(format!("{number} is not a finite number"), allowed))
            }
            Value::Float(number) if whole => match tree::whole(number) {
                Some(number) => integer(number, visitor),
                None => self.any(visitor),
            },
            Value::Text(ref text) => match number::read(text, self.node.place, self.size) {
                Some(number) => written(number?, text, visitor, whole),
                None => self.any(visitor),
            },
            _ => self.any(visitor),
        }
    }

    fn any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Integer(number) => integer(*number, visitor),
            Value::Float(number) if !number.is_finite() => self.number(visitor, false),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Date(_) => Err(de::Error::invalid_type(Unexpected::Other("a date"), &visitor)),
            Value::Array(items) => visitor.visit_seq(Items { items: items.iter(), noun: self.noun, size: self.size }),
            Value::Table(table) => visitor.visit_map(Members::all(table, self.size)),
        }
    }

    /// The name of the member that is written here, where the name stands, and the settings beside it.
    fn member(self, names: &[&str]) -> Result<(&'a str, Place, Option<&'a Table>), Fault> {
        let noun = self.noun;
        let named = |node: &'a Node| match &node.value {
            Value::Text(name) => Ok(name.as_str()),
            other => {
                let suggestion = match other {
                    Value::Array(_) => Some(SEVERAL.to_owned()),
                    other => hints::member(&other.to_string(), names),
                };
                let problem = format!("expected the name of a {noun}, found {}", kind_of(other));
                Err(Fault::new(problem, "").suggest(suggestion))
            }
        };
        let Value::Table(table) = &self.node.value else {
            return Ok((named(self.node)?, self.node.place, None));
        };
        let Some(kind) = table.get("kind") else {
            // A delay of one duration is the commonest.
            let constant = table.get("value").and(names.iter().find(|name| **name == "constant"));
            let example = constant.or(names.first()).map(|name| format!("add one, such as `kind = \"{name}\"`"));
            return Err(Fault::new(format!("this {noun} has no `kind`"), "").suggest(example));
        };
        let name = named(kind).map_err(|fault| fault.placed(kind.place).under("kind"))?;
        Ok((name, kind.place, Some(table)))
    }
}

/// A number that was written as `text`.
fn written<'a, V: Visitor<'a>>(number: Number, text: &str, visitor: V, whole: bool) -> Result<V::Value, Fault> {
    let Number { value, origin } = number;
    let expected = || plain_words(&(&visitor as &dyn Expected).to_string());
    let read = match value {
        Value::Integer(number) => integer(number, visitor),
        Value::Float(number) if whole => {
            return Err(Fault::new(format!("{number} is not whole{origin}"), expected()).suggest(rounded(text)));
        }
        Value::Float(number) => visitor.visit_f64(number),
        _ => Err(Fault::new(format!("{value} is not a number"), expected())),
    };
    read.map_err(|fault| fault.of_number(&origin))
}

/// How to make the expression `text` whole, if it follows the number of nodes.
pub(super) fn rounded(text: &str) -> Option<String> {
    number::follows(text).then(|| format!("write \"ceil({text})\", \"floor({text})\" or \"round({text})\""))
}

fn integer<'a, V: Visitor<'a>>(number: i128, visitor: V) -> Result<V::Value, Fault> {
    match (u64::try_from(number), i64::try_from(number)) {
        (Ok(number), _) => visitor.visit_u64(number),
        (_, Ok(number)) => visitor.visit_i64(number),
        _ => Err(Fault::new(format!("{number} has more than 64 bits"), "numbers of at most 64 bits")),
    }
}

macro_rules! read_numbers {
    ($whole:literal: $($method:ident)+) => {
        $(fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.number(visitor, $whole)
        })+
    };
}

impl<'a> Deserializer<'a> for At<'a> {
    type Error = Fault;

    read_numbers! { true: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 }
    read_numbers! { false: deserialize_f32 deserialize_f64 }

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.any(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        family: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let is_short = || is_duration(&self.node.value) || family.ends_with(SIZES) && self.is_number();
        let short = Some(self.node).filter(|_| names.contains(&SHORT) && is_short());
        if short.is_some() {
            return visitor.visit_enum(Member { name: SHORT, noun: self.noun, table: None, short, size: self.size });
        }
        let (name, place, table) = self.member(names).map_err(|fault| fault.allowing(names))?;
        if !names.contains(&name) {
            let fault = Fault::new(format!("there is no {} `{name}`", self.noun), names.join(", "));
            return Err(fault
                .suggest(meanings::meant(name, names).or_else(|| hints::member(name, names)))
                .placed(place));
        }
        visitor.visit_enum(Member { name, noun: self.noun, table, short: None, size: self.size })
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Table(table) => Members::all(table, self.size).checked(fields, self.noun, visitor),
            _ => self.any(visitor),
        }
    }

    forward_to_deserialize_any! {
        <V: Visitor<'a>>
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The values of a list.
struct Items<'a> {
    items: std::slice::Iter<'a, Node>,
    noun: &'a str,
    size: Size,
}

impl<'a> SeqAccess<'a> for Items<'a> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(node) = self.items.next() else { return Ok(None) };
        let value = seed.deserialize(At { node, noun: self.noun, size: self.size });
        value.map(Some).map_err(|fault| fault.placed(node.place))
    }
}

/// The settings in a table, without the `kind` that was read already.
#[derive(Clone)]
struct Members<'a> {
    entries: &'a [Entry],
    skip: &'static str,
    next: Option<&'a Entry>,
    /// The `value` that stands alone.
    short: Option<&'a Node>,
    size: Size,
}

impl<'a> Members<'a> {
    fn all(table: &'a Table, size: Size) -> Self {
        Members { entries: &table.entries, skip: "", next: None, short: None, size }
    }

    fn besides_kind(table: Option<&'a Table>, short: Option<&'a Node>, size: Size) -> Self {
        Members { entries: table.map_or(&[], |table| &table.entries), skip: "kind", next: None, short, size }
    }

    fn advance(&mut self) -> Option<&'a Entry> {
        let (entry, rest) = self.entries.split_first()?;
        self.entries = rest;
        if entry.key == self.skip { self.advance() } else { Some(entry) }
    }

    /// Reads a struct of these `fields`; any other key is a mistake, whether or not the struct says so.
    fn checked<V: Visitor<'a>>(self, fields: &[&str], owner: &str, visitor: V) -> Result<V::Value, Fault> {
        let mut others = self.clone();
        while let Some(entry) = others.advance() {
            let key = entry.key.as_str();
            if !fields.contains(&key) {
                let allowed = if fields.is_empty() { "no settings at all".to_owned() } else { fields.join(", ") };
                let fault = Fault::new(format!("`{key}` is not a setting of {owner}"), allowed);
                return Err(fault.near(nearest(key, fields.iter().copied())).placed(entry.key_place).under(key));
            }
        }
        visitor.visit_map(self)
    }
}

impl<'a> MapAccess<'a> for Members<'a> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'a>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.next = self.advance();
        let Some(entry) = self.next else {
            let value: StrDeserializer<'a, Fault> = "value".into_deserializer();
            return self.short.map(|_| seed.deserialize(value)).transpose();
        };
        let key: StrDeserializer<'a, Fault> = entry.key.as_str().into_deserializer();
        seed.deserialize(key).map(Some).map_err(|fault| fault.placed(entry.key_place).under(&entry.key))
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        if let Some(node) = self.short.take() {
            return seed.deserialize(At { node, noun: "value", size: self.size });
        }
        // serde asks for a value only after its key.
        let Some(entry) = self.next else { return Err(de::Error::custom("a value without a key")) };
        let value = seed.deserialize(At { node: &entry.node, noun: &entry.key, size: self.size });
        value.map_err(|fault| fault.placed(entry.node.place).under(&entry.key))
    }
}

/// A chosen member of a family.
struct Member<'a> {
    name: &'a str,
    noun: &'a str,
    table: Option<&'a Table>,
    /// The `value` that stands alone.
    short: Option<&'a Node>,
    size: Size,
}

impl<'a> Member<'a> {
    fn settings(&self) -> Members<'a> {
        Members::besides_kind(self.table, self.short, self.size)
    }

    fn owner(&self) -> String {
        format!("{} `{}`", self.noun, self.name)
    }
}

impl<'a> EnumAccess<'a> for Member<'a> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let name: StrDeserializer<'a, Fault> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'a> VariantAccess<'a> for Member<'a> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        self.settings().checked(&[], &self.owner(), de::IgnoredAny).map(|_| ())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, Fault> {
        let (name, owner) = (self.name, self.owner());
        seed.deserialize(self).map_err(|fault| fault.of_owner(&owner, name))
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self.settings())
    }

    fn struct_variant<V: Visitor<'a>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        let (name, owner) = (self.name, self.owner());
        let settings = self.settings().checked(fields, &owner, visitor);
        settings.map_err(|fault| fault.of_owner(&owner, name))
    }
}

/// The settings of a member.
impl<'a> Deserializer<'a> for Member<'a> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self.settings())
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.settings().checked(fields, &self.owner(), visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'a>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
