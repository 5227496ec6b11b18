//! The person in front of a purchase: what they do when it has come to no definite end.

use super::checker::Verdict;

/// How a purchase is begun.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TakeUp {
    New,
    Resume,
    /// A person says that it is not there, and wants it sent again.
    Resubmit,
    /// A person says that this is its number, or that there is none.
    Settle(Option<String>),
}

impl TakeUp {
    /// Whether a person takes something upon themselves by it, which may be refused.
    pub fn is_by_a_person(&self) -> bool {
        matches!(self, Self::Resubmit | Self::Settle(_))
    }
}

/// The number of no order at all.
const WRONG_NUMBER: &str = "HB0000000000000000001";

/// What a person may do who hears this; nothing comes first. They do not need to be right.
pub fn deeds(verdict: &Verdict) -> Vec<Option<TakeUp>> {
    match verdict {
        Verdict::NotPlaced => vec![None, Some(TakeUp::New)],
        Verdict::Ambiguous { candidates, .. } => {
            let settled = candidates.iter().take(1).cloned().chain([WRONG_NUMBER.to_owned()]).map(Some);
            let settled = settled.chain([None]).map(TakeUp::Settle);
            [None, Some(TakeUp::Resubmit), Some(TakeUp::Resume)]
                .into_iter()
                .chain(settled.map(Some))
                .collect()
        }
        _ => vec![None],
    }
}

/// How a purchase may be taken up when its process has crashed.
pub fn take_ups(has_person: bool) -> &'static [TakeUp] {
    const ALL: &[TakeUp] = &[TakeUp::New, TakeUp::Resume, TakeUp::Resubmit];
    if has_person { ALL } else { &ALL[..2] }
}
