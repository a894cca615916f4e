//! A client with everything it needs: a simulated Salesforce, a state table and a secret.

use std::time::Duration;

use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::vendor::CallError;
use reqwest::Url;
use salesforce::{Record, Salesforce, SalesforceOptions, Soql};
use serde_json::{Value, json};
use simulator::Simulator;

use crate::aws::{secrets, table};

/// A simulated Salesforce and a client of it.
pub(crate) struct Desk {
    pub(crate) simulator: Simulator,
    pub(crate) salesforce: Salesforce,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::with_version("66.0").await
    }

    /// A desk whose client asks for this API version.
    pub(crate) async fn with_version(api_version: &str) -> Self {
        let simulator = simulator::start(simulator::Options::default()).await.unwrap();
        let secret = json!({
            "login_url": "https://acme.my.salesforce.com",
            "client_id": "demo-salesforce-client", "client_secret": "demo-salesforce-secret",
        });
        let salesforce = client(&simulator.url, api_version, &secret).await;
        Self { simulator, salesforce }
    }

    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(Duration::from_secs(60))
    }

    /// Asks the simulator for something.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.simulator.control(method, path, body);
        assert!(status < 300, "{path}: {answer}");
        answer
    }

    /// All rows of a statement, over all its pages.
    pub(crate) async fn rows(&self, soql: &Soql) -> Result<Vec<Record>, CallError> {
        let mut page = self.salesforce.query(soql, self.deadline()).await?;
        let mut rows = std::mem::take(&mut page.records);
        while let Some(next) = page.next.take() {
            page = self.salesforce.next_page(&next, self.deadline()).await?;
            rows.append(&mut page.records);
        }
        Ok(rows)
    }
}

/// A client of the Salesforce at `url`, with this secret.
pub(crate) async fn client(url: &str, api_version: &str, secret: &Value) -> Salesforce {
    let clock = Clock::system();
    let options = SalesforceOptions {
        api_url: Some(Url::parse(url).unwrap()),
        api_version: api_version.to_owned(),
        timeout: Duration::from_secs(5),
        stop_at: 0.8,
        page_size: 200,
        in_flight_max: 4,
    };
    let (secrets, table) = (secrets(secret).await, table(&clock).await);
    Salesforce::new(options, secrets, "dev/salesforce", table, clock)
}
