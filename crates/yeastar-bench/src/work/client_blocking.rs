//! `yeastar-blocking`, with its tokens, repetitions and timeouts.

use yeastar_blocking::Client;

use super::{Measured, Setting, in_threads};
use crate::job::{self, WarmOrder};

pub fn run(setting: &Setting) -> Measured {
    let client = Client::new(job::config(&setting.url)).expect("a client");
    in_threads(setting, || {
        let client = client.clone();
        move || {
            let placed = client.send(WarmOrder(job::order())).expect("an answer");
            assert_eq!(std::hint::black_box(placed).order_no.as_str().len(), 21);
        }
    })
}
