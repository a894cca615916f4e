//! The jobs of an import in Genesys, one for each file: where they stand together, and what they are told.

use genesys::{ImportCounts, ImportState};
use platform::lock::Held;
use platform::vendor::{CallError, Failure};

use super::super::Shift;
use crate::failure::JobError;
use crate::first_load::Import;

/// It is over, however it ended.
const OVER: [ImportState; 3] = [ImportState::Completed, ImportState::Failed, ImportState::Cancelled];

/// All jobs of an import, together.
#[derive(Default)]
pub(super) struct Jobs {
    states: Vec<(String, ImportState)>,
    pub(super) dry_run: ImportCounts,
    pub(super) imported: ImportCounts,
}

impl Jobs {
    pub(super) fn any(&self, wanted: &[ImportState]) -> bool {
        self.states.iter().any(|(_, state)| wanted.contains(state))
    }

    /// Genesys is through with all of them.
    pub(super) fn are_over(&self) -> bool {
        self.states.iter().all(|(_, state)| OVER.contains(state))
    }

    /// Genesys imports already: then nobody stops it here.
    pub(super) fn go_by_themselves(&self) -> bool {
        self.any(&[ImportState::Importing, ImportState::Completed])
    }

    /// Why the import ends before Genesys has imported anything.
    pub(super) fn end_early(&self) -> Option<&'static str> {
        let is_over = self.any(&OVER) && !self.go_by_themselves();
        is_over.then_some("it failed in Genesys, or somebody cancelled it there")
    }

    fn that(&self, are: impl Fn(ImportState) -> bool) -> impl Iterator<Item = &str> {
        self.states.iter().filter(move |(_, state)| are(*state)).map(|(id, _)| id.as_str())
    }
}

impl Shift<'_> {
    pub(super) async fn look_at_jobs(&self, import: &Import) -> Result<Jobs, CallError> {
        let mut jobs = Jobs::default();
        for id in import.files.iter().filter_map(|file| file.job.as_ref()) {
            let job = match self.job.genesys.import_job(id, self.deadline).await {
                Err(CallError { failure: Failure::NotFound { .. }, .. }) => {
                    jobs.states.push((id.clone(), ImportState::Cancelled));
                    continue;
                }
                job => job?,
            };
            let add = |total: &mut ImportCounts, more: ImportCounts| {
                total.succeeded += more.succeeded;
                total.failed += more.failed;
            };
            add(&mut jobs.dry_run, job.dry_run);
            add(&mut jobs.imported, job.imported);
            jobs.states.push((job.id, job.state));
        }
        Ok(jobs)
    }

    /// What is checked is to be written.
    pub(super) async fn continue_jobs(&self, jobs: &Jobs, held: &Held) -> Result<(), JobError> {
        for id in jobs.that(|state| state == ImportState::Checked) {
            held.renew().await?;
            unless_too_late(self.job.genesys.continue_import(id, held.guard(), self.deadline).await)?;
        }
        Ok(())
    }

    /// What is not over is to end.
    pub(super) async fn cancel_jobs(&self, jobs: &Jobs, held: &Held) -> Result<(), JobError> {
        for id in jobs.that(|state| !OVER.contains(&state)) {
            held.renew().await?;
            unless_too_late(self.job.genesys.cancel_import(id, held.guard(), self.deadline).await)?;
        }
        Ok(())
    }
}

/// A job that was told already, or is over by now, refuses the word: where it stands, the next look says.
fn unless_too_late(told: Result<(), CallError>) -> Result<(), CallError> {
    match told {
        Err(CallError { failure: Failure::Conflict { .. } | Failure::NotFound { .. }, .. }) => Ok(()),
        told => told,
    }
}
