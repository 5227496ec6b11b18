//! Lists that the vendor documents as an object.

use alloc::borrow::Cow;
use alloc::vec::{self, Vec};
use core::fmt;
use core::marker::PhantomData;
use core::ops::Deref;
use core::slice;

use serde::de::value::{CowStrDeserializer, StrDeserializer, U64Deserializer};
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};

use super::{BorrowedText, Field, Json};

/// A list. The vendor's tables call several lists an "Object", so an array, a single object, text or number, and `null` (no
/// element) are all read. So are an empty object, and one whose names are numbers: that is how PHP writes some lists. (A list
/// of [`Json`] has no single element, which could not be told from the list, and keeps each `null`.)
///
/// An element that is `null` is left out, and one that cannot be read is [kept apart](Self::unreadable), in what an
/// [`Endpoint`](crate::Endpoint) or [`Json::parse`] reads. (`serde_json` by itself refuses the whole list.) A list of more than
/// 100,000 elements is refused: elements that say nothing take a few bytes of an answer, and many times as much memory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct List<T> {
    elements: Vec<T>,
    unreadable: Vec<Json>,
}

const MOST_ELEMENTS: usize = 100_000;

impl<T> List<T> {
    /// The elements.
    pub fn into_vec(self) -> Vec<T> {
        self.elements
    }

    /// Elements that are not what they should be, as they came: without an id, for example.
    pub fn unreadable(&self) -> &[Json] {
        &self.unreadable
    }

    fn add<E: de::Error>(&mut self, element: Field<T>) -> Result<(), E> {
        if self.elements.len() + self.unreadable.len() >= MOST_ELEMENTS {
            return Err(E::invalid_length(MOST_ELEMENTS + 1, &"at most 100,000 elements"));
        }
        match element {
            Field::Value(element) => self.elements.push(element),
            Field::Other(json) if json.as_str() == "null" => {}
            Field::Other(json) => self.unreadable.push(json),
        }
        Ok(())
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { elements: Vec::new(), unreadable: Vec::new() }
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.elements.serialize(serializer)
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.elements
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(elements: Vec<T>) -> Self {
        Self { elements, unreadable: Vec::new() }
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.elements.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.elements.iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or a single element")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
        let mut list = List::default();
        while let Some(element) = seq.next_element()? {
            list.add(element)?;
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<List<T>, A::Error> {
        let mut list = List::default();
        let mut next = map.next_key::<BorrowedText<'de>>()?;
        while let Some(name) = next {
            if !is_index(&name.0) {
                if !list.is_empty() || !list.unreadable.is_empty() {
                    return Err(de::Error::custom("an object that is a list and an element at once"));
                }
                let mut has_known = false;
                let only = T::deserialize(Single { first: Some(name.0), map, has_known: &mut has_known })?;
                if !has_known {
                    return Err(de::Error::custom("an object that has no field of an element"));
                }
                return Ok(Vec::from([only]).into());
            }
            list.add(map.next_value()?)?;
            next = map.next_key()?;
        }
        Ok(list)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<List<T>, E> {
        T::deserialize(StrDeserializer::new(text)).map(|only| Vec::from([only]).into())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<List<T>, E> {
        T::deserialize(U64Deserializer::new(number)).map(|only| Vec::from([only]).into())
    }

    fn visit_unit<E: de::Error>(self) -> Result<List<T>, E> {
        Ok(List::default())
    }
}

/// Whether a list that PHP writes as an object has an element of this name.
fn is_index(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// The object that is the only element, of which the first name was read already.
struct Single<'a, 'de, A> {
    first: Option<Cow<'de, str>>,
    map: A,
    /// Whether a field was read that the element knows.
    has_known: &'a mut bool,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Single<'_, 'de, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        // Whoever does not say which fields it knows takes any.
        *self.has_known = true;
        visitor.visit_map(SingleFields { single: self, known: &[] })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_map(SingleFields { single: self, known })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

struct SingleFields<'a, 'de, A> {
    single: Single<'a, 'de, A>,
    known: &'static [&'static str],
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for SingleFields<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let name = match self.single.first.take() {
            Some(name) => name,
            None => match self.single.map.next_key::<BorrowedText<'de>>()? {
                Some(name) => name.0,
                None => return Ok(None),
            },
        };
        *self.single.has_known |= self.known.contains(&&*name);
        seed.deserialize(CowStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.single.map.next_value_seed(seed)
    }
}
