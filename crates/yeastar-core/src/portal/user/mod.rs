//! Module `user` of the portal: the account and the people around it.

mod account_balance;
mod billing_contact_list;
mod check;
mod colleague_create;
mod colleague_delete;
mod colleague_edit;
mod colleague_list;
mod country_list;
mod edit_user;
mod save_user;
mod subordinate_user;
mod subordinate_user_get;
mod subordinate_user_list;
mod user_permission_list;

pub use account_balance::{Balance, GetAccountBalance};
pub use billing_contact_list::{BillingContact, ListBillingContacts};
pub use colleague_create::CreateColleague;
pub use colleague_delete::DeleteColleagues;
pub use colleague_edit::{EditColleague, UserStatus};
pub use colleague_list::ListColleagues;
pub use country_list::{Country, ListCountries};
pub use edit_user::EditCustomer;
pub use save_user::CreateCustomer;
pub use subordinate_user::{SubordinateUser, TaxType, UserType};
pub use subordinate_user_get::GetCustomer;
pub use subordinate_user_list::ListCustomers;
pub use user_permission_list::ListPermissions;
