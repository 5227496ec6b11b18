//! A connection that is kept is neither looked up nor opened again, as long as it is young and open.

use std::io::Read;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ureq::Agent;
use ureq::unversioned::transport::{Connector as _, NextTimeout, Transport};

use super::super::pool::MOST;
use super::super::{Connector, NoLookup, Pool};
use super::peer::{Peer, details};

const LONG: Duration = Duration::from_secs(60);

fn pool(peer: &Peer, max_idle_age: Duration) -> Pool<Connector<Peer>> {
    Pool::new(Connector::new(&Arc::new(peer.clone()), None), max_idle_age)
}

fn agent(peer: &Peer, max_idle_age: Duration) -> Agent {
    let config = Agent::config_builder().proxy(None).max_idle_connections(0).build();
    Agent::with_parts(config, pool(peer, max_idle_age), NoLookup)
}

fn call(agent: &Agent) {
    let answer = agent.post("http://localhost:1/").send("{}").unwrap();
    assert_eq!(answer.into_body().read_to_string().unwrap(), "{}");
}

/// The number of connections that were opened, of sends, and of looks whether one is open.
fn counts(peer: &Peer) -> (usize, usize, usize) {
    let seen = peer.seen.lock().unwrap();
    (seen.opened.len(), seen.sent.len(), seen.probes)
}

#[test]
fn a_warm_call_is_one_send_and_one_look() {
    let peer = Peer::new(1000);
    let agent = agent(&peer, LONG);
    for calls in 1..5 {
        call(&agent);
        assert_eq!(counts(&peer), (1, calls, calls - 1));
    }
}

#[test]
fn what_the_other_side_has_closed_is_not_used() {
    let peer = Peer { is_open: false, ..Peer::new(1000) };
    let agent = agent(&peer, LONG);
    call(&agent);
    call(&agent);
    assert_eq!(counts(&peer), (2, 2, 1));
}

#[test]
fn what_was_idle_for_too_long_is_not_used() {
    let peer = Peer::new(1000);
    let agent = agent(&peer, Duration::from_millis(50));
    call(&agent);
    thread::sleep(Duration::from_millis(60));
    call(&agent);
    assert_eq!(counts(&peer), (2, 2, 0));
}

#[test]
fn the_last_used_one_is_taken_and_the_others_are_closed_in_time() {
    let peer = Peer::new(1000);
    let pool = pool(&peer, Duration::from_secs(1));
    let (uri, config) = ("http://localhost:1/".parse().unwrap(), Agent::config_builder().build());
    let connect = || pool.connect(&details(&uri, &config, LONG), None).unwrap().unwrap();
    // This one, that of the pool, and one for each connection.
    let connections = || Arc::strong_count(&peer.seen) - 2;
    let mut burst: Vec<_> = (0..10).map(|_| connect()).collect();
    assert!(burst.iter_mut().all(Transport::is_open));
    drop(burst);
    assert_eq!(connections(), 10);
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(20));
        assert!(connect().is_open());
    }
    assert_eq!(connections(), 1, "nine were not used for so long");
    assert_eq!(counts(&peer).0, 10, "one was always young enough");
}

#[test]
fn a_burst_leaves_no_more_connections_than_can_be_kept() {
    let peer = Peer::new(1000);
    let pool = pool(&peer, LONG);
    let (uri, config) = ("http://localhost:1/".parse().unwrap(), Agent::config_builder().build());
    let connect = || pool.connect(&details(&uri, &config, LONG), None).unwrap().unwrap();
    let mut burst: Vec<_> = (0..MOST + 10).map(|_| connect()).collect();
    assert!(burst.iter_mut().all(Transport::is_open));
    drop(burst);
    assert_eq!(Arc::strong_count(&peer.seen) - 2, MOST);
}

#[test]
fn what_was_not_read_to_its_end_is_not_kept() {
    let peer = Peer::new(1000);
    let agent = agent(&peer, LONG);
    let mut body = agent.get("http://localhost:1/").call().unwrap().into_body().into_reader();
    body.read_exact(&mut [0]).unwrap();
    drop(body);
    call(&agent);
    assert_eq!(counts(&peer), (2, 2, 0));
}

#[test]
fn what_is_used_after_it_could_have_been_kept_is_not_kept() {
    let peer = Peer::new(1000);
    let pool = pool(&peer, LONG);
    let (uri, config) = ("http://localhost:1/".parse().unwrap(), Agent::config_builder().build());
    let connect = || pool.connect(&details(&uri, &config, LONG), None).unwrap().unwrap();
    let mut connection = connect();
    assert!(connection.is_open());
    connection.await_input(NextTimeout::default()).unwrap();
    drop(connection);
    drop(connect());
    assert_eq!(counts(&peer), (2, 0, 0));
}
