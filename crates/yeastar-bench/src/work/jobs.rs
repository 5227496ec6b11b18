//! What our clients are asked to do. The other clients do the first of it.

use http::Method;
use yeastar_core::order::{CreateOrder, ListOrders, OrderPlaced};
use yeastar_core::{Auth, BuildError, Effect, Encoder, Endpoint, Error, ErrorKind, Meta};

use crate::job;

/// A call, and what must come of it.
pub trait Job: 'static {
    type Endpoint: Endpoint<Output: Send> + Send;

    fn endpoint() -> Self::Endpoint;

    /// Panics when the result is wrong: then there is nothing to measure.
    fn check(result: Result<<Self::Endpoint as Endpoint>::Output, Error>);
}

/// An order's request and answer on a kept connection. A real order goes out on a connection of its own,
/// which no other client does.
pub struct Warm;

impl Job for Warm {
    type Endpoint = At<Self>;

    fn endpoint() -> Self::Endpoint {
        At(job::order(), Self)
    }

    fn check(result: Result<OrderPlaced, Error>) {
        assert_eq!(result.expect("an answer").order_no.as_str().len(), 21);
    }
}

/// An order as it really goes out: on a connection of its own, and watched.
pub struct Fresh;

impl Job for Fresh {
    type Endpoint = CreateOrder;

    fn endpoint() -> Self::Endpoint {
        job::order()
    }

    fn check(result: Result<OrderPlaced, Error>) {
        Warm::check(result);
    }
}

/// A page of the order list.
pub struct Rows<const ROWS: u32>;

impl<const ROWS: u32> Job for Rows<ROWS> {
    type Endpoint = ListOrders;

    fn endpoint() -> Self::Endpoint {
        ListOrders::new().with_page_no(1).with_page_size(ROWS)
    }

    fn check(result: Result<<ListOrders as Endpoint>::Output, Error>) {
        assert_eq!(result.expect("an answer").results.len(), ROWS as usize);
    }
}

/// A call whose answer the server holds back.
pub struct Held;

impl Job for Held {
    type Endpoint = At<Self>;

    fn endpoint() -> Self::Endpoint {
        At(job::order(), Self)
    }

    fn check(result: Result<OrderPlaced, Error>) {
        Warm::check(result);
    }
}

/// A call whose answer never ends.
pub struct Endless;

impl Job for Endless {
    type Endpoint = At<Self>;

    fn endpoint() -> Self::Endpoint {
        At(job::order(), Self)
    }

    fn check(result: Result<OrderPlaced, Error>) {
        let error = result.expect_err("the answer ended");
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{error}");
    }
}

/// An order that may be repeated.
pub struct At<P>(CreateOrder, P);

pub trait Path: Send + Sync + 'static {
    const PATH: &'static str;
}

impl Path for Warm {
    const PATH: &'static str = job::ORDER_PATH;
}

impl Path for Held {
    const PATH: &'static str = job::HELD_PATH;
}

impl Path for Endless {
    const PATH: &'static str = job::ENDLESS_PATH;
}

impl<P: Path> Endpoint for At<P> {
    const META: Meta = Meta::new(
        "bench",
        Method::POST,
        P::PATH,
        Auth::Bearer,
        Effect::Idempotent,
        "nothing is bought here",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/create-an-order.html",
    );

    type Output = OrderPlaced;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        self.0.encode(out)
    }
}
