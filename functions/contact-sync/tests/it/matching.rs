//! Who is who: external id → e-mail → phone, and never a guess.

use serde_json::json;

use crate::desk::{candidates, genesys, id, planned, read, source};

const SWITCHBOARD: &str = "+15125550100";

#[test]
fn t06_an_external_id_that_is_not_there_falls_back_to_email_then_phone() {
    let sources = vec![
        source(1, json!({"Email": "ana@example.com", "Phone": "512-555-0101"})),
        source(2, json!({"Phone": "512-555-0102"})),
        source(3, json!({"Email": "cid@example.com"})),
    ];
    let there = [
        genesys("by-id", Some("other@example.com"), None, Some(&id(3))),
        genesys("by-mail", Some("ANA@example.com"), None, None),
        genesys("by-phone", None, Some("+15125550102"), None),
        genesys("worse", None, Some("+15125550101"), None),
    ];
    assert_eq!(
        planned(&read(sources, vec![], &there)),
        [
            "link by-mail by Key(Email([redacted]))",
            "link by-phone by Key(Phone([redacted]))",
            "link by-id by ExternalId"
        ]
    );
}

#[test]
fn t07_one_free_candidate_that_fits_two_contacts_goes_to_review() {
    let sources = vec![source(1, json!({"Phone": "512-555-0100"})), source(2, json!({"Phone": "(512) 555-0100"}))];
    let there = [genesys("free", None, Some(SWITCHBOARD), None)];
    assert_eq!(planned(&read(sources, vec![], &there)), ["review free", "review free"]);
}

#[test]
fn t07_two_free_candidates_that_fit_one_contact_go_to_review() {
    let sources = vec![source(1, json!({"Email": "ana@example.com"}))];
    let there = [genesys("a", Some("ana@example.com"), None, None), genesys("b", Some("Ana@Example.com"), None, None)];
    assert_eq!(planned(&read(sources, vec![], &there)), ["review a b"]);
}

#[test]
fn a_shared_number_without_a_free_candidate_is_two_people() {
    let sources = vec![source(1, json!({"Phone": "512-555-0100"})), source(2, json!({"Phone": "512-555-0100"}))];
    assert_eq!(planned(&read(sources.clone(), vec![], &[])), ["create (shared key)", "create (shared key)"]);
    let taken = [genesys("taken", None, Some(SWITCHBOARD), Some(&id(9)))];
    assert_eq!(planned(&read(sources[..1].to_vec(), vec![], &taken)), ["create (shared key)"]);
}

#[test]
fn a_candidate_that_waits_in_review_for_somebody_else_is_not_taken() {
    let mut reading = read(
        vec![source(2, json!({"Phone": "512-555-0100"}))],
        vec![],
        &[genesys("free", None, Some(SWITCHBOARD), None)],
    );
    let earlier = source(1, json!({"Phone": "512-555-0100"}));
    let why = platform::aside::Why::Review { candidates: vec!["free".to_owned()], reason: "ambiguous".to_owned() };
    reading
        .asides
        .insert(id(1), platform::aside::Aside { source_id: id(1), hash: earlier.hash, since: 0, why, answer: None });
    assert_eq!(planned(&reading), ["review free"]);
}

#[test]
fn a_contact_with_another_sources_external_id_is_still_free() {
    let mut contact = genesys("free", Some("ana@example.com"), None, Some("CRM-77"));
    contact.external_ids[0].source_id = "another source".to_owned();
    let sources = vec![source(1, json!({"Email": "ana@example.com"}))];
    assert_eq!(planned(&read(sources, vec![], &[contact])), ["link free by Key(Email([redacted]))"]);
}

#[test]
fn a_link_row_makes_a_candidate_somebody_elses() {
    let mut reading = read(vec![source(1, json!({"Email": "ana@example.com"}))], vec![], &[]);
    reading.candidates = candidates(&[genesys("linked", Some("ana@example.com"), None, None)]);
    reading.candidates.mark_linked(&["linked".to_owned()].into());
    assert_eq!(planned(&reading), ["create (shared key)"]);
}
