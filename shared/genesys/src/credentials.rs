//! The secret of one Genesys OAuth client, as it stands in Secrets Manager.

use platform::vendor::Failure;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use crate::region;

/// An OAuth client with the grant *client credentials*, and the organisation it belongs to. Prints without its secret.
#[derive(Debug, Deserialize)]
pub struct Credentials {
    /// The client's id.
    pub genesys_client_id: String,
    /// The client's secret.
    #[serde(deserialize_with = "secret")]
    pub genesys_client_secret: SecretString,
    /// The organisation's id: compared with the token's before anything is written.
    pub genesys_org_id: String,
    /// Where the organisation lives: an AWS region id or a Genesys domain.
    pub genesys_region: String,
}

impl Credentials {
    /// Refuses a secret with an empty value: the line of `.env` that was never filled in.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let values = [
            ("genesys_client_id", self.genesys_client_id.as_str()),
            ("genesys_client_secret", self.genesys_client_secret.expose_secret()),
            ("genesys_org_id", self.genesys_org_id.as_str()),
        ];
        let empty = values.iter().find(|(_, value)| value.trim().is_empty());
        empty.map_or(Ok(()), |(key, _)| Err(Failure::Misconfigured(format!("`{key}` in the Genesys secret is empty"))))
    }

    /// `https://api.<domain>` of the organisation's region.
    pub(crate) fn api_url(&self) -> Result<Url, Failure> {
        region::host("api", &self.genesys_region)
    }

    /// `https://login.<domain>` of the organisation's region.
    pub(crate) fn login_url(&self) -> Result<Url, Failure> {
        region::host("login", &self.genesys_region)
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(client_id: &str, region: &str) -> Credentials {
        let text = serde_json::json!({
            "genesys_client_id": client_id, "genesys_client_secret": "s3cret", "genesys_org_id": "o", "genesys_region": region,
        });
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn printing_credentials_does_not_print_the_secret() {
        assert!(!format!("{:?}", credentials("id", "us-east-1")).contains("s3cret"));
    }

    #[test]
    fn an_empty_value_is_named() {
        assert!(credentials("id", "us-east-1").check().is_ok());
        let Err(Failure::Misconfigured(line)) = credentials(" ", "us-east-1").check() else { panic!() };
        assert!(line.contains("genesys_client_id"), "{line}");
    }

    #[test]
    fn the_hosts_follow_the_region() {
        assert_eq!(credentials("id", "sa-east-1").api_url().unwrap().as_str(), "https://api.sae1.pure.cloud/");
        assert_eq!(credentials("id", "mypurecloud.ie").login_url().unwrap().as_str(), "https://login.mypurecloud.ie/");
    }
}
