//! Which result belongs to which contact, on answers as Genesys gives them.

use serde_json::json;

use super::*;
use crate::{Enrich, EnrichAction, ExternalId, Identifier, add, enrich};

fn contact(value: &str) -> ExternalContact {
    let ours = ExternalId { source_id: "s-1".to_owned(), value: value.to_owned() };
    ExternalContact { last_name: Some("Lima".to_owned()), external_ids: vec![ours], ..Default::default() }
}

fn enriched(value: &str) -> Enrich {
    Enrich {
        identifier: Identifier::external_id("s-1", value),
        action: EnrichAction::Upsert,
        contact: contact(value),
        tracker: value.to_owned(),
    }
}

fn stored(id: &str, value: &str) -> Value {
    json!({ "id": id, "lastName": "Lima", "externalIds": [{ "externalSource": { "id": "s-1" }, "value": value }] })
}

fn joined(batch: &Batch<ItemOutcome>, answer: Value) -> Vec<ItemOutcome> {
    let answer: BulkAnswer = serde_json::from_value(answer).unwrap();
    join(&batch.items, answer.results, batch)
}

fn adds(values: &[&str]) -> Batch<ItemOutcome> {
    add::batch_for_tests(&values.iter().map(|value| contact(value)).collect::<Vec<_>>())
}

fn enriches(values: &[&str]) -> Batch<ItemOutcome> {
    enrich::batch_for_tests(&values.iter().map(|value| enriched(value)).collect::<Vec<_>>())
}

fn done(id: &str, created: bool) -> ItemOutcome {
    ItemOutcome::Done { id: id.to_owned(), created }
}

#[test]
fn t12_added_contacts_are_joined_by_external_id_in_whatever_order_they_come() {
    let answer = json!({ "results": [
        { "id": "g-3", "success": true, "status": 201, "entity": stored("g-3", "003C") },
        { "id": "g-1", "success": true, "status": 201, "entity": stored("g-1", "003A") },
        { "id": "g-2", "success": true, "status": 201, "entity": stored("g-2", "003B") },
    ], "errorCount": 0, "errorIndexes": [] });
    assert_eq!(
        joined(&adds(&["003A", "003B", "003C"]), answer),
        [done("g-1", true), done("g-2", true), done("g-3", true)]
    );
}

#[test]
fn t12_enriched_contacts_are_joined_by_tracker_in_whatever_order_they_come() {
    let answer = json!({ "results": [
        { "id": "003B", "success": true, "status": 200, "entity": stored("g-2", "003B") },
        { "id": "003A", "success": true, "status": 201, "entity": stored("g-1", "003A") },
    ] });
    assert_eq!(joined(&enriches(&["003A", "003B"]), answer), [done("g-1", true), done("g-2", false)]);
}

#[test]
fn t13_a_failure_inside_http_200_belongs_to_its_own_contact() {
    let failed = json!({
        "code": "validation.failed", "message": "ana@ is invalid", "status": 422, "retryable": false,
        "details": [{ "fieldName": "workEmail", "value": "ana@", "message": "invalid" }],
        "entity": { "externalIds": [{ "externalSource": { "id": "s-1" }, "value": "003B" }] },
    });
    let answer = json!({ "results": [
        { "success": false, "status": 422, "error": failed },
        { "id": "g-1", "success": true, "status": 201, "entity": stored("g-1", "003A") },
    ], "errorCount": 1, "errorIndexes": [0] });
    let refused = Failure::Rejected { code: "validation.failed".to_owned(), field: Some("workEmail".to_owned()) };
    assert_eq!(joined(&adds(&["003A", "003B"]), answer), [done("g-1", true), ItemOutcome::Refused(refused)]);
}

#[test]
fn t13_each_item_fails_in_its_own_way() {
    let failed = |tracker: &str, status: u16, retryable: bool| json!({ "id": tracker, "success": false, "status": status, "error": { "code": "x", "status": status, "retryable": retryable } });
    let answer = json!({ "results": [
        failed("a", 422, true), failed("b", 409, false), failed("c", 404, false), failed("d", 504, true), failed("e", 503, false),
    ] });
    let expected = [
        Failure::Busy { retry_after: RETRY_AFTER_DEFAULT },
        Failure::Conflict { code: "x".to_owned() },
        Failure::NotFound { code: "x".to_owned() },
        Failure::NoAnswer,
        Failure::Busy { retry_after: RETRY_AFTER_DEFAULT },
    ];
    assert_eq!(joined(&enriches(&["a", "b", "c", "d", "e"]), answer), expected.map(ItemOutcome::Refused));
}

#[test]
fn a_result_that_belongs_to_nobody_is_given_to_nobody() {
    let answer = json!({ "results": [
        { "id": "g-9", "success": true, "status": 201, "entity": stored("g-9", "003Z") },
        { "id": "g-8", "success": true, "status": 201, "entity": { "id": "g-8", "lastName": "Lima" } },
        { "id": "g-7", "success": true, "status": 201 },
        { "success": false, "status": 422 },
    ] });
    assert_eq!(joined(&adds(&["003A", "003B"]), answer), [ItemOutcome::Missing, ItemOutcome::Missing]);
}

#[test]
fn another_source_with_the_same_value_is_another_contact() {
    let mut other = stored("g-1", "003A");
    other["externalIds"][0]["externalSource"]["id"] = json!("s-2");
    let answer = json!({ "results": [{ "id": "g-1", "success": true, "status": 201, "entity": other }] });
    assert_eq!(joined(&adds(&["003A"]), answer), [ItemOutcome::Missing]);
}

#[test]
fn results_that_contradict_each_other_are_read_back() {
    let twice = json!({ "results": [
        { "id": "a", "success": true, "status": 201, "entity": stored("g-1", "a") },
        { "id": "a", "success": true, "status": 201, "entity": stored("g-2", "a") },
    ] });
    assert_eq!(joined(&enriches(&["a", "b"]), twice), [ItemOutcome::Missing, ItemOutcome::Missing]);
    let of_two = json!({ "results": [{ "success": true, "status": 201, "entity": {
        "id": "g-1", "externalIds": [
            { "externalSource": { "id": "s-1" }, "value": "003A" }, { "externalSource": { "id": "s-1" }, "value": "003B" },
        ],
    } }] });
    assert_eq!(joined(&adds(&["003A", "003B"]), of_two), [ItemOutcome::Missing, ItemOutcome::Missing]);
}

#[test]
fn an_answer_without_usable_content_leaves_every_contact_missing() {
    for answer in [
        json!({}),
        json!({ "results": null }),
        json!({ "results": [] }),
        json!({ "results": [{}, { "id": "a", "success": true }] }),
    ] {
        assert_eq!(joined(&enriches(&["a"]), answer.clone())[0], ItemOutcome::Missing, "{answer}");
    }
}

#[test]
fn a_merged_contact_is_named_by_the_record_that_represents_it() {
    let mut merged = stored("g-1", "a");
    merged["canonicalContact"] = json!({ "id": "g-9" });
    let answer = json!({ "results": [{ "id": "a", "success": true, "status": 200, "entity": merged }] });
    assert_eq!(joined(&enriches(&["a"]), answer), [done("g-9", false)]);
}

#[test]
fn a_batch_whose_results_could_not_be_told_apart_is_not_sent() {
    assert!(check_keys(&adds(&["003A", "003B"]).items).is_ok());
    assert!(check_keys(&adds(&["003A", "003A"]).items).is_err());
    assert!(check_keys(&add::batch_for_tests(&[ExternalContact::default()]).items).is_err());
}

#[test]
fn a_batch_is_cut_to_size_and_a_refused_list_into_halves() {
    assert_eq!(cut(120, 50), [100..120, 50..100, 0..50]);
    assert!(cut(0, 50).is_empty());
    assert_eq!(halves(0..5), [2..5, 0..2]);
    assert_eq!(halves(4..6), [5..6, 4..5]);
}

#[test]
fn what_was_not_sent_says_why_and_what_may_have_been_done_is_missing() {
    let mut outcomes = vec![done("g-1", true), ItemOutcome::Missing, ItemOutcome::Missing];
    fill_unsent(&mut outcomes, vec![2..3, 1..2], &Failure::NoAnswer);
    assert_eq!(outcomes[1..], [ItemOutcome::Missing, ItemOutcome::Missing]);
    fill_unsent(&mut outcomes, vec![2..3, 1..2], &Failure::OutOfTime);
    let unsent = ItemOutcome::Refused(Failure::OutOfTime);
    assert_eq!(outcomes, [done("g-1", true), unsent.clone(), unsent]);
}
