//! `yeastar-async`, with its tokens, repetitions and timeouts.

use yeastar_async::Client;

use super::{Measured, Setting, in_tasks};
use crate::job::{self, WarmOrder};

pub fn run(setting: &Setting) -> Measured {
    let client = Client::new(job::config(&setting.url)).expect("a client");
    in_tasks(setting, |times| {
        let client = client.clone();
        async move {
            for _ in 0..times {
                let placed = client.send(WarmOrder(job::order())).await.expect("an answer");
                assert_eq!(std::hint::black_box(placed).order_no.as_str().len(), 21);
            }
        }
    })
}
