//! A subordinate user, as the list and the query of a single one give it.

use alloc::string::String;

use serde::Deserialize;

use crate::value::{PartnerId, open_enum};

/// A subordinate user: a customer of the account (`User_Info`).
///
/// Documented: all fields, each a String.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubordinateUser {
    /// Unique id of the user, which orders and other requests take.
    pub partner_id: PartnerId,
    /// Kind of user. The page lists `Enduser` only.
    pub user_type: Option<UserType>,
    /// E-mail address. That it is the user's Yeastar ID is inferred.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Phone number.
    pub phone_number: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// State or province.
    pub state_province: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street.
    pub street: Option<String>,
    /// Postal code.
    pub zip_code: Option<String>,
    /// Tax number.
    pub tax_num: Option<String>,
    /// Remark.
    pub remark: Option<String>,
}

open_enum! {
    /// Kind of a subordinate user. The vendor's pages have one word for it in requests
    /// and another in answers.
    pub enum UserType {
        /// What creating and editing take.
        Customer = "Customer",
        /// What the list gives (`Enduser` on the wire).
        EndUser = "Enduser",
    }
}

open_enum! {
    /// Kind of a tax number.
    pub enum TaxType {
        /// VAT number.
        VatNumber = "VAT_number",
        /// Tax ID.
        TaxId = "Tax_ID",
        /// Taxpayer identification number (TIN).
        TinNumber = "TIN_number",
        /// RUC.
        Ruc = "RUC",
        /// CUIT.
        Cuit = "CUIT",
    }
}
