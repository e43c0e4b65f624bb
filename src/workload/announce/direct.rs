//! To how many peers a node sends bodies.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scalar::{self, Refusal, Scalar};

/// To how many peers a node sends bodies; the others get announcements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direct {
    /// The square root of their number, rounded up, chosen among all.
    Sqrt,
    /// The square root of the number of those that are not known to have it, rounded down, chosen among them.
    SqrtLacking,
    /// All.
    All,
    /// So many, chosen among all.
    Count(u32),
}

impl Direct {
    /// How it is written.
    const FORM: &str = "\"sqrt\", \"sqrt-lacking\", \"all\", or a whole number of peers";

    /// How many of so many.
    pub fn of(self, peers: usize) -> usize {
        match self {
            Direct::Sqrt => peers.isqrt() + usize::from(peers.isqrt().pow(2) < peers),
            Direct::SqrtLacking => peers.isqrt(),
            Direct::All => peers,
            Direct::Count(count) => (count as usize).min(peers),
        }
    }
}

impl Serialize for Direct {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Direct::Sqrt => serializer.serialize_str("sqrt"),
            Direct::SqrtLacking => serializer.serialize_str("sqrt-lacking"),
            Direct::All => serializer.serialize_str("all"),
            Direct::Count(count) => serializer.serialize_u32(*count),
        }
    }
}

impl<'de> Deserialize<'de> for Direct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read(deserializer, Self::FORM, |written| match written {
            Scalar::Text("sqrt") => Ok(Direct::Sqrt),
            Scalar::Text("sqrt-lacking") => Ok(Direct::SqrtLacking),
            Scalar::Text("all") => Ok(Direct::All),
            Scalar::Unsigned(count) => u32::try_from(count).map(Direct::Count).map_err(|_| Refusal::Value),
            Scalar::Signed(count) => u32::try_from(count).map(Direct::Count).map_err(|_| Refusal::Value),
            Scalar::Text(_) => Err(Refusal::Value),
            Scalar::Real(_) => Err(Refusal::Kind),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_rounded_as_geth_does() {
        let of = |direct: Direct| [0, 1, 2, 4, 5, 49, 50].map(|peers| direct.of(peers));
        assert_eq!(of(Direct::Sqrt), [0, 1, 2, 2, 3, 7, 8]);
        assert_eq!(of(Direct::SqrtLacking), [0, 1, 1, 2, 2, 7, 7]);
        assert_eq!(of(Direct::All), [0, 1, 2, 4, 5, 49, 50]);
        assert_eq!(of(Direct::Count(4)), [0, 1, 2, 4, 4, 4, 4]);
    }
}
