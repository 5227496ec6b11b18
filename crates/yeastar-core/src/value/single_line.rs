//! Text from elsewhere, made fit for one line of a log.

use core::fmt::{self, Write as _};

/// Shows a text on one line of bounded length, so that nothing in it can pose as
/// another line, turn the direction of writing around or hide.
pub(crate) struct SingleLine<'a>(pub(crate) &'a str);

const LONGEST: usize = 512;

impl fmt::Display for SingleLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, character) in self.0.chars().enumerate() {
            if count == LONGEST {
                return f.write_str("...");
            }
            if is_escaped(character) {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                f.write_char(character)?;
            }
        }
        Ok(())
    }
}

/// Control characters, separators of lines and paragraphs, marks of direction (all that have Unicode's property
/// `Bidi_Control`), and what takes no room.
fn is_escaped(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}
