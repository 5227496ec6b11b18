//! One line of an order: a plan or a service.

use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::kinds::{BillingCycle, BillingModel, PurchaseType, ServiceType};
use crate::value::{Body, Extra, Fields, Json, PlanId, ServiceId};

/// A line of an order (`Service_List`).
///
/// The vendor's own table of the fields is not known; they come from the examples
/// and tables of the order tutorials. Which of them an operation wants differs by
/// product, so all but the id, the kind and the purchase type are optional.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OrderLine {
    /// The plan that a service belongs to: that of the same order, or the current one.
    pub connection_plan_id: Option<PlanId>,
    /// The plan id of a plan line, the service id of a service line.
    pub service_id: ServiceId,
    /// Plan or service.
    pub service_type: ServiceType,
    /// How many: extensions, minutes, connections. Absent where the price is flat.
    pub quantity: Option<u32>,
    /// What happens with it.
    pub purchase_type: PurchaseType,
    /// Whether it is billed again. Absent in trials.
    pub billing_model: Option<BillingModel>,
    /// How often it is billed. Absent in trials.
    pub billing_cycle: Option<BillingCycle>,
    /// The interval of recurring billing, 0 to 5; see [`MultiCycle`](crate::order::MultiCycle).
    pub multi_cycle: Option<u32>,
    /// Fields to send as they are; see [`Self::with_field`].
    pub extra: Extra,
}

impl OrderLine {
    /// A plan line.
    pub fn plan(plan: PlanId, purchase_type: PurchaseType) -> Self {
        Self::new(ServiceId::new(plan.get()), ServiceType::Plan, purchase_type)
    }

    /// A service line. Beside a plan, or on top of one, it also needs
    /// [`with_connection_plan`](Self::with_connection_plan).
    pub fn service(service: ServiceId, purchase_type: PurchaseType) -> Self {
        Self::new(service, ServiceType::Service, purchase_type)
    }

    fn new(service_id: ServiceId, service_type: ServiceType, purchase_type: PurchaseType) -> Self {
        Self {
            connection_plan_id: None,
            service_id,
            service_type,
            quantity: None,
            purchase_type,
            billing_model: None,
            billing_cycle: None,
            multi_cycle: None,
            extra: Extra::default(),
        }
    }

    /// Sets the plan that a service belongs to.
    pub fn with_connection_plan(mut self, plan: PlanId) -> Self {
        self.connection_plan_id = Some(plan);
        self
    }

    /// Sets the quantity.
    pub fn with_quantity(mut self, quantity: u32) -> Self {
        self.quantity = Some(quantity);
        self
    }

    /// Sets whether it is billed again.
    pub fn with_billing_model(mut self, model: BillingModel) -> Self {
        self.billing_model = Some(model);
        self
    }

    /// Sets how often it is billed.
    pub fn with_billing_cycle(mut self, cycle: BillingCycle) -> Self {
        self.billing_cycle = Some(cycle);
        self
    }

    /// Sets the interval of recurring billing.
    pub fn with_multi_cycle(mut self, multi_cycle: u32) -> Self {
        self.multi_cycle = Some(multi_cycle);
        self
    }

    /// Sends a field as it is: one that this version does not know, or another form
    /// of one that it knows, whose place it takes. Nothing checks it.
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.set(name.into(), value.into());
        self
    }

    pub(super) fn is_plan(&self) -> bool {
        self.service_type == ServiceType::Plan
    }
}

impl Serialize for OrderLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body::new(serializer, &self.extra)?;
        body.put_some("connectionPlanId", self.connection_plan_id.as_ref())?;
        body.put("serviceId", &self.service_id)?;
        body.put("serviceType", &self.service_type)?;
        body.put_some("quantity", self.quantity.as_ref())?;
        body.put("purchaseType", &self.purchase_type)?;
        body.put_some("billingModel", self.billing_model.as_ref())?;
        body.put_some("billingCycle", self.billing_cycle.as_ref())?;
        body.put_some("multiCycle", self.multi_cycle.as_ref())?;
        body.end()
    }
}

impl<'de> Deserialize<'de> for OrderLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Fields::deserialize(deserializer)?;
        Ok(Self {
            connection_plan_id: fields.take_some("connectionPlanId")?,
            service_id: fields.take("serviceId")?,
            service_type: fields.take("serviceType")?,
            quantity: fields.take_some("quantity")?,
            purchase_type: fields.take("purchaseType")?,
            billing_model: fields.take_some("billingModel")?,
            billing_cycle: fields.take_some("billingCycle")?,
            multi_cycle: fields.take_some("multiCycle")?,
            extra: fields.into_extra(),
        })
    }
}

/// Name of a field of the line at this index, as it is found in the body.
pub(super) fn field_of_line(index: usize, name: &str) -> String {
    format!("serviceList[{index}].{name}")
}
