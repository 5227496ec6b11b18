//! What an order must look like: the sandbox's own table, which shares nothing
//! with the checks of the client library.
//!
//! The values are those of the vendor's tutorial about the purchase of a cloud
//! PBX. Inferred: the JSON types (from the tutorial's example), that superfluous
//! fields are refused, that a service occurs once, that services other than High
//! Availability have a quantity, and that the prefix of a PBX URL is one label.

use serde_json::{Map, Value};

use crate::envelope::Refusal;
use crate::portal::Portal;
use crate::product::{Region, is_taken};
use crate::user::BILLING_CONTACTS;

enum Rule {
    /// A number of 64 bits, without a fraction.
    Integer,
    IntegerOf(&'static [u64]),
    Range(u64, u64),
    /// A string that is not blank.
    Text,
    TextOf(&'static [&'static str]),
    List,
    Object,
}

struct Field {
    name: &'static str,
    required: bool,
    rule: Rule,
}

const fn required(name: &'static str, rule: Rule) -> Field {
    Field { name, required: true, rule }
}

const fn optional(name: &'static str, rule: Rule) -> Field {
    Field { name, required: false, rule }
}

const OPERATIONS: &[&str] = &[
    "trial_plan",
    "trial_service",
    "purchase_plan",
    "purchase_service",
    "switch_plan",
    "switchTrial_plan",
    "renew_plan",
    "renew_service",
];

const PLANS: &[u64] = &[3_048_571_730_026_938_368, 3_048_572_026_291_630_080];
const COUNTED_SERVICES: &[u64] = &[3_048_573_516_041_273_344, 3_048_573_759_449_317_376];
const HIGH_AVAILABILITY: u64 = 3_048_573_935_752_720_384;

const ORDER: &[Field] = &[
    required("operationType", Rule::TextOf(OPERATIONS)),
    required("productId", Rule::Integer),
    required("billingId", Rule::IntegerOf(BILLING_CONTACTS)),
    required("serviceList", Rule::List),
    required("orderPceSpecialRequest", Rule::Object),
    optional("poNumber", Rule::Text),
    // There are no subordinate users here yet, so any is taken for one.
    optional("assignId", Rule::Text),
    optional("partnerId", Rule::Text),
];

const PLAN_LINE: &[Field] = &[
    required("serviceId", Rule::IntegerOf(PLANS)),
    required("serviceType", Rule::TextOf(&["plan"])),
    required("quantity", Rule::Range(5, 500)),
    required("purchaseType", Rule::TextOf(&["purchase"])),
    required("billingModel", Rule::TextOf(&["recurring"])),
    required("billingCycle", Rule::TextOf(&["annually", "monthly"])),
    required("multiCycle", Rule::IntegerOf(&[0])),
];

const HIGH_AVAILABILITY_LINE: &[Field] = &[
    required("connectionPlanId", Rule::IntegerOf(PLANS)),
    required("serviceId", Rule::IntegerOf(&[HIGH_AVAILABILITY])),
    required("serviceType", Rule::TextOf(&["service"])),
    required("purchaseType", Rule::TextOf(&["purchase"])),
    required("billingModel", Rule::TextOf(&["recurring"])),
    required("billingCycle", Rule::TextOf(&["annually", "monthly"])),
    required("multiCycle", Rule::IntegerOf(&[0])),
];

const COUNTED_LINE: &[Field] = &[
    required("connectionPlanId", Rule::IntegerOf(PLANS)),
    required("serviceId", Rule::IntegerOf(COUNTED_SERVICES)),
    required("serviceType", Rule::TextOf(&["service"])),
    required("quantity", Rule::Range(1, u32::MAX as u64)),
    required("purchaseType", Rule::TextOf(&["purchase"])),
    required("billingModel", Rule::TextOf(&["recurring"])),
    required("billingCycle", Rule::TextOf(&["annually", "monthly"])),
    required("multiCycle", Rule::IntegerOf(&[0])),
];

const SITE: &[Field] = &[
    required("pbxName", Rule::Text),
    required("regionId", Rule::Integer),
    required("pbxSubDomainId", Rule::Integer),
    required("pbxUrl", Rule::Text),
];

/// Checks the body of an order; its PBX URL is what comes back.
pub(super) fn check(portal: &Portal, body: &Value) -> Result<String, Refusal> {
    let order = body.as_object().ok_or_else(|| Refusal::field("body", "type", "is not a JSON object"))?;
    check_is_simulated(order)?;
    check_fields("", order, ORDER)?;
    check_lines(&body["serviceList"])?;
    check_site(portal, &body["orderPceSpecialRequest"])
}

fn check_is_simulated(order: &Map<String, Value>) -> Result<(), Refusal> {
    for field in ORDER.iter().filter(|field| matches!(field.name, "operationType" | "productId")) {
        check_field("", order, field)?;
    }
    let refuse = |field| {
        let problem = "asks for an order that the sandbox does not simulate: \
                       it knows only purchase_plan of product 13 (P-Series Cloud Edition)";
        Err(Refusal::field(field, "simulated", problem))
    };
    if order["productId"] != 13 {
        refuse("productId")
    } else if order["operationType"] != "purchase_plan" {
        refuse("operationType")
    } else {
        Ok(())
    }
}

fn check_lines(list: &Value) -> Result<(), Refusal> {
    let lines = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut plan = None;
    let mut seen = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let path = format!("serviceList[{index}]");
        let line = line.as_object().ok_or_else(|| Refusal::field(&path, "type", "is not an object"))?;
        let service = line.get("serviceId").and_then(Value::as_u64);
        let is_plan = line.get("serviceType").is_some_and(|kind| kind == "plan");
        let table = match service {
            _ if is_plan => PLAN_LINE,
            Some(id) if COUNTED_SERVICES.contains(&id) => COUNTED_LINE,
            _ => HIGH_AVAILABILITY_LINE,
        };
        check_fields(&format!("{path}."), line, table)?;
        if is_plan && plan.replace(service).is_some() {
            return Err(Refusal::field("serviceList", "unique", "has two plans"));
        }
        if seen.contains(&service) {
            return Err(Refusal::field(&format!("{path}.serviceId"), "unique", "occurs twice"));
        }
        seen.push(service);
    }
    let plan = plan.ok_or_else(|| Refusal::field("serviceList", "required", "has no plan"))?;
    let is_astray = |line: &Value| {
        let connection = line.get("connectionPlanId").map(Value::as_u64);
        connection.is_some_and(|connection| connection != plan)
    };
    match lines.iter().position(is_astray) {
        Some(index) => Err(Refusal::field(
            &format!("serviceList[{index}].connectionPlanId"),
            "eqfield",
            "is not the plan of this order",
        )),
        None => Ok(()),
    }
}

fn check_site(portal: &Portal, site: &Value) -> Result<String, Refusal> {
    const PATH: &str = "orderPceSpecialRequest.";
    let fields = site.as_object().ok_or_else(|| Refusal::field(PATH, "type", "is not an object"))?;
    check_fields(PATH, fields, SITE)?;
    let refuse = |field, tag, problem| Err(Refusal::field(&format!("{PATH}{field}"), tag, problem));
    let id = |field: &str| site[field].as_u64().unwrap_or_default();
    let Some(region) = Region::by_id(id("regionId")) else {
        return refuse("regionId", "exists", "is no region of the region list");
    };
    let Some(domain) = region.domain(id("pbxSubDomainId")) else {
        return refuse("pbxSubDomainId", "exists", "is no domain of this region");
    };
    let url = site["pbxUrl"].as_str().unwrap_or_default();
    if !domain.contains(url) {
        return refuse("pbxUrl", "suffix", "is not a prefix and a suffix of this domain");
    }
    if portal.settings.unique_pbx_url && is_taken(portal, url) {
        return refuse("pbxUrl", "unique", "is taken");
    }
    Ok(url.to_owned())
}

fn check_fields(path: &str, object: &Map<String, Value>, table: &[Field]) -> Result<(), Refusal> {
    if let Some(name) = object.keys().find(|name| table.iter().all(|field| field.name != name.as_str())) {
        return Err(Refusal::field(&format!("{path}{name}"), "unknown", "does not belong here"));
    }
    table.iter().try_for_each(|field| check_field(path, object, field))
}

fn check_field(path: &str, object: &Map<String, Value>, field: &Field) -> Result<(), Refusal> {
    let name = format!("{path}{}", field.name);
    match object.get(field.name) {
        Some(value) => field.rule.check(&name, value),
        None if field.required => Err(Refusal::field(&name, "required", "is missing")),
        None => Ok(()),
    }
}

impl Rule {
    fn check(&self, name: &str, value: &Value) -> Result<(), Refusal> {
        let typed = |is_typed: bool, kind: &str| {
            let refusal = || Refusal::field(name, "type", format_args!("is not {kind}"));
            if is_typed { Ok(()) } else { Err(refusal()) }
        };
        let integer = value.as_u64();
        let text = value.as_str();
        match self {
            Self::List => return typed(value.is_array(), "an array"),
            Self::Object => return typed(value.is_object(), "an object"),
            Self::Integer | Self::IntegerOf(_) | Self::Range(..) => {
                typed(integer.is_some(), "a whole number of 64 bits, without quotes")?;
            }
            Self::Text | Self::TextOf(_) => typed(text.is_some(), "a string")?,
        }
        let integer = integer.unwrap_or_default();
        let text = text.unwrap_or_default();
        match self {
            Self::IntegerOf(known) if !known.contains(&integer) => {
                Err(Refusal::field(name, "oneof", format_args!("is not one of: {known:?}")))
            }
            Self::Range(min, max) if !(*min..=*max).contains(&integer) => {
                Err(Refusal::field(name, "range", format_args!("is not in the range {min} to {max}")))
            }
            Self::Text if text.trim().is_empty() => Err(Refusal::field(name, "required", "is blank")),
            Self::TextOf(known) if !known.contains(&text) => {
                Err(Refusal::field(name, "oneof", format_args!("is not one of: {}", known.join(", "))))
            }
            _ => Ok(()),
        }
    }
}
