//! A client with everything it needs: a simulated Genesys, a state table and a secret.

use std::time::Duration;

use axum::Json;
use genesys::{ExternalContact, ExternalId, Genesys, GenesysOptions, ItemOutcome};
use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::secret::Secrets;
use platform::table::StateTable;
use reqwest::Url;
use serde_json::{Value, json};
use simulator::Simulator;
use tokio::net::TcpListener;

/// The organisation that the simulator plays.
pub(crate) const ORGANIZATION: &str = "11111111-2222-4333-8444-555555555555";

/// A simulated Genesys and a client of it.
pub(crate) struct Desk {
    pub(crate) simulator: Simulator,
    pub(crate) genesys: Genesys,
    clock: Clock,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        Self::with_organization(ORGANIZATION).await
    }

    /// A desk whose secret names this organisation.
    pub(crate) async fn with_organization(organization: &str) -> Self {
        let simulator = simulator::start(simulator::Options::default()).await.unwrap();
        let clock = Clock::system();
        let url = Url::parse(&simulator.url).unwrap();
        let options = GenesysOptions {
            api_url: Some(url.clone()),
            login_url: Some(url),
            timeout: Duration::from_secs(5),
            budget_share: 1.0,
            in_flight_max: 4,
        };
        let secret = json!({
            "genesys_client_id": "demo-genesys-client", "genesys_client_secret": "demo-genesys-secret",
            "genesys_org_id": organization, "genesys_region": "us-east-1",
        });
        let (secrets, table) = (secrets(&secret).await, table(&clock).await);
        let genesys = Genesys::new(options, secrets, "dev/genesys", table, clock.clone());
        Self { simulator, genesys, clock }
    }

    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(Duration::from_secs(60))
    }

    pub(crate) fn lease(&self) -> LeaseGuard {
        LeaseGuard::new(self.clock.now_ms() + 600_000, self.clock.clone())
    }

    /// Asks the simulator for something.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.simulator.control(method, path, body);
        assert!(status < 300, "{path}: {answer}");
        answer
    }

    /// How often an operation was called.
    pub(crate) fn calls(&self, operation: &str) -> usize {
        let journal = self.control("GET", "/_sim/journal", &Value::Null);
        journal.as_array().unwrap().iter().filter(|entry| entry["operation"] == operation).count()
    }

    /// What Genesys holds.
    pub(crate) fn stored(&self) -> Vec<Value> {
        self.control("GET", "/_sim/genesys/contacts", &Value::Null).as_array().unwrap().clone()
    }

    pub(crate) async fn source(&self) -> String {
        self.genesys.external_source("Salesforce", self.deadline()).await.unwrap().id
    }
}

/// A contact that nobody else resembles.
pub(crate) fn person(source: &str, number: usize) -> ExternalContact {
    ExternalContact {
        last_name: Some(format!("Sá {number}")),
        work_email: Some(format!("ana{number}@example.com")),
        external_ids: vec![ExternalId { source_id: source.to_owned(), value: format!("003{number}") }],
        ..Default::default()
    }
}

/// The id of a contact that was written.
pub(crate) fn id_of(outcome: &ItemOutcome) -> &str {
    let ItemOutcome::Done { id, .. } = outcome else { panic!("{outcome:?}") };
    id
}

async fn secrets(secret: &Value) -> Secrets {
    let answer = json!({ "ARN": "arn:x", "Name": "dev/genesys", "VersionId": "v", "SecretString": secret.to_string() });
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
