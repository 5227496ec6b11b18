//! Enumerated values of the portal. The vendor adds values without notice, so
//! an unknown one is kept and written back unchanged.

use alloc::boxed::Box;

/// A value that this version has no name for. It can be read through the enum's
/// `as_str()`, but not be matched on: a later version may give it a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unrecognized(pub(crate) Box<str>);

macro_rules! open_enum {
    (
        $(#[$doc:meta])*
        pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }
    ) => {
        $(#[$doc])*
        ///
        /// An open set: a text without a variant here is kept and written back unchanged.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value that this version has no name for; see [`Self::as_str`].
            Unrecognized($crate::value::Unrecognized),
        }

        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unrecognized(text) => &text.0,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Unrecognized($crate::value::Unrecognized(other.into())),
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::value::BorrowedText::deserialize(deserializer).map(|text| Self::from(&*text.0))
            }
        }
    };
}
pub(crate) use open_enum;
