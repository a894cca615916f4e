//! A month of figures, counted here one conversation at a time.
//!
//! The function asks Genesys for aggregates; this file never does. It walks through the raw conversations, notes what each
//! one has done and when, and adds that up in plain loops. Both must say the same about every queue, medium, hour, group
//! and day, to the millisecond.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use scenarios::World;
use serde_json::{Map, Value, json};

use crate::report_scene::{CHICAGO, data, local, night, report, started};

/// What a conversation has done at one moment.
struct Fact {
    queue: String,
    medium: String,
    at: Timestamp,
    name: &'static str,
    /// Milliseconds; of an answer that counts for the service level, 1 if it was in time.
    value: u64,
}

/// How often and how much in all, by name.
type Added = BTreeMap<&'static str, (u64, u64)>;

/// What is only counted.
const COUNTS: [&str; 2] = ["offered", "transferred"];
/// What is read of hours.
const OF_HOURS: [&str; 6] = ["offered", "answered", "abandoned", "short_abandoned", "handled", "in_time"];

fn facts(conversation: &Value) -> Vec<Fact> {
    let ms = |name: &str| conversation[name].as_u64().unwrap_or(0);
    let text = |name: &str| conversation[name].as_str().unwrap_or_default().to_owned();
    let start: Timestamp = text("start").parse().unwrap();
    let mut facts = Vec::new();
    let mut note = |name, after_ms: u64, value| {
        let at = start + i64::try_from(after_ms).unwrap().milliseconds();
        facts.push(Fact { queue: text("queue"), medium: text("media"), at, name, value });
    };
    let (wait, talk, held, acw) = (ms("wait_ms"), ms("talk_ms"), ms("held_ms"), ms("acw_ms"));
    let outcome = text("outcome");
    if conversation["queue"].is_string() && conversation["direction"] == "inbound" {
        note("offered", 0, 0);
        note("wait", wait, wait);
        match outcome.as_str() {
            "answered" => note("answered", wait, wait),
            "abandoned" => note("abandoned", wait, wait),
            "short_abandoned" => {
                note("abandoned", wait, wait);
                note("short_abandoned", wait, wait);
            }
            other => assert_eq!(other, "flowed_out"),
        }
        if outcome != "flowed_out" {
            note("in_time", wait, u64::from(outcome == "answered" && wait <= ms("service_level_ms")));
        }
    }
    if outcome == "answered" {
        note("talk", wait + talk + held, talk);
        if held > 0 {
            note("held", wait + talk + held, held);
        }
        if conversation["transferred"] == true {
            note("transferred", wait + talk + held, 0);
        }
        if acw > 0 {
            note("acw", wait + talk + held + acw, acw);
        }
        note("handled", wait + talk + held + acw, talk + held + acw);
    }
    facts
}

fn added<'a>(facts: impl Iterator<Item = &'a Fact>) -> Added {
    let mut added = Added::new();
    for fact in facts {
        let (count, sum) = added.entry(fact.name).or_default();
        *count += 1;
        *sum += fact.value;
    }
    added
}

/// As the archive writes it.
fn sums(added: &Added) -> Value {
    let one = |(name, (count, sum)): (&&str, &(u64, u64))| {
        let value = match *name {
            "in_time" => json!({"part": sum, "whole": count}),
            name if COUNTS.contains(&name) => json!(count),
            _ => json!({"count": count, "sum_ms": sum}),
        };
        ((*name).to_owned(), value)
    };
    Value::Object(added.iter().map(one).collect::<Map<_, _>>())
}

/// What the report says of it.
fn figures(added: &Added) -> Value {
    let count = |name: &str| added.get(name).map(|(count, _)| *count);
    let or_none = |name: &str, of: &str| count(name).or(count(of).map(|_| 0));
    let share = |part: Option<u64>, whole: Option<u64>| match (part, whole) {
        (Some(part), Some(whole)) if whole > 0 => json!({"part": part, "whole": whole}),
        _ => Value::Null,
    };
    let mean = |name: &str| added.get(name).map(|(count, sum)| json!({"sum_ms": sum, "count": count}));
    let (abandoned, transferred) = (or_none("abandoned", "offered"), or_none("transferred", "handled"));
    json!({
        "offered": count("offered"), "answered": or_none("answered", "offered"), "abandoned": abandoned,
        "handled": count("handled"), "transferred": transferred,
        "service_level": added.get("in_time").map(|(whole, part)| json!({"part": part, "whole": whole})),
        "abandon_rate": share(abandoned, count("offered")), "transfer_rate": share(transferred, count("handled")),
        "handle_time": mean("handled"), "answer_time": mean("answered"), "talk_time": mean("talk"),
        "after_call_work": mean("acw"),
    })
}

/// Everything about one day, counted.
struct Counted {
    facts: Vec<Fact>,
    day: Date,
}

impl Counted {
    fn of(facts: &[Fact], day: Date) -> Self {
        let zone = TimeZone::get(CHICAGO).unwrap();
        let midnight = |day: Date| zone.to_timestamp(day.at(0, 0, 0, 0)).unwrap();
        let (from, to) = (midnight(day), midnight(day.tomorrow().unwrap()));
        let of_day = facts.iter().filter(|fact| from <= fact.at && fact.at < to);
        let copied = of_day.map(|fact| Fact { queue: fact.queue.clone(), medium: fact.medium.clone(), ..*fact });
        Self { facts: copied.collect(), day }
    }

    /// By whatever `key` tells apart.
    fn by<K: Ord>(&self, key: impl Fn(&Fact) -> K) -> BTreeMap<K, Added> {
        let mut groups: BTreeMap<K, Vec<&Fact>> = BTreeMap::new();
        self.facts.iter().for_each(|fact| groups.entry(key(fact)).or_default().push(fact));
        groups.into_iter().map(|(key, facts)| (key, added(facts.into_iter()))).collect()
    }

    /// The hour of a moment, by its number in the day: an hour lasts an hour, whatever the clocks show.
    fn hour(&self, at: Timestamp) -> usize {
        let midnight = TimeZone::get(CHICAGO).unwrap().to_timestamp(self.day.at(0, 0, 0, 0)).unwrap();
        usize::try_from(at.duration_since(midnight).as_secs() / 3600).unwrap()
    }
}

/// The archived lines of a kind, by what they are about.
fn lines(data: &[Value], kind: &str, about: [&str; 2]) -> BTreeMap<(String, String), Value> {
    let key = |line: &Value| about.map(|name| line[name].as_str().unwrap_or_default().to_owned()).into();
    data.iter().filter(|line| line["kind"] == kind).map(|line| (key(line), line["sums"].clone())).collect()
}

/// Conversations that fall on borders: between days, between hours, on both sides of clock changes, and those that belong
/// to no queue or were not offered.
fn on_borders() -> Vec<Value> {
    let queue = |number: u32| format!("90e0c000-0000-4000-8000-{number:012}");
    let agent = "05e7c000-0000-4000-8000-000000000999";
    let mut all = Vec::new();
    let mut starts: Vec<Timestamp> =
        (1..=31).map(|day| local(CHICAGO, date(2026, 3, day), Time::constant(23, 59, 0, 0))).collect();
    // The hour before and after two o'clock on the day without one, and the hour that comes twice.
    let moments = ["2026-03-08T07:59:59.999Z", "2026-03-08T08:00:00Z", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z"];
    starts.extend(moments.iter().map(|moment| moment.parse::<Timestamp>().unwrap()));
    for (number, start) in (0_u32..).zip(starts) {
        all.push(json!({
            "start": start, "queue": queue(1 + number % 4), "media": "voice", "wait_ms": 19_990 + number,
            "talk_ms": 45_000 + number, "held_ms": 1_000 * (number % 3), "acw_ms": 7 * (number % 2), "transferred": number % 4 == 0,
            "user": agent, "service_level_ms": 20_000,
        }));
        all.push(
            json!({"start": start, "queue": queue(2), "media": "chat", "wait_ms": 60_000, "outcome": "abandoned"}),
        );
        all.push(json!({"start": start, "queue": queue(3), "wait_ms": 1_500, "outcome": "short_abandoned"}));
        all.push(json!({"start": start, "queue": queue(3), "wait_ms": 61_500, "outcome": "flowed_out"}));
        all.push(json!({"start": start, "queue": queue(1), "direction": "outbound", "talk_ms": 90_000, "user": agent}));
        all.push(json!({"start": start, "media": "callback", "talk_ms": 30_000, "acw_ms": 31_000, "user": agent}));
    }
    all
}

/// The conversations of one day, on another.
fn moved(conversations: &[Value], from: Date, to: Date) -> Vec<Value> {
    let [begin, end, there] =
        [from, from.tomorrow().unwrap(), to].map(|day| local(CHICAGO, day, Time::constant(0, 0, 0, 0)));
    let start = |conversation: &Value| conversation["start"].as_str().unwrap().parse::<Timestamp>().unwrap();
    let of_day = conversations.iter().filter(|conversation| (begin..end).contains(&start(conversation)));
    of_day
        .map(|conversation| {
            let mut moved = conversation.clone();
            moved["start"] = json!(there + start(conversation).duration_since(begin));
            moved
        })
        .collect()
}

fn compare(world: &World, day: &Counted, divisions: &BTreeMap<String, String>) {
    let (data, report, date) = (data(world, day.day), report(world, day.day), day.day);
    let by_medium = day.by(|fact| (fact.queue.clone(), fact.medium.clone()));
    let by_medium: BTreeMap<_, _> = by_medium.iter().map(|(key, added)| (key.clone(), sums(added))).collect();
    assert_eq!(lines(&data, "figures", ["queue", "medium"]), by_medium, "{date}: archived, by queue and medium");
    let midnight: Timestamp = data[0]["from"].as_str().unwrap().parse().unwrap();
    let mut by_hour = BTreeMap::new();
    for ((queue, hour), mut added) in day.by(|fact| (fact.queue.clone(), day.hour(fact.at))) {
        added.retain(|name, _| OF_HOURS.contains(name));
        let from = midnight + i64::try_from(hour).unwrap().hours();
        if !added.is_empty() {
            by_hour.insert((queue, from.to_string()), sums(&added));
        }
    }
    assert_eq!(lines(&data, "hour", ["queue", "from"]), by_hour, "{date}: archived, by queue and hour");
    let total = added(day.facts.iter());
    assert_eq!(data[0]["total"], sums(&total), "{date}: archived, in all");
    assert_eq!(report["total"]["figures"], figures(&total), "{date}: in all");
    compare_lines(&report, "queues", "id", &day.by(|fact| fact.queue.clone()), date);
    compare_lines(&report, "media", "name", &day.by(|fact| fact.medium.clone()), date);
    let division = |fact: &Fact| divisions.get(&fact.queue).cloned().unwrap_or_default();
    compare_lines(&report, "groups", "name", &day.by(division), date);
    compare_hours(&report, day);
}

/// Lines that have figures; the others are of queues where nothing happened.
fn compare_lines(report: &Value, part: &str, name: &str, expected: &BTreeMap<String, Added>, date: Date) {
    let nothing = figures(&Added::new());
    let lines = report[part].as_array().unwrap().iter().filter(|line| line["figures"] != nothing);
    // What belongs to no queue has no id, and what is in no group no name.
    let title = |line: &Value| line[name].as_str().unwrap_or_default().to_lowercase();
    let found: BTreeMap<_, _> = lines.map(|line| (title(line), line["figures"].clone())).collect();
    let expected: BTreeMap<_, _> = expected.iter().map(|(key, added)| (key.to_lowercase(), figures(added))).collect();
    assert_eq!(found, expected, "{date}: {part}");
}

fn compare_hours(report: &Value, day: &Counted) {
    let hours = report["hours"].as_array().unwrap();
    let by_hour = day.by(|fact| day.hour(fact.at));
    assert_eq!(
        hours.len(),
        match day.day {
            day if day == date(2026, 3, 8) => 23,
            day if day == date(2026, 11, 1) => 25,
            _ => 24,
        }
    );
    for (number, hour) in hours.iter().enumerate() {
        let expected = figures(by_hour.get(&number).unwrap_or(&Added::new()));
        for name in [
            "offered",
            "answered",
            "abandoned",
            "handled",
            "service_level",
            "abandon_rate",
            "handle_time",
            "answer_time",
        ] {
            assert_eq!(hour["figures"][name], expected[name], "{}: hour {number}, {name}", day.day);
        }
    }
}

#[tokio::test]
async fn t33_t34_a_month_agrees_with_conversations_counted_one_by_one() {
    let first = date(2026, 3, 1);
    let start = local(CHICAGO, first, Time::constant(12, 0, 0, 0));
    let world = started(World::builder(), CHICAGO, start, "").await;
    let wishes = json!({"until": "2026-03-31", "days": 33, "queues": 5, "conversations_per_day": 60});
    let centre = world.genesys.contact_centre(&wishes);
    world.genesys.talk(&on_borders());
    world.genesys.talk(&moved(&world.genesys.conversations(), date(2026, 3, 2), date(2026, 11, 1)));
    let facts: Vec<Fact> = world.genesys.conversations().iter().flat_map(facts).collect();
    let division = |queue: &Value| {
        let [id, division] = [&queue["id"], &queue["division"]["name"]].map(|text| text.as_str().unwrap().to_owned());
        (id, division)
    };
    let divisions = centre["queues"].as_array().unwrap().iter().map(division).collect();
    let mut compared = 0;
    for day in first.series(1.day()).take(31).chain([date(2026, 11, 1)]) {
        night(&world, CHICAGO, day).await;
        let counted = Counted::of(&facts, day);
        compared += counted.facts.len();
        compare(&world, &counted, &divisions);
    }
    assert!(compared > 9_000, "{compared}");
}
