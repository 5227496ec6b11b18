//! hyper-util's pooled client, as its documentation has it.

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Builder, Client};
use hyper_util::rt::TokioExecutor;

use super::{Measured, Setting, in_tasks, runtime};
use crate::job::{self, Envelope, ORDER_PATH, PlainPlaced, TOKEN};

struct Portal {
    client: Client<HttpConnector, Full<Bytes>>,
    url: String,
}

pub fn run(setting: &Setting) -> Measured {
    with(&Client::builder(TokioExecutor::new()), setting)
}

/// With a connection for each call.
pub fn run_fresh(setting: &Setting) -> Measured {
    with(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0), setting)
}

fn with(builder: &Builder, setting: &Setting) -> Measured {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let portal = Portal { client: builder.build(connector), url: format!("{}{ORDER_PATH}", setting.url) };
    in_tasks(&runtime(), setting, portal, call)
}

async fn call(portal: Arc<Portal>) {
    let body = serde_json::to_vec(&job::plain_order()).expect("JSON");
    let request = Request::post(&portal.url)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, "OpenAPI")
        .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
        .body(Full::new(body.into()))
        .expect("a request");
    let response = portal.client.request(request).await.expect("an answer");
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    let envelope: Envelope<PlainPlaced> = serde_json::from_slice(&body).expect("an envelope");
    assert_eq!(std::hint::black_box(envelope).status, 200);
}
