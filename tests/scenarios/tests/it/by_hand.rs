//! What people ask of contact-sync and decide for it: quarantine, review, and the story of one contact.

use platform::report::Status;
use scenarios::door::{Harm, Point};
use scenarios::people::people;
use scenarios::{Promise, World};
use serde_json::{Value, json};

use crate::import;

const NUMBER: &str = "+15125550142";
const EMAIL: &str = "antonieta.quixabeira@northwind.example";

/// What the function answers to a person.
async fn ask(world: &World, wish: Value) -> Value {
    let (answer, log) = world.function("contact-sync").ask(&wish.to_string()).await;
    answer.unwrap_or_else(|error| panic!("{wish}: {error:?}\n{log}"))
}

fn text(answer: &Value) -> String {
    let lines = answer["text"].as_array().unwrap_or_else(|| panic!("no text: {answer}"));
    lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
}

/// Genesys refuses this contact from now on.
fn refuse(world: &World, id: &str) {
    world.genesys.fault(&json!({
        "fault": "partial_failure", "external_ids": [id], "status": 422, "code": "validation.failed", "retryable": false,
    }));
}

async fn assert_quiet(world: &World) {
    world.forget();
    let report = world.tick().await.report();
    assert_eq!((report.status, report.created, report.updated, report.failed), (Status::Done, 0, 0, 0), "{report:?}");
    let writes: Vec<_> = world.journal().into_iter().filter(scenarios::Entry::is_genesys_write).collect();
    assert!(writes.is_empty(), "{writes:?}");
}

/// Two people who share the number of one Genesys contact, both in review.
async fn in_review(world: &World) -> (Vec<String>, String) {
    let candidate = world.genesys.contact("A. N.").last_name("Typed-In").phone(NUMBER).insert();
    let ids = ["Antonieta", "Bernadete"].map(|name| world.salesforce.contact(name).phone(NUMBER).insert());
    let report = world.tick().await.report();
    assert_eq!(report.skipped_by.get("review"), Some(&2), "{report:?}");
    (ids.to_vec(), candidate)
}

#[tokio::test]
async fn a_released_contact_is_tried_again_by_the_next_run_and_leaves_quarantine() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(3));
    refuse(&world, &ids[1]);
    assert_eq!(world.tick().await.report().created, 2);

    let shown = ask(&world, json!({"show": "quarantine"})).await;
    assert_eq!((&shown["count"], &shown["contacts"][0]["salesforce_id"]), (&json!(1), &json!(ids[1])), "{shown}");
    assert!(text(&shown).contains("validation.failed"), "{shown}");
    assert!(text(&shown).contains("Correct it in Salesforce"), "{shown}");

    world.genesys.calm();
    assert_quiet(&world).await; // Nobody has said anything: it stays where it is.
    let noted = ask(&world, json!({"release": ids[1]})).await;
    assert!(noted.get("error").is_none(), "{noted}");
    assert!(text(&ask(&world, json!({"show": "quarantine"})).await).contains("It is released"));

    let report = world.tick().await.report();
    assert_eq!((report.created, report.status), (1, Status::Done), "{report:?}");
    assert_eq!(ask(&world, json!({"show": "quarantine"})).await["count"], 0);
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_released_contact_that_is_refused_again_waits_again() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(1));
    refuse(&world, &ids[0]);
    world.tick().await.report();
    ask(&world, json!({"release": ids[0]})).await;

    let report = world.tick().await.report();
    assert_eq!((report.created, report.skipped_by.get("refused")), (0, Some(&1)), "{report:?}");
    let shown = ask(&world, json!({"show": "quarantine"})).await;
    assert_eq!((&shown["count"], &shown["contacts"][0]["answer"]), (&json!(1), &Value::Null), "{shown}");
    assert_quiet(&world).await;
}

#[tokio::test]
async fn t07_a_person_decides_who_is_who_and_nobody_is_doubled() {
    let world = World::start().await;
    let (ids, candidate) = in_review(&world).await;
    let shown = ask(&world, json!({"show": "review"})).await;
    assert_eq!(shown["count"], 2, "{shown}");
    assert_eq!(shown["contacts"][0]["candidates"][0]["genesys_id"], candidate.as_str());

    ask(&world, json!({"decide": ids[0], "candidate": candidate})).await;
    let report = world.tick().await.report();
    assert_eq!((report.created, report.updated), (0, 1), "{report:?}");
    let linked = world.genesys.contact_of(&ids[0]).expect("the one that was chosen");
    assert_eq!((&linked["id"], &linked["firstName"]), (&json!(candidate), &json!("Antonieta")));

    // The other one still waits; its candidate is taken, and nobody takes it from the first.
    let shown = ask(&world, json!({"show": "review"})).await;
    assert_eq!((&shown["count"], &shown["contacts"][0]["candidates"][0]["linked_with"]), (&json!(1), &json!(ids[0])));
    let taken = ask(&world, json!({"decide": ids[1], "candidate": candidate})).await;
    assert_eq!(taken["error"], "candidate_taken", "{taken}");
    ask(&world, json!({"decide": ids[1], "candidate": "new"})).await;
    assert_eq!(world.tick().await.report().created, 1);
    assert_eq!(
        (ask(&world, json!({"show": "review"})).await["count"].clone(), world.genesys.contacts().len()),
        (json!(0), 2)
    );
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_decision_for_a_contact_that_is_gone_goes_back_to_review_with_that_reason() {
    let world = World::start().await;
    let (ids, candidate) = in_review(&world).await;
    ask(&world, json!({"decide": ids[0], "candidate": candidate})).await;
    world.genesys.delete(&candidate);

    let report = world.tick().await.report();
    assert_eq!((report.created, report.updated, report.failed), (0, 0, 0), "{report:?}");
    let shown = ask(&world, json!({"show": "review"})).await;
    let mine = shown["contacts"].as_array().unwrap().iter().find(|contact| contact["salesforce_id"] == ids[0]).unwrap();
    assert_eq!((&mine["code"], &mine["answer"]), (&json!("candidate_taken"), &Value::Null), "{shown}");
    assert_quiet(&world).await;
}

/// The patch that links appends to a list: done twice it must not be there twice.
#[tokio::test]
async fn a_decision_whose_run_is_killed_is_carried_out_once() {
    for harm in [Harm::KillBefore, Harm::KillAfter, Harm::LoseAnswer, Harm::LoseCall] {
        let world = World::start().await;
        let (ids, candidate) = in_review(&world).await;
        ask(&world, json!({"decide": ids[0], "candidate": candidate})).await;
        world.forget();
        world.door.harm(Point::Every("genesys PATCH"), harm.clone());
        let _ = world.tick().await; // It may have been killed.
        world.door.calm();
        world.tick().await;
        let reports = world.ticks_until_idle().await;
        assert_eq!(reports.last().unwrap().status, Status::Done, "{harm:?}");
        let linked = world.genesys.contact_of(&ids[0]).unwrap_or_else(|| panic!("{harm:?}: it is linked"));
        assert_eq!(linked["id"], candidate.as_str(), "{harm:?}");
        assert_eq!(linked["externalIds"].as_array().map(Vec::len), Some(1), "{harm:?}: {linked}");
        assert_eq!(linked["firstName"], "Antonieta", "{harm:?}");
        assert_eq!(ask(&world, json!({"show": "review"})).await["count"], 1, "{harm:?}: the other one");
    }
}

#[tokio::test]
async fn a_wish_that_cannot_be_fulfilled_says_why_and_changes_nothing() {
    let world = World::start().await;
    let (ids, candidate) = in_review(&world).await;
    let unknown = "003000000000999";
    for (wish, error) in [
        (json!({"release": unknown}), "not_set_aside"),
        (json!({"decide": unknown, "candidate": "new"}), "not_set_aside"),
        (json!({"release": ids[0]}), "in_review"),
        (json!({"decide": ids[0], "candidate": "5b1c7e42-0000-4000-8000-0123456789ab"}), "not_a_candidate"),
        (json!({"explain": "nobody"}), "not_understood"),
    ] {
        let answer = ask(&world, wish.clone()).await;
        assert_eq!(answer["error"], error, "{wish}: {answer}");
    }
    assert!(text(&ask(&world, json!({"decide": ids[0], "candidate": "g"})).await).contains(&candidate));
    assert_quiet(&world).await;
}

#[tokio::test]
async fn a_wish_while_a_run_is_at_work_says_so() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(1));
    world.door.harm(Point::Every("genesys POST bulk/contacts/add"), Harm::KillBefore);
    assert!(world.tick().await.result.is_err(), "killed while it held the lock");
    world.door.calm();
    let answer = ask(&world, json!({"release": ids[0]})).await;
    assert_eq!(answer["error"], "busy", "{answer}");
    world.excuse(Promise::NoLockHeld, "the run was killed");
}

#[tokio::test]
async fn the_story_of_a_contact_is_told_by_each_of_its_names() {
    let world = World::builder().log("trace").start().await;
    let id = world.salesforce.contact("Antonieta").email(EMAIL).phone(NUMBER).insert();
    world.tick().await.report();
    world.salesforce.update(&id, &json!({"Phone": "+15125550143"}));
    world.tick().await.report();
    world.salesforce.update(&id, &json!({"Phone": "+15125550144"}));
    let genesys_id = world.genesys.contact_of(&id).unwrap()["id"].as_str().unwrap().to_owned();
    world.forget();

    let story = text(&ask(&world, json!({"explain": id})).await);
    for part in [
        format!("{id} in Salesforce is {genesys_id} in Genesys"),
        "create ".to_owned(),
        "update workPhone: written".to_owned(),
        "linked and settled".to_owned(),
        format!("next  the next run would update {genesys_id}, write workPhone"),
    ] {
        assert!(story.contains(&part), "{part:?} is missing:\n{story}");
    }
    assert!(story.find("create ") < story.find("update workPhone"), "oldest first:\n{story}");
    for name in [&id[..15], &genesys_id, EMAIL, "(512) 555-0143"] {
        let answer = ask(&world, json!({"explain": name})).await;
        assert_eq!(text(&answer), story, "asked by {name}");
        assert!(!answer.to_string().contains(EMAIL) && !answer.to_string().contains("5550143"), "{answer}");
    }
    let writes: Vec<_> = world.journal().into_iter().filter(scenarios::Entry::is_genesys_write).collect();
    assert!(writes.is_empty(), "{writes:?}");
    assert_eq!(world.tick().await.report().updated, 1, "what was said would happen");
}

/// Who was made by an import is told like everybody else: made in the import's run, linked, and what comes next.
#[tokio::test]
async fn a_contact_that_an_import_made_is_explained_by_the_import() {
    let (world, inside, ids) = import::first_load(import::NEW).await;
    let plan = import::checked(&world, &inside).await;
    let story = text(&ask(&world, json!({"explain": ids[20]})).await);
    assert!(story.contains("linked with nobody in Genesys"), "{story}");
    assert!(story.contains("next  nothing before the import that is under way is over"), "{story}");

    import::approve(&world, &inside, &plan).await;
    let linked = import::run(&world, &inside, json!({})).await;
    assert_eq!(linked.created, import::NEW, "{linked:?}");
    let genesys_id = world.genesys.contact_of(&ids[20]).unwrap()["id"].as_str().unwrap().to_owned();
    let told = format!("import firstName, lastName, workEmail, workPhone: written (run {})", linked.run_id);
    world.salesforce.update(&ids[20], &json!({"FirstName": "Corrigida"}));
    let story = text(&ask(&world, json!({"explain": ids[20]})).await);
    for part in [
        format!("{} in Salesforce is {genesys_id} in Genesys", ids[20]),
        told,
        "now   linked and settled, as of the change of ".to_owned(),
        format!("next  the next run would update {genesys_id}, write firstName"),
    ] {
        assert!(story.contains(&part), "{part:?} is missing:\n{story}");
    }
    assert!(!story.contains("create "), "nobody else made it:\n{story}");
}

#[tokio::test]
async fn a_contact_set_aside_is_explained_with_what_to_do() {
    let world = World::start().await;
    let ids = world.salesforce.insert(&people(1));
    refuse(&world, &ids[0]);
    world.tick().await.report();
    let story = text(&ask(&world, json!({"explain": ids[0]})).await);
    assert!(story.contains("linked with nobody in Genesys"), "{story}");
    assert!(story.contains("in quarantine since") && story.contains("Correct it in Salesforce"), "{story}");
    assert!(story.contains("next  the next run leaves it alone: it is in quarantine and unchanged"), "{story}");
}

#[tokio::test]
async fn who_is_unknown_is_told_where_was_looked() {
    let world = World::start().await;
    for (name, places) in [
        ("003000000000999", "links, quarantine and review, audit lines"),
        ("5b1c7e42-0000-4000-8000-0123456789ab", "Genesys"),
        ("ninguem@northwind.example", "Genesys, Salesforce"),
        ("+15125550199", "Genesys, Salesforce"),
    ] {
        world.keep_private("ninguem@northwind.example");
        let answer = ask(&world, json!({"explain": name})).await;
        assert_eq!(answer["known"], false, "{answer}");
        assert!(text(&answer).contains("Nothing is known") && text(&answer).contains(places), "{name}: {answer}");
        assert!(!answer.to_string().contains("ninguem"), "{answer}");
    }
    let stranger = world.genesys.contact("Estranha").email(EMAIL).insert();
    let answer = ask(&world, json!({"explain": EMAIL})).await;
    assert!(text(&answer).contains(&format!("{stranger} in Genesys is linked with nobody")), "{answer}");
}

#[tokio::test]
async fn an_audit_log_that_may_not_be_read_is_a_gap_in_the_story_and_not_an_empty_past() {
    let world = World::start().await;
    let id = world.salesforce.contact("Antonieta").email(EMAIL).insert();
    world.tick().await.report();
    let denied = json!({"__type": "AccessDeniedException", "message": "no"}).to_string();
    world.door.harm(Point::Every("FilterLogEvents"), Harm::Answer(400, denied));
    let story = text(&ask(&world, json!({"explain": id})).await);
    assert!(story.contains("?     audit log group") && story.contains("linked and settled"), "{story}");
}

#[tokio::test]
async fn health_is_a_number_and_what_it_is_made_of() {
    let world = World::start().await;
    assert_eq!(ask(&world, json!({"show": "health"})).await["score"], Value::Null);
    world.tick().await.report();
    let shown = ask(&world, json!({"show": "health"})).await;
    assert!(shown["score"].as_f64().unwrap() > 90.0, "{shown}");
    assert_eq!(shown["runs"], 1, "a question is no run: {shown}");
}
