//! The body of an order.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::kinds::{OperationType, PurchaseType};
use super::line::OrderLine;
use super::pbx_site::PbxSite;
use super::rules::rule::Rule;
use super::tutorial::recipe::Recipe;
use crate::value::{
    BillingContactId, Body, Extra, Fields, Json, PartnerId, PlanId, ProductId, ProductNo, ServiceId,
};

/// The body of an order. [`Order::cloud_pbx`] makes the one of the vendor's tutorial.
///
/// As JSON it is the body that is sent, and it is read back from that, to be kept in a file or a job table. Checks that were
/// switched off ([`relax`](Self::relax)) are not part of it; an [`Intent`](crate::purchase::Intent) keeps them. Once
/// read back, it may follow any tutorial of its product and operation, as one that no constructor has made, and its PBX
/// URL is no longer compared with the list of regions. A field that can be read, in another form than this crate would write,
/// stays as it is, as with [`with_field`](Self::with_field); one that cannot be read is an error.
///
/// ```
/// use yeastar_core::order::{BillingCycle, CloudPbx, Order};
/// use yeastar_core::{BillingContactId, Json};
///
/// let contact = BillingContactId::new(3197218168379846218);
/// let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
///     .renew("3658B431119665QJ", 100, BillingCycle::Annually, contact);
/// let json = Json::of(&order)?;
/// let same: Order = json.parse()?;
/// assert_eq!(Json::of(&same)?, json);
/// # Ok::<(), yeastar_core::ParseJsonError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "an order is placed by sending it, as `CreateOrder`"]
#[non_exhaustive]
pub struct Order {
    /// What the order does.
    pub operation_type: OperationType,
    /// Serial number of the PBX, for an order on an existing one.
    pub product_no: Option<ProductNo>,
    /// The product.
    pub product_id: ProductId,
    /// The subordinate user to whom the product is assigned. One tutorial says that
    /// this user also gets the PBX's activation e-mail.
    pub assign_id: Option<PartnerId>,
    /// The subordinate user *for whom* is bought; absent for oneself. It is in the
    /// tutorials but not on the page of this endpoint: that it stands at the top
    /// level, and as a string, is inferred.
    pub partner_id: Option<PartnerId>,
    /// Who gets the invoice. Required by the page of this endpoint; the tutorials of
    /// trials do not list it.
    pub billing_id: Option<BillingContactId>,
    /// Your own purchase order number. Length and uniqueness are not documented.
    pub po_number: Option<String>,
    /// Plans and services.
    pub service_list: Vec<OrderLine>,
    /// Where a new cloud PBX is created; only with the purchase of one.
    pub pbx_site: Option<PbxSite>,
    /// Fields to send as they are; see [`Self::with_field`].
    pub extra: Extra,
    pub(crate) relaxed: Vec<Rule>,
    pub(super) recipe: Option<&'static Recipe>,
}

impl Order {
    /// An order with nothing but its lines.
    pub fn new(operation_type: OperationType, product_id: ProductId, service_list: Vec<OrderLine>) -> Self {
        Self {
            operation_type,
            product_no: None,
            product_id,
            assign_id: None,
            partner_id: None,
            billing_id: None,
            po_number: None,
            service_list,
            pbx_site: None,
            extra: Extra::default(),
            relaxed: Vec::new(),
            recipe: None,
        }
    }

    /// Sets the serial number of the PBX that the order is about.
    pub fn with_product_no(mut self, product_no: impl Into<ProductNo>) -> Self {
        self.product_no = Some(product_no.into());
        self
    }

    /// Sets the subordinate user to whom the product is assigned.
    pub fn with_assign_id(mut self, user: impl Into<PartnerId>) -> Self {
        self.assign_id = Some(user.into());
        self
    }

    /// Sets the subordinate user for whom is bought.
    pub fn with_partner_id(mut self, user: impl Into<PartnerId>) -> Self {
        self.partner_id = Some(user.into());
        self
    }

    /// Sets who gets the invoice.
    pub fn with_billing_contact(mut self, contact: BillingContactId) -> Self {
        self.billing_id = Some(contact);
        self
    }

    /// Sets your own purchase order number.
    pub fn with_po_number(mut self, po_number: impl Into<String>) -> Self {
        self.po_number = Some(po_number.into());
        self
    }

    /// Sets where a new cloud PBX is created.
    pub fn with_pbx_site(mut self, site: PbxSite) -> Self {
        self.pbx_site = Some(site);
        self
    }

    /// Adds a service beside the plan of the order: billed as the plan is, without a
    /// quantity, as the vendor's example does it for High Availability. (The page on
    /// High Availability asks for the number of extensions; then use
    /// [`with_counted_service`](Self::with_counted_service).)
    pub fn with_service(self, service: ServiceId) -> Self {
        let line = self.beside_the_first(service);
        self.with_line(line)
    }

    /// Adds so many of a service beside the plan of the order, billed as the plan is.
    pub fn with_counted_service(self, service: ServiceId, quantity: u32) -> Self {
        let line = self.beside_the_first(service).with_quantity(quantity);
        self.with_line(line)
    }

    /// Adds a line.
    pub fn with_line(mut self, line: OrderLine) -> Self {
        self.service_list.push(line);
        self
    }

    /// The table that its constructor took it from, while the order still fits it.
    pub(super) fn own_recipe(&self) -> Option<&'static Recipe> {
        self.recipe.filter(|recipe| recipe.fits(self.product_id, &self.operation_type))
    }

    /// A service line with the fixed values of this kind of order. What the caller
    /// chooses is chosen once, for the plan or the first service.
    fn beside_the_first(&self, service: ServiceId) -> OrderLine {
        let line = match self.own_recipe() {
            Some(recipe) => recipe.service(service),
            None => OrderLine::service(service, PurchaseType::of(&self.operation_type)),
        };
        let plan = self.service_list.iter().find(|line| line.is_plan());
        match plan.or(self.service_list.first()) {
            Some(first) => OrderLine {
                purchase_type: first.purchase_type.clone(),
                connection_plan_id: match plan {
                    Some(plan) => Some(PlanId::new(plan.service_id.get())),
                    None => first.connection_plan_id,
                },
                billing_model: line.billing_model.or_else(|| first.billing_model.clone()),
                billing_cycle: line.billing_cycle.or_else(|| first.billing_cycle.clone()),
                multi_cycle: line.multi_cycle.or(first.multi_cycle),
                ..line
            },
            None => line,
        }
    }

    /// Sends a field as it is: one that this version does not know, or another form
    /// of one that it knows, whose place it takes.
    ///
    /// A check that would refuse the field whose place it takes lets it through; any other can be
    /// switched off by [`relax`](Self::relax).
    ///
    /// ```
    /// use yeastar_core::order::{Order, Rule};
    /// # use yeastar_core::{BillingContactId, Endpoint, Origin, ServiceId, order::CreateOrder};
    /// # let (service, contact) = (ServiceId::new(3000000000000000002), BillingContactId::new(3197218168379846218));
    /// let order = Order::pce_white_label(service)
    ///     .purchase(contact)
    ///     .with_field("partnerId", 3505184805912670208_u64)
    ///     .with_field("whiteLabelId", "3000000000000000003");
    /// # let request = CreateOrder::new(order).to_request(&Origin::default(), None)?;
    /// # assert!(request.body().ends_with(br#""partnerId":3505184805912670208,"whiteLabelId":"3000000000000000003"}"#));
    /// # Ok::<(), yeastar_core::Error>(())
    /// ```
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.set(name.into(), value.into());
        self
    }

    /// Switches one check off, for a limit that the vendor has changed since.
    pub fn relax(mut self, rule: Rule) -> Self {
        self.relaxed.push(rule);
        self
    }
}

impl Recipe {
    /// An order by this table, with its first line.
    pub(super) fn order(&'static self, line: OrderLine) -> Order {
        self.order_of(self.products[0], line)
    }

    /// As [`order`](Self::order), where the table is for several products.
    pub(super) fn order_of(&'static self, product: ProductId, line: OrderLine) -> Order {
        let order = Order::new(self.operation.clone(), product, Vec::from([line]));
        Order { recipe: Some(self), ..order }
    }
}

impl Serialize for Order {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body::new(serializer, &self.extra)?;
        body.put("operationType", &self.operation_type)?;
        body.put_some("productNo", self.product_no.as_ref())?;
        body.put("productId", &self.product_id)?;
        body.put_some("assignId", self.assign_id.as_ref())?;
        body.put_some("partnerId", self.partner_id.as_ref())?;
        body.put_some("billingId", self.billing_id.as_ref())?;
        body.put_some("poNumber", self.po_number.as_ref())?;
        body.put("serviceList", &self.service_list)?;
        body.put_some("orderPceSpecialRequest", self.pbx_site.as_ref())?;
        body.end()
    }
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::deserialize(deserializer)?;
        Ok(Self {
            operation_type: fields.take("operationType")?,
            product_no: fields.take_some("productNo")?,
            product_id: fields.take("productId")?,
            assign_id: fields.take_some("assignId")?,
            partner_id: fields.take_some("partnerId")?,
            billing_id: fields.take_some("billingId")?,
            po_number: fields.take_some("poNumber")?,
            service_list: fields.take("serviceList")?,
            pbx_site: fields.take_some("orderPceSpecialRequest")?,
            extra: fields.into_extra(),
            relaxed: Vec::new(),
            recipe: None,
        })
    }
}
