//! Module `pricing` of the portal: what can be bought, and for how much.

mod info;
mod my_price_info;
mod price_line;
mod pricing_calculate;
mod purchase_add_on_info;
mod purchase_plan_info;
mod purchase_product_info;
mod renew_add_on_info;
mod renew_plan_info;
mod subscription_product_list;
mod trial_add_on_info;
mod trial_plan_info;

use info::encode_info;
pub use my_price_info::{GetMyPriceInfo, PriceInfo};
pub use price_line::PriceLine;
pub use pricing_calculate::CalculatePrice;
pub use purchase_add_on_info::GetPurchaseAddOnInfo;
pub use purchase_plan_info::GetPurchasePlanInfo;
pub use purchase_product_info::{GetPurchaseProductInfo, ProductOffering};
pub use renew_add_on_info::GetRenewAddOnInfo;
pub use renew_plan_info::GetRenewPlanInfo;
pub use subscription_product_list::{ListSubscriptionProducts, SubscriptionProduct};
pub use trial_add_on_info::GetTrialAddOnInfo;
pub use trial_plan_info::GetTrialPlanInfo;
