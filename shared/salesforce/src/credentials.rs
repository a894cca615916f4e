//! The secret of one Salesforce app, as it stands in Secrets Manager.

use std::sync::LazyLock;

use jiff::Timestamp;
use platform::vendor::{Body, Failure};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use crate::jwt::{self, Claims};

/// Where every organisation's own host ends.
const MY_DOMAIN: &str = ".my.salesforce.com";
/// Where a sandbox's own host ends.
const SANDBOX: &str = ".sandbox.my.salesforce.com";
/// The login host that production organisations share; also what the audience of their assertions is called.
const LOGIN: &str = "https://login.salesforce.com";
/// The same for sandboxes.
const TEST: &str = "https://test.salesforce.com";

/// An app, with one of two ways to log in: a client secret (client credentials flow), or a private key and the user to
/// act as (JWT bearer flow). Prints without secret and key.
#[derive(Debug, Deserialize)]
pub struct Credentials {
    /// The organisation's My Domain address; for the JWT bearer flow also a shared login host.
    pub login_url: String,
    /// The consumer key.
    pub client_id: String,
    /// The consumer secret.
    #[serde(default, deserialize_with = "secret")]
    pub client_secret: Option<SecretString>,
    /// The key whose certificate was uploaded to the app, as PEM.
    #[serde(default, deserialize_with = "secret")]
    pub private_key: Option<SecretString>,
    /// The user to act as, with the private key.
    #[serde(default)]
    pub username: Option<String>,
}

/// How an app logs in.
enum Flow<'a> {
    ClientCredentials { client_secret: &'a SecretString },
    JwtBearer { private_key: &'a SecretString, username: &'a str },
}

impl Credentials {
    /// What this app keeps secret: the client secret or the private key.
    pub(crate) fn secret(&self) -> &SecretString {
        static NONE: LazyLock<SecretString> = LazyLock::new(SecretString::default);
        self.client_secret.as_ref().or(self.private_key.as_ref()).unwrap_or(&NONE)
    }

    /// The login host.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`] for a host that this flow is refused at.
    pub(crate) fn host(&self) -> Result<Url, Failure> {
        let given = self.login_url.trim().trim_end_matches('/');
        let with_scheme = if given.contains("://") { given.to_owned() } else { format!("https://{given}") };
        let is_jwt = matches!(self.flow()?, Flow::JwtBearer { .. });
        let is_known = |url: &Url| is_my_domain(url) || (is_jwt && [LOGIN, TEST].contains(&with_scheme.as_str()));
        let url = Url::parse(&with_scheme).ok().filter(is_known);
        url.ok_or_else(|| Failure::Misconfigured(wrong_host(given, is_jwt)))
    }

    /// The body of the login at `now`.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`] for an incomplete secret: the line of `.env` that was never filled in.
    pub(crate) fn login(&self, now: Timestamp) -> Result<Body, Failure> {
        filled_in("client_id", &self.client_id)?;
        match self.flow()? {
            Flow::ClientCredentials { client_secret } => Ok(Body::Login {
                form: vec![("grant_type", "client_credentials".to_owned())],
                basic: Some((self.client_id.clone(), client_secret.clone())),
            }),
            Flow::JwtBearer { private_key, username } => {
                let claims = Claims { client_id: &self.client_id, username, audience: self.audience() };
                let assertion = jwt::assertion(&claims, private_key.expose_secret(), now)?;
                let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned();
                Ok(Body::Login { form: vec![("grant_type", grant), ("assertion", assertion)], basic: None })
            }
        }
    }

    fn flow(&self) -> Result<Flow<'_>, Failure> {
        match (&self.client_secret, &self.private_key, &self.username) {
            (Some(client_secret), None, _) => {
                filled_in("client_secret", client_secret.expose_secret())?;
                Ok(Flow::ClientCredentials { client_secret })
            }
            (None, Some(private_key), Some(username)) => {
                filled_in("private_key", private_key.expose_secret())?;
                filled_in("username", username)?;
                Ok(Flow::JwtBearer { private_key, username: username.trim() })
            }
            (None, Some(_), None) => Err(incomplete("has a `private_key` and no `username`, the user to act as")),
            (Some(_), Some(_), _) => Err(incomplete("has both `client_secret` and `private_key`; keep one")),
            (None, None, _) => Err(incomplete("has neither `client_secret` nor `private_key` and `username`")),
        }
    }

    /// The audience of an assertion: the login host that organisations of this kind share, also for one that logs in at
    /// its own host.
    fn audience(&self) -> &'static str {
        let given = self.login_url.trim().trim_end_matches('/');
        let host = given.rsplit("://").next().unwrap_or(given);
        if host.ends_with(SANDBOX) || TEST.ends_with(&format!("//{host}")) { TEST } else { LOGIN }
    }
}

fn filled_in(key: &str, value: &str) -> Result<(), Failure> {
    if value.trim().is_empty() { Err(incomplete(&format!("has an empty `{key}`"))) } else { Ok(()) }
}

fn incomplete(what: &str) -> Failure {
    Failure::Misconfigured(format!("the Salesforce secret {what}"))
}

fn is_my_domain(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_plain = url.scheme() == "https" && url.port().is_none() && url.username().is_empty() && url.path() == "/";
    is_plain && host.strip_suffix(MY_DOMAIN).is_some_and(|name| !name.is_empty())
}

fn wrong_host(given: &str, is_jwt: bool) -> String {
    // Something long in this place is more likely a mistyped secret than an address.
    let shown = if given.len() <= 80 { given } else { "that long text" };
    if is_jwt {
        return format!(
            "`login_url` {shown:?} in the Salesforce secret is no login host; it is https://<name>{MY_DOMAIN}, {LOGIN}, \
             or {TEST} for a sandbox"
        );
    }
    format!(
        "`login_url` {shown:?} in the Salesforce secret is not a My Domain address; the client credentials flow needs \
         https://<name>{MY_DOMAIN} (Setup, My Domain), and login.salesforce.com or test.salesforce.com refuse it"
    )
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn credentials(secret: serde_json::Value) -> Credentials {
        serde_json::from_value(secret).unwrap()
    }

    fn with_secret(login_url: &str) -> Credentials {
        credentials(json!({ "login_url": login_url, "client_id": "id", "client_secret": "s3cret" }))
    }

    fn with_key(login_url: &str) -> Credentials {
        let (_, pem) = jwt::tests::generated();
        credentials(
            json!({ "login_url": login_url, "client_id": "id", "private_key": pem, "username": "sync@acme.example" }),
        )
    }

    fn misconfigured<T>(outcome: Result<T, Failure>) -> String {
        let Err(Failure::Misconfigured(line)) = outcome else { panic!("not refused") };
        line
    }

    #[test]
    fn only_my_domain_takes_client_credentials() {
        for (given, url) in [
            ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com/"),
            ("acme.my.salesforce.com/", "https://acme.my.salesforce.com/"),
            ("https://acme--box.sandbox.my.salesforce.com", "https://acme--box.sandbox.my.salesforce.com/"),
        ] {
            assert_eq!(with_secret(given).host().unwrap().as_str(), url);
        }
        for refused in [
            "https://login.salesforce.com",
            "https://test.salesforce.com",
            "https://acme.lightning.force.com",
            "http://acme.my.salesforce.com",
            "https://acme.my.salesforce.com.evil.example",
            "https://my.salesforce.com",
            "https://acme.my.salesforce.com/services/oauth2/token",
            "",
        ] {
            let line = misconfigured(with_secret(refused).host());
            assert!(line.contains("login_url"), "{line}");
        }
    }

    #[test]
    fn a_private_key_logs_in_at_the_shared_hosts_too_and_names_the_audience_of_its_organisation() {
        for (given, host, audience) in [
            ("https://login.salesforce.com/", "https://login.salesforce.com/", LOGIN),
            ("test.salesforce.com", "https://test.salesforce.com/", TEST),
            ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com/", LOGIN),
            ("https://acme--box.sandbox.my.salesforce.com", "https://acme--box.sandbox.my.salesforce.com/", TEST),
        ] {
            let credentials = with_key(given);
            assert_eq!((credentials.host().unwrap().as_str(), credentials.audience()), (host, audience));
        }
        for refused in
            ["https://evil.example", "http://login.salesforce.com", "https://login.salesforce.com.evil.example"]
        {
            assert!(misconfigured(with_key(refused).host()).contains("login_url"));
        }
    }

    #[test]
    fn each_flow_sends_its_own_form() {
        let Body::Login { form, basic: Some((id, _)) } = with_secret("x").login(Timestamp::UNIX_EPOCH).unwrap() else {
            panic!()
        };
        assert_eq!((form, id.as_str()), (vec![("grant_type", "client_credentials".to_owned())], "id"));
        let Body::Login { form, basic: None } = with_key("x").login(Timestamp::UNIX_EPOCH).unwrap() else { panic!() };
        assert_eq!(form[0], ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()));
        assert_eq!((form[1].0, form[1].1.split('.').count()), ("assertion", 3));
    }

    #[test]
    fn an_incomplete_secret_names_what_is_missing() {
        let login = |more: serde_json::Value| {
            let mut secret = json!({ "login_url": "x", "client_id": "id" });
            secret.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            misconfigured(credentials(secret).login(Timestamp::UNIX_EPOCH))
        };
        assert!(login(json!({})).contains("neither"));
        assert!(login(json!({ "private_key": "k" })).contains("no `username`"));
        assert!(login(json!({ "private_key": "k", "client_secret": "s" })).contains("keep one"));
        assert!(login(json!({ "client_secret": " " })).contains("empty `client_secret`"));
        assert!(login(json!({ "private_key": "k", "username": "" })).contains("empty `username`"));
    }

    #[test]
    fn printing_credentials_prints_neither_secret_nor_key() {
        let printed = format!("{:?} {:?}", with_secret("x"), with_key("x"));
        assert!(!printed.contains("s3cret") && !printed.contains("BEGIN"), "{printed}");
    }
}
