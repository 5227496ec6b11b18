//! Every endpoint of the client library that takes a token, called against the sandbox and read.

#[path = "support/desk.rs"]
mod desk;

use std::fmt::Debug;

use desk::Desk;
use yeastar_core::order::{
    BillingCycle, CloudPbx, CreateOrder, GetOrder, ListOrders, OperationType, Order, PbxSite,
};
use yeastar_core::pricing::{
    CalculatePrice, GetMyPriceInfo, GetPurchaseAddOnInfo, GetPurchasePlanInfo, GetPurchaseProductInfo,
    GetRenewAddOnInfo, GetRenewPlanInfo, GetTrialAddOnInfo, GetTrialPlanInfo, ListSubscriptionProducts,
    PriceLine,
};
use yeastar_core::product::{
    CheckPbxUrl, GetActivationCode, GetProduct, GetProductModel, ListProducts, ListRegions, ListWhiteLabels,
};
use yeastar_core::registry::ENDPOINTS;
use yeastar_core::user::{
    CreateColleague, CreateCustomer, DeleteColleagues, EditColleague, EditCustomer, GetAccountBalance,
    GetCustomer, ListBillingContacts, ListColleagues, ListCountries, ListCustomers, ListPermissions,
};
use yeastar_core::{
    Auth, BillingContactId, Endpoint, Json, Meta, PbxSubDomainId, PricingId, ProductId, RegionId,
};

/// Calls endpoints and keeps their names.
struct Visit {
    desk: Desk,
    visited: Vec<&'static str>,
}

impl Visit {
    fn call<E: Endpoint<Output: Debug>>(&mut self, endpoint: &E) -> E::Output {
        let name = E::META.name();
        self.visited.push(name);
        self.desk.call(endpoint).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// The sandbox makes up the field of this id.
fn id_of(row: &Json, field: &str) -> Json {
    row.parse::<std::collections::BTreeMap<String, Json>>().unwrap().remove(field).unwrap()
}

#[test]
fn every_endpoint_is_answered_and_its_answer_read() {
    let mut visit = Visit { desk: Desk::open(), visited: Vec::new() };
    users(&mut visit);
    products(&mut visit);
    prices(&mut visit);
    orders(&mut visit);
    let with_token = ENDPOINTS.iter().filter(|meta| meta.auth() == Auth::Bearer);
    let all: Vec<&str> = with_token.map(Meta::name).collect();
    assert_eq!(visit.visited, all);
}

fn users(visit: &mut Visit) {
    assert_eq!(visit.call(&GetAccountBalance::new()).account_balance.as_str(), "1000000.00");
    assert_eq!(visit.call(&ListBillingContacts::new()).len(), 2);
    let customers = visit.call(&ListCustomers::new());
    let customer = &customers[0];
    let e_mail = customer.email.as_deref().unwrap();
    assert_eq!(visit.call(&GetCustomer::new(e_mail)).partner_id, customer.partner_id);

    let countries = visit.desk.call(&ListCountries::new()).unwrap();
    let country = countries.results[0].name.as_deref().unwrap();
    let user = CreateCustomer::new("new@example.com", "Example Ltd", country).with_first_name("Example");
    assert!(visit.call(&user));
    assert!(visit.call(&EditCustomer::new("new@example.com").with_remark("changed")));

    let colleagues = visit.call(&ListColleagues::new());
    let permissions = visit.desk.call(&ListPermissions::new()).unwrap();
    let permission = id_of(&permissions[0], "resourceId");
    let create =
        CreateColleague::new("colleague@example.com", [permission.clone()]).with_first_name("Example");
    visit.call(&create);
    let colleague: String = id_of(&colleagues.results[0], "id").parse().unwrap();
    visit.call(&EditColleague::new(&colleague, [permission]).with_first_name("Changed"));
    visit.call(&DeleteColleagues::new([&colleague]));
    visit.call(&ListPermissions::of_subordinate_user(&customer.partner_id));
    visit.call(&ListCountries::new().with_sort("-name"));
}

fn products(visit: &mut Visit) {
    let regions = visit.call(&ListRegions::new());
    let url = regions[0].domains[0].pbx_url("free").unwrap();
    assert!(!visit.call(&CheckPbxUrl::new(url)));
    let device = GetProductModel::new("3631E3418911", ProductId::APPLIANCE_EDITION);
    assert_eq!(visit.call(&device).product_model.as_deref(), Some("P550"));
    let devices = visit.call(&ListProducts::new(ProductId::APPLIANCE_EDITION));
    let serial = devices.results[0].product_no.as_ref().unwrap();
    let details = visit.call(&GetProduct::new(serial, ProductId::APPLIANCE_EDITION));
    assert!(details.create_time.unwrap().parse::<u64>().is_ok());
    let code = visit.call(&GetActivationCode::new("3657C0000001")).code;
    assert_eq!(code.expose(), "SANDBOX-3657C0000001");
    visit.call(&ListWhiteLabels::new());
}

fn prices(visit: &mut Visit) {
    let pce = ProductId::CLOUD_EDITION;
    assert!(visit.call(&ListSubscriptionProducts::new()).iter().any(|product| product.product_id == pce));
    visit.call(&GetPurchaseProductInfo::new(pce));
    // Pricing ids as the sandbox's documentation makes them up: 7, product, 3, number.
    let plan = PricingId::new(7_133_000_000_000_000_001);
    let service = PricingId::new(7_133_000_000_000_000_005);
    let (tried_plan, tried_service) =
        (PricingId::new(7_123_000_000_000_000_001), PricingId::new(7_123_000_000_000_000_005));
    visit.call(&GetTrialPlanInfo::new(tried_plan, ProductId::SOFTWARE_EDITION));
    visit.call(&GetPurchasePlanInfo::new(plan, pce));
    visit.call(&GetRenewPlanInfo::new(plan, pce));
    visit.call(&GetTrialAddOnInfo::new(tried_service, ProductId::SOFTWARE_EDITION));
    visit.call(&GetPurchaseAddOnInfo::new(service, pce).with_connection_plan(CloudPbx::ENTERPRISE_PLAN));
    visit.call(&GetRenewAddOnInfo::new(service, pce));
    assert!(visit.call(&GetMyPriceInfo::new(pce, BillingCycle::Annually)).plan_list.is_some());
    let line = PriceLine::of(&order().service_list[0], plan);
    visit.call(&CalculatePrice::new(pce, OperationType::PurchasePlan, vec![line]));
}

fn orders(visit: &mut Visit) {
    let placed = visit.call(&CreateOrder::new(order()));
    let list = visit.call(&ListOrders::new());
    assert_eq!(list.results[0].order_no.as_ref(), Some(&placed.order_no));
    let details = visit.call(&GetOrder::by_number(&placed.order_no));
    assert_eq!(details.basic_information.unwrap().product_no, placed.product_no);
}

fn order() -> Order {
    let site =
        PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(100, BillingCycle::Annually, contact, site)
}
