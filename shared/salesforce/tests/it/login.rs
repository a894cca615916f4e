//! An app with a private key logs in with an assertion, and the key stays where it is.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platform::deadline::Deadline;
use platform::vendor::Failure;
use serde_json::{Value, json};

use crate::desk::client;
use crate::stand_in::StandIn;

fn secret(private_key: &str) -> Value {
    json!({
        "login_url": "https://acme--box.sandbox.my.salesforce.com", "client_id": "3MVG9",
        "private_key": private_key, "username": "sync@acme.example",
    })
}

#[tokio::test]
async fn a_private_key_logs_in_and_does_not_travel() {
    let stand_in = StandIn::answering(|_, _| (200, json!([{ "version": "66.0" }]))).await;
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    let content = STANDARD.encode(der.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\\n{content}\\n-----END PRIVATE KEY-----");
    let salesforce = client(&stand_in.url, "66.0", &secret(&pem)).await;
    salesforce.server_time(Deadline::after(std::time::Duration::from_secs(60))).await.unwrap();

    let [login] = &stand_in.seen("/services/oauth2/token")[..] else { panic!("one login") };
    assert!(login.body.starts_with("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="));
    assert!(!login.body.contains(&content[40..80]));
    assert_eq!(stand_in.seen("/services/data/")[0].bearer.as_deref(), Some("token"));
}

#[tokio::test]
async fn an_unusable_key_says_so_before_anything_is_sent() {
    let stand_in = StandIn::answering(|_, _| (500, Value::Null)).await;
    let salesforce = client(&stand_in.url, "66.0", &secret("hunter2")).await;
    let error = salesforce.server_time(Deadline::after(std::time::Duration::from_secs(60))).await.unwrap_err();
    assert!(matches!(&error.failure, Failure::Misconfigured(line) if line.contains("`private_key`")), "{error}");
    assert!(!error.to_string().contains("hunter2") && stand_in.seen("").is_empty(), "{error}");
}
