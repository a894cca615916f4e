//! The samples under `events/contact-sync`: each is read as it would be in the function, and means what is said here.

use std::collections::BTreeMap;

use contact_sync::message::Message;
use contact_sync::trigger::{ByHand, Listing, Mode, Pass, Trigger};
use identity::SalesforceId;
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/contact-sync");

#[test]
fn every_sample_event_means_what_its_name_says() {
    let read: BTreeMap<String, String> = samples().into_iter().map(|(name, event)| (name, meaning(event))).collect();
    let both = "0035e00000ABCDEAA5 0035e00000ABCDFAA5";
    let expected = [
        ("approve", "approve map-1a2b3c4d5e6f".to_owned()),
        ("decide-candidate", "decide 0035e00000ABCDEAA5".to_owned()),
        ("decide-new", "decide 0035e00000ABCDEAA5".to_owned()),
        ("digest", "digest".to_owned()),
        ("dry-run", "changes, dry".to_owned()),
        ("explain", "explain".to_owned()),
        ("ids", format!("ids {both}")),
        ("limit", "changes, at most 100".to_owned()),
        ("mode-full", "full".to_owned()),
        ("mode-full-dry-run", "full, dry".to_owned()),
        ("mode-import", "import".to_owned()),
        ("release", "release 0035e00000ABCDEAA5".to_owned()),
        ("schedule", "changes".to_owned()),
        ("scheduler-envelope", "changes".to_owned()),
        ("show-health", "show Health".to_owned()),
        ("show-quarantine", "show Quarantine".to_owned()),
        ("show-review", "show Review".to_owned()),
        ("since", "changes, since 2026-01-01T00:00:00Z".to_owned()),
        ("sqs-continue", "continue 0193a1b2-7c00-7000-8000-000000000001 behind 7".to_owned()),
        ("sqs-event-relay", format!("changed {both}")),
        ("sqs-event-relay-delete", "changed 0035e00000ABCDEAA5".to_owned()),
        ("sqs-event-relay-gap", "changed 0035e00000ABCDEAA5".to_owned()),
        ("sqs-event-relay-overflow", "changed ".to_owned()),
        (
            "sqs-mixed",
            format!(
                "continue 0193a1b2-7c00-7000-8000-000000000001 behind 7; changed {both}; changed 0035e00000ABCDGAA5"
            ),
        ),
        ("sqs-webhook", format!("changed {both}")),
    ];
    assert_eq!(read, expected.map(|(name, meaning)| (name.to_owned(), meaning)).into());
}

fn samples() -> BTreeMap<String, Value> {
    let files = std::fs::read_dir(FOLDER).unwrap().map(|file| file.unwrap().path());
    let named = files.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap())
    });
    named.collect()
}

fn meaning(event: Value) -> String {
    match Trigger::decode(event).unwrap() {
        Trigger::Pass(pass) => meaning_of_pass(&pass),
        Trigger::Ids { ids, .. } => {
            format!("ids {}", ids.iter().map(SalesforceId::as_str).collect::<Vec<_>>().join(" "))
        }
        Trigger::Approve(plan) => format!("approve {plan}"),
        Trigger::ByHand(ByHand::Show(listing @ (Listing::Quarantine | Listing::Review | Listing::Health))) => {
            format!("show {listing:?}")
        }
        Trigger::ByHand(ByHand::Release(id)) => format!("release {}", id.as_str()),
        Trigger::ByHand(ByHand::Decide { id, .. }) => format!("decide {}", id.as_str()),
        Trigger::ByHand(ByHand::Explain(_)) => "explain".to_owned(),
        Trigger::ByHand(ByHand::Digest) => "digest".to_owned(),
        Trigger::Batch(batch) => {
            let messages = batch.records.iter().map(|message| meaning_of_message(message.body.as_deref().unwrap()));
            messages.collect::<Vec<_>>().join("; ")
        }
    }
}

fn meaning_of_pass(pass: &Pass) -> String {
    let mode = match pass.mode {
        Mode::Changes => "changes",
        Mode::Full => "full",
        Mode::Import => "import",
    };
    let mut text = mode.to_owned();
    if pass.dry_run {
        text += ", dry";
    }
    if let Some(since) = pass.since {
        text += &format!(", since {since}");
    }
    if let Some(limit) = pass.limit {
        text += &format!(", at most {limit}");
    }
    text
}

fn meaning_of_message(body: &str) -> String {
    match Message::decode(body) {
        Ok(Message::Continue(continuation)) => {
            format!("continue {} behind {}", continuation.run_id, continuation.slice)
        }
        Ok(Message::Changed(changed)) => {
            format!("changed {}", changed.ids.iter().map(SalesforceId::as_str).collect::<Vec<_>>().join(" "))
        }
        Err(_) => "not understood".to_owned(),
    }
}
