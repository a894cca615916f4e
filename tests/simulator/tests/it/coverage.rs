//! The README tells the truth about what is covered.

use serde_json::Value;

use crate::desk::Desk;

const README: &str = include_str!("../../README.md");

#[tokio::test]
async fn the_coverage_table_is_the_table_of_operations() {
    let desk = Desk::open().await;
    let about = desk.control("GET", "about", &Value::Null);
    for row in about["operations"].as_array().unwrap() {
        let text = |name: &str| row[name].as_str().unwrap();
        let line = format!("| `{} {}` | {} | `{}` |", text("method"), text("path"), text("follows"), text("name"));
        assert!(README.contains(&line), "the README's coverage table lacks\n{line}");
    }
}

#[tokio::test]
async fn every_fault_and_control_request_is_explained() {
    let desk = Desk::open().await;
    let about = desk.control("GET", "about", &Value::Null);
    for fault in about["faults"].as_array().unwrap() {
        assert!(README.contains(&format!("| `{}` |", fault.as_str().unwrap())), "{fault}");
    }
    for request in about["control"].as_array().unwrap() {
        assert!(README.contains(&format!("| `{}` |", request.as_str().unwrap().replace('|', "\\|"))), "{request}");
    }
    for setting in settings(&desk) {
        assert!(README.contains(&format!("`{setting}`")), "{setting}");
    }
}

fn settings(desk: &Desk) -> Vec<String> {
    let whole = desk.control("GET", "settings", &Value::Null);
    let groups = whole.as_object().unwrap().values();
    groups.flat_map(|group| group.as_object().unwrap().keys().cloned().collect::<Vec<_>>()).collect()
}
