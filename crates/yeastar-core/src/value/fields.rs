//! JSON objects of requests, read back.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Extra, Json};

/// The fields of an object, of which each is taken once. What is left goes to `extra`, in its order, and so does a
/// field in another form than the one in which it would be written, such as a number as text: it is sent again as it came.
pub(crate) struct Fields(Vec<(String, Json)>);

impl Fields {
    /// Takes a field that must be there.
    pub(crate) fn take<T, E>(&mut self, name: &'static str) -> Result<T, E>
    where
        T: DeserializeOwned + Serialize,
        E: de::Error,
    {
        self.take_some(name)?.ok_or_else(|| E::missing_field(name))
    }

    /// Takes a field that may be left out.
    pub(crate) fn take_some<T, E>(&mut self, name: &'static str) -> Result<Option<T>, E>
    where
        T: DeserializeOwned + Serialize,
        E: de::Error,
    {
        let Some(place) = self.place(name) else { return Ok(None) };
        let unreadable = |error| E::custom(format_args!("`{name}`: {error}"));
        let came: Value = serde_json::from_str(self.0[place].1.as_str()).map_err(unreadable)?;
        let value = T::deserialize(&came).map_err(unreadable)?;
        // It is known as this value, and stays one of the caller if it would be written in another form.
        if serde_json::to_value(&value).is_ok_and(|written| written == came) {
            self.0.remove(place);
        }
        Ok(Some(value))
    }

    /// What was not taken.
    pub(crate) fn into_extra(self) -> Extra {
        let mut extra = Extra::default();
        for (name, value) in self.0 {
            extra.push(name, value);
        }
        extra
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(known, _)| known == name)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
                let mut fields = Fields(Vec::new());
                while let Some((name, value)) = map.next_entry::<String, Json>()? {
                    if fields.place(&name).is_some() {
                        return Err(de::Error::custom(format_args!("duplicate field `{name}`")));
                    }
                    fields.0.push((name, value));
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(Object)
    }
}
