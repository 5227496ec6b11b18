//! Requests of the module `product`.

use yeastar_core::product::{PbxUrlExisted, RegionList};
use yeastar_core::{AccessToken, Endpoint, ErrorKind};

use super::support::{self, Role};
use super::{Case, assert_is_the_printed_one, case, origin, token};

#[rustfmt::skip]
pub(crate) fn cases(bearer: Option<&AccessToken>) -> Vec<Case> {
    vec![
        case("region_list", "all",
            "query-region-list.html: documented, with an example",
            &RegionList, bearer),
        case("region_list", "without_token",
            "query-region-list.html: documented; no token, no header",
            &RegionList, None),
        case("pbx_url_existed", "tutorial",
            "check-the-existence-of-pbx-url-for-p-series-cloud-edition.html: documented, its own example",
            &PbxUrlExisted::new("example.test.yeastar.com"), bearer),
    ]
}

#[test]
fn the_vendors_url_check_comes_out_value_for_value() {
    let printed = support::one("pbx_url_existed", Role::Request, "tutorial").request();
    let ours = PbxUrlExisted::new("example.test.yeastar.com").to_request(&origin(), Some(&token())).unwrap();
    assert_is_the_printed_one(&ours, &printed);
    assert_eq!(printed.body, "");
    assert!(ours.body().is_empty());
}

#[test]
fn a_pbx_url_is_a_host_name() {
    let too_long_label = format!("{}.example.com", "a".repeat(64));
    let too_long = format!("{}com", "a.".repeat(126));
    let refused = [
        "",
        "docs",
        "https://docs.example.com",
        "docs.example.com/",
        "docs.example.com:443",
        "docs.example.com.",
        ".example.com",
        "docs..example.com",
        "-docs.example.com",
        "docs-.example.com",
        "do cs.example.com",
        "d\u{f6}cs.example.com",
        "docs.example.com\n",
        "docs.example.com&pbxUrl=other.example.com",
        &too_long_label,
        &too_long,
    ];
    for url in refused {
        let error = PbxUrlExisted::new(url).to_request(&origin(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{url:?}");
        assert!(error.to_string().starts_with("pbx_url_existed: not sent: `pbxUrl`"), "{error}");
    }
    for url in ["docs.example.com", "a.b", "1-2.example.com", "xn--dcs-rna.example.com", "DOCS.Example.com"] {
        assert!(PbxUrlExisted::new(url).to_request(&origin(), None).is_ok(), "{url}");
    }
}
