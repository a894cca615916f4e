//! SOQL over HTTP.

use serde_json::json;

use crate::desk::Desk;

#[tokio::test]
async fn a_query_pages_with_the_vendors_shapes() {
    let desk = Desk::open().await;
    desk.settings(json!({"salesforce": {"page_size": 10}}));
    let people: Vec<_> = (0..25)
        .map(|number| {
            json!({"LastName": format!("Sá {number}"), "SystemModstamp": "2026-11-22T04:00:00Z",
                "Account": {"Name": "Acme", "BillingCountry": "Brazil"}})
        })
        .collect();
    desk.control("POST", "salesforce/contacts", json!(people));
    let query = "select Id, LastName, SystemModstamp, Account.BillingCountry from Contact where SystemModstamp >= 2026-11-22T04:00:00Z order by SystemModstamp, Id";
    let mut page = desk.soql(query).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let first = &page.body["records"][0];
    assert_eq!(first["SystemModstamp"], "2026-11-22T04:00:00.000+0000");
    assert_eq!(first["Account"]["BillingCountry"], "Brazil");
    assert_eq!(first["attributes"]["type"], "Contact");
    let mut ids = Vec::new();
    loop {
        ids.extend(page.body["records"].as_array().unwrap().iter().map(|row| row["Id"].as_str().unwrap().to_owned()));
        assert_eq!(page.body["totalSize"], 25);
        if page.body["done"] == true {
            break;
        }
        page = desk.salesforce(page.body["nextRecordsUrl"].as_str().unwrap()).await;
    }
    assert_eq!(ids.len(), 25);
    assert!(ids.is_sorted());
    assert!(page.header("sforce-limit-info").starts_with("api-usage=3/"));
}
