//! Requests of the module `product`.

use yeastar_core::product::{
    CheckPbxUrl, GetActivationCode, GetProduct, GetProductModel, ListProducts, ListRegions, ListWhiteLabels,
};
use yeastar_core::{AccessToken, Endpoint, ErrorKind, Paged, ProductId};

use super::support::{self, Role};
use super::{Case, assert_is_the_printed_one, case, origin, token};

#[rustfmt::skip]
pub(crate) fn cases(bearer: Option<&AccessToken>) -> Vec<Case> {
    vec![
        case("region_list", "all",
            "query-region-list.html: documented, with an example",
            &ListRegions::new(), bearer),
        case("region_list", "without_token",
            "query-region-list.html: documented; no token, no header",
            &ListRegions::new(), None),
        case("pbx_url_existed", "tutorial",
            "check-the-existence-of-pbx-url-for-p-series-cloud-edition.html: documented, its own example",
            &CheckPbxUrl::new("example.test.yeastar.com"), bearer),
        case("product_model", "example",
            "query-product-model.html: documented, its own query",
            &GetProductModel::new("3631E3418911", ProductId::APPLIANCE_EDITION), bearer),
        case("instance_product_list", "defaults",
            "query-product-list.html: documented, no example is known",
            &ListProducts::new(ProductId::APPLIANCE_EDITION), bearer),
        case("instance_product_list", "paging",
            "query-product-list.html: documented, no example is known",
            &ListProducts::new(ProductId::CLOUD_EDITION).with_page_no(2).with_page_size(100), bearer),
        case("product_detail", "device",
            "get-product-details.html: documented, no example is known",
            &GetProduct::new("3658B431119665QJ", ProductId::CLOUD_EDITION), bearer),
        case("activation_code", "software_pbx",
            "query-activation-code-for-p-series-software-edition.html: documented, its own query with made-up digits",
            &GetActivationCode::new("365100000000415"), bearer),
        case("white_label_list", "own",
            "query-software-pbx-white-label-templates.html of pp-ptr-pt: documented; inferred: whose they are",
            &ListWhiteLabels::new(), bearer),
        case("white_label_list", "example",
            "query-software-pbx-white-label-templates.html of pp-ptr-pt: documented, its own query",
            &ListWhiteLabels::new().with_partner_id("3505184805912670208"), bearer),
    ]
}

#[test]
fn the_vendors_url_check_comes_out_value_for_value() {
    let printed = support::one("pbx_url_existed", Role::Request, "tutorial").request();
    let ours = CheckPbxUrl::new("example.test.yeastar.com").to_request(&origin(), Some(&token())).unwrap();
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
        let error = CheckPbxUrl::new(url).to_request(&origin(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{url:?}");
        assert!(error.to_string().starts_with("pbx_url_existed: not sent: `pbxUrl`"), "{error}");
    }
    for url in ["docs.example.com", "a.b", "1-2.example.com", "xn--dcs-rna.example.com", "DOCS.Example.com"] {
        assert!(CheckPbxUrl::new(url).to_request(&origin(), None).is_ok(), "{url}");
    }
}

#[test]
fn a_page_of_products_counts_from_one() {
    let list = ListProducts::new(ProductId::CLOUD_EDITION);
    for (request, field) in
        [(list.clone().with_page_no(0), "`pageNo`"), (list.with_page_size(0), "`pageSize`")]
    {
        let error = request.to_request(&origin(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(field), "{error}");
    }
}

#[test]
fn the_next_page_of_products_is_of_the_same_product_and_size() {
    let mut list = ListProducts::new(ProductId::CLOUD_EDITION).with_page_size(100);
    assert_eq!(list.page_no(), None);
    list.set_page_no(7);
    assert_eq!(list.page_no(), Some(7));
    let request = list.to_request(&origin(), None).unwrap();
    assert_eq!(request.uri().query(), Some("pageNo=7&pageSize=100&productId=13"));
}

#[test]
fn a_serial_number_stays_one_value() {
    let hostile = "1&productId=9#x y";
    for request in [
        GetProductModel::new(hostile, ProductId::APPLIANCE_EDITION).to_request(&origin(), None),
        GetProduct::new(hostile, ProductId::APPLIANCE_EDITION).to_request(&origin(), None),
    ] {
        let request = request.unwrap();
        assert_eq!(request.uri().query(), Some("productNo=1%26productId%3D9%23x+y&productId=11"));
    }
}
