//! Tokens: they expire on the portal's clock, and a refresh spends its token.
//!
//! Documented: the forms, the four fields of the answer, 30 minutes and 15 days.
//! Inferred: that a refresh gives a new refresh token and ends the old one, and
//! every refusal. The page also allows `multipart/form-data`; the sandbox reads
//! only `application/x-www-form-urlencoded`.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use yeastar_core::Tick;

use crate::envelope::{Json, Refusal, code};
use crate::ids::Ids;
use crate::portal::Portal;
use crate::route::Call;
use crate::settings::{RefreshReuse, Settings};

/// Tokens that live longer do not end while anybody looks at them.
const FAR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// All tokens that descend from one token request.
#[derive(Clone)]
struct Family {
    access: Vec<Expiring>,
    refresh: Expiring,
    spent: Vec<String>,
}

#[derive(Clone)]
struct Expiring {
    token: String,
    until: Tick,
}

impl Expiring {
    fn is_valid(&self, now: Tick) -> bool {
        now < self.until
    }
}

/// The tokens that the portal has handed out.
#[derive(Clone, Default)]
pub(crate) struct Tokens {
    families: Vec<Family>,
}

impl Tokens {
    /// Ends all of them.
    pub(crate) fn clear(&mut self) {
        self.families.clear();
    }

    /// Takes in which of these tokens are good, and for how long.
    pub(crate) fn fingerprint(&self, now: Tick, is_known: impl Fn(&str) -> bool, state: &mut impl Hasher) {
        let is_known_of = |Family { access, refresh, spent }: &&Family| {
            let good = access.iter().chain([refresh]).map(|expiring| &expiring.token);
            good.chain(spent).any(|token| is_known(token))
        };
        for Family { access, refresh, spent } in self.families.iter().filter(is_known_of) {
            for Expiring { token, until } in access.iter().chain([refresh]) {
                if is_known(token) {
                    (token, until.since(now).min(FAR)).hash(state);
                }
            }
            for token in spent.iter().filter(|token| is_known(token)) {
                token.hash(state);
            }
            state.write_u8(0);
        }
    }

    pub(crate) fn check(&self, now: Tick, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return Err(Refusal::token()) };
        let token = value.as_bytes().strip_prefix(b"Bearer ").ok_or_else(Refusal::token)?;
        let is_known = self
            .families
            .iter()
            .flat_map(|family| &family.access)
            .any(|access| access.token.as_bytes() == token && access.is_valid(now));
        if is_known { Ok(()) } else { Err(Refusal::token()) }
    }

    fn request(&mut self, now: Tick, settings: &Settings, ids: &mut Ids) -> Value {
        if settings.one_token_per_client {
            self.families.clear();
        }
        self.families.retain(|family| {
            family.refresh.is_valid(now) || family.access.iter().any(|access| access.is_valid(now))
        });
        let (family, answer) = Family::new(now, settings, ids);
        self.families.push(family);
        answer
    }

    fn refresh(
        &mut self,
        now: Tick,
        settings: &Settings,
        ids: &mut Ids,
        token: &str,
    ) -> Result<Value, Refusal> {
        let refused = Refusal::new(
            StatusCode::UNAUTHORIZED,
            code::REFRESH_TOKEN_INVALID,
            "refresh_token is unknown, spent or expired",
        );
        let is_spent = |family: &Family| family.spent.iter().any(|spent| spent == token);
        let Some(index) =
            self.families.iter().position(|family| family.refresh.token == token || is_spent(family))
        else {
            return Err(refused);
        };
        let family = &mut self.families[index];
        if is_spent(family) {
            match settings.refresh_reuse {
                RefreshReuse::EndsFamily => {
                    self.families.remove(index);
                    return Err(refused);
                }
                RefreshReuse::Refused => return Err(refused),
                RefreshReuse::Allowed => {}
            }
        }
        if !family.refresh.is_valid(now) {
            return Err(refused);
        }
        let (renewed, answer) = Family::new(now, settings, ids);
        if settings.one_token_per_client {
            family.access.clear();
        }
        family.access.retain(|access| access.is_valid(now));
        family.access.extend(renewed.access);
        family.spent.push(std::mem::replace(&mut family.refresh, renewed.refresh).token);
        Ok(answer)
    }
}

impl Family {
    /// A new pair of tokens, and the answer that hands it out.
    fn new(now: Tick, settings: &Settings, ids: &mut Ids) -> (Self, Value) {
        let access = format!("sandbox-access-{}{}", ids.hex(), ids.hex());
        let refresh = format!("sandbox-refresh-{}{}", ids.hex(), ids.hex());
        let answer = json!({
            "expiresIn": settings.access_token_life.as_secs().to_string(),
            "refreshToken": refresh,
            "token": access,
            "tokenHead": "Bearer",
        });
        let family = Self {
            access: vec![Expiring { token: access, until: now + settings.access_token_life }],
            refresh: Expiring { token: refresh, until: now + settings.refresh_token_life },
            spent: Vec::new(),
        };
        (family, answer)
    }
}

/// `token_request`
pub(crate) fn request(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let is_own = call.fields.text("client_id") == portal.client_id
        && call.fields.text("client_secret") == portal.client_secret;
    if !is_own {
        return Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            code::CREDENTIALS_INVALID,
            "client_id or client_secret is not that of this sandbox",
        ));
    }
    Ok(portal.tokens.request(call.now, &portal.settings, &mut portal.ids).into())
}

/// `token_refresh`
pub(crate) fn refresh(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let token = call.fields.text("refresh_token");
    portal.tokens.refresh(call.now, &portal.settings, &mut portal.ids, token).map(Json::from)
}
