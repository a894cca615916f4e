//! Aggregates: right figures, whatever form they come in, or an error; never fewer of them.

use std::time::Duration;

use genesys::{AggregateQuery, AggregateRow, Counted, Dimension, Granularity, Level, Metric, Metrics};
use jiff::Timestamp;
use platform::deadline::Deadline;
use platform::vendor::{CallError, Failure};
use serde_json::{Value, json};

use crate::desk::Desk;

const ALL: &[Metric] = &[
    Metric::Offered,
    Metric::Answered,
    Metric::Abandoned,
    Metric::ShortAbandoned,
    Metric::Handle,
    Metric::Talk,
    Metric::Held,
    Metric::Acw,
    Metric::Wait,
    Metric::Transferred,
    Metric::ServiceLevel,
];

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The day of Chicago on which clocks go forward.
fn day() -> AggregateQuery<'static> {
    AggregateQuery {
        from: moment("2026-03-08T06:00:00Z"),
        to: moment("2026-03-09T05:00:00Z"),
        granularity: Granularity::Whole,
        time_zone: "America/Chicago",
        group_by: &[Dimension::Queue],
        metrics: ALL,
    }
}

fn answered(start: &str, media: &str) -> Value {
    json!({
        "start": start, "queue": "q-1", "media": media, "wait_ms": 12_000, "talk_ms": 180_000, "held_ms": 20_000,
        "acw_ms": 30_000, "transferred": true, "user": "u-1",
    })
}

/// A desk with two answered conversations, two abandoned ones, and a call that never reached a queue.
async fn open() -> Desk {
    let desk = Desk::open().await;
    let conversations = json!([
        answered("2026-03-08T15:00:00Z", "voice"),
        answered("2026-03-08T16:00:00Z", "email"),
        { "start": "2026-03-08T15:10:00Z", "queue": "q-1", "outcome": "abandoned", "wait_ms": 40_000 },
        { "start": "2026-03-08T15:20:00Z", "queue": "q-1", "outcome": "short_abandoned", "wait_ms": 2_000 },
        { "start": "2026-03-08T15:30:00Z", "direction": "outbound", "talk_ms": 60_000, "user": "u-2" },
    ]);
    desk.control("POST", "/_sim/genesys/conversations", &conversations);
    desk
}

async fn ask(desk: &Desk, query: AggregateQuery<'_>) -> Vec<AggregateRow> {
    desk.genesys.conversation_aggregates(&query, desk.deadline()).await.unwrap()
}

fn row<'a>(rows: &'a [AggregateRow], queue: Option<&str>, media: Option<&str>, user: Option<&str>) -> &'a AggregateRow {
    let is_it =
        |row: &&AggregateRow| (row.queue.as_deref(), row.media.as_deref(), row.user.as_deref()) == (queue, media, user);
    rows.iter().find(is_it).unwrap()
}

#[tokio::test]
async fn a_day_is_read_by_queue_and_medium_in_every_form_that_genesys_may_answer() {
    let desk = open().await;
    for (decimals, local) in [(true, false), (false, true)] {
        let switches = json!({ "aggregate_decimals": decimals, "aggregate_local_times": local });
        desk.control("PUT", "/_sim/settings", &json!({ "genesys": switches }));
        let rows = ask(&desk, day()).await;
        assert_eq!(rows.len(), 3, "{rows:?}");
        let voice = row(&rows, Some("q-1"), Some("voice"), None);
        assert_eq!((voice.from, voice.to), (day().from, day().to));
        let timer = |count, sum_ms| Some(Counted { count, sum_ms });
        let expected = Metrics {
            offered: Some(3),
            answered: timer(1, 12_000),
            abandoned: timer(2, 42_000),
            short_abandoned: timer(1, 2_000),
            handle: timer(1, 230_000),
            talk: timer(1, 180_000),
            held: timer(1, 20_000),
            acw: timer(1, 30_000),
            wait: timer(3, 54_000),
            transferred: Some(1),
            service_level: Some(Level { numerator: 1, denominator: 3, target: None }),
        };
        assert_eq!(voice.metrics, expected);
        let direct = row(&rows, None, Some("voice"), None);
        let expected = Metrics { handle: timer(1, 60_000), talk: timer(1, 60_000), ..Metrics::default() };
        assert_eq!(direct.metrics, expected);
    }
}

#[tokio::test]
async fn agents_have_what_they_handled_and_no_offers() {
    let desk = open().await;
    let group_by = &[Dimension::Queue, Dimension::Media, Dimension::User];
    let rows = ask(&desk, AggregateQuery { group_by, ..day() }).await;
    let agent = row(&rows, Some("q-1"), Some("voice"), Some("u-1"));
    assert_eq!((agent.metrics.offered, agent.metrics.answered.map(|timer| timer.count)), (None, Some(1)));
    let nobody = row(&rows, Some("q-1"), Some("voice"), None);
    assert_eq!((nobody.metrics.offered, nobody.metrics.handle), (Some(3), None));
}

#[tokio::test]
async fn t33_hours_of_a_short_day_are_its_own_and_days_end_at_midnight() {
    let desk = Desk::open().await;
    let quarter = |number: i64| Timestamp::from_second(moment("2026-03-08T06:00:00Z").as_second() + number * 900);
    let starts: Vec<Value> = (0..47 * 4)
        .map(|number| json!({ "start": quarter(number).unwrap().to_string(), "queue": "q-1", "outcome": "abandoned" }))
        .collect();
    desk.control("POST", "/_sim/genesys/conversations", &json!(starts));
    let hours =
        ask(&desk, AggregateQuery { granularity: Granularity::Hour, metrics: &[Metric::Offered], ..day() }).await;
    assert_eq!(hours.len(), 23);
    assert!(hours.iter().all(|row| row.metrics.offered == Some(4)));
    let days = AggregateQuery { to: moment("2026-03-10T05:00:00Z"), granularity: Granularity::Day, ..day() };
    let days = ask(&desk, AggregateQuery { metrics: &[Metric::Offered], ..days }).await;
    let found: Vec<_> = days.iter().map(|row| (row.from, row.metrics.offered)).collect();
    assert_eq!(found, [(day().from, Some(23 * 4)), (day().to, Some(24 * 4))]);
}

#[tokio::test]
async fn an_absent_figure_is_none_and_an_empty_day_has_no_rows() {
    let desk = Desk::open().await;
    for is_absent in [true, false] {
        desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "aggregate_results_absent": is_absent } }));
        assert_eq!(ask(&desk, day()).await, []);
    }
    let abandon = json!({ "start": "2026-03-08T15:00:00Z", "queue": "q-1", "outcome": "abandoned", "wait_ms": 1 });
    desk.control("POST", "/_sim/genesys/conversations", &abandon);
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "aggregate_media_always": false } }));
    let rows = ask(&desk, day()).await;
    let metrics = row(&rows, Some("q-1"), None, None).metrics;
    assert_eq!((metrics.answered, metrics.handle, metrics.transferred), (None, None, None));
    assert_eq!(metrics.service_level, Some(Level { numerator: 0, denominator: 1, target: None }));
}

#[tokio::test]
async fn t14_an_interval_or_an_answer_beyond_the_limit_is_an_error() {
    let desk = open().await;
    let rejected =
        |code: &str, field: Option<&str>| Failure::Rejected { code: code.to_owned(), field: field.map(str::to_owned) };
    let days = |to: &str| AggregateQuery { to: moment(to), granularity: Granularity::Day, ..day() };
    assert_eq!(ask(&desk, days("2026-04-08T05:00:00Z")).await.len(), 3);
    let long = days("2026-04-08T06:00:00Z");
    let error = desk.genesys.conversation_aggregates(&long, desk.deadline()).await.unwrap_err();
    assert_eq!(error.failure, rejected("invalid.value", Some("interval")));
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "aggregate_rows_max": 2 } }));
    let error = desk.genesys.conversation_aggregates(&day(), desk.deadline()).await.unwrap_err();
    assert_eq!(error.failure, rejected("response.entity.too.large", None));
}

#[tokio::test]
async fn t16_a_vendor_that_is_busy_or_broken_gives_an_error_and_no_empty_answer() {
    // A wait before a second try does not fit into it.
    let soon = Duration::from_secs(2);
    let busy = Failure::Busy { retry_after: Duration::from_secs(42) };
    let faults = [
        (json!({ "fault": "throttle", "retry_after": 42 }), busy),
        (json!({ "fault": "reset_before" }), Failure::NoAnswer),
        (json!({ "fault": "answer_lost" }), Failure::NoAnswer),
        (json!({ "fault": "html_gateway" }), Failure::NoAnswer),
    ];
    for (rule, expected) in faults {
        let desk = open().await;
        ask(&desk, day()).await;
        desk.control("POST", "/_sim/faults", &rule);
        let error = desk.genesys.conversation_aggregates(&day(), Deadline::after(soon)).await.unwrap_err();
        assert_eq!(error.failure, expected, "{rule}");
        let error = desk.genesys.queue_names(Deadline::after(soon)).await.unwrap_err();
        assert_eq!(error.failure, expected, "{rule}");
    }
    let desk = open().await;
    desk.control("POST", "/_sim/faults", &json!({ "fault": "html_gateway", "status": 200 }));
    let unexpected = |error: CallError| assert!(matches!(error.failure, Failure::Unexpected(_)), "{error}");
    unexpected(desk.genesys.conversation_aggregates(&day(), desk.deadline()).await.unwrap_err());
    unexpected(desk.genesys.queue_names(desk.deadline()).await.unwrap_err());
}

#[tokio::test]
async fn a_missing_permission_and_an_unknown_zone_are_named() {
    let desk = open().await;
    let texas = AggregateQuery { time_zone: "Texas", ..day() };
    let error = desk.genesys.conversation_aggregates(&texas, desk.deadline()).await.unwrap_err();
    assert!(error.to_string().contains("timeZone") && error.correlation_id.is_some(), "{error}");
    let client = json!({ "secret": "demo-genesys-secret", "permissions": [] });
    desk.control("PUT", "/_sim/settings", &json!({ "genesys": { "clients": { "demo-genesys-client": client } } }));
    let error = desk.genesys.conversation_aggregates(&day(), desk.deadline()).await.unwrap_err();
    assert!(error.to_string().contains("analytics:conversationAggregate:view"), "{error}");
    let error = desk.genesys.queue_names(desk.deadline()).await.unwrap_err();
    assert!(error.to_string().contains("routing:queue:search"), "{error}");
}
