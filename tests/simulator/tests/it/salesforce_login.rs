//! The JWT bearer flow: whose assertion is taken, and every reason for which one is not.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value, json};

use crate::desk::{Answered, Desk, read};

struct App {
    desk: Desk,
    key: RsaKeyPair,
    now: i64,
}

/// An app that may speak for one user, with its certificate at the vendor.
async fn app() -> App {
    let desk = Desk::open().await;
    let pair = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&pair).unwrap();
    let pem =
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(certificate.der()));
    let client = json!({"secret": "", "certificate": pem, "users": ["sync@example.com"],
        "refused_users": {"out@example.com": "invalid_app_access", "bare@example.com": "invalid_request"}});
    desk.settings(&json!({"salesforce": {"clients": {"app": client}}}));
    let key = RsaKeyPair::from_pkcs8(&pair.serialize_der()).unwrap();
    let now: jiff::Timestamp = desk.shift()["now"].as_str().unwrap().parse().unwrap();
    App { desk, key, now: now.as_second() }
}

impl App {
    fn claims(&self) -> Value {
        json!({"iss": "app", "sub": "sync@example.com", "aud": "https://login.salesforce.com", "exp": self.now + 170})
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    async fn log_in(&self, assertion: &str) -> Answered {
        let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)];
        let url = format!("{}/services/oauth2/token", self.desk.simulator.url);
        read(self.desk.client().post(url).form(&form).send().await.unwrap()).await
    }
}

#[tokio::test]
async fn a_signed_assertion_opens_a_session() {
    let mut app = app().await;
    let answer = app.log_in(&app.signed(&json!({"alg": "RS256"}), &app.claims())).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.get("issued_at").is_none());
    app.desk.salesforce_token = answer.body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(app.desk.soql("SELECT COUNT() FROM Contact").await.status, 200);
    let own = app.desk.simulator.url.clone();
    let mut claims = app.claims();
    claims["aud"] = json!(own);
    assert_eq!(app.log_in(&app.signed(&json!({"alg": "RS256"}), &claims)).await.status, 200);
    let journal = app.desk.control("GET", "journal?operation=login", &Value::Null).to_string();
    assert!(!journal.contains(app.desk.salesforce_token.as_str()) && !journal.contains("eyJ"));
}

#[tokio::test]
async fn an_assertion_is_refused_for_each_of_its_parts() {
    let app = app().await;
    let header = json!({"alg": "RS256"});
    let cases = [
        ("iss", json!("nobody"), "invalid_client_id"),
        ("iss", json!("demo-salesforce-client"), "invalid_client"),
        ("sub", json!("other@example.com"), "invalid_grant"),
        ("sub", json!("out@example.com"), "invalid_app_access"),
        ("sub", json!("bare@example.com"), "invalid_request"),
        ("aud", json!("https://example.com"), "invalid_grant"),
        ("exp", json!(app.now - 1), "invalid_grant"),
        ("exp", json!(app.now + 600), "invalid_grant"),
        ("exp", json!((app.now + 170) * 1_000), "invalid_grant"),
        ("exp", json!("soon"), "invalid_assertion"),
    ];
    for (claim, value, error) in cases {
        let mut claims = app.claims();
        claims[claim] = value;
        let answer = app.log_in(&app.signed(&header, &claims)).await;
        assert_eq!((answer.status, &answer.body["error"]), (400, &json!(error)), "{claim} {}", answer.body);
    }
    let other = app.signed(&json!({"alg": "none"}), &app.claims());
    let good = app.signed(&header, &app.claims());
    let (text, _) = good.rsplit_once('.').unwrap();
    let forged = format!("{text}.{}", URL_SAFE_NO_PAD.encode([7; 256]));
    for bad in [other.as_str(), forged.as_str(), "", "a.b"] {
        assert_eq!(app.log_in(bad).await.body["error"], "invalid_assertion", "{bad}");
    }
}
