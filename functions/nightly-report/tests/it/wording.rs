//! What sentences say where numbers are small or nearly alike, days are not known, and names cannot be seen.

use nightly_report::render::text;
use nightly_report::report::Report;
use nightly_report::words::Language;

use crate::config::settings;
use crate::scene::{Many, Scene};

/// The text in each language, in one line and with plain spaces.
fn texts(report: &Report) -> [String; 4] {
    Language::ALL.map(|language| {
        let text = text(report, language, &[]).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

fn each_contains(texts: &[String; 4], parts: [&str; 4]) {
    for (text, part) in texts.iter().zip(parts) {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn as_many_means_as_many_and_nearly_as_many_is_said_to_be() {
    let compared = |before: u64| {
        let mut scene = Scene::new(settings(""));
        scene.many(Many { in_time: 3_001, ..Many::default() }).past_day(7, &[("q", before, 10, 10)]);
        texts(&scene.report())
    };
    let same = ["Thursday, as many as", ", o mesmo número que", ", el mismo número que", "jeudi, autant que"];
    each_contains(&compared(3_001), same);
    let about = ["about as many as", "quase o mesmo número que", "casi el mismo número que", "à peu près autant que"];
    each_contains(&compared(3_000), about);
    assert!(compared(2_900)[0].contains("3.5% more than on the Thursday before"));
}
