//! A contact centre of three sites and twelve queues, on a Thursday on which one of them collapsed.
//!
//! Everything follows from the tables here, without chance, so that the report about it can be read as an example.

use genesys::{AggregateRow, Counted, Level, Metrics};
use nightly_report::day::{Day, Depth};
use nightly_report::settings::Settings;

use crate::config::settings;
use crate::scene::{Many, Scene};

/// A queue: id, name, division, conversations of a usual Thursday, handle time in seconds, medium.
const QUEUES: [(&str, &str, &str, u64, u64, &str); 12] = [
    ("a1f0c2d4-0001", "Austin Billing", "Austin", 640, 410, "voice"),
    ("a1f0c2d4-0002", "Austin Sales", "Austin", 520, 380, "voice"),
    ("a1f0c2d4-0003", "Austin Technical Support", "Austin", 480, 640, "voice"),
    ("a1f0c2d4-0004", "Austin Chat", "Austin", 300, 520, "chat"),
    ("b2e1d3c5-0001", "Toronto Service Français", "Toronto", 360, 450, "voice"),
    ("b2e1d3c5-0002", "Toronto Service English", "Toronto", 610, 430, "voice"),
    ("b2e1d3c5-0003", "Toronto Returns", "Toronto", 90, 300, "voice"),
    ("b2e1d3c5-0004", "Toronto E-mail", "Toronto", 240, 560, "email"),
    ("c3d2e4b6-0001", "São Paulo Atendimento", "São Paulo", 700, 360, "voice"),
    ("c3d2e4b6-0002", "São Paulo Cobrança", "São Paulo", 330, 400, "voice"),
    ("c3d2e4b6-0003", "São Paulo Mensagens", "São Paulo", 410, 480, "message"),
    ("c3d2e4b6-0004", "São Paulo Retenção", "São Paulo", 150, 690, "voice"),
];

/// Thousandths of a day's conversations that come in each hour.
const HOURS: [u64; 24] = [4, 2, 1, 1, 2, 8, 20, 45, 80, 95, 100, 96, 84, 86, 90, 84, 70, 50, 32, 20, 14, 8, 5, 3];

/// Percent of a Thursday's conversations by weekday, Monday first.
const WEEK: [u64; 7] = [118, 108, 104, 100, 96, 46, 30];

pub fn chicago() -> Settings {
    settings("[nightly-report]\ncompany = \"Example Contact Centre\"\nzone = \"America/Chicago\"\n")
}

/// The collapse: this queue, in these hours.
const COLLAPSED: &str = "Austin Billing";
const COLLAPSE: std::ops::Range<usize> = 10..12;

pub fn thursday() -> Scene {
    let mut scene = Scene::new(chicago());
    for (id, name, division, usual, handle_seconds, medium) in QUEUES {
        scene.queue(id, name, division);
        if name != "Toronto Returns" {
            (0..24).for_each(|hour| fill(&mut scene, (id, name, usual, handle_seconds, medium), hour));
        }
    }
    for days in (1..=59).chain(364..=393) {
        let day = past_day(&scene, days);
        scene.past.add_day(&day);
    }
    scene
}

fn fill(scene: &mut Scene, queue: (&str, &str, u64, u64, &str), hour: usize) {
    let (id, name, usual, handle_seconds, medium) = queue;
    let offered = (usual * HOURS[hour] + 500) / 1000;
    let collapses = name == COLLAPSED && COLLAPSE.contains(&hour);
    // Percent in time, and lost; of the lost every third hung up at once.
    let (in_time, lost) = match name {
        _ if collapses => (6, 34),
        "Austin Technical Support" => (77, 4),
        "Toronto Service Français" => (83, 4),
        "São Paulo Retenção" => (79, 5),
        "Austin Sales" => (97, 1),
        _ => (88, 3),
    };
    let gone = (offered * lost + 50) / 100;
    let in_time = (offered * in_time + 50) / 100;
    let late = offered - gone - in_time.min(offered - gone);
    let (in_time, short) = (offered - gone - late, gone / 3);
    scene.many(Many { queue: id, medium, hour, in_time, late, lost: gone - short, short, handle_seconds });
}

/// A day of the past: as many as its weekday has, growing by a thousandth a week, a little worse on Mondays.
fn past_day(scene: &Scene, days: i64) -> Day {
    let date = scene.date.saturating_sub(jiff::Span::new().days(days));
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap();
    let weeks = u64::try_from(days / 7).unwrap();
    let row = |(id, name, _, usual, handle_seconds, medium): (&str, &str, &str, u64, u64, &str)| {
        let offered = usual * WEEK[weekday] * (1000 - weeks) / 100_000;
        let lost = offered * if weekday == 0 { 5 } else { 3 } / 100;
        let answered = offered - lost;
        let level = if name == "Austin Technical Support" { 78 } else { 88 - u64::from(weekday == 0) * 6 };
        let timer = |count: u64, seconds: u64| Some(Counted { count, sum_ms: count * seconds * 1000 });
        AggregateRow {
            queue: Some(id.to_owned()),
            media: Some(medium.to_owned()),
            user: None,
            from: scene.zone().start_of(date),
            to: scene.zone().interval(date).to,
            metrics: Metrics {
                offered: Some(offered),
                answered: timer(answered, 21),
                abandoned: timer(lost, 70),
                handle: timer(answered, handle_seconds + weeks % 5),
                service_level: Some(Level { numerator: offered * level / 100, denominator: offered, target: None }),
                ..Metrics::default()
            },
        }
    };
    let rows: Vec<AggregateRow> = QUEUES.into_iter().map(row).collect();
    let mut day = Day::new(date, scene.zone(), Depth::Comparison, scene.night());
    day.take_figures(&rows, scene.night()).unwrap();
    day
}
