//! Reading from Genesys: organisation, sources, scan, search, single contacts, look-up.

use serde_json::{Value, json};

use crate::desk::Desk;

async fn add(desk: &Desk, count: usize) {
    let people: Vec<Value> = (0..count).map(|number| json!({"lastName": format!("Sá {number}")})).collect();
    desk.control("POST", "genesys/contacts", &json!(people));
}

#[tokio::test]
async fn the_organisation_is_the_one_that_was_set() {
    let desk = Desk::open().await;
    let answer = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!(answer.body["id"], "11111111-2222-4333-8444-555555555555");
    desk.settings(&json!({"genesys": {"organization_id": "other"}}));
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.body["id"], "other");
}

#[tokio::test]
async fn sources_are_made_once_and_found_by_prefix() {
    let desk = Desk::open().await;
    let path = "/externalcontacts/externalsources";
    let made = desk.genesys("POST", path, json!({"name": "Salesforce", "active": true})).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let again = desk.genesys("POST", path, json!({"name": "salesforce"})).await;
    assert_eq!((again.status, &again.body["code"]), (409, &json!("external.source.exists")));
    assert_eq!(desk.genesys("POST", path, json!({"name": ""})).await.status, 422);
    assert_eq!(desk.genesys("POST", path, json!({"name": "x", "colour": "red"})).await.status, 400);
    for number in 0..12 {
        desk.genesys("POST", path, json!({"name": format!("Other {number}")})).await;
    }
    let found = desk.genesys("GET", &format!("{path}?name=Sales&active=true&limit=10"), Value::Null).await;
    assert_eq!(found.body["entities"][0]["id"], made.body["id"]);
    assert_eq!(found.body["entities"].as_array().unwrap().len(), 1);
    let first = desk.genesys("GET", &format!("{path}?limit=10"), Value::Null).await;
    let cursor = first.body["cursors"]["after"].as_str().unwrap();
    let second = desk.genesys("GET", &format!("{path}?limit=10&cursor={cursor}"), Value::Null).await;
    assert_eq!(second.body["entities"].as_array().unwrap().len(), 3);
    assert!(second.body["cursors"].get("after").is_none());
}

#[tokio::test]
async fn a_scan_gives_every_contact_once_and_a_new_cursor_per_page() {
    let desk = Desk::open().await;
    add(&desk, 45).await;
    let (mut names, mut cursors) = (Vec::new(), Vec::new());
    let mut path = "/externalcontacts/scan/contacts?limit=20".to_owned();
    loop {
        let page = desk.genesys("GET", &path, Value::Null).await;
        let entities = page.body["entities"].as_array().unwrap();
        names.extend(entities.iter().map(|contact| contact["lastName"].as_str().unwrap().to_owned()));
        let Some(cursor) = page.body["cursors"]["after"].as_str() else { break };
        assert!(page.body["nextUri"].as_str().unwrap().contains(cursor));
        cursors.push(cursor.to_owned());
        path = format!("/externalcontacts/scan/contacts?limit=20&cursor={cursor}");
    }
    assert_eq!((names.len(), cursors.len()), (45, 2));
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 45);
    assert_ne!(cursors[0], cursors[1]);
}

#[tokio::test]
async fn a_bad_or_old_cursor_is_422_and_a_bad_limit_400() {
    let desk = Desk::open().await;
    add(&desk, 30).await;
    let scan = "/externalcontacts/scan/contacts";
    let bad = desk.genesys("GET", &format!("{scan}?cursor=bad"), Value::Null).await;
    assert_eq!((bad.status, &bad.body["code"]), (422, &json!("unprocessable.entity")));
    for limit in ["9", "201", "many"] {
        assert_eq!(desk.genesys("GET", &format!("{scan}?limit={limit}"), Value::Null).await.status, 400);
    }
    let page = desk.genesys("GET", &format!("{scan}?limit=10"), Value::Null).await;
    let next = format!("{scan}?limit=10&cursor={}", page.body["cursors"]["after"].as_str().unwrap());
    desk.settings(&json!({"genesys": {"token_lifetime_s": 200_000, "scan_cursor_lifetime_s": 100}}));
    assert_eq!(desk.genesys("GET", &next, Value::Null).await.status, 200);
    desk.ahead(101.0);
    assert_eq!(desk.genesys("GET", &next, Value::Null).await.status, 422);
}

#[tokio::test]
async fn t14_the_search_window_ends_at_a_thousand() {
    let desk = Desk::open().await;
    add(&desk, 30).await;
    desk.ahead(10.0);
    let search =
        async |query: &str| desk.genesys("GET", &format!("/externalcontacts/contacts?{query}"), Value::Null).await;
    assert_eq!(search("pageSize=100&pageNumber=10").await.status, 200);
    assert_eq!(search("pageSize=100&pageNumber=11").await.status, 400);
    assert_eq!(search("pageSize=1001").await.status, 400);
    let found = search("pageSize=10&q=S%C3%A1%2017&sortOrder=lastName:desc").await;
    assert_eq!((found.status, &found.body["total"]), (200, &json!(1)), "{}", found.body);
    let sorted = search("pageSize=5&sortOrder=lastName:desc").await;
    assert_eq!(sorted.body["entities"][0]["lastName"], "Sá 9");
    assert_eq!(search("sortOrder=age:asc").await.status, 400);
    assert_eq!(search("colour=red").await.status, 400);
}

#[tokio::test]
async fn a_search_does_not_find_what_was_just_written() {
    let desk = Desk::open().await;
    add(&desk, 1).await;
    let search = "/externalcontacts/contacts?q=S%C3%A1";
    assert_eq!(desk.genesys("GET", search, Value::Null).await.body["total"], 0);
    desk.ahead(6.0);
    assert_eq!(desk.genesys("GET", search, Value::Null).await.body["total"], 1);
}

#[tokio::test]
async fn a_contact_is_found_by_id_and_by_each_identifier() {
    let desk = Desk::open().await;
    let contact = json!({
        "lastName": "Sá", "workEmail": "Ana@Example.com", "cellPhone": {"display": "512 555 0100"},
        "externalIds": [{"source": "Salesforce", "value": "0035e000000001AAA"}],
    });
    let ids = desk.control("POST", "genesys/contacts", &contact);
    let id = ids["ids"][0].as_str().unwrap();
    for (kind, value) in [("Email", "ANA@example.com"), ("Phone", "+15125550100"), ("ExternalId", "0035e000000001AAA")]
    {
        let found = desk.lookup(kind, value).await;
        assert_eq!((found.status, &found.body["id"]), (200, &json!(id)), "{kind}");
    }
    let got = desk.genesys("GET", &format!("/externalcontacts/contacts/{id}?expand=identifiers"), Value::Null).await;
    assert_eq!(got.body["cellPhone"]["e164"], "+15125550100");
    assert!(got.body["modifyDate"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn a_lookup_refuses_what_is_no_identifier() {
    let desk = Desk::open().await;
    assert_eq!(desk.lookup("Email", "nobody@example.com").await.body["code"], "not.found");
    for (kind, value) in [("Phone", "512 555 0100"), ("Phone", "15125550100"), ("Shoe", "43"), ("Email", "")] {
        let refused = desk.lookup(kind, value).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!("validation.failed")), "{kind} {value}");
    }
    let path = "/externalcontacts/identifierlookup/contacts";
    let no_source = desk.genesys("POST", path, json!({"type": "ExternalId", "value": "003"})).await;
    assert_eq!(no_source.status, 422);
    assert_eq!(desk.genesys("POST", path, json!({"kind": "Email"})).await.status, 400);
    let social = desk.genesys("POST", path, json!({"type": "SocialLine", "value": "x"})).await;
    assert_eq!(social.status, 404);
}

#[tokio::test]
async fn what_is_not_simulated_says_so() {
    let desk = Desk::open().await;
    let unknown = desk.genesys("GET", "/routing/queues", Value::Null).await;
    assert_eq!((unknown.status, &unknown.body["code"]), (501, &json!("not.simulated")));
    assert!(unknown.body["message"].as_str().unwrap().contains("GET /api/v2/routing/queues"));
    let unknown = desk.salesforce("/services/data/v66.0/limits").await;
    assert_eq!((unknown.status, &unknown.body[0]["errorCode"]), (501, &json!("NOT_SIMULATED")));
}
