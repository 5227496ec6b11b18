//! The core alone: no socket.

use std::convert::Infallible;
use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;
use yeastar_core::order::{CreateOrder, ListOrders};
use yeastar_core::{
    AccessToken, Action, Call, Credentials, Endpoint, Event, Exchange, Machine, Origin, Policy, Session, Tick,
};

use super::jobs::{Job, Warm};
use super::{Measured, Setting, in_threads};
use crate::job::{self, Envelope, ORDER_PATH, PlainPlaced, TOKEN};

const URL: &str = "https://openapi.partner.yeastar.com";

/// An order with its token.
pub fn build(setting: &Setting) -> Measured {
    let origin = Origin::default();
    let token = AccessToken::new(&TOKEN.into()).expect("a token");
    let order = job::order();
    in_threads(setting, || || drop(black_box(order.to_request(&origin, Some(&token)).expect("a request"))))
}

/// The same with the builder of `http`.
pub fn build_plain(setting: &Setting) -> Measured {
    let order = job::plain_order();
    in_threads(setting, || {
        || {
            let body = serde_json::to_vec(&order).expect("JSON");
            let request = Request::post(format!("{URL}{ORDER_PATH}"))
                .header("content-type", "application/json")
                .header("content-length", body.len())
                .header("user-agent", "OpenAPI")
                .header("authorization", format!("Bearer {TOKEN}"))
                .body(Bytes::from(body))
                .expect("a request");
            drop(black_box(request));
        }
    })
}

pub fn envelope(setting: &Setting) -> Measured {
    read::<CreateOrder>(setting, job::short_answer())
}

pub fn envelope_bare(setting: &Setting) -> Measured {
    read_bare::<PlainPlaced>(setting, &job::short_answer())
}

pub fn envelope_value(setting: &Setting) -> Measured {
    read_value::<PlainPlaced>(setting, &job::short_answer())
}

pub fn list(setting: &Setting) -> Measured {
    read::<ListOrders>(setting, job::list_answer(1000))
}

pub fn list_bare(setting: &Setting) -> Measured {
    read_bare::<PlainPage>(setting, &job::list_answer(1000))
}

pub fn list_value(setting: &Setting) -> Measured {
    read_value::<PlainPage>(setting, &job::list_answer(1000))
}

#[cfg(feature = "peers")]
pub fn list_sonic(setting: &Setting) -> Measured {
    let answer = job::list_answer(1000);
    in_threads(setting, || {
        || drop(black_box(sonic_rs::from_str::<Envelope<PlainPage>>(&answer).expect("an answer")))
    })
}

/// As long as the list, like the next three.
pub fn list_html(setting: &Setting) -> Measured {
    let (head, foot) = ("<!DOCTYPE html><html><body>", "</body></html>");
    let length = job::list_answer(1000).len() - head.len() - foot.len();
    refuse(setting, format!("{head}{}{foot}", ".".repeat(length)))
}

pub fn list_text(setting: &Setting) -> Measured {
    refuse(setting, " ".repeat(job::list_answer(1000).len() - 1) + "x")
}

pub fn list_truncated(setting: &Setting) -> Measured {
    let mut answer = job::list_answer(1000);
    answer.truncate(answer.len() - 20);
    refuse(setting, answer)
}

/// In its last row.
pub fn list_ill_typed(setting: &Setting) -> Measured {
    let answer = job::list_answer(1000);
    let (rows, rest) = answer.split_at(answer.rfind('{').expect("a row"));
    refuse(setting, format!("{rows}7,{rest}"))
}

/// A page as somebody without this library reads it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only read")]
struct PlainPage {
    results: Vec<PlainRow>,
    page_no: u64,
    page_size: u64,
    total: u64,
    total_page: u64,
    count: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only read")]
struct PlainRow {
    id: String,
    order_no: String,
    order_status: String,
    create_time: u64,
    currency_code: String,
    custom_reference_no: String,
    invoice_no: String,
}

fn read<E: Endpoint>(setting: &Setting, answer: String) -> Measured {
    let body = Bytes::from(answer);
    in_threads(setting, || || drop(black_box(E::read_reply(Response::new(body.clone())).expect("an answer"))))
}

/// Reads what cannot be read.
fn refuse(setting: &Setting, answer: String) -> Measured {
    let body = Bytes::from(answer);
    in_threads(setting, || {
        || {
            let answer = black_box(ListOrders::read_reply(Response::new(body.clone())));
            assert!(answer.is_err(), "it was read");
        }
    })
}

fn read_bare<R: for<'de> Deserialize<'de>>(setting: &Setting, answer: &str) -> Measured {
    in_threads(setting, || {
        || drop(black_box(serde_json::from_str::<Envelope<R>>(answer).expect("an answer")))
    })
}

fn read_value<R: for<'de> Deserialize<'de>>(setting: &Setting, answer: &str) -> Measured {
    in_threads(setting, || {
        || {
            let value: Value = serde_json::from_str(answer).expect("an answer");
            drop(black_box(serde_json::from_value::<Envelope<R>>(value).expect("an answer")));
        }
    })
}

/// What the measuring itself costs.
pub fn nothing(setting: &Setting) -> Measured {
    in_threads(setting, || || ())
}

/// A call over a transport that answers at once: request, token, decision, answer.
pub fn layer(setting: &Setting) -> Measured {
    let (origin, policy) = (Origin::default(), Policy::default());
    let (answer, token) = (Bytes::from(job::answer()), Bytes::from(job::token_answer(86_400)));
    let exchange = |exchange: Exchange| {
        let answer = if exchange.request.uri().path() == ORDER_PATH { &answer } else { &token };
        Event::Response(Response::new(answer.clone()))
    };
    in_threads(setting, || {
        let mut session = Session::new(Credentials::new("id", "secret"), 1);
        let (origin, policy, exchange) = (&origin, &policy, &exchange);
        move || {
            let call = Call::new(&Warm::endpoint(), origin, policy).expect("a call");
            let reply = drive(call, &mut session, exchange).expect("an answer");
            drop(black_box(reply));
        }
    })
}

fn drive<M: Machine<Journal = Infallible>>(
    mut machine: M,
    session: &mut Session,
    exchange: impl Fn(Exchange) -> Event,
) -> M::Output {
    loop {
        match machine.poll(Tick::new(Duration::ZERO), session) {
            Action::Send(request) => machine.on(exchange(request)),
            Action::Sleep(pause) | Action::Wait(pause) => std::thread::sleep(pause),
            Action::Done(output) => return output,
        }
    }
}
