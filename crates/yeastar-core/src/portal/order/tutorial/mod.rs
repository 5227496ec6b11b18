//! Orders by the vendor's tutorials: a file per product.

mod add_on;
mod appliance_plan;
mod cloud_pbx;
mod linkus_cloud_service;
pub(super) mod recipe;
mod remote_management;
mod remote_management_premium;
mod software_pbx;
mod turnkey_package;

pub use add_on::{CustomDomainName, PceWhiteLabel, PseWhiteLabel, YcmWhiteLabel};
pub use appliance_plan::{AppliancePlan, BillingInterval, HotelPmsIntegration};
pub use cloud_pbx::CloudPbx;
pub use linkus_cloud_service::LinkusCloudService;
pub use remote_management::RemoteManagement;
pub use remote_management_premium::RemoteManagementPremium;
pub use software_pbx::SoftwarePbx;
pub use turnkey_package::TurnkeyPackage;

use self::recipe::Recipe;
use super::order::Order;

const ALL: [&[&Recipe]; 8] = [
    cloud_pbx::RECIPES,
    software_pbx::RECIPES,
    turnkey_package::RECIPES,
    linkus_cloud_service::RECIPES,
    appliance_plan::RECIPES,
    remote_management::RECIPES,
    remote_management_premium::RECIPES,
    add_on::RECIPES,
];

/// The tables of the order's product and operation: what an order is held against that no constructor has made.
pub(super) fn all_of(order: &Order) -> impl Iterator<Item = &'static Recipe> {
    ALL.into_iter().flatten().copied().filter(|recipe| recipe.fits(order.product_id, &order.operation_type))
}
