//! Where a new cloud PBX is created.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::portal::product::{PbxDomain, Region};
use crate::value::{Body, Extra, Fields, Json, PbxSubDomainId, RegionId};

/// Where a new cloud PBX is created and what it is called (`PCEorder_Request`).
///
/// The fields are those of the tutorial's example; the page's own table is not
/// known, so all four are required.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PbxSite {
    /// Name by which the PBX is found in Yeastar Central Management.
    pub pbx_name: String,
    /// The region.
    pub region_id: RegionId,
    /// The domain suffix.
    pub pbx_sub_domain_id: PbxSubDomainId,
    /// Prefix and domain suffix, without scheme.
    pub pbx_url: String,
    /// Fields to send as they are; see [`Self::with_field`].
    pub extra: Extra,
    /// Where [`in_region`](Self::in_region) has looked.
    listed: Option<Listed>,
}

/// Suffixes, and of which region and domain they are.
#[derive(Clone, Debug)]
struct Listed {
    region_id: RegionId,
    pbx_sub_domain_id: PbxSubDomainId,
    suffixes: Vec<String>,
}

impl PbxSite {
    /// A site from bare ids. Whether URL and region fit each other is not checked;
    /// [`in_region`](Self::in_region) does.
    pub fn new(
        pbx_name: impl Into<String>,
        region_id: RegionId,
        pbx_sub_domain_id: PbxSubDomainId,
        pbx_url: impl Into<String>,
    ) -> Self {
        Self {
            pbx_name: pbx_name.into(),
            region_id,
            pbx_sub_domain_id,
            pbx_url: pbx_url.into(),
            extra: Extra::default(),
            listed: None,
        }
    }

    /// A site in a region of the region list. That the URL stands under a suffix of
    /// the domain, and the domain in the region, is checked before the order is sent.
    pub fn in_region(
        pbx_name: impl Into<String>,
        region: &Region,
        domain: &PbxDomain,
        pbx_url: impl Into<String>,
    ) -> Self {
        let in_region = region.domains.iter().any(|known| known.id == domain.id);
        let suffixes = if in_region { domain.suffixes.to_vec() } else { Vec::new() };
        let listed = Listed { region_id: region.id, pbx_sub_domain_id: domain.id, suffixes };
        Self { listed: Some(listed), ..Self::new(pbx_name, region.id, domain.id, pbx_url) }
    }

    /// The suffixes that the URL may stand under, as far as they are known.
    pub(super) fn suffixes(&self) -> Option<&[String]> {
        let is_here = |listed: &&Listed| {
            (listed.region_id, listed.pbx_sub_domain_id) == (self.region_id, self.pbx_sub_domain_id)
        };
        self.listed.as_ref().filter(is_here).map(|listed| listed.suffixes.as_slice())
    }

    /// Sends a field as it is: one that this version does not know, or another form
    /// of one that it knows, whose place it takes. Nothing checks it.
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.set(name.into(), value.into());
        self
    }
}

impl Serialize for PbxSite {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body::new(serializer, &self.extra)?;
        body.put("pbxName", &self.pbx_name)?;
        body.put("regionId", &self.region_id)?;
        body.put("pbxSubDomainId", &self.pbx_sub_domain_id)?;
        body.put("pbxUrl", &self.pbx_url)?;
        body.end()
    }
}

impl<'de> Deserialize<'de> for PbxSite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::deserialize(deserializer)?;
        Ok(Self {
            pbx_name: fields.take("pbxName")?,
            region_id: fields.take("regionId")?,
            pbx_sub_domain_id: fields.take("pbxSubDomainId")?,
            pbx_url: fields.take("pbxUrl")?,
            extra: fields.into_extra(),
            listed: None,
        })
    }
}
