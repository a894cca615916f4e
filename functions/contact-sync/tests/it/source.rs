//! How one Salesforce record is read.

use serde_json::json;

use crate::desk::{key, map, source};
use contact_sync::source::Source;

#[test]
fn t05_case_and_white_space_of_an_email_address_are_no_change() {
    let one = source(1, json!({"Email": "Ana.Souza@Example.COM "}));
    let other = source(1, json!({"Email": "ana.souza@example.com"}));
    assert_eq!(one.digests, other.digests);
}

#[test]
fn a_record_without_id_or_stamp_stops_the_run() {
    for record in [
        json!({"SystemModstamp": "2026-03-01T10:00:00.000+0000"}),
        json!({"Id": "003000000000001AAA", "SystemModstamp": "soon"}),
    ] {
        assert!(Source::from_record(&record.as_object().unwrap().clone().into(), &map(), &key()).is_err());
    }
}

#[test]
fn printing_a_source_shows_no_personal_data() {
    let printed =
        format!("{:?}", source(1, json!({"Email": "ana@example.com", "FirstName": "Ana", "Phone": "512-555-0101"})));
    for value in ["ana@example", "\"Ana\"", "5550101", "Number 1"] {
        assert!(!printed.contains(value), "{value} in {printed}");
    }
}
