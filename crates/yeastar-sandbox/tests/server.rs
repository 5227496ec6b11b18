//! The portal on a real socket: hosts, limits, faults of the connection, the
//! portal's clock, and an end without leftovers.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use yeastar_sandbox::{Fault, Plan, Server, Settings};

const REGIONS: &str = "/product/openapi/instance/v1/region_list";
const SAVE: &str = "/order/openapi/order/v1/save";

const ORDER: &str = r#"{"operationType":"purchase_plan","productId":13,"billingId":3197218168379846218,
    "serviceList":[{"serviceId":3048571730026938368,"serviceType":"plan","quantity":100,
    "purchaseType":"purchase","billingModel":"recurring","billingCycle":"annually","multiCycle":0}],
    "orderPceSpecialRequest":{"pbxName":"test","regionId":41,"pbxSubDomainId":20,
    "pbxUrl":"docs.ptest6.yeastarcloud.com"}}"#;

fn host(server: &Server) -> String {
    server.base_url().strip_prefix("http://").unwrap().to_owned()
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(host(server)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

/// A request after which the server closes the connection.
fn message(server: &Server, method: &str, path: &str, headers: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nUser-Agent: OpenAPI\r\nConnection: close\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        host(server),
        body.len()
    )
}

/// Everything that comes back, however the connection ends.
fn exchange(server: &Server, message: &str) -> Vec<u8> {
    let mut stream = connect(server);
    stream.write_all(message.as_bytes()).unwrap();
    read(&mut stream)
}

fn read(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}"),
    }
    answer
}

/// Status and envelope of a whole answer.
fn parse(raw: &[u8]) -> (u16, Value) {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(length)) = head.parse(raw) else {
        panic!("not an answer: {:?}", String::from_utf8_lossy(raw))
    };
    let status = head.code.unwrap();
    assert!(head.headers.iter().any(|header| header.name == "x-yeastar-sandbox" && header.value == b"1"));
    (status, serde_json::from_slice(&raw[length..]).unwrap_or_default())
}

fn token(server: &Server) -> String {
    let form = format!(
        "client_id={}&client_secret={}&grant_type=pp_credentials",
        server.client_id(),
        server.client_secret()
    );
    let content_type = "Content-Type: application/x-www-form-urlencoded\r\n";
    let (status, envelope) = parse(&exchange(
        server,
        &message(server, "POST", "/auth/openapi/v1/oauth/token", content_type, &form),
    ));
    assert_eq!(status, 200, "{envelope}");
    envelope["result"]["token"].as_str().unwrap().to_owned()
}

fn get(server: &Server, token: &str, path: &str) -> Vec<u8> {
    exchange(server, &message(server, "GET", path, &format!("Authorization: Bearer {token}\r\n"), ""))
}

fn order_message(server: &Server, token: &str) -> String {
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    message(server, "POST", SAVE, &headers, ORDER)
}

#[test]
fn a_client_signs_in_and_orders() {
    let server = Server::start().unwrap();
    let token = token(&server);
    let (status, regions) = parse(&get(&server, &token, REGIONS));
    assert_eq!((status, &regions["code"]), (200, &"success".into()));
    let (status, placed) = parse(&exchange(&server, &order_message(&server, &token)));
    assert_eq!(status, 200, "{placed}");
    let orders = server.orders();
    assert_eq!(orders.len(), 1);
    assert_eq!(placed["result"]["orderNo"], orders[0].order_no.as_str());
    assert_eq!(server.count("order_save"), 1);
    let log: Vec<String> = server.requests().iter().map(ToString::to_string).collect();
    assert_eq!(
        log,
        [
            "POST /auth/openapi/v1/oauth/token 200 success",
            "GET /product/openapi/instance/v1/region_list 200 success",
            "POST /order/openapi/order/v1/save 200 success",
        ]
    );
    server.assert_no_double_order();
}

#[test]
fn two_servers_share_nothing() {
    let (one, other) = (Server::start().unwrap(), Server::start().unwrap());
    assert_ne!(one.base_url(), other.base_url());
    assert_ne!(one.client_id(), other.client_id());
    assert_ne!(one.client_secret(), other.client_secret());
    assert_eq!(parse(&get(&other, &token(&one), REGIONS)).0, 401);
}

#[test]
fn only_its_own_host_names_are_served() {
    let server = Server::start().unwrap();
    let token = token(&server);
    let own = host(&server);
    let port = own.rsplit_once(':').unwrap().1;
    for (host, status) in [
        (format!("127.0.0.1:{port}"), 200),
        (format!("localhost:{port}"), 200),
        (format!("LocalHost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        ("127.0.0.1".into(), 421),
        ("127.0.0.1:1".into(), 421),
        (format!("rebound.example.com:{port}"), 421),
        (format!("127.0.0.1.example.com:{port}"), 421),
        (String::new(), 421),
    ] {
        let message = message(&server, "GET", REGIONS, &format!("Authorization: Bearer {token}\r\n"), "")
            .replace(&format!("Host: {own}"), &format!("Host: {host}"));
        assert_eq!(parse(&exchange(&server, &message)).0, status, "{host:?}");
    }
    for head in [
        format!("GET {REGIONS} HTTP/1.0\r\n\r\n"),
        format!("GET {REGIONS} HTTP/1.1\r\nHost: {own}\r\nHost: {own}\r\nConnection: close\r\n\r\n"),
        format!("GET http://example.com{REGIONS} HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n"),
    ] {
        assert_eq!(parse(&exchange(&server, &head)).0, 421, "{head}");
    }
    // A page of another site that a browser shows on this machine.
    for (origin, expected) in [
        (format!("http://{own}"), 200),
        (format!("http://localhost:{port}"), 200),
        ("https://evil.example".into(), 403),
        (format!("http://127.0.0.1.evil.example:{port}"), 403),
        ("null".into(), 403),
    ] {
        let head =
            format!("GET {REGIONS} HTTP/1.1\r\nHost: {own}\r\nOrigin: {origin}\r\nConnection: close\r\n\r\n");
        let status = parse(&exchange(&server, &head)).0;
        // Without a token the portal refuses it, which it would not be asked.
        assert_eq!(status == 403, expected == 403, "{origin}: {status}");
    }
}

#[test]
fn an_answer_is_cut_after_exactly_so_many_bytes_and_the_order_exists() {
    let whole = {
        let server = Server::start_with(Settings::default(), 0).unwrap();
        let token = token(&server);
        exchange(&server, &order_message(&server, &token)).len()
    };
    for length in [0, 1, 12, 17, 100, whole - 1, whole] {
        let server = Server::start_with(Settings::default(), 0).unwrap();
        let token = token(&server);
        server.plan(Plan::new(Fault::TruncateAt(length)).on("order_save"));
        let answer = exchange(&server, &order_message(&server, &token));
        assert_eq!(answer.len(), length);
        assert_eq!(server.orders().len(), 1, "{length} bytes");
        assert_eq!(parse(&get(&server, &token, REGIONS)).0, 200, "the next connection is whole");
    }
}

#[test]
fn a_cut_that_is_longer_than_the_answer_leaves_the_connection_alone() {
    let server = Server::start().unwrap();
    let token = token(&server);
    server.plan(Plan::new(Fault::TruncateAt(100_000)).on("region_list"));
    let headers = format!("Authorization: Bearer {token}\r\n");
    let last = message(&server, "GET", REGIONS, &headers, "");
    let first = last.replace("Connection: close\r\n", "");
    let mut stream = connect(&server);
    stream.write_all(first.as_bytes()).unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    stream.write_all(last.as_bytes()).unwrap();
    let rest = String::from_utf8(read(&mut stream)).unwrap();
    assert_eq!(rest.matches("HTTP/1.1 200 OK").count(), 1);
    assert_eq!(server.count("region_list"), 2);
}

#[test]
fn a_dropped_request_has_no_answer_and_is_done_or_not() {
    for (fault, orders) in [(Fault::DropBeforeCommit, 0), (Fault::DropAfterCommit, 1)] {
        let server = Server::start().unwrap();
        let token = token(&server);
        server.plan(Plan::new(fault).on("order_save"));
        assert_eq!(exchange(&server, &order_message(&server, &token)), b"");
        assert_eq!(server.orders().len(), orders);
        assert_eq!(server.requests().last().unwrap().status, 0);
    }
}

#[test]
fn a_delayed_answer_is_late_and_the_order_exists_before() {
    let server = Server::start().unwrap();
    let token = token(&server);
    let delay = Duration::from_millis(300);
    server.plan(Plan::new(Fault::Delay(delay)).on("order_save"));
    let started = Instant::now();
    let mut stream = connect(&server);
    stream.write_all(order_message(&server, &token).as_bytes()).unwrap();
    while server.orders().is_empty() {
        assert!(started.elapsed() < Duration::from_secs(5), "no order");
        thread::sleep(Duration::from_millis(5));
    }
    let placed_after = started.elapsed();
    assert_eq!(parse(&read(&mut stream)).0, 200);
    assert!(started.elapsed() >= delay);
    assert!(placed_after < started.elapsed());
}

#[test]
fn a_delayed_answer_holds_up_nobody_else() {
    let server = Server::start().unwrap();
    let token = token(&server);
    server.plan(Plan::new(Fault::Delay(Duration::from_secs(60))).on("order_save"));
    let mut stream = connect(&server);
    stream.write_all(order_message(&server, &token).as_bytes()).unwrap();
    assert_eq!(parse(&get(&server, &token, REGIONS)).0, 200);
}

#[test]
fn an_order_that_never_arrived_whole_is_no_request() {
    let server = Server::start().unwrap();
    let token = token(&server);
    let message = order_message(&server, &token);
    // Each cut ends in a closed connection, so the server has seen all that came.
    for length in (0..message.len()).step_by(7).chain([message.len() - 1]) {
        let mut stream = connect(&server);
        stream.write_all(&message.as_bytes()[..length]).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        read(&mut stream);
    }
    assert_eq!(server.count("order_save"), 0);
    assert_eq!(server.orders(), []);
    exchange(&server, &message);
    assert_eq!(server.orders().len(), 1);
}

#[test]
fn a_chunked_order_counts_when_its_last_chunk_came() {
    let server = Server::start().unwrap();
    let token = token(&server);
    let message = order_message(&server, &token);
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    let head = head.replace(&format!("Content-Length: {}", body.len()), "Transfer-Encoding: chunked");
    let unfinished = format!("{head}\r\n\r\n{:x}\r\n{body}\r\n", body.len());
    let mut stream = connect(&server);
    stream.write_all(unfinished.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    read(&mut stream);
    assert_eq!(server.count("order_save"), 0);
    assert_eq!(parse(&exchange(&server, &format!("{unfinished}0\r\n\r\n"))).0, 200);
    assert_eq!(server.orders().len(), 1);
}

#[test]
fn a_body_of_more_than_a_mebibyte_is_refused() {
    let server = Server::start().unwrap();
    let token = token(&server);
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    for (size, status) in [(1024 * 1024, 400), (1024 * 1024 + 1, 413), (4 * 1024 * 1024, 413)] {
        let message = message(&server, "POST", SAVE, &headers, &" ".repeat(size));
        let (actual, envelope) = parse(&exchange(&server, &message));
        assert_eq!(actual, status, "{envelope}");
        assert_eq!(envelope["status"], status);
    }
    assert_eq!(server.requests().last().unwrap().status, 413);
}

#[test]
fn a_head_of_more_than_16_kib_is_refused() {
    let server = Server::start().unwrap();
    let message = message(&server, "GET", REGIONS, &format!("X-Long: {}\r\n", "a".repeat(17_000)), "");
    let answer = exchange(&server, &message);
    assert!(answer.starts_with(b"HTTP/1.1 431 "), "{:?}", String::from_utf8_lossy(&answer));
    assert_eq!(server.requests(), []);
}

#[test]
fn what_is_no_http_harms_nobody() {
    let server = Server::start().unwrap();
    for garbage in ["\0\0\0\0", "GET\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}"] {
        let mut stream = connect(&server);
        stream.write_all(garbage.as_bytes()).unwrap();
        let _ = stream.shutdown(Shutdown::Write);
        read(&mut stream);
    }
    let token = token(&server);
    assert_eq!(parse(&get(&server, &token, REGIONS)).0, 200);
}

#[test]
fn clients_that_are_slow_or_idle_hold_up_nobody() {
    let server = Server::start().unwrap();
    let waiting: Vec<TcpStream> = (0..100)
        .map(|index| {
            let mut stream = connect(&server);
            if index % 2 == 0 {
                stream.write_all(b"POST /order/openapi/order/v1/save HTTP/1.1\r\nHost: 127").unwrap();
            }
            stream
        })
        .collect();
    let token = token(&server);
    assert_eq!(parse(&get(&server, &token, REGIONS)).0, 200);
    drop(waiting);
}

/// A connection may be idle for 30 seconds, and nobody waits for that.
#[test]
fn idle_connections_make_room_for_others() {
    let server = Server::start().unwrap();
    let idle: Vec<TcpStream> = (0..256).map(|_| connect(&server)).collect();
    let token = token(&server);
    assert_eq!(parse(&get(&server, &token, REGIONS)).0, 200);
    drop(idle);
}

#[test]
fn many_clients_at_once_are_all_served() {
    let server = Arc::new(Server::start().unwrap());
    let token = token(&server);
    let threads: Vec<_> = (0..64)
        .map(|_| {
            let (server, token) = (Arc::clone(&server), token.clone());
            thread::spawn(move || parse(&get(&server, &token, REGIONS)).0)
        })
        .collect();
    assert!(threads.into_iter().all(|thread| thread.join().unwrap() == 200));
    assert_eq!(server.count("region_list"), 64);
}

#[test]
fn the_portals_clock_moves_on_demand() {
    let server = Server::start().unwrap();
    let token = token(&server);
    assert_eq!(parse(&get(&server, &token, REGIONS)).0, 200);
    server.advance(Duration::from_secs(30 * 60));
    assert_eq!(parse(&get(&server, &token, REGIONS)).0, 401);
    server.advance(Duration::MAX);
    server.advance(Duration::MAX);
    assert_eq!(parse(&get(&server, &token, REGIONS)).0, 401);
}

#[test]
fn a_reset_secret_is_the_one_that_works() {
    let server = Server::start().unwrap();
    let old = token(&server);
    let secret = server.reset_secret();
    assert_eq!(server.client_secret(), secret);
    assert_eq!(parse(&get(&server, &old, REGIONS)).0, 401);
    assert_eq!(parse(&get(&server, &token(&server), REGIONS)).0, 200);
}

#[test]
fn an_observer_sees_each_request_before_its_answer_goes_out() {
    let server = Server::start().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    server.on_request(move |request| sink.lock().unwrap().push(request.to_string()));
    let token = token(&server);
    get(&server, &token, REGIONS);
    get(&server, &token, "/nowhere");
    assert_eq!(
        *seen.lock().unwrap(),
        [
            "POST /auth/openapi/v1/oauth/token 200 success",
            "GET /product/openapi/instance/v1/region_list 200 success",
            "GET /nowhere 404 not_found",
        ]
    );
}

#[test]
fn an_observer_that_panics_does_no_harm() {
    let server = Server::start().unwrap();
    server.on_request(|_| panic!("on purpose"));
    let token = token(&server);
    assert_eq!(parse(&get(&server, &token, REGIONS)).0, 200);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_port_in_use_is_an_error() {
    let server = Server::start().unwrap();
    let port = host(&server).rsplit_once(':').unwrap().1.parse().unwrap();
    let error = Server::start_with(Settings::default(), port).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[test]
#[cfg(target_os = "linux")]
fn it_listens_on_loopback_only() {
    let server = Server::start().unwrap();
    assert!(server.base_url().starts_with("http://127.0.0.1:"));
    let port: u16 = host(&server).rsplit_once(':').unwrap().1.parse().unwrap();
    // Another address of the same machine is not taken by it.
    drop(std::net::TcpListener::bind(("127.0.0.2", port)).unwrap());
}

#[test]
fn a_drop_closes_every_connection_and_frees_the_port() {
    let mut port = 0;
    for round in 0..200 {
        // From the second round on the port is that of the server just dropped.
        let server = Server::start_with(Settings::fresh(), port).unwrap();
        port = host(&server).rsplit_once(':').unwrap().1.parse().unwrap();
        let mut idle = connect(&server);
        let mut halfway = connect(&server);
        halfway.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
        server.plan(Plan::new(Fault::Delay(Duration::from_secs(60))).always());
        let mut delayed = connect(&server);
        delayed.write_all(message(&server, "GET", REGIONS, "", "").as_bytes()).unwrap();
        let started = Instant::now();
        while server.requests().is_empty() && started.elapsed() < Duration::from_secs(5) {
            thread::yield_now();
        }
        let dropped = Instant::now();
        drop(server);
        assert!(dropped.elapsed() < Duration::from_secs(5), "round {round} took {:?}", dropped.elapsed());
        for stream in [&mut idle, &mut halfway, &mut delayed] {
            assert_eq!(read(stream), b"");
        }
    }
}
