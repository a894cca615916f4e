//! What imports consist of: settings, files, mappings and jobs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::uploads::Check;
use crate::world::iso;

/// Everything about imports.
#[derive(Default)]
pub(crate) struct Imports {
    pub(super) settings: BTreeMap<String, ImportSettings>,
    pub(super) csv_settings: BTreeMap<String, CsvSettings>,
    pub(super) uploads: BTreeMap<String, Upload>,
    pub(super) jobs: BTreeMap<String, Job>,
}

/// What is imported, and what happens with people who exist.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ImportSettings {
    #[serde(default)]
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) matching_criteria: Vec<MatchingCriterion>,
    pub(super) merge_contacts: bool,
    pub(super) external_source_id: String,
    pub(super) import_fields: Vec<ImportField>,
    #[serde(default)]
    pub(super) date_created: String,
    #[serde(default)]
    pub(super) self_uri: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(super) enum MatchingCriterion {
    Email,
    Phone,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportField {
    pub(super) name: String,
    pub(super) included: bool,
}

/// Which column becomes which field.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CsvSettings {
    #[serde(default)]
    pub(super) id: String,
    pub(super) external_settings_id: String,
    pub(super) mappings: Vec<Mapping>,
    #[serde(default)]
    pub(super) self_uri: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Mapping {
    pub(super) source_field: String,
    pub(super) target_field: String,
}

/// A place for a file, and the file.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) file_name: String,
    pub(super) file_size: usize,
    /// What the client must send along, so that nobody else writes here.
    pub(super) secret: String,
    pub(super) made: Timestamp,
    /// The file, until a job has taken its rows.
    pub(super) file: Option<String>,
    /// When the file came, and what is wrong with it.
    pub(super) check: Option<(Timestamp, Check)>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Validating,
    Validated,
    Importing,
    Completed,
    Failed,
    Cancelled,
}

/// One import.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) upload: String,
    pub(super) csv_settings: String,
    pub(super) division: Option<Value>,
    pub(super) created: Timestamp,
    pub(super) step: Step,
    /// When the present step began.
    pub(super) since: Timestamp,
    pub(super) details: Option<String>,
    /// Rows of the file, read when the job began; emptied when it is over.
    pub(super) rows: Vec<Vec<String>>,
    pub(super) header: Vec<String>,
    /// How many rows the present step has done.
    pub(super) done: usize,
    pub(super) dry_run: Tally,
    pub(super) import: Tally,
}

/// What became of the rows in one step.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) succeeded: usize,
    pub(super) failed: usize,
    /// Lines of the report.
    pub(super) report: String,
}

impl Job {
    /// The job as the vendor returns it.
    pub(super) fn render(&self, id: &str, imports: &Imports, base: &str) -> Value {
        let (status, step) = match self.step {
            Step::Validating => ("Running", Some("Validating")),
            Step::Validated => ("Running", Some("Validated")),
            Step::Importing => ("Running", Some("Importing")),
            Step::Completed => ("Completed", Some("Importing")),
            Step::Failed => ("Failed", None),
            Step::Cancelled => ("Cancelled", None),
        };
        let mut metadata =
            json!({"fileName": imports.uploads.get(&self.upload).map(|upload| upload.file_name.as_str())});
        let report = |name: &str| json!(format!("{base}/uploads/reports/{id}/{name}"));
        if matches!(self.step, Step::Validated | Step::Importing | Step::Completed) {
            metadata["dryRunSuccessCount"] = json!(self.dry_run.succeeded);
            metadata["dryRunFailedCount"] = json!(self.dry_run.failed);
            metadata["dryRunReportDownloadUrl"] = report("dry-run");
        }
        if self.step == Step::Completed {
            metadata["importSuccessCount"] = json!(self.import.succeeded);
            metadata["importFailedCount"] = json!(self.import.failed);
            metadata["importReportDownloadUrl"] = report("import");
        }
        let mut body = json!({
            "id": id,
            "status": status,
            "metadata": metadata,
            "dateCreated": iso(self.created),
            "settings": {"id": self.csv_settings, "selfUri": csv_settings_path(&self.csv_settings)},
            "selfUri": job_path(id),
        });
        for (name, value) in [("executionStep", step.map(|step| json!(step))), ("division", self.division.clone())] {
            if let Some(value) = value {
                body[name] = value;
            }
        }
        if let Some(details) = &self.details {
            body["statusDetails"] = json!(details);
        }
        body
    }
}

pub(super) fn job_path(id: &str) -> String {
    format!("/api/v2/externalcontacts/import/jobs/{id}")
}

pub(super) fn csv_settings_path(id: &str) -> String {
    format!("/api/v2/externalcontacts/import/csv/settings/{id}")
}
