//! Which of the stored entries of an id is that of this account.

use alloc::format;

use crate::error::Error;
use crate::journal::account::AccountLabel;
use crate::journal::entry::{Entry, EntryKey};
use crate::journal::intent_id::IntentId;
use crate::purchase::context::Context;
use crate::purchase::document::{Document, refused};

/// An entry that this account may go on with.
pub(super) struct Stored {
    pub(super) key: EntryKey,
    pub(super) document: Document,
}

/// Whose purchase an entry is.
enum Owner {
    Ours,
    /// Nobody has said it.
    Unknown,
    /// It was written with another client id, without a label.
    AnotherClient,
    /// It was given the label of another account.
    AnotherAccount,
}

impl Stored {
    /// The entry of this account, of all entries of the id. `None` when it has none, and none speaks against that.
    ///
    /// # Errors
    ///
    /// When an entry cannot be trusted, or may be that of this account and cannot be told from one that is not: to go on
    /// without it could order again.
    pub(super) fn pick(entries: &[Entry], id: &IntentId, context: &Context) -> Result<Option<Self>, Error> {
        Self::find(entries, id, context, false)
    }

    /// The same, where the caller says that the entry is that of this account.
    pub(super) fn adopt(entries: &[Entry], id: &IntentId, context: &Context) -> Result<Option<Self>, Error> {
        Self::find(entries, id, context, true)
    }

    fn find(
        entries: &[Entry],
        id: &IntentId,
        context: &Context,
        is_adopted: bool,
    ) -> Result<Option<Self>, Error> {
        if let Some(other) = entries.iter().find(|entry| entry.id() != id) {
            return Err(refused(id, &format!("cannot be told: the journal gave that of `{}`", other.id())));
        }
        let label = context.account.label();
        let exact = entries.iter().find(|entry| entry.key().account() == label);
        if let (Some(entry), Some(_)) = (exact, label) {
            let mut stored = Self::read(entry, context)?;
            stored.document.set_owner(context);
            return Ok(Some(stored));
        }
        // A client that has been given a label meanwhile goes on with what it recorded without one, and a client whose
        // label was forgotten goes on with its labelled entries.
        let of_others = entries.iter().filter(|entry| entry.key().account().is_none() || label.is_none());
        let mut foreign = None;
        // First the one without a label.
        for entry in exact.into_iter().chain(of_others.filter(|entry| Some(*entry) != exact)) {
            let mut stored = Self::read(entry, context)?;
            match stored.owner(context) {
                Owner::Ours => {
                    stored.document.set_owner(context);
                    return Ok(Some(stored));
                }
                Owner::Unknown | Owner::AnotherClient if is_adopted => {
                    stored.document.set_owner(context);
                    return Ok(Some(stored));
                }
                Owner::Unknown => return Ok(Some(stored)),
                Owner::AnotherAccount if label.is_some() => {}
                owner => foreign = foreign.or(Some((owner, stored))),
            }
        }
        if let Some(label) = label {
            Self::check_label(entries, label, context)?;
        }
        match foreign {
            None => Ok(None),
            Some((owner, stored)) => Err(stored.refuse(&owner)),
        }
    }

    /// Refuses entries of this client under another label: the label has changed, and to begin anew would order again.
    fn check_label(entries: &[Entry], label: &AccountLabel, context: &Context) -> Result<(), Error> {
        for entry in
            entries.iter().filter(|entry| entry.key().account().is_some_and(|theirs| theirs != label))
        {
            // Entries of other accounts are none of this one's business, not even when they cannot be read.
            let client = Document::read(entry).ok().and_then(|document| document.client);
            if let (Some(theirs), true) =
                (entry.key().account(), client.as_ref() == Some(context.account.client()))
            {
                return Err(refused(
                    entry.id(),
                    &format!(
                        "was written with this client id under the account label `{theirs}`, and the label is `{label}` \
                         now: give the client its former label"
                    ),
                ));
            }
        }
        Ok(())
    }

    fn read(entry: &Entry, context: &Context) -> Result<Self, Error> {
        let document = Document::read(entry)?;
        let portal = context.portal();
        if document.portal != portal {
            return Err(refused(
                entry.id(),
                &format!(
                    "belongs to the portal `{}`, and this client calls `{portal}`: finish it with a client that calls that \
                     one. Where both are the same portal, do not begin anew in another journal: the order may exist",
                    document.portal
                ),
            ));
        }
        Ok(Self { key: entry.key().clone(), document })
    }

    fn owner(&self, context: &Context) -> Owner {
        let document = &self.document;
        match (&document.account, &document.client) {
            (Some(theirs), _) if Some(theirs) == context.account.label() => Owner::Ours,
            (_, Some(client)) if client == context.account.client() => Owner::Ours,
            (Some(_), _) => Owner::AnotherAccount,
            (None, Some(_)) => Owner::AnotherClient,
            (None, None) => Owner::Unknown,
        }
    }

    fn refuse(&self, owner: &Owner) -> Error {
        let id = &self.document.id;
        let problem = match (owner, &self.document.account) {
            (Owner::AnotherAccount, Some(account)) => format!(
                "is that of the account `{account}`, and this client has no account label: give it this label if it \
                 works for this account, and else a label of its own (`Credentials::with_account`)"
            ),
            _ => "was written with another client id: if that is another account, give both clients a label \
                  (`Credentials::with_account`) and `adopt` the entry with that one; if it is this account with a \
                  new client id, `adopt` it with this one"
                .into(),
        };
        refused(id, &problem)
    }
}
