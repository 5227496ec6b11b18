//! Which portal, which policy and which actors a schedule has.

use std::time::Duration;

use yeastar_core::Policy;
use yeastar_core::purchase::Resend;
use yeastar_sandbox::{ListOrder, PoNumberEcho, Settings};

const LIST_LAG: Duration = Duration::from_secs(2);

/// A code of the portal's that no status explains.
pub const LISTED_REFUSAL: &str = "balance_insufficient";

/// Longer than anybody looks.
const LONG_LIST_LAG: Duration = Duration::from_secs(25 * 60);

/// One row of the result.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table, and each is a question of its own")]
pub struct Variant {
    pub name: &'static str,
    pub about: &'static str,
    /// Where the portal shows the purchase order number.
    pub echo: PoNumberEcho,
    /// A renewal has no PBX URL; a purchase of a cloud PBX has one.
    pub is_renewal: bool,
    pub resend: Resend,
    /// Whether the portal refuses a second order for a PBX URL.
    pub is_url_unique: bool,
    /// How old an order is before the list shows it.
    pub list_lag: Duration,
    pub list_order: ListOrder,
    /// How old an order is before the portal repeats its purchase order number.
    pub echo_lag: Duration,
    /// How many orders the account has from the start.
    pub history: usize,
    /// Whether the order is there already, second to the last: a journal of it was lost.
    pub is_there_already: bool,
    /// A request may wait on its way for longer than anybody looks for its order.
    pub is_slow: bool,
    pub has_token_trouble: bool,
    /// Who else purchases the intent.
    pub rival: Rival,
    /// Whether the account has a label, which stays when its client id changes and which no other account has.
    pub is_labelled: bool,
    /// The first process may still begin to send when any other one would have given up.
    pub is_patient: bool,
    /// A person takes part, who resubmits and settles.
    pub has_person: bool,
    /// A colleague orders the same by hand.
    pub has_colleague: bool,
    /// Doubt is handed over after the first look.
    pub hands_over: bool,
    /// The answer to each write is lost, and the journal reads back what is stored.
    pub loses_answers: bool,
    /// The caller of a purchase may go, and come again.
    pub is_dropped: bool,
    /// The caller knows a code by which the portal refuses.
    pub lists_refusals: bool,
    /// The process that ends a purchase lives on, and knows what it knew when it takes the purchase up again.
    pub is_lasting: bool,
    pub twin: Option<Twin>,
}

/// Who else purchases the intent, with the same journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rival {
    None,
    /// Another process.
    Process,
    /// One that resumes what is open.
    Resumer,
    /// Two processes, of which each purchases it or resumes what is open.
    Two,
    /// A process of another account, of a portal that is the same to the core.
    Account,
    /// A process of the same account, after its client id was changed.
    ClientId,
}

/// A client that is broken on purpose, around the same core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    /// After anything but a definite end it begins anew, with an empty journal.
    RetryOnAnyError,
    /// It says that an entry is stored, and stores it when the purchase has ended.
    NoWriteAhead,
    /// It takes the refusal of the last attempt for the end of the purchase.
    NoTaintRule,
    /// Its journal overwrites.
    NoCompareAndSwap,
    /// It knows nothing, ever.
    AlwaysAmbiguous,
    /// It hides from the core what does not bear the key.
    NoCandidates,
    /// It begins with an empty journal when nothing was sent.
    EyesShut,
    /// It takes the entry of another account for its own.
    NoAccount,
    /// It never looks again at a purchase that is confirmed.
    ClosedEntry,
    /// It drops a purchase with its caller, whatever is under way.
    NoDetaching,
    /// After a refusal it shows the core what was there before.
    NoLookAfterRefusal,
    /// The same after a refusal that only the caller's list knows.
    NoLookAfterListed,
    /// The wall clocks of its processes differ.
    NoSendBy,
    /// It says that nothing was ordered where nobody knows.
    NoDoubt,
    /// It takes the first page of a list for the whole.
    FirstPage,
    /// It never reads the details of an order again.
    ReadOnce,
    /// It takes every order that it sees for that of another purchase.
    AllKnown,
    /// All its processes write the same word into their documents.
    OneWord,
    /// Whoever resumes does not see that another process is at work.
    NoClaim,
    /// Persons decide while the order is still looked for.
    NoPatience,
    /// Its journal takes a version for the entry that was offered.
    ReadsBackVersions,
}

const DEFAULT: Variant = Variant {
    name: "echoed",
    about: "default policy, PO number in customReferenceNo",
    echo: PoNumberEcho::CustomReferenceNo,
    is_renewal: false,
    resend: Resend::Never,
    is_url_unique: false,
    list_lag: LIST_LAG,
    list_order: ListOrder::AsAsked,
    echo_lag: Duration::ZERO,
    history: 0,
    is_there_already: false,
    is_slow: false,
    has_token_trouble: false,
    rival: Rival::None,
    is_labelled: false,
    is_patient: false,
    has_person: false,
    has_colleague: false,
    hands_over: false,
    loses_answers: false,
    is_dropped: false,
    lists_refusals: false,
    is_lasting: false,
    twin: None,
};

const LATE: Variant =
    Variant { echo: PoNumberEcho::Details, echo_lag: Duration::from_secs(60), is_lasting: true, ..DEFAULT };

const GUARD: Variant = Variant { resend: Resend::UniqueKeyGuard, is_url_unique: true, ..DEFAULT };

const PERSON: Variant = Variant { has_person: true, ..DEFAULT };

const ACCOUNTS: Variant = Variant { rival: Rival::Account, ..DEFAULT };

const THERE: Variant = Variant { is_renewal: true, is_there_already: true, ..DEFAULT };

/// Everything that must hold.
pub const VARIANTS: &[Variant] = &[
    DEFAULT,
    Variant {
        name: "echoed-elsewhere",
        about: "default policy, PO number in a field that is not documented",
        echo: PoNumberEcho::PoNumber,
        ..DEFAULT
    },
    Variant {
        name: "details",
        about: "default policy, PO number in the details only",
        echo: PoNumberEcho::Details,
        ..DEFAULT
    },
    Variant {
        name: "nowhere",
        about: "default policy, PO number shown nowhere",
        echo: PoNumberEcho::Nowhere,
        ..DEFAULT
    },
    Variant {
        name: "details-late",
        about: "the same, where it shows a minute after the order, to a process that lives on",
        ..LATE
    },
    Variant {
        name: "renewal",
        about: "default policy, an order without PBX URL",
        is_renewal: true,
        ..DEFAULT
    },
    Variant {
        name: "renewal-details",
        about: "the same, PO number in the details only",
        is_renewal: true,
        echo: PoNumberEcho::Details,
        ..DEFAULT
    },
    Variant {
        name: "pages",
        about: "default policy, a renewal beside an order list of three pages",
        is_renewal: true,
        history: 51,
        ..DEFAULT
    },
    Variant {
        name: "pages-falling",
        about: "the same, and the list begins with the newest whatever it is asked for",
        is_renewal: true,
        list_order: ListOrder::Falling,
        history: 51,
        ..DEFAULT
    },
    Variant {
        name: "pages-mixed",
        about: "the same, and the list is in no order",
        is_renewal: true,
        list_order: ListOrder::Mixed,
        history: 51,
        ..DEFAULT
    },
    Variant {
        name: "there-24",
        about: "a renewal that is there already, second to the last of 24 orders",
        history: 24,
        ..THERE
    },
    Variant { name: "there-25", about: "the same, of 25 orders", history: 25, ..THERE },
    Variant { name: "there-26", about: "the same, of 26 orders", history: 26, ..THERE },
    Variant { name: "there-250", about: "the same, of 250 orders", history: 250, ..THERE },
    Variant { name: "there-251", about: "the same, of 251 orders", history: 251, ..THERE },
    Variant {
        name: "there-251-url",
        about: "a new PBX that is there already, second to the last of 251 orders",
        history: 251,
        is_renewal: false,
        ..THERE
    },
    Variant {
        name: "there-251-falling",
        about: "the same, and the list begins with the newest whatever it is asked for",
        history: 251,
        is_renewal: false,
        list_order: ListOrder::Falling,
        ..THERE
    },
    Variant {
        name: "tokens",
        about: "default policy, tokens that end in the middle",
        has_token_trouble: true,
        ..DEFAULT
    },
    Variant { name: "two", about: "default policy, a second process", rival: Rival::Process, ..DEFAULT },
    Variant {
        name: "resumer",
        about: "default policy, a process that resumes what is open",
        rival: Rival::Resumer,
        ..DEFAULT
    },
    Variant {
        name: "three",
        about: "default policy, two other processes, which purchase it or resume what is open",
        rival: Rival::Two,
        ..DEFAULT
    },
    Variant {
        name: "two-lost",
        about: "a second process, and a journal that loses every acknowledgement and reads back",
        rival: Rival::Process,
        loses_answers: true,
        ..DEFAULT
    },
    Variant {
        name: "two-renewal-details",
        about: "a second process, an order without PBX URL, PO number in the details only",
        is_renewal: true,
        echo: PoNumberEcho::Details,
        rival: Rival::Process,
        ..DEFAULT
    },
    Variant {
        name: "two-renewal-nowhere",
        about: "the same, PO number shown nowhere",
        is_renewal: true,
        echo: PoNumberEcho::Nowhere,
        rival: Rival::Process,
        ..DEFAULT
    },
    Variant {
        name: "dropped",
        about: "default policy, callers who go and come again",
        is_dropped: true,
        ..DEFAULT
    },
    Variant {
        name: "known-refusal",
        about: "the caller knows a code by which the portal refuses, a second process",
        lists_refusals: true,
        rival: Rival::Process,
        ..DEFAULT
    },
    Variant {
        name: "known-refusal-nowhere",
        about: "the same, alone, PO number nowhere",
        lists_refusals: true,
        echo: PoNumberEcho::Nowhere,
        ..DEFAULT
    },
    Variant {
        name: "colleague",
        about: "default policy, a colleague who orders the same by hand",
        has_colleague: true,
        ..DEFAULT
    },
    Variant {
        name: "colleague-nowhere",
        about: "the same, a renewal, PO number shown nowhere",
        is_renewal: true,
        echo: PoNumberEcho::Nowhere,
        has_colleague: true,
        ..DEFAULT
    },
    Variant { name: "guard", about: "UniqueKeyGuard, the portal refuses a taken PBX URL", ..GUARD },
    Variant {
        name: "guard-nowhere",
        about: "UniqueKeyGuard, PO number shown nowhere",
        echo: PoNumberEcho::Nowhere,
        ..GUARD
    },
    Variant { name: "guard-two", about: "UniqueKeyGuard, a second process", rival: Rival::Process, ..GUARD },
    Variant {
        name: "guard-colleague",
        about: "UniqueKeyGuard, a colleague who orders the same by hand",
        has_colleague: true,
        ..GUARD
    },
    Variant {
        name: "guard-taken-twice",
        about: "UniqueKeyGuard, and the portal takes a second order for a PBX URL",
        is_url_unique: false,
        ..GUARD
    },
    Variant { name: "resubmit", about: "a person who resubmits and settles", ..PERSON },
    Variant {
        name: "resubmit-details",
        about: "the same, PO number in the details only",
        echo: PoNumberEcho::Details,
        ..PERSON
    },
    Variant {
        name: "resubmit-nowhere",
        about: "the same, PO number shown nowhere",
        echo: PoNumberEcho::Nowhere,
        ..PERSON
    },
    Variant {
        name: "resubmit-renewal",
        about: "a person, an order without PBX URL",
        is_renewal: true,
        ..PERSON
    },
    Variant {
        name: "resubmit-renewal-details",
        about: "the same, PO number in the details only",
        is_renewal: true,
        echo: PoNumberEcho::Details,
        ..PERSON
    },
    Variant {
        name: "resubmit-renewal-nowhere",
        about: "the same, PO number shown nowhere",
        is_renewal: true,
        echo: PoNumberEcho::Nowhere,
        ..PERSON
    },
    Variant {
        name: "resubmit-colleague",
        about: "the same, and a colleague who orders the same by hand",
        is_renewal: true,
        echo: PoNumberEcho::Nowhere,
        has_colleague: true,
        ..PERSON
    },
    Variant {
        name: "resubmit-slow",
        about: "a person, and requests that wait for longer than anybody looks",
        is_slow: true,
        ..PERSON
    },
    Variant {
        name: "resubmit-slow-details",
        about: "the same, an order without PBX URL, PO number in the details only",
        is_renewal: true,
        echo: PoNumberEcho::Details,
        is_slow: true,
        ..PERSON
    },
    Variant {
        name: "resubmit-behind",
        about: "a person, and a list that shows orders later than anybody looks",
        list_lag: LONG_LIST_LAG,
        ..PERSON
    },
    Variant {
        name: "handed-over",
        about: "a person, and doubt that is handed over after the first look, PO number in the details only",
        echo: PoNumberEcho::Details,
        hands_over: true,
        ..PERSON
    },
    Variant { name: "resubmit-two", about: "a person, a second process", rival: Rival::Process, ..PERSON },
    Variant {
        name: "resubmit-patient",
        about: "the same, and the first process may send for an hour",
        rival: Rival::Process,
        is_patient: true,
        ..PERSON
    },
    Variant {
        name: "accounts",
        about: "another account with the same journal, neither labelled",
        ..ACCOUNTS
    },
    Variant { name: "accounts-labelled", about: "the same, both labelled", is_labelled: true, ..ACCOUNTS },
    Variant {
        name: "client-id",
        about: "a client id that was changed, the account not labelled",
        rival: Rival::ClientId,
        ..DEFAULT
    },
    Variant {
        name: "client-id-labelled",
        about: "the same, the account labelled",
        rival: Rival::ClientId,
        is_labelled: true,
        ..DEFAULT
    },
];

/// Everything that the checker must catch.
pub const TWINS: &[Variant] = &[
    Variant {
        name: "retry on any error",
        about: "begins anew after anything but a definite end",
        twin: Some(Twin::RetryOnAnyError),
        ..DEFAULT
    },
    Variant {
        name: "no write-ahead",
        about: "writes into its journal when the purchase has ended",
        twin: Some(Twin::NoWriteAhead),
        ..DEFAULT
    },
    Variant {
        name: "no taint rule",
        about: "takes what is said to the last request for the end of all",
        echo: PoNumberEcho::Nowhere,
        twin: Some(Twin::NoTaintRule),
        ..GUARD
    },
    Variant {
        name: "no compare-and-swap",
        about: "its journal overwrites what another process has written",
        rival: Rival::Process,
        twin: Some(Twin::NoCompareAndSwap),
        ..DEFAULT
    },
    Variant {
        name: "always ambiguous",
        about: "never says what became of an order",
        twin: Some(Twin::AlwaysAmbiguous),
        ..DEFAULT
    },
    Variant {
        name: "no doubt",
        about: "says that nothing was ordered where nobody knows",
        twin: Some(Twin::NoDoubt),
        ..DEFAULT
    },
    Variant {
        name: "no candidates",
        about: "hides orders without the key, and sends again for a person",
        is_renewal: true,
        echo: PoNumberEcho::Nowhere,
        twin: Some(Twin::NoCandidates),
        ..PERSON
    },
    Variant {
        name: "eyes shut",
        about: "begins with an empty journal when nothing was sent",
        is_renewal: true,
        echo: PoNumberEcho::Details,
        twin: Some(Twin::EyesShut),
        ..DEFAULT
    },
    Variant {
        name: "no account",
        about: "takes the entry of another account for its own",
        twin: Some(Twin::NoAccount),
        ..ACCOUNTS
    },
    Variant {
        name: "closed entry",
        about: "never looks again when it is confirmed, though it was sent twice",
        is_url_unique: false,
        twin: Some(Twin::ClosedEntry),
        ..GUARD
    },
    Variant {
        name: "no detaching",
        about: "ends a purchase with its caller, whatever is under way",
        is_dropped: true,
        twin: Some(Twin::NoDetaching),
        ..DEFAULT
    },
    Variant {
        name: "no look after a refusal",
        about: "shows the core what was there before the refusal",
        echo: PoNumberEcho::Nowhere,
        twin: Some(Twin::NoLookAfterRefusal),
        ..DEFAULT
    },
    Variant {
        name: "no look after a known refusal",
        about: "the same, where the caller's list has decided",
        lists_refusals: true,
        echo: PoNumberEcho::Nowhere,
        twin: Some(Twin::NoLookAfterListed),
        ..DEFAULT
    },
    Variant {
        name: "first page",
        about: "takes the first page of the order list for the whole, and sends again for a person",
        is_renewal: true,
        history: 51,
        twin: Some(Twin::FirstPage),
        ..PERSON
    },
    Variant {
        name: "read once",
        about: "never reads the details of an order again",
        twin: Some(Twin::ReadOnce),
        ..LATE
    },
    Variant {
        name: "all known",
        about: "takes every order that it sees for that of another purchase, and sends again for a person",
        is_renewal: true,
        echo: PoNumberEcho::Details,
        twin: Some(Twin::AllKnown),
        ..PERSON
    },
    Variant {
        name: "one word",
        about: "its processes write the same, and each takes for its own what another has written",
        rival: Rival::Process,
        twin: Some(Twin::OneWord),
        ..DEFAULT
    },
    Variant {
        name: "no claim",
        about: "resumes what is open, whether a process is at work on it or not",
        rival: Rival::Resumer,
        twin: Some(Twin::NoClaim),
        ..DEFAULT
    },
    Variant {
        name: "no patience",
        about: "persons who resubmit and settle while the order is still looked for",
        hands_over: true,
        twin: Some(Twin::NoPatience),
        ..PERSON
    },
    Variant {
        name: "reads back versions",
        about: "its journal takes another process's version for the one that was offered",
        rival: Rival::Process,
        loses_answers: true,
        twin: Some(Twin::ReadsBackVersions),
        ..DEFAULT
    },
    Variant {
        name: "no send-by",
        about: "the wall clocks of its processes differ by more than the time to send",
        rival: Rival::Process,
        is_patient: true,
        twin: Some(Twin::NoSendBy),
        ..PERSON
    },
];

impl Variant {
    /// The variant of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        VARIANTS.iter().chain(TWINS).find(|variant| variant.name == name)
    }

    /// How the portal behaves.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        settings.list_lag = self.list_lag;
        settings.po_number_echo = self.echo;
        settings.list_order = self.list_order;
        settings.echo_lag = self.echo_lag;
        settings.unique_pbx_url = self.is_url_unique;
        settings.log_requests = false;
        // Otherwise a request that is late would be refused for its token, where another process has got one.
        settings.one_token_per_client = self.has_token_trouble;
        if self.has_token_trouble {
            settings.access_token_life = Duration::from_secs(40);
        } else {
            // Longer than all schedules: how old a token is would make the same states many.
            settings.access_token_life = Duration::from_secs(100 * 24 * 60 * 60);
            settings.refresh_token_life = settings.access_token_life;
        }
        settings
    }

    /// Whether list or details tell the order from all others.
    pub fn is_shown(&self) -> bool {
        self.echo != PoNumberEcho::Nowhere
    }

    /// Whether who sends again after doubt may place a second order, as the documentation says.
    pub fn may_double(&self) -> bool {
        self.is_slow || self.resend == Resend::UniqueKeyGuard && !self.is_url_unique
    }

    /// How many have credentials and a client of their own.
    pub fn identities(&self) -> usize {
        match self.rival {
            Rival::None | Rival::Process | Rival::Resumer | Rival::Two => 1,
            Rival::Account | Rival::ClientId => 2,
        }
    }

    /// How many other processes may begin.
    pub fn rivals(&self) -> usize {
        match self.rival {
            Rival::None => 0,
            Rival::Two => 2,
            _ => 1,
        }
    }

    /// How long is looked for the order, with few looks: each of them is a choice.
    pub fn policy(&self) -> Policy {
        let (base, patience) = match (self.has_person, self.hands_over) {
            // Longer than a person takes.
            (_, true) => (150, 30 * 60),
            (true, false) => (150, 600),
            (false, false) => (3, 6),
        };
        let mut policy = Policy::default();
        policy.reconcile_base = Duration::from_secs(base);
        policy.reconcile_cap = Duration::MAX;
        policy.reconcile_for = Duration::from_secs(patience);
        policy.hands_doubt_over = self.hands_over;
        policy.known_refusals.extend(self.lists_refusals.then(|| LISTED_REFUSAL.into()));
        policy
    }
}
