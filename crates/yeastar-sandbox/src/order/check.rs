//! What the body of an order must look like, by the recipes that it follows: that of its
//! first line for the order, and for each line its own.
//!
//! Inferred: the JSON types (from the one example of the vendor), that services of
//! several recipes may be ordered together, that a service occurs once, that services of
//! a PCE purchase have a quantity but for High Availability, and that the prefix of a PBX
//! URL is one label.

use serde_json::{Map, Value};

use super::recipe::{Column, Connection, Entries, Quantity, Recipe};
use super::{OPERATIONS, standing};
use crate::catalogue::{Binding, Item, Kind, Product};
use crate::check::Need::{May, Must, Never};
use crate::check::{Field, Rule, check_field, check_fields, check_object, integer, may, must, text};
use crate::envelope::Refusal;
use crate::portal::Portal;
use crate::pricing::price::Priced;
use crate::product::instances::Instance;
use crate::product::regions::{Region, is_taken};
use crate::user::contacts::BILLING_CONTACTS;

/// An order that may be placed.
#[derive(Clone)]
pub(super) struct Order {
    /// Of what is about the whole order: that of the first line.
    pub(super) recipe: &'static Recipe,
    pub(super) product: &'static Product,
    /// The place of what it changes; none: of what it makes.
    pub(super) instance: Option<usize>,
    pub(super) partner: Option<String>,
    /// The plan first.
    pub(super) lines: Vec<Line>,
    pub(super) site: Option<Site>,
}

#[derive(Clone)]
pub(super) struct Line {
    /// Its place in the body.
    pub(super) path: String,
    pub(super) recipe: &'static Recipe,
    pub(super) connection: Option<u64>,
    pub(super) priced: Priced,
}

#[derive(Clone)]
pub(super) struct Site {
    pub(super) pbx_name: String,
    pub(super) pbx_url: String,
}

const PRODUCT: Field = must("productId", Rule::Integer);
const OPERATION: Field = must("operationType", Rule::TextOf(OPERATIONS));

const SITE: &[Field] = &[
    must("pbxName", Rule::Text),
    must("regionId", Rule::Integer),
    must("pbxSubDomainId", Rule::Integer),
    must("pbxUrl", Rule::Text),
];

/// Checks the body of an order that arrives now, in milliseconds since 1970.
pub(super) fn check(portal: &Portal, body: &Value, now: u64) -> Result<Order, Refusal> {
    let fields = check_object("", body)?;
    check_field("", fields, &OPERATION)?;
    check_field("", fields, &PRODUCT)?;
    let (product, recipe) = recipe(fields)?;
    let has_site = product.id == 13 && recipe.operation == "purchase_plan";
    let head = [
        OPERATION,
        PRODUCT,
        Field { name: "billingId", need: recipe.billing, rule: Rule::IntegerOf(BILLING_CONTACTS) },
        must("serviceList", Rule::List),
        Field {
            name: "orderPceSpecialRequest",
            need: if has_site { Must } else { Never },
            rule: Rule::Object,
        },
        may("poNumber", Rule::Text),
        may("assignId", Rule::Text),
        Field { name: "partnerId", need: recipe.partner, rule: Rule::Text },
        Field { name: "productNo", need: recipe.product_no, rule: Rule::Text },
    ];
    check_fields("", body, &[&head])?;
    let (partner, product_no) = (text(fields, "partnerId"), text(fields, "productNo"));
    if recipe.product_no == May && partner.is_some() && product_no.is_some() {
        let problem = "is only for a new product, and productNo only for one that exists";
        return Err(Refusal::field("partnerId", "excluded_with", problem));
    }
    portal.customers.check("partnerId", partner)?;
    portal.customers.check("assignId", text(fields, "assignId"))?;
    let lines = check_lines(product, recipe, &body["serviceList"])?;
    let site = has_site.then(|| check_site(portal, &body["orderPceSpecialRequest"])).transpose()?;
    let instance = match product_no {
        Some(product_no) => Some(portal.instances.find(product, product_no)?),
        None if product.binding == Binding::Account => portal.instances.of_account(product, partner),
        None => None,
    };
    if let (Some(index), Some(partner)) = (instance, partner) {
        if portal.instances.all()[index].owner.as_deref() != Some(partner) {
            return Err(Refusal::field("partnerId", "eqfield", "is not whom this product belongs to"));
        }
    }
    let order = Order { recipe, product, instance, partner: partner.map(str::to_owned), lines, site };
    standing::check(&order, order.instance(portal), now)?;
    Ok(order)
}

impl Order {
    /// What it changes, if that exists.
    pub(super) fn instance<'a>(&self, portal: &'a Portal) -> Option<&'a Instance> {
        self.instance.map(|index| &portal.instances.all()[index])
    }

    /// The line of its plan.
    pub(super) fn plan(&self) -> Option<&Line> {
        self.lines.first().filter(|line| line.priced.item.is_plan())
    }
}

fn recipe(order: &Map<String, Value>) -> Result<(&'static Product, &'static Recipe), Refusal> {
    let product = Product::of_body(integer(order, "productId"))?;
    let operation = text(order, "operationType").unwrap_or_default();
    let first = order.get("serviceList").and_then(|list| list[0]["serviceId"].as_u64());
    let recipe = Recipe::find(product.id, operation, first).ok_or_else(|| {
        let problem = format!(
            "asks for an order that the sandbox does not simulate: \
             no tutorial is known for {operation} of product {} ({})",
            product.id, product.name
        );
        Refusal::field("operationType", "simulated", problem)
    })?;
    Ok((product, recipe))
}

fn check_lines(
    product: &'static Product,
    recipe: &'static Recipe,
    list: &Value,
) -> Result<Vec<Line>, Refusal> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, line) in list.as_array().into_iter().flatten().enumerate() {
        let line = check_line(product, recipe, format!("serviceList[{index}]"), line)?;
        if line.priced.item.is_plan() && lines.iter().any(|other| other.priced.item.is_plan()) {
            return Err(Refusal::field("serviceList", "unique", "has two plans"));
        }
        if lines.iter().any(|other| other.priced.item.id == line.priced.item.id) {
            return Err(Refusal::field(&format!("{}.serviceId", line.path), "unique", "occurs twice"));
        }
        lines.push(line);
    }
    lines.sort_by_key(|line| !line.priced.item.is_plan());
    let missing = |what| Err(Refusal::field("serviceList", "required", what));
    let is_plan = |line: &Line| line.priced.item.is_plan();
    if recipe.entries != Entries::Services && !lines.iter().any(is_plan) {
        return missing("has no plan");
    }
    let wants_services = matches!(recipe.entries, Entries::Services | Entries::PlanAndServices);
    if wants_services && lines.iter().all(is_plan) {
        return missing("has no service");
    }
    Ok(lines)
}

fn check_line(
    product: &'static Product,
    recipe: &'static Recipe,
    path: String,
    value: &Value,
) -> Result<Line, Refusal> {
    const SERVICE_ID: Field = must("serviceId", Rule::Integer);
    const SERVICE_TYPE: Field = must("serviceType", Rule::TextOf(&["plan", "service"]));
    let line = check_object(&path, value)?;
    check_field(&path, line, &SERVICE_TYPE)?;
    let is_plan = text(line, "serviceType") == Some("plan");
    if !recipe.takes_kind(is_plan) {
        let problem = "is no line of this operation and product";
        return Err(Refusal::field(&format!("{path}.serviceType"), "oneof", problem));
    }
    check_field(&path, line, &SERVICE_ID)?;
    let id = integer(line, "serviceId");
    let recipe = Recipe::find(product.id, recipe.operation, id).unwrap_or(recipe);
    let item = id.and_then(|id| product.item(id));
    let Some(item) = item.filter(|item| recipe.takes(item, is_plan)) else {
        let problem = "is no plan or service of this operation and product";
        return Err(Refusal::field(&format!("{path}.serviceId"), "oneof", problem));
    };
    let table = [
        connection(recipe.connection, is_plan).field("connectionPlanId"),
        SERVICE_ID,
        SERVICE_TYPE,
        quantity(if is_plan { recipe.plan } else { recipe.service }, item).field("quantity"),
        must("purchaseType", Rule::AnyText),
        recipe.terms.model.field("billingModel"),
        recipe.terms.cycle.field("billingCycle"),
        recipe.terms.multi.field("multiCycle"),
    ];
    check_fields(&path, value, &[&table])?;
    let purchase_type = recipe.purchase_type();
    if text(line, "purchaseType") != Some(purchase_type) {
        let problem = format!("is not {purchase_type}, as operationType wants");
        return Err(Refusal::field(&format!("{path}.purchaseType"), "oneof", problem));
    }
    let priced = Priced::read(product, item, &path, line, purchase_type == "trial")?;
    Ok(Line { path, recipe, connection: integer(line, "connectionPlanId"), priced })
}

impl Column {
    fn field(self, name: &'static str) -> Field {
        Field { name, need: self.0, rule: self.1 }
    }
}

fn connection(connection: Connection, is_plan: bool) -> Column {
    let need = match connection {
        Connection::Any => May,
        Connection::Ordered | Connection::Current if !is_plan => Must,
        _ => Never,
    };
    Column(need, Rule::Integer)
}

fn quantity(quantity: Quantity, item: &Item) -> Column {
    let is_counted = matches!(item.kind, Kind::Counted | Kind::Extensions);
    match quantity {
        Quantity::Some => Column(Must, Rule::SOME),
        Quantity::Current => Column(Must, Rule::Integer),
        Quantity::Counted if is_counted => Column(Must, Rule::SOME),
        Quantity::None | Quantity::Counted => Column(Never, Rule::SOME),
        Quantity::Any => Column(May, Rule::SOME),
    }
}

fn check_site(portal: &Portal, site: &Value) -> Result<Site, Refusal> {
    const PATH: &str = "orderPceSpecialRequest";
    let fields = check_fields(PATH, site, &[SITE])?;
    let refuse = |field, tag, problem| Err(Refusal::field(&format!("{PATH}.{field}"), tag, problem));
    let id = |field| integer(fields, field).unwrap_or_default();
    let Some(region) = Region::by_id(id("regionId")) else {
        return refuse("regionId", "exists", "is no region of the region list");
    };
    let Some(domain) = region.domain(id("pbxSubDomainId")) else {
        return refuse("pbxSubDomainId", "exists", "is no domain of this region");
    };
    let own = |field| text(fields, field).unwrap_or_default().to_owned();
    let pbx_url = own("pbxUrl");
    if !domain.contains(&pbx_url) {
        return refuse("pbxUrl", "suffix", "is not a prefix and a suffix of this domain");
    }
    if portal.settings.unique_pbx_url && is_taken(portal, &pbx_url) {
        return refuse("pbxUrl", "unique", "is taken");
    }
    Ok(Site { pbx_name: own("pbxName"), pbx_url })
}
