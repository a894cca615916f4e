//! `/_sim/`: seeding, settings, clock, journal, and the page.

use serde_json::{Value, json};
use simulator::{Options, start};

use crate::desk::Desk;

#[tokio::test]
async fn the_demo_says_what_it_made_and_what_to_expect() {
    let desk = Desk::open().await;
    let made = desk.control("POST", "seed", &json!({"scenario": "demo", "contacts": 1000, "seed": 7}));
    let expected = &made["expected"];
    assert_eq!(expected["fetched"], 1_000);
    assert_eq!((&expected["updated"], &expected["skipped"]["review"]), (&json!(60), &json!(10)));
    assert_eq!(expected["created"], 930);
    assert_eq!(expected["warnings"]["shared_key"], 60);
    let rows = desk.control("GET", "salesforce/contacts", &Value::Null);
    assert_eq!(rows.as_array().unwrap().len(), 1_000);
    let total = desk.soql("SELECT Id FROM Contact WHERE SystemModstamp < 2100-01-01T00:00:00Z").await;
    assert_eq!(total.body["totalSize"], 1_000);
    for contact in desk.contacts() {
        assert!(contact.get("externalIds").is_none());
    }
    let again = Desk::open().await;
    let same = again.control("POST", "seed", &json!({"scenario": "demo", "contacts": 1000, "seed": 7}));
    assert_eq!(made, same);
}

#[tokio::test]
async fn the_plain_scenario_makes_exactly_what_was_asked() {
    let desk = Desk::open().await;
    let made = desk.control("POST", "seed", &json!({"scenario": "plain", "contacts": 1000, "existing": 400}));
    assert_eq!((&made["expected"]["created"], &made["expected"]["updated"]), (&json!(600), &json!(400)));
    assert_eq!(desk.contacts().len(), 400);
    let refused =
        desk.simulator.control("POST", "/_sim/seed", &json!({"scenario": "plain", "contacts": 1, "existing": 2}));
    assert_eq!(refused.0, 400);
}

#[tokio::test]
async fn the_capacity_scenario_stands_beside_any_other_and_has_the_same_ids_everywhere() {
    let desk = Desk::open().await;
    let people = json!({"scenario": "demo", "contacts": 200, "seed": 7});
    let made = desk.control("POST", "seed", &json!({"scenario": "capacity"}));
    let beside = desk.control("POST", "seed", &people);
    let other = Desk::open().await;
    assert_eq!(other.control("POST", "seed", &people), beside);
    assert_eq!(other.control("POST", "seed", &json!({"scenario": "capacity"})), made);
    assert_eq!(other.contacts().len(), desk.contacts().len());

    let table = made["table"].as_str().unwrap();
    let row =
        desk.genesys("GET", &format!("/flows/datatables/{table}/rows/Support?showbrief=false"), Value::Null).await;
    assert_eq!((row.status, &row.body["capacity"]), (200, &json!(200)));
    for queue in made["queues"].as_array().unwrap() {
        let path = format!("/routing/queues/{}", queue.as_str().unwrap());
        let queue = desk.genesys("GET", &path, Value::Null).await.body;
        assert_eq!(desk.genesys("PUT", &path, queue).await.status, 200);
    }
    for user in made["users"].as_array().unwrap() {
        let path = format!("/routing/users/{}/utilization", user.as_str().unwrap());
        assert_eq!(desk.genesys("GET", &path, Value::Null).await.body["level"], "Organization");
    }
    let overview = desk.control("GET", "overview", &Value::Null);
    assert!(overview["capacity"][1]["value"].as_str().unwrap().starts_with("capacity 200"), "{overview}");
    for body in [json!({"scenario": "capacity"}), json!({"scenario": "capacity", "contacts": 5})] {
        assert_eq!(desk.simulator.control("POST", "/_sim/seed", &body).0, 400);
    }
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"rate_allowed": 1}}));
    desk.fault(&json!({"fault": "busy"}));
    desk.control("POST", "genesys/contacts", &json!({"lastName": "Sá"}));
    desk.control("POST", "reset", &Value::Null);
    assert!(desk.contacts().is_empty());
    assert_eq!(desk.control("GET", "settings", &Value::Null)["genesys"]["rate_allowed"], 300);
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 401);
}

#[tokio::test]
async fn the_journal_counts_and_holds_no_token() {
    let desk = Desk::open().await;
    let source = desk.source();
    desk.bulk_add(json!([{"lastName": "Sá", "externalIds": [{"externalSource": {"id": source}, "value": "003A"}]}]))
        .await;
    desk.lookup("ExternalId", "003A").await;
    desk.soql("SELECT Id FROM Contact").await;
    let counts = desk.control("GET", "journal/counts", &Value::Null);
    assert_eq!((&counts["genesys"]["total"], &counts["salesforce"]["total"]), (&json!(3), &json!(2)));
    assert_eq!((&counts["genesys"]["writes"], &counts["genesys"]["reads"]), (&json!(1), &json!(1)));
    assert_eq!(counts["genesys"]["operations"]["contacts_bulk_add"], 1);
    assert_eq!(counts["genesys"]["items_written"], 1);
    let journal = desk.control("GET", "journal", &Value::Null);
    let numbers: Vec<u64> = journal.as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    let text = journal.to_string();
    for secret in
        [desk.genesys_token.as_str(), desk.salesforce_token.as_str(), "demo-genesys-secret", "demo-salesforce-secret"]
    {
        assert!(!text.contains(secret));
    }
    let added = desk.control("GET", "journal?operation=contacts_bulk_add&after=2", &Value::Null);
    assert_eq!(added[0]["request"]["entities"][0]["lastName"], "Sá");
    assert_eq!(added[0]["response"]["errorCount"], 0);
    desk.control("DELETE", "journal", &Value::Null);
    desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!(desk.last_entry()["number"], 6);
}

#[tokio::test]
async fn the_clock_moves_by_file_and_by_hand() {
    let path = std::env::temp_dir().join(format!("simulator-clock-{}", std::process::id()));
    std::fs::write(&path, "86400 1").unwrap();
    let options = Options { clock_file: Some(path.clone()), ..Options::default() };
    let desk = Desk::open_with(options).await;
    let plain = Desk::open().await;
    let date = async |desk: &Desk| {
        let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
        answer.header("date").to_owned()
    };
    assert_ne!(date(&desk).await[..16], date(&plain).await[..16]);
    desk.control("PUT", "clock", &json!({"ahead": 0}));
    assert_eq!(date(&desk).await[..16], date(&plain).await[..16]);
    assert_eq!(desk.simulator.control("PUT", "/_sim/clock", &json!({"ahead": 0, "speed": 0})).0, 400);
    desk.control("DELETE", "clock", &Value::Null);
    assert_eq!(desk.control("GET", "clock", &Value::Null)["ahead"], 86_400.0);
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn the_page_shows_both_sides_joined() {
    let desk = Desk::open().await;
    desk.control("POST", "salesforce/contacts", &json!([{"Id": "0035e00000000Aa", "LastName": "Sá"}]));
    let id = desk.control("GET", "salesforce/contacts", &Value::Null)[0]["Id"].clone();
    desk.control(
        "POST",
        "genesys/contacts",
        &json!([
        {"lastName": "Sá", "externalIds": [{"source": "Salesforce", "value": id}]}, {"lastName": "Alone"}]),
    );
    let overview = desk.control("GET", "overview?limit=10", &Value::Null);
    assert_eq!((&overview["linked"], overview["rows"].as_array().unwrap().len()), (&json!(1), 2));
    assert_eq!(overview["rows"][0]["genesys"][0]["lastName"], "Sá");
    assert_eq!(desk.control("GET", "overview?q=alone", &Value::Null)["rows_matching"], 1);
    let page = desk.client().get(&desk.simulator.url).send().await.unwrap();
    let text = page.text().await.unwrap();
    assert!(text.contains("/_sim/overview") && !text.contains("https://") && !text.contains("src=\"http"));
}

#[tokio::test]
async fn nonsense_is_refused_with_a_sentence() {
    let desk = Desk::open().await;
    let cases = [
        ("POST", "/_sim/nothing", json!({}), 404),
        ("GET", "/elsewhere", Value::Null, 404),
        ("PUT", "/_sim/settings", json!({"genesys": {"colour": "red"}}), 400),
        ("POST", "/_sim/faults", json!({"fault": "gremlin"}), 400),
        ("POST", "/_sim/salesforce/contacts", json!([{"FirstName": "No last name"}]), 400),
        ("POST", "/_sim/salesforce/contacts", json!([{"LastName": "Sá", "ShoeSize": 43}]), 400),
        ("PATCH", "/_sim/salesforce/contacts/0035e0000000000", json!({"Title": "x"}), 400),
        ("POST", "/_sim/genesys/contacts", json!([{"shoeSize": 43}]), 400),
        ("DELETE", "/_sim/genesys/contacts/nobody", json!({}), 400),
        ("POST", "/_sim/tokens/revoke", json!({"vendor": "acme"}), 400),
        ("POST", "/_sim/seed", json!({"scenario": "demo", "contacts": 3}), 400),
    ];
    for (method, path, body, status) in cases {
        let answer = desk.simulator.control(method, path, &body);
        assert_eq!(answer.0, status, "{method} {path}: {}", answer.1);
        assert!(!answer.1["error"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn many_simulators_live_side_by_side_and_end_when_dropped() {
    let mut simulators = Vec::new();
    for seed in 0..50 {
        simulators.push(start(Options { seed, ..Options::default() }).await.unwrap());
    }
    let last = simulators.pop().unwrap();
    let url = format!("{}/_sim/about", last.url);
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 200);
    last.stop();
    assert!(reqwest::get(&url).await.is_err());
}
