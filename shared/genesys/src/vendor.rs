//! How Genesys logs a client in, how it says no, and where it tells its request limit.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use platform::retry::Repeat;
use platform::token::Token;
use platform::vendor::{Answer, Body, Failure, Rate, Request, Vendor};
use reqwest::{Method, Url};
use secrecy::SecretString;
use serde::Deserialize;

use crate::credentials::Credentials;
use crate::refusal;

/// Genesys Cloud, as [`platform::vendor`] sees it.
#[derive(Debug)]
pub struct GenesysVendor {
    /// Replaces the login host of the region.
    pub(crate) login_url: Option<Url>,
}

/// What the token endpoint answers. Its lifetime is a property of the client, so it is read and never assumed.
#[derive(Deserialize)]
struct Grant {
    access_token: String,
    expires_in: i64,
}

impl Vendor for GenesysVendor {
    const NAME: &'static str = "genesys";
    type Credentials = Credentials;

    fn client_id(credentials: &Credentials) -> &str {
        &credentials.genesys_client_id
    }

    fn client_secret(credentials: &Credentials) -> &SecretString {
        &credentials.genesys_client_secret
    }

    fn login(&self, credentials: &Credentials) -> Result<Request, Failure> {
        credentials.check()?;
        let host = self.login_url.clone().map_or_else(|| credentials.login_url(), Ok)?;
        let form = vec![("grant_type", "client_credentials".to_owned())];
        let basic = Some((credentials.genesys_client_id.clone(), credentials.genesys_client_secret.clone()));
        Ok(Request {
            operation: "log in",
            method: Method::POST,
            url: below(&host, "/oauth/token"),
            body: Body::Login { form, basic },
            repeat: Repeat::Safe,
            headers: Vec::new(),
            lease: None,
        })
    }

    fn token(&self, answer: &Answer, now: Timestamp) -> Result<Token, Failure> {
        let grant: Grant = answer.json()?;
        let is_sendable =
            !grant.access_token.is_empty() && grant.access_token.bytes().all(|byte| byte.is_ascii_graphic());
        let expires_at =
            now.checked_add(SignedDuration::from_secs(grant.expires_in)).ok().filter(|expires_at| *expires_at > now);
        match expires_at {
            Some(expires_at) if is_sendable => Ok(Token {
                bearer: SecretString::from(grant.access_token),
                expires_at,
                base_url: None,
                organization: None,
            }),
            _ => Err(Failure::Unexpected("the login's answer holds no usable token".to_owned())),
        }
    }

    fn refusal(&self, answer: &Answer) -> Failure {
        refusal::of_answer(answer)
    }

    fn rate(&self, answer: &Answer) -> Option<Rate> {
        let number = |name| answer.header(name)?.trim().parse::<u64>().ok();
        let used = number("inin-ratelimit-count")?;
        let allowed = number("inin-ratelimit-allowed")?;
        let renews_in = number("inin-ratelimit-reset").map_or(WINDOW, Duration::from_secs);
        Some(Rate { used, allowed, renews_in: Some(renews_in) })
    }

    fn correlation_id(&self, answer: &Answer) -> Option<String> {
        let id = answer.header("inin-correlation-id").map(str::to_owned).or_else(|| refusal::context_id(answer))?;
        let is_plain =
            !id.is_empty() && id.len() <= 80 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_plain.then_some(id)
    }
}

/// The window of Genesys' request limits, for an answer that tells the count and not the time left.
const WINDOW: Duration = Duration::from_secs(60);

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
    use secrecy::ExposeSecret;

    use super::*;

    fn answer(headers: &[(&'static str, &'static str)], body: &str) -> Answer {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect();
        Answer { status: 200, headers, body: body.as_bytes().to_vec() }
    }

    fn vendor() -> GenesysVendor {
        GenesysVendor { login_url: None }
    }

    fn credentials() -> Credentials {
        serde_json::from_str(
            r#"{"genesys_client_id":"id","genesys_client_secret":"s","genesys_org_id":"o","genesys_region":"eu-central-1"}"#,
        )
        .unwrap()
    }

    #[test]
    fn logs_in_at_the_regions_login_host_with_basic_credentials() {
        let request = vendor().login(&credentials()).unwrap();
        assert_eq!(request.url.as_str(), "https://login.mypurecloud.de/oauth/token");
        let Body::Login { form, basic: Some((id, _)) } = request.body else { panic!() };
        assert_eq!((form, id.as_str()), (vec![("grant_type", "client_credentials".to_owned())], "id"));
    }

    #[test]
    fn an_override_keeps_its_port_and_its_path() {
        let vendor = GenesysVendor { login_url: Some(Url::parse("http://127.0.0.1:4000/genesys/").unwrap()) };
        assert_eq!(vendor.login(&credentials()).unwrap().url.as_str(), "http://127.0.0.1:4000/genesys/oauth/token");
    }

    #[test]
    fn a_token_lives_as_long_as_the_answer_says() {
        let now = Timestamp::from_second(1_000).unwrap();
        let token = vendor()
            .token(&answer(&[], r#"{"access_token":"abc","expires_in":299,"token_type":"bearer"}"#), now)
            .unwrap();
        assert_eq!((token.bearer.expose_secret(), token.expires_at.as_second()), ("abc", 1_299));
    }

    #[test]
    fn an_answer_without_a_usable_token_is_an_error() {
        for body in [
            "",
            "[]",
            "{}",
            r#"{"access_token":"a"}"#,
            r#"{"access_token":"","expires_in":60}"#,
            r#"{"access_token":"a\n","expires_in":60}"#,
        ]
        .into_iter()
        .chain([r#"{"access_token":"a","expires_in":0}"#, "<html>"])
        {
            assert!(vendor().token(&answer(&[], body), Timestamp::UNIX_EPOCH).is_err(), "{body}");
        }
    }

    #[test]
    fn the_request_limit_is_read_from_the_headers() {
        let headers =
            [("inin-ratelimit-count", "12"), ("inin-ratelimit-allowed", "300"), ("inin-ratelimit-reset", "41")];
        let rate = Rate { used: 12, allowed: 300, renews_in: Some(Duration::from_secs(41)) };
        assert_eq!(vendor().rate(&answer(&headers, "")), Some(rate));
        assert_eq!(vendor().rate(&answer(&headers[..1], "")), None);
        assert_eq!(vendor().rate(&answer(&[], "")), None);
    }

    #[test]
    fn the_correlation_id_comes_from_the_header_or_the_body() {
        assert_eq!(vendor().correlation_id(&answer(&[("ININ-Correlation-Id", "c-1")], "")).as_deref(), Some("c-1"));
        assert_eq!(vendor().correlation_id(&answer(&[], r#"{"contextId":"c-2"}"#)).as_deref(), Some("c-2"));
        assert_eq!(vendor().correlation_id(&answer(&[], r#"{"contextId":"ana@example.com"}"#)), None);
        assert_eq!(vendor().correlation_id(&answer(&[], "")), None);
    }
}
