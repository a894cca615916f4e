//! What goes wrong on the first evening: each case is one clear line that names what to change, and nothing is written.

use scenarios::aws::Secret;
use scenarios::people::people;
use scenarios::{World, WorldBuilder};
use serde_json::{Value, json};

const GENESYS: &str = "dev/genesys/aws-sync-creds";
const SALESFORCE: &str = "dev/salesforce/aws-sync-creds";

/// Runs once and returns the one line that explains: the Lambda error, or what the process said when it ended.
async fn complaint(world: &World, event: &str) -> String {
    world.advance(std::time::Duration::from_secs(300));
    let invocation = world.invoke_text(event).await;
    let error = invocation.result.expect_err("it should fail");
    let writes: Vec<_> = world
        .journal()
        .into_iter()
        .filter(|entry| entry.is_genesys_write() && entry.operation.contains("contact"))
        .collect();
    assert!(writes.is_empty(), "{writes:?}");
    let rows = world.state_rows();
    let is_work = |row: &&Value| {
        let is_mark = row["sk"]["S"] == "salesforce";
        is_mark || ["link#", "peer#"].iter().any(|family| row["pk"]["S"].as_str().unwrap().starts_with(family))
    };
    assert!(!rows.iter().any(|row| is_work(&row)), "{rows:?}");
    let line = if error.is_exit() { explanation(&invocation.log) } else { error.message };
    println!("{line}");
    assert!(!line.trim().is_empty() && line.lines().count() <= 6, "not one clear line: {line}");
    line
}

/// The lines of level error, or everything when the log is no JSON yet.
fn explanation(log: &str) -> String {
    let told = |line: &str| -> Option<String> {
        let line: Value = serde_json::from_str(line).ok()?;
        (line["level"].as_str()?.eq_ignore_ascii_case("error")).then(|| line.to_string())
    };
    let errors: Vec<_> = log.lines().filter_map(told).collect();
    if errors.is_empty() { log.to_owned() } else { errors.join("\n") }
}

async fn started(builder: WorldBuilder) -> World {
    let world = builder.start().await;
    world.salesforce.insert(&people(3));
    world
}

fn assert_names(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "{part:?} is not named in: {line}");
    }
}

#[tokio::test]
async fn a_missing_setting_is_named() {
    let world = started(World::builder().without_variable("STATE_TABLE")).await;
    assert_names(&complaint(&world, "{}").await, &["STATE_TABLE"]);
}

#[tokio::test]
async fn an_unknown_setting_is_named_with_the_right_one() {
    let world = started(World::builder().variable("GENESYS_API_URI", "https://api.mypurecloud.com")).await;
    assert_names(&complaint(&world, "{}").await, &["GENESYS_API_URI", "GENESYS_API_URL"]);
}

#[tokio::test]
async fn a_clock_file_outside_dev_is_refused() {
    let world = started(World::builder().variable("STAGE", "staging")).await;
    assert_names(&complaint(&world, "{}").await, &["CLOCK_FILE", "STAGE=dev"]);
}

#[tokio::test]
async fn another_vendor_host_is_refused_in_prod() {
    let world = started(World::builder().variable("STAGE", "prod").without_variable("CLOCK_FILE")).await;
    assert_names(&complaint(&world, "{}").await, &["GENESYS_API_URL", "ALLOW_VENDOR_OVERRIDES"]);
}

/// At run time an unknown key is a warning, so that a rollback still starts; the strict check names line and column.
#[tokio::test]
async fn an_unknown_config_key_is_a_warning_that_names_the_nearest_key() {
    let world = started(World::builder().config("scan_abov = 3")).await;
    let report = world.tick().await.report();
    assert_eq!(report.created, 3);
    assert!(
        report.warnings.iter().any(|warning| warning.contains("scan_abov") && warning.contains("scan_above")),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_config_value_out_of_range_is_named() {
    let world = started(World::builder().config("enrich_size = 11")).await;
    assert_names(&complaint(&world, "{}").await, &["enrich_size", "10"]);
}

#[tokio::test]
async fn a_broken_config_file_is_shown_with_its_line() {
    let world = started(World::builder().config("enrich_size = ")).await;
    assert_names(&complaint(&world, "{}").await, &["enrich_size", "2"]);
}

#[tokio::test]
async fn an_empty_map_is_refused() {
    let world = started(World::builder().config("fields = []")).await;
    assert_names(&complaint(&world, "{}").await, &["fields"]);
}

#[tokio::test]
async fn a_missing_secret_is_named_with_the_command_that_makes_it() {
    let world = started(World::builder()).await;
    world.desk.open().secrets.remove(GENESYS);
    assert_names(&complaint(&world, "{}").await, &[GENESYS, "make secrets STAGE=dev"]);
}

#[tokio::test]
async fn a_secret_without_a_value_is_named_with_the_command_that_fills_it() {
    let world = started(World::builder()).await;
    world.desk.open().secrets.insert(SALESFORCE.to_owned(), Secret::NoVersion);
    assert_names(&complaint(&world, "{}").await, &[SALESFORCE, "make secrets STAGE=dev"]);
}

#[tokio::test]
async fn a_secret_that_may_not_be_read_is_named() {
    let world = started(World::builder()).await;
    world.desk.open().secrets.insert(SALESFORCE.to_owned(), Secret::Denied);
    assert_names(&complaint(&world, "{}").await, &[SALESFORCE]);
}

#[tokio::test]
async fn a_malformed_secret_names_the_key_and_never_a_value() {
    let world = started(World::builder()).await;
    let text =
        json!({"genesys_client_id": "demo-genesys-client", "genesys_client_secrets": "SuperSecretValue77"}).to_string();
    world.desk.open().secrets.insert(GENESYS.to_owned(), Secret::Text(text));
    world.keep_private("SuperSecretValue77");
    assert_names(&complaint(&world, "{}").await, &[GENESYS, "genesys_client_secret"]);
}

#[tokio::test]
async fn a_secret_that_is_no_json_is_named_and_not_shown() {
    let world = started(World::builder()).await;
    world.desk.open().secrets.insert(GENESYS.to_owned(), Secret::Text("SuperSecretValue77".to_owned()));
    world.keep_private("SuperSecretValue77");
    assert_names(&complaint(&world, "{}").await, &[GENESYS]);
}

#[tokio::test]
async fn a_wrong_region_is_named_with_the_ones_there_are() {
    let world =
        started(World::builder().without_variable("GENESYS_API_URL").without_variable("GENESYS_LOGIN_URL")).await;
    world.replace_secret(GENESYS, "us-east-1", "atlantis-1");
    assert_names(&complaint(&world, "{}").await, &["genesys_region", "us-east-1"]);
}

#[tokio::test]
async fn another_organisation_refuses_everything() {
    let world = started(World::builder()).await;
    world.replace_secret(GENESYS, "11111111-2222-4333-8444-555555555555", "99999999-2222-4333-8444-555555555555");
    assert_names(&complaint(&world, "{}").await, &["genesys_org_id"]);
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let permissions = json!([
        "externalContacts:contact:view",
        "externalContacts:externalSource:view",
        "externalContacts:externalSource:add"
    ]);
    let settings = json!({"genesys": {"clients": {"demo-genesys-client": {"secret": "demo-genesys-secret", "permissions": permissions}}}});
    let world = started(World::builder().simulator(settings)).await;
    world.advance(std::time::Duration::from_secs(300));
    let error = world.invoke(json!({})).await.error();
    assert_names(&error.message, &["externalContacts:contact:add"]);
    assert_eq!(world.genesys.contacts().len(), 0);
}

#[tokio::test]
async fn a_field_that_salesforce_does_not_have_is_named() {
    let world = started(World::builder().simulator(json!({"salesforce": {"hidden_fields": ["MobilePhone"]}}))).await;
    assert_names(&complaint(&world, "{}").await, &["MobilePhone"]);
}

#[tokio::test]
async fn an_event_that_is_no_json_is_refused() {
    let world = started(World::builder()).await;
    assert!(!complaint(&world, "{not json").await.is_empty());
    assert_eq!(world.tick().await.report().created, 3); // The function has survived it.
}

#[tokio::test]
async fn a_misspelt_wish_is_named_with_the_forms_there_are() {
    let world = started(World::builder()).await;
    assert_names(&complaint(&world, r#"{"dryrun": true}"#).await, &["dryrun", "dry_run"]);
}
