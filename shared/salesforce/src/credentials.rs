//! The secret of one Salesforce app, as it stands in Secrets Manager.

use platform::vendor::Failure;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

/// Where every organisation's own host ends.
const MY_DOMAIN: &str = ".my.salesforce.com";

/// An app with the client credentials flow. Prints without its secret.
#[derive(Debug, Deserialize)]
pub struct Credentials {
    /// The organisation's My Domain address.
    pub login_url: String,
    /// The consumer key.
    pub client_id: String,
    /// The consumer secret.
    #[serde(deserialize_with = "secret")]
    pub client_secret: SecretString,
}

impl Credentials {
    /// Refuses a secret with an empty value: the line of `.env` that was never filled in.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let values = [("client_id", self.client_id.as_str()), ("client_secret", self.client_secret.expose_secret())];
        let empty = values.iter().find(|(_, value)| value.trim().is_empty());
        empty.map_or(Ok(()), |(key, _)| {
            Err(Failure::Misconfigured(format!("`{key}` in the Salesforce secret is empty")))
        })
    }

    /// The login host: My Domain, because this flow is refused at the shared ones.
    pub(crate) fn my_domain(&self) -> Result<Url, Failure> {
        let given = self.login_url.trim().trim_end_matches('/');
        let with_scheme = if given.contains("://") { given.to_owned() } else { format!("https://{given}") };
        let url = Url::parse(&with_scheme).ok().filter(is_my_domain);
        url.ok_or_else(|| Failure::Misconfigured(not_my_domain(given)))
    }
}

fn is_my_domain(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_plain = url.scheme() == "https" && url.port().is_none() && url.username().is_empty() && url.path() == "/";
    is_plain && host.strip_suffix(MY_DOMAIN).is_some_and(|name| !name.is_empty())
}

fn not_my_domain(given: &str) -> String {
    // Something long in this place is more likely a mistyped secret than an address.
    let shown = if given.len() <= 80 { given } else { "that long text" };
    format!(
        "`login_url` {shown:?} in the Salesforce secret is not a My Domain address; the client credentials flow needs \
         https://<name>{MY_DOMAIN} (Setup, My Domain), and login.salesforce.com or test.salesforce.com refuse it"
    )
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(login_url: &str) -> Credentials {
        serde_json::from_value(
            serde_json::json!({ "login_url": login_url, "client_id": "id", "client_secret": "s3cret" }),
        )
        .unwrap()
    }

    #[test]
    fn only_my_domain_takes_client_credentials() {
        for (given, url) in [
            ("https://acme.my.salesforce.com", "https://acme.my.salesforce.com/"),
            ("acme.my.salesforce.com/", "https://acme.my.salesforce.com/"),
            ("https://acme--box.sandbox.my.salesforce.com", "https://acme--box.sandbox.my.salesforce.com/"),
        ] {
            assert_eq!(credentials(given).my_domain().unwrap().as_str(), url);
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
            let Err(Failure::Misconfigured(line)) = credentials(refused).my_domain() else { panic!("{refused}") };
            assert!(line.contains("login_url"), "{line}");
        }
    }

    #[test]
    fn printing_credentials_does_not_print_the_secret() {
        assert!(!format!("{:?}", credentials("x")).contains("s3cret"));
    }
}
