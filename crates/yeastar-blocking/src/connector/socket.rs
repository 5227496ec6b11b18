//! Sockets, below TLS.

use std::time::Duration;

use ureq::Error;
use ureq::unversioned::transport::time;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, NextTimeout, TcpConnector, Transport,
};

/// Opens sockets.
#[derive(Debug)]
pub(crate) struct SocketConnector;

impl Connector for SocketConnector {
    type Out = Socket<<TcpConnector as Connector>::Out>;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        Ok(TcpConnector::default().connect(details, None)?.map(Socket))
    }
}

/// A socket.
///
/// ureq sets its time limit for each read and each write to what is left, and that is a
/// system call whenever it differs. In whole seconds it seldom does.
#[derive(Debug)]
pub(crate) struct Socket<S>(pub(super) S);

/// Below this a second is much.
const SHORT: Duration = Duration::from_secs(10);

/// The whole seconds of a time limit, and the rest. A short one is all rest.
fn split(timeout: NextTimeout) -> (Option<NextTimeout>, NextTimeout) {
    let time::Duration::Exact(after) = timeout.after else { return (None, timeout) };
    if after < SHORT {
        return (None, timeout);
    }
    let of = |after: Duration| NextTimeout { after: after.into(), ..timeout };
    let (seconds, rest) = (Duration::from_secs(after.as_secs()), Duration::new(0, after.subsec_nanos()));
    (Some(of(seconds)), of(rest))
}

impl<S: Transport> Transport for Socket<S> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    /// A write that got stuck cannot be taken up again, so the rest is not waited for.
    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let (seconds, rest) = split(timeout);
        self.0.transmit_output(amount, seconds.unwrap_or(rest))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let (seconds, rest) = split(timeout);
        match seconds.map(|seconds| self.0.await_input(seconds)) {
            // A limit of zero is over.
            None | Some(Err(Error::Timeout(_))) => self.0.await_input(rest),
            Some(other) => other,
        }
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
