//! The rows: peers, and what has to be reported of them.

use std::io;
use std::thread;
use std::time::Duration;

use yeastar_core::ErrorKind::{Refused, Timeout, Transport, UnexpectedAnswer};

use super::Outcome::{Answered, MaybeExecuted, NotSent, Success};
use super::peer::Connection;
#[cfg(feature = "rustls")]
use super::tls;
use super::{Protocol, Row, SHORT, Target};

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    rows.push(Row::new("an order to nobody".into(), Target::Nobody).gives(NotSent(Transport)));
    rows.push(Row::new("a query to nobody".into(), Target::Nobody).query().gives(NotSent(Transport)));
    rows.extend(over(Protocol::Http));
    #[cfg(feature = "rustls")]
    {
        rows.extend(over(Protocol::Https));
        rows.extend(tls::rows());
    }
    rows
}

/// What may happen on a connection that stands.
fn over(protocol: Protocol) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(requests(protocol));
    rows.extend(answers(protocol));
    rows.extend(answers_without_a_length(protocol));
    rows.extend(early_answers(protocol));
    rows.extend(kept_connections(protocol));
    rows
}

/// How a peer ends a connection.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// FIN; over TLS, after a `close_notify`.
    Proper,
    /// FIN.
    Fin,
    Rst,
    /// Reads on, and says nothing.
    Silence,
    /// Reads nothing until the client has given up.
    Deafness,
}

impl End {
    pub fn of(self, connection: Connection<'_>) -> io::Result<()> {
        match self {
            Self::Proper => connection.close_properly(),
            Self::Fin => connection.close(),
            Self::Rst => connection.reset(),
            Self::Silence => connection.read_on(),
            Self::Deafness => connection.ignore(),
        }
    }
}

/// A peer that ends before it has read anything.
fn unread(protocol: Protocol, name: &str, end: End) -> Row {
    Row::connection(protocol, name, move |connection| end.of(connection))
}

/// A peer that reads the first of a large request, answers this, and ends.
fn reads_part(protocol: Protocol, name: &str, answer: impl Into<String>, end: End) -> Row {
    let answer = answer.into();
    let row = Row::connection(protocol, name, move |mut connection| {
        connection.read_part(1_000_000)?;
        connection.write(&answer)?;
        end.of(connection)
    });
    row.large()
}

/// A peer that reads the request, answers this, and ends.
fn reads_all(protocol: Protocol, name: &str, answer: impl Into<String>, end: End) -> Row {
    let answer = answer.into();
    Row::connection(protocol, name, move |mut connection| {
        connection.read_request()?;
        connection.write(&answer)?;
        end.of(connection)
    })
}

fn requests(protocol: Protocol) -> Vec<Row> {
    let unread = |name: &str, end: End| unread(protocol, name, end);
    let cut = |name: &str, end: End| reads_part(protocol, name, "", end);
    vec![
        unread("FIN before reading", End::Fin).gives_each(
            &[MaybeExecuted(Transport)],
            &[NotSent(Transport), MaybeExecuted(Transport)],
            "ureq offers without looking; hyper may have seen the end by then",
        ),
        unread("RST before reading", End::Rst).gives_each(
            &[NotSent(Transport), MaybeExecuted(Transport)],
            &[NotSent(Transport), MaybeExecuted(Transport)],
            "whether the reset is seen before the request is offered depends on the moment",
        ),
        unread("FIN before reading, large", End::Fin).large().gives(NotSent(Transport)),
        unread("RST before reading, large", End::Rst).large().gives(NotSent(Transport)),
        cut("FIN in the middle of the request", End::Fin).gives(NotSent(Transport)),
        cut("RST in the middle of the request", End::Rst).gives(NotSent(Transport)),
        unread("nothing read", End::Deafness).impatient().gives(MaybeExecuted(Timeout)),
        unread("nothing read, large", End::Deafness).large().impatient().gives(NotSent(Timeout)),
        unread("too late from the start", End::Silence).send_by(Duration::ZERO).gives(NotSent(Transport)),
        Row::connection(protocol, "too late in the middle of the request", |mut connection| {
            // The rest does not fit into the buffers: the client waits to write it.
            let _ = connection.read_part(1_000_000);
            thread::sleep(SHORT * 2);
            End::Silence.of(connection)
        })
        .large()
        .send_by(SHORT)
        .gives(NotSent(Transport)),
    ]
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const ENVELOPE: &str =
    r#"{"code":"success","detailMessage":"","requestId":"7249dc24","result":null,"status":200}"#;
const REFUSAL: &str = r#"{"code":"parameter_validation_failed","detailMessage":"quantity","requestId":"7249dc24","result":null,"status":200}"#;

fn answer(body: &str) -> String {
    format!("{HEAD}content-length: {}\r\n\r\n{body}", body.len())
}

fn chunked(body: &str) -> String {
    format!("{HEAD}transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n", body.len())
}

/// With this behind the length of the chunk.
fn chunked_with(extension: &str) -> String {
    let (length, body) = (ENVELOPE.len(), ENVELOPE);
    format!("{HEAD}transfer-encoding: chunked\r\n\r\n{length:x}{extension}\r\n{body}\r\n0\r\n\r\n")
}

/// An encoding that RFC 7230 took out of HTTP/1.1.
fn identity(body: &str) -> String {
    format!("{HEAD}transfer-encoding: identity\r\nconnection: close\r\n\r\n{body}")
}

fn interim(status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nlink: </style.css>\r\n\r\n{}", answer(ENVELOPE))
}

/// It ends with the connection.
fn until_closed(body: &str) -> String {
    format!("{HEAD}connection: close\r\n\r\n{body}")
}

fn without_end(text: &str) -> String {
    text[..text.len() - 20].into()
}

fn head_with(fields: usize) -> String {
    let fields = "x: x\r\n".repeat(fields - 2);
    format!("{HEAD}{fields}content-length: {}\r\n\r\n{ENVELOPE}", ENVELOPE.len())
}

/// An answer with a head of so many bytes.
fn long_head(length: usize) -> String {
    let filler = length - head_with(3).find(ENVELOPE).unwrap();
    head_with(3).replacen("x: x", &format!("x: x{}", "x".repeat(filler)), 1)
}

fn answers(protocol: Protocol) -> Vec<Row> {
    let after = |name: &str, answer: String, end: End| reads_all(protocol, name, answer, end);
    let redirect = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
    vec![
        after("a proper end after reading", String::new(), End::Proper).gives(MaybeExecuted(Transport)),
        after("FIN after reading", String::new(), End::Fin).gives(MaybeExecuted(Transport)),
        after("FIN after reading, large", String::new(), End::Fin).large().gives(MaybeExecuted(Transport)),
        after("RST after reading", String::new(), End::Rst).gives(MaybeExecuted(Transport)),
        after("silence after reading", String::new(), End::Silence).impatient().gives(MaybeExecuted(Timeout)),
        after("part of a head, FIN", without_end(HEAD), End::Fin).gives(MaybeExecuted(Transport)),
        after("part of a head, RST", without_end(HEAD), End::Rst).gives(MaybeExecuted(Transport)),
        after("part of a head, silence", without_end(HEAD), End::Silence)
            .impatient()
            .gives(MaybeExecuted(Timeout)),
        after("no HTTP", "220 mail.example.com ESMTP\r\n".into(), End::Fin).gives(MaybeExecuted(Transport)),
        after("100 and FIN", "HTTP/1.1 100 Continue\r\n\r\n".into(), End::Fin)
            .gives(MaybeExecuted(Transport)),
        after("100 and an answer", format!("HTTP/1.1 100 Continue\r\n\r\n{}", answer(ENVELOPE)), End::Fin)
            .gives(Success),
        after("100 with a field, and an answer", interim("100 Continue"), End::Fin).gives_each(
            &[MaybeExecuted(Transport)],
            &[Success],
            "ureq takes a 100 for an error when it has header fields; RFC 9110 allows them",
        ),
        after("103 with a field, and an answer", interim("103 Early Hints"), End::Fin).gives(Success),
        after("103 and FIN", "HTTP/1.1 103 Early Hints\r\n\r\n".into(), End::Fin)
            .gives(MaybeExecuted(Transport)),
        after("103 and an answer", format!("HTTP/1.1 103 Early Hints\r\n\r\n{}", answer(ENVELOPE)), End::Fin)
            .gives(Success),
        after("a head of 15 KiB", long_head(15 * 1024), End::Silence).gives(Success),
        after("a head of 15 KiB to a query", long_head(15 * 1024), End::Silence).query().gives(Success),
        after("a head of 40 KiB", long_head(40 * 1024), End::Silence).gives(MaybeExecuted(UnexpectedAnswer)),
        after("a head of 40 KiB to a query", long_head(40 * 1024), End::Silence)
            .query()
            .gives(MaybeExecuted(UnexpectedAnswer)),
        after("a head of 100 fields", head_with(100), End::Silence).gives(Success),
        after("a head of 100 fields to a query", head_with(100), End::Silence).query().gives(Success),
        after("a head of 101 fields", head_with(101), End::Silence).gives(MaybeExecuted(UnexpectedAnswer)),
        after("a head of 129 fields", head_with(129), End::Silence).gives_each(
            &[MaybeExecuted(Transport)],
            &[MaybeExecuted(UnexpectedAnswer)],
            "ureq's error for it cannot be told from others",
        ),
        after("a 204 without a body", "HTTP/1.1 204 No Content\r\n\r\n".into(), End::Silence)
            .gives(MaybeExecuted(UnexpectedAnswer)),
        after("a redirect", redirect.into(), End::Silence).gives(MaybeExecuted(UnexpectedAnswer)),
        after("an answer", answer(ENVELOPE), End::Silence).gives(Success),
        after("an answer, FIN", answer(ENVELOPE), End::Fin).gives(Success),
        after("a refusal", answer(REFUSAL), End::Silence).gives(Answered(Refused)),
        Row::connection(protocol, "an answer, byte by byte", |mut connection| {
            connection.read_request()?;
            answer(ENVELOPE).bytes().try_for_each(|byte| connection.write([byte]))?;
            End::Silence.of(connection)
        })
        .gives(Success),
        after("a length, FIN too early", without_end(&answer(ENVELOPE)), End::Fin)
            .gives(MaybeExecuted(Transport)),
        after("a length, RST too early", without_end(&answer(ENVELOPE)), End::Rst)
            .gives(MaybeExecuted(Transport)),
        after("a length, silence too early", without_end(&answer(ENVELOPE)), End::Silence)
            .impatient()
            .gives(MaybeExecuted(Timeout)),
        after("a length over the limit", answer(&"x".repeat(100_000)), End::Silence)
            .gives(MaybeExecuted(UnexpectedAnswer)),
        after("chunks", chunked(ENVELOPE) + "0\r\n\r\n", End::Silence).gives(Success),
        after("chunks, FIN within one", without_end(&chunked(ENVELOPE)), End::Fin)
            .gives(MaybeExecuted(Transport)),
        after("chunks, FIN before the last", chunked(ENVELOPE), End::Fin).gives(MaybeExecuted(Transport)),
        after("chunks, RST before the last", chunked(ENVELOPE), End::Rst).gives(MaybeExecuted(Transport)),
        after(
            "chunks, an extension of 30 bytes",
            chunked_with(";x=01234567890123456789012345"),
            End::Silence,
        )
        .gives_each(
            &[MaybeExecuted(Transport)],
            &[Success],
            "ureq takes 20 bytes for the line of a chunk; RFC 9112 sets no limit",
        ),
        after("chunks, the last without an end of line", chunked(ENVELOPE) + "0\r\n", End::Fin).gives_each(
            &[Success],
            &[MaybeExecuted(Transport)],
            "ureq takes a cut after the last chunk for the end; hyper wants the empty line",
        ),
        after("`Transfer-Encoding: identity`", identity(ENVELOPE), End::Proper).gives(Success),
        after("chunks over the limit", chunked(&"x".repeat(100_000)), End::Silence)
            .gives(MaybeExecuted(UnexpectedAnswer)),
    ]
}

/// Bodies that end with the connection. Whether they are whole, only the envelope says.
fn answers_without_a_length(protocol: Protocol) -> Vec<Row> {
    let whole = |name: &str, end: End| reads_all(protocol, name, until_closed(ENVELOPE), end);
    let part = |name: &str, end: End| reads_all(protocol, name, without_end(&until_closed(ENVELOPE)), end);
    let mut rows = vec![
        whole("no length, silence", End::Silence).impatient().gives(MaybeExecuted(Timeout)),
        whole("no length, whole, Proper", End::Proper).gives(Success),
        part("no length, in part, Proper", End::Proper).gives(MaybeExecuted(UnexpectedAnswer)),
    ];
    let cuts: &[End] = match protocol {
        // Over plain TCP, FIN is proper.
        Protocol::Http => &[End::Rst],
        #[cfg(feature = "rustls")]
        Protocol::Https => &[End::Rst, End::Fin],
    };
    for cut in cuts {
        rows.push(whole(&format!("no length, whole, {cut:?}"), *cut).gives_each(
            &[Success],
            &[MaybeExecuted(Transport)],
            "ureq takes a cut for the end, and the envelope is whole; hyper fails, whatever came before",
        ));
        rows.push(part(&format!("no length, in part, {cut:?}"), *cut).gives_each(
            &[MaybeExecuted(UnexpectedAnswer)],
            &[MaybeExecuted(Transport)],
            "ureq takes a cut for the end, and part of an envelope is none; hyper fails at the cut",
        ));
    }
    rows
}

const EARLY: &str = "ureq writes the whole request before it reads; hyper does both at a time";

const EARLY_AND_CUT: &str = "ureq writes the whole request before it reads; hyper does both at a time, \
    and may find that it cannot write before it has read the answer";

/// Answers to a request that was not read as a whole.
fn early_answers(protocol: Protocol) -> Vec<Row> {
    let early = |name: &str, answer: &str, end: End| reads_part(protocol, name, answer, end);
    let stranger = "HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let portal = &answer(REFUSAL);
    vec![
        early("early 413, the rest read", stranger, End::Silence).gives(MaybeExecuted(UnexpectedAnswer)),
        early("early refusal, the rest read", portal, End::Silence).gives(Answered(Refused)),
        early("early 413, the rest not read", stranger, End::Deafness).impatient().gives_each(
            &[NotSent(Timeout)],
            &[MaybeExecuted(UnexpectedAnswer)],
            EARLY,
        ),
        early("early refusal, the rest not read", portal, End::Deafness).impatient().gives_each(
            &[NotSent(Timeout)],
            &[Answered(Refused)],
            EARLY,
        ),
        early("early 413, FIN", stranger, End::Fin).gives_each(
            &[NotSent(Transport)],
            &[MaybeExecuted(UnexpectedAnswer), NotSent(Transport)],
            EARLY_AND_CUT,
        ),
        early("early refusal, FIN", portal, End::Fin).gives_each(
            &[NotSent(Transport)],
            &[Answered(Refused), NotSent(Transport)],
            EARLY_AND_CUT,
        ),
    ]
}

/// A peer of any number of connections, one of which a first query leaves in the pool. What
/// a request gets may depend on whether its connection had one before; `None` hangs up.
fn keeps(
    protocol: Protocol,
    name: &str,
    serve: fn(Connection<'_>, bool) -> io::Result<Option<Connection<'_>>>,
) -> Row {
    let converse = move |mut connection: Connection<'_>| {
        let mut reused = false;
        loop {
            connection.read_request()?;
            let door = connection.door;
            let next = serve(connection, reused);
            door.prepared();
            let Some(same) = next? else { return io::Result::Ok(()) };
            (connection, reused) = (same, true);
        }
    };
    let row = Row::door(protocol, name, move |door| {
        thread::scope(|scope| {
            while let Ok(connection) = door.accept() {
                // It ends when the client hangs up.
                scope.spawn(move || converse(protocol.begin(connection)?));
            }
        });
        Ok(())
    });
    row.warm()
}

fn answer_and_close(mut connection: Connection<'_>, _: bool) -> io::Result<Option<Connection<'_>>> {
    connection.write(answer(ENVELOPE))?;
    Ok(None)
}

fn answer_unless_reused(mut connection: Connection<'_>, reused: bool) -> io::Result<Option<Connection<'_>>> {
    if reused {
        return connection.reset().map(|()| None);
    }
    connection.write(answer(ENVELOPE))?;
    Ok(Some(connection))
}

/// Answers the first request and ends with the second, whatever their connections.
fn answer_once(connection: Connection<'_>, end: End) -> io::Result<Option<Connection<'_>>> {
    if connection.door.whole_requests() > 1 {
        return end.of(connection).map(|()| None);
    }
    answer_unless_reused(connection, false)
}

/// What a connection in the pool does for the next call.
fn kept_connections(protocol: Protocol) -> Vec<Row> {
    vec![
        keeps(protocol, "an order, the kept connection closed", answer_and_close).gives(Success),
        keeps(protocol, "an order, the kept connection cut on reuse", answer_unless_reused).gives(Success),
        keeps(protocol, "a query, the kept connection closed", answer_and_close).query().gives_each(
            &[Success],
            &[Success, MaybeExecuted(Transport)],
            "ureq looks before it reuses; hyper is told of the end, and may use the connection before that",
        ),
        keeps(protocol, "a query, the kept connection cut on reuse", answer_unless_reused)
            .query()
            .gives_each(
                &[MaybeExecuted(Transport)],
                &[MaybeExecuted(Transport), Success],
                "hyper may open another connection before it has the first one back",
            ),
        keeps(protocol, "a second query, FIN", |connection, _| answer_once(connection, End::Fin))
            .query()
            .gives(MaybeExecuted(Transport)),
        keeps(protocol, "a second query, RST", |connection, _| answer_once(connection, End::Rst))
            .query()
            .gives(MaybeExecuted(Transport)),
    ]
}
