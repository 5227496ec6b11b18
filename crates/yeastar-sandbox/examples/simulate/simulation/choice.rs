//! Where the choices of a schedule come from: a search through all of them, a seed, or a text.

use std::collections::BTreeMap;
use std::fmt::Debug;

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
    words: Option<Words>,
}

/// One answer, out of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: usize,
    pub arity: usize,
}

#[derive(Clone)]
enum Source {
    /// These, then the first of each.
    Given(Vec<usize>),
    /// Those that say so, and the first of all others.
    Said(Vec<Answer>),
    /// A fault with this probability, in per cent.
    Seed { random: fastrand::Rng, rate: u8 },
}

/// An answer in words: how often the question had come up by then, and what was chosen.
///
/// As a text it is `order 1=Lost`. Unlike a number it stays what it is when there are other faults to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    question: String,
    count: usize,
    chosen: String,
}

/// The answers that are not the first, in words.
#[derive(Clone, Default)]
struct Words {
    asked: BTreeMap<&'static str, usize>,
    answers: Vec<Answer>,
}

impl Choices {
    fn new(source: Source, faults_left: usize) -> Self {
        Self {
            source,
            faults_left,
            planned: None,
            has_plan: false,
            had_fault: false,
            made: Vec::new(),
            words: None,
        }
    }

    /// These answers, and after them nothing but the first of each. At most so many faults.
    pub fn given(values: Vec<usize>, faults: usize) -> Self {
        Self::new(Source::Given(values), faults)
    }

    /// These answers in words, and the first of each other question.
    pub fn said(answers: Vec<Answer>) -> Self {
        Self::new(Source::Said(answers), usize::MAX).in_words()
    }

    /// No fault but this one, at the first request for the order.
    pub fn planned(fault: OrderFault) -> Self {
        Self { planned: Some(fault), has_plan: true, ..Self::given(Vec::new(), 0) }
    }

    /// Answers at random; each question about a fault is answered by one with this probability, in per cent.
    pub fn seeded(seed: u64, rate: u8) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self::new(Source::Seed { random, rate }, FAULTS_OF_A_SEED)
    }

    /// Keeps the answers in words too.
    pub fn in_words(self) -> Self {
        Self { words: Some(Words::default()), ..self }
    }

    /// One of these, if there is room for one.
    pub fn fault<T: Copy + Debug>(&mut self, among: &Faults<T>) -> T {
        let Faults { question, kinds, alike } = among;
        let arity = match self.faults_left {
            0 => 1,
            1 => kinds.len(),
            _ => kinds.len() + alike.len(),
        };
        let all = || kinds.iter().chain(*alike);
        let value = self.make(question, arity, all);
        let cost = if value < kinds.len() { usize::from(value > 0) } else { 2 };
        self.faults_left -= cost;
        all().nth(value).copied().unwrap_or(kinds[0])
    }

    /// What happens to a request for the order.
    pub fn order_fault(&mut self) -> OrderFault {
        self.planned.take().unwrap_or_else(|| self.fault(&ORDER))
    }

    /// One of these, none of them a fault.
    pub fn either<T: Clone + Debug>(&mut self, question: &'static str, among: &[T]) -> T {
        among[self.make(question, among.len(), || among.iter())].clone()
    }

    /// What a person does, nothing first. Whatever else it is counts as a fault, and there must be room for one.
    pub fn deed<T: Clone + Debug>(&mut self, question: &'static str, among: &[T]) -> T {
        let arity = if self.faults_left == 0 { 1 } else { among.len() };
        let value = self.make(question, arity, || among.iter());
        self.faults_left -= usize::from(value > 0);
        among[value].clone()
    }

    /// No further fault.
    pub fn end_faults(&mut self) {
        self.faults_left = 0;
    }

    /// Whether there was any fault so far.
    pub fn had_fault(&self) -> bool {
        self.has_plan || self.had_fault
    }

    /// Answers a question that has so many of these answers.
    fn make<'a, T: Debug + 'a, I: Iterator<Item = &'a T>>(
        &mut self,
        question: &'static str,
        arity: usize,
        answers: impl Fn() -> I,
    ) -> usize {
        let count = self.words.as_mut().map_or(0, |words| {
            let count = words.asked.entry(question).or_default();
            *count += 1;
            *count
        });
        let value = match &mut self.source {
            Source::Given(values) => values.get(self.made.len()).copied().unwrap_or(0).min(arity - 1),
            Source::Said(said) => {
                let said = said.iter().find(|said| said.question == question && said.count == count);
                let chosen =
                    said.and_then(|said| answers().position(|answer| format!("{answer:?}") == said.chosen));
                chosen.filter(|value| *value < arity).unwrap_or(0)
            }
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
        if let (Some(words), Some(chosen), 1..) = (&mut self.words, answers().nth(value), value) {
            let (question, chosen) = (question.to_owned(), format!("{chosen:?}"));
            words.answers.push(Answer { question, count, chosen });
        }
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

    /// Those that are not the first, in words.
    pub fn take_words(&mut self) -> Vec<Answer> {
        self.words.take().map(|words| words.answers).unwrap_or_default()
    }
}

/// Answers as a text, to be read by [`parse`].
pub fn to_text(answers: &[Answer]) -> String {
    let texts =
        answers.iter().map(|Answer { question, count, chosen }| format!("{question} {count}={chosen}"));
    texts.collect::<Vec<_>>().join("; ")
}

/// Answers out of a text.
pub fn parse(text: &str) -> Option<Vec<Answer>> {
    let answers = text.split(';').map(str::trim).filter(|answer| !answer.is_empty());
    answers
        .map(|answer| {
            let (asked, chosen) = answer.split_once('=')?;
            let (question, count) = asked.trim().rsplit_once(' ')?;
            Some(Answer {
                question: question.into(),
                count: count.parse().ok()?,
                chosen: chosen.trim().into(),
            })
        })
        .collect()
}
