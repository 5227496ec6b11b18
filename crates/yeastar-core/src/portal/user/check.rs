//! What the requests of this module must not hold.

use crate::error::invalid::BuildError;
use crate::value::{Extra, YeastarId};

/// The checks of a request to which fields can be added. One that the caller added
/// takes the place of ours, so ours is not checked.
pub(super) struct Check<'a>(pub(super) &'a Extra);

impl Check<'_> {
    pub(super) fn not_blank(
        &self,
        field: &'static str,
        text: &str,
        remedy: &'static str,
    ) -> Result<(), BuildError> {
        if !self.0.replaces(field) && text.trim().is_empty() {
            return Err(BuildError::new(field, "is blank", remedy));
        }
        Ok(())
    }

    /// Only what no e-mail address has is refused: the portal knows better.
    pub(super) fn e_mail(&self, field: &'static str, id: &YeastarId) -> Result<(), BuildError> {
        if self.0.replaces(field) || is_e_mail(id.as_str()) {
            return Ok(());
        }
        Err(BuildError::new(field, "is no e-mail address", "pass one, like name@example.com"))
    }

    pub(super) fn not_empty<T>(
        &self,
        field: &'static str,
        list: &[T],
        remedy: &'static str,
    ) -> Result<(), BuildError> {
        if !self.0.replaces(field) && list.is_empty() {
            return Err(BuildError::new(field, "is empty", remedy));
        }
        Ok(())
    }

    pub(super) fn a_name(&self, first: Option<&str>, last: Option<&str>) -> Result<(), BuildError> {
        let is_set = |field, name: Option<&str>| {
            self.0.replaces(field) || name.is_some_and(|name| !name.trim().is_empty())
        };
        if is_set("firstName", first) || is_set("lastName", last) {
            return Ok(());
        }
        Err(BuildError::new(
            "firstName",
            "and `lastName` are both missing or blank",
            "the portal requires either of them",
        ))
    }
}

fn is_e_mail(text: &str) -> bool {
    let is_no_part = |part: &str| {
        part.is_empty() || part.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control())
    };
    text.split_once('@').is_some_and(|(name, host)| !is_no_part(name) && !is_no_part(host))
}
