//! The meter: whether what was offered to a connection can have been a whole request.

use core::time::Duration;

use bytes::Bytes;
use yeastar_core::{Progress, RequestMeter, Tick};

/// Of a request that may be sent at any time.
const NOW: Tick = Tick::new(Duration::ZERO);

const REQUEST: &[u8] = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\nbody";

fn meter(body: &'static [u8], send_by: Option<Tick>) -> RequestMeter {
    let request = http::Request::post("http://localhost/").body(Bytes::from_static(body)).unwrap();
    RequestMeter::new(&request, send_by)
}

fn write(meter: &mut RequestMeter, bytes: &[u8]) {
    assert!(meter.offer(NOW, bytes));
    meter.accept(bytes);
}

fn expected(is_whole: bool) -> Progress {
    if is_whole { Progress::MaybeComplete } else { Progress::Incomplete }
}

#[test]
fn a_whole_request_is_told_from_less() {
    for sent in 0..=REQUEST.len() {
        for split in 0..=sent {
            let mut meter = meter(b"body", None);
            write(&mut meter, &REQUEST[..split]);
            write(&mut meter, &REQUEST[split..sent]);
            let expected = expected(sent == REQUEST.len());
            assert_eq!(meter.give_up(), expected, "{sent} bytes, split at {split}");
        }
    }
}

/// Every text of nine line ends and other characters, as the beginning of a request.
#[test]
fn the_head_ends_with_its_first_empty_line() {
    const LENGTH: u32 = 9;
    for number in 0..3_usize.pow(LENGTH) {
        let text: Vec<u8> = (0..LENGTH).map(|place| b"\r\nx"[number / 3_usize.pow(place) % 3]).collect();
        let head = text.windows(4).position(|window| window == b"\r\n\r\n").map(|start| start + 4);
        for (body, length) in [(&b""[..], 0), (b"bo", 2)] {
            let mut meter = meter(body, None);
            for byte in &text {
                write(&mut meter, &[*byte]);
            }
            let is_whole = head.is_some_and(|head| text.len() >= head + length);
            assert_eq!(meter.give_up(), expected(is_whole), "{:?}", text.escape_ascii().to_string());
        }
    }
}

#[test]
fn what_was_offered_counts_whether_it_was_taken_or_not() {
    let mut refused = meter(b"body", None);
    assert!(refused.offer(NOW, REQUEST));
    assert_eq!(refused.give_up(), Progress::MaybeComplete, "a write that fails may have reached the portal");

    let mut less = meter(b"body", None);
    assert!(less.offer(NOW, REQUEST));
    write(&mut less, &REQUEST[..30]);
    assert_eq!(less.give_up(), Progress::MaybeComplete, "nor does a smaller one after it take that back");
}

#[test]
fn what_is_offered_again_is_not_counted_twice() {
    let mut meter = meter(b"body", None);
    write(&mut meter, &REQUEST[..REQUEST.len() - 2]);
    for _ in 0..3 {
        // As hyper does while the socket is full.
        assert!(meter.offer(NOW, b"d"));
    }
    assert_eq!(meter.give_up(), Progress::Incomplete);
}

#[test]
fn after_giving_up_nothing_is_let_through() {
    let mut meter = meter(b"body", None);
    assert_eq!(meter.give_up(), Progress::Incomplete);
    assert!(!meter.offer(NOW, REQUEST), "the caller was told that the request is not complete");
    assert_eq!(meter.give_up(), Progress::Incomplete);
}

#[test]
fn after_its_time_nothing_is_let_through() {
    let at = |seconds| Tick::new(Duration::from_secs(seconds));
    let mut meter = meter(b"body", Some(at(10)));
    assert!(meter.offer(at(10), &REQUEST[..30]), "the last moment is in time");
    meter.accept(&REQUEST[..30]);
    assert!(!meter.offer(at(11), &REQUEST[30..]));
    assert!(!meter.offer(at(9), &REQUEST[30..]), "a clock that goes back changes nothing");
    assert_eq!(meter.give_up(), Progress::Incomplete);
}

#[test]
fn the_time_is_over_by_either_clock() {
    let at = |since_start, since_1970| {
        Tick::new(Duration::from_secs(since_start)).with_wall_clock(Duration::from_secs(since_1970))
    };
    for (now, in_time) in [(at(10, 1010), true), (at(11, 1010), false), (at(10, 1011), false)] {
        let mut meter = meter(b"body", Some(at(10, 1010)));
        assert_eq!(meter.offer(now, REQUEST), in_time, "{now:?}");
        assert_eq!(meter.give_up(), expected(in_time), "{now:?}");
    }
}
