//! What becomes of the Genesys contacts of deleted and merged Salesforce contacts, decided without any vendor.

use std::collections::BTreeMap;

use contact_sync::config::OnDelete;
use contact_sync::gone::plan::plan;
use contact_sync::gone::{Departed, Fate, GoneRead};
use platform::link::{Gone, LinkRow, LinkState};
use serde_json::json;

use crate::desk::{genesys, id, planned, read, settled, source};

fn departed(number: u32, fate: Fate, genesys_id: Option<&str>) -> Departed {
    Departed {
        id: id(number),
        version: 1_772_000_000_000 + i64::from(number),
        fate,
        link: Some(settled(&source(number, json!({})), "old")),
        genesys_id: genesys_id.map(str::to_owned),
        is_shared: false,
        is_carried: false,
    }
}

fn lines(departed: Vec<Departed>, heirs: &[(u32, &str)], on_delete: OnDelete) -> Vec<String> {
    let heirs = heirs.iter().map(|(heir, contact)| (id(*heir), (*contact).to_owned())).collect();
    let read = GoneRead { departed, heirs };
    let steps = plan(&read, on_delete);
    let target = |target: Option<&String>| target.map_or(String::new(), |id| format!(" {id}"));
    steps.iter().map(|step| format!("{}{} {}", step.action.name(), target(step.action.target()), step.why)).collect()
}

#[test]
fn a_deleted_contact_goes_by_the_policy() {
    let gone = || vec![departed(1, Fate::Deleted, Some("g1")), departed(2, Fate::Deleted, None)];
    assert_eq!(lines(gone(), &[], OnDelete::Unlink), ["unlink g1 deleted_in_salesforce", "bury not_in_genesys"]);
    assert_eq!(lines(gone(), &[], OnDelete::Delete), ["remove g1 deleted_in_salesforce", "bury not_in_genesys"]);
}

#[test]
fn of_two_that_were_merged_into_an_unlinked_contact_the_first_hands_over() {
    let into = || Fate::MergedInto(id(9));
    let gone = vec![departed(1, into(), Some("g1")), departed(2, into(), Some("g2"))];
    assert_eq!(lines(gone, &[], OnDelete::Delete), ["relink g1 merged", "remove g2 merged_twin"]);
}

#[test]
fn a_heir_with_a_contact_of_its_own_keeps_it() {
    let into = || Fate::MergedInto(id(9));
    let gone = vec![departed(1, into(), Some("g1")), departed(2, into(), Some("g9"))];
    assert_eq!(lines(gone, &[(9, "g9")], OnDelete::Unlink), ["unlink g1 merged_twin", "bury merged"]);
}

#[test]
fn what_may_live_on_is_never_removed() {
    let gone = vec![departed(1, Fate::Unclear, Some("g1"))];
    assert_eq!(lines(gone, &[], OnDelete::Delete), ["unlink g1 merged_into_unseen"]);
    let shared = Departed { is_shared: true, ..departed(1, Fate::Deleted, Some("g1")) };
    assert_eq!(lines(vec![shared], &[], OnDelete::Delete), ["unlink g1 shared_in_genesys"]);
}

/// The tombstone of contact `number`, deleted at the second `deleted_at` after its last change.
fn tombstone(number: u32, deleted_after_s: i64) -> LinkRow {
    let version = source(number, json!({})).modified.as_millisecond() + deleted_after_s * 1000;
    let gone = Gone { version, genesys_id: Some("old".to_owned()), merged_into: None, kept_until_s: 0 };
    let settled = settled(&source(number, json!({})), "old");
    LinkRow { genesys_id: None, digests: BTreeMap::new(), gone: Some(gone), state: LinkState::Settled, ..settled }
}

#[test]
fn t09_a_late_row_of_a_deleted_contact_brings_nobody_back_and_a_restored_one_does() {
    let deleted_later = read(vec![source(1, json!({}))], vec![tombstone(1, 0)], &[]);
    assert_eq!(planned(&deleted_later), ["stale"]);
    let restored = read(vec![source(1, json!({}))], vec![tombstone(1, -1)], &[]);
    assert_eq!(planned(&restored), ["create"]);
}

#[test]
fn a_restored_contact_is_matched_from_the_start_and_gets_all_its_values() {
    let contact = genesys("g7", Some("ana@example.com"), None, None);
    let restored = read(vec![source(1, json!({"Email": "ana@example.com"}))], vec![tombstone(1, -1)], &[contact]);
    assert_eq!(planned(&restored), ["link g7 by Key(Email([redacted]))"]);
    let steps = contact_sync::plan::plan(&restored);
    assert_eq!(steps[0].difference.names(), ["lastName", "workEmail"]);
}

#[test]
fn two_contacts_that_came_to_one_genesys_contact_do_not_overwrite_each_other() {
    let (one, two) = (source(1, json!({"FirstName": "Ana"})), source(2, json!({"FirstName": "Eva"})));
    let links = vec![settled(&source(1, json!({})), "g"), settled(&source(2, json!({})), "g")];
    assert_eq!(planned(&read(vec![one, two], links, &[])), ["update g", "review g"]);
}
