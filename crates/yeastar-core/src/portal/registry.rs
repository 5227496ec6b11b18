//! All endpoints of this crate, for tables, tests and tools.

use crate::portal::{auth, order, pricing, product, user};
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::Meta;

/// What is known of each endpoint. Naming them here checks their path templates
/// when the crate is compiled.
pub const ENDPOINTS: &[Meta] = &[
    auth::TokenRequest::META,
    auth::TokenRefresh::META,
    user::AccountBalance::META,
    user::BillingContactList::META,
    user::SubordinateUserList::META,
    user::SubordinateUserGet::META,
    user::SaveUser::META,
    user::EditUser::META,
    user::ColleagueList::META,
    user::ColleagueCreate::META,
    user::ColleagueEdit::META,
    user::ColleagueDelete::META,
    user::UserPermissionList::META,
    user::CountryList::META,
    product::RegionList::META,
    product::PbxUrlExisted::META,
    product::ProductModel::META,
    product::InstanceProductList::META,
    product::ProductDetail::META,
    product::ActivationCode::META,
    product::WhiteLabelList::META,
    pricing::SubscriptionProductList::META,
    pricing::PurchaseProductInfo::META,
    pricing::TrialPlanInfo::META,
    pricing::PurchasePlanInfo::META,
    pricing::RenewPlanInfo::META,
    pricing::TrialAddOnInfo::META,
    pricing::PurchaseAddOnInfo::META,
    pricing::RenewAddOnInfo::META,
    pricing::MyPriceInfo::META,
    pricing::PricingCalculate::META,
    order::OrderSave::META,
    order::OrderPage::META,
    order::OrderGet::META,
];
