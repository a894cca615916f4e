//! Contacts are read to the last one, and each outcome belongs to its contact.

use genesys::{Change, Enrich, EnrichAction, ExternalContact, Identifier, ItemOutcome};
use platform::vendor::Failure;
use serde_json::json;

use crate::desk::{Desk, id_of, person};

#[tokio::test]
async fn t14_a_scan_reads_every_contact_and_not_the_first_thousand() {
    for end in ["no_cursor", "empty_page"] {
        let desk = Desk::open().await;
        desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "scan_end": end } }));
        let people: Vec<_> = (0..1_200)
            .map(|number| json!({ "lastName": format!("Sá {number}"), "workEmail": format!("a{number}@example.com") }))
            .collect();
        desk.control("POST", "/_sim/genesys/contacts", &json!(people));
        let (mut ids, mut cursor) = (std::collections::BTreeSet::new(), None);
        loop {
            let page = desk.genesys.scan(cursor.as_deref(), 200, desk.deadline()).await.unwrap();
            ids.extend(page.contacts.into_iter().map(|contact| contact.id.unwrap()));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(ids.len(), 1_200, "{end}");
    }
}

#[tokio::test]
async fn t12_t13_each_outcome_belongs_to_its_contact_whatever_the_order() {
    let desk = Desk::open().await;
    let source = desk.source().await;
    let mut people: Vec<_> = (0..30).map(|number| person(&source, number)).collect();
    people[7].work_email = Some("no address".to_owned());
    let outcomes = desk.genesys.add(&people, &desk.lease(), desk.deadline()).await.unwrap();
    let refused = Failure::Rejected { code: "validation.failed".to_owned(), field: Some("workEmail".to_owned()) };
    assert_eq!(outcomes[7], ItemOutcome::Refused(refused));
    for (person, outcome) in
        people.iter().zip(&outcomes).filter(|(person, _)| person.work_email.as_deref() != Some("no address"))
    {
        let identifier = Identifier::ExternalId(person.external_ids[0].clone());
        let found = desk.genesys.lookup(&identifier, desk.deadline()).await.unwrap().unwrap();
        assert_eq!(found.id.as_deref(), Some(id_of(outcome)));
        assert_eq!(found.last_name, person.last_name);
    }
    assert_eq!(desk.stored().len(), 29);
}

#[tokio::test]
async fn a_list_that_is_too_long_for_genesys_is_halved_until_it_fits() {
    let desk = Desk::open().await;
    let source = desk.source().await;
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "bulk_add_max": 13 } }));
    let people: Vec<_> = (0..50).map(|number| person(&source, number)).collect();
    let outcomes = desk.genesys.add(&people, &desk.lease(), desk.deadline()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, ItemOutcome::Done { created: true, .. })), "{outcomes:?}");
    assert_eq!((desk.stored().len(), desk.calls("contacts_bulk_add")), (50, 7));
}

#[tokio::test]
async fn an_add_without_an_answer_is_not_repeated_and_enrich_finds_what_it_did() {
    let desk = Desk::open().await;
    let source = desk.source().await;
    desk.control(
        "POST",
        "/_sim/faults",
        &json!({ "fault": "answer_lost", "operation": "contacts_bulk_add", "count": 1 }),
    );
    let people: Vec<_> = (0..3).map(|number| person(&source, number)).collect();
    let error = desk.genesys.add(&people, &desk.lease(), desk.deadline()).await.unwrap_err();
    assert_eq!((error.failure, desk.calls("contacts_bulk_add")), (Failure::NoAnswer, 1));
    let again: Vec<_> = people.iter().map(upsert).collect();
    let outcomes = desk.genesys.enrich(&again, &desk.lease(), desk.deadline()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, ItemOutcome::Done { created: false, .. })), "{outcomes:?}");
    assert_eq!(desk.stored().len(), 3);
}

#[tokio::test]
async fn t17_a_token_revoked_between_two_pages_of_work_loses_nothing() {
    let desk = Desk::open().await;
    let source = desk.source().await;
    desk.control(
        "POST",
        "/_sim/faults",
        &json!({ "fault": "token_revoked", "operation": "contacts_bulk_enrich", "count": 1 }),
    );
    let people: Vec<_> = (0..25).map(|number| upsert(&person(&source, number))).collect();
    let outcomes = desk.genesys.enrich(&people, &desk.lease(), desk.deadline()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, ItemOutcome::Done { created: true, .. })), "{outcomes:?}");
    assert_eq!(desk.stored().len(), 25);
}

#[tokio::test]
async fn enrich_keeps_external_ids_and_a_patch_empties_a_field() {
    let desk = Desk::open().await;
    let source = desk.source().await;
    let other = json!([{ "lastName": "Lima", "workEmail": "ana1@example.com", "externalIds": [{ "source": "Other", "value": "x-1" }] }]);
    desk.control("POST", "/_sim/genesys/contacts", &other);
    let found = Enrich { identifier: Identifier::Email("ana1@example.com".to_owned()), ..upsert(&person(&source, 1)) };
    let outcomes = desk.genesys.enrich(&[found], &desk.lease(), desk.deadline()).await.unwrap();
    let id = id_of(&outcomes[0]);
    let change = [Change::remove("workEmail"), Change::update("title", "Dra.")];
    let contact: ExternalContact = desk.genesys.patch(id, &change, &desk.lease(), desk.deadline()).await.unwrap();
    assert_eq!((contact.external_ids.len(), contact.work_email, contact.title.as_deref()), (2, None, Some("Dra.")));
    assert_eq!(contact.last_name.as_deref(), Some("Sá 1"));
}

#[tokio::test]
async fn no_such_contact_is_none_and_a_refused_update_is_an_outcome() {
    let desk = Desk::open().await;
    let source = desk.source().await;
    let nobody = Identifier::external_id(&source, "003x");
    assert_eq!(desk.genesys.lookup(&nobody, desk.deadline()).await.unwrap(), None);
    let update = Enrich { action: EnrichAction::Update, ..upsert(&person(&source, 1)) };
    let outcomes = desk.genesys.enrich(&[update], &desk.lease(), desk.deadline()).await.unwrap();
    assert_eq!(outcomes, [ItemOutcome::Refused(Failure::NotFound { code: "matching.contact.not.found".to_owned() })]);
}

fn upsert(person: &ExternalContact) -> Enrich {
    let ours = person.external_ids[0].clone();
    Enrich {
        tracker: ours.value.clone(),
        identifier: Identifier::ExternalId(ours),
        action: EnrichAction::Upsert,
        contact: person.clone(),
    }
}
