//! Statements are read to their last row, stay inside their literals, and say what to change when they cannot work.

use std::collections::BTreeSet;

use jiff::Timestamp;
use platform::next::Next;
use platform::vendor::Failure;
use salesforce::Soql;
use serde_json::{Value, json};

use crate::desk::Desk;

const STAMP: &str = "2026-11-22T04:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn contacts() -> Soql {
    Soql::select("Contact", ["Id", "LastName", "SystemModstamp", "Account.BillingCountry"]).unwrap()
}

fn people(count: usize) -> Value {
    let person = |number| json!({ "LastName": format!("Sá {number}"), "SystemModstamp": STAMP, "Account": { "Name": "A", "BillingCountry": "Brazil" } });
    (0..count).map(person).collect()
}

#[tokio::test]
async fn t02_rows_of_one_second_are_all_read_over_many_pages_and_behind_any_row() {
    let desk = Desk::open().await;
    desk.control("PUT", "/_sim/settings", &json!({ "salesforce": { "page_size": 10 } }));
    desk.control("POST", "/_sim/salesforce/contacts", &people(45));
    let rows = desk.rows(&contacts().changed_since(at(STAMP))).await.unwrap();
    let ids: BTreeSet<&str> = rows.iter().map(salesforce::Record::id).collect();
    assert_eq!((rows.len(), ids.len()), (45, 45));
    assert_eq!(
        (rows[7].time("SystemModstamp"), rows[7].text("Account.BillingCountry")),
        (Some(at(STAMP)), Some("Brazil"))
    );
    let rest = desk.rows(&contacts().changed_after(at(STAMP), rows[19].id()).unwrap()).await.unwrap();
    assert_eq!(rest.first().map(salesforce::Record::id), Some(rows[20].id()));
    assert_eq!(rest.len(), 25);
    let some = contacts().with_ids([rows[3].id(), rows[5].id()]).unwrap();
    assert_eq!(desk.rows(&some).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_page_carries_salesforces_time_and_an_idle_read_costs_two_calls() {
    let desk = Desk::open().await;
    let page = desk.salesforce.query(&contacts().changed_since(at(STAMP)), desk.deadline()).await.unwrap();
    assert!(page.records.is_empty() && page.next.is_none() && page.server_time > at("2020-01-01T00:00:00Z"));
    assert_eq!(desk.salesforce.requests(), 2);
    let instance = desk.salesforce.instance(desk.deadline()).await.unwrap();
    assert_eq!(instance.record_url("003A"), format!("{}/003A", desk.simulator.url));
    desk.salesforce.server_time(desk.deadline()).await.unwrap();
    assert_eq!(desk.salesforce.requests(), 3);
}

#[tokio::test]
async fn an_answer_dated_in_the_future_ends_no_window_there() {
    let desk = Desk::open().await;
    let machine = platform::clock::Clock::system();
    for (seconds, is_taken) in [(86_400, false), (-86_400, true)] {
        desk.control(
            "POST",
            "/_sim/faults",
            &json!({ "fault": "clock_skew", "seconds": seconds, "operation": "query", "count": 1 }),
        );
        let page = desk.salesforce.query(&contacts(), desk.deadline()).await.unwrap();
        let behind = machine.now().duration_since(page.server_time).as_secs();
        assert_eq!((behind >= 86_400, behind >= 0), (is_taken, true), "{seconds}: {}", page.server_time);
    }
}

#[tokio::test]
async fn t32_hostile_values_find_themselves_and_nothing_else() {
    let desk = Desk::open().await;
    let names = ["O'Brien", "' OR Id != '", "\\", "\\'", "a\nb", "%", "_", "\\u0027", "x') LIMIT 1"];
    let hostile: Vec<_> = names.iter().map(|name| json!({ "LastName": name, "SystemModstamp": STAMP })).collect();
    desk.control("POST", "/_sim/salesforce/contacts", &json!(hostile));
    for name in names {
        let rows = desk.rows(&contacts().equal("LastName", name).unwrap()).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.text("LastName")).collect::<Vec<_>>(), [Some(name)]);
    }
}

#[tokio::test]
async fn a_page_that_salesforce_forgot_begins_the_window_again() {
    let desk = Desk::open().await;
    desk.control("PUT", "/_sim/settings", &json!({ "salesforce": { "page_size": 10 } }));
    desk.control("POST", "/_sim/salesforce/contacts", &people(15));
    let page = desk.salesforce.query(&contacts(), desk.deadline()).await.unwrap();
    desk.control("DELETE", "/_sim/salesforce/cursors", &Value::Null);
    let error = desk.salesforce.next_page(&page.next.unwrap(), desk.deadline()).await.unwrap_err();
    assert_eq!(error.next(), Next::PlanAgain);
}

#[tokio::test]
async fn a_statement_that_cannot_work_names_what_to_change() {
    let desk = Desk::open().await;
    let unknown = Soql::select("Contact", ["Id", "Nickname__c"]).unwrap();
    let error = desk.salesforce.query(&unknown, desk.deadline()).await.unwrap_err();
    assert!(error.to_string().contains("Contact has no column Nickname__c"), "{error}");
    let object = Soql::select("Patient", ["Id"]).unwrap();
    let error = desk.salesforce.query(&object, desk.deadline()).await.unwrap_err();
    assert!(error.to_string().contains("no object Patient"), "{error}");
    for version in ["99.0", "20.0"] {
        let desk = Desk::with_version(version).await;
        let error = desk.salesforce.query(&contacts(), desk.deadline()).await.unwrap_err();
        assert!(matches!(error.failure, Failure::Misconfigured(_)), "{error}");
    }
}

#[tokio::test]
async fn t17_a_revoked_session_is_replaced_once_in_the_middle_of_the_pages() {
    let desk = Desk::open().await;
    desk.control("PUT", "/_sim/settings", &json!({ "salesforce": { "page_size": 10 } }));
    desk.control("POST", "/_sim/salesforce/contacts", &people(25));
    desk.control("POST", "/_sim/faults", &json!({ "fault": "token_revoked", "operation": "query_more", "count": 1 }));
    assert_eq!(desk.rows(&contacts()).await.unwrap().len(), 25);
    assert_eq!(desk.salesforce.requests(), 6); // login, 3 pages, 1 refused, login
}

#[tokio::test]
async fn t16_a_used_up_quota_stops_the_job_and_is_no_empty_page() {
    let desk = Desk::open().await;
    desk.control("POST", "/_sim/salesforce/usage", &json!({ "used": 80_000 }));
    desk.salesforce.query(&contacts(), desk.deadline()).await.unwrap(); // Tells the usage.
    let error = desk.salesforce.query(&contacts(), desk.deadline()).await.unwrap_err();
    assert!(matches!(error.failure, Failure::Budget { used: 80_001, allowed: 100_000 }), "{error}");
    let other = Desk::open().await;
    other.control("POST", "/_sim/salesforce/usage", &json!({ "used": 100_000 }));
    let error = other.salesforce.query(&contacts(), other.deadline()).await.unwrap_err();
    assert_eq!(error.next(), Next::StopAndAlert);
}
