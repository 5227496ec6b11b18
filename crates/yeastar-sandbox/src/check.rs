//! What a JSON body must look like: the sandbox's own tables, which share nothing
//! with the checks of the client library.
//!
//! Inferred: that superfluous fields and values of another JSON type are refused.

use serde_json::{Map, Value};

use crate::envelope::Refusal;

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    /// A number of 64 bits, without a fraction.
    Integer,
    IntegerOf(&'static [u64]),
    Range(u64, u64),
    /// A string that is not blank.
    Text,
    /// A string, blank or not.
    AnyText,
    TextOf(&'static [&'static str]),
    /// A string with an at sign.
    Email,
    Flag,
    List,
    Object,
    /// It depends on the value of another field, which is checked before.
    ConfirmedBy(&'static str, &'static [(&'static str, Rule)]),
}

/// Whether a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Must,
    May,
    Never,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) need: Need,
    pub(crate) rule: Rule,
}

pub(crate) const fn must(name: &'static str, rule: Rule) -> Field {
    Field { name, need: Need::Must, rule }
}

pub(crate) const fn may(name: &'static str, rule: Rule) -> Field {
    Field { name, need: Need::May, rule }
}

/// Checks that a value is an object with these fields and no others. The path
/// stands before the names of the fields: empty for a whole body.
pub(crate) fn check_fields<'a>(
    path: &str,
    value: &'a Value,
    tables: &[&[Field]],
) -> Result<&'a Map<String, Value>, Refusal> {
    let object = check_object(path, value)?;
    let mut names = object.keys();
    let is_known = |name: &str| tables.iter().copied().flatten().any(|field| field.name == name);
    if let Some(name) = names.find(|name| !is_known(name)) {
        return Err(superfluous(&join(path, name)));
    }
    tables.iter().copied().flatten().try_for_each(|field| check_field(path, object, field))?;
    Ok(object)
}

/// Checks that a value is an object.
pub(crate) fn check_object<'a>(path: &str, value: &'a Value) -> Result<&'a Map<String, Value>, Refusal> {
    let name = if path.is_empty() { "body" } else { path };
    value.as_object().ok_or_else(|| Refusal::field(name, "type", "is not a JSON object"))
}

/// Checks one field of an object.
pub(crate) fn check_field(path: &str, object: &Map<String, Value>, field: &Field) -> Result<(), Refusal> {
    let name = join(path, field.name);
    match object.get(field.name) {
        Some(_) if field.need == Need::Never => Err(superfluous(&name)),
        Some(value) => field.rule.check(&name, value, object),
        None if field.need == Need::Must => Err(Refusal::field(&name, "required", "is missing")),
        None => Ok(()),
    }
}

/// The name of a field with its place in the body.
pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The value of a field that is a string.
pub(crate) fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

/// The value of a field that is a whole number.
pub(crate) fn integer(object: &Map<String, Value>, name: &str) -> Option<u64> {
    object.get(name).and_then(Value::as_u64)
}

fn superfluous(name: &str) -> Refusal {
    Refusal::field(name, "unknown", "does not belong here")
}

impl Rule {
    /// A number of things that are counted.
    pub(crate) const SOME: Self = Self::Range(1, u32::MAX as u64);

    fn check(&self, name: &str, value: &Value, object: &Map<String, Value>) -> Result<(), Refusal> {
        let typed = |is_typed: bool, kind: &str| {
            let refusal = || Refusal::field(name, "type", format_args!("is not {kind}"));
            if is_typed { Ok(()) } else { Err(refusal()) }
        };
        match self {
            Self::List => return typed(value.is_array(), "an array"),
            Self::Object => return typed(value.is_object(), "a JSON object"),
            Self::Flag => return typed(value.is_boolean(), "true or false"),
            Self::Integer | Self::IntegerOf(_) | Self::Range(..) => {
                typed(value.is_u64(), "a whole number of 64 bits, without quotes")?;
            }
            Self::Text | Self::AnyText | Self::TextOf(_) | Self::Email => {
                typed(value.is_string(), "a string")?;
            }
            Self::ConfirmedBy(other, rules) => {
                let other = text(object, other);
                let rule = rules.iter().find(|(value, _)| Some(*value) == other);
                return rule.map_or(Ok(()), |(_, rule)| rule.check(name, value, object));
            }
        }
        let integer = value.as_u64().unwrap_or_default();
        let text = value.as_str().unwrap_or_default();
        match self {
            Self::IntegerOf(known) if !known.contains(&integer) => {
                Err(Refusal::field(name, "oneof", format_args!("is not one of: {known:?}")))
            }
            Self::Range(min, max) if !(*min..=*max).contains(&integer) => {
                Err(Refusal::field(name, "range", format_args!("is not in the range {min} to {max}")))
            }
            Self::Text if text.trim().is_empty() => Err(Refusal::field(name, "required", "is blank")),
            Self::Email if !text.contains('@') => Err(Refusal::field(name, "email", "is no e-mail address")),
            Self::TextOf(known) if !known.contains(&text) => {
                Err(Refusal::field(name, "oneof", format_args!("is not one of: {}", known.join(", "))))
            }
            _ => Ok(()),
        }
    }
}
