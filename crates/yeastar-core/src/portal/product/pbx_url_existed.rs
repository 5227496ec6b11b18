//! `GET /product/openapi/instance/v1/paug_pbx_url_existed?pbxUrl={pbxUrl}`

use alloc::string::String;

use http::Method;

use super::check_pbx_url;
use crate::error::invalid::BuildError;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks whether the URL of a cloud PBX is taken.
///
/// Request: `GET /product/openapi/instance/v1/paug_pbx_url_existed?pbxUrl={pbxUrl}`
///
/// The answer `true` means taken, `false` free.
///
/// Page:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/check-the-existence-of-pbx-url-for-p-series-cloud-edition.html>
///
/// Documented: everything.
///
/// Not known: whether a URL counts as taken while the order for it is pending.
#[doc(alias = "pbx_url_existed")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckPbxUrl {
    /// Prefix and domain suffix, without scheme.
    pub pbx_url: String,
}

impl CheckPbxUrl {
    /// Asks about this URL, such as `docs.example.yeastarcloud.com`.
    pub fn new(pbx_url: impl Into<String>) -> Self {
        Self { pbx_url: pbx_url.into() }
    }
}

impl Endpoint for CheckPbxUrl {
    const META: Meta = Meta::new(
        "pbx_url_existed",
        Method::GET,
        "/product/openapi/instance/v1/paug_pbx_url_existed",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/check-the-existence-of-pbx-url-for-p-series-cloud-edition.html",
    );

    type Output = bool;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        check_pbx_url(&self.pbx_url)?;
        out.query("pbxUrl", &self.pbx_url)
    }
}
