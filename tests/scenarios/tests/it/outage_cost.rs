//! What a vendor's outage costs the vendor: no more than work does.

use std::collections::BTreeMap;
use std::time::Duration;

use platform::report::{RunReport, Status};
use scenarios::people::people;
use scenarios::{Inside, World};
use serde_json::{Value, json};

/// Everybody is linked before the outage, and so many of them change before each run.
const CROWD: usize = 60;
const CHANGED: usize = 50;
/// Runs from the beginning of an outage to its end.
const RUNS: usize = 3;
/// Tries after which a vendor is known to be gone: so many requests it costs to find that out.
const TRIES: usize = 3;

const TICK: Duration = Duration::from_secs(30 * 60);

/// A crowd in order, and the environment that brought it there: it is warm, with tokens and all it knows of the vendors.
struct Scene {
    world: World,
    sync: Inside,
    ids: Vec<String>,
    changes: usize,
}

impl Scene {
    async fn build() -> Self {
        // A crowd that changes as a whole is out of proportion, and that is not what this is about.
        let world = World::builder().config("lease_seconds = 60\nbrake_changed = 1.0").start().await;
        let ids = world.salesforce.insert(&people(CROWD));
        let sync = world.inside();
        let scene = Self { world, sync, ids, changes: 0 };
        assert_eq!(scene.run().await.unwrap().created, CROWD as u64);
        scene
    }

    /// People change in Salesforce, as before every run.
    fn change(&mut self) {
        self.changes += 1;
        let name = format!("Renomeada{:06}", self.changes);
        self.ids.iter().take(CHANGED).for_each(|id| self.world.salesforce.update(id, &json!({ "FirstName": name })));
    }

    async fn run(&self) -> Result<RunReport, scenarios::LambdaError> {
        self.world.advance(TICK);
        self.world.forget();
        self.sync.invoke(json!({})).await.result
    }

    fn requests(&self, vendor: &str) -> usize {
        self.world.journal().iter().filter(|entry| entry.vendor == vendor).count()
    }

    /// An ordinary run, in which all goes well: what it costs, by vendor.
    async fn ordinary(&mut self) -> BTreeMap<&'static str, usize> {
        self.change();
        let report = self.run().await.unwrap();
        assert_eq!((report.status, report.updated), (Status::Done, CHANGED as u64), "{report:?}");
        ["genesys", "salesforce"].map(|vendor| (vendor, self.requests(vendor))).into()
    }

    /// An outage from a call in the middle of one run on, over the runs behind it: the requests of each run.
    async fn outage(&mut self, fault: &Value) -> Vec<usize> {
        self.world.genesys.fault(fault);
        let mut costs = Vec::new();
        for _ in 0..RUNS {
            self.change();
            let ended = self.run().await;
            assert!(!ended.is_ok_and(|report| report.status == Status::Done), "{fault} was not noticed");
            costs.push(self.world.journal().len());
        }
        self.world.genesys.calm();
        self.run().await.ok();
        let report = self.run().await.unwrap();
        assert_eq!((report.status, report.failed), (Status::Done, 0), "{fault}: nothing is owed, {report:?}");
        costs
    }
}

/// From which calls of a run on a vendor is gone: in the middle, and for each kind another one of the first, the second and
/// the last.
fn beginnings(calls: usize, kind: usize) -> [usize; 2] {
    [calls / 2, [0, 1, calls - 1][kind % 3]]
}

/// In a total outage of a vendor, whatever its kind, a run sends at most a tenth more requests than one in which all goes
/// well; the run in the middle of which it begins, or that has but one or two contacts to write, sends at most three more, by
/// which it finds out.
#[tokio::test]
async fn in_a_total_outage_a_run_asks_at_most_a_tenth_more_than_usual() {
    let faults = [
        json!({"fault": "busy", "status": 503}),
        json!({"fault": "busy", "status": 504}),
        json!({"fault": "throttle", "retry_after": 5}),
        json!({"fault": "html_gateway"}),
        json!({"fault": "reset_before"}),
        json!({"fault": "answer_lost"}),
    ];
    let mut scene = Scene::build().await;
    let usual = scene.ordinary().await;
    let mut costs = BTreeMap::new();
    for (vendor, calls) in &usual {
        for (kind, fault) in faults.iter().enumerate() {
            for skip in beginnings(*calls, kind) {
                let mut fault = fault.clone();
                fault["vendor"] = json!(vendor);
                fault["skip"] = json!(skip);
                costs.insert(fault.to_string(), scene.outage(&fault).await);
            }
        }
    }
    println!("usual: {usual:?}; in an outage: {costs:#?}");
    let usual: usize = usual.values().sum();
    let most = usual + usual / 10;
    for (fault, costs) in &costs {
        assert!(costs[0] <= usual + TRIES, "{fault}: more than {TRIES} beyond {usual}: {costs:?}");
        assert!(costs[1..].iter().all(|cost| *cost <= most), "{fault}: more than {most}: {costs:?}");
        assert!(costs.iter().sum::<usize>() <= most * RUNS, "{fault}: more than {most} in the mean: {costs:?}");
    }
}
