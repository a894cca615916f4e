//! A document changes in one number and in nothing else.

use serde_json::Value;

use super::Document;

fn document(text: &str) -> Document {
    Document::parse(text.as_bytes()).unwrap()
}

fn with(text: &str, path: &[&str], value: i64) -> String {
    document(text).with(path, value).text()
}

#[test]
fn a_number_changes_and_all_else_stays_as_it_was_written() {
    let row = r#"{ "KEY":"Support" , "capacity" : 200.0, "odd":[1e2,1.0,-0, 12345678901234567890 ],"a\u0062\/":"\u00e9\ud83d" }"#;
    assert_eq!(with(row, &["capacity"], 500), row.replace("200.0", "500"));
    assert_eq!(document(row).number_at(&["capacity"]), Some(200));
    assert_eq!(with(row, &["ab/"], 7), row.replace(r#""\u00e9\ud83d""#, "7"));
}

#[test]
fn a_missing_member_is_added_behind_the_others() {
    assert_eq!(with("{}", &["capacity"], 1), r#"{"capacity":1}"#);
    assert_eq!(with("{ }", &["capacity"], 1), r#"{"capacity":1 }"#);
    assert_eq!(with(r#"{"a":1 }"#, &["capacity"], -1), r#"{"a":1,"capacity":-1 }"#);
    assert_eq!(with(r#"{"a":{}}"#, &["a", "b", "c\"d"], 1), r#"{"a":{"b":{"c\"d":1}}}"#);
    assert_eq!(with(r#"{"a":{"x":0}, "z":0}"#, &["a", "b"], 1), r#"{"a":{"x":0,"b":1}, "z":0}"#);
    assert_eq!(with(r#"{"a":{"b":{"c":4}}}"#, &["a", "b", "c"], 5), r#"{"a":{"b":{"c":5}}}"#);
}

#[test]
fn what_is_no_object_on_the_way_becomes_one() {
    assert_eq!(with(r#"{"a":null,"z":0}"#, &["a", "b", "c"], 1), r#"{"a":{"b":{"c":1}},"z":0}"#);
    assert_eq!(with(r#"{"a":[1]}"#, &["a", "b"], 1), r#"{"a":{"b":1}}"#);
    assert_eq!(with(r#"{"a":1}"#, &[], 1), r#"{"a":1}"#);
}

#[test]
fn only_a_whole_number_is_one() {
    let read = |number: &str| document(&format!(r#"{{"a":{{"n":{number}}}}}"#)).number_at(&["a", "n"]);
    let whole = [("200", 200), ("200.0", 200), ("2e2", 200), ("-0", 0), ("-5", -5), ("9223372036854775807", i64::MAX)];
    for (text, number) in whole {
        assert_eq!(read(text), Some(number), "{text}");
    }
    for text in ["200.5", "1e300", "1e999", "12345678901234567890", "\"200\"", "null", "true", "[200]", "{}"] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(document("{}").number_at(&["n"]), None);
    assert_eq!(document(r#"{"a":7}"#).number_at(&["a", "n"]), None);
    assert_eq!(document(r#"{"a":7}"#).number_at(&[]), None);
}

#[test]
fn a_member_is_there_also_when_it_is_null() {
    let queue = document(r#"{"a":{"b":null}}"#);
    let there = [&["a"][..], &["a", "b"], &["b"], &["a", "b", "c"]].map(|path| queue.has(path));
    assert_eq!(there, [true, true, false, false]);
}

#[test]
fn what_stands_at_a_place_is_its_text() {
    let queue = document(r#"{"a":{"b": 1e2 ,"c":"x\u0061"},"n":null}"#);
    let found = [&["a", "b"][..], &["a", "c"], &["n"], &["z"], &["a", "z"]].map(|path| queue.at(path));
    assert_eq!(found, [Some("1e2"), Some(r#""x\u0061""#), Some("null"), None, None]);
    assert_eq!(queue.at(&[]), Some(queue.text().as_str()));
}

#[test]
fn left_out_members_take_nothing_with_them() {
    let queue = r#"{"id":"q" , "a":1e2,  "memberCount":3,"\u0062":{"memberCount":1}}"#;
    assert_eq!(
        document(queue).without(&["memberCount", "nothing"]).text(),
        r#"{"id":"q","a":1e2,"\u0062":{"memberCount":1}}"#
    );
    assert_eq!(document(queue).without(&["b", "id"]).text(), r#"{"a":1e2,"memberCount":3}"#);
    assert_eq!(document(queue).without(&["nothing"]).text(), queue);
    assert_eq!(document(r#"{"a":1}"#).without(&["a"]).text(), "{}");
}

#[test]
fn what_is_not_one_clear_object_is_refused() {
    let deep = format!("{}{}{}", r#"{"a":"#.repeat(200), 1, "}".repeat(200));
    let refused =
        ["", "[]", "7", "null", "\"{}\"", "{} {}", "{", r#"{"a":1,}"#, r#"{"a":1,"a":2}"#, r#"{"a":1,"\u0061":2}"#];
    for text in refused.into_iter().chain([r#"{"x":[{"a":{"b":1,"b":1}}]}"#, deep.as_str()]) {
        assert!(Document::parse(text.as_bytes()).is_err(), "{text}");
    }
    assert!(Document::parse(b"{\"a\":\"\xff\"}").is_err());
}

#[test]
fn a_document_travels_as_it_is_and_prints_without_its_values() {
    let row = document(" {\"KEY\": \"Ana\", \"n\":1.0}\n");
    assert_eq!(serde_json::to_string(&row).unwrap(), r#"{"KEY": "Ana", "n":1.0}"#);
    assert_eq!(format!("{row:?}"), "Document(23 bytes)");
    assert!(serde_json::from_value::<Document>(Value::Null).is_err());
}
