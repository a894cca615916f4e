//! A file is brought to the vendor without a token, checked by it, and imported on our word.

use genesys::{Csv, ExternalSource, Identifier, ImportSettings, ImportState, ImportedField, Matching, UploadCheck};
use platform::clock::Clock;
use platform::deadline::Deadline;
use platform::vendor::Failure;
use serde_json::{Value, json};

use crate::desk::{Desk, ORGANIZATION, client, lease};
use crate::stand_in::{Seen, StandIn};

const IMPORT: &str = "/api/v2/externalcontacts/import/";

/// An import whose check is done at the second look, and which is done once it was let go.
fn answer(own: &str, seen: &Seen, upload_host: Option<&str>) -> (u16, Value) {
    let job = |status: &str, step: &str| {
        let metadata = json!({ "fileName": "a.csv", "dryRunSuccessCount": 1, "dryRunFailedCount": 1 });
        (200, json!({ "id": "j-1", "status": status, "executionStep": step, "metadata": metadata }))
    };
    match (seen.method.as_str(), seen.path.trim_start_matches(IMPORT)) {
        ("POST", "settings") => (200, json!({ "id": "s-1" })),
        ("POST", "csv/uploads") => {
            let url = format!("{}/files/u-1?sig=x", upload_host.unwrap_or(own));
            let headers = json!([{ "name": "x-amz-meta-kind", "value": "csv" }]);
            (200, json!({ "uploadId": "u-1", "uploadUrl": url, "uploadHeaders": headers }))
        }
        ("PUT", "/files/u-1?sig=x") => (200, Value::Null),
        ("GET", "csv/uploads/u-1/details") => (
            200,
            json!({ "uploadId": "u-1", "validationResult": { "separatorValid": true, "fileEncodingValid": true } }),
        ),
        ("POST", "csv/settings") => (200, json!({ "id": "m-1" })),
        ("POST", "csv/jobs") => (202, json!({ "job": { "id": "j-1" } })),
        ("GET", "jobs/j-1") => job("Running", "Validated"),
        ("PUT", "jobs/j-1") => (200, json!({ "jobId": "j-1", "status": seen.json()["status"] })),
        _ => (404, json!({ "code": "not.found", "status": 404 })),
    }
}

const FIELDS: [ImportedField<'static>; 2] =
    [ImportedField { column: "Last name", field: "lastName" }, ImportedField { column: "E-mail", field: "workEmail" }];

fn file() -> Csv {
    let mut csv = Csv::new(&FIELDS.map(|field| field.column));
    csv.push(&["Sá, Ana", "ana@example.com"]).unwrap();
    csv
}

#[tokio::test]
async fn an_import_is_checked_first_and_its_file_travels_without_the_token() {
    let stand_in = StandIn::answering(|own, seen| answer(own, seen, None)).await;
    let clock = Clock::system();
    let (genesys, lease) = (client(&stand_in.url, ORGANIZATION, &clock).await, lease(&clock));
    let deadline = Deadline::after(std::time::Duration::from_secs(60));
    let source = ExternalSource { id: "source-1".to_owned(), name: "Salesforce".to_owned(), active: None };
    let settings =
        ImportSettings { name: "first load", source_id: &source.id, matching: &[Matching::Email], fields: &FIELDS };

    let settings_id = genesys.make_import_settings(&settings, &lease, deadline).await.unwrap();
    let upload = genesys.upload("contacts.csv", file(), &lease, deadline).await.unwrap();
    assert_eq!(genesys.check_upload(&upload, deadline).await.unwrap(), UploadCheck::Valid);
    let columns_id = genesys.name_import_columns(&settings_id, &FIELDS, &lease, deadline).await.unwrap();
    let job_id = genesys.start_import(&upload, &columns_id, &lease, deadline).await.unwrap();
    let job = genesys.import_job(&job_id, deadline).await.unwrap();
    assert_eq!((job.state, job.dry_run.succeeded, job.dry_run.failed), (ImportState::Checked, 1, 1));
    genesys.continue_import(&job_id, &lease, deadline).await.unwrap();
    genesys.cancel_import(&job_id, &lease, deadline).await.unwrap();

    let [put] = &stand_in.seen("/files/")[..] else { panic!("one file") };
    assert_eq!(
        (put.bearer.as_deref(), put.body.as_str()),
        (None, "\"Last name\",\"E-mail\"\r\n\"Sá, Ana\",\"ana@example.com\"\r\n")
    );
    assert!(stand_in.seen("/csv/jobs").iter().all(|seen| seen.bearer.is_some()));
    let body = |path: &str| stand_in.seen(path)[0].json();
    assert_eq!(body("csv/uploads"), json!({ "fileName": "contacts.csv", "fileSize": put.body.len() }));
    let mapped = json!([{ "sourceField": "Last name", "targetField": "$.lastName" }, { "sourceField": "E-mail", "targetField": "$.workEmail" }]);
    assert_eq!(body("csv/settings"), json!({ "externalSettingsId": "s-1", "mappings": mapped }));
    let imported = json!([{ "name": "lastName", "included": true }, { "name": "workEmail", "included": true }]);
    let expected = json!({ "name": "first load", "matchingCriteria": ["Email"], "mergeContacts": false,
        "externalSourceId": "source-1", "importFields": imported });
    assert_eq!(body("import/settings"), expected);
    let words: Vec<_> = stand_in
        .seen("/jobs/j-1")
        .iter()
        .filter(|seen| seen.method == "PUT")
        .map(|seen| seen.json()["status"].clone())
        .collect();
    assert_eq!(words, ["Continue", "Cancel"]);
}

#[tokio::test]
async fn a_file_goes_to_no_stranger() {
    let stand_in = StandIn::answering(|own, seen| answer(own, seen, Some("https://evil.example"))).await;
    let clock = Clock::system();
    let genesys = client(&stand_in.url, ORGANIZATION, &clock).await;
    let deadline = Deadline::after(std::time::Duration::from_secs(60));
    let error = genesys.upload("contacts.csv", file(), &lease(&clock), deadline).await.unwrap_err();
    assert!(matches!(&error.failure, Failure::Misconfigured(line) if line.contains("evil.example")), "{error}");
}

/// The same file twice, as somebody who was interrupted would bring it.
#[tokio::test]
async fn an_import_makes_each_contact_once_and_only_on_our_word() {
    let desk = Desk::open().await;
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "import_step_s": 0 } }));
    let source = desk.source().await;
    let fields = [FIELDS[0], FIELDS[1], ImportedField { column: "Salesforce id", field: "externalIds[0].value" }];
    let settings = ImportSettings { name: "first load", source_id: &source, matching: &[], fields: &fields };
    let (lease, deadline) = (desk.lease(), desk.deadline());
    let settings_id = desk.genesys.make_import_settings(&settings, &lease, deadline).await.unwrap();
    let columns_id = desk.genesys.name_import_columns(&settings_id, &fields, &lease, deadline).await.unwrap();
    for (round, expected) in [("first", (3, 0)), ("second", (0, 3))] {
        let mut csv = Csv::new(&fields.map(|field| field.column));
        for number in 0..3 {
            csv.push(&["Sá, \"Ana\"", &format!("ana{number}@example.com"), &format!("00300000000000{number}AAA")])
                .unwrap();
        }
        let upload = desk.genesys.upload(round, csv, &lease, deadline).await.unwrap();
        assert_eq!(desk.genesys.check_upload(&upload, deadline).await.unwrap(), UploadCheck::Valid);
        assert_eq!(desk.genesys.find_import(round, deadline).await.unwrap(), None);
        let job_id = desk.genesys.start_import(&upload, &columns_id, &lease, deadline).await.unwrap();
        assert_eq!(desk.genesys.find_import(round, deadline).await.unwrap().as_ref(), Some(&job_id));
        let checked = desk.genesys.import_job(&job_id, deadline).await.unwrap();
        assert_eq!(
            (checked.state, checked.dry_run.succeeded, checked.dry_run.failed),
            (ImportState::Checked, expected.0, expected.1),
            "{round}"
        );
        assert_eq!(desk.stored().len(), if round == "first" { 0 } else { 3 }, "nothing before our word");
        desk.genesys.continue_import(&job_id, &lease, deadline).await.unwrap();
        let done = desk.genesys.import_job(&job_id, deadline).await.unwrap();
        assert_eq!((done.state, done.imported.succeeded), (ImportState::Completed, expected.0), "{round}");
    }
    let identifier = Identifier::external_id(&source, "003000000000002AAA");
    let found = desk.genesys.lookup(&identifier, deadline).await.unwrap().unwrap();
    assert_eq!(
        (found.last_name.as_deref(), found.work_email.as_deref()),
        (Some("Sá, \"Ana\""), Some("ana2@example.com"))
    );
    assert_eq!(desk.stored().len(), 3);
}
