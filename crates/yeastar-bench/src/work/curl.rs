//! curl: an easy handle for each thread, as its documentation has it.

use curl::easy::{Easy, List};

use super::{Measured, Setting, in_threads};
use crate::job::{self, Envelope, ORDER_PATH, PlainPlaced, TOKEN};

pub fn run(setting: &Setting) -> Measured {
    let url = format!("{}{ORDER_PATH}", setting.url);
    in_threads(setting, || {
        let mut easy = Easy::new();
        easy.url(&url).expect("a URL");
        easy.post(true).expect("a method");
        let mut answer = Vec::new();
        move || call(&mut easy, &mut answer)
    })
}

fn call(easy: &mut Easy, answer: &mut Vec<u8>) {
    let body = serde_json::to_vec(&job::plain_order()).expect("JSON");
    let mut headers = List::new();
    headers.append("content-type: application/json").expect("a header");
    headers.append("user-agent: OpenAPI").expect("a header");
    headers.append(&format!("authorization: Bearer {TOKEN}")).expect("a header");
    easy.http_headers(headers).expect("headers");
    easy.post_fields_copy(&body).expect("a body");
    answer.clear();
    let mut transfer = easy.transfer();
    transfer
        .write_function(|bytes| {
            answer.extend_from_slice(bytes);
            Ok(bytes.len())
        })
        .expect("a place for the answer");
    transfer.perform().expect("an answer");
    drop(transfer);
    let envelope: Envelope<PlainPlaced> = serde_json::from_slice(answer).expect("an envelope");
    assert_eq!(std::hint::black_box(envelope).status, 200);
}
