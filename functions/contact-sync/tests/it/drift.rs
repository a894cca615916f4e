//! What an agent changed in Genesys, seen by comparing with digests alone.

use contact_sync::drift::{Drift, drift, in_doubt};
use contact_sync::wire::Marks;
use genesys::{Change, ExternalContact, PhoneNumber};
use identity::{Conflict, Country, Direction, Field, FieldMap, FieldRow};
use platform::digest::DigestKey;
use serde_json::json;

use crate::desk::{OUR_SOURCE, id, key, map, settled, source};

/// What Genesys holds after a contact with these values was written, in its own spelling.
fn as_written() -> ExternalContact {
    let phone =
        |e164: &str, display: &str| PhoneNumber { e164: Some(e164.to_owned()), ..PhoneNumber::new(display, None) };
    ExternalContact {
        id: Some("g1".to_owned()),
        first_name: Some("Zoë".to_owned()),
        last_name: Some("Number 1".to_owned()),
        work_email: Some("Zoe@Example.com".to_owned()),
        work_phone: Some(phone("+15125550100", "+1 512-555-0100")),
        ..ExternalContact::default()
    }
}

fn link() -> platform::link::LinkRow {
    let fields = json!({"FirstName": "Zoë ", "Email": "zoe@example.com", "Phone": "(512) 555-0100"});
    settled(&source(1, fields), "g1")
}

fn names(fields: &std::collections::BTreeSet<Field>) -> Vec<&str> {
    fields.iter().map(Field::as_str).collect()
}

#[test]
fn what_genesys_spells_its_own_way_is_no_drift() {
    assert_eq!(drift(&as_written(), &link(), &map(), &key()), Drift::default());
}

#[test]
fn a_number_that_the_server_did_not_read_is_read_here() {
    let unread = PhoneNumber::new("+1 512 555 0100", None);
    let contact = ExternalContact { work_phone: Some(unread), ..as_written() };
    assert_eq!(drift(&contact, &link(), &map(), &key()), Drift::default());
}

#[test]
fn a_changed_an_emptied_and_an_unreadable_value_are_drift_and_a_value_of_the_agents_own_is_not() {
    let contact = ExternalContact {
        first_name: Some("Zoé".to_owned()),
        work_email: None,
        work_phone: Some(PhoneNumber::new("ask her", None)),
        cell_phone: Some(PhoneNumber { e164: Some("+15125550199".to_owned()), ..PhoneNumber::new("x", None) }),
        ..as_written()
    };
    let found = drift(&contact, &link(), &map(), &key());
    assert_eq!(names(&found.repaired), ["firstName", "workPhone", "workEmail"]);
    assert!(found.left.is_empty());
}

#[test]
fn the_map_says_whose_value_stays() {
    let row = |salesforce: &str, genesys: &str, conflict| FieldRow {
        salesforce: salesforce.to_owned(),
        genesys: genesys.to_owned(),
        direction: Direction::Both,
        conflict,
        enabled: true,
    };
    let rows = vec![
        row("FirstName", "firstName", Conflict::Salesforce),
        row("LastName", "lastName", Conflict::Genesys),
        row("Email", "workEmail", Conflict::LastWrite),
    ];
    let map = FieldMap::new(rows, Country::parse("US").unwrap()).unwrap();
    let contact = ExternalContact {
        first_name: Some("A".to_owned()),
        last_name: Some("B".to_owned()),
        work_email: Some("c@example.com".to_owned()),
        ..as_written()
    };
    let found = drift(&contact, &link(), &map, &key());
    assert_eq!((names(&found.repaired), names(&found.left)), (vec!["firstName"], vec!["lastName", "workEmail"]));
}

#[test]
fn digests_of_another_key_say_nothing() {
    let other = DigestKey::from_secret(&secrecy::SecretString::from("another secret".to_owned()));
    let contact = ExternalContact { first_name: None, ..as_written() };
    assert_eq!(drift(&contact, &link(), &map(), &other), Drift::default());
}

#[test]
fn a_field_in_doubt_is_written_again_and_nothing_else() {
    let source = source(1, json!({"FirstName": "Zoë ", "Email": "zoe@example.com", "Phone": "(512) 555-0100"}));
    let doubted = in_doubt(&link(), &[Field::FirstName].into());
    assert_eq!(source.difference(Some(&doubted)).names(), ["firstName"]);
    assert!(!source.is_settled_in(&doubted) && source.is_settled_in(&link()));
}

#[test]
fn a_contact_is_relinked_by_what_is_missing_and_no_more() {
    let marks = Marks { external_source: OUR_SOURCE.to_owned(), record_url: "https://x.example/{id}".to_owned() };
    let entry = |value: &str| json!({"externalSource": {"id": OUR_SOURCE}, "value": value});
    let mut contact = as_written();
    contact.external_ids = vec![marks.external_id_of(&id(1))];
    let expected = vec![
        Change::take_out("externalIds", [entry(&id(1))]),
        Change::append("externalIds", json!([entry(&id(2))])),
        Change::update("externalSystemUrl", format!("https://x.example/{}", id(2))),
    ];
    assert_eq!(marks.relink(&contact, &id(2), Some(&id(1))), expected);

    contact.external_ids = vec![marks.external_id_of(&id(2))];
    contact.external_system_url = Some(format!("https://x.example/{}", id(2)));
    assert!(marks.relink(&contact, &id(2), Some(&id(1))).is_empty());
}
