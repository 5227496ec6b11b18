//! A subordinate user, as the list and the query of a single one give it.

use alloc::string::String;

use crate::value::{PartnerId, open_enum, partial};

partial! {
    /// A subordinate user: a customer of the account (`User_Info`).
    ///
    /// Documented: all fields, each a String.
    pub struct SubordinateUser {
        /// Unique id of the user, which orders and other requests take.
        pub partner_id: PartnerId = "partnerId",
        /// Kind of user. The page lists `Enduser` only.
        pub user_type: Option<UserType> = "userType",
        /// E-mail address. That it is the user's Yeastar ID is inferred.
        pub email: Option<String> = "email",
        /// First name.
        pub first_name: Option<String> = "firstName",
        /// Last name.
        pub last_name: Option<String> = "lastName",
        /// Company.
        pub company: Option<String> = "company",
        /// Phone number.
        pub phone_number: Option<String> = "phoneNumber",
        /// Country.
        pub country: Option<String> = "country",
        /// State or province.
        pub state_province: Option<String> = "stateProvince",
        /// City.
        pub city: Option<String> = "city",
        /// Street.
        pub street: Option<String> = "street",
        /// Postal code.
        pub zip_code: Option<String> = "zipCode",
        /// Tax number.
        pub tax_num: Option<String> = "taxNum",
        /// Remark.
        pub remark: Option<String> = "remark",
    }
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
