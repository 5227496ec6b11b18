//! Orders that are placed once.

use std::borrow::Borrow;
use std::sync::Arc;

use yeastar_core::purchase::{Finding, Intent, Outcome};
use yeastar_core::{Error, Event, IntentId};
use yeastar_journal::{Journal, persisted};

use super::in_flight::Entered;
use super::operation::Operation;
use super::{Client, Shared};

impl Client {
    /// Places an order once, whatever the network does, and says what became of it. It may take
    /// minutes: after doubt it looks for the order. The [module](yeastar_core::purchase) says what is promised.
    ///
    /// Calling it again with the same intent and journal is no second order: it goes on where the journal ends, also
    /// after a crash, in another process, and while another one is at it. A thread that purchases what another thread
    /// of this client, or of a clone of it, is purchasing joins that purchase: both get the same outcome.
    ///
    /// ```
    /// use yeastar_blocking::journal::MemoryJournal;
    /// use yeastar_blocking::order::{BillingCycle, CloudPbx, Order, PbxSite};
    /// use yeastar_blocking::purchase::{Intent, Outcome};
    /// # use yeastar_blocking::{BillingContactId, Client, Config, Credentials, Origin, PbxSubDomainId, RegionId};
    /// # let portal = yeastar_sandbox::Server::start()?;
    /// # let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    /// # let client = Client::new(Config::new(credentials).with_origin(Origin::new(&portal.base_url())?))?;
    /// # let contact = BillingContactId::new(3197218168379846218);
    ///
    /// // Real purchases need one that lasts: `journal::SqliteJournal`, or your own.
    /// let journal = MemoryJournal::new();
    /// let site = PbxSite::new("docs", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    /// let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(5, BillingCycle::Annually, contact, site);
    /// match client.purchase(Intent::new("ticket-4711", order), &journal)? {
    ///     Outcome::Confirmed { order_no, .. } => println!("order number {order_no}"),
    ///     Outcome::Rejected { error, .. } => println!("refused: {error}"),
    ///     Outcome::NotSent { error, .. } => println!("not ordered, try again later: {error}"),
    ///     other => println!("{other}"),
    /// }
    /// # assert_eq!(portal.orders().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Err` means that this call sent nothing: [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the order breaks a
    /// rule or the id stands for another order, [`Journal`](crate::ErrorKind::Journal) when the journal failed,
    /// has an entry that cannot be trusted, or another process was faster.
    pub fn purchase<J: Journal + ?Sized>(
        &self,
        intent: impl Borrow<Intent>,
        journal: &J,
    ) -> Result<Outcome, Error> {
        self.ask(Operation::Purchase(Arc::new(intent.borrow().clone())), journal)
    }

    /// Finds out what became of a purchase, after a crash or an ambiguous end. It never begins to send: an intent of
    /// which nothing was sent ends as [`Outcome::NotSent`], and can be [purchased](Self::purchase) again. A purchase that is
    /// under way in this client is joined.
    ///
    /// ```
    /// use yeastar_blocking::journal::{Journal, MemoryJournal};
    /// # use yeastar_blocking::{Client, Config, Credentials, Origin};
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    ///
    /// let journal = MemoryJournal::new();
    /// for id in journal.open_intents()? {
    ///     println!("{id}: {}", client.resume(&id, &journal)?);
    /// }
    /// # assert!(client.resume("ticket-4711", &journal).is_err());
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal) when the journal failed, has no such entry, or one that cannot be trusted.
    pub fn resume<J: Journal + ?Sized>(
        &self,
        id: impl Into<IntentId>,
        journal: &J,
    ) -> Result<Outcome, Error> {
        self.ask(Operation::Resume(id.into()), journal)
    }

    /// Sends an order once more that may have been placed already: you take it upon yourself to say that it was not,
    /// and that its request is not waiting anywhere. If you are wrong, the order is **placed twice**. One more look
    /// comes first.
    ///
    /// ```
    /// use yeastar_blocking::journal::Journal;
    /// use yeastar_blocking::purchase::Outcome;
    /// use yeastar_blocking::{Client, Error, IntentId};
    ///
    /// fn insist(client: &Client, id: &IntentId, journal: &impl Journal) -> Result<Outcome, Error> {
    ///     match client.resume(id, journal)? {
    ///         Outcome::Ambiguous { absent: true, .. } => client.resubmit_assuming_absent(id, journal),
    ///         outcome => Ok(outcome),
    ///     }
    /// }
    /// # use yeastar_blocking::{Config, Credentials, Origin};
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    /// # let journal = yeastar_blocking::journal::MemoryJournal::new();
    /// # assert!(insist(&client, &"ticket-4711".into(), &journal).is_err());
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the purchase has not ended
    /// as [`Outcome::Ambiguous`] with `absent`, or is under way in this client: what it finds out may change the decision.
    pub fn resubmit_assuming_absent<J: Journal + ?Sized>(
        &self,
        id: impl Into<IntentId>,
        journal: &J,
    ) -> Result<Outcome, Error> {
        self.ask(Operation::ResubmitAssumingAbsent(id.into()), journal)
    }

    /// Closes a purchase that stays ambiguous, by what a person has found out in the portal. Nothing is asked or sent.
    ///
    /// ```
    /// use yeastar_blocking::purchase::Finding;
    /// # use yeastar_blocking::{Client, Config, Credentials, Origin};
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    /// # let journal = yeastar_blocking::journal::MemoryJournal::new();
    ///
    /// let outcome = client.settle("ticket-4711", Finding::Ordered("HB20250401".into()), &journal);
    /// # assert!(outcome.is_err());
    /// # Ok::<(), yeastar_blocking::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the purchase is not
    /// ambiguous, or is under way in this client: what it finds out may change the decision.
    pub fn settle<J: Journal + ?Sized>(
        &self,
        id: impl Into<IntentId>,
        finding: Finding,
        journal: &J,
    ) -> Result<Outcome, Error> {
        self.ask(Operation::Settle(id.into(), finding), journal)
    }

    /// The outcome of an operation: carried out here, or by another thread that wants the same.
    fn ask<J: Journal + ?Sized>(&self, operation: Operation, journal: &J) -> Result<Outcome, Error> {
        let Shared { in_flight, origin, policy, .. } = &*self.shared;
        match in_flight.enter(operation, origin, policy)? {
            Entered::Begun(turn) => {
                let ended = self.shared.carry_out(turn.operation(), journal);
                turn.end(ended.clone());
                ended
            }
            Entered::Joined(ended) => ended,
        }
    }
}

impl Shared {
    fn carry_out<J: Journal + ?Sized>(&self, operation: &Operation, journal: &J) -> Result<Outcome, Error> {
        let id = operation.id();
        let stored = journal.load(id).map_err(|error| Error::unreadable_entry(id, error))?;
        let purchase = operation.machine(stored.as_ref(), &self.origin, &self.policy)?;
        self.drive(purchase, |entry| Event::Persisted(persisted(journal.compare_and_swap(&entry))))
    }
}
