//! Numeric ids. The portal sends them as JSON strings in one place and wants
//! them as JSON numbers in another; many have 19 digits and do not survive a
//! float.

use core::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

/// A text that is not an id: ids are decimal digits and fit 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIdError {
    what: &'static str,
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is a number of decimal digits that fits 64 bits", self.what)
    }
}

impl core::error::Error for ParseIdError {}

fn parse_digits(what: &'static str, text: &str) -> Result<u64, ParseIdError> {
    // `u64::from_str` accepts a leading plus sign; an id has none.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| ParseIdError { what })
    } else {
        Err(ParseIdError { what })
    }
}

/// A whole number that the portal may write as text.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Digits(#[serde(deserialize_with = "digits")] pub(crate) u64);

fn digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_any(DigitsVisitor("a number"))
}

struct DigitsVisitor(&'static str);

impl Visitor<'_> for DigitsVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as a number or a string of digits", self.0)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<u64, E> {
        parse_digits(self.0, value).map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident: $what:literal;)+) => {$(
        $(#[$doc])*
        ///
        /// Read from a JSON number or a string of digits, written as a number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The id with this value.
            pub const fn new(value: u64) -> Self {
                Self(value)
            }

            /// The value.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl core::str::FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse_digits($what, text).map(Self)
            }
        }

        impl From<u64> for $name {
            fn from(value: u64) -> Self {
                Self(value)
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<$name> for $crate::value::Json {
            fn from(id: $name) -> Self {
                Self::from(id.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_u64(self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(DigitsVisitor($what)).map(Self)
            }
        }
    )+};
}

ids! {
    /// A product of the catalogue, such as 13 for the cloud PBX. A small number.
    ProductId: "a product id";
    /// A plan of a product: goes into `serviceList[].serviceId` of a plan line and
    /// into `connectionPlanId`. 19 digits. Not the *pricing* id of the price queries.
    PlanId: "a plan id";
    /// A service of a product: goes into `serviceList[].serviceId` of a service
    /// line. 19 digits. Not the *pricing* id of the price queries.
    ServiceId: "a service id";
    /// An offering of a product, which its prices are asked for. 19 digits (inferred).
    /// An array of numbers in one answer, a string in another.
    OfferingId: "an offering id";
    /// What the price queries know a plan or a service by. **Not** the [`PlanId`] or
    /// [`ServiceId`] that an order takes. A number in a body, a path segment elsewhere.
    PricingId: "a pricing id";
    /// A billing contact: `billingContactId` in the contact list, `billingId` in an
    /// order. 19 digits.
    BillingContactId: "a billing contact id";
    /// A region in which a cloud PBX can be created. A small number.
    RegionId: "a region id";
    /// A domain suffix of a region, under which a cloud PBX gets its URL. A small number.
    PbxSubDomainId: "a PBX sub-domain id";
    /// A country of the country list. A small number.
    CountryId: "a country id";
}

impl ProductId {
    /// Linkus Cloud Service.
    pub const LINKUS_CLOUD_SERVICE: Self = Self(9);
    /// P-Series Appliance Edition.
    pub const APPLIANCE_EDITION: Self = Self(11);
    /// P-Series Software Edition (software PBX, self-hosted).
    pub const SOFTWARE_EDITION: Self = Self(12);
    /// P-Series Cloud Edition (cloud PBX, PCE instance).
    pub const CLOUD_EDITION: Self = Self(13);
    /// P-Series Turnkey package (PCE package).
    pub const TURNKEY: Self = Self(14);
    /// Remote Management.
    pub const REMOTE_MANAGEMENT: Self = Self(15);
    /// Add-on services: white labels, custom domain names.
    pub const ADD_ON: Self = Self(19);
    /// Remote Management Premium, as its purchase tutorial numbers it; the other
    /// pages say 21. Which one an account may buy is in the list of subscription products.
    pub const REMOTE_MANAGEMENT_PREMIUM_20: Self = Self(20);
    /// RM Premium, as its trial, expansion and renewal tutorials number it; the
    /// purchase page says 20.
    pub const REMOTE_MANAGEMENT_PREMIUM_21: Self = Self(21);
}
