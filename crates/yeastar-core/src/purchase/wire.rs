//! The requests of a purchase: bodies as they were fixed, answers as they came.

use bytes::Bytes;

use crate::error::invalid::BuildError;
use crate::portal::order::{CreateOrder, GetOrder, ListOrders, OrderPlaced};
use crate::value::{Json, Page};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::Meta;
use crate::wire::paged::Paged;

/// [`CreateOrder`] with a body that was fixed when the purchase began.
pub(super) struct FrozenOrder(pub(super) Bytes);

impl Endpoint for FrozenOrder {
    const META: Meta = CreateOrder::META;
    type Output = OrderPlaced;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.json_text(self.0.clone());
        Ok(())
    }
}

/// [`ListOrders`] whose rows are kept as they came, so that every field can be searched.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub(super) struct OrderRows(pub(super) ListOrders);

impl Endpoint for OrderRows {
    const META: Meta = ListOrders::META;
    type Output = Page<Json>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        self.0.encode(out)
    }
}

impl Paged for OrderRows {
    type Row = Json;

    fn page_no(&self) -> Option<u32> {
        self.0.page_no()
    }

    fn set_page_no(&mut self, page_no: u32) {
        self.0.set_page_no(page_no);
    }
}

/// [`GetOrder`] whose answer is kept as it came.
pub(super) struct RawDetails(pub(super) GetOrder);

impl Endpoint for RawDetails {
    const META: Meta = GetOrder::META;
    type Output = Json;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        self.0.encode(out)
    }
}
