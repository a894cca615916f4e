//! The contact centre with a past: the same everywhere, with a rhythm, a bad day and an empty queue.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::desk::Desk;

fn request(days: u32) -> Value {
    json!({"scenario": "contact_centre", "zone": "America/Chicago", "until": "2026-11-27", "days": days, "queues": 12,
        "conversations_per_day": 400, "seed": 7})
}

/// A desk whose clock is behind the last day.
async fn open(days: u32) -> (Desk, Value) {
    let desk = Desk::open().await;
    let now: Timestamp = desk.shift()["now"].as_str().unwrap().parse().unwrap();
    let after: Timestamp = "2026-11-29T12:00:00Z".parse().unwrap();
    desk.ahead(after.duration_since(now).as_secs_f64());
    let made = desk.control("POST", "seed", &request(days));
    (desk, made)
}

async fn offered(desk: &Desk, members: &Value) -> BTreeMap<String, u64> {
    let mut body = json!({"metrics": ["nOffered"], "timeZone": "America/Chicago"});
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let answer = desk.genesys("POST", "/analytics/conversations/aggregates/query", body).await.body;
    let mut found = BTreeMap::new();
    for entry in answer["results"].as_array().unwrap() {
        for part in entry["data"].as_array().unwrap() {
            let key = entry["group"]["queueId"].as_str().or(part["interval"].as_str()).unwrap();
            *found.entry(key.to_owned()).or_insert(0) += part["metrics"][0]["stats"]["count"].as_u64().unwrap();
        }
    }
    found
}

#[tokio::test]
async fn the_same_request_makes_the_same_contact_centre_everywhere() {
    let (desk, made) = open(3).await;
    assert_eq!((&made["first_day"], &made["last_day"]), (&json!("2026-11-25"), &json!("2026-11-27")));
    assert_eq!((made["queues"].as_array().unwrap().len(), &made["agents"]), (12, &json!(51)));
    assert_eq!(made["divisions"][2]["name"], "São Paulo");
    assert_eq!(made["queues"][0]["name"], "Austin Support");
    let (other, same) = open(3).await;
    assert_eq!(made, same);
    let dump = |desk: &Desk| desk.control("GET", "genesys/conversations", &Value::Null);
    assert_eq!(dump(&desk), dump(&other));
    assert_eq!(dump(&desk).as_array().unwrap().len() as u64, made["conversations"].as_u64().unwrap());
    assert_eq!(desk.simulator.control("POST", "/_sim/seed", &request(3)).0, 400);
    let listed = desk.genesys("GET", "/routing/queues/divisionviews/all?pageSize=500", Value::Null).await.body;
    assert_eq!(listed["total"], 12);
}

#[tokio::test]
async fn the_last_day_is_bad_and_the_last_queue_is_empty() {
    let (desk, made) = open(8).await;
    let hours = json!({"interval": "2026-11-27T16:00:00Z/2026-11-27T18:00:00Z", "groupBy": ["queueId"],
        "metrics": ["oServiceLevel", "tAbandon"]});
    let answer = desk.genesys("POST", "/analytics/conversations/aggregates/query", hours).await.body;
    let mut level: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for entry in answer["results"].as_array().unwrap().iter().filter(|entry| entry["group"]["mediaType"] != "email") {
        for metric in entry["data"][0]["metrics"].as_array().unwrap().iter().filter(|m| m["metric"] == "oServiceLevel")
        {
            let sums = level.entry(entry["group"]["queueId"].as_str().unwrap()).or_default();
            sums.0 += metric["stats"]["numerator"].as_f64().unwrap();
            sums.1 += metric["stats"]["denominator"].as_f64().unwrap();
        }
    }
    let bad = level.remove(made["bad_queue"].as_str().unwrap()).unwrap();
    assert!(bad.0 == 0.0 && bad.1 >= 20.0, "{bad:?}");
    let others = level.values().fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
    assert!(others.0 / others.1 > 0.7, "{others:?}");
    let whole = json!({"interval": "2026-11-20T06:00:00Z/2026-11-28T06:00:00Z", "groupBy": ["queueId"]});
    let by_queue = offered(&desk, &whole).await;
    assert_eq!((by_queue.len(), by_queue.get(made["empty_queue"].as_str().unwrap())), (11, None));
    let lines = desk.control("GET", "overview", &Value::Null)["conversations"].as_array().unwrap().clone();
    assert_eq!((lines.len(), &lines[0]["name"]), (11, &json!("Austin Billing")));
    let bad = lines.iter().find(|line| line["name"] == "Austin Support").unwrap()["value"].as_str().unwrap();
    assert!(bad.contains("in the last 24 hours") && !bad.ends_with("abandoned 0"), "{bad}");
}

#[tokio::test]
async fn late_conversations_are_known_from_noon_of_the_next_day() {
    let desk = Desk::open().await;
    let now: Timestamp = desk.shift()["now"].as_str().unwrap().parse().unwrap();
    let at = |text: &str| desk.ahead(text.parse::<Timestamp>().unwrap().duration_since(now).as_secs_f64());
    let mut request = request(2);
    request["late_percent"] = json!(20);
    desk.control("POST", "seed", &request);
    let day = json!({"interval": "2026-11-27T06:00:00Z/2026-11-28T06:00:00Z"});
    let count = async || offered(&desk, &day).await.values().sum::<u64>();
    at("2026-11-28T08:00:00Z");
    let provisional = count().await;
    at("2026-11-28T18:00:00Z");
    let settled = count().await;
    assert!(provisional < settled * 9 / 10 && provisional > settled * 7 / 10, "{provisional} of {settled}");
}

#[tokio::test]
async fn thirteen_months_have_weeks_and_seasons_and_a_day_of_them_is_found_quickly() {
    let (desk, made) = open(400).await;
    let conversations = made["conversations"].as_u64().unwrap();
    assert!((140_000..180_000).contains(&conversations), "{conversations}");
    let of = async |interval: &str| {
        let days = offered(&desk, &json!({"interval": interval, "granularity": "P1D"})).await;
        days.into_values().collect::<Vec<_>>()
    };
    let week = of("2026-11-16T06:00:00Z/2026-11-23T06:00:00Z").await;
    assert!(week.len() == 7 && week[0] > week[4] && week[4] > 2 * week[6], "{week:?}");
    let year_before = of("2025-11-17T06:00:00Z/2025-11-24T06:00:00Z").await;
    let (now, then) = (week.iter().sum::<u64>(), year_before.iter().sum::<u64>());
    assert!(now * 100 > then * 105 && now * 100 < then * 112, "{now} against {then}");
    let july = of("2026-07-13T05:00:00Z/2026-07-20T05:00:00Z").await;
    assert!(now > july.iter().sum::<u64>(), "{july:?}");

    let began = Instant::now();
    let day = json!({"interval": "2026-06-16T05:00:00Z/2026-06-17T05:00:00Z", "granularity": "PT1H",
        "groupBy": ["queueId", "mediaType"]});
    assert_eq!(offered(&desk, &day).await.len(), 11);
    println!("one of 400 days by hour, queue and medium: {} ms", began.elapsed().as_millis());
    let resident = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = resident.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("").to_owned();
    println!("{conversations} conversations, the whole test process: {line}");
}
