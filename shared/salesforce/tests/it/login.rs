//! An app with a private key logs in with an assertion, and the key stays where it is.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platform::deadline::Deadline;
use platform::vendor::Failure;
use serde_json::{Value, json};

use crate::desk::{Desk, client};
use crate::stand_in::StandIn;

fn secret(private_key: &str) -> Value {
    json!({
        "login_url": "https://acme--box.sandbox.my.salesforce.com", "client_id": "3MVG9",
        "private_key": private_key, "username": "sync@acme.example",
    })
}

/// A key as it stands in a JSON secret, on one line.
fn private(key: &KeyPair) -> String {
    let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
    format!("-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----", STANDARD.encode(der.as_ref()))
}

/// What is uploaded to the app.
fn public(key: &KeyPair) -> String {
    let der: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der.as_ref()))
}

#[tokio::test]
async fn an_app_knows_the_key_that_belongs_to_its_certificate_and_the_users_it_admits() {
    let desk = Desk::open().await;
    let (ours, other) = (KeyPair::generate(KeySize::Rsa2048).unwrap(), KeyPair::generate(KeySize::Rsa2048).unwrap());
    let log_in = async |users: &str, certificate: &KeyPair| {
        let app = json!({ "secret": "", "certificate": public(certificate), "users": [users] });
        desk.control("PUT", "/_sim/settings", &json!({ "salesforce": { "clients": { "3MVG9": app } } }));
        let salesforce = client(&desk.simulator.url, "66.0", &secret(&private(&ours))).await;
        salesforce.instance(desk.deadline()).await
    };
    log_in("sync@acme.example", &ours).await.unwrap();
    for (users, certificate) in [("somebody@acme.example", &ours), ("sync@acme.example", &other)] {
        let error = log_in(users, certificate).await.unwrap_err();
        let Failure::Misconfigured(line) = &error.failure else { panic!("{error}") };
        assert!(line.contains("admitted") || line.contains("permission set") || line.contains("certificate"), "{line}");
    }
}

#[tokio::test]
async fn a_private_key_logs_in_and_does_not_travel() {
    let stand_in = StandIn::answering(|_, _| (200, json!([{ "version": "66.0" }]))).await;
    let pem = private(&KeyPair::generate(KeySize::Rsa2048).unwrap());
    let salesforce = client(&stand_in.url, "66.0", &secret(&pem)).await;
    salesforce.server_time(Deadline::after(std::time::Duration::from_secs(60))).await.unwrap();

    let [login] = &stand_in.seen("/services/oauth2/token")[..] else { panic!("one login") };
    assert!(login.body.starts_with("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="));
    assert!(!login.body.contains(&pem[60..100]));
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
