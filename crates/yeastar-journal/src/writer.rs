//! A word of its own for each writer.

use std::hash::{BuildHasher, RandomState};
use std::process;
use std::time::Instant;

/// 128 random bits, for [`Context::new`](yeastar_core::purchase::Context::new): no two processes write the same.
///
/// They come from the keys of the standard library's hash maps, which the system's random source gives. The process
/// id is mixed in, so that two halves of a fork do not go on with the same.
pub fn writer() -> u128 {
    let half = || u128::from(RandomState::new().hash_one((process::id(), Instant::now())));
    (half() << 64) | half()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread;

    use super::writer;

    #[test]
    fn no_word_comes_twice() {
        const EACH: usize = 1_000;
        let threads: Vec<_> =
            (0..4).map(|_| thread::spawn(|| (0..EACH).map(|_| writer()).collect::<Vec<_>>())).collect();
        let words: HashSet<u128> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(words.len(), 4 * EACH);
        let halves: HashSet<u128> =
            words.iter().flat_map(|word| [word & u128::from(u64::MAX), word >> 64]).collect();
        assert_eq!(halves.len(), 8 * EACH, "both halves");
    }
}
