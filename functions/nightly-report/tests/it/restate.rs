//! Days that were told too early and are told again.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use nightly_report::day::{Day, Depth};
use nightly_report::rate::Share;
use nightly_report::restate::{Figure, Value, of_night, restated};
use nightly_report::settings::Settings;

use crate::config::settings;
use crate::scene::{Many, Scene};

/// A day with 200 in time, told the night after it, and as read again so many hours later with so many more late ones.
fn read_again(hours: i64, late: u64) -> (Day, Scene) {
    let mut scene = Scene::new(settings(""));
    scene.many(Many { in_time: 200, ..Many::default() });
    let mut day = scene.day();
    scene.many(Many { late, ..Many::default() });
    day.take_figures(&scene.figure_rows(), scene.night() + SignedDuration::from_hours(hours)).unwrap();
    (day, scene)
}

fn figures(day: &Day, settings: &Settings) -> Vec<Figure> {
    restated(day, settings)
        .map(|restated| restated.revisions.iter().map(|revision| revision.figure).collect())
        .unwrap_or_default()
}

#[test]
fn t35_figures_younger_than_the_settling_time_are_provisional() {
    let scene = Scene::new(settings(""));
    let day = scene.day();
    let settle = scene.settings.settle;
    assert!(day.is_provisional(settle), "read two hours after the day");
    assert_eq!(day.settles_at(settle), "2026-11-29T00:00:00Z".parse::<Timestamp>().unwrap());
    assert!(read_again(45, 0).0.is_provisional(settle));
    assert!(!read_again(46, 0).0.is_provisional(settle), "two days after its end");
}

#[test]
fn t35_a_day_that_changed_is_told_with_both_values() {
    // 200 became 202, one percent; 100 % in time became 99.0 %, a point; times and abandons stayed as they were, but for the
    // answer time: 200 × 10 s became 2,180 s over 202, 7.9 % more.
    let (day, scene) = read_again(24, 2);
    let told = restated(&day, &scene.settings).unwrap();
    assert_eq!((told.date, told.is_final, told.queues), (date(2026, 11, 26), false, 1));
    let offered = told.revisions[0];
    assert_eq!((offered.first, offered.now), (Some(Value::Count(200)), Some(Value::Count(202))));
    assert_eq!(
        figures(&day, &scene.settings),
        [Figure::Offered, Figure::AnswerTime],
        "198 of 200 would be a whole point"
    );
    let (more, scene) = read_again(24, 3);
    assert_eq!(figures(&more, &scene.settings), [Figure::Offered, Figure::ServiceLevel, Figure::AnswerTime]);
    let level = restated(&more, &scene.settings).unwrap().revisions[1];
    let share = |part, whole| Some(Value::Share(Share { part, whole }));
    assert_eq!((level.first, level.now), (share(200, 200), share(200, 203)));
}

#[test]
fn t35_what_changed_less_than_the_threshold_is_not_told() {
    let (day, scene) = read_again(24, 1);
    assert_eq!(figures(&day, &scene.settings), [Figure::AnswerTime], "201 for 200 is half a percent");
    let calm = settings("[nightly-report]\nrestate_percent = 10.0\n");
    assert!(restated(&day, &calm).is_none());
    let all = settings("[nightly-report]\nrestate_percent = 0.0\n");
    assert_eq!(figures(&day, &all), [Figure::Offered, Figure::ServiceLevel, Figure::AnswerTime]);
    let (same, _) = read_again(24, 0);
    assert!(restated(&same, &all).is_none(), "what did not change is never told");
}

#[test]
fn t35_it_is_always_told_against_what_was_told_first() {
    let (mut day, mut scene) = read_again(24, 3);
    scene.many(Many { late: 4, ..Many::default() });
    day.take_figures(&scene.figure_rows(), scene.night() + SignedDuration::from_hours(48)).unwrap();
    let told = restated(&day, &scene.settings).unwrap();
    assert!(told.is_final);
    assert_eq!((told.revisions[0].first, told.revisions[0].now), (Some(Value::Count(200)), Some(Value::Count(207))));
    // What was added in error goes away again.
    let first = {
        scene.calls.truncate(200);
        scene.figure_rows()
    };
    day.take_figures(&first, scene.night() + SignedDuration::from_hours(49)).unwrap();
    assert!(restated(&day, &scene.settings).is_none() && day.queues["q"].first.is_empty());
}

#[test]
fn t35_a_queue_that_was_not_there_and_a_day_that_was_empty_are_told_too() {
    let mut scene = Scene::new(settings(""));
    let mut day = scene.day();
    scene.many(Many { queue: "late", in_time: 5, ..Many::default() });
    day.take_figures(&scene.figure_rows(), scene.night() + SignedDuration::from_hours(24)).unwrap();
    let told = restated(&day, &scene.settings).unwrap();
    assert_eq!((told.revisions[0].first, told.revisions[0].now), (None, Some(Value::Count(5))));
    let mut gone = Scene::new(settings(""));
    gone.many(Many { in_time: 5, ..Many::default() });
    let mut day = gone.day();
    day.take_figures(&[], gone.night() + SignedDuration::from_hours(24)).unwrap();
    let told = restated(&day, &gone.settings).unwrap();
    assert_eq!((told.revisions[0].first, told.revisions[0].now), (Some(Value::Count(5)), None));
}

#[test]
fn t35_what_belongs_to_no_queue_is_no_queue_of_which_figures_changed() {
    let (mut day, mut scene) = read_again(24, 9);
    for call in scene.calls.iter_mut().skip(204) {
        call.queue = None;
    }
    day.take_figures(&scene.figure_rows(), scene.night() + SignedDuration::from_hours(25)).unwrap();
    assert_eq!(restated(&day, &scene.settings).unwrap().queues, 1, "five of the nine ended in a flow");
}

#[test]
fn t35_a_day_of_which_nothing_was_told_is_not_told_again() {
    let mut scene = Scene::new(settings(""));
    scene.many(Many { in_time: 200, ..Many::default() });
    let mut day = Day::new(scene.date, scene.zone(), Depth::Comparison, scene.night());
    day.take_figures(&scene.figure_rows(), scene.night()).unwrap();
    scene.many(Many { late: 9, ..Many::default() });
    day.take_figures(&scene.figure_rows(), scene.night() + SignedDuration::from_hours(24)).unwrap();
    assert!(restated(&day, &scene.settings).is_none());
    let mut first = Day::new(scene.date, scene.zone(), Depth::Report, scene.night());
    first.take_figures(&scene.figure_rows(), scene.night() + SignedDuration::from_secs(3)).unwrap();
    assert!(restated(&first, &scene.settings).is_none(), "the first reading takes its time, and restates nothing");
}

#[test]
fn t35_a_night_tells_the_same_however_often_it_is_begun() {
    let (day, scene) = read_again(24, 9);
    let night = scene.night() + SignedDuration::from_hours(24);
    let once = of_night([&day], night, &scene.settings);
    assert_eq!(once.len(), 1);
    assert_eq!(of_night([&day], night, &scene.settings), once, "also when the archive has it already");
    let next_night = night + SignedDuration::from_hours(24);
    assert!(of_night([&day], next_night, &scene.settings).is_empty(), "and another night does not");
}
