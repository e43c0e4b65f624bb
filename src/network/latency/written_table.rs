//! A table of latencies in a scenario: its rows, or the name of the file that holds it.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;

use super::cell::{Cell, Unit};
use super::matrix::Matrix;
use super::{bundled, matrix_text};
use crate::catalog::Incompatible;

/// What may be written for a table.
const TABLE_FORM: &str = "rows such as [[\"1ms\", \"85ms\"], [\"85ms\", \"1ms\"]], or a file such as \"latency.csv\"";

/// A table, as a scenario writes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum WrittenTable {
    /// The file that holds it.
    File(String),
    /// Its rows, each that of a sender.
    Rows(Vec<Vec<Cell>>),
}

impl WrittenTable {
    /// The table, the value of the setting `key`, of which numbers have this `unit`; what is read goes into `digest`.
    ///
    /// # Errors
    /// It cannot be read, or is no table of latencies.
    pub(super) fn read(
        &self,
        key: &'static str,
        unit: Option<Unit>,
        folder: &Path,
        digest: &mut Sha256,
    ) -> Result<Matrix, Incompatible> {
        match self {
            WrittenTable::Rows(rows) => Matrix::in_scenario(key, rows, unit),
            WrittenTable::File(file) => matrix_text::read(key, file, &bundled::read(key, file, folder, digest)?, unit),
        }
    }

    pub(super) fn is_file(&self) -> bool {
        matches!(self, WrittenTable::File(_))
    }
}

impl<'de> Deserialize<'de> for WrittenTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> de::Visitor<'de> for Reader {
            type Value = WrittenTable;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(TABLE_FORM)
            }

            fn visit_str<E: de::Error>(self, file: &str) -> Result<WrittenTable, E> {
                Ok(WrittenTable::File(file.to_owned()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<WrittenTable, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = items.next_element()? {
                    rows.push(row);
                }
                Ok(WrittenTable::Rows(rows))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl Serialize for WrittenTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            WrittenTable::File(file) => serializer.serialize_str(file),
            WrittenTable::Rows(rows) => rows.serialize(serializer),
        }
    }
}
