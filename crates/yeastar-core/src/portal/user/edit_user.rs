//! `POST /user/openapi/user/v1/client/edit_user`

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

/// Changes a subordinate user.
///
/// Request: `POST /user/openapi/user/v1/client/edit_user`
///
/// The country is not among what can be changed.
///
/// The answer `true` means that it worked. A `false` is no error of this library, so look at it.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/edit-a-subordinate-user.html>
///
/// Documented: the body; the answer is whether it worked.
///
/// Inferred: a field that is absent stays as it is (the page's example changes one field, and all but
/// two are optional).
#[doc(alias = "edit_user")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EditCustomer {
    /// E-mail address of the user who is changed.
    pub yeastar_id: YeastarId,
    /// Kind of user. `Customer` is the only documented value, and what
    /// [`new`](Self::new) sets; lists call the same users `Enduser`.
    pub user_type: UserType,
    /// Company.
    pub company: Option<String>,
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
    /// Tax number.
    pub tax_num: Option<String>,
    /// Remark.
    pub remark: Option<String>,
    /// Kind of the tax number.
    pub tax_type: Option<TaxType>,
    /// Fields set by [`with_field`](Self::with_field).
    pub extra: Extra,
}

impl EditCustomer {
    /// Changes the customer with this e-mail address; what is changed is still to be set.
    pub fn new(yeastar_id: impl Into<YeastarId>) -> Self {
        Self {
            yeastar_id: yeastar_id.into(),
            user_type: UserType::Customer,
            company: None,
            first_name: None,
            last_name: None,
            phone_number: None,
            state_province: None,
            city: None,
            street: None,
            zip_code: None,
            tax_num: None,
            remark: None,
            tax_type: None,
            extra: Extra::default(),
        }
    }

    /// Sets the company.
    pub fn with_company(mut self, company: impl Into<String>) -> Self {
        self.company = Some(company.into());
        self
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

    /// Sets the kind of the tax number.
    pub fn with_tax_type(mut self, tax_type: TaxType) -> Self {
        self.tax_type = Some(tax_type);
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

impl Endpoint for EditCustomer {
    const META: Meta = Meta::new(
        "edit_user",
        Method::POST,
        "/user/openapi/user/v1/client/edit_user",
        Auth::Bearer,
        Effect::Idempotent,
        "it sets the same fields of the same user to the same values again",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/edit-a-subordinate-user.html",
    );

    type Output = bool;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        let check = Check(&self.extra);
        check.e_mail("yeastarId", &self.yeastar_id)?;
        if let Some(company) = &self.company {
            check.not_blank("company", company, "leave it out to keep the present one")?;
        }
        out.json(self)
    }
}

impl Serialize for EditCustomer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body::new(serializer, &self.extra)?;
        body.put("yeastarId", &self.yeastar_id)?;
        body.put("userType", &self.user_type)?;
        body.put_some("company", self.company.as_ref())?;
        body.put_some("firstName", self.first_name.as_ref())?;
        body.put_some("lastName", self.last_name.as_ref())?;
        body.put_some("phoneNumber", self.phone_number.as_ref())?;
        body.put_some("stateProvince", self.state_province.as_ref())?;
        body.put_some("city", self.city.as_ref())?;
        body.put_some("street", self.street.as_ref())?;
        body.put_some("zipCode", self.zip_code.as_ref())?;
        body.put_some("taxNum", self.tax_num.as_ref())?;
        body.put_some("remark", self.remark.as_ref())?;
        body.put_some("taxType", self.tax_type.as_ref())?;
        body.end()
    }
}
