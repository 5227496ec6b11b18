//! Looks for a text in JSON of which the fields are not known.

use alloc::string::String;

use serde_json::Deserializer;
use serde_json::value::RawValue;

/// How many strings of a JSON text, at any depth, are the wanted one. Names of fields do not count.
pub(super) fn count(json: &str, is_wanted: impl Fn(&str) -> bool) -> usize {
    let mut found = 0;
    let mut rest = json;
    // Outside of strings there are no quotes. What stands in between, and how deep, does not matter; nor does a
    // string that is no Unicode, which cannot be the wanted one and must not hide those after it.
    while let Some(start) = rest.find('"') {
        rest = &rest[start..];
        let mut strings = Deserializer::from_str(rest).into_iter::<&RawValue>();
        let Some(Ok(string)) = strings.next() else { break };
        rest = &rest[strings.byte_offset()..];
        let is_name = rest.trim_start().starts_with(':');
        let is_found = || serde_json::from_str(string.get()).is_ok_and(|text: String| is_wanted(text.trim()));
        found += usize::from(!is_name && is_found());
    }
    found
}
