//! Contacts by id: followed to the one that represents them, fetched, removed, and given another Salesforce id.

use genesys::{ExternalId, Fetched, Genesys, Removal};
use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::vendor::Failure;
use serde_json::{Value, json};

use crate::desk::{Desk, ORGANIZATION, client, id_of, lease, person};
use crate::stand_in::{Seen, StandIn};

const CONTACT: &str = "/api/v2/externalcontacts/contacts/";
const BULK: &str = "/api/v2/externalcontacts/bulk/contacts";

fn deadline() -> Deadline {
    Deadline::after(std::time::Duration::from_secs(60))
}

async fn at(stand_in: &StandIn) -> Genesys {
    client(&stand_in.url, ORGANIZATION, &Clock::system()).await
}

fn not_found() -> (u16, Value) {
    (404, json!({ "code": "not.found", "status": 404 }))
}

#[tokio::test]
async fn a_merged_contact_is_followed_to_its_end_and_never_in_a_circle() {
    let stand_in = StandIn::answering(|_, seen| match seen.path.trim_start_matches(CONTACT) {
        "a" => (200, json!({ "id": "a", "mergedTo": { "id": "b" }, "canonicalContact": null })),
        "b" => (200, json!({ "id": "b", "mergedTo": { "id": "c" } })),
        "c" => (200, json!({ "id": "c", "lastName": "Lima" })),
        "old" => (200, json!({ "id": "c", "lastName": "Lima" })),
        "x" => (200, json!({ "id": "x", "canonicalContact": { "id": "y" } })),
        "y" => (200, json!({ "id": "y", "canonicalContact": { "id": "x" } })),
        "stale" => (200, json!({ "id": "stale", "canonicalContact": { "id": "gone" } })),
        _ => not_found(),
    })
    .await;
    let genesys = at(&stand_in).await;
    for id in ["a", "b", "c", "old"] {
        let found = genesys.contact(id, deadline()).await.unwrap().unwrap();
        assert_eq!((found.id.as_deref(), found.current_id()), (Some("c"), Some("c")), "{id}");
    }
    for id in ["gone", "stale"] {
        assert_eq!(genesys.contact(id, deadline()).await.unwrap(), None, "{id}");
    }
    let circle = genesys.contact("x", deadline()).await.unwrap_err();
    assert!(matches!(circle.failure, Failure::Unexpected(_)), "{circle}");
    assert!(genesys.contact("../organizations", deadline()).await.is_err());
}

/// Answers for each id that was asked for, in the opposite order.
fn bulk(seen: &Seen, result: fn(&str) -> Value) -> (u16, Value) {
    let body = seen.json();
    let ids = body["entities"].as_array().unwrap().iter().rev().map(|entity| entity["id"].as_str().unwrap());
    (200, json!({ "results": ids.map(result).collect::<Vec<_>>(), "errorCount": 0, "errorIndexes": [] }))
}

fn failed(id: &str, status: u16, code: &str) -> Value {
    json!({ "id": id, "success": false, "status": status, "error": { "code": code, "status": status, "retryable": false } })
}

#[tokio::test]
async fn t12_each_fetched_contact_belongs_to_its_id_whatever_the_order() {
    let stand_in = StandIn::answering(|_, seen| {
        bulk(seen, |id| match id {
            "c7" => failed(id, 404, "not.found"),
            "c8" => failed(id, 403, "not.authorized"),
            "c9" => json!({ "id": "stranger", "success": true, "status": 200, "entity": { "id": "stranger" } }),
            "c10" => json!({ "id": id, "success": true, "status": 200, "entity": { "id": "canonical" } }),
            id => json!({ "id": id, "success": true, "status": 200, "entity": { "id": id, "lastName": id } }),
        })
    })
    .await;
    let genesys = at(&stand_in).await;
    let ids: Vec<String> = (0..60).map(|number| format!("c{number}")).collect();
    let fetched = genesys.fetch(&ids, deadline()).await.unwrap();
    for (id, outcome) in ids.iter().zip(&fetched) {
        match (id.as_str(), outcome) {
            ("c7", Fetched::Gone) | ("c8", Fetched::Refused(Failure::Forbidden { .. })) | ("c9", Fetched::Missing) => {}
            ("c10", Fetched::Found(contact)) => assert_eq!(contact.current_id(), Some("canonical")),
            (id, Fetched::Found(contact)) => assert_eq!(contact.last_name.as_deref(), Some(id)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(stand_in.seen(BULK).len(), 2, "50 in a request");
}

#[tokio::test]
async fn t13_a_removal_is_removed_already_gone_refused_or_not_told() {
    let stand_in = StandIn::answering(|_, seen| {
        bulk(seen, |id| match id {
            "gone" => failed(id, 404, "not.found"),
            "held" => failed(id, 409, "request.conflict"),
            "lost" => json!({}),
            id => json!({ "id": id, "success": true, "status": 200 }),
        })
    })
    .await;
    let (genesys, clock) = (at(&stand_in).await, Clock::system());
    let removed = genesys.remove(&["held", "here", "lost", "gone"], &lease(&clock), deadline()).await.unwrap();
    let held = Removal::Refused(Failure::Conflict { code: "request.conflict".to_owned() });
    assert_eq!(removed, [held, Removal::Removed, Removal::Missing, Removal::AlreadyGone]);
    assert!(genesys.remove(&["here", "here"], &lease(&clock), deadline()).await.is_err(), "an id that stands twice");
    let spent = LeaseGuard::new(0, clock);
    let error = genesys.remove(&["here"], &spent, deadline()).await.unwrap_err();
    assert_eq!(error.failure, Failure::OutOfTime);
    assert_eq!(stand_in.seen("/remove").len(), 1, "without a lease nothing is sent");
}

#[tokio::test]
async fn a_contact_gets_another_salesforce_id_and_loses_it_with_its_link() {
    let desk = Desk::open().await;
    let source = desk.source().await;
    let outcomes = desk.genesys.add(&[person(&source, 1)], &desk.lease(), desk.deadline()).await.unwrap();
    let id = id_of(&outcomes[0]);
    let external_id = |value: &str| ExternalId { source_id: source.clone(), value: value.to_owned() };
    let (old, new) = (external_id("0031"), external_id("0032"));
    let url = "https://acme.my.salesforce.com/0032";
    let relinked = desk.genesys.relink(id, &old, &new, url, &desk.lease(), desk.deadline()).await.unwrap();
    assert_eq!(
        (relinked.external_ids.as_slice(), relinked.external_system_url.as_deref()),
        (&[new.clone()][..], Some(url))
    );
    for _ in 0..2 {
        let unlinked = desk.genesys.unlink(id, &new, &desk.lease(), desk.deadline()).await.unwrap();
        assert_eq!((unlinked.external_ids.len(), unlinked.external_system_url), (0, None));
        assert_eq!(unlinked.last_name.as_deref(), Some("Sá 1"));
    }
    let gone = desk.genesys.unlink("00000000-0000-4000-8000-000000000000", &new, &desk.lease(), desk.deadline()).await;
    assert!(matches!(gone.unwrap_err().failure, Failure::NotFound { .. }));
}

#[tokio::test]
async fn an_id_from_before_a_merge_leads_to_the_contact_that_came_out_of_it() {
    let desk = Desk::open().await;
    let source = desk.source().await;
    let people = [person(&source, 1), person(&source, 2), person(&source, 3)];
    let outcomes = desk.genesys.add(&people, &desk.lease(), desk.deadline()).await.unwrap();
    let ids: Vec<&str> = outcomes.iter().map(id_of).collect();
    desk.control("POST", "/_sim/genesys/contacts/merge", &json!({ "contactIds": ids[..2] }));

    let merged = desk.genesys.contact(ids[0], desk.deadline()).await.unwrap().unwrap();
    let current = merged.current_id().unwrap().to_owned();
    assert!(!ids.contains(&current.as_str()));
    let fetched = desk.genesys.fetch(&ids, desk.deadline()).await.unwrap();
    let found: Vec<_> = fetched
        .iter()
        .map(|fetched| {
            let Fetched::Found(contact) = fetched else { panic!("{fetched:?}") };
            contact.current_id().unwrap()
        })
        .collect();
    assert_eq!(found, [current.as_str(), current.as_str(), ids[2]]);

    let unknown = "00000000-0000-4000-8000-000000000000";
    let removed = desk.genesys.remove(&[unknown, ids[2], &current], &desk.lease(), desk.deadline()).await.unwrap();
    assert_eq!(removed, [Removal::AlreadyGone, Removal::Removed, Removal::Removed]);
    let fetched = desk.genesys.fetch(&ids, desk.deadline()).await.unwrap();
    assert_eq!(fetched, [Fetched::Gone, Fetched::Gone, Fetched::Gone]);
    assert_eq!(desk.genesys.contact(ids[1], desk.deadline()).await.unwrap(), None);
}
