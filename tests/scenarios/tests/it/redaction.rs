//! Nothing personal and nothing secret is left behind, at any log level.
//!
//! A corpus of names, numbers, addresses and tokens goes through the function at `trace`, through vendor errors that
//! quote it, and through a panic. Each value is first found in the vendors' record, so that it is known to have passed.

use scenarios::{Promise, World};
use serde_json::{Map, Value, json};

/// People in the corpus; each brings a first name, a last name, an address and two numbers.
const PEOPLE: usize = 40;

fn corpus() -> Vec<Map<String, Value>> {
    let person = |number: usize| {
        let record = json!({
            "FirstName": format!("Zuleica{number:03}ção"),
            "LastName": format!("Quixabeira{number:03}"),
            "Email": format!("zq{number:03}.privado@quixabeira.example"),
            "Phone": format!("+1512777{:04}", 3000 + number),
            "MobilePhone": format!("+55119{}", 87_650_000 + number),
        });
        record.as_object().cloned().unwrap_or_default()
    };
    (0..PEOPLE).map(person).collect()
}

/// What must not be found: every value of the corpus, and every secret and token.
fn values(corpus: &[Map<String, Value>]) -> Vec<String> {
    corpus.iter().flat_map(|person| person.values()).filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_corpus_of_two_hundred_values_leaves_no_trace() {
    let people = corpus();
    let corpus = values(&people);
    assert_eq!(corpus.len(), 200);
    let world = World::builder().log("trace").config("bulk_add_size = 10").start().await;
    for secret in ["demo-genesys-secret", "demo-salesforce-secret", "kZ8vQ2xW5nB7mC1pL4tR9yH3gJ6fD0sA"] {
        world.keep_private(secret);
    }
    let typed_in = |person: &Map<String, Value>| {
        Map::from_iter([("firstName".to_owned(), json!("T.")), ("workEmail".to_owned(), person["Email"].clone())])
    };
    world.genesys.insert(&people.iter().take(10).map(typed_in).collect::<Vec<_>>());
    let ids = world.salesforce.insert(&people);
    // Refusals that quote what they refuse, one inside a 200, one as a whole answer, one that is HTML.
    let quoted =
        format!("{} <{}> at {} is not valid", people[20]["FirstName"], people[20]["Email"], people[20]["Phone"]);
    world.genesys.fault(&json!({
        "fault": "partial_failure", "external_ids": [ids[20]], "status": 422, "code": "validation.failed", "message": quoted, "retryable": false,
    }));
    world.genesys.fault(&json!({
        "fault": "refused", "vendor": "genesys", "operation": "contacts_bulk_enrich", "count": 1, "status": 400, "code": people[1]["Email"], "message": quoted,
    }));
    world
        .genesys
        .fault(&json!({"fault": "html_gateway", "vendor": "genesys", "operation": "contacts_bulk_add", "count": 1}));
    world.tick().await;
    world.tick().await;
    for (number, id) in ids.iter().enumerate().take(10) {
        let change = if number % 2 == 0 { json!({"Phone": null}) } else { json!({"Phone": "call Zuleica at home"}) };
        world.salesforce.update(id, &change);
    }
    world.genesys.fault(&json!({"fault": "refused", "vendor": "salesforce", "operation": "query", "count": 1, "status": 400, "code": "MALFORMED_QUERY", "message": quoted}));
    world.tick().await;
    world.tick().await;

    let journal: String =
        world.journal().iter().map(|entry| format!("{} {} {}\n", entry.path, entry.request, entry.response)).collect();
    let absent: Vec<_> = corpus.iter().filter(|value| !journal.contains(value.as_str())).collect();
    assert!(absent.is_empty(), "these never passed: {absent:?}");
    world.keep_private("call Zuleica at home");
    for token in world.genesys.live_tokens() {
        world.keep_private(&token);
    }
    assert_eq!(world.leaks(), []);

    // The same search finds what is plainly there.
    world.keep_private("read from Salesforce");
    let found: Vec<_> = world.leaks().into_iter().map(|(place, _)| place).collect();
    assert_eq!(found, ["the log"]);
    world.excuse(Promise::NothingPrivate, "the last value is a log line on purpose");
}

/// A defect that quotes what it stumbled over: neither the log nor the error that goes to the caller holds it.
#[tokio::test]
async fn a_panic_leaves_no_trace_of_what_caused_it() {
    let people = corpus();
    let world = World::builder().binary(env!("CARGO_BIN_EXE_panicking")).log("trace").start().await;
    for value in values(&people) {
        world.keep_private(&value);
    }
    let invocation = world.invoke(json!({ "contacts": people })).await;
    assert!(invocation.log.contains("panicked") && invocation.log.contains("panicking.rs"), "{}", invocation.log);
    let error = invocation.error();
    assert!(!values(&people).iter().any(|value| error.message.contains(value.as_str())), "{error:?}");
    assert_eq!(world.leaks(), []);
}
