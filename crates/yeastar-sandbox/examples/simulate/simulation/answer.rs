//! An answer as bytes on the wire, and what a client reads when they break off.

use bytes::Bytes;
use http::Response;

use super::fault::Cut;

/// The whole answer. Without a frame it has no length, and ends where the connection does.
pub fn to_bytes(response: &Response<Bytes>, is_framed: bool) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    if is_framed {
        bytes.extend(format!("content-length: {}\r\n", response.body().len()).into_bytes());
    }
    bytes.extend(b"\r\n");
    bytes.extend(response.body());
    bytes
}

impl Cut {
    /// How many bytes come out.
    pub fn of(self, bytes: &[u8]) -> usize {
        let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").map_or(bytes.len(), |end| end + 4);
        match self {
            Self::WithinHead => head / 2,
            Self::AfterHead => head,
            Self::WithinBody => usize::midpoint(head, bytes.len()),
            Self::BeforeLastByte => bytes.len() - 1,
            Self::At(length) => length.min(bytes.len()),
        }
    }
}

/// What a client makes of the bytes.
///
/// # Errors
///
/// When it can tell that something is missing.
pub fn read(bytes: &[u8]) -> Result<Response<Bytes>, String> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(length)) = head.parse(bytes) else {
        return Err("the answer ends within its head".into());
    };
    let body = &bytes[length..];
    let mut response = Response::builder().status(head.code.unwrap_or_default());
    for header in head.headers.iter() {
        if header.name == "content-length" && header.value != body.len().to_string().as_bytes() {
            return Err("the answer ends within its body".into());
        }
        response = response.header(header.name, header.value);
    }
    response.body(Bytes::copy_from_slice(body)).map_err(|error| error.to_string())
}
