//! Rows by id, deleted rows, and how many there are.

use platform::deadline::Deadline;
use platform::vendor::Failure;
use salesforce::{Deletions, Filter, MASTER_RECORD_ID, Record, Salesforce, Soql};
use serde_json::{Value, json};

use crate::desk::{Desk, client};
use crate::stand_in::{Seen, StandIn};

fn deadline() -> Deadline {
    Deadline::after(std::time::Duration::from_secs(60))
}

async fn at(stand_in: &StandIn) -> Salesforce {
    let secret = json!({ "login_url": "https://acme.my.salesforce.com", "client_id": "id", "client_secret": "secret" });
    client(&stand_in.url, "66.0", &secret).await
}

fn id(number: usize) -> String {
    format!("003{number:012}AAA")
}

/// Knows the contacts with an even number, and answers the last one first.
fn answer(seen: &Seen) -> (u16, Value) {
    let known = |id: &str| id[3..15].parse::<usize>().is_ok_and(|number| number % 2 == 0);
    let body = seen.json();
    if seen.path.starts_with("/services/data/v66.0/composite/sobjects/Contact") {
        let ids = body["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap());
        return (
            200,
            ids.map(|id| if known(id) { json!({ "Id": id, "LastName": "Lima" }) } else { Value::Null }).collect(),
        );
    }
    let ids = seen.path.split("%27").filter(|part| part.starts_with("003"));
    let rows: Vec<Value> =
        ids.filter(|id| known(id)).map(|id| json!({ "Id": id, "Account": { "Name": "Acme" } })).collect();
    (200, json!({ "totalSize": rows.len(), "done": true, "records": rows.into_iter().rev().collect::<Vec<_>>() }))
}

#[tokio::test]
async fn records_stand_at_the_place_of_their_ids_whatever_the_columns() {
    let stand_in = StandIn::answering(|_, seen| answer(seen)).await;
    let salesforce = at(&stand_in).await;
    let ids: Vec<String> = (0..2_500).rev().map(id).collect();
    for (columns, requests) in [(vec!["LastName"], 2), (vec!["LastName", "Account.Name"], 9)] {
        let before = salesforce.requests();
        let soql = Soql::select("Contact", &columns).unwrap();
        let records = salesforce.by_ids(&soql, &ids, deadline()).await.unwrap();
        for (id, record) in ids.iter().zip(&records) {
            let expected = (id[3..15].parse::<usize>().unwrap() % 2 == 0).then_some(id.as_str());
            assert_eq!(record.as_ref().map(Record::id), expected);
        }
        assert_eq!(salesforce.requests() - before, requests + u64::from(before == 0), "a login too, the first time");
    }
    let request = &stand_in.seen("/composite/")[0];
    let body = request.json();
    assert_eq!((request.method.as_str(), body["ids"].as_array().unwrap().len()), ("POST", 2_000));
    assert_eq!(body["fields"], json!(["LastName", "Id"]));
    let filter = Filter::parse("LastName != 'Sá'").unwrap().unwrap();
    let filtered = Soql::select("Contact", ["Id"]).unwrap().matching(&filter);
    assert_eq!(salesforce.by_ids(&filtered, &ids[..4], deadline()).await.unwrap().iter().flatten().count(), 2);
    assert_eq!(stand_in.seen("WHERE+%28LastName+%21%3D+%27S%C3%A1%27%29+AND+Id+IN+%28").len(), 1);
    let error = salesforce.by_ids(&Soql::select("Contact", ["Id"]).unwrap(), &["003'"], deadline()).await.unwrap_err();
    assert!(matches!(error.failure, Failure::Unexpected(_)), "{error}");
}

#[tokio::test]
async fn deletions_are_known_or_out_of_reach() {
    let stand_in = StandIn::answering(|_, seen| {
        if seen.path.contains("start=2026-11-01") {
            return (400, json!([{ "errorCode": "INVALID_REPLICATION_DATE", "message": "x" }]));
        }
        let gone = json!([{ "id": id(1), "deletedDate": "2026-11-22T03:30:00.000+0000" }]);
        (200, json!({ "deletedRecords": gone, "earliestDateAvailable": "2026-11-07T00:00:00.000+0000", "latestDateCovered": "2026-11-22T03:59:00.000+0000" }))
    })
    .await;
    let salesforce = at(&stand_in).await;
    let time = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let (start, end) = (time("2026-11-22T03:00:30Z"), time("2026-11-22T04:00:00Z"));
    let Deletions::Known(log) = salesforce.deleted("Contact", start, end, deadline()).await.unwrap() else { panic!() };
    assert_eq!((log.records[0].id.as_str(), log.latest_covered), (id(1).as_str(), time("2026-11-22T03:59:00Z")));
    let path = &stand_in.seen("/deleted/")[0].path;
    assert_eq!(
        path,
        "/services/data/v66.0/sobjects/Contact/deleted/?start=2026-11-22T03%3A00%3A00Z&end=2026-11-22T04%3A00%3A00Z"
    );
    let old = salesforce.deleted("Contact", time("2026-11-01T00:00:00Z"), end, deadline()).await.unwrap();
    assert_eq!(old, Deletions::OutOfReach { code: "INVALID_REPLICATION_DATE".to_owned() });
}

#[tokio::test]
async fn deleted_rows_and_counts_are_asked_for_where_they_are() {
    let stand_in = StandIn::answering(|_, _| (200, json!({ "totalSize": 7, "done": true, "records": [] }))).await;
    let salesforce = at(&stand_in).await;
    let soql = Soql::select("Contact", ["Id"]).unwrap().deleted();
    salesforce.query_all(&soql, deadline()).await.unwrap();
    assert_eq!(stand_in.seen("/queryAll?q=SELECT+Id+FROM+Contact+WHERE+IsDeleted+%3D+TRUE").len(), 1);
    assert_eq!(salesforce.count(&soql, deadline()).await.unwrap(), 7);
    assert_eq!(stand_in.seen("/query?q=SELECT+COUNT%28%29+FROM+Contact+WHERE+IsDeleted+%3D+TRUE").len(), 1);
}

#[tokio::test]
async fn a_pilot_is_read_by_its_filter_page_by_page() {
    let desk = Desk::open().await;
    let person = |number: usize| json!({ "LastName": format!("Sá {number}"), "Department": if number.is_multiple_of(3) { "North" } else { "O'Brien" } });
    desk.control("POST", "/_sim/salesforce/contacts", &(0..30).map(person).collect::<Value>());
    let filter =
        Filter::parse("(Department = 'O\\'Brien' AND LastName LIKE 'S_ %') OR LastName IN ('Sá 0')").unwrap().unwrap();
    let contacts = || Soql::select("Contact", ["Id", "LastName"]).unwrap().matching(&filter);
    let (mut names, mut next) = (Vec::new(), contacts().by_id().limit(6));
    loop {
        let rows = desk.rows(&next).await.unwrap();
        let Some(last) = rows.last() else { break };
        next = contacts().after_id(last.id()).unwrap().limit(6);
        names.extend(rows.iter().filter_map(|row| row.text("LastName").map(str::to_owned)));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 21);
}

#[tokio::test]
async fn a_merged_contact_is_told_from_a_deleted_one() {
    let desk = Desk::open().await;
    let people: Value = ["Sá", "Lima", "Reis", "Luz"].map(|name| json!({ "LastName": name })).into_iter().collect();
    desk.control("POST", "/_sim/salesforce/contacts", &people);
    let everybody = Soql::select("Contact", ["Id", "LastName", "Account.Name"]).unwrap().by_id();
    let rows = desk.rows(&everybody).await.unwrap();
    let ids: Vec<&str> = rows.iter().map(Record::id).collect();
    let merge = json!({ "master": ids[0], "losers": [ids[1]], "fields": {} });
    desk.control("POST", "/_sim/salesforce/contacts/merge", &merge);
    desk.control("DELETE", &format!("/_sim/salesforce/contacts/{}", ids[2]), &Value::Null);

    let left = desk.salesforce.by_ids(&everybody, &ids, desk.deadline()).await.unwrap();
    assert_eq!(left.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, false, true]);
    let own = Soql::select("Contact", ["LastName"]).unwrap();
    let left = desk.salesforce.by_ids(&own, &ids, desk.deadline()).await.unwrap();
    let names: Vec<_> = left.iter().map(|row| row.as_ref().and_then(|row| row.text("LastName"))).collect();
    assert_eq!(names, [rows[0].text("LastName"), None, None, rows[3].text("LastName")]);
    assert_eq!(desk.salesforce.count(&own, desk.deadline()).await.unwrap(), 2);

    let gone = Soql::select("Contact", ["Id", MASTER_RECORD_ID]).unwrap().deleted().with_ids(&ids).unwrap();
    let page = desk.salesforce.query_all(&gone, desk.deadline()).await.unwrap();
    let masters: Vec<_> = page.records.iter().map(|row| (row.id(), row.text(MASTER_RECORD_ID))).collect();
    assert_eq!(masters, [(ids[1], Some(ids[0])), (ids[2], None)]);
    let end = page.server_time + jiff::SignedDuration::from_mins(2);
    let log = desk.salesforce.deleted("Contact", page.server_time, end, desk.deadline()).await.unwrap();
    let Deletions::Known(log) = log else { panic!("{log:?}") };
    let mut logged: Vec<&str> = log.records.iter().map(|record| record.id.as_str()).collect();
    logged.sort_unstable();
    assert_eq!(logged, ids[1..3]);
}
