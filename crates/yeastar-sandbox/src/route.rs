//! Which endpoint a request is for, and what that endpoint reads.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use yeastar_core::{Meta, Tick, registry};

use crate::envelope::{Json, Refusal, code};
use crate::fields::{self, Fields, Parameter};
use crate::json;
use crate::portal::Portal;
use crate::user::{colleagues, contacts, customers};
use crate::{auth, order, pricing, product, user};

/// What an endpoint reads besides the arguments in its path.
enum Input {
    Query(&'static [Parameter]),
    /// The endpoints that hand out tokens share one path; `grant_type` tells them apart.
    Grant(&'static str, &'static [Parameter]),
    Json,
}

/// From what arrived to what stands in the envelope.
type Answer = fn(&mut Portal, &Call) -> Result<Json, Refusal>;

/// An endpoint of the client library's registry, by name, and what answers it.
pub(crate) struct Route {
    name: &'static str,
    input: Input,
    answer: Answer,
}

impl Route {
    const fn query(name: &'static str, parameters: &'static [Parameter], answer: Answer) -> Self {
        Self { name, input: Input::Query(parameters), answer }
    }

    const fn json(name: &'static str, answer: Answer) -> Self {
        Self { name, input: Input::Json, answer }
    }
}

const PLAN_INFO: &[Parameter] = &[Parameter::required("productId"), Parameter::optional("productNo")];
const ADD_ON_INFO: &[Parameter] = &[
    Parameter::required("productId"),
    Parameter::optional("connectionPlanId"),
    Parameter::optional("productNo"),
];

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
    Route::query("account_balance", &[], user::account_balance),
    Route::query("billing_contact_list", &[], contacts::billing_contact_list),
    Route::query("subordinate_user_list", &[], customers::subordinate_user_list),
    Route::query("subordinate_user_get", &[], customers::subordinate_user_get),
    Route::json("save_user", customers::save_user),
    Route::json("edit_user", customers::edit_user),
    Route::query(
        "colleague_list",
        &[Parameter::optional("pageNo"), Parameter::optional("pageSize"), Parameter::optional("ownerId")],
        colleagues::colleague_list,
    ),
    Route::json("colleague_create", colleagues::colleague_create),
    Route::json("colleague_edit", colleagues::colleague_edit),
    Route::json("colleague_delete", colleagues::colleague_delete),
    Route::query("user_permission_list", &[Parameter::optional("userId")], user::user_permission_list),
    Route::query(
        "country_list",
        &[
            Parameter::optional("pageNo"),
            Parameter::optional("pageSize"),
            Parameter::optional("sort"),
            Parameter::optional("name"),
        ],
        user::country_list,
    ),
    Route::query("region_list", &[], product::region_list),
    Route::query("pbx_url_existed", &[Parameter::required("pbxUrl")], product::pbx_url_existed),
    Route::query(
        "product_model",
        &[Parameter::required("productId"), Parameter::required("productNo")],
        product::product_model,
    ),
    Route::query(
        "instance_product_list",
        &[Parameter::optional("pageNo"), Parameter::optional("pageSize"), Parameter::required("productId")],
        product::instance_product_list,
    ),
    Route::query(
        "product_detail",
        &[Parameter::required("productNo"), Parameter::required("productId")],
        product::product_detail,
    ),
    Route::query(
        "activation_code",
        &[Parameter::required("productNo"), Parameter::required("productId")],
        product::activation_code,
    ),
    Route::query("white_label_list", &[Parameter::optional("partnerId")], product::white_label_list),
    Route::query("subscription_product_list", &[], pricing::subscription_product_list),
    Route::query(
        "purchase_product_info",
        &[Parameter::required("productId"), Parameter::optional("productNo")],
        pricing::purchase_product_info,
    ),
    Route::query("trial_plan_info", PLAN_INFO, |portal, call| pricing::plan_info(portal, call, "trial")),
    Route::query("purchase_plan_info", PLAN_INFO, |portal, call| {
        pricing::plan_info(portal, call, "purchase")
    }),
    Route::query("renew_plan_info", PLAN_INFO, |portal, call| pricing::plan_info(portal, call, "renew")),
    Route::query("trial_add_on_info", ADD_ON_INFO, |portal, call| {
        pricing::add_on_info(portal, call, "trial")
    }),
    Route::query("purchase_add_on_info", ADD_ON_INFO, |portal, call| {
        pricing::add_on_info(portal, call, "purchase")
    }),
    Route::query("renew_add_on_info", ADD_ON_INFO, |portal, call| {
        pricing::add_on_info(portal, call, "renew")
    }),
    Route::query(
        "my_price_info",
        &[
            Parameter::required("productId"),
            Parameter::required("billingCycle"),
            Parameter::optional("partnerId"),
            Parameter::optional("offeringId"),
        ],
        pricing::my_price_info,
    ),
    Route::json("pricing_calculate", pricing::pricing_calculate),
    Route::json("order_save", order::save),
    Route::query(
        "order_page",
        &[Parameter::optional("pageNo"), Parameter::optional("pageSize"), Parameter::optional("sort")],
        order::page,
    ),
    Route::query("order_get", &[], order::get),
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
        if on_path.is_empty() {
            return Err(Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "the portal has no such path"));
        }
        if on_path.iter().all(|(meta, _)| meta.method() != request.method()) {
            let mut methods: Vec<&str> = on_path.iter().map(|(meta, _)| meta.method().as_str()).collect();
            methods.dedup();
            return Err(Refusal::method(&methods.join(", ")));
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
    ) -> Result<Json, Refusal> {
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
                body = json::read(request.body())
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
