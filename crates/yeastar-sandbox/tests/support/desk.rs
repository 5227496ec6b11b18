//! The portal in memory, and the client library's own calls.

use yeastar_core::{
    Action, Call, Credentials, Endpoint, Error, Event, Machine, Origin, Policy, Session, Tick,
};
use yeastar_sandbox::{Portal, Settings};

pub(crate) struct Desk {
    pub(crate) portal: Portal,
    session: Session,
}

impl Desk {
    /// A portal that lists an order at once.
    pub(crate) fn open() -> Self {
        let mut settings = Settings::default();
        settings.list_lag = std::time::Duration::ZERO;
        let portal = Portal::new(settings);
        let session = Session::new(Credentials::new(portal.client_id(), portal.client_secret()), 1);
        Self { portal, session }
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
}
