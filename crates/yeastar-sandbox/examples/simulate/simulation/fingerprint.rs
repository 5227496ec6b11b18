//! A state in 128 bits, so that it is known again when another schedule leads to it.
//!
//! Two states are the same when whatever follows is the same for both. So times count from now, those in texts
//! too; texts that are made at random (tokens, request ids) count by where else they are; and what only a person
//! reads is left out.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use twox_hash::XxHash3_128;
use yeastar_core::Tick;

use super::clock::WALL_CLOCK;
use super::journal::Journal;

/// A number in this range is a time by the wall clock, in seconds. None else is that large and no larger.
const DAYS: u64 = 100 * 24 * 60 * 60;
const TIMES: std::ops::Range<u64> = WALL_CLOCK.as_secs() - DAYS..WALL_CLOCK.as_secs() + DAYS;

/// A tick further ahead is never reached.
const FAR: i128 = 30 * 24 * 60 * 60 * 1_000_000_000;

/// Marks a time in the bytes, and a text that is made at random. No UTF-8 has these.
const TIME: u8 = 0xfe;
const RANDOM: u8 = 0xff;

/// Takes the parts of a state in, one after the other.
pub struct Fingerprint {
    bytes: Vec<u8>,
    now: Duration,
    /// The monotonic clock of the process whose parts are taken in.
    clock: i128,
    first: First,
    /// How the random texts begin that came up so far; in a part they stay as they are.
    random: Option<Vec<[u8; 16]>>,
    /// Where the times are, and in which parts of a second.
    times: Vec<(usize, Unit)>,
}

/// What is the same in many states but for how long ago it was.
#[derive(Clone, Debug)]
pub struct Part {
    bytes: Vec<u8>,
    times: Vec<(usize, Unit)>,
    first: First,
}

/// The numbers from which others are counted: those of the entry in the journal, or else the first that come up.
#[derive(Clone, Copy, Debug, Default)]
struct First {
    version: Option<i64>,
    attempt: Option<i64>,
}

/// A word of a text that counts by what it stands for.
enum Word {
    Time(u64, Unit),
    Random(usize),
}

/// So many characters have the shortest of them.
const SHORTEST: usize = 10;

#[derive(Clone, Copy, Debug)]
enum Unit {
    Second,
    Millisecond,
}

impl Unit {
    fn of(self, time: Duration) -> i64 {
        let count = match self {
            Self::Second => time.as_secs().into(),
            Self::Millisecond => time.as_millis(),
        };
        i64::try_from(count).unwrap_or(i64::MAX)
    }
}

impl Part {
    pub fn new(of: &impl Hash) -> Self {
        let mut fingerprint = Fingerprint {
            bytes: Vec::new(),
            now: Duration::ZERO,
            clock: 0,
            first: First::default(),
            random: None,
            times: Vec::new(),
        };
        of.hash(&mut fingerprint);
        Self { bytes: fingerprint.bytes, times: fingerprint.times, first: fingerprint.first }
    }
}

impl Fingerprint {
    /// Of the state at this moment.
    pub fn new(now: Duration) -> Self {
        let (bytes, random) = (Vec::with_capacity(8 * 1024), Some(Vec::new()));
        let mut fingerprint =
            Self { bytes, now, clock: 0, first: First::default(), random, times: Vec::new() };
        // Where a second begins matters: wall clocks are written down in whole ones.
        fingerprint.write_u32(now.subsec_nanos());
        fingerprint
    }

    /// A moment to come; it does not matter which one it was when it has passed.
    pub fn moment(&mut self, at: Duration) {
        at.saturating_sub(self.now).hash(self);
    }

    /// This moment.
    pub fn now(&self) -> Duration {
        self.now
    }

    /// What follows belongs to a process whose clock shows this.
    pub fn set_clock(&mut self, tick: Tick) {
        self.clock = nanoseconds(tick.since(Tick::default()).as_nanos());
    }

    /// How the random texts begin that were taken in so far.
    pub fn random(&self) -> Vec<String> {
        let random = self.random.iter().flatten();
        random.map(|known| String::from_utf8_lossy(known).into_owned()).collect()
    }

    /// What follows has to do with the entry of this journal.
    pub fn set_journal(&mut self, journal: &Journal) {
        self.first = journal.part().map(|part| part.first).unwrap_or_default();
    }

    /// Now, as the portal has it.
    pub fn tick(&self) -> Tick {
        Tick::new(self.now)
    }

    pub fn to_u128(&self) -> u128 {
        XxHash3_128::oneshot(&self.bytes)
    }

    /// A part that was taken in before.
    pub fn part(&mut self, part: &Part) {
        let start = self.bytes.len();
        self.bytes.extend(&part.bytes);
        for (position, unit) in &part.times {
            let place = &mut self.bytes[start + position..][..size_of::<i64>()];
            let time = i64::from_ne_bytes(place.try_into().unwrap_or_default());
            place.copy_from_slice(&(time - unit.of(self.now)).to_ne_bytes());
        }
    }

    fn time(&mut self, time: u64, unit: Unit) {
        let now = unit.of(WALL_CLOCK + self.now);
        self.bytes.push(TIME);
        self.times.push((self.bytes.len(), unit));
        self.bytes.extend((i64::try_from(time).unwrap_or(i64::MAX) - now).to_ne_bytes());
    }

    /// What a word stands for that is not taken in as it is.
    fn read(&mut self, word: &[u8]) -> Option<Word> {
        let number = || word.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        let is_number = || word.iter().all(u8::is_ascii_digit);
        let is_random = || word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match (word.len(), &mut self.random) {
            (10, _) if is_number() && TIMES.contains(&number()) => Some(Word::Time(number(), Unit::Second)),
            (13, _) if is_number() && TIMES.contains(&(number() / 1000)) => {
                Some(Word::Time(number(), Unit::Millisecond))
            }
            (32.., Some(random)) if is_random() => {
                let beginning = word.first_chunk().copied().unwrap_or_default();
                let index = random.iter().position(|known| *known == beginning).unwrap_or_else(|| {
                    random.push(beginning);
                    random.len() - 1
                });
                Some(Word::Random(index))
            }
            _ => None,
        }
    }
}

impl Hasher for Fingerprint {
    /// Only [`to_u128`](Self::to_u128) is of use.
    fn finish(&self) -> u64 {
        unreachable!("64 bits are too few")
    }

    fn write(&mut self, text: &[u8]) {
        let (mut taken, mut start) = (0, 0);
        for end in 0..=text.len() {
            if text.get(end).is_some_and(u8::is_ascii_alphanumeric) {
                continue;
            }
            let word = &text[start..end];
            if let Some(word) = (word.len() >= SHORTEST).then(|| self.read(word)).flatten() {
                self.bytes.extend(&text[taken..start]);
                match word {
                    Word::Time(time, unit) => self.time(time, unit),
                    Word::Random(index) => {
                        self.bytes.push(RANDOM);
                        self.bytes.extend(index.to_ne_bytes());
                    }
                }
                taken = end;
            }
            start = end + 1;
        }
        self.bytes.extend(&text[taken..]);
    }

    fn write_u8(&mut self, number: u8) {
        self.bytes.push(number);
    }

    fn write_u32(&mut self, number: u32) {
        self.bytes.extend(number.to_ne_bytes());
    }

    fn write_u64(&mut self, number: u64) {
        if TIMES.contains(&number) {
            self.time(number, Unit::Second);
        } else {
            self.bytes.extend(number.to_ne_bytes());
        }
    }

    /// A tick: it counts how long ago or ahead it is.
    fn write_u128(&mut self, tick: u128) {
        let ahead = (nanoseconds(tick) - self.clock).min(FAR);
        self.bytes.extend(ahead.to_ne_bytes());
    }

    /// A tick that does not matter once it has passed.
    fn write_i128(&mut self, tick: i128) {
        self.bytes.extend((tick - self.clock).clamp(0, FAR).to_ne_bytes());
    }

    /// A version of an entry.
    fn write_i64(&mut self, version: i64) {
        let first = *self.first.version.get_or_insert(version);
        self.bytes.extend((version - first).to_ne_bytes());
    }

    /// The number of an attempt.
    fn write_i32(&mut self, number: i32) {
        let first = *self.first.attempt.get_or_insert(number.into());
        self.bytes.extend((i64::from(number) - first).to_ne_bytes());
    }

    fn write_usize(&mut self, number: usize) {
        self.bytes.extend(number.to_ne_bytes());
    }

    fn write_isize(&mut self, number: isize) {
        self.bytes.extend(number.to_ne_bytes());
    }
}

fn nanoseconds(count: u128) -> i128 {
    i128::try_from(count).unwrap_or(i128::MAX)
}
