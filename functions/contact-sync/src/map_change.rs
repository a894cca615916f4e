//! Another field map, filter or default country: other values for contacts that did not change.
//!
//! ```text
//!  agreed: v1 ──deployed: v2──▶ nothing is sent, one alert ──{"approve":"map-v2"}──▶ "changing to v2", every contact once
//!                                     │                                                          └──▶ agreed: v2
//!                                     └ v1 deployed again: as if nothing had been
//! ```
//!
//! What is agreed stands in the state table. While the change is under way that is neither of the two versions, because
//! some contacts have the old values and some the new ones: going back then is a change as well.

use platform::change::Value;
use platform::lock::Held;
use platform::report::RunReport;
use platform::table::StateError;

use crate::NAME;
use crate::connect::ContactSync;
use crate::progress::{Purpose, Run};

/// Under these names the state table keeps the agreed version and the one that people were told of.
const AGREED: &str = "map";
const TOLD: &str = "map_told";

/// How the configuration stands to what is agreed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is the same, or the change to it is under way.
    Agreed,
    /// Somebody has just approved of it.
    Approved,
    /// Nobody has: this is why nothing is sent.
    Waits(String),
}

/// The plan id of a change to this version.
fn plan_id(version: &str) -> String {
    format!("map-{version}")
}

impl ContactSync {
    /// Compares the configuration with what is agreed; the first run agrees to what it finds.
    pub(crate) async fn map_standing(
        &self,
        unfinished: Option<&Run>,
        approval: Option<&str>,
        held: &Held,
        report: &RunReport,
    ) -> Result<Standing, StateError> {
        let (version, fence) = (&self.map_version, held.fence());
        let under_way = unfinished.map(|run| &run.progress.purpose);
        match self.memories.recall(NAME, AGREED).await? {
            None => self.agree(held).await.map(|()| Standing::Agreed),
            Some(Value::Text(agreed)) if agreed == *version => Ok(Standing::Agreed),
            Some(_) if under_way == Some(&Purpose::MapChange(version.clone())) => Ok(Standing::Agreed),
            Some(_) if approval == Some(plan_id(version).as_str()) => {
                // First: should the run behind it be lost, people are told again that nothing is sent.
                self.memories.forget(NAME, TOLD, fence).await?;
                let changing = format!("changing to {version}");
                self.memories.keep(NAME, AGREED, changing.as_str().into(), fence).await?;
                Ok(Standing::Approved)
            }
            Some(_) => self.wait(held, report).await.map(Standing::Waits),
        }
    }

    /// Whether no change of the map waits or is under way; whoever holds the lock first agrees to what is configured.
    pub(crate) async fn is_map_agreed(&self, held: Option<&Held>) -> Result<bool, StateError> {
        match (self.memories.recall(NAME, AGREED).await?, held) {
            (Some(agreed), _) => Ok(agreed == Value::from(self.map_version.as_str())),
            (None, Some(held)) => self.agree(held).await.map(|()| true),
            (None, None) => Ok(true),
        }
    }

    /// The plan of a change of the map that nobody has approved of, which keeps everything from being sent.
    pub(crate) async fn map_that_waits(&self, unfinished: Option<&Run>) -> Result<Option<String>, StateError> {
        let under_way = Purpose::MapChange(self.map_version.clone());
        let is_under_way = unfinished.is_some_and(|run| run.progress.purpose == under_way);
        let waits = !is_under_way && !self.is_map_agreed(None).await?;
        Ok(waits.then(|| plan_id(&self.map_version)))
    }

    /// The configuration is what all contacts have been sent by.
    pub(crate) async fn agree(&self, held: &Held) -> Result<(), StateError> {
        self.memories.keep(NAME, AGREED, self.map_version.as_str().into(), held.fence()).await
    }

    /// Tells people once about each version.
    async fn wait(&self, held: &Held, report: &RunReport) -> Result<String, StateError> {
        let why = format!(
            "the field map, filter or default country is another one, and every contact may get other values; nothing was written. Look at {{\"dry_run\":true,\"mode\":\"full\"}}, and send {{\"approve\":\"{}\"}} if it is right, or deploy the former configuration",
            plan_id(&self.map_version)
        );
        let version = Value::from(self.map_version.as_str());
        if self.memories.recall(NAME, TOLD).await? != Some(version.clone()) {
            let subject = "cx-bridge contact-sync waits: its field map has changed";
            self.alerts().send(&report.run_id, subject, &why).await;
            self.memories.keep(NAME, TOLD, version, held.fence()).await?;
        }
        Ok(why)
    }
}
