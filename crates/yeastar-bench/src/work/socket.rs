//! A bare socket: what the machine charges for the bytes themselves. The request is made once.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::{Measured, Setting, in_threads};
use crate::job::{self, Envelope, ORDER_PATH, PlainPlaced, TOKEN};

pub fn run(setting: &Setting) -> Measured {
    let host = setting.url.strip_prefix("http://").expect("an http URL").to_owned();
    in_threads(setting, || {
        let body = serde_json::to_string(&job::plain_order()).expect("JSON");
        let request = format!(
            "POST {ORDER_PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nuser-agent: OpenAPI\r\nauthorization: Bearer {TOKEN}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(&host).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let mut answer = vec![0; 4096];
        let length = exchange(&mut stream, &request, &mut answer, None);
        move || {
            exchange(&mut stream, &request, &mut answer, Some(length));
            let body = &answer[length - 1024..length];
            let envelope: Envelope<PlainPlaced> = serde_json::from_slice(body).expect("an envelope");
            assert_eq!(std::hint::black_box(envelope).status, 200);
        }
    })
}

/// Reads until the answer is as long as it was before, or once.
fn exchange(stream: &mut TcpStream, request: &str, answer: &mut [u8], length: Option<usize>) -> usize {
    stream.write_all(request.as_bytes()).expect("a request");
    match length {
        Some(length) => {
            stream.read_exact(&mut answer[..length]).expect("an answer");
            length
        }
        None => {
            let mut length = 0;
            while !answer[..length].ends_with(b"\"status\":200}") {
                length += stream.read(&mut answer[length..]).expect("an answer");
            }
            length
        }
    }
}
