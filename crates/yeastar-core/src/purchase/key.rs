//! Looks for a text in JSON of which the fields are not known.

use core::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// How many strings of a JSON text, at any depth, are the wanted one. Names of fields do not count.
pub(super) fn count(json: &str, is_wanted: impl Fn(&str) -> bool) -> usize {
    let mut found = 0;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    // Where it stops being JSON the search ends, with what was found up to there.
    let _ = deserializer.deserialize_any(Search { is_wanted: &is_wanted, found: &mut found });
    found
}

struct Search<'a> {
    is_wanted: &'a dyn Fn(&str) -> bool,
    found: &'a mut usize,
}

impl<'de> serde::de::DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        *self.found += usize::from((self.is_wanted)(text.trim()));
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Search { is_wanted: self.is_wanted, found: &mut *self.found })?.is_some()
        {
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(Search { is_wanted: self.is_wanted, found: &mut *self.found })?;
        }
        Ok(())
    }
}
