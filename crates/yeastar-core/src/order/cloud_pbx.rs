//! Orders of a cloud PBX (P-Series Cloud Edition, product 13).

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::{BillingCycle, BillingModel, OperationType, Order, OrderLine, PurchaseType};
use crate::product::{PbxDomain, Region};
use crate::value::{BillingContactId, PbxSubDomainId, PlanId, ProductId, RegionId, ServiceId};

impl Order {
    /// Orders of a cloud PBX with this plan.
    pub fn cloud_pbx(plan: PlanId) -> CloudPbx {
        CloudPbx { plan }
    }
}

/// A plan of the cloud PBX, from which an order is made; see [`Order::cloud_pbx`].
#[derive(Clone, Copy, Debug)]
pub struct CloudPbx {
    plan: PlanId,
}

impl CloudPbx {
    /// Enterprise Plan, as the tutorial numbers it; newer pages let the ids be queried.
    pub const ENTERPRISE_PLAN: PlanId = PlanId::new(3_048_571_730_026_938_368);
    /// Ultimate Plan, as the tutorial numbers it.
    pub const ULTIMATE_PLAN: PlanId = PlanId::new(3_048_572_026_291_630_080);
    /// Extension Expansion, as the tutorial numbers it.
    pub const EXTENSION_EXPANSION: ServiceId = ServiceId::new(3_048_573_516_041_273_344);
    /// Recording Minutes, as the tutorial numbers it.
    pub const RECORDING_MINUTES: ServiceId = ServiceId::new(3_048_573_759_449_317_376);
    /// High Availability, as the tutorial numbers it.
    pub const HIGH_AVAILABILITY: ServiceId = ServiceId::new(3_048_573_935_752_720_384);

    /// The purchase of a new cloud PBX: 5 to 500 extensions, billed annually or monthly.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-p-series-cloud-edition-using-api.html>
    ///
    /// ```
    /// use yeastar_core::order::{BillingCycle, CloudPbx, Order, OrderSave, PbxSite};
    /// use yeastar_core::{BillingContactId, Endpoint, Origin, PbxSubDomainId, RegionId};
    ///
    /// let site = PbxSite::new(
    ///     "test",
    ///     RegionId::new(41),
    ///     PbxSubDomainId::new(20),
    ///     "docs.ptest6.yeastarcloud.com",
    /// );
    /// let contact = BillingContactId::new(3197218168379846218);
    /// let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
    ///     .purchase(100, BillingCycle::Annually, contact, site)
    ///     .with_service(CloudPbx::HIGH_AVAILABILITY);
    /// let request = OrderSave::new(order).to_request(&Origin::default(), None)?;
    /// assert!(request.body().starts_with(br#"{"operationType":"purchase_plan","productId":13,"#));
    /// # Ok::<(), yeastar_core::Error>(())
    /// ```
    pub fn purchase(
        self,
        extensions: u32,
        billing_cycle: BillingCycle,
        billing_contact: BillingContactId,
        site: PbxSite,
    ) -> Order {
        let plan = OrderLine::plan(self.plan, PurchaseType::Purchase)
            .with_quantity(extensions)
            .with_billing_model(BillingModel::Recurring)
            .with_billing_cycle(billing_cycle)
            .with_multi_cycle(0);
        Order::new(OperationType::PurchasePlan, ProductId::CLOUD_EDITION, Vec::from([plan]))
            .with_billing_contact(billing_contact)
            .with_pbx_site(site)
    }
}

/// Where a new cloud PBX is created and what it is called (`PCEorder_Request`).
///
/// The fields are those of the tutorial's example; the page's own table is not
/// known, so all four are required.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
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
    /// The suffixes that the URL may stand under, when they are known.
    #[serde(skip)]
    pub(super) suffixes: Option<Vec<String>>,
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
            suffixes: None,
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
        Self { suffixes: Some(suffixes), ..Self::new(pbx_name, region.id, domain.id, pbx_url) }
    }
}
