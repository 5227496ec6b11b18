//! How long an order is looked for.

use std::time::Duration;

use yeastar_core::Policy;

/// The usual limits, with this long to look for an order after doubt. Short looks follow each other faster, so
/// that there are several.
pub fn policy(patience: Duration) -> Policy {
    let mut policy = Policy::default();
    policy.reconcile_for = patience;
    policy.reconcile_base = policy.reconcile_base.min(patience / 8);
    policy
}
