//! A portal in a box: a local, stateful **simulation** of the Yeastar Partner
//! Portal API, so that programs can be built, tried and tested without an account.
//!
//! It is not the vendor's and buys nothing. It answers as the vendor's documents
//! say, and where they are silent it has to guess; its guesses are the unfriendly
//! ones, so that a client that copes with the sandbox copes with the portal. The
//! exception is the purchase order number of an order, which list and details
//! repeat: [`PoNumberEcho`] has the less friendly portals.
//! Every answer carries the header `x-yeastar-sandbox: 1`.
//!
//! There are three ways to use it:
//!
//! - [`Server`]: the portal on a loopback port, for tests of anything that speaks HTTP.
//! - [`Portal`]: the portal as a function, without I/O, on a clock of yours.
//! - `yeastar-sandbox`: the server as a program; `yeastar-sandbox --help` tells more.
//!
//! ```
//! use yeastar_sandbox::{Fault, Plan, Server};
//!
//! let server = Server::start()?;
//! println!("{} {} {}", server.base_url(), server.client_id(), server.client_secret());
//!
//! // The next order will be placed, but its answer will not arrive.
//! server.plan(Plan::new(Fault::DropAfterCommit).on("order_save"));
//! // ... run the program under test against server.base_url() ...
//! server.assert_no_double_order();
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What is there
//!
//! All endpoints of the client library ([`endpoints`] names them), and every order
//! for which the vendor has a tutorial. An order without one is refused with a message
//! that says so: `switchTrial_plan`, the trial of a cloud PBX, and the like.
//!
//! Everything that is there from the start is made up, but for the ids and names that
//! the vendor prints:
//!
//! | What | Which |
//! |---|---|
//! | Regions | 41 with sub-domain 20 (`ptest6.yeastarcloud.com`) as in the tutorial; 42 |
//! | PBX URL that is taken | `taken.ptest6.yeastarcloud.com` |
//! | Billing contacts | 3197218168379846218 as in the tutorial, 3197218168379846219 |
//! | Customers | `customer-1@example.com` (`partnerId` 3505184805912670208), and two more |
//! | Colleagues | `colleague-1@example.com` of the account, one of the first customer |
//! | LCS devices (9) | `3621A0000001` without a plan, `3621A0000002` with Linkus Cloud Service |
//! | PAE devices (11) | `3631E3418911` without a plan, `3631E3418912` with the Enterprise Plan, `3631E3418913` the same for the first customer |
//! | Software PBX (12) | `3657C0000001`: Enterprise Plan, 50 extensions, Hot Standby |
//! | Add-on (19) | YCM White Label, of which only the renewal is known |
//! | Balance | 1000000.00, see [`Settings::balance`] |
//!
//! Plans and services have the ids that older pages of the vendor print. Where none
//! is printed the id is made up: `7`, two digits of the product, `1` for a plan or `2`
//! for a service, zeros, and the number of the item among those of the product, 19
//! digits in all. `7121000000000000001` is the first plan of product 12. A pricing id
//! has a `3` in the fourth place, an offering a `9`. A program finds them all through
//! `subscription_product_list` and `purchase_product_info`.
//!
//! Orders have consequences: the balance goes down, products appear, plans change and
//! end later, extensions add up, and a wrong number of extensions in a renewal is
//! refused. What has ended stays where it is, and its `expireDate` tells. A month has 30
//! days, a year 365, and `multiCycle` 0 and 1 are one cycle.
//!
//! # What is documented, and what is not
//!
//! | Answer | Source |
//! |---|---|
//! | Paths, headers, the envelope, token lives | documented |
//! | Request parameters | documented, but for the next four rows |
//! | `sort` of the order list is `id` or `-id`, and is followed (`Settings::list_order`) | `id` from an example, `-id` inferred |
//! | Calculation: fields of a line beyond `billingCycle` | inferred from those of an order |
//! | Calculation: `partnerView` is a Yeastar ID or a `partnerId` | the editions differ |
//! | Creating a colleague: the values of `isRmUser`, and that no field comes after it | inferred |
//! | Fields and types of tokens, balance, contacts, customers, countries, regions, URL check, model, white labels, product list, order list rows | documented |
//! | The answer to an order | the vendor's one example |
//! | Lists that are arrays where a page says object | inferred |
//! | Every refusal: HTTP status, [`code`], `result` | inferred or invented |
//! | `Content-Type` must match exactly; superfluous parameters and fields are refused, and keys that occur twice | inferred |
//! | A refresh spends its token; a new token ends the former one | inferred; see [`Settings`] |
//! | A new client secret ends all tokens | inferred |
//! | Token requests as `multipart/form-data`, which the vendor also allows, are refused | not simulated |
//! | Page size of at most 1000, newest order first, colleagues in pages | inferred |
//! | `name` of the country list is a part of a name, in any case | inferred |
//! | Fields that an edit leaves out stay as they are | inferred |
//! | An e-mail belongs to one customer or colleague | inferred |
//! | When an order shows in the list | not known; see [`Settings::list_lag`] |
//! | The PO number of an order comes back in `customReferenceNo` | not known, and not likely: by the portal's FAQ a person fills that field; see [`PoNumberEcho`] |
//! | A PBX URL is taken as soon as it is ordered, and then refused | inferred; see [`Settings`] |
//! | Orders are paid at once from the balance | weakly inferred, from the vendor's one example; see [`Payment`] |
//! | A person pays or cancels an order that is `pending` | the portal's FAQ; what follows from it is invented |
//! | What a lack of balance does | not known; see [`LackOfBalance`] |
//! | Order details beyond the names of the four parts and the first three fields | invented |
//! | `productNo` and `instanceId` of account-wide subscriptions: a number that stays the same | invented |
//! | Colleagues: `id`, `firstName`, `lastName`, `yeastarId`, `remark`, `resourceIds`, `isRmUser`, `userStatus` | invented after the requests |
//! | Colleagues: create and edit answer true, delete answers `success`, an unknown id is refused | invented |
//! | Permissions: `resourceId`, `resourceName` | invented |
//! | Products: `activationCode`, `activationStatus`, `comment`, `createTime`, `currentPlan`, `currentPlanExpireDate` | documented; that the list has all of them and `productNo` is inferred |
//! | Activation code: `code`, `generateTime` | documented; that a PBX has one that stays, and its form, are invented |
//! | Products: `currentPlan` and `currentPlanExpireDate` only while a switch waits | documented |
//! | Products: `instanceId`, `partnerId`, `pbxName`, `pbxUrl`, `plan` (the present one), `nextPlan` (while a switch waits), `productId`, `serviceList`, and in those `billingCycle`, `expireDate`, `name`, `quantity` | invented |
//! | Dates are milliseconds since 1970, in a string where the vendor says string | invented |
//! | Offers: `offeringId`, `planId`, `serviceId`, `purchaseType` | documented |
//! | Offers: `pricingId`, a third id that differs from both | inferred from the name of the request field |
//! | Offers: `planList`, `serviceList`, `productId`, `productName`, `name`, `minQuantity`, `maxQuantity`, ids as strings | invented |
//! | Prices: `offeringId`, `planList`, `serviceList` | documented |
//! | Prices: their rows, `price` (a decimal in a string), `priceList`, `currencyCode`, `totalPrice`, `subscribedQuantity`, and every amount | invented |
//! | A plan moves up at once and down at its end | documented for product 12, inferred for the others |
//! | Moving up starts a new term at the full price, and the rest of the old one is lost; moving down keeps the extensions | invented |
//! | A service that goes with one plan only ends with it | invented |
//! | A trial lasts 30 days | invented |
//! | A trial is not renewed, switched or added to; what runs, paid or tried, is not tried | inferred |
//! | What has ended is renewed before it is switched or added to; one switch waits at a time | inferred |
//! | A plan is not renewed while a switch to a lower one waits | invented |
//! | Services of several tutorials of a product and an operation may be ordered together, each by its own tutorial | inferred: no page shows such a mix |
//! | A second purchase of a plan or a service puts it in the place of the first; what is counted adds up and ends with the first | invented |
//! | A renewal is one of all that is subscribed, whether it names a number or not | inferred |
//! | A plan or service is ordered by the cycles that it has a price for | inferred |
//! | Services of a PCE purchase must have a quantity, but for High Availability | inferred |
//!
//! The table of orders follows the tutorials. What a tutorial fixes is checked. Where
//! the value of a row is lost, each value is taken that the vendor prints anywhere for
//! such a field, and where the row itself is not known, the field may also be missing:
//! nothing is refused on the ground of an inference. The exceptions are about what
//! belongs together: only what is subscribed and paid can be renewed, switched or added
//! to, a plan is not renewed while a switch waits, what runs is not tried, a `quantity` in
//! a renewal or a switch is the current one, a cycle is one of the plan or service,
//! `partnerId` beside `productNo` is whom the product belongs to, `connectionPlanId` is
//! the plan of the order or the current one, a service occurs once, an annual PAE plan has
//! at most 5 years, and a `billingId` in a trial is superfluous. The renewal of RM
//! Premium, which its page prints as `trial_service`, is a `renew_service`. High
//! Availability has no quantity in the purchase of a cloud PBX, as in the vendor's
//! example, and the current extensions when it is added later.
//!
//! # What it shares with the client library
//!
//! The table of endpoints (name, method, path, whether a token is wanted) and the
//! type of a point in time.
//! It uses none of the library's request and answer types and none of its checks,
//! so a mistake there cannot hide behind the same mistake here.

mod auth;
mod catalogue;
mod check;
mod connection;
mod envelope;
mod faults;
mod fields;
mod ids;
mod json;
mod ledger;
mod oddity;
mod order;
mod paging;
mod portal;
mod pricing;
mod product;
mod route;
mod server;
mod settings;
mod user;

pub use envelope::code;
pub use faults::{Fault, Plan};
pub use ledger::{Ledger, LoggedRequest, PlacedOrder};
pub use oddity::Oddity;
pub use portal::{Portal, Served};
pub use route::endpoints;
pub use server::Server;
pub use settings::{LackOfBalance, ListOrder, Payment, PoNumberEcho, RefreshReuse, Settings};
pub use yeastar_core::Tick;
