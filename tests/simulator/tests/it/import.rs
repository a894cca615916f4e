//! The import job: what it checks, how long it takes, and what it leaves behind.

use serde_json::{Value, json};

use crate::desk::{Answered, Desk, read};

const BASE: &str = "/externalcontacts/import";

async fn call(desk: &Desk, method: &str, path: &str, body: Value) -> Answered {
    desk.genesys(method, &format!("{BASE}/{path}"), body).await
}

async fn upload(desk: &Desk, file: &str) -> String {
    let request = json!({"fileName": "contacts.csv", "fileSize": file.len()});
    let answer = call(desk, "POST", "csv/uploads", request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut put = desk.client().put(answer.body["uploadUrl"].as_str().unwrap());
    for header in answer.body["uploadHeaders"].as_array().unwrap() {
        put = put.header(header["name"].as_str().unwrap(), header["value"].as_str().unwrap());
    }
    assert_eq!(put.body(file.to_owned()).send().await.unwrap().status(), 200);
    answer.body["uploadId"].as_str().unwrap().to_owned()
}

/// Settings, mapping and job for a file; answers the job's id.
async fn start(desk: &Desk, file: &str, change: Value) -> String {
    let included = ["firstName", "lastName", "workEmail", "workPhone", "address", "externalSystemUrl"];
    let mut settings = json!({"name": "First load", "mergeContacts": false, "externalSourceId": desk.source(),
        "matchingCriteria": [], "importFields": included.map(|name| json!({"name": name, "included": true}))});
    settings.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let settings = call(desk, "POST", "settings", settings).await.body;
    let mappings: Vec<Value> = [
        ("Id", "$.externalIds"),
        ("Last", "$.lastName"),
        ("Email", "$.workEmail"),
        ("Phone", "$.workPhone.display"),
        ("City", "$.address.city"),
    ]
    .iter()
    .map(|(source, target)| json!({"sourceField": source, "targetField": target}))
    .collect();
    let csv = json!({"externalSettingsId": settings["id"], "mappings": mappings});
    let csv = call(desk, "POST", "csv/settings", csv).await;
    assert_eq!(csv.status, 200, "{}", csv.body);
    let job = json!({"uploadId": upload(desk, file).await, "settingsId": csv.body["id"]});
    let job = call(desk, "POST", "csv/jobs", job).await;
    assert_eq!(job.status, 200, "{}", job.body);
    job.body["job"]["id"].as_str().unwrap().to_owned()
}

async fn job(desk: &Desk, id: &str) -> Value {
    call(desk, "GET", &format!("jobs/{id}"), Value::Null).await.body
}

async fn tell(desk: &Desk, id: &str, status: &str) -> Answered {
    call(desk, "PUT", &format!("jobs/{id}"), json!({"jobId": id, "status": status})).await
}

const FILE: &str = "Id,Last,Email,Phone,City\n\
    003A,\"Sá, Ana\",ana@example.com,+15125550100,Austin\n\
    003B,Bo,no address,,\n\
    003C,Cy,cy@example.com,,\n";

#[tokio::test]
async fn a_job_validates_waits_imports_and_tells_what_failed() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"import_step_s": 10, "import_rows_per_s": 1}}));
    let id = start(&desk, FILE, json!({})).await;
    let running = job(&desk, &id).await;
    assert_eq!((&running["status"], &running["executionStep"]), (&json!("Running"), &json!("Validating")));
    assert!(running["metadata"].get("dryRunSuccessCount").is_none());
    assert_eq!(tell(&desk, &id, "Continue").await.status, 409);
    desk.ahead(60.0);
    let validated = job(&desk, &id).await;
    assert_eq!(validated["executionStep"], "Validated", "{validated}");
    let counts = |job: &Value, step: &str| {
        [json!(job["metadata"][format!("{step}SuccessCount")]), json!(job["metadata"][format!("{step}FailedCount")])]
    };
    assert_eq!(counts(&validated, "dryRun"), [json!(2), json!(1)]);
    assert!(desk.contacts().is_empty());
    assert_eq!(tell(&desk, &id, "Continue").await.body, json!({"jobId": id, "status": "Continue"}));
    desk.ahead(71.5); // The step, and a second and a half.
    assert_eq!(desk.contacts().len(), 1);
    assert_eq!(job(&desk, &id).await["executionStep"], "Importing");
    desk.ahead(80.0);
    let done = job(&desk, &id).await;
    assert_eq!((&done["status"], counts(&done, "import")), (&json!("Completed"), [json!(2), json!(1)]));
    let found = desk.lookup("ExternalId", "003A").await.body;
    assert_eq!((&found["lastName"], &found["workPhone"]["e164"]), (&json!("Sá, Ana"), &json!("+15125550100")));
    assert_eq!(found["address"], json!({"city": "Austin"}));
    let report = desk.client().get(done["metadata"]["importReportDownloadUrl"].as_str().unwrap()).send().await.unwrap();
    let report = report.text().await.unwrap();
    assert_eq!(report.lines().count(), 4);
    assert!(report.starts_with("row,status,message\n1,Success,\n2,Failed,"), "{report}");
    assert_eq!(tell(&desk, &id, "Cancel").await.status, 409);
    let listed = call(&desk, "GET", "jobs?jobStatus=Completed", Value::Null).await.body;
    assert_eq!(listed["entities"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_file_twice_makes_nobody_twice() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"import_step_s": 0, "import_auto_continue": true, "import_report_ids": true}}));
    let first = job(&desk, &start(&desk, FILE, json!({})).await).await;
    assert_eq!(first["status"], "Completed", "{first}");
    let again = job(&desk, &start(&desk, FILE, json!({})).await).await;
    assert_eq!(again["metadata"]["importFailedCount"], 3);
    assert_eq!(desk.contacts().len(), 2);
    let url = first["metadata"]["importReportDownloadUrl"].as_str().unwrap();
    let report = desk.client().get(url).send().await.unwrap().text().await.unwrap();
    let id = desk.lookup("ExternalId", "003A").await.body["id"].as_str().unwrap().to_owned();
    assert!(report.contains(&format!("1,Success,,{id}")), "{report}");
}

#[tokio::test]
async fn matching_people_are_updated_or_merged() {
    let desk = Desk::open().await;
    desk.settings(&json!({"genesys": {"import_step_s": 0, "import_auto_continue": true}}));
    let known = desk.control("POST", "genesys/contacts", &json!({"title": "Dr", "workEmail": "ANA@example.com"}));
    let known = known["ids"][0].as_str().unwrap().to_owned();
    let by_email = json!({"matchingCriteria": ["Email", "Phone"]});
    start(&desk, FILE, by_email).await;
    let found = desk.lookup("ExternalId", "003A").await.body;
    assert_eq!((&found["id"], &found["title"]), (&json!(known), &json!("Dr")));
    let merging = json!({"matchingCriteria": ["Email"], "mergeContacts": true});
    start(&desk, &FILE.replace("003A", "003X"), merging).await;
    let head = desk.genesys("GET", &format!("/externalcontacts/contacts/{known}"), Value::Null).await.body;
    assert_ne!(head["id"], json!(known));
    assert_eq!(head["lastName"], "Sá, Ana");
}

#[tokio::test]
async fn uploads_are_looked_at_and_signed() {
    let desk = Desk::open().await;
    let good = upload(&desk, FILE).await;
    desk.settings(&json!({"genesys": {"upload_check_s": 5}}));
    let path = format!("csv/uploads/{good}/details");
    assert!(call(&desk, "GET", &path, Value::Null).await.body.get("validationResult").is_none());
    desk.ahead(6.0);
    let details = call(&desk, "GET", &path, Value::Null).await.body;
    assert_eq!(details["validationResult"], json!({"separatorValid": true, "fileEncodingValid": true, "errors": []}));
    let preview = call(&desk, "GET", &format!("csv/uploads/{good}/preview"), Value::Null).await.body;
    assert_eq!((&preview["headers"][1], &preview["entries"][0][1]), (&json!("Last"), &json!("Sá, Ana")));
    desk.settings(&json!({"genesys": {"upload_check_s": 0}}));
    let bad = upload(&desk, "Id;Last\n003A;Sá\n").await;
    let details = call(&desk, "GET", &format!("csv/uploads/{bad}/details"), Value::Null).await.body;
    assert_eq!(details["validationResult"]["separatorValid"], false);
    assert_eq!(call(&desk, "POST", "csv/uploads", json!({"fileName": "x", "fileSize": 60_000_000})).await.status, 422);
    let place = call(&desk, "POST", "csv/uploads", json!({"fileName": "x", "fileSize": 3})).await.body;
    let url = place["uploadUrl"].as_str().unwrap();
    let unsigned = desk.client().put(url).header("content-type", "text/csv").body("a,b").send().await.unwrap();
    assert_eq!(unsigned.status(), 403);
    let bearer = desk.client().put(url).bearer_auth(&desk.genesys_token).body("a,b").send().await.unwrap();
    assert_eq!(bearer.status(), 400);
    let missing = json!({"uploadId": place["uploadId"], "settingsId": "x"});
    assert_eq!(call(&desk, "POST", "csv/jobs", missing).await.status, 404);
    desk.ahead(4_000.0);
    let late = place["uploadHeaders"].as_array().unwrap().iter().fold(desk.client().put(url), |put, header| {
        put.header(header["name"].as_str().unwrap(), header["value"].as_str().unwrap())
    });
    assert_eq!(read(late.body("a,b").send().await.unwrap()).await.status, 403);
}

#[tokio::test]
async fn settings_are_checked_and_found_again() {
    let desk = Desk::open().await;
    let good =
        json!({"name": "First load", "mergeContacts": false, "externalSourceId": desk.source(), "importFields": []});
    let made = call(&desk, "POST", "settings", good.clone()).await.body;
    let listed = call(&desk, "GET", "settings?name=first", Value::Null).await.body;
    assert_eq!(listed["entities"][0]["id"], made["id"]);
    assert_eq!(call(&desk, "GET", &format!("settings/{}", made["id"].as_str().unwrap()), Value::Null).await.body, made);
    let mut unknown = good.clone();
    unknown["externalSourceId"] = json!("nobody");
    assert_eq!(call(&desk, "POST", "settings", unknown).await.status, 422);
    assert_eq!(call(&desk, "POST", "settings", json!({"name": "x"})).await.status, 400);
    let csv = |target: &str| json!({"externalSettingsId": made["id"], "mappings": [{"sourceField": "A", "targetField": target}]});
    let bad = call(&desk, "POST", "csv/settings", csv("$.shoeSize")).await;
    assert_eq!((bad.status, &bad.body["code"]), (422, &json!("validation.failed")));
    let fine = call(&desk, "POST", "csv/settings", csv("$.firstName")).await.body;
    let path = format!("csv/settings?externalSettingsId={}", made["id"].as_str().unwrap());
    assert_eq!(call(&desk, "GET", &path, Value::Null).await.body["entities"][0], fine);
    let one = call(&desk, "GET", &format!("csv/settings/{}", fine["id"].as_str().unwrap()), Value::Null).await;
    assert_eq!(one.body, fine);
    let cancelled = start(&desk, FILE, json!({})).await;
    assert_eq!(tell(&desk, &cancelled, "Cancel").await.status, 200);
    assert_eq!(job(&desk, &cancelled).await["status"], "Cancelled");
    let broken = start(&desk, "Id;Last\n1;2\n", json!({})).await;
    let failed = job(&desk, &broken).await;
    assert_eq!((&failed["status"], failed.get("executionStep")), (&json!("Failed"), None), "{failed}");
}
