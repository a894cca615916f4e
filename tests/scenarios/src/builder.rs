//! What a world is made of before it starts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::aws::{Desk, Group, Secret, s3, ses, sqs};
use crate::clock_file::ClockFile;
use crate::door::{Beyond, Door};
use crate::environment::Setup;
use crate::function::Function;
use crate::process::{Victim, binary};
use crate::table::{self, Table};
use crate::vendors::{Genesys, Private, Salesforce};
use crate::webhook;
use crate::world::World;

pub(crate) const GENESYS_SECRET: &str = "dev/genesys/aws-sync-creds";
pub(crate) const SALESFORCE_SECRET: &str = "dev/salesforce/aws-sync-creds";
const DIGEST_SECRET: &str = "digest-key";
const WEBHOOK_SECRET: &str = "dev/webhooks/keys";
const ALERTS_TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:alerts";
pub(crate) const AUDIT_GROUP: &str = "/cx-bridge/dev/audit";

/// Collects what differs from an ordinary world, then starts it.
pub struct WorldBuilder {
    functions: Vec<Draft>,
    binary: Option<PathBuf>,
    from_parameter: bool,
    simulator: Value,
    variables: Vec<(String, Option<String>)>,
    time_limit: Option<Duration>,
    seed: u64,
    starts_at: Option<Timestamp>,
}

/// A function to be: its name, and the lines of its own configuration table.
struct Draft {
    name: &'static str,
    config: String,
}

impl WorldBuilder {
    pub(crate) fn new() -> Self {
        Self {
            functions: vec![Draft { name: "contact-sync", config: String::new() }],
            binary: None,
            from_parameter: false,
            simulator: json!({}),
            variables: Vec::new(),
            time_limit: None,
            seed: 1,
            starts_at: None,
        }
    }

    /// These functions in place of contact-sync; the first is the one that [`World::invoke`] means.
    pub fn functions(mut self, names: &[&'static str]) -> Self {
        self.functions = names.iter().map(|name| Draft { name, config: String::new() }).collect();
        self
    }

    /// Another program in the first function's place.
    pub fn binary(mut self, path: &str) -> Self {
        self.binary = Some(path.into());
        self
    }

    /// Lines for the first function's own configuration table.
    pub fn config(self, lines: &str) -> Self {
        let first = self.functions[0].name;
        self.config_of(first, lines)
    }

    /// Lines for the configuration table of this function.
    pub fn config_of(mut self, function: &str, lines: &str) -> Self {
        let draft = self.functions.iter_mut().find(|draft| draft.name == function);
        draft.expect("a function of this world").config.push_str(&format!("{lines}\n"));
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

    /// How long an invocation of the first function may take before Lambda would end it.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// The seed of the simulator's chance.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// When it is in the world at its begin. Without a word it is as late as on this machine.
    pub fn starts_at(mut self, moment: Timestamp) -> Self {
        self.starts_at = Some(moment);
        self
    }

    /// Starts everything except the function, whose process starts with its first event.
    pub async fn start(self) -> World {
        let folder = new_folder();
        let clock = ClockFile::new(&folder, self.starts_at);
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
        let desk = Arc::new(self.desk(&clock));
        private.add(webhook::KEY);
        let beyond = Beyond { simulator: simulator.url.clone(), table: table.url(), desk: desk.clone() };
        let mut functions = BTreeMap::new();
        for draft in &self.functions {
            functions.insert(draft.name, self.function(draft, &folder, &clock, beyond.clone()).await);
        }
        World::new(genesys, salesforce, desk, table, clock, self.functions[0].name, functions, private, folder)
    }

    async fn function(&self, draft: &Draft, folder: &Path, clock: &ClockFile, beyond: Beyond) -> Function {
        let victim = Victim::default();
        let door = Arc::new(Door::open(beyond, victim.clone()).await);
        let is_first = draft.name == self.functions[0].name;
        let other_binary = self.binary.clone().filter(|_| is_first);
        let setup = Setup {
            binary: other_binary.unwrap_or_else(|| binary(draft.name)),
            variables: self.environment(draft, folder, clock, &door.url()),
            time_limit: self.time_limit.filter(|_| is_first).unwrap_or_else(|| time_limit(draft.name)),
        };
        let log = if is_first { folder.join("log") } else { folder.join(format!("log.{}", draft.name)) };
        Function::new(door, setup, victim, log)
    }

    /// An account as a fresh installation has it, with all secrets stored.
    fn desk(&self, clock: &ClockFile) -> Desk {
        let desk = Desk::new(clock.clock());
        let genesys = json!({
            "genesys_client_id": "demo-genesys-client", "genesys_client_secret": "demo-genesys-secret",
            "genesys_org_id": "11111111-2222-4333-8444-555555555555", "genesys_region": "us-east-1",
        });
        let salesforce = json!({
            "login_url": "https://northwind.my.salesforce.com",
            "client_id": "demo-salesforce-client", "client_secret": "demo-salesforce-secret",
        });
        let keys = json!({"genesys": [webhook::KEY]});
        let mut drawers = desk.open();
        drawers.secrets.insert(GENESYS_SECRET.to_owned(), Secret::Text(genesys.to_string()));
        drawers.secrets.insert(SALESFORCE_SECRET.to_owned(), Secret::Text(salesforce.to_string()));
        drawers.secrets.insert(DIGEST_SECRET.to_owned(), Secret::Text("kZ8vQ2xW5nB7mC1pL4tR9yH3gJ6fD0sA".to_owned()));
        drawers.secrets.insert(WEBHOOK_SECRET.to_owned(), Secret::Text(keys.to_string()));
        drawers.groups.insert(AUDIT_GROUP.to_owned(), Group::default());
        drawers.parameters.extend(self.functions.iter().map(|draft| (parameter(draft.name), draft.config_text())));
        drop(drawers);
        desk
    }

    fn environment(&self, draft: &Draft, folder: &Path, clock: &ClockFile, door: &str) -> Vec<(String, String)> {
        let config = folder.join(format!("{}.toml", draft.name));
        std::fs::write(&config, draft.config_text()).expect("the world's folder can be written");
        let config = match self.from_parameter {
            true => format!("ssm:{}", parameter(draft.name)),
            false => format!("file:{}", config.display()),
        };
        let clock = clock.path().display().to_string();
        let pairs = [
            ("STAGE", "dev"),
            ("CONFIG", &config),
            ("STATE_TABLE", table::NAME),
            ("AUDIT_LOG_GROUP", AUDIT_GROUP),
            ("CLOCK_FILE", &clock),
            ("AWS_ENDPOINT_URL", door),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "not-a-real-key"),
            ("AWS_LAMBDA_FUNCTION_NAME", draft.name),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory(draft.name)),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ];
        let mut variables: Vec<_> =
            pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        variables.extend(own_variables(draft.name, door));
        for (name, value) in &self.variables {
            variables.retain(|(known, _)| known != name);
            variables.extend(value.clone().map(|value| (name.clone(), value)));
        }
        variables
    }
}

impl Draft {
    fn config_text(&self) -> String {
        format!("[{}]\n{}", self.name, self.config)
    }
}

fn parameter(function: &str) -> String {
    format!("/cx-bridge/dev/{function}")
}

/// As the template has it, in MiB.
fn memory(function: &str) -> &'static str {
    if function == "nightly-report" { "512" } else { "256" }
}

/// As the template has it; contact-sync's is shorter, so that a job that does not end is noticed.
fn time_limit(function: &str) -> Duration {
    Duration::from_secs(match function {
        "webhook-receiver" => 10,
        "table-capacity" => 30,
        "queue-capacity" => 60,
        _ => 300,
    })
}

/// What this function gets and the others do not.
fn own_variables(function: &str, door: &str) -> Vec<(String, String)> {
    let queue = |name: &str| format!("{door}/000000000000/{name}");
    let pairs = match function {
        "webhook-receiver" => vec![
            ("WEBHOOK_SECRET_ID", WEBHOOK_SECRET.to_owned()),
            ("QUEUE_URL_CAPACITY", queue(sqs::CAPACITY)),
            ("QUEUE_URL_CONVERSATIONS", queue(sqs::CONVERSATIONS)),
            ("CONTACT_SYNC_QUEUE_URL", queue(sqs::CONTACT_SYNC)),
        ],
        "table-capacity" => vec![],
        "queue-capacity" => vec![
            ("GENESYS_SECRET_ID", GENESYS_SECRET.to_owned()),
            ("ALERTS_TOPIC_ARN", ALERTS_TOPIC.to_owned()),
            ("GENESYS_API_URL", door.to_owned()),
            ("GENESYS_LOGIN_URL", door.to_owned()),
        ],
        "nightly-report" => vec![
            ("GENESYS_SECRET_ID", GENESYS_SECRET.to_owned()),
            ("ALERTS_TOPIC_ARN", ALERTS_TOPIC.to_owned()),
            ("ARCHIVE_BUCKET", s3::ARCHIVE.to_owned()),
            ("MAIL_CONFIGURATION_SET", ses::CONFIGURATION_SET.to_owned()),
            ("GENESYS_API_URL", door.to_owned()),
            ("GENESYS_LOGIN_URL", door.to_owned()),
        ],
        _ => vec![
            ("GENESYS_SECRET_ID", GENESYS_SECRET.to_owned()),
            ("SALESFORCE_SECRET_ID", SALESFORCE_SECRET.to_owned()),
            ("DIGEST_SECRET_ID", DIGEST_SECRET.to_owned()),
            ("CONTACT_SYNC_QUEUE_URL", queue(sqs::CONTACT_SYNC)),
            ("ALERTS_TOPIC_ARN", ALERTS_TOPIC.to_owned()),
            ("GENESYS_API_URL", door.to_owned()),
            ("GENESYS_LOGIN_URL", door.to_owned()),
            ("SALESFORCE_API_URL", door.to_owned()),
        ],
    };
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
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
