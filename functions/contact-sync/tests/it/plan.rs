//! What happens to a contact, given what is known about it.

use contact_sync::check::{PlanFault, check};
use contact_sync::plan::plan;
use contact_sync::source::IN_FLIGHT;
use platform::aside::{Aside, Why};
use platform::link::LinkState;
use serde_json::json;

use crate::desk::{OUR_SOURCE, genesys, id, planned, read, settled, source};

#[test]
fn unchanged_content_costs_nothing() {
    let contact = source(1, json!({"Email": "ana@example.com"}));
    let link = settled(&contact, "g1");
    assert_eq!(planned(&read(vec![contact], vec![link], &[])), ["keep"]);
}

#[test]
fn a_change_is_written_and_a_removed_value_is_emptied() {
    let before = source(1, json!({"Email": "ana@example.com", "Phone": "512-555-0101"}));
    let link = settled(&before, "g1");
    let changed = source(1, json!({"Email": "ana@example.org", "Phone": "512-555-0101"}));
    assert_eq!(planned(&read(vec![changed], vec![link.clone()], &[])), ["update g1"]);
    let cleared = source(1, json!({"Email": "ana@example.com"}));
    let reading = read(vec![cleared], vec![link], &[]);
    assert_eq!(planned(&reading), ["patch g1"]);
    assert_eq!(plan(&reading)[0].difference.names(), ["workPhone"]);
}

#[test]
fn an_unusable_new_value_leaves_the_old_one_alone() {
    let before = source(1, json!({"Email": "ana@example.com"}));
    let link = settled(&before, "g1");
    let broken = source(1, json!({"Email": "ana at example"}));
    assert_eq!(broken.warnings.len(), 1);
    assert_eq!(broken.agreed_digests(Some(&link)), link.digests);
    assert_eq!(planned(&read(vec![broken], vec![link], &[])), ["keep"]);
}

#[test]
fn an_add_that_may_have_happened_is_redriven_by_external_id_and_never_added_again() {
    let contact = source(1, json!({"Email": "ana@example.com"}));
    let mut link = settled(&contact, "");
    (link.state, link.genesys_id) = (LinkState::Sending, None);
    let free = [genesys("free", Some("ana@example.com"), None, None)];
    assert_eq!(planned(&read(vec![contact], vec![link], &free)), ["redrive"]);
}

#[test]
fn a_contact_that_was_refused_at_its_first_add_is_matched_from_the_start_once_corrected() {
    let contact = source(1, json!({"Email": "ana@example.com"}));
    let mut link = settled(&contact, "");
    (link.genesys_id, link.digests) = (None, [].into());
    let free = [genesys("free", Some("ana@example.com"), None, None)];
    assert_eq!(
        planned(&read(vec![contact.clone()], vec![link.clone()], &free)),
        ["link free by Key(Email([redacted]))"]
    );
    assert_eq!(planned(&read(vec![contact], vec![link], &[])), ["create"]);
}

#[test]
fn an_update_in_flight_is_written_again_even_when_the_value_went_back() {
    let contact = source(1, json!({"Email": "ana@example.com"}));
    let mut link = settled(&contact, "g1");
    link.state = LinkState::Sending;
    link.digests.insert("workEmail".to_owned(), IN_FLIGHT.to_owned());
    link.digests.insert("cellPhone".to_owned(), IN_FLIGHT.to_owned());
    let there = [genesys("g1", Some("ana@example.com"), None, Some(&id(1)))];
    let reading = read(vec![contact], vec![link], &there);
    assert_eq!(planned(&reading), ["update g1"]);
    let difference = &plan(&reading)[0].difference;
    assert_eq!(difference.names(), ["workEmail", "cellPhone"]);
    assert_eq!(difference.clear.len(), 1);
}

#[test]
fn a_link_in_flight_is_driven_again_to_the_contact_it_was_meant_for() {
    let contact = source(1, json!({"Email": "ana@example.com"}));
    let mut link = settled(&contact, "g1");
    link.state = LinkState::Sending;
    link.digests.insert("workPhone".to_owned(), IN_FLIGHT.to_owned());
    let others = [genesys("g2", Some("ana@example.com"), None, None)];
    let reading = read(vec![contact], vec![link], &others);
    assert_eq!(planned(&reading), ["update g1"], "with its external id, before a field is emptied");
    assert_eq!(plan(&reading)[0].difference.clear.len(), 1);
}

#[test]
fn a_contact_set_aside_waits_until_it_changes() {
    let contact = source(1, json!({"Email": "ana@example.com"}));
    let why = Why::Quarantine { code: "validation.failed".to_owned(), field: Some("workEmail".to_owned()) };
    let mut reading = read(vec![contact.clone()], vec![], &[]);
    reading.asides.insert(id(1), Aside { source_id: id(1), hash: contact.hash, since: 0, why, answer: None });
    assert_eq!(planned(&reading), ["wait_in_quarantine"]);
    reading.sources = vec![source(1, json!({"Email": "ana@example.org"}))];
    assert_eq!(planned(&reading), ["create"]);
}

#[test]
fn a_plan_that_doubles_or_loses_a_contact_is_refused() {
    let contact = source(1, json!({}));
    let twice = read(vec![contact.clone(), contact.clone()], vec![], &[]);
    assert_eq!(check(&plan(&twice), 2, Some(OUR_SOURCE)), Err(PlanFault::SourceTwice(id(1))));
    let once = read(vec![contact], vec![], &[]);
    assert_eq!(check(&plan(&once), 2, Some(OUR_SOURCE)), Err(PlanFault::Unaccounted { planned: 1, read: 2 }));
    assert_eq!(check(&plan(&once), 1, None), Err(PlanFault::NoExternalId(id(1))));
    let changed = [source(1, json!({"Email": "a@example.com"})), source(2, json!({"Email": "b@example.com"}))];
    let links = [settled(&source(1, json!({})), "g1"), settled(&source(2, json!({})), "g1")];
    let collision = read(changed.to_vec(), links.to_vec(), &[]);
    let mut steps = plan(&collision);
    steps[1].action = steps[0].action.clone();
    assert_eq!(check(&steps, 2, Some(OUR_SOURCE)), Err(PlanFault::TargetTwice("g1".to_owned())));
}
