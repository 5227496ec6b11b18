//! A customer: created, looked up, changed, bought for.

use yeastar_core::order::CreateOrder;
use yeastar_core::user::{CreateCustomer, EditCustomer, GetCustomer, ListCountries, ListCustomers, UserType};
use yeastar_core::{Delivery, ErrorKind};
use yeastar_sandbox::Server;

use super::{client, tutorial_order};

const E_MAIL: &str = "first+pbx@example.com";

#[test]
fn a_customer_is_created_looked_up_changed_and_bought_for() {
    let portal = Server::start().unwrap();
    let client = client(&portal);

    let pages = client.pages(ListCountries::new().with_page_size(10).with_sort("name"));
    let mut countries = pages.flat_map(|page| page.unwrap().results);
    let sweden = countries.find(|country| country.code.as_deref() == Some("SE")).unwrap();
    assert_eq!(portal.count("country_list"), 3, "it is on the third page");

    let others = client.send(ListCustomers::new()).unwrap().len();
    let customer = CreateCustomer::new(E_MAIL, "Example AB", sweden.name.unwrap())
        .with_first_name("First")
        .with_street("1 Example Street")
        .with_remark("new");
    assert!(client.send(customer).unwrap());

    let list = client.send(ListCustomers::new()).unwrap();
    assert_eq!(list.len(), others + 1);
    let created = list.iter().find(|user| user.email.as_deref() == Some(E_MAIL)).unwrap();
    assert_eq!(created.user_type, Some(UserType::EndUser));
    assert_eq!(created.country.as_deref(), Some("Sweden"));

    assert!(client.send(EditCustomer::new(E_MAIL).with_last_name("Example").with_remark("")).unwrap());
    let edited = client.send(GetCustomer::new(E_MAIL)).unwrap();
    assert_eq!(edited.partner_id, created.partner_id);
    assert_eq!(edited.last_name.as_deref(), Some("Example"));
    assert_eq!(edited.remark.as_deref(), Some(""), "emptied, which is not left alone");
    for (kept, former) in [
        (&edited.first_name, &created.first_name),
        (&edited.company, &created.company),
        (&edited.street, &created.street),
        (&edited.country, &created.country),
    ] {
        assert_eq!(kept, former);
    }

    client.send(CreateOrder::new(tutorial_order().with_partner_id(edited.partner_id.clone()))).unwrap();
    assert_eq!(portal.orders()[0].body["partnerId"], edited.partner_id.as_str());
}

#[test]
fn an_address_that_is_taken_and_one_that_nobody_has_are_refused() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let customer = CreateCustomer::new(E_MAIL, "Example AB", "Sweden").with_last_name("Example");
    assert!(client.send(&customer).unwrap());
    let error = client.send(&customer).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Refused, Delivery::NotExecuted), "{error}");
    let error = client.send(GetCustomer::new("nobody@example.com")).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Refused, 1), "{error}");
}
