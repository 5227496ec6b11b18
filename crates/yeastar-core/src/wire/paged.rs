//! Lists that come in pages.

use crate::error::invalid::BuildError;
use crate::value::Page;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;

/// An endpoint that answers with one page of a list.
pub trait Paged: Endpoint<Output = Page<<Self as Paged>::Row>> {
    /// A row of the list.
    type Row;

    /// The page that is asked for, from 1; `None` is the portal's default, the first.
    fn page_no(&self) -> Option<u32>;

    /// Asks for this page. Everything else of the request stays as it is.
    fn set_page_no(&mut self, page_no: u32);
}

/// Writes `pageNo` and `pageSize`, the portal's parameters of all paged lists.
pub(crate) fn encode_page(
    out: &mut Encoder<'_>,
    page_no: Option<u32>,
    page_size: Option<u32>,
) -> Result<(), BuildError> {
    for (name, value) in [("pageNo", page_no), ("pageSize", page_size)] {
        match value {
            Some(0) => return Err(BuildError::new(name, "is 0", "count from 1")),
            Some(value) => out.query(name, value)?,
            None => {}
        }
    }
    Ok(())
}
