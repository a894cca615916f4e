//! Figures against a plain reference: each is counted once more from the raw calls, one call after the other.

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use nightly_report::figures::{self, DayFigures};
use nightly_report::history;
use nightly_report::rate::{Mean, Share};
use nightly_report::settings::Abandons;
use nightly_report::sums::{Figures, Sums};
use proptest::prelude::*;

use crate::config::settings;
use crate::scene::{Call, Fate, Many, Scene};

/// What is said about some calls, counted by hand: no sums are kept but in floating point, no row is looked at.
struct Plain {
    offered: usize,
    answered: usize,
    lost: usize,
    transferred: usize,
    service_level: f64,
    abandon_rate: f64,
    transfer_rate: f64,
    handle_seconds: f64,
    answer_seconds: f64,
    acw_seconds: f64,
}

fn average(seconds: &[f64]) -> f64 {
    seconds.iter().sum::<f64>() / seconds.len() as f64
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

fn plain(calls: &[&Call], abandons: Abandons) -> Plain {
    let answered: Vec<_> = calls
        .iter()
        .filter_map(|call| match &call.fate {
            Fate::Answered { in_time, talk_ms, held_ms, acw_ms, transferred, .. } => {
                Some((call.wait_ms, *in_time, talk_ms + held_ms + acw_ms, *acw_ms, *transferred))
            }
            Fate::Lost { .. } => None,
        })
        .collect();
    let lost =
        |short: bool| calls.iter().filter(|call| matches!(call.fate, Fate::Lost { short: is } if is == short)).count();
    let counted = match abandons {
        Abandons::All => lost(true) + lost(false),
        Abandons::WithoutShort => lost(false),
    };
    let transferred = answered.iter().filter(|call| call.4).count();
    let acw: Vec<f64> = answered.iter().filter(|call| call.3 > 0).map(|call| seconds(call.3)).collect();
    let in_time = answered.iter().filter(|call| call.1).count();
    Plain {
        offered: calls.len(),
        answered: answered.len(),
        lost: counted,
        transferred,
        service_level: in_time as f64 / (answered.len() + lost(false)) as f64,
        abandon_rate: counted as f64 / calls.len() as f64,
        transfer_rate: transferred as f64 / answered.len() as f64,
        handle_seconds: average(&answered.iter().map(|call| seconds(call.2)).collect::<Vec<_>>()),
        answer_seconds: average(&answered.iter().map(|call| seconds(call.0)).collect::<Vec<_>>()),
        acw_seconds: average(&acw),
    }
}

/// Equal as numbers, and absent exactly where there is nothing to divide by.
fn same(shown: Option<f64>, expected: f64, what: &str) {
    match shown {
        None => assert!(expected.is_nan(), "{what}: nothing, expected {expected}"),
        Some(shown) => {
            assert!((shown - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{what}: {shown} {expected}");
        }
    }
}

fn agrees(sums: &Sums, calls: &[&Call], abandons: Abandons) {
    let (shown, expected) = (sums.figures(abandons), plain(calls, abandons));
    let count = |shown: Option<u64>| usize::try_from(shown.unwrap_or(0)).unwrap();
    assert_eq!(count(shown.offered), expected.offered);
    assert_eq!(count(shown.answered), expected.answered);
    assert_eq!(count(shown.abandoned), expected.lost);
    assert_eq!(count(shown.transferred), expected.transferred);
    same(shown.service_level.map(Share::value), expected.service_level, "service level");
    same(shown.abandon_rate.map(Share::value), expected.abandon_rate, "abandon rate");
    same(shown.transfer_rate.map(Share::value), expected.transfer_rate, "transfer rate");
    same(shown.handle_time.map(Mean::seconds), expected.handle_seconds, "handle time");
    same(shown.answer_time.map(Mean::seconds), expected.answer_seconds, "answer time");
    same(shown.after_call_work.map(Mean::seconds), expected.acw_seconds, "after-call work");
}

/// Every table of the day against the calls that belong there.
fn all_agrees(scene: &Scene, figures: &DayFigures) {
    let abandons = scene.settings.abandons;
    let calls = |belongs: &dyn Fn(&Call) -> bool| scene.calls.iter().filter(|call| belongs(call)).collect::<Vec<_>>();
    agrees(&figures.total, &calls(&|_| true), abandons);
    let id = |call: &Call| call.queue.clone().unwrap_or_default();
    for queue in &figures.queues {
        let of_queue = calls(&|call| id(call) == queue.id);
        agrees(&queue.sums, &of_queue, abandons);
        let agents: std::collections::BTreeSet<_> = of_queue.iter().filter_map(|call| agent(call)).collect();
        assert_eq!(queue.agents, Some(agents.len() as u64));
        for (hour, sums) in figures.hours.iter().zip(&queue.hours) {
            of_hour(
                &sums.sums(),
                &calls(&|call| id(call) == queue.id && hour.hour.interval.contains(call.at)),
                abandons,
            );
        }
    }
    for (medium, sums) in &figures.media {
        agrees(sums, &calls(&|call| call.medium == *medium), abandons);
    }
    for hour in &figures.hours {
        let within = calls(&|call| hour.hour.interval.contains(call.at));
        of_hour(&hour.sums.unwrap(), &within, abandons);
    }
    for group in &figures.groups {
        let division = |call: &Call| {
            let name = scene.names.iter().find(|name| Some(&name.id) == call.queue.as_ref());
            name.and_then(|name| name.division.as_ref()).map(|division| division.name.clone())
        };
        let of_group = calls(&|call| division(call) == group.name);
        agrees(&group.sums, &of_group, abandons);
        let agents: std::collections::BTreeSet<_> = of_group.iter().filter_map(|call| agent(call)).collect();
        assert!(group.name.is_none() || group.agents == Some(agents.len() as u64));
    }
    let agents: std::collections::BTreeSet<_> = scene.calls.iter().filter_map(agent).collect();
    assert_eq!(figures.agents, Some(agents.len() as u64));
    assert!(figures.completeness.hours_differ.is_none());
}

fn agent(call: &Call) -> Option<&str> {
    match &call.fate {
        Fate::Answered { agent, .. } => Some(agent),
        Fate::Lost { .. } => None,
    }
}

/// Of hours, what is asked for: neither transfers nor after-call work.
fn of_hour(sums: &Sums, calls: &[&Call], abandons: Abandons) {
    let (shown, expected) = (sums.figures(abandons), plain(calls, abandons));
    let count = |shown: Option<u64>| usize::try_from(shown.unwrap_or(0)).unwrap();
    let shown_counts = [shown.offered, shown.answered, shown.abandoned].map(count);
    assert_eq!(shown_counts, [expected.offered, expected.answered, expected.lost]);
    same(shown.service_level.map(Share::value), expected.service_level, "service level of an hour");
    same(shown.abandon_rate.map(Share::value), expected.abandon_rate, "abandon rate of an hour");
    same(shown.handle_time.map(Mean::seconds), expected.handle_seconds, "handle time of an hour");
    same(shown.answer_time.map(Mean::seconds), expected.answer_seconds, "answer time of an hour");
}

const QUEUES: [&str; 5] = ["qa", "qb", "q-c", "qd", "gone"];
const MEDIA: [&str; 3] = ["voice", "chat", "email"];

fn calls(zone: &'static str, day: Date) -> impl Strategy<Value = Scene> {
    let text = format!("[nightly-report]\nzone = \"{zone}\"\n");
    let fate = prop_oneof![
        3 => (0..9_u8, any::<bool>(), 1..900_000_u64, 0..60_000_u64, 0..90_000_u64, any::<bool>()).prop_map(
            |(agent, in_time, talk_ms, held_ms, acw_ms, transferred)| {
                let (held_ms, acw_ms) = (held_ms.saturating_sub(20_000), acw_ms.saturating_sub(20_000));
                Fate::Answered { agent: format!("agent {agent}"), in_time, talk_ms, held_ms, acw_ms, transferred }
            }
        ),
        1 => any::<bool>().prop_map(|short| Fate::Lost { short }),
    ];
    let call = (prop::option::weighted(0.95, 0..QUEUES.len()), 0..MEDIA.len(), 0..86_400_i64, 0..600_000_u64, fate);
    (prop::collection::vec(call, 0..120), any::<bool>()).prop_map(move |(calls, without_short)| {
        let mut scene = Scene::on(settings(&text), day);
        if without_short {
            scene.settings.abandons = Abandons::WithoutShort;
        }
        scene.queue("qa", "A", "Austin").queue("qb", "B", "Austin").queue("q-c", "C", "Toronto").queue("qd", "D", "");
        let interval = scene.zone().interval(day);
        for (queue, medium, second, wait_ms, fate) in calls {
            // Seconds of a 24-hour day, spread over the day that it is.
            let second = second * interval.length().as_secs() / 86_400;
            let queue = queue.map(|queue| QUEUES[queue].to_owned());
            let at = interval.from + SignedDuration::from_secs(second);
            scene.calls.push(Call { queue, medium: MEDIA[medium].to_owned(), at, wait_ms, fate });
        }
        scene
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t34_every_figure_is_what_counting_the_calls_one_by_one_gives(
        scene in prop_oneof![
            calls("America/Chicago", date(2026, 11, 26)), calls("America/Chicago", date(2026, 3, 8)),
            calls("America/Toronto", date(2026, 11, 1)), calls("America/Sao_Paulo", date(2018, 11, 4)),
            calls("Europe/London", date(2026, 10, 25)), calls("Asia/Kathmandu", date(2026, 5, 1)),
        ],
    ) {
        all_agrees(&scene, &figures::day(&scene.day(), &scene.settings));
    }
}

#[test]
fn t34_the_rate_of_two_queues_is_not_the_average_of_their_rates() {
    let mut scene = Scene::new(settings(""));
    scene.many(Many { queue: "small", in_time: 1, late: 9, handle_seconds: 1000, ..Many::default() });
    scene.many(Many { queue: "large", in_time: 90, handle_seconds: 100, ..Many::default() });
    let figures = figures::day(&scene.day(), &scene.settings).total.figures(Abandons::All);
    // 91 of 100, not (10 % + 100 %) / 2; (10 × 1000 s + 90 × 100 s) / 100, not (1000 + 100) / 2.
    assert_eq!(figures.service_level.unwrap().tenths_of_percent(), 910);
    assert_eq!(figures.handle_time.unwrap().whole_seconds(), 190);
}

#[test]
fn an_absent_metric_is_not_zero() {
    let mut scene = Scene::new(settings(""));
    scene.queue("busy", "Busy", "").queue("idle", "Idle", "");
    scene.many(Many { queue: "busy", in_time: 4, ..Many::default() });
    let day = figures::day(&scene.day(), &scene.settings);
    let of = |id: &str| day.queues.iter().find(|queue| queue.id == id).unwrap().sums.figures(Abandons::All);
    assert_eq!(of("idle"), Figures::default(), "nothing is known, and nothing is claimed");
    let busy = of("busy");
    assert_eq!((busy.offered, busy.abandoned, busy.transferred), (Some(4), Some(0), Some(0)));
    assert_eq!(busy.abandon_rate.unwrap().tenths_of_percent(), 0, "of four offered, none was lost");
    // Handled today, offered yesterday: nothing is said about offers, so nothing about abandons.
    let carried = Sums { handled: Some(nightly_report::sums::Timer { count: 1, sum_ms: 5000 }), ..Sums::default() };
    let carried = carried.figures(Abandons::All);
    assert_eq!((carried.offered, carried.abandoned, carried.abandon_rate), (None, None, None));
    assert_eq!((carried.transferred, carried.service_level, carried.answer_time), (Some(0), None, None));
}

#[test]
fn what_could_not_be_read_is_unknown_and_said_so() {
    let mut scene = Scene::new(settings(""));
    scene.queue("q", "Billing", "Austin").queue("idle", "Idle", "Austin").many(Many { in_time: 30, ..Many::default() });
    let whole = figures::day(&scene.day(), &scene.settings);
    assert!(!whole.completeness.is_partial());
    assert_eq!((whole.completeness.queues_with_figures, whole.completeness.queues), (1, 2));
    assert_eq!(whole.completeness.silent, ["Idle"]);
    let bare = figures::day(&scene.figures_only(), &scene.settings);
    assert!(bare.completeness.is_partial() && bare.completeness.lacks_names && bare.completeness.lacks_agents);
    assert_eq!((bare.completeness.lacks_hours, bare.agents, bare.queues[0].agents), (24, None, None));
    assert!(bare.hours.iter().all(|hour| hour.sums.is_none()), "unknown, not zero");
    assert_eq!(bare.total, whole.total, "what was read stands");
}

#[test]
fn hours_that_do_not_add_up_to_the_day_are_said_so() {
    let mut scene = Scene::new(settings(""));
    scene.many(Many { in_time: 30, ..Many::default() });
    let mut day = scene.figures_only();
    // Two more calls arrived between the two questions.
    scene.many(Many { late: 2, ..Many::default() });
    let interval = day.interval;
    day.take_hours(interval, &scene.hour_rows(interval.from, interval.to)).unwrap();
    assert_eq!(figures::day(&day, &scene.settings).completeness.hours_differ, Some((32, 30)));
}

#[test]
fn an_answer_about_another_time_is_refused() {
    let mut scene = Scene::new(settings(""));
    scene.many(Many { in_time: 1, ..Many::default() });
    let mut other = Scene::on(settings(""), date(2026, 11, 25)).figures_only();
    let before = other.clone();
    let refused = other.take_figures(&scene.figure_rows(), scene.night()).unwrap_err().to_string();
    assert!(refused.contains("2026-11-26T00:00:00Z"), "{refused}");
    assert_eq!(other, before);
}

#[test]
fn names_of_the_day_before_serve_when_the_names_could_not_be_read() {
    let mut scene = Scene::new(settings(""));
    scene.queue("q", "Billing", "Austin").queue("idle", "Idle", "Austin").many(Many { in_time: 30, ..Many::default() });
    let mut day = scene.figures_only();
    day.recall_names(&scene.day());
    let figures = figures::day(&day, &scene.settings);
    assert_eq!((figures.queues.len(), figures.queues[0].name.as_deref()), (1, Some("Billing")));
    assert_eq!(figures.groups[0].name.as_deref(), Some("Austin"));
    assert!(figures.completeness.lacks_names, "and it is still said that they could not be read");
}

#[test]
fn agents_that_were_read_without_names_are_in_no_group_and_are_asked_for_again_with_the_names() {
    let mut scene = Scene::new(settings(""));
    scene.queue("q", "Billing", "Austin").many(Many { in_time: 30, ..Many::default() });
    let mut day = scene.figures_only();
    day.take_agents(&scene.agent_rows(), &scene.settings.grouping);
    day.recall_names(&scene.day());
    let recalled = figures::day(&day, &scene.settings);
    assert_eq!((recalled.agents, recalled.queues[0].agents), (Some(3), Some(3)), "these need no name");
    assert_eq!((recalled.groups[0].name.as_deref(), recalled.groups[0].agents), (Some("Austin"), None), "not 0");
    day.take_names(&scene.names);
    // They are asked for again, and that may fail: what was read stands, in this run and in the next one.
    for day in [&day, &history::read(&history::write(&day).unwrap()).unwrap()] {
        let named = figures::day(day, &scene.settings);
        assert!(named.completeness.lacks_agents, "the day is not complete with zeros");
        assert_eq!((named.agents, named.queues[0].agents, named.groups[0].agents), (Some(3), Some(3), None));
    }
    day.take_agents(&scene.agent_rows(), &scene.settings.grouping);
    assert_eq!(figures::day(&day, &scene.settings).groups[0].agents, Some(3));
}
