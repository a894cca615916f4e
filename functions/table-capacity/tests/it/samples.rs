//! The samples under `events/`: every one is understood, and those of SQS say what they are meant to say.

use serde_json::Value;
use table_capacity::message::{Message, decode};
use table_capacity::trigger::Trigger;

/// Past all moments in the samples.
const NOW: &str = "2026-12-31T00:00:00Z";

fn samples() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/table-capacity");
    let read = |path: std::path::PathBuf| {
        let event = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), event)
    };
    std::fs::read_dir(folder).unwrap().map(|file| read(file.unwrap().path())).collect()
}

#[test]
fn every_sample_event_decodes() {
    let samples = samples();
    assert!(samples.len() >= 6, "{} samples", samples.len());
    for (name, event) in samples {
        let trigger = Trigger::decode(event).unwrap_or_else(|error| panic!("{name}: {error}"));
        let Trigger::Batch(batch) = trigger else { continue };
        assert!(name.starts_with("sqs-"), "{name}");
        for message in batch.records {
            let message = decode(&message.body.unwrap(), NOW.parse().unwrap());
            let is_load = matches!(message, Ok(Message::Load(_)));
            assert_eq!(is_load, name != "sqs-other-event", "{name}: {message:?}");
        }
    }
}
