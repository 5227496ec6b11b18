//! The module `pricing` of the portal: what is for sale, and for how much.

mod calculation;
mod info;
mod offer;
pub(crate) mod price;

pub(crate) use calculation::pricing_calculate;
pub(crate) use info::{add_on_info, plan_info};
pub(crate) use offer::{my_price_info, purchase_product_info, subscription_product_list};
