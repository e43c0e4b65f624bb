//! Families of models: one file and one line for each member.
//!
//! [`catalog!`](crate::catalog!) turns a list of `"name" => Variant(path::Type)` lines into an enum that the
//! scenario reader, the error messages, `check` and the tests over "all members" use without knowing any member.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

/// A setting that cannot work with the rest of the scenario.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{problem}; {allowed}")]
pub struct Incompatible {
    /// The setting's key within its table, where one key is to blame.
    pub key: Option<&'static str>,
    /// What is wrong, in a few words.
    pub problem: String,
    /// What may be written instead.
    pub allowed: String,
}

impl Incompatible {
    /// What is wrong with the setting `key`.
    pub fn of(key: &'static str, problem: impl Into<String>, allowed: impl Into<String>) -> Self {
        Incompatible { key: Some(key), problem: problem.into(), allowed: allowed.into() }
    }

    /// What is wrong with the model as a whole.
    pub fn whole(problem: impl Into<String>, allowed: impl Into<String>) -> Self {
        Incompatible { key: None, problem: problem.into(), allowed: allowed.into() }
    }
}

/// Words that people write for a member of a family that is called otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synonyms {
    /// What it is called.
    pub name: &'static str,
    /// What else to write for what is meant, if it is not the member alone.
    pub beside: &'static str,
    /// What people write, in small letters.
    pub words: &'static [&'static str],
}

/// So many items of a list are shown in a line.
const MOST_SHOWN: usize = 10;

/// A model's name and settings in one line, as tables and charts show it: `ring (neighbors = 2)`. A switch that is off
/// and the fingerprint of a file are not shown, and of a table or a long list how much there is.
pub fn label<M: Serialize>(model: &M) -> String {
    // A model is plain settings with string keys, which JSON can always hold.
    label_of(&serde_json::to_value(model).unwrap_or_default())
}

fn label_of(value: &Value) -> String {
    let mut text = value["kind"].as_str().unwrap_or_default().to_owned();
    let settings = value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, value)| !["kind", "sha256"].contains(&key.as_str()) && **value != false);
    for (place, (key, value)) in settings.enumerate() {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Object(model) if model.contains_key("kind") => label_of(value),
            Value::Array(items) => {
                list(items.len(), items.iter().any(Value::is_array)).unwrap_or_else(|| value.to_string())
            }
            value => value.to_string(),
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{key} = {value}", if place == 0 { " (" } else { ", " });
    }
    if text.contains('(') {
        text.push(')');
    }
    text
}

/// What stands for a table, or for a list of so many items that they would fill the line, where models are shown in one.
pub(crate) fn list(items: usize, is_table: bool) -> Option<String> {
    match is_table {
        true => Some(format!("{items} rows")),
        false => (items > MOST_SHOWN).then(|| format!("{items} values")),
    }
}

/// Declares a family: the enum of its members, their names, how they are read and written, and what all of them do.
///
/// ```
/// # use gossipsim::catalog;
/// # mod soft { #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)] pub struct Soft {} impl Soft { pub fn weight(&self) -> u32 { 1 } } }
/// catalog! {
///     /// Pillows.
///     pub enum Pillow = "pillow" {
///         "soft" => Soft(soft::Soft),
///     }
///     /// Grams.
///     fn weight(&self) -> u32;
/// }
/// assert_eq!(Pillow::NAMES, ["soft"]);
/// assert_eq!(Pillow::Soft(soft::Soft {}).weight(), 1);
/// ```
///
/// Each `fn` is a method of every member, called through one `match`. In a scenario a member is written
/// `{ kind = "name", setting = … }`, or `"name"` where all its settings have defaults. Words of others for a member, which
/// messages suggest it for, may stand behind it: `"soft" => Soft(soft::Soft) for ["down", "feather"]`.
#[macro_export]
macro_rules! catalog {
    (
        $(#[$doc:meta])*
        pub enum $Family:ident = $noun:literal {
            $( $name:literal => $Member:ident($($path:tt)+) $(for [$($word:literal),+ $(,)?])? ),+ $(,)?
        }
        $( $(#[$method_doc:meta])* fn $method:ident $(<$Work:ident: $Bound:ident>)? (& $self:ident $(, $arg:ident: $Arg:ty)*) -> $Out:ty; )*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, ::serde::Deserialize)]
        #[non_exhaustive]
        pub enum $Family {
            $(
                #[doc = concat!("`", $name, "`")]
                #[serde(rename = $name)]
                $Member($($path)+),
            )+
        }

        impl $Family {
            /// What the family is called in messages.
            pub const NOUN: &'static str = $noun;
            /// The names of all members, as a scenario writes them.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// What people write for members that are called otherwise.
            pub const SYNONYMS: &'static [$crate::catalog::Synonyms] = &[
                $( $crate::catalog::Synonyms { name: $name, beside: "", words: &[$($($word),+)?] } ),+
            ];

            /// The member's name, as a scenario writes it.
            pub fn name(&self) -> &'static str {
                match self { $( Self::$Member(_) => $name, )+ }
            }
        }

        impl ::serde::Serialize for $Family {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #[derive(::serde::Serialize)]
                struct Written<'a, M> {
                    kind: &'static str,
                    #[serde(flatten)]
                    settings: &'a M,
                }
                match self {
                    $( Self::$Member(settings) => Written { kind: $name, settings }.serialize(serializer), )+
                }
            }
        }

        impl ::std::fmt::Display for $Family {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&$crate::catalog::label(self))
            }
        }

        $crate::catalog_methods! { $Family [$($Member)+] $( $(#[$method_doc])* fn $method $(<$Work: $Bound>)? (& $self $(, $arg: $Arg)*) -> $Out; )* }
    };
}

/// The methods of a [`catalog!`](crate::catalog!): one `match` each.
#[doc(hidden)]
#[macro_export]
macro_rules! catalog_methods {
    ($Family:ident $members:tt $( $(#[$doc:meta])* fn $method:ident $(<$Work:ident: $Bound:ident>)? (& $self:ident $(, $arg:ident: $Arg:ty)*) -> $Out:ty; )*) => {
        impl $Family {
            $(
                $(#[$doc])*
                // One match, and what it calls decides for itself: events ask models by the million.
                #[inline(always)]
                pub fn $method $(<$Work: $Bound>)? (&$self $(, $arg: $Arg)*) -> $Out {
                    $crate::catalog_match!($Family $members $self, model => model.$method($($arg),*))
                }
            )*
        }
    };
}

/// One `match` over all members of a [`catalog!`](crate::catalog!).
#[doc(hidden)]
#[macro_export]
macro_rules! catalog_match {
    ($Family:ident [$($Member:ident)+] $subject:expr, $model:ident => $body:expr) => {
        match $subject { $( $Family::$Member($model) => $body, )+ }
    };
}
