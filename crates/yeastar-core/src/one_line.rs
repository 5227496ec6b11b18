//! Text from elsewhere, made fit for one line of a log.

use core::fmt::{self, Write as _};

/// Shows a text on one line of bounded length, so that nothing in it can pose as
/// another line or turn the direction of writing around.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

const LONGEST: usize = 512;

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, character) in self.0.chars().enumerate() {
            if count == LONGEST {
                return f.write_str("...");
            }
            if breaks_a_line(character) {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                f.write_char(character)?;
            }
        }
        Ok(())
    }
}

/// Control characters, line and paragraph separators, and marks of direction.
fn breaks_a_line(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
