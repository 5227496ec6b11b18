//! `PUT /user/openapi/user/v1/colleagues/{colleaguesId}`

use alloc::string::String;
use alloc::vec::Vec;

use http::Method;
use serde::{Serialize, Serializer};

use super::check::Check;
use crate::error::invalid::BuildError;
use crate::value::{Body, ColleagueId, Extra, Json, Secret, open_enum};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Changes a colleague.
///
/// Request: `PUT /user/openapi/user/v1/colleagues/{colleaguesId}`
///
/// Permissions and either a first name or a last name are required, also when they stay as they are.
///
/// A password is in the body of the HTTP request as it is. The `Debug` of this type does not show it,
/// nor does an error of a call. Whoever reads an answer without a call ([`Endpoint::read_response`])
/// gets the portal's words as they are.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/edit-a-colleague.html>
///
/// Documented: path argument and body.
///
/// Inferred: a header `Content-Type` is wanted, although the page does not list one: there is a JSON
/// body.
///
/// Not known: the type of a permission id, whether an optional field that is absent stays as it is, the
/// answer; so it is given as [`Json`], and as `None` when there is none.
#[doc(alias = "colleague_edit")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EditColleague {
    /// The colleague (`colleaguesId` on the wire).
    pub colleague_id: ColleagueId,
    /// Ids of permissions. Their type is not documented, so they are sent as they
    /// were passed: texts in quotes, numbers without.
    pub resource_ids: Vec<Json>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Remark.
    pub remark: Option<String>,
    /// Status.
    pub user_status: Option<UserStatus>,
    /// Password.
    pub password: Option<Secret>,
    /// Whether the colleague has the role of Remote Management, and so may manage the
    /// account's PBXs in Yeastar Central Management (`isRmUser` on the wire, 0 or 1).
    pub rm_user: Option<bool>,
    /// Fields set by [`with_field`](Self::with_field).
    pub extra: Extra,
}

impl EditColleague {
    /// Gives this colleague these permissions of the user permission list. A first
    /// name or a last name is still needed.
    pub fn new(
        colleague_id: impl Into<ColleagueId>,
        resource_ids: impl IntoIterator<Item = impl Into<Json>>,
    ) -> Self {
        Self {
            colleague_id: colleague_id.into(),
            resource_ids: resource_ids.into_iter().map(Into::into).collect(),
            first_name: None,
            last_name: None,
            remark: None,
            user_status: None,
            password: None,
            rm_user: None,
            extra: Extra::default(),
        }
    }

    /// Sets the first name.
    pub fn with_first_name(mut self, first_name: impl Into<String>) -> Self {
        self.first_name = Some(first_name.into());
        self
    }

    /// Sets the last name.
    pub fn with_last_name(mut self, last_name: impl Into<String>) -> Self {
        self.last_name = Some(last_name.into());
        self
    }

    /// Sets the remark.
    pub fn with_remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = Some(remark.into());
        self
    }

    /// Sets the status.
    pub fn with_user_status(mut self, user_status: UserStatus) -> Self {
        self.user_status = Some(user_status);
        self
    }

    /// Sets the password.
    pub fn with_password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Sets whether the colleague has the role of Remote Management.
    pub fn with_rm_user(mut self, rm_user: bool) -> Self {
        self.rm_user = Some(rm_user);
        self
    }

    /// Sets a field of the body by its name on the wire: one that this version does
    /// not know, or one of the above in another form. It is sent as it is, takes the
    /// place of ours, and is not checked. `Debug` shows it, so it is no place for a password.
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.set(name.into(), value.into());
        self
    }
}

impl Endpoint for EditColleague {
    const META: Meta = Meta::new(
        "colleague_edit",
        Method::PUT,
        "/user/openapi/user/v1/colleagues/{colleaguesId}",
        Auth::Bearer,
        Effect::Idempotent,
        "it sets the same fields of the same colleague to the same values again",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/edit-a-colleague.html",
    );

    type Output = Option<Json>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.argument("colleaguesId", &self.colleague_id)?;
        let check = Check(&self.extra);
        check.not_empty("resourceIds", &self.resource_ids, "pass ids of the user permission list")?;
        check.a_name(self.first_name.as_deref(), self.last_name.as_deref())?;
        if let Some(password) = &self.password {
            check.not_blank("password", password.expose(), "leave it out unless there is a new one")?;
        }
        out.json(&Fields(self))
    }
}

/// The body. The request itself has no `Serialize`: it would give the password away.
struct Fields<'a>(&'a EditColleague);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(edit) = self;
        let mut body = Body::new(serializer, &edit.extra)?;
        body.put("resourceIds", &edit.resource_ids)?;
        body.put_some("firstName", edit.first_name.as_ref())?;
        body.put_some("lastName", edit.last_name.as_ref())?;
        body.put_some("remark", edit.remark.as_ref())?;
        body.put_some("userStatus", edit.user_status.as_ref())?;
        body.put_some("password", edit.password.as_ref().map(Secret::expose).as_ref())?;
        body.put_some("isRmUser", edit.rm_user.map(u8::from).as_ref())?;
        body.end()
    }
}

open_enum! {
    /// Status of a colleague.
    pub enum UserStatus {
        /// Not active (`UnActive` on the wire).
        Inactive = "UnActive",
        /// Frozen.
        Frozen = "Frozen",
    }
}
