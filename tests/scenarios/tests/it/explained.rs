//! The story of a contact to which nothing was done, or that is known by a number in another spelling only; and what comes
//! next, where more than its own values decides.

use std::time::Duration;

use scenarios::World;
use scenarios::people::{in_genesys, people, person};
use serde_json::{Value, json};

use crate::brake::{deploy, plan_of};

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

/// The id of the Genesys contact of one in Salesforce.
fn in_genesys_as(world: &World, id: &str) -> String {
    world.genesys.contact_of(id).expect("it is linked")["id"].as_str().unwrap().to_owned()
}

/// Whom Salesforce has deleted since the last tick is told by what the next one does about the Genesys contact, and not as
/// somebody to whom nothing happens.
#[tokio::test]
async fn a_deletion_that_no_tick_has_seen_is_told_by_what_the_next_one_does() {
    for (policy, told) in [("unlink", "unlink"), ("delete", "remove")] {
        let world = World::builder().config(&format!("on_delete = \"{policy}\"")).start().await;
        let ids = world.salesforce.insert(&people(3));
        world.tick().await.report();
        let heir = world.salesforce.insert(&[person(600)]).remove(0);
        let (deleted, merged) = (in_genesys_as(&world, &ids[0]), in_genesys_as(&world, &ids[1]));
        world.salesforce.delete(&ids[0]);
        world.salesforce.merge(&heir, &[&ids[1]], &json!({}));
        for (id, next) in [(&ids[0], format!("{told} {deleted}")), (&ids[1], format!("hand {merged} over to {heir}"))] {
            let (_, story) = explain(&world, id).await;
            let next = format!("next  Salesforce has deleted it: the next run would {next}");
            assert!(story.contains(&next), "{next} is missing:\n{story}");
        }
        world.tick().await.report();
        assert_eq!(in_genesys_as(&world, &heir), merged);
        let (_, story) = explain(&world, &ids[0]).await;
        assert!(story.contains("Late changes do not bring it back"), "{story}");
        assert!(story.contains("next  the next run does nothing"), "{story}");
    }
}

/// A deletion that was given up is left alone; once it is released, its story says what the next run does.
#[tokio::test]
async fn a_deletion_that_was_given_up_is_told_as_left_alone_until_it_is_released() {
    let world = World::builder().config("give_up_after_ticks = 2").start().await;
    let ids = world.salesforce.insert(&people(2));
    world.tick().await.report();
    for id in &ids {
        world.salesforce.delete(id);
        world.advance(Duration::from_secs(60));
    }
    let path = in_genesys_as(&world, &ids[1]);
    world.genesys.fault(&json!({"fault": "busy", "vendor": "genesys", "method": "PATCH", "path": path, "status": 503}));
    world.tick().await.report();
    assert_eq!(world.tick().await.report().skipped_by.get("gave_up"), Some(&1));
    world.genesys.calm();
    world.restart().await; // It would wait for Genesys to recover.
    let (_, story) = explain(&world, &ids[1]).await;
    assert!(story.contains("next  the next run leaves it alone: Salesforce has deleted it"), "{story}");
    world.invoke(json!({"release": ids[1]})).await;
    let (_, story) = explain(&world, &ids[1]).await;
    assert!(story.contains(&format!("the next run would unlink {path}")), "{story}");
    world.tick().await.report();
    assert!(world.genesys.contact_of(&ids[1]).is_none());
}

/// While a plan or a change of the map waits for approval, and while runs write nothing, the story says so before it says
/// what would be written.
#[tokio::test]
async fn what_keeps_everything_from_being_written_is_told_before_what_would_be() {
    let world = World::builder().config_from_parameter().start().await;
    let ids = world.salesforce.insert(&people(60));
    world.tick().await.report();
    world.advance(Duration::from_secs(1800));
    ids[..30].iter().for_each(|id| world.salesforce.update(id, &json!({"FirstName": "Renomeada"})));
    let would = format!("the next run would update {}, write firstName", in_genesys_as(&world, &ids[0]));
    let (_, story) = explain(&world, &ids[0]).await;
    assert!(story.contains(&format!("next  {would}")), "nothing keeps it yet: {story}");

    let plan = plan_of(&world.tick().await.report());
    let (_, story) = explain(&world, &ids[0]).await;
    assert!(story.contains(&format!("next  nothing before {plan} is approved; then {would}")), "{story}");

    deploy(&world, "filter = \"LastName != null\"");
    world.restart().await;
    let plan = plan_of(&world.tick().await.report());
    assert!(plan.starts_with("map-"), "{plan}");
    let (_, story) = explain(&world, &ids[0]).await;
    assert!(story.contains(&format!("next  nothing before {plan} is approved; then {would}")), "{story}");

    deploy(&world, "mode = \"shadow\"");
    world.restart().await;
    let (_, story) = explain(&world, &ids[0]).await;
    assert!(story.contains(&format!("next  nothing is written while mode is shadow; live, {would}")), "{story}");
}
