//! `DELETE /user/openapi/user/v1/colleagues`, with a JSON body

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use http::Method;
use serde::{Serialize, Serializer};

use super::check::Check;
use crate::error::invalid::BuildError;
use crate::value::{Body, ColleagueId, Extra, Json};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Deletes colleagues.
///
/// Request: `DELETE /user/openapi/user/v1/colleagues`, with a JSON body
///
/// The answer is the portal's own text about the result; none of its values is known, so whatever comes
/// is given as [`Json`], and as `None` when nothing does: the colleagues are deleted all the same. A
/// transport of your own has to send the body, although it is a DELETE.
///
/// A call is sent again when its answer is lost, and may then be refused because nobody is left to
/// delete. Such a refusal is [`MaybeExecuted`](crate::Delivery::MaybeExecuted): look at the list. So is an answer without
/// any body (as with HTTP 204): it is not the portal's envelope, and a gateway can have made it.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/delete-colleagues.html>
///
/// Documented: the body, an array of ids; the answer is a String.
///
/// Inferred: an id is written as a String.
///
/// Not known: what the answer says, also when only some of the colleagues could be deleted, and what
/// comes back for an id that is gone.
#[doc(alias = "colleague_delete")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeleteColleagues {
    /// The colleagues (`colleaguesIds` on the wire).
    pub colleague_ids: Vec<ColleagueId>,
    /// Fields set by [`with_field`](Self::with_field).
    pub extra: Extra,
}

impl DeleteColleagues {
    /// Deletes these colleagues.
    pub fn new(colleague_ids: impl IntoIterator<Item = impl Into<ColleagueId>>) -> Self {
        Self { colleague_ids: colleague_ids.into_iter().map(Into::into).collect(), extra: Extra::default() }
    }

    /// Sets a field of the body by its name on the wire: one that this version does
    /// not know, or one of the above in another form. It is sent as it is, takes the
    /// place of ours, and is not checked.
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.set(name.into(), value.into());
        self
    }
}

impl Endpoint for DeleteColleagues {
    const META: Meta = Meta::new(
        "colleague_delete",
        Method::DELETE,
        "/user/openapi/user/v1/colleagues",
        Auth::Bearer,
        Effect::Idempotent,
        "who is deleted stays deleted; a repetition deletes nobody else",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/delete-colleagues.html",
    );

    type Output = Option<Json>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        let check = Check(&self.extra);
        check.not_empty("colleaguesIds", &self.colleague_ids, "pass ids of the colleague list")?;
        for (index, id) in self.colleague_ids.iter().enumerate() {
            check
                .not_blank("colleaguesIds", id.as_str(), "pass ids of the colleague list")
                .map_err(|error| error.at_field(format!("colleaguesIds[{index}]")))?;
        }
        out.json(self)
    }
}

impl Serialize for DeleteColleagues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body::new(serializer, &self.extra)?;
        body.put("colleaguesIds", &self.colleague_ids)?;
        body.end()
    }
}
