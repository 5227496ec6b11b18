//! Identifiers that are text: the portal gives them out and takes them back
//! unchanged, so nothing about their form is checked.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

/// Text of the input that is only looked at: copied only where JSON escapes force it.
pub(crate) struct BorrowedText<'a>(pub(crate) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for BorrowedText<'a> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(BorrowedVisitor)
    }
}

struct BorrowedVisitor;

impl<'de> Visitor<'de> for BorrowedVisitor {
    type Value = BorrowedText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<BorrowedText<'de>, E> {
        Ok(BorrowedText(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<BorrowedText<'de>, E> {
        Ok(BorrowedText(Cow::Owned(text.into())))
    }
}

struct TextVisitor(&'static str);

impl Visitor<'_> for TextVisitor {
    type Value = Box<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as a string that is not empty", self.0)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Box<str>, E> {
        if value.is_empty() {
            return Err(E::invalid_value(de::Unexpected::Str(value), &self));
        }
        Ok(value.into())
    }

    // Some of these are documented as a string on one page and as a number on another.
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Box<str>, E> {
        Ok(value.to_string().into())
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $what:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text as the portal writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                Self(text.as_str().into())
            }
        }

        impl From<&Self> for $name {
            fn from(text: &Self) -> Self {
                text.clone()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0.into()
            }
        }

        impl From<&$name> for $crate::value::Json {
            fn from(text: &$name) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<$name> for $crate::value::Json {
            fn from(text: $name) -> Self {
                Self::from(text.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(TextVisitor($what)).map(Self)
            }
        }
    )+};
}

texts! {
    /// An order number, such as `HB3203705539121029120`.
    OrderNo: "an order number";
    /// The unique id of an order in the order list; not its order number.
    OrderId: "an order id";
    /// A serial number (SN) of a PBX or device, such as `3658B431119665QJ`.
    ProductNo: "a serial number";
    /// `instanceId` of an order's answer; that it is the instance created is inferred.
    InstanceId: "an instance id";
    /// `transactionNo` of an order's answer; that it is the payment is inferred.
    TransactionNo: "a transaction number";
    /// The unique id of a subordinate user (a customer). Not their Yeastar ID, which
    /// is an e-mail address.
    PartnerId: "a subordinate user's id";
    /// A Yeastar ID: the e-mail address with which a user signs in. Not the unique id
    /// of a subordinate user, [`PartnerId`].
    YeastarId: "a Yeastar ID";
    /// The unique id of a colleague.
    ColleagueId: "a colleague's id";
    /// A white label template of Yeastar Central Management. Which field of an order
    /// takes it is not known.
    WhiteLabelId: "a white label id";
}
