//! Requests of the module `order`.

use serde_json::Value;
use yeastar_core::order::{BillingCycle, CloudPbx, CreateOrder, GetOrder, ListOrders, Order, PbxSite, Rule};
use yeastar_core::product::ListRegions;
use yeastar_core::{
    AccessToken, BillingContactId, Endpoint, ErrorKind, Extra, Json, OrderId, OrderNo, PbxSubDomainId,
    PlanId, RegionId,
};

use super::support::{self, Role};
use super::{Case, assert_is_the_printed_one, case, origin, token};

#[rustfmt::skip]
pub(crate) fn cases(bearer: Option<&AccessToken>) -> Vec<Case> {
    vec![
        case("order_save", "tutorial",
            "tutorial-purchase-p-series-cloud-edition-using-api.html: documented, its own example",
            &CreateOrder::new(tutorial_order()), bearer),
        case("order_save", "everything",
            "create-an-order.html: documented; inferred: the place and form of partnerId",
            &CreateOrder::new(order_with_everything()), bearer),
        case("order_save", "expansion",
            "tutorial-expand-extensions-or-call-recording-minutes-for-p-series-cloud-edition-using-api.html: \
             documented but for the billing fields, which are inferred",
            &CreateOrder::new(expansion()), bearer),
        case("order_save", "trial",
            "tutorial-obtain-free-trial-for-remote-management-using-api.html: documented; inferred: the place \
             and form of partnerId",
            &CreateOrder::new(trial()), bearer),
        case("order_save", "fields_as_they_are",
            "create-an-order.html: inferred, no such order is documented; our fields give way, the others follow",
            &CreateOrder::new(order_with_fields()), bearer),
        case("order_page", "defaults",
            "query-order-list.html: documented; both parameters may be left out",
            &ListOrders::new(), bearer),
        case("order_page", "paging_and_sort",
            "request-structure.html: documented, its own example (sort is in no table)",
            &ListOrders::new().with_page_no(1).with_page_size(3).with_sort("id"), bearer),
        case("order_page", "sort_downwards",
            "query-order-list.html: inferred, the minus is documented for the country list only",
            &ListOrders::new().with_sort("-id"), bearer),
        case("order_get", "by_number",
            "get-order-details.html: documented; inferred: that a number with letters is meant",
            &GetOrder::by_number(&OrderNo::from("HB3203705539121029120")), bearer),
        case("order_get", "by_id",
            "get-order-details.html: documented",
            &GetOrder::by_id(&OrderId::from("3076000000000000001")), bearer),
        case("order_get", "percent_encoding",
            "get-order-details.html: inferred, no such number is known; nothing in it reaches path or query",
            &GetOrder::by_number(&OrderNo::from("../a b/c?d#e%2F;@é")), bearer),
    ]
}

/// The order of the vendor's purchase tutorial.
fn tutorial_order() -> Order {
    let site =
        PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
        .purchase(100, BillingCycle::Annually, BillingContactId::new(3_197_218_168_379_846_218), site)
        .with_service(CloudPbx::HIGH_AVAILABILITY)
}

/// An order with every optional field of the top level. No real order has all of them.
fn order_with_everything() -> Order {
    let site =
        PbxSite::new("Zentrale \"Süd\"", RegionId::new(41), PbxSubDomainId::new(20), "docs.example.com");
    Order::cloud_pbx(CloudPbx::ULTIMATE_PLAN)
        .purchase(5, BillingCycle::Monthly, BillingContactId::new(u64::MAX), site)
        .with_product_no("0000EXAMPLE000AA")
        .with_assign_id("3076000000000000001")
        .with_partner_id("3076000000000000002")
        .with_po_number("EXAMPLE-PO-1")
        .relax(Rule::ProductNo)
}

/// More extensions for an existing PBX: a service that is counted, on top of the current plan.
fn expansion() -> Order {
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).expand(
        "0000EXAMPLE000AA",
        CloudPbx::EXTENSION_EXPANSION,
        10,
        BillingCycle::Annually,
        BillingContactId::new(3_197_218_168_379_846_218),
    )
}

/// A trial of Remote Management for a customer: an interval, but no billing contact, model or cycle.
fn trial() -> Order {
    Order::remote_management(PlanId::new(3_000_000_000_000_000_001))
        .trial()
        .with_partner_id("3076000000000000002")
}

/// Fields without a name of ours on each level, and fields in another form than ours.
fn order_with_fields() -> Order {
    let mut order = tutorial_order()
        .with_field("whiteLabelId", "3000000000000000003")
        .with_field("partnerId", 3_505_184_805_912_670_208_u64)
        .with_field("billingId", "3197218168379846218");
    order.service_list[1] = order.service_list[1].clone().with_field("quantity", Json::of(&[1, 2]).unwrap());
    order.pbx_site =
        order.pbx_site.map(|site| site.with_field("pbxName", "first").with_field("pbxName", true));
    order
}

#[test]
fn the_tutorials_purchase_comes_out_of_the_builder_value_for_value() {
    let printed = support::one("order_save", Role::Request, "tutorial").request();
    let ours = CreateOrder::new(tutorial_order()).to_request(&origin(), Some(&token())).unwrap();
    assert_is_the_printed_one(&ours, &printed);

    let body = std::str::from_utf8(ours.body()).unwrap();
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(value(body), value(&printed.body));
    // The vendor's own order of the fields and all digits: only the layout differs.
    assert_eq!(body, without_layout(&printed.body));
}

/// JSON text without the white space between its tokens.
fn without_layout(json: &str) -> String {
    let mut in_string = false;
    json.chars()
        .filter(|character| {
            in_string ^= *character == '"';
            in_string || !character.is_whitespace()
        })
        .collect()
}

#[test]
fn a_site_taken_from_the_region_list_makes_the_same_order() {
    let answer = support::one("region_list", Role::Ok, "documented").response();
    let regions = ListRegions::read_response(answer).unwrap();
    let domain = &regions[0].domains[0];
    let site = PbxSite::in_region("test", &regions[0], domain, domain.pbx_url("docs").unwrap());
    let mut order = tutorial_order();
    order.pbx_site = Some(site);

    let bare = CreateOrder::new(tutorial_order()).to_request(&origin(), None).unwrap();
    let from_list = CreateOrder::new(order).to_request(&origin(), None).unwrap();
    assert_eq!(from_list.body(), bare.body());
}

#[test]
fn an_order_id_that_would_leave_its_place_in_the_path_is_refused() {
    for id in ["", ".", ".."] {
        for request in [GetOrder::by_number(&OrderNo::from(id)), GetOrder::by_id(&OrderId::from(id))] {
            let error = request.to_request(&origin(), None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id:?}");
            assert!(error.to_string().contains("`id`"), "{error}");
        }
    }
}

#[test]
fn whatever_an_order_id_holds_stays_in_one_segment() {
    for id in ["...", "a/../b", "%2e%2e", "\\..\\", "a\r\nb", "?x=1", "#x", "\u{0}", "ü", "a+b", "a:b@c"] {
        let request = GetOrder::by_number(&OrderNo::from(id)).to_request(&origin(), None).unwrap();
        let segment = request.uri().path().strip_prefix("/order/openapi/order/v1/get/").unwrap();
        assert!(!segment.contains('/') && request.uri().query().is_none(), "{id:?}: {}", request.uri());
        let decoded = percent_encoding::percent_decode_str(segment).decode_utf8().unwrap();
        assert_eq!(decoded, id);
    }
}

#[test]
fn page_number_and_size_count_from_one() {
    for (request, field) in
        [(ListOrders::new().with_page_no(0), "`pageNo`"), (ListOrders::new().with_page_size(0), "`pageSize`")]
    {
        let error = request.to_request(&origin(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(field), "{error}");
    }
}

#[test]
fn a_query_value_cannot_add_another_parameter() {
    let request = ListOrders::new().with_sort("id&pageNo=9#x y").to_request(&origin(), None).unwrap();
    assert_eq!(request.uri().query(), Some("sort=id%26pageNo%3D9%23x+y"));
}

#[test]
fn an_order_is_read_back_from_its_body() {
    let mut with_fields = order_with_fields();
    with_fields.service_list[1].extra = Extra::default();
    with_fields.pbx_site = tutorial_order().pbx_site.map(|site| site.with_field("pbxCode", true));
    for order in [tutorial_order(), order_with_everything(), expansion(), trial(), with_fields] {
        let json = Json::of(&order).unwrap();
        let read: Order = json.parse().unwrap_or_else(|error| panic!("{json:?}: {error}"));
        assert_eq!(Json::of(&read).unwrap(), json);
        // As a person or a database may have written it.
        let spaced = serde_json::to_string_pretty(&read).unwrap();
        assert_eq!(Json::of(&serde_json::from_str::<Order>(&spaced).unwrap()).unwrap(), json);
    }
}

#[test]
fn a_field_that_cannot_be_read_back_is_named() {
    let body = Json::of(&expansion()).unwrap();
    for (from, to, error) in [
        (
            r#""quantity":"#,
            r#""quantity":"50","was":"#,
            r#"`serviceList`: `quantity`: invalid type: string "50", expected u32"#,
        ),
        (
            r#""quantity":"#,
            r#""quantity":null,"was":"#,
            "`serviceList`: `quantity`: invalid type: null, expected u32",
        ),
        (r#""productId":"#, r#""was":"#, "missing field `productId`"),
        (r#""productId":"#, r#""productId":1,"productId":"#, "duplicate field `productId`"),
    ] {
        assert!(body.as_str().contains(from));
        let refused = serde_json::from_str::<Order>(&body.as_str().replacen(from, to, 1)).unwrap_err();
        assert!(refused.to_string().contains(error), "{refused}");
    }
}

#[test]
fn a_number_that_was_set_as_text_is_known_and_sent_as_text() {
    let order = tutorial_order().with_field("billingId", "3197218168379846218");
    let read: Order = Json::of(&order).unwrap().parse().unwrap();
    assert_eq!(read.billing_id, Some(BillingContactId::new(3_197_218_168_379_846_218)));
    assert_eq!(read.extra, order.extra);
}
