//! Requests of the module `user`.

use std::fmt::Debug;

use yeastar_core::user::{
    CreateColleague, CreateCustomer, DeleteColleagues, EditColleague, EditCustomer, GetAccountBalance,
    GetCustomer, ListBillingContacts, ListColleagues, ListCountries, ListCustomers, ListPermissions, TaxType,
    UserStatus, UserType,
};
use yeastar_core::{
    AccessToken, Action, Call, ColleagueId, Credentials, Endpoint, ErrorKind, Event, Json, Machine, Origin,
    PartnerId, Policy, Session, Tick,
};

use super::{Case, case, origin, support};

#[rustfmt::skip]
pub(crate) fn cases(bearer: Option<&AccessToken>) -> Vec<Case> {
    vec![
        case("account_balance", "all",
            "query-account-balance.html: documented, with an example",
            &GetAccountBalance::new(), bearer),
        case("billing_contact_list", "all",
            "query-billing-contact-list.html: documented, with an example",
            &ListBillingContacts::new(), bearer),
        case("subordinate_user_list", "all",
            "query-subordinate-user-list.html: documented, with an example",
            &ListCustomers::new(), bearer),
        case("subordinate_user_get", "by_e_mail",
            "query-information-of-a-subordinate-user.html: documented; its example too leaves the at sign \
             as it is",
            &GetCustomer::new("color123@example.com"), bearer),
        case("subordinate_user_get", "percent_encoding",
            "query-information-of-a-subordinate-user.html: inferred; nothing in the address reaches \
             path or query",
            &GetCustomer::new("a+b/c?d#e%2F é@example.com"), bearer),
        case("save_user", "minimum",
            "create-a-subordinate-user.html: documented (names, values and order of the table), \
             no example is known",
            &CreateCustomer::new("first@example.com", "Example Ltd", "Exampleland").with_last_name("Example"),
            bearer),
        case("save_user", "everything",
            "create-a-subordinate-user.html: documented (names, values and order of the table), \
             no example is known",
            &customer_with_everything(), bearer),
        case("save_user", "added_fields",
            "create-a-subordinate-user.html: not documented; what the caller adds, in the place of \
             ours or after it",
            &customer_with_added_fields(), bearer),
        case("edit_user", "tax_number",
            "edit-a-subordinate-user.html: documented; the page's example changes the same field, its body \
             is not known",
            &EditCustomer::new("first@example.com").with_tax_num("EX000000000"), bearer),
        case("edit_user", "everything",
            "edit-a-subordinate-user.html: documented (names, values and order of the table); the added \
             country is not",
            &change_of_everything(), bearer),
        case("colleague_list", "defaults",
            "query-colleague-list.html: documented; all parameters may be left out",
            &ListColleagues::new(), bearer),
        case("colleague_list", "of_a_customer",
            "query-colleague-list.html: documented",
            &ListColleagues::new().with_page_no(2).with_page_size(10).with_owner_id("3076000000000000002"),
            bearer),
        case("colleague_create", "minimum",
            "create-a-colleague.html: documented; inferred: a permission id is a number here",
            &CreateColleague::new("first@example.com", [3_076_000_000_000_000_021_u64]).with_first_name("First"),
            bearer),
        case("colleague_create", "everything",
            "create-a-colleague.html: documented to isRmUser, its values on edit-a-colleague.html; \
             inferred: a permission id is a string here; the field after isRmUser is made up",
            &colleague_with_everything(), bearer),
        case("colleague_edit", "minimum",
            "edit-a-colleague.html: documented; inferred: Content-Type, and a permission id is a string here",
            &EditColleague::new("3076000000000000011", ["3076000000000000021"]).with_last_name("Example"),
            bearer),
        case("colleague_edit", "everything",
            "edit-a-colleague.html: documented; inferred: Content-Type, and a permission id is a number \
             here; the field after isRmUser is made up",
            &change_of_a_colleague(), bearer),
        case("colleague_delete", "several",
            "delete-colleagues.html: documented, DELETE with a body; inferred: the ids are strings",
            &DeleteColleagues::new(["3076000000000000011", "3076000000000000012"]), bearer),
        case("colleague_delete", "numbers",
            "delete-colleagues.html: documented, DELETE with a body; inferred: the ids are numbers \
             (added by hand)",
            &delete_by_numbers(), bearer),
        case("user_permission_list", "own",
            "query-user-permission.html: documented; the parameter may be left out",
            &ListPermissions::new(), bearer),
        case("user_permission_list", "of_a_customer",
            "query-user-permission.html: documented",
            &ListPermissions::of_subordinate_user(&PartnerId::from("3076000000000000002")), bearer),
        case("user_permission_list", "of_a_colleague",
            "query-user-permission.html: documented",
            &ListPermissions::of_colleague(&ColleagueId::from("3076000000000000011")), bearer),
        case("country_list", "defaults",
            "query-country-list.html: documented; all parameters may be left out",
            &ListCountries::new(), bearer),
        case("country_list", "everything",
            "query-country-list.html: documented",
            &ListCountries::new().with_page_no(1).with_page_size(5).with_sort("-name").with_name("Côte & Sea"),
            bearer),
    ]
}

fn customer_with_everything() -> CreateCustomer {
    CreateCustomer::new("first@example.com", "Example \"Süd\" Ltd", "Exampleland")
        .with_first_name("First")
        .with_last_name("Example")
        .with_phone_number("+00 555 0100")
        .with_state_province("Example State")
        .with_city("Example City")
        .with_street("1 Example Street")
        .with_zip_code("00000")
        .with_tax_type(TaxType::VatNumber)
        .with_tax_num("EX000000000")
        .with_remark("two\nlines")
        .with_activation_email(false)
}

fn customer_with_added_fields() -> CreateCustomer {
    CreateCustomer::new("first@example.com", "Example Ltd", "Exampleland")
        .with_first_name("First")
        .with_tax_type(TaxType::from("made-up"))
        .with_field("madeUp", 9_007_199_254_740_993_u64)
        .with_field("company", Json::of(&["Example", "Ltd"]).unwrap())
        .with_field("madeUp", 9_007_199_254_740_995_u64)
}

fn change_of_everything() -> EditCustomer {
    EditCustomer::new("first@example.com")
        .with_company("Example Ltd")
        .with_first_name("First")
        .with_last_name("Example")
        .with_phone_number("+00 555 0100")
        .with_state_province("Example State")
        .with_city("Example City")
        .with_street("1 Example Street")
        .with_zip_code("00000")
        .with_tax_num("EX000000000")
        .with_remark("")
        .with_tax_type(TaxType::TinNumber)
        .with_field("country", "Exampleland")
}

fn colleague_with_everything() -> CreateColleague {
    CreateColleague::new("first@example.com", ["3076000000000000021", "3076000000000000022"])
        .with_owner_id("3076000000000000002")
        .with_first_name("First")
        .with_last_name("Example")
        .with_remark("Example")
        .with_rm_user(true)
        .with_field("madeUp", true)
}

fn change_of_a_colleague() -> EditColleague {
    EditColleague::new("3076000000000000011", [3_076_000_000_000_000_021_u64, u64::MAX])
        .with_first_name("First")
        .with_last_name("Example")
        .with_remark("Example")
        .with_user_status(UserStatus::Inactive)
        .with_password("made-up \"password\"")
        .with_rm_user(false)
        .with_field("madeUp", "Example")
}

fn delete_by_numbers() -> DeleteColleagues {
    let numbers = Json::of(&[3_076_000_000_000_000_011_u64, 3_076_000_000_000_000_012]).unwrap();
    let none: [ColleagueId; 0] = [];
    DeleteColleagues::new(none).with_field("colleaguesIds", numbers)
}

// --- what is refused before it is sent

/// Why the request is not sent, without the name of the endpoint.
fn refusal<E: Endpoint>(request: &E) -> String {
    let error = request.to_request(&origin(), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    let text = error.to_string();
    let beginning = format!("{}: not sent: ", E::META.name());
    text.strip_prefix(&beginning).unwrap_or_else(|| panic!("{text}")).to_owned()
}

fn is_sent<E: Endpoint + Debug>(request: &E) {
    if let Err(error) = request.to_request(&origin(), None) {
        panic!("{request:?}: {error}");
    }
}

fn customer(yeastar_id: &str, company: &str, country: &str) -> CreateCustomer {
    CreateCustomer::new(yeastar_id, company, country).with_first_name("First")
}

#[test]
fn whoever_is_created_has_an_e_mail_address() {
    let refused = [
        "",
        " ",
        "first",
        "@",
        "first@",
        "@example.com",
        "first@ex@ample.com",
        "a da@example.com",
        "first@example.com ",
        "first@example.com\n",
        "a\u{0}da@example.com",
        "first@\u{a0}example.com",
    ];
    for id in refused {
        let expected = "`yeastarId` is no e-mail address: pass one, like name@example.com";
        assert_eq!(refusal(&customer(id, "Example Ltd", "Exampleland")), expected, "{id:?}");
        assert_eq!(refusal(&CreateColleague::new(id, ["1"]).with_first_name("First")), expected, "{id:?}");
    }
    for id in ["first@example.com", "a@b", "first+b.c@example.com", "\u{fc}@example.com"] {
        is_sent(&customer(id, "Example Ltd", "Exampleland"));
        is_sent(&CreateColleague::new(id, ["1"]).with_first_name("First"));
    }
}

#[test]
fn blank_texts_are_refused_where_the_portal_needs_one() {
    for blank in ["", " ", "\t\n"] {
        assert_eq!(
            refusal(&customer("first@example.com", blank, "Exampleland")),
            "`company` is blank: pass the name of the company"
        );
        assert_eq!(
            refusal(&customer("first@example.com", "Example Ltd", blank)),
            "`country` is blank: pass the name of a country of the country list"
        );
        assert_eq!(
            refusal(&EditCustomer::new(blank).with_remark("Example")),
            "`yeastarId` is no e-mail address: pass one, like name@example.com"
        );
        assert_eq!(
            refusal(&EditCustomer::new("first@example.com").with_company(blank)),
            "`company` is blank: leave it out to keep the present one"
        );
        assert_eq!(
            refusal(&CreateColleague::new("first@example.com", ["1"]).with_owner_id(blank)),
            "`ownerId` is blank: leave it out for a colleague of your own"
        );
        assert_eq!(
            refusal(&EditColleague::new("1", ["1"]).with_first_name("First").with_password(blank)),
            "`password` is blank: leave it out unless there is a new one"
        );
        assert_eq!(
            refusal(&ListColleagues::new().with_owner_id(blank)),
            "`ownerId` is blank: pass a value, or leave it out where it is optional"
        );
        assert_eq!(
            refusal(&ListPermissions::of_colleague(&ColleagueId::from(blank))),
            "`userId` is blank: pass a value, or leave it out where it is optional"
        );
        assert_eq!(
            refusal(&DeleteColleagues::new(["1", blank])),
            "`colleaguesIds[1]` is blank: pass ids of the colleague list"
        );
    }
}

#[test]
fn a_first_or_a_last_name_is_required() {
    let expected = "`firstName` and `lastName` are both missing or blank: the portal requires either of them";
    let user = || CreateCustomer::new("first@example.com", "Example Ltd", "Exampleland");
    let created = || CreateColleague::new("first@example.com", ["1"]);
    let edited = || EditColleague::new("1", ["1"]);
    assert_eq!(refusal(&user()), expected);
    assert_eq!(refusal(&user().with_first_name(" ").with_last_name("")), expected);
    assert_eq!(refusal(&created()), expected);
    assert_eq!(refusal(&edited()), expected);

    is_sent(&user().with_first_name("First"));
    is_sent(&user().with_last_name("Example").with_first_name(""));
    is_sent(&created().with_last_name("Example"));
    is_sent(&edited().with_first_name("First"));
    is_sent(&edited().with_field("lastName", "Example"));
    // The page asks for none when a user is changed.
    is_sent(&EditCustomer::new("first@example.com"));
}

#[test]
fn empty_lists_are_refused() {
    let none: [&str; 0] = [];
    let expected = "`resourceIds` is empty: pass ids of the user permission list";
    assert_eq!(refusal(&CreateColleague::new("first@example.com", none).with_first_name("First")), expected);
    assert_eq!(refusal(&EditColleague::new("1", none).with_first_name("First")), expected);
    assert_eq!(
        refusal(&DeleteColleagues::new(none)),
        "`colleaguesIds` is empty: pass ids of the colleague list"
    );
}

#[test]
fn a_field_that_the_caller_added_is_not_checked() {
    let none: [&str; 0] = [];
    is_sent(
        &CreateCustomer::new("", "", "")
            .with_field("yeastarId", "first")
            .with_field("company", "")
            .with_field("country", 1_u32)
            .with_field("firstName", ""),
    );
    is_sent(
        &CreateColleague::new("", none)
            .with_owner_id("")
            .with_field("yeastarId", "first")
            .with_field("resourceIds", "1,2")
            .with_field("ownerId", 1_u32)
            .with_field("lastName", ""),
    );
    is_sent(&EditCustomer::new("").with_company("").with_field("yeastarId", "").with_field("company", ""));
}

#[test]
fn pages_count_from_1() {
    assert_eq!(refusal(&ListColleagues::new().with_page_no(0)), "`pageNo` is 0: count from 1");
    assert_eq!(refusal(&ListColleagues::new().with_page_size(0)), "`pageSize` is 0: count from 1");
    assert_eq!(refusal(&ListCountries::new().with_page_no(0)), "`pageNo` is 0: count from 1");
    assert_eq!(refusal(&ListCountries::new().with_page_size(0)), "`pageSize` is 0: count from 1");
}

#[test]
fn an_id_that_would_leave_its_place_in_the_path_is_refused() {
    for id in ["", ".", ".."] {
        assert_eq!(
            refusal(&GetCustomer::new(id)),
            "`partnerId` is empty or made of dots only: pass the id itself"
        );
        assert_eq!(
            refusal(&EditColleague::new(id, ["1"]).with_first_name("First")),
            "`colleaguesId` is empty or made of dots only: pass the id itself"
        );
    }
}

// --- words of the wire

#[test]
fn odd_words_of_the_wire_have_plain_names() {
    assert_eq!(UserType::Customer.as_str(), "Customer");
    assert_eq!(UserType::EndUser.as_str(), "Enduser");
    assert_eq!(UserStatus::Inactive.as_str(), "UnActive");
    assert_eq!(UserStatus::Frozen.as_str(), "Frozen");
    let tax_types = [TaxType::VatNumber, TaxType::TaxId, TaxType::TinNumber, TaxType::Ruc, TaxType::Cuit];
    assert_eq!(
        tax_types.each_ref().map(TaxType::as_str),
        ["VAT_number", "Tax_ID", "TIN_number", "RUC", "CUIT"]
    );
}

// --- the password of a colleague

#[test]
fn a_password_is_sent_but_never_printed() {
    let edit = EditColleague::new("1", ["1"]).with_first_name("First").with_password("canary");
    let request = edit.to_request(&origin(), None).unwrap();
    assert_eq!(request.body(), r#"{"resourceIds":["1"],"firstName":"First","password":"canary"}"#);
    assert!(!format!("{edit:?} {edit:#?}").contains("canary"), "{edit:?}");

    let mut session = Session::new(Credentials::new("made-up-client-id", "made-up-secret"), 1);
    let mut call = Call::new(&edit, &Origin::default(), &Policy::default()).unwrap();
    let action = call.poll(Tick::default(), &mut session);
    assert!(matches!(action, Action::Send(_)), "a token is asked for first: {action:?}");
    let token = r#"{"token":"made-up-token","refreshToken":"made-up","expiresIn":"1800"}"#;
    call.on(Event::Response(support::success(token)));
    let action = call.poll(Tick::default(), &mut session);
    let Action::Send(exchange) = &action else { panic!("then the call itself: {action:?}") };
    assert_eq!(exchange.request.body(), request.body());
    assert!(!format!("{action:?}").contains("canary"), "{action:?}");

    let nameless = EditColleague::new("1", ["1"]).with_password("canary").to_request(&origin(), None);
    assert!(!format!("{:?}", nameless.unwrap_err()).contains("canary"));
}
