//! A value that must not be sent.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::{self, Display};

use crate::value::single_line::SingleLine;

/// A value that must not be sent: which field, what is wrong with it, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    field: Cow<'static, str>,
    problem: Cow<'static, str>,
    remedy: Cow<'static, str>,
}

impl BuildError {
    /// Names the field (as on the wire), the value's problem and the remedy.
    pub fn new(
        field: impl Into<Cow<'static, str>>,
        problem: impl Into<Cow<'static, str>>,
        remedy: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { field: field.into(), problem: problem.into(), remedy: remedy.into() }
    }

    pub(crate) fn at_field(mut self, field: String) -> Self {
        self.field = field.into();
        self
    }

    /// Adds another way out to the remedy.
    pub(crate) fn or_remedy(mut self, alternative: &str) -> Self {
        self.remedy = alloc::format!("{}, or {alternative}", self.remedy).into();
        self
    }

    /// The field, by its name on the wire.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong with its value.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to do about it.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (field, problem, remedy) =
            (SingleLine(&self.field), SingleLine(&self.problem), SingleLine(&self.remedy));
        write!(f, "`{field}` {problem}: {remedy}")
    }
}

impl core::error::Error for BuildError {}

/// Checks a text of the caller, where one is set: it is not blank and fits one line.
pub(crate) fn check_text(field: &'static str, text: Option<&str>) -> Result<(), BuildError> {
    if text.is_none_or(|text| !text.trim().is_empty() && !text.contains(char::is_control)) {
        return Ok(());
    }
    Err(BuildError::new(
        field,
        "is blank or has control characters",
        "pass one, or leave it out where it is optional",
    ))
}
