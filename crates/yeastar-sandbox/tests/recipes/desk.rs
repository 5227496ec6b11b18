//! Where orders are placed: the portal in memory, and the client library's own calls.

use yeastar_core::order::{Order, OrderPlaced, OrderSave};
use yeastar_core::{
    Action, Call, Credentials, Endpoint, Error, Event, Machine, Origin, Policy, Session, Tick,
};
use yeastar_sandbox::{Portal, Settings};

pub(crate) struct Desk {
    portal: Portal,
    session: Session,
    /// Serial number of what was prepared last.
    pub(crate) serial: Option<String>,
}

impl Desk {
    pub(crate) fn open() -> Self {
        let portal = Portal::new(Settings::default());
        let session = Session::new(Credentials::new(portal.client_id(), portal.client_secret()), 1);
        Self { portal, session, serial: None }
    }

    pub(crate) fn call<E: Endpoint>(&mut self, endpoint: &E) -> Result<E::Output, Error> {
        let mut call = Call::new(endpoint, &Origin::default(), &Policy::default())?;
        loop {
            match call.poll(Tick::default(), &mut self.session) {
                Action::Send(exchange) => {
                    call.on(Event::Response(self.portal.handle(Tick::default(), exchange.request)));
                }
                Action::Done(result) => return result.map(yeastar_core::Reply::into_value),
                Action::Sleep(_) | Action::Wait(_) => panic!("a portal in memory lets nobody wait"),
            }
        }
    }

    pub(crate) fn place(&mut self, order: Order) -> Result<OrderPlaced, Error> {
        self.call(&OrderSave::new(order))
    }

    /// Places what a recipe needs to be there, and gives the serial number of it.
    pub(crate) fn prepare(&mut self, order: Order) -> String {
        let placed = self.place(order).unwrap_or_else(|error| panic!("before the recipe: {error}"));
        let serial = placed.product_no.expect("the sandbox numbers what it sells").to_string();
        self.serial.insert(serial).clone()
    }

    /// The bodies of all orders so far.
    pub(crate) fn orders(&self) -> Vec<String> {
        self.portal.ledger().orders().iter().map(|order| order.body.to_string()).collect()
    }
}
