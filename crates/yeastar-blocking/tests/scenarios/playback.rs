//! A server that plays back raw answers and keeps the raw requests.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

type Script = dyn Fn(&str, &mut TcpStream) -> bool + Send + Sync;

/// A script gets a request, head and body, and gives the raw answer; an empty one
/// closes the connection.
pub struct Playback {
    base_url: String,
    /// Number of the connection, and the raw request.
    requests: Arc<Mutex<Vec<(usize, String)>>>,
}

impl Playback {
    pub fn start(script: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start_slow(move |request, stream| {
            let answer = script(request);
            !answer.is_empty() && stream.write_all(&answer).is_ok()
        })
    }

    /// The script writes the answer itself; `false` closes the connection.
    pub fn start_slow(script: impl Fn(&str, &mut TcpStream) -> bool + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Script> = Arc::new(script);
        let log = Arc::clone(&requests);
        thread::spawn(move || {
            for (connection, stream) in listener.incoming().flatten().enumerate() {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                thread::spawn(move || serve(connection, stream, &*script, &log));
            }
        });
        Self { base_url, requests }
    }

    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The raw requests, in the order of arrival.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().iter().map(|(_, request)| request.clone()).collect()
    }

    /// The connections on which requests that begin like this arrived, in order.
    pub fn connections(&self, beginning: &str) -> Vec<usize> {
        let requests = self.requests.lock().unwrap();
        let these = requests.iter().filter(|(_, request)| request.starts_with(beginning));
        these.map(|(connection, _)| *connection).collect()
    }
}

fn serve(connection: usize, mut stream: TcpStream, script: &Script, log: &Mutex<Vec<(usize, String)>>) {
    while let Some(request) = read_request(&mut stream) {
        log.lock().unwrap().push((connection, request.clone()));
        if !script(&request, &mut stream) {
            return;
        }
    }
}

fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse::<usize>().unwrap());
        if body.len() >= length {
            return Some(text.into_owned());
        }
    }
}

/// A raw JSON answer.
pub fn answer(status: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A raw success with this result.
pub fn success(result: &str) -> Vec<u8> {
    let envelope = format!(
        r#"{{"code":"success","detailMessage":"","requestId":"7249dc2422a5b3192c06b00fa77d31a2","result":{result},"status":200}}"#
    );
    answer("200 OK", &envelope)
}

/// A raw answer of the token endpoint.
pub fn token() -> Vec<u8> {
    success(r#"{"expiresIn":"1800","refreshToken":"refresh","token":"access","tokenHead":"Bearer"}"#)
}

pub fn is_token_request(request: &str) -> bool {
    request.starts_with("POST /auth/")
}
