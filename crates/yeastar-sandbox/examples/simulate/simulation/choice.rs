//! Where the choices of a schedule come from: a search through all of them, or a seed.

use std::fmt::Write as _;

use super::fault::{Faults, ORDER, OrderFault};

/// So many faults a schedule out of a seed has at the most.
const FAULTS_OF_A_SEED: usize = 12;

/// Answers each question of a schedule, in the order in which they come up, and keeps the answers: told
/// the same answers again, a schedule runs the same.
#[derive(Clone)]
pub struct Choices {
    source: Source,
    faults_left: usize,
    /// What happens to the first order in any case.
    planned: Option<OrderFault>,
    has_plan: bool,
    had_fault: bool,
    made: Vec<Choice>,
}

/// One answer, out of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: usize,
    pub arity: usize,
}

#[derive(Clone)]
enum Source {
    /// These, then no fault any more.
    Given(Vec<usize>),
    /// A fault with this probability, in per cent.
    Seed { random: fastrand::Rng, rate: u8 },
}

impl Choices {
    /// These answers, and after them nothing but the first of each. At most so many faults.
    pub fn given(values: Vec<usize>, faults: usize) -> Self {
        Self {
            source: Source::Given(values),
            faults_left: faults,
            planned: None,
            has_plan: false,
            had_fault: false,
            made: Vec::new(),
        }
    }

    /// No fault but this one, at the first request for the order.
    pub fn planned(fault: OrderFault) -> Self {
        Self { planned: Some(fault), has_plan: true, ..Self::given(Vec::new(), 0) }
    }

    /// Answers at random; each question about a fault is answered by one with this probability, in per cent.
    pub fn seeded(seed: u64, rate: u8) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        let source = Source::Seed { random, rate };
        Self { source, ..Self::given(Vec::new(), FAULTS_OF_A_SEED) }
    }

    /// One of these, if there is room for one.
    pub fn fault<T: Copy>(&mut self, among: &Faults<T>) -> T {
        let Faults { kinds, alike } = among;
        let arity = match self.faults_left {
            0 => 1,
            1 => kinds.len(),
            _ => kinds.len() + alike.len(),
        };
        let value = self.make(arity);
        let cost = if value < kinds.len() { usize::from(value > 0) } else { 2 };
        self.faults_left -= cost;
        kinds.iter().chain(*alike).copied().nth(value).unwrap_or(kinds[0])
    }

    /// What happens to a request for the order.
    pub fn order_fault(&mut self) -> OrderFault {
        self.planned.take().unwrap_or_else(|| self.fault(&ORDER))
    }

    /// One of so many, none of them a fault.
    pub fn number(&mut self, of: usize) -> usize {
        self.make(of)
    }

    /// No further fault.
    pub fn end_faults(&mut self) {
        self.faults_left = 0;
    }

    /// Whether there was any fault so far.
    pub fn had_fault(&self) -> bool {
        self.has_plan || self.had_fault
    }

    fn make(&mut self, arity: usize) -> usize {
        let value = match &mut self.source {
            Source::Given(values) => values.get(self.made.len()).copied().unwrap_or(0).min(arity - 1),
            Source::Seed { random, rate } if arity > 1 => {
                if random.u8(..100) < *rate {
                    random.usize(1..arity)
                } else {
                    0
                }
            }
            Source::Seed { .. } => 0,
        };
        self.made.push(Choice { value, arity });
        self.had_fault |= value > 0;
        value
    }

    /// Answers the next questions with these, and from then on with the first of each.
    pub fn go_on_with(&mut self, values: Vec<usize>) {
        self.source = Source::Given(values);
        self.made.clear();
    }

    /// The answers since then.
    pub fn made(&self) -> &[Choice] {
        &self.made
    }

    /// How many faults there may be yet.
    pub fn faults_left(&self) -> usize {
        self.faults_left
    }

    /// All answers so far.
    pub fn into_made(self) -> Vec<Choice> {
        self.made
    }
}

/// The answers as text, to be read by [`parse`]. Those at the end that are no fault go without saying.
pub fn to_text(values: &[usize]) -> String {
    let mut text = String::new();
    for value in values {
        let dot = if text.is_empty() { "" } else { "." };
        // Writing into a text cannot fail.
        let _ = write!(text, "{dot}{value}");
    }
    text
}

/// Answers out of a text.
pub fn parse(text: &str) -> Option<Vec<usize>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split('.').map(|value| value.parse().ok()).collect()
}
