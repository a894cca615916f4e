//! An import under way: where it stands, and the word to go on or to stop.

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::Genesys;
use crate::path::id;
use crate::scan::Listing;

const FIND: &str = "find an import";
const POLL: &str = "look at an import";
const DECIDE: &str = "decide about an import";

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportJob {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: ImportState,
    /// Rows of its dry run.
    pub dry_run: ImportCounts,
    /// Rows of the import itself.
    pub imported: ImportCounts,
}

/// Jobs in a page of the listing: the most there is.
const FIND_PAGE: &str = "100";
/// Pages that are looked through: an organisation has a few imports, and a listing that never ends is no listing.
const FIND_PAGES_MAX: usize = 50;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// It checks the file; nothing is written.
    Checking,
    /// The check is done; it waits for [`Genesys::continue_import`] or [`Genesys::cancel_import`].
    Checked,
    /// It writes.
    Importing,
    /// It has written what it could; single rows may have failed.
    Completed,
    /// It gave up; some rows may be written.
    Failed,
    /// It was cancelled.
    Cancelled,
}

/// Rows that went well, and rows that did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Went well.
    pub succeeded: u64,
    /// Did not.
    pub failed: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireJob {
    id: String,
    status: String,
    execution_step: Option<String>,
    metadata: Option<Metadata>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    file_name: Option<String>,
    dry_run_failed_count: Option<u64>,
    dry_run_success_count: Option<u64>,
    import_failed_count: Option<u64>,
    import_success_count: Option<u64>,
}

/// A job in the listing, of which only the file matters.
#[derive(Deserialize)]
struct ListedJob {
    id: String,
    metadata: Option<Metadata>,
}

impl Genesys {
    /// The id of the import of the file that was uploaded as `file_name`, however it stands. `None`: there is none.
    ///
    /// # Errors
    /// [`Failure::Unexpected`] when the listing does not end. Any other [`CallError`].
    pub async fn find_import(&self, file_name: &str, deadline: Deadline) -> Result<Option<String>, CallError> {
        let mut after: Option<String> = None;
        for _ in 0..FIND_PAGES_MAX {
            let mut url = self.url(FIND, "/api/v2/externalcontacts/import/jobs").await?;
            url.query_pairs_mut().append_pair("pageSize", FIND_PAGE);
            if let Some(after) = &after {
                url.query_pairs_mut().append_pair("after", after);
            }
            let page: Listing<ListedJob> = self.ask(&Request::get(FIND, url), deadline).await?;
            let next = page.next(after.as_deref()).map_err(|failure| self.api.error(FIND, failure))?;
            let is_it =
                |job: &ListedJob| job.metadata.as_ref().and_then(|data| data.file_name.as_deref()) == Some(file_name);
            if let Some(job) = page.entities.into_iter().find(is_it) {
                return Ok(Some(job.id));
            }
            let Some(next) = next else { return Ok(None) };
            after = Some(next);
        }
        Err(self.api.error(FIND, Failure::Unexpected("a listing of imports that does not end".to_owned())))
    }

    /// Where an import stands.
    ///
    /// # Errors
    /// [`Failure::Unexpected`] for a status that is not documented. Any other [`CallError`].
    pub async fn import_job(&self, job_id: &str, deadline: Deadline) -> Result<ImportJob, CallError> {
        let path = path(job_id).map_err(|failure| self.api.error(POLL, failure))?;
        let wire: WireJob = self.ask(&Request::get(POLL, self.url(POLL, &path).await?), deadline).await?;
        job(wire).map_err(|failure| self.api.error(POLL, failure))
    }

    /// Lets a checked import write. Without an answer, look where it stands.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn continue_import(&self, job_id: &str, lease: &LeaseGuard, deadline: Deadline) -> Result<(), CallError> {
        self.decide(job_id, "Continue", lease, deadline).await
    }

    /// Ends a checked import without writing. Without an answer, look where it stands.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn cancel_import(&self, job_id: &str, lease: &LeaseGuard, deadline: Deadline) -> Result<(), CallError> {
        self.decide(job_id, "Cancel", lease, deadline).await
    }

    async fn decide(
        &self,
        job_id: &str,
        word: &'static str,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let path = path(job_id).map_err(|failure| self.api.error(DECIDE, failure))?;
        let url = self.url(DECIDE, &path).await?;
        let body = json!({ "jobId": job_id, "status": word });
        let request = Request::json(DECIDE, Method::PUT, url, &body, Repeat::OnlyIfUntouched).under(lease);
        self.api.send(&request, deadline).await.map(|_| ())
    }
}

fn path(job_id: &str) -> Result<String, Failure> {
    Ok(format!("/api/v2/externalcontacts/import/jobs/{}", id(job_id, "import")?))
}

fn job(wire: WireJob) -> Result<ImportJob, Failure> {
    let counts = wire.metadata.unwrap_or_default();
    Ok(ImportJob {
        state: state(&wire.status, wire.execution_step.as_deref())?,
        id: wire.id,
        dry_run: rows(counts.dry_run_success_count, counts.dry_run_failed_count),
        imported: rows(counts.import_success_count, counts.import_failed_count),
    })
}

/// The status tells whether it is over, the step what it is at before that.
fn state(status: &str, step: Option<&str>) -> Result<ImportState, Failure> {
    match (status, step) {
        ("Completed", _) => Ok(ImportState::Completed),
        ("Failed", _) => Ok(ImportState::Failed),
        ("Cancelled", _) => Ok(ImportState::Cancelled),
        ("Created" | "Running", Some("Validated")) => Ok(ImportState::Checked),
        ("Created" | "Running", Some("Importing")) => Ok(ImportState::Importing),
        ("Created" | "Running", Some("Validating") | None) => Ok(ImportState::Checking),
        _ => Err(Failure::Unexpected("an import with a status that is not documented".to_owned())),
    }
}

fn rows(succeeded: Option<u64>, failed: Option<u64>) -> ImportCounts {
    ImportCounts { succeeded: succeeded.unwrap_or_default(), failed: failed.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_waits_after_its_check_and_nowhere_else() {
        for (status, step, expected) in [
            ("Created", None, ImportState::Checking),
            ("Running", Some("Validating"), ImportState::Checking),
            ("Running", Some("Validated"), ImportState::Checked),
            ("Created", Some("Validated"), ImportState::Checked),
            ("Running", Some("Importing"), ImportState::Importing),
            ("Completed", Some("Validated"), ImportState::Completed),
            ("Failed", Some("Validating"), ImportState::Failed),
            ("Cancelled", None, ImportState::Cancelled),
        ] {
            assert_eq!(state(status, step), Ok(expected), "{status} {step:?}");
        }
        assert!(state("Paused", None).is_err() && state("Running", Some("Sleeping")).is_err());
    }

    #[test]
    fn an_import_tells_its_rows_before_and_after() {
        let wire = json!({ "id": "j-1", "status": "Running", "executionStep": "Validated",
            "metadata": { "fileName": "x.csv", "dryRunSuccessCount": 90, "dryRunFailedCount": 10, "importSuccessCount": null } });
        let job = job(serde_json::from_value(wire).unwrap()).unwrap();
        assert_eq!(job.dry_run, ImportCounts { succeeded: 90, failed: 10 });
        assert_eq!(job.imported, ImportCounts::default());
    }
}
