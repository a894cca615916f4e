//! A client with everything it needs: a simulated Salesforce, a state table and a secret.

use std::time::Duration;

use axum::Json;
use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::secret::Secrets;
use platform::table::StateTable;
use platform::vendor::CallError;
use reqwest::Url;
use salesforce::{Record, Salesforce, SalesforceOptions, Soql};
use serde_json::{Value, json};
use simulator::Simulator;
use tokio::net::TcpListener;

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
        let clock = Clock::system();
        let options = SalesforceOptions {
            api_url: Some(Url::parse(&simulator.url).unwrap()),
            api_version: api_version.to_owned(),
            timeout: Duration::from_secs(5),
            stop_at: 0.8,
            page_size: 200,
            in_flight_max: 4,
        };
        let secret = json!({
            "login_url": "https://acme.my.salesforce.com",
            "client_id": "demo-salesforce-client", "client_secret": "demo-salesforce-secret",
        });
        let (secrets, table) = (secrets(&secret).await, table(&clock).await);
        Self { simulator, salesforce: Salesforce::new(options, secrets, "dev/salesforce", table, clock) }
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

async fn secrets(secret: &Value) -> Secrets {
    let answer =
        json!({ "ARN": "arn:x", "Name": "dev/salesforce", "VersionId": "v", "SecretString": secret.to_string() });
    let router = axum::Router::new().fallback(move || std::future::ready(Json(answer.clone())));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let config = aws_sdk_secretsmanager::Config::builder()
        .behavior_version_latest()
        .region(aws_sdk_secretsmanager::config::Region::new("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(aws_sdk_secretsmanager::config::Credentials::new("key", "secret", None, None, "test"))
        .build();
    Secrets::new(aws_sdk_secretsmanager::Client::from_conf(config), "dev")
}

async fn table(clock: &Clock) -> StateTable {
    let database = dynoxide::Database::memory().unwrap();
    let request = json!({
        "TableName": "state", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }],
    });
    database.create_table(serde_json::from_value(request).unwrap()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(
        async move { dynoxide::server::serve_with_shutdown(listener, database, std::future::pending()).await },
    );
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version_latest()
        .region(aws_sdk_dynamodb::config::Region::new("us-east-1"))
        .endpoint_url(url)
        .credentials_provider(aws_sdk_dynamodb::config::Credentials::new("key", "secret", None, None, "test"))
        .build();
    StateTable::new(aws_sdk_dynamodb::Client::from_conf(config), "state", clock.clone())
}
