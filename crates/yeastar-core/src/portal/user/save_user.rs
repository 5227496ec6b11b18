//! `POST /user/openapi/user/v1/client/save_user`

use alloc::string::String;

use http::Method;
use serde::{Serialize, Serializer};

use super::check::Check;
use super::{TaxType, UserType};
use crate::error::invalid::BuildError;
use crate::value::{Body, Extra, Json, YeastarId};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Creates a subordinate user: a customer of the account.
///
/// Request: `POST /user/openapi/user/v1/client/save_user`
///
/// The answer `true` means that it worked. A `false` is no error of this library, so look at it.
///
/// Either a first name or a last name is required.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/create-a-subordinate-user.html>
///
/// Documented: the body; the answer is whether it worked. It has no id: the list of subordinate users
/// and the query of a single one give it.
///
/// Not known: what happens when the e-mail address is in use, and whether the portal sends the
/// activation e-mail when nothing is said about it.
#[doc(alias = "save_user")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreateCustomer {
    /// Kind of user. `Customer` is the only documented value, and what
    /// [`new`](Self::new) sets; lists call the same users `Enduser`.
    pub user_type: UserType,
    /// E-mail address with which the user signs in.
    pub yeastar_id: YeastarId,
    /// Company.
    pub company: String,
    /// Name of a country of the country list.
    pub country: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Phone number.
    pub phone_number: Option<String>,
    /// State or province.
    pub state_province: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street.
    pub street: Option<String>,
    /// Postal code.
    pub zip_code: Option<String>,
    /// Kind of the tax number.
    pub tax_type: Option<TaxType>,
    /// Tax number.
    pub tax_num: Option<String>,
    /// Remark.
    pub remark: Option<String>,
    /// Whether the portal sends the user an activation e-mail. Its default is not known.
    pub send_user_activation_email: Option<bool>,
    /// Fields set by [`with_field`](Self::with_field).
    pub extra: Extra,
}

impl CreateCustomer {
    /// A customer with this e-mail address, of this company, in a country of the
    /// country list. A first name or a last name is still needed.
    pub fn new(
        yeastar_id: impl Into<YeastarId>,
        company: impl Into<String>,
        country: impl Into<String>,
    ) -> Self {
        Self {
            user_type: UserType::Customer,
            yeastar_id: yeastar_id.into(),
            company: company.into(),
            country: country.into(),
            first_name: None,
            last_name: None,
            phone_number: None,
            state_province: None,
            city: None,
            street: None,
            zip_code: None,
            tax_type: None,
            tax_num: None,
            remark: None,
            send_user_activation_email: None,
            extra: Extra::default(),
        }
    }

    /// Sets the first name.
    pub fn with_first_name(mut self, first_name: impl Into<String>) -> Self {
        self.first_name = Some(first_name.into());
        self
    }

    /// Sets the last name.
    pub fn with_last_name(mut self, last_name: impl Into<String>) -> Self {
        self.last_name = Some(last_name.into());
        self
    }

    /// Sets the phone number.
    pub fn with_phone_number(mut self, phone_number: impl Into<String>) -> Self {
        self.phone_number = Some(phone_number.into());
        self
    }

    /// Sets the state or province.
    pub fn with_state_province(mut self, state_province: impl Into<String>) -> Self {
        self.state_province = Some(state_province.into());
        self
    }

    /// Sets the city.
    pub fn with_city(mut self, city: impl Into<String>) -> Self {
        self.city = Some(city.into());
        self
    }

    /// Sets the street.
    pub fn with_street(mut self, street: impl Into<String>) -> Self {
        self.street = Some(street.into());
        self
    }

    /// Sets the postal code.
    pub fn with_zip_code(mut self, zip_code: impl Into<String>) -> Self {
        self.zip_code = Some(zip_code.into());
        self
    }

    /// Sets the kind of the tax number.
    pub fn with_tax_type(mut self, tax_type: TaxType) -> Self {
        self.tax_type = Some(tax_type);
        self
    }

    /// Sets the tax number.
    pub fn with_tax_num(mut self, tax_num: impl Into<String>) -> Self {
        self.tax_num = Some(tax_num.into());
        self
    }

    /// Sets the remark.
    pub fn with_remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = Some(remark.into());
        self
    }

    /// Sets whether the portal sends the user an activation e-mail.
    pub fn with_activation_email(mut self, send: bool) -> Self {
        self.send_user_activation_email = Some(send);
        self
    }

    /// Sets a field of the body by its name on the wire: one that this version does
    /// not know, or one of the above in another form. It is sent as it is, takes the
    /// place of ours, and is not checked.
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.set(name.into(), value.into());
        self
    }
}

impl Endpoint for CreateCustomer {
    const META: Meta = Meta::new(
        "save_user",
        Method::POST,
        "/user/openapi/user/v1/client/save_user",
        Auth::Bearer,
        Effect::Once,
        "it creates a user and may send an e-mail; what a repetition does is not documented",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/create-a-subordinate-user.html",
    );

    type Output = bool;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        let check = Check(&self.extra);
        check.e_mail("yeastarId", &self.yeastar_id)?;
        check.not_blank("company", &self.company, "pass the name of the company")?;
        check.not_blank("country", &self.country, "pass the name of a country of the country list")?;
        check.a_name(self.first_name.as_deref(), self.last_name.as_deref())?;
        out.json(self)
    }
}

impl Serialize for CreateCustomer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body::new(serializer, &self.extra)?;
        body.put("userType", &self.user_type)?;
        body.put("yeastarId", &self.yeastar_id)?;
        body.put("company", &self.company)?;
        body.put("country", &self.country)?;
        body.put_some("firstName", self.first_name.as_ref())?;
        body.put_some("lastName", self.last_name.as_ref())?;
        body.put_some("phoneNumber", self.phone_number.as_ref())?;
        body.put_some("stateProvince", self.state_province.as_ref())?;
        body.put_some("city", self.city.as_ref())?;
        body.put_some("street", self.street.as_ref())?;
        body.put_some("zipCode", self.zip_code.as_ref())?;
        body.put_some("taxType", self.tax_type.as_ref())?;
        body.put_some("taxNum", self.tax_num.as_ref())?;
        body.put_some("remark", self.remark.as_ref())?;
        body.put_some("sendUserActivationEmail", self.send_user_activation_email.as_ref())?;
        body.end()
    }
}
