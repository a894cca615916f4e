//! What a lever sends: everything that it read, with one number changed.

use genesys::Document;
use proptest::prelude::*;
use queue_capacity::lever::{DataTableRow, Found, Lever, Number, QueueField, Set, Utilization, Whose};
use serde_json::{Map, Value, json};

fn found(text: &str) -> Found {
    Found { document: Document::parse(text.as_bytes()).unwrap(), etag: None }
}

fn row() -> Lever {
    Lever::DataTableRow(DataTableRow { table: "t".to_owned(), key: "Support".to_owned() })
}

fn queue(strip: &[&str]) -> Lever {
    let strip = strip.iter().map(|name| (*name).to_owned()).collect();
    Lever::QueueField(QueueField { queue: "q".to_owned(), strip })
}

fn agent() -> Lever {
    Lever::Utilization(Utilization { whose: Whose::User("u".to_owned()) })
}

fn sent(lever: &Lever, wanted: &[Set<'_>], text: &str) -> String {
    lever.plan(wanted, &found(text)).text()
}

#[test]
fn t37_a_row_goes_back_byte_for_byte_but_for_its_column() {
    let text = r#"{"KEY":"Support", "open" : true,"capacity":200,"note":"caf\u00e9 \"x\"","share":1.50e1,"id":90071992547409931}"#;
    assert_eq!(sent(&row(), &[(vec!["capacity"], 500)], text), text.replace("200", "500"));
}

#[test]
fn t37_two_columns_of_a_row_are_one_write() {
    let text = r#"{"KEY":"Support","capacity":200,"overflow":20}"#;
    let wanted = [(vec!["capacity"], 500), (vec!["overflow"], 50)];
    assert_eq!(sent(&row(), &wanted, text), r#"{"KEY":"Support","capacity":500,"overflow":50}"#);
}

#[test]
fn t37_a_queue_loses_only_what_the_server_computes() {
    let text = r#"{"id":"q","name":"Support","memberCount":4,"bullseye":{"rings":[{"x":1.0}]},"unheardOf":[null,1e2],"etag":"7","selfUri":"/q"}"#;
    let body = sent(&queue(&["etag"]), &[(vec!["capacity"], 500)], text);
    assert_eq!(body, r#"{"name":"Support","bullseye":{"rings":[{"x":1.0}]},"unheardOf":[null,1e2],"capacity":500}"#);
}

#[test]
fn t37_the_other_media_of_an_agent_stay() {
    let text = r#"{"utilization":{"call":{"maximumCapacity":1,"includeNonAcd":true},"message":{"maximumCapacity":2,"interruptableMediaTypes":["call"]}},"labelUtilizations":{"l":{"maximumCapacity":3}},"level":"Agent"}"#;
    let body = sent(&agent(), &[(vec!["utilization", "message", "maximumCapacity"], 5)], text);
    let expected = text.replace(r#""maximumCapacity":2"#, r#""maximumCapacity":5"#).replace(r#","level":"Agent""#, "");
    assert_eq!(body, expected);
}

#[test]
fn what_stands_in_a_numbers_place_is_told_apart() {
    let number = |text: &str| found(text).number(&["capacity"]);
    assert_eq!(number(r#"{"capacity":200}"#), Number::Is(200));
    assert_eq!(number(r#"{"capacity":200.0}"#), Number::Is(200));
    for absent in ["{}", r#"{"capacity":null}"#] {
        assert_eq!(number(absent), Number::Absent, "{absent}");
    }
    for other in [r#"{"capacity":"200"}"#, r#"{"capacity":2.5}"#, r#"{"capacity":{}}"#, r#"{"capacity":true}"#] {
        assert_eq!(number(other), Number::Other, "{other}");
    }
}

#[test]
fn the_rest_changes_with_everything_but_the_number_and_what_the_server_computes() {
    let rest = |text: &str| queue(&["etag"]).rest(&found(text), &[vec!["capacity"]]);
    let before = rest(r#"{"name":"Support","capacity":200,"dateModified":"a","etag":"1"}"#);
    assert_eq!(before, rest(r#"{"name":"Support","capacity":500,"dateModified":"b","etag":"2"}"#));
    assert_eq!(before, rest(r#"{ "capacity": 200, "name": "Support" }"#), "order and spaces are no change");
    assert_ne!(before, rest(r#"{"name":"Sales","capacity":200,"dateModified":"a","etag":"1"}"#));
    assert_ne!(before, rest(r#"{"name":"Support","capacity":200,"unheardOf":1}"#));
}

#[test]
fn a_number_that_we_set_beside_another_one_is_no_change_of_the_rest() {
    let rest = |text: &str| row().rest(&found(text), &[vec!["capacity"], vec!["overflow"]]);
    assert_eq!(rest(r#"{"KEY":"S","capacity":1,"overflow":2}"#), rest(r#"{"KEY":"S","capacity":10,"overflow":20}"#));
}

/// Names that no lever takes away or sets.
fn name() -> impl Strategy<Value = String> {
    prop::string::string_regex("x[a-zA-Z\u{e9} \"\\\\/]{0,8}").unwrap()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no other", |number| number.is_finite()).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The top-level members of a text, each as its own bytes.
fn members(text: &str) -> Vec<(String, String)> {
    let raw: std::collections::BTreeMap<String, Box<serde_json::value::RawValue>> = serde_json::from_str(text).unwrap();
    raw.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
}

proptest! {
    #[test]
    fn t37_everything_but_the_one_number_survives_a_write(
        rest in prop::collection::btree_map(name(), value(), 0..8),
        before in prop::option::of(0..1_000_000_i64),
        to in 0..1_000_000_i64,
        pretty in any::<bool>(),
    ) {
        let mut object: Map<String, Value> = rest.into_iter().collect();
        if let Some(before) = before {
            object.insert("capacity".to_owned(), before.into());
        }
        let object = Value::Object(object);
        let text = if pretty { serde_json::to_string_pretty(&object).unwrap() } else { object.to_string() };
        for lever in [row(), queue(&[])] {
            let body = sent(&lever, &[(vec!["capacity"], to)], &text);
            prop_assert_eq!(found(&body).number(&["capacity"]), Number::Is(to));
            let others = |text: &str| -> Vec<_> {
                members(text).into_iter().filter(|(name, _)| name != "capacity").collect()
            };
            prop_assert_eq!(others(&body), others(&text), "byte for byte");
        }
    }

    #[test]
    fn t37_an_agents_utilization_survives_a_write(
        rest in prop::collection::btree_map(name(), value(), 0..5),
        media in prop::collection::btree_map(name(), value(), 0..5),
        of_media in prop::collection::btree_map(name(), value(), 0..5),
        to in 1..50_i64,
    ) {
        let mut object: Map<String, Value> = rest.into_iter().collect();
        let mut media: Map<String, Value> = media.into_iter().collect();
        let mut message: Map<String, Value> = of_media.into_iter().collect();
        message.insert("maximumCapacity".to_owned(), json!(1));
        media.insert("message".to_owned(), Value::Object(message));
        object.insert("utilization".to_owned(), Value::Object(media));
        let mut expected = Value::Object(object.clone());
        expected["utilization"]["message"]["maximumCapacity"] = json!(to);
        let path = vec!["utilization", "message", "maximumCapacity"];
        let body = sent(&agent(), &[(path, to)], &Value::Object(object).to_string());
        prop_assert_eq!(body, expected.to_string());
    }
}
