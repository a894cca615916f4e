//! Bringing a file to the vendor.
//!
//! The address comes from Genesys and lies on another host. It carries its own permission for a short time, so the token
//! does not go there, and the address is used once and kept nowhere.

use std::fmt;

use platform::deadline::Deadline;
use platform::lease::LeaseGuard;
use platform::retry::Repeat;
use platform::vendor::{Body, CallError, Failure, Request};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::json;

use super::{CSV_BYTES_MAX, Csv};
use crate::Genesys;
use crate::lenient::null_as_default;
use crate::path::id;

const OPEN: &str = "open an upload";
const PUT: &str = "upload a file";
const CHECK: &str = "check an upload";

/// Headers that are never taken from an answer: they would change where the request goes or what it carries.
const HEADERS_REFUSED: [&str; 5] = ["authorization", "host", "content-length", "transfer-encoding", "cookie"];

/// A file that was brought to the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: String,
}

/// What the vendor says about a file before a job reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadCheck {
    /// It was not looked at yet.
    Pending,
    /// It can be read.
    Valid,
    /// It cannot.
    Invalid {
        /// Faults in all.
        errors: usize,
        /// The line of the first one, where it is named.
        line: Option<u64>,
    },
}

/// An address for one file. Prints without it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Opened {
    upload_id: String,
    upload_url: String,
    #[serde(default, deserialize_with = "null_as_default")]
    upload_headers: Vec<Header>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Header {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    validation_result: Option<Validation>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Validation {
    separator_valid: Option<bool>,
    file_encoding_valid: Option<bool>,
    #[serde(deserialize_with = "null_as_default")]
    errors: Vec<LineError>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct LineError {
    line_number: Option<u64>,
}

impl Genesys {
    /// Brings a file to the vendor, in two requests.
    ///
    /// # Errors
    /// [`Failure::Conflict`] when the address had run out: upload again. [`Failure::Misconfigured`] for an address on a
    /// host that is none of the vendor's. Any other [`CallError`].
    pub async fn upload(
        &self,
        file_name: &str,
        csv: Csv,
        lease: &LeaseGuard,
        deadline: Deadline,
    ) -> Result<Upload, CallError> {
        let content = csv.into_bytes();
        debug_assert!(content.len() <= CSV_BYTES_MAX, "a file is never larger than its limit");
        let url = self.url(OPEN, "/api/v2/externalcontacts/import/csv/uploads").await?;
        let body = json!({ "fileName": file_name, "fileSize": content.len() });
        let opening = Request::json(OPEN, Method::POST, url, &body, Repeat::Safe).under(lease);
        let opened: Opened = self.ask(&opening, deadline).await?;
        let request = put(&opened, content).map_err(|failure| self.api.error(PUT, failure))?.under(lease);
        let sent = self.api.send_openly(&request, &self.upload_hosts, deadline).await;
        sent.map_err(|error| CallError { failure: of_address(error.failure), ..error })?;
        Ok(Upload { id: opened.upload_id })
    }

    /// What the vendor says about an uploaded file.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn check_upload(&self, upload: &Upload, deadline: Deadline) -> Result<UploadCheck, CallError> {
        let upload = id(&upload.id, "upload").map_err(|failure| self.api.error(CHECK, failure))?;
        let path = format!("/api/v2/externalcontacts/import/csv/uploads/{upload}/details");
        let details: Details = self.ask(&Request::get(CHECK, self.url(CHECK, &path).await?), deadline).await?;
        Ok(details.validation_result.map_or(UploadCheck::Pending, |result| checked(&result)))
    }
}

fn put(opened: &Opened, content: Vec<u8>) -> Result<Request, Failure> {
    let url =
        Url::parse(&opened.upload_url).map_err(|_| Failure::Unexpected("an upload without an address".to_owned()))?;
    if opened.upload_headers.iter().any(|header| !is_sendable(header)) {
        return Err(Failure::Unexpected("an upload with a header that is not sent".to_owned()));
    }
    let headers = opened.upload_headers.iter().cloned().map(|header| (header.name, header.value)).collect();
    let body = Body::Upload { content, headers };
    Ok(Request { method: Method::PUT, body, ..Request::get(PUT, url) })
}

fn is_sendable(header: &Header) -> bool {
    let name = header.name.to_ascii_lowercase();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_value = header.value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    is_name && is_value && !HEADERS_REFUSED.contains(&name.as_str())
}

/// What a refusal of the address means: it is no matter of our role, and nothing of a record.
fn of_address(failure: Failure) -> Failure {
    match failure {
        Failure::Unauthorized { code }
        | Failure::Forbidden { code, .. }
        | Failure::NotFound { code }
        | Failure::Rejected { code, .. } => Failure::Conflict { code },
        other => other,
    }
}

fn checked(result: &Validation) -> UploadCheck {
    let is_sound = result.separator_valid != Some(false) && result.file_encoding_valid != Some(false);
    if is_sound && result.errors.is_empty() {
        return UploadCheck::Valid;
    }
    let line = result.errors.iter().find_map(|error| error.line_number);
    UploadCheck::Invalid { errors: result.errors.len().max(1), line }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("upload_id", &self.upload_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(headers: &serde_json::Value) -> Opened {
        let answer = json!({ "uploadId": "u-1", "uploadUrl": "https://files.s3.amazonaws.com/x?sig=1", "uploadHeaders": headers });
        serde_json::from_value(answer).unwrap()
    }

    #[test]
    fn a_file_goes_out_with_the_headers_of_its_address_and_no_others() {
        let request = put(&opened(&json!([{ "name": "Content-Type", "value": "text/csv" }])), b"a".to_vec()).unwrap();
        let Body::Upload { content, headers } = request.body else { panic!() };
        assert_eq!((request.method, content), (Method::PUT, b"a".to_vec()));
        assert_eq!(headers, [("Content-Type".to_owned(), "text/csv".to_owned())]);
        assert!(put(&opened(&serde_json::Value::Null), Vec::new()).is_ok());
        for (name, value) in
            [("Authorization", "x"), ("Host", "evil.example"), ("a b", "x"), ("", "x"), ("x", "a\r\nb: c")]
        {
            assert!(put(&opened(&json!([{ "name": name, "value": value }])), Vec::new()).is_err(), "{name}");
        }
    }

    #[test]
    fn a_file_is_pending_sound_or_faulty() {
        let check = |result: serde_json::Value| checked(&serde_json::from_value(result).unwrap());
        assert_eq!(
            check(json!({ "separatorValid": true, "fileEncodingValid": true, "errors": [] })),
            UploadCheck::Valid
        );
        assert_eq!(
            check(json!({ "separatorValid": false, "errors": null })),
            UploadCheck::Invalid { errors: 1, line: None }
        );
        let lines = json!({ "errors": [{ "message": "ana@ is wrong" }, { "lineNumber": 7, "message": "x" }] });
        assert_eq!(check(lines), UploadCheck::Invalid { errors: 2, line: Some(7) });
    }

    #[test]
    fn an_address_that_has_run_out_is_asked_for_anew() {
        let forbidden = Failure::Forbidden { code: "no.code".to_owned(), permission: None };
        assert!(matches!(of_address(forbidden), Failure::Conflict { .. }));
        assert_eq!(of_address(Failure::NoAnswer), Failure::NoAnswer);
    }

    #[test]
    fn printing_an_address_does_not_print_it() {
        assert!(!format!("{:?}", opened(&json!([]))).contains("sig="));
    }
}
