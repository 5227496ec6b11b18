//! `yeastar-async`, with its tokens, repetitions and timeouts.

use std::sync::Arc;

use yeastar_async::Client;

use super::jobs::{Job, Warm};
use super::{Measured, Setting, in_tasks, runtime};
use crate::job;

pub fn run<J: Job>(setting: &Setting) -> Measured {
    let runtime = runtime();
    let client = Client::new(job::config(&setting.url)).expect("a client");
    // So that there is a token.
    Warm::check(runtime.block_on(client.send(Warm::endpoint())));
    in_tasks(&runtime, setting, client, call::<J>)
}

async fn call<J: Job>(client: Arc<Client>) {
    J::check(client.send(J::endpoint()).await);
}
