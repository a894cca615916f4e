//! Phone numbers: from whatever a person typed into a CRM field to one number in E.164 form.
//!
//! The numbering rules are Google's, through the library behind `phone/library.rs`. Around it stand the spellings that
//! people store and the library refuses (`phone/spelling.rs`): SIP addresses, caller-ID codes, two numbers in one
//! field, "anonymous". A number is accepted only when the library calls it valid; nothing is guessed into validity.

mod library;
mod spelling;

use std::fmt;

use crate::Country;
use crate::text::trim;

/// Characters of a text that may still be a phone number. Salesforce keeps 40 and Genesys 512; the library refuses more
/// than 250, and a SIP address is the longest form in use.
const CHARS_MAX: usize = 250;
/// The most digits of an extension that fits Genesys' integer (a signed 32-bit number has ten).
const EXTENSION_DIGITS_MAX: usize = 9;
/// The most digits of a number with its country code. ITU-T E.164 §6.2 says 15, but the numbering rules call longer
/// ones valid in some countries, and what we call valid must also read back.
const E164_DIGITS_MAX: usize = 20;
/// Fewer digits cannot be a number with a country code.
const E164_DIGITS_MIN: usize = 6;

/// A phone number as `+` and digits. Personal data: prints as its two first and last characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct E164(String);

/// A phone number and the extension behind it. Personal data: prints redacted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    /// The number that is dialled.
    pub e164: E164,
    /// What is dialled after the call is answered. A number, as in Genesys, so zeros in front of it are not kept.
    pub extension: Option<u32>,
}

/// Why a text is not one valid phone number. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PhoneFault {
    /// Nothing but white space.
    #[error("the phone number is empty")]
    Empty,
    /// A word or code that says that the caller hides the number. There is nothing to look up.
    #[error("the phone number is withheld")]
    Withheld,
    /// Text that is no phone number in any spelling.
    #[error("the text is not a phone number")]
    Unparsable,
    /// A number of a few digits that exists only inside a company or a country: an extension, an emergency service.
    #[error("the phone number is an internal or service number; it cannot be reached from outside")]
    Short,
    /// The shape of a phone number, but no such number can exist in its country.
    #[error("the phone number does not exist in its country's numbering plan")]
    Invalid,
    /// Two numbers in one field. Choosing one would be a guess.
    #[error("the field holds several phone numbers; keep one in it")]
    SeveralNumbers,
    /// More characters or digits than any phone number has.
    #[error("the phone number is too long")]
    TooLong,
    /// An extension of more digits than Genesys can keep.
    #[error("the extension of the phone number is too long")]
    ExtensionTooLong,
}

impl PhoneFault {
    /// A stable name for counting, for example `phone_invalid`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "phone_empty",
            Self::Withheld => "phone_withheld",
            Self::Unparsable => "phone_unparsable",
            Self::Short => "phone_short",
            Self::Invalid => "phone_invalid",
            Self::SeveralNumbers => "phone_several_numbers",
            Self::TooLong => "phone_too_long",
            Self::ExtensionTooLong => "phone_extension_too_long",
        }
    }
}

impl Phone {
    /// Reads one phone number in any usual spelling. `country` is where it was written down: it decides what a number
    /// without a country code means.
    ///
    /// # Errors
    /// [`PhoneFault`], whose text and code never hold the number.
    pub fn parse(raw: &str, country: Country) -> Result<Self, PhoneFault> {
        let text = trim(raw);
        if text.is_empty() {
            return Err(PhoneFault::Empty);
        }
        if text.chars().count() > CHARS_MAX {
            return Err(PhoneFault::TooLong);
        }
        let text = spelling::user_part(text);
        if spelling::is_withheld(&text) {
            return Err(PhoneFault::Withheld);
        }
        let text = spelling::without_caller_id_code(&text).ok_or(PhoneFault::Unparsable)?;
        one_number(&spelling::with_plain_extension(text), country)
    }

    /// The one spelling of number and extension: `+15125550123` or `+15125550123;ext=45`. Reads back as the same phone.
    pub fn canonical(&self) -> String {
        match self.extension {
            Some(extension) => format!("{};ext={extension}", self.e164.0),
            None => self.e164.0.clone(),
        }
    }
}

/// Reads a text that is a number, or several.
fn one_number(text: &str, country: Country) -> Result<Phone, PhoneFault> {
    let pieces = spelling::pieces(text);
    let several = pieces.len() > 1;
    // "030/1234567" has its area code in front of the bar. It is two numbers when a whole one stands there.
    if several && read(pieces[0], country).is_ok() {
        return Err(PhoneFault::SeveralNumbers);
    }
    let fault = match read(text, country) {
        Ok(phone) => return Ok(phone),
        Err(fault @ (PhoneFault::Withheld | PhoneFault::ExtensionTooLong)) => return Err(fault),
        Err(fault) => fault,
    };
    let international = spelling::plus_for_double_zero(text);
    let abroad = international.and_then(|text| read(&text, country).ok());
    abroad.ok_or(if several { PhoneFault::SeveralNumbers } else { fault })
}

/// Reads one number, first without the words behind it: the library takes letters for digits, so "030 12345 home"
/// would be a longer, wrong number. Where the letters are the number ("1-800-FLOWERS") nothing valid stands before them.
fn read(text: &str, country: Country) -> Result<Phone, PhoneFault> {
    let labelled = spelling::without_label(text).map(|number| library::read(number, country));
    match labelled {
        Some(Ok(phone)) => Ok(phone),
        Some(Err(_)) | None => library::read(text, country),
    }
}

impl E164 {
    /// Reads a number that another system already keeps in E.164 form, as Genesys does in `e164`. Only the shape is
    /// checked, so that a number which a newer numbering plan knows still compares.
    ///
    /// # Errors
    /// [`PhoneFault::Unparsable`] for any other spelling.
    pub fn parse(text: &str) -> Result<Self, PhoneFault> {
        let digits = text.strip_prefix('+').ok_or(PhoneFault::Unparsable)?;
        let plausible = (E164_DIGITS_MIN..=E164_DIGITS_MAX).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        plausible.then(|| Self(text.to_owned())).ok_or(PhoneFault::Unparsable)
    }

    /// The number itself, for requests, keys and digests.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.0.get(..2), self.0.get(self.0.len().saturating_sub(2)..));
        write!(formatter, "{}…{}", first.unwrap_or_default(), last.unwrap_or_default())
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extension = if self.extension.is_some() { " with extension" } else { "" };
        write!(formatter, "Phone({}{extension})", self.e164)
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.e164, formatter)
    }
}
