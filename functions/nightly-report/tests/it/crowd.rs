//! A contact centre of as many queues as are asked for, with names of every kind, by arithmetic and without chance.

use std::array::from_fn;

use genesys::{AggregateRow, Counted, Level, Metrics};
use jiff::Timestamp;
use nightly_report::day::{Day, Depth};
use nightly_report::read_plan;
use nightly_report::report::Report;

use crate::config::settings;
use crate::scene::Scene;

/// Begins of names; a number follows. With it the first has 60 characters.
const NAMES: [&str; 10] = [
    "Warteschlange für außergewöhnlich lange Namen, wie sie sind",
    "São Paulo — Suporte Técnico",
    "خدمة العملاء",
    "תמיכה טכנית (דחוף)",
    "🚀 Launch Desk ✅",
    "Przyjęcia Łódź",
    "Εξυπηρέτηση πελατών",
    "Поддержка клиентов",
    "Service à la clientèle",
    "Billing",
];
const DIVISIONS: [&str; 5] = ["Austin", "São Paulo", "Montréal", "حيفا", "Łódź"];
const MEDIA: [&str; 5] = ["voice", "voice", "chat", "email", "message"];

/// Thousandths of a day's conversations that come in each hour.
const HOURS: [u64; 24] = [4, 2, 1, 1, 2, 8, 20, 45, 80, 95, 100, 96, 84, 86, 90, 84, 70, 50, 32, 20, 14, 8, 5, 3];

/// Its report about Thursday, 26 November 2026.
pub fn report(queues: u64) -> Report {
    let mut scene =
        Scene::new(settings("[nightly-report]\ncompany = \"Contact Centre Québec\"\nzone = \"America/Toronto\"\n"));
    for number in 0..queues {
        scene.queue(&id(number), &name(number), DIVISIONS[at(number, 5)]);
    }
    for days in (1..=59).chain(364..=393).filter(|days| days % 10 != 4) {
        past_day(&mut scene, days, queues);
    }
    let day = day(&scene, queues);
    scene.report_of(&day)
}

/// The name of a queue.
pub fn name(number: u64) -> String {
    let begin = NAMES[at(number, 10)];
    if at(number, 10) == 0 { format!("{begin}{}", number / 10 % 10) } else { format!("{begin} {number}") }
}

fn at(number: u64, length: u64) -> usize {
    usize::try_from(number % length).unwrap()
}

fn id(number: u64) -> String {
    format!("{number:08}-0000-4000-8000-000000000000")
}

/// One in forty has nothing to tell.
fn offered(number: u64) -> u64 {
    if number % 40 == 39 { 0 } else { 30 + number * 37 % 480 }
}

fn day(scene: &Scene, queues: u64) -> Day {
    let mut day = Day::new(scene.date, scene.zone(), Depth::Report, scene.night());
    day.take_names(&scene.names);
    let all = || (0..queues).filter(|number| offered(*number) > 0);
    let figures: Vec<_> =
        all().map(|number| row(scene, number, offered(number), scene.zone().start_of(scene.date))).collect();
    day.take_figures(&figures, scene.night()).unwrap();
    for part in read_plan::hour_parts(scene.zone(), &day) {
        let hours = scene.zone().hours(scene.date).into_iter().zip(HOURS);
        let hours = hours.filter(|(hour, _)| part.contains(hour.interval.from));
        let rows: Vec<_> = hours
            .flat_map(|(hour, thousandths)| {
                all().map(move |number| {
                    row(scene, number, (offered(number) * thousandths).div_ceil(1000), hour.interval.from)
                })
            })
            .collect();
        day.take_hours(part, &rows).unwrap();
    }
    let agents = all().flat_map(|number| {
        let users: [String; 3] = from_fn(|user| format!("agent {}", number % 50 + user as u64));
        users.map(|user| AggregateRow {
            user: Some(user),
            media: None,
            ..row(scene, number, 9, scene.zone().start_of(scene.date))
        })
    });
    day.take_agents(&agents.collect::<Vec<_>>(), &scene.settings.grouping);
    day
}

/// So many conversations of a queue: each has its own service level, losses and handle time.
fn row(scene: &Scene, number: u64, offered: u64, from: Timestamp) -> AggregateRow {
    let lost = offered * (number % 9) / 100;
    let answered = offered - lost;
    let timer = |count: u64, ms: u64| (count > 0).then_some(Counted { count, sum_ms: count * ms });
    let metrics = Metrics {
        offered: Some(offered),
        answered: timer(answered, 5_000 + number % 60 * 1_100),
        abandoned: timer(lost, 70_000),
        handle: timer(answered, 180_000 + number * 7 % 500 * 1_000),
        talk: timer(answered, 120_000),
        acw: timer(answered, 45_000),
        transferred: Some(answered * (number % 7) / 50),
        service_level: Some(Level {
            numerator: offered * (70 + number * 13 % 30) / 100,
            denominator: offered,
            target: None,
        }),
        ..Metrics::default()
    };
    let media = Some(MEDIA[at(number, 5)].to_owned());
    AggregateRow { queue: Some(id(number)), media, user: None, from, to: scene.zone().interval(scene.date).to, metrics }
}

fn past_day(scene: &mut Scene, days: i64, queues: u64) {
    let weekend = if days % 7 == 4 || days % 7 == 5 { 3 } else { 1 };
    let level = 70 + days.unsigned_abs() * 7 % 28;
    let rows: Vec<(String, u64)> = (0..queues).map(|number| (id(number), offered(number) / weekend)).collect();
    let rows: Vec<(&str, u64, u64, u64)> =
        rows.iter().map(|(id, offered)| (id.as_str(), *offered, offered * level / 100, *offered)).collect();
    scene.past_day(days, &rows);
}
