//! `GET /product/openapi/instance/v1/list/white_label?partnerId={partnerId}`

use alloc::string::String;

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{List, PartnerId, WhiteLabelId, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Lists the white label templates for software PBXs, your own unless a subordinate user is named.
///
/// Request: `GET /product/openapi/instance/v1/list/white_label?partnerId={partnerId}`
///
/// They are made in Yeastar Central Management.
///
/// Page:
/// <https://help.yeastar.com/en/pp-ptr-pt/developer-guide/query-software-pbx-white-label-templates.html>,
/// of a sibling of the guide that the other endpoints come from (`pp-ptr-pt`, not `pp-ptr`).
///
/// Documented: the request and both fields. The table calls `result` an Object, but the page's example
/// shows an array; [`List`] reads both. It also calls `partnerId` an Integer, which other pages call a
/// String: the query is the same.
///
/// Inferred: without it the templates are your own.
///
/// Not known: which field of an order takes a template.
#[doc(alias = "white_label_list")]
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListWhiteLabels {
    /// The subordinate user whose templates are listed.
    pub partner_id: Option<PartnerId>,
}

impl ListWhiteLabels {
    /// Your own templates.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for the templates of this subordinate user.
    pub fn with_partner_id(mut self, user: impl Into<PartnerId>) -> Self {
        self.partner_id = Some(user.into());
        self
    }
}

impl Endpoint for ListWhiteLabels {
    const META: Meta = Meta::new(
        "white_label_list",
        Method::GET,
        "/product/openapi/instance/v1/list/white_label",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr-pt/developer-guide/query-software-pbx-white-label-templates.html",
    );

    type Output = List<WhiteLabel>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        if let Some(partner_id) = &self.partner_id {
            out.query("partnerId", partner_id)?;
        }
        Ok(())
    }
}

partial! {
    /// A white label template (`WL_Info`).
    pub struct WhiteLabel {
        /// Id of the template.
        pub id: WhiteLabelId = "whiteLabelId",
        /// Name of the template.
        pub name: Option<String> = "whiteLabelName",
    }
}
