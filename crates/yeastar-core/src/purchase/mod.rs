//! An order that is placed once, whatever the network does.
//!
//! Creating an order spends money, and the portal has no key by which it would recognise a repetition. When
//! the answer does not come, the order may exist or not, and no program can tell from the failure alone. A
//! [`Purchase`] is the care that this takes: it gives the order a number by which it can be found again, writes
//! down what it is about to do before it does it, sends the order once, and when the answer is lost looks for
//! the order instead of sending it again.
//!
//! The clients carry it out (`client.purchase(intent, &journal)`); with a transport of your own it is a
//! [`Machine`](crate::Machine) like any other, which asks your journal by [`Action::Journal`](crate::Action::Journal):
//!
//! ```
//! use yeastar_core::purchase::{Outcome, Purchase};
//! use yeastar_core::{
//!     Action, Error, Event, Exchange, JournalReply, JournalRequest, Machine, Session, Tick,
//! };
//!
//! fn drive(
//!     mut purchase: Purchase,
//!     session: &mut Session,
//!     now: impl Fn() -> Tick,
//!     exchange: impl Fn(Exchange) -> Event,
//!     ask: impl Fn(JournalRequest) -> JournalReply,
//! ) -> Result<Outcome, Error> {
//!     loop {
//!         match purchase.poll(now(), session) {
//!             Action::Send(request) => purchase.on(exchange(request)),
//!             Action::Journal(request) => purchase.on(Event::Journal(ask(request))),
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
//! 2. **Look.** The newest orders (at least those of a whole page), whether the PBX URL is free, the balance. An
//!    order that has the key already ends the purchase ([`ConfirmedBy::AlreadyThere`]), and so does a URL that is taken. When the URL is
//!    taken, nothing is sent. The whole order list is then read for the key, since this very order may have taken the URL
//!    before its journal was lost: it ends as confirmed if it is found, and otherwise as rejected.
//! 3. **Write down** that the order is about to be sent, by compare-and-swap: when another process was faster, this
//!    one stops. When the journal does not acknowledge it, it is offered once more. If it then turns out to be stored, it is
//!    taken back, and nothing is sent: it may not outlive a loss of power.
//! 4. **Send**, on a connection of its own and not after a deadline. What provably did not arrive may be sent again
//!    within it. A success ends the purchase; anything else is written down and held against the account.
//! 5. **Look for it.** Every field of the new rows of the order list and of their details is searched for the keys,
//!    since the vendor does not say where the purchase order number comes back. What is found is
//!    [`Confirmed`](Outcome::Confirmed). A refusal is believed when everything could be read and nothing that may be
//!    the order is in sight: a gateway that repeats a request passes on the answer to the second copy. What is neither
//!    found nor refused stays [`Ambiguous`](Outcome::Ambiguous).
//! 6. **Look once more**, when an order was sent a second time after doubt and is confirmed: the first one may show by
//!    now. Until then its entry stays open.
//!
//! A process may end at any of these points. [`Purchase::new`] with the same intent, [`Purchase::restart`] or
//! [`Purchase::resume`] goes on from the journal; "about to be sent" is doubt from then on.
//!
//! # Several processes
//!
//! Several processes may purchase, resume and settle with one journal, also the same intent.
//!
//! - Each write after which a process goes on says until when it is at work on the purchase, in seconds since 1970 (and nothing
//!   without a wall clock, see [`Tick`](crate::Tick)): for the look before the order, for the request and
//!   its answer, or for the search after its doubt, as the policy limits them, and 15 minutes at most. [`Purchase::resume`],
//!   [`Purchase::replace`] and [`Round`] leave it to that process until a minute later, and end with
//!   [`Conflict`](crate::ErrorKind::Conflict) and [`Error::retry_after`](crate::Error::retry_after). So a program that resumes
//!   whatever is open takes nothing from one that is about to send. Who only looks for an order (`resume`, or `new` after a
//!   crash) writes nothing before, and keeps nobody else from looking.
//! - It is a hint. What keeps two processes from sending is the compare-and-swap of the journal. [`Purchase::new`] and
//!   [`Purchase::restart`] go on at once: their caller wants the order, whether the first process is alive or dead.
//!   [`Purchase::settle`] ignores such a time too. "Not ordered" is refused, or waits, while another process may still send the
//!   order.
//! - Before each look after doubt but the first, the entry is read again. When another process has found the order, this
//!   one ends with that outcome. When another one has sent the order again, both requests are looked for.
//! - New orders that the journal knows to be those of other purchases of the account
//!   ([`Entry::orders`](crate::Entry::orders)) are no candidates, and their details are not read. An order with a key of this
//!   purchase in its row is its own, whatever the journal says.
//! - A [`Round`] looks once for each of many purchases, and reads the order list once for all. It sends nothing. With
//!   [`Policy::hands_doubt_over`](crate::Policy::hands_doubt_over) a purchase leaves the search to such rounds: it ends as
//!   ambiguous after its first look, and says until when it is [looked for](Evidence::looked_for_until). Nobody decides
//!   before that: `settle` and `resubmit_assuming_absent` are refused.
//!
//! # When an order is sent a second time
//!
//! Between an answer, or doubt, and any second sending stands a whole look. In it everything could be read, no
//! [candidate](Candidate) is in sight, and the PBX URL of the order is free. Then it is sent again:
//!
//! - once by the same call, after a 401 in the portal's own envelope with another token, and after a 429 when the time
//!   that it names is over;
//! - by the next [`new`](Purchase::new) or [`restart`](Purchase::restart) of a purchase that ended as
//!   [`NotPlaced`](Outcome::NotPlaced);
//! - by [`Resend::UniqueKeyGuard`], and on the caller's word by [`Purchase::resubmit_assuming_absent`]. Both wait
//!   while another process may still send: until the time that it wrote down is over, and that of the order itself.
//!
//! # Whose purchase it is
//!
//! A journal may serve several accounts. The account is part of an entry's key when it has a label
//! ([`Credentials::with_account`](crate::Credentials::with_account)). Without labels the client id is compared: a
//! purchase that was recorded with another one is refused, never begun anew. So is one of the same client id under
//! another label. The portal is its host, whatever its port, or "loopback" for all that is on this machine. So a sandbox
//! here and the real portal behind a sidecar here are the same to an entry: keep a journal for each. Entries
//! of format 1 name no account. They are looked for, and nothing is sent from one until a caller says whose it is
//! ([`Purchase::adopt`]).
//!
//! # What is promised
//!
//! Whatever the network and the portal do, and whichever of these functions a person, a policy or another process calls at
//! whatever moment, as long as the journal keeps what it was told and compares and swaps truly (one file of SQLite does,
//! two files do not), all clients of an account have the same label, and the wall clocks of several machines agree to
//! about a minute. (A clock that jumps on the machine that sends does no harm. One that runs ahead elsewhere may end the wait
//! for another process too early.)
//!
//! - **At most one request** for the order reaches the portal whole, unless a second one is sent as above.
//! - **No false "no"**: an outcome is [`Rejected`](Outcome::Rejected) or [`NotPlaced`](Outcome::NotPlaced) only when no
//!   request of this purchase can have been accepted, or each was answered by "nothing done" and a whole look shows
//!   no sign of an order. An answer to a later request proves nothing about an earlier one, and what cannot be
//!   written into the journal is not said: another process may know better.
//! - **Nothing is thrown away**: an ambiguous end carries all evidence, among it the portal's request ids.
//!
//! When the portal shows the purchase order number of an order in its list or details, shows an order after some
//! time, gives newer orders greater ids, has not taken more than fifty others meanwhile, and nobody else uses the number
//! or orders for the URL, also:
//!
//! - **Nothing stays ambiguous**: an order that exists is confirmed, once the list can be read. An order that does
//!   not exist stays ambiguous all the same after doubt, since its request might still be on its way. After a refusal
//!   it stays ambiguous while a new order of somebody else might be it.
//!
//! That the details of an order name the product by the `productId` of the request is what the vendor's page says. The
//! serial number is compared without regard to case. An order whose details name another product is not taken for
//! this one, and neither is one with another serial number.
//!
//! That an answer of the portal itself with status 401, 403, 429, or one of 400, 404, 405, 413, 414, 415, 422, or the code
//! `parameter_validation_failed`, means "nothing done" is inferred from what these say; the vendor does not document it.
//! Codes that a caller knows to mean that are told by [`Policy::known_refusals`](crate::Policy::known_refusals). They are believed as the
//! answer to the first request that can have arrived, and after the same look; when the balance is not what it was before, not until
//! the end of the search.
//!
//! # What cannot be promised
//!
//! - To place an order *exactly* once, by force, without help of the portal. A request can wait in a gateway for longer than
//!   anybody looks. [`Resend::UniqueKeyGuard`] gets closer, and says on what it relies.
//! - That a gateway does not send the one request twice. Two orders with one key are reported when they are
//!   [found](Outcome::Confirmed), not prevented. When the portal refuses the second copy, that answer comes back, and
//!   nothing of the first order can be seen anywhere at the look that follows (no row, no details, no taken URL),
//!   the order is called refused although it exists, or is sent again.
//! - That a person who settles or resubmits is right. A purchase is never sent again on a word while anything speaks
//!   against it; an order that shows nowhere, not even as a candidate, speaks against nothing.
//! - That nobody orders the same thing by hand in the portal.
//! - To find an order whose purchase order number shows nowhere. Renewals, expansions and add-ons have no other key;
//!   then a person compares the evidence with the portal, and settles the purchase ([`Purchase::settle`]).
//! - To read an account whose order list is too long to be read within the `deadline` of the policy, where it has to be
//!   read whole: when it is not sorted by id, or the PBX URL is taken. Such a purchase ends as not sent, and says so.
//! - To stop a request in the moment between the last look at the clock and the write to the socket, if the process freezes
//!   just there and wakes up after others have given up.
//! - That an order is paid: `Confirmed` means that it exists. [`Outcome::order_status`] says what is known of its payment. One that is
//!   `pending` is never sent again: it waits for its payment.

mod context;
mod document;
mod intent;
mod key;
mod look;
mod machine;
mod operation;
mod outcome;
mod record;
mod round;
mod summary;
mod wire;

pub use context::Context;
pub use intent::{Intent, Resend};
pub use machine::Purchase;
pub use operation::{Beside, Operation};
pub use outcome::{AccountSnapshot, Attempt, Candidate, ConfirmedBy, Evidence, Finding, Outcome};
pub use round::{ENTRIES_PER_ROUND, Reconciled, Round};
pub use summary::{Stage, Summary};
