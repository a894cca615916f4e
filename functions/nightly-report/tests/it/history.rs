//! Days in the archive: written, read, and read by another release.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::SignedDuration;
use jiff::civil::date;
use nightly_report::day::Day;
use nightly_report::history::{File, HistoryError, outline, read, write};
use proptest::prelude::*;

use crate::config::settings;
use crate::scene::{Many, Scene};

fn day() -> Day {
    let mut scene = Scene::new(settings(""));
    scene
        .queue("q-1", "Faturamento São Paulo", "São Paulo")
        .queue("q-2", "الفواتير", "")
        .queue("q-3", "Idle", "Austin");
    scene.many(Many { queue: "q-1", in_time: 30, late: 9, lost: 3, short: 2, ..Many::default() });
    scene.many(Many { queue: "q-2", medium: "chat", in_time: 5, hour: 23, ..Many::default() });
    let mut day = scene.day();
    // A day later two more are known.
    scene.many(Many { queue: "q-1", late: 2, ..Many::default() });
    day.take_figures(&scene.figure_rows(), scene.night() + SignedDuration::from_hours(24)).unwrap();
    assert!(!day.queues["q-1"].first.is_empty());
    day
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn packed(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_day_is_read_as_it_was_written_and_the_same_day_is_the_same_bytes() {
    let day = day();
    let bytes = write(&day).unwrap();
    assert_eq!(read(&bytes).unwrap(), day);
    assert_eq!(write(&read(&bytes).unwrap()).unwrap(), bytes);
    let outline = outline(&bytes).unwrap();
    assert_eq!((outline.date, outline.read_at, outline.total), (day.date, day.read_at, day.total()));
    assert_eq!(outline.interval, day.interval, "so that a day of another zone is not added to those of this one");
    let settle = SignedDuration::from_hours(48);
    assert_eq!(outline.is_provisional(settle), day.is_provisional(settle));
    assert!(!outline.is_provisional(day.read_at.duration_since(day.interval.to)), "just as the whole day has it");
}

#[test]
fn the_form_is_the_documented_one() {
    insta::assert_snapshot!(unpacked(&write(&day()).unwrap()));
}

#[test]
fn a_later_minor_version_is_read_and_a_later_major_one_is_not() {
    let day = day();
    let text = unpacked(&write(&day).unwrap());
    let newer = text
        .replacen("\"1.0\"", "\"1.7\"", 1)
        .replace("\"kind\":\"figures\",", "\"kind\":\"figures\",\"language\":\"fr\",")
        .replace("\"offered\":", "\"bot\":3,\"offered\":")
        + "{\"kind\":\"forecast\",\"queue\":\"q-1\",\"offered\":400}\n";
    assert_eq!(read(&packed(&newer)).unwrap(), day);
    let changed = text.replacen("\"1.0\"", "\"2.0\"", 1);
    assert!(matches!(read(&packed(&changed)), Err(HistoryError::Schema(form)) if form == "2.0"));
}

#[test]
fn a_day_that_cannot_be_read_is_an_error_and_never_an_empty_day() {
    let bytes = write(&day()).unwrap();
    let text = unpacked(&bytes);
    assert!(matches!(read(&bytes[..bytes.len() - 9]), Err(HistoryError::Packed(_))), "broken off");
    assert!(matches!(read(b"not gzip"), Err(HistoryError::Packed(_))));
    assert!(matches!(read(&packed("")), Err(HistoryError::Line { number: 1, .. })));
    let without_number = text.replacen(",\"medium\":\"voice\"", "", 1);
    let refused = read(&packed(&without_number)).unwrap_err().to_string();
    assert!(refused.starts_with("line ") && refused.contains("no medium"), "{refused}");
    let broken = text.replacen("\"kind\":\"hour\"", "\"kind\":\"hour\",,", 1);
    let refused = read(&packed(&broken)).unwrap_err().to_string();
    assert!(refused.contains("column") && !refused.contains("q-1"), "says where, and not what: {refused}");
}

#[test]
fn a_days_files_stand_under_its_date() {
    let keys = [File::Data, File::Report, File::Text, File::Html].map(|file| file.key(date(2026, 3, 4)));
    let names = ["data.jsonl.gz", "report.json", "report.txt", "report.html"];
    assert_eq!(keys, names.map(|name| format!("reports/2026/03/04/{name}")));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_read_of_a_day_comes_back(
        queues in prop::collection::vec((".{0,12}", ".{0,20}", 0..23_usize, 0..30_u64, 0..30_u64, 0..5_u64), 0..5),
        is_whole in any::<bool>(), more in 0..3_u64,
    ) {
        let mut scene = Scene::new(settings(""));
        for (id, name, hour, in_time, late, lost) in &queues {
            scene.queue(id, name, "D").many(Many { queue: id, hour: *hour, in_time: *in_time, late: *late, lost: *lost, ..Many::default() });
        }
        let mut day = if is_whole { scene.day() } else { scene.figures_only() };
        if let Some((id, ..)) = queues.first() {
            scene.many(Many { queue: id, lost: more, ..Many::default() });
            day.take_figures(&scene.figure_rows(), scene.night() + SignedDuration::from_hours(24)).unwrap();
        }
        prop_assert_eq!(read(&write(&day).unwrap()).unwrap(), day);
    }

    #[test]
    fn whatever_the_bytes_reading_ends(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,100}") {
        prop_assert!(read(&bytes).is_err());
        let _ = read(&packed(&text));
    }
}
