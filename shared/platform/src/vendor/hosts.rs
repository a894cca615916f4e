//! Which hosts a vendor client may talk to.
//!
//! Vendors hand out URLs (a next page, an instance). A bearer token must never follow one to another host.

use reqwest::Url;

use super::Failure;

/// The hosts of one vendor: domain suffixes that need https, and exact overrides that may be http on loopback.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    suffixes: Vec<String>,
    exact: Vec<String>,
}

impl Hosts {
    /// Hosts that are `domain` or end in `.domain`.
    pub fn under(domains: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { suffixes: domains.into_iter().map(Into::into).collect(), exact: Vec::new() }
    }

    /// Adds an override (`GENESYS_API_URL` and its like): exactly this scheme, host and port.
    pub fn and_override(mut self, url: &Url) -> Self {
        self.exact.push(origin(url));
        self
    }

    /// Refuses a URL outside the list.
    ///
    /// # Errors
    /// [`Failure::Misconfigured`], naming the host.
    pub fn check(&self, url: &Url) -> Result<(), Failure> {
        let host = url.host_str().unwrap_or_default();
        let listed = |suffix: &String| {
            host == suffix || host.strip_suffix(suffix.as_str()).is_some_and(|rest| rest.ends_with('.'))
        };
        let plain_https = url.scheme() == "https" && url.port().is_none() && url.username().is_empty();
        if self.exact.contains(&origin(url)) || (plain_https && self.suffixes.iter().any(listed)) {
            return Ok(());
        }
        Err(Failure::Misconfigured(format!(
            "{}://{host} is not a host of this vendor; nothing was sent there",
            url.scheme()
        )))
    }
}

fn origin(url: &Url) -> String {
    format!("{}://{}:{}", url.scheme(), url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str) -> bool {
        let hosts = Hosts::under(["salesforce.com"]).and_override(&Url::parse("http://127.0.0.1:4000/x").unwrap());
        hosts.check(&Url::parse(url).unwrap()).is_ok()
    }

    #[test]
    fn a_bearer_token_never_leaves_the_vendors_hosts() {
        assert!(allowed("https://acme.my.salesforce.com/services"));
        assert!(allowed("http://127.0.0.1:4000/services"));
        for refused in [
            "http://acme.my.salesforce.com/",
            "https://salesforce.com.evil.example/",
            "https://evilsalesforce.com/",
            "https://user@acme.my.salesforce.com/",
            "https://acme.my.salesforce.com:8443/",
            "http://127.0.0.1:4001/",
            "http://169.254.169.254/latest/meta-data",
            "https://[::ffff:169.254.169.254]/",
        ] {
            assert!(!allowed(refused), "{refused}");
        }
    }
}
