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

pub use account_balance::{AccountBalance, Balance};
pub use billing_contact_list::{BillingContact, BillingContactList};
pub use colleague_create::ColleagueCreate;
pub use colleague_delete::ColleagueDelete;
pub use colleague_edit::{ColleagueEdit, UserStatus};
pub use colleague_list::ColleagueList;
pub use country_list::{Country, CountryList};
pub use edit_user::EditUser;
pub use save_user::SaveUser;
pub use subordinate_user::{SubordinateUser, TaxType, UserType};
pub use subordinate_user_get::SubordinateUserGet;
pub use subordinate_user_list::SubordinateUserList;
pub use user_permission_list::UserPermissionList;
