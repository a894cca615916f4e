//! A whole function in this process: a state table, the stand-in for AWS, a clock that tests move.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use platform::Platform;
use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::history::History;
use platform::report::RunReport;
use platform::settings::Settings;
use serde_json::{Value, json};
use table_capacity::config::Config;
use table_capacity::{NAME, TableCapacity};

use crate::control_desk::{ControlDesk, TableDesk};

/// Two tables: `contacts` follows queues a and b, `calls` follows b only.
const CONFIG: &str = r#"
[[table-capacity.tables]]
name = "contacts"
queues = ["a"]
[[table-capacity.tables]]
name = "calls"
queues = ["b"]
"#;

/// A function and its surroundings.
pub struct Desk {
    pub aws: ControlDesk,
    config: String,
    clock: ClockFile,
}

struct ClockFile(PathBuf);

impl Drop for ClockFile {
    fn drop(&mut self) {
        // Left behind in the temporary folder at worst.
        std::fs::remove_file(&self.0).ok();
    }
}

impl Desk {
    pub async fn open() -> Self {
        Self::with(CONFIG).await
    }

    /// A function with these rows; both tables exist with 100/50 units.
    pub async fn with(config: &str) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("cx-bridge-capacity-clock-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let aws = ControlDesk::open(serve_dynamodb().await).await;
        for table in ["contacts", "calls"] {
            aws.drawers().tables.insert(table.to_owned(), plain_table());
        }
        let desk = Self { aws, config: config.to_owned(), clock: ClockFile(std::env::temp_dir().join(name)) };
        std::fs::write(&desk.clock.0, "0 1").unwrap();
        create_state_table(&desk.sdk()).await;
        desk
    }

    /// A new execution environment.
    pub fn function(&self) -> TableCapacity {
        let loaded = platform::config::from_text::<Config>(NAME, &self.config, "test.toml").unwrap();
        TableCapacity::new(self.platform(), loaded.function, Vec::new()).unwrap()
    }

    /// The clients of a new environment.
    pub fn platform(&self) -> Platform {
        Platform::with_sdk(&self.settings(), self.sdk())
    }

    /// Gives a new environment this event.
    pub async fn invoke(&self, event: Value) -> Result<Value, String> {
        let deadline = Deadline::after(Duration::from_secs(30));
        let answer = self.function().run(event, "request", deadline).await.map_err(|error| error.to_string())?;
        Ok(serde_json::to_value(answer).unwrap())
    }

    /// The schedule fires; the decisions it made.
    pub async fn tick(&self) -> Vec<String> {
        let report: RunReport = serde_json::from_value(self.invoke(json!({})).await.unwrap()).unwrap();
        assert_eq!(report.invariant(), Ok(()));
        report.decisions
    }

    /// Gives the function these messages; the ids that come back.
    pub async fn deliver(&self, messages: &[Value]) -> Vec<String> {
        let answer = self.invoke(json!({"Records": messages})).await.unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
    }

    /// The result of the newest run.
    pub async fn last_run(&self) -> RunReport {
        let history = History::new(self.platform().table);
        history.latest(NAME, 1).await.unwrap().remove(0)
    }

    /// Moves the clock forward.
    pub fn advance(&self, seconds: u64) {
        let ahead = std::fs::read_to_string(&self.clock.0).unwrap();
        let ahead: u64 = ahead.split(' ').next().unwrap().parse().unwrap();
        std::fs::write(&self.clock.0, format!("{} 1", ahead + seconds)).unwrap();
    }

    /// A moment so many seconds before now.
    pub fn ago(&self, seconds: i64) -> Timestamp {
        Clock::from_file(self.clock.0.clone()).now() - SignedDuration::from_secs(seconds)
    }

    /// A message of the FIFO queue: the load of `queue`, so many seconds old.
    pub fn message(&self, id: &str, queue: &str, conversations: i64, seconds_old: i64) -> Value {
        let body = json!({"metrics": {"conversationCount": conversations}, "timestamp": self.ago(seconds_old)});
        self.fifo(id, queue, &self.envelope(id, queue, body.to_string().as_bytes()))
    }

    /// A delivery of the receiver with this body.
    pub fn envelope(&self, id: &str, queue: &str, body: &[u8]) -> String {
        let envelope = json!({
            "specversion": "1.0", "id": id, "source": "cx-bridge/webhooks/genesys", "type": "routing.queue.stats",
            "time": self.ago(0), "subject": queue, "data_base64": STANDARD.encode(body),
        });
        envelope.to_string()
    }

    /// Any text as a message of a FIFO group.
    pub fn fifo(&self, id: &str, group: &str, body: &str) -> Value {
        json!({"messageId": format!("m-{id}"), "body": body, "attributes": {"MessageGroupId": group}})
    }

    pub fn units(&self, table: &str) -> (i64, i64) {
        let table = self.aws.drawers().tables[table].clone();
        (table.read, table.write)
    }

    fn settings(&self) -> Settings {
        let clock = self.clock.0.display().to_string();
        let vars = [
            ("STAGE", "dev"),
            ("CONFIG", "file:/nowhere"),
            ("STATE_TABLE", "state"),
            ("AUDIT_LOG_GROUP", "/cx-bridge/dev/audit"),
            ("CLOCK_FILE", &clock),
        ];
        Settings::from_vars(NAME, vars.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap()
    }

    fn sdk(&self) -> SdkConfig {
        let credentials = Credentials::new("key", "secret", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(&self.aws.url)
            .retry_config(RetryConfig::disabled())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build()
    }
}

fn plain_table() -> TableDesk {
    TableDesk {
        read: 100,
        write: 50,
        is_updating: false,
        updates_take_time: false,
        is_on_demand: false,
        decreases_today: 0,
    }
}

async fn serve_dynamodb() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let database = dynoxide::Database::memory().unwrap();
    tokio::spawn(async {
        dynoxide::server::serve_with_shutdown(listener, database, std::future::pending::<()>()).await.unwrap();
    });
    endpoint
}

async fn create_state_table(sdk: &SdkConfig) {
    let client = aws_sdk_dynamodb::Client::new(sdk);
    let part = |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let text = |name| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
    };
    let create = client.create_table().table_name("state").billing_mode(BillingMode::PayPerRequest);
    let create = create.key_schema(part("pk", KeyType::Hash)).key_schema(part("sk", KeyType::Range));
    create.attribute_definitions(text("pk")).attribute_definitions(text("sk")).send().await.unwrap();
}
