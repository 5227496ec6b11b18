//! Orders of add-on services (product 19): custom domain names and white labels. They
//! belong to the account: none of them has a serial number or a plan. Which add-on an
//! order is about, only its service id says; no ids are printed, so query them.

use super::recipe::{
    ANNUALLY, ANNUALLY_ROW_INFERRED, Column, Interval, LineRecipe, Quantity, RECURRING_INFERRED,
    RECURRING_ROW_INFERRED, Recipe, ZERO, ZERO_ROW_INFERRED, annual, line, of_account, trial, without_plan,
};
use crate::portal::order::kinds::{BillingModel, OperationType};
use crate::portal::order::order::Order;
use crate::value::{BillingContactId, ProductId, ServiceId};

impl Order {
    /// Orders of custom domain names. [`Order::with_partner_id`] says for which customer an
    /// order is; so it does for all add-ons.
    pub fn custom_domain_name(service: ServiceId) -> CustomDomainName {
        CustomDomainName { service }
    }

    /// Orders of the white label of cloud PBXs (PCE White Label). No page about its renewal is known,
    /// but one about a [`ycm_white_label`](Self::ycm_white_label), which is probably its older name.
    pub fn pce_white_label(service: ServiceId) -> PceWhiteLabel {
        PceWhiteLabel { service }
    }

    /// Orders of the white label of Yeastar Central Management (YCM White Label). Only its
    /// renewal is documented; it is probably the older name of the
    /// [`pce_white_label`](Self::pce_white_label).
    pub fn ycm_white_label(service: ServiceId) -> YcmWhiteLabel {
        YcmWhiteLabel { service }
    }

    /// Orders of the white label of software PBXs (PSE White Label).
    pub fn pse_white_label(service: ServiceId) -> PseWhiteLabel {
        PseWhiteLabel { service }
    }
}

/// The service of custom domain names, from which an order is made; see [`Order::custom_domain_name`].
#[derive(Clone, Copy, Debug)]
pub struct CustomDomainName {
    service: ServiceId,
}

impl CustomDomainName {
    /// The purchase of so many domain names.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-custom-domain-name-using-api.html>
    pub fn purchase(self, domain_names: u32, billing_contact: BillingContactId) -> Order {
        PURCHASE_DOMAIN_NAME
            .order(PURCHASE_DOMAIN_NAME.service(self.service).with_quantity(domain_names))
            .with_billing_contact(billing_contact)
    }

    /// Renews so many domain names. Inferred: billing model `recurring`.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-renew-custom-domain-name-using-api.html>
    pub fn renew(self, domain_names: u32, billing_contact: BillingContactId) -> Order {
        RENEW_DOMAIN_NAME
            .order(RENEW_DOMAIN_NAME.service(self.service).with_quantity(domain_names))
            .with_billing_contact(billing_contact)
    }
}

/// The service of the PCE White Label, from which an order is made; see [`Order::pce_white_label`].
#[derive(Clone, Copy, Debug)]
pub struct PceWhiteLabel {
    service: ServiceId,
}

impl PceWhiteLabel {
    /// The purchase. Inferred: billing model `recurring`, cycle `annually`, `multiCycle` 0. Not
    /// known: whether a quantity is wanted after all; the known part of the table has none.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-pce-white-label-using-api.html>
    pub fn purchase(self, billing_contact: BillingContactId) -> Order {
        PURCHASE_PCE_LABEL
            .order(PURCHASE_PCE_LABEL.service(self.service))
            .with_billing_contact(billing_contact)
    }
}

/// The service of the YCM White Label, from which an order is made; see [`Order::ycm_white_label`].
#[derive(Clone, Copy, Debug)]
pub struct YcmWhiteLabel {
    service: ServiceId,
}

impl YcmWhiteLabel {
    /// Renews it.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-renew-ycm-white-label-using-api.html>
    pub fn renew(self, billing_contact: BillingContactId) -> Order {
        RENEW_YCM_LABEL.order(RENEW_YCM_LABEL.service(self.service)).with_billing_contact(billing_contact)
    }
}

/// The service of the PSE White Label, from which an order is made; see [`Order::pse_white_label`].
#[derive(Clone, Copy, Debug)]
pub struct PseWhiteLabel {
    service: ServiceId,
}

impl PseWhiteLabel {
    /// A free trial.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-obtain-free-trial-for-pse-white-label-using-api.html>
    pub fn trial(self) -> Order {
        TRY_PSE_LABEL.order(TRY_PSE_LABEL.service(self.service))
    }

    /// The purchase. Of what `quantity` is the number is not known. Inferred: billing model
    /// `recurring`, cycle `annually`, `multiCycle` 0.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-pse-white-label-using-api.html>
    pub fn purchase(self, quantity: u32, billing_contact: BillingContactId) -> Order {
        PURCHASE_PSE_LABEL
            .order(PURCHASE_PSE_LABEL.service(self.service).with_quantity(quantity))
            .with_billing_contact(billing_contact)
    }

    /// Renews it. Inferred: billing model `recurring`, cycle `annually`, `multiCycle` 0. Not known:
    /// whether a quantity is wanted after all; the known part of the table has none.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-renew-pse-white-label-using-api.html>
    pub fn renew(self, billing_contact: BillingContactId) -> Order {
        RENEW_PSE_LABEL.order(RENEW_PSE_LABEL.service(self.service)).with_billing_contact(billing_contact)
    }
}

pub(super) const RECIPES: &[&Recipe] = &[
    &PURCHASE_DOMAIN_NAME,
    &RENEW_DOMAIN_NAME,
    &PURCHASE_PCE_LABEL,
    &RENEW_YCM_LABEL,
    &TRY_PSE_LABEL,
    &PURCHASE_PSE_LABEL,
    &RENEW_PSE_LABEL,
];

static PURCHASE_DOMAIN_NAME: Recipe =
    add_on(OperationType::PurchaseService, annual(Quantity::Required, ZERO));

static RENEW_DOMAIN_NAME: Recipe =
    add_on(OperationType::RenewService, line(Quantity::Required, RECURRING_INFERRED, ANNUALLY, ZERO));

static PURCHASE_PCE_LABEL: Recipe =
    add_on(OperationType::PurchaseService, probably_annual(Quantity::Callers, RECURRING_INFERRED));

static RENEW_YCM_LABEL: Recipe = add_on(OperationType::RenewService, annual(Quantity::Absent, ZERO));

static TRY_PSE_LABEL: Recipe = add_on(OperationType::TrialService, trial(Interval::Column(Column::Absent)));

static PURCHASE_PSE_LABEL: Recipe =
    add_on(OperationType::PurchaseService, probably_annual(Quantity::Required, RECURRING_ROW_INFERRED));

static RENEW_PSE_LABEL: Recipe =
    add_on(OperationType::RenewService, probably_annual(Quantity::Callers, RECURRING_INFERRED));

const fn add_on(operation: OperationType, line: LineRecipe) -> Recipe {
    of_account(&[ProductId::ADD_ON], operation, None, without_plan(line))
}

const fn probably_annual(quantity: Quantity, billing_model: Column<BillingModel>) -> LineRecipe {
    line(quantity, billing_model, ANNUALLY_ROW_INFERRED, ZERO_ROW_INFERRED)
}
