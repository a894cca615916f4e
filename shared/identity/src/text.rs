//! Names and titles: free text, trimmed and held to the length that Genesys keeps.

use std::fmt;

/// Name or title text without white space around it. Personal data: prints as its length only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

/// Whether a text fitted into its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// Kept whole.
    Whole,
    /// Longer than the field: the end was cut off.
    Cut,
}

impl Text {
    /// The most characters that Genesys keeps in a name or title.
    pub const CHARS_MAX: usize = 1000;

    /// Trims the text and cuts it after `chars_max` characters, never inside one. `None` when nothing is left.
    /// Control characters, line ends among them, become spaces, because names are shown on one line.
    pub fn fit(raw: &str, chars_max: usize) -> Option<(Self, Fit)> {
        let clean: String = raw.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let trimmed = trim(&clean);
        let kept: String = trimmed.chars().take(chars_max).collect();
        let fit = if kept.len() < trimmed.len() { Fit::Cut } else { Fit::Whole };
        let kept = trim(&kept);
        (!kept.is_empty()).then(|| (Self(kept.to_owned()), fit))
    }

    /// The text itself, for the request that carries it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Text([redacted], {} characters)", self.0.chars().count())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// Takes away white space and the invisible marks that come along when text is copied from a web page or a mail.
pub(crate) fn trim(raw: &str) -> &str {
    raw.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// Zero-width characters, direction marks and the byte order mark.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_empty_text_is_nothing() {
        let (text, fit) = Text::fit(" \u{a0}Zoë\u{200b} ", 40).expect("a text");
        assert_eq!((text.reveal(), fit), ("Zoë", Fit::Whole));
        assert_eq!(Text::fit(" \t\u{feff}", 40), None);
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let (text, fit) = Text::fit("José Ñandú", 6).expect("a text");
        assert_eq!((text.reveal(), fit), ("José Ñ", Fit::Cut));
        let (text, _) = Text::fit("José Ñandú", 5).expect("a text");
        assert_eq!(text.reveal(), "José");
    }

    #[test]
    fn text_does_not_print() {
        let (text, _) = Text::fit("Secretname", 40).expect("a text");
        assert!(!format!("{text:?} {text}").contains("Secret"));
    }
}
