//! A connection without a socket, which remembers what was done to it.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::Resolver;
use ureq::unversioned::transport::time::Instant;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport,
};

use super::super::NoLookup;

/// What was done to the connections of a peer.
#[derive(Debug, Default)]
pub struct Seen {
    /// The time limits of the connections that were opened.
    pub opened: Vec<NextTimeout>,
    /// Each send.
    pub sent: Vec<Vec<u8>>,
    /// How many bytes had been sent when an answer was waited for.
    pub waited_after: Vec<usize>,
    pub probes: usize,
}

impl Seen {
    pub fn bytes(&self) -> Vec<u8> {
        self.sent.concat()
    }
}

#[derive(Clone, Debug)]
pub struct Peer {
    /// The size of its buffers.
    pub room: usize,
    /// The send that fails.
    pub fails_at: Option<usize>,
    pub is_open: bool,
    pub seen: Arc<Mutex<Seen>>,
}

impl Peer {
    pub fn new(room: usize) -> Self {
        Self { room, fails_at: None, is_open: true, seen: Arc::default() }
    }

    pub fn connection(&self) -> Connection {
        Connection { peer: self.clone(), buffers: LazyBuffers::new(self.room, self.room) }
    }
}

impl Connector for Peer {
    type Out = Connection;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Connection>, Error> {
        assert_eq!(details.addrs.len(), 1, "looked up");
        self.seen.lock().unwrap().opened.push(details.timeout);
        Ok(Some(self.connection()))
    }
}

#[derive(Debug)]
pub struct Connection {
    peer: Peer,
    buffers: LazyBuffers,
}

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        let mut seen = self.peer.seen.lock().unwrap();
        if self.peer.fails_at == Some(seen.sent.len()) {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        }
        seen.sent.push(self.buffers.output()[..amount].to_vec());
        Ok(())
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        let mut seen = self.peer.seen.lock().unwrap();
        let sent = seen.sent.iter().map(Vec::len).sum();
        seen.waited_after.push(sent);
        let free = self.buffers.input_append_buf();
        let length = free.len().min(ANSWER.len());
        free[..length].copy_from_slice(&ANSWER[..length]);
        self.buffers.input_appended(length);
        Ok(true)
    }

    fn is_open(&mut self) -> bool {
        self.peer.seen.lock().unwrap().probes += 1;
        self.peer.is_open
    }
}

/// What ureq would hand to a connector.
pub fn details<'a>(uri: &'a Uri, config: &'a Config, timeout: Duration) -> ConnectionDetails<'a> {
    ConnectionDetails {
        uri,
        addrs: NoLookup.empty(),
        config,
        request_level: true,
        resolver: &NoLookup,
        now: Instant::now(),
        timeout: NextTimeout { after: timeout.into(), ..NextTimeout::default() },
        current_time: Arc::new(Instant::now),
        run_connector: Arc::new(|_| Err(Error::ConnectionFailed)),
        register_shutdown: Arc::new(|_| Ok(())),
    }
}
