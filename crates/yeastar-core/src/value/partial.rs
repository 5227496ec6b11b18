//! Answers that may have more fields, or other values, than the vendor documents.

use core::fmt;
use core::marker::PhantomData;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

/// Defines an answer whose unnamed fields are kept in `extra`, and so are named ones
/// whose value is not what it should be: an order that was placed must not be lost
/// over a field beside its number, nor a list over one of its rows. serde's `flatten`
/// would do half of that, and send every number through a buffer that loses digits.
/// Values of other types are rare, so they cost a second reading: see `lenient`.
macro_rules! partial {
    (
        $(#[$doc:meta])*
        pub struct $name:ident { $($(#[$field_doc:meta])* pub $field:ident: $type:ty = $wire:literal,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        #[cfg_attr(feature = "simulation", derive(Hash))]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)+
            /// Fields that have no name above, or a value of another type than documented. (The latter
            /// are kept in what an [`Endpoint`](crate::Endpoint) or [`Json::parse`](crate::Json::parse)
            /// reads; `serde_json` by itself refuses them.)
            pub extra: $crate::value::Extra,
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct FieldsVisitor;

                impl<'de> serde::de::Visitor<'de> for FieldsVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str(concat!("an object (", stringify!($name), ")"))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        $(let mut $field: Option<$type> = None;)+
                        let mut extra = $crate::value::Extra::default();
                        while let Some(key) = map.next_key::<$crate::value::BorrowedText<'de>>()? {
                            match &*key.0 {
                                $($wire => {
                                    if $field.is_some() {
                                        return Err(serde::de::Error::duplicate_field($wire));
                                    }
                                    match map.next_value()? {
                                        $crate::value::Field::Value(value) => $field = Some(value),
                                        $crate::value::Field::Other(json) => extra.push($wire.into(), json),
                                    }
                                })+
                                _ => extra.push(key.0.into_owned(), map.next_value()?),
                            }
                        }
                        Ok($name {
                            $($field: match $field {
                                Some(value) => value,
                                None => <$type as serde::Deserialize<'de>>::deserialize($crate::value::Missing::new($wire))?,
                            },)+
                            extra,
                        })
                    }
                }

                deserializer.deserialize_struct(stringify!($name), &[$($wire),+], FieldsVisitor)
            }
        }
    };
}
pub(crate) use partial;

/// Has a type with `#[serde(remote = "Self")]` read from objects only: what serde derives also reads an array, by position.
macro_rules! from_objects_only {
    ($($name:ident),+) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize($crate::value::ObjectOnly(deserializer))
            }
        }
    )+};
}
pub(crate) use from_objects_only;

/// Reads a struct from an object, and from nothing else.
pub(crate) struct ObjectOnly<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ObjectOnly<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(ObjectVisitor(visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, ObjectVisitor(visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

struct ObjectVisitor<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for ObjectVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(map)
    }
}

/// What an absent field is read from: `None` for an `Option`, otherwise the
/// error that names the field.
pub(crate) struct Missing<E> {
    field: &'static str,
    error: PhantomData<E>,
}

impl<E> Missing<E> {
    pub(crate) fn new(field: &'static str) -> Self {
        Self { field, error: PhantomData }
    }
}

impl<'de, E: de::Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.field))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
