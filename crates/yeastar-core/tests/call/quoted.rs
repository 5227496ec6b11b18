//! Secrets that come back: an answer may quote the request anywhere, and an error shows none of it.

use core::convert::Infallible;
use core::error::Error as _;

use bytes::Bytes;
use http::Response;
use http::header::{CONTENT_ENCODING, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};

use super::*;

/// Answers that quote this text, each in another place, with the status each of them could have.
fn quoting(text: &str) -> Vec<Response<Bytes>> {
    let bodies = [
        format!(r#"{{"code":"c","detailMessage":"bad: {text}","requestId":"1","status":400}}"#),
        format!(r#"{{"code":"{text}","detailMessage":"bad","requestId":"1","status":400}}"#),
        format!(r#"{{"code":"c","detailMessage":"bad","requestId":"{text}","status":400}}"#),
        format!(r#"{{"code":"c","detailMessage":{{"sent":["{text}"]}},"requestId":"1","status":400}}"#),
        format!(r#"{{"code":"c","detailMessage":"bad","requestId":"1","result":"{text}","status":400}}"#),
        format!(r#"{{"code":"success","requestId":"1","result":"{text}"}}"#),
        format!(r#"{{"code":"success","requestId":"1","result":{{"expiresIn":"{text}","id":"{text}"}}}}"#),
        format!(r#"{{"code":"success","requestId":"1","result":[{{"id":"{text}","{text}":1}}]}}"#),
        format!(r#"{{"code":"success","requestId":"1","status":"{text}","result":null}}"#),
        format!(r#"{{"error":"invalid_token","error_description":"{text}"}}"#),
        format!(r#"{{"error":"{text}","error_description":"bad"}}"#),
        format!(r#"{{"{text}":"{text}"}}"#),
        format!("bad: {text}"),
        format!("\"{text}\""),
        format!("<html>{text}</html>"),
    ];
    let mut answers = Vec::new();
    for status in [200, 400, 401, 403, 500] {
        for body in &bodies {
            let body = Bytes::from(body.clone());
            answers.push(Response::builder().status(status).body(body).unwrap());
        }
        for header in [CONTENT_ENCODING, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE] {
            let answer = Response::builder().status(status).header(header, text);
            answers.push(answer.body(Bytes::from_static(b"?")).unwrap());
        }
    }
    answers
}

/// Everything that an error prints.
fn printed(error: &Error) -> String {
    let mut all =
        format!("{error} {error:?} {} {:?} {:?}", error.message(), error.code(), error.request_id());
    let mut source = error.source();
    while let Some(cause) = source {
        all = format!("{all} {cause} {cause:?}");
        source = cause.source();
    }
    all
}

/// Answers the first request that `is_asked`, after which whatever else is asked is cut.
fn error_of<T>(
    mut call: Call<T>,
    mut session: Session,
    is_asked: fn(&Exchange) -> bool,
    answered: &Response<Bytes>,
) -> Option<Error>
where
    Call<T>: Machine<Output = Result<Reply<T>, Error>, Journal = Infallible>,
{
    let (mut now, mut is_answered) = (START, false);
    loop {
        match call.poll(now, &mut session) {
            Action::Send(exchange) if is_asked(&exchange) && !is_answered => {
                is_answered = true;
                call.on(Event::Response(answered.clone()));
            }
            Action::Send(_) if is_answered => call.on(failed(Progress::MaybeComplete)),
            Action::Send(_) => call.on(token("canary-token", 1800)),
            Action::Sleep(pause) | Action::Wait(pause) => now = now + pause,
            Action::Done(result) => return result.err(),
        }
    }
}

#[test]
fn no_error_shows_a_secret_wherever_an_answer_quotes_it() {
    let session = || Session::new(Credentials::new("id", "canary-secret"), 1);
    let mut errors = 0;
    for text in ["canary-secret", "canary-token", "refresh-canary-token"] {
        for answered in quoting(text) {
            let is_query: fn(&Exchange) -> bool = |exchange| !is_token_request(exchange);
            let of = [
                error_of(regions(), session(), is_token_request, &answered),
                error_of(regions(), session(), is_query, &answered),
                error_of(order(), session(), is_query, &answered),
            ];
            for error in of.into_iter().flatten() {
                errors += 1;
                // A token that the session does not have yet is no secret of it.
                let is_known = text == "canary-secret" || error.endpoint() != Some("token_request");
                let printed = printed(&error);
                assert!(!is_known || !printed.contains("canary"), "{answered:?}: {printed}");
            }
        }
    }
    assert!(errors > 500, "{errors}");
}
