//! What a tick would do about one contact, for whoever asks. Nothing is written.

use platform::report::RunReport;
use serde_json::Value;

use super::Shift;
use crate::failure::JobError;
use crate::gone::plan::{GoneAction, plan as plan_departures};
use crate::progress::{Purpose, Run};
use crate::read::Cursor;
use crate::read::gone::Lookup;

impl Shift<'_> {
    /// The plan of a tick for this contact and its company, for a shift without the lock.
    pub(crate) async fn foresee(&mut self, id: &str, report: &mut RunReport) -> Result<Value, JobError> {
        let cursor = Cursor::Ids { ids: vec![id.to_owned()] };
        // No run over ids: that tries an account again that a tick leaves alone.
        let mut run = Run::begin(&report.run_id, Purpose::Tick, None, cursor, self.job.platform.clock.now_ms());
        self.go(&mut run, report).await?;
        Ok(std::mem::take(&mut self.rehearsal).into_json())
    }

    /// What a tick would do about the Genesys contact of this one, if Salesforce has deleted it.
    pub(crate) async fn foresee_departure(&self, id: &str) -> Result<Option<GoneAction>, JobError> {
        let ids = [id.to_owned()];
        let rows = self.gone_reader().deleted_among(&ids).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let side = self.genesys_side().await?;
        let lookup = Lookup {
            genesys: &self.job.genesys,
            external_source: side.external_source.as_deref(),
            deadline: self.deadline,
        };
        let links = self.job.links.get(&ids).await?;
        let read = self.gone_reader().departed(&rows, links, &Default::default(), &lookup).await?;
        let steps = plan_departures(&read, self.job.config.on_delete);
        Ok(steps.into_iter().next().map(|step| step.action))
    }
}
