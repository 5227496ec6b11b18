//! Module `product` of the portal: regions, PBX URLs, products in the field.

mod activation_code;
mod host_name;
mod instance_product_list;
mod pbx_url_existed;
mod product_detail;
mod product_model;
mod region_list;
mod white_label_list;

pub use activation_code::{CodeInfo, GetActivationCode};
pub(crate) use host_name::check_pbx_url;
pub use instance_product_list::{ActivationStatus, InstanceProduct, ListProducts};
pub use pbx_url_existed::CheckPbxUrl;
pub use product_detail::{GetProduct, InstanceProductDetails};
pub use product_model::{DeviceModel, GetProductModel};
pub(crate) use region_list::is_under;
pub use region_list::{ListRegions, PbxDomain, Region};
pub use white_label_list::{ListWhiteLabels, WhiteLabel};
