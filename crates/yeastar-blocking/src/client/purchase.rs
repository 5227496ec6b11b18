//! Orders that are placed once.

use std::borrow::Borrow;

use yeastar_core::order::Order;
use yeastar_core::purchase::{
    Context, ENTRIES_PER_ROUND, Finding, Intent, Operation, Outcome, Reconciled, Round,
};
use yeastar_core::{Account, Error, IntentId};
use yeastar_journal::{Journal, answer, writer};

use super::in_flight::{Entered, Turn};
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
    ///     Outcome::NotPlaced { error, .. } => println!("not ordered, purchase it again: {error}"),
    ///     // Refused; or it may exist or not, with all that is known of it.
    ///     outcome => println!("{outcome}"),
    /// }
    /// # assert_eq!(portal.orders().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Err` means that this call sent nothing: [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the order breaks a
    /// rule or the id stands for another order, [`Conflict`](crate::ErrorKind::Conflict) when another process was faster,
    /// [`Journal`](crate::ErrorKind::Journal) when the journal failed or has an entry that cannot be trusted.
    pub fn purchase<J: Journal + ?Sized>(
        &self,
        intent: impl Borrow<Intent>,
        journal: &J,
    ) -> Result<Outcome, Error> {
        self.run(Operation::Purchase(intent.borrow().clone().into()), journal)
    }

    /// Finds out what became of a purchase, after a crash or an ambiguous end. It sends nothing, unless the purchase was
    /// recorded with [`UniqueKeyGuard`](yeastar_core::purchase::Resend::UniqueKeyGuard), which then decides. An intent of
    /// which nothing was sent ends as [`Outcome::NotPlaced`], and [`restart`](Self::restart) sends it. A purchase that is under
    /// way in this client is joined.
    ///
    /// ```
    /// use yeastar_blocking::journal::MemoryJournal;
    /// # use yeastar_blocking::{Client, Config, Credentials, Origin};
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    ///
    /// let journal = MemoryJournal::new();
    /// for id in client.open_intents(&journal)? {
    ///     // One that fails keeps the others from nothing.
    ///     match client.resume(&id, &journal) {
    ///         Ok(outcome) => println!("{id}: {outcome}"),
    ///         Err(error) => eprintln!("{id}: {error}"),
    ///     }
    /// }
    /// # assert!(client.resume("ticket-4711", &journal).is_err());
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal) when the journal failed, has no such entry, or one that cannot be trusted;
    /// [`Conflict`](crate::ErrorKind::Conflict) when another process has changed the entry meanwhile, or is at work on it (then
    /// with [`retry_after`](Error::retry_after), and nothing is asked).
    pub fn resume<J: Journal + ?Sized>(
        &self,
        id: impl Into<IntentId>,
        journal: &J,
    ) -> Result<Outcome, Error> {
        self.run(Operation::Resume(id.into()), journal)
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
    /// As [`resume`](Self::resume); [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the purchase is not ambiguous,
    /// was not looked for often and long enough, is still looked for by rounds (then with
    /// [`retry_after`](Error::retry_after)), or is under way in this client: what it finds out may change the
    /// decision; [`Journal`](crate::ErrorKind::Journal) when the entry does not say whose it is (see [`adopt`](Self::adopt)).
    pub fn resubmit_assuming_absent<J: Journal + ?Sized>(
        &self,
        id: impl Into<IntentId>,
        journal: &J,
    ) -> Result<Outcome, Error> {
        self.run(Operation::ResubmitAssumingAbsent(id.into()), journal)
    }

    /// Goes on with a purchase as [`purchase`](Self::purchase) does, with the order as it was recorded: what ended as
    /// [`Outcome::NotPlaced`], or was recorded and not sent, is sent, and you do not have to bring the order again.
    ///
    /// ```
    /// use yeastar_blocking::journal::MemoryJournal;
    /// # use yeastar_blocking::{Client, Config, Credentials, Origin};
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    ///
    /// let journal = MemoryJournal::new();
    /// match client.restart("ticket-4711", &journal) {
    ///     Ok(outcome) => println!("{outcome}"),
    ///     Err(error) => eprintln!("nothing was sent: {error}"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`purchase`](Self::purchase); [`Journal`](crate::ErrorKind::Journal) when there is no such entry.
    pub fn restart<J: Journal + ?Sized>(
        &self,
        id: impl Into<IntentId>,
        journal: &J,
    ) -> Result<Outcome, Error> {
        self.run(Operation::Restart(id.into()), journal)
    }

    /// Puts a corrected order in the place of the recorded one, as long as that one never reached the portal. Nothing
    /// is asked or sent; [`restart`](Self::restart) sends it. An order that the portal has answered, be it with "access
    /// denied", is not replaced: a corrected one needs a new id.
    ///
    /// `Ok` means that the corrected order is recorded.
    ///
    /// ```
    /// use yeastar_blocking::journal::MemoryJournal;
    /// use yeastar_blocking::order::{BillingCycle, CloudPbx, Order};
    /// # use yeastar_blocking::BillingContactId;
    /// # use yeastar_blocking::{Client, Config, Credentials, Origin};
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    /// # let contact = BillingContactId::new(3197218168379846218);
    /// # let journal = MemoryJournal::new();
    ///
    /// let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).renew("3658B431119665QJ", 50, BillingCycle::Annually, contact);
    /// match client.replace("ticket-4711", order, &journal) {
    ///     Ok(()) => println!("{}", client.restart("ticket-4711", &journal)?),
    ///     Err(error) => eprintln!("not replaced: {error}"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// After any of them do not restart before you know what is recorded. As [`resume`](Self::resume);
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the order breaks a rule, the portal may have had the
    /// recorded one, or the purchase is under way in this client; [`Conflict`](crate::ErrorKind::Conflict) when another process
    /// has changed the entry meanwhile, or is at work on it (then with [`retry_after`](Error::retry_after)).
    pub fn replace<J: Journal + ?Sized>(
        &self,
        id: impl Into<IntentId>,
        order: Order,
        journal: &J,
    ) -> Result<(), Error> {
        self.run(Operation::Replace(id.into(), order.into()), journal).map(drop)
    }

    /// Says that a recorded purchase is that of this client's account: one that was recorded by a version of this library
    /// that wrote down no account, or with a former client id. Nothing is asked or sent. It is looked for anew before it
    /// is called `absent`, since former looks may have been made in another account.
    ///
    /// `Ok` means that it is recorded. If you are wrong, the order may be sent in this account although the other one has it.
    ///
    /// ```
    /// use yeastar_blocking::journal::MemoryJournal;
    /// # use yeastar_blocking::{Client, Config, Credentials, Origin};
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    /// # let journal = MemoryJournal::new();
    ///
    /// match client.adopt("ticket-4711", &journal) {
    ///     Ok(()) => println!("{}", client.resume("ticket-4711", &journal)?),
    ///     Err(error) => eprintln!("not adopted: {error}"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal) when the journal failed, has no such entry, or one that cannot be trusted or
    /// belongs to another portal or to an account with another label; [`Conflict`](crate::ErrorKind::Conflict) when another
    /// process has changed the entry meanwhile.
    pub fn adopt<J: Journal + ?Sized>(&self, id: impl Into<IntentId>, journal: &J) -> Result<(), Error> {
        self.run(Operation::Adopt(id.into()), journal).map(drop)
    }

    /// The ids of the purchases about which something is still to be found out: those of this client's label, and all that
    /// were recorded without one. [`resume`](Self::resume) refuses those of another client id. Nobody can tell whose
    /// those of format 1 are: resume them with a client of their account only. Purchases of a label that no client has
    /// any more are not among them; the journal itself lists all.
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal) when the journal failed.
    pub fn open_intents<J: Journal + ?Sized>(&self, journal: &J) -> Result<Vec<IntentId>, Error> {
        let keys = journal.open_intents().map_err(Error::unreadable_journal)?;
        let account = self.account();
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
    /// the purchases ended.
    ///
    /// ```
    /// use yeastar_blocking::journal::MemoryJournal;
    /// # use yeastar_blocking::{Client, Config, Credentials, Error, Origin};
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    ///
    /// let journal = MemoryJournal::new();
    /// for purchase in client.reconcile(&journal)? {
    ///     match purchase.result {
    ///         Ok(outcome) => println!("{}: {outcome}", purchase.key),
    ///         Err(error) => eprintln!("{}: {error}", purchase.key),
    ///     }
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Journal`](crate::ErrorKind::Journal) when the open entries cannot be read; results of earlier entries are not returned
    /// then, but what they found is stored. An error of one purchase is in its
    /// [`result`](yeastar_core::purchase::Reconciled::result), as [`resume`](Self::resume) would give it.
    pub fn reconcile<J: Journal + ?Sized>(&self, journal: &J) -> Result<Vec<Reconciled>, Error> {
        let Shared { origin, policy, .. } = &*self.shared;
        let (mut reconciled, mut after) = (Vec::new(), None);
        loop {
            let open =
                journal.open_entries(after.as_ref(), ENTRIES_PER_ROUND).map_err(Error::unreadable_journal)?;
            let Some(last) = open.last() else { return Ok(reconciled) };
            let round = Round::new(&open, &Context::new(&self.account(), origin, policy, writer()));
            reconciled.extend(self.shared.drive(round, |request| answer(journal, &request)));
            after = Some(last.key().clone());
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
    /// use yeastar_blocking::purchase::Finding;
    /// # use yeastar_blocking::{Client, Config, Credentials, Origin};
    /// # let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(Origin::new("http://127.0.0.1:9")?))?;
    /// # let journal = yeastar_blocking::journal::MemoryJournal::new();
    ///
    /// match client.settle("ticket-4711", Finding::Ordered("HB20250401".into()), &journal) {
    ///     Ok(outcome) => println!("{outcome}"),
    ///     Err(error) => eprintln!("not settled: {error}"),
    /// }
    /// # Ok::<(), yeastar_blocking::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the purchase is not
    /// ambiguous, the order number is empty, "not ordered" is said while another process may still send the order, rounds
    /// still look for it (then with [`retry_after`](Error::retry_after)), or the purchase is under way in this client: what it
    /// finds out may change the decision;
    /// [`Conflict`](crate::ErrorKind::Conflict) when another process has changed the entry meanwhile.
    pub fn settle<J: Journal + ?Sized>(
        &self,
        id: impl Into<IntentId>,
        finding: Finding,
        journal: &J,
    ) -> Result<Outcome, Error> {
        self.run(Operation::Settle(id.into(), finding), journal)
    }

    /// The outcome of an operation: carried out here, or by another thread that wants the same.
    fn run<J: Journal + ?Sized>(&self, operation: Operation, journal: &J) -> Result<Outcome, Error> {
        match self.shared.in_flight.enter(operation, self.account())? {
            Entered::Begun(turn) => {
                let ended = self.shared.carry_out(&turn, journal);
                turn.end(ended.clone());
                ended
            }
            Entered::Joined(ended) => ended,
        }
    }

    fn account(&self) -> Account {
        self.shared.lock().account().clone()
    }
}

impl Shared {
    fn carry_out<J: Journal + ?Sized>(&self, turn: &Turn<'_>, journal: &J) -> Result<Outcome, Error> {
        let id = turn.operation().id();
        let stored = journal.load(id).map_err(|error| Error::unreadable_entry(id, error))?;
        let context = Context::new(turn.account(), &self.origin, &self.policy, writer());
        let purchase = turn.operation().machine(&stored, &context)?;
        self.drive(purchase, |request| answer(journal, &request))
    }
}
