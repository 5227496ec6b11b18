//! Answers of the module `product`.

use yeastar_core::product::{PbxUrlExisted, RegionList};
use yeastar_core::{Endpoint, PbxSubDomainId, RegionId};

use super::ok;
use super::support::{self, Role};

#[test]
fn the_vendors_url_check_says_that_the_url_is_free() {
    let answer = support::one("pbx_url_existed", Role::Ok, "tutorial").response();
    let reply = PbxUrlExisted::read_reply(answer).unwrap();
    assert_eq!(reply.request_id.as_deref(), Some("a1b75c1bec8fc8eaa4284ee4cc2cc79a"));
    assert!(!reply.value);
    assert!(ok::<PbxUrlExisted>("taken"));
}

#[test]
fn regions_are_read_in_each_of_their_shapes() {
    for case in ["documented", "array", "suffix-as-text", "numeric-ids"] {
        let regions = ok::<RegionList>(case);
        let region = &regions[0];
        assert_eq!(region.id, RegionId::new(41), "{case}");
        assert_eq!(region.name.as_deref(), Some("Example Region"), "{case}");
        let domain = &region.domains[0];
        assert_eq!(domain.id, PbxSubDomainId::new(20), "{case}");
        assert_eq!(&domain.suffixes[..], ["ptest6.yeastarcloud.com"], "{case}");
        assert_eq!(domain.pbx_url("docs").unwrap(), "docs.ptest6.yeastarcloud.com", "{case}");
    }
    let regions = ok::<RegionList>("array");
    assert_eq!(&regions[0].domains[1].suffixes[..], ["one.example.com", "two.example.com"]);
    assert!(regions[1].domains.is_empty());
}

#[test]
fn a_pbx_url_stands_under_a_suffix_and_not_beside_it() {
    let regions = ok::<RegionList>("array");
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
