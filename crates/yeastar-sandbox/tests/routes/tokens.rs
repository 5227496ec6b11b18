//! Tokens: how they live and end.

use std::time::Duration;

use yeastar_core::Tick;
use yeastar_sandbox::{RefreshReuse, code};

use crate::script::*;

#[test]
fn an_access_token_lives_half_an_hour_on_the_portals_clock() {
    let mut script = Script::new();
    script.pass(Duration::from_millis(30 * 60 * 1000 - 1));
    assert_eq!(script.get(REGIONS)["code"], "success");
    script.pass(Duration::from_millis(1));
    assert_refused(&script.get(REGIONS), 401, code::TOKEN_INVALID, "Authorization");
}

#[test]
fn a_refresh_gives_new_tokens_and_ends_the_old_ones() {
    let mut script = Script::new();
    let (old, spent) = (script.token.clone(), script.refresh_token.clone());
    script.pass(Duration::from_secs(60));
    let answer = script.refresh(&spent);
    assert_eq!(answer["result"]["expiresIn"], "1800");
    assert_ne!(script.token, old);
    assert_ne!(script.refresh_token, spent);
    assert_eq!(script.get(REGIONS)["code"], "success");
    script.pass(Duration::from_secs(30 * 60 - 1));
    assert_eq!(script.get(REGIONS)["code"], "success", "its life counts from the refresh");
    script.token = old;
    script.now = Tick::new(Duration::from_secs(61));
    assert_eq!(script.get(REGIONS)["status"], 401);
}

#[test]
fn a_refresh_token_lives_fifteen_days() {
    let mut script = Script::new();
    let token = script.refresh_token.clone();
    script.pass(Duration::from_secs(15 * 24 * 60 * 60));
    assert_refused(&script.refresh(&token), 401, code::REFRESH_TOKEN_INVALID, "refresh_token");
    assert_refused(&script.refresh("unknown"), 401, code::REFRESH_TOKEN_INVALID, "refresh_token");
}

#[test]
fn a_spent_refresh_token_does_what_the_settings_say() {
    for (reuse, is_refused, lives_on) in [
        (RefreshReuse::EndsFamily, true, false),
        (RefreshReuse::Refused, true, true),
        (RefreshReuse::Allowed, false, true),
    ] {
        let mut script = Script::with(|settings| settings.refresh_reuse = reuse);
        let spent = script.refresh_token.clone();
        script.refresh(&spent);
        let answer = script.refresh(&spent);
        assert_eq!(answer["status"] == 401, is_refused, "{reuse:?}");
        assert_eq!(script.get(REGIONS)["status"] == 200, lives_on, "{reuse:?}");
        let latest = script.refresh_token.clone();
        assert_eq!(script.refresh(&latest)["status"] == 200, lives_on, "{reuse:?}");
    }
}

#[test]
fn a_new_token_ends_the_former_one_unless_the_settings_say_otherwise() {
    for (one_token_per_client, lives_on) in [(true, false), (false, true)] {
        let mut script = Script::with(|settings| settings.one_token_per_client = one_token_per_client);
        let (former, former_refresh) = (script.token.clone(), script.refresh_token.clone());
        script.sign_in();
        let latest = std::mem::replace(&mut script.token, former);
        assert_eq!(script.get(REGIONS)["status"] == 200, lives_on);
        script.token = latest;
        assert_eq!(script.get(REGIONS)["status"], 200);
        assert_eq!(script.refresh(&former_refresh)["status"] == 200, lives_on);
    }
}

#[test]
fn wrong_credentials_are_refused() {
    let mut script = Script::signed_out(|_| {});
    let (id, secret) = (script.portal.client_id().to_owned(), script.portal.client_secret().to_owned());
    for (id, secret) in [(&*id, "wrong"), ("wrong", &*secret), (&*secret, &*id)] {
        let form = format!("client_id={id}&client_secret={secret}&grant_type=pp_credentials");
        assert_refused(&script.form(&form), 401, code::CREDENTIALS_INVALID, "client_secret");
    }
    for (form, field) in [
        (format!("client_id={id}&grant_type=pp_credentials"), "client_secret"),
        (format!("client_id={id}&client_secret=&grant_type=pp_credentials"), "client_secret"),
        (
            format!("client_id={id}&client_id={id}&client_secret={secret}&grant_type=pp_credentials"),
            "client_id",
        ),
        (format!("client_id={id}&client_secret={secret}&grant_type=client_credentials"), "grant_type"),
        (format!("client_id={id}&client_secret={secret}"), "grant_type"),
        (format!("client_id={id}&client_secret={secret}&grant_type=pp_credentials&scope=all"), "scope"),
        ("grant_type=refresh_token".into(), "refresh_token"),
        ("grant_type=refresh_token&refresh_token=1&client_id=1".into(), "client_id"),
    ] {
        assert_refused(&script.form(&form), 400, "parameter_validation_failed", field);
    }
}

#[test]
fn a_reset_secret_ends_the_old_one_and_its_tokens() {
    let mut script = Script::new();
    let old = script.portal.client_secret().to_owned();
    let new = script.portal.reset_secret();
    assert_ne!(new, old);
    assert_eq!(script.portal.client_secret(), new);
    assert_eq!(script.get(REGIONS)["status"], 401);
    let refresh_token = script.refresh_token.clone();
    assert_eq!(script.refresh(&refresh_token)["status"], 401);
    let id = script.portal.client_id().to_owned();
    let old = format!("client_id={id}&client_secret={old}&grant_type=pp_credentials");
    assert_eq!(script.form(&old)["status"], 401);
    assert_eq!(script.sign_in()["status"], 200);
    assert_eq!(script.get(REGIONS)["status"], 200);
}
