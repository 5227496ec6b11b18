//! Module `product` of the portal: regions, PBX URLs, products in the field.

mod host_name;
mod pbx_url_existed;
mod region_list;

pub(crate) use host_name::check_pbx_url;
pub use pbx_url_existed::PbxUrlExisted;
pub(crate) use region_list::is_under;
pub use region_list::{PbxDomain, Region, RegionList};
