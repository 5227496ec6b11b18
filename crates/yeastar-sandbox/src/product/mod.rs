//! The module `product` of the portal: what there is, where, and which URLs are taken.

mod details;
pub(crate) mod instances;
pub(crate) mod regions;
mod white_labels;

pub(crate) use details::{activation_code, instance_product_list, product_detail, product_model};
pub(crate) use regions::{pbx_url_existed, region_list};
pub(crate) use white_labels::white_label_list;
