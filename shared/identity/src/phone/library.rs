//! The numbering library, and the only place that knows it. Numbers that it knows only in an old form are tried in
//! the present one.

use rlibphonenumber::{PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, Region};

use super::{E164, EXTENSION_DIGITS_MAX, Phone, PhoneFault, spelling};
use crate::Country;

/// Below it are numbers inside a company and of services, such as 4321 and 911: at most six digits.
const SHORT_NUMBER_END: u64 = 1_000_000;
/// Mexico's country code.
const MEXICO: i32 = 52;
/// The national numbers that begin with Mexico's old mobile prefix 1, withdrawn in 2019: 1 and ten digits.
const MEXICO_OLD_MOBILE: std::ops::Range<u64> = 10_000_000_000..20_000_000_000;

/// Reads one number by the rules of its country.
pub(super) fn read(text: &str, country: Country) -> Result<Phone, PhoneFault> {
    let region = Region::from_code(country.as_str()).map_err(|_| PhoneFault::Unparsable)?;
    let number = PHONE_NUMBER_UTIL.parse(text, Some(region)).map_err(|error| fault(&error))?;
    let number = in_present_form(number);
    let e164 = number.format_as(PhoneNumberFormat::E164);
    if spelling::is_withheld_number(&e164) {
        return Err(PhoneFault::Withheld);
    }
    if !number.is_valid() {
        let short = number.national_number < SHORT_NUMBER_END && !text.starts_with('+');
        return Err(if short { PhoneFault::Short } else { PhoneFault::Invalid });
    }
    let extension = extension(number.extension.as_deref().unwrap_or_default())?;
    Ok(Phone { e164: E164(e164.into_owned()), extension })
}

fn fault(error: &ParseError) -> PhoneFault {
    match error {
        ParseError::InvalidCountryCode | ParseError::TooShortAfterIdd => PhoneFault::Invalid,
        ParseError::NotANumber(_) => PhoneFault::Unparsable,
        ParseError::TooShortNsn => PhoneFault::Short,
        ParseError::TooLongNsn => PhoneFault::TooLong,
    }
}

/// Takes the withdrawn mobile prefix out of a Mexican number that is not valid with it.
fn in_present_form(mut number: PhoneNumber) -> PhoneNumber {
    let old = number.country_code == MEXICO && MEXICO_OLD_MOBILE.contains(&number.national_number);
    if old && !number.is_valid() {
        number.national_number -= MEXICO_OLD_MOBILE.start;
    }
    number
}

fn extension(digits: &str) -> Result<Option<u32>, PhoneFault> {
    if digits.is_empty() {
        return Ok(None);
    }
    if digits.len() > EXTENSION_DIGITS_MAX {
        return Err(PhoneFault::ExtensionTooLong);
    }
    digits.parse().map(Some).map_err(|_| PhoneFault::Unparsable)
}
