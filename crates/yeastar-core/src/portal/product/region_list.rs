//! `GET /product/openapi/instance/v1/region_list`

use alloc::format;
use alloc::string::String;

use http::Method;
use serde::Deserialize;

use super::check_pbx_url;
use crate::error::invalid::BuildError;
use crate::value::{List, PbxSubDomainId, RegionId, from_objects_only};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Lists the regions in which a cloud PBX can be created, with their domain suffixes.
///
/// Request: `GET /product/openapi/instance/v1/region_list`
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-region-list.html>
///
/// Documented: all fields.
///
/// Inferred: `result` is an array, although the page calls it an Object, and `pbxSubDomain` may be a
/// plain string, although the page calls it an array; [`List`] reads both.
#[doc(alias = "region_list")]
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ListRegions;

impl ListRegions {
    /// The request. It has no parameters.
    pub const fn new() -> Self {
        Self
    }
}

impl Endpoint for ListRegions {
    const META: Meta = Meta::new(
        "region_list",
        Method::GET,
        "/product/openapi/instance/v1/region_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-region-list.html",
    );

    type Output = List<Region>;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}

/// Where a cloud PBX can be created (`Region_Info`).
#[derive(Clone, Debug, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct Region {
    /// What an order takes as `regionId`.
    pub id: RegionId,
    /// Name of the region.
    pub name: Option<String>,
    /// The domain suffixes of the region (`region` on the wire).
    #[serde(rename = "region", default)]
    pub domains: List<PbxDomain>,
}

/// Domain suffixes of a region and their id (`Domain_Info`).
#[derive(Clone, Debug, Deserialize)]
#[serde(remote = "Self")]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PbxDomain {
    /// What an order takes as `pbxSubDomainId`.
    #[serde(rename = "pbxSubDomainId")]
    pub id: PbxSubDomainId,
    /// The suffixes, such as `example.yeastarcloud.com` (`pbxSubDomain` on the wire).
    #[serde(rename = "pbxSubDomain", default)]
    pub suffixes: List<String>,
}

from_objects_only!(Region, PbxDomain);

impl PbxDomain {
    /// The PBX URL of a prefix of your choice under the first suffix.
    ///
    /// # Errors
    ///
    /// When the portal named no suffix, or the two do not make a host name.
    pub fn pbx_url(&self, prefix: &str) -> Result<String, BuildError> {
        let suffix = self.suffixes.first().ok_or_else(|| {
            BuildError::new("pbxSubDomain", "is empty in the answer", "choose another domain of the region")
        })?;
        let url = format!("{prefix}.{}", suffix.trim_start_matches('.'));
        check_pbx_url(&url).map(|()| url)
    }

    /// Whether a PBX URL is a prefix under one of the suffixes.
    pub fn contains(&self, pbx_url: &str) -> bool {
        is_under(&self.suffixes, pbx_url)
    }
}

/// Whether a PBX URL is `prefix.suffix` for one of the suffixes. Host names know no case.
pub(crate) fn is_under(suffixes: &[String], pbx_url: &str) -> bool {
    let pbx_url = pbx_url.to_ascii_lowercase();
    suffixes.iter().any(|suffix| {
        let suffix = suffix.trim_start_matches('.').to_ascii_lowercase();
        pbx_url
            .strip_suffix(&suffix)
            .and_then(|rest| rest.strip_suffix('.'))
            .is_some_and(|prefix| !prefix.is_empty() && !suffix.is_empty())
    })
}
