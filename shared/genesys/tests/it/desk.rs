//! A client with everything it needs: a simulated Genesys, a state table and a secret.

use std::time::Duration;

use genesys::{ExternalContact, ExternalId, Genesys, GenesysOptions, ItemOutcome};
use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use reqwest::Url;
use serde_json::{Value, json};
use simulator::Simulator;

use crate::aws::{secrets, table};

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
        let genesys = client(&simulator.url, organization, &clock).await;
        Self { simulator, genesys, clock }
    }

    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::after(Duration::from_secs(60))
    }

    pub(crate) fn lease(&self) -> LeaseGuard {
        lease(&self.clock)
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

/// A client of the Genesys at `url`.
pub(crate) async fn client(url: &str, organization: &str, clock: &Clock) -> Genesys {
    let url = Url::parse(url).unwrap();
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
    let (secrets, table) = (secrets(&secret).await, table(clock).await);
    Genesys::new(options, secrets, "dev/genesys", table, clock.clone())
}

/// A lease that outlives every test.
pub(crate) fn lease(clock: &Clock) -> LeaseGuard {
    LeaseGuard::new(clock.now_ms() + 600_000, clock.clone())
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
