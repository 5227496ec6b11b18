//! `GET /user/openapi/area/v1/page?pageNo={pageNo}&pageSize={pageSize}&sort={sort}&name={name}`

use alloc::string::String;

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{CountryId, Page, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};
use crate::wire::paged::{Paged, encode_page};

/// Lists the countries, a page at a time.
///
/// Request: `GET /user/openapi/area/v1/page?pageNo={pageNo}&pageSize={pageSize}&sort={sort}&name={name}`
///
/// A new subordinate user names one of them. Without settings: the first page of 25.
///
/// One page at a time; [`Pages`](crate::Pages), and `pages` of the clients, walk through all of them.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-country-list.html>
///
/// Documented: the request, and all fields of a country.
///
/// Not known: how `name` is compared.
#[doc(alias = "country_list")]
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListCountries {
    /// Page number, from 1. The portal's default is 1.
    pub page_no: Option<u32>,
    /// Rows per page. The portal's default is 25; its maximum is not known.
    pub page_size: Option<u32>,
    /// `name`, or `-name` to sort downwards.
    pub sort: Option<String>,
    /// The name that is looked for. Whether a part of it is enough is not known.
    pub name: Option<String>,
}

impl ListCountries {
    /// The first page.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the page number, from 1.
    pub fn with_page_no(mut self, page_no: u32) -> Self {
        self.page_no = Some(page_no);
        self
    }

    /// Sets the number of rows per page.
    pub fn with_page_size(mut self, page_size: u32) -> Self {
        self.page_size = Some(page_size);
        self
    }

    /// Sets the field to sort by.
    pub fn with_sort(mut self, sort: impl Into<String>) -> Self {
        self.sort = Some(sort.into());
        self
    }

    /// Sets the name that is looked for.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl Endpoint for ListCountries {
    const META: Meta = Meta::new(
        "country_list",
        Method::GET,
        "/user/openapi/area/v1/page",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-country-list.html",
    );

    type Output = Page<Country>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        encode_page(out, self.page_no, self.page_size)?;
        if let Some(sort) = &self.sort {
            out.query("sort", sort)?;
        }
        if let Some(name) = &self.name {
            out.query("name", name)?;
        }
        Ok(())
    }
}

impl Paged for ListCountries {
    type Row = Country;

    fn page_no(&self) -> Option<u32> {
        self.page_no
    }

    fn set_page_no(&mut self, page_no: u32) {
        self.page_no = Some(page_no);
    }
}

partial! {
    /// A country (`Country_Info`).
    pub struct Country {
        /// Unique id. No request that is known takes it.
        pub id: Option<CountryId> = "id",
        /// Code of the country.
        pub code: Option<String> = "code",
        /// Name: what a new subordinate user takes as `country`.
        pub name: Option<String> = "name",
    }
}
