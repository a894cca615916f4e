//! Phone numbers by name: the spellings that were seen in real CRM fields, and what becomes of each.

use identity::{Country, E164, Phone, PhoneFault};

use crate::phone;

/// Each text in its country, and the canonical number or the code of the fault.
fn check(cases: &[(&str, &str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, country, expected)| (text, country, expected, phone(text, country)))
        .filter(|(_, _, expected, ours)| ours != *expected)
        .map(|(text, country, expected, ours)| format!("{text:?} in {country}: expected {expected}, got {ours}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same number in the spellings that Salesforce fields hold becomes the same key.
#[test]
fn t30_renderings_of_one_number_compare_equal_after_parsing() {
    check(&[
        ("+49 30 1234567", "DE", "+49301234567"),
        ("030/1234567", "DE", "+49301234567"),
        ("0049301234567", "DE", "+49301234567"),
        ("(030) 123 45 67", "DE", "+49301234567"),
        ("+49 (0) 30 / 123 45 67", "DE", "+49301234567"),
        ("+49 (0) 2261/1234567", "DE", "+4922611234567"),
        ("520-878-2491", "US", "+15208782491"),
        ("+1 520-878-2491", "BR", "+15208782491"),
        ("(520) 878-2491", "US", "+15208782491"),
        ("1.520.878.2491", "US", "+15208782491"),
        ("5208782491", "CA", "+15208782491"),
        ("(11) 91234-5678", "BR", "+5511912345678"),
        ("11912345678", "BR", "+5511912345678"),
        ("+55 11 91234 5678", "US", "+5511912345678"),
    ]);
}

/// Valid numbers that other parsers refuse or damage.
#[test]
fn t31_valid_numbers_are_not_refused() {
    check(&[
        ("+330631966543", "US", "+33631966543"),
        ("+33 (0)6 31 96 65 43", "US", "+33631966543"),
        ("+33142764978", "US", "+33142764978"),
        ("+5511912345678", "US", "+5511912345678"),
        ("+78005553535", "RU", "+78005553535"),
        ("0 15 11 91234-5678", "BR", "+5511912345678"),
        ("+39 02 1234 5678", "US", "+390212345678"),
        ("+39 02 1234 5678", "IT", "+390212345678"),
        ("+800 1234 5678", "US", "+80012345678"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("\u{202a}+1 512-555-0123\u{202c}", "US", "+15125550123"),
        ("+1 512 555 0123", "US", "+15125550123"),
    ]);
}

#[test]
fn a_double_zero_is_the_prefix_for_abroad_wherever_it_is_read() {
    check(&[
        ("0033631966543", "FR", "+33631966543"),
        ("0033631966543", "US", "+33631966543"),
        ("00 33 6 31 96 65 43", "CA", "+33631966543"),
        ("+0033631966543", "US", "+33631966543"),
        ("(00) 33 6 31 96 65 43", "US", "+33631966543"),
        ("00", "US", "phone_short"),
        ("001234", "US", "phone_short"),
    ]);
}

#[test]
fn an_extension_is_kept_beside_the_number() {
    check(&[
        ("512-555-0123 x45", "US", "+15125550123;ext=45"),
        ("512-555-0123 ext. 45", "US", "+15125550123;ext=45"),
        ("(11) 3456-7890 ramal 12", "BR", "+551134567890;ext=12"),
        ("tel:+1-512-555-0123;ext=45", "US", "+15125550123;ext=45"),
        ("512-555-0123,,45#", "US", "+15125550123;ext=45"),
        ("512-555-0123 / x45", "US", "+15125550123;ext=45"),
        ("512-555-0123;ext=1234567890", "US", "phone_extension_too_long"),
    ]);
}

#[test]
fn words_beside_a_number_are_no_part_of_it() {
    check(&[
        ("512-555-0123 (cell)", "US", "+15125550123"),
        ("Mobile: 512-555-0123", "US", "+15125550123"),
        ("030 12345 privat", "DE", "+493012345"),
        ("+49 30 12345 - home", "US", "+493012345"),
        ("(11) 3456-7890 ramal: 12", "BR", "+551134567890;ext=12"),
        ("0800 FLOWERS", "US", "phone_invalid"),
    ]);
}

#[test]
fn mexicos_old_mobile_prefix_is_dropped() {
    check(&[
        ("+52 1 55 1234 5678", "MX", "+525512345678"),
        ("+52 1 55 1234 5678", "US", "+525512345678"),
        ("+52 55 1234 5678", "US", "+525512345678"),
        ("55 1234 5678", "MX", "+525512345678"),
    ]);
}

/// What telephone systems and people put where a number is expected.
#[test]
fn t29_withheld_sip_extension_and_short_numbers_have_their_own_answers() {
    check(&[
        ("anonymous", "US", "phone_withheld"),
        ("Restricted", "US", "phone_withheld"),
        ("<private number>", "US", "phone_withheld"),
        ("Número privado", "BR", "phone_withheld"),
        ("sip:anonymous@anonymous.invalid", "US", "phone_withheld"),
        ("+266696687", "US", "phone_withheld"),
        ("+15125550123@sip.example.com", "BR", "+15125550123"),
        ("sip:+15125550123@sip.example.com:5060;user=phone", "BR", "+15125550123"),
        ("\"Ana\" <sips:%2B15125550123@example.com>", "BR", "+15125550123"),
        ("sip:+15125550123;ext=45;npdi@example.com", "BR", "+15125550123;ext=45"),
        ("sip:ana@example.com", "US", "phone_unparsable"),
        ("911", "US", "phone_short"),
        ("4321", "BR", "phone_short"),
        ("x45", "US", "phone_short"),
    ]);
}

#[test]
fn caller_id_codes_are_dropped_and_other_codes_are_no_numbers() {
    check(&[
        ("*67 520-878-2491", "US", "+15208782491"),
        ("#31#030 1234567", "DE", "+49301234567"),
        ("*72 520-878-2491", "US", "phone_unparsable"),
        ("#", "US", "phone_unparsable"),
    ]);
}

#[test]
fn two_numbers_in_one_field_are_never_joined_or_chosen_from() {
    check(&[
        ("512-555-0123 / 512-555-0124", "US", "phone_several_numbers"),
        ("512-555-0123/24", "US", "phone_several_numbers"),
        ("030 1234567/68", "DE", "phone_several_numbers"),
        ("(11) 91234-5678 / 3456-7890", "BR", "phone_several_numbers"),
        ("(11) 91234-5678 ou (11) 3456-7890", "BR", "phone_several_numbers"),
        ("512-555-0123, 512-555-0124", "US", "phone_several_numbers"),
        ("+1 512-555-0123; +1 512-555-0124", "BR", "phone_several_numbers"),
        ("512-555-0123\n512-555-0124", "US", "phone_several_numbers"),
        ("512-555-0123 or 0124", "US", "phone_several_numbers"),
        ("555-0123 / 555-0124", "US", "phone_several_numbers"),
    ]);
}

#[test]
fn what_is_no_number_says_why() {
    check(&[
        ("", "US", "phone_empty"),
        (" \u{a0}\t", "US", "phone_empty"),
        ("n/a", "US", "phone_unparsable"),
        ("ask for Maria at the front desk please!!", "US", "phone_unparsable"),
        ("+1 012 345 6789", "US", "phone_invalid"),
        ("+999 123456", "US", "phone_invalid"),
        ("15125550123", "BR", "phone_invalid"),
        ("123456789012345678901234567890", "US", "phone_too_long"),
        (&"1".repeat(251), "US", "phone_too_long"),
    ]);
}

#[test]
fn a_number_prints_as_its_ends_only() {
    let country = Country::parse("US").expect("a country");
    let phone = Phone::parse("520-878-2491 x45", country).expect("a number");
    assert_eq!(format!("{phone:?} {phone} {:?}", phone.e164), "Phone(+1…91 with extension) +1…91 +1…91");
    for fault in [Phone::parse("5208", country), Phone::parse("+1 012 345 6789", country)] {
        let text = fault.expect_err("no number").to_string();
        assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
    }
}

#[test]
fn e164_text_of_another_system_is_taken_by_its_shape() {
    assert_eq!(E164::parse("+15125550123").expect("a number").as_str(), "+15125550123");
    for text in ["15125550123", "+1 512", "+0123456789", "+123456789012345678901", "", "+"] {
        assert_eq!(E164::parse(text), Err(PhoneFault::Unparsable), "{text}");
    }
}
