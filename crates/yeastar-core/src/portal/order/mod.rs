//! Module `order` of the portal: orders.
//!
//! An order begins with its product and the plan or service that it is about, goes on with
//! what is done, and is sent by [`CreateOrder`]:
//!
//! ```
//! use yeastar_core::order::{BillingCycle, CloudPbx, Order};
//! use yeastar_core::BillingContactId;
//!
//! let contact = BillingContactId::new(3197218168379846218);
//! let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
//!     .renew("3658B431119665QJ", 100, BillingCycle::Annually, contact)
//!     .with_service(CloudPbx::HIGH_AVAILABILITY)
//!     .with_po_number("PO-4711");
//! order.check()?;
//! # Ok::<(), yeastar_core::BuildError>(())
//! ```
//!
//! There is a constructor for each order tutorial of the vendor that is known:
//!
//! | product | orders |
//! |---|---|
//! | 9 [Linkus Cloud Service](Order::linkus_cloud_service) | [`purchase`](LinkusCloudService::purchase), [`switch_plan`](LinkusCloudService::switch_plan) |
//! | 11 [plan for the Appliance Edition](Order::appliance_plan) | [`purchase`](AppliancePlan::purchase), [`switch_plan`](AppliancePlan::switch_plan), [`renew`](AppliancePlan::renew) |
//! | 11 [Hotel PMS Integration](Order::hotel_pms_integration) | [`purchase`](HotelPmsIntegration::purchase) |
//! | 12 [software PBX](Order::software_pbx) | [`trial`](SoftwarePbx::trial), [`purchase`](SoftwarePbx::purchase), [`expand`](SoftwarePbx::expand), [`add_service`](SoftwarePbx::add_service), [`switch_plan`](SoftwarePbx::switch_plan), [`renew`](SoftwarePbx::renew) |
//! | 13 [cloud PBX](Order::cloud_pbx) | [`purchase`](CloudPbx::purchase), [`expand`](CloudPbx::expand), [`add_service`](CloudPbx::add_service), [`switch_plan`](CloudPbx::switch_plan), [`renew`](CloudPbx::renew) |
//! | 14 [Turnkey package](Order::turnkey_package) | [`trial`](TurnkeyPackage::trial), [`purchase`](TurnkeyPackage::purchase), [`expand`](TurnkeyPackage::expand), [`renew`](TurnkeyPackage::renew) |
//! | 15 [Remote Management](Order::remote_management) | [`trial`](RemoteManagement::trial), [`purchase`](RemoteManagement::purchase), [`expand`](RemoteManagement::expand), [`renew`](RemoteManagement::renew) |
//! | 20, 21 [Remote Management Premium](Order::remote_management_premium) | [`trial`](RemoteManagementPremium::trial), [`purchase`](RemoteManagementPremium::purchase), [`expand`](RemoteManagementPremium::expand), [`renew`](RemoteManagementPremium::renew) |
//! | 19 [custom domain name](Order::custom_domain_name) | [`purchase`](CustomDomainName::purchase), [`renew`](CustomDomainName::renew) |
//! | 19 [PCE White Label](Order::pce_white_label) | [`purchase`](PceWhiteLabel::purchase) |
//! | 19 [YCM White Label](Order::ycm_white_label) | [`renew`](YcmWhiteLabel::renew) |
//! | 19 [PSE White Label](Order::pse_white_label) | [`trial`](PseWhiteLabel::trial), [`purchase`](PseWhiteLabel::purchase), [`renew`](PseWhiteLabel::renew) |
//!
//! Of many tutorials only a part is known. What a constructor writes and no page says is called
//! *inferred* in its documentation; what nobody knows is an argument. Before an order is sent it is held
//! against what the tutorial says ([`Order::check`]); a check that stands in the way is switched off by
//! [`Order::relax`], and [`Order::with_field`] sends any field as it is. Any other order is put together by
//! [`Order::new`].

mod kinds;
mod line;
#[expect(clippy::module_inception, reason = "the body of an order is the heart of this module")]
mod order;
mod order_get;
mod order_page;
mod order_save;
mod pbx_site;
mod rules;
mod tutorial;

pub use kinds::{BillingCycle, BillingModel, MultiCycle, OperationType, PurchaseType, ServiceType};
pub use line::OrderLine;
pub use order::Order;
pub use order_get::{BasicInfo, GetOrder, OrderDetails};
pub use order_page::{ListOrders, OrderInfo, OrderStatus};
pub use order_save::{CreateOrder, OrderPlaced};
pub use pbx_site::PbxSite;
pub use rules::rule::Rule;
pub use tutorial::{
    AppliancePlan, BillingInterval, CloudPbx, CustomDomainName, HotelPmsIntegration, LinkusCloudService,
    PceWhiteLabel, PseWhiteLabel, RemoteManagement, RemoteManagementPremium, SoftwarePbx, TurnkeyPackage,
    YcmWhiteLabel,
};
