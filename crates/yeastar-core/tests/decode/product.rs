//! Answers of the module `product`.

use yeastar_core::product::{
    ActivationStatus, CheckPbxUrl, GetActivationCode, GetProduct, GetProductModel, ListProducts, ListRegions,
    ListWhiteLabels,
};
use yeastar_core::{Endpoint, PbxSubDomainId, RegionId};

use super::ok;
use super::support::{self, Role};

#[test]
fn the_vendors_url_check_says_that_the_url_is_free() {
    let answer = support::one("pbx_url_existed", Role::Ok, "tutorial").response();
    let reply = CheckPbxUrl::read_reply(answer).unwrap();
    assert_eq!(reply.request_id.as_deref(), Some("a1b75c1bec8fc8eaa4284ee4cc2cc79a"));
    assert!(!reply.value);
    assert!(ok::<CheckPbxUrl>("taken"));
}

#[test]
fn regions_are_read_in_each_of_their_shapes() {
    for case in ["documented", "array", "suffix-as-text", "numeric-ids"] {
        let regions = ok::<ListRegions>(case);
        let region = &regions[0];
        assert_eq!(region.id, RegionId::new(41), "{case}");
        assert_eq!(region.name.as_deref(), Some("Example Region"), "{case}");
        let domain = &region.domains[0];
        assert_eq!(domain.id, PbxSubDomainId::new(20), "{case}");
        assert_eq!(&domain.suffixes[..], ["ptest6.yeastarcloud.com"], "{case}");
        assert_eq!(domain.pbx_url("docs").unwrap(), "docs.ptest6.yeastarcloud.com", "{case}");
    }
    let regions = ok::<ListRegions>("array");
    assert_eq!(&regions[0].domains[1].suffixes[..], ["one.example.com", "two.example.com"]);
    assert!(regions[1].domains.is_empty());
}

#[test]
fn a_pbx_url_stands_under_a_suffix_and_not_beside_it() {
    let regions = ok::<ListRegions>("array");
    let domain = &regions[0].domains[1];
    for under in
        ["docs.one.example.com", "docs.two.example.com", "a.b.one.example.com", "DOCS.One.Example.com"]
    {
        assert!(domain.contains(under), "{under}");
    }
    for beside in ["one.example.com", ".one.example.com", "docsone.example.com", "docs.three.example.com", ""]
    {
        assert!(!domain.contains(beside), "{beside}");
    }
}

#[test]
fn a_model_is_a_name_or_nothing() {
    assert_eq!(ok::<GetProductModel>("documented").product_model.as_deref(), Some("Example Model 1"));
    assert!(ok::<GetProductModel>("without-model").product_model.is_none());
}

/// It has the name of the envelope's own code, and is not printed.
#[test]
fn an_activation_code_is_a_secret() {
    for case in ["documented", "time-as-text"] {
        let info = ok::<GetActivationCode>(case);
        assert_eq!(info.code.expose(), "EXAMPLE-ACTIVATION-CODE", "{case}");
        assert_eq!(info.generate_time.as_ref().unwrap().parse(), Ok(1_735_689_600_000_u64), "{case}");
        assert!(!format!("{info:?}").contains("EXAMPLE"), "{info:?}");
    }
    assert!(ok::<GetActivationCode>("without-time").generate_time.is_none());
}

#[test]
fn a_page_of_products_has_its_rows() {
    let page = ok::<ListProducts>("documented");
    assert_eq!((page.page_no, page.page_size, page.total), (Some(1), Some(25), Some(2)));
    let statuses: Vec<_> = page.results.iter().map(|row| row.activation_status.as_ref().unwrap()).collect();
    assert_eq!(statuses, [&ActivationStatus::Activated, &ActivationStatus::Unactivated]);
    let row = &page.results[0];
    assert_eq!(row.activation_code.as_deref(), Some("EXAMPLE-CODE-1"));
    assert_eq!(row.comment.as_deref(), Some("Head office"));
    assert!(row.product_no.is_none() && row.extra.is_empty());

    assert!(ok::<ListProducts>("empty").results.is_empty());
    let single = ok::<ListProducts>("single");
    assert_eq!(single.results[0].product_no.as_ref().unwrap().as_str(), "0000EXAMPLE000AA");
}

#[test]
fn a_product_keeps_what_has_no_name() {
    let page = ok::<ListProducts>("like-details");
    let row = &page.results[0];
    assert_eq!(row.product_no.as_ref().unwrap().as_str(), "0000EXAMPLE000AA");
    assert_eq!(row.activation_status.as_ref().unwrap().as_str(), "made-up");
    assert!(matches!(row.activation_status, Some(ActivationStatus::Unrecognized(_))));
    assert_eq!(row.extra.get("createTime").unwrap().parse::<u64>().unwrap(), 1_735_689_600_001);
    assert_eq!(row.extra.get("ownerId").unwrap().as_str(), "3076000000000000001");
    assert_eq!(row.extra.get("price").unwrap().as_str(), "1234567890123456789.10");
    assert_eq!(page.results[1].product_no.as_ref().unwrap().as_str(), "1000000000001");
    assert_eq!(page.results[1].activation_status, Some(ActivationStatus::Unknown));
}

#[test]
fn the_details_of_a_product_have_their_documented_types() {
    let details = ok::<GetProduct>("documented");
    assert_eq!(details.activation_code.as_deref(), Some("EXAMPLE-CODE-1"));
    assert_eq!(details.activation_status, Some(ActivationStatus::Activated));
    assert_eq!(details.comment.as_deref(), Some("Head office"));
    assert_eq!(details.create_time.unwrap().parse::<i64>(), Ok(1_735_689_600_001));
    assert_eq!(details.current_plan.as_deref(), Some("Example Plan"));
    assert_eq!(details.current_plan_expire_date.unwrap().as_str(), "2026-01-01");
    assert!(details.extra.is_empty());
}

#[test]
fn the_details_of_a_product_are_read_in_other_types() {
    let details = ok::<GetProduct>("other-types");
    assert_eq!(details.create_time.unwrap().as_str(), "2025-01-01 00:00:00");
    assert_eq!(details.current_plan_expire_date.unwrap().as_str(), "1767225600000");
    assert_eq!(details.activation_status.unwrap().as_str(), "made-up");
    assert!(details.comment.is_none());
    assert_eq!(details.extra.get("comment").unwrap().as_str(), "4711");
    assert_eq!(details.extra.get("instanceId").unwrap().as_str(), "3076000000000000001");
    assert_eq!(details.extra.get("price").unwrap().as_str(), "10.10");

    let empty = ok::<GetProduct>("empty");
    assert!(empty.create_time.is_none() && empty.activation_status.is_none() && empty.extra.is_empty());
}

#[test]
fn white_labels_come_as_an_array_or_as_the_object_of_the_table() {
    for case in ["documented", "object"] {
        let labels = ok::<ListWhiteLabels>(case);
        assert_eq!(labels.len(), 1, "{case}");
        assert_eq!(labels[0].id.as_str(), "3076000000000000001", "{case}");
        assert_eq!(labels[0].name.as_deref(), Some("Example Ltd"), "{case}");
    }
    let labels = ok::<ListWhiteLabels>("numeric-ids");
    assert_eq!(labels[0].id.as_str(), "3076000000000000001");
    assert_eq!((labels[1].id.as_str(), &labels[1].name), ("made-up-2", &None));
    assert!(ok::<ListWhiteLabels>("null").is_empty());
}
