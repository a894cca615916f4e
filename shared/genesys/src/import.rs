//! The vendor's own import of a CSV file: the floor of a first load, about six requests for any number of contacts.
//!
//! ```text
//! settings ─▶ upload ─▶ the file itself ─▶ its check ─▶ columns ─▶ job ─▶ Checked ─┬─ continue ─▶ Done
//!            (address)   (no token there)                         (a dry run by    └─ cancel ───▶ Cancelled
//!                                                                  the vendor)
//! ```
//!
//! The job says how many rows it would take before it writes any, and waits. What is known of the calls, from the
//! vendor's published Python client (269.0.0); permissions are `externalContacts:…`:
//!
//! | call under `/api/v2/externalcontacts/import` | body | permission |
//! |---|---|---|
//! | `POST settings` | name, matchingCriteria (`Email`, `Phone`, in order), mergeContacts, externalSourceId, importFields | `importSettings:add` |
//! | `POST csv/uploads` | fileName, fileSize → uploadId, uploadUrl, uploadHeaders | `importCsvUpload:add` |
//! | `GET csv/uploads/{id}/details` | → validationResult | `importCsvUpload:view` |
//! | `POST csv/settings` | externalSettingsId, mappings of a column to a JSON path | `importCsvSettings:add` |
//! | `POST csv/jobs` | uploadId, settingsId, division → job | `importCsvJob:add` |
//! | `GET jobs` | pageSize up to 100, after → jobs, each with the name of its file | `importJob:view` |
//! | `GET jobs/{id}` | → status, executionStep, metadata with counts | `importJob:view` |
//! | `PUT jobs/{id}` | jobId, status `Continue`, `Cancel` or `Retry` | `importJob:edit` |
//!
//! Not published: how long a job takes, how many rows a file may have, whether custom fields can be imported, and
//! whether its reports name ids. So the links are filled by a scan afterwards, and what did not arrive is sent as usual.

mod csv;
mod job;
mod upload;

use std::collections::BTreeSet;

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{CallError, Failure, Request};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Genesys;

pub use csv::{CSV_BYTES_MAX, Csv, CsvFull};
pub use job::{ImportCounts, ImportJob, ImportState};
pub use upload::{Upload, UploadCheck};

const SETTINGS: &str = "make import settings";
const COLUMNS: &str = "name the columns of an import";
const START: &str = "start an import";

/// What contacts of a file are compared with those that exist by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Matching {
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
}

/// One column of a file, and the field it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportedField<'a> {
    /// The column's heading.
    pub column: &'a str,
    /// The field as in a [`Change`](crate::Change): `workEmail`, `address.city`. How the external id is named is not
    /// published; `externalIds[0].value` is what its place in a contact suggests.
    pub field: &'a str,
}

/// How an import treats what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportSettings<'a> {
    /// A name that people see.
    pub name: &'a str,
    /// The [`ExternalSource`](crate::ExternalSource) that the external ids of the file belong to.
    pub source_id: &'a str,
    /// What else than the external id a contact is recognised by, in this order; empty for nothing.
    pub matching: &'a [Matching],
    /// The columns.
    pub fields: &'a [ImportedField<'a>],
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

#[derive(Deserialize)]
struct Started {
    job: Made,
}

impl ImportedField<'_> {
    /// The field of a contact that this one is, or is a part of.
    fn top(&self) -> &str {
        self.field.split(['.', '[']).next().unwrap_or(self.field)
    }
}

impl Genesys {
    /// Makes the settings of an import, and returns their id. Contacts that are recognised are updated and not merged.
    /// Made twice, one of the two is never used.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn make_import_settings(
        &self,
        settings: &ImportSettings<'_>,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<String, CallError> {
        let names: BTreeSet<&str> = settings.fields.iter().map(ImportedField::top).collect();
        let fields: Vec<_> = names.iter().map(|name| json!({ "name": name, "included": true })).collect();
        let body = json!({
            "name": settings.name, "matchingCriteria": settings.matching, "mergeContacts": false,
            "externalSourceId": settings.source_id, "importFields": fields,
        });
        let made: Made = self.post_import(SETTINGS, "settings", &body, lease, deadline).await?;
        Ok(made.id)
    }

    /// Says which column goes to which field under the settings `settings_id`, and returns the id of that.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn name_import_columns(
        &self,
        settings_id: &str,
        fields: &[ImportedField<'_>],
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<String, CallError> {
        let mapping = |field: &ImportedField<'_>| json!({ "sourceField": field.column, "targetField": format!("$.{}", field.field) });
        let mappings: Vec<_> = fields.iter().map(mapping).collect();
        let body = json!({ "externalSettingsId": settings_id, "mappings": mappings });
        let made: Made = self.post_import(COLUMNS, "csv/settings", &body, lease, deadline).await?;
        Ok(made.id)
    }

    /// Starts the job that checks an uploaded file against the columns `columns_id`, and returns its id. Nothing is
    /// written before [`Self::continue_import`]. Without an answer the job may exist: [`Self::find_import`] tells.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn start_import(
        &self,
        upload: &Upload,
        columns_id: &str,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<String, CallError> {
        let body = json!({ "uploadId": upload.id, "settingsId": columns_id });
        let started: Started = self.post_import(START, "csv/jobs", &body, lease, deadline).await?;
        if started.job.id.is_empty() {
            return Err(self.api.error(START, Failure::Unexpected("a job without an id".to_owned())));
        }
        Ok(started.job.id)
    }

    async fn post_import<T: serde::de::DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &str,
        body: &serde_json::Value,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<T, CallError> {
        let url = self.url(operation, &format!("/api/v2/externalcontacts/import/{path}")).await?;
        let request = Request::json(operation, Method::POST, url, body, Repeat::OnlyIfUntouched).under(lease);
        self.ask(&request, deadline).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_field_belongs_to_its_field() {
        for (field, top) in
            [("lastName", "lastName"), ("address.city", "address"), ("externalIds[0].value", "externalIds")]
        {
            assert_eq!(ImportedField { column: "x", field }.top(), top);
        }
    }
}
