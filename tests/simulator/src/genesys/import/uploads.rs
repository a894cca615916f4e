//! A place for a file, the file itself at an address without a token, and what the vendor makes of it.

use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::state::Upload;
use super::{csv, not_found};
use crate::genesys::bad_request;
use crate::genesys::contacts::fields::invalid;
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

const PREVIEW_ROWS: usize = 10;
const SECRET_HEADER: &str = "x-upload-signature";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct UploadRequest {
    file_name: String,
    file_size: usize,
}

/// `POST /api/v2/externalcontacts/import/csv/uploads`.
pub(crate) fn create(world: &mut World, call: &Call) -> Reply {
    let request: UploadRequest = call.json().map_err(bad_request)?;
    let most = world.settings.genesys.import_bytes_max;
    if request.file_size == 0 || request.file_size > most {
        let sentence = format!("fileSize must be 1 to {most}, not {}", request.file_size);
        return Err(invalid("fileSize", &json!(request.file_size), sentence));
    }
    if request.file_name.trim().is_empty() {
        return Err(invalid("fileName", &json!(request.file_name), "fileName must not be empty".to_owned()));
    }
    let (id, secret) = (world.new_uuid(), world.new_uuid());
    let headers = json!([{"name": "content-type", "value": "text/csv"}, {"name": SECRET_HEADER, "value": secret}]);
    let body = json!({"uploadId": id, "uploadUrl": format!("{}/uploads/{id}", call.base), "uploadHeaders": headers});
    let UploadRequest { file_name, file_size } = request;
    world
        .genesys
        .imports
        .uploads
        .insert(id, Upload { file_name, file_size, secret, made: call.now, file: None, check: None });
    Ok(Answer::ok(body).items(1))
}

/// `PUT` of the file to its `uploadUrl`: without a token, with the headers that came with the address.
pub(crate) fn put(world: &mut World, call: &Call) -> Reply {
    let id = call.parameter(0);
    let lifetime = SignedDuration::from_secs(world.settings.genesys.upload_lifetime_s);
    let upload = world.genesys.imports.uploads.get_mut(id).ok_or_else(|| not_found("upload", id))?;
    if call.header("authorization").is_some() {
        return Err(Refusal::new(400, "bad.request", "This address takes no bearer token."));
    }
    let signed = call.header(SECRET_HEADER) == Some(upload.secret.as_str());
    if !signed || call.header("content-type") != Some("text/csv") || call.now.duration_since(upload.made) > lifetime {
        return Err(Refusal::new(403, "not.authorized", "The signature does not fit, or the address has expired."));
    }
    upload.check = Some((call.now, Check::of(&call.body, upload.file_size)));
    upload.file = Some(call.body.clone());
    Ok(Answer::ok(json!({})).items(1))
}

/// What is wrong with an uploaded file.
#[derive(Debug)]
pub(super) struct Check {
    separator_valid: bool,
    encoding_valid: bool,
    errors: Vec<&'static str>,
}

impl Check {
    /// Looks at a file.
    fn of(file: &str, announced_bytes: usize) -> Self {
        // Bytes that were not UTF-8 were replaced when the request was read.
        let encoding_valid = !file.contains('\u{fffd}');
        let header = csv::header(file).unwrap_or_default();
        let alone = header.len() == 1 && header.iter().any(|name| name.contains([';', '\t', '|']));
        let mut errors = Vec::new();
        if header.iter().all(String::is_empty) {
            errors.push("the file has no header");
        }
        if file.len() != announced_bytes {
            errors.push("the file has another size than announced");
        }
        Self { separator_valid: !alone, encoding_valid, errors }
    }

    pub(super) fn is_good(&self) -> bool {
        self.separator_valid && self.encoding_valid && self.errors.is_empty()
    }
}

/// `GET /api/v2/externalcontacts/import/csv/uploads/{uploadId}/details`.
pub(crate) fn details(world: &mut World, call: &Call) -> Reply {
    let id = call.parameter(0);
    let upload = world.genesys.imports.uploads.get(id).ok_or_else(|| not_found("upload", id))?;
    let mut body = json!({"uploadId": id, "fileName": upload.file_name});
    let takes = SignedDuration::from_secs(world.settings.genesys.upload_check_s);
    if let Some((_, check)) = upload.check.as_ref().filter(|(came, _)| call.now.duration_since(*came) >= takes) {
        let errors: Vec<Value> = check.errors.iter().map(|text| json!({"lineNumber": 1, "message": text})).collect();
        body["validationResult"] = json!({
            "separatorValid": check.separator_valid, "fileEncodingValid": check.encoding_valid, "errors": errors,
        });
    }
    Ok(Answer::ok(body).items(1))
}

/// `GET /api/v2/externalcontacts/import/csv/uploads/{uploadId}/preview`.
pub(crate) fn preview(world: &mut World, call: &Call) -> Reply {
    let id = call.parameter(0);
    let upload = world.genesys.imports.uploads.get(id).ok_or_else(|| not_found("upload", id))?;
    let file = upload.file.as_deref().unwrap_or("");
    let mut rows = csv::rows(file).unwrap_or_default().into_iter();
    let headers = rows.next().unwrap_or_default();
    let entries: Vec<Vec<String>> = rows.take(PREVIEW_ROWS).collect();
    Ok(Answer::ok(json!({"uploadId": id, "headers": headers, "entries": entries})).items(1))
}
