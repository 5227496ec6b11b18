//! JSON whose fields nobody has documented.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use yeastar_blocking::Json;

/// JSON of any shape, in which a number keeps every digit.
pub enum Tree {
    /// Text, number, truth value or null; also what is nested too deep.
    Leaf(Json),
    List(Vec<Self>),
    Object(BTreeMap<String, Self>),
}

/// Deeper than any answer, and nothing that could exhaust the stack.
const DEPTH: u8 = 16;

impl Tree {
    /// What this text says.
    pub fn of(json: &Json) -> Self {
        Self::within(DEPTH, json)
    }

    fn within(depth: u8, json: &Json) -> Self {
        let Some(depth) = depth.checked_sub(1) else {
            return Self::Leaf(json.clone());
        };
        if let Ok(elements) = json.parse::<Vec<Json>>() {
            Self::List(elements.iter().map(|element| Self::within(depth, element)).collect())
        } else if let Ok(fields) = json.parse::<BTreeMap<String, Json>>() {
            let within = |(name, value)| (name, Self::within(depth, &value));
            Self::Object(fields.into_iter().map(within).collect())
        } else {
            Self::Leaf(json.clone())
        }
    }

    /// A leaf's text or digits; of anything else, only that it is there.
    pub fn text(&self) -> String {
        match self {
            Self::Leaf(leaf) => leaf.parse().unwrap_or_else(|_| leaf.as_str().into()),
            Self::List(_) => "[...]".into(),
            Self::Object(_) => "{...}".into(),
        }
    }

    /// The fields of an object.
    pub fn fields(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// All objects in it, outer ones first.
    pub fn objects(&self) -> Vec<&BTreeMap<String, Self>> {
        match self {
            Self::Leaf(_) => Vec::new(),
            Self::List(elements) => elements.iter().flat_map(Self::objects).collect(),
            Self::Object(fields) => {
                let inner = fields.values().flat_map(Self::objects);
                [fields].into_iter().chain(inner).collect()
            }
        }
    }
}

/// Numbers as text: a number would lose digits in many a reader.
impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Leaf(leaf) => match leaf.as_str() {
                "null" => serializer.serialize_unit(),
                "true" => serializer.serialize_bool(true),
                "false" => serializer.serialize_bool(false),
                _ => serializer.serialize_str(&self.text()),
            },
            Self::List(elements) => elements.serialize(serializer),
            Self::Object(fields) => fields.serialize(serializer),
        }
    }
}
