//! The time limits of a socket: rarely changed, and never longer than they should be.

use std::time::Duration;

use ureq::unversioned::transport::time;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};
use ureq::{Error, Timeout};

use super::super::socket::Socket;

/// Lets every time limit pass.
#[derive(Debug)]
struct Silence {
    buffers: LazyBuffers,
    limits: Vec<time::Duration>,
}

impl Silence {
    fn new() -> Self {
        Self { buffers: LazyBuffers::new(1, 1), limits: Vec::new() }
    }

    fn passes(&mut self, limit: NextTimeout) -> Error {
        self.limits.push(limit.after);
        Error::Timeout(limit.reason)
    }
}

impl Transport for Silence {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, _: usize, limit: NextTimeout) -> Result<(), Error> {
        Err(self.passes(limit))
    }

    fn await_input(&mut self, limit: NextTimeout) -> Result<bool, Error> {
        Err(self.passes(limit))
    }

    fn is_open(&mut self) -> bool {
        true
    }
}

fn limit(after: impl Into<time::Duration>) -> NextTimeout {
    NextTimeout { after: after.into(), ..NextTimeout::default() }
}

/// What the system is told for a read and for a write in this time.
fn told(timeout: NextTimeout) -> (Vec<time::Duration>, Vec<time::Duration>) {
    let (mut reading, mut writing) = (Socket(Silence::new()), Socket(Silence::new()));
    assert!(matches!(reading.await_input(timeout), Err(Error::Timeout(Timeout::Global))));
    assert!(matches!(writing.transmit_output(1, timeout), Err(Error::Timeout(Timeout::Global))));
    (reading.0.limits, writing.0.limits)
}

#[test]
fn a_long_limit_is_told_in_whole_seconds() {
    let (seconds, rest) = (Duration::from_secs(29), Duration::new(0, 999_876_543));
    let told = told(limit(seconds + rest));
    assert_eq!(told, (vec![seconds.into(), rest.into()], vec![seconds.into()]));
}

#[test]
fn a_short_limit_is_told_exactly_and_none_is_none() {
    let exactly = |after: time::Duration| (vec![after], vec![after]);
    for after in [Duration::new(9, 999_999_999).into(), time::Duration::NotHappening] {
        assert_eq!(told(limit(after)), exactly(after));
    }
}
