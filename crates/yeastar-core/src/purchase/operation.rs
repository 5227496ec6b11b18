//! What a caller wants of a purchase, and how that goes together with what another caller wants of it.

use alloc::boxed::Box;
use alloc::format;

use super::context::Context;
use super::intent::Intent;
use super::machine::Purchase;
use super::outcome::Finding;
use crate::error::Error;
use crate::error::invalid::BuildError;
use crate::journal::entry::Entry;
use crate::journal::intent_id::IntentId;
use crate::portal::order::Order;

/// What a caller wants of a purchase: one of the constructors of [`Purchase`], as a value that a driver can keep.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Operation {
    /// [`Purchase::new`].
    Purchase(Box<Intent>),
    /// [`Purchase::restart`].
    Restart(IntentId),
    /// [`Purchase::resume`].
    Resume(IntentId),
    /// [`Purchase::resubmit_assuming_absent`].
    ResubmitAssumingAbsent(IntentId),
    /// [`Purchase::settle`].
    Settle(IntentId, Finding),
    /// [`Purchase::replace`].
    Replace(IntentId, Box<Order>),
    /// [`Purchase::adopt`].
    Adopt(IntentId),
}

/// What a driver does with an operation while another one of the same id is under way in its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// It takes the outcome of that one.
    Join,
    /// It begins when that one is over.
    Wait,
}

impl Operation {
    /// The intent's id.
    pub fn id(&self) -> &IntentId {
        match self {
            Self::Purchase(intent) => intent.id(),
            Self::Restart(id)
            | Self::Resume(id)
            | Self::ResubmitAssumingAbsent(id)
            | Self::Settle(id, _)
            | Self::Replace(id, _)
            | Self::Adopt(id) => id,
        }
    }

    /// The machine for it, from what the journal has of the id.
    ///
    /// # Errors
    ///
    /// Those of the constructor.
    pub fn machine(&self, stored: &[Entry], context: &Context) -> Result<Purchase, Error> {
        match self {
            Self::Purchase(intent) => Purchase::new(intent, stored, context),
            Self::Restart(id) => Purchase::restart(id, stored, context),
            Self::Resume(id) => Purchase::resume(id, stored, context),
            Self::ResubmitAssumingAbsent(id) => Purchase::resubmit_assuming_absent(id, stored, context),
            Self::Settle(id, finding) => Purchase::settle(id, finding.clone(), stored, context),
            Self::Replace(id, order) => Purchase::replace(id, (**order).clone(), stored, context),
            Self::Adopt(id) => Purchase::adopt(id, stored, context),
        }
    }

    /// What to do about another operation of this id that is under way. Two purchases of the same order are one.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when the one under way is for another order, or a person has
    /// decided without its outcome.
    pub fn beside(&self, other: &Self) -> Result<Beside, Error> {
        match (self, other) {
            (Self::Purchase(intent), Self::Purchase(theirs)) => {
                if intent.freeze()? != theirs.freeze()? {
                    return Err(BuildError::new(
                        "intent id",
                        format!("is `{}`, which stands for another order that is under way", self.id()),
                        "a new order needs a new id",
                    )
                    .into());
                }
                // The one under way deals with doubt as its own caller wants.
                Ok(if intent.resend() == theirs.resend() { Beside::Join } else { Beside::Wait })
            }
            (Self::Resume(_), Self::Purchase(_) | Self::Restart(_) | Self::Resume(_))
            | (Self::Restart(_), Self::Purchase(_) | Self::Restart(_)) => Ok(Beside::Join),
            (Self::Purchase(_) | Self::Restart(_) | Self::Resume(_) | Self::Adopt(_), _) => Ok(Beside::Wait),
            (Self::ResubmitAssumingAbsent(_) | Self::Settle(..) | Self::Replace(..), _) => {
                Err(BuildError::new(
                    "intent id",
                    format!("is `{}`, whose purchase is under way in this process", self.id()),
                    "resume it, which waits for the outcome, and decide then",
                )
                .into())
            }
        }
    }
}
