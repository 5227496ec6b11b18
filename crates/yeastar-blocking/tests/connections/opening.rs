//! Look-up, TCP and TLS share one time limit.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::time;
use ureq::unversioned::transport::{Connector as _, NextTimeout};
use ureq::{Agent, Error, Timeout};

use super::super::{Connector, NoLookup};
use super::peer::{Peer, details};

/// Takes this long.
#[derive(Debug)]
struct Slow(Duration);

impl Resolver for Slow {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        thread::sleep(self.0);
        let mut found = NoLookup.empty();
        found.push(([127, 0, 0, 1], 1).into());
        Ok(found)
    }
}

fn uri() -> Uri {
    "http://localhost:1/".parse().unwrap()
}

#[test]
fn what_the_look_up_takes_is_missing_from_the_rest() {
    let (limit, look_up) = (Duration::from_secs(60), Duration::from_millis(100));
    let peer = Peer::new(100);
    let connector = Connector::new(&Arc::new(peer.clone()), None);
    let (uri, config) = (uri(), Agent::config_builder().build());
    assert!(connector.open(&Slow(look_up), &details(&uri, &config, limit)).unwrap().is_some());
    let seen = peer.seen.lock().unwrap();
    let [NextTimeout { after: time::Duration::Exact(left), .. }] = seen.opened[..] else {
        panic!("one connection, in limited time: {:?}", seen.opened);
    };
    assert!(left + look_up <= limit, "{left:?}");
}

#[test]
fn a_look_up_that_takes_all_the_time_leaves_none_to_connect() {
    let limit = Duration::from_millis(50);
    let peer = Peer::new(100);
    let connector = Connector::new(&Arc::new(peer.clone()), None);
    let (uri, config) = (uri(), Agent::config_builder().build());
    let error = connector.open(&Slow(limit), &details(&uri, &config, limit)).unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error}");
    assert!(peer.seen.lock().unwrap().opened.is_empty());
}

#[test]
fn whichever_limit_ends_it_there_was_no_connection() {
    // No look-up is that fast, and the limit is called the global one.
    let (uri, config) = (uri(), Agent::config_builder().build());
    let details = details(&uri, &config, Duration::from_nanos(1));
    assert_eq!(details.timeout.reason, Timeout::Global);
    let error = Connector::new(&Arc::new(Peer::new(100)), None).connect(&details, None).unwrap_err();
    assert!(matches!(error, Error::Timeout(Timeout::Connect)), "{error}");
}
