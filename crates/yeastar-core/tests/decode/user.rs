//! Answers of the module `user`.

use yeastar_core::BillingContactId;
use yeastar_core::user::BillingContactList;

use super::ok;

#[test]
fn contacts_are_read_from_a_list_and_from_a_single_one() {
    let id = BillingContactId::new(3_197_218_168_379_846_218);
    let single = ok::<BillingContactList>("documented");
    assert_eq!(single.len(), 1);
    let contact = &single[0];
    assert_eq!(contact.billing_contact_id, id);
    let texts = [
        (&contact.first_name, "Ada"),
        (&contact.last_name, "Example"),
        (&contact.company, "Example Ltd"),
        (&contact.email_address, "ada@example.com"),
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

    let several = ok::<BillingContactList>("array");
    assert_eq!(several.len(), 2);
    assert_eq!(several[0].billing_contact_id, id);
    assert_eq!(several[1].billing_contact_id.get(), 3_197_218_168_379_846_219);
    assert_eq!(several[1].remark, None);

    let numeric = ok::<BillingContactList>("numeric-ids");
    assert_eq!(numeric[0].billing_contact_id, id);
    assert_eq!(numeric[1].billing_contact_id.get(), 9_223_372_036_854_775_807);

    assert!(ok::<BillingContactList>("empty-array").is_empty());
    assert!(ok::<BillingContactList>("null").is_empty());
}
