//! The name of a purchase.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::error::invalid::BuildError;

/// Names one purchase. The caller chooses it from its own records (a ticket, a job, a
/// row of its database), so that whoever starts the same purchase again says the same name.
///
/// It is 6 to 40 characters of `A` to `Z`, `a` to `z`, `0` to `9`, `.`, `_` and `-`, among them a digit:
/// it goes into the order's purchase order number, by which the order is found again. No two
/// purchases may have the same, of one account, ever; nor may it be a text that the portal writes into other
/// orders by itself, such as a serial number. It is no date, for that reason.
///
/// ```
/// use yeastar_core::IntentId;
///
/// assert!(IntentId::from("ticket-4711").check().is_ok());
/// assert!(IntentId::from("ticket").check().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntentId(Box<str>);

impl IntentId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text can be the name of a purchase. A purchase checks it by itself.
    ///
    /// # Errors
    ///
    /// When it is too short, too long, has other characters or no digit, or is a date.
    pub fn check(&self) -> Result<(), BuildError> {
        // An order's own number stands before the id with a `/` in between: where the id begins must be plain.
        if self.0.contains('/') {
            return Err(BuildError::new(
                "intent id",
                alloc::format!("is `{self}`"),
                "leave the `/` out: it separates the order's own number from the id",
            ));
        }
        check_key("intent id", &self.0)
    }
}

/// A text that will be searched for in the fields of other orders: no word of a field's own language, no small number.
pub(crate) fn check_key(field: &'static str, text: &str) -> Result<(), BuildError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte);
    let is_key = (6..=40).contains(&text.len())
        && text.bytes().all(is_plain)
        && text.bytes().any(|byte| byte.is_ascii_digit());
    if is_key && !is_date(text) {
        return Ok(());
    }
    Err(BuildError::new(
        field,
        alloc::format!("is `{text}`"),
        "the order is found again by it: 6 to 40 of A-Z a-z 0-9 . _ / -, with a digit among them, and no date",
    ))
}

/// Whether it looks like a day: three numbers of up to two digits, the first or the last one of four. Other orders
/// have dates in their fields.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '/', '.', '_']).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        && matches!(lengths[..], [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
}

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for IntentId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for IntentId {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&Self> for IntentId {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl AsRef<str> for IntentId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
