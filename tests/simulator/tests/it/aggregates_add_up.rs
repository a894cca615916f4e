//! Whatever stands in the conversations: hours, media, queues and agents add up to the whole, and the whole is what a
//! plain loop over the raw conversations finds.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::desk::Desk;

/// Metric to count and sum.
type Sums = BTreeMap<String, (u64, u64)>;

/// Two days of Chicago, the first with 23 hours; conversations begin from the day before until the day after.
const FROM: &str = "2026-03-08T06:00:00Z";
const TO: &str = "2026-03-10T05:00:00Z";
const ROUNDS: u64 = 12;

fn pick<'a>(chance: &mut fastrand::Rng, choices: &[&'a str]) -> &'a str {
    choices[chance.usize(0..choices.len())]
}

fn conversation(chance: &mut fastrand::Rng) -> Value {
    let begin = FROM.parse::<Timestamp>().unwrap().as_millisecond() - 86_400_000;
    let start = Timestamp::from_millisecond(begin + chance.i64(0..4 * 86_400_000)).unwrap();
    let outcome = pick(chance, &["answered", "answered", "answered", "abandoned", "short_abandoned", "flowed_out"]);
    let media = pick(chance, &["voice", "callback", "chat", "email", "message"]);
    let queue = format!("q-{}", chance.u8(0..4));
    let mut made = json!({"start": start.to_string(), "queue": queue, "media": media, "outcome": outcome,
        "wait_ms": chance.u32(0..7_200_000)});
    if outcome == "answered" {
        made["talk_ms"] = json!(chance.u32(0..7_200_000));
        made["held_ms"] = json!(chance.u32(0..2) * chance.u32(0..600_000));
        made["acw_ms"] = json!(chance.u32(0..2) * chance.u32(0..3_600_000));
        made["transferred"] = json!(chance.bool());
        if chance.u8(0..10) > 0 {
            made["user"] = json!(format!("u-{}", chance.u8(0..5)));
        }
        if chance.u8(0..8) == 0 {
            made["direction"] = json!("outbound");
        }
        if chance.u8(0..8) == 0 {
            made.as_object_mut().unwrap().remove("queue");
        }
    }
    made
}

fn add(sums: &mut Sums, metric: &str, count: u64, sum: u64) {
    let pair = sums.entry(metric.to_owned()).or_default();
    *pair = (pair.0 + count, pair.1 + sum);
}

/// The figures of an interval by a plain loop.
fn by_hand(conversations: &[Value], from: &str, to: &str) -> Sums {
    let moment = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
    let (from, to) = (moment(from), moment(to));
    let mut sums = Sums::new();
    for one in conversations {
        let ms = |name: &str| one[name].as_i64().unwrap();
        let start = moment(one["start"].as_str().unwrap());
        let waited = start + ms("wait_ms");
        let talked = waited + ms("talk_ms") + ms("held_ms");
        let done = talked + ms("acw_ms");
        let handled = ms("talk_ms") + ms("held_ms") + ms("acw_ms");
        let mut note = |is_so: bool, metric: &str, at: i64, value: i64| {
            if is_so && (from..to).contains(&at) {
                add(&mut sums, metric, 1, u64::try_from(value).unwrap());
            }
        };
        let is_offered = one.get("queue").is_some() && one["direction"] == "inbound";
        let outcome = one["outcome"].as_str().unwrap();
        let (answered, short) = (outcome == "answered", outcome == "short_abandoned");
        let in_time = answered && ms("wait_ms") <= ms("service_level_ms");
        note(is_offered, "nOffered", start, 0);
        note(is_offered, "tWait", waited, ms("wait_ms"));
        note(is_offered && answered, "tAnswered", waited, ms("wait_ms"));
        note(is_offered && (short || outcome == "abandoned"), "tAbandon", waited, ms("wait_ms"));
        note(is_offered && short, "tShortAbandon", waited, ms("wait_ms"));
        note(is_offered && outcome != "flowed_out", "oServiceLevel", waited, i64::from(in_time));
        note(answered, "tTalkComplete", talked, ms("talk_ms"));
        note(answered && ms("held_ms") > 0, "tHeldComplete", talked, ms("held_ms"));
        note(answered && one["transferred"] == true, "nTransferred", talked, 0);
        note(answered && ms("acw_ms") > 0, "tAcw", done, ms("acw_ms"));
        note(answered, "tHandle", done, handled);
    }
    sums
}

/// The figures of an interval, added up over whatever groups and parts the answer has.
async fn asked(desk: &Desk, interval: &str, granularity: Value, group_by: Value) -> Sums {
    let metrics: Vec<&str> = "nOffered nTransferred oServiceLevel tAbandon tAcw tAnswered tHandle tHeldComplete \
        tShortAbandon tTalkComplete tWait"
        .split(' ')
        .collect();
    let body = json!({"interval": interval, "granularity": granularity, "groupBy": group_by, "metrics": metrics,
        "timeZone": "America/Chicago"});
    let answer = desk.genesys("POST", "/analytics/conversations/aggregates/query", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let whole = |value: &Value| value.as_u64().unwrap_or(0);
    let mut sums = Sums::new();
    let parts =
        answer.body["results"].as_array().into_iter().flatten().flat_map(|entry| entry["data"].as_array().unwrap());
    for entry in parts.flat_map(|part| part["metrics"].as_array().unwrap()) {
        let stats = &entry["stats"];
        let (count, sum) = match entry["metric"].as_str().unwrap() {
            "oServiceLevel" => (whole(&stats["denominator"]), whole(&stats["numerator"])),
            _ => (whole(&stats["count"]), whole(&stats["sum"])),
        };
        add(&mut sums, entry["metric"].as_str().unwrap(), count, sum);
    }
    sums
}

#[tokio::test]
async fn parts_and_groups_add_up_to_the_whole_for_any_conversations() {
    for seed in 1..=ROUNDS {
        let desk = Desk::open().await;
        desk.settings(&json!({"genesys": {"aggregate_decimals": false, "aggregate_media_always": seed % 2 == 0}}));
        let mut chance = fastrand::Rng::with_seed(seed);
        let made: Vec<Value> = (0..chance.usize(0..120)).map(|_| conversation(&mut chance)).collect();
        desk.control("POST", "genesys/conversations", &json!(made));
        let raw = desk.control("GET", "genesys/conversations", &Value::Null).as_array().unwrap().clone();
        let interval = format!("{FROM}/{TO}");
        let whole = by_hand(&raw, FROM, TO);
        for granularity in [Value::Null, json!("PT15M"), json!("PT1H"), json!("P1D")] {
            for group_by in [json!([]), json!(["queueId"]), json!(["mediaType"]), json!(["userId", "direction"])] {
                let sums = asked(&desk, &interval, granularity.clone(), group_by.clone()).await;
                assert_eq!(sums, whole, "seed {seed}, {granularity}, {group_by}");
            }
        }
        let middle = "2026-03-09T01:23:45.678Z";
        let mut halves = asked(&desk, &format!("{FROM}/{middle}"), json!("PT1H"), json!(["queueId"])).await;
        for (metric, (count, sum)) in asked(&desk, &format!("{middle}/{TO}"), json!("P1D"), json!([])).await {
            add(&mut halves, &metric, count, sum);
        }
        assert_eq!(halves, whole, "seed {seed}, two intervals");
    }
}
