//! `POST /order/openapi/order/v1/save`

use alloc::string::String;
use alloc::vec::Vec;

use http::Method;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::recipe::{self, Recipe};
use super::{OrderLine, OrderStatus, PbxSite, PurchaseType, Rule};
use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::{
    BillingContactId, Body, Extra, Fields, InstanceId, Json, OrderNo, PartnerId, PlanId, ProductId,
    ProductNo, ServiceId, TransactionNo, open_enum, partial,
};

/// Creates an order.
///
/// Request: `POST /order/openapi/order/v1/save`
///
/// It spends money, and the portal knows no idempotency key: a request whose answer is lost must not be
/// sent again, only looked for. So a call of this endpoint is sent once: it is sent again only when the
/// portal surely never had the whole request. Any answer ends the call, also one that says that nothing
/// was done: a gateway may have sent the request twice, and given the answer to the second. After a 401 the
/// token is given up, and the next call gets another one; after a 429 no pause is waited for.
///
/// When [`Error::delivery`](crate::Error::delivery) is [`MaybeExecuted`](crate::Delivery::MaybeExecuted),
/// look for the order before you order again, and better so when it is
/// [`Answered`](crate::Delivery::Answered): a [purchase](crate::purchase) does that, and keeps what it is about in a
/// journal.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/create-an-order.html>, complete example:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-p-series-cloud-edition-using-api.html>
///
/// Documented: the top level of the body. The fields of a line, of the PBX site and of the answer are
/// those of the vendor's examples and tutorials.
///
/// Weakly inferred: the order is paid at once from the account's balance. The vendor's one example is paid at once, and
/// the account has a balance. But nothing in the request selects a payment method, and the portal's own checkout offers
/// cards, PayPal and payment offline. An order that is [`pending`](OrderStatus::Pending) exists, waits for its payment, and may get it
/// at any time.
///
/// Not known: the page's own tables of a line, of the PBX site and of the answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OrderSave {
    /// What is ordered.
    pub order: Order,
}

impl OrderSave {
    /// Creates this order.
    pub fn new(order: Order) -> Self {
        Self { order }
    }
}

impl Endpoint for OrderSave {
    const META: Meta = Meta::new(
        "order_save",
        Method::POST,
        "/order/openapi/order/v1/save",
        Auth::Bearer,
        Effect::Order,
        "it buys, and the portal has no key that would recognise a repetition",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/create-an-order.html",
    );

    type Output = OrderPlaced;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        self.order.check()?;
        out.json(&self.order)
    }
}

open_enum! {
    /// What an order does.
    pub enum OperationType {
        /// Tries a plan.
        TrialPlan = "trial_plan",
        /// Tries a service.
        TrialService = "trial_service",
        /// Buys a plan.
        PurchasePlan = "purchase_plan",
        /// Buys a service.
        PurchaseService = "purchase_service",
        /// Switches to another plan.
        SwitchPlan = "switch_plan",
        /// In the vendor's list of values; no tutorial about it is known.
        SwitchTrialPlan = "switchTrial_plan",
        /// Renews a plan.
        RenewPlan = "renew_plan",
        /// Renews a service.
        RenewService = "renew_service",
    }
}

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
#[must_use = "an order is placed by sending it, as `OrderSave`"]
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

    /// A service line with the fixed values of this kind of order. What the caller
    /// chooses is chosen once, for the plan or the first service.
    fn beside_the_first(&self, service: ServiceId) -> OrderLine {
        let line = match recipe::own(self) {
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
    /// # use yeastar_core::{BillingContactId, Endpoint, Origin, ServiceId, order::OrderSave};
    /// # let (service, contact) = (ServiceId::new(3000000000000000002), BillingContactId::new(3197218168379846218));
    /// let order = Order::pce_white_label(service)
    ///     .purchase(contact)
    ///     .with_field("partnerId", 3505184805912670208_u64)
    ///     .with_field("whiteLabelId", "3000000000000000003");
    /// # let request = OrderSave::new(order).to_request(&Origin::default(), None)?;
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

partial! {
    /// The answer to an order. That it came means that an order exists, not that it
    /// is paid: see [`order_status`](Self::order_status).
    ///
    /// The fields are those of the vendor's one example; the page's own table is not
    /// known. The purchase order number is not among them.
    pub struct OrderPlaced {
        /// The number of the order.
        pub order_no: OrderNo = "orderNo",
        /// Its status.
        pub order_status: Option<OrderStatus> = "orderStatus",
        /// The instance that was created (inferred from the name).
        pub instance_id: Option<InstanceId> = "instanceId",
        /// Serial number of the PBX that was created (inferred from the name).
        pub product_no: Option<ProductNo> = "productNo",
        /// The transaction that paid (inferred from the name).
        pub transaction_no: Option<TransactionNo> = "transactionNo",
    }
}
