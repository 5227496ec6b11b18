//! Which endpoint a request is for, and what that endpoint reads.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use yeastar_core::{Meta, Tick, registry};

use crate::envelope::{Refusal, code};
use crate::fields::{self, Fields, Parameter};
use crate::portal::Portal;
use crate::{auth, order, product, user};

/// What an endpoint reads besides the arguments in its path.
enum Input {
    Query(&'static [Parameter]),
    /// The endpoints that hand out tokens share one path; `grant_type` tells them apart.
    Grant(&'static str, &'static [Parameter]),
    Json,
}

/// An endpoint of the client library's registry, by name, and what answers it.
pub(crate) struct Route {
    name: &'static str,
    input: Input,
    answer: fn(&mut Portal, &Call) -> Result<Value, Refusal>,
}

const ROUTES: &[Route] = &[
    Route {
        name: "token_request",
        input: Input::Grant(
            "pp_credentials",
            &[
                Parameter::required("client_id"),
                Parameter::required("client_secret"),
                Parameter::required("grant_type"),
            ],
        ),
        answer: auth::request,
    },
    Route {
        name: "token_refresh",
        input: Input::Grant(
            "refresh_token",
            &[Parameter::required("grant_type"), Parameter::required("refresh_token")],
        ),
        answer: auth::refresh,
    },
    Route { name: "billing_contact_list", input: Input::Query(&[]), answer: user::billing_contact_list },
    Route { name: "region_list", input: Input::Query(&[]), answer: product::region_list },
    Route {
        name: "pbx_url_existed",
        input: Input::Query(&[Parameter::required("pbxUrl")]),
        answer: product::pbx_url_existed,
    },
    Route { name: "order_save", input: Input::Json, answer: order::save },
    Route {
        name: "order_page",
        input: Input::Query(&[
            Parameter::optional("pageNo"),
            Parameter::optional("pageSize"),
            Parameter::optional("sort"),
        ]),
        answer: order::page,
    },
    Route { name: "order_get", input: Input::Query(&[]), answer: order::get },
];

/// The endpoints that are simulated, by their names in the client library's registry.
///
/// ```
/// assert!(yeastar_sandbox::endpoints().any(|name| name == "order_save"));
/// ```
pub fn endpoints() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|route| route.name)
}

/// What arrived for an endpoint.
pub(crate) struct Call {
    pub(crate) now: Tick,
    /// Path arguments, query parameters or form fields.
    pub(crate) fields: Fields,
    /// The JSON body; null when the endpoint has none.
    pub(crate) body: Value,
}

/// A request whose endpoint is known; nothing else of it is checked yet.
#[derive(Clone)]
pub(crate) struct Found {
    pub(crate) meta: &'static Meta,
    route: &'static Route,
    arguments: Fields,
}

impl Found {
    pub(crate) fn of(request: &Request<Bytes>) -> Result<Self, Refusal> {
        let path = request.uri().path();
        let on_path: Vec<(&'static Meta, Fields)> = registry::ENDPOINTS
            .iter()
            .filter_map(|meta| arguments(meta.path(), path).map(|arguments| (meta, arguments)))
            .collect();
        let Some((first, _)) = on_path.first() else {
            return Err(Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "the portal has no such path"));
        };
        if on_path.iter().all(|(meta, _)| meta.method() != request.method()) {
            return Err(Refusal::method(first.method().as_str()));
        }
        let grant = fields::peek(request.body(), "grant_type");
        let mut is_token_path = false;
        for (meta, arguments) in on_path.into_iter().filter(|(meta, _)| meta.method() == request.method()) {
            let Some(route) = ROUTES.iter().find(|route| route.name == meta.name()) else { continue };
            match route.input {
                Input::Grant(expected, _) if grant.as_deref() != Some(expected) => is_token_path = true,
                _ => return Ok(Self { meta, route, arguments }),
            }
        }
        if is_token_path {
            let problem = "is not pp_credentials or refresh_token in a form (multipart is not simulated)";
            return Err(Refusal::field("grant_type", "oneof", problem));
        }
        Err(Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            code::NOT_SIMULATED,
            "the sandbox does not simulate this endpoint",
        ))
    }

    /// Reads path, query and body under the rules of the endpoint and answers.
    pub(crate) fn answer(
        &self,
        portal: &mut Portal,
        now: Tick,
        request: &Request<Bytes>,
    ) -> Result<Value, Refusal> {
        let (query, form) = match self.route.input {
            Input::Query(query) => (query, [].as_slice()),
            Input::Grant(_, form) => ([].as_slice(), form),
            Input::Json => ([].as_slice(), [].as_slice()),
        };
        let mut fields = self.arguments.clone();
        fields.extend(Fields::read(request.uri().query().unwrap_or_default().as_bytes(), query)?);
        let mut body = Value::Null;
        match self.route.input {
            Input::Query(_) if request.body().is_empty() => {}
            Input::Query(_) => return Err(Refusal::field("body", "unknown", "is not read by this endpoint")),
            Input::Grant(..) => {
                check_content_type(request, "application/x-www-form-urlencoded")?;
                fields.extend(Fields::read(request.body(), form)?);
            }
            Input::Json => {
                check_content_type(request, "application/json")?;
                body = serde_json::from_slice(request.body())
                    .map_err(|error| Refusal::field("body", "json", format_args!("is not JSON: {error}")))?;
            }
        }
        (self.route.answer)(portal, &Call { now, fields, body })
    }
}

/// The arguments of a path that fits the template, decoded.
fn arguments(template: &'static str, path: &str) -> Option<Fields> {
    let (mut expected, mut actual) = (template.split('/'), path.split('/'));
    let mut arguments = Fields::default();
    loop {
        let (expected, actual) = match (expected.next(), actual.next()) {
            (None, None) => return Some(arguments),
            (Some(expected), Some(actual)) => (expected, actual),
            _ => return None,
        };
        match expected.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !actual.is_empty() => {
                arguments.insert(name, percent_decode_str(actual).decode_utf8_lossy().into_owned());
            }
            None if expected == actual => {}
            _ => return None,
        }
    }
}

fn check_content_type(request: &Request<Bytes>, expected: &str) -> Result<(), Refusal> {
    let mut values = request.headers().get_all(CONTENT_TYPE).iter();
    match (values.next(), values.next()) {
        (Some(value), None) if value == expected => Ok(()),
        _ => Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            code::UNSUPPORTED_CONTENT_TYPE,
            format!("Content-Type is not exactly {expected}"),
        )),
    }
}
