//! `yeastar-async`, with its tokens, repetitions and timeouts.

use std::hint::black_box;
use std::sync::Arc;

use yeastar_async::Client;

use super::{Measured, Setting, in_tasks};
use crate::job::{self, WarmOrder};

pub fn run(setting: &Setting) -> Measured {
    in_tasks(setting, Client::new(job::config(&setting.url)).expect("a client"), call)
}

async fn call(client: Arc<Client>) {
    let placed = client.send(WarmOrder(job::order())).await.expect("an answer");
    assert_eq!(black_box(placed).order_no.as_str().len(), 21);
}
