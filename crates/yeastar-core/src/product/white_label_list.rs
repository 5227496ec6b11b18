//! `GET /product/openapi/instance/v1/list/white_label`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr-pt/developer-guide/query-software-pbx-white-label-templates.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WhiteLabelList;

impl Endpoint for WhiteLabelList {
    const META: Meta = Meta::new(
        "white_label_list",
        Method::GET,
        "/product/openapi/instance/v1/list/white_label",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr-pt/developer-guide/query-software-pbx-white-label-templates.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
