//! Which form of a word goes with a number, by the rules of the Unicode CLDR for whole numbers and for tenths.
//!
//! ```text
//!            one                  many                          other
//!  en        1                                                  0, 2, 1.0, 1.5, 1,000,000
//!  pt-BR     0, 1, 1,5            1.000.000, 2.000.000          2, 2,0
//!  es        1, 1,0               1.000.000, 2.000.000          0, 2, 1,5
//!  fr-CA     0, 1, 1,5            1 000 000, 2 000 000          2, 2,0
//! ```
//!
//! `many` goes with whole millions, after which these languages want a preposition: `1.000.000 de conversas`.

use super::Language;

/// A number as it is shown: what stands before the decimal separator, and the tenth after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The whole part.
    pub whole: u64,
    /// The tenth, where one is shown.
    pub tenth: Option<u8>,
}

impl Language {
    /// The forms that words have here beside numbers, in the words of the CLDR.
    pub fn plurals(self) -> &'static [&'static str] {
        match self {
            Self::En => &["one", "other"],
            Self::PtBr | Self::Es | Self::FrCa => &["one", "many", "other"],
        }
    }

    /// The form that goes with a number.
    pub fn plural(self, number: Shown) -> &'static str {
        let Shown { whole, tenth } = number;
        let is_one = match self {
            Self::En => whole == 1 && tenth.is_none(),
            Self::Es => whole == 1 && tenth.unwrap_or(0) == 0,
            Self::PtBr | Self::FrCa => whole <= 1,
        };
        let is_millions = whole > 0 && whole.is_multiple_of(1_000_000) && tenth.is_none();
        match self {
            _ if is_one => "one",
            Self::PtBr | Self::Es | Self::FrCa if is_millions => "many",
            _ => "other",
        }
    }
}
