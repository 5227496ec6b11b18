//! Answers of the module `user`.

use serde::Deserialize;
use yeastar_core::user::{
    CreateColleague, CreateCustomer, DeleteColleagues, EditColleague, EditCustomer, GetAccountBalance,
    GetCustomer, ListBillingContacts, ListColleagues, ListCountries, ListCustomers, ListPermissions,
    SubordinateUser, UserType,
};
use yeastar_core::{BillingContactId, CountryId, Delivery, Json, Paged, PartnerId};

use super::{err, ok};

#[test]
fn contacts_are_read_from_a_list_and_from_a_single_one() {
    let id = BillingContactId::new(3_197_218_168_379_846_218);
    let single = ok::<ListBillingContacts>("documented");
    assert_eq!(single.len(), 1);
    let contact = &single[0];
    assert_eq!(contact.billing_contact_id, id);
    let texts = [
        (&contact.first_name, "First"),
        (&contact.last_name, "Example"),
        (&contact.company, "Example Ltd"),
        (&contact.email_address, "first@example.com"),
        (&contact.phone_number, "+00 555 0100"),
        (&contact.country, "Exampleland"),
        (&contact.state_province, "Example State"),
        (&contact.city, "Example City"),
        (&contact.street, "1 Example Street"),
        (&contact.zip_code, "00000"),
        (&contact.tax_num, "EX000000000"),
        (&contact.remark, ""),
    ];
    for (text, expected) in texts {
        assert_eq!(text.as_deref(), Some(expected));
    }

    let several = ok::<ListBillingContacts>("array");
    assert_eq!(several.len(), 2);
    assert_eq!(several[0].billing_contact_id, id);
    assert_eq!(several[1].billing_contact_id.get(), 3_197_218_168_379_846_219);
    assert_eq!(several[1].remark, None);

    let numeric = ok::<ListBillingContacts>("numeric-ids");
    assert_eq!(numeric[0].billing_contact_id, id);
    assert_eq!(numeric[1].billing_contact_id.get(), 9_223_372_036_854_775_807);

    assert!(ok::<ListBillingContacts>("empty-array").is_empty());
    assert!(ok::<ListBillingContacts>("null").is_empty());
}

// --- the balance

#[test]
fn a_balance_keeps_its_digits() {
    assert_eq!(ok::<GetAccountBalance>("documented").account_balance.as_str(), "1234.50");
    assert_eq!(ok::<GetAccountBalance>("negative").account_balance.as_str(), "-10.10");
    assert_eq!(ok::<GetAccountBalance>("as-text").account_balance.as_str(), "1234567890123456789.10");
}

// --- subordinate users

fn assert_is_the_documented_one(user: &SubordinateUser) {
    assert_eq!(user.partner_id, PartnerId::from("3076000000000000002"));
    assert_eq!(user.user_type, Some(UserType::EndUser));
    let texts = [
        (&user.email, "third@example.com"),
        (&user.first_name, "Third"),
        (&user.last_name, "Example"),
        (&user.company, "Example Ltd"),
        (&user.phone_number, "+00 555 0100"),
        (&user.country, "Exampleland"),
        (&user.state_province, "Example State"),
        (&user.city, "Example City"),
        (&user.street, "1 Example Street"),
        (&user.zip_code, "00000"),
        (&user.tax_num, "EX000000000"),
        (&user.remark, ""),
    ];
    for (text, expected) in texts {
        assert_eq!(text.as_deref(), Some(expected));
    }
}

#[test]
fn users_are_read_from_a_list_and_from_a_single_one() {
    let single = ok::<ListCustomers>("documented");
    assert_eq!(single.len(), 1);
    assert_is_the_documented_one(&single[0]);

    let several = ok::<ListCustomers>("array");
    assert_eq!(several.len(), 2);
    assert_is_the_documented_one(&several[0]);
    assert_eq!(several[1].partner_id.as_str(), "3076000000000000003");
    assert_eq!((&several[1].remark, &several[1].user_type, &several[1].city), (&None, &None, &None));

    let numeric = ok::<ListCustomers>("numeric-ids");
    assert_eq!(numeric[0].partner_id.as_str(), "3076000000000000003");
    assert_eq!(numeric[1].partner_id.as_str(), "9223372036854775807");
    let user_type = numeric[1].user_type.as_ref().unwrap();
    assert!(matches!(user_type, UserType::Unrecognized(_)));
    assert_eq!(user_type.as_str(), "made-up");

    assert!(ok::<ListCustomers>("empty-array").is_empty());
    assert!(ok::<ListCustomers>("null").is_empty());
}

#[test]
fn one_user_is_read_as_those_of_the_list() {
    assert_is_the_documented_one(&ok::<GetCustomer>("documented"));
    let customer = ok::<GetCustomer>("customer");
    assert_eq!(customer.partner_id.as_str(), "3076000000000000003");
    assert_eq!(customer.user_type, Some(UserType::Customer));
    assert_eq!((customer.remark, customer.tax_num), (None, None));
}

#[test]
fn a_no_is_read_as_a_no() {
    assert!(ok::<CreateCustomer>("created"));
    assert!(!ok::<CreateCustomer>("not-created"));
    assert!(ok::<EditCustomer>("changed"));
    assert!(!ok::<EditCustomer>("not-changed"));
}

#[test]
fn only_the_creation_of_somebody_may_have_happened_behind_a_gateways_page() {
    assert_eq!(err::<CreateCustomer>("html-502").delivery(), Delivery::MaybeExecuted);
    assert_eq!(err::<CreateCustomer>("empty-504").delivery(), Delivery::MaybeExecuted);
    assert_eq!(err::<CreateColleague>("empty-504").delivery(), Delivery::MaybeExecuted);
}

// --- colleagues

#[test]
fn colleagues_are_kept_as_they_came() {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Colleague {
        yeastar_id: String,
    }

    let page = ok::<ListColleagues>("page");
    assert_eq!((page.page_no, page.page_size), (Some(1), Some(2)));
    assert_eq!((page.count, page.total, page.total_page), (Some(3), Some(3), Some(2)));
    let addresses: Vec<String> =
        page.results.iter().map(|row| row.parse::<Colleague>().unwrap().yeastar_id).collect();
    assert_eq!(addresses, ["first@example.com", "second@example.com"]);
    assert!(page.results[1].as_str().contains("\"id\": 3076000000000000012,"), "{:?}", page.results[1]);

    let rows = ok::<ListColleagues>("anything").results;
    assert_eq!(
        rows.iter().map(Json::as_str).collect::<Vec<_>>(),
        ["\"3076000000000000011\"", "9223372036854775807", "0.10", "null", "true", "[]", "{}"]
    );
    assert!(ok::<ListColleagues>("empty").results.is_empty());
    assert!(ok::<ListColleagues>("null-rows").results.is_empty());
}

#[test]
fn answers_that_nobody_documents_are_kept_as_they_came() {
    assert!(ok::<CreateColleague>("object").unwrap().as_str().contains("\"id\": 3076000000000000011,"));
    assert_eq!(ok::<CreateColleague>("text"), Some(Json::from("3076000000000000011")));
    assert_eq!(ok::<CreateColleague>("true"), Some(Json::from(true)));
    assert_eq!(ok::<CreateColleague>("null"), None);
    assert_eq!(ok::<CreateColleague>("missing-result"), None);
    assert!(ok::<EditColleague>("object").unwrap().as_str().contains("\"userStatus\": \"Frozen\""));
    assert_eq!(ok::<EditColleague>("true"), Some(Json::from(true)));
    assert_eq!(ok::<EditColleague>("null"), None);
}

#[test]
fn the_word_about_a_deletion_is_kept() {
    assert_eq!(ok::<DeleteColleagues>("text"), Some(Json::from("success")));
    assert_eq!(ok::<DeleteColleagues>("empty-text"), Some(Json::from("")));
    assert_eq!(ok::<DeleteColleagues>("boolean"), Some(Json::from(true)));
}

#[test]
fn permissions_are_kept_as_they_came() {
    let permissions = ok::<ListPermissions>("array");
    assert_eq!(permissions.len(), 2);
    assert!(permissions[0].as_str().contains("\"id\": 3076000000000000021,"), "{:?}", permissions[0]);
    assert!(permissions[1].as_str().contains("\"id\": 9223372036854775807,"), "{:?}", permissions[1]);

    let anything = ok::<ListPermissions>("anything");
    assert_eq!(
        anything.iter().map(|json| json.as_str().split_whitespace().collect()).collect::<Vec<String>>(),
        ["9223372036854775807", "\"3076000000000000021\"", "1.0", "null", "false", "[1]", "{}"]
    );
    assert!(ok::<ListPermissions>("empty-array").is_empty());
    assert!(ok::<ListPermissions>("null").is_empty());
}

// --- countries

#[test]
fn countries_are_read_a_page_at_a_time() {
    let page = ok::<ListCountries>("documented");
    assert_eq!((page.page_no, page.page_size), (Some(1), Some(5)));
    assert_eq!((page.count, page.total, page.total_page), (Some(12), Some(12), Some(3)));
    assert_eq!(page.results.len(), 5);
    let country = &page.results[4];
    assert_eq!(country.id, Some(CountryId::new(5)));
    assert_eq!((country.code.as_deref(), country.name.as_deref()), (Some("E5"), Some("Exampleland 5")));

    let page = ok::<ListCountries>("other-types");
    assert_eq!((page.page_no, page.page_size, page.total), (Some(1), Some(25), Some(2)));
    assert_eq!(page.results[0].id, Some(CountryId::new(9_223_372_036_854_775_807)));
    assert_eq!((&page.results[0].code, &page.results[1].name), (&None, &None));
    assert!(ok::<ListCountries>("empty").results.is_empty());
}

#[test]
fn the_next_page_is_asked_for_with_everything_else_as_it_was() {
    let mut countries = ListCountries::new().with_page_size(5).with_sort("name").with_name("Example");
    assert_eq!(Paged::page_no(&countries), None);
    countries.set_page_no(2);
    assert_eq!(Paged::page_no(&countries), Some(2));
    assert_eq!((countries.page_size, countries.sort.as_deref()), (Some(5), Some("name")));
    assert_eq!(countries.name.as_deref(), Some("Example"));

    let mut colleagues = ListColleagues::new().with_owner_id("3076000000000000002");
    colleagues.set_page_no(3);
    assert_eq!(Paged::page_no(&colleagues), Some(3));
    assert_eq!(colleagues.owner_id, Some(PartnerId::from("3076000000000000002")));
}
