//! What the crate promises, seen from outside: one file per subject.
#![expect(clippy::expect_used, clippy::panic, reason = "a failed expectation in a helper of a test is a failed test")]

mod corpus;
mod emails;
mod maps;
mod phones;
mod properties;

use identity::{Country, Phone};

/// The canonical spelling of a phone text, or the code of its fault.
fn phone(text: &str, country: &str) -> String {
    let country = Country::parse(country).expect("a country");
    match Phone::parse(text, country) {
        Ok(phone) => phone.canonical(),
        Err(fault) => fault.code().to_owned(),
    }
}
