//! The products in the field, listed and looked up.
//!
//! Documented: the requests, the activation code's two fields, the first six fields of the details, when two of them
//! show, and `productModel`. Inferred: that the list has the fields of the details,
//! and `productNo`; that `createTime` and `generateTime` are in milliseconds. Invented: all fields after
//! `currentPlanExpireDate`; that dates are milliseconds since 1970 in a string; that
//! `activationStatus` stays when all has ended, which the `expireDate`s tell.

use serde_json::{Value, json};

use super::instances::{Instance, Subscription};
use crate::catalogue::{Kind, Product};
use crate::envelope::{Json, Refusal};
use crate::paging::Paging;
use crate::portal::Portal;
use crate::route::Call;

/// The only product that is activated by a code.
const SOFTWARE_EDITION: u64 = 12;

/// `instance_product_list`
pub(crate) fn instance_product_list(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let paging = Paging::of(call)?;
    let product = Product::of_query(call.fields.text("productId"))?;
    let now = portal.milliseconds(call.now);
    let instances = portal.instances.at(now).iter();
    let instances: Vec<&Instance> = instances.filter(|instance| instance.product.id == product.id).collect();
    Ok(paging.page(&instances, |instance| instance.to_json()).into())
}

/// `product_detail`
pub(crate) fn product_detail(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    Ok(find(portal, call)?.to_json().into())
}

/// `product_model`
pub(crate) fn product_model(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    match find(portal, call)?.model {
        "" => Err(Refusal::field("productId", "oneof", "is no product that is bound to a device")),
        model => Ok(json!({ "productModel": model }).into()),
    }
}

/// `activation_code`
pub(crate) fn activation_code(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let instance = find(portal, call)?;
    if instance.product.id != SOFTWARE_EDITION {
        return Err(Refusal::field("productId", "oneof", "is not 12"));
    }
    Ok(json!({ "code": format!("SANDBOX-{}", instance.product_no), "generateTime": instance.created }).into())
}

fn find<'a>(portal: &'a mut Portal, call: &Call) -> Result<&'a Instance, Refusal> {
    let product = Product::of_query(call.fields.text("productId"))?;
    let index = portal.instances.find(product, call.fields.text("productNo"))?;
    let now = portal.milliseconds(call.now);
    Ok(&portal.instances.at(now)[index])
}

impl Instance {
    fn to_json(&self) -> Value {
        let is_active = self.plan.is_some() || !self.services.is_empty();
        let mut details = json!({
            "activationCode": "",
            "activationStatus": if is_active { "activated" } else { "unactivated" },
            "comment": "",
            "createTime": self.created,
            "instanceId": self.id,
            "partnerId": self.owner,
            "pbxName": self.pbx_name,
            "pbxUrl": self.pbx_url,
            "plan": self.plan.map(|plan| self.subscription(plan)),
            "productId": self.product.id,
            "productNo": self.product_no,
            "serviceList": self.services.iter().map(|&service| self.subscription(service)).collect::<Value>(),
        });
        if let (Some(plan), Some((item, term))) = (&self.plan, self.next_plan) {
            details["currentPlan"] = plan.item.name.into();
            details["currentPlanExpireDate"] = plan.expire_date().into();
            details["nextPlan"] = json!({
                "billingCycle": term.cycle.name(),
                "name": item.name,
                "planId": item.id.to_string(),
            });
        }
        details
    }

    fn subscription(&self, subscribed: Subscription) -> Value {
        let item = subscribed.item;
        let id = if item.is_plan() { "planId" } else { "serviceId" };
        json!({
            id: item.id.to_string(),
            "billingCycle": subscribed.term.cycle.name(),
            "expireDate": subscribed.expire_date(),
            "name": item.name,
            "quantity": if item.kind == Kind::Flat { None } else { self.quantity(item) },
        })
    }
}

impl Subscription {
    /// Empty when it never expires.
    fn expire_date(self) -> String {
        self.expires.map(|end| end.to_string()).unwrap_or_default()
    }
}
