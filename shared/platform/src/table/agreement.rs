//! The two readers of a change, held against each other: applied in memory and sent to a DynamoDB.
//!
//! What the model checker proves about changes in memory is worth as much as this agreement.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use jiff::Timestamp;
use proptest::prelude::*;

use super::StateTable;
use crate::change::{Change, Clause, Condition, Row, Step, Value};
use crate::clock::Clock;
use crate::key::Key;
use crate::lock::knock::{knock, release_unless_knocked};
use crate::lock::{acquire, granted, release, renew};
use crate::mark::{Mark, advance};

async fn table() -> StateTable {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let database = dynoxide::Database::memory().unwrap();
    tokio::spawn(async {
        dynoxide::server::serve_with_shutdown(listener, database, std::future::pending::<()>()).await.unwrap();
    });
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .endpoint_url(endpoint)
        .build();
    let client = Client::from_conf(config);
    let part = |name, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let text = |name| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
    };
    let create = client.create_table().table_name("state").billing_mode(BillingMode::PayPerRequest);
    let create = create.key_schema(part("pk", KeyType::Hash)).key_schema(part("sk", KeyType::Range));
    create.attribute_definitions(text("pk")).attribute_definitions(text("sk")).send().await.unwrap();
    StateTable::new(client, "state", Clock::system())
}

/// Applies `changes` one after another on both sides; every outcome, with its row, must be equal.
fn agree(changes: &[Change]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let table = table().await;
        let mut row: Option<Row> = None;
        for (number, change) in changes.iter().enumerate() {
            let in_memory = change.apply(row.as_ref());
            let in_dynamodb = table.change(Key::Lock { job: "agreement" }, change).await.unwrap();
            assert_eq!(in_memory, in_dynamodb, "change {number}: {change:?} on {row:?}");
            row = in_memory.row().cloned();
        }
    });
}

const ATTRIBUTES: [&str; 3] = ["owner", "expires_ms", "text"];

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-2i64..3).prop_map(Value::from),
        prop_oneof!["", "a", "b", "É"].prop_map(|text| Value::from(text.as_str()))
    ]
}

fn clause() -> impl Strategy<Value = Clause> {
    let attribute = || proptest::sample::select(&ATTRIBUTES[..]);
    prop_oneof![
        attribute().prop_map(Clause::Absent),
        (attribute(), value()).prop_map(|(attribute, value)| Clause::Is(attribute, value)),
        (attribute(), value()).prop_map(|(attribute, value)| Clause::AtMost(attribute, value)),
        (attribute(), value()).prop_map(|(attribute, value)| Clause::Below(attribute, value)),
    ]
}

fn any_change() -> impl Strategy<Value = Change> {
    let groups = proptest::collection::vec(proptest::collection::vec(clause(), 1..4), 0..3);
    let condition = groups.prop_map(|groups| groups.into_iter().fold(Condition::default(), Condition::and_any));
    let step = |attribute: &'static str| {
        prop_oneof![value().prop_map(move |value| Step::Set(attribute, value)), Just(Step::Remove(attribute))]
    };
    let steps = (step(ATTRIBUTES[0]), step(ATTRIBUTES[1]), step(ATTRIBUTES[2]), any::<bool>()).prop_map(
        |(one, two, three, grow)| {
            let mut steps = vec![one, two, three];
            steps.extend(grow.then_some(Step::Grow("fence")));
            steps
        },
    );
    (condition, steps).prop_map(|(when, steps)| Change { when, steps })
}

/// The changes that production makes of locks and marks, by a few holders at a few moments.
fn real_change() -> impl Strategy<Value = Change> {
    let owner = || prop_oneof!["a", "b", "c"];
    // A fence can only come from a granted lock.
    let fence = || {
        (1usize..4).prop_map(|times| {
            (0..times).fold(None, |row: Option<Row>, _| acquire("a", 9, 9).apply(row.as_ref()).row().cloned())
        })
    };
    let fence = move || {
        fence().prop_map(|row| granted(&crate::change::Outcome::Changed(row.unwrap_or_default()), "a").unwrap())
    };
    prop_oneof![
        (owner(), 0i64..6, 1i64..4).prop_map(|(owner, now, lease)| acquire(&owner, now, now + lease)),
        (owner(), fence(), 0i64..9).prop_map(|(owner, fence, expires)| renew(&owner, fence, expires)),
        (owner(), fence()).prop_map(|(owner, fence)| release(&owner, fence)),
        (owner(), fence()).prop_map(|(owner, fence)| knock(&owner, fence)),
        (owner(), fence(), proptest::option::of(1i64..3))
            .prop_map(|(owner, fence, heard)| release_unless_knocked(&owner, fence, heard)),
        (0i64..3, owner(), fence())
            .prop_map(|(at, id, fence)| advance(&Mark { at: Timestamp::from_millisecond(at).unwrap(), id }, fence)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_means_the_same_in_memory_and_in_dynamodb(changes in proptest::collection::vec(any_change(), 1..20)) {
        agree(&changes);
    }

    #[test]
    fn locks_and_marks_mean_the_same_in_memory_and_in_dynamodb(changes in proptest::collection::vec(real_change(), 1..30)) {
        agree(&changes);
    }
}
