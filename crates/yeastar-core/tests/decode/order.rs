//! Answers of the module `order`.

use http::StatusCode;
use yeastar_core::order::{CreateOrder, GetOrder, ListOrders, OrderStatus};
use yeastar_core::{Endpoint, ProductId};

use super::ok;
use super::support::{self, Role};

// --- values of the answers

#[test]
fn the_tutorials_order_is_read_value_for_value() {
    let reply = CreateOrder::read_reply(support::one("order_save", Role::Ok, "tutorial").response()).unwrap();
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.request_id.as_deref(), Some("7c7a9d75e0c791c32d4fe4f4561eef14"));
    assert!(reply.body().starts_with(b"{\n    \"code\": \"success\""));

    let placed = reply.into_value();
    assert_eq!(placed.order_no.as_str(), "HB3203705539121029120");
    assert_eq!(placed.order_status, Some(OrderStatus::Succeed));
    assert_eq!(placed.instance_id.unwrap().as_str(), "1275655");
    assert_eq!(placed.product_no.unwrap().as_str(), "3658B431119665QJ");
    assert_eq!(placed.transaction_no.unwrap().as_str(), "XN3203705540022804481");
    assert!(placed.extra.is_empty());
}

#[test]
fn an_order_that_is_not_done_yet_keeps_what_has_no_name() {
    let placed = ok::<CreateOrder>("pending");
    assert_eq!(placed.order_status, Some(OrderStatus::Pending));
    assert_eq!((placed.instance_id, placed.product_no, placed.transaction_no), (None, None, None));
    assert_eq!(placed.extra.get("orderId").unwrap().as_str(), "3076000000000000001");
    assert_eq!(placed.extra.get("poNumber").unwrap().parse::<String>().unwrap(), "EXAMPLE-PO-1");
    assert_eq!(placed.extra.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["orderId", "poNumber"]);
    assert!(placed.extra.get("orderNo").is_none());
}

#[test]
fn numbers_are_taken_for_text_where_the_portal_gives_out_text() {
    assert_eq!(ok::<CreateOrder>("numeric-ids").instance_id.unwrap().as_str(), "1000001");
    assert_eq!(
        ok::<ListOrders>("other-types").results[0].id.as_ref().unwrap().as_str(),
        "3076000000000000001"
    );
}

#[test]
fn an_unknown_order_status_is_kept() {
    for status in [
        ok::<CreateOrder>("status-unknown").order_status,
        ok::<ListOrders>("status-unknown").results[0].order_status.clone(),
    ] {
        let status = status.unwrap();
        assert!(matches!(status, OrderStatus::Unrecognized(_)));
        assert_eq!(status.as_str(), "con-made-up");
    }
}

#[test]
fn the_documented_order_statuses_have_names() {
    let statuses: Vec<_> =
        ok::<ListOrders>("statuses").results.into_iter().map(|row| row.order_status.unwrap()).collect();
    let expected = [
        OrderStatus::Succeed,
        OrderStatus::Failed,
        OrderStatus::Pending,
        OrderStatus::Invalid,
        OrderStatus::Cancelled,
        OrderStatus::Refunded,
    ];
    assert_eq!(statuses, expected);
}

#[test]
fn a_page_has_the_vendors_numbers_and_rows() {
    let page = ok::<ListOrders>("documented");
    assert_eq!((page.page_no, page.page_size), (Some(1), Some(3)));
    assert_eq!((page.count, page.total, page.total_page), (Some(117), Some(117), Some(39)));
    assert_eq!(page.results.len(), 3);
    let row = &page.results[0];
    assert_eq!(row.id.as_ref().unwrap().as_str(), "3076000000000000001");
    assert_eq!(row.order_no.as_ref().unwrap().as_str(), "HB0000000000000000001");
    assert_eq!(row.create_time.as_ref().unwrap().parse::<i64>(), Ok(1_735_689_600_001));
    assert_eq!(row.currency_code.as_deref(), Some("USD"));
    assert_eq!(row.custom_reference_no.as_deref(), Some("EXAMPLE-PO-1"));
    assert_eq!(row.invoice_no.as_deref(), Some("EXAMPLE-INV-1"));
}

#[test]
fn a_page_needs_nothing_but_its_rows() {
    let page = ok::<ListOrders>("rows-only");
    assert_eq!(page.results.len(), 1);
    assert_eq!((page.page_no, page.page_size, page.count, page.total, page.total_page), Default::default());
    assert!(ok::<ListOrders>("empty").results.is_empty());
}

#[test]
fn numbers_without_a_name_keep_every_digit() {
    let page = ok::<ListOrders>("other-types");
    let row = &page.results[0];
    assert_eq!(row.extra.get("transactionId").unwrap().as_str(), "3203705540022804481");
    assert_eq!(row.extra.get("amount").unwrap().as_str(), "1234567890123456789.10");
    assert_eq!(row.create_time.as_ref().unwrap().as_str(), "2025-01-01 00:00:00");
    assert_eq!((&row.order_status, &row.invoice_no), (&None, &None));

    let order = ok::<GetOrder>("filled");
    assert!(order.order_information.unwrap().as_str().contains("\"orderAmount\": 10.10,"));
    assert!(order.order_summary.unwrap().as_str().contains("3048571730026938368"));
    assert_eq!(order.basic_information.unwrap().extra.get("expireTime").unwrap().as_str(), "1767225600000");
    assert_eq!(order.extra.get("remark").unwrap().as_str(), "\"made up\"");
}

#[test]
fn the_product_of_an_order_is_read_from_text_and_from_a_number() {
    for case in ["documented", "filled"] {
        let basics = ok::<GetOrder>(case).basic_information.unwrap();
        assert_eq!(basics.product_id, Some(ProductId::CLOUD_EDITION), "{case}");
        assert_eq!(basics.product_name.as_deref(), Some("Example Cloud PBX"), "{case}");
        assert_eq!(basics.product_no.unwrap().as_str(), "0000EXAMPLE000AA", "{case}");
    }
    assert!(ok::<GetOrder>("null-parts").basic_information.is_none());
}
