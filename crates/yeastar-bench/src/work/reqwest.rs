//! reqwest and its blocking client, as they come.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use reqwest::{Client, blocking};

use super::{Measured, Setting, in_tasks, in_threads, runtime};
use crate::job::{self, Envelope, ORDER_PATH, PlainPlaced, TOKEN};

struct Portal {
    client: Client,
    url: String,
}

pub fn run(setting: &Setting) -> Measured {
    let runtime = runtime();
    let portal = Portal { client: Client::new(), url: format!("{}{ORDER_PATH}", setting.url) };
    in_tasks(&runtime, setting, portal, call)
}

async fn call(portal: Arc<Portal>) {
    let request = portal
        .client
        .post(&portal.url)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, "OpenAPI")
        .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
        .body(serde_json::to_vec(&job::plain_order()).expect("JSON"));
    let response = request.send().await.expect("an answer");
    read(&response.bytes().await.expect("a body"));
}

/// Its timeout of 30 s is its own default.
pub fn run_blocking(setting: &Setting) -> Measured {
    let (client, url) = (blocking::Client::new(), format!("{}{ORDER_PATH}", setting.url));
    in_threads(setting, || || call_blocking(&client, &url))
}

fn call_blocking(client: &blocking::Client, url: &str) {
    let request = client
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, "OpenAPI")
        .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
        .body(serde_json::to_vec(&job::plain_order()).expect("JSON"));
    read(&request.send().expect("an answer").bytes().expect("a body"));
}

fn read(body: &Bytes) {
    let envelope: Envelope<PlainPlaced> = serde_json::from_slice(body).expect("an envelope");
    assert_eq!(std::hint::black_box(envelope).status, 200);
}
