//! What a world is made of before it starts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::aws::{Desk, Group, Secret};
use crate::clock_file::ClockFile;
use crate::door::{Beyond, Door};
use crate::environment::Setup;
use crate::process::{Victim, binary};
use crate::table::{self, Table};
use crate::vendors::{Genesys, Private, Salesforce};
use crate::world::World;

pub(crate) const GENESYS_SECRET: &str = "dev/genesys/aws-sync-creds";
pub(crate) const SALESFORCE_SECRET: &str = "dev/salesforce/aws-sync-creds";
const DIGEST_SECRET: &str = "digest-key";
const PARAMETER: &str = "/cx-bridge/dev/contact-sync";
pub(crate) const AUDIT_GROUP: &str = "/cx-bridge/dev/audit";

/// Collects what differs from an ordinary world, then starts it.
pub struct WorldBuilder {
    function: &'static str,
    binary: Option<PathBuf>,
    config: String,
    from_parameter: bool,
    simulator: Value,
    variables: Vec<(String, Option<String>)>,
    time_limit: Duration,
    seed: u64,
}

impl WorldBuilder {
    pub(crate) fn new() -> Self {
        Self {
            function: "contact-sync",
            binary: None,
            config: String::new(),
            from_parameter: false,
            simulator: json!({}),
            variables: Vec::new(),
            time_limit: Duration::from_secs(300),
            seed: 1,
        }
    }

    /// Another program in the function's place.
    pub fn binary(mut self, path: &str) -> Self {
        self.binary = Some(path.into());
        self
    }

    /// Lines for the function's own configuration table.
    pub fn config(mut self, lines: &str) -> Self {
        self.config.push_str(lines);
        self.config.push('\n');
        self
    }

    /// The configuration comes from Parameter Store instead of a file.
    pub fn config_from_parameter(mut self) -> Self {
        self.from_parameter = true;
        self
    }

    /// Rows per page of a Salesforce answer.
    pub fn page_size(self, rows: usize) -> Self {
        self.simulator(json!({"salesforce": {"page_size": rows}}))
    }

    /// Settings of the simulator, as `PUT /_sim/settings` takes them.
    pub fn simulator(mut self, settings: Value) -> Self {
        merge(&mut self.simulator, settings);
        self
    }

    /// A variable of the function's environment.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), Some(value.to_owned())));
        self
    }

    /// A variable that the function does not get.
    pub fn without_variable(mut self, name: &str) -> Self {
        self.variables.push((name.to_owned(), None));
        self
    }

    /// The function's log filter.
    pub fn log(self, filter: &str) -> Self {
        self.variable("RUST_LOG", filter)
    }

    /// How long an invocation may take before Lambda would end it.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// The seed of the simulator's chance.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Starts everything except the function, whose process starts with its first event.
    pub async fn start(self) -> World {
        let folder = new_folder();
        let clock = ClockFile::new(&folder);
        let options = simulator::Options {
            clock_file: Some(clock.path().to_owned()),
            seed: self.seed,
            ..simulator::Options::default()
        };
        let simulator = Arc::new(simulator::start(options).await.expect("a simulator"));
        let private = Arc::new(Private::default());
        let (genesys, salesforce) =
            (Genesys::new(simulator.clone(), private.clone()), Salesforce::new(simulator.clone(), private.clone()));
        genesys.settings(&self.simulator);
        let table = Table::open().await;
        let desk = Arc::new(self.desk());
        let victim = Victim::default();
        let beyond = Beyond { simulator: simulator.url.clone(), table: table.url(), desk: desk.clone() };
        let door = Door::open(beyond, victim.clone()).await;
        let setup = Setup {
            binary: self.binary.clone().unwrap_or_else(|| binary(self.function)),
            variables: self.environment(&folder, &clock, &door),
            time_limit: self.time_limit,
        };
        World::new(genesys, salesforce, door, desk, table, clock, setup, victim, private, folder)
    }

    /// An account as a fresh installation has it, with all secrets stored.
    fn desk(&self) -> Desk {
        let desk = Desk::default();
        let genesys = json!({
            "genesys_client_id": "demo-genesys-client", "genesys_client_secret": "demo-genesys-secret",
            "genesys_org_id": "11111111-2222-4333-8444-555555555555", "genesys_region": "us-east-1",
        });
        let salesforce = json!({
            "login_url": "https://northwind.my.salesforce.com",
            "client_id": "demo-salesforce-client", "client_secret": "demo-salesforce-secret",
        });
        let mut drawers = desk.open();
        drawers.secrets.insert(GENESYS_SECRET.to_owned(), Secret::Text(genesys.to_string()));
        drawers.secrets.insert(SALESFORCE_SECRET.to_owned(), Secret::Text(salesforce.to_string()));
        drawers.secrets.insert(DIGEST_SECRET.to_owned(), Secret::Text("kZ8vQ2xW5nB7mC1pL4tR9yH3gJ6fD0sA".to_owned()));
        drawers.groups.insert(AUDIT_GROUP.to_owned(), Group::default());
        drawers.parameters.insert(PARAMETER.to_owned(), self.config_text());
        drop(drawers);
        desk
    }

    fn config_text(&self) -> String {
        format!("[{}]\n{}", self.function, self.config)
    }

    fn environment(&self, folder: &Path, clock: &ClockFile, door: &Door) -> Vec<(String, String)> {
        let config = folder.join("config.toml");
        std::fs::write(&config, self.config_text()).expect("the world's folder can be written");
        let config =
            if self.from_parameter { format!("ssm:{PARAMETER}") } else { format!("file:{}", config.display()) };
        let clock = clock.path().display().to_string();
        let url = door.url();
        let pairs = [
            ("STAGE", "dev"),
            ("CONFIG", &config),
            ("STATE_TABLE", table::NAME),
            ("GENESYS_SECRET_ID", GENESYS_SECRET),
            ("SALESFORCE_SECRET_ID", SALESFORCE_SECRET),
            ("DIGEST_SECRET_ID", DIGEST_SECRET),
            ("ALERTS_TOPIC_ARN", "arn:aws:sns:us-east-1:000000000000:alerts"),
            ("AUDIT_LOG_GROUP", AUDIT_GROUP),
            ("GENESYS_API_URL", &url),
            ("GENESYS_LOGIN_URL", &url),
            ("SALESFORCE_API_URL", &url),
            ("CLOCK_FILE", &clock),
            ("AWS_ENDPOINT_URL", &url),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "not-a-real-key"),
            ("AWS_LAMBDA_FUNCTION_NAME", self.function),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ];
        let mut variables: Vec<_> =
            pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        for (name, value) in &self.variables {
            variables.retain(|(known, _)| known != name);
            variables.extend(value.clone().map(|value| (name.clone(), value)));
        }
        variables
    }
}

/// A folder of this world's own.
fn new_folder() -> PathBuf {
    static WORLDS: AtomicU64 = AtomicU64::new(0);
    let number = WORLDS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("cx-bridge-world-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    folder
}

fn merge(target: &mut Value, change: Value) {
    match (target, change) {
        (Value::Object(target), Value::Object(change)) => {
            for (name, value) in change {
                merge(target.entry(name).or_insert(Value::Null), value);
            }
        }
        (target, change) => *target = change,
    }
}
