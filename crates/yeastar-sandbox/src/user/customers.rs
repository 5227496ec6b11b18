//! Customers, which the portal also calls subordinate users.
//!
//! Documented: all requests, and the fields of list and look-up, all strings.
//! Inferred: that the list is an array, that an edit leaves alone what it does not
//! name, and that a Yeastar ID is an e-mail address of its own. Invented: the refusals.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value};

use super::countries;
use crate::check::{Field, Rule, check_fields, may, must, text};
use crate::envelope::{Json, Refusal, code};
use crate::portal::Portal;
use crate::route::Call;

/// The fields of a customer as list and look-up show them.
type Customer = BTreeMap<&'static str, String>;

/// What the portal shows of a customer besides `email`, `partnerId` and `userType`.
const SHOWN: &[&str] = &[
    "city",
    "company",
    "country",
    "firstName",
    "lastName",
    "phoneNumber",
    "remark",
    "stateProvince",
    "street",
    "taxNum",
    "zipCode",
];

const TAX_TYPES: &[&str] = &["VAT_number", "Tax_ID", "TIN_number", "RUC", "CUIT"];

const SAVE: &[Field] = &[
    must("userType", Rule::TextOf(&["Customer"])),
    must("yeastarId", Rule::Email),
    must("company", Rule::Text),
    must("country", Rule::Text),
    may("sendUserActivationEmail", Rule::Flag),
];

const EDIT: &[Field] = &[
    must("yeastarId", Rule::Email),
    must("userType", Rule::TextOf(&["Customer"])),
    may("company", Rule::Text),
];

const SAVE_AND_EDIT: &[Field] = &[
    may("firstName", Rule::AnyText),
    may("lastName", Rule::AnyText),
    may("phoneNumber", Rule::AnyText),
    may("stateProvince", Rule::AnyText),
    may("city", Rule::AnyText),
    may("street", Rule::AnyText),
    may("zipCode", Rule::AnyText),
    may("taxType", Rule::TextOf(TAX_TYPES)),
    may("taxNum", Rule::AnyText),
    may("remark", Rule::AnyText),
];

/// The customers of the account, oldest first.
#[derive(Clone)]
pub(crate) struct Customers(Vec<Customer>);

impl Default for Customers {
    /// Three that are made up. The first has the id of the vendor's example of a
    /// white label query; the second differs from it only in the last digit.
    fn default() -> Self {
        let made_up = |(number, id): (usize, &str)| {
            let mut customer = new_customer(id, &format!("customer-{number}@example.com"));
            let fields = [
                ("company", format!("Example Customer {number} Ltd")),
                ("country", "Germany".to_owned()),
                ("firstName", "Example".to_owned()),
                ("lastName", format!("Customer {number}")),
                ("remark", "made up by the sandbox".to_owned()),
            ];
            customer.extend(fields);
            customer
        };
        let ids = ["3505184805912670208", "3505184805912670209", "3505184805912671232"];
        Self((1..).zip(ids).map(made_up).collect())
    }
}

impl Customers {
    /// Whether this is the `partnerId` of one of them.
    pub(crate) fn has(&self, partner_id: &str) -> bool {
        self.0.iter().any(|customer| customer["partnerId"] == partner_id)
    }

    pub(crate) fn has_email(&self, email: &str) -> bool {
        self.0.iter().any(|customer| customer["email"].eq_ignore_ascii_case(email))
    }

    /// Refuses what is there and is not the `partnerId` of one of them.
    pub(crate) fn check(&self, field: &str, partner_id: Option<&str>) -> Result<(), Refusal> {
        match partner_id {
            Some(id) if !self.has(id) => {
                Err(Refusal::field(field, "exists", "is no partnerId of the subordinate user list"))
            }
            _ => Ok(()),
        }
    }

    fn by_email(&mut self, email: &str) -> Option<&mut Customer> {
        self.0.iter_mut().find(|customer| customer["email"].eq_ignore_ascii_case(email))
    }
}

/// `subordinate_user_list`
#[expect(clippy::unnecessary_wraps, reason = "the signature of every route")]
pub(crate) fn subordinate_user_list(portal: &mut Portal, _: &Call) -> Result<Json, Refusal> {
    Ok(portal.customers.0.iter().map(to_json).collect::<Value>().into())
}

/// `subordinate_user_get`
pub(crate) fn subordinate_user_get(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let message = "partnerId is the Yeastar ID (e-mail) of no subordinate user";
    match portal.customers.by_email(call.fields.text("partnerId")) {
        Some(customer) => Ok(to_json(customer).into()),
        None => Err(Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, message)),
    }
}

/// `save_user`
pub(crate) fn save_user(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let body = check_fields("", &call.body, &[SAVE, SAVE_AND_EDIT])?;
    check_name(body)?;
    let email = text(body, "yeastarId").unwrap_or_default();
    portal.check_is_new(email)?;
    let country = text(body, "country").unwrap_or_default();
    if !countries::has(country) {
        return Err(Refusal::field("country", "exists", "is no name of the country list"));
    }
    let mut customer = new_customer(&portal.ids.long().to_string(), email);
    fill(&mut customer, body);
    portal.customers.0.push(customer);
    Ok(Value::Bool(true).into())
}

/// `edit_user`
pub(crate) fn edit_user(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let body = check_fields("", &call.body, &[EDIT, SAVE_AND_EDIT])?;
    let Some(customer) = portal.customers.by_email(text(body, "yeastarId").unwrap_or_default()) else {
        return Err(Refusal::field("yeastarId", "exists", "is that of no subordinate user"));
    };
    let mut edited = customer.clone();
    fill(&mut edited, body);
    if edited["firstName"].trim().is_empty() && edited["lastName"].trim().is_empty() {
        return Err(nameless());
    }
    *customer = edited;
    Ok(Value::Bool(true).into())
}

/// Refuses who has neither a first nor a last name.
pub(super) fn check_name(body: &Map<String, Value>) -> Result<(), Refusal> {
    let is_named = |name| text(body, name).is_some_and(|name| !name.trim().is_empty());
    if is_named("firstName") || is_named("lastName") { Ok(()) } else { Err(nameless()) }
}

fn nameless() -> Refusal {
    Refusal::field("firstName", "required_without", "is missing or blank, and so is lastName")
}

fn new_customer(partner_id: &str, email: &str) -> Customer {
    let mut customer: Customer = SHOWN.iter().map(|&name| (name, String::new())).collect();
    let own = [("partnerId", partner_id), ("email", email), ("userType", "Enduser")];
    customer.extend(own.map(|(name, value)| (name, value.to_owned())));
    customer
}

fn fill(customer: &mut Customer, body: &Map<String, Value>) {
    let given = SHOWN.iter().filter_map(|&name| Some((name, text(body, name)?.to_owned())));
    customer.extend(given);
}

fn to_json(customer: &Customer) -> Value {
    customer.iter().map(|(&name, value)| (name, value.as_str())).collect()
}
