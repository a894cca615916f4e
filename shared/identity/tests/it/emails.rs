//! E-mail addresses: what is one address, what are two, and what is none.

use std::collections::HashSet;

use identity::{Email, EmailFault};

fn canonical(text: &str) -> String {
    Email::parse(text).map_or_else(|fault| fault.code().to_owned(), |email| email.canonical().to_owned())
}

/// One person, typed twice. The original stays beside the key.
#[test]
fn t05_case_and_white_space_do_not_make_two_addresses() {
    let one = Email::parse(" Ana.Souza@Example.COM\u{a0}").expect("an address");
    let two = Email::parse("ana.souza@example.com").expect("an address");
    assert_eq!(one, two);
    assert_eq!(HashSet::from([one.clone(), two]).len(), 1);
    assert_eq!(one.canonical(), "ana.souza@example.com");
    assert_eq!(one.as_written(), "Ana.Souza@Example.COM");
}

#[test]
fn tags_and_dots_stay_because_they_can_be_two_people() {
    assert_eq!(canonical("ana+news@example.com"), "ana+news@example.com");
    assert_ne!(canonical("ana.souza@gmail.com"), canonical("anasouza@gmail.com"));
}

#[test]
fn a_domain_in_another_script_has_one_form() {
    assert_eq!(canonical("info@Bücher.example"), "info@xn--bcher-kva.example");
    assert_eq!(canonical("info@xn--bcher-kva.example"), "info@xn--bcher-kva.example");
    assert_eq!(canonical("josé@example.com"), "josé@example.com");
}

#[test]
fn quotes_may_hold_an_at_sign() {
    assert_eq!(canonical("\"Front @ Desk\"@example.com"), "\"front @ desk\"@example.com");
    assert_eq!(canonical("\"a\\\"@b\"@example.com"), "\"a\\\"@b\"@example.com");
}

#[test]
fn what_is_no_address_says_why() {
    let too_long = format!("{}@example.com", "a".repeat(65));
    let cases = [
        (" ", EmailFault::Empty),
        ("ana.example.com", EmailFault::NoAt),
        ("ana@x.com; bo@x.com", EmailFault::SeveralAddresses),
        ("ana@@example.com", EmailFault::SeveralAddresses),
        ("@example.com", EmailFault::LocalPart),
        ("a na@example.com", EmailFault::LocalPart),
        (".ana@example.com", EmailFault::LocalPart),
        ("ana..b@example.com", EmailFault::LocalPart),
        ("ana\u{7}@example.com", EmailFault::LocalPart),
        ("ana@localhost", EmailFault::Domain),
        ("ana@example..com", EmailFault::Domain),
        ("ana@-example.com", EmailFault::Domain),
        ("ana@exa mple.com", EmailFault::Domain),
        ("ana@192.168.0.1", EmailFault::Domain),
        (&too_long, EmailFault::TooLong),
    ];
    for (text, fault) in cases {
        assert_eq!(Email::parse(text), Err(fault), "{text}");
        assert!(!fault.to_string().contains("example"));
    }
}

#[test]
fn an_address_does_not_print() {
    let email = Email::parse("secret@example.com").expect("an address");
    assert_eq!(format!("{email:?} {email}"), "Email([redacted]) [redacted]");
}
