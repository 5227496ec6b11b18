//! Points in time as the portal writes them.

use alloc::boxed::Box;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Json;

/// A point in time, as the text received: the vendor documents times as a Long in
/// places and as a String in others, and neither unit nor format.
///
/// It is inferred (not documented) that a Long counts milliseconds since 1970 UTC.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp(Box<str>);

impl Timestamp {
    /// The text received.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the text as a type of your own, such as `i64` or the type of a time library.
    ///
    /// # Errors
    ///
    /// The error of that type's `FromStr`.
    pub fn parse<T: FromStr>(&self) -> Result<T, T::Err> {
        self.0.parse()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(|json| Self(json.into_text()))
    }
}
