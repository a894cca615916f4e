//! Every event sample is JSON.

use tidy::{Files, Finding};

use crate::{found, keep};

fn broken_samples(files: &Files) -> Vec<Finding> {
    let samples = files.ending("json").filter(|file| file.path.starts_with("events/"));
    let broken = samples.filter_map(|file| Some((file, serde_json::from_str::<serde_json::Value>(&file.text).err()?)));
    broken
        .map(|(file, error)| Finding::new(&file.path, error.line().max(1), format!("correct the JSON: {error}")))
        .collect()
}

#[test]
fn a_broken_sample_is_found() {
    let samples = [("events/a/ok.json", "{}"), ("events/a/broken.json", "{\n\"a\": }"), ("other/broken.json", "{")];
    assert_eq!(found(broken_samples, &samples), ["events/a/broken.json:2"]);
}

#[test]
fn event_samples_parse() {
    keep(broken_samples);
}
