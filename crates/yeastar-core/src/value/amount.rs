//! Amounts of money as the portal writes them.

use alloc::boxed::Box;
use core::fmt;
use core::str::FromStr;

use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Json;

/// An amount of money: the decimal text that the portal sent, digit by digit. It never
/// passes through a float, so `10.10` stays `10.10`.
///
/// The currency is not part of it: where the portal names one, it is a field beside
/// the amount. Two amounts are compared after both were read by
/// [`parse`](Self::parse): as text, `10.1` and `10.10` would differ.
///
/// Read by `serde_json` from a JSON number, or from a string that holds one. A type of yours that
/// has it below `#[serde(flatten)]` or in an untagged enum cannot be read: both go through floats.
#[derive(Clone)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Amount(Box<str>);

impl Amount {
    /// The text received, a JSON number: `10.10`, `-5`, `1E2`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the amount as a type of your own, such as that of a decimal library.
    ///
    /// # Errors
    ///
    /// The error of that type's `FromStr`.
    pub fn parse<T: FromStr>(&self) -> Result<T, T::Err> {
        self.0.parse()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Amount {
    /// As a string, the only form that keeps every digit in every reader.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        // No other JSON begins as a number does.
        let begins_as_number =
            |text: &str| text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        let is_number = begins_as_number(json.as_str());
        let text = json.into_text();
        let holds_number = || {
            begins_as_number(&text)
                && !text.ends_with(char::is_whitespace)
                && serde_json::from_str::<IgnoredAny>(&text).is_ok()
        };
        if is_number || holds_number() {
            Ok(Self(text))
        } else {
            Err(D::Error::custom("an amount is a number or a string that holds one"))
        }
    }
}
