//! The samples under `events/`: every one is understood, and those of SQS say what they are meant to say.

use queue_capacity::hint::{Hint, decode};
use queue_capacity::trigger::Trigger;
use serde_json::Value;

fn samples() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/queue-capacity");
    let read = |path: std::path::PathBuf| {
        let event = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        (path.file_stem().unwrap().to_string_lossy().into_owned(), event)
    };
    std::fs::read_dir(folder).unwrap().map(|file| read(file.unwrap().path())).collect()
}

#[test]
fn every_sample_event_decodes() {
    let mut events = Vec::new();
    for (name, event) in samples() {
        let trigger = Trigger::decode(event).unwrap_or_else(|error| panic!("{name}: {error}"));
        let Trigger::Batch(batch) = trigger else { continue };
        for message in batch.records {
            let group = "my-backend-asg".to_owned();
            let expected = if name.ends_with("-unsuccessful") { Hint::Unsuccessful(group) } else { Hint::Group(group) };
            assert_eq!(decode(&message.body.unwrap()), Ok(expected), "{name}");
            events.push(name.clone());
        }
    }
    events.sort();
    let four = ["launch-successful", "launch-unsuccessful", "terminate-successful", "terminate-unsuccessful"];
    assert_eq!(events, four.map(|event| format!("sqs-{event}")), "the four events of Auto Scaling");
}
