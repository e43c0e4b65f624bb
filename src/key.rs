//! Keys of a scenario: each says once what it is called, what it is if nobody writes it, and what it means.

/// A key of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its dotted path.
    pub path: &'static str,
    /// Whether it must be written.
    pub presence: Presence,
    /// What its value is called in charts and messages; of most keys the last part of the path says it.
    pub label: Option<&'static str>,
    /// What it means, as the tables of keys in the documents say it.
    pub doc: &'static str,
}

/// Whether a key must be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It need not be: this is its default, as TOML.
    Optional(&'static str),
    /// It must be: how, for instance.
    Required(&'static str),
}

impl Key {
    /// Its section; empty at the top.
    pub fn section(&self) -> &'static str {
        self.path.split_once('.').map_or("", |(section, _)| section)
    }

    /// What it is called in its section.
    pub fn name(&self) -> &'static str {
        self.path.split_once('.').map_or(self.path, |(_, name)| name)
    }

    /// Its default, as TOML, if it has one.
    pub fn default(&self) -> Option<&'static str> {
        match self.presence {
            Presence::Optional(default) => Some(default),
            Presence::Required(_) => None,
        }
    }

    /// What messages call its value.
    pub fn noun(&self) -> &'static str {
        self.label.unwrap_or(self.name())
    }
}

/// Declares keys, each by a constant of its own, and the list `KEYS` of all of them.
#[macro_export]
macro_rules! keys {
    ($( $(#[$meta:meta])* $NAME:ident = $path:literal, $presence:ident($said:literal), $label:expr, $doc:expr; )+) => {
        $(
            $(#[$meta])*
            pub(crate) const $NAME: $crate::key::Key = $crate::key::Key {
                path: $path,
                presence: $crate::key::Presence::$presence($said),
                label: $label,
                doc: $doc,
            };
        )+

        /// All of them, in the order in which they are shown.
        pub(crate) const KEYS: &[$crate::key::Key] = &[$($NAME),+];
    };
}
