//! What a caller wants of a purchase, and how that goes together with what another caller wants of it.

use std::sync::Arc;

use yeastar_core::purchase::{Finding, Intent, Purchase};
use yeastar_core::{BuildError, Entry, Error, IntentId, Origin, Policy};

/// What a caller wants of a purchase.
#[derive(Clone)]
pub(super) enum Operation {
    Purchase(Arc<Intent>),
    Resume(IntentId),
    ResubmitAssumingAbsent(IntentId),
    Settle(IntentId, Finding),
}

/// What a caller does while another operation of the same id is under way.
#[derive(Debug, PartialEq)]
pub(super) enum Beside {
    /// Takes its outcome.
    Join,
    /// Begins when it is over.
    Wait,
}

impl Operation {
    pub(super) fn id(&self) -> &IntentId {
        match self {
            Self::Purchase(intent) => intent.id(),
            Self::Resume(id) | Self::ResubmitAssumingAbsent(id) | Self::Settle(id, _) => id,
        }
    }

    /// The machine, from what the journal has.
    pub(super) fn machine(
        &self,
        stored: Option<&Entry>,
        origin: &Origin,
        policy: &Policy,
    ) -> Result<Purchase, Error> {
        let recorded = || stored.ok_or_else(|| Error::missing_entry(self.id()));
        match self {
            Self::Purchase(intent) => Purchase::new(intent, stored, origin, policy),
            Self::Resume(_) => Purchase::resume(recorded()?, origin, policy),
            Self::ResubmitAssumingAbsent(_) => {
                Purchase::resubmit_assuming_absent(recorded()?, origin, policy)
            }
            Self::Settle(_, finding) => Purchase::settle(recorded()?, finding.clone(), origin, policy),
        }
    }

    /// What to do about another operation of this id that is under way.
    pub(super) fn beside(&self, other: &Self, origin: &Origin, policy: &Policy) -> Result<Beside, Error> {
        match (self, other) {
            (Self::Purchase(intent), Self::Purchase(theirs)) => {
                if !Purchase::new(intent, None, origin, policy)?.is_of(theirs) {
                    let problem =
                        format!("is `{}`, which stands for another order that is under way", self.id());
                    let remedy = "a new order needs a new id";
                    return Err(BuildError::new("intent id", problem, remedy).into());
                }
                // The one under way deals with doubt as its own caller wants.
                Ok(if intent.resend() == theirs.resend() { Beside::Join } else { Beside::Wait })
            }
            (Self::Resume(_), Self::Purchase(_) | Self::Resume(_)) => Ok(Beside::Join),
            (Self::Purchase(_) | Self::Resume(_), _) => Ok(Beside::Wait),
            // A person has decided without the outcome of what is under way.
            (Self::ResubmitAssumingAbsent(_) | Self::Settle(..), _) => {
                let problem = format!("is `{}`, whose purchase is under way in this process", self.id());
                let remedy = "resume it, which waits for the outcome, and decide then";
                Err(BuildError::new("intent id", problem, remedy).into())
            }
        }
    }
}
