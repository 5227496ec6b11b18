//! `GET /user/openapi/user/v1/colleagues?pageNo={pageNo}&pageSize={pageSize}&ownerId={ownerId}`

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{Json, Page, PartnerId};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};
use crate::wire::paged::{Paged, encode_page};

/// Lists the colleagues of the account or of a subordinate user, a page at a time.
///
/// Request: `GET /user/openapi/user/v1/colleagues?pageNo={pageNo}&pageSize={pageSize}&ownerId={ownerId}`
///
/// Without settings: the first page of 25 of your own.
///
/// One page at a time; [`Pages`](crate::Pages), and `pages` of the clients, walk through all of them.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-colleague-list.html>
///
/// Documented: the request.
///
/// Inferred: the answer has the paging shape of the other lists.
///
/// Not known: the fields of a colleague, also the one of its id, so each is given as [`Json`].
#[doc(alias = "colleague_list")]
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListColleagues {
    /// Page number, from 1. The portal's default is 1.
    pub page_no: Option<u32>,
    /// Rows per page. The portal's default is 25; its maximum is not known.
    pub page_size: Option<u32>,
    /// The subordinate user whose colleagues are listed; absent for your own.
    pub owner_id: Option<PartnerId>,
}

impl ListColleagues {
    /// The first page of your own colleagues.
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

    /// Sets the subordinate user whose colleagues are listed.
    pub fn with_owner_id(mut self, owner: impl Into<PartnerId>) -> Self {
        self.owner_id = Some(owner.into());
        self
    }
}

impl Endpoint for ListColleagues {
    const META: Meta = Meta::new(
        "colleague_list",
        Method::GET,
        "/user/openapi/user/v1/colleagues",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-colleague-list.html",
    );

    type Output = Page<Json>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        encode_page(out, self.page_no, self.page_size)?;
        if let Some(owner) = &self.owner_id {
            out.query("ownerId", owner)?;
        }
        Ok(())
    }
}

impl Paged for ListColleagues {
    type Row = Json;

    fn page_no(&self) -> Option<u32> {
        self.page_no
    }

    fn set_page_no(&mut self, page_no: u32) {
        self.page_no = Some(page_no);
    }
}
