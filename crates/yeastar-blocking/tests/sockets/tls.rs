//! TLS: certificates that are made for the run, and the rows of the handshake.

use std::io;
use std::net::TcpStream;
use std::sync::{Arc, LazyLock};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use yeastar_core::ErrorKind::{Timeout, Transport};

use super::Outcome::NotSent;
use super::peer::{Connection, Duplex};
use super::rows::End;
use super::{Protocol, Row, SHORT, Target};

/// Whom the clients trust, and nobody else.
static ROOT: LazyLock<CertifiedIssuer<'static, KeyPair>> = LazyLock::new(|| {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
});

static PORTAL: LazyLock<Arc<ServerConfig>> = LazyLock::new(|| signed(&params("127.0.0.1")));

/// The certificate that the clients trust.
pub fn root() -> &'static [u8] {
    ROOT.der()
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).unwrap()
}

fn signed(params: &CertificateParams) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    server(&params.signed_by(&key, &*ROOT).unwrap(), &key)
}

fn self_signed() -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    server(&params("127.0.0.1").self_signed(&key).unwrap(), &key)
}

fn expired() -> Arc<ServerConfig> {
    let mut params = params("127.0.0.1");
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    signed(&params)
}

fn server(certificate: &rcgen::Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    Arc::new(config)
}

impl Duplex for StreamOwned<ServerConnection, TcpStream> {
    fn close_notify(&mut self) -> io::Result<()> {
        self.conn.send_close_notify();
        Ok(())
    }
}

/// As the portal that the clients trust.
pub fn handshake(connection: Connection<'_>) -> io::Result<Connection<'_>> {
    handshake_as(connection, &PORTAL)
}

fn handshake_as<'a>(connection: Connection<'a>, server: &Arc<ServerConfig>) -> io::Result<Connection<'a>> {
    let mut tls = ServerConnection::new(Arc::clone(server)).map_err(io::Error::other)?;
    let mut tcp = connection.tcp.try_clone()?;
    while tls.is_handshaking() {
        tls.complete_io(&mut tcp)?;
    }
    Ok(connection.through(StreamOwned::new(tls, tcp)))
}

/// A peer that shows a certificate which the client must not take, and reads on if it does.
fn shows(name: &str, server: fn() -> Arc<ServerConfig>) -> Row {
    let row = Row::door(Protocol::Https, name, move |door| match handshake_as(door.accept()?, &server()) {
        Ok(connection) => connection.read_on(),
        Err(_) => Ok(()),
    });
    row.gives(NotSent(Transport))
}

pub fn rows() -> Vec<Row> {
    // Before TLS, and after the first that a client says in it.
    let unread = |name: &str, end: End| Row::door(Protocol::Https, name, move |door| end.of(door.accept()?));
    let says = |name: &str, answer: &'static str, end: End| {
        Row::door(Protocol::Https, name, move |door| {
            let mut connection = door.accept()?;
            connection.read_part(1)?;
            connection.write(answer)?;
            end.of(connection)
        })
    };
    let unknown = Row::new("no such name".into(), Target::Unknown);
    let slow = says("silence in the handshake", "", End::Silence);
    vec![
        Row { connect_timeout: SHORT, ..unknown }.gives_each(
            &[NotSent(Transport), NotSent(Timeout)],
            &[NotSent(Transport), NotSent(Timeout)],
            "some resolvers say no, and some say nothing",
        ),
        unread("FIN before the handshake", End::Fin).gives(NotSent(Transport)),
        unread("RST before the handshake", End::Rst).gives(NotSent(Transport)),
        says("FIN in the handshake", "", End::Fin).gives(NotSent(Transport)),
        says("RST in the handshake", "", End::Rst).gives(NotSent(Transport)),
        Row { connect_timeout: SHORT, ..slow }.gives(NotSent(Timeout)),
        says("no TLS", "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", End::Silence)
            .gives(NotSent(Transport)),
        shows("a certificate that nobody vouches for", self_signed),
        shows("a certificate of another host", || signed(&params("portal.example.com"))),
        shows("a certificate that has expired", expired),
    ]
}
