//! JSON objects of requests, to which a caller can add fields.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Extra;

/// Writes the object of a request field by field. A field of `extra` is sent as it
/// is, and takes the place of ours when it has the same name.
pub(crate) struct Body<'a, M> {
    map: M,
    extra: &'a Extra,
}

impl<'a, M: SerializeMap> Body<'a, M> {
    pub(crate) fn new<S>(serializer: S, extra: &'a Extra) -> Result<Self, S::Error>
    where
        S: Serializer<SerializeMap = M>,
    {
        Ok(Self { map: serializer.serialize_map(None)?, extra })
    }

    pub(crate) fn put<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        if self.extra.replaces(name) { Ok(()) } else { self.map.serialize_entry(name, value) }
    }

    /// Leaves the field out when it is not set.
    pub(crate) fn put_some<T: Serialize>(
        &mut self,
        name: &'static str,
        value: Option<&T>,
    ) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.put(name, value))
    }

    pub(crate) fn end(mut self) -> Result<M::Ok, M::Error> {
        for (name, value) in self.extra.iter() {
            self.map.serialize_entry(name, value)?;
        }
        self.map.end()
    }
}
