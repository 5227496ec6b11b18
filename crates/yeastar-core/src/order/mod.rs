//! Module `order` of the portal: orders.

mod cloud_pbx;
mod line;
mod order_get;
mod order_page;
mod order_save;
mod rule;

pub use cloud_pbx::{CloudPbx, PbxSite};
pub use line::{BillingCycle, BillingModel, OrderLine, PurchaseType, ServiceType};
pub use order_get::{BasicInfo, OrderDetails, OrderGet};
pub use order_page::{OrderInfo, OrderPage, OrderStatus};
pub use order_save::{OperationType, Order, OrderPlaced, OrderSave};
pub use rule::Rule;
