//! The story of a contact to which nothing was done, or that is known by a number in another spelling only.

use scenarios::World;
use scenarios::people::{in_genesys, people};
use serde_json::{Value, json};

/// The story of whom `name` names, and whether anything is known.
async fn explain(world: &World, name: &str) -> (bool, String) {
    let (answer, log) = world.function("contact-sync").ask(&json!({"explain": name}).to_string()).await;
    let answer = answer.unwrap_or_else(|error| panic!("{error:?}\n{log}"));
    let lines = answer["text"].as_array().unwrap_or_else(|| panic!("no text: {answer}"));
    let text = lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n");
    (answer["known"] == true, text)
}

/// A contact that a full reconcile reported as missing says so in its story, also one that has no link.
#[tokio::test]
async fn a_missing_contact_is_explained_by_the_run_that_missed_it() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(3));
    world.tick().await.report();
    world.salesforce.share(&ids[1], false);
    let typed_in = "003000000000099AAA";
    let mut contact = in_genesys(90);
    contact.insert("externalIds".to_owned(), json!([{"source": "Salesforce", "value": typed_in}]));
    world.genesys.insert(&[contact]);
    let full = world.invoke(json!({"mode": "full"})).await.report();
    assert_eq!(full.warnings_by.get("missing"), Some(&2), "{full:?}");
    for id in [&ids[1], typed_in] {
        let (is_known, story) = explain(&world, id).await;
        let told =
            format!("missing: Genesys carries it and Salesforce does not show it; left alone (run {})", full.run_id);
        assert!(is_known && story.contains(&told), "{story}");
    }
    let (_, story) = explain(&world, &ids[1]).await;
    assert!(story.find("create ") < story.find("missing: "), "oldest first:\n{story}");
    assert!(!explain(&world, &ids[0]).await.1.contains("missing: "));
}

/// A contact that is set aside is found by its number, however Salesforce spells that: Genesys does not know it.
#[tokio::test]
async fn a_contact_set_aside_is_found_by_its_number_in_any_spelling() {
    let world = World::start().await;
    let id = world.salesforce.contact("Antonieta").phone("(512) 555-0142").insert();
    world.genesys.fault(&json!({
        "fault": "partial_failure", "external_ids": [id], "status": 422, "code": "validation.failed", "retryable": false,
    }));
    assert_eq!(world.tick().await.report().skipped_by.get("refused"), Some(&1));
    for spelling in ["(512) 555-0142", "+15125550142", "512.555.0142"] {
        let (is_known, story) = explain(&world, spelling).await;
        assert!(is_known && story.contains("in quarantine since"), "{spelling}: {story}");
    }
    assert!(!explain(&world, "+15125550143").await.0);
}
