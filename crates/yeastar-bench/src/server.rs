//! The portal of the measurements: prepared answers, in a process of its own.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lexopt::prelude::*;
use tokio::net::TcpSocket;

use crate::{job, process};

/// Hundreds of clients may connect before this process has its turn.
const BACKLOG: u32 = 4096;

/// Serves until its standard input ends, so that it cannot outlive whoever started it.
pub fn serve(arguments: &mut lexopt::Parser) -> Result<(), Box<dyn Error>> {
    let mut token_life = 86_400;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("token-life") => token_life = arguments.value()?.parse()?,
            Long("core") => process::pin(arguments.value()?.parse()?)?,
            other => return Err(other.unexpected().into()),
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answers = Arc::new(answers(token_life));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        drop(stop);
    });
    runtime.block_on(async {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(BACKLOG)?;
        println!("{}", listener.local_addr()?.port());
        io::stdout().flush()?;
        let accept = async {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let answers = Arc::clone(&answers);
                let service = service_fn(move |request| respond(request, Arc::clone(&answers)));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        };
        tokio::select! { () = accept => {}, _ = stopped => {} }
        Ok(())
    })
}

/// By path and query.
type Answers = BTreeMap<String, Bytes>;

fn answers(token_life: u32) -> Answers {
    let mut answers = Answers::new();
    answers.insert(job::ORDER_PATH.into(), job::answer().into());
    answers.insert(job::TOKEN_PATH.into(), job::token_answer(token_life).into());
    answers.insert(job::HELD_PATH.into(), job::answer().into());
    for rows in job::PAGE_SIZES {
        let path = format!("{}?pageNo=1&pageSize={rows}", job::LIST_PATH);
        answers.insert(path, job::list_answer(rows).into());
    }
    answers
}

async fn respond(
    request: Request<Incoming>,
    answers: Arc<Answers>,
) -> Result<Response<Either<Full<Bytes>, Endless>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await;
    match parts.uri.path() {
        job::TOKEN_PATH => tokio::time::sleep(job::TOKEN_ROUND_TRIP).await,
        job::HELD_PATH => tokio::time::sleep(job::HOLD).await,
        job::ENDLESS_PATH => return Ok(Response::new(Either::Right(Endless))),
        _ => {}
    }
    let answer =
        parts.uri.path_and_query().and_then(|path| answers.get(path.as_str())).filter(|_| body.is_ok());
    let mut response = Response::new(Either::Left(Full::new(answer.cloned().unwrap_or_default())));
    match answer {
        Some(_) => {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        None => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    Ok(response)
}

/// A body of spaces, which JSON may begin with.
struct Endless;

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        const SPACES: Bytes = Bytes::from_static(&[b' '; 16 * 1024]);
        Poll::Ready(Some(Ok(Frame::data(SPACES))))
    }
}
