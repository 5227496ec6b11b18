//! An order that is placed once, whatever the network does.
//!
//! Creating an order spends money, and the portal has no key by which it would recognise a repetition. When
//! the answer does not come, the order may exist or not, and no program can tell from the failure alone. A
//! [`Purchase`] is the care that this takes: it gives the order a number by which it can be found again, writes
//! down what it is about to do before it does it, sends the order once, and when the answer is lost looks for
//! the order instead of sending it again.
//!
//! The clients carry it out (`client.purchase(intent, &journal)`); with a transport of your own it is a
//! [`Machine`](crate::Machine) like any other, whose [`Action::Persist`](crate::Action::Persist) is a write to your
//! journal:
//!
//! ```
//! use yeastar_core::purchase::{Intent, Outcome, Purchase};
//! use yeastar_core::{Action, Entry, Error, Event, Exchange, Machine, Persisted, Session, Tick};
//!
//! fn drive(
//!     mut purchase: Purchase,
//!     session: &mut Session,
//!     now: impl Fn() -> Tick,
//!     exchange: impl Fn(Exchange) -> Event,
//!     store: impl Fn(Entry) -> Persisted,
//! ) -> Result<Outcome, Error> {
//!     loop {
//!         match purchase.poll(now(), session) {
//!             Action::Send(request) => purchase.on(exchange(request)),
//!             Action::Persist(entry) => purchase.on(Event::Persisted(store(entry))),
//!             Action::Sleep(pause) | Action::Wait(pause) => std::thread::sleep(pause),
//!             Action::Done(outcome) => return outcome,
//!         }
//!     }
//! }
//! ```
//!
//! # What happens
//!
//! 1. **Record.** The body of the order is fixed to the byte, with its keys (see [`Intent`]), and written into the
//!    journal.
//! 2. **Look.** Newest orders, whether the PBX URL is free, the balance. An order that has the key already
//!    ends the purchase ([`By::AlreadyThere`]), and so does a URL that is taken.
//! 3. **Write down** that the order is about to be sent, by compare-and-swap: when another process was faster, this
//!    one stops.
//! 4. **Send**, on a connection of its own and not after a deadline. What provably did not arrive, or was answered by
//!    "nothing done", may be sent again within it. Anything else is doubt.
//! 5. **Look for it**, after doubt: every field of the new rows of the order list and of their details is searched for
//!    the keys, since the vendor does not say where the purchase order number comes back. What is found is
//!    [`Confirmed`](Outcome::Confirmed), what is not stays [`Ambiguous`](Outcome::Ambiguous). The refusal of an order for a
//!    PBX URL is held against the portal too: when the URL was free before and is taken now, a gateway may have
//!    repeated the request, and the refusal was the answer to the second.
//!
//! A process may end at any of these points. [`Purchase::new`] with the same intent, or [`Purchase::resume`], goes on
//! from the journal; "about to be sent" is doubt from then on.
//!
//! # What is promised
//!
//! Whatever the network, the portal and the clocks do, as long as the journal keeps what it was told and
//! compares and swaps truly (one file of SQLite does, two files do not), and is used for one account only:
//!
//! - **At most one request** for the order reaches the portal whole, unless an earlier one was answered by "nothing
//!   done". This is for [`Resend::Never`], the default, and while nobody takes it upon themselves to send it once more
//!   ([`Purchase::resubmit_assuming_absent`]).
//! - **No false "no"**: an outcome is [`Rejected`](Outcome::Rejected) or [`NotSent`](Outcome::NotSent) only when no request of
//!   this purchase can have been accepted. What is said to a later request says nothing about an earlier one, and
//!   what cannot be written into the journal is not said: another process may know better.
//! - **Nothing is thrown away**: an ambiguous end carries all evidence, among it the portal's request ids.
//!
//! When the portal shows the purchase order number of an order in its list or details, shows an order after some
//! time, gives newer orders greater ids, has not taken more than fifty others meanwhile, and nobody else uses the number
//! or orders for the URL, also:
//!
//! - **Nothing stays ambiguous**: an order that exists is confirmed, once the list can be read. An order that does
//!   not exist stays ambiguous all the same, since its request might still be on its way.
//!
//! That an answer of the portal itself with status 401, 403, 429, or one of 400, 404, 405, 413, 414, 415, 422, or the code
//! `parameter_validation_failed`, means "nothing done" is inferred from what these say; the vendor does not document it.
//!
//! # What cannot be promised
//!
//! - To place an order *exactly* once, by force, without help of the portal. A request can wait in a gateway for longer than
//!   anybody looks. The [`Resend`] policies get closer, and each says on what it relies.
//! - That a gateway does not send the one request twice. Two orders with one key are reported when they are
//!   [found](Outcome::Confirmed), not prevented. And when the portal refuses the second and that answer comes back, the
//!   first is noticed by its PBX URL only: not when there is none, nor when the portal is behind and calls it free.
//! - That nobody orders the same thing by hand in the portal.
//! - To find an order whose purchase order number shows nowhere. Renewals, expansions and add-ons have no other key;
//!   then a person compares the evidence with the portal, and settles the purchase ([`Purchase::settle`]).
//! - To stop a request in the moment between the last look at the clock and the write to the socket, if the process freezes
//!   just there and wakes up after others have given up.
//! - That an order is paid: `Confirmed` means that it exists.

mod context;
mod document;
mod intent;
mod key;
mod look;
mod machine;
mod outcome;
mod reconcile;
mod stored;
mod versions;
mod wire;

pub use context::Context;
pub use intent::{Intent, Resend};
pub use machine::Purchase;
pub use outcome::{Attempt, By, Candidate, Evidence, Finding, Outcome, Witness};
