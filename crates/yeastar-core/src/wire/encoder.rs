//! From an endpoint's values to an HTTP request.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Display};

use bytes::Bytes;
use http::Uri;
use http::uri::PathAndQuery;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::error::invalid::BuildError;
use crate::value::Secret;
use crate::wire::content::Content;
use crate::wire::meta::Meta;
use crate::wire::origin::Origin;

/// Everything but RFC 3986's unreserved characters and `@`, which the vendor's
/// own example leaves as it is.
const PATH_ARGUMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// Servers take no more, and client libraries write the head into a bounded buffer.
const LONGEST_PATH: usize = 8 * 1024;

/// Takes path arguments, query and body of one request.
pub struct Encoder<'a> {
    meta: &'a Meta,
    arguments: Vec<(&'static str, String)>,
    query: String,
    content: Option<Content>,
}

impl fmt::Debug for Encoder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder").field("endpoint", &self.meta.name()).finish_non_exhaustive()
    }
}

impl<'a> Encoder<'a> {
    pub(crate) fn new(meta: &'a Meta) -> Self {
        Self { meta, arguments: Vec::new(), query: String::new(), content: None }
    }

    /// Sets the path argument `{name}`; it is percent-encoded.
    ///
    /// # Errors
    ///
    /// When the path has no such argument, or the value is empty, `.` or `..`:
    /// servers and URL libraries collapse such segments even when they are encoded.
    pub fn argument(&mut self, name: &'static str, value: impl Display) -> Result<(), BuildError> {
        let value = value.to_string();
        if !argument_names(self.meta.path()).any(|known| known == name) {
            return Err(BuildError::new(
                name,
                "is no argument of the path",
                "use a name from the path template",
            ));
        }
        if matches!(&*value, "" | "." | "..") {
            return Err(BuildError::new(name, "is empty or made of dots only", "pass the id itself"));
        }
        self.arguments.push((name, value));
        Ok(())
    }

    /// Appends a query parameter; it is form-encoded.
    ///
    /// # Errors
    ///
    /// When the value is blank: a filter that is blank by mistake would ask for everything.
    pub fn query(&mut self, name: &'static str, value: impl Display) -> Result<(), BuildError> {
        let value = value.to_string();
        if value.trim().is_empty() {
            return Err(BuildError::new(
                name,
                "is blank",
                "pass a value, or leave it out where it is optional",
            ));
        }
        let query = core::mem::take(&mut self.query);
        self.query = form_urlencoded::Serializer::new(query).append_pair(name, &value).finish();
        Ok(())
    }

    /// Sets the body to a form (`application/x-www-form-urlencoded`). Forms carry
    /// secrets here, so it is kept as a [`Secret`] is, until a transport copies it.
    pub fn form(&mut self, fields: &[(&str, &str)]) {
        // Large enough for every byte to be escaped: growing would leave copies behind.
        let longest = fields.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
        let form =
            form_urlencoded::Serializer::new(String::with_capacity(longest)).extend_pairs(fields).finish();
        self.content = Some(Content::form(Secret::new(form).into_bytes()));
    }

    /// Sets the body to a JSON value (`application/json`).
    ///
    /// # Errors
    ///
    /// When the value cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), BuildError> {
        let content = Content::json(value)
            .map_err(|error| BuildError::new("body", "cannot be written as JSON", error.to_string()))?;
        self.content = Some(content);
        Ok(())
    }

    /// Sets the body to JSON text that was written before.
    pub(crate) fn json_text(&mut self, text: Bytes) {
        self.content = Some(Content::shared_json(text));
    }
}

impl Encoder<'_> {
    /// What was written: where the request goes, and its body. `fixed_path` is that of the endpoint, if it has one.
    pub(crate) fn finish(
        self,
        origin: &Origin,
        fixed_path: Option<PathAndQuery>,
    ) -> Result<(Uri, Content), BuildError> {
        let uri = self.uri(origin, fixed_path)?;
        Ok((uri, self.content.unwrap_or_else(|| Content::none(self.meta.method()))))
    }

    fn uri(&self, origin: &Origin, fixed_path: Option<PathAndQuery>) -> Result<Uri, BuildError> {
        let path_and_query = match fixed_path {
            Some(path) if self.query.is_empty() => path,
            _ => self.path_and_query()?,
        };
        origin
            .uri(path_and_query)
            .map_err(|_| BuildError::new("path", "makes no valid URI", "shorten the arguments and the query"))
    }

    fn path_and_query(&self) -> Result<PathAndQuery, BuildError> {
        let mut text = String::with_capacity(self.meta.path().len() + self.query.len() + 32);
        for segment in self.meta.path().split('/').skip(1) {
            text.push('/');
            match argument_name(segment) {
                None => text.push_str(segment),
                Some(name) => {
                    let (_, value) =
                        self.arguments.iter().find(|(known, _)| *known == name).ok_or_else(|| {
                            BuildError::new(name, "is missing", "set it: the path needs it")
                        })?;
                    text.extend(utf8_percent_encode(value, PATH_ARGUMENT));
                }
            }
        }
        if !self.query.is_empty() {
            text.push('?');
            text.push_str(&self.query);
        }
        if text.len() > LONGEST_PATH {
            return Err(BuildError::new("path", "is over 8 KiB", "shorten the arguments and the query"));
        }
        PathAndQuery::try_from(text)
            .map_err(|_| BuildError::new("path", "makes no valid URI", "shorten the arguments and the query"))
    }
}

fn argument_name(segment: &'static str) -> Option<&'static str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn argument_names(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(argument_name)
}
