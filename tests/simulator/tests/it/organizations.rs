//! External organizations, and the contacts that belong to them.

use serde_json::{Value, json};

use crate::desk::{Answered, Desk};

const BASE: &str = "/externalcontacts";

async fn post(desk: &Desk, path: &str, body: Value) -> Answered {
    desk.genesys("POST", &format!("{BASE}/{path}"), body).await
}

fn acme(desk: &Desk) -> Value {
    json!({"name": "Acme", "industry": "Energy", "employeeCount": 12, "websites": ["https://acme.example"],
        "phoneNumber": {"display": "+1 512 555 0100"}, "address": {"city": "Austin"},
        "externalIds": [{"externalSource": {"id": desk.source()}, "value": "001A"}]})
}

#[tokio::test]
async fn organizations_are_added_in_bulk_and_found_by_external_id() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"bulk_order": "as_sent"}}));
    let answer =
        post(&desk, "bulk/organizations/add", json!({"entities": [acme(&desk), {"industry": "x"}, acme(&desk)]})).await;
    assert_eq!((answer.status, &answer.body["errorIndexes"]), (200, &json!([1, 2])), "{}", answer.body);
    let made = &answer.body["results"][0]["entity"];
    assert_eq!((&made["phoneNumber"]["e164"], made.get("type")), (&json!("+15125550100"), None));
    assert!(made["selfUri"].as_str().unwrap().starts_with("/api/v2/externalcontacts/organizations/"));
    assert_eq!(answer.body["results"][2]["status"], 409);
    let body = json!({"type": "ExternalId", "value": "001A", "externalSource": {"id": desk.source()}});
    let found = post(&desk, "identifierlookup/organizations", body).await;
    assert_eq!((found.status, &found.body["id"]), (200, &made["id"]));
    let other = post(&desk, "identifierlookup/organizations", json!({"type": "Email", "value": "a@b.co"})).await;
    assert_eq!(other.status, 422);
    assert_eq!(desk.lookup("ExternalId", "001A").await.status, 404);
    let fetched = post(&desk, "bulk/organizations", json!({"entities": [{"id": made["id"]}]})).await.body;
    assert_eq!(fetched["results"][0]["entity"]["name"], "Acme");
    let scanned = desk.genesys("GET", &format!("{BASE}/scan/organizations"), Value::Null).await.body;
    assert_eq!(scanned["entities"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_enrich_makes_an_organization_once() {
    let desk = Desk::open().await;
    let request = |name: &str| {
        json!({"action": "Upsert", "externalOrganization": {"name": name},
            "matchingIdentifiers": [{"type": "ExternalId", "value": "001A", "externalSource": {"id": desk.source()}}]})
    };
    let mut first = request("Acme");
    first["externalOrganization"] = acme(&desk);
    assert_eq!(post(&desk, "organizations/enrich", first).await.status, 201);
    let again = post(&desk, "bulk/organizations/enrich", json!({"entities": [request("Acme Inc")]})).await.body;
    let result = &again["results"][0];
    assert_eq!((&result["status"], &result["entity"]["name"]), (&json!(200), &json!("Acme Inc")), "{again}");
    let mut wrong = request("x");
    wrong["contact"] = json!({"lastName": "x"});
    assert_eq!(post(&desk, "organizations/enrich", wrong).await.status, 400);
    let mut merge = request("x");
    merge["action"] = json!("Merge");
    assert_eq!(post(&desk, "organizations/enrich", merge).await.status, 400);
}

#[tokio::test]
async fn one_organization_is_made_changed_listed_and_deleted() {
    let desk = Desk::open().await;
    let made = post(&desk, "organizations", json!({"name": "Beta", "tags": ["x"]})).await.body;
    let path = format!("{BASE}/organizations/{}", made["id"].as_str().unwrap());
    let change = json!({"changes": [{"field": "$.industry", "action": "Update", "value": "Energy"}]});
    assert_eq!(desk.genesys("PATCH", &path, change).await.body["industry"], "Energy");
    desk.ahead(10.0);
    let listed = desk.genesys("GET", &format!("{BASE}/organizations?q=beta&sortOrder=name:asc"), Value::Null).await;
    assert_eq!(listed.body["total"], 1, "{}", listed.body);
    let update = json!({"entities": [{"id": made["id"], "name": "Gamma"}]});
    assert_eq!(post(&desk, "bulk/organizations/update", update).await.body["errorCount"], 0);
    assert_eq!(desk.genesys("GET", &path, Value::Null).await.body["name"], "Gamma");
    assert_eq!(desk.genesys("DELETE", &path, Value::Null).await.status, 200);
    assert_eq!(desk.genesys("GET", &path, Value::Null).await.body["code"], "entity.not.found");
    for bad in [json!({"name": "x", "firstName": "y"}), json!({"name": "x", "employeeCount": "12"})] {
        assert_eq!(post(&desk, "organizations", bad).await.status, 400);
    }
    let gone = post(&desk, "bulk/organizations/remove", json!({"entities": [{"id": made["id"]}]})).await;
    assert_eq!(gone.body["errorCount"], 1);
}

#[tokio::test]
async fn a_contact_belongs_to_an_organization_that_exists() {
    let desk = Desk::open().await;
    let organization = desk.control("POST", "genesys/organizations", &json!({"name": "Acme"}))["ids"][0].clone();
    let person = |organization: &Value| json!([{"lastName": "Sá", "externalOrganization": {"id": organization}}]);
    let added = desk.bulk_add(person(&organization)).await.body["results"][0].clone();
    assert_eq!(added["entity"]["externalOrganization"], json!({"id": organization}), "{added}");
    let path = format!("{BASE}/contacts/{}?expand=externalOrganization", added["id"].as_str().unwrap());
    assert_eq!(desk.genesys("GET", &path, Value::Null).await.body["externalOrganization"]["name"], "Acme");
    for (status, code) in [(422, "validation.failed"), (404, "entity.not.found")] {
        desk.settings(&json!({"genesys": {"unknown_organization_status": status}}));
        let refused = desk.bulk_add(person(&json!("nobody"))).await.body["results"][0].clone();
        assert_eq!((&refused["status"], &refused["error"]["code"]), (&json!(status), &json!(code)));
    }
}
