//! The configuration of TLS is built once per client.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use rustls::pki_types::PrivateKeyDer;
use rustls::{HandshakeKind, ServerConfig, ServerConnection, Stream};
use yeastar_core::{
    Action, Auth, BuildError, Call, Credentials, Effect, Encoder, Endpoint, Event, Json, Machine, Meta,
    Method, Origin, Policy, Session,
};

use crate::clock::Clock;
use crate::transport::Transport;

/// Something that is bought without a token, so on a connection of its own.
struct Buy;

impl Endpoint for Buy {
    const META: Meta = Meta::new("buy", Method::POST, "/buy", Auth::None, Effect::Once, "it buys", "none");
    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}

/// A session is kept with the configuration: only who still has that can take it up again.
#[test]
fn the_second_order_takes_up_the_session_of_the_first() {
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
    let origin = Origin::new(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    let portal = thread::spawn(move || {
        [(); 3].map(|()| {
            let mut tcp = listener.accept().unwrap().0;
            let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = Stream::new(&mut tls, &mut tcp);
            let length = stream.read(&mut [0; 4096]).unwrap();
            assert!(length > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
            tls.handshake_kind().unwrap()
        })
    });

    let (policy, clock) = (Policy::default(), Clock::start());
    let buy = |transport: &Transport| {
        let mut session = Session::new(Credentials::new("id", "secret"), 1);
        let mut call = Call::new(&Buy, &origin, &policy).unwrap();
        let Action::Send(exchange) = call.poll(clock.now(), &mut session) else { panic!("it is sent") };
        assert!(exchange.fresh_connection);
        let event = transport.exchange(exchange);
        assert!(matches!(event, Event::Response(_)), "{event:?}");
    };
    let root = certified.cert.der();
    let client = Transport::trusting(root, &policy, clock);
    buy(&client);
    buy(&client);
    buy(&Transport::trusting(root, &policy, clock));
    let kinds = portal.join().unwrap();
    assert_eq!(kinds, [HandshakeKind::Full, HandshakeKind::Resumed, HandshakeKind::Full]);
}
