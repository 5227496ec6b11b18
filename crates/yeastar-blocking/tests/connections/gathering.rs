//! What is written arrives, in one piece, before anybody waits for an answer.

use proptest::prelude::*;
use ureq::Error;
use ureq::unversioned::transport::{NextTimeout, Transport};

use super::super::Stream;
use super::peer::Peer;

/// Writes as ureq does: as much as fits, until it is all.
fn write(stream: &mut impl Transport, mut bytes: &[u8]) -> Result<(), Error> {
    while !bytes.is_empty() {
        let output = stream.buffers().output();
        let length = bytes.len().min(output.len());
        output[..length].copy_from_slice(&bytes[..length]);
        stream.transmit_output(length, NextTimeout::default())?;
        bytes = &bytes[length..];
    }
    Ok(())
}

fn wait(stream: &mut impl Transport) -> Result<bool, Error> {
    let awaited = stream.await_input(NextTimeout::default());
    let answered = stream.buffers().input().len();
    stream.buffers().input_consume(answered);
    awaited
}

#[test]
fn head_and_body_are_one_send() {
    let peer = Peer::new(100);
    let mut stream = Stream::new(peer.connection(), None);
    for request in 1..4 {
        write(&mut stream, b"POST / HTTP/1.1\r\n\r\n").unwrap();
        write(&mut stream, b"{}").unwrap();
        assert!(!stream.is_open(), "it is no connection for the next request");
        assert!(wait(&mut stream).unwrap());
        assert!(stream.is_open());
        assert_eq!(peer.seen.lock().unwrap().sent, vec![b"POST / HTTP/1.1\r\n\r\n{}".to_vec(); request]);
    }
}

/// Writes of some bytes, and with `None` an answer that is waited for.
fn steps() -> impl Strategy<Value = Vec<Option<Vec<u8>>>> {
    let bytes = prop::collection::vec(any::<u8>(), 0..100);
    prop::collection::vec(prop::option::weighted(0.7, bytes), 0..20)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_arrives_in_order_before_a_wait(room in 1_usize..40, steps in steps()) {
        let peer = Peer::new(room);
        let mut stream = Stream::new(peer.connection(), None);
        let mut written = Vec::new();
        for step in steps {
            if let Some(bytes) = step {
                write(&mut stream, &bytes).unwrap();
                written.extend(bytes);
                let seen = peer.seen.lock().unwrap();
                prop_assert!(written.starts_with(&seen.bytes()));
                prop_assert!(written.len() - seen.bytes().len() < room, "more than a buffer is kept back");
            } else {
                wait(&mut stream).unwrap();
                let seen = peer.seen.lock().unwrap();
                prop_assert_eq!(seen.waited_after.last(), Some(&written.len()));
                prop_assert_eq!(seen.bytes(), &written[..]);
            }
        }
    }

    #[test]
    fn after_a_failure_nothing_is_sent(room in 1_usize..40, fails_at in 0_usize..10, steps in steps()) {
        let peer = Peer { fails_at: Some(fails_at), ..Peer::new(room) };
        let mut stream = Stream::new(peer.connection(), None);
        let mut failed = false;
        let mut written = Vec::new();
        for step in steps {
            let result = match &step {
                Some(bytes) => write(&mut stream, bytes),
                None => wait(&mut stream).map(|_| ()),
            };
            let touched = step.as_ref().is_none_or(|bytes| !bytes.is_empty());
            prop_assert!(result.is_err() || !failed || !touched, "it goes on after a failure");
            failed |= result.is_err();
            written.extend(step.unwrap_or_default());
            let seen = peer.seen.lock().unwrap();
            prop_assert!(seen.sent.len() <= fails_at);
            prop_assert!(written.starts_with(&seen.bytes()));
        }
        prop_assert!(!failed || !stream.is_open());
    }
}
