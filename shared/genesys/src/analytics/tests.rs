//! What an answer says, whatever form it has.

use serde_json::{Value, json};

use super::answer::Aggregates;
use super::{AggregateRow, Counted, Level, Metrics};

fn read(answer: &str) -> Result<Vec<AggregateRow>, serde_json::Error> {
    serde_json::from_str::<Aggregates>(answer).map(|answer| answer.rows)
}

/// The figures of one entry's list of metrics.
fn metrics(list: &Value) -> Result<Metrics, serde_json::Error> {
    serde_json::from_str(&list.to_string())
}

#[test]
fn rows_carry_their_group_and_their_part_of_the_interval() {
    let answer = json!({ "results": [
        {
            "group": { "queueId": "q-1", "mediaType": "voice", "userId": "u-1", "direction": "inbound" },
            "data": [
                { "interval": "2026-03-08T06:00:00.000Z/2026-03-08T07:00:00.000Z", "metrics": [
                    { "metric": "tAnswered", "stats": { "max": 12000.0, "min": 3000.0, "count": 2, "sum": 15000.0 } } ] },
                { "interval": "2026-03-08T01:00:00.000-06:00/2026-03-08T03:00:00.000-05:00", "views": [], "metrics": [
                    { "metric": "nOffered", "stats": { "count": 7 } } ] },
            ],
        },
        { "group": { "mediaType": "email" }, "data": [
            { "interval": "2026-03-08T06:00:00Z/2026-03-08T07:00:00Z", "metrics": [
                { "metric": "nOffered", "stats": { "count": 1 } } ] } ] },
    ] });
    let rows = read(&answer.to_string()).unwrap();
    let moment = |text: &str| text.parse().unwrap();
    let first = AggregateRow {
        queue: Some("q-1".to_owned()),
        media: Some("voice".to_owned()),
        user: Some("u-1".to_owned()),
        from: moment("2026-03-08T06:00:00Z"),
        to: moment("2026-03-08T07:00:00Z"),
        metrics: Metrics { answered: Some(Counted { count: 2, sum_ms: 15_000 }), ..Metrics::default() },
    };
    assert_eq!(rows[0], first);
    assert_eq!((rows[1].from, rows[1].to), (moment("2026-03-08T07:00:00Z"), moment("2026-03-08T08:00:00Z")));
    assert_eq!((rows[1].queue.as_deref(), rows[1].metrics.offered), (Some("q-1"), Some(7)));
    assert_eq!((rows.len(), &rows[2].queue, &rows[2].user), (3, &None, &None));
}

#[test]
fn an_answer_with_nothing_in_it_has_no_rows() {
    let empty = [
        "{}",
        r#"{"results":null}"#,
        r#"{"results":[]}"#,
        r#"{"results":[{"group":{"queueId":"q-1"}}]}"#,
        r#"{"results":[{"group":null,"data":null}]}"#,
        r#"{"results":[{"group":{},"data":[{"interval":"2026-03-08T06:00:00Z/2026-03-08T07:00:00Z"}]}]}"#,
        r#"{"results":[{"group":{},"data":[{"interval":"2026-03-08T06:00:00Z/2026-03-08T07:00:00Z","metrics":[]}]}]}"#,
    ];
    for answer in empty {
        assert_eq!(read(answer).unwrap(), [], "{answer}");
    }
}

#[test]
fn t16_an_answer_that_is_none_is_an_error_and_not_an_empty_one() {
    let part = |interval: &str| format!(r#"{{"results":[{{"data":[{{"interval":{interval},"metrics":[]}}]}}]}}"#);
    let broken = [
        String::new(),
        "[]".to_owned(),
        "null".to_owned(),
        "<html></html>".to_owned(),
        r#"{"results":{}}"#.to_owned(),
        r#"{"results":"none"}"#.to_owned(),
        r#"{"results":[{"group":{},"data":[{"metrics":[]}]}]}"#.to_owned(),
        part(r#""yesterday""#),
        part(r#""2026-03-08T06:00:00/2026-03-08T07:00:00""#),
        part("null"),
        // Cut off in the middle.
        r#"{"results":[{"group":{"queueId":"q-1"},"data":["#.to_owned(),
    ];
    for answer in broken {
        assert!(read(&answer).is_err(), "{answer}");
    }
}

#[test]
fn every_metric_finds_its_place() {
    let timer = |name: &str, count: u64| json!({ "metric": name, "stats": { "count": count, "sum": count * 1_000 } });
    let counted = |count: u64| Some(Counted { count, sum_ms: count * 1_000 });
    let list = json!([
        { "metric": "nOffered", "stats": { "count": 1 } },
        timer("tAnswered", 2), timer("tAbandon", 3), timer("tShortAbandon", 4), timer("tHandle", 5),
        timer("tTalkComplete", 6), timer("tHeldComplete", 7), timer("tAcw", 8), timer("tWait", 9),
        { "metric": "nTransferred", "stats": { "count": 10 } },
        { "metric": "oServiceLevel", "stats": { "ratio": 0.75, "numerator": 3, "denominator": 4, "target": 0.8 } },
        timer("tFlowOut", 11), { "metric": "nOverSla", "stats": { "count": 12 } },
    ]);
    let expected = Metrics {
        offered: Some(1),
        answered: counted(2),
        abandoned: counted(3),
        short_abandoned: counted(4),
        handle: counted(5),
        talk: counted(6),
        held: counted(7),
        acw: counted(8),
        wait: counted(9),
        transferred: Some(10),
        service_level: Some(Level { numerator: 3, denominator: 4, target: Some(0.8) }),
    };
    assert_eq!(metrics(&list).unwrap(), expected);
}

#[test]
fn what_is_absent_is_none_and_what_is_zero_is_zero() {
    let absent = json!([
        { "metric": "nOffered" }, { "metric": "tAnswered", "stats": {} }, { "metric": "tWait", "stats": null },
        { "metric": "oServiceLevel", "stats": { "target": 0.8 } },
    ]);
    assert_eq!(metrics(&absent).unwrap(), Metrics::default());
    let zero = json!([
        { "metric": "nOffered", "stats": { "count": 0 } }, { "metric": "tAnswered", "stats": { "count": 0 } },
        { "metric": "oServiceLevel", "stats": { "denominator": 0 } },
    ]);
    let expected = Metrics {
        offered: Some(0),
        answered: Some(Counted::default()),
        service_level: Some(Level::default()),
        ..Metrics::default()
    };
    assert_eq!(metrics(&zero).unwrap(), expected);
}

#[test]
fn numbers_are_read_exactly_with_or_without_a_decimal_point() {
    let sum = |text: &str| {
        let list = format!(r#"[{{"metric":"tHandle","stats":{{"count":1,"sum":{text}}}}}]"#);
        serde_json::from_str::<Metrics>(&list).ok().and_then(|metrics| metrics.handle).map(|handle| handle.sum_ms)
    };
    assert_eq!(sum("12000"), Some(12_000));
    assert_eq!(sum("12000.0"), Some(12_000));
    assert_eq!(sum("1.2E4"), Some(12_000));
    assert_eq!(sum("1.2345678901E10"), Some(12_345_678_901));
    assert_eq!(sum("9007199254739.000"), Some(9_007_199_254_739));
    assert_eq!(sum("18446744073709551615"), Some(u64::MAX));
    for refused in ["-1", "-1.0", "0.5", "9007199254740993.0", "1e300", "\"12\"", "true", "[]"] {
        assert_eq!(sum(refused), None, "{refused}");
    }
}

#[test]
fn t34_a_figure_that_could_only_be_averaged_wrongly_is_an_error() {
    let half = [
        json!({ "metric": "tHandle", "stats": { "count": 7 } }),
        json!({ "metric": "tHandle", "stats": { "sum": 7 } }),
        json!({ "metric": "oServiceLevel", "stats": { "ratio": 0.9 } }),
        json!({ "metric": "oServiceLevel", "stats": { "ratio": 0.9, "numerator": 9 } }),
        json!({ "metric": "oServiceLevel", "stats": { "ratio": 0.9, "denominator": 10 } }),
    ];
    for entry in half {
        assert!(metrics(&json!([entry])).is_err(), "{entry}");
    }
}

#[test]
fn a_metric_that_is_split_by_qualifier_adds_up() {
    let timer = |sum: u64| json!({ "metric": "tAcw", "qualifier": "x", "stats": { "count": 1, "sum": sum } });
    let level =
        |numerator: u64| json!({ "metric": "oServiceLevel", "stats": { "numerator": numerator, "denominator": 5 } });
    let offered = json!({ "metric": "nOffered", "stats": { "count": 2 } });
    let list = json!([timer(100), timer(11), level(4), level(1), offered, offered]);
    let expected = Metrics {
        acw: Some(Counted { count: 2, sum_ms: 111 }),
        service_level: Some(Level { numerator: 5, denominator: 10, target: None }),
        offered: Some(4),
        ..Metrics::default()
    };
    assert_eq!(metrics(&list).unwrap(), expected);
}

/// A quarter of a day of a thousand queues, two media and every metric: how the largest answer of a night is asked for.
/// Beside these two nothing grows with it: groups are read one by one.
#[test]
fn a_thousand_queues_fit_in_memory() {
    let (queues, hours) = (1_000, 6);
    let body = large_answer(queues, hours);
    let rows = read(&body).unwrap();
    assert_eq!(rows.len(), queues * hours * 2);
    let heap = |text: &Option<String>| text.as_ref().map_or(0, String::capacity);
    let texts: usize = rows.iter().map(|row| heap(&row.queue) + heap(&row.media) + heap(&row.user)).sum();
    let bytes = rows.capacity() * size_of::<AggregateRow>() + texts;
    println!("{} rows: answer {} bytes, rows {bytes} bytes", rows.len(), body.len());
    assert!(body.len() < 12_000_000, "{}", body.len());
    assert!(bytes < 6_000_000, "{bytes}");
}

fn large_answer(queues: usize, hours: usize) -> String {
    let timers =
        ["tAnswered", "tAbandon", "tShortAbandon", "tHandle", "tTalkComplete", "tHeldComplete", "tAcw", "tWait"];
    let timer =
        |name| json!({ "metric": name, "stats": { "max": 123456.0, "min": 1234.0, "count": 42, "sum": 1234567.0 } });
    let mut list: Vec<Value> = timers.map(timer).to_vec();
    list.push(json!({ "metric": "nOffered", "stats": { "count": 42 } }));
    list.push(json!({ "metric": "nTransferred", "stats": { "count": 3 } }));
    let level = json!({ "ratio": 0.857_142_857, "numerator": 36.0, "denominator": 42.0, "target": 0.8 });
    list.push(json!({ "metric": "oServiceLevel", "stats": level }));
    let metrics = json!(list).to_string();
    let part = |hour| {
        let interval = format!("2026-03-09T{hour:02}:00:00.000Z/2026-03-09T{:02}:00:00.000Z", hour + 1);
        format!(r#"{{"interval":"{interval}","metrics":{metrics}}}"#)
    };
    let data = (0..hours).map(part).collect::<Vec<_>>().join(",");
    let group = |number: usize| {
        let (queue, media) = (number / 2, ["voice", "message"][number % 2]);
        let queue = format!("90e0c000-0000-4000-8000-{queue:012}");
        format!(r#"{{"group":{{"queueId":"{queue}","mediaType":"{media}"}},"data":[{data}]}}"#)
    };
    let groups = (0..queues * 2).map(group).collect::<Vec<_>>().join(",");
    format!(r#"{{"results":[{groups}]}}"#)
}
