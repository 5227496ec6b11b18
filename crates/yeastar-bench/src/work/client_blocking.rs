//! `yeastar-blocking`, with its tokens, repetitions and timeouts.

use yeastar_blocking::Client;

use super::jobs::{Job, Warm};
use super::{Measured, Setting, in_threads};
use crate::job;

pub fn run<J: Job>(setting: &Setting) -> Measured {
    let client = Client::new(job::config(&setting.url)).expect("a client");
    // So that there is a token.
    Warm::check(client.send(Warm::endpoint()));
    in_threads(setting, || {
        let client = client.clone();
        move || J::check(client.send(J::endpoint()))
    })
}
