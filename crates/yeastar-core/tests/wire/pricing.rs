//! Requests of the module `pricing`.

use yeastar_core::order::{BillingCycle, BillingModel, OperationType, PurchaseType};
use yeastar_core::pricing::{
    CalculatePrice, GetMyPriceInfo, GetPurchaseAddOnInfo, GetPurchasePlanInfo, GetPurchaseProductInfo,
    GetRenewAddOnInfo, GetRenewPlanInfo, GetTrialAddOnInfo, GetTrialPlanInfo, ListSubscriptionProducts,
    PriceLine,
};
use yeastar_core::{AccessToken, Endpoint, ErrorKind, Json, OfferingId, PlanId, PricingId, ProductId};

use super::{Case, case, origin};

const PRICING_ID: PricingId = PricingId::new(3_076_000_000_000_000_002);
const PLAN_ID: PlanId = PlanId::new(3_048_571_730_026_938_368);

#[rustfmt::skip]
pub(crate) fn cases(bearer: Option<&AccessToken>) -> Vec<Case> {
    vec![
        case("subscription_product_list", "all",
            "query-available-subscription-products.html: documented, with a request line",
            &ListSubscriptionProducts::new(), bearer),
        case("purchase_product_info", "tutorial",
            "tutorials on Remote Management: documented, their own query",
            &GetPurchaseProductInfo::new(ProductId::REMOTE_MANAGEMENT), bearer),
        case("purchase_product_info", "premium_tutorial",
            "tutorials on RM Premium: documented, their own query",
            &GetPurchaseProductInfo::new(ProductId::REMOTE_MANAGEMENT_PREMIUM_21), bearer),
        case("purchase_product_info", "device",
            "query-available-subscription-trial-plans-and-services-for-a-product.html: documented; no example \
             with a device is known",
            &GetPurchaseProductInfo::new(ProductId::APPLIANCE_EDITION).with_product_no("0000EXAMPLE000AA"), bearer),
        case("trial_plan_info", "product",
            "query-information-about-the-plan-available-for-trial.html: documented, no example is known",
            &GetTrialPlanInfo::new(PRICING_ID, ProductId::REMOTE_MANAGEMENT), bearer),
        case("trial_plan_info", "device",
            "query-information-about-the-plan-available-for-trial.html: documented, no example is known",
            &GetTrialPlanInfo::new(PRICING_ID, ProductId::APPLIANCE_EDITION).with_product_no("0000EXAMPLE000AA"),
            bearer),
        case("purchase_plan_info", "product",
            "query-information-about-the-plan-available-for-subscription.html: documented, no example is known",
            &GetPurchasePlanInfo::new(PRICING_ID, ProductId::CLOUD_EDITION), bearer),
        case("purchase_plan_info", "device",
            "query-information-about-the-plan-available-for-subscription.html: documented, no example is known",
            &GetPurchasePlanInfo::new(PRICING_ID, ProductId::LINKUS_CLOUD_SERVICE).with_product_no("0000EXAMPLE000AA"),
            bearer),
        case("renew_plan_info", "product",
            "query-information-about-the-plan-available-for-renewal.html: documented in the newest edition only; \
             older ones require productNo",
            &GetRenewPlanInfo::new(PRICING_ID, ProductId::TURNKEY), bearer),
        case("renew_plan_info", "device",
            "query-information-about-the-plan-available-for-renewal.html: documented, no example is known",
            &GetRenewPlanInfo::new(PRICING_ID, ProductId::CLOUD_EDITION).with_product_no("0000EXAMPLE000AA"), bearer),
        case("trial_add_on_info", "product",
            "query-information-about-the-service-available-for-trial.html: documented, no example is known",
            &GetTrialAddOnInfo::new(PRICING_ID, ProductId::REMOTE_MANAGEMENT_PREMIUM_21), bearer),
        case("trial_add_on_info", "everything",
            "query-information-about-the-service-available-for-trial.html: documented, no example is known; \
             inferred: connectionPlanId is the id of the plan",
            &GetTrialAddOnInfo::new(PRICING_ID, ProductId::CLOUD_EDITION)
                .with_connection_plan(PLAN_ID)
                .with_product_no("0000EXAMPLE000AA"),
            bearer),
        case("purchase_add_on_info", "product",
            "query-information-about-the-service-available-for-subscription.html: documented, no example is known",
            &GetPurchaseAddOnInfo::new(PRICING_ID, ProductId::ADD_ON), bearer),
        case("purchase_add_on_info", "everything",
            "query-information-about-the-service-available-for-subscription.html: documented, no example is \
             known; inferred: connectionPlanId is the id of the plan",
            &GetPurchaseAddOnInfo::new(PRICING_ID, ProductId::CLOUD_EDITION)
                .with_connection_plan(PLAN_ID)
                .with_product_no("0000EXAMPLE000AA"),
            bearer),
        case("renew_add_on_info", "product",
            "query-information-about-the-service-available-for-renewal.html: inferred, older editions require \
             productNo and the newest is not known to that row",
            &GetRenewAddOnInfo::new(PRICING_ID, ProductId::ADD_ON), bearer),
        case("renew_add_on_info", "everything",
            "query-information-about-the-service-available-for-renewal.html: documented, connectionPlanId in the \
             newest edition only; inferred: the question mark, and that the id of the plan is meant",
            &GetRenewAddOnInfo::new(PRICING_ID, ProductId::CLOUD_EDITION)
                .with_connection_plan(PLAN_ID)
                .with_product_no("0000EXAMPLE000AA"),
            bearer),
        case("my_price_info", "required",
            "query-subscription-service.html: documented in the newest edition; older ones require offeringId",
            &GetMyPriceInfo::new(ProductId::CLOUD_EDITION, BillingCycle::Annually), bearer),
        case("my_price_info", "everything",
            "query-subscription-service.html: documented, no example is known",
            &GetMyPriceInfo::new(ProductId::REMOTE_MANAGEMENT, BillingCycle::Once)
                .with_partner_id("3076000000000000002")
                .with_offering_id(OfferingId::new(3_076_000_000_000_000_001)),
            bearer),
        case("pricing_calculate", "documented",
            "calculate-subscription-price.html: documented, no example is known; partnerView is an e-mail in two \
             editions of three; inferred: the value of billingCycle",
            &documented(), bearer),
        case("pricing_calculate", "like_an_order",
            "calculate-subscription-price.html: inferred but for serviceType and pricingId: the fields that a \
             line of an order has",
            &like_an_order(), bearer),
        case("pricing_calculate", "fields_of_the_caller",
            "calculate-subscription-price.html: documents none of the added fields; they are sent as they are, \
             in place of ours",
            &with_fields_of_the_caller(), bearer),
    ]
}

/// A calculation with all documented fields.
fn documented() -> CalculatePrice {
    let lines = vec![
        PriceLine::plan(PRICING_ID).with_billing_cycle(BillingCycle::Annually),
        PriceLine::service(PricingId::new(u64::MAX)),
    ];
    CalculatePrice::new(ProductId::CLOUD_EDITION, OperationType::SwitchPlan, lines)
        .with_product_no("0000EXAMPLE000AA")
        .with_partner_view("first@example.com")
}

/// A calculation whose lines have the fields of an order's lines.
fn like_an_order() -> CalculatePrice {
    let line = |line: PriceLine| {
        line.with_billing_cycle(BillingCycle::Monthly)
            .with_multi_cycle(0)
            .with_quantity(100)
            .with_purchase_type(PurchaseType::Purchase)
            .with_billing_model(BillingModel::Recurring)
    };
    let service = PriceLine::service(PricingId::new(3_076_000_000_000_000_003)).with_connection_plan(PLAN_ID);
    let lines = vec![line(PriceLine::plan(PRICING_ID)), line(service)];
    CalculatePrice::new(ProductId::CLOUD_EDITION, OperationType::PurchasePlan, lines)
        .with_partner_view("3076000000000000002")
}

/// A calculation with fields that this version does not have, and one that it has.
fn with_fields_of_the_caller() -> CalculatePrice {
    let line = PriceLine::plan(PRICING_ID)
        .with_quantity(100)
        .with_field("quantity", "100")
        .with_field("madeUp", Json::of(&[1, 2]).unwrap());
    CalculatePrice::new(ProductId::CLOUD_EDITION, OperationType::PurchasePlan, vec![line])
        .with_field("madeUp", true)
        .with_field("productId", "13")
        .with_field("madeUp", 3_076_000_000_000_000_001_u64)
}

#[test]
fn pricing_ids_do_not_lose_a_digit() {
    for digits in [3_048_571_730_026_938_368, 9_007_199_254_740_993, u64::MAX] {
        let line = PriceLine::service(PricingId::new(digits)).with_connection_plan(PlanId::new(digits));
        let request = CalculatePrice::new(ProductId::new(12), OperationType::PurchaseService, vec![line])
            .to_request(&origin(), None)
            .unwrap();
        let body = std::str::from_utf8(request.body()).unwrap();
        for field in ["pricingId", "connectionPlanId"] {
            assert!(body.contains(&format!("\"{field}\":{digits}")), "{field} {digits}: {body}");
        }

        let request = GetRenewPlanInfo::new(PricingId::new(digits), ProductId::new(12))
            .to_request(&origin(), None)
            .unwrap();
        assert!(request.uri().path().ends_with(&format!("/renew/plan_info/{digits}")), "{}", request.uri());
    }
}

#[test]
fn a_calculation_has_lines_and_no_line_of_none() {
    let calculation =
        |lines| CalculatePrice::new(ProductId::CLOUD_EDITION, OperationType::PurchasePlan, lines);
    let none = PriceLine::service(PRICING_ID).with_quantity(0);
    for (refused, field) in [
        (calculation(vec![]), "`serviceList` is empty"),
        (calculation(vec![none.clone()]), "`serviceList[0].quantity` is 0"),
        (calculation(vec![PriceLine::plan(PRICING_ID), none.clone()]), "`serviceList[1].quantity` is 0"),
        (calculation(vec![PriceLine::plan(PricingId::new(0))]), "`serviceList[0].pricingId` is 0"),
        (calculation(vec![PriceLine::plan(PRICING_ID)]).with_product_no(" "), "`productNo` is blank"),
        (calculation(vec![PriceLine::plan(PRICING_ID)]).with_partner_view(""), "`partnerView` is blank"),
    ] {
        let error = refused.to_request(&origin(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().starts_with(&format!("pricing_calculate: not sent: {field}")), "{error}");
    }

    let one = none.clone().with_field("quantity", 1_u32);
    let replaced = calculation(vec![]).with_field("serviceList", Json::of(&[1]).unwrap());
    for (sent, text) in [
        (calculation(vec![one]), r#""quantity":1}"#),
        (replaced, r#""serviceList":[1]}"#),
        (calculation(vec![PriceLine::plan(PRICING_ID)]), r#""serviceType":"plan""#),
        (
            calculation(vec![PriceLine::plan(PRICING_ID)]).with_partner_view("").with_field("partnerView", 5),
            r#""partnerView":5}"#,
        ),
    ] {
        let request = sent.to_request(&origin(), None).unwrap();
        assert!(std::str::from_utf8(request.body()).unwrap().contains(text), "{request:?}");
    }
}

#[test]
fn an_older_editions_required_serial_number_is_not_insisted_on() {
    let products = [ProductId::LINKUS_CLOUD_SERVICE, ProductId::APPLIANCE_EDITION];
    for product in products {
        for request in [
            GetPurchaseProductInfo::new(product).to_request(&origin(), None),
            GetTrialPlanInfo::new(PRICING_ID, product).to_request(&origin(), None),
            GetPurchasePlanInfo::new(PRICING_ID, product).to_request(&origin(), None),
            GetRenewPlanInfo::new(PRICING_ID, product).to_request(&origin(), None),
            GetRenewAddOnInfo::new(PRICING_ID, product).to_request(&origin(), None),
        ] {
            assert_eq!(request.unwrap().uri().query(), Some(&*format!("productId={product}")));
        }
    }
}

#[test]
fn a_value_of_the_callers_stays_one_value() {
    let hostile = "1&productId=9#x y";
    let encoded = "1%26productId%3D9%23x+y";
    let prices =
        GetMyPriceInfo::new(ProductId::TURNKEY, BillingCycle::from(hostile)).with_partner_id(hostile);
    let request = prices.to_request(&origin(), None).unwrap();
    let expected = format!("productId=14&billingCycle={encoded}&partnerId={encoded}");
    assert_eq!(request.uri().query(), Some(&*expected));

    let plan = GetTrialPlanInfo::new(PRICING_ID, ProductId::TURNKEY).with_product_no(hostile);
    let request = plan.to_request(&origin(), None).unwrap();
    assert_eq!(request.uri().query(), Some(&*format!("productId=14&productNo={encoded}")));
}
