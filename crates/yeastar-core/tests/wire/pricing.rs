//! Requests of the module `pricing`.

use yeastar_core::AccessToken;

use super::Case;

#[rustfmt::skip]
pub(crate) fn cases(_bearer: Option<&AccessToken>) -> Vec<Case> {
    vec![
    ]
}
