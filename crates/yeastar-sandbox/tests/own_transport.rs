//! A transport of one's own, over `std::net::TcpStream`, drives the same calls as the clients do.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bytes::Bytes;
use yeastar_core::order::{BillingCycle, CloudPbx, CreateOrder, Order, PbxSite};
use yeastar_core::product::{CheckPbxUrl, ListRegions};
use yeastar_core::user::ListBillingContacts;
use yeastar_core::{
    Action, Call, Cause, Credentials, Delivery, Endpoint, Error, Event, Exchange, Failure, Machine, Origin,
    Policy, Reply, RequestMeter, Session, Tick,
};
use yeastar_sandbox::{Fault, Plan, Server};

/// Of a request that may be sent at any time.
const NOW: Tick = Tick::new(Duration::ZERO);

/// The loop.
fn drive<M: Machine<Journal = Infallible>>(
    mut machine: M,
    session: &mut Session,
    start: Instant,
) -> M::Output {
    loop {
        match machine.poll(Tick::new(start.elapsed()), session) {
            Action::Send(exchange) => machine.on(send(&exchange)),
            Action::Sleep(pause) | Action::Wait(pause) => std::thread::sleep(pause),
            Action::Done(output) => return output,
        }
    }
}

/// The transport: a connection per request.
fn send(exchange: &Exchange) -> Event {
    let mut meter = RequestMeter::new(&exchange.request, exchange.send_by);
    match talk(exchange, &mut meter) {
        Ok(response) => Event::Response(response),
        Err(source) => Event::Failed(Failure { progress: meter.give_up(), cause: Cause::Other, source }),
    }
}

fn talk(
    exchange: &Exchange,
    meter: &mut RequestMeter,
) -> Result<http::Response<Bytes>, Box<dyn StdError + Send + Sync>> {
    let request = &exchange.request;
    let mut bytes =
        format!("{} {} HTTP/1.1\r\nhost: ", request.method(), request.uri().path_and_query().unwrap());
    bytes += request.uri().authority().unwrap().as_str();
    bytes += "\r\nconnection: close\r\n";
    for (name, value) in request.headers() {
        bytes.extend([name.as_str(), ": ", value.to_str()?, "\r\n"]);
    }
    let bytes = [bytes.as_bytes(), b"\r\n", request.body()].concat();

    let mut stream = TcpStream::connect(request.uri().authority().unwrap().as_str())?;
    stream.set_read_timeout(Some(exchange.timeouts.total))?;
    if meter.offer(NOW, &bytes) {
        stream.write_all(&bytes)?;
        meter.accept(&bytes);
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;

    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = head.parse(&answer)? else {
        return Err("the answer ends within its head".into());
    };
    let mut response = http::Response::builder().status(head.code.unwrap());
    for header in head.headers.iter() {
        response = response.header(header.name, header.value);
    }
    Ok(response.body(Bytes::copy_from_slice(&answer[length..]))?)
}

struct Client {
    origin: Origin,
    session: Session,
    start: Instant,
}

impl Client {
    fn new(portal: &Server) -> Self {
        let credentials = Credentials::new(portal.client_id(), portal.client_secret());
        Self {
            origin: Origin::new(&portal.base_url()).unwrap(),
            session: Session::new(credentials, 1),
            start: Instant::now(),
        }
    }

    fn exchange<E: Endpoint>(&mut self, endpoint: &E) -> Result<Reply<E::Output>, Error> {
        let call = Call::new(endpoint, &self.origin, &Policy::default())?;
        drive(call, &mut self.session, self.start)
    }
}

fn order(client: &mut Client) -> CreateOrder {
    let regions = client.exchange(&ListRegions::new()).unwrap().value;
    let domain = &regions[0].domains[0];
    let pbx_url = domain.pbx_url("own").unwrap();
    assert!(!client.exchange(&CheckPbxUrl::new(&pbx_url)).unwrap().value);
    let contacts = client.exchange(&ListBillingContacts::new()).unwrap().value;
    let site = PbxSite::in_region("own", &regions[0], domain, pbx_url);
    CreateOrder::new(Order::cloud_pbx(CloudPbx::ULTIMATE_PLAN).purchase(
        5,
        BillingCycle::Monthly,
        contacts[0].billing_contact_id,
        site,
    ))
}

#[test]
fn the_tutorial_runs_over_it() {
    let portal = Server::start().unwrap();
    let mut client = Client::new(&portal);
    let order = order(&mut client);
    client.exchange(&order).unwrap();
    assert_eq!(portal.orders().len(), 1);
    assert_eq!(portal.count("token_request"), 1);
}

#[test]
fn it_has_the_same_repetitions_and_renewals() {
    let portal = Server::start().unwrap();
    let mut client = Client::new(&portal);
    portal.plan(Plan::new(Fault::StatusBeforeCommit(503)).on("region_list"));
    assert_eq!(client.exchange(&ListRegions::new()).unwrap().attempts, 2);
    portal.advance(Duration::from_secs(31 * 60));
    client.exchange(&ListRegions::new()).unwrap();
    assert_eq!(portal.count("token_refresh"), 1);
}

#[test]
fn it_never_repeats_an_order_after_doubt() {
    let portal = Server::start().unwrap();
    let mut client = Client::new(&portal);
    let order = order(&mut client);
    portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save"));
    let error = client.exchange(&order).unwrap_err();
    assert_eq!(error.delivery(), Delivery::MaybeExecuted);
    assert_eq!(portal.count("order_save"), 1);
    portal.assert_no_double_order();
}
