//! How Salesforce logs an app in, how it says no, and where it tells its request quota.

use jiff::{SignedDuration, Timestamp};
use platform::clock::Clock;
use platform::retry::Repeat;
use platform::token::Token;
use platform::vendor::{Answer, Failure, Hosts, Rate, Request, Vendor};
use reqwest::{Method, Url};
use secrecy::SecretString;
use serde::Deserialize;

use crate::credentials::Credentials;
use crate::refusal;

/// How long a token without a stated lifetime is used. Sessions last two hours unless an administrator chose otherwise;
/// ten minutes are kept back so that a call under way does not meet the end.
const SOFT_AGE: SignedDuration = SignedDuration::from_mins(110);

/// Salesforce, as [`platform::vendor`] sees it.
#[derive(Debug)]
pub struct SalesforceVendor {
    /// Replaces My Domain for login and data.
    pub(crate) api_url: Option<Url>,
    /// Hosts that may be an instance.
    pub(crate) hosts: Hosts,
    /// When an assertion is made.
    pub(crate) clock: Clock,
}

/// What the token endpoint answers. Normally it states no lifetime.
#[derive(Deserialize)]
struct Grant {
    access_token: String,
    instance_url: String,
    /// Identity URL: its path holds the organisation's id.
    #[serde(default)]
    id: String,
    expires_in: Option<i64>,
}

impl Vendor for SalesforceVendor {
    const NAME: &'static str = "salesforce";
    type Credentials = Credentials;

    fn client_id(credentials: &Credentials) -> &str {
        &credentials.client_id
    }

    fn client_secret(credentials: &Credentials) -> &SecretString {
        credentials.secret()
    }

    fn login(&self, credentials: &Credentials) -> Result<Request, Failure> {
        let host = self.api_url.clone().map_or_else(|| credentials.host(), Ok)?;
        let body = credentials.login(self.clock.now())?;
        Ok(Request {
            operation: "log in",
            method: Method::POST,
            url: below(&host, "/services/oauth2/token"),
            body,
            repeat: Repeat::Safe,
            headers: Vec::new(),
            lease: None,
        })
    }

    fn token(&self, answer: &Answer, now: Timestamp) -> Result<Token, Failure> {
        let grant: Grant = answer.json()?;
        let is_sendable =
            !grant.access_token.is_empty() && grant.access_token.bytes().all(|byte| byte.is_ascii_graphic());
        let lifetime = grant.expires_in.map_or(SOFT_AGE, SignedDuration::from_secs);
        let expires_at = now.checked_add(lifetime).ok().filter(|expires_at| *expires_at > now);
        let (Some(expires_at), true) = (expires_at, is_sendable) else {
            return Err(Failure::Unexpected("the login's answer holds no usable token".to_owned()));
        };
        let instance = Url::parse(&grant.instance_url)
            .map_err(|_| Failure::Unexpected("the login's answer names no instance".to_owned()))?;
        self.hosts.check(&instance)?;
        Ok(Token {
            bearer: SecretString::from(grant.access_token),
            expires_at,
            base_url: Some(instance.as_str().trim_end_matches('/').to_owned()),
            organization: organization_in(&grant.id),
        })
    }

    fn refusal(&self, answer: &Answer) -> Failure {
        refusal::of_answer(answer)
    }

    fn rate(&self, answer: &Answer) -> Option<Rate> {
        let (used, allowed) = refusal::usage(answer)?;
        Some(Rate { used, allowed, renews_in: None })
    }

    fn correlation_id(&self, answer: &Answer) -> Option<String> {
        let id = answer.header("x-request-id").or_else(|| answer.header("x-sfdc-request-id"))?;
        let is_plain =
            !id.is_empty() && id.len() <= 80 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_plain.then(|| id.to_owned())
    }
}

/// `https://login.salesforce.com/id/<organisation>/<user>` without the rest.
fn organization_in(identity_url: &str) -> Option<String> {
    let (_, ids) = identity_url.split_once("/id/")?;
    let id = ids.split('/').next().unwrap_or_default();
    (id.starts_with("00D") && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| id.to_owned())
}

/// `path` on `base`, which may carry a path of its own (a proxy).
pub(crate) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    fn vendor(api_url: Option<&str>) -> SalesforceVendor {
        let api_url = api_url.map(|url| Url::parse(url).unwrap());
        let hosts = api_url.iter().fold(Hosts::under(["salesforce.com"]), Hosts::and_override);
        SalesforceVendor { api_url, hosts, clock: Clock::system() }
    }

    fn answer(headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect();
        Answer { status: 200, headers, body: body.as_bytes().to_vec() }
    }

    fn grant(instance: &str) -> String {
        serde_json::json!({
            "access_token": "00Dxx!abc", "instance_url": instance, "id": "https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA",
            "token_type": "Bearer", "issued_at": "1795320000000", "signature": "x",
        })
        .to_string()
    }

    #[test]
    fn logs_in_at_my_domain_and_an_override_is_exempt_from_that_rule() {
        let shared =
            serde_json::json!({ "login_url": "https://login.salesforce.com", "client_id": "id", "client_secret": "s" });
        let credentials: Credentials = serde_json::from_value(shared).unwrap();
        assert!(vendor(None).login(&credentials).is_err());
        let request = vendor(Some("http://127.0.0.1:4000")).login(&credentials).unwrap();
        assert_eq!(request.url.as_str(), "http://127.0.0.1:4000/services/oauth2/token");
    }

    #[test]
    fn a_token_without_a_lifetime_is_used_for_less_than_a_session() {
        let token =
            vendor(None).token(&answer(&[], &grant("https://acme.my.salesforce.com")), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(token.expires_at.as_second(), 110 * 60);
        assert_eq!(token.base_url.as_deref(), Some("https://acme.my.salesforce.com"));
        assert_eq!(token.organization.as_deref(), Some("00D000000000001EAA"));
    }

    #[test]
    fn a_token_does_not_follow_an_instance_to_another_host() {
        for instance in [
            "https://evil.example",
            "http://acme.my.salesforce.com",
            "https://acme.my.salesforce.com.evil.example",
            "x",
        ] {
            assert!(vendor(None).token(&answer(&[], &grant(instance)), Timestamp::UNIX_EPOCH).is_err(), "{instance}");
        }
        let local = vendor(Some("http://127.0.0.1:4000"));
        assert!(local.token(&answer(&[], &grant("http://127.0.0.1:4000")), Timestamp::UNIX_EPOCH).is_ok());
    }

    #[test]
    fn the_request_quota_is_read_from_its_header() {
        let rate = |value: &'static str| vendor(None).rate(&answer(&[("Sforce-Limit-Info", value)], ""));
        let expected = Some(Rate { used: 10_018, allowed: 100_000, renews_in: None });
        assert_eq!(rate("api-usage=10018/100000"), expected);
        assert_eq!(rate("per-app-api-usage=17/250(appName=X); api-usage=10018/100000"), expected);
        assert_eq!(rate("api-usage=many"), None);
    }
}
