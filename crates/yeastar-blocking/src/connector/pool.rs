//! Connections between two requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// As many as calls of a busy program are under way at a time; the oldest make room for more.
/// Each holds buffers of some 35 KiB.
pub(super) const MOST: usize = 512;

/// Takes connections that are kept before it opens another one. All are to one origin, that
/// of the client.
///
/// It stands for ureq's own pool, which looks through all its connections twice per call,
/// asks the system about one while it is locked, and takes the one that has waited longest,
/// so that none gets too old while there are calls. A connection that got too old is closed
/// when the next one is wanted.
#[derive(Debug)]
pub(crate) struct Pool<C: Connector> {
    connector: C,
    idle: Arc<Idle<C::Out>>,
}

impl<C: Connector> Pool<C> {
    /// A connection that was not used for so long is not used any more, and closed when the
    /// next one is wanted.
    pub(crate) fn new(connector: C, max_idle_age: Duration) -> Self {
        Self { connector, idle: Arc::new(Idle { max_age: max_idle_age, connections: Mutex::default() }) }
    }
}

impl<C: Connector> Connector for Pool<C> {
    type Out = Lent<C::Out>;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        let connection = match self.idle.take() {
            Some(connection) => Some(connection),
            None => self.connector.connect(details, None)?.map(Box::new),
        };
        let pool = Arc::clone(&self.idle);
        Ok(connection.map(|connection| Lent { connection: Some(connection), pool, may_be_kept: false }))
    }
}

/// The last used one is at the back.
#[derive(Debug)]
struct Idle<S> {
    max_age: Duration,
    connections: Mutex<VecDeque<(Instant, Box<S>)>>,
}

impl<S: Transport> Idle<S> {
    /// One that the other side has left open, without sending anything unasked.
    fn take(&self) -> Option<Box<S>> {
        loop {
            let now = Instant::now();
            let is_old = |(since, _): &&(Instant, _)| now.duration_since(*since) >= self.max_age;
            let mut connections = self.lock();
            let old = connections.iter().take_while(is_old).count();
            let old: Vec<_> = connections.drain(..old).collect();
            let last = connections.pop_back();
            drop(connections);
            // To close some and to look at one takes system calls, and other calls go on meanwhile.
            drop(old);
            let (_, mut connection) = last?;
            if connection.is_open() {
                return Some(connection);
            }
        }
    }

    fn put(&self, connection: Box<S>) {
        let mut connections = self.lock();
        let oldest = if connections.len() < MOST { None } else { connections.pop_front() };
        connections.push_back((Instant::now(), connection));
        drop(connections);
        drop(oldest);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Instant, Box<S>)>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection for the length of one request.
#[derive(Debug)]
pub(crate) struct Lent<S: Transport> {
    /// `None` once it was given back.
    connection: Option<Box<S>>,
    pool: Arc<Idle<S>>,
    may_be_kept: bool,
}

impl<S: Transport> Lent<S> {
    fn connection(&mut self) -> &mut S {
        self.connection.as_mut().expect("it is given back when this is dropped")
    }
}

impl<S: Transport> Transport for Lent<S> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.connection().buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.may_be_kept = false;
        self.connection().transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.may_be_kept = false;
        self.connection().await_input(timeout)
    }

    /// ureq asks when it has read an answer and would keep the connection. Whether it is
    /// open matters when it is taken again.
    fn is_open(&mut self) -> bool {
        self.may_be_kept = true;
        true
    }

    fn is_tls(&self) -> bool {
        self.connection.as_ref().is_some_and(Transport::is_tls)
    }
}

impl<S: Transport> Drop for Lent<S> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // What is left unread would be taken for the answer to the next request.
        if self.may_be_kept && connection.buffers().input().is_empty() {
            self.pool.put(connection);
        }
    }
}
