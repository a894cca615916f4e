//! A contact centre with a past: sites, queues, agents, and every conversation of the last months.
//!
//! The volume has a rhythm of hours, weekdays and months and grows a little, so that comparisons have something to find.
//! The last day is the bad one: between 10 and 12 the first queue is flooded and collapses. One queue, the last, never has a
//! conversation. The same request makes the same conversations on every machine: all shares are whole numbers.

mod rhythm;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::genesys::analytics::conversation::{Direction, Given, Media, Outcome};
use crate::genesys::queues::state::Queue;
use crate::world::World;
use rhythm::Day;

const SITES_COUNT: u32 = 3;
const SITES: [&str; SITES_COUNT as usize] = ["Austin", "Toronto", "São Paulo"];
const TOPICS: [&str; 4] = ["Support", "Sales", "Billing", "Returns"];
const AGENTS_PER_SITE: u32 = 17;
/// Local hours of the last day, end excluded, in which the first queue collapses.
const BAD_HOURS: [i8; 2] = [10, 12];

/// How many of a hundred conversations of these hours go to that queue, whatever they are about.
const SURGE_PERCENT: u32 = 35;

const QUEUES_MAX: u32 = 5_000;
/// A million of 64 bytes each.
const CONVERSATIONS_MAX: u64 = 1_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    #[serde(rename = "scenario")]
    _scenario: String,
    #[serde(default)]
    seed: u64,
    /// IANA name of the organisation's zone.
    #[serde(default = "zone_default")]
    zone: String,
    /// The last day; absent: yesterday.
    until: Option<Date>,
    #[serde(default = "days_default")]
    days: u32,
    #[serde(default = "queues_default")]
    queues: u32,
    #[serde(default = "conversations_default")]
    conversations_per_day: u32,
    /// How many of a hundred conversations of the last day are known only from noon of the day after.
    #[serde(default)]
    late_percent: u32,
}

fn zone_default() -> String {
    "America/Chicago".to_owned()
}

const fn days_default() -> u32 {
    400
}

const fn queues_default() -> u32 {
    12
}

const fn conversations_default() -> u32 {
    400
}

/// Makes divisions, queues and conversations, and answers what there is to find in them.
pub(super) fn seed(world: &mut World, body: &Value, now: Timestamp) -> Result<Value, String> {
    let request: Request = serde_json::from_value(body.clone()).map_err(|error| error.to_string())?;
    check(&request)?;
    let zone = TimeZone::get(&request.zone).map_err(|error| error.to_string())?;
    let yesterday = now.to_zoned_datetime(zone.clone()).yesterday().map_err(|error| error.to_string())?.date();
    let last_day = request.until.unwrap_or(yesterday);
    let first_day = last_day.saturating_sub(Span::new().days(i64::from(request.days) - 1));
    let before = world.genesys.conversations.len();
    let queues: Vec<Value> = (0..request.queues).map(|number| queue(world, number, now)).collect::<Result<_, _>>()?;
    let mut chance = fastrand::Rng::with_seed(request.seed);
    for (number, date) in first_day.series(Span::new().days(1)).take(request.days as usize).enumerate() {
        let day = Day::new(date, &zone).map_err(|error| error.to_string())?;
        let is_last = date == last_day;
        let count = day.conversations(request.conversations_per_day, number as u64);
        for _ in 0..count {
            let mut conversation = conversation(&mut chance, &day, &request, is_last);
            if is_last && chance.u32(0..100) < request.late_percent {
                conversation.visible_from = Some(day.noon_of_next());
            }
            world.genesys.conversations.insert(&conversation, 0);
        }
    }
    Ok(json!({
        "zone": request.zone, "first_day": first_day, "last_day": last_day,
        "divisions": SITES.iter().enumerate().map(|(site, name)| division(site, name)).collect::<Vec<_>>(),
        "queues": queues, "agents": AGENTS_PER_SITE * SITES_COUNT,
        "conversations": world.genesys.conversations.len() - before,
        "bad_queue": queue_id(0), "bad_hours": BAD_HOURS, "empty_queue": queue_id(request.queues - 1),
    }))
}

fn check(request: &Request) -> Result<(), String> {
    if !(2..=QUEUES_MAX).contains(&request.queues) {
        return Err(format!("queues must be 2 to {QUEUES_MAX}"));
    }
    let conversations = u64::from(request.days) * u64::from(request.conversations_per_day);
    if request.days == 0 || conversations > CONVERSATIONS_MAX {
        return Err(format!(
            "days must be 1 or more, and days times conversations_per_day at most {CONVERSATIONS_MAX}"
        ));
    }
    if request.late_percent > 100 {
        return Err("late_percent must be at most 100".to_owned());
    }
    Ok(())
}

fn division(site: usize, name: &str) -> Value {
    json!({"id": format!("d1000000-0000-4000-8000-{:012}", site + 1), "name": name})
}

fn queue_id(number: u32) -> String {
    format!("90e0c000-0000-4000-8000-{:012}", number + 1)
}

fn user_id(number: u32) -> String {
    format!("05e7c000-0000-4000-8000-{:012}", number + 1)
}

/// Makes a queue; sites take turns, and so do topics.
fn queue(world: &mut World, number: u32, now: Timestamp) -> Result<Value, String> {
    let (site, topic) = (number as usize % SITES.len(), number as usize / SITES.len());
    let round = topic / TOPICS.len();
    let name = format!("{} {}", SITES[site], TOPICS[topic % TOPICS.len()]);
    let name = if round == 0 { name } else { format!("{name} {}", round + 1) };
    let id = queue_id(number);
    if world.genesys.queues.get(&id).is_some() || world.genesys.queues.has_name(&name, &id) {
        return Err(format!("the queue {name} is there already"));
    }
    let level = |media: Media| {
        let level = json!({"percentage": 0.8, "durationMs": service_level_ms(media)});
        (media.setting().to_owned(), json!({"serviceLevel": level}))
    };
    let media: Map<_, _> = MEDIA.into_iter().map(|(media, _)| level(media)).collect();
    let division = division(site, SITES[site]);
    let fields = json!({"name": name, "division": division, "mediaSettings": media});
    let made = json!({"id": id, "name": name, "division": division});
    world.genesys.queues.0.push(Queue::new(&id, fields.as_object().cloned().unwrap_or_default(), now));
    Ok(made)
}

/// Media, with how many of a hundred conversations they have.
const MEDIA: [(Media, u32); 5] =
    [(Media::Voice, 60), (Media::Message, 20), (Media::Email, 10), (Media::Chat, 6), (Media::Callback, 4)];

const fn service_level_ms(media: Media) -> u32 {
    match media {
        Media::Voice | Media::Callback => 20_000,
        Media::Chat | Media::Message => 60_000,
        Media::Email => 14_400_000,
    }
}

fn medium(chance: &mut fastrand::Rng) -> Media {
    let mut drawn = chance.u32(0..100);
    for (media, share) in MEDIA {
        if drawn < share {
            return media;
        }
        drawn -= share;
    }
    Media::Voice
}

/// One conversation of a day. The last queue gets none.
fn conversation(chance: &mut fastrand::Rng, day: &Day, request: &Request, is_bad_day: bool) -> Given {
    let (media, start) = (medium(chance), day.moment(chance));
    let is_bad_hour = is_bad_day && (BAD_HOURS[0]..BAD_HOURS[1]).contains(&day.hour_of(start));
    let is_surge = is_bad_hour && chance.u32(0..100) < SURGE_PERCENT;
    let queue = if is_surge { 0 } else { chance.u32(0..request.queues - 1) };
    let is_collapse = is_bad_hour && queue == 0;
    let waits = Waits::of(chance, media, is_collapse);
    let mut given = Given {
        start,
        queue: Some(queue_id(queue)),
        media,
        direction: Direction::Inbound,
        outcome: waits.outcome,
        wait_ms: waits.wait_ms,
        talk_ms: 0,
        held_ms: 0,
        acw_ms: 0,
        transferred: false,
        user: None,
        service_level_ms: Some(service_level_ms(media)),
        visible_from: None,
    };
    if given.outcome == Outcome::Answered {
        let site = queue % SITES_COUNT;
        given.user = Some(user_id(site * AGENTS_PER_SITE + chance.u32(0..AGENTS_PER_SITE)));
        given.talk_ms = chance.u32(60_000..600_000);
        given.held_ms = if chance.u32(0..100) < 20 { chance.u32(5_000..120_000) } else { 0 };
        given.acw_ms = if chance.u32(0..100) < 90 { chance.u32(10_000..90_000) } else { 0 };
        given.transferred = chance.u32(0..100) < 8;
    }
    given
}

/// How long somebody waited, and for what.
struct Waits {
    outcome: Outcome,
    wait_ms: u32,
}

impl Waits {
    fn of(chance: &mut fastrand::Rng, media: Media, is_collapse: bool) -> Self {
        let promised_ms = service_level_ms(media);
        let drawn = chance.u32(0..1_000);
        let (outcome, wait_ms) = match (media, is_collapse) {
            (Media::Email, _) => (Outcome::Answered, chance.u32(60_000..promised_ms + promised_ms / 10)),
            (_, true) if drawn < 450 => (Outcome::Abandoned, chance.u32(60_000..600_000)),
            (_, true) => (Outcome::Answered, chance.u32(90_000..900_000)),
            _ if drawn < 10 => (Outcome::ShortAbandoned, chance.u32(500..5_000)),
            _ if drawn < 40 => (Outcome::Abandoned, chance.u32(5_000..180_000)),
            _ if drawn < 50 => (Outcome::FlowedOut, chance.u32(5_000..180_000)),
            _ if drawn < 190 => (Outcome::Answered, chance.u32(promised_ms..promised_ms * 6)),
            _ => (Outcome::Answered, chance.u32(1_000..promised_ms)),
        };
        Self { outcome, wait_ms }
    }
}
