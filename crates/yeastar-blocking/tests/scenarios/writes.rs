//! What is written besides orders, and doubt: what creates is not sent again, what sets
//! or deletes is, and a calculation is a query although it is a POST.

use yeastar_core::order::{BillingCycle, OperationType};
use yeastar_core::pricing::{CalculatePrice, PriceLine};
use yeastar_core::user::{
    CreateColleague, CreateCustomer, DeleteColleagues, EditColleague, EditCustomer, ListColleagues,
    ListCustomers,
};
use yeastar_core::{Delivery, Endpoint, ErrorKind, PricingId, ProductId};
use yeastar_sandbox::{Fault, Plan, Server};

use super::client;

/// The request was carried out and its answer is lost.
const DOUBT: [Fault; 2] = [Fault::StatusAfterCommit(504), Fault::DropAfterCommit];

const CUSTOMER: &str = "customer-1@example.com";
const COLLEAGUE: &str = "3405184805912670209";

fn name<E: Endpoint>(_: &E) -> &'static str {
    E::META.name()
}

fn assert_is_sent_once<E: Endpoint>(endpoint: E, fault: &Fault, count: impl Fn(&super::Client) -> usize) {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let (name, before) = (name(&endpoint), count(&client));
    portal.plan(Plan::new(fault.clone()).on(name));
    let Err(error) = client.send(endpoint) else { panic!("{name} after {fault:?}: the answer is lost") };
    assert_eq!(error.delivery(), Delivery::MaybeExecuted, "{name} after {fault:?}: {error}");
    assert_eq!((error.attempts(), portal.count(name)), (1, 1), "{name} after {fault:?}");
    assert_eq!(count(&client), before + 1, "{name} after {fault:?}");
}

fn assert_is_sent_again<E: Endpoint>(endpoint: E, fault: &Fault) {
    let portal = Server::start().unwrap();
    let name = name(&endpoint);
    portal.plan(Plan::new(fault.clone()).on(name));
    let reply = client(&portal).exchange(endpoint).unwrap_or_else(|error| panic!("{fault:?}: {error}"));
    assert_eq!((reply.attempts, portal.count(name)), (2, 2), "{name} after {fault:?}");
}

#[test]
fn whoever_may_have_been_created_is_not_created_again() {
    for fault in &DOUBT {
        let customer =
            CreateCustomer::new("first@example.com", "Example Ltd", "France").with_first_name("First");
        assert_is_sent_once(customer, fault, |client| client.send(ListCustomers::new()).unwrap().len());
        let colleague = CreateColleague::new("first@example.com", ["11"]).with_first_name("First");
        assert_is_sent_once(colleague, fault, |client| {
            client.send(ListColleagues::new()).unwrap().results.len()
        });
    }
}

#[test]
fn what_is_changed_or_calculated_is_sent_again() {
    for fault in &DOUBT {
        assert_is_sent_again(EditCustomer::new(CUSTOMER).with_remark("changed"), fault);
        assert_is_sent_again(EditColleague::new(COLLEAGUE, ["11"]).with_first_name("First"), fault);
        let plan = PriceLine::plan(PricingId::new(7_133_000_000_000_000_001))
            .with_billing_cycle(BillingCycle::Annually)
            .with_quantity(5);
        let lines = vec![plan];
        assert_is_sent_again(
            CalculatePrice::new(ProductId::CLOUD_EDITION, OperationType::PurchasePlan, lines),
            fault,
        );
    }
}

#[test]
fn a_deletion_that_did_not_happen_is_sent_again() {
    assert_is_sent_again(DeleteColleagues::new([COLLEAGUE]), &Fault::DropBeforeCommit);
    assert_is_sent_again(DeleteColleagues::new([COLLEAGUE]), &Fault::StatusBeforeCommit(504));
}

/// The repetition finds nobody to delete. What the portal answers then is not known; the
/// sandbox refuses.
#[test]
fn a_deletion_that_did_happen_is_sent_again_and_its_refusal_leaves_doubt() {
    for fault in &DOUBT {
        let portal = Server::start().unwrap();
        let client = client(&portal);
        portal.plan(Plan::new(fault.clone()).on("colleague_delete"));
        let error = client.send(DeleteColleagues::new([COLLEAGUE])).unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Refused, Delivery::MaybeExecuted),
            "{error}"
        );
        assert_eq!((error.attempts(), portal.count("colleague_delete")), (2, 2), "{fault:?}");
        assert!(client.send(ListColleagues::new()).unwrap().results.is_empty(), "{fault:?}");
    }
}
