//! Applying a plan and planning again gives nothing to do, whatever the contacts look like.
//!
//! Generated people share addresses and numbers, have some that cannot be used, lose fields and get them back; some of
//! them are in Genesys already. After each run everything is read again: nothing may be written.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scenarios::{Promise, World};
use serde_json::{Map, Value, json};

/// How many generated histories are played.
const CASES: u32 = 200;

/// Decides which histories: the same ones in every run, so that a red test stays red.
const SEED: u8 = 1;

/// Few values, so that people share them; some that no vendor takes.
const EMAILS: [&str; 6] = [
    "um@northwind.example",
    "DOIS@Northwind.example",
    "dois@northwind.example",
    "no address",
    "três@exámple.com",
    "a@b",
];
const NUMBERS: [&str; 7] =
    ["+15125550142", "(512) 555-0142", "+1 512 555 0143 x12", "call me", "+5511912345678", "123", "(11) 91234-5678"];
const COUNTRIES: [&str; 4] = ["US", "BR", "XX", ""];

/// A value of a pool, or none.
fn some_of(pool: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![1 => Just(Value::Null), 3 => proptest::sample::select(pool).prop_map(|text| json!(text))]
}

/// The fields of one Salesforce contact, apart from its name.
fn fields() -> impl Strategy<Value = Map<String, Value>> {
    let parts = (some_of(&EMAILS), some_of(&NUMBERS), some_of(&NUMBERS), proptest::sample::select(&COUNTRIES[..]));
    parts.prop_map(|(email, phone, mobile, country)| {
        let fields = json!({"Email": email, "Phone": phone, "MobilePhone": mobile, "MailingCountry": country});
        fields.as_object().cloned().unwrap_or_default()
    })
}

/// One history: who is there, who is in Genesys already, and what happens to the first ones later.
#[derive(Clone, Debug)]
struct History {
    people: Vec<Map<String, Value>>,
    in_genesys: Vec<(Value, Value)>,
    changes: Vec<Map<String, Value>>,
    scan_above: usize,
}

fn history() -> impl Strategy<Value = History> {
    let usable_email =
        proptest::sample::select(vec![Value::Null, json!("um@northwind.example"), json!("dois@northwind.example")]);
    let usable_number = proptest::sample::select(vec![Value::Null, json!("+15125550142"), json!("+5511912345678")]);
    let parts = (
        proptest::collection::vec(fields(), 1..6),
        proptest::collection::vec((usable_email, usable_number), 0..4),
        proptest::collection::vec(fields(), 0..4),
        proptest::sample::select(vec![0, 50]),
    );
    parts.prop_map(|(people, in_genesys, changes, scan_above)| History { people, in_genesys, changes, scan_above })
}

/// What the generated histories brought about, so that a generator that brings nothing about is noticed.
type Tally = RefCell<BTreeMap<String, u64>>;

fn count(tally: &Tally, what: &str, times: u64) {
    *tally.borrow_mut().entry(what.to_owned()).or_default() += times;
}

/// Runs, and then reads everything again: nothing may be left to do.
async fn assert_settles(world: &World, tally: &Tally) -> Result<(), TestCaseError> {
    let first = world.tick().await.report();
    for (what, times) in first.skipped_by.iter().chain(&first.warnings_by) {
        count(tally, what, *times);
    }
    count(tally, "created", first.created);
    count(tally, "updated", first.updated);
    count(tally, "cleared", world.journal().iter().filter(|entry| entry.operation == "contact_patch").count() as u64);
    prop_assert_eq!(first.failed, 0, "{:?}", first);
    world.forget();
    let again = world.invoke(json!({"since": "2000-01-01T00:00:00Z"})).await.report();
    prop_assert_eq!((again.created, again.updated, again.failed), (0, 0, 0), "{:?}\nafter {:?}", again, first);
    let writes = world.journal().iter().filter(|entry| entry.is_genesys_write()).count();
    prop_assert_eq!(writes, 0);
    prop_assert_eq!(world.both_sides().doubled(), Vec::<String>::new());
    Ok(())
}

async fn play(history: History, tally: &Tally) -> Result<(), TestCaseError> {
    let world = World::builder().config(&format!("scan_above = {}", history.scan_above)).start().await;
    world.excuse(Promise::NothingPrivate, "\"call me\" and the like are words that may stand in a log");
    for (email, number) in &history.in_genesys {
        let mut contact = world.genesys.contact("Typed-In").last_name("Pessoa");
        if let Some(email) = email.as_str() {
            contact = contact.email(email);
        }
        if let Some(number) = number.as_str() {
            contact = contact.phone(number);
        }
        contact.insert();
    }
    let mut ids = Vec::new();
    for (number, fields) in history.people.iter().enumerate() {
        let mut contact = world.salesforce.contact(&format!("Pessoa{number}"));
        for (name, value) in fields {
            contact = contact.field(name, value.clone());
        }
        ids.push(contact.insert());
    }
    assert_settles(&world, tally).await?;
    for (id, fields) in ids.iter().zip(&history.changes) {
        world.salesforce.update(id, &json!(fields));
    }
    assert_settles(&world, tally).await
}

/// A second run over the same contacts does nothing, whatever they look like: after each of 200 generated histories, of
/// people who share addresses, lose fields and get them back, everything is read again and nothing is written.
#[test]
fn after_a_run_there_is_nothing_left_to_do() {
    let config = Config { cases: CASES, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[SEED; 32]));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let tally = Tally::default();
    runner.run(&history(), |history| runtime.block_on(play(history, &tally))).unwrap();

    println!("seed {SEED}: {:?}", tally.borrow());
    for what in ["created", "updated", "cleared", "review", "shared_key", "phone_invalid", "email_domain"] {
        assert!(
            tally.borrow().get(what).is_some_and(|times| *times >= 10),
            "too little of {what}: {:?}",
            tally.borrow()
        );
    }
}
