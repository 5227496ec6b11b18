//! The order scenarios of the vendor's tutorials: each is placed as it should be, and
//! refused with one thing wrong.

use serde_json::{Value, json};

use crate::script::*;

/// What a line is changed to: its place, as `0.quantity` for the first line or
/// `partnerId` for the order, and the value; null takes the field away.
pub(crate) type Change = (&'static str, Value);

pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// Orders that come first.
    pub(crate) before: Vec<Value>,
    /// The product that the order is for; `Some("")`: that of the order before.
    pub(crate) product_no: Option<&'static str>,
    pub(crate) body: Value,
    /// Each is refused by the name of its field.
    pub(crate) wrong: Vec<Change>,
    /// Each is taken: what is not known, or left to choose.
    pub(crate) right: Vec<Change>,
}

pub(crate) fn scenario(name: &'static str, body: Value) -> Scenario {
    Scenario { name, before: Vec::new(), product_no: None, body, wrong: Vec::new(), right: Vec::new() }
}

impl Scenario {
    pub(crate) fn after(mut self, before: Value) -> Self {
        self.before.push(before);
        self
    }

    pub(crate) fn of(self, product_no: &'static str) -> Self {
        Self { product_no: Some(product_no), ..self }
    }

    pub(crate) fn wrong(self, wrong: impl Into<Vec<Change>>) -> Self {
        Self { wrong: wrong.into(), ..self }
    }

    pub(crate) fn right(self, right: impl Into<Vec<Change>>) -> Self {
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
pub(crate) fn apply(body: &mut Value, (place, value): &Change) -> String {
    let Some((index, name)) = place.split_once('.') else {
        change(body, place, value);
        return (*place).to_owned();
    };
    change(&mut body["serviceList"][index.parse::<usize>().unwrap()], name, value);
    format!("serviceList[{index}].{name}")
}

pub(crate) fn gone(place: &'static str) -> Change {
    (place, Value::Null)
}

fn customer() -> Change {
    ("partnerId", json!(CUSTOMER))
}

pub(crate) fn pce() -> Value {
    order_for("before")
}

pub(crate) fn turnkey() -> Value {
    order(14, "purchase_plan", &[counted(line("plan", TURNKEY, "annually", 0), 20)])
}

pub(crate) fn rm() -> Value {
    let connections = connected(counted(line("service", RM_CONNECTIONS, "once", 0), 10), RM);
    let connections = with(connections, "billingModel", "recurring");
    order(15, "purchase_plan", &[line("plan", RM, "annually", 1), connections])
}

pub(crate) fn add_on(operation: &str, id: u64, quantity: Option<u64>) -> Value {
    order(19, operation, &[with(line("service", id, "annually", 0), "quantity", quantity)])
}

pub(crate) fn connections(product: u64, operation: &str, id: u64) -> Value {
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

pub(crate) fn all<T>(lists: impl IntoIterator<Item = Vec<T>>) -> Vec<T> {
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
