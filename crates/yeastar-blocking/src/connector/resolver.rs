//! The system's look-up of names, with a time limit.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{NextTimeout, time};

/// Looks names up in a thread, since the system sets no time limit. ureq has the same, but panics when no
/// thread can be started. Here that is an error before anything was sent.
#[derive(Debug)]
pub(super) struct LimitedResolver;

impl Resolver for LimitedResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let (sender, receiver) = sync_channel(1);
        let (uri, config) = (uri.clone(), config.clone());
        let unlimited = NextTimeout { after: time::Duration::NotHappening, ..timeout };
        let look_up = move || {
            // Nobody waits for it any more when it took too long.
            drop(sender.send(DefaultResolver::default().resolve(&uri, &config, unlimited)));
        };
        thread::Builder::new().spawn(look_up).map_err(|error| no_thread(&error))?;
        match receiver.recv_timeout(*timeout.after) {
            Ok(addresses) => addresses,
            Err(RecvTimeoutError::Timeout) => Err(Error::Timeout(timeout.reason)),
            Err(RecvTimeoutError::Disconnected) => Err(Error::HostNotFound),
        }
    }
}

fn no_thread(error: &io::Error) -> Error {
    io::Error::new(error.kind(), format!("no thread can be started to look up the portal's name: {error}"))
        .into()
}
