//! `POST /user/openapi/user/v1/colleagues`

use alloc::string::String;
use alloc::vec::Vec;

use http::Method;
use serde::{Serialize, Serializer};

use super::check::Check;
use crate::error::invalid::BuildError;
use crate::value::{Body, Extra, Json, PartnerId, YeastarId};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Creates a colleague of the account or of a subordinate user.
///
/// Request: `POST /user/openapi/user/v1/colleagues`
///
/// Either a first name or a last name is required. An answer without any body (as with HTTP 204) is an error after
/// which the colleague may exist: it is not the portal's envelope, and a gateway can have made it.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/create-a-colleague.html>
///
/// Documented: the fields of the body up to `isRmUser`, whose values are those of the page about
/// editing a colleague.
///
/// Not known: fields after it, the type of a permission id, the answer; so it is given as
/// [`Json`], and as `None` when there is none.
///
/// ```
/// use yeastar_core::user::CreateColleague;
/// use yeastar_core::{Endpoint, Origin};
///
/// let create = CreateColleague::new("first@example.com", ["1", "2"]).with_first_name("First");
/// let request = create.to_request(&Origin::default(), None)?;
/// assert_eq!(
///     request.body(),
///     r#"{"yeastarId":"first@example.com","resourceIds":["1","2"],"firstName":"First"}"#
/// );
/// # Ok::<(), yeastar_core::Error>(())
/// ```
#[doc(alias = "colleague_create")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreateColleague {
    /// E-mail address with which the colleague signs in.
    pub yeastar_id: YeastarId,
    /// Ids of permissions. Their type is not documented, so they are sent as they
    /// were passed: texts in quotes, numbers without.
    pub resource_ids: Vec<Json>,
    /// The subordinate user whose colleague it is; absent for your own.
    pub owner_id: Option<PartnerId>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Remark.
    pub remark: Option<String>,
    /// Whether the colleague gets the role of Remote Management (`isRmUser` on the
    /// wire, 0 or 1).
    pub rm_user: Option<bool>,
    /// Fields set by [`with_field`](Self::with_field).
    pub extra: Extra,
}

impl CreateColleague {
    /// A colleague with this e-mail address and permissions of the user permission
    /// list. A first name or a last name is still needed.
    pub fn new(
        yeastar_id: impl Into<YeastarId>,
        resource_ids: impl IntoIterator<Item = impl Into<Json>>,
    ) -> Self {
        Self {
            yeastar_id: yeastar_id.into(),
            resource_ids: resource_ids.into_iter().map(Into::into).collect(),
            owner_id: None,
            first_name: None,
            last_name: None,
            remark: None,
            rm_user: None,
            extra: Extra::default(),
        }
    }

    /// Sets the subordinate user whose colleague it is.
    pub fn with_owner_id(mut self, owner: impl Into<PartnerId>) -> Self {
        self.owner_id = Some(owner.into());
        self
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

    /// Sets whether the colleague gets the role of Remote Management.
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

impl Endpoint for CreateColleague {
    const META: Meta = Meta::new(
        "colleague_create",
        Method::POST,
        "/user/openapi/user/v1/colleagues",
        Auth::Bearer,
        Effect::Once,
        "it creates a colleague; what a repetition does is not documented",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/create-a-colleague.html",
    );

    type Output = Option<Json>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        let check = Check(&self.extra);
        check.e_mail("yeastarId", &self.yeastar_id)?;
        check.not_empty("resourceIds", &self.resource_ids, "pass ids of the user permission list")?;
        if let Some(owner) = &self.owner_id {
            check.not_blank("ownerId", owner.as_str(), "leave it out for a colleague of your own")?;
        }
        check.a_name(self.first_name.as_deref(), self.last_name.as_deref())?;
        out.json(self)
    }
}

impl Serialize for CreateColleague {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body::new(serializer, &self.extra)?;
        body.put("yeastarId", &self.yeastar_id)?;
        body.put("resourceIds", &self.resource_ids)?;
        body.put_some("ownerId", self.owner_id.as_ref())?;
        body.put_some("firstName", self.first_name.as_ref())?;
        body.put_some("lastName", self.last_name.as_ref())?;
        body.put_some("remark", self.remark.as_ref())?;
        body.put_some("isRmUser", self.rm_user.map(u8::from).as_ref())?;
        body.end()
    }
}
