//! Tokens: how they are got, and every way in which they stop working.

use serde_json::{Value, json};

use crate::desk::{Desk, read};

#[tokio::test]
async fn a_genesys_token_says_how_long_it_lives() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"token_lifetime_s": 600}}));
    let answer = desk.token("/oauth/token", "demo-genesys-client", "demo-genesys-secret").await;
    assert_eq!((answer.status, &answer.body["expires_in"]), (200, &json!(600)));
    assert_eq!(answer.body["token_type"], "bearer");
    let url = format!("{}/oauth/token", desk.simulator.url);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", "demo-genesys-client"),
        ("client_secret", "demo-genesys-secret"),
    ];
    assert_eq!(read(desk.client().post(url).form(&fields).send().await.unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_wrong_secret_and_a_wrong_grant_are_refused_at_login() {
    let desk = Desk::open().await;
    let answer = desk.token("/oauth/token", "demo-genesys-client", "wrong").await;
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_client")));
    desk.settings(&json!({"genesys": {"token_error_status": 401}}));
    assert_eq!(desk.token("/oauth/token", "nobody", "wrong").await.status, 401);
    let url = format!("{}/oauth/token", desk.simulator.url);
    let form = desk.client().post(&url).form(&[("grant_type", "password")]).send().await.unwrap();
    assert_eq!(read(form).await.body["error"], "unsupported_grant_type");
    let no_form = desk.client().post(&url).json(&json!({"grant_type": "client_credentials"})).send().await.unwrap();
    assert_eq!(read(no_form).await.body["error"], "invalid_request");
    let answer = desk.token("/services/oauth2/token", "demo-salesforce-client", "wrong").await;
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_client")));
    let answer = desk.token("/services/oauth2/token", "nobody", "wrong").await;
    assert_eq!(answer.body["error"], "invalid_client_id");
}

#[tokio::test]
async fn a_salesforce_login_names_the_instance_and_no_lifetime() {
    let desk = Desk::open().await;
    let answer = desk.token("/services/oauth2/token", "demo-salesforce-client", "demo-salesforce-secret").await;
    assert_eq!(answer.body["instance_url"], desk.simulator.url);
    assert!(answer.body["issued_at"].as_str().unwrap().parse::<u64>().is_ok());
    assert!(answer.body["id"].as_str().unwrap().contains("/id/00D"));
    assert!(answer.body.get("expires_in").is_none());
}

#[tokio::test]
async fn without_a_token_or_with_a_dead_one_the_answer_is_401() {
    let mut desk = Desk::open().await;
    let url = format!("{}/api/v2/organizations/me", desk.simulator.url);
    let none = read(desk.client().get(url).send().await.unwrap()).await;
    assert_eq!((none.status, &none.body["code"]), (401, &json!("authentication.required")));
    assert_eq!(none.header("inin-correlation-id"), none.body["contextId"]);

    desk.control("POST", "tokens/revoke", &json!({"vendor": "genesys", "client": "demo-genesys-client"}));
    let revoked = desk.genesys("GET", "/organizations/me", Value::Null).await;
    assert_eq!((revoked.status, &revoked.body["code"]), (401, &json!("bad.credentials")));
    desk.control("POST", "tokens/revoke", &json!({}));
    let revoked = desk.soql("SELECT Id FROM Contact").await;
    assert_eq!((revoked.status, &revoked.body[0]["errorCode"]), (401, &json!("INVALID_SESSION_ID")));

    desk.log_in().await;
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 200);
    assert_eq!(desk.soql("SELECT Id FROM Contact").await.status, 200);
}

#[tokio::test]
async fn tokens_expire_by_the_simulators_clock() {
    let desk = Desk::open().await;
    desk.ahead(86_000.0);
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 200);
    desk.ahead(86_401.0);
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 401);
}

#[tokio::test]
async fn use_extends_a_salesforce_session() {
    let desk = Desk::open().await;
    for ahead in [7_000.0, 14_000.0, 21_000.0] {
        desk.ahead(ahead);
        assert_eq!(desk.soql("SELECT Id FROM Contact").await.status, 200, "{ahead}");
    }
    desk.ahead(28_201.0);
    assert_eq!(desk.soql("SELECT Id FROM Contact").await.status, 401);
}

#[tokio::test]
async fn a_rotated_secret_stops_new_tokens_and_not_old_ones() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"clients": {"demo-genesys-client": {"secret": "rotated"}}}}));
    assert_eq!(desk.token("/oauth/token", "demo-genesys-client", "demo-genesys-secret").await.status, 400);
    assert_eq!(desk.token("/oauth/token", "demo-genesys-client", "rotated").await.status, 200);
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 200);
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let desk = Desk::open().await;
    let permissions = json!(["externalContacts:contact:view"]);
    desk.settings(&json!({"genesys": {"clients": {"demo-genesys-client": {"permissions": permissions}}}}));
    assert_eq!(desk.genesys("GET", "/externalcontacts/scan/contacts", Value::Null).await.status, 200);
    let answer = desk.bulk_add(json!([{"lastName": "Sá"}])).await;
    assert_eq!((answer.status, &answer.body["code"]), (403, &json!("missing.permissions")));
    assert!(answer.body["message"].as_str().unwrap().ends_with("externalContacts:contact:add"));
    desk.settings(&json!({"salesforce": {"clients": {"demo-salesforce-client": {"permissions": []}}}}));
    let answer = desk.soql("SELECT Id FROM Contact").await;
    assert_eq!((answer.status, &answer.body[0]["errorCode"]), (403, &json!("API_DISABLED_FOR_ORG")));
}

#[tokio::test]
async fn several_clients_have_tokens_of_their_own() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"clients": {"second": {"secret": "s"}}}}));
    assert_eq!(desk.token("/oauth/token", "second", "s").await.status, 200);
    let revoked = desk.control("POST", "tokens/revoke", &json!({"client": "second"}));
    assert_eq!(revoked["revoked"], 1);
    assert_eq!(desk.genesys("GET", "/organizations/me", Value::Null).await.status, 200);
}
