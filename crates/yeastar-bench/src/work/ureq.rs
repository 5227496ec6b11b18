//! ureq as it comes, with the global timeout that our client has too.

use std::time::Duration;

use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;

use super::{Measured, Setting, in_threads};
use crate::job::{self, Envelope, ORDER_PATH, PlainPlaced, TOKEN};

pub fn run(setting: &Setting) -> Measured {
    with(config(), setting)
}

/// With a connection for each call.
pub fn run_fresh(setting: &Setting) -> Measured {
    with(config().max_idle_connections(0), setting)
}

fn config() -> ConfigBuilder<AgentScope> {
    Agent::config_builder().timeout_global(Some(Duration::from_secs(30)))
}

fn with(config: ConfigBuilder<AgentScope>, setting: &Setting) -> Measured {
    let (agent, url) = (Agent::from(config.build()), format!("{}{ORDER_PATH}", setting.url));
    in_threads(setting, || || call(&agent, &url))
}

fn call(agent: &Agent, url: &str) {
    let body = serde_json::to_vec(&job::plain_order()).expect("JSON");
    let mut response = agent
        .post(url)
        .header("content-type", "application/json")
        .header("user-agent", "OpenAPI")
        .header("authorization", format!("Bearer {TOKEN}"))
        .send(&body[..])
        .expect("an answer");
    let body = response.body_mut().read_to_vec().expect("a body");
    let envelope: Envelope<PlainPlaced> = serde_json::from_slice(&body).expect("an envelope");
    assert_eq!(std::hint::black_box(envelope).status, 200);
}
