//! Module `order` of the portal: orders.

mod add_on;
mod appliance_plan;
mod cloud_pbx;
mod line;
mod linkus_cloud_service;
mod order_get;
mod order_page;
mod order_save;
mod pbx_site;
mod recipe;
mod remote_management;
mod remote_management_premium;
mod rule;
mod software_pbx;
mod turnkey_package;

pub use add_on::{CustomDomainName, PceWhiteLabel, PseWhiteLabel, YcmWhiteLabel};
pub use appliance_plan::{AppliancePlan, BillingInterval, HotelPmsIntegration};
pub use cloud_pbx::CloudPbx;
pub use line::{BillingCycle, BillingModel, OrderLine, PurchaseType, ServiceType};
pub use linkus_cloud_service::LinkusCloudService;
pub use order_get::{BasicInfo, OrderDetails, OrderGet};
pub use order_page::{OrderInfo, OrderPage, OrderStatus};
pub use order_save::{OperationType, Order, OrderPlaced, OrderSave};
pub use pbx_site::PbxSite;
pub use remote_management::RemoteManagement;
pub use remote_management_premium::RemoteManagementPremium;
pub use rule::Rule;
pub use software_pbx::SoftwarePbx;
pub use turnkey_package::TurnkeyPackage;
