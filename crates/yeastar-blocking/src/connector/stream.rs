//! What ureq writes to: a connection that gathers, and that may have a meter.

use std::fmt;
use std::io;
use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

use super::{Meter, left};

/// A connection, with a meter when it is for one request.
///
/// ureq writes head and body one after the other. They are gathered, and leave together
/// when ureq waits for the answer: one send, and over TLS one record.
pub(crate) struct Stream<S> {
    connection: S,
    /// Written and not yet sent. `None` once sending has failed: what is reported of the
    /// request then must stay true, so nothing more is sent.
    gathered: Option<Vec<u8>>,
    meter: Option<Meter>,
}

impl<S: Transport> Stream<S> {
    pub(super) fn new(connection: S, meter: Option<Meter>) -> Self {
        Self { connection, gathered: Some(Vec::new()), meter }
    }

    /// Sends what was gathered, in pieces of ureq's buffer, and gives the time that is left.
    fn flush(&mut self, timeout: NextTimeout) -> Result<NextTimeout, Error> {
        let Some(mut gathered) = self.gathered.take() else { return Err(aborted()) };
        let (started, mut remaining) = (Instant::now(), timeout);
        let room = self.connection.buffers().output().len();
        for piece in gathered.chunks(room) {
            self.connection.buffers().output()[..piece.len()].copy_from_slice(piece);
            if self.meter.as_ref().is_some_and(|meter| !meter.offer(piece)) {
                return Err(aborted());
            }
            // ureq sends all of it or fails. (TLS may hide a failure until the next read; what was
            // offered counts as sent all the same.)
            self.connection.transmit_output(piece.len(), remaining)?;
            if let Some(meter) = &self.meter {
                meter.accept(piece);
            }
            remaining = left(timeout, started)?;
        }
        gathered.clear();
        self.gathered = Some(gathered);
        Ok(remaining)
    }
}

/// Without the bytes: the token is among them.
impl<S: Transport> fmt::Debug for Stream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("connection", &self.connection).finish_non_exhaustive()
    }
}

fn aborted() -> Error {
    io::Error::from(io::ErrorKind::ConnectionAborted).into()
}

impl<S: Transport> Transport for Stream<S> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.connection.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let Some(gathered) = &mut self.gathered else { return Err(aborted()) };
        let output = self.connection.buffers().output();
        gathered.extend_from_slice(&output[..amount]);
        if gathered.len() >= output.len() {
            self.flush(timeout)?;
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let remaining = self.flush(timeout)?;
        self.connection.await_input(remaining)
    }

    fn is_open(&mut self) -> bool {
        self.gathered.as_ref().is_some_and(Vec::is_empty) && self.connection.is_open()
    }

    fn is_tls(&self) -> bool {
        self.connection.is_tls()
    }
}
