//! Orders that are placed once.

use std::borrow::Borrow;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use yeastar_core::order::Order;
use yeastar_core::purchase::{ENTRIES_PER_ROUND, Finding, Intent, Operation, Outcome, Reconciled, Round};
use yeastar_core::{Error, ErrorKind, IntentId};
use yeastar_journal::Journal;

use super::Client;
use super::carry_out::carry_out;
use super::in_flight::Entered;

impl Client {
    /// Places an order once, whatever the network does, and says what became of it. It may take
    /// minutes: after doubt it looks for the order. The [module](yeastar_core::purchase) says what is promised.
    ///
    /// Calling it again with the same intent and journal is no second order: it goes on where the journal ends, also
    /// after a crash, in another process, and while another one is at it. A call for a purchase that is under way in
    /// this client, or in a clone of it, joins that purchase: both get the same outcome.
    ///
    /// The future can be dropped at any moment, as by a timeout, or by a web server whose client has left. The purchase
    /// is in a task of its own. When nobody waits for it any more, it depends on how far it is:
    ///
    /// - Before the journal says that the order is about to be sent, the purchase stops. Nothing was sent, and what it
    ///   has recorded is closed as [`Outcome::NotPlaced`]; the same intent can be purchased again.
    /// - From then on it comes to its end, and the journal has the outcome. Call again to get it.
    ///
    /// The task ends with its runtime: [`drain`](Self::drain) before you shut that down.
    ///
    /// The journal is called in threads for blocking work, on a clone of it: put one that has no clones into an `Arc`. A client
    /// and its clones make eight such calls at a time; more wait for their turn, for the `deadline` of the policy at most.
    ///
    /// ```
    /// use yeastar_async::journal::MemoryJournal;
    /// use yeastar_async::order::{BillingCycle, CloudPbx, Order, PbxSite};
    /// use yeastar_async::purchase::{Intent, Outcome};
    /// # use yeastar_async::{BillingContactId, Client, Config, Credentials, Origin, PbxSubDomainId, RegionId};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let portal = yeastar_sandbox::Server::start()?;
    /// # let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    /// # let client = Client::new(Config::new(credentials).with_origin(Origin::new(&portal.base_url())?))?;
    /// # let contact = BillingContactId::new(3197218168379846218);
    ///
    /// // Real purchases need one that lasts: `journal::SqliteJournal`, or your own.
    /// let journal = MemoryJournal::new();
    /// let site = PbxSite::new("docs", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    /// let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(5, BillingCycle::Annually, contact, site);
    /// match client.purchase(Intent::new("ticket-4711", order), &journal).await? {
    ///     Outcome::Confirmed { order_no, .. } => println!("order number {order_no}"),
    ///     Outcome::NotPlaced { error, .. } => println!("not ordered, purchase it again: {error}"),
    ///     // Refused; or it may exist or not, with all that is known of it.
    ///     outcome => println!("{outcome}"),
    /// }
    /// # assert_eq!(portal.orders().len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// `Err` means that this call sent nothing: [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the order breaks a
    /// rule or the id stands for another order, [`Conflict`](crate::ErrorKind::Conflict) when another process was faster,
    /// [`Journal`](crate::ErrorKind::Journal) when the journal failed or has an entry that cannot be trusted.
    pub async fn purchase<J>(&self, intent: impl Borrow<Intent>, journal: &J) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.run(Operation::Purchase(intent.borrow().clone().into()), journal).await
    }

    /// Finds out what became of a purchase, after a crash or an ambiguous end. It sends nothing, unless the purchase was
    /// recorded with [`UniqueKeyGuard`](yeastar_core::purchase::Resend::UniqueKeyGuard), which then decides. An intent of
    /// which nothing was sent ends as [`Outcome::NotPlaced`], and [`restart`](Self::restart) sends it. A purchase that is under
    /// way in this client is joined. When the future is dropped, the search stops, unless it has sent the order
    /// again.
    ///
    /// ```
    /// use yeastar_async::journal::MemoryJournal;
    /// # use yeastar_async::{Client, Config, Credentials, Origin};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    ///
    /// let journal = MemoryJournal::new();
    /// for id in client.open_intents(&journal).await? {
    ///     // One that fails keeps the others from nothing.
    ///     match client.resume(&id, &journal).await {
    ///         Ok(outcome) => println!("{id}: {outcome}"),
    ///         Err(error) => eprintln!("{id}: {error}"),
    ///     }
    /// }
    /// # assert!(client.resume("ticket-4711", &journal).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal) when the journal failed, has no such entry, or one that cannot be trusted;
    /// [`Conflict`](crate::ErrorKind::Conflict) when another process has changed the entry meanwhile, or is at work on it (then
    /// with [`retry_after`](Error::retry_after), and nothing is asked).
    pub async fn resume<J>(&self, id: impl Into<IntentId>, journal: &J) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.run(Operation::Resume(id.into()), journal).await
    }

    /// Sends an order once more that may have been placed already: you take it upon yourself to say that it was not,
    /// and that its request is not waiting anywhere. If you are wrong, the order is **placed twice**.
    ///
    /// One more look comes first. Nothing is sent while an order is in sight that may be this one, the PBX URL is
    /// taken, something could not be read, or another process may still send; the outcome then says what stands in
    /// the way. To come to `absent`, resume the purchase until it was looked for at least three times and ten minutes in
    /// all: calls add up, and `Policy::reconcile_for` says how long one looks.
    ///
    /// ```
    /// use yeastar_async::journal::MemoryJournal;
    /// use yeastar_async::purchase::Outcome;
    /// use yeastar_async::{Client, Error, IntentId};
    ///
    /// async fn insist(client: &Client, id: &IntentId, journal: &MemoryJournal) -> Result<Outcome, Error> {
    ///     match client.resume(id, journal).await? {
    ///         Outcome::Ambiguous { absent: true, .. } => client.resubmit_assuming_absent(id, journal).await,
    ///         outcome => Ok(outcome),
    ///     }
    /// }
    /// # use yeastar_async::{Config, Credentials, Origin};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    /// # assert!(insist(&client, &"ticket-4711".into(), &MemoryJournal::new()).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the purchase is not ambiguous,
    /// was not looked for often and long enough, is still looked for by rounds (then with
    /// [`retry_after`](Error::retry_after)), or is under way in this client: what it finds out may change the
    /// decision; [`Journal`](crate::ErrorKind::Journal) when the entry does not say whose it is (see [`adopt`](Self::adopt)).
    pub async fn resubmit_assuming_absent<J>(
        &self,
        id: impl Into<IntentId>,
        journal: &J,
    ) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.run(Operation::ResubmitAssumingAbsent(id.into()), journal).await
    }

    /// Goes on with a purchase as [`purchase`](Self::purchase) does, with the order as it was recorded: what ended as
    /// [`Outcome::NotPlaced`], or was recorded and not sent, is sent, and you do not have to bring the order again.
    ///
    /// ```
    /// use yeastar_async::journal::MemoryJournal;
    /// # use yeastar_async::{Client, Config, Credentials, Origin};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    ///
    /// let journal = MemoryJournal::new();
    /// match client.restart("ticket-4711", &journal).await {
    ///     Ok(outcome) => println!("{outcome}"),
    ///     Err(error) => eprintln!("nothing was sent: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`purchase`](Self::purchase); [`Journal`](crate::ErrorKind::Journal) when there is no such entry.
    pub async fn restart<J>(&self, id: impl Into<IntentId>, journal: &J) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.run(Operation::Restart(id.into()), journal).await
    }

    /// Puts a corrected order in the place of the recorded one, as long as that one never reached the portal. Nothing
    /// is asked or sent; [`restart`](Self::restart) sends it. An order that the portal has answered, be it with "access
    /// denied", is not replaced: a corrected one needs a new id.
    ///
    /// `Ok` means that the corrected order is recorded.
    ///
    /// ```
    /// use yeastar_async::journal::MemoryJournal;
    /// use yeastar_async::order::{BillingCycle, CloudPbx, Order};
    /// # use yeastar_async::BillingContactId;
    /// # use yeastar_async::{Client, Config, Credentials, Origin};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    /// # let contact = BillingContactId::new(3197218168379846218);
    /// # let journal = MemoryJournal::new();
    ///
    /// let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).renew("3658B431119665QJ", 50, BillingCycle::Annually, contact);
    /// match client.replace("ticket-4711", order, &journal).await {
    ///     Ok(()) => println!("{}", client.restart("ticket-4711", &journal).await?),
    ///     Err(error) => eprintln!("not replaced: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// After any of them do not restart before you know what is recorded. As [`resume`](Self::resume);
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the order breaks a rule, the portal may have had the
    /// recorded one, or the purchase is under way in this client; [`Conflict`](crate::ErrorKind::Conflict) when another process
    /// has changed the entry meanwhile, or is at work on it (then with [`retry_after`](Error::retry_after)).
    pub async fn replace<J>(&self, id: impl Into<IntentId>, order: Order, journal: &J) -> Result<(), Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.run(Operation::Replace(id.into(), order.into()), journal).await.map(drop)
    }

    /// Says that a recorded purchase is that of this client's account: one that was recorded by a version of this library
    /// that wrote down no account, or with a former client id. Nothing is asked or sent. It is looked for anew before it
    /// is called `absent`, since former looks may have been made in another account.
    ///
    /// `Ok` means that it is recorded. If you are wrong, the order may be sent in this account although the other one has it.
    ///
    /// ```
    /// use yeastar_async::journal::MemoryJournal;
    /// # use yeastar_async::{Client, Config, Credentials, Origin};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    /// # let journal = MemoryJournal::new();
    ///
    /// match client.adopt("ticket-4711", &journal).await {
    ///     Ok(()) => println!("{}", client.resume("ticket-4711", &journal).await?),
    ///     Err(error) => eprintln!("not adopted: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal) when the journal failed, has no such entry, or one that cannot be trusted or
    /// belongs to another portal or to an account with another label; [`Conflict`](crate::ErrorKind::Conflict) when another
    /// process has changed the entry meanwhile.
    pub async fn adopt<J>(&self, id: impl Into<IntentId>, journal: &J) -> Result<(), Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.run(Operation::Adopt(id.into()), journal).await.map(drop)
    }

    /// The ids of the purchases about which something is still to be found out: those of this client's label, and all that
    /// were recorded without one. [`resume`](Self::resume) refuses those of another client id. Nobody can tell whose
    /// those of format 1 are: resume them with a client of their account only. Purchases of a label that no client has
    /// any more are not among them; the journal itself lists all.
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal) when the journal failed.
    pub async fn open_intents<J>(&self, journal: &J) -> Result<Vec<IntentId>, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        let keys = self.shared.journal_calls.ask(journal, Journal::open_intents).await;
        let keys = keys.map_err(Error::unreadable_journal)?;
        let account = self.shared.with_session(|session| session.account().clone());
        Ok(keys.into_iter().filter(|key| account.may_own(key)).map(|key| key.id().clone()).collect())
    }

    /// Looks once for the order of each purchase about which something is still to be found out, and tells what became of
    /// it. Nothing is sent. They read the order list and the details of new orders once for all; each open purchase with a PBX URL
    /// costs one request more.
    ///
    /// It is meant to be called from time to time, by one process of the account, beside those that purchase: what a process is at
    /// work on is left to it, and is told as [`Conflict`](crate::ErrorKind::Conflict) with
    /// [`retry_after`](Error::retry_after). What a crash has left behind is taken up when that time is over. An intent of which nothing
    /// was sent ends as [`Outcome::NotPlaced`]; whoever wants the order purchases it again. The results are in the order in which
    /// the purchases ended. When the future is dropped, the round stops, and nothing is lost. [`drain`](Self::drain) does not
    /// wait for it.
    ///
    /// ```
    /// use yeastar_async::journal::MemoryJournal;
    /// # use yeastar_async::{Client, Config, Credentials, Error, Origin};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    ///
    /// let journal = MemoryJournal::new();
    /// for purchase in client.reconcile(&journal).await? {
    ///     match purchase.result {
    ///         Ok(outcome) => println!("{}: {outcome}", purchase.key),
    ///         Err(error) => eprintln!("{}: {error}", purchase.key),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal) when the open entries cannot be read; results of earlier entries are not returned
    /// then, but what they found is stored. An error of one purchase is in its
    /// [`result`](yeastar_core::purchase::Reconciled::result), as [`resume`](Self::resume) would give it.
    pub async fn reconcile<J>(&self, journal: &J) -> Result<Vec<Reconciled>, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        let calls = &self.shared.journal_calls;
        let (mut reconciled, mut after) = (Vec::new(), None);
        loop {
            let page = move |journal: &J| journal.open_entries(after.as_ref(), ENTRIES_PER_ROUND);
            let open = calls.ask(journal, page).await;
            let open = open.map_err(Error::unreadable_journal)?;
            let Some(last) = open.last() else { return Ok(reconciled) };
            after = Some(last.key().clone());
            let account = self.shared.with_session(|session| session.account().clone());
            let mut round = Round::new(&open, &self.shared.context(&account));
            reconciled
                .extend(self.shared.drive(&mut round, |request| calls.reply_to(request, journal)).await);
        }
    }

    /// Closes a purchase that stays ambiguous, by what a person has found out in the portal. Nothing is asked or sent.
    /// The outcome is [`Outcome::Confirmed`] with the number, or [`Outcome::Rejected`]. A confirmed purchase that stays open,
    /// because a second order could not be looked for, is closed by its own number.
    ///
    /// `Ok` means that it is recorded. "Not ordered" waits while another process may still send the order, where the clock of
    /// that one was ahead of this one.
    ///
    /// ```
    /// use yeastar_async::purchase::Finding;
    /// # use yeastar_async::{Client, Config, Credentials, Origin};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), yeastar_async::Error> {
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    /// # let journal = yeastar_async::journal::MemoryJournal::new();
    ///
    /// match client.settle("ticket-4711", Finding::Ordered("HB20250401".into()), &journal).await {
    ///     Ok(outcome) => println!("{outcome}"),
    ///     Err(error) => eprintln!("not settled: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the purchase is not
    /// ambiguous, the order number is empty, "not ordered" is said while another process may still send the order, rounds
    /// still look for it (then with [`retry_after`](Error::retry_after)), or the purchase is under way in this client: what it
    /// finds out may change the decision;
    /// [`Conflict`](crate::ErrorKind::Conflict) when another process has changed the entry meanwhile.
    pub async fn settle<J>(
        &self,
        id: impl Into<IntentId>,
        finding: Finding,
        journal: &J,
    ) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.run(Operation::Settle(id.into(), finding), journal).await
    }

    /// Waits until no purchase of this client and its clones is under way, at most this long, and gives how many
    /// still are. For the end of a program: stop taking requests, drain, end.
    ///
    /// How long a purchase takes follows from the client's policy: the look before (`deadline`), sending and the
    /// answer (`deadline` and `once_timeout`), and the search after doubt (`reconcile_for`, and a `deadline` for its last look).
    /// A second request, a new token or another process that may still send make it longer. What is not over when the process
    /// ends is open in the journal, and [resumed](Self::resume) at the next start.
    ///
    /// ```
    /// use std::time::Duration;
    /// # use yeastar_async::{Client, Config, Credentials, Origin};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), yeastar_async::Error> {
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    ///
    /// let left = client.drain(Duration::from_secs(500)).await;
    /// if left > 0 {
    ///     eprintln!("{left} purchases are not over: resume them at the next start");
    /// }
    /// # assert_eq!(left, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn drain(&self, at_most: Duration) -> usize {
        self.shared.in_flight.drain(at_most).await
    }

    /// Waits for the outcome of an operation, which a task carries out: one of this call, or one of another that
    /// wants the same.
    async fn run<J>(&self, operation: Operation, journal: &J) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        let in_flight = &self.shared.in_flight;
        let account = self.shared.with_session(|session| session.account().clone());
        let key = (account, operation.id().clone());
        loop {
            match in_flight.enter(operation.clone(), &key)? {
                Entered::Begun(turn, waiting) => {
                    let task = carry_out(Arc::clone(&self.shared), turn, journal.clone());
                    let task = tokio::spawn(task);
                    if let Some(outcome) = waiting.outcome().await {
                        return outcome;
                    }
                    let error = task.await.expect_err("it ends without an outcome only when nobody waits");
                    match error.try_into_panic() {
                        Ok(panic) => resume_unwind(panic),
                        Err(cancelled) => {
                            panic!("the runtime was shut down during the purchase: {cancelled}")
                        }
                    }
                }
                Entered::Joined(waiting) => match waiting.outcome().await {
                    // Its request was wrong; this one may be right.
                    Some(Err(error)) if error.kind() == ErrorKind::InvalidRequest => {}
                    Some(outcome) => return outcome,
                    // It has panicked, or its runtime was shut down.
                    None => {}
                },
                Entered::Busy => in_flight.until_free(&key).await,
            }
        }
    }
}
