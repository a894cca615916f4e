//! Statements that hold for every text: nothing panics, and reading a canonical form gives the same again.

use identity::{Country, E164, Email, Fit, Phone, SalesforceId, Text};
use proptest::prelude::*;

const COUNTRIES: [&str; 8] = ["US", "CA", "BR", "MX", "DE", "IT", "JP", "IN"];

/// Texts made of what phone fields hold, which reach further into the code than arbitrary ones.
fn phone_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,12}",
        "\\+[1-9][0-9]{6,14}",
        "[ ()/.;,*#xX@:<>-]{1,3}",
        Just(";ext=45".to_owned()),
        Just("tel:".to_owned()),
        Just("sip:".to_owned()),
        Just(" or ".to_owned()),
        Just("\u{660}\u{661}".to_owned()),
        Just("é\u{200b}".to_owned()),
    ];
    proptest::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat())
}

fn country() -> impl Strategy<Value = Country> {
    proptest::sample::select(&COUNTRIES[..]).prop_map(|code| Country::parse(code).expect("a country"))
}

fn check_phone(text: &str, here: Country, elsewhere: Country) -> Result<(), TestCaseError> {
    if let Ok(phone) = Phone::parse(text, here) {
        let canonical = phone.canonical();
        let again = Phone::parse(&canonical, elsewhere);
        prop_assert_eq!(again.map(|again| again.canonical()), Ok(canonical));
        prop_assert_eq!(E164::parse(phone.e164.as_str()), Ok(phone.e164));
    }
    Ok(())
}

fn check_email(text: &str) -> Result<(), TestCaseError> {
    if let Ok(email) = Email::parse(text) {
        let again = Email::parse(email.canonical()).map(|again| again.canonical().to_owned());
        prop_assert_eq!(again, Ok(email.canonical().to_owned()));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_canonical_phone_reads_as_itself_in_every_country(text in phone_like(), here in country(), elsewhere in country()) {
        check_phone(&text, here, elsewhere)?;
    }

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>(), here in country(), elsewhere in country()) {
        check_phone(&text, here, elsewhere)?;
        let _ = Country::from_free_text(&text);
        let _ = SalesforceId::parse(&text);
        let _ = E164::parse(&text);
        check_email(&text)?;
    }

    #[test]
    fn a_canonical_address_reads_as_itself(text in "[ \"]{0,1}[a-zA-ZÀ-ÿİΣ0-9.+\"@ -]{1,12}@[a-zA-ZÀ-ÿßİ0-9.-]{1,12}\\.[a-zA-Zé]{2,4}") {
        check_email(&text)?;
    }

    #[test]
    fn fitted_text_fits_and_stays(text in any::<String>(), chars_max in 1_usize..20) {
        if let Some((text, _)) = Text::fit(&text, chars_max) {
            prop_assert!(text.reveal().chars().count() <= chars_max);
            prop_assert_eq!(Text::fit(text.reveal(), chars_max), Some((text.clone(), Fit::Whole)));
        }
    }

    #[test]
    fn the_long_form_of_an_id_reads_as_itself(short in "[a-zA-Z0-9]{15}") {
        let id = SalesforceId::parse(&short).expect("an id");
        prop_assert_eq!(SalesforceId::parse(id.as_str()), Ok(id));
    }
}
