//! Looks at a real Salesforce organisation, and changes nothing: `cargo run -p salesforce --example look_at_salesforce`.
//!
//! The credentials are those of `.env` at the root of the repository (see `.env.example`): a client secret, or a user
//! and a file with the private key. Printed are the instance and counts, never a person. The state table and Secrets
//! Manager live in this process.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a person at a terminal")]
#![expect(clippy::unwrap_used, reason = "clippy allows it in test functions only; aws.rs is theirs")]

#[path = "../tests/it/aws.rs"]
mod aws;
mod env_file;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use jiff::SignedDuration;
use platform::clock::Clock;
use platform::deadline::Deadline;
use salesforce::{Deletions, Salesforce, SalesforceOptions, Soql};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match look().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn look() -> Result<(), Box<dyn Error>> {
    let salesforce = client().await?;
    let deadline = Deadline::after(Duration::from_secs(120));
    let now = salesforce.server_time(deadline).await?;
    let instance = salesforce.instance(deadline).await?;
    println!("instance           {}", instance.record_url(""));
    println!("its time           {now}");
    let contacts = Soql::select("Contact", ["Id", "SystemModstamp"])?;
    println!("contacts           {}", salesforce.count(&contacts, deadline).await?);
    let yesterday = now - SignedDuration::from_hours(24);
    let changed = contacts.changed_since(yesterday);
    println!("changed in a day   {}", salesforce.count(&changed, deadline).await?);
    match salesforce.deleted("Contact", yesterday, now, deadline).await? {
        Deletions::Known(log) => println!("deleted in a day   {}", log.records.len()),
        Deletions::OutOfReach { code } => println!("deleted in a day   not known ({code})"),
    }
    println!("requests           {}", salesforce.requests());
    Ok(())
}

async fn client() -> Result<Salesforce, Box<dyn Error>> {
    let options = SalesforceOptions {
        api_url: None,
        api_version: "66.0".to_owned(),
        timeout: Duration::from_secs(20),
        stop_at: 0.8,
        page_size: 200,
        in_flight_max: 1,
    };
    let clock = Clock::system();
    let (secrets, table) = (aws::secrets(&secret()?).await, aws::table(&clock).await);
    Ok(Salesforce::new(options, secrets, "creds", table, clock))
}

fn secret() -> Result<Value, String> {
    let env = env_file::read()?;
    let mut secret =
        json!({ "login_url": env.value("SALESFORCE_LOGIN_URL")?, "client_id": env.value("SALESFORCE_CLIENT_ID")? });
    if let Some(name) = env.optional("SALESFORCE_PRIVATE_KEY_FILE") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
        let key = std::fs::read_to_string(path);
        secret["private_key"] = json!(key.map_err(|_| "the file of SALESFORCE_PRIVATE_KEY_FILE cannot be read")?);
        secret["username"] = json!(env.value("SALESFORCE_USERNAME")?);
    } else {
        secret["client_secret"] = json!(env.value("SALESFORCE_CLIENT_SECRET")?);
    }
    Ok(secret)
}
