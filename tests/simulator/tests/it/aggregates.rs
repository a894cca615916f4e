//! Aggregates: what counts when, in which group, in which part; and what is refused.

use serde_json::{Value, json};

use crate::desk::{Answered, Desk};

const METRICS: [&str; 11] = [
    "nOffered",
    "nTransferred",
    "oServiceLevel",
    "tAbandon",
    "tAcw",
    "tAnswered",
    "tHandle",
    "tHeldComplete",
    "tShortAbandon",
    "tTalkComplete",
    "tWait",
];

async fn ask(desk: &Desk, body: Value) -> Answered {
    desk.genesys("POST", "/analytics/conversations/aggregates/query", body).await
}

/// A question about everything on one day of UTC, with members of its own.
fn question(members: &Value) -> Value {
    let mut body = json!({"interval": "2026-03-14T00:00:00Z/2026-03-15T00:00:00Z", "metrics": METRICS});
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

async fn results(desk: &Desk, members: Value) -> Vec<Value> {
    let answer = ask(desk, question(&members)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body.get("results").map_or_else(Vec::new, |results| results.as_array().unwrap().clone())
}

/// Sums and counts of one part, by metric.
fn figures(part: &Value) -> Value {
    let entries = part["metrics"].as_array().unwrap().iter().map(|entry| {
        let (name, stats) = (entry["metric"].as_str().unwrap(), &entry["stats"]);
        let pair = match name {
            "oServiceLevel" => json!([stats["numerator"], stats["denominator"]]),
            name if name.starts_with('n') => stats["count"].clone(),
            _ => json!([stats["count"], stats["sum"]]),
        };
        (name.to_owned(), pair)
    });
    Value::Object(entries.collect())
}

/// One conversation that was answered, with everything.
fn answered() -> Value {
    json!({
        "start": "2026-03-14T15:58:00Z", "queue": "q-1", "media": "voice", "outcome": "answered", "wait_ms": 12_000,
        "talk_ms": 180_000, "held_ms": 20_000, "acw_ms": 30_000, "transferred": true, "user": "u-1",
    })
}

#[tokio::test]
async fn each_figure_counts_at_the_moment_it_happened() {
    let desk = Desk::open().await;
    desk.control("POST", "genesys/conversations", &answered());
    let groups = results(&desk, json!({"granularity": "PT1H", "groupBy": ["queueId"]})).await;
    assert_eq!((groups.len(), &groups[0]["group"]), (1, &json!({"queueId": "q-1", "mediaType": "voice"})));
    let data = groups[0]["data"].as_array().unwrap();
    let found: Vec<(&Value, Value)> = data.iter().map(|part| (&part["interval"], figures(part))).collect();
    let expected = [
        (
            &json!("2026-03-14T15:00:00.000Z/2026-03-14T16:00:00.000Z"),
            json!({"nOffered": 1, "oServiceLevel": [1.0, 1.0], "tAnswered": [1, 12_000.0], "tWait": [1, 12_000.0]}),
        ),
        (
            &json!("2026-03-14T16:00:00.000Z/2026-03-14T17:00:00.000Z"),
            json!({"nTransferred": 1, "tAcw": [1, 30_000.0], "tHandle": [1, 230_000.0],
                "tHeldComplete": [1, 20_000.0], "tTalkComplete": [1, 180_000.0]}),
        ),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn what_did_not_happen_is_absent_and_never_zero() {
    let desk = Desk::open().await;
    assert_eq!(ask(&desk, question(&json!({}))).await.body, json!({}));
    desk.settings(&json!({"genesys": {"aggregate_results_absent": false}}));
    assert_eq!(ask(&desk, question(&json!({}))).await.body, json!({"results": []}));
    let short = json!({"start": "2026-03-14T10:00:00Z", "queue": "q-1", "media": "chat", "outcome": "short_abandoned",
        "wait_ms": 3_000});
    desk.control("POST", "genesys/conversations", &short);
    let groups = results(&desk, json!({"granularity": "PT1H"})).await;
    assert_eq!((groups.len(), groups[0]["data"].as_array().unwrap().len()), (1, 1));
    let expected = json!({"nOffered": 1, "oServiceLevel": [0.0, 1.0], "tAbandon": [1, 3_000.0],
        "tShortAbandon": [1, 3_000.0], "tWait": [1, 3_000.0]});
    assert_eq!(figures(&groups[0]["data"][0]), expected);
}

#[tokio::test]
async fn an_offer_belongs_to_no_agent_and_a_call_without_a_queue_to_no_queue() {
    let desk = Desk::open().await;
    let direct = json!({"start": "2026-03-14T15:00:00Z", "direction": "outbound", "talk_ms": 60_000, "user": "u-1"});
    desk.control("POST", "genesys/conversations", &json!([answered(), direct]));
    let mut groups: Vec<(Value, Value)> = results(&desk, json!({"groupBy": ["queueId", "userId"]}))
        .await
        .into_iter()
        .map(|entry| (entry["group"].clone(), figures(&entry["data"][0])))
        .collect();
    groups.sort_by_key(|(group, _)| group.to_string());
    let expected = [
        (
            json!({"mediaType": "voice", "queueId": "q-1", "userId": "u-1"}),
            json!({"nTransferred": 1, "tAcw": [1, 30_000.0], "tAnswered": [1, 12_000.0], "tHandle": [1, 230_000.0],
                "tHeldComplete": [1, 20_000.0], "tTalkComplete": [1, 180_000.0]}),
        ),
        (
            json!({"mediaType": "voice", "queueId": "q-1"}),
            json!({"nOffered": 1, "oServiceLevel": [1.0, 1.0], "tWait": [1, 12_000.0]}),
        ),
        (
            json!({"mediaType": "voice", "userId": "u-1"}),
            json!({"tHandle": [1, 60_000.0], "tTalkComplete": [1, 60_000.0]}),
        ),
    ];
    assert_eq!(groups, expected);
}

#[tokio::test]
async fn t33_a_day_has_as_many_hours_as_its_zone_says() {
    let desk = Desk::open().await;
    let days = [
        ("America/Chicago", "2026-03-08T06:00:00Z", "2026-03-09T05:00:00Z", 23),
        ("America/Chicago", "2026-11-01T05:00:00Z", "2026-11-02T06:00:00Z", 25),
        ("America/Toronto", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", 23),
        ("Europe/London", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z", 25),
        ("America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z", 23),
        ("America/Sao_Paulo", "2026-03-08T03:00:00Z", "2026-03-09T03:00:00Z", 24),
        // Half an hour is put back here, and the hours follow the clock on the wall.
        ("Australia/Lord_Howe", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z", 25),
    ];
    for (zone, begin, end, hours) in days {
        desk.control("DELETE", "genesys/conversations", &Value::Null);
        let begin_s = seconds(begin);
        let each_quarter: Vec<Value> = (begin_s - 3_600..seconds(end) + 3_600)
            .step_by(900)
            .map(|second| json!({"start": moment(second), "queue": "q-1", "outcome": "abandoned"}))
            .collect();
        desk.control("POST", "genesys/conversations", &json!(each_quarter));
        let in_day = u64::try_from((seconds(end) - begin_s) / 900).unwrap();
        let ask = async |granularity: &str| {
            let interval = format!("{begin}/{end}");
            let members =
                json!({"interval": interval, "timeZone": zone, "granularity": granularity, "metrics": ["nOffered"]});
            results(&desk, members).await[0]["data"].as_array().unwrap().clone()
        };
        let offered = |part: &Value| part["metrics"][0]["stats"]["count"].as_u64().unwrap();
        let (by_day, by_hour) = (ask("P1D").await, ask("PT1H").await);
        assert_eq!((by_day.len(), offered(&by_day[0])), (1, in_day), "{zone} {begin}");
        assert_eq!(by_hour.len(), hours, "{zone} {begin}");
        assert_eq!(by_hour.iter().map(offered).sum::<u64>(), in_day, "{zone} {begin}");
    }
}

fn seconds(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_second()
}

fn moment(second: i64) -> String {
    jiff::Timestamp::from_second(second).unwrap().to_string()
}

#[tokio::test]
async fn a_month_by_day_ends_its_days_at_the_zones_midnights() {
    let desk = Desk::open().await;
    desk.control("POST", "genesys/conversations", &json!({"start": "2026-03-09T04:59:59.999Z", "queue": "q-1"}));
    desk.control("POST", "genesys/conversations", &json!({"start": "2026-03-09T05:00:00Z", "queue": "q-1"}));
    let month = json!({"interval": "2026-03-01T06:00:00Z/2026-04-01T05:00:00Z", "granularity": "P1D",
        "timeZone": "America/Chicago", "metrics": ["nOffered"]});
    let intervals = async || {
        let groups = results(&desk, month.clone()).await;
        let data = groups[0]["data"].as_array().unwrap().clone();
        data.into_iter().map(|part| part["interval"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        intervals().await,
        ["2026-03-08T06:00:00.000Z/2026-03-09T05:00:00.000Z", "2026-03-09T05:00:00.000Z/2026-03-10T05:00:00.000Z"]
    );
    desk.settings(&json!({"genesys": {"aggregate_local_times": true}}));
    assert_eq!(
        intervals().await,
        [
            "2026-03-08T00:00:00.000-06:00/2026-03-09T00:00:00.000-05:00",
            "2026-03-09T00:00:00.000-05:00/2026-03-10T00:00:00.000-05:00"
        ]
    );
}

#[tokio::test]
async fn t35_late_figures_and_the_future_are_not_told() {
    let desk = Desk::open().await;
    let now_s = seconds(desk.shift()["now"].as_str().unwrap());
    let call = |start: i64, more: Value| {
        let mut call = json!({"start": moment(start), "queue": "q-1", "talk_ms": 60_000});
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call
    };
    let late = json!({"visible_from": moment(now_s + 7_200)});
    let calls = json!([call(now_s - 600, json!({})), call(now_s - 600, late), call(now_s - 30, json!({}))]);
    desk.control("POST", "genesys/conversations", &calls);
    let counts = async || {
        let interval = format!("{}/{}", moment(now_s - 3_600), moment(now_s + 3_600));
        let groups = results(&desk, json!({"interval": interval, "metrics": ["nOffered", "tHandle"]})).await;
        figures(&groups[0]["data"][0])
    };
    assert_eq!(counts().await, json!({"nOffered": 2, "tHandle": [1, 60_000.0]}));
    desk.ahead(3_600.0);
    assert_eq!(counts().await, json!({"nOffered": 2, "tHandle": [2, 120_000.0]}));
    desk.ahead(7_300.0);
    assert_eq!(counts().await, json!({"nOffered": 3, "tHandle": [3, 180_000.0]}));
}

#[tokio::test]
async fn open_points_can_be_switched() {
    let desk = Desk::open().await;
    desk.control(
        "POST",
        "genesys/queues",
        &json!({"id": "q-1", "name": "Support",
        "mediaSettings": {"call": {"serviceLevel": {"percentage": 0.9, "durationMs": 5_000}}}}),
    );
    let abandon = |outcome: &str| json!({"start": "2026-03-14T10:00:00Z", "queue": "q-1", "outcome": outcome});
    let calls = json!([answered(), abandon("abandoned"), abandon("short_abandoned"), abandon("flowed_out")]);
    desk.control("POST", "genesys/conversations", &calls);
    let level = async || {
        let members = json!({"groupBy": ["queueId"], "metrics": ["oServiceLevel"]});
        results(&desk, members).await[0]["data"][0]["metrics"][0]["stats"].clone()
    };
    // The queue promises 5 s, the answer came after 12 s.
    let expected = json!({"ratio": 0.0, "numerator": 0.0, "denominator": 3.0, "target": 0.9});
    assert_eq!(level().await, expected);
    for (counts, denominator) in [("without_short_abandons", 2.0), ("answered", 1.0)] {
        desk.settings(&json!({"genesys": {"service_level_counts": counts}}));
        assert_eq!(level().await["denominator"], denominator, "{counts}");
    }
    desk.settings(&json!({"genesys": {"aggregate_decimals": false, "aggregate_media_always": false}}));
    let groups = results(&desk, json!({"groupBy": ["queueId"], "metrics": ["tAnswered"]})).await;
    assert_eq!(groups[0]["group"], json!({"queueId": "q-1"}));
    let stats = json!({"count": 1, "sum": 12_000, "min": 12_000, "max": 12_000});
    assert_eq!(groups[0]["data"][0]["metrics"][0]["stats"], stats);
}

#[tokio::test]
async fn t14_a_question_that_is_too_large_is_refused_and_never_cut() {
    let desk = Desk::open().await;
    let refused = async |members: Value| {
        let answer = ask(&desk, question(&members)).await;
        (answer.status, answer.body["code"].as_str().unwrap().to_owned())
    };
    let refusal = |code: &str| (400, code.to_owned());
    let long = |interval: &str| json!({"interval": interval, "granularity": "P1D", "timeZone": "America/Chicago"});
    // 31 days of Chicago, one of them with 25 hours; and an hour more.
    assert_eq!(ask(&desk, question(&long("2026-10-15T05:00:00Z/2026-11-15T06:00:00Z"))).await.status, 200);
    assert_eq!(refused(long("2026-10-15T05:00:00Z/2026-11-15T07:00:00Z")).await, refusal("invalid.value"));
    desk.control("POST", "genesys/conversations", &answered());
    desk.settings(&json!({"genesys": {"aggregate_rows_max": 1}}));
    assert_eq!(refused(json!({"granularity": "PT1H"})).await, refusal("response.entity.too.large"));
    assert_eq!(results(&desk, json!({"granularity": "P1D"})).await.len(), 1);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_name() {
    let desk = Desk::open().await;
    let cases = [
        (json!({"interval": "2026-03-14"}), 400, "invalid.date", "interval"),
        (json!({"interval": "2026-03-14T00:00:00/2026-03-15T00:00:00"}), 400, "invalid.date", "interval"),
        (json!({"interval": "2026-03-15T00:00:00Z/2026-03-14T00:00:00Z"}), 400, "invalid.date", "interval"),
        (json!({"metrics": []}), 400, "invalid.value", "metrics"),
        (json!({"metrics": ["tServiceLevel"]}), 400, "invalid.value", "metrics"),
        (json!({"metrics": ["nAbandoned"]}), 400, "invalid.value", "metrics"),
        (json!({"metrics": "nOffered"}), 400, "invalid.value", "metrics"),
        (json!({"groupBy": ["queue"]}), 400, "invalid.value", "groupBy"),
        (json!({"granularity": "hour"}), 400, "invalid.value", "granularity"),
        (json!({"timeZone": "Texas"}), 400, "invalid.value", "timeZone"),
        (json!({"pageSize": 5}), 400, "bad.request", "pageSize"),
        (json!({"metrics": ["tFlowOut"]}), 501, "not.simulated", ""),
        (json!({"groupBy": ["wrapUpCode"]}), 501, "not.simulated", ""),
        (json!({"granularity": "P1W"}), 501, "not.simulated", ""),
        (json!({"filter": {"type": "and"}}), 501, "not.simulated", ""),
    ];
    for (members, status, code, field) in cases {
        let answer = ask(&desk, question(&members)).await;
        assert_eq!((answer.status, &answer.body["code"]), (status, &json!(code)), "{members}");
        assert_eq!(answer.body["details"][0]["fieldName"].as_str().unwrap_or(""), field, "{members}");
    }
    assert_eq!(ask(&desk, json!([])).await.status, 400);
}

#[tokio::test]
async fn a_conversation_that_makes_no_sense_is_refused_and_nothing_is_kept() {
    let desk = Desk::open().await;
    let start = "2026-03-14T15:00:00Z";
    let senseless = [
        json!({"queue": "q-1"}),
        json!({"start": start, "colour": "red"}),
        json!({"start": start, "media": "fax"}),
        json!({"start": start, "queue": "q-1", "outcome": "abandoned", "talk_ms": 1}),
        json!({"start": start, "queue": "q-1", "outcome": "abandoned", "user": "u-1"}),
        json!({"start": start, "outcome": "abandoned"}),
        json!({"start": start, "queue": "q-1", "direction": "outbound", "outcome": "flowed_out"}),
    ];
    for one in senseless {
        let body = json!([answered(), one]);
        assert_eq!(desk.simulator.control("POST", "/_sim/genesys/conversations", &body).0, 400, "{one}");
    }
    assert_eq!(desk.control("GET", "genesys/conversations", &Value::Null), json!([]));
}

#[tokio::test]
async fn conversations_are_dumped_as_they_were_given() {
    let desk = Desk::open().await;
    let given = json!([
        {"start": "2026-03-14T15:58:00.000Z", "queue": "q-1", "media": "email", "direction": "inbound",
            "outcome": "answered", "wait_ms": 1, "talk_ms": 2, "held_ms": 3, "acw_ms": 4, "transferred": true,
            "user": "u-1", "service_level_ms": 5, "visible_from": "2026-03-15T00:00:00Z"},
        {"start": "2026-03-14T23:59:59.999Z", "media": "voice", "direction": "outbound", "outcome": "answered",
            "wait_ms": 0, "talk_ms": 2, "held_ms": 0, "acw_ms": 0, "transferred": false, "service_level_ms": 20_000},
    ]);
    desk.control("POST", "genesys/conversations", &given);
    assert_eq!(desk.control("GET", "genesys/conversations", &Value::Null), given);
    let path = "genesys/conversations?from=2026-03-14T15:58:00Z&to=2026-03-14T23:59:59.999Z";
    assert_eq!(desk.control("GET", path, &Value::Null), json!([given[0]]));
    assert_eq!(desk.control("GET", "genesys/conversations?from=2026-03-15T00:00:00Z", &Value::Null), json!([]));
}

#[tokio::test]
async fn a_long_answer_is_recorded_by_its_length() {
    let desk = Desk::open().await;
    let many: Vec<Value> = (0..200)
        .map(|number| json!({"start": "2026-03-14T10:00:00Z", "queue": format!("q-{number}"), "user": "u-1"}))
        .collect();
    desk.control("POST", "genesys/conversations", &json!(many));
    assert_eq!(results(&desk, json!({"groupBy": ["queueId"]})).await.len(), 200);
    let entry = desk.last_entry();
    assert_eq!((&entry["operation"], &entry["items"]), (&json!("conversation_aggregates_query"), &json!(200)));
    assert!(entry["response"]["left_out_bytes"].as_u64().unwrap() > 65_536, "{}", entry["response"]);
}
