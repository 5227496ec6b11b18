//! JSON that is kept as it was received.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::{RawValue, to_raw_value};

/// A JSON value as the text that the portal sent, not interpreted: numbers keep
/// every digit. It stands where the vendor does not document what comes back.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl Json {
    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The JSON text of a value, for a field that is sent as it is. Numbers and texts
    /// convert by themselves.
    ///
    /// ```
    /// use yeastar_core::Json;
    ///
    /// assert_eq!(Json::of(&[1, 2])?.as_str(), "[1,2]");
    /// assert_eq!(Json::from(3048571730026938368_u64).as_str(), "3048571730026938368");
    /// assert_eq!(Json::from("docs").as_str(), r#""docs""#);
    /// # Ok::<(), yeastar_core::ParseJsonError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the value has no JSON form.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, ParseJsonError> {
        to_raw_value(value).map(Self).map_err(ParseJsonError)
    }

    /// The value as plain text: a string without its quotes, anything else as its JSON text.
    pub(crate) fn to_text(&self) -> String {
        self.clone().into_text().into()
    }

    /// As [`to_text`](Self::to_text).
    pub(crate) fn into_text(self) -> Box<str> {
        let json: Box<str> = self.0.into();
        if json.starts_with('"') { serde_json::from_str(&json).unwrap_or(json) } else { json }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! from_scalars {
    ($($scalar:ty)+) => {$(
        impl From<$scalar> for Json {
            fn from(value: $scalar) -> Self {
                Self(to_raw_value(&value).expect("a scalar has a JSON form"))
            }
        }
    )+};
}

from_scalars!(&str String &String i32 u32 i64 u64 bool);

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Json {}

#[cfg(feature = "simulation")]
impl core::hash::Hash for Json {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

/// JSON that does not fit the type it was read as, or a value that has no JSON form.
#[derive(Debug)]
pub struct ParseJsonError(pub(super) serde_json::Error);

impl fmt::Display for ParseJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for ParseJsonError {}

/// Fields that this version has no name for: of an answer in the order in which they
/// came, of a request in the order in which they were set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Extra(Vec<(String, Json)>);

impl Extra {
    /// The value of a field, by its name on the wire.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// All fields: name on the wire and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push(&mut self, name: String, value: Json) {
        self.0.push((name, value));
    }

    /// Whether a request sends this field in the place of ours.
    pub(crate) fn replaces(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a field of a request; its former value goes.
    pub(crate) fn set(&mut self, name: String, value: Json) {
        self.0.retain(|(known, _)| *known != name);
        self.push(name, value);
    }
}
