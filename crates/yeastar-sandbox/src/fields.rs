//! Query parameters and form fields: each known, each once, none missing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::envelope::Refusal;

/// A parameter that an endpoint takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    name: &'static str,
    required: bool,
}

impl Parameter {
    pub(crate) const fn required(name: &'static str) -> Self {
        Self { name, required: true }
    }

    pub(crate) const fn optional(name: &'static str) -> Self {
        Self { name, required: false }
    }
}

/// The values that came, by name. One that is there is not empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    pub(crate) fn read(encoded: &[u8], known: &[Parameter]) -> Result<Self, Refusal> {
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(encoded) {
            let Some(parameter) = known.iter().find(|parameter| parameter.name == name) else {
                return Err(Refusal::field(&name, "unknown", "is not a parameter of this endpoint"));
            };
            if value.is_empty() {
                return Err(Refusal::field(&name, "required", "is empty"));
            }
            if fields.0.insert(parameter.name, value.into_owned()).is_some() {
                return Err(Refusal::field(&name, "unique", "occurs twice"));
            }
        }
        match known.iter().find(|parameter| parameter.required && !fields.0.contains_key(parameter.name)) {
            Some(missing) => Err(Refusal::field(missing.name, "required", "is missing")),
            None => Ok(fields),
        }
    }

    pub(crate) fn insert(&mut self, name: &'static str, value: String) {
        self.0.insert(name, value);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The value, empty when it is absent: for parameters that are required.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// The first value of a form field, before anything of the form is checked.
pub(crate) fn peek<'a>(encoded: &'a [u8], name: &str) -> Option<Cow<'a, str>> {
    form_urlencoded::parse(encoded).find(|(key, _)| key == name).map(|(_, value)| value)
}
