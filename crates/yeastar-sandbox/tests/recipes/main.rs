//! Every order that the vendor has a tutorial about: made by its constructor, looked at as a
//! snapshot, placed in the sandbox; and with one wrong value refused by both sides, each
//! of which has its own table.

#[path = "../support/desk.rs"]
mod desk;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use desk::Desk;
use serde_json::Value;
use yeastar_core::order::{
    AppliancePlan, BillingCycle, BillingInterval, BillingModel, CloudPbx, CreateOrder, LinkusCloudService,
    MultiCycle, Order, OrderStatus, PbxSite, PurchaseType, Rule, SoftwarePbx,
};
use yeastar_core::{BillingContactId, ErrorKind, PbxSubDomainId, PlanId, ProductId, RegionId, ServiceId};

const CONTACT: BillingContactId = BillingContactId::new(3_197_218_168_379_846_218);
/// Billing contacts, customers and devices are those that the sandbox's documentation names.
const CUSTOMER: &str = "3505184805912670208";
const LINKUS_DEVICE: &str = "3621A0000001";
const LINKUS_DEVICE_WITH_PLAN: &str = "3621A0000002";
const APPLIANCE: &str = "3631E3418911";
const APPLIANCE_WITH_PLAN: &str = "3631E3418912";
const SOFTWARE_PBX: &str = "3657C0000001";

/// The vendor prints no ids of these; the sandbox makes them up.
const SOFTWARE_ENTERPRISE: PlanId = PlanId::new(7_121_000_000_000_000_001);
const SOFTWARE_ULTIMATE: PlanId = PlanId::new(7_121_000_000_000_000_002);
const SOFTWARE_EXTENSIONS: ServiceId = ServiceId::new(7_122_000_000_000_000_003);
const HOT_STANDBY: ServiceId = ServiceId::new(7_122_000_000_000_000_005);
const CALL_CENTER: ServiceId = ServiceId::new(7_122_000_000_000_000_008);
const TURNKEY: PlanId = PlanId::new(7_141_000_000_000_000_001);
const TURNKEY_RECORDING: ServiceId = ServiceId::new(7_142_000_000_000_000_004);
const HOTEL_PMS: ServiceId = ServiceId::new(7_112_000_000_000_000_004);
const REMOTE_MANAGEMENT: PlanId = PlanId::new(7_151_000_000_000_000_001);
const CONNECTIONS: ServiceId = ServiceId::new(7_152_000_000_000_000_002);
const PREMIUM_20: ServiceId = ServiceId::new(7_202_000_000_000_000_001);
const PREMIUM_21: ServiceId = ServiceId::new(7_212_000_000_000_000_001);
const DOMAIN_NAME: ServiceId = ServiceId::new(7_192_000_000_000_000_001);
const PCE_LABEL: ServiceId = ServiceId::new(7_192_000_000_000_000_002);
const YCM_LABEL: ServiceId = ServiceId::new(7_192_000_000_000_000_003);
const PSE_LABEL: ServiceId = ServiceId::new(7_192_000_000_000_000_004);

/// One test per recipe: the vendor's tutorial and what is known of it, the order, and what
/// spoils a field of it.
macro_rules! recipes {
    ($($name:ident: $review:literal, $order:expr, $field:literal spoiled by $spoil:expr;)+) => {
        $(
            #[test]
            fn $name() {
                check(stringify!($name), $review, $order, $field, $spoil);
            }
        )+

        const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

recipes! {
    cloud_pbx_purchase:
        "purchase-p-series-cloud-edition: documented; inferred: place and form of partnerId",
        |_| tutorial_purchase().with_partner_id(CUSTOMER).with_po_number("EXAMPLE-PO-1"),
        "serviceList[0].quantity" spoiled by |order| order.service_list[0].quantity = Some(4);
    cloud_pbx_expand:
        "expand-extensions-or-call-recording-minutes-for-p-series-cloud-edition: documented to purchaseType; inferred: the billing fields",
        |desk| cloud_pbx().expand(
            prepare(desk, tutorial_purchase()), CloudPbx::EXTENSION_EXPANSION, 10,
            BillingCycle::Annually, CONTACT,
        ).with_counted_service(CloudPbx::RECORDING_MINUTES, 600),
        "serviceList[0].quantity" spoiled by |order| order.service_list[0].quantity = None;
    cloud_pbx_add_service:
        "subscribe-to-high-availability-service-for-p-series-cloud-edition: documented to billingModel; inferred: billingCycle and multiCycle",
        |desk| {
            let pbx = cloud_pbx().purchase(20, BillingCycle::Monthly, CONTACT, site());
            let serial = prepare(desk, pbx);
            cloud_pbx().add_service(serial, CloudPbx::HIGH_AVAILABILITY, 20, BillingCycle::Monthly, CONTACT)
        },
        "serviceList[0].billingModel" spoiled by
            |order| order.service_list[0].billing_model = Some(BillingModel::Once);
    cloud_pbx_switch_plan:
        "switch-subscription-plan-for-p-series-cloud-edition: documented to billingCycle; inferred: multiCycle",
        |desk| {
            let serial = prepare(desk, tutorial_purchase());
            Order::cloud_pbx(CloudPbx::ULTIMATE_PLAN).switch_plan(serial, BillingCycle::Annually, CONTACT)
        },
        "serviceList[0].billingCycle" spoiled by
            |order| order.service_list[0].billing_cycle = Some(BillingCycle::Once);
    cloud_pbx_renew:
        "renew-p-series-cloud-edition: documented to billingModel; inferred: its value, billingCycle and multiCycle",
        |desk| cloud_pbx()
            .renew(prepare(desk, tutorial_purchase()), 100, BillingCycle::Annually, CONTACT)
            .with_service(CloudPbx::HIGH_AVAILABILITY),
        "serviceList[0].quantity" spoiled by |order| order.service_list[0].quantity = Some(501);

    software_pbx_trial:
        "get-free-trial-license-for-p-series-software-edition: documented; inferred: the value of multiCycle, place and form of partnerId",
        |_| software_pbx()
            .trial().with_service(HOT_STANDBY).with_partner_id(CUSTOMER).with_assign_id(CUSTOMER),
        "serviceList[0].billingModel" spoiled by
            |order| order.service_list[0].billing_model = Some(BillingModel::Recurring);
    software_pbx_purchase:
        "purchase-commercial-license-for-p-series-software-edition: documented; inferred: billingCycle and multiCycle, place and form of partnerId",
        |_| software_pbx()
            .purchase(50, MultiCycle(1), CONTACT).with_service(HOT_STANDBY).with_partner_id(CUSTOMER),
        "serviceList[0].billingModel" spoiled by
            |order| order.service_list[0].billing_model = Some(BillingModel::Once);
    software_pbx_expand:
        "expand-extensions-for-p-series-software-edition: documented to billingModel; inferred: billingCycle; not known: multiCycle",
        |_| software_pbx().expand(SOFTWARE_PBX, SOFTWARE_EXTENSIONS, 10, MultiCycle(1), CONTACT),
        "productNo" spoiled by |order| order.product_no = None;
    software_pbx_add_service:
        "subscribe-to-service-for-p-series-software-edition: documented to billingCycle; not known: multiCycle",
        |_| software_pbx().add_service(SOFTWARE_PBX, CALL_CENTER, 3, MultiCycle(1), CONTACT),
        "serviceList[0].billingCycle" spoiled by
            |order| order.service_list[0].billing_cycle = Some(BillingCycle::Monthly);
    software_pbx_switch_plan:
        "switch-subscription-plan-for-p-series-software-edition: documented",
        |_| Order::software_pbx(SOFTWARE_ULTIMATE).switch_plan(SOFTWARE_PBX, MultiCycle(1), CONTACT),
        "serviceList[0].multiCycle" spoiled by |order| order.service_list[0].multi_cycle = Some(6);
    software_pbx_renew:
        "renew-p-series-software-edition: documented; inferred: the values of the billing fields",
        |_| software_pbx()
            .renew(SOFTWARE_PBX, 50, MultiCycle(2), CONTACT).with_service(HOT_STANDBY),
        "partnerId" spoiled by |order| order.partner_id = Some(CUSTOMER.into());

    turnkey_package_trial:
        "obtain-free-trial-for-p-series-turnkey-package: documented; inferred: place and form of partnerId",
        |_| Order::turnkey_package(TURNKEY)
            .trial().with_service(TURNKEY_RECORDING).with_partner_id(CUSTOMER),
        "serviceList[0].billingCycle" spoiled by
            |order| order.service_list[0].billing_cycle = Some(BillingCycle::Annually);
    turnkey_package_purchase:
        "purchase-p-series-turnkey-package: documented to billingModel; inferred: billingCycle; not known: multiCycle",
        |_| turnkey_purchase().with_counted_service(TURNKEY_RECORDING, 600),
        "serviceList[0].billingModel" spoiled by
            |order| order.service_list[0].billing_model = Some(BillingModel::Once);
    turnkey_package_expand:
        "expand-capacity-or-subscribe-services-for-p-series-turnkey-package: documented to purchaseType; inferred: billingModel and billingCycle; not known: multiCycle",
        |desk| {
            prepare(desk, turnkey_purchase());
            Order::turnkey_package(TURNKEY).expand(TURNKEY_RECORDING, 600, MultiCycle(1), CONTACT)
        },
        "serviceList[0].connectionPlanId" spoiled by |order| order.service_list[0].connection_plan_id = None;
    turnkey_package_renew:
        "renew-p-series-turnkey-package: documented to billingModel; inferred: billingCycle; not known: multiCycle",
        |desk| {
            prepare(desk, turnkey_purchase());
            Order::turnkey_package(TURNKEY).renew(50, MultiCycle(1), CONTACT)
        },
        "productNo" spoiled by |order| order.product_no = Some(SOFTWARE_PBX.into());

    linkus_cloud_service_purchase:
        "purchase-linkus-cloud-service: documented",
        |_| Order::linkus_cloud_service(LinkusCloudService::STANDARD)
            .purchase(LINKUS_DEVICE, MultiCycle(5), CONTACT),
        "serviceList[0].multiCycle" spoiled by |order| order.service_list[0].multi_cycle = Some(0);
    linkus_cloud_service_switch_plan:
        "switch-linkus-cloud-service-subscription: documented",
        |_| Order::linkus_cloud_service(LinkusCloudService::PRO)
            .switch_plan(LINKUS_DEVICE_WITH_PLAN, MultiCycle(1), CONTACT),
        "serviceList[0].billingCycle" spoiled by
            |order| order.service_list[0].billing_cycle = Some(BillingCycle::Monthly);

    appliance_plan_purchase:
        "purchase-plan-for-p-series-appliance-edition: documented",
        |_| Order::appliance_plan(AppliancePlan::STANDARD)
            .purchase(APPLIANCE, BillingInterval::Monthly, CONTACT),
        "serviceList[0].multiCycle" spoiled by |order| order.service_list[0].multi_cycle = Some(1);
    appliance_plan_switch_plan:
        "switch-subscription-plan-for-p-series-appliance-edition: documented",
        |_| Order::appliance_plan(AppliancePlan::ULTIMATE)
            .switch_plan(APPLIANCE_WITH_PLAN, BillingInterval::Years(1), CONTACT),
        "serviceList[0].multiCycle" spoiled by |order| order.service_list[0].multi_cycle = Some(0);
    appliance_plan_renew:
        "renew-subscription-plan-for-p-series-appliance-edition: documented; inferred: the value of multiCycle",
        |_| Order::appliance_plan(AppliancePlan::ENTERPRISE)
            .renew(APPLIANCE_WITH_PLAN, BillingInterval::Years(2), CONTACT),
        "serviceList[0].billingCycle" spoiled by
            |order| order.service_list[0].billing_cycle = Some(BillingCycle::Once);
    hotel_pms_integration_purchase:
        "purchase-hotel-pms-integration-service-for-p-series-appliance-edition: documented",
        |_| Order::hotel_pms_integration(HOTEL_PMS).purchase(APPLIANCE, CONTACT),
        "serviceList[0].connectionPlanId" spoiled by
            |order| order.service_list[0].connection_plan_id = Some(AppliancePlan::STANDARD);

    remote_management_trial:
        "obtain-free-trial-for-remote-management: documented; inferred: place and form of partnerId",
        |_| Order::remote_management(REMOTE_MANAGEMENT).trial().with_partner_id(CUSTOMER),
        "serviceList[0].multiCycle" spoiled by |order| order.service_list[0].multi_cycle = Some(1);
    remote_management_purchase:
        "purchase-remote-management: documented; inferred: the values of billingCycle and multiCycle",
        |_| Order::remote_management(REMOTE_MANAGEMENT).purchase(CONNECTIONS, 10, CONTACT),
        "serviceList[1].quantity" spoiled by |order| order.service_list[1].quantity = None;
    remote_management_expand:
        "purchase-additional-connections-for-remote-management: documented",
        |desk| {
            let remote_management = Order::remote_management(REMOTE_MANAGEMENT);
            prepare(desk, remote_management.purchase(CONNECTIONS, 10, CONTACT));
            remote_management.expand(CONNECTIONS, 5, CONTACT)
        },
        "serviceList[0].billingModel" spoiled by
            |order| order.service_list[0].billing_model = Some(BillingModel::Recurring);
    remote_management_renew:
        "renew-remote-management: documented",
        |desk| {
            let remote_management = Order::remote_management(REMOTE_MANAGEMENT);
            prepare(desk, remote_management.purchase(CONNECTIONS, 10, CONTACT));
            remote_management.renew(CONTACT)
        },
        "serviceList[0].multiCycle" spoiled by |order| order.service_list[0].multi_cycle = Some(0);

    remote_management_premium_purchase:
        "purchase-remote-management-premium: documented; inferred: place and form of partnerId",
        |_| Order::remote_management_premium(ProductId::REMOTE_MANAGEMENT_PREMIUM_20, PREMIUM_20)
            .purchase(10, CONTACT).with_partner_id(CUSTOMER),
        "serviceList[0].billingCycle" spoiled by
            |order| order.service_list[0].billing_cycle = Some(BillingCycle::Monthly);
    remote_management_premium_trial:
        "obtain-free-trial-for-rm-premium: documented",
        |_| Order::remote_management_premium(ProductId::REMOTE_MANAGEMENT_PREMIUM_21, PREMIUM_21).trial(),
        "serviceList[0].connectionPlanId" spoiled by
            |order| order.service_list[0].connection_plan_id = Some(REMOTE_MANAGEMENT);
    remote_management_premium_expand:
        "purchase-additional-connections-for-rm-premium: documented",
        |_| Order::remote_management_premium(ProductId::REMOTE_MANAGEMENT_PREMIUM_21, PREMIUM_21)
            .expand(5, CONTACT),
        "serviceList[0].quantity" spoiled by |order| order.service_list[0].quantity = None;
    remote_management_premium_renew:
        "renew-rm-premium-subscription: documented; inferred: operationType, which the page prints as trial_service",
        |desk| {
            let premium =
                Order::remote_management_premium(ProductId::REMOTE_MANAGEMENT_PREMIUM_21, PREMIUM_21);
            prepare(desk, premium.expand(5, CONTACT));
            premium.renew(5, CONTACT)
        },
        "serviceList[0].purchaseType" spoiled by
            |order| order.service_list[0].purchase_type = PurchaseType::Trial;

    custom_domain_name_purchase:
        "purchase-custom-domain-name: documented; inferred: place and form of partnerId",
        |_| Order::custom_domain_name(DOMAIN_NAME).purchase(2, CONTACT).with_partner_id(CUSTOMER),
        "serviceList[0].multiCycle" spoiled by |order| order.service_list[0].multi_cycle = Some(1);
    custom_domain_name_renew:
        "renew-custom-domain-name: documented; inferred: the value of billingModel",
        |desk| {
            prepare(desk, Order::custom_domain_name(DOMAIN_NAME).purchase(2, CONTACT));
            Order::custom_domain_name(DOMAIN_NAME).renew(2, CONTACT)
        },
        "serviceList[0].quantity" spoiled by |order| order.service_list[0].quantity = None;
    pce_white_label_purchase:
        "purchase-pce-white-label: documented to billingModel; inferred: its value, billingCycle and multiCycle",
        |_| Order::pce_white_label(PCE_LABEL).purchase(CONTACT),
        "productNo" spoiled by |order| order.product_no = Some(SOFTWARE_PBX.into());
    ycm_white_label_renew:
        "renew-ycm-white-label: documented",
        |_| Order::ycm_white_label(YCM_LABEL).renew(CONTACT),
        "serviceList[0].quantity" spoiled by |order| order.service_list[0].quantity = Some(1);
    pse_white_label_trial:
        "obtain-free-trial-for-pse-white-label: documented",
        |_| Order::pse_white_label(PSE_LABEL).trial(),
        "serviceList[0].multiCycle" spoiled by |order| order.service_list[0].multi_cycle = Some(0);
    pse_white_label_purchase:
        "purchase-pse-white-label: documented to quantity; inferred: the billing fields",
        |_| Order::pse_white_label(PSE_LABEL).purchase(1, CONTACT),
        "serviceList[0].quantity" spoiled by |order| order.service_list[0].quantity = None;
    pse_white_label_renew:
        "renew-pse-white-label: documented to billingModel; inferred: its value, billingCycle and multiCycle",
        |desk| {
            prepare(desk, Order::pse_white_label(PSE_LABEL).purchase(1, CONTACT));
            Order::pse_white_label(PSE_LABEL).renew(CONTACT)
        },
        "serviceList[0].connectionPlanId" spoiled by
            |order| order.service_list[0].connection_plan_id = Some(SOFTWARE_ENTERPRISE);
}

fn cloud_pbx() -> CloudPbx {
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
}

fn software_pbx() -> SoftwarePbx {
    Order::software_pbx(SOFTWARE_ENTERPRISE)
}

fn site() -> PbxSite {
    PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com")
}

/// The order of the vendor's tutorial.
fn tutorial_purchase() -> Order {
    cloud_pbx()
        .purchase(100, BillingCycle::Annually, CONTACT, site())
        .with_service(CloudPbx::HIGH_AVAILABILITY)
}

fn turnkey_purchase() -> Order {
    Order::turnkey_package(TURNKEY).purchase(50, MultiCycle(1), CONTACT)
}

/// Places what a recipe needs to be there, and gives its serial number.
fn prepare(desk: &mut Desk, order: Order) -> String {
    let placed =
        desk.call(&CreateOrder::new(order)).unwrap_or_else(|error| panic!("before the recipe: {error}"));
    placed.product_no.expect("the sandbox numbers what it sells").to_string()
}

/// The bodies of all orders so far.
fn bodies(desk: &Desk) -> Vec<String> {
    desk.portal.ledger().orders().iter().map(|order| order.body.to_string()).collect()
}

fn check(name: &str, review: &str, make: fn(&mut Desk) -> Order, field: &str, spoil: fn(&mut Order)) {
    let mut desk = Desk::open();
    let order = make(&mut desk);
    let before = bodies(&desk).len();

    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(format!("tutorial {review}"));
    settings.set_snapshot_path("../snapshots");
    let body = serde_json::to_string_pretty(&order).unwrap();
    let text = match desk.portal.ledger().orders().last().map(|order| order.product_no.as_str()) {
        // The sandbox draws it; its digits say nothing.
        Some(serial) => body.replace(serial, "<serial number>"),
        None => body.clone(),
    };
    settings.bind(|| insta::assert_snapshot!(format!("recipe__{name}"), text));

    let mut spoiled = order.clone();
    spoil(&mut spoiled);
    let refusal = spoiled.check().map(|()| panic!("{name}: the client lets it pass")).unwrap_err();
    assert_eq!(refusal.field(), field, "{name}: {refusal}");

    let raw = Rule::ALL.iter().copied().fold(spoiled, Order::relax);
    let error =
        desk.call(&CreateOrder::new(raw)).map(|_| panic!("{name}: the sandbox lets it pass")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{name}: {error}");
    assert!(error.message().starts_with(&format!("{field} ")), "{name}: {error}");
    assert_eq!(bodies(&desk).len(), before, "{name}: what was refused is placed");

    let sent: Value = serde_json::from_str(&body).unwrap();
    let placed = desk.call(&CreateOrder::new(order)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(placed.order_status, Some(OrderStatus::Succeed), "{name}");
    assert_eq!(bodies(&desk)[before..], [sent.to_string()], "{name}");
}

#[test]
fn each_recipe_of_the_vendor_has_its_snapshot_and_each_snapshot_its_recipe() {
    assert_eq!(NAMES.len(), 36);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // A pending one is the business of the test that wrote it.
    let found: BTreeSet<String> = names.filter(|name| !name.ends_with(".snap.new")).collect();
    let expected: BTreeSet<String> = NAMES.iter().map(|name| format!("recipe__{name}.snap")).collect();
    assert_eq!(found, expected);
}

/// The table in the documentation of the module `order` links them all; rustdoc checks the links.
#[test]
fn each_constructor_of_an_order_is_a_recipe() {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("../yeastar-core/src/portal/order/mod.rs");
    let module = fs::read_to_string(module).unwrap();
    let links =
        module.lines().filter(|line| line.starts_with("//! | ")).flat_map(|row| row.split("](").skip(1));
    let constructors: BTreeSet<String> = links
        .filter_map(|link| link.split_once(')')?.0.split_once("::"))
        .filter(|(product, _)| *product != "Order")
        .map(|(product, operation)| format!("{}_{operation}", snake_case(product)))
        .collect();
    assert_eq!(constructors, NAMES.iter().map(|&name| name.to_owned()).collect());
}

fn snake_case(camel_case: &str) -> String {
    let mut words = String::new();
    for letter in camel_case.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
