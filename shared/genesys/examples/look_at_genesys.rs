//! Looks at a real Genesys organisation, and changes nothing: `cargo run -p genesys --example look_at_genesys`.
//!
//! The credentials are those of `.env` at the root of the repository (see `.env.example`). Printed are names of
//! things and counts, never a person. The state table and Secrets Manager live in this process.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a person at a terminal")]
#![expect(clippy::unwrap_used, reason = "clippy allows it in test functions only; aws.rs is theirs")]

#[path = "../tests/it/aws.rs"]
mod aws;
#[path = "../../salesforce/examples/env_file/mod.rs"]
mod env_file;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use genesys::{Genesys, GenesysOptions, SCAN_PAGE_MAX};
use platform::clock::Clock;
use platform::deadline::Deadline;
use serde_json::json;

/// Pages of contacts that are counted at most: an example should not cost a stranger's organisation a day's requests.
const PAGES_MAX: usize = 25;

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
    let genesys = client().await?;
    let deadline = Deadline::after(Duration::from_secs(120));
    let organization = genesys.confirm_organization(deadline).await?;
    println!("organisation      {} ({})", organization.name, organization.id);
    let source = genesys.find_external_source("Salesforce", deadline).await?;
    println!("external source   {}", source.map_or("none named Salesforce", |_| "Salesforce"));
    let (mut contacts, mut ours, mut cursor) = (0, 0, None);
    for _ in 0..PAGES_MAX {
        let page = genesys.scan(cursor.as_deref(), SCAN_PAGE_MAX, deadline).await?;
        contacts += page.contacts.len();
        ours += page.contacts.iter().filter(|contact| !contact.external_ids.is_empty()).count();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let more = if cursor.is_some() { " and more" } else { "" };
    println!("external contacts {contacts}{more}, {ours} of them with an external id");
    println!("requests          {}", genesys.requests());
    Ok(())
}

async fn client() -> Result<Genesys, Box<dyn Error>> {
    let env = env_file::read()?;
    let secret = json!({
        "genesys_client_id": env.value("GENESYS_CLIENT_ID")?,
        "genesys_client_secret": env.value("GENESYS_CLIENT_SECRET")?,
        "genesys_org_id": env.value("GENESYS_ORG_ID")?,
        "genesys_region": env.value("GENESYS_REGION")?,
    });
    let options = GenesysOptions {
        api_url: None,
        login_url: None,
        timeout: Duration::from_secs(20),
        budget_share: 0.5,
        in_flight_max: 1,
    };
    let clock = Clock::system();
    let (secrets, table) = (aws::secrets(&secret).await, aws::table(&clock).await);
    Ok(Genesys::new(options, secrets, "creds", table, clock))
}
