//! Starting a job, looking at it, and telling it to go on.

use serde::Deserialize;
use serde_json::{Value, json};

use super::state::{Job, Step, Tally, job_path};
use super::{csv, not_found};
use crate::genesys::bad_request;
use crate::genesys::contacts::fields::invalid;
use crate::wire::{Answer, Call, Refusal, Reply};
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct JobRequest {
    upload_id: String,
    settings_id: String,
    division: Option<Value>,
}

/// `POST /api/v2/externalcontacts/import/csv/jobs`.
pub(crate) fn create(world: &mut World, call: &Call) -> Reply {
    let request: JobRequest = call.json().map_err(bad_request)?;
    let imports = &world.genesys.imports;
    let JobRequest { upload_id, settings_id, division } = request;
    let upload = imports.uploads.get(&upload_id).ok_or_else(|| not_found("upload", &upload_id))?;
    if !imports.csv_settings.contains_key(&settings_id) {
        return Err(not_found("settings", &settings_id));
    }
    let file = upload.file.as_deref();
    let file = file.ok_or_else(|| invalid("uploadId", &json!(upload_id), "nothing was uploaded".to_owned()))?;
    let good = upload.check.as_ref().is_some_and(|(_, check)| check.is_good());
    let rows = csv::rows(file).filter(|rows| !rows.is_empty() && good);
    let details = rows.is_none().then(|| "The file is not valid.".to_owned());
    let step = if rows.is_some() { Step::Validating } else { Step::Failed };
    let mut rows = rows.unwrap_or_default();
    let header = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
    let job = Job {
        upload: upload_id.clone(),
        csv_settings: settings_id,
        division,
        created: call.now,
        step,
        since: call.now,
        details,
        rows,
        header,
        done: 0,
        dry_run: Tally::default(),
        import: Tally::default(),
    };
    let id = world.new_uuid();
    if let Some(upload) = world.genesys.imports.uploads.get_mut(&upload_id) {
        upload.file = None; // The job has its rows.
    }
    world.genesys.imports.jobs.insert(id.clone(), job);
    Ok(Answer::ok(json!({"job": {"id": id, "selfUri": job_path(&id)}})).items(1))
}

/// `GET /api/v2/externalcontacts/import/jobs/{jobId}`.
pub(crate) fn get(world: &mut World, call: &Call) -> Reply {
    let id = call.parameter(0);
    let imports = &world.genesys.imports;
    let job = imports.jobs.get(id).ok_or_else(|| not_found("job", id))?;
    Ok(Answer::ok(job.render(id, imports, &call.base)).items(1))
}

/// `GET /api/v2/externalcontacts/import/jobs`.
pub(crate) fn list(world: &mut World, call: &Call) -> Reply {
    let imports = &world.genesys.imports;
    let wanted = call.query.get("jobStatus");
    let jobs = imports.jobs.iter().map(|(id, job)| job.render(id, imports, &call.base));
    let jobs: Vec<Value> = jobs.filter(|job| wanted.is_none_or(|status| job["status"] == status)).collect();
    let items = jobs.len();
    Ok(Answer::ok(json!({"entities": jobs, "cursors": {}})).items(items))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct StatusUpdate {
    job_id: Option<String>,
    status: Status,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
enum Status {
    Continue,
    Cancel,
    Retry,
}

/// `PUT /api/v2/externalcontacts/import/jobs/{jobId}`.
pub(crate) fn put(world: &mut World, call: &Call) -> Reply {
    let update: StatusUpdate = call.json().map_err(bad_request)?;
    let id = call.parameter(0);
    if update.job_id.as_deref().is_some_and(|named| named != id) {
        return Err(bad_request("jobId is another one than in the path"));
    }
    let job = world.genesys.imports.jobs.get_mut(id).ok_or_else(|| not_found("job", id))?;
    let next = match (update.status, job.step) {
        (Status::Continue, Step::Validated) => Step::Importing,
        (Status::Cancel, Step::Validating | Step::Validated | Step::Importing) => Step::Cancelled,
        (Status::Retry, Step::Failed) if !job.rows.is_empty() => Step::Validating,
        (status, step) => {
            let sentence = format!("A job that is {step:?} does not {status:?}.");
            return Err(Refusal::new(409, "request.conflict", sentence));
        }
    };
    job.begin(next, call.now);
    Ok(Answer::ok(json!({"jobId": id, "status": format!("{:?}", update.status)})).items(1))
}

/// `GET` of a report, at an address without a token.
pub(crate) fn report(world: &mut World, call: &Call) -> Reply {
    let id = call.parameter(0);
    let job = world.genesys.imports.jobs.get(id).ok_or_else(|| not_found("job", id))?;
    let tally = match call.parameter(1) {
        "dry-run" => &job.dry_run,
        "import" => &job.import,
        other => return Err(not_found("report", other)),
    };
    let ids = if world.settings.genesys.import_report_ids { ",contactId" } else { "" };
    let text = format!("row,status,message{ids}\n{}", tally.report);
    Ok(Answer::text(text).header("content-type", "text/csv"))
}
