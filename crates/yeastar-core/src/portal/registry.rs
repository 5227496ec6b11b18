//! All endpoints of this crate, for tables, tests and tools.

use crate::portal::{auth, order, pricing, product, user};
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::Meta;

/// What is known of each endpoint. Naming them here checks their path templates
/// when the crate is compiled.
pub const ENDPOINTS: &[Meta] = &[
    auth::RequestAccessToken::META,
    auth::RefreshAccessToken::META,
    user::GetAccountBalance::META,
    user::ListBillingContacts::META,
    user::ListCustomers::META,
    user::GetCustomer::META,
    user::CreateCustomer::META,
    user::EditCustomer::META,
    user::ListColleagues::META,
    user::CreateColleague::META,
    user::EditColleague::META,
    user::DeleteColleagues::META,
    user::ListPermissions::META,
    user::ListCountries::META,
    product::ListRegions::META,
    product::CheckPbxUrl::META,
    product::GetProductModel::META,
    product::ListProducts::META,
    product::GetProduct::META,
    product::GetActivationCode::META,
    product::ListWhiteLabels::META,
    pricing::ListSubscriptionProducts::META,
    pricing::GetPurchaseProductInfo::META,
    pricing::GetTrialPlanInfo::META,
    pricing::GetPurchasePlanInfo::META,
    pricing::GetRenewPlanInfo::META,
    pricing::GetTrialAddOnInfo::META,
    pricing::GetPurchaseAddOnInfo::META,
    pricing::GetRenewAddOnInfo::META,
    pricing::GetMyPriceInfo::META,
    pricing::CalculatePrice::META,
    order::CreateOrder::META,
    order::ListOrders::META,
    order::GetOrder::META,
];
