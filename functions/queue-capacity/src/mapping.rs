//! What the configuration means: groups, the Genesys objects they set, and the numbers in those objects.
//!
//! ```text
//!  mapping ── group "my-backend-asg"
//!    └ object ── a row of a data table            one read and one write
//!        └ target ── its column "capacity"        one number: bounds, step, hold-down
//!        └ target ── its column "overflow"
//!    └ object ── an agent's utilization
//! ```
//!
//! A group has one lock, and everything that it sets is written under that lock. So that two runs can never write one
//! object at the same time, an object belongs to one group: what says otherwise is refused here, before anything runs.

mod build;

use std::time::Duration;

use crate::config::{Instances, Policy};
use crate::lever::{Found, Lever};

pub use build::{ConfigFault, mappings};

/// One group and everything that it sets.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Name of the Auto Scaling group.
    pub group: String,
    /// Name of its lock.
    pub job: String,
    /// Which of its sizes counts.
    pub instances: Instances,
    /// What follows a change by hand.
    pub policy: Policy,
    /// What it sets, each object once.
    pub objects: Vec<Object>,
    /// Whether it does; an example may stand in the configuration, and a dry run looks at it when asked.
    pub enabled: bool,
}

/// One object in Genesys.
#[derive(Clone, Debug)]
pub struct Object {
    /// How it is read and written.
    pub lever: Lever,
    /// The numbers in it that are set, each once.
    pub targets: Vec<Target>,
}

/// One number.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its id, as it stands in results, state rows and the audit stream: `row/<table>/<key>/<column>`. A slash or a
    /// percent sign in one of the names is written as in a URL.
    pub id: String,
    /// Where it stands in its object.
    pub path: Vec<String>,
    /// How it follows the group.
    pub rule: Rule,
    /// Fingerprint of all its settings. A parked target with other settings is tried again.
    pub settings: String,
}

/// How a number follows the size of its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The number for each instance.
    pub per_instance: i64,
    /// Least.
    pub min: i64,
    /// Most.
    pub max: i64,
    /// Most that one run changes.
    pub step_limit: Option<i64>,
    /// How long less has to be asked for before the number is lowered.
    pub hold_down: Duration,
}

impl Mapping {
    /// All numbers that this group sets.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.objects.iter().flat_map(|object| &object.targets)
    }
}

impl Object {
    /// A fingerprint of everything in it that nobody sets here.
    pub fn rest(&self, found: &Found) -> String {
        let paths: Vec<Vec<&str>> = self.targets.iter().map(Target::path).collect();
        self.lever.rest(found, &paths)
    }
}

impl Target {
    /// Where it stands in its object.
    pub fn path(&self) -> Vec<&str> {
        self.path.iter().map(String::as_str).collect()
    }
}
