//! Settings that are written as a text or as a number: one reader for all of them.

use std::fmt;

use serde::de::{self, Deserializer, Unexpected, Visitor};

/// Defines a setting that is a value, of this form, or `none`.
macro_rules! or_none {
    ($(#[$meta:meta])* $Name:ident($Inner:ty), $form:expr) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $Name(pub Option<$Inner>);

        impl $Name {
            /// Whether there is none.
            pub fn is_none(&self) -> bool {
                self.0.is_none()
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match &self.0 {
                    Some(value) => serializer.collect_str(value),
                    None => serializer.serialize_str("none"),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let form = format!("\"none\", or {}", $form);
                $crate::scalar::read_text(deserializer, &form, |text| match text {
                    "none" => Ok($Name(None)),
                    text => {
                        let value = text.parse().map(|value| $Name(Some(value)));
                        value.map_err(|problem: String| match problem.contains($form) {
                            true => problem.replacen($form, &form, 1),
                            false => format!("{problem}; expected {form}"),
                        })
                    }
                })
            }
        }
    };
}

pub(crate) use or_none;

/// A single value, as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number that is not negative.
    Unsigned(u64),
    /// A whole number, negative as a rule.
    Signed(i64),
    /// A real number.
    Real(f64),
}

impl Scalar<'_> {
    /// The number that it is.
    ///
    /// # Errors
    /// It is a text.
    pub fn number(self) -> Result<f64, Refusal> {
        match self {
            Scalar::Text(_) => Err(Refusal::Kind),
            Scalar::Unsigned(number) => Ok(number as f64),
            Scalar::Signed(number) => Ok(number as f64),
            Scalar::Real(number) => Ok(number),
        }
    }
}

/// Why a value is none of its setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Something else is written there: a number for a text, or a text for a number.
    Kind,
    /// It is out of range.
    Value,
    /// In the setting's own words.
    Said(String),
}

/// Reads a setting of that `form`, as messages name it, of which `meaning` says what a value means.
///
/// # Errors
/// What is written has no meaning.
pub fn read<'de, D, T, F>(deserializer: D, form: &str, meaning: F) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    F: FnOnce(Scalar<'_>) -> Result<T, Refusal>,
{
    deserializer.deserialize_any(Reader { form, meaning })
}

/// Reads a setting that is a number, which may also be written in the forms that numbers have as texts.
///
/// # Errors
/// What is written has no meaning.
pub fn read_number<'de, D, T, F>(deserializer: D, form: &str, meaning: F) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    F: FnOnce(Scalar<'_>) -> Result<T, Refusal>,
{
    deserializer.deserialize_f64(Reader { form, meaning })
}

/// Reads a setting that is written as a text of that `form`, of which `meaning` says what it means.
///
/// # Errors
/// It is no text, or has no meaning: the words of `meaning`.
pub fn read_text<'de, D, T, F>(deserializer: D, form: &str, meaning: F) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    F: FnOnce(&str) -> Result<T, String>,
{
    read(deserializer, form, |written| match written {
        Scalar::Text(text) => meaning(text).map_err(Refusal::Said),
        _ => Err(Refusal::Kind),
    })
}

struct Reader<'f, F> {
    form: &'f str,
    meaning: F,
}

impl<T, F: FnOnce(Scalar<'_>) -> Result<T, Refusal>> Reader<'_, F> {
    fn read<E: de::Error>(self, written: Scalar<'_>) -> Result<T, E> {
        let Reader { form, meaning } = self;
        let found = match written {
            Scalar::Text(text) => Unexpected::Str(text),
            Scalar::Unsigned(number) => Unexpected::Unsigned(number),
            Scalar::Signed(number) => Unexpected::Signed(number),
            Scalar::Real(number) => Unexpected::Float(number),
        };
        meaning(written).map_err(|refusal| match refusal {
            Refusal::Kind => E::invalid_type(found, &form),
            Refusal::Value => E::invalid_value(found, &form),
            Refusal::Said(text) => E::custom(text),
        })
    }
}

impl<T, F: FnOnce(Scalar<'_>) -> Result<T, Refusal>> Visitor<'_> for Reader<'_, F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.form)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        self.read(Scalar::Text(text))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        self.read(Scalar::Unsigned(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        self.read(Scalar::Signed(number))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<T, E> {
        self.read(Scalar::Real(number))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// What a share, or `all`, of a setting means that is written as `value`.
    fn number(value: &Value) -> Result<f64, String> {
        let share = |written: Scalar<'_>| match written {
            Scalar::Text("all") => Ok(1.0),
            Scalar::Text(text) => Err(Refusal::Said(format!("who is {text}?"))),
            Scalar::Real(share) if share <= 1.0 => Ok(share),
            Scalar::Real(_) => Err(Refusal::Value),
            Scalar::Unsigned(_) | Scalar::Signed(_) => Err(Refusal::Kind),
        };
        read(value, "a share or \"all\"", share).map_err(|error| error.to_string())
    }

    #[test]
    fn what_has_no_meaning_is_refused_by_its_kind_its_value_or_in_own_words() {
        assert_eq!([json!("all"), json!(0.25)].map(|value| number(&value)), [Ok(1.0), Ok(0.25)]);
        for (value, said) in [
            (json!("some"), "who is some?"),
            (json!(1.5), "invalid value: floating point `1.5`, expected a share or \"all\""),
            (json!(-1), "invalid type: integer `-1`, expected a share or \"all\""),
            (json!([1]), "invalid type: sequence, expected a share or \"all\""),
        ] {
            assert_eq!(number(&value), Err(said.to_owned()), "{value}");
        }
    }
}
