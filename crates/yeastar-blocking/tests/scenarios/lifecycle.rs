//! A cloud PBX from its purchase to a switch of plan, with the prices: what the queries
//! say is what the balance loses. The answers about prices are not documented, so they are
//! read here as the sandbox makes them up.

use std::time::Duration;

use serde_json::Value;
use yeastar_core::order::{
    BillingCycle, CloudPbx, CreateOrder, OperationType, Order, OrderLine, OrderStatus, ServiceType,
};
use yeastar_core::pricing::{
    CalculatePrice, GetMyPriceInfo, GetPurchaseProductInfo, ListSubscriptionProducts, PriceLine,
};
use yeastar_core::product::{ActivationStatus, GetProduct, ListProducts};
use yeastar_core::user::GetAccountBalance;
use yeastar_core::{BillingContactId, Json, PlanId, PricingId, ProductId, ProductNo};
use yeastar_sandbox::Server;

use super::{client, tutorial_order};
use crate::Client;

const CONTACT: BillingContactId = BillingContactId::new(3_197_218_168_379_846_218);
const PRODUCT: ProductId = ProductId::CLOUD_EDITION;
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A decimal with two digits, in cents.
fn cents(amount: &str) -> u64 {
    let (whole, rest) = amount.split_once('.').unwrap();
    assert_eq!(rest.len(), 2, "{amount}");
    format!("{whole}{rest}").parse().unwrap()
}

fn balance(client: &Client) -> u64 {
    cents(client.send(GetAccountBalance::new()).unwrap().account_balance.as_str())
}

/// The rows of these lists.
fn rows<'a>(lists: impl IntoIterator<Item = Option<&'a Json>>) -> Vec<Value> {
    lists.into_iter().flat_map(|list| list.unwrap().parse::<Vec<Value>>().unwrap()).collect()
}

/// What the order costs, before it is placed.
fn calculated(client: &Client, order: &Order) -> u64 {
    let offers = client.send(GetPurchaseProductInfo::new(order.product_id)).unwrap();
    let offers = rows(["planList", "serviceList"].map(|list| offers[0].extra.get(list)));
    let lines = order.service_list.iter().map(|line| price_line(line, &offers)).collect();
    let mut calculation = CalculatePrice::new(order.product_id, order.operation_type.clone(), lines);
    calculation.product_no.clone_from(&order.product_no);
    let answer: Value = client.send(calculation).unwrap().parse().unwrap();
    cents(answer["totalPrice"].as_str().unwrap())
}

/// A line of an order with the pricing id in the place of its own.
fn price_line(line: &OrderLine, offers: &[Value]) -> PriceLine {
    let id = line.service_id.to_string();
    let is_it = |row: &&Value| row["planId"] == *id || row["serviceId"] == *id;
    let pricing_id = offers.iter().find(is_it).unwrap()["pricingId"].as_str().unwrap();
    let pricing_id: PricingId = pricing_id.parse().unwrap();
    let mut priced = match line.service_type {
        ServiceType::Plan => PriceLine::plan(pricing_id),
        _ => PriceLine::service(pricing_id),
    };
    priced.billing_cycle.clone_from(&line.billing_cycle);
    priced.quantity = line.quantity;
    priced
}

/// Places the order and gives the serial number of its PBX and the price, which is what was
/// calculated and what the balance lost.
fn buy(client: &Client, order: Order) -> (ProductNo, u64) {
    let (price, before) = (calculated(client, &order), balance(client));
    let placed = client.send(CreateOrder::new(order)).unwrap();
    assert_eq!(placed.order_status, Some(OrderStatus::Succeed));
    assert_eq!(balance(client), before - price);
    (placed.product_no.unwrap(), price)
}

/// The plan of a PBX.
fn plan(client: &Client, product_no: &ProductNo) -> Value {
    let details = client.send(GetProduct::new(product_no.clone(), PRODUCT)).unwrap();
    assert_eq!(details.activation_status, Some(ActivationStatus::Activated));
    details.extra.get("plan").unwrap().parse().unwrap()
}

fn expiry(plan: &Value) -> Duration {
    Duration::from_millis(plan["expireDate"].as_str().unwrap().parse().unwrap())
}

#[test]
fn a_cloud_pbx_is_bought_expanded_renewed_and_switched() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let products = client.send(ListSubscriptionProducts::new()).unwrap();
    assert!(products.iter().any(|product| product.product_id == PRODUCT));
    let prices = client.send(GetMyPriceInfo::new(PRODUCT, BillingCycle::Annually)).unwrap();
    let prices = prices.plan_list.into_iter().chain(prices.service_list).flatten();
    let prices: Vec<Value> = prices.map(|row| row.parse().unwrap()).collect();
    let price = |name: &str| {
        let row = prices.iter().find(|row| row["name"] == name).unwrap();
        cents(row["price"].as_str().unwrap())
    };
    let pbx = || Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN);
    let annually = BillingCycle::Annually;

    let (number, paid) = buy(&client, tutorial_order());
    assert_eq!(paid, 100 * (price("Enterprise Plan") + price("High Availability")));
    let list = client.send(ListProducts::new(PRODUCT)).unwrap();
    assert_eq!(list.results.iter().map(|row| row.product_no.as_ref()).collect::<Vec<_>>(), [Some(&number)]);
    let bought = plan(&client, &number);
    assert_eq!((&bought["name"], &bought["quantity"]), (&"Enterprise Plan".into(), &100.into()));

    let expansion =
        pbx().expand(number.clone(), CloudPbx::EXTENSION_EXPANSION, 10, annually.clone(), CONTACT);
    let (same, paid) = buy(&client, expansion);
    assert_eq!((&same, paid), (&number, 10 * price("Extension Expansion")));
    assert_eq!(plan(&client, &number)["quantity"], 110);

    let renewal =
        pbx().renew(number.clone(), 110, annually.clone(), CONTACT).with_service(CloudPbx::HIGH_AVAILABILITY);
    let (_, paid) = buy(&client, renewal);
    assert_eq!(paid, 110 * (price("Enterprise Plan") + price("High Availability")));
    let renewed = plan(&client, &number);
    assert_eq!(expiry(&renewed), expiry(&bought) + YEAR);

    let switch = Order::cloud_pbx(CloudPbx::ULTIMATE_PLAN).switch_plan(number.clone(), annually, CONTACT);
    let (_, paid) = buy(&client, switch);
    assert_eq!(paid, 110 * price("Ultimate Plan"));
    let switched = plan(&client, &number);
    assert_eq!((&switched["name"], &switched["quantity"]), (&"Ultimate Plan".into(), &110.into()));
    let expired = expiry(&switched);
    assert!(expired >= expiry(&bought) && expired < expiry(&renewed), "a higher plan, a term of its own");

    assert_eq!(portal.orders().len(), 4);
    portal.assert_no_double_order();
}

#[test]
fn a_trial_costs_nothing_and_needs_no_billing_contact() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let offers = client.send(GetPurchaseProductInfo::new(ProductId::SOFTWARE_EDITION)).unwrap();
    let plans = rows([offers[0].extra.get("planList")]);
    let tried = plans.iter().find(|row| row["purchaseType"] == "trial").unwrap();
    let plan: PlanId = tried["planId"].as_str().unwrap().parse().unwrap();

    let trial = Order::software_pbx(plan).trial();
    assert_eq!((&trial.operation_type, trial.billing_id), (&OperationType::TrialPlan, None));
    let (_, paid) = buy(&client, trial);
    assert_eq!(paid, 0);
    assert!(portal.orders()[0].body.get("billingId").is_none());
}
