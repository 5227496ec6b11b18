//! The order scenarios of the vendor's tutorials: each is placed as it should be, and
//! refused with one thing wrong.

use serde_json::{Value, json};

use crate::script::*;

/// What a line is changed to: its place, as `0.quantity` for the first line or
/// `partnerId` for the order, and the value; null takes the field away.
type Change = (&'static str, Value);

pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// Orders that come first.
    before: Vec<Value>,
    /// The product that the order is for; `Some("")`: that of the order before.
    product_no: Option<&'static str>,
    body: Value,
    /// Each is refused by the name of its field.
    wrong: Vec<Change>,
    /// Each is taken: what is not known, or left to choose.
    right: Vec<Change>,
}

fn scenario(name: &'static str, body: Value) -> Scenario {
    Scenario { name, before: Vec::new(), product_no: None, body, wrong: Vec::new(), right: Vec::new() }
}

impl Scenario {
    fn after(mut self, before: Value) -> Self {
        self.before.push(before);
        self
    }

    fn of(self, product_no: &'static str) -> Self {
        Self { product_no: Some(product_no), ..self }
    }

    fn wrong(self, wrong: impl Into<Vec<Change>>) -> Self {
        Self { wrong: wrong.into(), ..self }
    }

    fn right(self, right: impl Into<Vec<Change>>) -> Self {
        Self { right: right.into(), ..self }
    }

    /// A portal where the orders before are placed, and the body for it.
    pub(crate) fn start(&self) -> (Script, Value) {
        let mut script = Script::new();
        let mut last = String::new();
        for body in &self.before {
            last = placed(&mut script, body);
        }
        let mut body = self.body.clone();
        if let Some(product_no) = self.product_no {
            let product_no = if product_no.is_empty() { &last } else { product_no };
            body["productNo"] = product_no.into();
        }
        (script, body)
    }
}

/// Makes the change; the name of its field in a refusal comes back.
fn apply(body: &mut Value, (place, value): &Change) -> String {
    let Some((index, name)) = place.split_once('.') else {
        change(body, place, value);
        return (*place).to_owned();
    };
    change(&mut body["serviceList"][index.parse::<usize>().unwrap()], name, value);
    format!("serviceList[{index}].{name}")
}

fn gone(place: &'static str) -> Change {
    (place, Value::Null)
}

fn customer() -> Change {
    ("partnerId", json!(CUSTOMER))
}

fn pce() -> Value {
    order_for("before")
}

fn turnkey() -> Value {
    order(14, "purchase_plan", &[counted(line("plan", TURNKEY, "annually", 0), 20)])
}

fn rm() -> Value {
    let connections = connected(counted(line("service", RM_CONNECTIONS, "once", 0), 10), RM);
    let connections = with(connections, "billingModel", "recurring");
    order(15, "purchase_plan", &[line("plan", RM, "annually", 1), connections])
}

fn add_on(operation: &str, id: u64, quantity: Option<u64>) -> Value {
    order(19, operation, &[with(line("service", id, "annually", 0), "quantity", quantity)])
}

fn connections(product: u64, operation: &str, id: u64) -> Value {
    order(product, operation, &[counted(line("service", id, "annually", 0), 5)])
}

/// What a row about an account-wide yearly subscription fixes.
fn yearly() -> Vec<Change> {
    vec![
        gone("0.billingModel"),
        ("0.billingModel", json!("once")),
        gone("0.billingCycle"),
        ("0.billingCycle", json!("monthly")),
        gone("0.multiCycle"),
        ("0.multiCycle", json!(1)),
        ("0.connectionPlanId", json!(TURNKEY)),
        ("partnerId", json!("1")),
    ]
}

fn trial() -> Vec<Change> {
    vec![
        ("0.quantity", json!(1)),
        ("0.billingModel", json!("recurring")),
        ("0.billingCycle", json!("annually")),
        ("0.multiCycle", json!("0")),
        ("partnerId", json!("customer-1@example.com")),
    ]
}

fn years() -> Vec<Change> {
    vec![
        ("0.billingModel", json!("once")),
        ("0.billingCycle", json!("monthly")),
        ("0.multiCycle", json!(0)),
        ("0.multiCycle", json!(6)),
        gone("0.multiCycle"),
    ]
}

fn unknown_terms() -> Vec<Change> {
    all([vec![gone("0.billingModel")], unknown_values()])
}

/// The same where the row of the model is known, but not its value.
fn unknown_values() -> Vec<Change> {
    vec![
        ("0.billingModel", json!("once")),
        gone("0.billingCycle"),
        gone("0.multiCycle"),
        ("0.multiCycle", json!(5)),
    ]
}

fn all<T>(lists: impl IntoIterator<Item = Vec<T>>) -> Vec<T> {
    lists.into_iter().flatten().collect()
}

fn cloud() -> Vec<Scenario> {
    let service = |id| connected(line("service", id, "annually", 0), PCE_PLAN);
    let high_availability = counted(service(PCE_HIGH_AVAILABILITY), 100);
    vec![
        scenario("PCE purchase", order_for("docs"))
            .wrong([
                ("0.quantity", json!(4)),
                ("0.quantity", json!(501)),
                ("0.billingCycle", json!("once")),
                ("0.multiCycle", json!(1)),
                ("1.quantity", json!(100)),
                ("productNo", json!("3631E3418911")),
                gone("orderPceSpecialRequest"),
            ])
            .right([customer(), ("0.billingCycle", json!("monthly"))]),
        scenario("PCE expand", order(13, "purchase_service", &[counted(service(PCE_EXTENSIONS), 400)]))
            .after(with(pce(), "partnerId", CUSTOMER))
            .of("")
            .wrong([
                ("partnerId", json!("3505184805912670209")),
                ("0.billingCycle", json!("once")),
                ("0.quantity", json!(401)),
                ("0.quantity", json!(0)),
                gone("0.quantity"),
                ("0.connectionPlanId", json!(PCE_ULTIMATE)),
                gone("0.connectionPlanId"),
                ("0.multiCycle", json!(6)),
                ("0.billingCycle", json!("weekly")),
                ("orderPceSpecialRequest", json!({})),
            ])
            .right(all([unknown_terms(), vec![customer(), ("0.serviceId", json!(PCE_RECORDING))]])),
        scenario("PCE High Availability", order(13, "purchase_service", &[high_availability]))
            .after(pce())
            .of("")
            .wrong([
                ("0.quantity", json!(99)),
                gone("0.quantity"),
                gone("0.billingModel"),
                ("0.billingModel", json!("once")),
                ("0.connectionPlanId", json!(PCE_ULTIMATE)),
            ])
            .right([gone("0.multiCycle"), gone("0.billingCycle")]),
        scenario("PCE switch", order(13, "switch_plan", &[line("plan", PCE_ULTIMATE, "annually", 0)]))
            .after(pce())
            .of("")
            .wrong([
                ("0.serviceId", json!(PCE_PLAN)),
                ("0.quantity", json!(10_000)),
                ("0.quantity", json!(99)),
                ("0.billingCycle", json!("monthly")),
                customer(),
                gone("0.billingModel"),
                ("0.billingModel", json!("once")),
            ])
            .right([
                ("0.connectionPlanId", json!(PCE_PLAN)),
                ("0.quantity", json!(100)),
                gone("0.multiCycle"),
            ]),
        scenario(
            "PCE renew",
            order(
                13,
                "renew_plan",
                &[counted(line("plan", PCE_PLAN, "annually", 0), 100), service(PCE_HIGH_AVAILABILITY)],
            ),
        )
        .after(pce())
        .of("")
        .wrong([
            ("0.quantity", json!(99)),
            ("1.quantity", json!(99)),
            ("0.billingCycle", json!("once")),
            gone("0.quantity"),
            ("0.serviceId", json!(PCE_ULTIMATE)),
            ("1.serviceId", json!(PCE_RECORDING)),
            ("1.connectionPlanId", json!(PCE_ULTIMATE)),
            gone("1.connectionPlanId"),
            gone("0.billingModel"),
            gone("1.billingModel"),
        ])
        .right(all([unknown_values(), vec![("1.quantity", json!(100))]])),
    ]
}

fn software() -> Vec<Scenario> {
    const PSE: &str = "3657C0000001";
    let service = |id| connected(line("service", id, "annually", 1), PSE_PLAN);
    vec![
        scenario(
            "PSE trial",
            order(
                12,
                "trial_plan",
                &[tried("plan", PSE_PLAN), connected(tried("service", PSE_CALL_CENTER), PSE_PLAN)],
            ),
        )
        .wrong(all([trial(), vec![gone("0.multiCycle"), gone("1.connectionPlanId")]]))
        .right([customer(), ("assignId", json!("3505184805912670209")), ("0.multiCycle", json!(1))]),
        scenario(
            "PSE commercial",
            order(
                12,
                "purchase_plan",
                &[counted(line("plan", PSE_PLAN, "annually", 1), 20), service(PSE_HOT_STANDBY)],
            ),
        )
        .wrong([
            gone("0.quantity"),
            gone("0.billingModel"),
            gone("0.billingCycle"),
            gone("0.multiCycle"),
            ("0.connectionPlanId", json!(PSE_PLAN)),
            ("1.connectionPlanId", json!(PSE_ULTIMATE)),
            ("1.serviceId", json!(PSE_DISASTER_RECOVERY)),
            ("0.billingCycle", json!("once")),
            ("0.billingCycle", json!("monthly")),
        ])
        .right([
            customer(),
            ("productNo", json!(PSE)),
            ("1.quantity", json!(20)),
            ("0.multiCycle", json!(5)),
        ]),
        scenario("PSE expand", order(12, "purchase_service", &[counted(service(PSE_EXTENSIONS), 10)]))
            .of(PSE)
            .wrong([gone("0.quantity"), ("0.connectionPlanId", json!(PSE_ULTIMATE)), gone("0.billingModel")])
            .right([gone("0.billingCycle"), gone("0.multiCycle"), ("0.multiCycle", json!(5))]),
        scenario("PSE subscribe", order(12, "purchase_service", &[counted(service(PSE_CALL_CENTER), 3)]))
            .of(PSE)
            .wrong([
                gone("0.quantity"),
                ("0.billingCycle", json!("monthly")),
                gone("0.billingModel"),
                ("0.connectionPlanId", json!(PSE_ULTIMATE)),
            ])
            .right([gone("0.multiCycle"), ("0.multiCycle", json!(0))]),
        scenario("PSE switch", order(12, "switch_plan", &[line("plan", PSE_ULTIMATE, "annually", 1)]))
            .of(PSE)
            .wrong(all([
                years(),
                vec![("0.multiCycle", json!(2)), ("0.serviceId", json!(PSE_PLAN))],
                vec![("0.quantity", json!(51)), customer()],
            ]))
            .right([("0.quantity", json!(50))]),
        scenario(
            "PSE renew",
            order(
                12,
                "renew_plan",
                &[counted(line("plan", PSE_PLAN, "annually", 1), 50), service(PSE_HOT_STANDBY)],
            ),
        )
        .of(PSE)
        .wrong([
            ("0.quantity", json!(51)),
            ("1.quantity", json!(50)),
            ("0.billingCycle", json!("monthly")),
            gone("0.multiCycle"),
            ("0.serviceId", json!(PSE_ULTIMATE)),
            ("1.serviceId", json!(PSE_CALL_CENTER)),
            ("partnerId", json!(CUSTOMER)),
        ])
        .right([("0.multiCycle", json!(5))]),
    ]
}

fn turnkey_package() -> Vec<Scenario> {
    let service = |id| connected(line("service", id, "annually", 0), TURNKEY);
    vec![
        scenario(
            "Turnkey trial",
            order(
                14,
                "trial_plan",
                &[tried("plan", TURNKEY), connected(tried("service", TURNKEY_RECORDING), TURNKEY)],
            ),
        )
        .wrong(all([trial(), vec![("0.multiCycle", json!(1)), ("1.connectionPlanId", json!(1))]]))
        .right([customer()]),
        scenario("Turnkey purchase", turnkey())
            .wrong([
                gone("0.quantity"),
                gone("0.billingModel"),
                gone("0.billingCycle"),
                ("0.billingCycle", json!("monthly")),
                ("0.connectionPlanId", json!(1)),
            ])
            .right([customer(), gone("0.multiCycle")]),
        scenario("Turnkey expand", order(14, "purchase_service", &[counted(service(TURNKEY_EXTENSIONS), 5)]))
            .after(turnkey())
            .wrong([gone("0.quantity"), ("0.connectionPlanId", json!(PCE_PLAN)), ("0.quantity", json!("5"))])
            .right(unknown_terms()),
        scenario(
            "Turnkey renew",
            order(14, "renew_plan", &[counted(line("plan", TURNKEY, "annually", 0), 20)]),
        )
        .after(turnkey())
        .wrong([("0.quantity", json!(21)), gone("0.billingModel"), gone("0.billingCycle")])
        .right([gone("0.multiCycle"), ("0.multiCycle", json!(1))]),
    ]
}

fn devices() -> Vec<Scenario> {
    let plan = [("0.quantity", json!(1)), ("0.connectionPlanId", json!(LCS)), ("partnerId", json!(CUSTOMER))];
    vec![
        scenario("LCS purchase", order(9, "purchase_plan", &[line("plan", LCS, "annually", 3)]))
            .of("3621A0000001")
            .wrong(all([years(), plan.to_vec(), vec![("productNo", json!("3631E3418911"))]]))
            .right([("0.multiCycle", json!(5)), ("0.serviceId", json!(LCS_PRO))]),
        scenario("LCS switch", order(9, "switch_plan", &[line("plan", LCS_PRO, "annually", 1)]))
            .of("3621A0000002")
            .wrong(all([
                years(),
                vec![("0.multiCycle", json!(2)), ("0.serviceId", json!(LCS))],
                vec![("0.serviceId", json!(PAE_STANDARD)), ("0.quantity", json!(500)), customer()],
            ]))
            .right([("0.quantity", json!(1))]),
        scenario("PAE purchase", order(11, "purchase_plan", &[line("plan", PAE_STANDARD, "annually", 5)]))
            .of("3631E3418911")
            .wrong(all([
                plan.to_vec(),
                vec![
                    ("0.multiCycle", json!(0)),
                    ("0.multiCycle", json!(6)),
                    ("0.billingCycle", json!("once")),
                ],
            ]))
            .right([("0.multiCycle", json!(1))]),
        scenario("PAE switch", order(11, "switch_plan", &[line("plan", PAE_STANDARD, "monthly", 0)]))
            .of("3631E3418913")
            .wrong([
                ("0.multiCycle", json!(1)),
                ("0.serviceId", json!(PAE_ENTERPRISE)),
                ("0.billingModel", json!("once")),
            ])
            .right([("0.quantity", json!(1)), customer()]),
        scenario("PAE renew", order(11, "renew_plan", &[line("plan", PAE_ENTERPRISE, "annually", 1)]))
            .of("3631E3418913")
            .wrong([
                ("0.billingCycle", json!("monthly")),
                ("0.serviceId", json!(PAE_STANDARD)),
                ("0.quantity", json!(500)),
                gone("0.multiCycle"),
                ("partnerId", json!("3505184805912670209")),
            ])
            .right([
                ("0.multiCycle", json!(5)),
                ("0.quantity", json!(1)),
                ("0.connectionPlanId", json!(PAE_ENTERPRISE)),
                customer(),
            ]),
        scenario("PAE Hotel PMS", order(11, "purchase_service", &[line("service", PAE_HOTEL, "once", 0)]))
            .of("3631E3418911")
            .wrong(all([
                plan.to_vec(),
                vec![
                    ("0.billingModel", json!("recurring")),
                    ("0.billingCycle", json!("annually")),
                    ("0.multiCycle", json!(1)),
                ],
            ])),
    ]
}

fn remote_management() -> Vec<Scenario> {
    let more = counted(connected(line("service", RM_CONNECTIONS, "once", 0), RM), 10);
    vec![
        scenario("RM trial", order(15, "trial_plan", &[tried("plan", RM)]))
            .wrong(all([trial(), vec![("0.connectionPlanId", json!(RM)), ("0.multiCycle", json!(1))]]))
            .right([customer()]),
        scenario("RM purchase", rm())
            .wrong([
                gone("1.connectionPlanId"),
                ("1.connectionPlanId", json!(RM_CONNECTIONS)),
                gone("1.quantity"),
                gone("0.billingModel"),
                gone("1.billingCycle"),
                gone("1.multiCycle"),
                ("0.billingCycle", json!("once")),
                ("1.billingCycle", json!("annually")),
            ])
            .right([customer(), ("0.quantity", json!(1))]),
        scenario(
            "RM additional connections",
            order(15, "purchase_service", &[with(more, "billingModel", Value::Null)]),
        )
        .after(rm())
        .wrong([
            ("0.billingModel", json!("once")),
            ("0.billingCycle", json!("annually")),
            ("0.multiCycle", json!(1)),
            ("0.connectionPlanId", json!(TURNKEY)),
            gone("0.quantity"),
        ]),
        scenario("RM renew", order(15, "renew_plan", &[line("plan", RM, "annually", 1)])).after(rm()).wrong(
            [
                ("0.multiCycle", json!(0)),
                ("0.quantity", json!(10)),
                ("0.billingCycle", json!("monthly")),
                ("0.connectionPlanId", json!(RM)),
            ],
        ),
        scenario("Remote Management Premium", connections(20, "purchase_service", PREMIUM_CONNECTIONS))
            .wrong(all([yearly(), vec![gone("0.quantity"), ("0.serviceId", json!(RM_PREMIUM_CONNECTIONS))]]))
            .right([customer()]),
        scenario("RM Premium trial", order(21, "trial_service", &[tried("service", RM_PREMIUM_CONNECTIONS)]))
            .wrong(all([trial(), vec![("0.purchaseType", json!("renew")), gone("0.multiCycle")]]))
            .right([customer()]),
        scenario("RM Premium connections", connections(21, "purchase_service", RM_PREMIUM_CONNECTIONS))
            .wrong(all([yearly(), vec![gone("0.quantity")]]))
            .right([customer()]),
        scenario("RM Premium renew", connections(21, "renew_service", RM_PREMIUM_CONNECTIONS))
            .after(connections(21, "purchase_service", RM_PREMIUM_CONNECTIONS))
            .wrong(all([yearly(), vec![gone("0.quantity"), ("0.quantity", json!(4))]])),
    ]
}

fn add_ons() -> Vec<Scenario> {
    vec![
        scenario("Custom Domain Name", add_on("purchase_service", DOMAIN_NAME, Some(2)))
            .wrong(all([yearly(), vec![gone("0.quantity")]]))
            .right([customer()]),
        scenario("Custom Domain Name renew", add_on("renew_service", DOMAIN_NAME, Some(2)))
            .after(add_on("purchase_service", DOMAIN_NAME, Some(2)))
            .wrong([
                gone("0.quantity"),
                ("0.quantity", json!(1)),
                ("0.quantity", json!(500)),
                gone("0.billingModel"),
                ("0.multiCycle", json!(1)),
            ])
            .right([("0.billingModel", json!("once"))]),
        scenario("PCE White Label", add_on("purchase_service", PCE_WHITE_LABEL, None))
            .wrong([
                ("0.connectionPlanId", json!(1)),
                ("0.multiCycle", json!(6)),
                ("0.quantity", json!(0)),
                gone("0.billingModel"),
            ])
            .right(all([unknown_values(), vec![("0.quantity", json!(1))]])),
        scenario("YCM White Label renew", add_on("renew_service", YCM_WHITE_LABEL, None))
            .wrong(all([yearly(), vec![("0.quantity", json!(1))]])),
        scenario(
            "PSE White Label trial",
            order(19, "trial_service", &[with(tried("service", PSE_WHITE_LABEL), "multiCycle", Value::Null)]),
        )
        .wrong(all([trial(), vec![("0.multiCycle", json!(0)), ("0.serviceId", json!(DOMAIN_NAME))]]))
        .right([customer()]),
        scenario("PSE White Label", add_on("purchase_service", PSE_WHITE_LABEL, Some(1)))
            .wrong([gone("0.quantity"), ("0.connectionPlanId", json!(1))])
            .right(unknown_terms()),
        scenario("PSE White Label renew", add_on("renew_service", PSE_WHITE_LABEL, None))
            .after(add_on("purchase_service", PSE_WHITE_LABEL, Some(1)))
            .wrong([
                ("0.connectionPlanId", json!(1)),
                ("0.billingModel", json!("free")),
                gone("0.billingModel"),
                ("0.billingCycle", json!("monthly")),
                ("0.quantity", json!(2)),
            ])
            .right(all([unknown_values(), vec![("0.quantity", json!(1))]])),
    ]
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    all([cloud(), software(), turnkey_package(), devices(), remote_management(), add_ons()])
}

#[test]
fn each_of_the_36_scenarios_is_placed_with_five_strings() {
    let scenarios = scenarios();
    assert_eq!(scenarios.len(), 36);
    for scenario in &scenarios {
        let (mut script, body) = scenario.start();
        let answer = script.order(&body);
        assert_eq!(answer["code"], "success", "{}: {answer}", scenario.name);
        let result = answer["result"].as_object().unwrap();
        assert_eq!(result.len(), 5);
        assert!(result.values().all(|value| value.as_str().is_some_and(|text| !text.is_empty())), "{answer}");
        assert_eq!(result["orderStatus"], "succeed");
        if let Some(product_no) = body["productNo"].as_str() {
            assert_eq!(result["productNo"], product_no, "{}", scenario.name);
        }
        let order = script.portal.ledger().orders().last().unwrap();
        assert_eq!(order.pbx_url.is_some(), body["orderPceSpecialRequest"].is_object());
        let details = format!("/order/openapi/order/v1/get/{}", order.order_no);
        script.pass(std::time::Duration::from_secs(2));
        let basic = script.get(&details)["result"]["basicInformation"].take();
        assert_eq!(basic["productId"], body["productId"].to_string());
        assert!(basic["productName"].as_str().is_some_and(|name| !name.is_empty()));
    }
}

#[test]
fn each_scenario_is_refused_with_one_value_wrong() {
    for scenario in scenarios() {
        let (mut script, body) = scenario.start();
        let orders = script.orders();
        let mut wrong = scenario.wrong.clone();
        wrong.extend([
            ("idempotencyKey", json!("1")),
            ("assignId", json!("1")),
            ("0.remark", json!("")),
            ("0.purchaseType", json!("lease")),
            gone("0.purchaseType"),
            ("0.serviceId", json!("1")),
            ("0.serviceId", json!(1)),
            gone("0.serviceId"),
            gone("0.serviceType"),
            ("operationType", json!("switchTrial_plan")),
            ("productId", json!(10)),
        ]);
        if body.get("billingId").is_some() {
            wrong.extend([gone("billingId"), ("billingId", json!(1))]);
        } else {
            wrong.push(("billingId", json!(3_197_218_168_379_846_218_u64)));
        }
        if body.get("productNo").is_some() {
            wrong.extend([
                gone("productNo"),
                ("productNo", json!("0")),
                ("productNo", json!("3690A0000001")),
            ]);
        } else {
            wrong.push(("productNo", json!("0")));
        }
        for changed in &wrong {
            let mut body = body.clone();
            let field = apply(&mut body, changed);
            let answer = script.order(&body);
            assert_eq!(answer["status"], 400, "{}: {changed:?} is taken", scenario.name);
            assert_eq!(answer["result"]["field"], field.as_str(), "{}: {changed:?}: {answer}", scenario.name);
        }
        assert_eq!(script.orders(), orders, "{}", scenario.name);
        placed(&mut script, &body);
    }
}

#[test]
fn what_is_not_known_may_be_there_or_not() {
    for scenario in scenarios() {
        for changed in &scenario.right {
            let (mut script, mut body) = scenario.start();
            apply(&mut body, changed);
            let answer = script.order(&body);
            assert_eq!(answer["code"], "success", "{}: {changed:?}: {answer}", scenario.name);
        }
    }
}

#[test]
fn the_cycle_says_which_multiples_a_pae_plan_has() {
    for (cycle, multi_cycle, is_right) in
        [("monthly", 0, true), ("monthly", 1, false), ("annually", 0, false), ("annually", 1, true)]
    {
        let mut body = order(11, "purchase_plan", &[line("plan", PAE_STANDARD, cycle, multi_cycle)]);
        body["productNo"] = "3631E3418911".into();
        let answer = Script::new().order(&body);
        if is_right {
            assert_eq!(answer["code"], "success", "{cycle} {multi_cycle}");
        } else {
            assert_invalid(&answer, "serviceList[0].multiCycle");
        }
    }
}

#[test]
fn lines_of_the_wrong_kind_are_refused() {
    let plan = counted(line("plan", TURNKEY, "annually", 0), 20);
    let service = connected(counted(line("service", TURNKEY_EXTENSIONS, "annually", 0), 5), TURNKEY);
    for (operation, lines, field) in [
        ("purchase_service", vec![plan.clone()], "serviceList[0].serviceType"),
        ("purchase_plan", vec![service.clone()], "serviceList"),
        ("purchase_plan", vec![], "serviceList"),
        ("purchase_service", vec![], "serviceList"),
    ] {
        let answer = Script::new().order(&order(14, operation, &lines));
        assert_invalid(&answer, field);
    }
    let mut two = rm();
    two["serviceList"].as_array_mut().unwrap().pop();
    assert_invalid(&Script::new().order(&two), "serviceList");
}

#[test]
fn services_of_several_tutorials_are_ordered_together() {
    let service = |id, plan| connected(line("service", id, "annually", 0), plan);
    let add_on = |id| line("service", id, "annually", 0);
    let cloud = [
        counted(service(PCE_HIGH_AVAILABILITY, PCE_PLAN), 100),
        counted(service(PCE_RECORDING, PCE_PLAN), 600),
    ];
    let software =
        [counted(service(PSE_EXTENSIONS, PSE_PLAN), 10), counted(service(PSE_CALL_CENTER, PSE_PLAN), 3)];
    let add_ons = [counted(add_on(DOMAIN_NAME), 2), add_on(PCE_WHITE_LABEL)];
    let scenarios = [
        scenario("PCE", order(13, "purchase_service", &cloud))
            .after(only_the_plan())
            .of("")
            .wrong([
                ("0.quantity", json!(99)),
                gone("0.billingModel"),
                ("0.billingModel", json!("once")),
                gone("1.quantity"),
                ("1.connectionPlanId", json!(PCE_ULTIMATE)),
            ])
            .right([gone("1.billingModel")]),
        scenario("PSE", order(12, "purchase_service", &software))
            .of("3657C0000001")
            .wrong([
                ("1.billingCycle", json!("monthly")),
                gone("1.billingCycle"),
                gone("0.quantity"),
                gone("1.quantity"),
                ("1.connectionPlanId", json!(PSE_ULTIMATE)),
            ])
            .right([gone("0.billingCycle")]),
        scenario("Add-ons", order(19, "purchase_service", &add_ons))
            .wrong([
                gone("0.quantity"),
                gone("0.multiCycle"),
                ("1.connectionPlanId", json!(1)),
                ("1.serviceId", json!(YCM_WHITE_LABEL)),
            ])
            .right([gone("1.multiCycle")]),
    ];
    for scenario in scenarios {
        let (mut script, body) = scenario.start();
        for changed in &scenario.wrong {
            let mut body = body.clone();
            let field = apply(&mut body, changed);
            assert_invalid(&script.order(&body), &field);
        }
        let mut reversed = body.clone();
        reversed["serviceList"].as_array_mut().unwrap().reverse();
        placed(&mut scenario.start().0, &reversed);
        // What only one of the two tutorials fixes is free in the line of the other.
        let mut body = body;
        apply(&mut body, &scenario.right[0]);
        placed(&mut script, &body);
    }
}

#[test]
fn the_plan_is_renewed_with_every_service_that_is_paid() {
    let renewal = order(13, "renew_plan", &[counted(line("plan", PCE_PLAN, "annually", 0), 100)]);
    let mut script = Script::new();
    let product_no = placed(&mut script, &pce());
    assert_invalid(&script.order(&numbered(renewal.clone(), &product_no)), "serviceList");
    let product_no = placed(&mut script, &only_the_plan());
    placed(&mut script, &numbered(renewal, &product_no));

    // What was only tried is bought, not renewed.
    let connect = |line| connected(line, PSE_PLAN);
    let trial =
        order(12, "trial_plan", &[tried("plan", PSE_PLAN), connect(tried("service", PSE_HOT_STANDBY))]);
    let product_no = placed(&mut script, &trial);
    let plan = || counted(line("plan", PSE_PLAN, "annually", 1), 20);
    placed(&mut script, &numbered(order(12, "purchase_plan", &[plan()]), &product_no));
    let service = connect(line("service", PSE_HOT_STANDBY, "annually", 1));
    let both = numbered(order(12, "renew_plan", &[plan(), service]), &product_no);
    assert_invalid(&script.order(&both), "serviceList[1].serviceId");
    placed(&mut script, &numbered(order(12, "renew_plan", &[plan()]), &product_no));
}

#[test]
fn a_pse_order_is_for_an_existing_pbx_or_for_a_customer() {
    let mut body = order(12, "purchase_plan", &[counted(line("plan", PSE_PLAN, "annually", 1), 20)]);
    body["productNo"] = "3657C0000001".into();
    body["partnerId"] = CUSTOMER.into();
    assert_invalid(&Script::new().order(&body), "partnerId");
}

#[test]
fn disaster_recovery_goes_with_the_ultimate_plan_only() {
    for (plan, is_right) in [(PSE_PLAN, false), (PSE_ULTIMATE, true)] {
        let recovery = connected(tried("service", PSE_DISASTER_RECOVERY), plan);
        let answer = Script::new().order(&order(12, "trial_plan", &[tried("plan", plan), recovery]));
        assert_eq!(answer["code"] == "success", is_right, "{answer}");
    }
}

#[test]
fn what_nobody_subscribed_to_cannot_be_changed() {
    let mut script = Script::new();
    for (body, field) in [
        (order(14, "renew_plan", &[counted(line("plan", TURNKEY, "annually", 0), 20)]), "serviceId"),
        (connections(21, "renew_service", RM_PREMIUM_CONNECTIONS), "serviceId"),
        (
            order(
                14,
                "purchase_service",
                &[connected(counted(line("service", TURNKEY_EXTENSIONS, "annually", 0), 5), TURNKEY)],
            ),
            "connectionPlanId",
        ),
    ] {
        let field = format!("serviceList[0].{field}");
        assert_invalid(&script.order(&body), &field);
    }
    let mut bare = order(9, "switch_plan", &[line("plan", LCS, "annually", 1)]);
    bare["productNo"] = "3621A0000001".into();
    assert_invalid(&script.order(&bare), "serviceList[0].serviceId");
    // What the account has, its customers do not have.
    placed(&mut script, &turnkey());
    let mut renewal = order(14, "renew_plan", &[counted(line("plan", TURNKEY, "annually", 0), 20)]);
    renewal["partnerId"] = CUSTOMER.into();
    assert_invalid(&script.order(&renewal), "serviceList[0].serviceId");
}

#[test]
fn an_account_wide_subscription_keeps_its_number() {
    let mut script = Script::new();
    let first = placed(&mut script, &turnkey());
    let renewal = order(14, "renew_plan", &[counted(line("plan", TURNKEY, "annually", 0), 20)]);
    assert_eq!(placed(&mut script, &renewal), first);
    let mut of_a_customer = turnkey();
    of_a_customer["partnerId"] = CUSTOMER.into();
    assert_ne!(placed(&mut script, &of_a_customer), first);
}
