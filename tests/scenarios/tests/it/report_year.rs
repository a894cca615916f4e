//! A hundred days and every change of the clocks, with something going wrong on most of them: each day is mailed once,
//! on its morning and about itself.
//!
//! The days are lived in parts at once, each by a world of its own. What goes wrong on a day is drawn from a seed. The pure
//! test `due_year` of the function lives four hundred such days in each of four zones, without the processes.
//!
//! `DAYS=134 cargo test -p scenarios report_year` lives so many days in each part of Chicago, 402 together; `SEED=17` plays
//! what went wrong again.

use std::sync::Mutex;

use jiff::civil::{Date, Time, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use scenarios::World;
use scenarios::aws::s3::refused;
use scenarios::door::{Harm, Point};
use serde_json::json;

use crate::report_scene::{CHICAGO, archived, hear, local, report, started, tick_at, until};
use crate::swarm::number;

/// Zone, first day and number of days.
type Part = (&'static str, Date, usize);

/// 100 days of Chicago, both changes of its clocks among them, and days around both changes of the other zones. São Paulo
/// has not changed its clocks since 2019.
const PARTS: [Part; 9] = [
    (CHICAGO, date(2026, 2, 20), 40),
    (CHICAGO, date(2026, 6, 3), 20),
    (CHICAGO, date(2026, 10, 15), 40),
    ("America/Toronto", date(2026, 3, 6), 4),
    ("America/Toronto", date(2026, 10, 30), 4),
    ("America/Sao_Paulo", date(2017, 10, 13), 4),
    ("America/Sao_Paulo", date(2018, 2, 15), 4),
    ("Europe/London", date(2026, 3, 27), 4),
    ("Europe/London", date(2026, 10, 23), 4),
];

/// What goes wrong on a morning.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    Nothing,
    /// Genesys answers nobody.
    Unreadable,
    /// Genesys does not tell the names of the queues.
    Partial,
    /// The archive cannot be written.
    NoArchive,
    /// SES refuses for hours.
    Busy,
    /// SES takes the mail, and its answer is lost.
    LostAnswer,
    /// The process is killed before or after one of its first calls of the morning.
    Killed(usize, bool),
    /// The schedule does not fire before noon.
    LateStart,
}

impl Trouble {
    fn drawn(random: &mut fastrand::Rng) -> Self {
        match random.u32(0..9) {
            0 => Self::Unreadable,
            1 => Self::Partial,
            2 => Self::NoArchive,
            3 => Self::Busy,
            4 => Self::LostAnswer,
            5 | 6 => Self::Killed(random.usize(1..150), random.bool()),
            7 => Self::LateStart,
            _ => Self::Nothing,
        }
    }

    fn begins(self, world: &World) {
        match self {
            Self::Unreadable => {
                world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "path": "analytics"}));
            }
            Self::Partial => {
                world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "path": "divisionviews"}));
            }
            Self::NoArchive => {
                world.door.harm(Point::Every("s3 PutObject"), Harm::Answer(403, refused("AccessDenied")));
            }
            Self::Busy => world.desk.open().outbox.refusal = Some((429, "TooManyRequestsException")),
            Self::LostAnswer => world.door.harm(Point::Every("ses SendEmail"), Harm::LoseAnswer),
            Self::Killed(number, is_after) => {
                let harm = if is_after { Harm::KillAfter } else { Harm::KillBefore };
                world.door.harm(Point::Number(number), harm);
            }
            Self::Nothing | Self::LateStart => {}
        }
    }

    fn ends(world: &World) {
        world.genesys.calm();
        world.door.calm();
        world.desk.open().outbox.refusal = None;
    }
}

/// Number of mails so far, and of those about this day.
fn count(world: &World, day: Date) -> (usize, usize) {
    let drawers = world.desk.open();
    let tag = format!("nightly-report_2f{day}_2fmanagement");
    (drawers.outbox.mails.len(), drawers.outbox.mails.iter().filter(|mail| mail.tag == tag).count())
}

/// The morning on which `day` is mailed, until it is.
async fn morning(world: &World, zone: &str, day: Date, random: &mut fastrand::Rng) -> Trouble {
    let (trouble, today) = (Trouble::drawn(random), day.tomorrow().unwrap());
    world.forget();
    trouble.begins(world);
    let lasting = match trouble {
        // Before a quarter past two nobody is to be mailed.
        Trouble::Busy | Trouble::LostAnswer => random.usize(2..4),
        Trouble::Unreadable => random.usize(1..5),
        _ => 1, // Each further try reads the whole past again, and this is a long year.
    };
    let first = if trouble == Trouble::LateStart { random.i8(12..20) } else { 2 };
    let start = local(zone, today, Time::constant(0, 0, 0, 0).with().hour(first).second(5).build().unwrap());
    for tick in 0..40 {
        until(world, start + (15 * tick).minutes());
        if usize::try_from(tick).unwrap() >= lasting {
            Trouble::ends(world);
        }
        let _ = world.invoke(json!({})).await; // Whatever it ends as: only the end of the day counts.
        hear(world).await;
        if tick > 0 && count(world, day).1 > 0 {
            break;
        }
    }
    Trouble::ends(world);
    let evening = Time::constant(0, 30, 0, 0).with().hour(random.i8(21..24)).build().unwrap();
    tick_at(world, zone, today, evening).await;
    hear(world).await;
    trouble
}

/// What is wrong with a day that is over.
fn wrong(world: &World, zone: &str, day: Date) -> Option<String> {
    let (all, about) = {
        let drawers = world.desk.open();
        (drawers.outbox.mails.len(), drawers.outbox.mails.last().cloned())
    };
    let Some(mail) = about.filter(|_| count(world, day).1 == 1) else {
        return Some(format!("{} of {all} mails about it", count(world, day).1));
    };
    let zone = TimeZone::get(zone).unwrap();
    let at = zone.to_datetime(Timestamp::from_millisecond(mail.at_ms).unwrap());
    if at.date() != day.tomorrow().unwrap() || at.time() < Time::constant(2, 15, 0, 0) {
        return Some(format!("mailed at {at}"));
    }
    if !mail.subject.contains(&day.strftime("%a %-d %b %Y").to_string()) {
        return Some(format!("the subject names another day: {}", mail.subject));
    }
    let files = ["data.jsonl.gz", "report.json", "report.txt", "report.html", "report.pdf"];
    if let Some(missing) = files.iter().find(|file| archived(world, day, file).is_none()) {
        return Some(format!("{missing} is not in the archive"));
    }
    let report = report(world, day);
    let midnight = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap().to_string();
    let interval = [midnight(day), midnight(day.tomorrow().unwrap())];
    ([&report["from"], &report["to"]] != [&json!(interval[0]), &json!(interval[1])])
        .then(|| format!("another interval: {} to {}", report["from"], report["to"]))
}

/// Lives one part; what went wrong, one line each.
async fn live((zone, first, days): Part, seed: u64) -> Vec<String> {
    let start = local(zone, first, Time::constant(12, 0, 0, 0));
    let world = started(World::builder(), zone, start, "").await;
    let until = first + i64::try_from(days).unwrap().days();
    let centre = json!({"zone": zone, "until": until, "days": days + 9, "queues": 3, "conversations_per_day": 6});
    world.genesys.contact_centre(&centre);
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut faults, mut troubles) = (Vec::new(), Vec::new());
    for day in first.series(1.day()).take(days) {
        let trouble = morning(&world, zone, day, &mut random).await;
        faults.extend(wrong(&world, zone, day).map(|wrong| format!("{zone} {day} {trouble:?}: {wrong}")));
        troubles.push(trouble);
    }
    let mails = world.desk.open().outbox.mails.len();
    if mails != days {
        faults.push(format!("{zone} from {first}: {mails} mails in {days} days"));
    }
    let quiet = troubles.iter().filter(|trouble| **trouble == Trouble::Nothing).count();
    println!("{zone} from {first}: {days} days, {quiet} of them quiet");
    faults
}

/// Runs `job` on a runtime of its own.
fn block_on<T>(job: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(job)
}

#[test]
fn t33_t36_a_hundred_days_and_every_clock_change_are_mailed_once_each() {
    let seed = number("SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}");
    let days_there = number("DAYS").map(|days| usize::try_from(days).unwrap());
    let parts = PARTS.map(|(zone, first, days)| (zone, first, days_there.filter(|_| zone == CHICAGO).unwrap_or(days)));
    let (parts, faults) = (Mutex::new((0..).zip(parts)), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let Some((number, part)) = parts.lock().unwrap().next() else { break };
                    let found = std::panic::catch_unwind(|| block_on(live(part, seed.wrapping_add(number))));
                    let found = found.unwrap_or_else(|_| vec![format!("{part:?}: panicked, see above")]);
                    faults.lock().unwrap().extend(found);
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "SEED={seed}:\n{}", faults.join("\n"));
}
