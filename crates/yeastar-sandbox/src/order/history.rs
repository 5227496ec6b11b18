//! The orders that exist from the start. Each is made up when it is asked for, since there may be a million of them.
//!
//! All of it is invented.

use serde_json::json;
use yeastar_core::Tick;

use super::SUCCEED;
use crate::catalogue::id;
use crate::ledger::PlacedOrder;
use crate::user::contacts::BILLING_CONTACTS;

/// Their numbers end below those of orders that are placed.
const FIRST_LONG: u64 = 3_203_000_000_000_000_000;
const FIRST_INSTANCE: usize = 2_000_000;
const FIRST_PRODUCT_NO: usize = 100_000_000;

/// The ids of each are together.
const LONGS_EACH: u64 = 3;

const DOMAIN: &str = ".ptest6.yeastarcloud.com";

/// The order of this index, oldest first.
pub(super) fn order(index: usize) -> PlacedOrder {
    let number = index + 1;
    let long = FIRST_LONG + LONGS_EACH * index as u64;
    let pbx_url = format!("history-{number}{DOMAIN}");
    let body = json!({
        "billingId": BILLING_CONTACTS[0],
        "operationType": "purchase_plan",
        "orderPceSpecialRequest": {
            "pbxName": format!("history-{number}"),
            "pbxSubDomainId": 20,
            "pbxUrl": pbx_url,
            "regionId": 41,
        },
        "productId": 13,
        "serviceList": [{
            "billingCycle": "annually",
            "billingModel": "recurring",
            "multiCycle": 0,
            "purchaseType": "purchase",
            "quantity": 100,
            "serviceId": id::PCE_ENTERPRISE,
            "serviceType": "plan",
        }],
    });
    PlacedOrder {
        order_no: format!("HB{long}"),
        order_id: (long + 1).to_string(),
        transaction_no: format!("XN{}", long + 2),
        instance_id: (FIRST_INSTANCE + index).to_string(),
        product_no: format!("3658B{}QJ", FIRST_PRODUCT_NO + index),
        order_status: SUCCEED,
        po_number: None,
        pbx_url: Some(pbx_url),
        created: Tick::default(),
        body,
    }
}

/// The index of the order with this number or id, if it is one of so many.
pub(super) fn find(number_or_id: &str, orders: usize) -> Option<usize> {
    let long: u64 = number_or_id.strip_prefix("HB").unwrap_or(number_or_id).parse().ok()?;
    let index = usize::try_from(long.checked_sub(FIRST_LONG)? / LONGS_EACH).ok()?;
    let found = order(index);
    let is_meant = found.order_no == number_or_id || found.order_id == number_or_id;
    (index < orders && is_meant).then_some(index)
}

/// Whether one of so many orders has this PBX URL, in whichever letters.
pub(crate) fn has_url(pbx_url: &str, orders: usize) -> bool {
    let pbx_url = pbx_url.to_ascii_lowercase();
    let number = pbx_url.strip_prefix("history-").and_then(|rest| rest.strip_suffix(DOMAIN));
    let number: Option<usize> =
        number.filter(|number| !number.starts_with(['0', '+'])).and_then(|it| it.parse().ok());
    number.is_some_and(|number| (1..=orders).contains(&number))
}
