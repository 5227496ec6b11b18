//! What is said, to a person or a program.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};
use yeastar_blocking::purchase::{Outcome, Summary};
use yeastar_blocking::{Entry, IntentId, Origin};

use crate::outcome;

/// Tells what is found, as it is found or as one document at the end.
pub struct Report {
    json: bool,
    document: Value,
    purchases: Vec<Value>,
    are_all_known: bool,
    has_failed: bool,
}

impl Report {
    pub fn new(json: bool) -> Self {
        Self { json, document: json!({}), purchases: Vec::new(), are_all_known: true, has_failed: false }
    }

    /// Names the portal.
    pub fn begin(&mut self, origin: &Origin) {
        self.document["portal"] = json!(origin.to_string());
        self.say(format_args!("Portal: {origin}"));
    }

    /// Shows an open entry.
    pub fn open(&mut self, entry: &Entry) {
        let (key, id, account) = (entry.key(), entry.id(), entry.key().account());
        match Summary::of(entry) {
            Ok(summary) => {
                let Summary { stage, portal, recorded_at, claimed_until, .. } = &summary;
                let now = UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
                let age = recorded_at.map(|at| format!(", {} s old", now.saturating_sub(at)));
                self.say(format_args!("{key}: {stage}, {portal}{}", age.unwrap_or_default()));
                self.purchases.push(json!({
                    "intent": id,
                    "account": account,
                    "state": stage.to_string(),
                    "portal": portal,
                    "recordedAt": recorded_at,
                    "claimedUntil": claimed_until,
                }));
            }
            Err(error) => {
                self.has_failed = true;
                complain(format_args!("{key}: {error}"));
                self.purchases.push(json!({ "intent": id, "account": account, "error": error.to_string() }));
            }
        }
    }

    /// Says what became of a purchase.
    pub fn settled(&mut self, id: &IntentId, result: &Result<Outcome, yeastar_blocking::Error>) {
        let mut purchase = match result {
            Ok(outcome) => {
                self.are_all_known &= outcome::name(outcome) != "maybe_ordered";
                self.has_failed |= outcome.unrecorded().is_some();
                self.say(format_args!("{id}: {outcome}"));
                outcome::document(outcome)
            }
            // A process is at work on it.
            Err(error) if error.retry_after().is_some() => {
                self.are_all_known = false;
                self.say(format_args!("{id}: {error}"));
                json!({ "outcome": "in_progress", "error": error.to_string() })
            }
            Err(error) => {
                self.has_failed = true;
                complain(format_args!("{id}: {error}"));
                json!({ "outcome": "maybe_ordered", "error": error.to_string() })
            }
        };
        purchase["intent"] = json!(id);
        self.purchases.push(purchase);
    }

    /// Says how it ended and gives the exit code.
    pub fn finish(mut self, result: Result<(), Box<dyn Error + Send + Sync>>) -> ExitCode {
        if let Err(error) = result {
            self.has_failed = true;
            complain(&error);
            self.document["error"] = json!(error.to_string());
        } else if self.purchases.is_empty() {
            self.say("Nothing is open.");
        }
        self.document["purchases"] = self.purchases.into();
        if self.json {
            self.has_failed |= writeln!(io::stdout(), "{:#}", self.document).is_err();
        }
        match (self.has_failed, self.are_all_known) {
            (true, _) => ExitCode::from(1),
            (false, false) => ExitCode::from(3),
            (false, true) => ExitCode::SUCCESS,
        }
    }

    /// Prints a line for a person. What is found out stands in the journal, printed or not.
    pub fn say(&mut self, words: impl Display) {
        if !self.json {
            self.has_failed |= writeln!(io::stdout(), "{words}").is_err();
        }
    }
}

fn complain(words: impl Display) {
    let _ = writeln!(io::stderr(), "{words}");
}
