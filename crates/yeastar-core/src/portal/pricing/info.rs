//! What the queries about one plan or one service have in common.

use crate::error::invalid::BuildError;
use crate::value::{PlanId, ProductId, ProductNo};
use crate::wire::encoder::Encoder;

/// Writes the query in the order of the vendor's newest tables.
pub(super) fn encode_info(
    out: &mut Encoder<'_>,
    product_id: ProductId,
    connection_plan_id: Option<PlanId>,
    product_no: Option<&ProductNo>,
) -> Result<(), BuildError> {
    out.query("productId", product_id)?;
    if let Some(plan) = connection_plan_id {
        out.query("connectionPlanId", plan)?;
    }
    if let Some(product_no) = product_no {
        out.query("productNo", product_no)?;
    }
    Ok(())
}
