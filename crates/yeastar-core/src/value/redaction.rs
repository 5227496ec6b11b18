//! Keeps secrets out of texts that came from elsewhere.

use alloc::string::String;
use alloc::vec::Vec;

const REDACTED: &str = "[redacted]";

/// Texts that must not be seen.
#[derive(Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// Adds a secret, as it is and as a form or a URL has it.
    pub(crate) fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            let escaped = form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
            if escaped != secret {
                self.0.push(escaped.to_ascii_lowercase());
            }
            self.0.push(secret.to_ascii_lowercase());
        }
    }

    /// Adds each of them.
    pub(crate) fn add_all<'a>(&mut self, secrets: impl IntoIterator<Item = &'a str>) {
        secrets.into_iter().for_each(|secret| self.add(secret));
    }

    /// The text without them, in whichever case of letters they stand there.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.0.iter().fold(text.into(), |text, secret| without(text, secret))
    }
}

fn without(text: String, secret: &str) -> String {
    // The same length in bytes, so that a place in one is a place in the other.
    let lower = text.to_ascii_lowercase();
    let mut places = lower.match_indices(secret).peekable();
    if places.peek().is_none() {
        return text;
    }
    let (mut kept, mut end) = (String::with_capacity(text.len()), 0);
    for (start, _) in places {
        kept.push_str(&text[end..start]);
        kept.push_str(REDACTED);
        end = start + secret.len();
    }
    kept.push_str(&text[end..]);
    kept
}

/// The text without what looks like a JSON web token: servers quote those that they refuse.
pub(crate) fn without_jwts(text: &str) -> String {
    // Base64 of `{"`, with which its header begins.
    const START: &str = "eyJ";
    const SHORTEST: usize = 12;
    without_words(text, |word| word.find(START).filter(|start| word.len() - start >= SHORTEST))
}

/// The text without long words that have a digit: secrets are such words, and so is what an encoding makes of them.
pub(crate) fn without_long_words(text: &str) -> String {
    const SHORTEST: usize = 16;
    without_words(text, |word| {
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        (has_digit && word.len() >= SHORTEST).then_some(0)
    })
}

/// Cuts each word, of the letters that tokens and their encodings are made of, where `cut` says so.
fn without_words(text: &str, cut: impl Fn(&str) -> Option<usize>) -> String {
    let is_in_word = |character: char| character.is_ascii_alphanumeric() || "-_.+/=%~".contains(character);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_in_word) {
        let (before, from) = rest.split_at(start);
        let (word, after) =
            from.split_at(from.find(|character| !is_in_word(character)).unwrap_or(from.len()));
        kept.push_str(before);
        match cut(word) {
            Some(at) => {
                kept.push_str(&word[..at]);
                kept.push_str(REDACTED);
            }
            None => kept.push_str(word),
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_seen_in_whichever_form() {
        let mut secrets = Secrets::default();
        secrets.add("S\u{e9}cret/42");
        secrets.add("");
        for (text, seen) in [
            ("refused: S\u{e9}cret/42, again s\u{e9}CRET/42", "refused: [redacted], again [redacted]"),
            ("client_secret=S%C3%A9cret%2F42&x=1", "client_secret=[redacted]&x=1"),
            ("s%c3%a9cret%2f42", "[redacted]"),
            ("nothing of it: S\u{e9}cret", "nothing of it: S\u{e9}cret"),
            ("", ""),
        ] {
            assert_eq!(secrets.redact(text), seen);
        }
    }

    #[test]
    fn what_looks_like_a_token_is_not_seen() {
        for (text, seen) in [
            (
                "Access token expired: eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln!",
                "Access token expired: [redacted]!",
            ),
            ("token=eyJhbGciOiJIUzI1NiJ9", "token=[redacted]"),
            ("(BearereyJhbGciOiJIUzI1NiJ9)", "(Bearer[redacted])"),
            ("eyJ is how it begins", "eyJ is how it begins"),
        ] {
            assert_eq!(without_jwts(text), seen, "{text}");
        }
        for (text, seen) in [
            (
                "bad: 63616e6172792d73 of org.springframework.security.authentication",
                "bad: [redacted] of org.springframework.security.authentication",
            ),
            ("Y2FuYXJ5LXNlY3JldA==", "[redacted]"),
            ("\u{e9}%2563anary%252Dsecret\u{e9}", "\u{e9}[redacted]\u{e9}"),
            ("HTTP 401 at 10.0.0.1", "HTTP 401 at 10.0.0.1"),
        ] {
            assert_eq!(without_long_words(text), seen, "{text}");
        }
    }
}
