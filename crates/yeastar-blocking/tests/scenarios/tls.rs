//! Who cannot prove to be the portal gets nothing.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::thread;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection};
use yeastar_core::product::ListRegions;
use yeastar_core::{Delivery, ErrorKind};

use super::{Buy, buyer};

/// A server with a certificate that nobody has signed but itself.
fn self_signed() -> String {
    let certified = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let _ = connection.complete_io(&mut stream);
        }
    });
    base_url
}

#[test]
fn a_certificate_that_nobody_vouches_for_ends_the_call_at_once() {
    let client = buyer(&self_signed(), |_| {});
    let error = client.send(Buy { id: 1, padding: 0 }).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Transport, Delivery::NotDelivered));
    assert_eq!(error.attempts(), 1, "it is no passing trouble: {error}");
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");

    let error = client.send(ListRegions::new()).unwrap_err();
    assert_eq!((error.endpoint(), error.delivery()), (Some("token_request"), Delivery::NotDelivered));
}

#[test]
fn nothing_is_sent_to_a_port_that_speaks_no_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    let (seen, received) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut bytes = vec![0; 4096];
            let length = stream.read(&mut bytes).unwrap_or_default();
            bytes.truncate(length);
            let _ = seen.send(bytes);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let error = buyer(&base_url, |_| {}).send(Buy { id: 1, padding: 0 }).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Transport, Delivery::NotDelivered));
    let bytes = received.try_iter().collect::<Vec<_>>().concat();
    assert!(!bytes.is_empty(), "the handshake was begun");
    assert!(!bytes.windows(8).any(|window| window == b"purchase"), "and nothing else");
}
