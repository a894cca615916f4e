//! `docs/simulator-coverage.md` says of each operation who has used it; this test makes the page and compares.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::Value;

use crate::desk::Desk;

const EXERCISED: &str = include_str!("../../contract/exercised.json");
const AGAIN: &str = "SIMULATOR_COVERAGE=write cargo test -p simulator --test it coverage_page";

fn page(about: &Value, exercised: &Value) -> String {
    let rows = about["operations"].as_array().unwrap();
    let has = |who: &str, name: &Value| exercised[who].as_array().unwrap().contains(name);
    let count = |who: &str| rows.iter().filter(|row| has(who, &row["name"])).count();
    let described = rows.iter().filter(|row| row["contract"].is_object()).count();
    let mut text = format!(
        "# What the simulator covers\n\n\
         Made by a test from the simulator's own tables; after a change: `{AGAIN}`.\n\n\
         * *described*: its query, body and answers are held against the vendor's published schema, as far as it is known\n\
         \x20 (tests/simulator/contract), each time somebody calls it.\n\
         * *official client*: the vendor's own client, unmodified, has called it in tests/stack/test_official_clients.py (the\n\
         \x20 two addresses of an import by plain HTTP: that client leaves them to whoever uses it).\n\
         * *our functions*: one of the functions has called it in tests/scenarios/tests/it/simulator_coverage.rs. More are used\n\
         \x20 by the client crates' own tests.\n\n\
         {} operations; described {described}, by official clients {}, by our functions {}. Everything else is answered\n\
         with 501. {} error codes and {} kinds of fault can be had on request.\n\n\
         | operation | request | described | official client | our functions |\n|---|---|---|---|---|\n",
        rows.len(),
        count("official_clients"),
        count("our_clients"),
        about["codes"].as_array().unwrap().len(),
        about["faults"].as_array().unwrap().len(),
    );
    let mark = |is: bool| if is { "yes" } else { "" };
    for row in rows {
        let field = |name: &str| row[name].as_str().unwrap();
        writeln!(
            text,
            "| `{}` | `{} {}` | {} | {} | {} |",
            field("name"),
            field("method"),
            field("path"),
            row["contract"]["section"].as_str().unwrap_or(""),
            mark(has("official_clients", &row["name"])),
            mark(has("our_clients", &row["name"])),
        )
        .unwrap();
    }
    text
}

#[tokio::test]
async fn the_coverage_page_is_up_to_date() {
    let desk = Desk::open().await;
    let about = desk.control("GET", "about", &Value::Null);
    let exercised: Value = serde_json::from_str(EXERCISED).unwrap();
    let names: Vec<&Value> = about["operations"].as_array().unwrap().iter().map(|row| &row["name"]).collect();
    for who in ["official_clients", "our_clients"] {
        let unknown: Vec<_> = exercised[who].as_array().unwrap().iter().filter(|name| !names.contains(name)).collect();
        assert!(unknown.is_empty(), "{who} in exercised.json names {unknown:?}");
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/simulator-coverage.md");
    let page = page(&about, &exercised);
    if std::env::var_os("SIMULATOR_COVERAGE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "docs/simulator-coverage.md is not up to date: {AGAIN}");
}
