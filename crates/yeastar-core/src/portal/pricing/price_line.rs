//! One line of a price calculation: a plan or a service.

use alloc::string::String;

use serde::{Serialize, Serializer};

use crate::error::invalid::BuildError;
use crate::portal::order::{BillingCycle, BillingModel, OrderLine, PurchaseType, ServiceType};
use crate::value::{Body, Extra, Json, PlanId, PricingId};

/// A line of a price calculation (`Service_Info`). It names plan or service by its
/// *pricing* id, not by the id that a line of an order takes.
///
/// Documented are the kind, the pricing id and the billing cycle; the vendor's table has
/// more fields, which are not known. The other setters write the fields that a
/// line of an order has: that they are taken here is inferred.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PriceLine {
    /// Plan or service.
    pub service_type: ServiceType,
    /// The pricing id of the plan or service, from [`GetPurchaseProductInfo`](super::GetPurchaseProductInfo).
    pub pricing_id: PricingId,
    /// How often it is billed. Which values are valid is not known; inferred: those of an order.
    pub billing_cycle: Option<BillingCycle>,
    /// The interval of recurring billing, as in an order (inferred).
    pub multi_cycle: Option<u32>,
    /// How many, as in an order (inferred).
    pub quantity: Option<u32>,
    /// The plan that a service belongs to, as in an order (inferred): its id, not its pricing id.
    pub connection_plan_id: Option<PlanId>,
    /// What happens with it, as in an order (inferred).
    pub purchase_type: Option<PurchaseType>,
    /// Whether it is billed again, as in an order (inferred).
    pub billing_model: Option<BillingModel>,
    /// Fields set by [`with_field`](Self::with_field).
    pub extra: Extra,
}

impl PriceLine {
    /// A plan line.
    pub fn plan(pricing_id: PricingId) -> Self {
        Self::new(ServiceType::Plan, pricing_id)
    }

    /// A service line.
    pub fn service(pricing_id: PricingId) -> Self {
        Self::new(ServiceType::Service, pricing_id)
    }

    /// What a line of an order would cost: all of it but the id, for which the pricing id
    /// of the same plan or service stands.
    ///
    /// ```
    /// use yeastar_core::PricingId;
    /// use yeastar_core::order::{CloudPbx, OrderLine, PurchaseType};
    /// use yeastar_core::pricing::PriceLine;
    ///
    /// let ordered = OrderLine::plan(CloudPbx::ENTERPRISE_PLAN, PurchaseType::Purchase).with_quantity(100);
    /// let priced = PriceLine::of(&ordered, PricingId::new(3000000000000000001));
    /// assert_eq!(priced.quantity, Some(100));
    /// ```
    pub fn of(line: &OrderLine, pricing_id: PricingId) -> Self {
        Self {
            billing_cycle: line.billing_cycle.clone(),
            multi_cycle: line.multi_cycle,
            quantity: line.quantity,
            connection_plan_id: line.connection_plan_id,
            purchase_type: Some(line.purchase_type.clone()),
            billing_model: line.billing_model.clone(),
            ..Self::new(line.service_type.clone(), pricing_id)
        }
    }

    fn new(service_type: ServiceType, pricing_id: PricingId) -> Self {
        Self {
            service_type,
            pricing_id,
            billing_cycle: None,
            multi_cycle: None,
            quantity: None,
            connection_plan_id: None,
            purchase_type: None,
            billing_model: None,
            extra: Extra::default(),
        }
    }

    /// Sets how often it is billed.
    pub fn with_billing_cycle(mut self, cycle: BillingCycle) -> Self {
        self.billing_cycle = Some(cycle);
        self
    }

    /// Sets the interval of recurring billing. Inferred: `multiCycle` of an order.
    pub fn with_multi_cycle(mut self, multi_cycle: u32) -> Self {
        self.multi_cycle = Some(multi_cycle);
        self
    }

    /// Sets the quantity. Inferred: `quantity` of an order.
    pub fn with_quantity(mut self, quantity: u32) -> Self {
        self.quantity = Some(quantity);
        self
    }

    /// Sets the plan that a service belongs to. Inferred: `connectionPlanId` of an order.
    pub fn with_connection_plan(mut self, plan: PlanId) -> Self {
        self.connection_plan_id = Some(plan);
        self
    }

    /// Sets what happens with it. Inferred: `purchaseType` of an order.
    pub fn with_purchase_type(mut self, purchase_type: PurchaseType) -> Self {
        self.purchase_type = Some(purchase_type);
        self
    }

    /// Sets whether it is billed again. Inferred: `billingModel` of an order.
    pub fn with_billing_model(mut self, model: BillingModel) -> Self {
        self.billing_model = Some(model);
        self
    }

    /// Sets a field by its name on the wire: one without a setter, or one in place of ours.
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.set(name.into(), value.into());
        self
    }

    /// Whether a quantity of 0 would be sent.
    pub(super) fn check(&self) -> Result<(), BuildError> {
        if self.pricing_id.get() == 0 && !self.extra.replaces("pricingId") {
            return Err(BuildError::new("pricingId", "is 0", "pass the pricing id of the plan or service"));
        }
        if self.quantity == Some(0) && !self.extra.replaces("quantity") {
            return Err(BuildError::new(
                "quantity",
                "is 0",
                "pass how many, or leave it out where the price is flat",
            ));
        }
        Ok(())
    }
}

impl Serialize for PriceLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body::new(serializer, &self.extra)?;
        body.put("serviceType", &self.service_type)?;
        body.put("pricingId", &self.pricing_id)?;
        body.put_some("billingCycle", self.billing_cycle.as_ref())?;
        body.put_some("multiCycle", self.multi_cycle.as_ref())?;
        body.put_some("quantity", self.quantity.as_ref())?;
        body.put_some("connectionPlanId", self.connection_plan_id.as_ref())?;
        body.put_some("purchaseType", self.purchase_type.as_ref())?;
        body.put_some("billingModel", self.billing_model.as_ref())?;
        body.end()
    }
}
