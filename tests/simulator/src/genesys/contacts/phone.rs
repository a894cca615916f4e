//! Phone numbers as the vendor keeps them: what was sent, and what it made of it.
//!
//! A client writes `display`. When that can be read as a number, the server adds `e164` and `countryCode` and
//! rewrites `display` to the international form; `userInput` keeps the original. A number without a country code is
//! read with `normalizationCountryCode`, by default +1.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};
use serde_json::{Value, json};

use super::Fields;
use crate::genesys::bad_request;
use crate::wire::Refusal;

const DISPLAY_LENGTH_MAX: usize = 512;

/// Fields a client may send; the last three are the server's own and are computed again.
const NAMES: [&str; 7] =
    ["display", "extension", "acceptsSMS", "normalizationCountryCode", "userInput", "e164", "countryCode"];

/// The stored form of a phone number field.
pub(crate) fn normalized(name: &str, sent: &Value) -> Result<Value, Refusal> {
    let Value::Object(sent) = sent else {
        return Err(bad_request(format!("{name} must be an object")));
    };
    if let Some(unknown) = sent.keys().find(|key| !NAMES.contains(&key.as_str())) {
        return Err(bad_request(format!("Unrecognized field \"{name}.{unknown}\"")));
    }
    let display = text(name, sent, "display")?.unwrap_or_default().trim().to_owned();
    if display.is_empty() {
        return Ok(Value::Null);
    }
    if display.chars().count() > DISPLAY_LENGTH_MAX {
        let sentence = format!("{name}.display '{display}' is longer than {DISPLAY_LENGTH_MAX} characters");
        return Err(invalid(&format!("{name}.display"), &json!(display), sentence));
    }
    let calling_code = calling_code(name, sent)?;
    let mut stored = extras(name, sent)?;
    stored.insert("userInput".to_owned(), json!(display));
    match parse(&display, calling_code) {
        Some(number) => {
            stored.insert("display".to_owned(), json!(number.format_as(PhoneNumberFormat::International)));
            stored.insert("e164".to_owned(), json!(number.format_as(PhoneNumberFormat::E164)));
            let region = number.get_region_code().map(|region| region.to_string());
            stored.insert("countryCode".to_owned(), json!(region));
        }
        None => {
            stored.insert("display".to_owned(), json!(display));
        }
    }
    Ok(Value::Object(stored))
}

/// Reads a number; `calling_code` counts when it has none of its own.
pub(crate) fn parse(text: &str, calling_code: i32) -> Option<PhoneNumber> {
    let region = PHONE_NUMBER_UTIL.get_region_for_country_code(calling_code);
    let number = PhoneNumber::parse(text, region).ok()?;
    number.is_possible_with_reason().is_ok().then_some(number)
}

fn calling_code(name: &str, sent: &Fields) -> Result<i32, Refusal> {
    let Some(text) = text(name, sent, "normalizationCountryCode")? else {
        return Ok(1);
    };
    text.trim_start_matches('+').parse().map_err(|_| {
        let sentence = format!("{name}.normalizationCountryCode '{text}' is not a country code");
        invalid(&format!("{name}.normalizationCountryCode"), &json!(text), sentence)
    })
}

fn extras(name: &str, sent: &Fields) -> Result<Fields, Refusal> {
    let mut stored = Fields::new();
    for (field, fits) in [("extension", Value::is_i64 as fn(&Value) -> bool), ("acceptsSMS", Value::is_boolean)] {
        match sent.get(field) {
            None | Some(Value::Null) => {}
            Some(value) if fits(value) => drop(stored.insert(field.to_owned(), value.clone())),
            Some(_) => return Err(bad_request(format!("{name}.{field} has the wrong type"))),
        }
    }
    Ok(stored)
}

fn text<'a>(name: &str, sent: &'a Fields, field: &str) -> Result<Option<&'a str>, Refusal> {
    match sent.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(bad_request(format!("{name}.{field} must be a string"))),
    }
}

fn invalid(field: &str, value: &Value, sentence: String) -> Refusal {
    Refusal::new(422, "validation.failed", sentence).field(field, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(sent: &Value) -> Value {
        normalized("workPhone", sent).unwrap()
    }

    #[test]
    fn a_number_without_country_is_read_as_plus_one() {
        let phone = stored(&json!({"display": "(512) 555-0123", "extension": 45}));
        assert_eq!(phone["e164"], "+15125550123");
        assert_eq!(phone["display"], "+1 512-555-0123");
        assert_eq!(phone["userInput"], "(512) 555-0123");
        assert_eq!(phone["countryCode"], "US");
        assert_eq!(phone["extension"], 45);
    }

    #[test]
    fn the_normalization_country_decides() {
        let phone = stored(&json!({"display": "(11) 91234-5678", "normalizationCountryCode": "+55"}));
        assert_eq!(phone["e164"], "+5511912345678");
    }

    #[test]
    fn a_text_that_is_no_number_is_kept_without_e164() {
        let phone = stored(&json!({"display": "ask at the desk"}));
        assert_eq!(phone["display"], "ask at the desk");
        assert!(phone.get("e164").is_none());
    }
}
